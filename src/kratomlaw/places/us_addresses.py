"""Which place do county, city and ZIP code mean in a state of the United States? The resolver of addresses.

Pure: what is known of places and ZIP codes is handed in. Parts that contradict each other are an error.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from ..errors import InvalidQueryError, UnknownPlaceError
from ..law.words import Level
from .gazetteer import Directory, shortened
from .names import fold
from .postal import ZipArea, parse_zip, split_zip

__all__ = ["Addresses", "Match", "Postal", "has_counties"]

_MILITARY_STATES = (["aa"], ["ae"], ["ap"])
_WORDS_OF_STATE = 4
"""The most words that the name of a state has («Commonwealth of Puerto Rico»)."""
_PLANNING_REGION = "-planning-region"
"""Connecticut's counties of today; ZIP codes are known by the old ones, which do not correspond."""


class Match(NamedTuple):
    """What a question means: a place, and what of the question it does not cover."""

    code: str
    unmatched: str | None = None
    """The locality that has no record of its own."""
    assumed: bool = False
    """Whether the place was assumed, because nothing decides between two readings."""
    county: str | None = None
    """The one county that is meant of those in which a city lies; None when all of them are."""
    candidates: tuple[str, ...] = ()
    """All places in which a ZIP code may lie, the broadest first; empty when the question had more than that."""


class Postal(Protocol):
    """What is known of ZIP codes."""

    @property
    def has_areas(self) -> bool:
        """Whether ``area`` can be asked."""
        ...

    def states(self, zip_code: str) -> tuple[str, ...]:
        """The codes of the states in which a ZIP code may lie."""
        ...

    def area(self, zip_code: str) -> ZipArea:
        """The places in which a ZIP code may lie."""
        ...


def has_counties(code: str) -> bool:
    """Whether the counties of a place are known: it is a state of the United States."""
    return code.startswith("US-") and "/" not in code


