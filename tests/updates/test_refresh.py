"""Refreshing from sources that misbehave, over real HTTP on loopback: whatever they do, answers stay as they were."""

import asyncio
import gzip
import hashlib
import json
import logging
import logging.handlers
import os
import queue
import shutil
import ssl
import stat
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from helpers import ROOT
from kratomlaw import (
    Answer,
    CacheWriteError,
    DataError,
    ExpiredError,
    FetchRequest,
    FetchResponse,
    IntegrityError,
    InvalidDataError,
    InvalidQueryError,
    KratomLaw,
    KratomLawError,
    NoSourceError,
    Origin,
    RefreshError,
    RefreshOutcome,
    RefreshReport,
    RollbackError,
    SchemaVersionError,
    SourceResponseError,
    SourceUnreachableError,
)
from kratomlaw.data.bundled import bundled
from kratomlaw.maintain.release.publish import make_key, public_key_of, publish, read_key
from kratomlaw.updates.manifest import (
    MAX_MANIFEST,
    DatasetFile,
    Manifest,
    dataset_name,
    read_manifest,
    write_manifest,
)
from misbehaving import Behaviour, Exchange, Server, make_authority, refusing_address

BUNDLED = (ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_bytes()
BUNDLED_VERSION = "2026.11.23"
A_TENTH = len(bundled().codes()) // 10
V1, V2, V3 = "2027.01.01", "2027.02.01", "2027.03.01"
DAY = "2026-11-23"
HTML = b"<!doctype html><title>Welcome to our portal</title>" + b"<p>Please log in.</p>" * 50
HUGE = 100_000_000

Change = Callable[[dict[str, Any]], object]


@cache
def make_dataset(version: str, change: Change | None = None) -> bytes:
    """The bundled records as another version, so that every answer from it tells that it is."""
    document = json.loads(BUNDLED)
    document |= {"version": version, "built_on": version[:10].replace(".", "-")}
    if change:
        change(document)
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def described(version: str, content: bytes) -> DatasetFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return DatasetFile(version=version, size=len(content), sha256=sha256, file=dataset_name(version))


def make_manifest(*files: DatasetFile, key: Ed25519PrivateKey | None = None) -> bytes:
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
) -> None:
    """Publish a version at the server; ``says`` replaces what the manifest says, after it was signed."""
    content = make_dataset(version, change)
    server.files[dataset_name(version)] = content
    held = [
        described(name.removeprefix("dataset-").removesuffix(".json"), known)
        for name, known in server.files.items()
        if name.startswith("dataset-") and name != dataset_name(version)
    ]
    manifest = json.loads(make_manifest(described(version, content), *held, key=key))
    server.files["manifest.json"] = json.dumps(manifest | dict(says or {})).encode()


def make_law(source: Any, folder: Path, **settings: Any) -> KratomLaw:
    usual = {"min_interval": timedelta(0), "max_age": timedelta(days=36500), "cache_dir": folder / "cache"}
    wanted: dict[str, Any] = usual | settings
    return KratomLaw(source=source, **wanted)


def answers_of(law: KratomLaw) -> tuple[Answer, ...]:
    return tuple(law.lookup(place, on=DAY) for place in law.jurisdictions(level="state"))


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
    # So that one who starts anew answers alike.
    assert stored(law) == files
    return report


