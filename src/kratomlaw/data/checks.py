"""Do records keep the rules of the codebook that types cannot express? Pure checks over whole records."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import cast

from ..law.answers import LegalPosition
from ..law.dates import PartialDate
from ..law.engine import is_stricter, position_of, product_rule
from ..law.plain import Plain, plain_fields
from ..law.records import Condition, Period, Record
from ..law.texts import harmful_character
from ..law.words import (
    Basis,
    CitationKind,
    ConditionKind,
    Confidence,
    Level,
    Permission,
    Problem,
    Product,
    Status,
    Unit,
)
from ..places.counties import CountyTable
from ..places.names import normalize_name

__all__ = ["check_parents", "check_record"]

_YEARS = range(1500, 2200)
"""The years that a date in a record may have. Others are slips, and the ends of the calendar have no next day."""
_LONGEST_TEXT, _LONGEST_NAME = 5_000, 100
"""How many characters a text and a name may have: five times and twice as many as any has today."""
_MOST_COUNTIES = 30
"""In how many counties a place may lie: five times as many as any does today."""
_MOST_ITEMS = 200
"""How many items a list may have: more than ten times as many as any has today."""


def check_record(
    record: Record, *, file: str, known: Callable[[str], bool], counties: Callable[[str], CountyTable] | None
) -> tuple[Problem, ...]:
    """Answer which rules of the codebook a record breaks.

    Args:
        record: The record; its types are right already.
        file: How to call its file in a message.
        known: Tells whether a country or state of that code exists.
        counties: Tells the counties of a state; None where data may be newer than the list of counties.

    Returns:
        The problems, in the order of the file; empty when there are none.
    """
    found = [*_check_values(record, ""), *_check_names(record)]
    if found:  # the checks below may not survive what these refuse
        return _problems(found, file)
    found = [*_check_place(record, known), *_check_counties(record, counties), *_check_order(record.periods)]
    for index, period in enumerate(record.periods):
        found += [(f"periods[{index}]{key}", message, fix) for key, message, fix in _check_period(period)]
    for index, advisory in enumerate(record.advisories):
        if advisory.until and advisory.until.earliest <= advisory.since.earliest:
            found.append((f"advisories[{index}].until", "It ends before it begins.", "Correct one of the dates."))
    for index, pending in enumerate(record.pending):
        if pending.lapses_on and pending.lapses_on.latest < pending.on.earliest:
            found.append(
                (f"pending[{index}].lapses_on", "It lapsed before its last step.", "Correct one of the dates.")
            )
    return _problems(found, file)


def check_parents(parent_of: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Answer which parents of dependent territories are themselves dependent; one of a circle would have no end.

    Args:
        parent_of: The parent of each territory that has one.

    Returns:
        The code of each record that is wrong, what is wrong, and how to fix it.

    Example:
        >>> [code for code, _, _ in check_parents({"GP": "FR", "US": "GB", "GB": "US"})]
        ['GB', 'US']
    """
    for code, parent in sorted(parent_of.items()):
        if parent in parent_of:
            message = f"Its parent {parent} is itself a territory of {parent_of[parent]}."
            yield code, message, "Name the country at the top, or remove the key."


_Broken = tuple[str, str, str]


def _problems(found: Iterable[_Broken], file: str) -> tuple[Problem, ...]:
    return tuple(Problem(file=file, key=key, message=message, fix=fix, rule="codebook") for key, message, fix in found)


