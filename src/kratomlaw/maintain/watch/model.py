"""What is watched, and what does a look bring home? The words that all files of this room share."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ...law.words import Problem

__all__ = ["Bill", "Hit", "Looked", "Step", "Watch", "WatchKind", "bill_rank"]


class WatchKind(StrEnum):
    """Where a watch looks."""

    FEDERAL_REGISTER = "federal-register"
    """Documents of the Federal Register of the United States, also before their publication."""
    LEGISCAN = "legiscan"
    """Bills of one US legislature, by LegiScan."""
    OPEN_STATES = "open-states"
    """Bills of one US legislature, by Open States."""
    FEED = "feed"
    """An Atom or RSS feed."""
    PAGE = "page"
    """A web page or PDF, whose text about kratom is compared."""


class Step(StrEnum):
    """What happened. The steps of a bill come first, in the order in which a bill takes them."""

    INTRODUCED = "introduced"
    """The bill was drafted, filed or introduced."""
    REFERRED = "referred"
    """It was referred to a committee."""
    REPORTED = "reported"
    """A committee reported it."""
    PASSED_ONE_CHAMBER = "passed-one-chamber"
    """One chamber passed it."""
    PASSED = "passed"
    """The legislature passed it."""
    FAILED = "failed"
    """It failed, was withdrawn, or its session ended without it."""
    VETOED = "vetoed"
    """The executive refused it."""
    OVERRIDDEN = "veto-overridden"
    """The legislature passed it over the veto."""
    LAW = "law"
    """It was signed or became law."""
    AMENDED = "new-text"
    """There is a new text of the bill, at the same step."""
    DOCUMENT = "document"
    """A regulator filed or published a document."""
    CHANGED = "page-changed"
    """The text about kratom on a page changed."""
    NEWS = "news"
    """Somebody wrote about it."""


_BILL_STEPS = tuple(Step)[: tuple(Step).index(Step.AMENDED)]


def bill_rank(step: Step) -> int:
    """How far a bill is with a step.

    Args:
        step: The step.

    Returns:
        A number that is higher for later steps; -1 for what is no step of a bill.

    Example:
        >>> bill_rank(Step.LAW) > bill_rank(Step.PASSED) > bill_rank(Step.NEWS)
        True
    """
    return _BILL_STEPS.index(step) if step in _BILL_STEPS else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One thing that is looked at regularly."""

    key: str
    """Its name, unique among all watches."""
    kind: WatchKind
    """Where it looks."""
    places: tuple[str, ...]
    """The codes of the records that it bears on."""
    file: str
    """Where it is written: a file under ``data/``, or that of the record from which it follows."""
    pending: tuple[str, ...] = ()
    """The titles of the pending steps that it bears on."""
    url: str = ""
    """The page or feed."""
    query: str = ""
    """What to search for, in the language of the service."""
    docket: str = ""
    """The docket of the Federal Register."""
    agencies: tuple[str, ...] = ()
    """The agencies of the Federal Register, by their short names."""
    cfr: str = ""
    """The title and part of the Code of Federal Regulations, as in ``21:1308``."""
    terms: tuple[str, ...] = ()
    """The words that a text is about kratom by; empty for the usual ones."""
    since: date | None = None
    """The day before which nothing is news; None for the last check of the records."""
    every_hours: int = 20
    """For how long it need not be looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill as a service knows it; what a proposed entry of a record is made of."""

    number: str
    """Its number as the service writes it."""
    title: str
    """Its title."""
    session: str
    """The years of its session, as in ``2025-2026``."""
    last_step: str
    """The newest entry of its history."""
    on: date | None
    """The day of that entry."""
    url: str
    """Where it can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing that a watch found."""

    subject: str
    """What it is about, the same from every source: ``bill/US-MI/H5537``, ``document/2026-20943``, ``page/https://…``."""
    step: Step
    """What happened."""
    places: tuple[str, ...]
    """The codes of the records that it bears on."""
    title: str
    """What it is, in a few words."""
    what: str
    """What happened, in a sentence or two."""
    url: str
    """Where it can be read."""
    source: str
    """Who says so: ``LegiScan``, ``Federal Register``, the host of a page."""
    happened_on: date | None = None
    """The day, if the source says one."""
    pending: tuple[str, ...] = ()
    """The titles of the pending steps that it bears on."""
    version: str = ""
    """Which state of a page or text it is, where one subject may change more than once."""
    diff: str = ""
    """The change in words, of a page."""
    proposal: Bill | None = None
    """The bill, when no record knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look brought home."""

    memory: str
    """What to remember until the next look, as JSON."""
    hits: tuple[Hit, ...] = ()
    """What is new."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the watch or with what it looks at."""
    complete: bool = True
    """Whether nothing is left to look at, as when the budget of requests was spent."""
