"""Which places are there, what stands above each, and what are they called?

Pure: the names are handed in. Similar names are only ever suggested.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property, partial
from typing import NamedTuple

from ..errors import AmbiguousPlaceError, Listing, UnknownPlaceError, listed
from ..law.words import Jurisdiction, Level
from .counties import CITIES_OF_COUNTIES, CountyTable, county_parts
from .identity import Numbers, ocd_id
from .localities import Localities, LocalPlace
from .match import Match
from .names import by_letter_pair, compact_name, letter_pairs, names_sharing_pairs, normalize_name

__all__ = ["Gazetteer", "PlaceNames", "shortened"]

_SUGGESTIONS = 5
_SHARED_PAIRS = 0.25
"""The share of the pairs of letters of a text that a similar name has at least."""


class PlaceNames(NamedTuple):
    """The names and codes of all countries and states."""

    places: Mapping[str, str]
    """The English name of each code."""
    names: Mapping[str, str]
    """The codes, with spaces between them, that each normalized name or code may mean."""
    qualifiers: Mapping[str, str]
    """The codes, with spaces between them, that an abbreviation may mean when it follows a city."""
    territories: Collection[str]
    """The codes of states that ISO 3166-1 lists as countries too."""
    overseas: Mapping[str, str] = {}
    """Our codes of the territories that ISO 3166-2 lists as subdivisions too ("NL-AW" is "AW")."""
    former: Mapping[str, str] = {}
    """The codes of today by codes that were withdrawn ("IN-OR" is "IN-OD")."""
    alpha_3: Mapping[str, str] = {}
    """The codes by ISO 3166-1 alpha-3."""
    numbers: Mapping[str, str] = {}
    """The codes by ISO 3166-1 numeric."""
    quarters: Mapping[str, str] = {}
    """The codes of cities by state and compact name of a quarter that has a post office ("US-CA/lajolla")."""


class Gazetteer:
    """All places of one dataset: countries, states, counties, and the local places that have a record.

    Args:
        names: The names of countries and states.
        local: Lists the counties, cities and reservations that have a record, when they are first needed; a question
            about a state needs none of them.
        parent_of: Reads the country whose law reaches a dependent territory; None where no territory has one.
        counties: Reads all counties of a state, also those without a record; None where none are known.
        ends_at_cities: Tells whether the rules of a county with a record may end at the limits of its cities; None
            where no county has such.
    """

    def __init__(
        self,
        names: PlaceNames,
        local: Callable[[], Iterable[LocalPlace]] = tuple,
        parent_of: Callable[[str], str | None] | None = None,
        counties: Callable[[str], CountyTable] | None = None,
        ends_at_cities: Callable[[str], bool] | None = None,
    ) -> None:
        self.names = names
        self._parent_of: Callable[[str], str | None] = parent_of or (lambda _: None)
        self._counties: Callable[[str], CountyTable] = counties or _no_counties
        self._ends_at_cities: Callable[[str], bool] = ends_at_cities or (lambda _: False)
        self._ending: dict[str, bool] = {}
        self._list_local = local
        self._by_state: dict[str, Localities] = {}
        self._jurisdictions: dict[str, Jurisdiction] = {}

    @cached_property
    def _local(self) -> Mapping[str, LocalPlace]:
        """The local places by code."""
        return {place.code: place for place in self._list_local()}

    @cached_property
    def _quarters(self) -> Mapping[str, tuple[str, ...]]:
        """The compact names of quarters by the code of their city."""
        found: dict[str, tuple[str, ...]] = {}
        for key, city in self.names.quarters.items():
            found[city] = (*found.get(city, ()), key.partition("/")[2])
        return found

    def codes(self) -> tuple[str, ...]:
        """The codes of all countries and states, and of all local places with a record: the broadest first."""
        return tuple(sorted((*self.names.places, *self._local)))

    def county_codes(self) -> tuple[str, ...]:
        """The codes of all counties, and of all cities in no county, also without a record."""
        return tuple(code for state in self.names.places if "-" in state for code in self._counties(state))

    def counties(self, state: str) -> CountyTable:
        """All counties of a state; empty for other places."""
        return self._counties(state)

    def knows(self, code: str) -> bool:
        """Whether a code is that of a country, a state, a county or a local place with a record."""
        state, slash, _ = code.partition("/")
        return code in self.names.places or code in self._local or bool(slash and code in self._counties(state))

    def local(self, code: str) -> LocalPlace | None:
        """The county, city or reservation with a record that has a code."""
        return self._local.get(code)

    def ends_at_cities(self, county: str) -> bool:
        """Whether a county has rules that may end at the limits of its cities."""
        known = self._ending.get(county)
        if known is None:
            known = self._ending[county] = county in self._local and self._ends_at_cities(county)
        return known

    def localities(self, state: str) -> Localities:
        """The local places of a state; of a code below a state: those of its state."""
        state = state.partition("/")[0]
        known = self._by_state.get(state)
        if known is None:
            inside = [place for code, place in self._local.items() if code.startswith(f"{state}/")]
            known = self._by_state[state] = Localities(inside, partial(self._counties, state))
        return known

    def quarters_of(self, city: str) -> tuple[str, ...]:
        """The compact names of the quarters of a city that have a post office."""
        return self._quarters.get(city, ())

    def recorded_cities(self, name: str) -> tuple[str, ...]:
        """The cities and reservations with a record, of any state, that have a compact name."""
        return self._recorded.cities.get(name, ())

    def recorded_counties(self, name: str) -> tuple[str, ...]:
        """The counties with a record, of any state, whose compact name, without the word "County", it is."""
        return self._recorded.counties.get(name, ())

    def is_subdivided(self, country: str) -> bool:
        """Whether the subdivisions of a country make law, so that they are known one by one."""
        return country in self._subdivided

    def jurisdiction(self, code: str) -> Jurisdiction:
        """The place of a code that is known to exist."""
        known = self._jurisdictions.get(code)
        if known is None:
            known = self._jurisdictions[code] = self._made(code)
        return known

    def _made(self, code: str) -> Jurisdiction:
        state, slash, end = code.partition("/")
        if slash:
            return self._made_local(code, state, end)
        state_level = "-" in code
        numbers = self._numbers.of(code)
        return Jurisdiction(
            code=code,
            name=self.names.places[code],
            level=Level.STATE if state_level else Level.COUNTRY,
            parent=code[:2] if state_level else self._parent_of(code),
            fips=numbers.fips,
            ocd_id=ocd_id(code),
            iso_alpha3=numbers.alpha_3,
            iso_numeric=numbers.numeric,
        )

    def _made_local(self, code: str, state: str, end: str) -> Jurisdiction:
        local = self._local.get(code)
        # Only a place in no county can be on the list of counties.
        county = None if local and local.counties else self._counties(state).get(code)
        known = local or county
        # Data that is newer than the list of counties may name another.
        name = known.name if known else end.replace("-", " ").title()
        level = known.level if known else Level.COUNTY
        return Jurisdiction(
            code=code,
            name=name,
            level=level,
            parent=local.counties[0] if local and local.level is Level.CITY and len(local.counties) == 1 else state,
            fips=county.fips if county else None,
            ocd_id=ocd_id(code, name, level),
            iso_alpha3=None,
            iso_numeric=None,
        )

    def chain(self, code: str, county: str | None = None) -> tuple[Jurisdiction, ...]:
        """A place and all those above it, the country first.

        Args:
            code: The place.
            county: The only one that is meant of the counties in which a city lies; None for all of them.

        Returns:
            Country, state, counties, city. A reservation stands below its state, and below no county; a county that is
            all city stands below the city, whose law holds there too.
        """
        place = self.jurisdiction(code)
        local = self._local.get(code)
        if local and local.level is Level.CITY:
            counties = (county,) if county else local.counties
            return (*self.chain(code.partition("/")[0]), *map(self.jurisdiction, counties), place)
        city = CITIES_OF_COUNTIES.get(code, "")
        around = (self.jurisdiction(city),) if city in self._local else ()
        return (*(self.chain(place.parent) if place.parent else ()), *around, place)

    def candidate_codes(self, name: str, *, qualifying: bool = False) -> list[str]:
        """The codes of the countries and states that a normalized name may mean.

        Args:
            name: The name.
            qualifying: Whether it stands after a city, where an abbreviation may mean a state.
        """
        found = self.names.names.get(name, "").split()
        if qualifying:
            found += [c for c in self.names.qualifiers.get(name, "").split() if c not in found]
            if not found and name in self._run_together:
                found.append(self._run_together[name])
        return found

    def similar_local(self, text: str, within: str) -> tuple[Jurisdiction, ...]:
        """Places with a record in a state whose names are spelled like a text, the most similar first."""
        if "-" not in within:
            return ()
        found = self.localities(within).similar(normalize_name(text), _SUGGESTIONS)
        return tuple(self.jurisdiction(code) for code in found if code != within)

    def similar_counties(self, text: str, state: str) -> tuple[Jurisdiction, ...]:
        """Counties of a state whose names are spelled like a text, the most similar first."""
        found = self.localities(state).similar_counties(normalize_name(text), _SUGGESTIONS)
        return tuple(map(self.jurisdiction, found))

    def similar(self, name: str, names: Mapping[str, str] | None = None) -> tuple[Jurisdiction, ...]:
        """Countries and states that are spelled like a normalized name, the most similar first.

        Args:
            name: The name.
            names: The codes, with spaces between them, by normalized name; None for all.
        """
        from difflib import get_close_matches

        among = self._maybe_similar(name) if names is None else names
        codes: dict[str, None] = {}
        for close in get_close_matches(name, among, n=2 * _SUGGESTIONS, cutoff=0.75):
            codes.update(dict.fromkeys(among[close].split()))
        return tuple(map(self.jurisdiction, list(codes)[:_SUGGESTIONS]))

    def _maybe_similar(self, name: str) -> Mapping[str, str]:
        """The names that may be spelled like one: comparing it with all of them would take longer than any answer."""
        wanted = letter_pairs(name)
        shared = names_sharing_pairs(wanted, self._by_pair)
        least = _SHARED_PAIRS * len(wanted)
        return {known: self.names.names[known] for known, count in shared.items() if count >= least}

    @cached_property
    def _by_pair(self) -> Mapping[str, list[str]]:
        """The names of countries and states in which each pair of letters stands."""
        return by_letter_pair(self.names.names)

    def states_of(self, country: str) -> Mapping[str, str]:
        """The codes of a country's states by normalized name."""
        return {
            name: code
            for name, codes in self.names.names.items()
            for code in codes.split()
            if code.startswith(f"{country}-")
        }

    def unknown(self, text: str, hint: str = "") -> UnknownPlaceError:
        """The error that nothing is called so."""
        suggestions = self.similar(normalize_name(text))
        if suggestions:
            hint = f"Did you mean {listed(suggestions[:3])}? {hint}".strip()
        return UnknownPlaceError(
            f"There is no place called {shortened(text)!r}.",
            query=shortened(text),
            suggestions=suggestions,
            hint=hint or 'A town needs its state or country, as in "Nashville, Tennessee".',
        )

    def ambiguous(self, text: str, codes: Iterable[str]) -> AmbiguousPlaceError:
        """The error that more than one place is called so."""
        matches = tuple(map(Match, dict.fromkeys(codes)))
        clear = [self._clear_name(self.jurisdiction(match.code)) for match in matches]
        return self._undecided(f"{shortened(text)!r} may be", text, matches, hint=f"Say which: {listed(clear)}.")

    def ambiguous_town(self, text: str, matches: Iterable[Match]) -> AmbiguousPlaceError:
        """The error that several states or countries have a city of that name."""
        known = {match.code: match for match in matches}
        where = self._where(next(iter(known), ""))
        return self._undecided(
            f"Places called {shortened(text)!r} are in",
            text,
            tuple(known.values()),
            hint=f'Say in which state or country, as in "{shortened(text)}, {where}".',
            names=tuple(map(self._where, known)),
            word="and",
        )

    def undecided(self, text: str, codes: Iterable[str]) -> AmbiguousPlaceError:
        """The error that a question leaves several places possible where one is needed."""
        matches = tuple(map(Match, codes))
        return self._undecided(f"{shortened(text)!r} may lie in", text, matches, hint="Name one of them.")

    def _undecided(
        self,
        lead: str,
        text: str,
        matches: tuple[Match, ...],
        *,
        hint: str,
        names: tuple[str, ...] = (),
        word: str = "or",
    ) -> AmbiguousPlaceError:
        candidates = tuple(self.jurisdiction(match.code) for match in matches)
        readings = tuple(match.candidates or (match.code,) for match in matches)
        listing = Listing(lead, names or tuple(map(str, candidates)), word, readings)
        return AmbiguousPlaceError(
            listing.sentence(), query=shortened(text), candidates=candidates, hint=hint, listing=listing
        )

    def _where(self, code: str) -> str:
        """The name of the state or country in which a place lies."""
        return self.names.places.get(code.partition("/")[0], code)

    def _clear_name(self, place: Jurisdiction) -> str:
        """A text that means this place and no other, in quotes."""
        if "-" in place.code:
            return f'"{place.code}"'
        texts = (place.name, *(code for code, own in self.names.alpha_3.items() if own == place.code))
        clear = (text for text in texts if self.candidate_codes(normalize_name(text)) == [place.code])
        return f'"{next(clear, place.name)}"'

    @cached_property
    def _run_together(self) -> Mapping[str, str]:
        """The states of the United States whose names have several words, by these without spaces: "NewYork"."""
        return {name.replace(" ", ""): code for name, code in self.states_of("US").items() if " " in name}

    @cached_property
    def _subdivided(self) -> frozenset[str]:
        return frozenset(code[:2] for code in self.names.places if "-" in code)

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self.names.alpha_3, self.names.numbers)

    @cached_property
    def _recorded(self) -> "_Recorded":
        """The local places with a record, of all states, by name."""
        cities: dict[str, tuple[str, ...]] = {}
        counties: dict[str, tuple[str, ...]] = {}
        for place in self._local.values():
            written = {place.name, *place.aliases}
            if place.level is Level.COUNTY:
                table, names = counties, {*map(_bare, written)}
            else:
                table, names = cities, {*map(compact_name, written)}
            for name in names:
                table[name] = (*table.get(name, ()), place.code)
        return _Recorded(cities, counties)


class _Recorded(NamedTuple):
    """The codes of the local places with a record by compact name."""

    cities: Mapping[str, tuple[str, ...]]
    """Cities and reservations."""
    counties: Mapping[str, tuple[str, ...]]
    """Counties, by their names without the word "County"."""


def _bare(county: str) -> str:
    return compact_name(county_parts(normalize_name(county)).core)


def _no_counties(state: str) -> CountyTable:
    return CountyTable(state, {})


def shortened(text: str) -> str:
    """A text as it may stand in a message: not long, and without what would break its line or turn its direction.

    Example:
        >>> shortened("Alton\\nIL"), shortened("x" * 100)[-3:]
        ('Alton IL', 'xx…')
    """
    short = text if len(text) <= 60 else f"{text[:57]}…"
    return short if short.isprintable() else " ".join("".join(c if c.isprintable() else " " for c in short).split())