def _check_values(value: object, key: str) -> Iterator[_Broken]:
    """Check every text, date and list of a record, however deep it lies."""
    if isinstance(value, Plain):
        for field in plain_fields(type(value)):
            yield from _check_values(getattr(value, field.name), f"{key}.{field.key}".lstrip("."))
    elif isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        if len(items) > _MOST_ITEMS:
            yield key, f"There are {len(items):,} of them.", f"There may be at most {_MOST_ITEMS}."
            return
        for index, item in enumerate(items):
            yield from _check_values(item, f"{key}[{index}]")
    elif isinstance(value, str):
        character = harmful_character(value)
        if character:
            yield key, f"It has the character {character}, which is not text.", "Remove it; write one paragraph."
        if len(value) > _LONGEST_TEXT:
            yield key, f"It has {len(value):,} characters.", f"Shorten it to {_LONGEST_TEXT:,}."
    elif isinstance(value, (date, PartialDate)):
        year = value.year if isinstance(value, date) else value.earliest.year
        if year not in _YEARS:
            yield key, f"The year {year} cannot be meant.", "Correct the date."


def _check_names(record: Record) -> Iterator[_Broken]:
    """Check that every name can be asked for."""
    names = [("name", record.name)]
    for key, listed in (("aliases", record.aliases), ("localities", record.localities)):
        names += [(f"{key}[{index}]", name) for index, name in enumerate(listed)]
    for key, name in names:
        if len(name) > _LONGEST_NAME:
            yield key, f"It has {len(name):,} characters.", f"Shorten it to {_LONGEST_NAME}."
        elif not normalize_name(name):
            yield key, "It has no letter or digit.", "Correct the name, or remove it."


def _check_place(record: Record, known: Callable[[str], bool]) -> Iterator[_Broken]:
    upper, slash, _ = record.code.partition("/")
    if not known(upper):
        yield "code", f"There is no country or state {upper}.", "Use its ISO 3166 code."
    if slash and record.level not in (Level.COUNTY, Level.CITY, Level.RESERVATION):
        yield (
            "level",
            "Records of counties, cities and reservations need `level`.",
            'Write level = "county", "city" or "reservation".',
        )
    if not slash and record.level is not None:
        yield "level", "The code of a country or state shows its level.", "Remove the key."
    if not slash and record.aliases:
        yield (
            "aliases",
            "Countries and states keep their other names elsewhere.",
            "Move them to data/places/aliases.toml.",
        )
    if record.parent and (
        "-" in record.code or "-" in record.parent or not known(record.parent) or record.parent == record.code
    ):
        yield (
            "parent",
            "Only a dependent territory names a parent, and it must be another country.",
            "Remove the key or correct the code.",
        )
    if record.successor and not record.retired:
        yield "successor", "Only a retired jurisdiction has a successor.", "Write retired = true or remove the key."


def _check_counties(record: Record, counties: Callable[[str], CountyTable] | None) -> Iterator[_Broken]:
    """Check where a local place lies, and that a county is one of its state's."""
    state, slash, _ = record.code.partition("/")
    if record.localities and record.level is not Level.COUNTY:
        yield "localities", "Only a county has localities.", "Move them to the record of their county."
    if record.counties and record.level not in (Level.CITY, Level.RESERVATION):
        yield "counties", "Only a city or reservation lies in counties.", "Remove the key."
    elif len(record.counties) > _MOST_COUNTIES:
        yield "counties", f"There are {len(record.counties)} of them.", f"There may be at most {_MOST_COUNTIES}."
    elif slash and counties:
        table = counties(state)
        if table:
            yield from _check_listed(record, table)
        elif record.counties:
            yield "counties", f"No counties of {state} are known.", "Remove the key."
    elif slash:
        yield from _check_inside(record, state)


def _check_inside(record: Record, state: str) -> Iterator[_Broken]:
    """Check, where the counties may be newer than our list, that they are other places of the same state."""
    for index, code in enumerate(record.counties):
        if not code.startswith(f"{state}/") or code == record.code:
            yield f"counties[{index}]", f"{code} is no county of {state}.", "Correct the code, or remove it."


