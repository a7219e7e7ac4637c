"""Where does a ZIP code lie? Its form, its states, its counties, and which others are next to it.

Pure: what is bundled on a prefix is handed in.
"""

import math
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..errors import InvalidQueryError, UnknownPlaceError
from .counties import CountyTable
from .gazetteer import shortened
from .patterns import lazy_pattern

__all__ = ["DIGITS", "ZipArea", "ZipCodes", "ZipPrefix", "parse_zip", "split_zip"]

_ZIP = lazy_pattern(r"(\d{5})(?:[-‐–\s]?\d{4})?", re.ASCII)
_AT_END = lazy_pattern(r"(?:(.*?)\s+|^)(\d{3,5}|\d{9}|\d{5}[-‐–]\d{4})", re.ASCII)
_LOST_ZEROS = lazy_pattern(r"(\d{3,5})(?:\.0+)?", re.ASCII)
_MILITARY = frozenset({"AA", "AE", "AP"})
DIGITS = "".join(chr(number) for number in range(35, 127) if chr(number) not in "\\|")
"""Ninety signs, each a number from 0 to 89, that need no escaping in JSON."""
_ANY_PREFIX = "100"
_REMEMBERED = 8_192
"""How many ZIP codes are remembered with their counties."""
_UNIT = 1e-4
"""Degrees: the unit of corners and steps."""
_KILOMETRES = 111.2
"""The length of a degree of latitude."""
_NEXT = 0.6
"""Areas that reach so far from their middles touch where the middles are closer than this share of both reaches."""

ZipPrefix = tuple[str, int, int, int, int, str]
"""What is bundled on the ZIP codes of one prefix, their first three digits.

The states, as the postal service abbreviates them, with spaces between them; latitude and longitude of the
south-western corner, and the length of a step to the north and to the east, in ten-thousandths of a degree; and the ZIP
codes, with bars between them. One of those is written "02aQc119 163": its last two digits; steps to the north, steps to
the east and half kilometres that it may reach, one sign each, blanks where they are not known; the numbers of its
counties, with the letters of the state where it is not the first of the prefix.
"""


class ZipArea(NamedTuple):
    """The places in which a ZIP code may lie."""

    states: tuple[str, ...]
    """The codes of the states."""
    counties: tuple[str, ...]
    """The codes of the counties, and of cities that are in no county; empty where none is known."""


class _Prefix:
    """The ZIP codes of one prefix, read as far as they are needed."""

    def __init__(self, raw: ZipPrefix) -> None:
        states, self._south, self._west, self._rows, self._columns, entries = raw
        self.states: tuple[str, ...] = tuple(states.split())
        self.codes: tuple[str, ...] = tuple(map(_state_code, self.states))
        self.entries: dict[str, str] = {entry[:2]: entry[2:] for entry in entries.split("|") if entry}

    def middle(self, ending: str) -> tuple[float, float, float] | None:
        """Latitude and longitude of a ZIP code in degrees, and how many kilometres it may reach."""
        entry = self.entries.get(ending)
        if not entry or entry[0] == " ":
            return None
        row, column, reach = map(DIGITS.index, entry[:3])
        return (
            (self._south + row * self._rows) * _UNIT,
            (self._west + column * self._columns) * _UNIT,
            reach / 2,
        )


