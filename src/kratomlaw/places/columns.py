"""Which places do columns of address parts mean? Tables of the geography tell, and where none does, the resolver.

The states are read once each. A plain name and a ZIP code are looked up in the table of their state, which the resolver
makes by the methods with which it decides itself. Every other address goes through the resolver whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ..errors import AmbiguousPlaceError, KratomLawError
from .match import Match
from .resolver import PlaceResolver
from .town_tables import TownTable, town_name

__all__ = ["AddressColumns", "AddressParts", "Resolved"]

Part = str | None
"""A part of an address; None where it was not given."""
_REMEMBERED = 4_096
"""How many countries with states are remembered as they were written."""
_WITH_FOUR = len("62002-1234")


class AddressParts(NamedTuple):
    """The parts of many addresses, in the order of the addresses; None where a part was not given."""

    country: Sequence[Part]
    state: Sequence[Part]
    county: Sequence[Part]
    city: Sequence[Part]
    postal_code: Sequence[Part]

    @classmethod
    def of(cls, parts: Mapping[str, Sequence[Part]], count: int) -> "AddressParts":
        """The addresses of some of the parts, by name."""
        nothing: Sequence[Part] = [None] * count
        return cls(*(parts.get(name, nothing) for name in cls._fields))


class Resolved(NamedTuple):
    """The places of many addresses, in their order."""

    matches: list[Match | KratomLawError]
    """What each address means, or why it means nothing. The locality is left out, so that many are the same."""
    unmatched: list[str | None]
    """The locality of each address that has no record of its own."""


class AddressColumns:
    """The way from many addresses in parts to their places.

    Args:
        resolver: The resolver, which makes the tables and decides what they do not.
    """

    def __init__(self, resolver: PlaceResolver) -> None:
        self._resolver = resolver
        self._tables: dict[tuple[Part, Part], TownTable | AmbiguousPlaceError | None] = {}

    def resolve(self, addresses: AddressParts, watch: Callable[[Sequence[int]], Iterable[int]] = iter) -> Resolved:
        """Answer which place each address means, as ``PlaceResolver.resolve_parts`` answers it.

        Args:
            addresses: The addresses.
            watch: Iterates over the numbers of the addresses, for instance with a progress bar.
        """
        names: dict[Part, str | None] = {None: None}
        matches: list[Match | KratomLawError] = []
        unmatched: list[Part] = []
        tables = self._tables
        numbers = watch(range(len(addresses.country)))
        for _, country, state, county, city, zip_code in zip(numbers, *addresses, strict=True):
            where = country, state
            if where not in tables:
                if len(tables) >= _REMEMBERED:
                    tables.clear()
                tables[where] = self._table(country, state)
            table = tables[where]
            if city not in names:
                names[city] = town_name(city)
            name = names[city]
            if table is not None and name is not None and not county:
                if isinstance(table, AmbiguousPlaceError):
                    matches.append(table)
                    unmatched.append(None)
                    continue
                match = table.match(name, _five_digits(zip_code))
                if match is not None:
                    matches.append(match)
                    unmatched.append(city)
                    continue
            found, locality = self._resolve_one(country, state, county, city, zip_code)
            matches.append(found)
            unmatched.append(locality)
        return Resolved(matches, unmatched)

    def _resolve_one(
        self, country: Part, state: Part, county: Part, city: Part, postal_code: Part
    ) -> tuple[Match | KratomLawError, Part]:
        try:
            match = self._resolver.resolve_parts(
                country=country, state=state, county=county, city=city, postal_code=postal_code
            )
        except KratomLawError as error:
            # Without the stack, which would keep alive all that it saw.
            return error.with_traceback(None), None
        return match.without_locality(), match.unmatched or None

    def _table(self, country: Part, state: Part) -> TownTable | AmbiguousPlaceError | None:
        """The table of the state of the United States that is meant; None for any other.

        An ambiguous state, such as "WA" without a country, is so whatever town and ZIP code stand beside it.
        """
        if state is None:
            return None
        try:
            code = self._resolver.us_state(country, state)
        except AmbiguousPlaceError as error:
            return error.with_traceback(None)
        except KratomLawError:  # it is read again with the other parts, by the resolver, which says why
            return None
        return self._resolver.town_table(code) if code else None


def _five_digits(postal_code: Part) -> str:
    """A ZIP code without the four digits after its hyphen; any other text as it is."""
    if postal_code is None or len(postal_code) != _WITH_FOUR or postal_code[5] != "-":
        return postal_code or ""
    digits = postal_code.replace("-", "", 1)
    return postal_code[:5] if digits.isascii() and digits.isdigit() else postal_code
