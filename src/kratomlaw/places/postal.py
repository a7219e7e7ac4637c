"""Where does a ZIP code lie? Its form and its states; with the extra ``zip`` its counties and cities too.

The package ``zipcodes`` of the extra is imported here and nowhere else, when a ZIP code alone has to be resolved.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from ..errors import InvalidQueryError, UnknownPlaceError
from .counties import CountyTable
from .names import fold

__all__ = ["PostalTable", "ZipArea", "ZipCodes", "parse_zip", "split_zip"]

_ZIP = re.compile(r"(\d{5})(?:[-‐–\s]?\d{4})?", re.ASCII)
_AT_END = re.compile(r"(?:(.*?)\s+|^)(\d{3,5}|\d{9}|\d{5}[-‐–]\d{4})", re.ASCII)
_LOST_ZEROS = re.compile(r"(\d{3,5})(?:\.0+)?", re.ASCII)
_MILITARY = frozenset({"AA", "AE", "AP"})
_ANY_PREFIX = "100"


class PostalTable(NamedTuple):
    """What is bundled on the ZIP codes of one prefix, their first three digits."""

    states: Sequence[str]
    """The states in which they may lie, as the postal service abbreviates them; AA, AE, AP for the armed forces."""
    counties: Mapping[str, str]
    """The counties of those ZIP codes that lie in more than one: state and number («IL119»), parted by spaces."""


class _Entry(NamedTuple):
    """What the package says of one ZIP code."""

    state: str
    county: str
    cities: tuple[str, ...]


class ZipArea(NamedTuple):
    """The places in which a ZIP code may lie."""

    states: tuple[str, ...]
    """The codes of the states."""
    counties: tuple[str, ...]
    """The codes of the counties, and of cities that are in no county; empty where none is known."""
    cities: tuple[str, ...]
    """The names of cities that the postal service uses with it."""


def parse_zip(value: object) -> str:
    """Read a ZIP code, with or without the four digits after it.

    Args:
        value: «62002», «62002-1234» or «620021234».

    Returns:
        Its first five digits.

    Raises:
        InvalidQueryError: It is not text.
        UnknownPlaceError: It is not written as a ZIP code.

    Example:
        >>> parse_zip(" 62002-1234 ")
        '62002'
    """
    if not isinstance(value, str):
        shown = f"{value:05d}" if isinstance(value, int) and 0 <= value < 10**5 else "02139"
        raise InvalidQueryError(
            f"A postal code cannot be a {type(value).__name__}.",
            hint=f'Pass text, since a number loses its leading zeros: postal_code="{shown}".',
        )
    text = value.strip()
    exact = _ZIP.fullmatch(text)
    if exact:
        return exact.group(1)
    short = text if len(text) <= 20 else f"{text[:19]}…"
    lost = _LOST_ZEROS.fullmatch(text)
    raise UnknownPlaceError(
        f"{short!r} is not a ZIP code.",
        query=short,
        hint=f'Did you mean "{lost.group(1):0>5}"? A spreadsheet drops leading zeros.'
        if lost
        else "A ZIP code has five digits, or nine («62002-1234»); for other countries say country=….",
    )


def split_zip(part: str) -> tuple[str, str | None]:
    """Take the ZIP code off the end of a part of an address.

    Example:
        >>> split_zip("IL 62002-1234"), split_zip("62002"), split_zip("Illinois")
        (('IL', '62002-1234'), ('', '62002'), ('Illinois', None))
    """
    found = _AT_END.fullmatch(part)
    return (found.group(1) or "", found.group(2)) if found else (part, None)


class ZipCodes:
    """All ZIP codes.

    Args:
        table: Reads what is bundled on a prefix; None where no ZIP code begins so.
        counties: Reads the counties of a state.
    """

    def __init__(self, table: Callable[[str], PostalTable | None], counties: Callable[[str], CountyTable]) -> None:
        self._table = table
        self._counties = counties
        self._by_prefix: dict[str, dict[str, list[_Entry]]] = {}

    def states(self, zip_code: str) -> tuple[str, ...]:
        """The codes of the states in which a ZIP code may lie; known without the extra.

        Args:
            zip_code: Five digits.

        Raises:
            UnknownPlaceError: No ZIP code begins so, or it is one of the armed forces.
        """
        table = self._prefix(zip_code)
        across = (number[:2] for number in table.counties.get(zip_code, "").split())
        return tuple(dict.fromkeys(map(_state_code, (*table.states, *across))))

    def area(self, zip_code: str) -> ZipArea:
        """The places in which a ZIP code may lie.

        Args:
            zip_code: Five digits.

        Raises:
            InvalidQueryError: The extra is not installed.
            UnknownPlaceError: There is no such ZIP code, or it is one of the armed forces.
        """
        table = self._prefix(zip_code)
        if self._package is None:
            raise InvalidQueryError(
                f"To resolve the ZIP code {zip_code} alone, one more package is needed.",
                hint="Give city and state too, or install it: python -m pip install 'kratomlaw[zip]'",
            )
        entries = self._entries(zip_code)
        across = [self._county_numbered(number) for number in table.counties.get(zip_code, "").split()]
        if not entries and not across:
            raise _no_such(zip_code)
        states = dict.fromkeys(_state_code(entry.state) for entry in entries)
        states.update(dict.fromkeys(code.partition("/")[0] for code in across))
        counties = dict.fromkeys(across)
        for entry in entries:
            named = self._counties(_state_code(entry.state)).by_name.get(fold(entry.county))
            counties.update({named: None} if named else {})
        cities = (name for entry in entries for name in entry.cities)
        return ZipArea(tuple(states), tuple(counties), tuple(dict.fromkeys(cities)))

    @property
    def has_areas(self) -> bool:
        """Whether the extra is installed."""
        return self._package is not None

    def preload(self) -> None:
        """Open what is bundled, and let the package of the extra unpack its data, which takes a quarter of a second."""
        self._table(_ANY_PREFIX)
        if self.has_areas:
            self._entries(_ANY_PREFIX)

    @cached_property
    def _package(self) -> Any:
        try:
            import zipcodes
        except ImportError:
            return None
        return zipcodes

    def _prefix(self, zip_code: str) -> PostalTable:
        table = self._table(zip_code[:3])
        if table is None:
            raise _no_such(zip_code)
        if _MILITARY.issuperset(table.states):
            raise UnknownPlaceError(
                f"{zip_code} is a post office of the armed forces ({table.states[0]}), which lies in no state.",
                query=zip_code,
                hint="Ask for the country or state in which the base lies.",
            )
        return table

    def _county_numbered(self, number: str) -> str:
        """The code of a county by state and number; the state's where it is one with its county."""
        state = _state_code(number[:2])
        counties = self._counties(state).items()
        return next((code for code, county in counties if county.fips.endswith(number[2:])), state)

    def _entries(self, zip_code: str) -> Sequence[_Entry]:
        """What the package says; it searches all ZIP codes each time, so it is asked for a whole prefix at once."""
        prefix = zip_code[:3]
        known = self._by_prefix.get(prefix)
        if known is None:
            known = dict[str, list[_Entry]]()
            for raw in self._package.similar_to(prefix):
                cities = (raw["city"], *raw["acceptable_cities"])
                known.setdefault(raw["zip_code"], []).append(_Entry(raw["state"], raw["county"], cities))
            self._by_prefix[prefix] = known
        return known.get(zip_code, ())


def _state_code(abbreviation: str) -> str:
    """The code of what the postal service calls a state: three of them are countries."""
    return abbreviation if abbreviation in ("FM", "MH", "PW") else f"US-{abbreviation}"


def _no_such(zip_code: str) -> UnknownPlaceError:
    return UnknownPlaceError(
        f"There is no ZIP code {zip_code}.", query=zip_code, hint="Check its digits, or give city and state alone."
    )
