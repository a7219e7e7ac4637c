"""What comes of mutated manifests and datasets? Data that can be used, or an error of this library."""

import copy
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kratomlaw import (
    FetchRequest,
    FetchResponse,
    KratomLaw,
    KratomLawError,
    Origin,
    RefreshOutcome,
    SourceUnreachableError,
)
from kratomlaw.data.dataset import Dataset
from kratomlaw.data.validation import parse
from kratomlaw.updates.manifest import dataset_name, write_manifest
from kratomlaw.updates.trust import Trust
from long_versions import sized
from sources import DAY, V1

CITED = {
    "title": "Act 1",
    "url": "https://law.example.org/1",
    "kind": "statute",
    "published": "2020",
    "supports": "All.",
}


TINY: dict[str, Any] = {
    "schema": 1,
    "version": V1,
    "built_on": V1[:10].replace(".", "-"),
    "records": {
        "US-CA/san-diego": {
            "code": "US-CA/san-diego",
            "name": "San Diego",
            "level": "city",
            "aliases": ["S. D."],
            "verified_on": DAY,
            "periods": [
                {
                    "from": "2016-06",
                    "until": "2026-01-01",
                    "began_earlier": True,
                    "status": "restricted",
                    "sale": "restricted",
                    "possession": "allowed",
                    "min_age": 21,
                    "products": {"extract": "banned", "7-oh": {"status": "banned", "sale": "prohibited"}},
                    "confidence": "high",
                    "summary": "Restricted.",
                    "conditions": [{"kind": "age", "text": "21.", "products": ["leaf"]}],
                    "citations": [CITED],
                }
            ],
            "advisories": [{"from": "2018", "issuer": "City", "text": "Beware.", "citations": [CITED]}],
            "pending": [{"title": "Bill", "step": "Read.", "on": "2026-10", "effect": "A ban.", "citations": [CITED]}],
        }
    },
}
"""A dataset with one record that has every kind of content."""


ODD: tuple[object, ...] = (
    None,
    True,
    0,
    1,
    2,
    -1,
    10**300,
    -(10**4000),
    0.5,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "x" * 10_000,
    "\x00",
    "\u202e",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "0001",
    "2026.11.23.999999",
    "٢٠٢٧.٠١.٠١",
    "2",
    2.0,
    "0" * 64,
    "f" * 64,
    "banned",
    "US",
    "../../etc/passwd",
    [],
    [[]],
    {},
    {"": {}},
    ["leaf"] * 100,
)


BYTES: tuple[bytes, ...] = (
    b"",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x92\xa9",
    b"9" * 50,
    b"1e999",
    b"-",
    b"NaN",
    b"[" * 300,
    b'{"a":' * 300,
    b'"',
    b"}",
    b",",
    b"\n",
)


PROFILE = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), report_multiple_bugs=False
)


Steps = list[tuple[int, int, int]]


def steps_of(seed: int) -> Steps:
    """A few mutations; one number for all of them is drawn many times faster than each of its own."""
    draw = random.Random(seed)  # noqa: S311
    return [(draw.randrange(9), draw.randrange(2**16), draw.randrange(256)) for _ in range(draw.randint(1, 4))]


STEPS = st.integers(0, 2**62).map(steps_of)


def mutated(document: dict[str, Any], steps: Steps) -> bytes:
    """A document with some of its nodes and bytes replaced, removed, doubled, nested or flipped."""
    tree = json.loads(json.dumps(document))
    for kind, where, what in steps:
        if kind < 5:
            _mutate_tree(tree, kind, where, what)
    content = json.dumps(tree).encode()
    for kind, where, what in steps:
        if kind >= 5 and content:
            content = _mutate_bytes(content, kind, where % len(content), what)
    return content


def _mutate_tree(tree: dict[str, Any], kind: int, where: int, what: int) -> None:
    holders = [(holder, key) for holder in _holders(tree) for key in _keys(holder)]
    if not holders:
        return
    holder, key = holders[where % len(holders)]
    if kind == 0 and isinstance(holder, dict):
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[f"{key}{what}"] = holder.pop(key)
    elif kind == 2:
        other_holder, other_key = holders[what % len(holders)]
        holder[key] = copy.deepcopy(other_holder[other_key])
    elif kind == 3:
        for _ in range(what):
            holder[key] = [holder[key]]
    else:
        holder[key] = copy.deepcopy(ODD[what % len(ODD)])


def _mutate_bytes(content: bytes, kind: int, at: int, what: int) -> bytes:
    if kind == 5:
        return content[:at] + bytes([content[at] ^ (1 << what % 8)]) + content[at + 1 :]
    if kind == 6:
        return content[:at] + BYTES[what % len(BYTES)] + content[at:]
    if kind == 7:
        return content[:at] + content[at : at + what] + content[at:]
    return content[:at] + content[at + what :]


