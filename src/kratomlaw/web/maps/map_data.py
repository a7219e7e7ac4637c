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
from ...law.words import Jurisdiction, Level, Permission, Product, Standing, Status
from ...presentation import PRODUCT_NAMES
from .shapes import Region, centre_of, shapes_of

__all__ = ["MapData", "MapEntry", "describe_place", "is_local", "map_data", "own_law_holds", "region_of"]


class MapEntry(NamedTuple):
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

    @property
    def reported(self) -> bool:
        """Whether the law is only reported."""
        return self.period is not None and self.period.standing is Standing.REPORTED


class MapData(NamedTuple):
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
    entries: tuple[MapEntry, ...]
    """The places that the map shows as areas or markers, in the order of their names."""
    local: tuple[MapEntry, ...]
    """The counties, cities and reservations whose own law holds on that day, in the order of their codes."""
    dormant: tuple[MapEntry, ...]
    """Those whose own law does not hold on that day: repealed, not yet in force, or preempted by the state."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many of ``entries`` have each status."""
        counted = Counter(entry.status for entry in self.entries)
        return {status: counted[status] for status in Status}

    @property
    def reported(self) -> int:
        """How many of ``entries`` and ``local`` have a law that is only reported."""
        return sum(entry.reported for entry in (*self.entries, *self.local))

    @property
    def title(self) -> str:
        """One line that says what is shown."""
        where = "the United States" if self.region is Region.US else "the world"
        return f"{PRODUCT_NAMES[self.product]} in {where} on {self.on}"


def map_data(
    region: Region | str = Region.US,
    *,
    on: date | str | None = None,
    product: Product | str = "leaf",
    law: LawReader | None = None,
) -> MapData:
    """Collect what holds in every place of a region on one day.

    Args:
        region: ``"us"`` or ``"world"``.
        on: The day, as a ``datetime.date`` or ``"YYYY-MM-DD"``; None for today.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.
        law: The instance to ask; None for one with the usual settings.

    Returns:
        What holds.

    Raises:
        InvalidQueryError: The region, the date or the product is invalid.
        DataError: The data cannot be used.

    Example:
        >>> found = map_data("us", on="2025-08-01")
        >>> next(entry.status for entry in found.entries if entry.place.code == "US-LA")
        <Status.BANNED: 'banned'>
    """
    shown = region_of(region)
    wanted = parse_product(product)
    day = parse_on(on, today=date.today())
    with (law or KratomLaw()).at_one_version() as view:
        return _collected(view, shown, day, wanted)


def _collected(asked: Snapshot, shown: Region, day: date, wanted: Product) -> MapData:
    codes = shapes_of(shown).codes
    entries: list[MapEntry] = []
    local: list[MapEntry] = []
    dormant: list[MapEntry] = []
    for place in asked.jurisdictions():
        if place.code in codes:
            entries.append(MapEntry(place, period_on(asked.timeline(place, product=wanted), day)))
        elif is_local(place) and (shown is Region.US) == place.code.startswith("US-"):
            period = period_on(asked.timeline(place, product=wanted), day)
            entry = MapEntry(place, period, _centre(place, asked, day))
            (local if own_law_holds(place, entry.period) else dormant).append(entry)
    info = asked.dataset()
    return MapData(
        region=shown,
        on=day,
        product=wanted,
        version=info.version,
        projected=day > info.built_on,
        entries=tuple(sorted(entries, key=lambda entry: entry.place.name)),
        local=tuple(local),
        dormant=tuple(dormant),
    )


def _centre(place: Jurisdiction, law: LawReader, day: date) -> tuple[int, int] | None:
    """Where a place lies; small towns and villages are shown in the middle of their county."""
    around = reversed(law.lookup(place, on=day).chain)
    return next((centre for link in around if (centre := centre_of(link))), None)


def region_of(region: Region | str) -> Region:
    """Answer which region an argument means.

    Raises:
        InvalidQueryError: There is no such region.
    """
    try:
        return Region(region)
    except ValueError:
        raise InvalidQueryError(
            f"{str(region)[:40]!r} is not a region of the maps.", hint=f"Ask for one of {', '.join(Region)}."
        ) from None


def is_local(place: Jurisdiction) -> bool:
    """Whether a place stands below a state."""
    return place.level not in (Level.COUNTRY, Level.STATE)


def own_law_holds(place: Jurisdiction, period: EffectivePeriod | None) -> bool:
    """Whether the place's own law is part of what holds there: in force, neither repealed nor preempted."""
    return period is not None and any(citation.set_by == place.code for citation in period.citations)


def describe_place(place: Jurisdiction, period: EffectivePeriod | None) -> str:
    """Say in one line what holds in a place.

    Example:
        >>> describe_place(Jurisdiction(code="GR", name="Greece", level=Level.COUNTRY), None)
        'Greece: unknown (nothing is recorded for that day)'
    """
    if period is None:
        return f"{place.name}: unknown (nothing is recorded for that day)"
    if period.status is Status.UNKNOWN:
        return f"{place.name}: unknown"
    age = f", from age {period.buyer_age}" if period.buyer_age else ""
    since = f" since {period.since}" if period.since else ""
    approximate = ", date or law not exactly known" if period.certainty is Certainty.APPROXIMATE else ""
    permissions = f"sale {_said(period.sale)}, possession {_said(period.possession)}"
    return f"{place.name}: {period.word}{since}{age} ({permissions}{approximate})"


def _said(permission: Permission) -> str:
    return "not known" if permission is Permission.UNKNOWN else permission
