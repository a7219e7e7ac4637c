"""What does the script of the site read? Periods that were worked out here: it picks the one of a day, no more."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ...law.answers import Certainty, EffectivePeriod
from ...law.words import Jurisdiction, Product, Status
from ...presentation import PRODUCT_NAMES
from ..maps.colours import LOOKS
from ..maps.map_data import is_local, own_law_holds

__all__ = ["Timelines", "script_data"]

Timelines = Mapping[Product, Sequence[EffectivePeriod]]


def script_data(places: Iterable[tuple[Jurisdiction, Timelines]], *, built_on: date) -> str:
    """Write what the maps need to be drawn for any day, as JSON that may stand in a page.

    Args:
        places: The places of the maps with their effective periods.
        built_on: The day on which the data was made.

    Returns:
        JSON. ``places`` has for each code and product a list of periods: first day, status, since, sale, possession,
        minimum age, whether it is approximate, and whether the place's own law is part of it. ``dates`` are all days
        on which any of them begins.
    """
    known: dict[str, object] = {}
    dates: set[str] = set()
    leaf = str(Product.LEAF)
    for place, timelines in places:
        rows = {str(product): [_row(place, period) for period in periods] for product, periods in timelines.items()}
        # Where the record of a place begins with "unknown", nothing happened on that day.
        dates.update(
            str(row[0])
            for product, listed in rows.items()
            for row, period in zip(listed, timelines[Product(product)], strict=True)
            if row is not listed[0] or period.status is not Status.UNKNOWN
        )
        known[place.code] = {
            "name": place.name,
            "local": is_local(place),
            # A product whose law is that of the leaf is not written twice.
            **{product: listed for product, listed in rows.items() if product == leaf or listed != rows[leaf]},
        }
    looks = {
        str(status): {"fill": look.fill, "pattern": bool(look.pattern), "dot": look.dot}
        for status, look in LOOKS.items()
    }
    content = {
        "builtOn": str(built_on),
        "dates": sorted(dates),
        "products": {str(product): name for product, name in PRODUCT_NAMES.items()},
        "looks": looks,
        "places": known,
    }
    # "</script>" in a name would end the element that the data stands in.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _row(place: Jurisdiction, period: EffectivePeriod) -> list[object]:
    return [
        str(period.first_day),
        period.status,
        str(period.since) if period.since else "",
        period.sale,
        period.possession,
        period.min_age or 0,
        int(period.certainty is Certainty.APPROXIMATE),
        int(own_law_holds(place, period)),
    ]
