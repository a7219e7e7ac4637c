"""Which words does the law of kratom need? Statuses, permissions, products, levels; a place; a problem in data.

The bottom of the library: it imports nothing of ours but ``plain``, so that errors can carry places and problems.
The rules for using the words are in ``data/CODEBOOK.md``.
"""

from enum import StrEnum
from typing import Annotated

from .plain import Limits, Plain, plain

__all__ = [
    "Alkaloid",
    "Basis",
    "CandidateLaw",
    "Channel",
    "CitationKind",
    "Code",
    "ConditionKind",
    "Confidence",
    "Jurisdiction",
    "LabelItem",
    "Level",
    "PackagingRule",
    "Permission",
    "Problem",
    "Product",
    "Status",
    "Text",
    "Unit",
]

Text = Annotated[str, Limits(min_length=1, pattern=r"\S")]
"""A text that is not blank."""
Code = Annotated[str, Limits(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3}(/[a-z0-9]+(-[a-z0-9]+)*)?)?$")]
"""A code of ours."""


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
    """The administrative level of a jurisdiction."""

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


class Alkaloid(StrEnum):
    """What a cap limits."""

    MITRAGYNINE = "mitragynine"
    """Mitragynine."""
    SEVEN_OH = "7-oh"
    """7-hydroxymitragynine."""
    SYNTHETIC = "synthetic"
    """Alkaloids that are made or changed by synthesis, semi-synthetic ones included."""
    ALL = "all"
    """All alkaloids of kratom together."""


class Unit(StrEnum):
    """The unit of a figure in a condition."""

    PERCENT = "percent"
    """Hundredths, by weight."""
    PPM = "ppm"
    """Millionths, by weight."""
    MG = "mg"
    """Milligrams."""
    G = "g"
    """Grams."""
    ML = "ml"
    """Millilitres."""


class Basis(StrEnum):
    """What a figure in a condition is a share of, or is counted by."""

    ALKALOIDS = "alkaloids"
    """A share of all alkaloids in the product."""
    PRODUCT = "product"
    """A share of the product's weight."""
    DRY_WEIGHT = "dry-weight"
    """A share of the product's weight without water."""
    GRAM = "gram"
    """So much in each gram of the product."""
    MILLILITRE = "millilitre"
    """So much in each millilitre of the product."""
    SERVING = "serving"
    """So much in each serving."""
    CONTAINER = "container"
    """So much in each pack or container."""
    DAY = "day"
    """So much a day."""
    SALE = "sale"
    """So much at each sale."""


class Channel(StrEnum):
    """A rule on how a product reaches its buyer."""

    REMOTE_SALE = "remote-sale"
    """A rule for sale at a distance only: by mail, online, by delivery."""
    NO_REMOTE_SALE = "no-remote-sale"
    """Sale at a distance is forbidden."""
    BEHIND_COUNTER = "behind-counter"
    """Out of the reach of customers: behind the counter, or locked."""
    NO_VENDING = "no-vending"
    """Not from machines."""
    ADULTS_ONLY = "adults-only"
    """Only where minors may not enter, or in shops of a certain sort."""
    DISTANCE = "distance"
    """Not near schools or other named places, or only in certain districts."""


class PackagingRule(StrEnum):
    """What a pack must be like."""

    CHILD_RESISTANT = "child-resistant"
    """Hard to open for children."""
    TAMPER_EVIDENT = "tamper-evident"
    """Shows whether it was opened."""
    NO_CHILD_APPEAL = "no-child-appeal"
    """Without images or shapes that appeal to children."""
    PLAIN = "plain"
    """Of a prescribed look."""


class LabelItem(StrEnum):
    """What a label must say."""

    INGREDIENTS = "ingredients"
    """All ingredients."""
    ALKALOIDS = "alkaloids"
    """The amounts of mitragynine, 7-OH or all alkaloids."""
    SERVING_SIZE = "serving-size"
    """How much a serving is."""
    SERVINGS = "servings"
    """How many servings are in the pack, or may be taken in a day."""
    DIRECTIONS = "directions"
    """How to use it."""
    WARNINGS = "warnings"
    """Warnings on risks."""
    AGE = "age"
    """Who is too young for it."""
    MAKER = "maker"
    """Who made or sells it, with an address where that is asked for."""
    BATCH = "batch"
    """The number of its batch."""
    EXPIRY = "expiry"
    """Until when it is good."""
    DISCLAIMER = "disclaimer"
    """That an authority has not evaluated it, or that it cures nothing."""
    BASIS = "basis"
    """Why it is called a kratom product."""


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


@plain
class Jurisdiction(Plain):
    """A place that can make law.

    Example:
        >>> import kratomlaw
        >>> print(kratomlaw.find("Louisiana"))
        Louisiana (US-LA)
    """

    code: Code
    """ISO 3166-1 alpha-2 (``TH``), ISO 3166-2 (``US-LA``), or below that ``US-CA/san-diego``."""
    name: Text
    """The usual English name."""
    level: Level
    """Its administrative level."""
    parent: Code | None = None
    """The code of the place whose law reaches it, of a city in several counties the state's; None when there is no
    higher one."""
    fips: str | None = None
    """The FIPS number of a US state (two digits, ``22``) or of a county or county equivalent (five digits, ``17119``);
    None for other places."""
    ocd_id: str | None = None
    """The Open Civic Data division id, such as ``ocd-division/country:us/state:la/place:new_orleans``; None where there
    is none."""
    iso_alpha3: str | None = None
    """The ISO 3166-1 alpha-3 code of a country or territory, such as ``THA``; None for other places."""
    iso_numeric: str | None = None
    """The ISO 3166-1 numeric code of a country or territory, three digits such as ``764``; None for other places."""

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@plain
class CandidateLaw(Plain):
    """What holds in one of the places that an ambiguous question may mean, see ``AmbiguousPlaceError.laws``."""

    jurisdiction: Jurisdiction
    """The place; ask again with its code for the whole answer."""
    where: str
    """The name of the state or country in which it lies."""
    status: Status
    """The status there, for the product and on the day that were asked about."""
    sale: Permission
    """Whether it may be sold there."""
    possession: Permission
    """Whether it may be possessed there."""
    min_age: int | None = None
    """The least age of a buyer in years; None when the law sets none, and where nobody may buy."""
    approximate: bool = False
    """Whether the strictest reading is given: this candidate may lie in several places, or its law is not all known."""

    def __str__(self) -> str:
        return f"{self.jurisdiction}: {self.status}"


@plain
class Problem(Plain):
    """One thing that is wrong with a record, and how to fix it."""

    file: str
    """The file, relative to the data folder, or the code when there is no file."""
    key: str
    """Where in the file, as in ``periods[1].status``; empty for the file as a whole."""
    message: str
    """What is wrong."""
    fix: str
    """How to fix it."""
    rule: str = ""
    """The name of the rule that it breaks, as in ``missing``; empty where the rule has no name."""

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.message} {self.fix}".rstrip()
