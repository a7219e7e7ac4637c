"""Is kratom legal, restricted or banned in a place on a date, and which law says so?

>>> import kratomlaw
>>> answer = kratomlaw.lookup("New Orleans, Louisiana", on="2026-01-01")
>>> answer.status, answer.decided_by.code, str(answer.since)
(<Status.BANNED: 'banned'>, 'US-LA', '2025-08-01')

It is information, not legal advice. ``lookup``, ``timeline``, ``find``, ``jurisdictions``, ``record``, ``changes``
and ``dataset`` ask one default ``KratomLaw``, which is made when it is first needed.
"""

from collections.abc import Callable
from datetime import date
from typing import Unpack

from .client import KratomLaw
from .errors import (
    AmbiguousPlaceError,
    CacheWriteError,
    DataError,
    ExpiredError,
    IntegrityError,
    InvalidDataError,
    InvalidQueryError,
    KratomLawCacheWarning,
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
from .law.answers import (
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
    DataVersions,
    EffectivePeriod,
    Law,
    Origin,
    Reason,
    RefreshOutcome,
    RefreshProblem,
    RefreshReport,
    Timeline,
)
from .law.dates import DatePrecision, PartialDate
from .law.records import (
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
from .settings import SettingsArguments
from .updates.transports import Fetcher, FetchRequest, FetchResponse
from .version import __version__

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
    "DataVersions",
    "DatasetCounts",
    "DatasetInfo",
    "DatePrecision",
    "EffectivePeriod",
    "ExpiredError",
    "FetchRequest",
    "FetchResponse",
    "Fetcher",
    "IntegrityError",
    "InvalidDataError",
    "InvalidQueryError",
    "Jurisdiction",
    "KratomLaw",
    "KratomLawCacheWarning",
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
    "RefreshOutcome",
    "RefreshProblem",
    "RefreshReport",
    "RollbackError",
    "SchemaVersionError",
    "SourceResponseError",
    "SourceUnreachableError",
    "Status",
    "Timeline",
    "UnknownPlaceError",
    "__version__",
    "arefresh",
    "changes",
    "configure",
    "dataset",
    "find",
    "jurisdictions",
    "lookup",
    "preload",
    "record",
    "refresh",
    "timeline",
    "versions",
]

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


def timeline(place: str | Jurisdiction, *, product: Product | str = "leaf") -> Timeline:
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
    all_counties: bool = False,
) -> tuple[Jurisdiction, ...]:
    """List the places that are known; see ``KratomLaw.jurisdictions``."""
    return _instance().jurisdictions(
        within=within, level=level, status=status, on=on, product=product, all_counties=all_counties
    )


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


def configure(**settings: Unpack[SettingsArguments]) -> None:
    """Replace the settings of the default instance; see ``KratomLaw.configure``."""
    _instance().configure(**settings)


def refresh(
    *,
    force: bool = False,
    strict: bool = False,
    allow_shrink: bool = False,
    timeout: float = 10.0,
    on_progress: Callable[[int, int | None], None] | None = None,
) -> RefreshReport:
    """Fetch newer data from the source, check it, keep it, and answer from it; see ``KratomLaw.refresh``."""
    return _instance().refresh(
        force=force, strict=strict, allow_shrink=allow_shrink, timeout=timeout, on_progress=on_progress
    )


async def arefresh(
    *, force: bool = False, strict: bool = False, allow_shrink: bool = False, timeout: float = 10.0
) -> RefreshReport:
    """Do as ``refresh``, without holding up an event loop; see ``KratomLaw.arefresh``."""
    return await _instance().arefresh(force=force, strict=strict, allow_shrink=allow_shrink, timeout=timeout)


def versions(*, timeout: float = 10.0) -> DataVersions:
    """List which versions of the data are at hand; see ``KratomLaw.versions``."""
    return _instance().versions(timeout=timeout)


for _function in (
    lookup,
    timeline,
    find,
    jurisdictions,
    record,
    changes,
    dataset,
    preload,
    configure,
    refresh,
    arefresh,
    versions,
):
    # help(kratomlaw.lookup) shows arguments and errors without their being written twice.
    _function.__doc__ = getattr(KratomLaw, _function.__name__).__doc__
