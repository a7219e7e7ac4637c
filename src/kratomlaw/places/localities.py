"""Which county, city or reservation of one state does a name mean? An index of the local places of a state.

Pure: the records and the list of counties are handed in. Names are folded before they come here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ..law.words import Level
from .counties import County, county_parts
from .names import fold

__all__ = ["LocalPlace", "Localities", "spellings"]

_GOVERNMENTS = ("city", "town", "village", "borough", "municipality")
"""What stands before «of» in the name of a municipality; «Township of X» is X Township."""
_ANY_COUNTY = ("", "county", "co", "parish")
"""The words for a county that people write where another would be right."""
_SHARED_PAIRS = 0.4
"""The share of pairs of letters that similar names have in common at least."""


class LocalPlace(NamedTuple):
    """A county, city or reservation that has a record."""

    code: str
    name: str
    level: Level
    aliases: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    """The counties in which a city or reservation lies."""
    localities: tuple[str, ...] = ()
    """The communities of a county that have no government."""


def spellings(folded: str) -> Iterator[str]:
    """The folded names under which a city may be known: as it is written, then without «City of».

    Example:
        >>> list(spellings("city of alton")), list(spellings("township of berkeley"))
        (['city of alton', 'alton'], ['township of berkeley', 'berkeley township'])
    """
    yield folded
    kind, of, name = folded.partition(" of ")
    if of and kind in _GOVERNMENTS:
        yield name
    elif of and kind == "township":
        yield f"{name} township"


class Localities:
    """The local places of one state.

    Args:
        places: Those with a record.
        counties: Reads all counties of the state, with and without a record; called when a name may be a county's.
    """

    def __init__(self, places: Iterable[LocalPlace], counties: Callable[[], Mapping[str, County]]) -> None:
        self.places: dict[str, LocalPlace] = {place.code: place for place in places}
        self._read_counties = counties
        self._named: dict[str, list[str]] = {}
        self._communities: dict[str, list[str]] = {}
        self._inside: dict[str, list[str]] = {}
        for place in self.places.values():
            if place.level is not Level.COUNTY:
                for name in {fold(name) for name in (place.name, *place.aliases)}:
                    self._named.setdefault(name, []).append(place.code)
            for community in {fold(name) for name in place.localities}:
                self._communities.setdefault(community, []).append(place.code)
            for county in place.counties if place.level is Level.CITY else ():
                self._inside.setdefault(county, []).append(place.code)

    @cached_property
    def counties(self) -> Mapping[str, County]:
        """All counties of the state, and its cities that are in no county, by code; empty where none are known."""
        return self._read_counties()

    @cached_property
    def has_county_records(self) -> bool:
        """Whether any county has a record, so that the county decides the law of a town."""
        return any(place.level is Level.COUNTY for place in self.places.values())

    def cities_in(self, county: str) -> tuple[str, ...]:
        """The cities with a record in a county."""
        return tuple(self._inside.get(county, ()))

    def cities_named(self, folded: str) -> tuple[str, ...]:
        """The cities and reservations of a name: those with a record, else the one that is in no county."""
        for name in spellings(folded):
            if name in self._named:
                return tuple(self._named[name])
        return next(((self._independent[name],) for name in spellings(folded) if name in self._independent), ())

    def communities_named(self, folded: str) -> tuple[str, ...]:
        """The counties that have a community of that name without a government."""
        return tuple(self._communities.get(folded, ()))

    def county_named(self, folded: str, *, bare: bool = False) -> str | None:
        """The county of a name.

        Args:
            folded: The name, such as «madison county»; «county of madison» and another word than the right one
                («rapides county» for a parish) are understood.
            bare: Whether «madison» will do.

        Returns:
            The code, or None when no county is called that.
        """
        kind, core = county_parts(folded)
        if not kind and not bare:
            return None
        whole = self._whole.get(_joined(folded))
        code = whole or self._cores.get(_joined(core))
        # «Kent Island» and «Bedford Borough» are towns where the county is called Kent County and Bedford County.
        if whole or not code or kind in _ANY_COUNTY or kind.replace(" ", "-") in code:
            return code
        return None

    def is_independent(self, code: str) -> bool:
        """Whether a city is in no county."""
        county = self.counties.get(code)
        return county is not None and county.level is Level.CITY

    def similar(self, folded: str, count: int) -> tuple[str, ...]:
        """The places with a record whose names are spelt like a text, the most similar first."""
        found: dict[str, None] = {}
        for name in _close(folded, self._pairs):
            found.update(dict.fromkeys(self._names[name]))
        return tuple(found)[:count]

    def similar_counties(self, folded: str, count: int) -> tuple[str, ...]:
        """The counties whose names are spelt like a text, the most similar first."""
        from difflib import get_close_matches

        names = {fold(county.name): code for code, county in self.counties.items()}
        cores = {county_parts(name).core: code for name, code in names.items()}
        close = get_close_matches(county_parts(folded).core, cores, n=count, cutoff=0.7)
        return tuple(dict.fromkeys(cores[name] for name in close))

    @cached_property
    def _independent(self) -> dict[str, str]:
        """The cities that are in no county by folded name, with and without «city» after it."""
        cities = [(fold(place.name), code) for code, place in self.counties.items() if place.level is Level.CITY]
        return {spelt: code for name, code in cities for spelt in (name, f"{name} city")}

    @cached_property
    def _whole(self) -> dict[str, str]:
        """The codes of counties by their whole names, written in one, so that «De Kalb» is «DeKalb»."""
        known = {
            _joined(fold(county.name)): code for code, county in self.counties.items() if county.level is Level.COUNTY
        }
        for place in self.places.values():
            if place.level is Level.COUNTY:
                known.update({_joined(fold(name)): place.code for name in (place.name, *place.aliases)})
        return known

    @cached_property
    def _cores(self) -> dict[str, str]:
        """The codes of counties by their names without «County»; of two, none."""
        codes: dict[str, list[str]] = {}
        for code, county in self.counties.items():
            if county.level is Level.COUNTY:
                codes.setdefault(_joined(county_parts(fold(county.name)).core), []).append(code)
        for place in self.places.values():
            if place.level is Level.COUNTY and place.code not in self.counties:
                codes.setdefault(_joined(county_parts(fold(place.name)).core), []).append(place.code)
        return {core: found[0] for core, found in codes.items() if len(found) == 1}

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The codes of all places with a record by their folded names."""
        names = {name: list(codes) for name, codes in self._named.items()}
        for place in self.places.values():
            if place.level is Level.COUNTY:
                for name in {fold(name) for name in (place.name, *place.aliases)}:
                    names.setdefault(name, []).append(place.code)
        for name, codes in self._communities.items():
            names.setdefault(name, []).extend(codes)
        return names

    @cached_property
    def _pairs(self) -> dict[str, list[str]]:
        """The names in which each pair of letters stands."""
        pairs: dict[str, list[str]] = {}
        for name in self._names:
            for pair in _pairs_of(name):
                pairs.setdefault(pair, []).append(name)
        return pairs


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


def _pairs_of(name: str) -> set[str]:
    return {name[index : index + 2] for index in range(len(name) - 1)}


def _close(folded: str, pairs: Mapping[str, list[str]]) -> list[str]:
    """The names that a text may be meant for: those that end it, as after a street, and those that are spelt alike.

    Comparing all names of a state letter by letter would take longer than the rest of an answer.
    """
    from difflib import get_close_matches

    wanted = _pairs_of(folded)
    shared = Counter(name for pair in wanted for name in pairs.get(pair, ()))
    near = [name for name, count in shared.most_common(12) if count >= _SHARED_PAIRS * max(len(wanted), len(name) - 1)]
    ending = [name for name in shared if folded.endswith(f" {name}")] if " " in folded else []
    return list(dict.fromkeys((*ending, *get_close_matches(folded, near, n=10, cutoff=0.75))))
