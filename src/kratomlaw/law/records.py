"""What is written in a record? Periods of law with their conditions and citations, advisories, pending steps.

Every class is frozen and hashable; ``data/validation.py`` validates what is written, and refuses unknown keys. The
rules for filling them in are in ``data/CODEBOOK.md``. The docstring under each field becomes its description in the
JSON Schema that editors use.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar

from .dates import PartialDate
from .plain import Limits, Plain, plain, written_as
from .returned import Returned
from .words import (
    Alkaloid,
    Basis,
    Channel,
    CitationKind,
    Code,
    ConditionKind,
    Confidence,
    LabelItem,
    Level,
    PackagingRule,
    Permission,
    Product,
    Status,
    Text,
    Unit,
)

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "SCHEMA_VERSION",
    "Advisory",
    "Citation",
    "Condition",
    "Pending",
    "Period",
    "ProductRule",
    "ProductRules",
    "Record",
]

SCHEMA_VERSION = 1
"""The version of the form of records, datasets and manifests that this library reads and writes."""


@plain
class Citation(Plain):
    """Where a fact is written."""

    title: Text
    """The name of the instrument or page, as lawyers cite it."""
    url: Annotated[str, Limits(pattern=r"^https?://[^\s/]+\S*$")] | None = None
    """Where it can be read; None when no public address is known."""
    kind: CitationKind
    """What sort of text it is."""
    published: PartialDate | None = None
    """When it was published or last revised; None when it bears no date."""
    supports: Text
    """Which fact it supports, in our own words."""


@plain
class Condition(Plain):
    """One rule that a restriction consists of."""

    kind: ConditionKind
    """What it is about."""
    text: Text
    """The rule in our own words, with its numbers."""
    products: tuple[Product, ...] = ()
    """The products that it is about; empty when it is about all of them."""
    alkaloid: Alkaloid | None = None
    """What a cap limits, or of what a dose is; None where it is on no alkaloid."""
    max: Annotated[float, Limits(ge=0)] | None = None
    """The highest amount that is allowed, 0 for none at all; None where no figure was read."""
    unit: Unit | None = None
    """The unit of ``max``."""
    basis: Basis | None = None
    """What ``max`` is a share of, or is counted by."""
    age: Annotated[int, Limits(ge=1, le=99)] | None = None
    """The least age in years of an age rule; None where no figure was read."""
    authority: Text | None = None
    """With whom to register, or who grants the licence; None where it was not read."""
    fee: Annotated[float, Limits(ge=0)] | None = None
    """The fee of a registration or licence; None where it was not read."""
    currency: Annotated[str, Limits(pattern=r"^[A-Z]{3}$")] | None = None
    """The currency of ``fee``, as ISO 4217 code."""
    channels: tuple[Channel, ...] = ()
    """The rules on how it may be sold; empty where it has none, or none was read."""
    packaging: tuple[PackagingRule, ...] = ()
    """What the pack must be like; empty where nothing was read."""
    label: tuple[LabelItem, ...] = ()
    """What the label must say; empty where nothing was read."""
    unread: bool = False
    """Whether a figure or detail that the rule depends on could not be read."""


@plain
class ProductRule(Plain):
    """How the law of one product differs from that of the natural leaf; a bare status stands for a rule with it."""

    status: Status
    """Its status."""
    sale: Permission | None = None
    """Its sale; None when it follows from the status and from the leaf's, as the codebook says."""
    possession: Permission | None = None
    """Its possession; None when it follows from the status and from the leaf's, as the codebook says."""
    min_age: Annotated[int, Limits(ge=1, le=99)] | None = None
    """Minimum purchase age in years; None if the leaf's applies."""
    cascades: bool | None = None
    """Whether this rule reaches the places below; None when the leaf's answer holds."""


class _OrStatus:
    """Marks a rule for pydantic: a bare status, as in ``products = { "7-oh" = "banned" }``, stands for one."""

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_rule_of_status, handler(source))

    def __get_pydantic_json_schema__(self, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, object]:
        return {"anyOf": [{"type": "string", "enum": [status.value for status in Status]}, handler(schema)]}


def _rule_of_status(value: object) -> object:
    return {"status": value} if isinstance(value, str) else value


@plain
class ProductRules(Plain):
    """The products whose law differs from that of the natural leaf."""

    __pydantic_config__: ClassVar[Mapping[str, object]] = written_as(seven_oh="7-oh")

    extract: Annotated[ProductRule, _OrStatus()] | None = None
    """Concentrated leaf extract; None when the leaf's law holds."""
    seven_oh: Annotated[ProductRule, _OrStatus()] | None = None
    """Concentrated or synthetic 7-hydroxymitragynine; None when the leaf's law holds."""