def assert_updated(law: KratomLaw, version: str, **how: Any) -> RefreshReport:
    report = law.refresh(**how)
    assert (report.outcome, report.version, report.problem) == (RefreshOutcome.UPDATED, version, None)
    assert law.dataset().version == law.lookup("US-LA", on=DAY).dataset_version == version
    return report


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A certificate for loopback, and the file by which it is trusted."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, authority: tuple[ssl.SSLContext, Path]) -> None:
    """No proxy or setting of the machine that the tests run on, and one authority: to read them all takes long."""
    for name in tuple(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("KRATOMLAW_", "SSL_CERT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))


@pytest.fixture
def server() -> Iterator[Server]:
    """A source that holds V1."""
    with Server() as made:
        offer(made, V1)
        yield made


@pytest.fixture
def law(server: Server, tmp_path: Path) -> KratomLaw:
    """A client that has fetched V1, with a source that offers V2: what goes wrong must leave V1 in use."""
    made = make_law(server.url, tmp_path)
    made.refresh(strict=True)
    offer(server, V2)
    server.forget()
    return made


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


# How a source may misbehave, with either of its files.


def reset_in_the_body(exchange: Exchange) -> None:
    exchange.start(200, {"Content-Length": "5000"})
    exchange.send(b"{" * 1000)
    exchange.reset()


def reset_at_once(exchange: Exchange) -> None:
    exchange.reset()


def hang_up(exchange: Exchange) -> None:
    """End without having said anything."""


def stall(exchange: Exchange) -> None:
    exchange.stall()


def stall_in_the_body(exchange: Exchange) -> None:
    exchange.start(200, {"Content-Length": "5000"})
    exchange.send(b"{")
    exchange.stall()


def drip(exchange: Exchange) -> None:
    """Send a byte well within every timeout, but never come to an end."""
    exchange.start(200, {"Content-Length": "300000"})
    while not exchange.released.wait(0.01):
        exchange.send(b"{")


def drip_headers(exchange: Exchange) -> None:
    exchange.raw(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(250):  # an end, so that a client without a deadline fails the test and does not hang it
        if exchange.released.wait(0.01):
            return
        exchange.raw(b"x")


def speak_something_else(exchange: Exchange) -> None:
    exchange.raw(b"220 mail.example.org ESMTP\r\n")


def promise_more(exchange: Exchange) -> None:
    exchange.answer(200, b'{"schema": 1}', {"Content-Length": "5000"})


def cut_off_chunks(exchange: Exchange) -> None:
    exchange.start(200, {"Transfer-Encoding": "chunked"})
    exchange.send(b"10\r\n{}")


def status(number: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Behaviour:
    return lambda exchange: exchange.answer(number, body, headers)


def redirect(target: str, number: int = 301) -> Behaviour:
    return status(number, headers={"Location": target} if target else {})


def packed(content: bytes) -> Behaviour:
    return status(200, content, {"Content-Encoding": "gzip"})


def bomb() -> bytes:
    """A hundred megabytes in a hundred kilobytes."""
    return gzip.compress(b" " * HUGE, compresslevel=9)


def pour(exchange: Exchange) -> None:
    exchange.start(200, {"Content-Length": str(HUGE)})
    part = b" " * 65_536
    for _ in range(HUGE // len(part)):
        exchange.send(part)


def pour_without_saying_how_much(exchange: Exchange) -> None:
    exchange.start(200)
    while not exchange.released.is_set():
        exchange.send(b" " * 65_536)


either_file = pytest.mark.parametrize("name", ["manifest.json", dataset_name(V2)], ids=["manifest", "dataset"])


class TestUnreachable:
    def test_a_name_that_does_not_resolve(self, law: KratomLaw, tmp_path: Path) -> None:
        assert_kept(make_law("http://nowhere.invalid/kratom", tmp_path), SourceUnreachableError)

    def test_a_refused_connection(self, law: KratomLaw, tmp_path: Path) -> None:
        assert_kept(make_law(refusing_address(), tmp_path), SourceUnreachableError)

    @pytest.mark.parametrize("address", ["http://[", "http://127.0.0.1:99999", "https://\u2603.invalid\x00"])
    def test_an_address_that_is_none(self, law: KratomLaw, tmp_path: Path, address: str) -> None:
        assert_kept(make_law(address, tmp_path), SourceUnreachableError)

    @either_file
    @pytest.mark.parametrize(
        "behaviour",
        [
            reset_in_the_body,
            reset_at_once,
            hang_up,
            stall,
            stall_in_the_body,
            speak_something_else,
            promise_more,
            cut_off_chunks,
        ],
    )
    def test_a_conversation_that_breaks_off(
        self, server: Server, law: KratomLaw, name: str, behaviour: Behaviour
    ) -> None:
        server.behaviours[name] = behaviour
        assert_kept(law, SourceUnreachableError, timeout=0.2)

    @either_file
    def test_a_drip_within_every_timeout_ends_at_the_deadline(self, server: Server, law: KratomLaw, name: str) -> None:
        server.behaviours[name] = drip
        begun = time.monotonic()
        report = assert_kept(law, SourceUnreachableError, timeout=0.1)
        assert time.monotonic() - begun < 5  # 12 timeouts of 0.1 seconds, and room for a slow machine
        assert "slowly" in str(report.problem)

    def test_dripping_headers_end_at_the_deadline(self, server: Server, law: KratomLaw) -> None:
        server.behaviours["manifest.json"] = drip_headers
        begun = time.monotonic()
        assert_kept(law, SourceUnreachableError, timeout=0.1)
        assert time.monotonic() - begun < 5  # 12 timeouts of 0.1 seconds, and room for a slow machine

    def test_the_next_refresh_works_once_the_source_does(self, server: Server, law: KratomLaw) -> None:
        server.behaviours["*"] = reset_in_the_body
        assert_kept(law, SourceUnreachableError)
        server.behaviours.clear()
        assert_updated(law, V2)

    def test_an_authority_that_nobody_trusts(self, law: KratomLaw, tmp_path: Path) -> None:
        with Server(tls=make_authority(tmp_path)[0]) as secure:
            offer(secure, V2)
            assert_kept(make_law(secure.url, tmp_path), SourceUnreachableError)
            assert secure.names() == []

    def test_an_authority_from_the_environment_is_trusted(
        self, law: KratomLaw, tmp_path: Path, authority: tuple[ssl.SSLContext, Path]
    ) -> None:
        with Server(tls=authority[0]) as secure:
            offer(secure, V2)
            assert_updated(make_law(secure.url, tmp_path), V2)


class TestAnswersThatAreNone:
    @either_file
    @pytest.mark.parametrize("number", [204, 400, 401, 403, 404, 429, 500, 503])
    def test_another_status_than_200_is_named(self, server: Server, law: KratomLaw, name: str, number: int) -> None:
        server.behaviours[name] = status(number)
        assert f" {number}." in str(assert_kept(law, SourceResponseError).problem)

    def test_not_modified_for_a_manifest_that_nobody_knows(self, server: Server, tmp_path: Path) -> None:
        server.behaviours["manifest.json"] = status(304)
        assert " 304." in str(assert_kept(make_law(server.url, tmp_path), SourceResponseError).problem)

    def test_not_modified_for_a_dataset(self, server: Server, law: KratomLaw) -> None:
        server.behaviours[dataset_name(V2)] = status(304)
        assert " 304." in str(assert_kept(law, SourceResponseError).problem)

    @either_file
    def test_nothing(self, server: Server, law: KratomLaw, name: str) -> None:
        server.behaviours[name] = status(200)
        assert_kept(law, SourceResponseError)

    @pytest.mark.parametrize(
        ("name", "error"), [("manifest.json", SourceResponseError), (dataset_name(V2), IntegrityError)]
    )
    def test_a_portal_that_wants_a_login(
        self, server: Server, law: KratomLaw, name: str, error: type[KratomLawError]
    ) -> None:
        server.behaviours[name] = status(200, HTML, {"Content-Type": "text/html"})
        assert_kept(law, error)

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"[]",
            b"null",
            b"1",
            b'"manifest"',
            b"{}",
            b"\x00" * 100,
            b"\xff\xfe{}",
            b"[" * 100_000,
            b'{"a":' * 9999,
        ],
        ids=lambda body: repr(body[:8]),
    )
    def test_a_manifest_of_another_form(self, server: Server, law: KratomLaw, body: bytes) -> None:
        server.files["manifest.json"] = body
        assert_kept(law, SourceResponseError)

    @either_file
    @pytest.mark.parametrize(
        "behaviour",
        [
            pytest.param(packed(gzip.compress(BUNDLED)[:500]), id="cut off"),
            pytest.param(packed(gzip.compress(HTML)[:-1]), id="without its last byte"),
            pytest.param(packed(b"this is no gzip"), id="not packed"),
            pytest.param(status(200, b"x", {"Content-Encoding": "br"}), id="another packing"),
            pytest.param(status(200, b"x", {"Content-Encoding": "gzip, gzip"}), id="packed twice"),
        ],
    )
    def test_broken_packing(self, server: Server, law: KratomLaw, name: str, behaviour: Behaviour) -> None:
        server.behaviours[name] = behaviour
        assert_kept(law, SourceResponseError)

    def test_packed_answers_are_unpacked(self, server: Server, law: KratomLaw) -> None:
        for name, content in server.files.items():
            server.behaviours[name] = packed(gzip.compress(content))
        assert_updated(law, V2)

    @either_file
    def test_a_bomb_is_never_unpacked(self, server: Server, law: KratomLaw, name: str) -> None:
        server.behaviours[name] = packed(bomb())
        tracemalloc.start()
        try:
            report = law.refresh()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert report.problem is not None
        assert report.problem.error == "SourceResponseError"
        assert peak < 10_000_000
        assert {answer.dataset_version for answer in answers_of(law)} == {V1}

    @either_file
    @pytest.mark.parametrize("behaviour", [pour, pour_without_saying_how_much])
    def test_a_flood_is_refused_early(self, server: Server, law: KratomLaw, name: str, behaviour: Behaviour) -> None:
        server.behaviours[name] = behaviour
        assert_kept(law, SourceResponseError)
        # What the limit allows, and what the buffers between the two sides hold.
        assert server.body_bytes < HUGE / 5


class TestRedirects:
    def test_a_loop(self, server: Server, law: KratomLaw) -> None:
        server.behaviours["*"] = redirect("/manifest.json")
        assert_kept(law, SourceResponseError)
        assert len(server.names()) < 10

    @either_file
    @pytest.mark.parametrize("number", [301, 302, 303, 307, 308])
    def test_to_another_place_on_loopback_is_followed(
        self, server: Server, law: KratomLaw, name: str, number: int
    ) -> None:
        with Server() as moved:
            moved.files = server.files
            server.behaviours[name] = redirect(f"{moved.url}/new/{name}", number)
            assert_updated(law, V2)
            assert moved.names() == [name]

    @either_file
    @pytest.mark.parametrize(
        "target",
        [
            "http://nowhere.invalid/manifest.json",
            "//nowhere.invalid/manifest.json",
            "http://127.0.0.1.nowhere.invalid/",
            "http://localhost@nowhere.invalid/",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "ftp://127.0.0.1/manifest.json",
            "",
        ],
    )
    def test_to_what_is_not_https_is_refused(self, server: Server, law: KratomLaw, name: str, target: str) -> None:
        server.behaviours[name] = redirect(target)
        assert_kept(law, SourceResponseError)

    def test_to_what_is_no_address_is_refused(self, server: Server, law: KratomLaw) -> None:
        server.behaviours["*"] = redirect("http://[")
        assert_kept(law, SourceResponseError)

    def test_from_https_to_plain_is_refused_even_on_loopback(
        self, server: Server, law: KratomLaw, tmp_path: Path, authority: tuple[ssl.SSLContext, Path]
    ) -> None:
        with Server(tls=authority[0]) as secure:
            secure.behaviours["*"] = redirect(f"{server.url}/manifest.json")
            assert_kept(make_law(secure.url, tmp_path), SourceResponseError)
            assert secure.names() == ["manifest.json"]
        assert server.names() == []


class TestBeingAskedToWait:
    @either_file
    @pytest.mark.parametrize("number", [429, 503])
    @pytest.mark.parametrize(
        "wait",
        [
            lambda: "3600",
            lambda: format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True),
        ],
        ids=["seconds", "date"],
    )
    def test_the_source_is_left_alone_unless_forced(
        self, server: Server, law: KratomLaw, name: str, number: int, wait: Callable[[], str]
    ) -> None:
        server.behaviours[name] = status(number, headers={"Retry-After": wait()})
        report = assert_kept(law, SourceResponseError)
        assert report.retry_after == pytest.approx(3600, abs=30)
        server.behaviours.clear()
        server.forget()
        skipped = law.refresh()
        assert (skipped.outcome, skipped.version, skipped.problem) == (RefreshOutcome.SKIPPED, V1, None)
        assert skipped.retry_after == pytest.approx(3600, abs=60)
        assert server.names() == []
        assert_updated(law, V2, force=True)

    @pytest.mark.parametrize("wait", ["", "soon", "-5", "1e9", "²", "Mon, 99 Foo 2026", "0"])
    def test_a_wait_without_meaning_is_none(self, server: Server, law: KratomLaw, wait: str) -> None:
        server.behaviours["*"] = lambda exchange: exchange.answer(429, headers={"Retry-After": wait})
        if wait == "²":
            server.behaviours["*"] = lambda exchange: exchange.raw(
                b"HTTP/1.1 429 Slow\r\nRetry-After: \xb2\r\nContent-Length: 0\r\n\r\n"
            )
        assert not assert_kept(law, SourceResponseError).retry_after
        server.behaviours.clear()
        assert_updated(law, V2)

    @pytest.mark.parametrize("wait", ["9" * 400, "999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
    def test_a_day_is_the_longest_wait(self, server: Server, law: KratomLaw, wait: str) -> None:
        server.behaviours["*"] = status(429, headers={"Retry-After": wait})
        assert assert_kept(law, SourceResponseError).retry_after == 86_400


class TestWhatTheManifestSays:
    @pytest.mark.parametrize("more", [1, 1000])
    def test_a_size_that_is_too_large(self, server: Server, law: KratomLaw, more: int) -> None:
        offer(server, V2, says={"size": len(server.files[dataset_name(V2)]) + more})
        assert_kept(law, IntegrityError)

    def test_a_size_that_is_too_small(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, says={"size": len(server.files[dataset_name(V2)]) - 1})
        assert_kept(law, SourceResponseError)

    @pytest.mark.parametrize("size", [0, -1, 50_000_001, 1e300, "many", None])
    def test_a_size_that_no_dataset_has(self, server: Server, law: KratomLaw, size: object) -> None:
        offer(server, V2, says={"size": size})
        assert_kept(law, SourceResponseError)
        assert server.names() == ["manifest.json"]

    def test_a_wrong_hash(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, says={"sha256": "0" * 64})
        assert_kept(law, IntegrityError)

    def test_one_flipped_bit(self, server: Server, law: KratomLaw) -> None:
        content = bytearray(server.files[dataset_name(V2)])
        content[len(content) // 2] ^= 1
        server.files[dataset_name(V2)] = bytes(content)
        assert_kept(law, IntegrityError)

    def test_a_dataset_that_calls_itself_otherwise(self, server: Server, law: KratomLaw) -> None:
        content = make_dataset(V3)
        server.files[dataset_name(V2)] = content
        server.files["manifest.json"] = make_manifest(described(V2, content))
        assert_kept(law, IntegrityError)

    def test_an_expired_manifest(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, says={"expires": "2026-01-01T00:00:00Z"})
        assert_kept(law, ExpiredError)

    def test_an_expired_manifest_is_not_revived_by_not_modified(
        self, server: Server, law: KratomLaw, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        law.refresh(strict=True)
        set_clock(monkeypatch, timedelta(days=60))
        server.forget()
        assert_kept(law, ExpiredError)
        assert server.body_bytes == 0

    def test_an_older_version(self, server: Server, law: KratomLaw) -> None:
        law.refresh(strict=True)
        server.files["manifest.json"] = make_manifest(described(V1, server.files[dataset_name(V1)]))
        assert_kept(law, RollbackError)

    def test_a_version_older_than_the_bundled_one(self, server: Server, tmp_path: Path) -> None:
        offer(server, "2025.01.01")
        assert_kept(make_law(server.url, tmp_path), RollbackError)

    def test_the_same_version_with_other_bytes(self, server: Server, law: KratomLaw) -> None:
        law.refresh(strict=True)
        offer(server, V2, lambda document: document.update(licence="CC-BY-4.0"))
        assert_kept(law, IntegrityError)

    def test_the_bundled_version_with_other_bytes(self, server: Server, tmp_path: Path) -> None:
        offer(server, BUNDLED_VERSION)
        assert_kept(make_law(server.url, tmp_path), IntegrityError)

    def test_an_unknown_schema_asks_for_an_upgrade(self, server: Server, law: KratomLaw) -> None:
        # A later schema need not have any key that this one has.
        server.files["manifest.json"] = b'{"schema": 2, "data": {"from": "elsewhere"}}'
        assert "pip install --upgrade kratomlaw" in str(assert_kept(law, SchemaVersionError).problem)

    def test_an_unknown_schema_of_the_dataset_asks_for_an_upgrade(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, lambda document: document.update(schema=2))
        assert "pip install --upgrade kratomlaw" in str(assert_kept(law, SchemaVersionError).problem)

    @pytest.mark.parametrize("version", ["99.0", "0.1.99999", "1"])
    def test_a_need_for_a_newer_library_asks_for_an_upgrade(self, server: Server, law: KratomLaw, version: str) -> None:
        offer(server, V2, says={"requires": version})
        assert "pip install --upgrade kratomlaw" in str(assert_kept(law, SchemaVersionError).problem)

    def test_unknown_keys_are_accepted(self, server: Server, law: KratomLaw) -> None:
        def extend(document: dict[str, Any]) -> None:
            document["compiler"] = "later"
            for record in document["records"].values():
                record["colour"] = {"of": "the flag"}
                record["periods"][0]["moon"] = "full"
                record["periods"][0]["citations"][0]["shelf"] = 7

        offer(server, V2, extend, says={"mirrors": ["https://law.example.org"], "statistics": {"records": 101}})
        assert_updated(law, V2)

    @pytest.mark.parametrize(
        "version",
        [
            "../x",
            "2027.02.01/../../x",
            "2027.02.01\n",
            "2027.2.1",
            "latest",
            "",
            "２０２７.02.01",
            "2027.02.01.0",
            None,
            2027,
        ],
    )
    def test_a_version_that_is_none_is_never_a_path(
        self, server: Server, law: KratomLaw, version: object, tmp_path: Path
    ) -> None:
        files = sorted(tmp_path.rglob("*"))
        offer(server, V2, says={"version": version})
        assert_kept(law, SourceResponseError)
        assert server.names() == ["manifest.json"]
        assert sorted(tmp_path.rglob("*")) == files

    def test_a_bad_version_among_the_older_ones_is_refused(self, server: Server, law: KratomLaw) -> None:
        (file,) = [file for file in json.loads(server.files["manifest.json"])["versions"] if file["version"] == V1]
        offer(server, V2, says={"versions": [file | {"version": "../../x"}]})
        assert_kept(law, SourceResponseError)

    @pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "http://nowhere.invalid/x", "C:\\x"])
    def test_a_file_name_is_never_used(self, server: Server, law: KratomLaw, file: str, tmp_path: Path) -> None:
        offer(server, V2, says={"file": file})
        assert_updated(law, V2)
        assert [seen.target for seen in server.seen] == ["/manifest.json", f"/{dataset_name(V2)}"]
        assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / "cache"}


class TestWhatTheRecordsSay:
    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda records: records["US-LA"]["periods"][0].update(status="frowned upon"), id="word"),
            pytest.param(lambda records: records["US-LA"].update(verified_on="soon"), id="date"),
            pytest.param(lambda records: records["US-LA"].pop("name"), id="missing key"),
            pytest.param(lambda records: records["US-LA"].update(code="US-QQ"), id="no such place"),
            pytest.param(lambda records: records.update({"US-LA": None}), id="nothing"),
        ],
    )
    def test_a_record_that_breaks_the_rules(self, server: Server, law: KratomLaw, change: Change) -> None:
        offer(server, V2, lambda document: change(document["records"]))
        assert_kept(law, InvalidDataError)

    def test_a_record_under_the_code_of_another(self, server: Server, law: KratomLaw) -> None:
        def swap(document: dict[str, Any]) -> None:
            records = document["records"]
            records["US-LA"], records["US-TX"] = records["US-TX"], records["US-LA"] | {"code": "US-TX"}

        offer(server, V2, swap)
        assert_kept(law, InvalidDataError)

    def test_a_tenth_fewer_records_is_accepted(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, partial(drop, A_TENTH))
        assert_updated(law, V2)

    def test_more_than_a_tenth_fewer_is_refused_unless_it_is_meant(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, partial(drop, A_TENTH + 1))
        assert "allow_shrink" in str(assert_kept(law, SourceResponseError).problem)
        assert_updated(law, V2, allow_shrink=True)

    def test_no_records_at_all(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, lambda document: document.update(records={}))
        assert_kept(law, SourceResponseError)


