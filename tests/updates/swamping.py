"""What does a source cost that wants to swamp its visitors? A process that refreshes from one, and measures itself."""

import copy
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import kratomlaw
from kratomlaw import KratomLaw, RefreshReport
from kratomlaw.data.bundled import bundled
from kratomlaw.updates.manifest import MAX_DATASET

__all__ = ["SWAMPS", "VERSION", "write_swamp"]

BEFORE = bundled()
VERSION = f"{BEFORE.version[:10]}.{int(BEFORE.version[11:] or 0) + 1}"
RECORD: dict[str, Any] = {
    "code": "US-LA",
    "name": "Louisiana",
    "verified_on": "2026-01-01",
    "periods": [
        {
            "from": "2020-01-01",
            "status": "banned",
            "sale": "prohibited",
            "possession": "prohibited",
            "confidence": "high",
            "summary": "A ban.",
            "citations": [{"title": "Act 1", "kind": "statute", "supports": "The ban."}],
        }
    ],
}
ROOM = MAX_DATASET - 1_000


def _period(**more: object) -> dict[str, Any]:
    record = copy.deepcopy(RECORD)
    record["periods"][0].update(more)
    return {"US-LA": record}


def _document(records: object) -> bytes:
    head = {"schema": 1, "version": VERSION, "built_on": VERSION[:10].replace(".", "-"), "licence": "CC0-1.0"}
    return json.dumps(head | {"records": records}, separators=(",", ":"), ensure_ascii=False).encode()


def _filled(item: bytes, room: int = ROOM) -> bytes:
    """A dataset whose one record is a list of the same thing over and over."""
    return _document({"US-LA": ["HERE"]}).replace(b'"HERE"', b",".join([item] * (room // (len(item) + 1))))


def _periods(count: int, citations: int, *, pages: bool = False) -> list[dict[str, Any]]:
    """Valid periods, one a month from 1600 on, each with its citations."""
    (period,) = RECORD["periods"]
    cited = period["citations"][0]
    return [
        period
        | {"from": f"{1600 + index // 12}-{index % 12 + 1:02d}", "summary": f"Ban {index}."}
        | {"citations": [cited | ({"title": f"Act {index}-{n}"} if pages else {}) for n in range(citations)]}
        for index in range(count)
    ]


def _cities(count: int, periods: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    """Valid records of cities of one state, of the state and of the country."""
    city = RECORD | {"level": "city", "counties": ["US-LA/caddo-parish"], "periods": periods} | more
    above = {code: RECORD | {"code": code, "periods": periods} for code in ("US", "US-LA")}
    return above | {f"US-LA/town-{n}": city | {"code": f"US-LA/town-{n}", "name": f"Town {n}"} for n in range(count)}


def _states(count: int, cities: int, periods: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    """Valid records of cities in several states."""
    found: dict[str, Any] = {}
    for state in kratomlaw.jurisdictions(within="US", level="state")[:count]:
        for code, record in _cities(cities, periods, **more).items():
            text = json.dumps(record).replace("US-LA", state.code)
            found[code.replace("US-LA", state.code)] = json.loads(text)
    return found


SWAMPS: dict[str, Callable[[], bytes]] = {
    "empty lists": lambda: _filled(b"[]"),
    "empty objects": lambda: _filled(b"{}"),
    "numbers": lambda: _filled(b"1e1"),
    "just few enough lists": lambda: _filled(b"[]", 99_000 * 3),
    "just few enough bad periods": lambda: _document({"US-LA": RECORD | {"periods": [0] * 199_000}}),
    "just few enough bad citations": lambda: _document(_period(citations=[{}] * 99_000)),
    "just few enough bad records": lambda: _document(dict.fromkeys(map(str, range(199_000)), 0)),
    "bad records of full size": lambda: _document({str(n): _period(status="odd")["US-LA"] for n in range(6_000)}),
    "records of no place": lambda: _document({f"US-{n}": RECORD | {"code": "US-ZZ"} for n in range(6_000)}),
    "unknown keys": lambda: _document({"US-LA": RECORD | dict.fromkeys(map(str, range(199_000)), 0)}),
    "a long text": lambda: _document(_period(summary="x" * (ROOM - 2_000))),
    "a long text of wide letters": lambda: _document(_period(summary="\U0001f33f" + "x" * (ROOM - 2_000))),
    "long texts of wide letters": lambda: _document(
        _period(
            citations=[{"title": "\U0001f33f" + "x" * 3_000, "kind": "statute", "supports": "All."}] * (ROOM // 3_100)
        )
    ),
    "brackets": lambda: b"[" * ROOM,
    "a deep nest": lambda: b'{"records":' * 100_000,
    "valid records": lambda: _document(_cities(9_000, RECORD["periods"])),
    "as many records as are allowed": lambda: _document(_states(49, 100, RECORD["periods"])),
    "many periods in many cities": lambda: _document(_cities(60, _periods(150, 1))),
    "many periods of many citations": lambda: _document(_cities(0, _periods(190, 60, pages=True))),
    "one city of many periods": lambda: _document(_cities(1, _periods(200, 30, pages=True))),
    "names": lambda: _document(_states(49, 10, RECORD["periods"], aliases=[f"Town {n}" for n in range(190)])),
    "names alike": lambda: _document(_states(20, 10, RECORD["periods"], aliases=["aaaaab" * 16] * 190)),
    "counties": lambda: _document(_cities(700, RECORD["periods"], counties=[f"US-LA/x{n}" for n in range(30)])),
    "as many periods as are allowed": lambda: _document(_states(49, 8, _periods(12, 3))),
    "valid citations": lambda: _document(_period(citations=RECORD["periods"][0]["citations"] * 49_000)),
}


def write_swamp(folder: Path, dataset: bytes, **more: object) -> None:
    """Write a source that offers these bytes."""
    sha256 = hashlib.sha256(dataset).hexdigest()
    created = datetime.now(UTC).isoformat()
    manifest = {"schema": 1, "version": VERSION, "size": len(dataset), "sha256": sha256, "created": created}
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest | more, separators=(",", ":")), "utf-8")
    (folder / f"dataset-{VERSION}.json").write_bytes(dataset)


def peak_memory() -> float:
    """The most megabytes that this process has held; unlike that of ``resource``, not that of its parent."""
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(kilobytes) / 1024


def main() -> None:
    """Refresh from the swamp that the arguments name, then from an honest source; write what came of it and what it cost."""
    source, harmless, honest, cache = map(Path, sys.argv[1:])
    _client(harmless, cache).refresh()  # what is loaded late is loaded now
    before = peak_memory()
    report, seconds = _refreshed(_client(source, cache))
    megabytes = peak_memory() - before
    ordinary_report, ordinary_seconds = _refreshed(_client(honest, cache.with_name("honest-cache")))
    assert ordinary_report.outcome == "updated", ordinary_report
    found = {
        "outcome": str(report.outcome),
        "said": str(report),
        "times": seconds / ordinary_seconds,
        "megabytes": megabytes,
    }
    sys.stdout.write(json.dumps(found))


def _client(source: Path, cache: Path) -> KratomLaw:
    law = KratomLaw(source=source, cache_dir=cache, min_interval=timedelta(0), max_age=timedelta.max)
    law.preload()
    return law


def _refreshed(law: KratomLaw) -> tuple[RefreshReport, float]:
    begun = time.process_time()
    report = law.refresh(allow_shrink=True)
    return report, time.process_time() - begun


if __name__ == "__main__":
    main()
