"""How does one refresh behave? It is cheap, polite, reports what it did, and nothing waits for it."""

import asyncio
import hashlib
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from kratomlaw import (
    CacheWriteError,
    ExpiredError,
    IntegrityError,
    InvalidDataError,
    KratomLaw,
    KratomLawError,
    KratomLawSourceWarning,
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
from kratomlaw.updates.manifest import dataset_name
from kratomlaw.updates.transports import FetchRequest, FetchResponse, warn_of_plain_http
from misbehaving import Behaviour, Exchange, Server, refusing_address
from sources import (
    BUNDLED,
    BUNDLED_VERSION,
    V1,
    V2,
    answers_of,
    assert_kept,
    assert_updated,
    clean_environment,
    described,
    drip,
    drip_headers,
    either_file,
    make_law,
    make_manifest,
    offer,
    set_clock,
    stall,
    status,
    stored,
)


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

    @pytest.mark.filterwarnings("ignore::kratomlaw.KratomLawCacheWarning")
    def test_ten_years_behind_everything_is_from_the_future(
        self, server: Server, law: KratomLaw, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        offer(server, V2, says={"created": f"{int(V2[:4]) + 1}-01-01T00:00:00Z"})
        set_clock(monkeypatch, timedelta(days=-3653))
        assert "clock" in str(assert_kept(law, IntegrityError).problem)

    def test_a_clock_that_was_set_back_does_not_silence_the_refresh(
        self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        law = make_law(server.url, tmp_path, min_interval=timedelta(hours=1))
        set_clock(monkeypatch, timedelta(days=3))
        law.refresh(strict=True)
        set_clock(monkeypatch, timedelta(0))
        assert law.refresh().outcome is RefreshOutcome.UNCHANGED


class TestClockThatWasAhead:
    def test_a_source_that_asked_to_be_left_alone_then_is_asked_again(
        self, server: Server, law: KratomLaw, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server.behaviours["*"] = status(429, headers={"Retry-After": "3600"})
        set_clock(monkeypatch, timedelta(days=20))
        assert assert_kept(law, SourceResponseError).retry_after == 3600
        server.behaviours.clear()
        set_clock(monkeypatch, timedelta(0))
        assert_updated(law, V2)

    def test_it_is_left_alone_for_a_day_at_most_by_a_clock_that_is_behind(
        self, server: Server, law: KratomLaw, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server.behaviours["*"] = status(
            429, headers={"Retry-After": format_datetime(datetime.now(UTC) + timedelta(days=20), usegmt=True)}
        )
        assert_kept(law, SourceResponseError)
        server.behaviours.clear()
        set_clock(monkeypatch, timedelta(hours=25))
        assert_updated(law, V2)

    def test_today_is_today_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        law = KratomLaw()
        today = law.lookup("US-LA").on
        with monkeypatch.context() as patch:
            set_clock(patch, timedelta(days=800))
            assert law.lookup("US-LA").on == today + timedelta(days=800)
        assert law.lookup("US-LA").on == today


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

    def test_not_modified_counts(self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        law = make_law(server.url, tmp_path, min_interval=timedelta(hours=1))
        law.refresh(strict=True)
        server.forget()
        set_clock(monkeypatch, timedelta(hours=2))
        outcomes = [law.refresh(strict=True).outcome for _ in range(2)]
        assert outcomes == [RefreshOutcome.UNCHANGED, RefreshOutcome.SKIPPED]
        assert server.body_bytes == 0

    def test_a_failure_does_not_count(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path, min_interval=timedelta(hours=1))
        server.behaviours["*"] = status(500)
        assert_kept(law, SourceResponseError)
        server.behaviours.clear()
        assert_updated(law, V1)


class TestPlainHttp:
    """Whoever is on the way can change what an unsigned source says: the user hears of it, once."""

    @pytest.fixture(autouse=True)
    def first_time(self) -> None:
        warn_of_plain_http.cache_clear()

    def refresh(self, source: str, folder: Path, **settings: Any) -> list[str]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", KratomLawSourceWarning)
            for _ in range(2):
                make_law(source, folder, fetcher=_Nothing(), **settings).refresh(force=True)
        return [str(warning.message) for warning in caught]

    def test_is_said_once_with_what_to_do(self, tmp_path: Path) -> None:
        (message,) = self.refresh("http://law.example.org/kratom", tmp_path)
        assert "Use https, or set KRATOMLAW_PUBLIC_KEY" in message
        assert "law.example.org" in message

    def test_with_a_key_all_is_well(self, tmp_path: Path) -> None:
        assert self.refresh("http://law.example.org/kratom", tmp_path, public_key="00" * 32) == []

    @pytest.mark.parametrize("source", ["https://law.example.org", "http://127.0.0.1:9", "http://localhost/x"])
    def test_so_it_is_with_https_and_on_this_machine(self, tmp_path: Path, source: str) -> None:
        assert self.refresh(source, tmp_path) == []


class _Nothing:
    def fetch(self, request: FetchRequest) -> FetchResponse:
        return FetchResponse(404, {}, b"")


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

    @pytest.mark.parametrize("behaviour", [drip, drip_headers, stall])
    def test_a_cancelled_arefresh_ends_at_once_and_its_thread_within_the_timeout(
        self, server: Server, tmp_path: Path, behaviour: Behaviour
    ) -> None:
        law = make_law(server.url, tmp_path)
        server.behaviours["manifest.json"] = behaviour

        async def cancel() -> float:
            refreshing = asyncio.create_task(law.arefresh(timeout=4))
            await asyncio.to_thread(server.wait_until, bool)
            refreshing.cancel()
            begun = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await refreshing
            return time.monotonic() - begun

        begun = time.monotonic()
        assert asyncio.run(cancel()) < 4, "the loop waited for the thread"
        server.behaviours.clear()
        assert_updated(law, V1)  # waits for its turn, which comes when the cancelled one has ended
        assert time.monotonic() - begun < 40  # one timeout of four seconds, not twelve, and room for a slow machine

    def test_a_program_does_not_wait_for_a_cancelled_arefresh(self, server: Server, tmp_path: Path) -> None:
        server.behaviours["manifest.json"] = drip
        program = f"""
import asyncio, kratomlaw
law = kratomlaw.KratomLaw(source={server.url!r}, cache_dir={str(tmp_path)!r})
try:
    asyncio.run(asyncio.wait_for(law.arefresh(timeout=5), 0.5))
except TimeoutError:
    print("ended")
"""
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=clean_environment()
        )
        assert done.stdout == "ended\n"
        assert time.monotonic() - begun < 50  # sixty seconds are twelve timeouts

    def test_a_cancelled_arefresh_stores_nothing(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path)
        content = server.files.copy()
        asked = threading.Event()

        def answer_when_cancelled(exchange: Exchange) -> None:
            asked.set()
            exchange.released.wait(5)
            exchange.answer(200, content["manifest.json"])

        server.behaviours["manifest.json"] = answer_when_cancelled

        async def cancel() -> None:
            refreshing = asyncio.create_task(law.arefresh(timeout=20))
            await asyncio.to_thread(asked.wait)
            refreshing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await refreshing
            server.released.set()  # only now: a task hears that it is cancelled when the loop turns next

        asyncio.run(cancel())
        server.behaviours["manifest.json"] = status(404)
        assert_kept(law, SourceResponseError)  # in its turn: the cancelled one has ended by then
        assert dataset_name(V1) not in server.names()
        assert stored(law) == {}

    def test_what_arefresh_raises_is_raised(self) -> None:
        with pytest.raises(NoSourceError):
            asyncio.run(KratomLaw().arefresh())

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
    def test_what_cannot_be_stored_is_used_and_reported(self, server: Server, tmp_path: Path) -> None:
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
        assert [str(answer) for answer in after] == [str(answer) for answer in before]
        assert answers_of(make_law(server.url, tmp_path, offline=True)) == after

    def test_it_says_where_data_comes_from(self, server: Server, law: KratomLaw) -> None:
        begun = datetime.now(UTC)
        law.refresh(strict=True)
        info = law.dataset()
        assert (info.version, info.origin) == (V2, Origin.CACHE)
        assert info.sha256 == hashlib.sha256(server.files[dataset_name(V2)]).hexdigest()
        assert info.fetched_at is not None
        assert abs(info.fetched_at - begun) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("number", "what_to_do"), [(403, "Check its address"), (500, "Try again later"), (503, "Try again later")]
)
def test_versions_tell_the_status_with_which_a_source_refuses(
    server: Server, law: KratomLaw, number: int, what_to_do: str
) -> None:
    server.behaviours["*"] = status(number)
    found = law.versions()
    assert found.source == ()
    assert found.problem is not None
    assert f"HTTP status {number}" in found.problem.message
    assert what_to_do in str(found.problem.hint)
