"""Which place does a text, a code or a set of address parts mean? The resolver, the only one.

Pure: the names are handed in. The order is: exact code with a hyphen, qualified name, unique name or alias, error.
Similar names are only ever suggested.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import NamedTuple, Protocol

from .counties import County
from .errors import AmbiguousPlaceError, InvalidQueryError, UnknownPlaceError
from .localities import Localities, LocalPlace
from .models import Jurisdiction, Level
from .names import fold, split_parts
from .postal import ZipArea, parse_zip, split_zip

__all__ = ["LocalPlace", "Match", "PlaceNames", "Places", "Postal"]

_MAX_LENGTH = 200
_CODE = re.compile(r"([A-Za-z]{2}-[A-Za-z0-9]{1,3})(/[A-Za-z0-9-]+)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER = re.compile(r"\b\d{4,6}\b")
_MILITARY_STATES = (["aa"], ["ae"], ["ap"])
_WORDS_OF_STATE = 4
"""The most words that the name of a state has («Commonwealth of Puerto Rico»)."""
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


class Places:
    """All places of one dataset, and the way from text to place.

    Args:
        names: The names of countries and states.
        cities: Answers the folded names of the cities of a place whose abbreviation has two readings.
        local: The counties, cities and reservations that have a record.
        parents: The parent of each dependent territory that has one.
        counties: Reads all counties of a state, also those without a record; None where none are known.
        postal: What is known of ZIP codes; None where nothing is.
    """

    def __init__(
        self,
        names: PlaceNames,
        cities: Callable[[str], Collection[str]],
        local: Iterable[LocalPlace] = (),
        parents: Mapping[str, str] | None = None,
        counties: Callable[[str], Mapping[str, County]] | None = None,
        postal: Postal | None = None,
    ) -> None:
        self._names = names
        self._cities = cities
        self._parents = parents or {}
        self._counties: Callable[[str], Mapping[str, County]] = counties or (lambda _: {})
        self._postal = postal
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
        return Jurisdiction.model_construct(
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
        return Jurisdiction.model_construct(
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

    def similar_local(self, text: str, within: str) -> tuple[Jurisdiction, ...]:
        """Places with a record in a state whose names are spelt like a text, the most similar first."""
        if "-" not in within:
            return ()
        found = self.localities(within).similar(fold(text), _SUGGESTIONS)
        return tuple(self.jurisdiction(code) for code in found if code != within)

    def resolve(self, text: str) -> Match:
        """Answer which place a text means.

        Args:
            text: A code, a name, or a qualified name such as ``"Nashville, Tennessee, USA"``.

        Returns:
            The place, and the locality that it does not cover.

        Raises:
            UnknownPlaceError: Nothing is called that.
            AmbiguousPlaceError: More than one place is called that.
            InvalidQueryError: It is not text.
        """
        _check_text(text)
        if _CODE.fullmatch(text.strip()):
            return self.resolve_code(text)
        codes = self._readings(fold(text))
        if len(codes) == 1:
            return Match(codes[0])
        parts = split_parts(text)
        address = self._us_address(parts)
        if address:
            return address
        if len(parts) > 1:
            return self._qualified(parts, text)
        if not codes:
            raise self._unknown(text)
        raise self._ambiguous(text, codes)

    def resolve_code(self, code: str) -> Match:
        """Answer which place an exact code of ours means; never reads it as anything else.

        Args:
            code: ISO 3166-1 alpha-2, ISO 3166-2, or one of ours below that, in any case.

        Returns:
            The place. For a subdivision of a country whose subdivisions make no law on kratom: the country.

        Raises:
            UnknownPlaceError: There is no such code.
            InvalidQueryError: It is not text.
        """
        _check_text(code)
        upper, slash, slug = code.strip().partition("/")
        exact = upper.upper() + slash + slug.lower()
        if exact in self._names.places or exact in self._local:
            return Match(exact)
        if slash and exact in self._counties(upper.upper()):
            return Match(exact)
        if f"US-{exact}" in self._names.territories:
            return Match(f"US-{exact}")
        country = exact[:2]
        subdivided = any(known.startswith(f"{country}-") for known in self._names.places)
        if _CODE.fullmatch(exact) and not slash and country in self._names.places and not subdivided:
            return Match(country, unmatched=exact)
        if slash and upper.upper() in self._names.places:
            suggestions = self.similar_local(slug, upper.upper()) or self._similar_counties(slug, upper.upper())
            meant = f"Did you mean {' or '.join(place.code for place in suggestions[:3])}? " if suggestions else ""
            hint = f"{meant}No place of that code has a record; ask for {upper.upper()}, or name the place."
        else:
            suggestions = self._similar(fold(exact), self._names.names)
            hint = "Codes are ISO 3166-1 («TH»), ISO 3166-2 («US-LA») or ours below that («US-CA/san-diego»)."
        raise UnknownPlaceError(
            f"There is no place with the code {_short(code)!r}.",
            query=_short(code),
            suggestions=suggestions,
            hint=hint,
        )

    def resolve_parts(
        self,
        *,
        country: str | None = None,
        state: str | None = None,
        county: str | None = None,
        city: str | None = None,
        postal_code: str | None = None,
    ) -> Match:
        """Answer which place the parts of an address mean.

        Args:
            country: A country's name or code; «DE» is Germany here.
            state: A state's name, code or postal abbreviation; «DE» is Delaware here.
            county: A county's name, with or without the word «County».
            city: A city's name.
            postal_code: A postal code; a ZIP code where no other country than the United States is given.

        Returns:
            The place, and the locality that it does not cover.

        Raises:
            UnknownPlaceError: A part is not known, or the parts contradict each other.
            AmbiguousPlaceError: The parts fit more than one place.
            InvalidQueryError: A part is not text, or there is none; or the ZIP code stands alone, and the extra that
                resolves it is not installed.
        """
        for part in (country, state, county, city):
            if part is not None:
                _check_text(part)
        rest = tuple(part for part in (city, county) if part and fold(part))
        top = self._country(country) if country is not None else None
        if state is not None:
            top, left = self._state(state, top)
            rest = (*rest, *left)
        if postal_code is not None and (top is None or top[:2] == "US"):
            return self._by_zip(parse_zip(postal_code), top if top and "-" in top else None, county=county, city=city)
        if top is None:
            if rest:
                raise UnknownPlaceError(
                    f"{_short(', '.join(rest))!r} may be in many countries.",
                    query=_short(", ".join(rest)),
                    hint="Say in which state or country it lies.",
                )
            raise InvalidQueryError("No place was given.", hint='Ask for a place, as in lookup("US-LA").')
        if postal_code is not None:
            _check_text(postal_code)
            rest = rest or (postal_code.strip(),)
        if self._has_counties(top):
            return self._in_state(top, county=county, city=city)
        return self._descend(top, rest, infer_state=state is None)[0]

    def _by_zip(self, zip_code: str, state: str | None, *, county: str | None = None, city: str | None = None) -> Match:
        """The place of a ZIP code and of what else an address in the United States says."""
        if self._postal is None:
            raise InvalidQueryError("Postal codes are not resolved here.", hint="Give state and city instead.")
        states = self._postal.states(zip_code)
        if state is not None and state not in states:
            own = tuple(map(self.jurisdiction, states))
            where = " or ".join(place.name for place in own)
            raise UnknownPlaceError(
                f"The ZIP code {zip_code} is in {where}, not in {self._names.places[state]}: "
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
                raise self._ambiguous(zip_code, states)
            state = states[0]
        match = self._in_state(state, county=county, city=city)
        if match.code != state:
            return match
        if match.unmatched and not self.localities(state).places:
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
        return found._replace(unmatched=match.unmatched) if self._local.keys() & {*found.candidates} else match

    def _anywhere_in(self, area: ZipArea, within: str | None = None) -> Match:
        """All places in which a ZIP code may lie: it is never known which."""
        counties = [code for code in area.counties if within in (None, code.partition("/")[0])]
        states = [state for state in area.states if within in (None, state)]
        covered = {code.partition("/")[0] for code in counties}
        candidates = [*(state for state in states if state not in covered), *counties]
        for state in states:
            localities = self.localities(state)
            for name in area.cities:
                for code in localities.cities_named(fold(name)):
                    place = self._local.get(code)
                    if place is None or not (counties and place.counties) or {*counties} & {*place.counties}:
                        candidates.append(code)
        found = tuple(dict.fromkeys(candidates)) or (within or area.states[0],)
        return Match(found[0], assumed=True, candidates=found)

    def _has_counties(self, code: str) -> bool:
        return code.startswith("US-") and "/" not in code

    def _in_state(self, state: str, *, county: str | None = None, city: str | None = None) -> Match:
        """The place that county and city mean in a state whose counties are known."""
        named = None if county is None or not fold(county) else self._county(state, county, city)
        if city is None or not fold(city):
            return Match(named or state)
        if named and self.localities(state).is_independent(named):
            if fold(city) in (fold(self.jurisdiction(named).name), fold(county or "")):
                return Match(named)
            return Match(named, unmatched=city)
        return self._city(state, city, named)

    def _county(self, state: str, text: str, city: str | None) -> str | None:
        """The county that a text in the place of a county means; None where it says no more than the state."""
        localities = self.localities(state)
        folded = fold(text)
        found = localities.county_named(folded, bare=True)
        cities = localities.cities_named(folded)
        if found and any(localities.is_independent(code) for code in cities):
            if folded != fold(self.jurisdiction(found).name):
                if city is not None and fold(city) == folded:
                    return cities[0]
                raise self._ambiguous(text, (found, *cities))
            return found
        if found:
            return found
        if len(cities) == 1 and (city is None or fold(city) == folded):
            return cities[0]
        if not localities.counties or folded in (fold(self._names.places[state]), fold(state)):
            return None
        if len(cities) == 1:
            message = f"{_short(text)!r} is a city in {self._names.places[state]}, not a county."
            raise UnknownPlaceError(
                message,
                query=_short(text),
                suggestions=tuple(map(self.jurisdiction, cities)),
                hint="A city goes into city=….",
            )
        suggestions = self._similar_counties(text, state)
        meant = f"Did you mean {' or '.join(place.name for place in suggestions[:3])}? " if suggestions else ""
        raise UnknownPlaceError(
            f"There is no county {_short(text)!r} in {self._names.places[state]}.",
            query=_short(text),
            suggestions=suggestions,
            hint=f"{meant}A city goes into city=….",
        )

    def _city(self, state: str, text: str, county: str | None = None) -> Match:
        """The place that a text in the place of a city means, in a state or in one of its counties."""
        localities = self.localities(state)
        folded = fold(text)
        itself = localities.county_named(folded)
        if itself:
            if county not in (None, itself):
                raise self._contradiction(text, (itself,), county)
            return Match(itself)
        cities = localities.cities_named(folded)
        inside = [code for code in cities if county is None or self._may_lie_in(code, county)]
        if len(inside) > 1:
            raise self._ambiguous(text, inside)
        if inside:
            place = self._local.get(inside[0])
            several = place is not None and len(place.counties) > 1
            return Match(inside[0], county=county if several else None)
        if cities and county:
            raise self._contradiction(text, cities, county)
        hosts = localities.communities_named(folded)
        if county is None and len(hosts) > 1:
            raise self._ambiguous(text, hosts)
        return Match(county or (hosts[0] if hosts else state), unmatched=text)

    def _may_lie_in(self, city: str, county: str) -> bool:
        place = self._local.get(city)
        return place is not None and (not place.counties or county in place.counties) and city != county

    def _contradiction(self, text: str, found: Iterable[str], county: str | None) -> UnknownPlaceError:
        places = tuple(map(self.jurisdiction, found))
        above = {link.name: None for code in found for link in self.chain(code) if link.level is Level.COUNTY}
        where = " and ".join(above) or "no county"
        return UnknownPlaceError(
            f"{_short(text)!r} is in {where}, not in {self.jurisdiction(county).name}: the parts contradict each other."
            if county
            else f"{_short(text)!r} is in {where}: the parts contradict each other.",
            query=_short(text),
            suggestions=places,
            hint=f"Correct the county, or ask for {' or '.join(place.code for place in places)}.",
        )

    def _similar_counties(self, text: str, state: str) -> tuple[Jurisdiction, ...]:
        return tuple(map(self.jurisdiction, self.localities(state).similar_counties(fold(text), _SUGGESTIONS)))

    def _us_address(self, parts: tuple[str, ...]) -> Match | None:
        """The place of an address that ends in a ZIP code of the United States; None for any other text."""
        in_us = len(parts) > 1 and self._readings(fold(parts[-1])) == ["US"]
        body = parts[:-1] if in_us else parts
        head, zip_code = split_zip(body[-1]) if body else ("", None)
        if zip_code is None:
            return None
        body = (*body[:-1], head) if head else body[:-1]
        state, rest = self._state_at_end(body)
        last_words = fold(body[-1]).split() if body else []
        if state is None and not body:
            raise UnknownPlaceError(
                f"{_short(zip_code)!r} may be a postal code of many countries.",
                query=_short(zip_code),
                hint=f'For one of the United States: lookup(postal_code="{zip_code}").',
            )
        if state is None and self._postal and last_words[-1:] in _MILITARY_STATES:
            self._postal.states(parse_zip(zip_code))  # raises: they lie in no state
        foreign = len(zip_code) < 5 and any(code[:3] == "AU-" for code in self._readings(fold(head), qualifying=True))
        if foreign or (state is None and not (in_us and len(zip_code) >= 5)):  # «Perth, WA 6000»; «Route 66, USA»
            return None
        zip_code = parse_zip(zip_code)
        county: str | None = None
        if state and len(rest) > 1 and self.localities(state).county_named(fold(rest[-1])):
            county, rest = rest[-1], rest[:-1]
        return self._by_zip(zip_code, state, county=county, city=rest[-1] if rest else None)

    def _state_at_end(self, body: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
        """The state of the US at the end of an address, with or without a comma before it; and the rest."""
        if not body:
            return None, ()
        words = body[-1].split()
        for count in range(min(_WORDS_OF_STATE, len(words)), 0, -1):
            name = fold(" ".join(words[-count:]))
            codes = [code for code in self._readings(name, qualifying=True) if code.startswith("US-")]
            if len(codes) == 1:
                left = " ".join(words[:-count])
                return codes[0], (*body[:-1], left) if left else body[:-1]
        return None, body

    def _country(self, text: str) -> str:
        codes = [code for code in self._codes_named(text) if "-" not in code or code in self._names.territories]
        if len(codes) == 1:
            return codes[0]
        if codes:
            raise self._ambiguous(text, codes)
        raise self._unknown(text, "It is not a country; a state goes into state=….")

    def _state(self, text: str, country: str | None) -> tuple[str, tuple[str, ...]]:
        """The state's code, or the country's with the text left over where states make no law."""
        folded = fold(text)
        codes = [code for code in self._readings(folded, qualifying=True) if "-" in code]
        if _CODE.fullmatch(text.strip()):
            codes = [self.resolve_code(text).code]
        inside = [code for code in codes if country in (None, code, code[:2])]
        if len(inside) == 1:
            return inside[0], ()
        if inside:
            raise self._ambiguous(text, inside)
        if country is None:
            raise self._unknown(text, "It is not a known state; a country goes into country=….")
        name = self._names.places[country]
        if codes:
            elsewhere = tuple(map(self.jurisdiction, codes))
            raise UnknownPlaceError(
                f"{_short(text)!r} is not in {name}: the parts contradict each other.",
                query=_short(text),
                suggestions=elsewhere,
                hint=f"It is {elsewhere[0]}; correct the country or the state.",
            )
        below = {n: c for n, c in self._names.names.items() if c.startswith(f"{country}-")}
        if below:
            raise UnknownPlaceError(
                f"There is no {_short(text)!r} in {name}.",
                query=_short(text),
                suggestions=self._similar(folded, below),
                hint="Check the spelling of the state.",
            )
        return country, (text,)

    def _readings(self, folded: str, *, qualifying: bool = False) -> list[str]:
        found = self._names.names.get(folded, "").split()
        if qualifying:
            found += [c for c in self._names.qualifiers.get(folded, "").split() if c not in found]
        return found

    def _codes_named(self, text: str) -> list[str]:
        if _CODE.fullmatch(text.strip()):
            return [self.resolve_code(text).code]
        return self._readings(fold(text))

    def _qualified(self, parts: tuple[str, ...], text: str) -> Match:
        last = fold(parts[-1])
        readings = self._readings(last, qualifying=True) or self._codes_named(parts[-1])
        if not readings:
            raise self._unknown(parts[-1], f"It stands last in {_short(text)!r}: a state or a country belongs there.")
        found = [self._descend(code, parts[:-1]) for code in readings]
        certain = [match for match, known in found if known]
        if len(readings) == 1:
            return found[0][0]
        if len(certain) == 1:
            return certain[0]
        postal = [match for match, _ in found if match.code.startswith("US-")]
        if not certain and len(postal) == 1 and len(last) == 2:
            return Match(postal[0].code, postal[0].unmatched, assumed=True)
        raise self._ambiguous(text, [match.code for match in certain] or readings)

    def _descend(self, code: str, rest: tuple[str, ...], *, infer_state: bool = True) -> tuple[Match, bool]:
        """Follow parts, the narrowest first, down from a place; tell whether the place is known to have them."""
        if not rest:
            return Match(code), True
        folded = fold(rest[-1])
        if infer_state and "-" not in code:
            below = [reading for reading in self._readings(folded, qualifying=True) if reading.startswith(f"{code}-")]
            if len(below) == 1:
                return self._descend(below[0], rest[:-1])[0], True
        if "-" not in code and code in self._readings(folded):  # «Germany, DE»; «New York, NY» is a city
            return self._descend(code, rest[:-1], infer_state=infer_state)[0], True
        if self._has_counties(code):
            return self._descend_state(code, rest)
        for part in reversed(rest):
            local = self.localities(code).cities_named(fold(part)) if "-" in code else ()
            if len(local) > 1:
                raise self._ambiguous(part, sorted(local))
            if local:
                return Match(local[0]), True
        return Match(code, unmatched=", ".join(rest)), self._has_city(code, rest)

    def _descend_state(self, state: str, rest: tuple[str, ...]) -> tuple[Match, bool]:
        """Follow the parts right before a state: a city, or a county with or without a city before it."""
        localities = self.localities(state)
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
        return match, not match.unmatched or match.code != state or self._has_city(state, rest)

    def _has_city(self, code: str, rest: Iterable[str]) -> bool:
        """Whether the gazetteer has a city of that name there, with or without a postal code."""
        cities = self._cities(code)
        return any(fold(part) in cities or fold(_NUMBER.sub("", part)) in cities for part in rest) if cities else False

    def _similar(self, folded: str, names: Mapping[str, str | set[str]]) -> tuple[Jurisdiction, ...]:
        from difflib import get_close_matches

        codes: dict[str, None] = {}
        for name in get_close_matches(folded, names, n=2 * _SUGGESTIONS, cutoff=0.75):
            found = names[name]
            codes.update(dict.fromkeys(found.split() if isinstance(found, str) else sorted(found)))
        return tuple(map(self.jurisdiction, list(codes)[:_SUGGESTIONS]))

    def _unknown(self, text: str, hint: str = "") -> UnknownPlaceError:
        suggestions = self._similar(fold(text), self._names.names)
        if suggestions:
            hint = f"Did you mean {' or '.join(map(str, suggestions[:3]))}? {hint}".strip()
        return UnknownPlaceError(
            f"There is no place called {_short(text)!r}.",
            query=_short(text),
            suggestions=suggestions,
            hint=hint or 'A town needs its state or country, as in "Nashville, Tennessee".',
        )

    def _ambiguous(self, text: str, codes: Iterable[str]) -> AmbiguousPlaceError:
        candidates = tuple(map(self.jurisdiction, codes))
        return AmbiguousPlaceError(
            f"{_short(text)!r} may be {' or '.join(map(str, candidates))}.",
            query=_short(text),
            candidates=candidates,
            hint=f"Say which: {' or '.join(self._clear_name(place) for place in candidates)}.",
        )

    def _clear_name(self, place: Jurisdiction) -> str:
        """A text that means this place and no other, in quotes."""
        if "-" in place.code:
            return f'"{place.code}"'
        alpha_3 = (name.upper() for name in self._names.names if len(name) == 3 and name.isascii())
        clear = (text for text in (place.name, *alpha_3) if self._readings(fold(text)) == [place.code])
        return f'"{next(clear, place.name)}"'


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise InvalidQueryError(f"A place cannot be a {type(text).__name__}.", hint='Pass text, as in lookup("US-LA").')
    if len(text) > _MAX_LENGTH:
        raise UnknownPlaceError(
            f"A text of {len(text):,} characters is not the name of a place.",
            query=_short(text),
            hint=f"Pass at most {_MAX_LENGTH} characters.",
        )
    if _CONTROL.search(text):
        raise UnknownPlaceError("The text has control characters in it.", query=_short(text), hint="Remove them.")
    if not fold(text):
        raise UnknownPlaceError(
            "The text names no place.", query=_short(text), hint='Ask for a place, as in lookup("US-LA").'
        )
