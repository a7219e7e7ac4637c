"""Which bill does a text name? Numbers of bills in the spellings of legislatures, trackers and newspapers."""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Named", "bill_number", "named_bills"]

_WORDS = {"HOUSE": "H", "SENATE": "S", "ASSEMBLY": "H", "LEGISLATIVE": "LB"}
_SAME = {"HB": "H", "AB": "H", "A": "H", "HF": "H", "SB": "S", "SF": "S", "PS": "S", "PC": "H"}
"""Prefixes of bills that one source writes and another shortens: Michigan's HB 5537, Massachusetts' H 1631, New
York's A9156, Minnesota's SF 1, Puerto Rico's "P. del S. 108"."""
_NAMED = re.compile(
    r"\b(?:(?P<word>house|senate|assembly)\s+(?:bill|file)\s+(?:no\.?\s*)?"
    r"|(?P<pr>P\.\s?(?:de\s+la\s+C|del\s+S)\.)\s*"
    r"|(?P<letters>H\.?\s?J\.?\s?R|S\.?\s?J\.?\s?R|H\.\s?R|[HSA]\.?\s?B|[HS]\.?\s?F|HR|LD|LB|[HSA])\.?\s?)"
    r"(?P<digits>0*[1-9]\d{0,5})(?:-?[A-Z]\b)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(20\d\d)(?:\s?[-–/]\s?((?:20)?\d\d)\b)?")
_NEAR = 60
"""How many characters after a number its year may stand."""


class Named(NamedTuple):
    """A bill that a text names."""

    number: str
    """Its number in the form of ``bill_number``."""
    years: frozenset[int]
    """The years that stand behind it; empty when there are none."""


def bill_number(text: str, *, place: str = "") -> str:
    """Write the number of a bill in the one form in which bills of all sources are compared.

    Args:
        text: The number as a source writes it.
        place: The code of its place; in Congress "H.R." is a bill, in states a resolution.

    Returns:
        Letters and digits: ``H`` and ``S`` for bills of the two chambers.

    Example:
        >>> bill_number("HB 5537"), bill_number("A09156-B"), bill_number("H.R. 12", place="US"), bill_number("LD 1")
        ('H5537', 'H9156', 'H12', 'LD1')
    """
    found = re.fullmatch(r"([A-Z]*?)0*(\d+)[A-Z]?", re.sub(r"[^A-Z0-9]", "", text.upper()))
    if not found:
        return re.sub(r"\s+", "", text.upper())
    letters, digits = found.groups()
    if place == "US" and letters == "HR":
        letters = "H"
    return _SAME.get(letters, letters) + digits


def named_bills(text: str, *, place: str = "") -> Iterator[Named]:
    """Find the bills that a text names.

    Args:
        text: The text.
        place: The code of the place that it is about.

    Yields:
        Each bill with the years that stand near behind its number.

    Example:
        >>> [(found.number, sorted(found.years)) for found in named_bills("SB 299 / HB 587 (2025-26), House Bill 328")]
        [('S299', [2025, 2026]), ('H587', [2025, 2026]), ('H328', [])]
    """
    for match in _NAMED.finditer(text):
        letters = match["letters"] or ""
        # One small letter is a word ("a 2 % cap"), and so is an A that stands alone ("A 2026 bill").
        if len(letters) == 1 and (letters.islower() or match[0].startswith("A ")):
            continue
        prefix = _WORDS[match["word"].upper()] if match["word"] else match["pr"] or letters
        if match["pr"]:
            prefix = "S" if "del" in match["pr"] else "H"
        yield Named(bill_number(prefix + match["digits"], place=place), _years(text[match.end() : match.end() + _NEAR]))


def _years(text: str) -> frozenset[int]:
    years: set[int] = set()
    for first, last in _YEAR.findall(text):
        begin = int(first)
        end = int(last if len(last) == 4 else f"20{last}") if last else begin
        years |= set(range(begin, min(end, begin + 3) + 1))
    return frozenset(years)
