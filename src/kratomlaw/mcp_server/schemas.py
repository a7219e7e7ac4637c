"""What may an assistant ask, and what does it get? The arguments and the structured results of the tools.

An argument that is not listed is refused: a misspelt ``prodct`` must not be answered for the leaf.
"""

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, PlainValidator

from ..data.validated import Model
from ..law.answers import DISCLAIMER
from ..law.decisions import Act
from ..law.plain import plain_fields
from ..law.policy import Policy
from ..law.words import ConditionKind, Jurisdiction, Product
from ..serving.arguments import POLICY, Age, Arguments, Day, StopArgument, Text, policy_of
from ..serving.brief import BriefAnswer, BriefChange, BriefDecision, BriefPeriod, BriefTrip
from ..serving.texts import Detail

__all__ = [
    "ChangesArguments",
    "ChangesResult",
    "DecisionArguments",
    "DecisionResult",
    "ShownArguments",
    "StatusArguments",
    "StatusResult",
    "TimelineArguments",
    "TimelineResult",
    "TripArguments",
    "TripResult",
]

_MOST_STOPS = 30

_Place = Annotated[
    Text,
    Field(
        description="A place with its state or country, an address, or a code.",
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
_SETTINGS = [field.name for field in plain_fields(Policy) if field.name not in ("max_evidence_age_days", "meets")]
_Policy = Annotated[
    Policy | None,
    # What each setting means would fill pages of an assistant's memory; a wrong one is answered with what is right.
    PlainValidator(policy_of, json_schema_input_type=dict[str, str | int | list[str]] | None),
    Field(
        description=f"{POLICY} Settings that are allow, review or refuse: {', '.join(_SETTINGS)}. meets: a list of the "
        f"kinds of conditions that are known to be met, from {', '.join(ConditionKind)}. max_evidence_age_days: days.",
        examples=[{"meets": ["age", "labelling"], "old_evidence": "allow"}],
    ),
]
_InFull = dict[str, Any]
"""A result in full, or only the fields that were asked for, as the HTTP API describes them."""


class ShownArguments(Arguments):
    """What all tools can be asked: for which product, and in which form."""

    product: _Product = Product.LEAF
    detail: Detail | None = Field(
        default=None, description="brief (the default): a few hundred words; full: all conditions and citations."
    )
    fields: tuple[Annotated[str, Field(max_length=60)], ...] = Field(
        default=(),
        max_length=60,
        description="Only these fields of the full form, instead of detail; an unknown one is answered with a list.",
        examples=[["status", "conditions", "citations"]],
    )


class StatusArguments(ShownArguments):
    """The arguments of ``kratom_status``."""

    place: _Place
    on: Day | None = Field(default=None, description="The day, YYYY-MM-DD; today in UTC by default.")


class TimelineArguments(ShownArguments):
    """The arguments of ``kratom_timeline``."""

    place: _Place


class ChangesArguments(ShownArguments):
    """The arguments of ``kratom_changes``."""

    since: Day = Field(description="The first day, YYYY-MM-DD.")
    until: Day | None = Field(
        default=None,
        description="The first day after the span, YYYY-MM-DD; by default future changes that are enacted are listed.",
    )
    within: _Place | None = Field(default=None, description="Only this place and those below it; all by default.")
    limit: int = Field(default=50, ge=1, le=200, description="How many changes to list at most, the oldest first.")
    cursor: Annotated[str, Field(max_length=60)] | None = Field(
        default=None, description="The next_cursor of the result before, to go on; the other arguments as there."
    )


class DecisionArguments(ShownArguments):
    """The arguments of ``kratom_decision``."""

    place: _Place
    act: Act = Field(
        default=Act.SHIP,
        description="ship: sell by mail to a buyer there; sell: over a counter there; possess: have it there.",
    )
    on: Day | None = Field(default=None, description="The day of dispatch, YYYY-MM-DD; today in UTC by default.")
    arrives: Day | None = Field(default=None, description="The day of arrival, YYYY-MM-DD; on by default.")
    age: Age | None = Field(default=None, description="The age of the buyer in whole years, where it is known.")
    policy: _Policy = None


class TripArguments(ShownArguments):
    """The arguments of ``kratom_trip``."""

    stops: tuple[StopArgument, ...] = Field(
        min_length=1, max_length=_MOST_STOPS, description="The stops, in the order of the trip."
    )
    age: Age | None = Field(default=None, description="The age of the traveller in whole years, where it is known.")
    policy: _Policy = None


class _Result(Model):
    """What every result says about its data."""

    model_config: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)

    dataset_version: str
    """The version of the data: the day on which it was made."""
    dataset_age_days: int
    """Days since the data was made."""
    stale: bool
    """Whether that is too old to be relied on."""


class StatusResult(_Result):
    """What ``kratom_status`` returns."""

    answer: BriefAnswer | _InFull
    """The answer: in short, in full, or the fields that were asked for."""


class TimelineResult(_Result):
    """What ``kratom_timeline`` returns."""

    jurisdiction: Jurisdiction
    """The most specific place with data; the periods are those of its law."""
    unmatched: str | None
    """The locality in the question that has no record of its own; null when there is none."""
    product: Product
    """The product."""
    total: int
    """How many periods there are."""
    periods: tuple[BriefPeriod | _InFull, ...]
    """The effective periods, oldest first; of a very long list in short form the latest."""
    citations: tuple[_InFull, ...] = ()
    """In full form all citations, each once; numbers in the periods are positions in this list."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


class ChangesResult(_Result):
    """What ``kratom_changes`` returns."""

    product: Product
    """The product."""
    total: int
    """How many changes there are in the span."""
    changes: tuple[BriefChange | _InFull, ...]
    """The changes, oldest first: as many as fit."""
    next_cursor: str | None
    """What to pass as cursor to get those that follow; null after the last."""
    citations: tuple[_InFull, ...] = ()
    """In full form all citations, each once; numbers in the changes are positions in this list."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


class DecisionResult(_Result):
    """What ``kratom_decision`` returns."""

    decision: BriefDecision | _InFull
    """The decision: in short, in full, or the fields that were asked for."""


class TripResult(_Result):
    """What ``kratom_trip`` returns."""

    trip: BriefTrip | _InFull
    """The decision on the trip: in short, in full, or the fields that were asked for."""
