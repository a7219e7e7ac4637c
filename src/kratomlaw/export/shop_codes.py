"""How do shops write the provinces that ISO 3166-2 writes otherwise? The codes of WooCommerce and of Shopify."""

from collections.abc import Iterable, Mapping

from ..law.policy import severity
from .shipping import ShippingRow

__all__ = ["SHOPIFY", "WOOCOMMERCE", "in_codes_of"]

_MALAYSIA = "JHR KDH KTN MLK NSN PHG PNG PRK PLS SGR TRG SBH SWK KUL LBN PJY"
_BOTH = {
    **{f"MY-{number:02}": (code,) for number, code in enumerate(_MALAYSIA.split(), 1)},
    # Provinces that shops do not have yet are written as that from which they were made.
    "ID-PD": ("PB",),
    **dict.fromkeys(("ID-PE", "ID-PS", "ID-PT"), ("PA",)),
}

SHOPIFY: Mapping[str, tuple[str, ...]] = {**_BOTH, "IN-DH": ("DD", "DN"), "IN-OD": ("OR",)}
"""The codes of Shopify, where they are others than ours. Shopify refuses codes that it does not know."""

WOOCOMMERCE: Mapping[str, tuple[str, ...]] = {
    **_BOTH,
    "IN-CG": ("CG", "CT"),
    "IN-DH": ("DD", "DH", "DN"),
    "IN-OD": ("OD", "OR"),
    "IN-TS": ("TG", "TS"),
    "IN-UK": ("UK", "UT"),
}
"""The codes of WooCommerce, where they are others than ours: its versions differ, and a code that none has matches
nothing."""


def in_codes_of(shop: Mapping[str, tuple[str, ...]], rows: Iterable[ShippingRow]) -> dict[tuple[str, str], ShippingRow]:
    """Answer which row holds for each province of a shop, by country and code.

    Where a province of the shop is several of ours, the strictest of them stands for all.

    Args:
        shop: The codes of the shop, where they are others than ours.
        rows: Rows of provinces.
    """
    found: dict[tuple[str, str], ShippingRow] = {}
    for row in rows:
        for code in shop.get(row.code, row.provinces):
            known = found.setdefault((row.country, code), row)
            if severity(row.verdict.outcome) > severity(known.verdict.outcome):
                found[row.country, code] = row
    return found
