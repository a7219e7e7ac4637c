"""What is decided by name and ZIP code alone of the towns of one state? For columns of addresses.

Pure: the names and the surroundings are handed in by the resolver, which decides by the same.
"""

from collections.abc import Callable, Container

from .localities import KIND_WORDS
from .match import Match
from .names import plain_compact_name

__all__ = ["TownTable", "town_name"]

_CLOSER_LOOK = KIND_WORDS | {"of"}
"""The words of names that may be a county's, or have to be taken apart: "Chester town", "City of Alton"."""
_LONGEST = 100
"""Letters; the resolver refuses longer texts."""


def town_name(text: str | None) -> str | None:
    """The compact name of a text that needs no closer look; None for any other text.

    Example:
        >>> town_name("East Alton"), town_name("Alton city"), town_name("St. Louis")
        ('eastalton', None, None)
    """
    return plain_compact_name(text, _CLOSER_LOOK) if text and len(text) <= _LONGEST else None


class TownTable:
    """The towns of a state that have no record.

    A name that is a town's and nothing else's, with one of its ZIP codes, means the state, or all the places around
    the ZIP code where one of these has a record.

    Args:
        towns: The compact names of all towns of the state.
        others: The compact names of places with a record and of their parts, which need a closer look.
        around: Reads what such a town means beside a ZIP code, if it is one of its own; None where that is not known
            to lie in the state.
        has_zip: Whether a town has a ZIP code; None where no place in the state has a record, so that it does not
            matter which ZIP codes a town has.
    """

    def __init__(
        self,
        *,
        towns: Container[str],
        others: Container[str],
        around: Callable[[str], Match | None],
        has_zip: Callable[[str, str], bool] | None,
    ) -> None:
        self._towns = towns
        self._others = others
        self._read_match = around
        self._has_zip = has_zip
        self._matches: dict[str, Match] = {}

    def match(self, name: str, zip_code: str) -> Match | None:
        """What a town with one of its ZIP codes means.

        Args:
            name: The compact name of the town.
            zip_code: Five digits.

        Returns:
            None where the table does not decide: it is no such name, or the ZIP code is another's.
        """
        if name not in self._towns or name in self._others:
            return None
        if self._has_zip is not None and not self._has_zip(name, zip_code):
            return None
        found = self._matches.get(zip_code)
        if found is None:
            found = self._read_match(zip_code)
            if found is not None:
                self._matches[zip_code] = found
        return found
