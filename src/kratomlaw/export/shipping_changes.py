"""What is decided otherwise than in an earlier shipping list? Rows added, removed, and with another outcome."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, cast

from ..errors import InvalidQueryError
from ..law.policy import Outcome
from ..law.words import Product
from .flat import FlatColumn, FlatTable, Kind, Value
from .shipping import ShippingArea, ShippingList
from .shipping_tables import AREA_KEYS, BASIS_COLUMNS, LIST_FILE, basis_values

__all__ = ["EarlierList", "changes_since", "read_earlier"]

_EARLIER = ("age", "day", "policy_id", "dataset_version")
"""What the basis of the earlier list says that may be another in this one."""


class EarlierList(NamedTuple):
    """A shipping list that was written before."""

    product: Product
    """What was sent."""
    basis: tuple[Value, ...]
    """The age, the day, the id of the policy and the version of the data."""
    outcomes: Mapping[tuple[ShippingArea, str], Outcome]
    """The outcome of each country, province and ZIP code."""


def read_earlier(path: Path | str) -> EarlierList:
    """Read a shipping list that was written before.

    Args:
        path: Its folder, or its ``shipping.json``.

    Raises:
        InvalidQueryError: There is no such file, or it is not what an export writes.
    """
    file = Path(path)
    file = file / LIST_FILE if file.is_dir() else file
    hint = f"Give the folder of an earlier export --format shipping, or its {LIST_FILE}."
    try:
        written = json.loads(file.read_bytes())
        basis = written["basis"]
        verdicts = [Outcome(verdict["outcome"]) for verdict in written["verdicts"]]
        outcomes: dict[tuple[ShippingArea, str], Outcome] = {
            (area, str(code)): verdicts[position]
            for area, key in AREA_KEYS.items()
            for code, position in written[key].items()
        }
        values = tuple(cast("Value", basis[name]) for name in _EARLIER)
        return EarlierList(Product(basis["product"]), values, outcomes)
    except OSError as cause:
        raise InvalidQueryError(f"{file} cannot be read: {cause.strerror}.", hint=hint) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise InvalidQueryError(f"{file} is not a shipping list.", hint=hint) from None


def changes_since(earlier: EarlierList, listed: ShippingList) -> FlatTable:
    """List what changed between two shipping lists.

    Args:
        earlier: The one that was written before.
        listed: The one of today.

    Returns:
        A table ``shipping-changes`` with a row for each country, province and ZIP code that is new, gone, or has
        another outcome.

    Raises:
        InvalidQueryError: They are about different products.
    """
    if earlier.product is not listed.basis.product:
        raise InvalidQueryError(
            f"The earlier list is about {earlier.product}, this one about {listed.basis.product}.",
            hint="Compare lists of one product.",
        )
    text = Kind.TEXT
    columns = (
        FlatColumn("area", text, f"What it is: {', '.join(ShippingArea)}.", key=True),
        FlatColumn("code", text, "Our code, or the ZIP code.", key=True),
        FlatColumn("change", text, "added, removed or outcome."),
        FlatColumn("outcome_before", text, "The outcome in the earlier list; null where it is added."),
        FlatColumn("outcome", text, "The outcome now; null where it is removed."),
        FlatColumn("until", Kind.DATE, "The first day on which it is another; null where none is known."),
        FlatColumn("because", text, "The strongest reason now, as a sentence; null where it is removed."),
        FlatColumn("age_before", Kind.INTEGER, "The age that the earlier list assumed; null for none."),
        FlatColumn("day_before", text, "The day that the earlier list judged."),
        FlatColumn("policy_id_before", text, "The policy of the earlier list."),
        FlatColumn("dataset_version_before", text, "The version of the data of the earlier list."),
        *BASIS_COLUMNS,
    )
    basis = (*earlier.basis, *basis_values(listed.basis))
    rows = [(*row, *basis) for row in _changed(earlier, listed)]
    return FlatTable("shipping-changes", "What is decided otherwise than in an earlier list.", columns, rows)


def _changed(earlier: EarlierList, listed: ShippingList) -> Iterator[tuple[Value, ...]]:
    for row in listed.rows:
        before, verdict = earlier.outcomes.get((row.area, row.code)), row.verdict
        if before is not verdict.outcome:
            change = "outcome" if before else "added"
            was = before.value if before else None
            yield row.area.value, row.code, change, was, verdict.outcome.value, verdict.until, verdict.because
    here = {(row.area, row.code) for row in listed.rows}
    for (area, code), before in earlier.outcomes.items():
        if (area, code) not in here:
            yield area.value, code, "removed", before.value, None, None, None
