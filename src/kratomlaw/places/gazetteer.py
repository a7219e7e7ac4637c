"""Which places are there, what stands above each, and what are they called?

Pure: the names are handed in. Similar names are only ever suggested.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from ..errors import AmbiguousPlaceError, UnknownPlaceError
from ..law.words import Jurisdiction, Level
from .counties import County
from .localities import Localities, LocalPlace
from .names import fold

__all__ = ["Directory", "PlaceNames", "shortened"]

_SUGGESTIONS = 5


class PlaceNames(NamedTuple):
    """The names of all countries and states."""

    places: Mapping[str, str]
    """The English name of each code."""
    names: Mapping[str, str]
    """The codes, parted by spaces, that each folded name or code may mean."""
    qualifiers: Mapping[str, str]
    """The codes, parted by spaces, that an abbreviation may mean when it follows a city."""
    territories: Collection[str]
    """The codes of states that ISO 3166-1 lists as countries too."""


class Directory:
    """All places of one dataset: countries, states, counties, and the local places that have a record.

    Args:
        names: The names of countries and states.
        local: The counties, cities and reservations that have a record.
        parents: The parent of each dependent territory that has one.
        counties: Reads all counties of a state, also those without a record; None where none are known.
    """

    def __init__(
        self,
        names: PlaceNames,
        local: Iterable[LocalPlace] = (),
        parents: Mapping[str, str] | None = None,
        counties: Callable[[str], Mapping[str, County]] | None = None,
    ) -> None:
        self._names = names
        self._parents = parents or {}
        self._counties: Callable[[str], Mapping[str, County]] = counties or (lambda _: {})
        self._local = {place.code: place for place in local}
        self._by_state: dict[str, Localities] = {}
        self._jurisdictions: dict[str, Jurisdiction] = {}

    def codes(self) -> tuple[str, ...]:
        """The codes of all countries and states, and of all local places with a record: the broadest first."""
        return tuple(sorted((*self._names.places, *self._local)))

    def county_codes(self) -> tuple[str, ...]:
        """The codes of all counties, and of all cities in no county, also without a record."""
        return tuple(code for state in self._names.places if "-" in state for code in self._counties(state))

    def local(self, code: str) -> LocalPlace | None:
        """The county, city or reservation with a record that has a code."""
        return self._local.get(code)

    def localities(self, state: str) -> Localities:
        """The local places of a state; of a code below a state: those of its state."""
        state = state.partition("/")[0]
        known = self._by_state.get(state)
        if known is None:
            inside = [place for code, place in self._local.items() if code.startswith(f"{state}/")]
            known = self._by_state[state] = Localities(inside, partial(self._counties, state))
        return known

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
        return Jurisdiction(
            code=code,
            name=self._names.places[code],
            level=Level.STATE if state_level else Level.COUNTRY,
            parent=code[:2] if state_level else self._parents.get(code),
        )

    def _made_local(self, code: str, state: str, end: str) -> Jurisdiction:
        local = self._local.get(code)
        # Only a place in no county can be on the list of counties.
        county = None if local and local.counties else self._counties(state).get(code)
        known = local or county
        return Jurisdiction(
            code=code,
            # Data that is newer than the list of counties may name another.
            name=known.name if known else end.replace("-", " ").title(),
            level=known.level if known else Level.COUNTY,
            parent=local.counties[0] if local and local.level is Level.CITY and len(local.counties) == 1 else state,
            fips=county.fips if county else None,
        )

    def chain(self, code: str, county: str | None = None) -> tuple[Jurisdiction, ...]:
        """A place and all those above it, the country first.

        Args:
            code: The place.
            county: The only one that is meant of the counties in which a city lies; None for all of them.

        Returns:
            Country, state, counties, city. A reservation stands below its state, and below no county.
        """
        place = self.jurisdiction(code)
        local = self._local.get(code)
        if local and local.level is Level.CITY:
            counties = (county,) if county else local.counties
            return (*self.chain(code.partition("/")[0]), *map(self.jurisdiction, counties), place)
        return (*(self.chain(place.parent) if place.parent else ()), place)

    def readings(self, folded: str, *, qualifying: bool = False) -> list[str]:
        """The codes of the countries and states that a folded name may mean.

        Args:
            folded: The name.
            qualifying: Whether it stands after a city, where an abbreviation may mean a state.
        """
        found = self._names.names.get(folded, "").split()
        if qualifying:
            found += [c for c in self._names.qualifiers.get(folded, "").split() if c not in found]
        return found

    def similar_local(self, text: str, within: str) -> tuple[Jurisdiction, ...]:
        """Places with a record in a state whose names are spelt like a text, the most similar first."""
        if "-" not in within:
            return ()
        found = self.localities(within).similar(fold(text), _SUGGESTIONS)
        return tuple(self.jurisdiction(code) for code in found if code != within)

    def similar_counties(self, text: str, state: str) -> tuple[Jurisdiction, ...]:
        """Counties of a state whose names are spelt like a text, the most similar first."""
        return tuple(map(self.jurisdiction, self.localities(state).similar_counties(fold(text), _SUGGESTIONS)))

    def similar(self, folded: str, names: Mapping[str, str] | None = None) -> tuple[Jurisdiction, ...]:
        """Countries and states that are spelt like a folded text, the most similar first.

        Args:
            folded: The text.
            names: The codes, parted by spaces, by folded name; None for all.
        """
        from difflib import get_close_matches

        among = self._names.names if names is None else names
        codes: dict[str, None] = {}
        for name in get_close_matches(folded, among, n=2 * _SUGGESTIONS, cutoff=0.75):
            codes.update(dict.fromkeys(among[name].split()))
        return tuple(map(self.jurisdiction, list(codes)[:_SUGGESTIONS]))

    def unknown(self, text: str, hint: str = "") -> UnknownPlaceError:
        """The error that nothing is called so."""
        suggestions = self.similar(fold(text))
        if suggestions:
            hint = f"Did you mean {' or '.join(map(str, suggestions[:3]))}? {hint}".strip()
        return UnknownPlaceError(
            f"There is no place called {shortened(text)!r}.",
            query=shortened(text),
            suggestions=suggestions,
            hint=hint or 'A town needs its state or country, as in "Nashville, Tennessee".',
        )

    def ambiguous(self, text: str, codes: Iterable[str]) -> AmbiguousPlaceError:
        """The error that more than one place is called so."""
        candidates = tuple(map(self.jurisdiction, codes))
        return AmbiguousPlaceError(
            f"{shortened(text)!r} may be {' or '.join(map(str, candidates))}.",
            query=shortened(text),
            candidates=candidates,
            hint=f"Say which: {' or '.join(self._clear_name(place) for place in candidates)}.",
        )

    def _clear_name(self, place: Jurisdiction) -> str:
        """A text that means this place and no other, in quotes."""
        if "-" in place.code:
            return f'"{place.code}"'
        alpha_3 = (name.upper() for name in self._names.names if len(name) == 3 and name.isascii())
        clear = (text for text in (place.name, *alpha_3) if self.readings(fold(text)) == [place.code])
        return f'"{next(clear, place.name)}"'


def shortened(text: str) -> str:
    """A text as it may stand in a message."""
    return text if len(text) <= 60 else f"{text[:57]}…"
