"""Links against a real server on loopback: what each answer means, politeness, resuming, suppressions."""

import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from helpers import make_period, validated
from kratomlaw import InvalidDataError, Record
from kratomlaw.cli.app import app
from kratomlaw.maintain.review.links import checker
from kratomlaw.maintain.review.links.checker import CrawlPolicy, check
from kratomlaw.maintain.review.links.model import (
    CitedUrl,
    LinkReport,
    LinkResult,
    Suppression,
    Verdict,
    cited_urls,
)
from kratomlaw.maintain.review.links.report import as_markdown, as_text
from kratomlaw.maintain.review.links.state import read_suppressions
from kratomlaw.updates.private_hosts import is_private

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
STATUSES = {"/dead": 404, "/gone": 410, "/secret": 403, "/login": 401, "/many": 429, "/law": 451, "/broken": 500}
MOVES = {
    "/moved": (301, "/ok"),
    "/temporary": (302, "/ok"),
    "/moved-twice": (308, "/moved"),
    "/to-front": (301, "/"),
    "/to-captcha": (302, "/captcha"),
    "/round": (302, "/round"),
    "/to-file": (302, "ftp://example.org/x"),
}


class Site(ThreadingHTTPServer):
    """A site that notes who asks for what, and how many requests of one host are open at once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, str]] = []
        self.agents: set[str] = set()
        self.open_now: Counter[str] = Counter()
        self.most_open: Counter[str] = Counter()
        self.most_open_in_all = 0
        self.gate = threading.Lock()
        self.slow_asked = threading.Event()
        self.released = threading.Event()
        self.both_hosts = threading.Barrier(2)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is no news."""

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Site
    counted_as = ""

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        site, host = self.server, self.headers["host"].partition(":")[0]
        with site.gate:
            site.asked.append((self.command, host, self.path))
            site.agents.add(self.headers["user-agent"])
            site.open_now[host] += 1
            site.most_open[host] = max(site.most_open[host], site.open_now[host])
            site.most_open_in_all = max(site.most_open_in_all, site.open_now.total())
        self.counted_as = host
        try:
            self.answer_path(urlsplit(self.path).path)
        finally:
            self.done()

    def done(self) -> None:
        """Count the request as over; before its last byte leaves, since the client may ask again at once."""
        with self.server.gate:
            if self.counted_as:
                self.server.open_now[self.counted_as] -= 1
            self.counted_as = ""

    def answer_path(self, path: str) -> None:
        if path in MOVES:
            status, target = MOVES[path]
            self.send(status, location=target)
        elif path == "/cross":
            self.send(301, location=self.server.url("/ok", host="localhost"))
        elif path == "/reset":
            self.connection.close()
        elif path == "/slow":
            self.server.slow_asked.set()
            self.server.released.wait(10)
            self.send(200)
        elif path == "/meet":  # answers only when a request of another host is open at the same time
            self.server.both_hosts.wait(10)
            self.send(200)
        elif path == "/no-head":
            self.send(405 if self.command == "HEAD" else 200)
        elif path == "/robot":
            self.send(503, body=b"<title>Just a moment...</title> verify you are human")
        elif path == "/later":
            first = sum(p == path for _, _, p in self.server.asked) == 1
            self.send(429, retry_after="7") if first else self.send(200)
        elif path.startswith("/much-later"):
            self.send(429, retry_after="86400")
        elif path == "/wayback/available":
            self.available(parse_qs(urlsplit(self.path).query))
        else:
            self.send(STATUSES.get(path, 200))

    def available(self, query: dict[str, list[str]]) -> None:
        url = query["url"][0]
        copy = {"available": True, "url": f"http://archive/{query['timestamp'][0]}/{url}", "status": "200"}
        found = {"url": url, "archived_snapshots": {"closest": copy} if url.endswith("/dead") else {}}
        self.send(200, body=json.dumps(found).encode())

    def send(self, status: int, *, body: bytes = b"page", location: str = "", retry_after: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Length", str(len(body)))
        self.done()
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.released.set()
    made.shutdown()
    thread.join()
    made.server_close()


class Waits(list[float]):
    """Notes how long is waited for, and does not wait."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def policy(**more: object) -> CrawlPolicy:
    return CrawlPolicy(**{"pause": 0.0, "timeout": 30.0, "archive": None, "private": True, **more})  # type: ignore[arg-type]


def ask(links: list[str], **more: object) -> LinkReport:
    listed = [CitedUrl(url, ("US-LA",), None) for url in links]
    return check(listed, **{"now": lambda: NOW, "policy": policy(), **more})  # type: ignore[arg-type]


def one(url: str, **more: object) -> LinkResult:
    (result,) = ask([url], **more).results
    return result


@pytest.mark.parametrize(
    ("path", "verdict", "status"),
    [
        ("/ok", Verdict.OK, 200),
        ("/no-head", Verdict.OK, 200),
        ("/temporary", Verdict.OK, 200),
        ("/moved", Verdict.MOVED, 200),
        ("/moved-twice", Verdict.MOVED, 200),
        ("/dead", Verdict.DEAD, 404),
        ("/gone", Verdict.DEAD, 410),
        ("/secret", Verdict.BLOCKED, 403),
        ("/login", Verdict.BLOCKED, 401),
        ("/many", Verdict.BLOCKED, 429),
        ("/law", Verdict.BLOCKED, 451),
        ("/robot", Verdict.BLOCKED, 503),
        ("/to-captcha", Verdict.BLOCKED, 200),
        ("/broken", Verdict.INCONCLUSIVE, 500),
        ("/to-front", Verdict.INCONCLUSIVE, 200),
        ("/to-file", Verdict.INCONCLUSIVE, 302),
        ("/round", Verdict.INCONCLUSIVE, None),
        ("/reset", Verdict.INCONCLUSIVE, None),
    ],
)
def test_each_answer_has_its_verdict(site: Site, path: str, verdict: Verdict, status: int | None) -> None:
    result = one(site.url(path))
    assert (result.verdict, result.status) == (verdict, status)


def test_a_page_that_does_not_answer_in_time_is_unsure(site: Site) -> None:
    assert one(site.url("/slow"), policy=policy(timeout=0.2)).detail == "no answer in time"


def test_a_host_without_address_is_dead_or_cannot_be_looked_up(site: Site) -> None:
    (result, _) = sorted(
        ask(["http://no-such-host.invalid/", site.url("/ok")]).results, key=lambda result: result.verdict is Verdict.OK
    )
    assert (result.verdict, result.detail) in (
        (Verdict.DEAD, "the host has no address"),
        (Verdict.INCONCLUSIVE, "the name of the host could not be looked up"),
    )


def test_without_a_single_answer_no_host_is_called_dead() -> None:
    result = one("http://no-such-host.invalid/")
    assert (result.verdict, "is the network there?" in result.detail) == (Verdict.INCONCLUSIVE, True)


def test_a_moved_page_tells_its_new_address(site: Site) -> None:
    assert one(site.url("/moved")).moved_to == site.url("/ok")


def test_a_page_is_asked_for_with_head_and_read_only_when_that_does_not_settle_it(site: Site) -> None:
    ask([site.url("/ok"), site.url("/dead")])
    assert [(method, path) for method, _, path in sorted(site.asked)] == [
        ("GET", "/dead"),
        ("HEAD", "/dead"),
        ("HEAD", "/ok"),
    ]


def test_the_checker_says_who_it_is(site: Site) -> None:
    ask([site.url("/ok")], policy=policy(contact="law@example.org"))
    (agent,) = site.agents
    assert agent.startswith("kratomlaw/")
    assert "law@example.org" in agent


def test_one_host_is_never_asked_two_things_at_once(site: Site) -> None:
    urls = [site.url(f"/page-{n}", host) for n in range(20) for host in ("127.0.0.1", "localhost")]
    ask([*urls, site.url("/cross")])
    assert site.most_open == {"127.0.0.1": 1, "localhost": 1}


def test_two_hosts_are_asked_at_the_same_time(site: Site) -> None:
    report = ask([site.url("/meet"), site.url("/meet", host="localhost")])
    assert [result.verdict for result in report.results] == [Verdict.OK, Verdict.OK]


def test_no_more_hosts_are_asked_at_once_than_allowed(site: Site) -> None:
    urls = [site.url(f"/page-{n}", host) for n in range(5) for host in ("127.0.0.1", "localhost")]
    ask(urls, policy=policy(at_once=1))
    assert site.most_open_in_all == 1


def test_a_host_is_left_alone_between_two_requests(site: Site) -> None:
    waits = Waits()
    ask([site.url(f"/page-{n}") for n in range(4)], policy=policy(pause=60.0, sleep=waits))
    assert [round(wait) for wait in waits] == [60, 60, 60]


def test_a_host_is_left_alone_as_long_as_it_asks(site: Site) -> None:
    waits = Waits()
    result = one(site.url("/later"), policy=policy(sleep=waits))
    assert (result.verdict, [round(wait) for wait in waits]) == (Verdict.OK, [7])


def test_a_host_that_asks_for_a_day_is_not_asked_again(site: Site) -> None:
    report = ask([site.url(f"/much-later-{n}") for n in range(5)])
    assert {result.verdict for result in report.results} == {Verdict.BLOCKED}
    assert len(site.asked) == 1


def test_a_redirect_into_a_private_network_is_not_followed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # To the checker this site is a public one that redirects to an address of this machine.
    monkeypatch.setattr(checker, "is_private", lambda host: host != "127.0.0.1" and is_private(host))
    result = one(site.url("/cross"), policy=policy(private=False))
    assert (result.verdict, "private network" in result.detail) == (Verdict.INCONCLUSIVE, True)
    assert [host for _, host, _ in site.asked] == ["127.0.0.1"]
    assert one(site.url("/cross"), policy=policy(private=True)).verdict is Verdict.MOVED


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254"])
def test_an_address_of_this_machine_or_network_is_not_requested(site: Site, host: str) -> None:
    result = one(site.url("/ok", host=host), policy=policy(private=False))
    assert (result.verdict, "private network" in result.detail, site.asked) == (Verdict.INCONCLUSIVE, True, [])


def test_an_archived_copy_of_the_time_of_the_page_is_proposed(site: Site) -> None:
    url = site.url("/dead", host="localhost")
    link = CitedUrl(url, ("US-LA",), date(2025, 8, 1))
    report = check([link], now=lambda: NOW, policy=policy(archive=site.url("")))
    assert report.results[0].archived == f"http://archive/20250801/{url}"


def test_a_page_without_archived_copy_is_dead_all_the_same(site: Site) -> None:
    result = one(site.url("/gone"), policy=policy(archive=site.url("")))
    assert (result.verdict, result.archived) == (Verdict.DEAD, None)


def test_an_archive_that_fails_changes_no_verdict(site: Site) -> None:
    assert one(site.url("/dead"), policy=policy(archive=site.url("/broken"))).verdict is Verdict.DEAD


def test_a_torn_last_line_costs_one_link(site: Site, tmp_path: Path) -> None:
    state, urls = tmp_path / "links.jsonl", [site.url(f"/page-{n}") for n in range(3)]
    ask(urls, journal=state)
    state.write_text(state.read_text()[:-20])
    site.asked.clear()
    ask(urls, journal=state)
    assert len(site.asked) == 1


def test_results_that_are_old_or_unsure_are_asked_for_again(site: Site, tmp_path: Path) -> None:
    state, urls = tmp_path / "links.jsonl", [site.url("/ok"), site.url("/broken")]
    ask(urls, journal=state)
    site.asked.clear()
    ask(urls, journal=state)
    assert {path for _, _, path in site.asked} == {"/broken"}
    ask(urls, journal=state, now=lambda: NOW + timedelta(days=2))
    assert {path for _, _, path in site.asked} == {"/broken", "/ok"}


def suppression(url: str, until: str = "2027-06-01") -> Suppression:
    return Suppression(url=url, reason="Keeps programs out; read in a browser.", until=date.fromisoformat(until))


def test_a_suppressed_link_is_not_asked_for(site: Site) -> None:
    report = ask([site.url("/secret")], suppressions=[suppression(site.url("/secret"))])
    assert (site.asked, report.results, len(report.suppressed)) == ([], (), 1)
    assert not report.needs_work


def test_an_expired_suppression_is_reported_and_its_link_asked_for(site: Site) -> None:
    report = ask([site.url("/ok")], suppressions=[suppression(site.url("/ok"), until="2026-12-01")])
    assert (len(report.results), len(report.expired), report.needs_work) == (1, 1, True)


def test_an_unused_suppression_is_reported() -> None:
    report = ask([], suppressions=[suppression("https://example.org/nowhere")])
    assert (len(report.unused), report.needs_work) == (1, True)
    assert "unused suppression: https://example.org/nowhere" in as_text(report)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('url = "https://example.org"\nuntil = "2027-01-01"', "suppressions[0].reason"),
        ('url = "https://example.org"\nuntil = "2027-01-01"\nreason = " "', "suppressions[0].reason"),
        ('url = "https://example.org"\nreason = "Why."', "suppressions[0].until"),
        ('until = "2027-01-01"\nreason = "Why."', "suppressions[0].url"),
        (
            'url = "https://example.org"\nuntil = "2027-01-01"\nreason = "Why."\nforever = true',
            "suppressions[0].forever",
        ),
    ],
)
def test_a_suppression_that_does_not_say_what_why_and_how_long_is_refused(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "links.toml").write_text(f"[[suppressions]]\n{text}\n")
    with pytest.raises(InvalidDataError) as caught:
        read_suppressions(tmp_path / "links.toml")
    assert [problem.key for problem in caught.value.problems] == [key]


def test_two_suppressions_of_one_address_are_refused(tmp_path: Path) -> None:
    table = '[[suppressions]]\nurl = "https://example.org"\nuntil = 2027-01-01\nreason = "Why."\n'
    (tmp_path / "links.toml").write_text(table * 2)
    with pytest.raises(InvalidDataError, match="twice"):
        read_suppressions(tmp_path / "links.toml")


def test_each_address_is_listed_once_with_all_records_that_cite_it() -> None:
    cited = {"title": "T", "kind": "news", "supports": "S", "url": "https://example.org/a", "published": "2025"}
    bill = {"title": "B", "step": "S", "on": "2026", "effect": "E", "citations": [cited]}
    records = [
        validated(
            Record,
            {
                "code": code,
                "name": code,
                "verified_on": "2026-11-23",
                "periods": [make_period("2020")],
                "pending": [bill],
            },
        )
        for code in ("US-LA", "US-TX")
    ]
    assert cited_urls(records) == (CitedUrl("https://example.org/a", ("US-LA", "US-TX"), date(2025, 12, 31)),)


def test_the_markdown_is_a_checklist_with_what_to_do(site: Site) -> None:
    link = CitedUrl(site.url("/dead", host="localhost"), ("US-LA",), date(2025, 8, 1))
    told = as_markdown(check([link], now=lambda: NOW, policy=policy(archive=site.url(""))))
    assert f"- [ ] US-LA: <{link.url}>: HTTP 404" in told
    assert "archived copy: <http://archive/20250801/" in told


RECORD = """code = "LU"
name = "Luxembourg"
verified_on = "2026-11-23"
[[periods]]
from = "2012-08-03"
status = "banned"
sale = "prohibited"
possession = "prohibited"
confidence = "high"
summary = "Banned."
"""


def write_data(folder: Path, *urls: str) -> Path:
    """A data folder with one record that cites these addresses."""
    cited = (f'[[periods.citations]]\ntitle = "T"\nkind = "statute"\nsupports = "S"\nurl = "{url}"\n' for url in urls)
    (folder / "countries").mkdir(parents=True)
    (folder / "countries/lu.toml").write_text(RECORD + "".join(cited))
    (folder / "dataset.toml").write_text('version = "2026.11.23"\n')
    return folder


@pytest.fixture
def data(site: Site, tmp_path: Path) -> Path:
    """A data folder whose record cites a page that is there and one that is gone."""
    return write_data(tmp_path / "data", site.url("/ok"), site.url("/dead"))


def arguments_for(data: Path) -> list[str]:
    state = str(data.parent / "links.jsonl")
    return ["data", "links", "--data", str(data), "--state", state, "--pause", "0", "--archive", "", "--private"]


def run(data: Path, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*arguments_for(data), *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_an_interrupted_run_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    data = write_data(tmp_path / "data", *(site.url(path) for path in ("/page-1", "/page-2", "/slow")))
    command = [sys.executable, "-m", "kratomlaw", *arguments_for(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert site.slow_asked.wait(60)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, "continues from there" in said) == (130, True)
    site.released.set()
    assert run(data)[1].startswith("3 links: ")
    assert Counter(path for _, _, path in site.asked if path != "/slow") == {"/page-1": 1, "/page-2": 1}


def test_the_command_ends_with_1_when_a_link_is_dead(data: Path) -> None:
    code, printed, _ = run(data, "--json")
    verdicts = [result["verdict"] for result in json.loads(printed)["results"]]
    assert (code, verdicts) == (1, ["dead", "ok"])


def test_the_command_ends_with_0_when_the_dead_link_is_suppressed(data: Path, site: Site) -> None:
    until = date.today() + timedelta(days=30)
    table = f'[[suppressions]]\nurl = "{site.url("/dead")}"\nreason = "Known."\nuntil = "{until}"\n'
    (data / "links.toml").write_text(table)
    code, printed, _ = run(data)
    assert (code, printed) == (0, "1 link: 1 ok, 0 moved, 0 dead, 0 blocked, 0 inconclusive, 1 suppressed\n")


def test_the_command_refuses_a_suppression_without_reason(data: Path) -> None:
    (data / "links.toml").write_text('[[suppressions]]\nurl = "https://example.org"\nuntil = "2027-01-01"\n')
    code, _, said = run(data)
    assert (code, "links.toml: suppressions[0].reason" in said) == (1, True)


def test_the_command_refuses_a_record_that_cites_nothing(data: Path) -> None:
    code, _, said = run(data, "US-XX")
    assert (code, "US-XX" in said) == (2, True)


def test_checking_does_not_wait_without_need(site: Site) -> None:
    waits = Waits()
    ask([site.url("/ok")], policy=policy(pause=60.0, sleep=waits))
    assert waits == []
