"""Which place do county, city and ZIP code mean in a state of the United States? The resolver of addresses.

Pure: the places, the towns and the ZIP codes are handed in. Parts that contradict each other are an error. Where a
part is not understood, every place that it may mean is a candidate, so that no answer is too mild.
"""

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from ..errors import UnknownPlaceError
from ..law.words import Level
from .gazetteer import Gazetteer, shortened
from .identity import STATE_NUMBERS
from .localities import KIND_WORDS, spellings
from .match import SOME_LOCALITY, Match
from .names import compact_name, normalize_name
from .postal import ZipArea, ZipCodes, no_such_zip, parse_zip, split_zip
from .town_tables import TownTable, town_name
from .towns import Towns, WorldCities

__all__ = ["UsAddressResolver", "has_counties"]

_MILITARY_STATES = frozenset({"aa", "ae", "ap"})
_MILITARY_OFFICES = frozenset({"apo", "dpo", "fpo"})
_WORDS_OF_STATE = 4
"""The most words that the name of a state has ("Commonwealth of Puerto Rico")."""
_PLANNING_REGION = "-planning-region"
"""Connecticut's counties of today; ZIP codes are known by the old ones, which do not correspond."""
_REMEMBERED = 4_096
"""How many towns and ZIP codes are remembered with their candidates."""


class _Tail(NamedTuple):
    """The end of an address of the United States."""

    zip_code: str
    """The ZIP code, as it was written."""
    body: tuple[str, ...]
    """The parts before it."""
    state: str | None
    """The code of the state that stood beside it; None where none did."""
    country_named: bool
    """Whether the country stood at the end."""
    before_zip: str
    """What stood in one part with the ZIP code."""


def has_counties(code: str) -> bool:
    """Whether the counties of a place are known: it is a state of the United States."""
    return code.startswith("US-") and "/" not in code