def _holders(node: Any) -> Iterator[Any]:
    if isinstance(node, (dict, list)):
        yield node
        for value in node.values() if isinstance(node, dict) else node:
            yield from _holders(value)


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


def tiny_manifest(dataset: bytes) -> dict[str, Any]:
    file = {"version": V1, "size": max(1, len(dataset)), "sha256": hashlib.sha256(dataset).hexdigest()}
    return {
        "schema": 1,
        **file,
        "file": dataset_name(V1),
        "created": f"{V1[:10].replace('.', '-')}T00:00:00Z",
        "expires": "2999-01-01T00:00:00Z",
        "requires": "0.1.0",
        "versions": [file],
    }


TINY_BYTES = json.dumps(TINY).encode()


TINY_MANIFEST = tiny_manifest(TINY_BYTES)


KEYS: tuple[tuple[str, ...], ...] = ((), ("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",))


class InMemory:
    """A client of an application whose source sends what a test put into it."""

    def __init__(self) -> None:
        self.manifest = self.dataset = b""
        self.status = 200
        self.headers: dict[str, str] = {}

    def fetch(self, request: FetchRequest) -> FetchResponse:
        body = self.manifest if request.url.endswith("/manifest.json") else self.dataset
        if len(body) > request.max_bytes:
            raise SourceUnreachableError("The answer is too long.", hint="Check the source.")
        return FetchResponse(self.status, self.headers, body)


def exercise(dataset: Dataset) -> None:
    """Make every record: what passed the checks must be usable."""
    for code in dataset.codes():
        assert dataset.record(code) is not None
        dataset.parent(code)
    dataset.local_places()


class TestWhateverASourceSends:
    """Nothing but errors of this library may come of any document."""

    @sized("examples", 1_000, 30_000)
    def test_a_manifest_is_read_or_refused(self, examples: int) -> None:
        @settings(PROFILE, max_examples=examples)
        @given(STEPS, st.sampled_from(KEYS))
        def check(steps: Steps, keys: tuple[str, ...]) -> None:
            content = mutated(TINY_MANIFEST, steps)
            now = datetime.now(UTC)
            try:
                manifest = Trust(public_keys=keys, library_version="0.1.0", now=now).read_manifest(content).manifest
            except KratomLawError as error:
                assert error.hint
                assert len(str(error)) < 1000
            else:
                assert keys == ()
                again = Trust(library_version="0.1.0", now=now).read_manifest(write_manifest(manifest))
                assert again.manifest == manifest

        check()

    @sized("examples", 400, 8_000)
    def test_a_dataset_is_read_or_refused(self, examples: int) -> None:
        @settings(PROFILE, max_examples=examples)
        @given(STEPS, st.booleans())
        def check(steps: Steps, lenient: bool) -> None:
            try:
                dataset = parse(mutated(TINY, steps), name="It", origin=Origin.CACHE, lenient=lenient)
            except KratomLawError as error:
                assert error.hint
            else:
                exercise(dataset)

        check()

    @sized("examples", 300, 3_000)
    def test_a_refresh_takes_it_or_keeps_what_there_was(self, tmp_path: Path, examples: int) -> None:
        client = InMemory()
        outcomes: Counter[str] = Counter()

        def fresh() -> KratomLaw:
            return KratomLaw(
                source="https://law.example.org",
                fetcher=client,
                cache_dir=tmp_path / str(outcomes.total()),
                min_interval=timedelta(0),
                max_age=timedelta.max,
            )

        law = fresh()

        @settings(PROFILE, max_examples=examples)
        @given(STEPS, st.sampled_from("mmmdddbh"), st.integers(0, 255))
        def check(steps: Steps, which: str, what: int) -> None:
            nonlocal law
            client.dataset = mutated(TINY, steps) if which in "db" else TINY_BYTES
            manifest = tiny_manifest(client.dataset)
            client.manifest = mutated(manifest, steps) if which in "mb" else json.dumps(manifest).encode()
            odd = ODD[what % len(ODD)]
            client.headers = (
                dict.fromkeys(("etag", "last-modified", "retry-after"), str(odd)[:99]) if which == "h" else {}
            )
            client.status = (200, 304, 429, 503, 0)[what % 5] if which == "h" else 200
            report = law.refresh(allow_shrink=True, force=True)
            outcomes[report.outcome] += 1
            assert report.problem is None or report.problem.hint
            law.lookup("San Diego, CA", on=DAY)
            if report.outcome is not RefreshOutcome.KEPT:
                assert law.refresh(allow_shrink=True, force=True).version == report.version
                law = fresh()

        check()
        assert set(outcomes) == {"updated", "kept"}
        assert min(outcomes.values()) > examples / 30, outcomes