def drop(count: int, document: dict[str, Any]) -> None:
    for code in sorted(document["records"])[:count]:
        del document["records"][code]


class TestSignatures:
    @pytest.fixture
    def law(self, server: Server, tmp_path: Path, key: Ed25519PrivateKey) -> KratomLaw:
        """As above, with signatures."""
        offer(server, V1, key=key)
        made = make_law(server.url, tmp_path, public_key=public_key_of(key))
        made.refresh(strict=True)
        server.forget()
        return made

    def test_the_right_one(self, server: Server, law: KratomLaw, key: Ed25519PrivateKey) -> None:
        offer(server, V2, key=key)
        assert_updated(law, V2)

    def test_the_right_one_over_keys_that_this_library_does_not_know(
        self, server: Server, law: KratomLaw, key: Ed25519PrivateKey
    ) -> None:
        offer(server, V2)
        content = json.loads(server.files["manifest.json"]) | {"mirrors": ["https://law.example.org/ü"], "a": 1.5}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        content["signature"] = key.sign(text.encode()).hex()
        server.files["manifest.json"] = json.dumps(content, indent=8, ensure_ascii=False).encode()
        assert_updated(law, V2)

    def test_one_of_another_key(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, key=Ed25519PrivateKey.generate())
        assert_kept(law, IntegrityError)

    def test_none(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2)
        assert_kept(law, IntegrityError)

    @pytest.mark.parametrize("signature", [None, "", "00", "0" * 128, "not hexadecimal", 7, [], {}, True])
    def test_what_is_no_signature(
        self, server: Server, law: KratomLaw, key: Ed25519PrivateKey, signature: object
    ) -> None:
        offer(server, V2, key=key, says={"signature": signature})
        assert_kept(law, IntegrityError)

    @pytest.mark.parametrize(
        "changes",
        [{"expires": "2099-01-01T00:00:00Z"}, {"expires": None}, {"requires": "0"}, {"versions": []}, {"schema": 2}],
        ids=str,
    )
    def test_a_manifest_that_was_changed_after_signing(
        self, server: Server, law: KratomLaw, key: Ed25519PrivateKey, changes: dict[str, Any]
    ) -> None:
        offer(server, V2, key=key, says=changes)
        assert_kept(law, IntegrityError)

    def test_another_dataset_under_a_signed_manifest(
        self, server: Server, law: KratomLaw, key: Ed25519PrivateKey
    ) -> None:
        offer(server, V2, key=key)
        server.files[dataset_name(V2)] = make_dataset(V2, lambda document: drop(1, document))
        assert_kept(law, IntegrityError)

    def test_without_a_key_a_signature_is_not_looked_at(
        self, server: Server, tmp_path: Path, key: Ed25519PrivateKey
    ) -> None:
        offer(server, V2, key=key)
        assert_updated(make_law(server.url, tmp_path / "other"), V2)


