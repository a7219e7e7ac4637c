"""How does a new record start? A commented file in which the place is filled in and the law is left to be found."""

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from textwrap import fill

from pydantic import TypeAdapter, ValidationError

from ...data.bundled import bundled_counties, bundled_names
from ...errors import DataError, InvalidQueryError, UnknownPlaceError
from ...law.words import CitationKind, Code, ConditionKind, Confidence, Level, Permission, Product, Status
from ...places.gazetteer import Gazetteer
from ...places.resolver import PlaceResolver
from .compile import path_of, require_data

__all__ = ["template_of", "write_template"]

_LOCAL_LEVELS = (Level.COUNTY, Level.CITY, Level.RESERVATION)


def write_template(
    data: Path, code: str, *, today: date, level: Level | str | None = None, name: str | None = None
) -> Path:
    """Start the record of a place.

    Args:
        data: The data folder.
        code: The code of the place: ISO 3166-1 (``TH``), ISO 3166-2 (``US-CO``) or below that
            (``US-CA/san-diego``).
        today: The day that is written as ``verified_on``.
        level: What a local place is: ``county``, ``city`` or ``reservation``. None for countries and states.
        name: The English name of a local place. None for countries and states, whose names are known.

    Returns:
        The file that was written. It is refused by the check until the law is filled in.

    Raises:
        UnknownPlaceError: There is no such country or state.
        InvalidQueryError: Level or name are missing, wrong, or given where the code says them; or there is no data
            folder.
        DataError: The place has a file already.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_template(Path(folder), "US-CO", today=date(2026, 11, 24)).name
        'co.toml'
    """
    require_data(data)
    text = template_of(code, today=today, level=level, name=name)
    file = data / path_of(_in_usual_case(code))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError as cause:
        raise DataError(f"{file.as_posix()} is there already.", hint="Change that file.") from cause
    return file


def template_of(code: str, *, today: date, level: Level | str | None = None, name: str | None = None) -> str:
    """Write down what is known of a place, and what has to be found out.

    Args:
        code: The code of the place, in any case.
        today: The day that is written as ``verified_on``.
        level: What a local place is; None for countries and states.
        name: The English name of a local place; None for countries and states.

    Returns:
        The content of the file, in its canonical form.

    Raises:
        UnknownPlaceError: There is no such country or state.
        InvalidQueryError: Level or name are missing, wrong, or given where the code says them.

    Example:
        >>> print("".join(template_of("US-CO", today=date(2026, 11, 24)).splitlines(keepends=True)[:1]), end="")
        #:schema ../schema/record.schema.json
    """
    code = _in_usual_case(code)
    upper, slash, _ = code.partition("/")
    names = bundled_names()
    if upper not in names.places:
        raise _unknown(upper)
    if slash:
        level, name = _checked_local(code, level, name)
    elif level is not None or name is not None:
        raise InvalidQueryError(
            f"{code} is {names.places[code]}: its code says its name and level.",
            hint="Leave out level and name, which are for counties, cities and reservations.",
        )
    return _TEMPLATE.format(
        # us/co.toml lies one folder deep, us/ca/san-diego.toml two.
        up="../" * path_of(code).count("/"),
        code=code,
        name=(name or names.places[code]).replace("\\", "\\\\").replace('"', '\\"'),
        place=_local_keys(code, level) if level else "" if "-" in code else _COUNTRY_KEYS,
        today=today.isoformat(),
        statuses=_listed(Status),
        permissions=_listed(Permission),
        confidences=_listed(Confidence),
        conditions=_listed(ConditionKind, indent="# "),
        kinds=_listed(CitationKind, indent="  # "),
        products=_listed(Product),
    )


def _local_keys(code: str, level: Level | str) -> str:
    keys = _LOCAL_KEYS.format(level=level)
    known = bundled_counties(code.partition("/")[0])
    if level == Level.COUNTY:
        return keys + _COUNTY_KEYS
    return keys + _CITY_KEYS if level == Level.CITY and known and code not in known else keys


def _in_usual_case(code: str) -> str:
    upper, slash, slug = code.strip().partition("/")
    return upper.upper() + slash + slug.lower()


def _unknown(code: str) -> UnknownPlaceError:
    """The error for a code that has no record of its own; the resolver knows what is meant, or what is similar."""
    places = Gazetteer(bundled_names(), counties=bundled_counties)
    try:
        meant = places.jurisdiction(PlaceResolver(places).resolve_code(code).code)
    except UnknownPlaceError as error:
        return error
    return UnknownPlaceError(
        f"{code} has no record of its own.",
        query=code,
        suggestions=(meant,),
        hint=f"What is law there belongs in the record of {meant}.",
    )


