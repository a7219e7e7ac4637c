"""What the tests of a refresh share: versions, sources that hold them, and what must be true after a refresh.

All versions are later releases of the day of the bundled data. So they are newer than it whatever is released, and
never from the future.
"""

import hashlib
import json
import os
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from helpers import ROOT
from kratomlaw import Answer, KratomLaw, KratomLawError, RefreshOutcome, RefreshReport
from kratomlaw.updates.manifest import DatasetFile, Manifest, dataset_name, write_manifest
from misbehaving import Behaviour, Server
from survival_worker import CODES, DAY

__all__ = [
    "BUNDLED",
    "BUNDLED_VERSION",
    "CODES",
    "DAY",
    "V1",
    "V2",
    "V3",
    "WHOLE_BUNDLE",
    "Change",
    "answers_of",
    "assert_kept",
    "assert_updated",
    "bundle_manifest",
    "clean_environment",
    "described",
    "drip",
    "drip_headers",
    "drop",
    "either_file",
    "make_dataset",
    "make_law",
    "make_manifest",
    "make_older",
    "offer",
    "release",
    "set_clock",
    "stall",
    "status",
    "stored",
    "versions_before",
]

WHOLE_BUNDLE = (ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_bytes()
"""The dataset in the package."""


def _part_of(whole: bytes) -> bytes:
    """A twentieth of the dataset in the package, in its form, so that a refresh takes a twentieth of the time."""
    head, _, lines = whole.partition(b'"records":{\n')
    kept = [line for line in lines.split(b"\n") if line.startswith(b'"') and _wanted(line[1 : line.index(b'"', 1)])]
    return head + b'"records":{\n' + b"\n".join([line.rstrip(b",") + b"," for line in kept]).rstrip(b",") + b"\n}\n}\n"


def _wanted(code: bytes) -> bool:
    return code.decode() in CODES or (code.startswith(b"US-M") and b"/" not in code) or code.startswith(b"A")


BUNDLED = _part_of(WHOLE_BUNDLE)
"""The dataset that tests find in place of the bundled one."""
BUNDLED_VERSION: str = json.loads(BUNDLED)["version"]


def release(number: int) -> str:
    """The version of the nth release after the bundled one, on the same day."""
    day, so_far = BUNDLED_VERSION[:10], BUNDLED_VERSION[11:]
    return f"{day}.{int(so_far or 0) + number}"


V1, V2, V3 = map(release, (1, 2, 3))

Change = Callable[[dict[str, Any]], object]


def bundle_manifest() -> bytes:
    """The manifest of the dataset that tests find in place of the bundled one."""
    document = json.loads(BUNDLED)
    described = {"version": document["version"], "built_on": document["built_on"], "size": len(BUNDLED)}
    return json.dumps(
        {"schema": 1, "sha256": hashlib.sha256(BUNDLED).hexdigest(), "crc32": zlib.crc32(BUNDLED), **described}
    ).encode()


def clean_environment(**more: str) -> dict[str, str]:
    """The environment for a process, without proxies or settings of the machine that the tests run on."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not (name.lower().endswith("_proxy") or name.startswith(("KRATOMLAW_", "SSL_CERT_")))
    }
    return {**kept, "KRATOMLAW_MAX_AGE": "99999", **more}


@cache
def make_dataset(version: str, change: Change | None = None, base: bytes = BUNDLED) -> bytes:
    """The bundled records as another version, which every answer from it names."""
    document = json.loads(base)
    document |= {"version": version, "built_on": version[:10].replace(".", "-")}
    if change:
        change(document)
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def described(version: str, content: bytes) -> DatasetFile:
    """What a manifest says about a dataset."""
    sha256 = hashlib.sha256(content).hexdigest()
    return DatasetFile(version=version, size=len(content), sha256=sha256, file=dataset_name(version))


def make_manifest(*files: DatasetFile, key: Ed25519PrivateKey | None = None) -> bytes:
    """A manifest of some datasets, newest first."""
    now = datetime.now(UTC)
    manifest = Manifest(
        schema=1, **files[0].model_dump(), created=now, expires=now + timedelta(days=30), requires="0.1", versions=files
    )
    return write_manifest(manifest, key)


def offer(
    server: Server,
    version: str,
    change: Change | None = None,
    *,
    key: Ed25519PrivateKey | None = None,
    says: Mapping[str, object] | None = None,
    base: bytes = BUNDLED,
) -> None:
    """Publish a version at the server; ``says`` replaces what the manifest says, after it was signed."""
    content = make_dataset(version, change, base)
    server.files[dataset_name(version)] = content
    held = [
        described(name.removeprefix("dataset-").removesuffix(".json"), known)
        for name, known in server.files.items()
        if name.startswith("dataset-") and name != dataset_name(version)
    ]
    manifest = json.loads(make_manifest(described(version, content), *held, key=key))
    server.files["manifest.json"] = json.dumps(manifest | dict(says or {})).encode()


def drop(count: int, document: dict[str, Any]) -> None:
    """Remove records from a dataset."""
    for code in sorted(document["records"])[:count]:
        del document["records"][code]


def make_older(path: Path, seconds: float) -> None:
    """Date a new file back, by the clock that dates files."""
    moment = path.stat().st_mtime - seconds
    os.utime(path, (moment, moment))


def make_law(source: Any, folder: Path, **settings: Any) -> KratomLaw:
    """A client that asks its source whenever it is told to."""
    wanted: dict[str, Any] = {"min_interval": timedelta(0), "cache_dir": folder / "cache"} | settings
    return KratomLaw(source=source, **wanted)


def answers_of(law: KratomLaw) -> tuple[Answer, ...]:
    """Some answers; each names the version of its data."""
    return tuple(law.lookup(code=code, on=DAY) for code in CODES)


def stored(law: KratomLaw) -> dict[str, bytes]:
    """What the cache holds, but for the notes on the last visits to sources."""
    folder = law._state.settings.cache_dir
    assert folder is not None
    return {path.name: path.read_bytes() for path in folder.glob("*") if not path.name.startswith("source-")}


def assert_kept(law: KratomLaw, error: type[KratomLawError], **how: Any) -> RefreshReport:
    """Refresh, and assert that it fails with this error and that no answer is another one than before."""
    before, info, files = answers_of(law), law.dataset(), stored(law)
    report = law.refresh(**how)
    assert report.problem is not None, report
    assert (report.outcome, report.problem.error) == (RefreshOutcome.KEPT, error.__name__), report
    assert report.version == report.previous == info.version
    assert report.problem.hint
    assert answers_of(law) == before
    assert law.dataset() == info
    assert stored(law) == files, "the next process would answer differently"
    return report


def assert_updated(law: KratomLaw, version: str, **how: Any) -> RefreshReport:
    """Refresh, and assert that all answers come from this version."""
    report = law.refresh(**how)
    assert (report.outcome, report.version, report.problem) == (RefreshOutcome.UPDATED, version, None)
    assert law.dataset().version == law.lookup("US-LA", on=DAY).dataset_version == version
    return report


def set_clock(monkeypatch: pytest.MonkeyPatch, offset: timedelta) -> None:
    """Set the clock by which everything is judged, that far from the real one; what waits and measures is not changed."""
    monkeypatch.setattr(time, "time", lambda: time.time_ns() / 1e9 + offset.total_seconds())


def versions_before(version: str, days: int) -> str:
    """The version of the data some days before another."""
    day = datetime.strptime(version[:10], "%Y.%m.%d").replace(tzinfo=UTC) - timedelta(days=days)
    return f"{day:%Y.%m.%d}"


def stall(exchange: Any) -> None:
    """Accept a request and say nothing."""
    exchange.stall()


def drip(exchange: Any) -> None:
    """Send a byte well within every timeout, for a minute, so that a client without a deadline fails and does not hang."""
    exchange.start(200, {"Content-Length": "6000"})
    for _ in range(6_000):
        if exchange.released.wait(0.01):
            return
        exchange.send(b"{")


def drip_headers(exchange: Any) -> None:
    """The same with the headers."""
    exchange.raw(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(6_000):
        if exchange.released.wait(0.01):
            return
        exchange.raw(b"x")


def status(number: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with this status."""
    return lambda exchange: exchange.answer(number, body, headers)


either_file = pytest.mark.parametrize("name", ["manifest.json", dataset_name(V2)], ids=["manifest", "dataset"])
