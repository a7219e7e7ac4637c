"""What does the HTTP API return besides answers and decisions? Lists and timelines, with the version of their data."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from ...data.validated import Model
from ...law.answers import DISCLAIMER, Answer, Change, EffectivePeriod
from ...law.citing import Citing
from ...law.decisions import Decision
from ...law.plain import plain
from ...law.returned import Returned
from ...law.words import Jurisdiction, Product
from ...serving.brief import BriefAnswer, BriefChange, BriefDecision, BriefPeriod, brief_period, fitting
from ...serving.texts import MOST_BYTES
from .problems import ProblemDetails

__all__ = [
    "BriefChangeList",
    "BriefTimelineResult",
    "ChangeList",
    "DecidedOutcome",
    "DecidedOutcomes",
    "Health",
    "JurisdictionList",
    "LookupOutcome",
    "LookupOutcomes",
    "Readiness",
    "TimelineResult",
    "brief_changes",
    "brief_timeline",
]


@plain
class _Timeline(Returned):
    """What timelines of every form say."""

    jurisdiction: Jurisdiction
    """The most specific place with data; the periods are those of its law."""
    unmatched: str | None
    """The locality in the question that has no record of its own; None when there is none."""
    did_you_mean: tuple[Jurisdiction, ...]
    """Places with rules of their own that are spelt like ``unmatched``; never used for the answer."""
    product: Product
    """The product."""
    dataset_version: str
    """The version of the data."""
    stale: bool
    """Whether the data is older than the server allows."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


@plain
class TimelineResult(_Timeline, Citing):
    """How the law that reaches a place changed, and will change."""

    periods: tuple[EffectivePeriod, ...]
    """The effective periods, oldest first; empty when no recorded law reaches the place."""


@plain
class BriefTimelineResult(_Timeline):
    """How the law that reaches a place changed, and will change, in short."""

    periods: tuple[BriefPeriod, ...]
    """The effective periods, oldest first; of a very long list the latest."""
    total: int
    """How many there are."""


@plain
class _List(Returned):
    """One part of a list."""

    total: int
    """How long the whole list is."""
    limit: int
    """How many were asked for."""
    offset: int
    """How many were left out before the first."""
    next: str | None
    """The address of the next part, relative to this one; None for the last part."""
    dataset_version: str
    """The version of the data. Parts of different versions are not one list: begin again with the first."""
    stale: bool
    """Whether the data is older than the server allows."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


@plain
class JurisdictionList(_List):
    """Places, in the order of their codes."""

    on: date
    """The day for which the status was asked."""
    product: Product
    """The product for which the status was asked."""
    jurisdictions: tuple[Jurisdiction, ...]
    """The places."""


@plain
class ChangeList(_List, Citing):
    """Changes of law, oldest first."""

    product: Product
    """The product."""
    changes: tuple[Change, ...]
    """The changes."""


@plain
class BriefChangeList(_List):
    """Changes of law in short, oldest first: as many as fit in 12 KB."""

    product: Product
    """The product."""
    changes: tuple[BriefChange, ...]
    """The changes."""


class Health(Model):
    """That the server runs."""

    status: Literal["ok"] = "ok"
    """Always the same."""


class Readiness(Model):
    """That the server can answer, and from which data."""

    status: Literal["ready"] = "ready"
    """Always the same: a server that is not ready answers with a problem."""
    dataset_version: str
    """The version of the data."""
    dataset_age_days: int
    """Days since the data was made."""
    stale: bool
    """Whether that is more than the server allows."""


class LookupOutcome(Model):
    """What became of one question of many: an answer or a problem."""

    answer: Answer | BriefAnswer | None
    """The answer; null where there is none."""
    problem: ProblemDetails | None
    """What is wrong with the question; null where there is an answer."""


class LookupOutcomes(Model):
    """What became of many questions, all of one version of the data."""

    results: tuple[LookupOutcome, ...]
    """One for each question, in their order."""
    failed: int
    """How many of them have a problem."""
    dataset_version: str
    """The version of the data."""
    stale: bool
    """Whether the data is older than the server allows."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


class DecidedOutcome(Model):
    """What became of one question of many: a decision or a problem."""

    decision: Decision | BriefDecision | None
    """The decision; null where there is none, which never means that it is allowed."""
    problem: ProblemDetails | None
    """What is wrong with the question; null where there is a decision."""


class DecidedOutcomes(Model):
    """What became of many questions, all of one version of the data."""

    results: tuple[DecidedOutcome, ...]
    """One for each question, in their order."""
    failed: int
    """How many of them have a problem."""
    dataset_version: str
    """The version of the data."""
    stale: bool
    """Whether the data is older than the server allows."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


def brief_timeline(full: TimelineResult) -> dict[str, Any]:
    """Shorten a timeline; of one that does not fit, the oldest periods are left out."""
    newest_first = [brief_period(period) for period in reversed(full.periods)]
    shown = tuple(reversed(fitting(newest_first, MOST_BYTES - 2_000)))
    return BriefTimelineResult(
        jurisdiction=full.jurisdiction,
        unmatched=full.unmatched,
        did_you_mean=full.did_you_mean,
        product=full.product,
        periods=shown,
        total=len(full.periods),
        dataset_version=full.dataset_version,
        stale=full.stale,
    ).to_dict()


def brief_changes(full: ChangeList, changes: Sequence[BriefChange], following: str | None) -> dict[str, Any]:
    """Shorten a list of changes to those that fit."""
    return BriefChangeList(
        product=full.product,
        changes=tuple(changes),
        total=full.total,
        limit=full.limit,
        offset=full.offset,
        next=following,
        dataset_version=full.dataset_version,
        stale=full.stale,
    ).to_dict()
