"""What is written in a record? The words of kratom law: statuses, periods, conditions, citations.

Every model is frozen, hashable and refuses unknown keys. The rules for filling them in are in ``data/CODEBOOK.md``.
The docstring under each field becomes its description in the JSON Schema that editors use.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from .dates import PartialDate

__all__ = [
    "SCHEMA",
    "Advisory",
    "Citation",
    "CitationKind",
    "Condition",
    "ConditionKind",
    "Confidence",
    "Jurisdiction",
    "Level",
    "Pending",
    "Period",
    "Permission",
    "Problem",
    "Product",
    "ProductRule",
    "ProductRules",
    "Record",
    "Status",
]


SCHEMA = 1
"""The version of the form of records, datasets and manifests that this library reads and writes."""


class Status(StrEnum):
    """What the law says of a product as a whole."""

    LEGAL = "legal"
    """No rule specific to kratom, and evidence that there is none."""
    RESTRICTED = "restricted"
    """Sold or possessed under conditions, or its ordinary sale is held unlawful by a competent authority."""
    BANNED = "banned"
    """A binding instrument prohibits its sale or its possession."""
    UNKNOWN = "unknown"
    """The evidence does not decide. Never to be read as legal."""


class Permission(StrEnum):
    """What the law says of one act: sale, or possession."""

    ALLOWED = "allowed"
    """Nothing forbids it and no condition is set."""
    RESTRICTED = "restricted"
    """Allowed under conditions."""
    PROHIBITED = "prohibited"
    """Forbidden."""
    UNKNOWN = "unknown"
    """The evidence does not decide. Never to be read as allowed."""


class Product(StrEnum):
    """What is sold or possessed."""

    LEAF = "leaf"
    """Natural leaf, powder or tea."""
    EXTRACT = "extract"
    """Concentrated leaf extract."""
    SEVEN_OH = "7-oh"
    """Concentrated or synthetic 7-hydroxymitragynine."""


class Level(StrEnum):
    """How high a jurisdiction stands."""

    COUNTRY = "country"
    """A country or a dependent territory with an ISO 3166-1 code."""
    STATE = "state"
    """Any ISO 3166-2 subdivision: state, province, territory, region."""
    COUNTY = "county"
    """A county, parish or borough."""
    CITY = "city"
    """A city, town, village or township."""
    RESERVATION = "reservation"
    """The land of an indigenous nation that makes its own law."""


class ConditionKind(StrEnum):
    """What a condition is about."""

    AGE = "age"
    LICENCE = "licence"
    REGISTRATION = "registration"
    LABELLING = "labelling"
    TESTING = "testing"
    ALKALOID_CAP = "alkaloid-cap"
    ADULTERANTS = "adulterants"
    FORM = "form"
    PACKAGING = "packaging"
    SERVING = "serving"
    MARKETING = "marketing"
    POINT_OF_SALE = "point-of-sale"
    PRESCRIPTION = "prescription"
    IMPORT_EXPORT = "import-export"
    TAX = "tax"
    OTHER = "other"


class CitationKind(StrEnum):
    """What sort of text is cited."""

    STATUTE = "statute"
    REGULATION = "regulation"
    ORDER = "order"
    ORDINANCE = "ordinance"
    BILL = "bill"
    COURT = "court"
    REGULATOR = "regulator"
    NEWS = "news"
    TRACKER = "tracker"
    ENCYCLOPEDIA = "encyclopedia"
    PAPER = "paper"
    VENDOR = "vendor"

    @property
    def is_primary(self) -> bool:
        """Whether such a text is the law itself, or the page of the authority that applies it."""
        return self in _PRIMARY


_PRIMARY = frozenset(
    {
        CitationKind.STATUTE,
        CitationKind.REGULATION,
        CitationKind.ORDER,
        CitationKind.ORDINANCE,
        CitationKind.COURT,
        CitationKind.REGULATOR,
    }
)


class Confidence(StrEnum):
    """How well a period is evidenced."""

    HIGH = "high"
    """A primary source was read."""
    MEDIUM = "medium"
    """Two independent sources agree."""
    LOW = "low"
    """One secondary source, or sources that contradict each other."""


Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Code = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3}(/[a-z0-9]+(-[a-z0-9]+)*)?)?$")]


class Model(BaseModel):
    """The common ground of all models: frozen, strict about keys, built only when validated."""

    # Building the validators of all models takes longer than a first answer may; most programs never validate.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, validate_by_name=True, serialize_by_alias=True
    )


class Jurisdiction(Model):
    """A place that can make law.

    Example:
        >>> import kratomlaw
        >>> print(kratomlaw.find("Louisiana"))
        Louisiana (US-LA)
    """

    code: Code
    """ISO 3166-1 alpha-2 («TH»), ISO 3166-2 («US-LA»), or below that «US-CA/san-diego»."""
    name: Text
    """The usual English name."""
    level: Level
    """How high it stands."""
    parent: Code | None = None
    """The code of the place whose law reaches it, of a city in several counties the state's; None when there is no
    higher one."""
    fips: str | None = None
    """The FIPS number of a US state (two digits, "22") or of a county or county equivalent (five digits, "17119"); None
    for all other places."""
    ocd_id: str | None = None
    """The Open Civic Data division id, such as "ocd-division/country:us/state:la/place:new_orleans"; None where there
    is none."""
    iso_alpha3: str | None = None
    """The ISO 3166-1 alpha-3 code of a country or territory, such as "THA"; None for all other places."""
    iso_numeric: str | None = None
    """The ISO 3166-1 numeric code of a country or territory, three digits such as "764"; None for all other places."""

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Citation(Model):
    """Where a fact is written."""

    title: Text
    """The name of the instrument or page, as lawyers cite it."""
    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")] | None = None
    """Where it can be read; None when no public address is known."""
    kind: CitationKind
    """What sort of text it is."""
    published: PartialDate | None = None
    """When it was published or last revised; None when it bears no date."""
    supports: Text
    """Which fact it supports, in our own words."""


class Condition(Model):
    """One rule that a restriction consists of."""

    kind: ConditionKind
    """What it is about."""
    text: Text
    """The rule in our own words, with its numbers."""
    products: tuple[Product, ...] = ()
    """The products that it is about; empty when it is about all of them."""


class ProductRule(Model):
    """How the law of one product differs from that of the natural leaf; a bare status stands for a rule with it."""

    status: Status
    """Its status."""
    sale: Permission | None = None
    """Its sale; None when it follows from the status and from the leaf's, as the codebook says."""
    possession: Permission | None = None
    """Its possession; None when it follows from the status and from the leaf's, as the codebook says."""
    min_age: Annotated[int, Field(ge=1, le=99)] | None = None
    """The least age of a buyer in years; None when the leaf's holds."""
    cascades: bool | None = None
    """Whether this rule reaches the places below; None when the leaf's answer holds."""

    @model_validator(mode="before")
    @classmethod
    def _from_status(cls, value: object) -> object:
        return {"status": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, object]:
        table = handler.resolve_ref_schema(handler(schema))
        statuses = [status.value for status in Status]
        return {"anyOf": [{"type": "string", "enum": statuses}, {**table}], "description": table["description"]}


