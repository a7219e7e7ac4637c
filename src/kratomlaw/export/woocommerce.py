"""Which shipping zones does a WooCommerce shop need? By ZIP code, by state, by country, as its REST API takes them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..law.policy import Outcome
from .shipping import ShippingArea, ShippingList
from .shop_codes import WOOCOMMERCE, in_codes_of

__all__ = ["WooZone", "woocommerce_zones"]

Location = Mapping[str, str]
"""A location of a zone: ``code``, and ``type``, which is postcode, state or country."""

_OWN_COUNTRIES = ("AS", "GU", "MP", "PR", "UM", "VI")
"""The territories of the United States that are countries to WooCommerce."""
_WITH_ZIP_CODES = ("US", *_OWN_COUNTRIES, "FM", "MH", "PW")
"""The countries, to WooCommerce, whose postal codes are ZIP codes."""
_STRICTEST_FIRST = (Outcome.REFUSE, Outcome.REVIEW, Outcome.ALLOW)


class WooZone(NamedTuple):
    """A shipping zone."""

    key: str
    """Its outcome and what it lists, as in "refuse-zip-codes"."""
    outcome: Outcome
    """What is decided for its addresses."""
    locations: Sequence[Location]
    """What it lists."""


def woocommerce_zones(listed: ShippingList) -> tuple[WooZone, ...]:
    """Lay a shipping list out as zones, in the order in which WooCommerce has to try them: the first that fits counts.

    ZIP codes come first, but only those that are refused where one of their states is not. A ZIP code that is to be
    reviewed follows its state: a state in which any place has stricter law is never "allow", so that nothing is lost
    but the doubt of not knowing the buyer's city, which an address tells.

    Example:
        >>> from kratomlaw.export.shipping import shipping_list
        >>> zones = woocommerce_zones(shipping_list(on="2026-12-01", age=30, zip_codes=False))
        >>> [zone.key for zone in zones][:3], zones[1].locations[0]
        (['refuse-zip-codes', 'refuse-provinces', 'review-provinces'], {'code': 'AU:ACT', 'type': 'state'})
    """
    return tuple(_zones(listed))


def _zones(listed: ShippingList) -> Iterator[WooZone]:
    provinces = {row.code: row.verdict.outcome for row in listed.of(ShippingArea.PROVINCE)}
    countries = {row.code: row.verdict.outcome for row in listed.of(ShippingArea.COUNTRY)}
    above = provinces | countries
    # "62002*" fits 62002 and 62002-1234; without the asterisk the latter, which buyers write too, would pass.
    refused: list[Location] = [
        {"code": f"{row.code}*", "type": "postcode"}
        for row in listed.of(ShippingArea.ZIP_CODE)
        if row.verdict.outcome is Outcome.REFUSE and any(above[code] is not Outcome.REFUSE for code in row.codes_above)
    ]
    # Without a country the zone would take the same digits anywhere in the world.
    where: list[Location] = [{"code": country, "type": "country"} for country in _WITH_ZIP_CODES]
    yield WooZone("refuse-zip-codes", Outcome.REFUSE, (*refused, *where) if refused else ())
    states = {
        f"{country}:{code}": row.verdict.outcome
        for (country, code), row in in_codes_of(WOOCOMMERCE, listed.of(ShippingArea.PROVINCE)).items()
        if not (country == "US" and code in _OWN_COUNTRIES)
    }
    countries |= {code: provinces[f"US-{code}"] for code in _OWN_COUNTRIES}
    for name, kind, outcomes in (("provinces", "state", states), ("countries", "country", countries)):
        for outcome in _STRICTEST_FIRST:
            locations = [{"code": code, "type": kind} for code, each in sorted(outcomes.items()) if each is outcome]
            yield WooZone(f"{outcome}-{name}", outcome, locations)
