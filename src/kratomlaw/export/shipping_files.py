"""How does a shop without Python get its list of where it may send to? As files of CSV and JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from ..data.snapshot import LawReader
from ..law.policy import Policy
from ..law.words import Product
from .flat import FlatTable
from .shipping import ShippingList, shipping_list
from .shipping_changes import changes_since, read_earlier
from .shipping_tables import LIST_FILE, shipping_json, shipping_tables
from .shopify import shopify_table, shopify_zones
from .woocommerce import woocommerce_zones
from .writers import write_csv, written_together

__all__ = ["export_shipping"]


def export_shipping(
    out: Path | str,
    *,
    product: Product | str = "leaf",
    age: int | None = None,
    policy: Policy | None = None,
    on: date | str | None = None,
    since: Path | str | None = None,
    law: LawReader | None = None,
) -> tuple[Path, ...]:
    """Write for all countries, provinces and ZIP codes whether a product may be sent there, in forms for shops.

    Args:
        out: The folder, which is created if needed. Files of the same names are replaced, all at once.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.
        age: The buyer's age in whole years; None where it is not known.
        policy: What each finding leads to; None for the default policy.
        on: The day on which it is sent and arrives; None for today.
        since: The folder of an earlier list, which may be the same one, or its ``shipping.json``: what is decided
            otherwise goes into ``shipping-changes.csv``. None for no such file.
        law: The instance to ask; None for the default instance.

    Returns:
        The files; ``docs/shops.md`` says what each is for.

    Raises:
        InvalidQueryError: The product, the age, the policy or the day is invalid, or the earlier list cannot be read or
            is about another product.
        KratomLawError: The folder cannot be written.
        DataError: The data cannot be used.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     files = export_shipping(folder, product="7-oh", age=30, on="2026-12-01")
        >>> [file.name for file in files][:3]
        ['shipping-countries.csv', 'shipping-provinces.csv', 'shipping-zip-codes.csv']
    """
    earlier = None if since is None else read_earlier(since)
    listed = shipping_list(law, product=product, age=age, policy=policy, on=on)
    tables = [*shipping_tables(listed), shopify_table(listed)]
    if earlier:
        tables.append(changes_since(earlier, listed))
    return written_together(out, lambda folder: _write(listed, tables, folder))


def _write(listed: ShippingList, tables: Sequence[FlatTable], folder: Path) -> list[Path]:
    return [
        *write_csv(tables, folder),
        _write_json(folder / LIST_FILE, shipping_json(listed)),
        _write_json(folder / "shopify-zones.json", shopify_zones(listed)),
        *_write_woocommerce(listed, folder),
    ]


def _write_woocommerce(listed: ShippingList, folder: Path) -> Iterator[Path]:
    """Each zone in a file that WooCommerce takes as it is, so with nothing else in it; what they rest on beside them.

    Empty zones are written too: a file of an earlier export must not stay beside those of this one.
    """
    basis, zones = listed.basis, woocommerce_zones(listed)
    described: list[Mapping[str, object]] = []
    for order, zone in enumerate(zones, 1):
        file = _write_json(folder / f"woocommerce-{order}-{zone.key}.json", zone.locations)
        name = f"Kratom ({basis.product}): {zone.key.replace('-', ' ')}, data {basis.dataset_version}"
        described.append({"name": name, "order": order, "outcome": zone.outcome.value, "locations": file.name})
        yield file
        if zone.key.endswith("zip-codes"):
            codes = [each["code"] for each in zone.locations if each["type"] == "postcode"]
            text = file.with_suffix(".txt")
            text.write_text("".join(f"{code}\n" for code in codes), "utf-8", newline="\n")
            yield text
    yield _write_json(folder / "woocommerce-zones.json", {"basis": basis.to_dict(), "zones": described})


def _write_json(file: Path, content: object) -> Path:
    file.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8", newline="\n")
    return file