class ProductRules(Model):
    """The products whose law differs from that of the natural leaf."""

    extract: ProductRule | None = None
    """Concentrated leaf extract; None when the leaf's law holds."""
    seven_oh: ProductRule | None = Field(default=None, alias="7-oh")
    """Concentrated or synthetic 7-hydroxymitragynine; None when the leaf's law holds."""


class Period(Model):
    """A half-open span of time in which a jurisdiction's own law stayed the same."""

    since: PartialDate = Field(alias="from")
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
    min_age: Annotated[int, Field(ge=1, le=99)] | None = None
    """The least age of a buyer in years; None when the law sets none."""
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
    summary: Text
    """One or two plain sentences."""
    note: Text | None = None
    """What a careful reader must know of the evidence; None when there is nothing."""
    conditions: tuple[Condition, ...] = ()
    """The rules that the restriction consists of."""
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    """Where it is written; at least one."""


class Advisory(Model):
    """A regulator's statement short of binding law."""

    since: PartialDate = Field(alias="from")
    """When it was first made."""
    until: PartialDate | None = None
    """When it was withdrawn; None when it stands."""
    issuer: Text
    """Who made it."""
    text: Text
    """What it says, in our own words."""
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    """Where it is written; at least one."""


class Pending(Model):
    """A bill or rulemaking that is not law. It never changes an answer."""

    title: Text
    """Its number and year, or its name."""
    step: Text
    """The last step that is known."""
    on: PartialDate
    """The date of that step."""
    effect: Text
    """What it would do."""
    would_be: Status | None = None
    """The status of the leaf that it would lead to; None when it would not change it, or is about other products."""
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    """Where it is written; at least one."""


class Record(Model):
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
    """How high it stands; None for countries and states, whose codes tell."""
    parent: Code | None = None
    """The country whose law reaches a dependent territory; None for all others, whose codes tell."""
    aliases: tuple[Text, ...] = ()
    """Other names of a county, city or reservation; countries and states keep theirs in ``data/places``."""
    counties: tuple[Code, ...] = ()
    """The counties in which a city or reservation lies, as codes («US-IL/madison-county»); they need no records."""
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
    periods: Annotated[tuple[Period, ...], Field(min_length=1)]
    """Its own law, oldest first."""
    advisories: tuple[Advisory, ...] = ()
    """Statements of its regulators."""
    pending: tuple[Pending, ...] = ()
    """Bills and rulemakings."""


class Problem(Model):
    """One thing that is wrong with a record, and how to mend it."""

    file: str
    """The file, relative to the data folder, or the code when there is no file."""
    key: str
    """Where in the file, as in ``periods[1].status``; empty for the file as a whole."""
    message: str
    """What is wrong."""
    mend: str
    """How to mend it."""

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.message} {self.mend}".rstrip()
