"""How is a shipping list laid out for spreadsheets, databases and programs? As flat tables, and as one JSON object."""

from collections.abc import Callable, Mapping, Sequence

from .flat import FlatColumn, FlatTable, Kind, Value
from .shipping import ShippingArea, ShippingBasis, ShippingList, ShippingRow, ShippingVerdict

__all__ = [
    "AREA_KEYS",
    "BASIS_COLUMNS",
    "LIST_FILE",
    "VERDICT_COLUMNS",
    "basis_values",
    "shipping_json",
    "shipping_tables",
    "verdict_values",
]

LIST_FILE = "shipping.json"
"""The file of what ``shipping_json`` returns, which a later list is compared with."""
AREA_KEYS: Mapping[ShippingArea, str] = {
    ShippingArea.COUNTRY: "countries",
    ShippingArea.PROVINCE: "provinces",
    ShippingArea.ZIP_CODE: "zip_codes",
}
"""What the rows of an area are called, in that file and in the names of tables."""
_COUNTRY = FlatColumn("country", Kind.TEXT, "The country, ISO 3166-1 alpha-2.")
VERDICT_COLUMNS = (
    FlatColumn("outcome", Kind.TEXT, "allow, review or refuse."),
    FlatColumn("until", Kind.DATE, "The first day on which the outcome is another; null where none is known."),
    FlatColumn("reasons", Kind.TEXT, "The codes of the reasons, the strongest first, with commas between them."),
)
"""The columns that say what is decided."""
_BECAUSE = FlatColumn("because", Kind.TEXT, "The strongest reason, as a sentence.")
BASIS_COLUMNS = (
    FlatColumn("product", Kind.TEXT, "What is sent."),
    FlatColumn("age", Kind.INTEGER, "The age of the buyer that was assumed; null for none."),
    FlatColumn("day", Kind.DATE, "The day that was judged."),
    FlatColumn("policy_id", Kind.TEXT, "Tells the policy from any other; shipping.json has the policy in full."),
    FlatColumn("dataset_version", Kind.TEXT, "The version of the data."),
)
"""The columns that say what a row rests on.

They stand in every row, because the importers of shops take no comment before the names of the columns, and files get
separated from files beside them.
"""


def basis_values(basis: ShippingBasis) -> tuple[Value, ...]:
    """The values of the columns that say what a row rests on."""
    return (basis.product.value, basis.age, basis.day, basis.policy_id, basis.dataset_version)


def shipping_tables(listed: ShippingList) -> tuple[FlatTable, FlatTable, FlatTable]:
    """Lay a shipping list out as tables of countries, provinces and ZIP codes.

    Example:
        >>> from kratomlaw.export.shipping import shipping_list
        >>> tables = shipping_tables(shipping_list(on="2026-12-01", zip_codes=False))
        >>> [(table.name, len(table.rows)) for table in tables]
        [('shipping-countries', 244), ('shipping-provinces', 168), ('shipping-zip-codes', 0)]
    """
    name = FlatColumn("name", Kind.TEXT, "Its English name.")
    province = FlatColumn("province", Kind.TEXT, "The state, province or territory: what follows the hyphen in `code`.")
    code = FlatColumn("code", Kind.TEXT, "Our code of the province, as in US-CA.", key=True)
    return (
        _table(
            listed,
            ShippingArea.COUNTRY,
            "A country. Of one whose provinces are in shipping-provinces, theirs are the finer answer.",
            (_COUNTRY._replace(key=True), name, *VERDICT_COLUMNS, _BECAUSE),
            lambda row: (row.country, row.name, *verdict_values(row.verdict), row.verdict.because),
        ),
        _table(
            listed,
            ShippingArea.PROVINCE,
            "A state, province or territory of a country whose states make law on kratom.",
            (code, _COUNTRY, province, name, *VERDICT_COLUMNS, _BECAUSE),
            lambda row: (
                row.code,
                row.country,
                *row.provinces,
                row.name,
                *verdict_values(row.verdict),
                row.verdict.because,
            ),
        ),
        _table(
            listed,
            ShippingArea.ZIP_CODE,
            "A ZIP code, with what is decided where nothing but the ZIP code is known.",
            (
                FlatColumn("zip_code", Kind.TEXT, "Five digits; text, so that the zeros before it stay.", key=True),
                _COUNTRY,
                FlatColumn("provinces", Kind.TEXT, "The states in which it may lie, with spaces between them."),
                *VERDICT_COLUMNS,
            ),
            lambda row: (row.code, row.country, " ".join(row.provinces), *verdict_values(row.verdict)),
        ),
    )


def _table(
    listed: ShippingList,
    area: ShippingArea,
    description: str,
    columns: Sequence[FlatColumn],
    values: Callable[[ShippingRow], tuple[Value, ...]],
) -> FlatTable:
    basis = basis_values(listed.basis)
    name = AREA_KEYS[area].replace("_", "-")
    rows = [(*values(row), *basis) for row in listed.of(area)]
    return FlatTable(f"shipping-{name}", description, (*columns, *BASIS_COLUMNS), rows)


def verdict_values(verdict: ShippingVerdict) -> tuple[Value, ...]:
    """The values of the columns that say what is decided."""
    return verdict.outcome.value, verdict.until, ", ".join(verdict.reasons)


def shipping_json(listed: ShippingList) -> Mapping[str, object]:
    """Lay a shipping list out for programs: each verdict once, and which of them a country, province or ZIP code has.

    Returns:
        ``basis``; ``verdicts``, a list; ``countries``, ``provinces`` and ``zip_codes``, which lead from a code to the
        position of a verdict in that list, from 0.

    Example:
        >>> from kratomlaw.export.shipping import shipping_list
        >>> made = shipping_json(shipping_list(on="2026-12-01", age=30, zip_codes=False))
        >>> made["verdicts"][made["provinces"]["US-LA"]]["outcome"]
        'refuse'
    """
    positions: dict[ShippingVerdict, int] = {}
    found: dict[ShippingArea, dict[str, int]] = {area: {} for area in ShippingArea}
    for row in listed.rows:
        found[row.area][row.code] = positions.setdefault(row.verdict, len(positions))
    return {
        "basis": listed.basis.to_dict(),
        "verdicts": [
            {
                "outcome": verdict.outcome.value,
                "until": verdict.until and verdict.until.isoformat(),
                "reasons": [code.value for code in verdict.reasons],
                "because": verdict.because,
            }
            for verdict in positions
        ],
        **{key: found[area] for area, key in AREA_KEYS.items()},
    }
