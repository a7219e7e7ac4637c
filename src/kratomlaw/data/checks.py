"""Do records keep the rules of the codebook that types cannot express? Pure checks over whole records."""

from collections.abc import Callable, Iterable, Iterator

from ..law.answers import LegalPosition
from ..law.engine import position_of, product_rule
from ..law.records import Period, Record
from ..law.words import CitationKind, Confidence, Level, Permission, Problem, Product, Status
from ..places.counties import CountyTable

__all__ = ["check_record"]


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
    found = [*_check_place(record, known), *_check_counties(record, counties), *_check_order(record.periods)]
    for index, period in enumerate(record.periods):
        found += [(f"periods[{index}]{key}", message, fix) for key, message, fix in _check_period(period)]
    for index, advisory in enumerate(record.advisories):
        if advisory.until and advisory.until.earliest <= advisory.since.earliest:
            found.append((f"advisories[{index}].until", "It ends before it begins.", "Correct one of the dates."))
    return tuple(Problem(file=file, key=key, message=message, fix=fix, rule="codebook") for key, message, fix in found)


_Broken = tuple[str, str, str]


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
    if record.parent and ("-" in record.code or not known(record.parent) or record.parent == record.code):
        yield (
            "parent",
            "Only a dependent territory names a parent, and it must exist.",
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
    elif slash and counties:
        table = counties(state)
        if table:
            yield from _check_listed(record, table)
        elif record.counties:
            yield "counties", f"No counties of {state} are known.", "Remove the key."


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


def _check_law(law: LegalPosition, key: str) -> Iterator[_Broken]:
    """Check that a status and its permissions say the same."""
    permissions = (law.sale, law.possession)
    if law.status is Status.BANNED and Permission.PROHIBITED not in permissions:
        yield key, "A ban prohibits sale or possession.", "Write which of them is prohibited."
    if law.status is not Status.BANNED and Permission.PROHIBITED in permissions:
        yield key, f"Sale or possession is prohibited, so the status cannot be {law.status}.", "Write banned."
    if law.status is Status.LEGAL and permissions != (Permission.ALLOWED, Permission.ALLOWED):
        yield key, "Where it is legal, sale and possession are allowed.", "Write restricted or unknown."
