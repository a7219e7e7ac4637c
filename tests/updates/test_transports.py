"""How does a source misbehave on the wire? Whatever it does, over real HTTP on loopback, answers stay as they were."""

import gzip
import ssl
import time
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import pytest

from kratomlaw import (
    FetchRequest,
    FetchResponse,
    IntegrityError,
    KratomLaw,
    KratomLawError,
    SourceResponseError,
    SourceUnreachableError,
)
from kratomlaw.updates.manifest import MAX_MANIFEST, dataset_name
from misbehaving import Behaviour, Exchange, Server, make_authority, refusing_address
from sources import (
    BUNDLED,
    V1,
    V2,
    answers_of,
    assert_kept,
    assert_updated,
    drip,
    drip_headers,
    either_file,
    make_law,
    offer,
    stall,
    status,
)

# Some sources here are not on this machine; that plain HTTP is said there is tested with the updater.
pytestmark = pytest.mark.filterwarnings("ignore::kratomlaw.KratomLawSourceWarning")
HTML = b"<!doctype html><title>Welcome to our portal</title>" + b"<p>Please log in.</p>" * 50
HUGE = 100_000_000


def reset_in_the_body(exchange: Exchange) -> None:
    exchange.start(200, {"Content-Length": "5000"})
    exchange.send(b"{" * 1000)
    exchange.reset()


def reset_at_once(exchange: Exchange) -> None:
    exchange.reset()


def hang_up(exchange: Exchange) -> None:
    """End without having said anything."""


def stall_in_the_body(exchange: Exchange) -> None:
    exchange.start(200, {"Content-Length": "5000"})
    exchange.send(b"{")
    exchange.stall()


def speak_something_else(exchange: Exchange) -> None:
    exchange.raw(b"220 mail.example.org ESMTP\r\n")


def promise_more(exchange: Exchange) -> None:
    exchange.answer(200, b'{"schema": 1}', {"Content-Length": "5000"})


def cut_off_chunks(exchange: Exchange) -> None:
    exchange.start(200, {"Transfer-Encoding": "chunked"})
    exchange.send(b"10\r\n{}")


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
        assert time.monotonic() - begun < 30, "the deadline, twelve timeouts of 0.1 seconds, did not end it"
        assert "slowly" in str(report.problem)

    def test_dripping_headers_end_at_the_deadline(self, server: Server, law: KratomLaw) -> None:
        server.behaviours["manifest.json"] = drip_headers
        begun = time.monotonic()
        assert_kept(law, SourceUnreachableError, timeout=0.1)
        assert time.monotonic() - begun < 30, "the deadline, twelve timeouts of 0.1 seconds, did not end it"

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
        assert server.body_bytes < HUGE / 2


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

    @pytest.mark.parametrize(
        "target", ["https://10.0.0.1/manifest.json", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/x",
                   "https://localhost/manifest.json", "https://[fe80::1]/", "https://192.168.0.1:8443/a"]
    )  # fmt: skip
    def test_a_public_source_does_not_send_its_visitors_into_a_private_network(
        self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", server.url)  # by which a public address is reached in a test
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        server.behaviours["manifest.json"] = status(302, headers={"Location": target})
        report = assert_kept(make_law("http://law.example.org", tmp_path), SourceResponseError)
        assert report.problem is not None
        assert "redirects into a private network" in report.problem.message
        assert len(server.seen) == 1, "the address in the private network was contacted"

    def test_a_private_source_may_redirect_in_its_network(self, server: Server, tmp_path: Path) -> None:
        moved = f"{server.url}/moved"
        server.files["moved"] = server.files["manifest.json"]
        server.behaviours["manifest.json"] = status(302, headers={"Location": moved})
        assert make_law(server.url, tmp_path).refresh().version == V1

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

    def test_progress_is_reported(self, server: Server, law: KratomLaw) -> None:
        seen: list[tuple[int, int | None]] = []
        law.refresh(strict=True, on_progress=lambda done, expected: seen.append((done, expected)))
        size = len(server.files[dataset_name(V2)])
        assert seen[-1] == (size, size)
        assert seen == sorted(seen)
