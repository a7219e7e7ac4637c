"""What does the HTTP API return besides an ``Answer``? Lists and timelines, each with the version of its data."""

from datetime import date
from typing import Literal

from ...data.validated import Model
from ...law.answers import DISCLAIMER, Change, EffectivePeriod
from ...law.words import Jurisdiction, Product

__all__ = ["ChangeList", "Health", "JurisdictionList", "Readiness", "TimelineResult"]


class TimelineResult(Model):
    """How the law that reaches a place changed, and will change."""

    jurisdiction: Jurisdiction
    """The most specific place with data; the periods are those of its law."""
    unmatched: str | None
    """The locality in the question that has no record of its own; null when there is none."""
    did_you_mean: tuple[Jurisdiction, ...]
    """Places with rules of their own that are spelt like ``unmatched``; never used for the answer."""
    product: Product
    """The product."""
    periods: tuple[EffectivePeriod, ...]
    """The effective periods, oldest first; empty when no recorded law reaches the place."""
    dataset_version: str
    """The version of the data."""
    stale: bool
    """Whether the data is older than the server allows."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


class _List(Model):
    """One part of a list."""

    total: int
    """How long the whole list is."""
    limit: int
    """How many were asked for."""
    offset: int
    """How many were left out before the first."""
    next: str | None
    """The address of the next part, relative to this one; null for the last part."""
    dataset_version: str
    """The version of the data. Parts of different versions are not one list: begin again with the first."""
    stale: bool
    """Whether the data is older than the server allows."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


class JurisdictionList(_List):
    """Places, in the order of their codes."""

    on: date
    """The day for which the status was asked."""
    product: Product
    """The product for which the status was asked."""
    jurisdictions: tuple[Jurisdiction, ...]
    """The places."""


class ChangeList(_List):
    """Changes of law, oldest first."""

    product: Product
    """The product."""
    changes: tuple[Change, ...]
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