@plain
class Period(Plain):
    """A half-open span of time in which a jurisdiction's own law stayed the same."""

    __pydantic_config__: ClassVar[Mapping[str, object]] = written_as(since="from")

    since: PartialDate
    """The day on which it took effect, as exact as the evidence."""
    until: PartialDate | None = None
    """The first day on which it no longer held; None when the next period ends it, or nothing does."""
    began_earlier: bool = False
    """Whether the law is older than ``from``, which is then only the date of the oldest evidence."""
    status: Status
    """The status of the natural leaf for an adult member of the public."""
    sale: Permission
    """The sale of the natural leaf."""
    possession: Permission
    """The possession of the natural leaf."""
    min_age: Annotated[int, Limits(ge=1, le=99)] | None = None
    """Minimum purchase age in years; None if the law sets none."""
    sale_in_practice: Permission | None = None
    """The sale of the leaf as the authorities apply the law, where that is stricter than its form; None where practice
    follows the form."""
    products: ProductRules | None = None
    """The products whose law differs; None when the leaf's law holds for all."""
    temporary: bool = False
    """Whether it is an emergency or temporary rule, which ends by itself on ``until``."""
    cascades: bool = True
    """Whether it reaches the places below."""
    preempts_local: bool = False
    """Whether it voids the rules of counties and cities."""
    penalty: Text | None = None
    """The penalty in short; None when it was not read."""
    confidence: Confidence
    """How well it is evidenced."""
    evidence_through: PartialDate | None = None
    """The date through which a source shows it in force; None when the dates of the citations say it."""
    summary: Text
    """One or two plain sentences."""
    note: Text | None = None
    """What a careful reader must know of the evidence; None when there is nothing."""
    conditions: tuple[Condition, ...] = ()
    """The rules that the restriction consists of."""
    citations: Annotated[tuple[Citation, ...], Limits(min_length=1)]
    """Where it is written; at least one."""


@plain
class Advisory(Plain):
    """A regulator's statement short of binding law."""

    __pydantic_config__: ClassVar[Mapping[str, object]] = written_as(since="from")

    since: PartialDate
    """When it was first made."""
    until: PartialDate | None = None
    """When it was withdrawn; None when it stands."""
    issuer: Text
    """Who made it."""
    text: Text
    """What it says, in our own words."""
    citations: Annotated[tuple[Citation, ...], Limits(min_length=1)]
    """Where it is written; at least one."""


@plain
class Pending(Plain):
    """A bill or rulemaking that is not law. It never changes an answer."""

    title: Text
    """Its number and year, or its name."""
    step: Text
    """The last step that is known."""
    on: PartialDate
    """The date of that step."""
    lapses_on: PartialDate | None = None
    """When it dies unless it is passed: the last day of its session or term; None when it does not, or is not known."""
    effect: Text
    """What it would do."""
    would_be: Status | None = None
    """The status of the leaf that it would lead to; None when it would not change it, or is about other products."""
    citations: Annotated[tuple[Citation, ...], Limits(min_length=1)]
    """Where it is written; at least one."""


@plain
class Record(Returned):
    """All we know of one jurisdiction's own law; one TOML file.

    Example:
        >>> import kratomlaw
        >>> kratomlaw.record("US-LA").periods[-1].status
        <Status.BANNED: 'banned'>
    """

    code: Code
    """The jurisdiction's code."""
    name: Text
    """The jurisdiction's usual English name."""
    level: Level | None = None
    """Its administrative level; None for countries and states, whose codes show it."""
    parent: Code | None = None
    """The country whose law reaches a dependent territory; None for all others, whose codes show it."""
    aliases: tuple[Text, ...] = ()
    """Other names of a county, city or reservation; countries and states keep theirs in ``data/places``."""
    counties: tuple[Code, ...] = ()
    """The counties in which a city or reservation lies, as codes (``US-IL/madison-county``); they need no records."""
    localities: tuple[Text, ...] = ()
    """The communities and post offices of a county that have no government: they are answered for the county."""
    verified_on: date
    """The day on which somebody last checked that the newest period is still the law."""
    note: Text | None = None
    """What a careful reader must know of the record as a whole; None when there is nothing."""
    retired: bool = False
    """Whether the jurisdiction is no more. Codes are never removed or used again."""
    successor: Code | None = None
    """The code that took the place of a retired one; None when there is none."""
    periods: Annotated[tuple[Period, ...], Limits(min_length=1)]
    """Its own law, oldest first."""
    advisories: tuple[Advisory, ...] = ()
    """Statements of its regulators."""
    pending: tuple[Pending, ...] = ()
    """Bills and rulemakings."""