def _check_listed(record: Record, table: CountyTable) -> Iterator[_Broken]:
    """Check a local place against the list of its state's counties."""
    own = table.get(record.code)
    if record.level is Level.COUNTY and (own is None or own.level is not Level.COUNTY):
        yield "code", f"There is no county {record.code}.", _county_meant(record.code, table)
    elif record.level is Level.COUNTY and own is not None and record.name != own.name:
        yield "name", f"{record.code} is called {own.name!r} elsewhere.", "Use that name."
    elif record.level is Level.CITY and own is not None and record.counties:
        yield "counties", f"{own.name} is a city in no county.", "Remove the key."
    elif record.level is Level.CITY and own is None and not record.counties:
        fix = f'Write them as in counties = ["{next(iter(table))}"].'
        yield "counties", "A city says in which county or counties it lies.", fix
    for index, code in enumerate(record.counties):
        county = table.get(code)
        if county is None or county.level is not Level.COUNTY:
            yield f"counties[{index}]", f"There is no county {code}.", _county_meant(code, table)
        elif code in record.counties[:index]:
            yield f"counties[{index}]", f"{code} stands there twice.", "Remove one of them."


def _county_meant(code: str, table: CountyTable) -> str:
    from difflib import get_close_matches

    close = get_close_matches(code, [code for code in table if table[code].level is Level.COUNTY], n=3, cutoff=0.8)
    meant = f"Did you mean {' or '.join(close)}? " if close else ""
    return f"{meant}The code is the state's, a slash, and the county's whole name ({next(iter(table))})."


def _check_order(periods: Iterable[Period]) -> Iterator[_Broken]:
    previous: Period | None = None
    for index, period in enumerate(periods):
        if previous and period.began_earlier:
            yield (
                f"periods[{index}].began_earlier",
                "Only the first period can be older than its evidence.",
                "Remove the key, or the periods before it.",
            )
        if period.until and period.until.earliest <= period.since.earliest:
            yield f"periods[{index}].until", "The period ends before it begins.", "Correct one of the dates."
        if previous and period.since.earliest <= previous.since.earliest:
            yield (
                f"periods[{index}].from",
                f"The period begins on {period.since}, not after the one before it ({previous.since}).",
                "Put the oldest period first; merge periods that begin together.",
            )
        elif previous and previous.until and period.since.earliest < previous.until.earliest:
            yield (
                f"periods[{index}].from",
                f"The period begins on {period.since}, before the one before it ends ({previous.until}).",
                "Let the earlier one end where this one begins.",
            )
        previous = period


def _check_period(period: Period) -> Iterator[_Broken]:
    if period.temporary and period.until is None:
        yield ".temporary", "A temporary rule must say when it ends.", "Add until, or remove temporary."
    yield from _check_law(position_of(period, Product.LEAF), ".status")
    for product, key in ((Product.EXTRACT, "extract"), (Product.SEVEN_OH, "7-oh")):
        if product_rule(period, product):
            yield from _check_law(position_of(period, product), f".products.{key}")
    if period.sale_in_practice and not is_stricter(period.sale_in_practice, period.sale):
        fix = "Remove the key: it is for practice that is stricter than the form of the law."
        yield ".sale_in_practice", f"Practice is not stricter than sale = {period.sale}.", fix
    for index, condition in enumerate(period.conditions):
        for key, message, fix in _check_condition(condition):
            yield f".conditions[{index}]{key}", message, fix
    yield from _check_ages(period)
    if period.status is Status.LEGAL and (period.min_age or period.conditions):
        yield ".status", "A law that sets conditions is restricted, not legal.", "Write restricted."
    primary = any(citation.kind.is_primary for citation in period.citations)
    if period.confidence is Confidence.HIGH and not primary:
        yield ".confidence", "Confidence is high, but no primary source is cited.", "Cite it, or write medium or low."
    if period.status is not Status.UNKNOWN and all(
        citation.kind is CitationKind.VENDOR for citation in period.citations
    ):
        yield ".citations", "The period rests on vendors alone.", "Find another source, or write unknown."
    if not primary and not period.note:
        yield (
            ".citations",
            "No primary source is cited and the note does not say why.",
            "Cite the law itself, or say in note what was tried.",
        )


