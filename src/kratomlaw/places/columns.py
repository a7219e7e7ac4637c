"""Which places do columns of address parts mean? By tables of the geography, and by the resolver where no table decides.

The states are read once each. A plain name and a ZIP code are looked up in the table of their state, which the resolver
makes by the methods with which it decides itself. Every other address goes through the resolver whole.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ..errors import KratomLawError
from .counties import may_be_county
from .match import Match
from .names import plain_compact_name
from .resolver import PlaceResolver
from .us_addresses import TownTable

__all__ = ["AddressColumns", "Resolved", "without_locality"]

Part = str | None
"""A part of an address; None where it was not given."""
_LONGEST = 100
"""Letters; the resolver refuses longer texts."""
_SOME_LOCALITY = "?"
_WITH_FOUR = len("62002-1234")


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
        self._tables: dict[tuple[Part, Part], tuple[str, TownTable] | None] = {}

    def resolve(
        self,
        countries: Sequence[Part],
        states: Sequence[Part],
        counties: Sequence[Part],
        cities: Sequence[Part],
        postal_codes: Sequence[Part],
        watch: Callable[[Sequence[int]], Iterable[int]] = iter,
    ) -> Resolved:
        """Answer which places addresses mean, each as ``PlaceResolver.resolve_parts`` answers it.

        Args:
            countries: The country of each address; None where there is none. The other parts likewise.
            states: Their states.
            counties: Their counties.
            cities: Their cities.
            postal_codes: Their postal codes.
            watch: Iterates over the numbers of the addresses, for instance with a progress bar.

        Returns:
            The places, in the order of the addresses.
        """
        names: dict[Part, str | None] = {None: None}
        shared: dict[tuple[str, tuple[str, ...]], Match] = {}
        matches: list[Match | KratomLawError] = []
        unmatched: list[Part] = []
        table_of, has_zip = self._tables, self._resolver.town_has_zip
        for row in watch(range(len(countries))):
            country, state, city = countries[row], states[row], cities[row]
            county, zip_code = counties[row], postal_codes[row]
            if (country, state) not in table_of:
                table_of[country, state] = self._table(country, state)
            if city not in names:
                names[city] = _town_name(city or "")
            table, name = table_of[country, state], names[city]
            if table and name and not county and name in table[1].names:
                within, towns = table
                digits = _five_digits(zip_code)
                around = towns.around.get(digits)
                if around is not None and (not towns.has_records or has_zip(within, name, digits)):
                    match = shared.get((within, around))
                    if match is None:
                        match = shared[within, around] = self._resolver.match_town(within, _SOME_LOCALITY, around)
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
            return error, None
        return without_locality(match), match.unmatched or None

    def _table(self, country: Part, state: Part) -> tuple[str, TownTable] | None:
        """The state of the United States that is meant, and its table; None for any other."""
        if state is None:
            return None
        try:
            code = self._resolver.us_state(country, state)
        except KratomLawError:  # it is read again with the other parts, by the resolver, which says why
            return None
        return (code, self._resolver.town_table(code)) if code else None


def without_locality(match: Match) -> Match:
    """A match without the text of the locality, but with the fact that there is one: the same for all localities."""
    return match._replace(unmatched=_SOME_LOCALITY if match.unmatched else None)


def _town_name(text: str) -> str | None:
    """The compact name of a text that cannot be a county's and needs no closer look; None for any other text."""
    return plain_compact_name(text) if len(text) <= _LONGEST and not may_be_county(text.strip().lower()) else None


def _five_digits(postal_code: Part) -> str:
    """A ZIP code without the four digits after its hyphen; any other text as it is."""
    if postal_code is None:
        return ""
    if len(postal_code) == _WITH_FOUR and postal_code[5] == "-":
        five, four = postal_code.split("-", 1)
        return five if five.isascii() and five.isdigit() and four.isascii() and four.isdigit() else postal_code
    return postal_code
