"""Is kratom legal, restricted or banned in a place on a date, and which law says so?

>>> import kratomlaw
>>> answer = kratomlaw.lookup("New Orleans, Louisiana", on="2026-01-01")
>>> answer.status, answer.decided_by.code, str(answer.since)
(<Status.BANNED: 'banned'>, 'US-LA', '2025-08-01')

It is information, not legal advice. ``lookup``, ``timeline``, ``find``, ``jurisdictions``, ``record``, ``changes``
and ``dataset`` ask one default ``KratomLaw``, which is made when it is first needed.
"""

from datetime import date, timedelta
from pathlib import Path

from .answers import (
    DISCLAIMER,
    Answer,
    AnswerAdvisory,
    AnswerCitation,
    AnswerCondition,
    AnswerPending,
    Certainty,
    Change,
    DatasetCounts,
    DatasetInfo,
    EffectivePeriod,
    Law,
    Origin,
    Reason,
)
from .client import KratomLaw
from .dates import DatePrecision, PartialDate
from .errors import (
    AmbiguousPlaceError,
    CacheWriteError,
    DataError,
    ExpiredError,
    IntegrityError,
    InvalidDataError,
    InvalidQueryError,
    KratomLawError,
    KratomLawStaleWarning,
    NoSourceError,
    PlaceError,
    RefreshError,
    RollbackError,
    SchemaVersionError,
    SourceResponseError,
    SourceUnreachableError,
    UnknownPlaceError,
)
from .models import (
    Advisory,
    Citation,
    CitationKind,
    Condition,
    ConditionKind,
    Confidence,
    Jurisdiction,
    Level,
    Pending,
    Period,
    Permission,
    Problem,
    Product,
    ProductRule,
    ProductRules,
    Record,
    Status,
)

__all__ = [
    "DISCLAIMER",
    "Advisory",
    "AmbiguousPlaceError",
    "Answer",
    "AnswerAdvisory",
    "AnswerCitation",
    "AnswerCondition",
    "AnswerPending",
    "CacheWriteError",
    "Certainty",
    "Change",
    "Citation",
    "CitationKind",
    "Condition",
    "ConditionKind",
    "Confidence",
    "DataError",
    "DatasetCounts",
    "DatasetInfo",
    "DatePrecision",
    "EffectivePeriod",
    "ExpiredError",
    "IntegrityError",
    "InvalidDataError",
    "InvalidQueryError",
    "Jurisdiction",
    "KratomLaw",
    "KratomLawError",
    "KratomLawStaleWarning",
    "Law",
    "Level",
    "NoSourceError",
    "Origin",
    "PartialDate",
    "Pending",
    "Period",
    "Permission",
    "PlaceError",
    "Problem",
    "Product",
    "ProductRule",
    "ProductRules",
    "Reason",
    "Record",
    "RefreshError",
    "RollbackError",
    "SchemaVersionError",
    "SourceResponseError",
    "SourceUnreachableError",
    "Status",
    "UnknownPlaceError",
    "changes",
    "configure",
    "dataset",
    "find",
    "jurisdictions",
    "lookup",
    "preload",
    "record",
    "timeline",
]

__version__ = "0.1.0"

_default: KratomLaw | None = None


def _instance() -> KratomLaw:
    """The default instance. Two threads that race here make two, of which one stays: both answer alike."""
    global _default  # noqa: PLW0603  # the one lazily made default instance
    made = _default
    if made is None:
        made = _default = KratomLaw()
    return made


def lookup(
    place: str | Jurisdiction | None = None,
    *,
    code: str | None = None,
    country: str | None = None,
    state: str | None = None,
    county: str | None = None,
    city: str | None = None,
    postal_code: str | None = None,
    on: date | str | None = None,
    product: Product | str = "leaf",
) -> Answer:
    """Answer whether kratom is legal, restricted or banned in a place on a date; see ``KratomLaw.lookup``."""
    return (_default or _instance()).lookup(
        place,
        code=code,
        country=country,
        state=state,
        county=county,
        city=city,
        postal_code=postal_code,
        on=on,
        product=product,
    )


def timeline(place: str | Jurisdiction, *, product: Product | str = "leaf") -> tuple[EffectivePeriod, ...]:
    """Answer how the law that reaches a place changes over time; see ``KratomLaw.timeline``."""
    return _instance().timeline(place, product=product)


def find(text: str) -> Jurisdiction:
    """Answer which jurisdiction a text means; see ``KratomLaw.find``."""
    return _instance().find(text)


def jurisdictions(
    *,
    within: str | Jurisdiction | None = None,
    level: Level | str | None = None,
    status: Status | str | None = None,
    on: date | str | None = None,
    product: Product | str = "leaf",
) -> tuple[Jurisdiction, ...]:
    """List the places that are known; see ``KratomLaw.jurisdictions``."""
    return _instance().jurisdictions(within=within, level=level, status=status, on=on, product=product)


def record(code: str) -> Record:
    """Fetch the raw record of a jurisdiction, with all its evidence; see ``KratomLaw.record``."""
    return _instance().record(code)


def changes(
    since: date | str,
    until: date | str | None = None,
    *,
    within: str | Jurisdiction | None = None,
    product: Product | str = "leaf",
) -> tuple[Change, ...]:
    """List the changes of law in a span of days; see ``KratomLaw.changes``."""
    return _instance().changes(since, until, within=within, product=product)


def dataset() -> DatasetInfo:
    """Answer which data is in use, and how old it is; see ``KratomLaw.dataset``."""
    return _instance().dataset()


def preload() -> None:
    """Read all data now, so that no later question has to; see ``KratomLaw.preload``."""
    _instance().preload()


def configure(*, dataset: Path | str | None = None, max_age: timedelta | None = None) -> None:
    """Replace the settings of the default instance; see ``KratomLaw.configure``."""
    _instance().configure(dataset=dataset, max_age=max_age)


for _function in (lookup, timeline, find, jurisdictions, record, changes, dataset, preload, configure):
    # help(kratomlaw.lookup) shows arguments and errors without their being written twice.
    _function.__doc__ = getattr(KratomLaw, _function.__name__).__doc__
