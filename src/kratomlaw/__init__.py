"""Is kratom legal, restricted or banned in a place on a date, and which law says so?

>>> import kratomlaw
>>> answer = kratomlaw.lookup("New Orleans, Louisiana", on="2026-01-01")
>>> answer.status, answer.decided_by.code, str(answer.since)
(<Status.BANNED: 'banned'>, 'US-LA', '2025-08-01')

It is information, not legal advice. ``lookup``, ``decide``, ``timeline``, ``find``, ``jurisdictions``, ``record``,
``changes`` and ``dataset`` ask one default ``KratomLaw``, which is made when it is first needed.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Unpack

from .client import KratomLaw, default_instance
from .data.dataset import Origin
from .data.snapshot import LawReader, Snapshot
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
    KratomLawSourceWarning,
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
    Changes,
    EffectivePeriod,
    Jurisdictions,
    LegalPosition,
    Reason,
    Timeline,
)
from .law.dates import DatePrecision, PartialDate
from .law.records import Advisory, Citation, Condition, Pending, Period, ProductRule, ProductRules, Record
from .law.returned import show_in_notebooks
from .law.words import (
    Alkaloid,
    Basis,
    CandidateLaw,
    Channel,
    CitationKind,
    ConditionKind,
    Confidence,
    Host,
    Jurisdiction,
    LabelItem,
    Level,
    PackagingRule,
    Permission,
    Problem,
    Product,
    Standing,
    Status,
    Unit,
)
from .settings import SettingsArguments
from .version import __version__

if TYPE_CHECKING:
    from .data.facts import DatasetCounts, DatasetInfo
    from .law.decisions import Act, Decision, DecisionCode, DecisionReason, TripDecision
    from .law.policy import Outcome, Policy
    from .updates.report import DataVersions, RefreshOutcome, RefreshProblem, RefreshReport
    from .updates.transports import Fetcher, FetchRequest, FetchResponse

__all__ = [
    "DISCLAIMER",
    "Act",
    "Advisory",
    "Alkaloid",
    "AmbiguousPlaceError",
    "Answer",
    "AnswerAdvisory",
    "AnswerCitation",
    "AnswerCondition",
    "AnswerPending",
    "Basis",
    "CacheWriteError",
    "CandidateLaw",
    "Certainty",
    "Change",
    "Changes",
    "Channel",
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
    "Decision",
    "DecisionCode",
    "DecisionReason",
    "EffectivePeriod",
    "ExpiredError",
    "FetchRequest",
    "FetchResponse",
    "Fetcher",
    "Host",
    "IntegrityError",
    "InvalidDataError",
    "InvalidQueryError",
    "Jurisdiction",
    "Jurisdictions",
    "KratomLaw",
    "KratomLawCacheWarning",
    "KratomLawError",
    "KratomLawSourceWarning",
    "KratomLawStaleWarning",
    "LabelItem",
    "LawReader",
    "LegalPosition",
    "Level",
    "NoSourceError",
    "Origin",
    "Outcome",
    "PackagingRule",
    "PartialDate",
    "Pending",
    "Period",
    "Permission",
    "PlaceError",
    "Policy",
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
    "Snapshot",
    "SourceResponseError",
    "SourceUnreachableError",
    "Standing",
    "Status",
    "Timeline",
    "TripDecision",
    "Unit",
    "UnknownPlaceError",
    "__version__",
    "arefresh",
    "at_one_version",
    "changes",
    "configure",
    "dataset",
    "decide",
    "decide_trip",
    "find",
    "jurisdictions",
    "lookup",
    "preload",
    "record",
    "refresh",
    "timeline",
    "versions",
]


def __getattr__(name: str) -> object:
    """Import what a program that only asks for answers never needs when it is first used."""
    if name in ("DatasetCounts", "DatasetInfo"):
        from .data import facts

        return getattr(facts, name)
    if name in ("Act", "Decision", "DecisionCode", "DecisionReason", "TripDecision"):
        from .law import decisions

        return getattr(decisions, name)
    if name in ("Outcome", "Policy"):
        from .law import policy

        return getattr(policy, name)
    if name in ("DataVersions", "RefreshOutcome", "RefreshProblem", "RefreshReport"):
        from .updates import report

        return getattr(report, name)
    if name in ("FetchRequest", "FetchResponse", "Fetcher"):
        from .updates import transports

        return getattr(transports, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _html(shown: object) -> str | None:
    """What a notebook shows for what a question returned."""
    from .notebook import html

    return html(shown)


show_in_notebooks(_html)


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
    zone: tzinfo | str | None = None,
) -> Answer:
    """Answer whether kratom is legal, restricted or banned in a place on a date.

    Give the place in one of three ways: as text, by exact code, or in parts.

    Args:
        place: A name (``"Tennessee"``, ``"Nashville, TN"``), a code (``"US-TN"``) or a ``Jurisdiction``.
        code: An exact code of ours, never read as anything else: ``code="DE"`` is Germany.
        country: A country's name or ISO 3166-1 code.
        state: A state's name, ISO 3166-2 code or postal abbreviation.
        county: A county's name, with or without the word "County"; needs a state.
        city: A city's name; needs a state, a country or a ZIP code.
        postal_code: A ZIP code, with or without its last four digits. With a city, county or state it is checked
            against them; alone it gets the answer of the strictest of the places in which it may lie. Outside the
            United States it does not change the answer.
        on: The day, as a ``datetime.date`` or ``"YYYY-MM-DD"``; None for today, the day of this machine's clock and
            time zone, which near midnight may be another day than the place's own. Of a ``datetime``, or of text such
            as ``"2026-07-01T12:54:42-08:00"``, the calendar date in its own zone counts.
        product: ``"leaf"`` (also powder, tea, capsules), ``"extract"`` or ``"7-oh"``.
        zone: The time zone of the place, such as ``"America/Denver"`` or a ``datetime.tzinfo``: today is the day there,
            and a moment that says its own zone is read there. None for the zone of the settings, or the machine's.

    Returns:
        The answer, with its evidence, its age and its certainty. For days after the dataset was made it is the law as
        it was scheduled then, with ``certainty`` projected.

    Raises:
        UnknownPlaceError: No such place is known, or the parts contradict each other.
        AmbiguousPlaceError: The text fits more than one place, as "Georgia" and "DE" do.
        InvalidQueryError: The date, the product, the time zone or the combination of arguments is invalid.
        DataError: The data cannot be used.

    Example:
        >>> import kratomlaw
        >>> answer = kratomlaw.lookup("Nashville, TN", on="2026-10-01")
        >>> answer.is_banned, answer.jurisdiction.code, answer.unmatched
        (True, 'US-TN', 'Nashville')
    """
    # Not by name to KratomLaw.lookup: nine names cost a quarter of the time of a warm answer.
    if zone is not None:
        return default_instance().lookup(
            place,
            code=code,
            country=country,
            state=state,
            county=county,
            city=city,
            postal_code=postal_code,
            on=on,
            product=product,
            zone=zone,
        )
    return default_instance().ask((place, code, country, state, county, city, postal_code, on, product))


def timeline(place: str | Jurisdiction, *, product: Product | str = "leaf") -> Timeline:
    """Answer how the law that reaches a place changed, and will change, over time.

    Args:
        place: A name, a code or a ``Jurisdiction``.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.

    Returns:
        The effective periods, oldest first; without overlap, without gap after the first; empty when no recorded law
        reaches the place.

    Raises:
        PlaceError: The place is unknown or ambiguous.
        InvalidQueryError: The product is invalid.

    Example:
        >>> import kratomlaw
        >>> [str(period.status) for period in kratomlaw.timeline("US-LA")][-1]
        'banned'
    """
    return default_instance().timeline(place, product=product)


def find(text: str) -> Jurisdiction:
    """Answer which jurisdiction a text means: the resolver alone.

    Args:
        text: A name, a qualified name or a code.

    Returns:
        The most specific place with data; an answer to a question about the text applies to it.

    Raises:
        PlaceError: The place is unknown or ambiguous.

    Example:
        >>> import kratomlaw
        >>> kratomlaw.find("tenn.").code
        'US-TN'
    """
    return default_instance().find(text)


def jurisdictions(
    *,
    within: str | Jurisdiction | None = None,
    level: Level | str | None = None,
    status: Status | str | None = None,
    on: date | str | None = None,
    product: Product | str = "leaf",
    all_counties: bool = False,
) -> Jurisdictions:
    """List the places that are known: countries, states, and the local places that have a record.

    Args:
        within: Only those below this place, at any depth; None for all.
        level: Only those of this level; None for all.
        status: Only those with this status; None for all, also those without a record.
        on: The day for ``status``, as in ``lookup``; None for today.
        product: The product for ``status``.
        all_counties: Whether to include the more than three thousand counties of the United States that have no
            record.

    Returns:
        The places, in the order of their codes.

    Raises:
        PlaceError: ``within`` is unknown or ambiguous.
        InvalidQueryError: A level, status, date or product is invalid.

    Example:
        >>> import kratomlaw
        >>> len(kratomlaw.jurisdictions(within="US", level="state")) >= 51
        True
    """
    return default_instance().jurisdictions(
        within=within, level=level, status=status, on=on, product=product, all_counties=all_counties
    )


def record(code: str) -> Record:
    """Read the raw record of a jurisdiction, with all its evidence.

    Args:
        code: The jurisdiction's exact code.

    Returns:
        The record.

    Raises:
        UnknownPlaceError: There is no such code, or the place has no record.

    Example:
        >>> import kratomlaw
        >>> kratomlaw.record("US-LA").name
        'Louisiana'
    """
    return default_instance().record(code)


def changes(
    since: date | str,
    until: date | str | None = None,
    *,
    within: str | Jurisdiction | None = None,
    product: Product | str = "leaf",
) -> Changes:
    """List the changes of law in a span of days, future ones included.

    Args:
        since: The first day.
        until: The first day after the span; None for no end.
        within: Only changes in this place and below it; None for all.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.

    Returns:
        The changes of each jurisdiction's own law, oldest first. A change whose date is imprecise is listed when any
        of its possible days lies in the span.

    Raises:
        PlaceError: ``within`` is unknown or ambiguous.
        InvalidQueryError: A date or the product is invalid.

    Example:
        >>> import kratomlaw
        >>> [str(change.on) for change in kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA")]
        ['2025-08-01']
    """
    return default_instance().changes(since, until, within=within, product=product)


def decide(
    place: str | Jurisdiction | None = None,
    *,
    code: str | None = None,
    country: str | None = None,
    state: str | None = None,
    county: str | None = None,
    city: str | None = None,
    postal_code: str | None = None,
    act: "Act | str" = "ship",
    on: date | str | None = None,
    arrives: date | str | None = None,
    product: Product | str = "leaf",
    age: int | None = None,
    policy: "Policy | None" = None,
    zone: tzinfo | str | None = None,
) -> "Decision":
    """Decide whether kratom may be sent to, sold in or held in a place: allow, review or refuse.

    It fails closed. By default what is banned, prohibited, unknown or under age on any of the days is refused; what is
    in doubt, badly evidenced or under conditions is for review; the rest is allowed. Give the place as for ``lookup``,
    as precisely as it is known: a state alone is for review where a city in it may have stricter law.

    Args:
        place: A name, a code or a ``Jurisdiction``.
        code: An exact code of ours.
        country: A country's name or ISO 3166-1 code.
        state: A state's name, ISO 3166-2 code or postal abbreviation.
        county: A county's name.
        city: A city's name.
        postal_code: A ZIP code.
        act: ``"ship"`` (sell by mail to a buyer in the place: rests on sale, the buyer's possession, and rules on sale
            at a distance and import), ``"sell"`` (over a counter there) or ``"possess"`` (for one's own use).
        on: The day, or the day of dispatch, as in ``lookup``; None for today.
        arrives: The day of arrival; every day from ``on`` to it is judged. None to judge one day.
        product: ``"leaf"`` (also powder, tea, capsules), ``"extract"`` or ``"7-oh"``.
        age: The age of the buyer, or of whoever has it, in whole years; None where it is not known.
        policy: What each finding leads to; None for the default ``Policy()``.
        zone: The time zone of the place, as in ``lookup``.

    Returns:
        The decision, with its reasons (the strongest first), the conditions that a seller has to meet, and the answers
        it rests on.

    Raises:
        UnknownPlaceError: No such place is known, or the parts contradict each other.
        AmbiguousPlaceError: The text fits more than one place.
        InvalidQueryError: The act, a date, the product, the age, the policy or the combination of arguments is
            invalid; or it would arrive before it is sent.
        DataError: The data cannot be used.

    Example:
        >>> import kratomlaw
        >>> decision = kratomlaw.decide("Nashville, TN", on="2026-10-01", arrives="2026-10-05", age=30)
        >>> decision.is_refused, decision.reasons[0].code
        (True, <DecisionCode.BANNED: 'banned'>)
        >>> kratomlaw.decide("US-NV", on="2026-10-01", age="21")
        Traceback (most recent call last):
        kratomlaw.errors.InvalidQueryError: An age cannot be '21'. Pass whole years as a number, as in age=21; ...
    """
    return default_instance().decide(
        place,
        code=code,
        country=country,
        state=state,
        county=county,
        city=city,
        postal_code=postal_code,
        act=act,
        on=on,
        arrives=arrives,
        product=product,
        age=age,
        policy=policy,
        zone=zone,
    )


def decide_trip(
    stops: Iterable[tuple[str | Jurisdiction, date | str]],
    *,
    product: Product | str = "leaf",
    age: int | None = None,
    policy: "Policy | None" = None,
) -> "TripDecision":
    """Decide whether kratom may be carried on a trip through several places.

    Each stop is judged for possession, on every day from its own to that of the next stop.

    Args:
        stops: Places with the days of arrival there, in the order of the trip.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.
        age: The traveller's age in whole years; None where it is not known.
        policy: What each finding leads to; None for the default ``Policy()``.

    Returns:
        The strictest outcome, and the decision on each stop.

    Raises:
        PlaceError: A place is unknown or ambiguous.
        InvalidQueryError: There is no stop, one is no pair of place and day, the days are not in order, or another
            argument is invalid.
        DataError: The data cannot be used.

    Example:
        >>> import kratomlaw
        >>> trip = kratomlaw.decide_trip([("US-TX", "2026-10-01"), ("US-LA", "2026-10-03")], age=30)
        >>> trip.outcome, trip.decisions[-1].reasons[0].code
        (<Outcome.REFUSE: 'refuse'>, <DecisionCode.BANNED: 'banned'>)
    """
    return default_instance().decide_trip(stops, product=product, age=age, policy=policy)


def dataset() -> "DatasetInfo":
    """Answer which data is in use, and how old it is.

    Raises:
        DataError: The data cannot be used.

    Example:
        >>> import kratomlaw
        >>> kratomlaw.dataset().origin
        <Origin.BUNDLED: 'bundled'>
    """
    return default_instance().dataset()


def at_one_version() -> AbstractContextManager[Snapshot]:
    """Ask several questions of one version of the data, on one day, whatever is refreshed meanwhile.

    Returns:
        A context manager that gives a ``Snapshot``, with the same question methods.

    Raises:
        DataError: The data cannot be used.

    Example:
        >>> import kratomlaw
        >>> with kratomlaw.at_one_version() as view:
        ...     view.lookup("US-LA").dataset_version == view.dataset().version
        True
    """
    return default_instance().at_one_version()


def preload() -> None:
    """Read all data now, so that no later question has to. For services, before they fork or take traffic.

    Raises:
        DataError: The data cannot be used.

    Example:
        >>> import kratomlaw
        >>> kratomlaw.preload()
    """
    default_instance().preload()


def configure(**settings: Unpack[SettingsArguments]) -> None:
    """Replace the settings of the default instance; what is not given goes back to the environment or the default.

    Args:
        settings: As for ``KratomLaw``, but for ``auto_refresh``.

    Raises:
        InvalidQueryError: A setting is invalid.

    Example:
        >>> import kratomlaw
        >>> from datetime import timedelta
        >>> kratomlaw.configure(max_age=timedelta(days=30))
        >>> kratomlaw.configure()
    """
    default_instance().configure(**settings)


def refresh(
    *,
    force: bool = False,
    strict: bool = False,
    allow_shrink: bool = False,
    timeout: float = 10.0,
    on_progress: Callable[[int, int | None], None] | None = None,
) -> "RefreshReport":
    """Download newer data from the source, check it, keep it, and answer from it.

    Whatever goes wrong, the data in use stays in use. One refresh runs at a time; questions are answered meanwhile,
    from the data in use.

    Args:
        force: Contact the source even if it was contacted recently.
        strict: Raise what went wrong instead of reporting it.
        allow_shrink: Accept data that drops more than a tenth of the records.
        timeout: Seconds to wait for any one step.
        on_progress: Called with the bytes so far and the bytes expected (None if unknown) during a download.

    Returns:
        What was done, and which data is in use now.

    Raises:
        NoSourceError: No source is configured.
        RefreshError: With ``strict``: the source cannot be reached or must not be trusted, or storing failed.
        DataError: The data in use cannot be used; with ``strict`` also: that of the source cannot.

    Example:
        >>> import kratomlaw
        >>> kratomlaw.configure(source="https://law.example.org/kratom", offline=True)
        >>> kratomlaw.refresh().outcome
        <RefreshOutcome.SKIPPED: 'skipped'>
        >>> kratomlaw.configure()
    """
    return default_instance().refresh(
        force=force, strict=strict, allow_shrink=allow_shrink, timeout=timeout, on_progress=on_progress
    )


async def arefresh(
    *, force: bool = False, strict: bool = False, allow_shrink: bool = False, timeout: float = 10.0
) -> "RefreshReport":
    """Do as ``refresh``, in a worker thread, so that an event loop is not blocked.

    Cancelled, it ends at once; the thread ends within the timeout, and no program waits for it.

    Args:
        force: Contact the source even if it was contacted recently.
        strict: Raise what went wrong instead of reporting it.
        allow_shrink: Accept data that drops more than a tenth of the records.
        timeout: Seconds to wait for any one step.

    Returns:
        What was done, and which data is in use now.

    Raises:
        KratomLawError: As ``refresh``.

    Example:
        >>> import asyncio
        >>> import kratomlaw
        >>> kratomlaw.configure(source="https://law.example.org/kratom", offline=True)
        >>> asyncio.run(kratomlaw.arefresh()).outcome
        <RefreshOutcome.SKIPPED: 'skipped'>
        >>> kratomlaw.configure()
    """
    return await default_instance().arefresh(force=force, strict=strict, allow_shrink=allow_shrink, timeout=timeout)


def versions(*, timeout: float = 10.0) -> "DataVersions":
    """List which versions of the data are available: bundled, in the cache, and at the source.

    Args:
        timeout: Seconds to wait for the source.

    Returns:
        The versions. The source is contacted only if one is configured and ``offline`` is not set; what goes wrong
        there is reported, not raised.

    Raises:
        DataError: The bundled data cannot be used.

    Example:
        >>> import kratomlaw
        >>> found = kratomlaw.versions()
        >>> found.in_use == found.bundled
        True
    """
    return default_instance().versions(timeout=timeout)
