"""What holds in every place of a region on one day? The facts that a map shows, without any drawing."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from ...client import KratomLaw
from ...data.snapshot import LawReader, Snapshot
from ...errors import InvalidQueryError
from ...law.answers import Certainty, EffectivePeriod
from ...law.arguments import parse_product
from ...law.dates import parse_on
from ...law.engine import period_on
from ...law.words import Jurisdiction, Level, Permission, Product, Status
from .shapes import Region, centre_of, shapes_of

__all__ = ["PRODUCT_NAMES", "Finding", "Survey", "is_local", "own_law_holds", "region_of", "survey", "tell"]

PRODUCT_NAMES = {Product.LEAF: "Kratom leaf", Product.EXTRACT: "Kratom extract", Product.SEVEN_OH: "7-OH"}
"""What each product is called in a title."""


class Finding(NamedTuple):
    """What holds in one place."""

    place: Jurisdiction
    """The place."""
    period: EffectivePeriod | None
    """The law on that day; None when none is recorded."""
    centre: tuple[int, int] | None = None
    """Where a county or city lies on the map, or the county around it; None when that is not known."""

    @property
    def status(self) -> Status:
        """The status on that day."""
        return self.period.status if self.period else Status.UNKNOWN


class Survey(NamedTuple):
    """What holds in a region on one day."""

    region: Region
    """The region."""
    on: date
    """The day."""
    product: Product
    """The product."""
    version: str
    """The version of the data."""
    projected: bool
    """Whether the day lies after the data was made."""
    findings: tuple[Finding, ...]
    """The places that the map shows as areas or markers, in the order of their names."""
    local: tuple[Finding, ...]
    """The counties, cities and reservations whose own law holds on that day, in the order of their codes."""
    dormant: tuple[Finding, ...]
    """Those whose own law does not hold on that day: repealed, yet to come, or put aside by the state."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many of ``findings`` have each status."""
        counted = Counter(finding.status for finding in self.findings)
        return {status: counted[status] for status in Status}

    @property
    def title(self) -> str:
        """One line that says what is shown."""
        where = "the United States" if self.region is Region.US else "the world"
        return f"{PRODUCT_NAMES[self.product]} in {where} on {self.on}"


def survey(
    region: Region | str = Region.US,
    *,
    on: date | str | None = None,
    product: Product | str = "leaf",
    law: LawReader | None = None,
) -> Survey:
    """Collect what holds in every place of a region on one day.

    Args:
        region: ``"us"`` or ``"world"``.
        on: The day, as a ``datetime.date`` or ``"YYYY-MM-DD"``; None for today.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.
        law: The instance to ask; None for one with the usual settings.

    Returns:
        What holds.

    Raises:
        InvalidQueryError: The region, the date or the product has no meaning.
        DataError: The data cannot be used.

    Example:
        >>> found = survey("us", on="2025-08-01")
        >>> next(finding.status for finding in found.findings if finding.place.code == "US-LA")
        <Status.BANNED: 'banned'>
    """
    shown = region_of(region)
    wanted = parse_product(product)
    day = parse_on(on, today=date.today())
    with (law or KratomLaw()).at_one_version() as view:
        return _survey(view, shown, day, wanted)


def _survey(asked: Snapshot, shown: Region, day: date, wanted: Product) -> Survey:
    codes = shapes_of(shown).codes
    findings: list[Finding] = []
    local: list[Finding] = []
    dormant: list[Finding] = []
    for place in asked.jurisdictions():
        if place.code in codes:
            findings.append(Finding(place, period_on(asked.timeline(place, product=wanted), day)))
        elif is_local(place) and (shown is Region.US) == place.code.startswith("US-"):
            period = period_on(asked.timeline(place, product=wanted), day)
            finding = Finding(place, period, _centre(place, asked, day))
            (local if own_law_holds(place, finding.period) else dormant).append(finding)
    info = asked.dataset()
    return Survey(
        region=shown,
        on=day,
        product=wanted,
        version=info.version,
        projected=day > info.built_on,
        findings=tuple(sorted(findings, key=lambda finding: finding.place.name)),
        local=tuple(local),
        dormant=tuple(dormant),
    )


def _centre(place: Jurisdiction, law: LawReader, day: date) -> tuple[int, int] | None:
    """Where a place lies; small towns and villages are shown in the middle of their county."""
    around = reversed(law.lookup(place, on=day).chain)
    return next((centre for link in around if (centre := centre_of(link))), None)


def region_of(region: Region | str) -> Region:
    """Which region is meant.

    Raises:
        InvalidQueryError: There is no such region.
    """
    try:
        return Region(region)
    except ValueError as cause:
        raise InvalidQueryError(
            f"{str(region)[:40]!r} is not a region of the maps.", hint=f"Ask for one of {', '.join(Region)}."
        ) from cause


def is_local(place: Jurisdiction) -> bool:
    """Whether a place stands below a state."""
    return place.level not in (Level.COUNTRY, Level.STATE)


def own_law_holds(place: Jurisdiction, period: EffectivePeriod | None) -> bool:
    """Whether law of the place's own is part of what holds there: not repealed, not yet to come, not preempted."""
    return period is not None and any(citation.set_by == place.code for citation in period.citations)


def tell(place: Jurisdiction, period: EffectivePeriod | None) -> str:
    """Say in one line what holds in a place.

    Example:
        >>> tell(Jurisdiction(code="GR", name="Greece", level=Level.COUNTRY), None)
        'Greece: unknown (nothing is recorded for that day)'
    """
    if period is None:
        return f"{place.name}: unknown (nothing is recorded for that day)"
    if period.status is Status.UNKNOWN:
        return f"{place.name}: unknown"
    age = f", from age {period.min_age}" if period.min_age else ""
    since = f" since {period.since}" if period.since else ""
    approximate = ", date or law not exactly known" if period.certainty is Certainty.APPROXIMATE else ""
    permissions = f"sale {_said(period.sale)}, possession {_said(period.possession)}"
    return f"{place.name}: {period.status}{since}{age} ({permissions}{approximate})"


def _said(permission: Permission) -> str:
    return "not known" if permission is Permission.UNKNOWN else permission
