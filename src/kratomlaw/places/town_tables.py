"""What is decided by name and ZIP code alone of the towns of one state? For columns of addresses.

Pure: the names and the surroundings are handed in by the resolver, which decides by the same.
"""

from collections.abc import Callable, Iterable, Mapping, Set

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
        names: The compact names that are those of towns, and of no place with a record or part of one.
        matches: What any of them means beside each ZIP code of the state, if it is one of its own.
        zips: Reads the ZIP codes of a town; None where no place in the state has a record, so that it does not matter
            which ZIP codes a town has.
    """

    def __init__(
        self,
        *,
        names: Set[str],
        matches: Mapping[str, Match],
        zips: Callable[[str], Iterable[str]] | None,
    ) -> None:
        self._names = names
        self._matches = matches
        self._read_zips = zips
        self._zips: dict[str, frozenset[str]] = {}

    def match(self, name: str, zip_code: str) -> Match | None:
        """What a town with one of its ZIP codes means.

        Args:
            name: The compact name of the town.
            zip_code: Five digits.

        Returns:
            None where the table does not decide: it is no such name, or the ZIP code is another's.
        """
        if name not in self._names:
            return None
        if self._read_zips is not None:
            own = self._zips.get(name)
            if own is None:
                own = self._zips[name] = frozenset(self._read_zips(name))
            if zip_code not in own:
                return None
        return self._matches.get(zip_code)