def _checked_local(code: str, level: Level | str | None, name: str | None) -> tuple[Level, str]:
    known = next((known for known in _LOCAL_LEVELS if known == level), None)
    if known is None or not name or not name.strip():
        raise InvalidQueryError(
            f"{code} is a local place, whose level and name have to be given.",
            hint='For example: --level city --name "San Diego".',
        )
    try:
        TypeAdapter(Code).validate_python(code)
    except ValidationError as cause:
        raise InvalidQueryError(
            f"{code} is not a code.",
            hint="After the state's code: small letters and digits, with hyphens between words, as in US-CA/san-diego.",
        ) from cause
    counties = bundled_counties(code.partition("/")[0])
    if known is Level.COUNTY and counties and code not in counties:
        close = get_close_matches(code, counties, n=3)
        raise InvalidQueryError(
            f"There is no county {code}.",
            hint=f"Write {' or '.join(close)}." if close else "Its code is its whole name, as in US-IL/madison-county.",
        )
    if known is Level.RESERVATION and not code.endswith("-reservation"):
        raise InvalidQueryError(
            "The code of a reservation ends in -reservation.", hint=f"Write {code}-reservation, or another level."
        )
    return known, name.strip()


def _listed(words: Iterable[StrEnum], indent: str = "") -> str:
    """The words that may be written; with an indent as lines of a comment."""
    *first, last = words
    text = f"{', '.join(first)} or {last}"
    if not indent:
        return text
    return fill(f"{text}.", 110, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


_LOCAL_KEYS = """\
level = "{level}"
# Other names of the place: old, native. "City of …", "… County" and "St."/"Saint" are understood without them.
# aliases = [""]
"""
_CITY_KEYS = """\
# The county or counties in which it lies; they need no records.
counties = [""]
"""
_COUNTY_KEYS = """\
# Communities and post offices without a government of their own.
# localities = [""]
"""
_COUNTRY_KEYS = """\
# Only for a dependent territory that its country's law reaches.
# parent = ""
"""
_TEMPLATE = """\
#:schema {up}schema/record.schema.json
# How law becomes a record: data/CODEBOOK.md. Fill in what is empty, remove "# " from the keys that you need,
# and delete the rest of the comments. Then: kratomlaw data validate --fix

code = "{code}"
name = "{name}"
{place}# The day on which somebody last checked that the newest period is still the law.
verified_on = "{today}"
# What must be known of the record as a whole: what was searched for in vain, wrong claims elsewhere, open questions.
# note = ""

[[periods]]
# The oldest period comes first; each repeats everything that still holds.
# The day of effect, as exact as the evidence: "2026-07-01", "2026-07" or "2026".
from = ""
# The first day on which it no longer held; only for a law that ends by itself, or with nothing after it.
# until = ""
# If the law is older than its oldest evidence; in the first period only.
# began_earlier = true
# Of the natural leaf for adults: {statuses}.
status = ""
# {permissions}.
sale = ""
# {permissions}.
possession = ""
# min_age = 21
# If the authorities treat the sale more strictly than the form of the law says.
# sale_in_practice = "prohibited"
# Only products whose law differs from the leaf's: a status, or a table with status, sale, possession.
# products = {{ extract = "banned", "7-oh" = {{ status = "banned", sale = "prohibited", possession = "unknown" }} }}
# An emergency or temporary rule; it needs until.
# temporary = true
# If it does not reach the places below.
# cascades = false
# If its text voids the rules of counties and cities.
# preempts_local = true
# In short, and whose: the seller's, the buyer's.
# penalty = ""
# {confidences}.
confidence = ""
# Only if a tracker or list alone says so: no act, vote, or report of either was found.
# standing = "reported"
# Only if a source shows it in force on a later day than the dates of the citations say.
# evidence_through = ""
# One or two sentences: the instrument, and what it means for an adult.
summary = ""
# Why it is coded so, why no primary source is cited, which sources disagree.
note = "Newest source read is dated YYYY-MM-DD."

# One of these for each rule that a restriction consists of. Its kind is
{conditions}
# [[periods.conditions]]
# kind = "age"
# text = ""
# Only if it is about some of {products}:
# products = ["7-oh"]
# Its figures and details as values, as far as they were read:
# alkaloid = "7-oh", max = 2, unit = "percent", basis = "alkaloids" of a cap
# age = 21 of an age rule
# authority = "", fee = 200, currency = "USD" of a registration or licence
# channels = ["behind-counter"] of a point of sale
# packaging = ["child-resistant"] of packaging
# label = ["ingredients", "warnings"] of a label
# unread = true if a figure or detail that matters could not be read

  # The law itself, if it can be had. The kind is that of the text, not of the site:
{kinds}
  [[periods.citations]]
  title = ""
  # The page that was read; leave the key out if there is no address.
  url = ""
  kind = ""
  # The date on the page or text; leave the key out if it bears none.
  # published = ""
  # If what was read names neither the place nor kratom: it shows what was searched, and is no evidence.
  # silent = true
  # An archived copy of the page.
  # archive = ""
  # Which fact it shows, in your own words.
  supports = ""

# Statements of an authority short of binding law:
# [[advisories]]
# from = ""
# until = ""
# issuer = ""
# text = ""
#   [[advisories.citations]] as above
# Bills and proposed rules:
# [[pending]]
# title = ""
# step = "the last step that is known"
# on = "the date of that step"
# lapses_on = "the last day of its session or term"
# effect = ""
# would_be = "the status of the leaf that it would lead to"
#   [[pending.citations]] as above
"""