class UsAddressResolver:
    """The resolver of addresses in the United States.

    Args:
        gazetteer: All places.
        towns: The towns of each state.
        zip_codes: All ZIP codes.
        world: The larger cities of the world.
    """

    def __init__(self, gazetteer: Gazetteer, towns: Towns, zip_codes: ZipCodes, world: WorldCities) -> None:
        self._gazetteer = gazetteer
        self._towns = towns
        self._zip_codes = zip_codes
        self._world = world
        self._states_at_end: dict[str, tuple[str | None, str]] = {}
        self._homes_of: dict[str, tuple[str, ...]] = {}
        self._at_home: dict[str, dict[str, tuple[str, ...]]] = {}
        self._around_zip: dict[tuple[str, str | None], tuple[str, ...]] = {}
        self._around_town: dict[tuple[str, str], tuple[str, ...]] = {}
        self._town_tables: dict[str, TownTable] = {}
        self._matches_of_towns: dict[Match, Match] = {}  # equal ones are one object

    # Addresses as parts

    def resolve_in_state(
        self, state: str, *, county: str | None = None, city: str | None = None, zip_code: str | None = None
    ) -> Match:
        """The place that county and city mean in a state.

        Args:
            state: The code of the state.
            county: A county's name or FIPS number.
            city: A city's name.
            zip_code: The ZIP code that narrows down where a city may be that has no record.

        Raises:
            UnknownPlaceError: A part is not known, or the parts contradict each other.
            AmbiguousPlaceError: The parts fit more than one place.
        """
        named = self._county(state, county, city) if county is not None and normalize_name(county) else None
        if city is None or not normalize_name(city):
            return Match(named or state)
        if named and self._gazetteer.localities(state).is_independent(named):
            is_itself = self._is_called(named, city) or compact_name(city) == compact_name(county or "")
            return Match(named, unmatched=None if is_itself else city)
        return self._city(state, city, named, zip_code)

    def resolve_zip(
        self, zip_code: str, state: str | None, *, county: str | None = None, city: str | None = None
    ) -> Match:
        """The place of a ZIP code and of what else an address says.

        Args:
            zip_code: Five digits.
            state: The code of the state; None where it was not given.
            county: The text in the place of the county.
            city: The text in the place of the city.

        Raises:
            UnknownPlaceError: There is no such ZIP code, or the parts contradict each other.
            AmbiguousPlaceError: The parts fit more than one place.
        """
        if county is None and city is not None and state is not None and has_counties(state):
            town = self._in_table(state, city, zip_code)
            if town:
                return town
        states = self._zip_codes.states(zip_code)
        if state is not None and state not in states:
            raise self._in_other_state(zip_code, states, state)
        if county is None and city is None:
            return self._anywhere_in(zip_code, state)
        if state is None:
            if len(states) != 1:
                raise self._gazetteer.ambiguous(zip_code, states)
            state = states[0]
            self._refuse_city_elsewhere(zip_code, state, city)
        if not has_counties(state):  # Palau and its like: the post office's states that are countries
            return Match(state, unmatched=city or county)
        beyond = self._beyond_its_border(zip_code, state, county, city)
        if beyond:
            return beyond
        match = self.resolve_in_state(state, county=county, city=city, zip_code=zip_code)
        if match.code == state:
            return match if match.unmatched else self._anywhere_in(zip_code, state)
        if match.candidates and county is None:
            return match
        return self._part_of_county(self._checked(match, zip_code), zip_code)

    def _refuse_city_elsewhere(self, zip_code: str, state: str, city: str | None) -> None:
        """Refuse a city that no place of the ZIP code's state is called, but some of other states: one is mistyped."""
        if city is None or not has_counties(state) or self.knows_local(state, city):
            return
        others = dict.fromkeys(
            other for name in spellings(normalize_name(city)) for other in self._towns.states_with(compact_name(name))
        )
        if others:
            places = tuple(map(self._gazetteer.jurisdiction, (state, *others)))
            raise UnknownPlaceError(
                f"The ZIP code {zip_code} is in {places[0].name}, which has no known {shortened(city)!r}: "
                "the parts contradict each other.",
                query=zip_code,
                suggestions=places,
                hint="Correct the city or the ZIP code, or give the state too.",
            )

    def _part_of_county(self, match: Match, zip_code: str) -> Match:
        """A county with a ZIP code and no city: the cities with a record remain that the ZIP code may reach in it."""
        if match.unmatched or self._gazetteer.jurisdiction(match.code).level is not Level.COUNTY:
            return match
        around = self._candidates(zip_code, match.code.partition("/")[0])
        around = around or self._gazetteer.localities(match.code).cities_in(match.code)  # no such ZIP code
        inside = [code for code in around if code != match.code and self._may_lie_in(code, match.code)]
        return match._replace(is_guess=True, candidates=(match.code, *inside)) if inside else match

    def resolve_before_state(self, state: str, rest: tuple[str, ...]) -> Match:
        """Follow the parts right before a state: a city, or a county with or without a city before it.

        Args:
            state: The code of the state.
            rest: The parts, the narrowest first; at least one.

        Returns:
            The place.
        """
        zip_code = split_zip(rest[-1])
        if zip_code[1] and len(zip_code[1]) >= 5:  # "62002, Illinois"
            rest = (*rest[:-1], zip_code[0]) if zip_code[0] else rest[:-1]
            return self.resolve_zip(parse_zip(zip_code[1]), state, city=_last(rest))
        localities = self._gazetteer.localities(state)
        text = rest[-1]
        last = normalize_name(text)
        county = localities.county_named(last)
        if county and not localities.cities_called(last):
            return self._city(state, rest[-2], county) if len(rest) > 1 else Match(county)
        if state in self._gazetteer.candidate_codes(last, qualifying=True) and not localities.cities_called(last):
            # "California, CA"; but "New York, NY" is a city.
            return self.resolve_before_state(state, rest[:-1]) if len(rest) > 1 else Match(state)
        self._refuse_other_state(state, rest[-1])
        county = localities.county_named(last, bare=True) if len(rest) > 1 else None
        if county is None:
            return self._city(state, text)
        before = [*rest][-2]  # "Alton, Madison, IL"
        named = localities.cities_named(normalize_name(before))
        inside = [code for code in named if self._may_lie_in(code, county)]
        if len(inside) == 1:
            return self._city(state, before, county)
        return self._or_in_county(self._city(state, text), before, county)

    def _or_in_county(self, match: Match, text: str, county: str) -> Match:
        """The same match, or a city with a record in a county: "1 Main St Alton, Madison, IL", "Altn, Madison, IL"."""
        meant = self._gazetteer.localities(county).ends_like(normalize_name(text), county)
        inside = [code for code in meant if code != match.code]
        if not inside:
            return match
        candidates = dict.fromkeys((*(match.candidates or (match.code,)), *inside))
        return match._replace(is_guess=True, candidates=tuple(candidates))

    def knows_town(self, state: str, text: str) -> bool:
        """Whether a state has a place of that name: with a record, or among its towns."""
        name = normalize_name(text)
        localities = self._gazetteer.localities(state)
        return any(
            localities.cities_called(spelling) or self._towns.knows(state, compact_name(spelling))
            for spelling in spellings(name)
        )

    def knows_local(self, state: str, text: str) -> bool:
        """Whether a state has a town or a county of that name, the county with or without the word "County"."""
        localities = self._gazetteer.localities(state)
        return self.knows_town(state, text) or localities.county_named(normalize_name(text), bare=True) is not None

    def may_have(self, state: str, text: str) -> bool:
        """Whether a text is a state, or what it has: a town or a county, one of them misspelled included."""
        name = normalize_name(text)
        return (
            self.knows_local(state, text)
            or state in self._gazetteer.candidate_codes(name)
            or bool(self._misspelled(state, name))
            or bool(self._gazetteer.similar_local(text, state))
        )

    def _misspelled(self, state: str, name: str) -> tuple[str, ...]:
        """The towns for which a name may be misspelled: "peral city" for Pearl City, and for Pearl."""
        found = (town for spelt in spellings(name) for town in self._towns.misspelled(state, compact_name(spelt)))
        return tuple(dict.fromkeys(found))

    def county_called(self, state: str, name: str) -> str | None:
        """The county of a normalized name with or without the word "County", or the one that used to be called so."""
        localities = self._gazetteer.localities(state)
        former = localities.counties.former.get(name, ())
        return localities.county_named(name, bare=True) or (former[0] if len(former) == 1 else None)

    def states_of_zip(self, zip_code: str) -> tuple[str, ...]:
        """The codes of the states in which a ZIP code lies; none where there is no such ZIP code."""
        try:
            return self._zip_codes.states(zip_code[:5])
        except UnknownPlaceError:
            return ()

    def resolve_number(self, digits: str, state: str | None = None) -> str | None:
        """The code of a state by its two FIPS digits, or of a county by its five; None where there is none."""
        codes = {number: code for code, number in STATE_NUMBERS.items()}
        if len(digits) == 3 and state is not None and state in STATE_NUMBERS:
            digits = STATE_NUMBERS[state] + digits
        found = codes.get(digits[:2])
        if found is None or len(digits) == 2:
            return found
        return self._gazetteer.counties(found).by_number.get(digits[2:]) if len(digits) == 5 else None

    # Addresses as columns

    def town_table(self, state: str) -> TownTable:
        """What is decided by name and ZIP code alone of the towns of a state: most addresses of shops."""
        known = self._town_tables.get(state)
        if known is None:
            localities = self._gazetteer.localities(state)
            keys = self._gazetteer.names.quarters
            quarters = (key.removeprefix(f"{state}/") for key in keys if key.startswith(f"{state}/"))
            known = self._town_tables[state] = TownTable(
                towns=self._towns.names(state),
                others=localities.own_names.union(quarters),
                around=partial(self._match_of_any_town, state),
                has_zip=partial(self._towns.has_zip, state) if localities.places else None,
            )
        return known

    def _match_of_any_town(self, state: str, zip_code: str) -> Match | None:
        """What a town means that has a ZIP code; None where the ZIP code is not known to lie in the state."""
        try:
            area = self._zip_codes.area(zip_code)
        except UnknownPlaceError:
            return None
        if area is None or state not in area.states:
            return None
        around = self._around_one(state, zip_code) if self._gazetteer.localities(state).places else ()
        match = self._match_town(state, SOME_LOCALITY, around)
        return self._matches_of_towns.setdefault(match, match)

    def _in_table(self, state: str, city: str, zip_code: str) -> Match | None:
        """What the table of a state decides of a town."""
        name = town_name(city)
        match = self.town_table(state).match(name, zip_code) if name else None
        return match and match._replace(unmatched=city)

    # Addresses as text

    def resolve_text(self, parts: tuple[str, ...]) -> Match | None:
        """The place of a text that ends in a ZIP code of the United States; None for any other text.

        Args:
            parts: What stands between its commas, such as ``("12 Main St", "Alton", "IL 62002")``.
        """
        tail = self._tail(parts)
        if tail is None:
            return None
        if not tail.body and tail.state is None and not tail.country_named:
            raise UnknownPlaceError(
                f"{shortened(tail.zip_code)!r} may be a postal code of many countries.",
                query=shortened(tail.zip_code),
                hint=f'For one of the United States, give the country too: "{tail.zip_code:0>5}, USA".',
            )
        state, rest = (tail.state, tail.body) if tail.state else self._state_at_end(tail.body)
        if state is None:
            self._refuse_military(tail)
        if self._is_foreign(tail, state):
            return None
        zip_code = parse_zip(tail.zip_code)
        if state is None or len(rest) < 2:
            return self.resolve_zip(zip_code, state, city=_last(rest))
        localities, last = self._gazetteer.localities(state), normalize_name(rest[-1])
        county = localities.county_named(last, bare=True)
        if county and localities.county_named(last):  # "Alton, Madison County, IL 62002"
            return self.resolve_zip(zip_code, state, county=rest[-1], city=rest[-2])
        match = self.resolve_zip(zip_code, state, city=rest[-1])
        return self._or_in_county(match, rest[-2], county) if county else match  # "Jurupa Valley, Riverside, CA 91752"

    def _tail(self, parts: tuple[str, ...]) -> _Tail | None:
        """Take country and ZIP code off the end."""
        body, in_us = parts, False
        if not parts:
            return None
        end = parts[-1]
        if not end[-1:].isdigit():
            before, _, last = end.rpartition(" ")
            if len(parts) > 1 and self._is_us(end):
                body, in_us = parts[:-1], True
            elif before[-1:].isdigit() and self._is_us(last):  # "IL 62002 USA"
                body, in_us = (*parts[:-1], before), True
        head, zip_code = split_zip(body[-1])
        if zip_code is not None:
            return _Tail(zip_code, (*body[:-1], head) if head else body[:-1], None, in_us, head)
        if len(body) > 1:  # "62002, Illinois"; but "Berlin 10115, DE" is in Germany, because 10115 is not in Delaware
            head, zip_code = split_zip(body[-2])
            if zip_code is not None and len(zip_code) >= 5:
                state, rest = self._state_at_end(body[-1:])
                if state and not rest and (in_us or state in self.states_of_zip(zip_code)):
                    return _Tail(zip_code, (*body[:-2], head) if head else body[:-2], state, in_us, head)
        return None

    def _is_us(self, text: str) -> bool:
        return self._gazetteer.candidate_codes(normalize_name(text)) == ["US"]

    def _is_foreign(self, tail: _Tail, state: str | None) -> bool:
        """Whether the number at the end is no ZIP code: "Perth, WA 6000", "Route 66, USA", "Berlin 10115"."""
        if len(tail.zip_code) >= 5:
            return state is None and not tail.country_named
        qualifiers = self._gazetteer.candidate_codes(normalize_name(tail.before_zip), qualifying=True)
        if any(code.startswith("AU-") for code in qualifiers):
            return True
        return state is None and (bool(tail.body) or not tail.country_named)

    def _refuse_military(self, tail: _Tail) -> None:
        words = normalize_name(tail.body[-1]).split() if tail.body else []
        if words and words[-1] in _MILITARY_STATES:
            self._zip_codes.states(parse_zip(tail.zip_code))  # raises: they lie in no state

    def refuse_military(self, city: str | None, state: str) -> None:
        """Refuse an address of the armed forces, such as "APO, AE", which lies in no state.

        Raises:
            UnknownPlaceError: It is one.
        """
        if normalize_name(state) not in _MILITARY_STATES:
            return
        words = normalize_name(city or "").split()
        if not words or words[0] in _MILITARY_OFFICES:
            raise UnknownPlaceError(
                f"{shortened(state)!r} is an address of the armed forces, which lies in no state.",
                query=shortened(state),
                hint="Ask for the country or state in which the base lies.",
            )

    def _state_at_end(self, body: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
        """The state of the US at the end of an address, with or without a comma before it; and the rest."""
        if not body:
            return None, ()
        known = self._states_at_end.get(body[-1])
        if known is None:
            if len(self._states_at_end) >= _REMEMBERED:
                self._states_at_end = {}
            known = self._states_at_end[body[-1]] = self._split_state(body[-1])
        state, left = known
        if state is None:
            return None, body
        return state, (*body[:-1], left) if left else body[:-1]

    def _split_state(self, part: str) -> tuple[str | None, str]:
        """The state at the end of a part, and what stands before it."""
        words = part.split()
        for count in range(min(_WORDS_OF_STATE, len(words)), 0, -1):
            name = normalize_name(" ".join(words[-count:]))
            codes = self._gazetteer.candidate_codes(name, qualifying=True)
            american = [code for code in codes if code.startswith("US-")]
            if len(american) == 1:
                return american[0], " ".join(words[:-count])
        return None, part

    # Counties

    def _county(self, state: str, text: str, city: str | None) -> str | None:
        """The county that a text in the place of a county means; None where it says no more than the state."""
        localities = self._gazetteer.localities(state)
        name = normalize_name(text)
        if name.isdigit():
            return self._county_numbered(state, name)
        former = localities.counties.former.get(name, ())
        if len(former) == 1:
            return former[0]
        if former:
            raise self._gazetteer.ambiguous(text, former)
        found = localities.county_named(name, bare=True)
        cities = localities.cities_named(name)
        independent = next((code for code in cities if localities.is_independent(code)), None)
        if found and independent:
            return self._county_or_city(text, name, found, independent, city)
        if found:
            return found
        if len(cities) == 1 and (city is None or self._is_called(cities[0], city)):
            return cities[0]
        place = self._gazetteer.jurisdiction(state)
        if not localities.counties or name in (normalize_name(place.name), normalize_name(state)):
            return None
        if len(cities) == 1:
            raise UnknownPlaceError(
                f"{shortened(text)!r} is a city in {place.name}, not a county.",
                query=shortened(text),
                suggestions=tuple(map(self._gazetteer.jurisdiction, cities)),
                hint="Give it as the city.",
            )
        suggestions = self._gazetteer.similar_counties(text, state)
        meant = f"Did you mean {' or '.join(place.name for place in suggestions[:3])}? " if suggestions else ""
        raise UnknownPlaceError(
            f"There is no county {shortened(text)!r} in {place.name}.",
            query=shortened(text),
            suggestions=suggestions,
            hint=f"{meant}If it is a city, give it as the city.",
        )

    def _county_or_city(self, text: str, name: str, county: str, independent: str, city: str | None) -> str:
        """Which of two: Richmond County, Virginia, or the city of Richmond, which is in no county."""
        if name == normalize_name(self._gazetteer.jurisdiction(county).name):
            return county
        if name.endswith(" city") or (city is not None and self._is_called(independent, city)):
            return independent
        raise self._gazetteer.ambiguous(text, (county, independent))

    def _county_numbered(self, state: str, digits: str) -> str:
        found = self.resolve_number(digits, state) if len(digits) in (3, 5) else None
        if found and found.startswith(f"{state}/"):
            return found
        padded = digits.zfill(5)
        lost = self.resolve_number(padded, state) if len(digits) == 4 else None
        raise UnknownPlaceError(
            f"{self._gazetteer.jurisdiction(state).name} has no county with the number {digits}.",
            query=digits,
            suggestions=(self._gazetteer.jurisdiction(lost),) if lost else (),
            hint=f'Did you mean "{padded}"? A spreadsheet drops leading zeros.'
            if lost
            else "A county's FIPS number has five digits, the first two of them the state's.",
        )

    def _is_called(self, code: str, text: str) -> bool:
        """Whether a text is the name of a place, with or without "city" after it."""
        name = compact_name(self._gazetteer.jurisdiction(code).name)
        return any(compact_name(spelling) == name for spelling in spellings(normalize_name(text)))

    # Cities

    def _city(self, state: str, text: str, county: str | None = None, zip_code: str | None = None) -> Match:
        """The place that a text in the place of a city means, in a state or in one of its counties."""
        localities = self._gazetteer.localities(state)
        name = normalize_name(text)
        compact = compact_name(name)
        if (  # most addresses: a town of one name and no law of its own
            name[name.rfind(" ") + 1 :] not in KIND_WORDS
            and compact not in localities.own_names
            and " of " not in name
            and self._towns.knows(state, compact)
            and f"{state}/{compact}" not in self._gazetteer.names.quarters
        ):
            return self._known_town(state, text, compact, county, zip_code)
        itself = localities.county_named(name)
        if itself:
            if county and county != itself:
                raise self._contradiction(text, (itself,), county)
            return Match(itself)
        written = tuple(spellings(name))
        for index, spelling in enumerate(written):
            compact = compact_name(spelling)
            cities = localities.cities_called(spelling)
            if cities:
                return self._one_of(cities, text, county)
            quarter = self._gazetteer.names.quarters.get(f"{state}/{compact}")
            if quarter and self._gazetteer.local(quarter) and (county is None or self._may_lie_in(quarter, county)):
                return Match(quarter, unmatched=text)
            host, *more = localities.communities_named(spelling) or (None,)
            if more and county is None:
                raise self._gazetteer.ambiguous(text, localities.communities_named(spelling))
            if host and county is None:
                return Match(host, unmatched=text)
            if self._towns.knows(state, compact):
                match = self._known_town(state, text, compact, county, zip_code)
                return self._or_without_kind(match, state, written[index + 1 :]) if written[index + 1 :] else match
        return self._unknown_town(state, text, name, county, zip_code)

    def _or_without_kind(self, match: Match, state: str, written: tuple[str, ...]) -> Match:
        """The same match, or the town without "city" after its name: "Pearl city" may be Pearl, and Pearl City."""
        others: list[str] = []
        for spelling in written:
            others += self._gazetteer.localities(state).cities_called(spelling)
            others += self._governing(state, compact_name(spelling))
        candidates = _several(match.code, (*match.candidates, *others)) if others else match.candidates
        return match._replace(is_guess=match.is_guess or bool(others), candidates=candidates)

    def _one_of(self, cities: tuple[str, ...], text: str, county: str | None) -> Match:
        """The one of the cities of a name that may lie in a county."""
        inside = [code for code in cities if county is None or self._may_lie_in(code, county)]
        if len(inside) > 1:
            raise self._gazetteer.ambiguous(text, inside)
        if not inside:
            raise self._contradiction(text, cities, county or "")
        place = self._gazetteer.local(inside[0])
        several = place is not None and len(place.counties) > 1
        return Match(inside[0], county=county if several else None)

    def _known_town(self, state: str, text: str, town: str, county: str | None, zip_code: str | None) -> Match:
        """A town without a record: the law of its county holds, or of the city that it is a part of.

        "Belmont, MS" lies in Tishomingo County, which has a ban; "Bayville, NJ" has its ZIP code in common with
        Berkeley Township. What the town itself decided is not recorded.
        """
        if zip_code is None:
            around = self._governing(state, town)
        elif self._towns.has_zip(state, town, zip_code):
            around = self._around_one(state, zip_code)
        else:  # a town of that name, but the ZIP code is another's: both remain
            around = (*self._candidates(zip_code, state), *self._around(state, town))
        if county and not self._reaches(state, town, county):  # "Frankfort, Franklin County": West Frankfort?
            inside = self._gazetteer.localities(state).cities_in(county)
            return _open(county, text, (*inside, *around))
        if county:
            return _open(county, text, [code for code in around if self._may_lie_in(code, county)], is_town=True)
        if zip_code is None:
            return _open(state, text, around, is_town=True)
        return self._match_town(state, text, around)

    def _match_town(self, state: str, text: str, around: Iterable[str]) -> Match:
        """A town without a record, which may lie in some places: it has the law of the state if none has a record."""
        candidates = tuple(dict.fromkeys(around))
        if any(map(self._gazetteer.local, candidates)):
            return Match(candidates[0], text, is_town=True, is_guess=True, candidates=candidates)
        return Match(state, text, is_town=True)

    def _unknown_town(self, state: str, text: str, name: str, county: str | None, zip_code: str | None) -> Match:
        """A name that no town of the state has: a county, a misspelling, a street, or not known.

        Whatever it may be meant for remains possible; where it is like nothing, every place in the state does.
        """
        localities = self._gazetteer.localities(state)
        bare = localities.county_named(name, bare=True) or next(iter(localities.counties.former.get(name, ())), None)
        if bare and county is None and zip_code is None:  # "Lowndes, Mississippi"
            return Match(bare, is_guess=True)
        around = self._candidates(zip_code, state) if zip_code else ()
        if around and county:
            return _open(county, text, [code for code in around if self._may_lie_in(code, county)])
        if around:
            if any(map(self._gazetteer.local, around)):
                return Match(around[0], text, is_guess=True, candidates=around)
            return Match(state, text)
        close: tuple[str, ...] = ()
        is_misspelled = False
        if localities.places and not any(
            self._towns.has_cut(state, compact_name(spelling)) for spelling in spellings(name)
        ):
            close = tuple(town for town in self._misspelled(state, name) if not localities.cities_called(town))
            is_misspelled = bool(close) or localities.is_misspelled(name)
        if not is_misspelled:
            # Cut short, a street, or like nothing: sure only where all places have the same law.
            if county:
                return Match(county, text, candidates=_several(county, localities.cities_in(county)))
            return _open(state, text, localities.sorted_codes)
        meant = (*localities.possibly_meant(name), *(code for town in close for code in self._around(state, town)))
        if county:
            inside = [code for code in meant if self._may_lie_in(code, county)]
            return _open(county, text, inside or localities.cities_in(county))
        return _open(state, text, meant)

    def _reaches(self, state: str, town: str, county: str) -> bool:
        """Whether a ZIP code of a town touches a county; of a town without one nothing else is known."""
        zips = self._towns.zips(state, town)
        areas = map(self._zip_codes.area, zips)
        return not zips or any(area is not None and county in area.counties for area in areas)

    def _governing(self, state: str, town: str) -> tuple[str, ...]:
        """The places with a record whose law may hold in a town that is named without a ZIP code.

        A place of 15,000 people is more than a post office: that mail for Lincolnwood may say "Chicago" makes Chicago
        no part of Lincolnwood, which has three of its eighty ZIP codes. Bayville lies in Berkeley Township, which has
        the only one that Bayville has. So its counties remain, and the cities that have half of its ZIP codes.
        """
        around = self._around(state, town)
        if not around or state not in self._world.places_with(town):
            return around
        own = {*self._towns.zips(state, town)}
        return tuple(
            code
            for code in around
            if self._gazetteer.jurisdiction(code).level is Level.COUNTY
            or 2 * len(own & {*self._homes(code)}) >= len(own)
        )

    def _around(self, state: str, town: str) -> tuple[str, ...]:
        """The places with a record that the ZIP codes of a town touch: counties, and cities that have them too."""
        key = (state, town)
        known = self._around_town.get(key)
        if known is None:
            localities = self._gazetteer.localities(state)
            found: dict[str, None] = {}
            if localities.places:
                for zip_code in self._towns.zips(state, town):
                    found.update(dict.fromkeys(self._around_one(state, zip_code)))
            bare = localities.county_named(town, bare=True) if localities.has_county_records else None
            recorded = (code for code in (*found, *((bare,) if bare else ())) if self._gazetteer.local(code))
            if len(self._around_town) >= _REMEMBERED:
                self._around_town = {}
            known = self._around_town[key] = tuple(dict.fromkeys(recorded))
        return known

    def _around_one(self, state: str, zip_code: str) -> tuple[str, ...]:
        """The counties that a ZIP code touches in a state, and the cities with a record that have it too."""
        area = self._zip_codes.area(zip_code)
        counties = [code for code in area.counties if code.startswith(f"{state}/")] if area else []
        return (*counties, *self._cities_with(state, zip_code))

    def _cities_with(self, state: str, zip_code: str) -> tuple[str, ...]:
        """The cities and reservations with a record that have a ZIP code by one of their names."""
        known = self._at_home.get(state)
        if known is None:
            known = self._at_home[state] = {}
            for code, place in self._gazetteer.localities(state).places.items():
                for own in self._homes(code) if place.level is not Level.COUNTY else ():
                    known[own] = (*known.get(own, ()), code)
        return known.get(zip_code, ())

    def _homes(self, code: str) -> tuple[str, ...]:
        """The ZIP codes of a city or reservation with a record, by its names and those of its quarters."""
        known = self._homes_of.get(code)
        if known is None:
            place = self._gazetteer.local(code)
            names = (place.name, *place.aliases) if place else (self._gazetteer.jurisdiction(code).name,)
            state = code.partition("/")[0]
            spelt = (*map(compact_name, names), *self._gazetteer.quarters_of(code))
            found = (zip_code for name in spelt for zip_code in self._towns.zips(state, name))
            known = self._homes_of[code] = tuple(dict.fromkeys(found))
        return known

    def _may_lie_in(self, code: str, county: str) -> bool:
        return code == county or code in self._gazetteer.localities(code).places_in(county)

    def _refuse_other_state(self, state: str, text: str) -> None:
        """Refuse two states, as in "Louisiana, Ohio"; "Delaware, Ohio" is a town."""
        name = normalize_name(text)
        codes = self._gazetteer.candidate_codes(name) if len(name) > 2 else []
        first, _, more = text.strip().partition(" ")
        if more and first.isupper() and first.isalpha():  # "Nashville, TN Alton, IL"
            codes = codes or self._gazetteer.candidate_codes(normalize_name(first), qualifying=True)
        others = [code for code in codes if code.startswith("US-") and code != state]
        if (
            others
            and not self.knows_town(state, text)
            and (not more or len(first) == 2 or name in map(normalize_name, self._names_of(others)))
        ):
            named = self._gazetteer.jurisdiction(state)
            raise UnknownPlaceError(
                f"{shortened(text)!r} is not in {named.name}: the parts contradict each other.",
                query=shortened(text),
                suggestions=(*map(self._gazetteer.jurisdiction, others), named),
                hint="Ask about one place at a time.",
            )

    def _names_of(self, codes: Iterable[str]) -> Iterable[str]:
        return (self._gazetteer.jurisdiction(code).name for code in codes)

    # ZIP codes

    def _anywhere_in(self, zip_code: str, within: str | None = None) -> Match:
        """All places in which a ZIP code may lie: it is never known which."""
        found = self._candidates(zip_code, within)
        if not found:
            raise no_such_zip(zip_code)
        return Match(found[0], is_guess=True, candidates=found)

    def _candidates(self, zip_code: str, within: str | None) -> tuple[str, ...]:
        """The counties that a ZIP code touches, and the cities with a record that it may reach.

        A city may be reached whose name the post office takes for the ZIP code, or for one next to it; and one of
        which no ZIP code is known, in the same county.
        """
        key = (zip_code, within)
        known = self._around_zip.get(key)
        if known is None:
            if len(self._around_zip) >= _REMEMBERED:
                self._around_zip = {}
            known = self._around_zip[key] = tuple(self._found_around(zip_code, within))
        return known

    def _found_around(self, zip_code: str, within: str | None) -> Iterable[str]:
        area = self._zip_codes.area(zip_code)
        if area is None:
            return ()
        counties = [code for code in area.counties if within in (None, code.partition("/")[0])]
        states = [state for state in area.states if within in (None, state)]
        covered = {code.partition("/")[0] for code in counties}
        found = [*(state for state in states if state not in covered), *counties]
        for state in states:
            for code, place in self._gazetteer.localities(state).places.items():
                if place.level is Level.COUNTY:
                    continue
                homes = self._homes(code)
                elsewhere = place.counties and counties and not {*counties} & {*place.counties}
                if zip_code in homes or (not elsewhere and (not homes or self._zip_codes.are_near(zip_code, homes))):
                    found.append(code)
        return found

    def _checked(self, match: Match, zip_code: str) -> Match:
        """Refuse a ZIP code that lies in other counties than the place that was named beside it.

        In the same county, but not near the city that was named, it may be that city's or another's: both remain.
        """
        localities, local = self._gazetteer.localities(match.code), self._gazetteer.local(match.code)
        counties = localities.counties
        own = {match.county} if match.county else {*(local.counties if local else ())} or counties.keys() & {match.code}
        area = self._zip_codes.area(zip_code)
        if area is None or not own or any(code.endswith(_PLANNING_REGION) for code in own):
            return match  # too new for the table, or mistyped
        there = [code for code in area.counties if code in counties]
        homes = self._homes(match.code)
        # Post offices serve addresses beyond the borders of the city that they are called after.
        if zip_code in homes or not there:
            return self._or_outside(match, area)
        if not own & {*there}:
            raise self._in_other_county(zip_code, there, match.code)
        if match.candidates or match.unmatched or (local and local.level is Level.COUNTY) or match.code in counties:
            return match
        if not homes or self._zip_codes.are_near(zip_code, homes):
            return self._or_outside(match, area)
        around = self._candidates(zip_code, match.code.partition("/")[0])
        found = tuple(dict.fromkeys((*around, match.code)))
        return Match(match.code, is_guess=True, county=None, candidates=found)

    def _or_outside(self, match: Match, area: ZipArea) -> Match:
        """A city, or the land around it: its post office serves both, and a county's rule may end at the city limits.

        "Sarasota, FL 34241" lies outside the city; so does "St. Louis, MO 63123", and that city is in no county. Sure
        only where city and county have the same law.
        """
        if match.candidates or match.unmatched or self._gazetteer.jurisdiction(match.code).level is Level.COUNTY:
            return match
        in_no_county = self._gazetteer.localities(match.code).is_independent(match.code)
        outside = [
            code
            for code in area.counties
            if self._gazetteer.ends_at_cities(code) or (in_no_county and self._gazetteer.local(code))
        ]
        return match._replace(candidates=_several(match.code, outside)) if outside else match

    def _beyond_its_border(self, zip_code: str, state: str, county: str | None, city: str | None) -> Match | None:
        """The county that was named, where the city is only that of the post office.

        "St. Louis, St. Louis County, MO 63123": the city of St. Louis is in no county, but its post offices serve
        this one.
        """
        if county is None or city is None:
            return None
        area = self._zip_codes.area(zip_code)
        localities = self._gazetteer.localities(state)
        named = localities.county_named(normalize_name(county), bare=True)
        if area is None or named not in area.counties or not normalize_name(county):
            return None
        if any(self._may_lie_in(code, named) for code in localities.cities_named(normalize_name(city))):
            return None
        if normalize_name(county) != normalize_name(
            self._gazetteer.jurisdiction(named).name
        ) and localities.cities_named(normalize_name(county)):
            return None  # "Richmond" alone may be the city
        served = zip_code in self._towns.zips(state, compact_name(city))
        return Match(named, unmatched=city) if served and localities.cities_named(normalize_name(city)) else None

    # Errors

    def _in_other_state(self, zip_code: str, states: tuple[str, ...], state: str) -> UnknownPlaceError:
        own = tuple(map(self._gazetteer.jurisdiction, states))
        where = " or ".join(place.name for place in own)
        return UnknownPlaceError(
            f"The ZIP code {zip_code} is in {where}, not in {self._gazetteer.jurisdiction(state).name}: "
            "the parts contradict each other.",
            query=zip_code,
            suggestions=own,
            hint="Correct the state or the ZIP code.",
        )

    def _in_other_county(self, zip_code: str, counties: Iterable[str], code: str) -> UnknownPlaceError:
        elsewhere = tuple(map(self._gazetteer.jurisdiction, counties))
        where = " or ".join(county.name for county in elsewhere)
        return UnknownPlaceError(
            f"The ZIP code {zip_code} is in {where}, not in {self._gazetteer.jurisdiction(code).name}: "
            "the parts contradict each other.",
            query=zip_code,
            suggestions=elsewhere,
            hint="Correct the county, the city or the ZIP code.",
        )

    def _contradiction(self, text: str, found: Iterable[str], county: str) -> UnknownPlaceError:
        places = tuple(map(self._gazetteer.jurisdiction, found))
        chains = (self._gazetteer.chain(place.code) for place in places)
        above = {link.name: None for chain in chains for link in chain if link.level is Level.COUNTY}
        where = " and ".join(above) or "no county"
        return UnknownPlaceError(
            f"{shortened(text)!r} is in {where}, not in {self._gazetteer.jurisdiction(county).name}: "
            "the parts contradict each other.",
            query=shortened(text),
            suggestions=places,
            hint=f"Correct the county, or ask for {' or '.join(place.code for place in places)}.",
        )


def _last(parts: tuple[str, ...]) -> str | None:
    return next(reversed(parts), None)


def _several(code: str, more: Iterable[str]) -> tuple[str, ...]:
    """A place and others that remain possible; none where it is the only one."""
    candidates = tuple(dict.fromkeys((code, *more)))
    return candidates if len(candidates) > 1 else ()


def _open(code: str, text: str, around: Iterable[str], *, is_town: bool = False) -> Match:
    """A place with a locality that may lie in others too."""
    candidates = _several(code, around)
    return Match(code, text, is_town, is_guess=bool(candidates), candidates=candidates)
