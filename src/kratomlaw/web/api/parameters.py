"""What may be asked over HTTP? The parameters of each question, typed, bounded and described.

A parameter that is not listed is refused: a misspelt ``prodct=7-oh`` must not be answered for the leaf.
"""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ...law.words import Level, Product, Status

__all__ = [
    "ChangesQuestion",
    "JurisdictionsQuestion",
    "LookupQuestion",
    "NoQuestion",
    "TimelineQuestion",
]

_Text = Annotated[str, Field(min_length=1, max_length=200)] | None
_Day = Annotated[str, Field(min_length=1, max_length=40, json_schema_extra={"format": "date"})]
_Product = Annotated[Product, Field(description="The product.", examples=["7-oh"])]


class NoQuestion(BaseModel):
    """No parameters at all."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


class _Place(NoQuestion):
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


class LookupQuestion(_Place):
    """The parameters of ``/v1/lookup``: those of ``KratomLaw.lookup``."""

    postal_code: _Text = Field(
        default=None, description="A ZIP code, with or without its last four digits.", examples=["62002"]
    )
    on: _Day | None = Field(
        default=None, description="The day, YYYY-MM-DD; today in UTC by default.", examples=["2026-01-15"]
    )
    product: _Product = Product.LEAF


class TimelineQuestion(_Place):
    """The parameters of ``/v1/timeline``."""

    product: _Product = Product.LEAF


class _Page(NoQuestion):
    """Which part of a list is wanted."""

    limit: int = Field(default=100, ge=1, le=1000, description="How many to list at most.")
    offset: int = Field(default=0, ge=0, le=1_000_000, description="How many to leave out before the first.")


class JurisdictionsQuestion(_Page):
    """The parameters of ``/v1/jurisdictions``: those of ``KratomLaw.jurisdictions``."""

    within: _Text = Field(default=None, description="Only places below this one.", examples=["US"])
    level: Level | None = Field(default=None, description="Only of this level.", examples=["state"])
    status: Status | None = Field(default=None, description="Only with this status on the day.", examples=["banned"])
    on: _Day | None = Field(
        default=None,
        description="The day for the status, YYYY-MM-DD; today in UTC by default.",
        examples=["2026-01-15"],
    )
    product: _Product = Product.LEAF
    all_counties: bool = Field(
        default=False, description="Include the more than 3,000 counties of the United States that have no record."
    )


class ChangesQuestion(_Page):
    """The parameters of ``/v1/changes``: those of ``KratomLaw.changes``."""

    since: _Day = Field(description="The first day, YYYY-MM-DD.", examples=["2025-08-01"])
    until: _Day | None = Field(
        default=None,
        description="The first day after the span, YYYY-MM-DD; no end by default, which includes future law.",
        examples=["2025-09-01"],
    )
    within: _Text = Field(default=None, description="Only this place and those below it.", examples=["US"])
    product: _Product = Product.LEAF
