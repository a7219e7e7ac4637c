"""How does a shop without Python get its list of where it may send to? As files of CSV and JSON."""

import json
from datetime import date
from pathlib import Path

from ..data.snapshot import LawReader
from ..law.policy import Policy
from ..law.words import Product
from .shipping import ShippingList, shipping_list
from .shipping_tables import shipping_json, shipping_tables
from .writers import write_csv, written_together

__all__ = ["export_shipping"]


def export_shipping(
    out: Path | str,
    *,
    product: Product | str = "leaf",
    age: int | None = None,
    policy: Policy | None = None,
    on: date | str | None = None,
    law: LawReader | None = None,
) -> tuple[Path, ...]:
    """Write for all countries, provinces and ZIP codes whether a product may be sent there, in forms for shops.

    Args:
        out: The folder, which is created if needed. Files of the same names are replaced, all at once.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.
        age: The buyer's age in whole years; None where it is not known.
        policy: What each finding leads to; None for the default policy.
        on: The day on which it is sent and arrives; None for today.
        law: The instance to ask; None for the default instance.

    Returns:
        The files; ``docs/shops.md`` says what each is for.

    Raises:
        InvalidQueryError: The product, the age, the policy or the day is invalid.
        KratomLawError: The folder cannot be written.
        DataError: The data cannot be used.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     files = export_shipping(folder, product="7-oh", age=30, on="2026-12-01")
        >>> [file.name for file in files][:4]
        ['shipping-countries.csv', 'shipping-provinces.csv', 'shipping-zip-codes.csv', 'shipping.json']
    """
    listed = shipping_list(law, product=product, age=age, policy=policy, on=on)
    return written_together(out, lambda folder: _write(listed, folder))


def _write(listed: ShippingList, folder: Path) -> list[Path]:
    return [*write_csv(shipping_tables(listed), folder), _write_json(folder / "shipping.json", shipping_json(listed))]


def _write_json(file: Path, content: object) -> Path:
    file.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8", newline="\n")
    return file
