"""Which countries and provinces may a Shopify shop send to? With Shopify's codes, as a table and as delivery zones."""

from collections.abc import Mapping
from typing import NamedTuple

from ..law.policy import Outcome
from .flat import FlatColumn, FlatTable, Kind
from .shipping import ShippingArea, ShippingList, ShippingVerdict
from .shipping_tables import BASIS_COLUMNS, VERDICT_COLUMNS, basis_values, verdict_values
from .shop_codes import SHOPIFY, in_codes_of

__all__ = ["shopify_table", "shopify_zones"]

_OWN_PROVINCES = ("FM", "MH", "PW")
"""The countries that are provinces of the United States to Shopify."""
_ARMED_FORCES = ("AA", "AE", "AP")
"""The post offices of the armed forces: provinces of the United States to Shopify. Their law is not known apart."""
_OWN_COUNTRY = "UM"
"""The territory of the United States that is a country to Shopify."""
_NOT_IN_SHOPIFY = "AQ"


class _Place(NamedTuple):
    """A country or province, in Shopify's codes."""

    country: str
    province: str | None
    """None for a country with all its provinces."""
    name: str
    verdict: ShippingVerdict
    refused_zip_codes: int


def _places(listed: ShippingList) -> list[_Place]:
    """Everything to which a Shopify shop can send, each once."""
    provinces = in_codes_of(SHOPIFY, listed.of(ShippingArea.PROVINCE))
    refused: dict[str, int] = {}
    for row in listed.of(ShippingArea.ZIP_CODE):
        if row.verdict.outcome is Outcome.REFUSE:
            for code in row.codes_above:
                refused[code] = refused.get(code, 0) + 1
    found: list[_Place] = []
    federations = {country for country, _ in provinces}
    for row in listed.of(ShippingArea.COUNTRY):
        if row.code in _OWN_PROVINCES:
            found.append(_Place("US", row.code, row.name, row.verdict, refused.get(row.code, 0)))
        elif row.code not in federations and row.code != _NOT_IN_SHOPIFY:
            found.append(_Place(row.country, None, row.name, row.verdict, 0))
        elif row.code == "US":
            found += (_Place("US", code, f"Armed forces ({code})", row.verdict, 0) for code in _ARMED_FORCES)
    for (country, code), row in provinces.items():
        if country == "US" and code == _OWN_COUNTRY:
            found.append(_Place(code, None, row.name, row.verdict, 0))
        else:
            found.append(_Place(country, code, row.name, row.verdict, refused.get(row.code, 0)))
    return sorted(found, key=lambda place: (place.country, place.province or ""))


def shopify_table(listed: ShippingList) -> FlatTable:
    """Lay a shipping list out as a table of countries and provinces.

    Example:
        >>> from kratomlaw.export.shipping import shipping_list
        >>> table = shopify_table(shipping_list(on="2026-12-01", age=30, zip_codes=False))
        >>> [row[:4] for row in table.rows if row[0] == "MY"][0]
        ('MY', 'JHR', 'Johor', 'refuse')
    """
    columns = (
        FlatColumn("country", Kind.TEXT, "Shopify's code of the country.", key=True),
        FlatColumn("province", Kind.TEXT, "Shopify's code of the province; null for a whole country.", key=True),
        FlatColumn("name", Kind.TEXT, "Its English name."),
        *VERDICT_COLUMNS,
        FlatColumn("refused_zip_codes", Kind.INTEGER, "How many ZIP codes that may lie in it are refused."),
        *BASIS_COLUMNS,
    )
    basis = basis_values(listed.basis)
    rows = [
        (place.country, place.province, place.name, *verdict_values(place.verdict), place.refused_zip_codes, *basis)
        for place in _places(listed)
    ]
    return FlatTable("shopify-provinces", "A country, or a province of one, in Shopify's codes.", columns, rows)


def shopify_zones(listed: ShippingList) -> Mapping[str, object]:
    """Lay a shipping list out as delivery zones, one for each outcome.

    Returns:
        ``basis``, and ``zones`` with ``name``, ``outcome`` and ``countries``: a list of ``DeliveryCountryInput`` of
        Shopify's GraphQL Admin API.

    Example:
        >>> from kratomlaw.export.shipping import shipping_list
        >>> zones = shopify_zones(shipping_list(on="2026-12-01", age=30, zip_codes=False))["zones"]
        >>> [zone["outcome"] for zone in zones], zones[2]["countries"][0]
        (['allow', 'review', 'refuse'], {'code': 'AD', 'includeAllProvinces': True})
    """
    places = _places(listed)
    product, version = listed.basis.product, listed.basis.dataset_version
    zones: list[Mapping[str, object]] = []
    for outcome in Outcome:
        countries: dict[str, list[Mapping[str, str]] | None] = {}
        for place in places:
            if place.verdict.outcome is outcome:
                within = countries.setdefault(place.country, None if place.province is None else [])
                if within is not None and place.province is not None:
                    within.append({"code": place.province})
        inputs = [
            {"code": code, "includeAllProvinces": True} if within is None else {"code": code, "provinces": within}
            for code, within in countries.items()
        ]
        zones.append({"name": f"{product}: {outcome} ({version})", "outcome": outcome.value, "countries": inputs})
    return {"basis": listed.basis.to_dict(), "zones": zones}
