"""What may an assistant ask, and what does it get? The arguments and the structured results of the tools.

An argument that is not listed is refused: a misspelt ``prodct`` must not be answered for the leaf.
"""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ..data.validated import Model
from ..law.answers import DISCLAIMER, Answer, Change, EffectivePeriod
from ..law.words import Jurisdiction, Product

__all__ = [
    "ChangesArguments",
    "ChangesResult",
    "StatusArguments",
    "StatusResult",
    "TimelineArguments",
    "TimelineResult",
    "ToolResult",
]

_Place = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="A place with its state or country, or a code.",
        examples=["Nashville, Tennessee", "US-LA", "Thailand"],
    ),
]
_Product = Annotated[
    Product,
    Field(
        description="leaf: natural leaf, powder or tea; extract: concentrated leaf extract; "
        "7-oh: concentrated or synthetic 7-hydroxymitragynine."
    ),
]
_Day = Annotated[str, Field(max_length=40, json_schema_extra={"format": "date"})]


class _Arguments(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    product: _Product = Product.LEAF


class StatusArguments(_Arguments):
    """The arguments of ``kratom_status``."""

    place: _Place
    on: _Day | None = Field(default=None, description="The day, YYYY-MM-DD; today in UTC by default.")


class TimelineArguments(_Arguments):
    """The arguments of ``kratom_timeline``."""

    place: _Place


class ChangesArguments(_Arguments):
    """The arguments of ``kratom_changes``."""

    since: _Day = Field(description="The first day, YYYY-MM-DD.")
    until: _Day | None = Field(
        default=None,
        description="The first day after the span, YYYY-MM-DD; by default future changes that are enacted are listed.",
    )
    within: _Place | None = Field(default=None, description="Only this place and those below it; all by default.")
    limit: int = Field(default=50, ge=1, le=200, description="How many changes to list at most, the oldest first.")


class ToolResult(Model):
    """What every result says about its data."""

    model_config: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)

    dataset_version: str
    """The version of the data."""
    dataset_age_days: int
    """Days since the data was made."""
    stale: bool
    """Whether that is too old to be relied on."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


class StatusResult(ToolResult):
    """What ``kratom_status`` returns."""

    answer: Answer
    """The answer with its evidence."""


class TimelineResult(ToolResult):
    """What ``kratom_timeline`` returns."""

    jurisdiction: Jurisdiction
    """The most specific place with data; the periods are those of its law."""
    unmatched: str | None
    """The locality in the question that has no record of its own; None when there is none."""
    product: Product
    """The product."""
    periods: tuple[EffectivePeriod, ...]
    """The effective periods, oldest first; empty when no recorded law reaches the place."""


class ChangesResult(ToolResult):
    """What ``kratom_changes`` returns."""

    product: Product
    """The product."""
    total: int
    """How many changes there are, of which the first are listed."""
    changes: tuple[Change, ...]
    """The changes, oldest first."""
