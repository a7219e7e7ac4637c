"""A run: polite, cheap, resumable, and without a trace of a key."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import ROOT
from kratomlaw import DataError, InvalidQueryError
from kratomlaw.maintain.watch.model import Watch, WatchKind
from kratomlaw.maintain.watch.state import State
from watched import LegiScan, OpenStates, Reply, Site, html_page

MakeWatch = Callable[..., Watch]
LAW = ("Section 1. Kratom may be sold to adults.", "Section 2. No sale to people under 18 years of age.")


def test_a_host_gets_one_request_at_a_time_with_pauses(desk: Any, site: Site, page: MakeWatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    site.slow = 0.01
    for number in range(6):
        site.pages[f"/{number}"] = html_page(*LAW)
    desk.watch(*(page(f"/{number}") for number in range(6)), pause=60.0, sleep=sleep)
    assert site.most_open == 1
    assert len(waited) == 6, "a pause before each request but the first, which was for robots.txt"
    assert all(50 < seconds <= 60 for seconds in waited)


def test_retry_after_is_kept(desk: Any, site: Site, page: MakeWatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    replies = iter([Reply("", 429, headers=(("Retry-After", "30"),)), Reply(html_page(*LAW))])
    site.pages["/law"] = lambda _: next(replies)
    report = desk.watch(page(), sleep=sleep)
    assert (report.looked, report.problems) == (1, ())
    assert any(25 < seconds <= 30 for seconds in waited)


@pytest.mark.parametrize(
    ("status", "headers"), [(429, ()), (429, (("Retry-After", "9999"),)), (503, (("Retry-After", "9999"),))]
)
def test_a_host_that_asks_to_be_left_alone_is_left_alone(
    desk: Any, site: Site, page: MakeWatch, status: int, headers: tuple[tuple[str, str], ...]
) -> None:
    for number in range(5):
        site.pages[f"/{number}"] = Reply("", status, headers=headers)
    report = desk.watch(*(page(f"/{number}") for number in range(5)))
    assert len(site.asked) == 2, "robots.txt and one page"
    assert report.looked == 0
    assert "left alone" in report.problems[0].message


def test_robots_decide_for_pages_and_feeds(desk: Any, site: Site, page: MakeWatch) -> None:
    rules = "User-agent: *\nDisallow: /private\nDisallow: /*.pdf$\nAllow: /private/open\nCrawl-delay: 7\n"
    site.pages["/robots.txt"] = Reply(rules, kind="text/plain")
    paths = ["/law", "/private/law", "/private/open", "/law.pdf"]
    for path in paths:
        site.pages[path] = html_page(*LAW)
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    report = desk.watch(*(page(path, key=f"p{index}") for index, path in enumerate(paths)), sleep=sleep)
    assert set(site.counts()) == {"/robots.txt", "/law", "/private/open"}
    assert {problem.key for problem in report.problems} == {"p1", "p3"}
    assert max(waited) > 6, "the delay that robots.txt asks for"


def test_robots_that_cannot_be_reached_keep_everybody_out(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/robots.txt"] = Reply("", 503)
    site.pages["/law"] = html_page(*LAW)
    assert "robots.txt" in desk.watch(page()).problems[0].message
    assert "/law" not in site.counts()


def test_a_host_that_is_down_is_not_asked_for_ever(desk: Any, site: Site, page: MakeWatch) -> None:
    site.dead = True
    report = desk.watch(*(page(f"/{number}") for number in range(10)))
    assert report.looked == 0
    assert len(site.asked) <= 6, "a dead host was asked for each of its pages"


def test_the_budget_is_kept_and_the_next_run_takes_up_the_rest(desk: Any, site: Site, page: MakeWatch) -> None:
    watches = [page(f"/{number}") for number in range(10)]
    for number in range(10):
        site.pages[f"/{number}"] = html_page(*LAW)
    first = desk.watch(*watches, budget=5)
    assert (first.requests, first.looked, first.left) == (5, 4, 6)
    desk.watch(*watches, budget=7)
    assert all(site.counts()[f"/{number}"] == 1 for number in range(10)), "those that waited longest come first"


def test_what_was_looked_at_today_is_left_out(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/law"] = html_page(*LAW)
    monthly = page("/law", every_hours=24 * 30)
    assert desk.watch(monthly).fresh == 0
    assert (desk.watch(monthly).fresh, site.counts()["/law"]) == (1, 1)
    assert desk.watch(monthly, everything=True).looked == 1


def test_private_networks_are_not_asked(desk: Any, site: Site, page: MakeWatch) -> None:
    report = desk.watch(page(), private=False)
    assert "private network" in report.problems[0].message
    assert not site.asked


def test_an_answer_without_end_is_cut_off(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/law"] = Reply(b"<p>kratom " + b"x" * 300_000, headers=(("Content-Encoding", "identity"),))
    report = desk.watch(page(), most_bytes=100_000)
    assert "longer than 100,000 bytes" in report.problems[0].message


def test_no_key_is_ever_written_or_said(
    desk: Any, legiscan: LegiScan, open_states: OpenStates, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    bills = Watch(key="bills", kind=WatchKind.LEGISCAN, places=("US-MI",), file="watch/b.toml", query="kratom")
    more = Watch(key="more", kind=WatchKind.OPEN_STATES, places=("US-MI",), file="watch/b.toml", query="kratom")
    legiscan.put(1, "SB 44")
    said = [str(desk.watch(bills, more))]
    legiscan.locked = f"Key {legiscan.key} is locked"
    open_states.pages["/bills"] = Reply({"detail": f"Invalid API Key {open_states.key}."}, 401)
    said.append(str(desk.watch(bills, more)))
    legiscan.dead = open_states.dead = True
    legiscan.locked = ""
    said.append(str(desk.watch(bills, more)))
    assert any(legiscan.key in asked.raw for asked in legiscan.asked), "the key was not sent at all"
    said += [record.getMessage() for record in caplog.records] + [repr(record.args) for record in caplog.records]
    said += [repr(desk.services), *capsys.readouterr()]
    files = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    for key in (legiscan.key, open_states.key):
        assert key not in "".join(said)
        assert key.encode() not in files


def test_the_state_stays_out_of_the_repository_and_belongs_to_one_run(desk: Any) -> None:
    subprocess.run(["git", "init", "-q", desk.data.parent], check=True)
    with pytest.raises(InvalidQueryError, match="lies in the repository"):
        State(desk.data / "watch.sqlite3", data=desk.data)
    with State(desk.state), pytest.raises(DataError, match="cannot be used"):
        State(desk.state)
    desk.state.write_bytes(b"no database at all" * 100)
    with pytest.raises(DataError, match="cannot be used"):
        State(desk.state)


WORKER = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from datetime import UTC, datetime
from kratomlaw.maintain.records.compile import read_records, record_files
from kratomlaw.maintain.watch.fetching import CrawlPolicy
from kratomlaw.maintain.watch.leads import Inbox
from kratomlaw.maintain.watch.model import Watch, WatchKind
from kratomlaw.maintain.watch.run import run
from kratomlaw.maintain.watch.services import Services
from kratomlaw.maintain.watch.state import State
data = Path({data!r})
records, _ = read_records(record_files(data), data)
watches = [Watch(key=f"p{{n}}", kind=WatchKind.PAGE, places=("US-MI",), file="x", url=f"{url}/{{n}}") for n in range({count})]
with State(Path({state!r})) as state:
    report = run(watches, records=records, data=data, inbox=Inbox(data / "inbox"), state=state, services=Services(),
                 policy=CrawlPolicy(pause=0.0, private=True), now=lambda: datetime(2026, 12, {day}, tzinfo=UTC))
print(report.looked, report.fresh, len(report.new))
"""


