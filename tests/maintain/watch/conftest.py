"""What the tests of watches share: a small data folder, and one run after the other over servers on loopback."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kratomlaw import Record
from kratomlaw.maintain.records.compile import read_records, record_files
from kratomlaw.maintain.watch.fetching import CrawlPolicy
from kratomlaw.maintain.watch.leads import Inbox, Lead
from kratomlaw.maintain.watch.model import Watch, WatchKind
from kratomlaw.maintain.watch.run import WatchReport, run
from kratomlaw.maintain.watch.services import Services
from kratomlaw.maintain.watch.state import State
from watched import FederalRegister, LegiScan, OpenStates, Site

_PERIOD = """
[[periods]]
from = "2020"
status = "legal"
sale = "allowed"
possession = "allowed"
confidence = "high"
summary = "No law on kratom."

  [[periods.citations]]
  title = "Code"
  url = "{url}"
  kind = "statute"
  supports = "All of it."
"""
MICHIGAN = (
    'code = "US-MI"\nname = "Michigan"\nverified_on = "2026-10-01"\n'
    + _PERIOD
    + """
[[pending]]
title = "HB 5537 (2025-26), ban of kratom"
step = "In the House committee."
on = "2026-09-15"
effect = "Would ban kratom."
would_be = "banned"

  [[pending.citations]]
  title = "HB 5537"
  kind = "bill"
  supports = "Its text."
"""
)


class Desk:
    """A maintainer's desk: records, an inbox, a state, and a clock that moves a week with each run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "clone" / "data"
        self.state = folder / "state" / "watch.sqlite3"
        self.now = datetime(2026, 11, 30, 6, tzinfo=UTC)
        self.services = Services()
        self.policy = CrawlPolicy(pause=0.0, timeout=5.0, private=True)
        self.put_record("us/mi.toml", MICHIGAN)

    def put_record(self, name: str, text: str, url: str = "https://code.example/kratom") -> None:
        """Write a record."""
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("{url}", url), "utf-8")

    def put_place(self, code: str, name: str, path: str) -> None:
        """Write a record of a place with the usual law."""
        self.put_record(path, f'code = "{code}"\nname = "{name}"\nverified_on = "2026-10-01"\n{_PERIOD}')

    @property
    def records(self) -> dict[str, Record]:
        """The records."""
        records, problems = read_records(record_files(self.data), self.data)
        assert not problems, problems
        return records

    @property
    def inbox(self) -> Inbox:
        """The inbox, read again."""
        return Inbox(self.data / "inbox")

    @property
    def leads(self) -> tuple[Lead, ...]:
        """The leads in it."""
        return self.inbox.leads

    def watch(self, *watches: Watch, everything: bool = False, **policy: Any) -> WatchReport:
        """Run once, and let a week pass."""
        with State(self.state) as state:
            report = run(
                watches,
                records=self.records,
                data=self.data,
                inbox=self.inbox,
                state=state,
                services=self.services,
                policy=self.policy._replace(**policy),
                now=lambda: self.now,
                everything=everything,
            )
        self.now += timedelta(days=7)
        return report


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    yield server
    server.close()


@pytest.fixture
def legiscan(desk: Desk) -> Iterator[LegiScan]:
    server = LegiScan()
    desk.services = desk.services._replace(legiscan=f"{server.url}/", legiscan_key=server.services().legiscan_key)
    yield server
    server.close()


@pytest.fixture
def open_states(desk: Desk) -> Iterator[OpenStates]:
    server = OpenStates()
    desk.services = desk.services._replace(open_states=server.url, open_states_key=server.services().open_states_key)
    yield server
    server.close()


@pytest.fixture
def register(desk: Desk) -> Iterator[FederalRegister]:
    server = FederalRegister()
    desk.services = desk.services._replace(federal_register=server.services().federal_register)
    yield server
    server.close()


@pytest.fixture
def page(site: Site) -> Callable[..., Watch]:
    """Makes watches of pages of the site."""

    def made(path: str = "/law", **more: Any) -> Watch:
        key = f"page-{path.strip('/').replace('/', '-') or 'front'}"
        watch = Watch(key=key, kind=WatchKind.PAGE, places=("US-MI",), file="us/mi.toml", url=f"{site.url}{path}")
        return replace(watch, **more)

    return made