_KINDS_WITH = {
    "alkaloid": (ConditionKind.ALKALOID_CAP,),
    "max": (ConditionKind.ALKALOID_CAP, ConditionKind.SERVING, ConditionKind.ADULTERANTS, ConditionKind.FORM),
    "age": (ConditionKind.AGE,),
    "authority": (ConditionKind.REGISTRATION, ConditionKind.LICENCE),
    "fee": (ConditionKind.REGISTRATION, ConditionKind.LICENCE),
    "channels": (
        ConditionKind.POINT_OF_SALE,
        ConditionKind.AGE,
        ConditionKind.LICENCE,
        ConditionKind.MARKETING,
        ConditionKind.IMPORT_EXPORT,
    ),
    "packaging": (ConditionKind.PACKAGING,),
    "label": (ConditionKind.LABELLING,),
}
"""The kinds of conditions that may state a fact of each sort."""
_SHARES = (Unit.PERCENT, Unit.PPM)
_OF_A_WHOLE = (Basis.ALKALOIDS, Basis.PRODUCT, Basis.DRY_WEIGHT)


def _check_condition(condition: Condition) -> Iterator[_Broken]:
    """Check that the facts of a condition belong to its kind, and that a figure is complete."""
    for fact, kinds in _KINDS_WITH.items():
        if getattr(condition, fact) not in (None, ()) and condition.kind not in kinds:
            fix = f"Use it with {' or '.join(kinds)}, or remove it."
            yield f".{fact}", f"A condition of kind {condition.kind} has no {fact}.", fix
    figure = (condition.max, condition.unit, condition.basis)
    if None in figure and figure != (None, None, None):
        yield ".max", "A figure needs max, unit and basis.", "Write all three, or none and unread = true."
    elif condition.unit and condition.basis:
        if (condition.unit in _SHARES) is not (condition.basis in _OF_A_WHOLE):
            yield (
                ".basis",
                f"{condition.unit} cannot be counted by {condition.basis}.",
                f"A share in percent or ppm is one of {', '.join(_OF_A_WHOLE)}; an amount is by serving, container ….",
            )
        if condition.unit is Unit.PERCENT and condition.max is not None and condition.max > 100:
            yield ".max", "A share cannot be more than 100 percent.", "Correct max or unit."
    if condition.kind is ConditionKind.ALKALOID_CAP and condition.max is not None and condition.alkaloid is None:
        yield ".alkaloid", "A cap must say on which alkaloid it is.", "Write alkaloid."
    if (condition.fee is None) is not (condition.currency is None):
        yield ".fee", "A fee needs its currency, and a currency its fee.", 'Write both, as in currency = "USD".'


def _check_ages(period: Period) -> Iterator[_Broken]:
    """Check that the ages in the conditions of the leaf are not higher than the age of the period."""
    for index, condition in enumerate(period.conditions):
        about_leaf = not condition.products or Product.LEAF in condition.products
        for_sale = about_leaf and period.sale is not Permission.PROHIBITED
        if for_sale and condition.age and condition.age > (period.min_age or 0):
            fix = "Correct one of them: min_age is the highest age that the law asks for."
            yield f".conditions[{index}].age", f"It is higher than min_age ({period.min_age}).", fix


def _check_law(law: LegalPosition, key: str) -> Iterator[_Broken]:
    """Check that a status and its permissions say the same."""
    permissions = (law.sale, law.possession)
    if law.status is Status.BANNED and Permission.PROHIBITED not in permissions:
        yield key, "A ban prohibits sale or possession.", "Write which of them is prohibited."
    if law.status is not Status.BANNED and Permission.PROHIBITED in permissions:
        yield key, f"Sale or possession is prohibited, so the status cannot be {law.status}.", "Write banned."
    if law.status is Status.LEGAL and permissions != (Permission.ALLOWED, Permission.ALLOWED):
        yield key, "Where it is legal, sale and possession are allowed.", "Write restricted or unknown."