def test_a_killed_run_continues_and_finds_each_change_once(desk: Any, site: Site) -> None:
    count = 20
    for number in range(count):
        site.pages[f"/{number}"] = html_page(*LAW)
    worker: dict[str, Any] = {
        "tests": str(ROOT / "tests"),
        "data": str(desk.data),
        "state": str(desk.state),
        "url": site.url,
    }
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}

    def start(day: int) -> "subprocess.Popen[str]":
        code = WORKER.format(**worker, count=count, day=day)
        return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)

    assert start(1).communicate()[0].split() == ["20", "0", "0"]
    for number in range(count):
        site.pages[f"/{number}"] = html_page(LAW[0], LAW[1].replace("18", "21"))
    site.slow = 0.02
    killed = start(9)
    before = len(site.asked)
    deadline = time.monotonic() + 60
    while len(site.asked) < before + count // 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    done = len(desk.leads)
    assert 0 < done < count
    looked, fresh, new = map(int, start(9).communicate()[0].split())
    assert looked + fresh == count
    assert fresh > 0, "the second run began again"
    assert (done + new, len(desk.leads)) == (count, count), "each change is one lead, whether or not the run was killed"


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    servers = [Site() for _ in range(20)]
    yield servers
    for server in servers:
        server.close()


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read from /proc")
def test_a_thousand_watches_take_ten_minutes_and_200_megabytes(desk: Any, sites: list[Site], tmp_path: Path) -> None:
    long = [f"Section {n}. Rule number {n} about {'many words ' * 60}." for n in range(120)]
    for server in sites:
        for number in range(50):
            server.pages[f"/{number}"] = html_page(*LAW, *long)
    code = f"""
import sys, time
from pathlib import Path
from kratomlaw.maintain.records.compile import read_records, record_files
from kratomlaw.maintain.watch.fetching import CrawlPolicy
from kratomlaw.maintain.watch.leads import Inbox
from kratomlaw.maintain.watch.model import Watch, WatchKind
from kratomlaw.maintain.watch.run import run
from kratomlaw.maintain.watch.services import Services
from kratomlaw.maintain.watch.state import State
data = Path({str(desk.data)!r})
records, _ = read_records(record_files(data), data)
urls = {[server.url for server in sites]!r}
watches = [Watch(key=f"p{{h}}-{{n}}", kind=WatchKind.PAGE, places=("US-MI",), file="x", url=f"{{url}}/{{n}}")
           for h, url in enumerate(urls) for n in range(50)]
begun = time.monotonic()
with State(Path({str(desk.state)!r})) as state:
    report = run(watches, records=records, data=data, inbox=Inbox(data / "inbox"), state=state, services=Services(),
                 policy=CrawlPolicy(pause=1.0, private=True))
seconds = time.monotonic() - begun
# Not ru_maxrss, which a child has from its parent.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(report.looked, seconds, int(peak.split()[1]) / 1024)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    looked, seconds, megabytes = map(float, done.stdout.split())
    print(f"1000 watches: {seconds:.0f} s, {megabytes:.0f} MB")  # noqa: T201
    assert looked == 1000
    assert seconds <= 600
    assert megabytes <= 200
