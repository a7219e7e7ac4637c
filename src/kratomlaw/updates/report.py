"""What did a refresh do? Reports on refreshes and on the versions at hand."""

from enum import StrEnum

from ..law.plain import plain
from ..law.returned import Returned

__all__ = ["DataVersions", "RefreshOutcome", "RefreshProblem", "RefreshReport"]


class RefreshOutcome(StrEnum):
    """What a refresh did."""

    UPDATED = "updated"
    """Newer data is in use now."""
    UNCHANGED = "unchanged"
    """The source has nothing newer."""
    SKIPPED = "skipped"
    """The source was not asked: it was asked a short while ago, wants to be left alone, or work is offline."""
    KEPT = "kept"
    """Something went wrong; the data that was in use stays in use."""


@plain
class RefreshProblem(Returned):
    """What went wrong in a refresh."""

    error: str
    """The class of the error, as in ``SourceUnreachableError``."""
    message: str
    """What went wrong."""
    hint: str
    """What to do next; empty when there is nothing to advise."""

    def __str__(self) -> str:
        return f"{self.error}: {self.message} {self.hint}".rstrip()


@plain
class DataVersions(Returned):
    """Which versions of the data are at hand."""

    in_use: str
    """The version that answers come from."""
    bundled: str
    """The version in the package."""
    cached: tuple[str, ...]
    """The versions in the cache, the newest first."""
    source: tuple[str, ...]
    """The versions that the source holds, the newest first; empty when none is configured or none answers."""
    problem: RefreshProblem | None
    """Why the source could not tell; None when it could, or was not asked."""


@plain
class RefreshReport(Returned):
    """What a refresh did, and which data is in use after it."""

    outcome: RefreshOutcome
    """What it did."""
    version: str
    """The version of the data that is in use now."""
    previous: str
    """The version of the data that was in use before; the same where nothing changed."""
    source: str | None
    """The source that this is about: the one that answered, or the first that failed or was left alone; None when
    work is offline."""
    problem: RefreshProblem | None = None
    """What went wrong; None when nothing did. Newer data may be in use although it could not be stored."""
    retry_after: float | None = None
    """Seconds until the source should be asked again; None when it does not matter."""

    def __str__(self) -> str:
        what = f"{self.previous} → {self.version}" if self.version != self.previous else self.version
        return f"{self.outcome}: data {what}" + (f" ({self.problem})" if self.problem else "")