def set_clock(monkeypatch: pytest.MonkeyPatch, offset: timedelta) -> None:
    """Set the clock by which a refresh judges; what waits and measures keeps the real one."""
    monkeypatch.setattr("kratomlaw.refresher.time", SimpleNamespace(time=lambda: time.time() + offset.total_seconds()))


class TestClock:
    @pytest.mark.parametrize("hours", [-1, 1])
    def test_an_hour_off_does_not_matter(
        self, server: Server, law: KratomLaw, hours: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_clock(monkeypatch, timedelta(hours=hours))
        assert_updated(law, V2)

    def test_ten_years_ahead_everything_is_expired(
        self, server: Server, law: KratomLaw, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_clock(monkeypatch, timedelta(days=3653))
        assert "clock" in str(assert_kept(law, ExpiredError).problem)

    def test_ten_years_behind_it_works(self, server: Server, law: KratomLaw, monkeypatch: pytest.MonkeyPatch) -> None:
        set_clock(monkeypatch, timedelta(days=-3653))
        assert_updated(law, V2)

    def test_a_clock_that_was_set_back_does_not_silence_the_refresh(
        self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        law = make_law(server.url, tmp_path, min_interval=timedelta(hours=1))
        set_clock(monkeypatch, timedelta(days=3))
        law.refresh(strict=True)
        set_clock(monkeypatch, timedelta(0))
        assert law.refresh().outcome is RefreshOutcome.UNCHANGED


class TestCost:
    def test_an_update_costs_two_requests(self, server: Server, law: KratomLaw) -> None:
        law.refresh(strict=True)
        assert server.names() == ["manifest.json", dataset_name(V2)]

    @pytest.mark.parametrize(
        ("validator", "header"), [("etag", "if-none-match"), ("last-modified", "if-modified-since")]
    )
    def test_a_refresh_without_news_costs_one_request_and_no_body(
        self, tmp_path: Path, validator: str, header: str
    ) -> None:
        with Server(validators=(validator,)) as server:
            offer(server, V1)
            law = make_law(server.url, tmp_path)
            law.refresh(strict=True)
            server.forget()
            report = law.refresh(strict=True)
            assert (report.outcome, report.version) == (RefreshOutcome.UNCHANGED, V1)
            assert server.names() == ["manifest.json"]
            assert header in server.seen[0].headers
            assert server.body_bytes == 0

    def test_a_source_that_knows_no_conditions_costs_one_request_and_a_kilobyte(self, tmp_path: Path) -> None:
        with Server(validators=()) as server:
            offer(server, V1)
            law = make_law(server.url, tmp_path)
            law.refresh(strict=True)
            server.forget()
            assert law.refresh().outcome is RefreshOutcome.UNCHANGED
            assert server.names() == ["manifest.json"]
            assert 0 < server.body_bytes < 1000

    def test_a_source_that_holds_what_is_bundled_costs_one_request(self, server: Server, tmp_path: Path) -> None:
        server.files = {"manifest.json": make_manifest(described(BUNDLED_VERSION, BUNDLED))}
        law = make_law(server.url, tmp_path)
        assert [law.refresh().outcome for _ in range(2)] == [RefreshOutcome.UNCHANGED] * 2
        assert server.names() == ["manifest.json"] * 2
        assert server.body_bytes == len(server.files["manifest.json"])

    def test_a_new_process_asks_conditionally_too(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        law.refresh(strict=True)
        server.forget()
        assert make_law(server.url, tmp_path).refresh().outcome is RefreshOutcome.UNCHANGED
        assert server.body_bytes == 0

    def test_not_modified_is_not_asked_for_when_the_dataset_is_gone(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        for body in (tmp_path / "cache").glob("dataset-*.json"):
            body.unlink()
        offer(server, V1)
        assert_updated(make_law(server.url, tmp_path), V1)

    @pytest.mark.parametrize("etag", [b'"\xe9"', b'"\xc3\xa9"', b"\x80", b'W/"' + b"x" * 10_000 + b'"'])
    def test_an_odd_entity_tag_does_not_end_all_refreshing(self, server: Server, law: KratomLaw, etag: bytes) -> None:
        manifest = server.files["manifest.json"]
        head = b"HTTP/1.1 200 OK\r\nETag: %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        server.behaviours["manifest.json"] = lambda exchange: exchange.raw(head % (etag, len(manifest)) + manifest)
        assert_updated(law, V2)
        assert law.refresh(strict=True).outcome is RefreshOutcome.UNCHANGED


class TestLeastInterval:
    def test_a_source_is_not_asked_twice_within_it(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path, min_interval=timedelta(hours=1))
        law.refresh(strict=True)
        offer(server, V2)
        server.forget()
        report = law.refresh(strict=True)
        assert (report.outcome, report.version) == (RefreshOutcome.SKIPPED, V1)
        assert report.retry_after == pytest.approx(3600, abs=60)
        assert server.names() == []

    def test_it_holds_for_all_processes_together(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        later = make_law(server.url, tmp_path, min_interval=timedelta(hours=1))
        assert later.refresh().outcome is RefreshOutcome.SKIPPED

    def test_force_asks_nevertheless(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        assert_updated(make_law(server.url, tmp_path, min_interval=timedelta(hours=1)), V2, force=True)

    def test_it_ends(self, server: Server, law: KratomLaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        set_clock(monkeypatch, timedelta(minutes=61))
        assert_updated(make_law(server.url, tmp_path, min_interval=timedelta(hours=1)), V2)

    def test_a_failure_does_not_count(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path, min_interval=timedelta(hours=1))
        server.behaviours["*"] = status(500)
        assert_kept(law, SourceResponseError)
        server.behaviours.clear()
        assert_updated(law, V1)


class TestSources:
    def test_the_second_is_asked_when_the_first_fails(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        with Server() as broken:
            broken.behaviours["*"] = status(500)
            report = assert_updated(make_law([broken.url, server.url], tmp_path), V2)
            assert report.source == server.url
            assert broken.names() == ["manifest.json"]

    def test_the_second_is_asked_when_the_first_cannot_be_believed(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        with Server() as broken:
            offer(broken, V3, says={"sha256": "0" * 64})
            assert_updated(make_law([broken.url, server.url], tmp_path), V2)

    def test_the_second_is_left_alone_when_the_first_answers(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        with Server() as second:
            assert_updated(make_law([server.url, second.url], tmp_path), V2)
            assert second.names() == []

    def test_the_second_is_asked_while_the_first_wants_to_be_left_alone(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        with Server() as busy:
            busy.behaviours["*"] = status(429, headers={"Retry-After": "600"})
            make_law(busy.url, tmp_path).refresh()
            assert_updated(make_law([busy.url, server.url], tmp_path), V2)
            assert busy.names() == ["manifest.json"]

    def test_the_first_error_is_told_when_all_fail(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        server.behaviours["*"] = status(500)
        with Server() as second:
            second.behaviours["*"] = status(403)
            both = make_law([server.url, refusing_address(), second.url], tmp_path)
            assert " 500." in str(assert_kept(both, SourceResponseError).problem)

    def test_they_are_read_from_the_environment(
        self, server: Server, law: KratomLaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KRATOMLAW_SOURCE_URL", f"{refusing_address()} {server.url}/manifest.json")
        assert_updated(make_law(None, tmp_path), V2)

    @pytest.mark.parametrize("address", [lambda folder: folder, str, Path.as_uri, lambda folder: f"{folder}/"])
    def test_a_folder(self, server: Server, tmp_path: Path, address: Callable[[Path], str | Path]) -> None:
        folder = tmp_path / "a source, 100 % ü"
        folder.mkdir()
        for name, content in server.files.items():
            (folder / name).write_bytes(content)
        assert_updated(make_law(address(folder), tmp_path), V1)

    def test_a_folder_that_is_missing(self, law: KratomLaw, tmp_path: Path) -> None:
        assert_kept(make_law(tmp_path / "nowhere", tmp_path), SourceResponseError)

    def test_a_folder_whose_manifest_cannot_be_read(self, law: KratomLaw, tmp_path: Path) -> None:
        (tmp_path / "source/manifest.json").mkdir(parents=True)
        assert_kept(make_law(tmp_path / "source", tmp_path), SourceUnreachableError)

    def test_a_folder_with_a_file_beyond_all_limits(self, law: KratomLaw, tmp_path: Path) -> None:
        (tmp_path / "source").mkdir()
        with (tmp_path / "source/manifest.json").open("wb") as file:
            file.truncate(MAX_MANIFEST + 1)
        assert_kept(make_law(tmp_path / "source", tmp_path), SourceResponseError)


class TestProxies:
    def test_one_from_the_environment_is_used(
        self, server: Server, law: KratomLaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        assert_updated(make_law("http://nowhere.invalid/kratom", tmp_path), V2)
        assert server.seen[0].target == "http://nowhere.invalid/kratom/manifest.json"

    def test_one_for_https_is_asked_for_a_tunnel(
        self, server: Server, law: KratomLaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        server.behaviours["*"] = status(403)
        assert_kept(make_law("https://nowhere.invalid/kratom", tmp_path), SourceUnreachableError)
        assert [(seen.method, seen.target) for seen in server.seen] == [("CONNECT", "nowhere.invalid:443")]

    def test_exceptions_from_the_environment_hold(
        self, server: Server, law: KratomLaw, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", refusing_address())
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert_updated(law, V2)

    @pytest.mark.parametrize("proxy", ["nonsense://x", "http://[", "socks5://127.0.0.1:1"])
    def test_one_that_is_none_is_an_error_of_ours(
        self, law: KratomLaw, monkeypatch: pytest.MonkeyPatch, proxy: str
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        assert_kept(law, SourceUnreachableError)


class FromMemory:
    """A client as an application may bring it along."""

    def __init__(self, files: Mapping[str, bytes], error: Exception | None = None) -> None:
        self.files = files
        self.error = error
        self.asked: list[FetchRequest] = []

    def fetch(self, request: FetchRequest) -> FetchResponse:
        self.asked.append(request)
        if self.error:
            raise self.error
        return FetchResponse(200, {"etag": '"1"'}, self.files[request.url.rsplit("/", 1)[-1]])


class TestOwnClient:
    def test_it_is_the_only_one_that_is_used(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        client = FromMemory(server.files)
        assert_updated(make_law("s3://bucket/kratom/", tmp_path, fetcher=client), V2, timeout=7)
        assert [request.url for request in client.asked] == [
            "s3://bucket/kratom/manifest.json",
            f"s3://bucket/kratom/{dataset_name(V2)}",
        ]
        assert {request.timeout for request in client.asked} == {7}
        assert [request.max_bytes for request in client.asked] == [MAX_MANIFEST, len(server.files[dataset_name(V2)])]
        assert server.names() == []

    def test_a_foreign_exception_becomes_one_of_ours(self, law: KratomLaw, tmp_path: Path) -> None:
        foreign = RuntimeError("the bucket leaks")
        other = make_law("s3://bucket", tmp_path, fetcher=FromMemory({}, foreign))
        assert_kept(other, SourceUnreachableError)
        with pytest.raises(SourceUnreachableError) as caught:
            other.refresh(strict=True)
        assert caught.value.__cause__ is foreign

    def test_an_error_of_ours_stays_as_it_is(self, law: KratomLaw, tmp_path: Path) -> None:
        error = SourceResponseError("too long", hint="none")
        assert_kept(make_law("s3://bucket", tmp_path, fetcher=FromMemory({}, error)), SourceResponseError)

    def test_a_body_beyond_the_limit_is_refused(self, law: KratomLaw, tmp_path: Path) -> None:
        client = FromMemory({"manifest.json": b" " * (MAX_MANIFEST + 1)})
        assert_kept(make_law("s3://bucket", tmp_path, fetcher=client), SourceResponseError)

    def test_progress_is_told(self, server: Server, law: KratomLaw) -> None:
        told: list[tuple[int, int | None]] = []
        law.refresh(strict=True, on_progress=lambda done, expected: told.append((done, expected)))
        size = len(server.files[dataset_name(V2)])
        assert told[-1] == (size, size)
        assert told == sorted(told)


class TestManners:
    def test_arefresh_does_the_same(self, server: Server, law: KratomLaw) -> None:
        report = asyncio.run(law.arefresh())
        assert (report.outcome, report.version, report.previous) == (RefreshOutcome.UPDATED, V2, V1)
        assert law.dataset().version == V2

    def test_arefresh_does_not_hold_up_the_event_loop(self, server: Server, law: KratomLaw) -> None:
        async def refresh_beside_other_work() -> RefreshReport:
            refreshing = asyncio.create_task(law.arefresh())
            await asyncio.to_thread(server.wait_until, bool)
            assert not refreshing.done()
            server.behaviours.clear()
            server.released.set()
            return await refreshing

        server.behaviours["manifest.json"] = stall
        assert asyncio.run(refresh_beside_other_work()).outcome is RefreshOutcome.KEPT

    def test_offline_asks_nobody(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        offline = make_law(server.url, tmp_path, offline=True)
        before = answers_of(offline)
        report = offline.refresh(force=True, strict=True)
        assert (report.outcome, report.version, report.source) == (RefreshOutcome.SKIPPED, V1, None)
        assert offline.versions().source == ()
        assert server.names() == []
        assert answers_of(offline) == before

    def test_offline_is_read_from_the_environment(
        self, server: Server, law: KratomLaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KRATOMLAW_OFFLINE", "1")
        assert make_law(server.url, tmp_path).refresh(force=True).outcome is RefreshOutcome.SKIPPED
        assert server.names() == []

    @pytest.mark.parametrize("strict", [False, True])
    def test_without_a_source_it_is_an_error(self, strict: bool) -> None:
        with pytest.raises(NoSourceError) as caught:
            KratomLaw().refresh(strict=strict)
        assert "KRATOMLAW_SOURCE_URL" in caught.value.hint
        assert isinstance(caught.value, RefreshError)

    @pytest.mark.parametrize(
        ("manifest", "error"),
        [
            ({"expires": "2026-01-01T00:00:00Z"}, ExpiredError),
            ({"version": BUNDLED_VERSION}, RollbackError),
            ({"sha256": "0" * 64}, IntegrityError),
            ({"schema": 2}, SchemaVersionError),
            ({"size": 0}, SourceResponseError),
        ],
    )
    def test_strict_raises_what_a_manifest_deserves(
        self, server: Server, law: KratomLaw, manifest: dict[str, Any], error: type[KratomLawError]
    ) -> None:
        before = answers_of(law)
        offer(server, V2, says=manifest)
        with pytest.raises(error) as caught:
            law.refresh(strict=True)
        assert caught.value.hint
        assert answers_of(law) == before

    def test_strict_raises_when_nothing_answers(self, law: KratomLaw, tmp_path: Path) -> None:
        with pytest.raises(SourceUnreachableError):
            make_law(refusing_address(), tmp_path).refresh(strict=True)

    def test_strict_raises_with_every_problem_of_the_records(self, server: Server, law: KratomLaw) -> None:
        def spoil(document: dict[str, Any]) -> None:
            document["records"]["US-LA"]["periods"][0]["status"] = "fine"
            document["records"]["US-TN"]["verified_on"] = "soon"

        offer(server, V2, spoil)
        with pytest.raises(InvalidDataError) as caught:
            law.refresh(strict=True)
        assert [(p.file, p.key) for p in caught.value.problems] == [
            ("US-LA", "periods[0].status"),
            ("US-TN", "verified_on"),
        ]

    @pytest.mark.filterwarnings("ignore::kratomlaw.KratomLawCacheWarning")
    def test_what_cannot_be_stored_is_used_and_told(self, server: Server, tmp_path: Path) -> None:
        (tmp_path / "cache").write_bytes(b"not a folder")
        law = make_law(server.url, tmp_path)
        report = law.refresh()
        assert report.problem is not None
        assert (report.outcome, report.version, report.problem.error) == ("updated", V1, "CacheWriteError")
        assert law.dataset().version == V1
        offer(server, V2)
        with pytest.raises(CacheWriteError):
            law.refresh(strict=True)
        assert law.dataset().version == V2

    def test_a_lookup_is_not_held_up_by_a_refresh(self, server: Server, law: KratomLaw) -> None:
        before = answers_of(law)
        server.behaviours["manifest.json"] = stall
        refreshing = threading.Thread(target=law.refresh)
        refreshing.start()
        server.wait_until(bool)
        assert answers_of(law) == before
        assert refreshing.is_alive()
        server.released.set()
        refreshing.join()

    def test_refreshes_at_once_fetch_once(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path, min_interval=timedelta(hours=1))
        threads = [threading.Thread(target=law.refresh) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.names() == ["manifest.json", dataset_name(V1)]
        assert law.dataset().version == V1

    def test_an_update_reaches_every_answer_now_and_after_a_restart(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        before = answers_of(law)
        law.refresh(strict=True)
        after = answers_of(law)
        assert {answer.dataset_version for answer in after} == {V2}
        assert [replace(a, dataset_version=V1) for a in after] == list(before)
        assert answers_of(make_law(server.url, tmp_path, offline=True)) == after

    def test_it_says_where_data_comes_from(self, server: Server, law: KratomLaw) -> None:
        begun = datetime.now(UTC)
        law.refresh(strict=True)
        info = law.dataset()
        assert (info.version, info.origin) == (V2, Origin.CACHE)
        assert info.sha256 == hashlib.sha256(server.files[dataset_name(V2)]).hexdigest()
        assert info.fetched_at is not None
        assert abs(info.fetched_at - begun) < timedelta(minutes=1)


class TestPinned:
    def test_it_answers_from_that_version_although_there_is_a_newer_one(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        law.refresh(strict=True)
        offer(server, V3)
        expected = {V1, V2, V3}
        for version in sorted(expected):
            pinned = make_law(server.url, tmp_path / version, version=version)
            with pytest.raises(DataError):
                pinned.lookup("US-LA", on=DAY)
            assert pinned.refresh(strict=True).version == version
            assert {answer.dataset_version for answer in answers_of(pinned)} == {version}
            later = make_law(server.url, tmp_path / version, version=version)
            assert answers_of(later) == answers_of(pinned)

    def test_the_bundled_version_stays_although_the_cache_is_newer(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        server.files["manifest.json"] = make_manifest(
            described(V2, server.files[dataset_name(V2)]), described(BUNDLED_VERSION, BUNDLED)
        )
        pinned = make_law(server.url, tmp_path, version=BUNDLED_VERSION)
        assert pinned.refresh(strict=True).outcome is RefreshOutcome.UNCHANGED
        assert answers_of(pinned) == answers_of(KratomLaw())

    def test_a_second_refresh_is_unchanged(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        pinned = make_law(server.url, tmp_path, version=V1)
        assert pinned.refresh(strict=True).outcome is RefreshOutcome.UNCHANGED
        assert server.names() == ["manifest.json"]

    def test_a_version_that_the_source_does_not_hold(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        pinned = make_law(server.url, tmp_path, version="2027.01.15")
        report = pinned.refresh()
        assert report.problem is not None
        assert (report.outcome, report.problem.error) == (RefreshOutcome.KEPT, "SourceResponseError")
        with pytest.raises(DataError, match=r"2027\.01\.15"):
            pinned.lookup("US-LA", on=DAY)

    @pytest.mark.parametrize("version", [V1, BUNDLED_VERSION])
    def test_other_bytes_under_the_pinned_version_are_refused(
        self, server: Server, law: KratomLaw, tmp_path: Path, version: str
    ) -> None:
        content = make_dataset(version, partial(drop, 1))
        server.files[dataset_name(version)] = content
        server.files["manifest.json"] = make_manifest(
            described(V2, server.files[dataset_name(V2)]), described(version, content)
        )
        pinned = make_law(server.url, tmp_path, version=version)
        before = answers_of(pinned)
        report = pinned.refresh()
        assert report.problem is not None
        assert (report.outcome, report.problem.error) == (RefreshOutcome.KEPT, "IntegrityError")
        assert answers_of(pinned) == before
        assert answers_of(make_law(server.url, tmp_path, version=version)) == before

    @pytest.mark.parametrize("version", ["../x", "latest", "2027.1.1", ""])
    def test_what_is_no_version_is_refused(self, version: str) -> None:
        with pytest.raises(InvalidQueryError):
            KratomLaw(version=version)


class TestVersions:
    def test_they_are_listed_newest_first(self, server: Server, law: KratomLaw) -> None:
        offer(server, V3)
        found = law.versions()
        assert (found.in_use, found.bundled, found.problem) == (V1, BUNDLED_VERSION, None)
        assert found.cached == (V1,)
        assert found.source == (V3, V2, V1)
        law.refresh(strict=True)
        assert law.versions().cached == (V3, V1)

    def test_a_source_that_fails_is_told_not_raised(self, server: Server, law: KratomLaw) -> None:
        server.behaviours["*"] = status(500)
        found = law.versions()
        assert found.problem is not None
        assert (found.in_use, found.source, found.problem.error) == (V1, (), "SourceResponseError")

    def test_the_second_source_is_asked_when_the_first_fails(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        assert make_law([refusing_address(), server.url], tmp_path).versions().source == (V2, V1)

    def test_without_a_source_there_is_the_bundle(self) -> None:
        found = KratomLaw().versions()
        assert (found.in_use, found.cached, found.source, found.problem) == (BUNDLED_VERSION, (), (), None)


def command(*arguments: str, cache: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kratomlaw", *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "KRATOMLAW_CACHE_DIR": str(cache), **environment},
    )


class TestCommands:
    def test_refresh_tells_what_it_did(self, server: Server, tmp_path: Path) -> None:
        done = command("refresh", "--source", server.url, "--json", cache=tmp_path)
        report = RefreshReport.from_json(done.stdout)
        assert (done.returncode, done.stderr) == (0, "")
        assert (report.outcome, report.version, report.previous) == (RefreshOutcome.UPDATED, V1, BUNDLED_VERSION)
        assert report.source == server.url

    def test_refresh_ends_with_1_when_the_old_data_had_to_be_kept(self, server: Server, tmp_path: Path) -> None:
        server.behaviours["*"] = status(500)
        done = command("refresh", "--source", server.url, "--json", cache=tmp_path)
        report = RefreshReport.from_json(done.stdout)
        assert done.returncode == 1
        assert report.outcome is RefreshOutcome.KEPT
        assert report.problem is not None
        assert report.problem.error == "SourceResponseError"

    def test_refresh_for_a_person_names_the_problem(self, server: Server, tmp_path: Path) -> None:
        done = command("refresh", "--timeout", "2", cache=tmp_path, KRATOMLAW_SOURCE_URL=refusing_address())
        assert done.returncode == 1
        assert "SourceUnreachableError" in done.stdout

    def test_refresh_without_a_source_ends_with_2(self, tmp_path: Path) -> None:
        done = command("refresh", "--json", cache=tmp_path)
        assert (done.returncode, json.loads(done.stderr)["error"]) == (2, "NoSourceError")

    def test_info_lists_versions(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        done = command("info", "--versions", "--json", cache=tmp_path / "cache", KRATOMLAW_SOURCE_URL=server.url)
        assert done.returncode == 0
        assert json.loads(done.stdout) == {
            "in_use": V1,
            "bundled": BUNDLED_VERSION,
            "cached": [V1],
            "source": [V2, V1],
            "problem": None,
        }


class TestPublisher:
    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        """A copy of the records as V1, which a test may change."""
        shutil.copytree(ROOT / "data", tmp_path / "data")
        self.release(tmp_path / "data", V1)
        return tmp_path / "data"

    @staticmethod
    def release(data: Path, version: str) -> None:
        (data / "dataset.toml").write_text(f'version = "{version}"\n', "utf-8")

    @staticmethod
    def edit(data: Path) -> None:
        file = data / "us/tn.toml"
        file.write_text(file.read_text("utf-8").replace('verified_on = "', 'verified_on = "2020-01-01" # "'), "utf-8")

    def test_twice_is_the_same_but_for_the_dates(self, data: Path, tmp_path: Path) -> None:
        for name, day in (("one", 1), ("two", 2)):
            publish(data, tmp_path / name, created=datetime(2026, 12, day, tzinfo=UTC))
        one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
        first, second = (json.loads(files.pop("manifest.json")) for files in (one, two))
        assert one == two
        assert {key for key in first if first[key] != second[key]} == {"created", "expires"}

    def test_at_the_same_moment_it_is_the_same_byte_for_byte(
        self, data: Path, tmp_path: Path, key: Ed25519PrivateKey
    ) -> None:
        moment = datetime(2026, 12, 1, tzinfo=UTC)
        for name in ("one", "two"):
            publish(data, tmp_path / name, created=moment, key=key)
        one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
        assert one == two
        assert sorted(one) == [dataset_name(V1), "manifest.json", "record.schema.json"]

    def test_older_datasets_stay(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        before = (tmp_path / "out" / dataset_name(V1)).read_bytes()
        self.release(data, V2)
        manifest = publish(data, tmp_path / "out")
        assert [file.version for file in manifest.versions] == [V2, V1]
        assert (tmp_path / "out" / dataset_name(V1)).read_bytes() == before
        pinned = make_law(tmp_path / "out", tmp_path, version=V1)
        assert pinned.refresh(strict=True).version == V1

    def test_a_renewal_does_not_touch_the_dataset_that_is_being_served(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        before = (tmp_path / "out" / dataset_name(V1)).stat()
        publish(data, tmp_path / "out", lifetime=timedelta(days=7))
        after = (tmp_path / "out" / dataset_name(V1)).stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_the_same_version_with_other_bytes_is_refused(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        self.edit(data)
        with pytest.raises(DataError, match="other bytes"):
            publish(data, tmp_path / "out")
        assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before

    def test_an_older_version_is_refused(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        self.release(data, "2026.12.01")
        with pytest.raises(DataError, match=V1):
            publish(data, tmp_path / "out")

    def test_records_that_break_the_rules_write_nothing(self, data: Path, tmp_path: Path) -> None:
        (data / "us/la.toml").write_text("nonsense", "utf-8")
        with pytest.raises(InvalidDataError):
            publish(data, tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_what_is_signed_verifies(self, data: Path, tmp_path: Path) -> None:
        public = make_key(tmp_path / "key.pem")
        publish(data, tmp_path / "out", key=read_key(tmp_path / "key.pem"))
        content = (tmp_path / "out/manifest.json").read_bytes()
        assert read_manifest(content, public_key=public, library_version="0.1.0").version == V1
        with pytest.raises(IntegrityError):
            read_manifest(content.replace(b'"requires"', b'"required"'), public_key=public, library_version="0.1.0")
        assert_updated(make_law(tmp_path / "out", tmp_path, public_key=public), V1)

    def test_a_key_is_for_its_owner_alone_and_is_never_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "key.pem"
        umask = os.umask(0)
        try:
            public = make_key(path)
        finally:
            os.umask(umask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        before = path.read_bytes()
        with pytest.raises(FileExistsError):
            make_key(path)
        assert path.read_bytes() == before
        assert public_key_of(read_key(path)) == public

    def test_what_is_no_key_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "key.pem").write_bytes(b"no key")
        for name in ("key.pem", "nowhere.pem"):
            with pytest.raises(DataError, match=name):
                read_key(tmp_path / name)

    def test_a_plain_static_server_serves_it(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        serve = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]
        with subprocess.Popen(
            [*serve, str(tmp_path / "out")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            try:
                assert process.stdout is not None
                port = process.stdout.readline().split(" port ")[1].split()[0]
                law = make_law(f"http://127.0.0.1:{port}", tmp_path)
                assert_updated(law, V1)
                assert law.refresh(strict=True).outcome is RefreshOutcome.UNCHANGED
                assert law.versions().source == (V1,)
            finally:
                process.terminate()


class TestBackground:
    def test_it_picks_up_what_is_new(self, server: Server, tmp_path: Path) -> None:
        with make_law(server.url, tmp_path, auto_refresh=timedelta(seconds=1)) as law:
            # The visit after the one that fetched: then the fetched version is in use.
            server.wait_until(lambda names: names[:3] == ["manifest.json", dataset_name(V1), "manifest.json"])
            assert law.dataset().version == V1
            offer(server, V2)
            server.wait_until(lambda names: dataset_name(V2) in names and names[-1] == "manifest.json")
            assert {answer.dataset_version for answer in answers_of(law)} == {V2}

    def test_a_failure_is_logged_and_does_not_end_it(
        self, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.behaviours["*"] = status(500)
        with (
            caplog.at_level(logging.WARNING, "kratomlaw"),
            make_law(server.url, tmp_path, auto_refresh=timedelta(seconds=1)) as law,
        ):
            server.wait_until(lambda names: len(names) >= 2)
            assert "SourceResponseError" in caplog.text
            server.behaviours.clear()
            server.wait_until(lambda names: dataset_name(V1) in names and names[-1] == "manifest.json")
            assert law.dataset().version == V1

    def test_closing_ends_the_thread_and_answers_go_on(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path, auto_refresh=timedelta(days=1))
        assert law._background is not None
        server.wait_until(bool)
        law.close()
        law.close()
        assert not law._background._thread.is_alive()
        assert law.lookup("US-LA", on=DAY).is_banned

    def test_it_does_not_keep_an_instance_that_nobody_uses(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path, auto_refresh=timedelta(seconds=1))
        assert law._background is not None
        thread = law._background._thread
        server.wait_until(bool)
        del law
        thread.join(20)
        assert not thread.is_alive()

    def test_without_a_source_it_says_so_and_goes_on(self) -> None:
        said: queue.Queue[logging.LogRecord] = queue.Queue()
        handler = logging.handlers.QueueHandler(said)
        logger = logging.getLogger("kratomlaw")
        logger.addHandler(handler)
        try:
            with KratomLaw(auto_refresh=timedelta(days=1)) as law:
                assert "No source" in said.get(timeout=20).getMessage()
                assert law.lookup("US-LA", on=DAY).is_banned
        finally:
            logger.removeHandler(handler)
