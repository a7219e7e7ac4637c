"""What changed since the last look? One run over all watches that are due, cheap, polite and resumable."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from ...errors import DataError
from ...law.records import Record
from ...law.words import Problem
from . import federal_register, feeds, legiscan, open_states, pages
from .fetching import BudgetSpentError, CrawlPolicy, NotFetchedError, Web
from .known import Known
from .leads import Inbox, Lead
from .model import Hit, Looked, Watch, WatchKind
from .proposals import proposal
from .services import Services
from .state import State

__all__ = ["WatchReport", "run"]

_Look = Callable[[Watch, str | None, Web, Known, Services], Awaitable[Looked]]
_LOOKS: Mapping[WatchKind, _Look] = {
    WatchKind.FEDERAL_REGISTER: federal_register.look,
    WatchKind.LEGISCAN: legiscan.look,
    WatchKind.OPEN_STATES: open_states.look,
    WatchKind.FEED: feeds.look,
    WatchKind.PAGE: pages.look,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReport:
    """What a run found."""

    new: tuple[Lead, ...]
    """The leads that are new."""
    more: tuple[Lead, ...]
    """The leads of before of which another source was found."""
    looked: int
    """How many watches were looked at."""
    fresh: int
    """How many were looked at a short while ago, and left out."""
    left: int
    """How many are left to the next run, because the budget of requests was spent."""
    requests: int
    """How many requests were sent."""
    problems: tuple[Problem, ...]
    """What is wrong with watches, or with what they look at; what a service says of all its watches is there once."""


def run(
    watches: Iterable[Watch],
    *,
    records: Mapping[str, Record],
    data: Path,
    inbox: Inbox,
    state: State,
    services: Services,
    policy: CrawlPolicy = CrawlPolicy(),  # noqa: B008  # immutable
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    everything: bool = False,
    on_looked: Callable[[Watch, int, int], None] | None = None,
) -> WatchReport:
    """Look at all watches that are due.

    Args:
        watches: The watches.
        records: The records by code.
        data: The data folder, for proposed entries.
        inbox: Where leads go.
        state: What earlier runs saw.
        services: The APIs and their keys.
        policy: How politely, how patiently and how much is asked.
        now: The clock.
        everything: Whether watches that were looked at a short while ago are looked at too.
        on_looked: Called after each watch with it, how many are done, and how many there are.

    Returns:
        What is new. Everything that was seen is written down watch by watch: after an interruption the same call
        continues where it stopped.

    Raises:
        DataError: The inbox or the state cannot be written.
    """
    given = list(watches)
    due = _due(given, state, now(), everything=everything)
    runner = _Run(records=records, data=data, inbox=inbox, state=state, services=services, now=now)
    try:
        asyncio.run(runner.all(due, policy, on_looked))
    except ExceptionGroup as failed:  # of the task group: the others were only cancelled
        raise failed.exceptions[0] from None
    return WatchReport(
        new=tuple(inbox.get(key) for key in sorted(runner.new)),
        more=tuple(inbox.get(key) for key in sorted(runner.more - runner.new)),
        looked=runner.looked,
        fresh=len(given) - len(due),
        left=runner.left,
        requests=runner.requests,
        problems=tuple(runner.problems) + tuple(inbox.problems),
    )


def _due(watches: Sequence[Watch], state: State, now: datetime, *, everything: bool) -> list[Watch]:
    """The watches to look at, those that waited longest first."""
    looked = {watch.key: state.looked_at(watch.key) for watch in watches}
    oldest = datetime.min.replace(tzinfo=UTC)

    def is_due(watch: Watch) -> bool:
        at = looked[watch.key]
        return everything or at is None or now - at >= timedelta(hours=watch.every_hours)

    return sorted(filter(is_due, watches), key=lambda watch: (looked[watch.key] or oldest, watch.key))


class _Run:
    """One run, and what it found so far."""

    def __init__(
        self,
        *,
        records: Mapping[str, Record],
        data: Path,
        inbox: Inbox,
        state: State,
        services: Services,
        now: Callable[[], datetime],
    ) -> None:
        self._known = Known(records, today=now().date())
        self._data = data
        self._inbox = inbox
        self._state = state
        self._services = services
        self._now = now
        self._said: dict[str, int] = {}
        self.new: set[str] = set()
        self.more: set[str] = set()
        self.looked = self.left = self.requests = 0
        self.problems: list[Problem] = []

    async def all(
        self, due: Sequence[Watch], policy: CrawlPolicy, on_looked: Callable[[Watch, int, int], None] | None
    ) -> None:
        """Look at some watches, many hosts at once."""
        done = 0

        async def work(lane: Sequence[Watch], web: Web) -> None:
            nonlocal done
            for watch in lane:
                await self._one(watch, web)
                done += 1
                if on_looked:
                    on_looked(watch, done, len(due))

        async with Web(policy, now=self._now) as web:
            try:
                async with asyncio.TaskGroup() as group:
                    for lane in _lanes(due):
                        group.create_task(work(lane, web))
            finally:
                self.requests = web.requests
        for message, count in self._said.items():
            if count > 1:
                more = f"{count - 1} more watches say the same: {message}"
                self.problems.append(Problem(file="", key="", message=more, fix=""))

    async def _one(self, watch: Watch, web: Web) -> None:
        """Look at one watch. Whatever is wrong with it, the others are looked at too."""
        memory = self._state.memory(watch.key)
        try:
            looked = await _LOOKS[watch.kind](watch, memory, web, self._known, self._services)
        except BudgetSpentError:
            self.left += 1
            return
        except NotFetchedError as failure:
            self._note(watch, str(failure), repeated=failure.repeated)
            return
        except ValidationError as invalid:
            error = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(map(str, error["loc"]))
            self._note(watch, f"answered otherwise than it is documented: {where}: {error['msg']}", repeated=False)
            return
        for hit in looked.hits:
            self._receive(hit)
        self._state.remember(watch.key, looked.memory, self._now() if looked.complete else None)
        self.problems += looked.problems
        self.looked += looked.complete
        self.left += not looked.complete

    def _receive(self, hit: Hit) -> None:
        lead, is_new = self._inbox.receive(hit, self._known)
        (self.new if is_new else self.more).add(lead.key)
        # What belongs to a lead is also written when an earlier run was killed just after it wrote the lead.
        if hit.diff:
            self._state.keep_diff(lead.key, hit.diff)
        path = self._inbox.file(lead.key, "patch")
        if hit.proposal and hit.places and lead.is_active and not path.exists():
            patch = proposal(hit.proposal, hit.places[0], self._data, source=hit.source, today=self._known.today)
            try:
                path.write_text(patch, "utf-8", newline="\n")
            except OSError as cause:
                raise DataError(f"{path} cannot be written: {cause.strerror}.", hint="Name another inbox.") from None

    def _note(self, watch: Watch, message: str, *, repeated: bool) -> None:
        """Say what is wrong; what a service says of each of its watches is said once and counted."""
        if repeated:
            self._said[message] = self._said.get(message, 0) + 1
            if self._said[message] > 1:
                return
        text = f"{watch.url}: {message}." if watch.url else f"{message}."
        self.problems.append(
            Problem(file=watch.file, key=watch.key, message=text, fix="It is looked at again at the next run.")
        )


def _lanes(watches: Sequence[Watch]) -> list[list[Watch]]:
    """The watches by the host that they ask, so that those of a slow one do not stand in the way of the others."""
    lanes: dict[str, list[Watch]] = {}
    for watch in watches:
        lanes.setdefault(urlsplit(watch.url).netloc if watch.url else watch.kind, []).append(watch)
    return list(lanes.values())