def parse_zip(value: object) -> str:
    """Read a ZIP code, with or without the four digits after it.

    Args:
        value: "62002", "62002-1234" or "620021234".

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
            f"A postal code must be text, not {type(value).__name__}.",
            hint=f'Pass text, since a number loses its leading zeros: postal_code="{shown}".',
        )
    if len(value) == 5 and value.isascii() and value.isdigit():
        return value
    text = value.strip()
    exact = _ZIP.fullmatch(text)
    if exact:
        return exact.group(1)
    lost = _LOST_ZEROS.fullmatch(text)
    raise UnknownPlaceError(
        f"{shortened(text)!r} is not a ZIP code.",
        query=shortened(text),
        hint=f'Did you mean "{lost.group(1):0>5}"? A spreadsheet drops leading zeros.'
        if lost
        else 'A ZIP code has five digits, or nine ("62002-1234"); for another country give the country too.',
    )


def split_zip(part: str) -> tuple[str, str | None]:
    """Take the ZIP code off the end of a part of an address.

    Example:
        >>> split_zip("IL 62002-1234"), split_zip("62002"), split_zip("Illinois")
        (('IL', '62002-1234'), ('', '62002'), ('Illinois', None))
    """
    if not part[-1:].isdigit():
        return part, None
    head, blank, last = part.rpartition(" ")
    if len(last) == 5 and last.isdigit() and last.isascii() and (not blank or head[-1:].isalpha()):
        return head, last
    found = _AT_END.fullmatch(part)
    return (found.group(1) or "", found.group(2)) if found else (part, None)


class ZipCodes:
    """All ZIP codes.

    Args:
        prefix: Reads what is bundled on a prefix; None where no ZIP code begins so.
        counties: Reads the counties of a state.
    """

    def __init__(self, prefix: Callable[[str], ZipPrefix | None], counties: Callable[[str], CountyTable]) -> None:
        self._read = prefix
        self._counties = counties
        self._prefixes: dict[str, _Prefix] = {}
        self._areas: dict[str, ZipArea] = {}

    def states(self, zip_code: str) -> tuple[str, ...]:
        """The codes of the states in which a ZIP code may lie.

        Args:
            zip_code: Five digits. A ZIP code that is too new for the table may lie in any state of its prefix.

        Raises:
            UnknownPlaceError: No ZIP code begins so, or it is one of the armed forces.
        """
        area = self.area(zip_code)
        return area.states if area else self._prefix(zip_code).codes

    def area(self, zip_code: str) -> ZipArea | None:
        """The places in which a ZIP code may lie; None where it is too new for the table, or mistyped.

        Args:
            zip_code: Five digits.

        Raises:
            UnknownPlaceError: No ZIP code begins so, or it is one of the armed forces.
        """
        known = self._areas.get(zip_code)
        if known is None:
            prefix = self._prefix(zip_code)
            entry = prefix.entries.get(zip_code[3:])
            if entry is None:
                return None
            if len(self._areas) >= _REMEMBERED:
                self._areas = {}
            known = self._areas[zip_code] = self._read_area(prefix, entry[3:].split())
        return known

    def _read_area(self, prefix: _Prefix, numbers: list[str]) -> ZipArea:
        """The places of the counties with some numbers; the states of the prefix where there are none.

        "119" is in the first state of the prefix, "MO183" in another, and "PW" is a state of which no county is known.
        """
        states: dict[str, None] = {}
        counties: list[str] = []
        for number in numbers:
            state, own = (prefix.codes[0], number) if number.isdigit() else (_state_code(number[:2]), number[2:])
            states[state] = None
            county = self._counties(state).by_number.get(own)
            if county:
                counties.append(county)
        return ZipArea(tuple(states) or prefix.codes, tuple(counties))

    def of_prefix(self, prefix: str) -> tuple[str, ...]:
        """All ZIP codes that begin with three digits; none where they are of the armed forces, or unknown.

        Args:
            prefix: The first three digits.
        """
        try:
            return tuple(prefix + ending for ending in self._prefix(prefix).entries)
        except UnknownPlaceError:
            return ()

    def preload(self) -> None:
        """Read the table, so that no later question opens its file."""
        self._read(_ANY_PREFIX)

    def are_near(self, zip_code: str, others: Iterable[str]) -> bool:
        """Whether a ZIP code is next to one of others, as far as their middles tell."""
        here = self._middle(zip_code)
        if here is None:
            return False
        lat, lon, reach = here
        narrow = math.cos(math.radians(lat))
        for other in others:
            there = self._middle(other)
            if there is None:
                continue
            apart = math.hypot(lat - there[0], (lon - there[1]) * narrow) * _KILOMETRES
            if apart <= _NEXT * (reach + there[2]):
                return True
        return False

    def _middle(self, zip_code: str) -> tuple[float, float, float] | None:
        return self._prefix(zip_code).middle(zip_code[3:])

    def _read_prefix(self, prefix: str) -> _Prefix | None:
        known = self._prefixes.get(prefix)
        if known is None:
            raw = self._read(prefix)
            if raw is None:
                return None
            known = self._prefixes[prefix] = _Prefix(raw)
        return known

    def _prefix(self, zip_code: str) -> _Prefix:
        known = self._prefixes.get(zip_code[:3]) or self._read_prefix(zip_code[:3])
        if known is None:
            raise no_such_zip(zip_code)
        if _MILITARY.issuperset(known.states):
            raise UnknownPlaceError(
                f"{zip_code} is a post office of the armed forces ({known.states[0]}), which lies in no state.",
                query=zip_code,
                hint="Ask for the country or state in which the base lies.",
            )
        return known


def _state_code(abbreviation: str) -> str:
    """The code of what the postal service calls a state: three of them are countries."""
    return abbreviation if abbreviation in ("FM", "MH", "PW") else f"US-{abbreviation}"


def no_such_zip(zip_code: str) -> UnknownPlaceError:
    """The error that there is no such ZIP code."""
    return UnknownPlaceError(
        f"There is no ZIP code {zip_code}.", query=zip_code, hint="Check its digits, or give city and state alone."
    )
