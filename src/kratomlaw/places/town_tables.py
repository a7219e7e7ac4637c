"""What is decided by name and ZIP code alone of the towns of one state? For columns of addresses.

Pure: the names and the surroundings are handed in by the resolver, which decides by the same.
"""

from collections.abc import Callable, Iterable, Mapping, Set

from .match import Match

__all__ = ["TownTable"]


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