class Addresses:
    """All addresses in the United States.

    Args:
        places: All places.
        postal: What is known of ZIP codes; None where nothing is.
    """

    def __init__(self, places: Directory, postal: Postal | None = None) -> None:
        self._places = places
        self._postal = postal

    def in_state(self, state: str, *, county: str | None = None, city: str | None = None) -> Match:
        """The place that county and city mean in a state whose counties are known."""
        named = None if county is None or not fold(county) else self._county(state, county, city)
        if city is None or not fold(city):
            return Match(named or state)
        if named and self._places.localities(state).is_independent(named):
            if fold(city) in (fold(self._places.jurisdiction(named).name), fold(county or "")):
                return Match(named)
            return Match(named, unmatched=city)
        return self._city(state, city, named)

    def by_zip(self, zip_code: str, state: str | None, *, county: str | None = None, city: str | None = None) -> Match:
        """The place of a ZIP code and of what else an address says.

        Args:
            zip_code: Five digits.
            state: The code of the state; None where it is not said.
            county: The text in the place of the county.
            city: The text in the place of the city.

        Raises:
            UnknownPlaceError: There is no such ZIP code, or the parts contradict each other.
            AmbiguousPlaceError: The parts fit more than one place.
            InvalidQueryError: The extra that resolves the ZIP code is needed and not installed.
        """
        if self._postal is None:
            raise InvalidQueryError("Postal codes are not resolved here.", hint="Give state and city instead.")
        states = self._postal.states(zip_code)
        if state is not None and state not in states:
            own = tuple(map(self._places.jurisdiction, states))
            where = " or ".join(place.name for place in own)
            raise UnknownPlaceError(
                f"The ZIP code {zip_code} is in {where}, not in {self._places.jurisdiction(state).name}: "
                "the parts contradict each other.",
                query=zip_code,
                suggestions=own,
                hint="Correct the state or the ZIP code.",
            )
        if state is None and county is None and city is None:
            return self._anywhere_in(self._postal.area(zip_code))
        if state is None:
            states = states if len(states) == 1 else self._postal.area(zip_code).states
            if len(states) != 1:
                raise self._places.ambiguous(zip_code, states)
            state = states[0]
        match = self.in_state(state, county=county, city=city)
        if match.code != state:
            if self._postal.has_areas:
                self._check_area(match, zip_code, self._postal)
            return match
        if match.unmatched and not self._places.localities(state).places:
            return match
        if not self._postal.has_areas:
            return match if match.unmatched else Match(state, unmatched=zip_code, assumed=True)
        if match.unmatched is None:
            return self._anywhere_in(self._postal.area(zip_code), within=state)
        try:
            found = self._anywhere_in(self._postal.area(zip_code), within=state)
        except UnknownPlaceError:  # too new for the package, or mistyped
            return match._replace(assumed=True)
        # Where no candidate has a record, the state's answer is as good, and surer.
        return found._replace(unmatched=match.unmatched) if any(map(self._places.local, found.candidates)) else match

    def in_text(self, parts: tuple[str, ...]) -> Match | None:
        """The place of a text that ends in a ZIP code of the United States; None for any other text.

        Args:
            parts: What stands between its commas.
        """
        in_us = len(parts) > 1 and self._places.readings(fold(parts[-1])) == ["US"]
        body = parts[:-1] if in_us else parts
        head, zip_code = split_zip(body[-1]) if body else ("", None)
        if zip_code is None:
            return None
        body = (*body[:-1], head) if head else body[:-1]
        state, rest = self._state_at_end(body)
        last_words = fold(body[-1]).split() if body else []
        if not body and not in_us:
            raise UnknownPlaceError(
                f"{shortened(zip_code)!r} may be a postal code of many countries.",
                query=shortened(zip_code),
                hint=f'For one of the United States: lookup(postal_code="{zip_code:0>5}").',
            )
        if state is None and self._postal and last_words[-1:] in _MILITARY_STATES:
            self._postal.states(parse_zip(zip_code))  # raises: they lie in no state
        foreign = len(zip_code) < 5 and any(
            code[:3] == "AU-" for code in self._places.readings(fold(head), qualifying=True)
        )
        road = len(zip_code) < 5 and bool(body)  # «Route 66, USA»
        if foreign or (state is None and (road or not in_us)):  # «Perth, WA 6000»
            return None
        zip_code = parse_zip(zip_code)
        county: str | None = None
        if state and len(rest) > 1 and self._places.localities(state).county_named(fold(rest[-1])):
            county, rest = rest[-1], rest[:-1]
        return self.by_zip(zip_code, state, county=county, city=rest[-1] if rest else None)

    def before_state(self, state: str, rest: tuple[str, ...]) -> tuple[Match, bool]:
        """Follow the parts right before a state: a city, or a county with or without a city before it.

        Args:
            state: The code of the state.
            rest: The parts, the narrowest first; at least one.

        Returns:
            The place, and whether the state is known to have it.
        """
        localities = self._places.localities(state)
        last = fold(rest[-1])
        county = localities.county_named(last)
        if county and not localities.cities_named(last):
            return (self._city(state, rest[-2], county) if len(rest) > 1 else Match(county)), True
        match = self._city(state, rest[-1])
        if match.unmatched and len(rest) > 1:  # «Alton, Madison, IL»
            county = localities.county_named(last, bare=True)
            inside = [
                code for code in localities.cities_named(fold(rest[-2])) if county and self._may_lie_in(code, county)
            ]
            if county and len(inside) == 1:
                return self._city(state, rest[-2], county), True
        return match, not match.unmatched or match.code != state

    def _anywhere_in(self, area: ZipArea, within: str | None = None) -> Match:
        """All places in which a ZIP code may lie: it is never known which."""
        counties = [code for code in area.counties if within in (None, code.partition("/")[0])]
        states = [state for state in area.states if within in (None, state)]
        covered = {code.partition("/")[0] for code in counties}
        candidates = [*(state for state in states if state not in covered), *counties]
        for state in states:
            localities = self._places.localities(state)
            for name in area.cities:
                for code in localities.cities_named(fold(name)):
                    place = self._places.local(code)
                    if place is None or not (counties and place.counties) or {*counties} & {*place.counties}:
                        candidates.append(code)
        found = tuple(dict.fromkeys(candidates)) or (within or area.states[0],)
        return Match(found[0], assumed=True, candidates=found)

    def _check_area(self, match: Match, zip_code: str, postal: Postal) -> None:
        """Refuse a ZIP code that lies in other counties than the place that was named beside it."""
        known, local = self._places.localities(match.code).counties, self._places.local(match.code)
        own = {match.county} if match.county else {*(local.counties if local else ())} or known.keys() & {match.code}
        if not own or any(code.endswith(_PLANNING_REGION) for code in own):
            return
        try:
            area = postal.area(zip_code)
        except UnknownPlaceError:  # too new for the package, or mistyped
            return
        there = [code for code in area.counties if code in known]
        place = self._places.jurisdiction(match.code)
        # Post offices serve addresses beyond the borders of the city that they are called after.
        if not there or own & {*there} or fold(place.name) in map(fold, area.cities):
            return
        elsewhere = tuple(map(self._places.jurisdiction, there))
        raise UnknownPlaceError(
            f"The ZIP code {zip_code} is in {' or '.join(county.name for county in elsewhere)}, not in {place.name}: "
            "the parts contradict each other.",
            query=zip_code,
            suggestions=elsewhere,
            hint="Correct the county, the city or the ZIP code.",
        )

    def _county(self, state: str, text: str, city: str | None) -> str | None:
        """The county that a text in the place of a county means; None where it says no more than the state."""
        localities = self._places.localities(state)
        folded = fold(text)
        found = localities.county_named(folded, bare=True)
        cities = localities.cities_named(folded)
        if found and any(localities.is_independent(code) for code in cities):
            if folded != fold(self._places.jurisdiction(found).name):
                if city is not None and fold(city) == folded:
                    return cities[0]
                raise self._places.ambiguous(text, (found, *cities))
            return found
        if found:
            return found
        if len(cities) == 1 and (city is None or fold(city) == folded):
            return cities[0]
        if not localities.counties or folded in (fold(self._places.jurisdiction(state).name), fold(state)):
            return None
        if len(cities) == 1:
            message = f"{shortened(text)!r} is a city in {self._places.jurisdiction(state).name}, not a county."
            raise UnknownPlaceError(
                message,
                query=shortened(text),
                suggestions=tuple(map(self._places.jurisdiction, cities)),
                hint="A city goes into city=….",
            )
        suggestions = self._places.similar_counties(text, state)
        meant = f"Did you mean {' or '.join(place.name for place in suggestions[:3])}? " if suggestions else ""
        raise UnknownPlaceError(
            f"There is no county {shortened(text)!r} in {self._places.jurisdiction(state).name}.",
            query=shortened(text),
            suggestions=suggestions,
            hint=f"{meant}A city goes into city=….",
        )

    def _city(self, state: str, text: str, county: str | None = None) -> Match:
        """The place that a text in the place of a city means, in a state or in one of its counties."""
        localities = self._places.localities(state)
        folded = fold(text)
        itself = localities.county_named(folded)
        if itself:
            if county and county != itself:
                raise self._contradiction(text, (itself,), county)
            return Match(itself)
        cities = localities.cities_named(folded)
        inside = [code for code in cities if county is None or self._may_lie_in(code, county)]
        if len(inside) > 1:
            raise self._places.ambiguous(text, inside)
        if inside:
            place = self._places.local(inside[0])
            several = place is not None and len(place.counties) > 1
            return Match(inside[0], county=county if several else None)
        if cities and county:
            raise self._contradiction(text, cities, county)
        hosts = localities.communities_named(folded)
        if county is None and len(hosts) > 1:
            raise self._places.ambiguous(text, hosts)
        return Match(county or (hosts[0] if hosts else state), unmatched=text)

    def _may_lie_in(self, city: str, county: str) -> bool:
        place = self._places.local(city)
        if place is None or self._places.localities(city).is_independent(city):
            return False
        return not place.counties or county in place.counties

    def _contradiction(self, text: str, found: Iterable[str], county: str) -> UnknownPlaceError:
        places = tuple(map(self._places.jurisdiction, found))
        above = {link.name: None for code in found for link in self._places.chain(code) if link.level is Level.COUNTY}
        where = " and ".join(above) or "no county"
        return UnknownPlaceError(
            f"{shortened(text)!r} is in {where}, not in {self._places.jurisdiction(county).name}: "
            "the parts contradict each other.",
            query=shortened(text),
            suggestions=places,
            hint=f"Correct the county, or ask for {' or '.join(place.code for place in places)}.",
        )

    def _state_at_end(self, body: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
        """The state of the US at the end of an address, with or without a comma before it; and the rest."""
        if not body:
            return None, ()
        words = body[-1].split()
        for count in range(min(_WORDS_OF_STATE, len(words)), 0, -1):
            name = fold(" ".join(words[-count:]))
            codes = [code for code in self._places.readings(name, qualifying=True) if code.startswith("US-")]
            if len(codes) == 1:
                left = " ".join(words[:-count])
                return codes[0], (*body[:-1], left) if left else body[:-1]
        return None, body
