"""What may be asked over HTTP? The parameters of each question, typed, bounded and described.

A parameter that is not listed is refused: a misspelt ``prodct=7-oh`` must not be answered for the leaf.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import Field, PlainValidator, create_model

from ...law.decisions import Act
from ...law.docstrings import docstring_of
from ...law.plain import plain_fields
from ...law.policy import Outcome, Policy
from ...law.words import Level, Product, Status
from ...serving.arguments import POLICY, Age, Arguments, Day, PolicyArgument, StopArgument, Text
from ...serving.texts import Detail

__all__ = [
    "MOST_QUESTIONS",
    "MOST_STOPS",
    "QUESTIONS",
    "ChangesQuestion",
    "DecideBody",
    "DecideQuestion",
    "DecisionQuestion",
    "DecisionsBody",
    "DoingQuestion",
    "JurisdictionsQuestion",
    "LookupQuestion",
    "LookupsBody",
    "NoQuestion",
    "PageQuestion",
    "PlaceQuestion",
    "TimelineQuestion",
    "TripBody",
]

MOST_QUESTIONS = 500
"""How many questions one body may have."""
MOST_STOPS = 100
"""How many stops a trip may have."""

_Text = Text | None
_Product = Annotated[Product, Field(description="The product.", examples=["7-oh"])]
_Detail = Annotated[
    Detail | None,
    Field(
        description="brief: what holds, how sure and how old it is, and the best sources, at most 3 KB (a list 12 KB); "
        "full: everything. By default full.",
        examples=["brief"],
    ),
]
_Names = Annotated[
    str | None,
    Field(
        max_length=600,
        description="Only these fields of the full form, separated by commas. What shows how far they can be relied on "
        "(status or outcome, certainty, stale, disclaimer) is always there.",
        examples=["status,sale,min_age"],
    ),
]
_Fields = Annotated[
    tuple[Annotated[str, Field(max_length=60)], ...],
    Field(
        max_length=60,
        description="Only these fields of the full form. What shows how far they can be relied on (status or outcome, "
        "certainty, stale, disclaimer) is always there.",
        examples=[["status", "sale", "min_age"]],
    ),
]


class NoQuestion(Arguments):
    """No parameters at all."""


class _Place(Arguments):
    """A place in one of three ways: as text, by exact code, or in parts."""

    place: _Text = Field(default=None, description="A name or a code.", examples=["Nashville, TN"])
    code: _Text = Field(
        default=None, description="An exact code, never read as anything else: DE is Germany.", examples=["US-LA"]
    )
    country: _Text = Field(default=None, description="A country's name or ISO 3166-1 code.", examples=["US"])
    state: _Text = Field(
        default=None, description="A state's name, ISO 3166-2 code or postal abbreviation.", examples=["TN"]
    )
    county: _Text = Field(
        default=None, description="A county's name; needs a state or country.", examples=["Lee County"]
    )
    city: _Text = Field(default=None, description="A city's name; needs a state or country.", examples=["Nashville"])


class _Shown(Arguments):
    """In which form the result is wanted."""

    detail: _Detail = None
    fields: _Names = None


class _ShownAll(Arguments):
    """In which form all results of a body are wanted."""

    detail: _Detail = None
    fields: _Fields = ()


class PlaceQuestion(_Place):
    """A question of many in a body: the parameters of ``/v1/lookup`` but those of the form."""

    postal_code: _Text = Field(
        default=None, description="A ZIP code, with or without its last four digits.", examples=["62002"]
    )
    on: Day | None = Field(
        default=None, description="The day, YYYY-MM-DD; today in UTC by default.", examples=["2026-01-15"]
    )
    product: _Product = Product.LEAF


class LookupQuestion(_Shown, PlaceQuestion):
    """The parameters of ``/v1/lookup``: those of ``KratomLaw.lookup``."""


class TimelineQuestion(_Shown, _Place):
    """The parameters of ``/v1/timeline``."""

    product: _Product = Product.LEAF


class _Page(Arguments):
    """Which part of a list is wanted."""

    limit: int = Field(default=100, ge=1, le=1000, description="How many to list at most.")
    offset: int = Field(default=0, ge=0, le=1_000_000, description="How many to leave out before the first.")


class JurisdictionsQuestion(_Page):
    """The parameters of ``/v1/jurisdictions``: those of ``KratomLaw.jurisdictions``."""

    within: _Text = Field(default=None, description="Only places below this one.", examples=["US"])
    level: Level | None = Field(default=None, description="Only of this level.", examples=["state"])
    status: Status | None = Field(default=None, description="Only with this status on the day.", examples=["banned"])
    on: Day | None = Field(
        default=None,
        description="The day for the status, YYYY-MM-DD; today in UTC by default.",
        examples=["2026-01-15"],
    )
    product: _Product = Product.LEAF
    all_counties: bool = Field(
        default=False, description="Include the more than 3,000 counties of the United States that have no record."
    )


class ChangesQuestion(_Shown, _Page):
    """The parameters of ``/v1/changes``: those of ``KratomLaw.changes``."""

    since: Day = Field(description="The first day, YYYY-MM-DD.", examples=["2025-08-01"])
    until: Day | None = Field(
        default=None,
        description="The first day after the span, YYYY-MM-DD; no end by default, which includes future law.",
        examples=["2025-09-01"],
    )
    within: _Text = Field(default=None, description="Only this place and those below it.", examples=["US"])
    product: _Product = Product.LEAF


class DoingQuestion(PlaceQuestion):
    """What is to be done, where, when and by whom."""

    act: Act = Field(
        default=Act.SHIP,
        description="ship: sell by mail to a buyer there; sell: over a counter there; possess: have it there.",
    )
    arrives: Day | None = Field(
        default=None,
        description="The last day, YYYY-MM-DD: that of arrival; on by default. Every day until then is judged.",
        examples=["2026-01-20"],
    )


_AGE = "The age of the buyer, or of whoever has it, in whole years; leave it out where it is not known."


class PageQuestion(DoingQuestion):
    """The parameters of the page for people."""

    age: int | None = Field(default=None, ge=0, le=150, description=_AGE, examples=[30])


class _DecideQuestion(_Shown, DoingQuestion):
    """The parameters of ``/v1/decide``: those of ``KratomLaw.decide``, and the settings of the policy."""

    age: int | None = Field(default=None, ge=0, le=150, description=_AGE, examples=[30])

    @property
    def policy(self) -> Policy:
        """The policy of the settings that were given."""
        settings: dict[str, Any] = {
            name: value for name in _SETTINGS if (value := getattr(self, name, None)) is not None
        }
        if "meets" in settings:
            settings["meets"] = [kind.strip() for kind in cast("str", settings["meets"]).split(",") if kind.strip()]
        return Policy(**settings)


_SETTINGS = {field.name: docstring_of(Policy, field.name) for field in plain_fields(Policy)}
_KINDS: dict[str, Any] = {
    "max_evidence_age_days": Annotated[int | None, Field(ge=0, le=100_000)],
    "meets": Annotated[str | None, Field(max_length=400, examples=["age,labelling"])],
}
_DEFAULTS = Policy()


def _described(name: str, text: str) -> str:
    if name == "meets":
        return f"A setting of the policy: {text} Separated by commas."
    return f"A setting of the policy: {text} By default {getattr(_DEFAULTS, name)}."


if TYPE_CHECKING:
    DecideQuestion = _DecideQuestion
else:
    DecideQuestion = create_model(
        "DecideQuestion",
        __base__=_DecideQuestion,
        __doc__=_DecideQuestion.__doc__,
        **{
            name: (_KINDS.get(name, Outcome | None), Field(default=None, description=_described(name, text)))
            for name, text in _SETTINGS.items()
        },
    )


class DecisionQuestion(DoingQuestion):
    """A question for a decision in a body."""

    age: Age | None = Field(default=None, description=_AGE, examples=[30])
    policy: PolicyArgument = Field(default=None, description=POLICY, examples=[{"meets": ["age", "labelling"]}])


class DecideBody(_ShownAll, DecisionQuestion):
    """What ``POST /v1/decide`` asks: the parameters of ``GET /v1/decide`` with the policy as an object."""


class TripBody(_ShownAll):
    """What ``POST /v1/decide-trip`` asks: may it be carried along?"""

    stops: tuple[StopArgument, ...] = Field(
        min_length=1, max_length=MOST_STOPS, description="The stops, in the order of the trip."
    )
    product: _Product = Product.LEAF
    age: Age | None = Field(default=None, description="The age of the traveller in whole years.", examples=[30])
    policy: PolicyArgument = Field(default=None, description=POLICY, examples=[{"meets": ["age", "labelling"]}])


def _as_it_is(value: object) -> object:
    """Each question is checked by itself, so that one that is wrong does not stop the others."""
    return value


class LookupsBody(_ShownAll):
    """What ``POST /v1/lookups`` asks."""

    questions: tuple[Annotated[Any, PlainValidator(_as_it_is, json_schema_input_type=PlaceQuestion)], ...] = Field(
        min_length=1, max_length=MOST_QUESTIONS, description="The questions, at most 500."
    )


class DecisionsBody(_ShownAll):
    """What ``POST /v1/decisions`` asks."""

    questions: tuple[Annotated[Any, PlainValidator(_as_it_is, json_schema_input_type=DecisionQuestion)], ...] = Field(
        min_length=1, max_length=MOST_QUESTIONS, description="The questions, at most 500."
    )
    policy: PolicyArgument = Field(default=None, description="The policy of all questions that have none of their own.")


QUESTIONS: Mapping[tuple[str, str], type[Arguments]] = {
    ("GET", "/v1/lookup"): LookupQuestion,
    ("GET", "/v1/timeline"): TimelineQuestion,
    ("GET", "/v1/jurisdictions"): JurisdictionsQuestion,
    ("GET", "/v1/changes"): ChangesQuestion,
    ("GET", "/v1/decide"): DecideQuestion,
    ("POST", "/v1/decide"): DecideBody,
    ("POST", "/v1/decide-trip"): TripBody,
    ("POST", "/v1/lookups"): LookupsBody,
    ("POST", "/v1/decisions"): DecisionsBody,
}
"""What each address takes, by its method; the others take nothing."""
