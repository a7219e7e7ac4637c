"""Does anything that users, sources and clocks do one after the other bring back older, bad or future data?

A machine of hypothesis publishes, configures, refreshes, restarts and moves the clock in any order, against a folder and
a real web server, and compares each refresh with what the rules of ``trust`` make of it.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kratomlaw import KratomLaw, KratomLawError, RefreshOutcome
from kratomlaw.data.versions import day_of, version_key
from kratomlaw.maintain.release.publish import public_key_of
from kratomlaw.updates.manifest import Manifest, dataset_name, write_manifest
from long_versions import sized
from misbehaving import Server
from sources import BUNDLED_VERSION, DAY, described, drop, make_dataset

KEYS = (Ed25519PrivateKey.from_private_bytes(bytes(32)), Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
SIGNERS, TRUSTED = st.sampled_from((0, 0, 1, None)), st.sampled_from((None, None, 0, 1))
"""Which of the keys a publisher signs with, and which an instance trusts; the usual more often."""
SOURCES, CACHES = st.sampled_from(("folder", "server")), st.sampled_from(("one", "two"))
HOUR = timedelta(hours=1)
LIFETIME = timedelta(days=30)
OWN_RECORD = """
code = "DE"
name = "Germany"
verified_on = "2026-11-23"
[[periods]]
from = "2020-01-01"
status = "banned"
sale = "prohibited"
possession = "unknown"
confidence = "medium"
summary = "We do not ship here."
note = "Counsel's reading."
[[periods.citations]]
title = "Memo 7"
kind = "paper"
supports = "The block."
"""


def _break(document: dict[str, Any]) -> None:
    document["records"]["US-LA"]["periods"][0]["status"] = "forbidden"


def _circle(document: dict[str, Any]) -> None:
    document["records"]["US"]["parent"] = "US-LA"


CHANGES: Mapping[str, Callable[[dict[str, Any]], object] | None] = {
    "good": None,
    "broken": _break,
    "a circle": _circle,
    "shrunk": partial(drop, 10),
}
"""What a publisher may do to a dataset whose manifest is right."""
DAMAGES = ("other bytes", "no dataset", "no manifest")
"""What may happen to the files of a source on their way."""


class Offer(NamedTuple):
    """What a source holds now."""

    version: str
    kind: str
    sha256: str
    signer: int | None
    expires: datetime


class Settings(NamedTuple):
    """What an instance is configured with, of that which matters to what it believes."""

    source: str
    cache: str
    key: int | None
    min_interval: timedelta
    overlay: bool


class Machine(RuleBasedStateMachine):
    """Everything that may happen, and what must be true after each of it."""

    def __init__(self, folder: Path, server: Server, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        # Each run has a folder of its own; the server stays, since it listens.
        self._folder = folder / str(len(list(folder.iterdir())))
        self._own = self._folder / "own"
        self._own.mkdir(parents=True)
        (self._own / "germany.toml").write_text(OWN_RECORD, "utf-8")
        self._server = server
        self._server.files = {}
        self._offers: dict[str, Offer] = {}
        self._now = datetime.combine(day_of(BUNDLED_VERSION), datetime.min.time(), UTC) + timedelta(hours=12)
        patch.setattr(time, "time", self._seconds)
        self._accepted: dict[tuple[str, int | None], set[str]] = {}
        self._anyhow: dict[str, set[str]] = {"one": set(), "two": set()}
        self._answered: dict[tuple[str, str], datetime] = {}

    @initialize(cache=CACHES, source=SOURCES)
    def begin(self, cache: str, source: str) -> None:
        self._configured = Settings(source, cache, None, timedelta(0), overlay=False)
        self._law = KratomLaw(**self._arguments())
        for each in ("folder", "server"):
            self._publish(each, days=0, number=1, kind="good", signer=0)

    # What may happen

    @rule(
        source=SOURCES,
        days=st.sampled_from((0, 0, 0, 1, -1, 2, 5, -40)),
        number=st.integers(1, 4),
        kind=st.sampled_from(("good",) * 5 + (*CHANGES, *DAMAGES)),
        signer=SIGNERS,
    )
    def publish(self, source: str, days: int, number: int, kind: str, signer: int | None) -> None:
        """A version some days from now: newer, older, from the future, bad or damaged."""
        self._publish(source, days, number, kind, signer)
        self._refresh(strict=False)

    def _publish(self, source: str, days: int, number: int, kind: str, signer: int | None) -> None:
        version = f"{self._now + timedelta(days=days):%Y.%m.%d}.{number}"
        content = make_dataset(version, CHANGES.get(kind))
        file = described(version, content)
        expires = self._now + LIFETIME
        manifest = Manifest(
            schema=1, **file.model_dump(), created=self._now, expires=expires, requires="0.1", versions=(file,)
        )
        files = {
            dataset_name(version): content if kind != "other bytes" else content.replace(b"legal", b"lawful", 1),
            "manifest.json": write_manifest(manifest, None if signer is None else KEYS[signer]),
        }
        files.pop({"no dataset": dataset_name(version), "no manifest": "manifest.json"}.get(kind, ""), None)
        self._put(source, files)
        self._offers[source] = Offer(version, kind, file.sha256, signer, expires)

    @rule(
        source=SOURCES,
        cache=CACHES,
        key=TRUSTED,
        min_interval=st.sampled_from((timedelta(0), HOUR)),
        overlay=st.booleans(),
    )
    def configure(self, source: str, cache: str, key: int | None, min_interval: timedelta, overlay: bool) -> None:
        self._configured = Settings(source, cache, key, min_interval, overlay)
        self._law.configure(**self._arguments())

    @rule()
    def restart(self) -> None:
        self._law = KratomLaw(**self._arguments())

    @rule(span=st.sampled_from((timedelta(minutes=10), HOUR, timedelta(days=1), timedelta(days=3), timedelta(days=31))))
    def advance(self, span: timedelta) -> None:
        self._now += span

    @rule(strict=st.booleans())
    def refresh(self, strict: bool) -> None:
        self._refresh(strict=strict)

    def _refresh(self, *, strict: bool) -> None:
        before = self._law.dataset()
        expected = self._expected(before.version, before.sha256)
        offer = self._offers.get(self._configured.source)
        visit = (self._configured.cache, self._configured.source)
        if strict and expected == {RefreshOutcome.KEPT}:
            with pytest.raises(KratomLawError) as caught:
                self._law.refresh(strict=True)
            assert caught.value.hint
            assert self._law.dataset().version == before.version
            return
        report = self._law.refresh()
        assert report.outcome in expected, (report, offer, self._configured)
        assert report.previous == before.version
        if report.outcome is RefreshOutcome.KEPT:
            assert report.problem is not None, "a refusal is said"
            assert report.problem.hint
        else:
            assert report.problem is None
        if report.outcome is RefreshOutcome.UPDATED:
            assert offer is not None
            assert report.version == offer.version
            self._accepted.setdefault((self._configured.cache, self._configured.key), set()).add(offer.version)
            self._anyhow[self._configured.cache].add(offer.version)
        else:
            assert report.version == before.version
        if report.outcome in (RefreshOutcome.UPDATED, RefreshOutcome.UNCHANGED):
            self._answered[visit] = self._now

    # What must be true

    @invariant()
    def there_is_an_answer_from_one_version(self) -> None:
        version = self._law.dataset().version
        answers = [self._law.lookup(code=code, on=DAY) for code in ("US-LA", "DE", "TH")]
        assert {answer.dataset_version for answer in answers} == {version}
        assert [answer.is_banned for answer in answers[:2]] == [True, self._configured.overlay]

    @invariant()
    def nothing_accepted_is_lost_and_nothing_else_is_used(self) -> None:
        version = self._law.dataset().version
        accepted = self._accepted.get((self._configured.cache, self._configured.key), set())
        assert version_key(version) >= max(map(version_key, (BUNDLED_VERSION, *accepted)))
        assert version in {BUNDLED_VERSION, *self._anyhow[self._configured.cache]}

    @invariant()
    def nothing_comes_from_the_future(self) -> None:
        assert self._law.dataset().built_on <= self._tomorrow()

    # How it is done

    def _expected(self, version: str, sha256: str) -> set[RefreshOutcome]:
        """What the rules of trust make of a refresh."""
        offer = self._offers.get(self._configured.source)
        answered = self._answered.get((self._configured.cache, self._configured.source))
        if answered is not None and self._now - answered < self._configured.min_interval:
            return {RefreshOutcome.SKIPPED}
        if (
            offer is None
            or offer.kind == "no manifest"
            or self._configured.key not in (None, offer.signer)
            or day_of(offer.version) > max(self._tomorrow(), day_of(version))
            or self._now >= offer.expires
            or version_key(offer.version) < version_key(version)
        ):
            return {RefreshOutcome.KEPT}
        if offer.version == version:
            return {RefreshOutcome.UNCHANGED if offer.sha256 == sha256 else RefreshOutcome.KEPT}
        if offer.kind in DAMAGES and offer.version in self._anyhow[self._configured.cache]:
            return {RefreshOutcome.KEPT, RefreshOutcome.UPDATED}  # the cache may hold the dataset that does not come
        return {RefreshOutcome.UPDATED if offer.kind == "good" else RefreshOutcome.KEPT}

    def _seconds(self) -> float:
        """The time by the clock of the machine, which stands still between its rules."""
        return self._now.timestamp()

    def _tomorrow(self) -> date:
        return (self._now + timedelta(days=1)).date()

    def _arguments(self) -> dict[str, Any]:
        source, cache, key, min_interval, overlay = self._configured
        return {
            "source": self._server.url if source == "server" else self._folder / source,
            "cache_dir": self._folder / f"cache-{cache}",
            "public_key": None if key is None else public_key_of(KEYS[key]),
            "min_interval": min_interval,
            "overlay": self._own if overlay else None,
        }

    def _put(self, source: str, files: Mapping[str, bytes]) -> None:
        if source == "server":
            self._server.files = dict(files)
            return
        (self._folder / source).mkdir(exist_ok=True)
        for old in (self._folder / source).iterdir():
            old.unlink()
        for name, content in files.items():
            (self._folder / source / name).write_bytes(content)


@pytest.mark.filterwarnings("ignore::kratomlaw.KratomLawCacheWarning")  # a key may not fit what the cache holds
@sized("runs", 6, 40)
def test_nothing_that_happens_in_any_order_brings_back_older_bad_or_future_data(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    class Here(Machine):
        def __init__(self) -> None:
            super().__init__(tmp_path, server, monkeypatch)

    run_state_machine_as_test(Here, settings=settings(max_examples=runs, stateful_step_count=25))
