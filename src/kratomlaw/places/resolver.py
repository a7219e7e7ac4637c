"""Which place does a text, a code or a set of address parts mean? The resolver, the only one.

Pure: the names are handed in. The order is: exact code, qualified name, unique name or alias, city known in one place,
error. Similar names are only ever suggested, or count among the places that remain possible.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from ..errors import InvalidQueryError, UnknownPlaceError
from ..law.words import Jurisdiction
from .counties import CountyTable, county_parts
from .gazetteer import Gazetteer, shortened
from .identity import ocd_parts
from .localities import spellings
from .match import Match
from .names import compact_name, normalize_name, split_parts
from .patterns import lazy_pattern
from .postal import ZipCodes, parse_zip, split_zip
from .question import Question
from .town_tables import TownTable
from .towns import Subdivisions, Towns, WorldCities
from .us_addresses import UsAddressResolver, has_counties

__all__ = ["PlaceResolver", "PlaceTables"]

_K = TypeVar("_K")
_V = TypeVar("_V")
_MAX_LENGTH = 200
_CODE = lazy_pattern(r"([A-Za-z]{2}-[A-Za-z0-9]{1,3})(/[A-Za-z0-9-]+)?", re.ASCII)
_KEY = lazy_pattern(r"\d{1,5}|[A-Za-z]{3}", re.ASCII)
_CONTROL = lazy_pattern(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LETTER = lazy_pattern("[A-Za-z0-9]")
_DIGIT = lazy_pattern("[0-9]")
_NUMBER = lazy_pattern(r"\b\d{4,6}\b")
_FOREIGN_CODE = lazy_pattern(
    r"(?i)\b(NSW|VIC|QLD|SA|TAS|ACT|AB|BC|MB|NB|NL|NS|ON|PE|QC|SK|YT|NT|NU)"
    r",? (?:[2-9]\d{3}|0[28]\d\d|[A-Z]\d[A-Z] ?\d[A-Z]\d)\b",
    re.ASCII,
)
"""A state of Australia or a province of Canada with a postal code after it."""
_BRACKETS = lazy_pattern(r"^(.*?)\s*\(([^()]*)\)$")
_NOTHING_ELSE = (None,) * 6
"""The code and the parts of a question that is asked in one text."""
_ASSOCIATED = ("FM", "MH", "PW")
"""Countries that the post office of the United States serves like states."""
_FIVE_DIGITS = frozenset({"DE", "ID", "IL", "LA", "MA", "ME", "MN", "SD"})
"""Countries with postal codes of five digits whose codes are also those of states of the United States."""
_ZIP_LENGTH = 5
_REMEMBERED = 4_096
"""How many countries, and how many states, are remembered as they were written."""
_LONGEST_CODE = 3
"""The most letters of the code of a subdivision, after the hyphen."""
_PARTS_OF_COUNTRY = 3
"""The most parts, between commas, of a country's name ("Bolivia, Plurinational State of")."""


def _nothing(_: str) -> str:
    return ""


class PlaceTables(NamedTuple):
    """What is known of places beside their names, each table read as far as it is needed."""

    towns: Towns = Towns(_nothing, ())
    zip_codes: ZipCodes = ZipCodes(lambda _: None, lambda state: CountyTable(state, {}))
    world: WorldCities = WorldCities(_nothing, _nothing)
    subdivisions: Subdivisions = Subdivisions(_nothing, ())


class PlaceResolver:
    """The way from a question to a place.

    Args:
        gazetteer: All places.
        tables: Towns, ZIP codes, cities and subdivisions.
    """

    def __init__(self, gazetteer: Gazetteer, tables: PlaceTables | None = None) -> None:
        self._gazetteer = gazetteer
        self._tables = tables or PlaceTables()
        self._us = UsAddressResolver(gazetteer, self._tables.towns, self._tables.zip_codes, self._tables.world)
        self._countries: dict[str, str] = {}
        self._states: dict[tuple[str, str | None], tuple[str, tuple[str, ...]]] = {}

    def resolve_question(self, question: Question) -> Match:
        """Answer which place a question is about.

        Args:
            question: The arguments of a lookup; its day and product do not matter here.

        Raises:
            UnknownPlaceError: The place is not known, or its parts contradict each other.
            AmbiguousPlaceError: More than one place is called that.
            InvalidQueryError: The place was not given, in more than one way, or not as text.
        """
        if question.place is not None and question[1:7] == _NOTHING_ELSE and isinstance(question.place, str):
            return self.resolve_text(question.place)
        if question.ways > 1:
            raise InvalidQueryError(
                "The place was given in more than one way.", hint="Give it as text, as a code, or in parts."
            )
        if isinstance(question.place, Jurisdiction):
            return self.resolve_code(question.place.code)
        if question.place is not None:
            return self.resolve_text(question.place)
        if question.code is not None:
            return self.resolve_code(question.code)
        return self.resolve_parts(
            country=question.country,
            state=question.state,
            county=question.county,
            city=question.city,
            postal_code=question.postal_code,
        )

    def preload(self) -> None:
        """Read all tables, so that no later question opens a file."""
        self._tables.zip_codes.preload()
        for state in self._tables.towns.states:
            self._tables.towns.zips(state, "")
        self._tables.world.has_city("US", "")
        self._tables.subdivisions.countries_with("")

    # Texts

    def resolve_text(self, text: str) -> Match:
        """Answer which place a text means.

        Args:
            text: A code, a name, or a qualified name such as ``"Nashville, Tennessee, USA"``.

        Returns:
            The place, the locality that it does not cover, and the places that remain possible.

        Raises:
            UnknownPlaceError: Nothing is called that.
            AmbiguousPlaceError: More than one place is called that.
            InvalidQueryError: It is not text.
        """
        _check_text(text)
        if ("-" in text[:8] and _CODE.fullmatch(text.strip())) or ocd_parts(text):
            return self.resolve_code(text)
        parts = split_parts(text)
        if len(parts) > 1 or text[-1:].isdigit() or text.count(" ") > 1:
            address = self._us.resolve_text(parts)
            if address:
                return address
        codes = self._gazetteer.candidate_codes(normalize_name(text))
        if len(codes) == 1:
            return Match(codes[0])
        without = _FOREIGN_CODE.sub(r"\1", text) if _DIGIT.search(text) else text
        if without != text:  # "Toronto, ON M5V 2T6", "Sydney NSW 2000"
            return self.resolve_text(without)
        parts = self._with_whole_country(parts)
        if len(parts) > 1:
            return self._qualified(parts, text)
        codes = codes or self._gazetteer.candidate_codes(normalize_name(parts[0] if parts else ""))
        if len(codes) == 1:
            return Match(codes[0])
        if codes:
            raise self._gazetteer.ambiguous(text, codes)
        return self._unqualified(text)

    def _unqualified(self, text: str) -> Match:
        """A name that is neither a country's nor a state's."""
        found = self._written_otherwise(text)
        if found:
            return found
        parts = self._divided((text,))
        if len(parts) > 1:
            return self._qualified(parts, text)
        found = self._city_somewhere(text)
        if found:
            return found
        if county_parts(normalize_name(text)).kind in ("county", "parish"):  # "Orange County"
            return self._county_somewhere(text, None)
        countries = self._tables.subdivisions.countries_with(compact_name(text))
        if len(countries) == 1:  # "Bavaria"
            return Match(countries[0], unmatched=text.strip())
        if countries:
            raise self._gazetteer.ambiguous(text, countries)
        states = self._tables.towns.states_with(compact_name(text))
        if len(states) == 1:
            place = self._gazetteer.jurisdiction(states[0])
            raise UnknownPlaceError(
                f"A place called {shortened(text)!r} is in {place.name}, and there may be others.",
                query=shortened(text),
                suggestions=(place,),
                hint=f'Say in which state or country, as in "{shortened(text)}, {place.name}".',
            )
        raise self._gazetteer.unknown(text)

    def _with_whole_country(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """The parts, with those at the end joined that are one name: "Korea, Republic of"."""
        if not parts or self._gazetteer.candidate_codes(normalize_name(parts[-1]), qualifying=True):
            return parts
        for count in range(min(_PARTS_OF_COUNTRY, len(parts)), 1, -1):
            joined = ", ".join(parts[-count:])
            for name in (joined, f"{parts[-1]} {' '.join(parts[-count:-1])}"):  # "Bahamas, The"
                if self._gazetteer.candidate_codes(normalize_name(name)):
                    return (*parts[:-count], name)
        return parts

    def _written_otherwise(self, text: str) -> Match | None:
        """A country as forms and lists write it: "US - United States", "Korea (the Republic of)"."""
        pieces = [piece for piece in re.split(r"\s+[-–—:|/]\s+", text) if piece.strip()]
        bracketed = _BRACKETS.match(text.strip())
        if bracketed:
            name, more = bracketed.groups()
            for written in (f"{more} {name}", name, more):
                codes = self._gazetteer.candidate_codes(normalize_name(written))
                if len(codes) == 1 and "-" not in codes[0]:
                    return Match(codes[0])
        readings = [self._gazetteer.candidate_codes(normalize_name(piece)) for piece in pieces]
        if len(pieces) > 1 and all(readings):
            common = set(readings[0]).intersection(*readings[1:])
            if len(common) == 1:
                return Match(common.pop())
        return None

    def _divided(self, parts: tuple[str, ...], country: str = "") -> tuple[str, ...]:
        """The parts, the last one divided where a city and its state or country stand without a comma: "DENVER CO".

        With a country it is a state of that country: "DENVER CO" of "DENVER CO, USA".
        """
        words = parts[-1].split()
        for count in range(min(4, len(words) - 1), 0, -1):
            head, tail = " ".join(words[:-count]), " ".join(words[-count:])
            codes = self._gazetteer.candidate_codes(normalize_name(tail), qualifying=True)
            if any(self._knows(code, (head,)) for code in codes if not country or code.startswith(f"{country}-")):
                return (*parts[:-1], head, tail)
        return parts

    def _qualified(self, parts: tuple[str, ...], text: str) -> Match:
        """A place in a state or country that stands last."""
        last = normalize_name(parts[-1])
        self._us.refuse_military(parts[-2] if last in ("aa", "ae", "ap") else "-", parts[-1])
        readings = self._gazetteer.candidate_codes(last, qualifying=True) or self._codes_named(parts[-1])
        if not readings:
            divided = self._divided(parts)
            if divided != parts:  # "500 Main St, Edwardsville IL"
                return self._qualified(divided, text)
            name = compact_name(parts[-1])
            countries = self._tables.subdivisions.countries_with(name)
            # "Munich, Bavaria"; but "1 Main St, Marlborough" is not surely in Marlborough, New Zealand
            if len(countries) == 1 and (self._knows(countries[0], parts[:-1]) or not self._is_city(name, countries[0])):
                return Match(countries[0], unmatched=", ".join(parts))
            raise self._gazetteer.unknown(
                parts[-1], f"It stands last in {shortened(text)!r}: a state or a country belongs there."
            )
        if len(readings) == 1:
            return self._descend(readings[0], parts[:-1])
        known = [code for code in readings if self._knows(code, parts[:-1])]
        if len(known) > 1 and len(parts) > 2:  # "Monument, El Paso, CO": Colombia has an El Paso, but no Monument
            known = [code for code in known if self._knows(code, parts[-3:-2])] or known
        if len(known) == 1:
            return self._descend(known[0], parts[:-1])
        postal = [code for code in readings if code.startswith("US-")]
        if not known and len(postal) == 1 and len(last) == 2:
            # Known in neither: the postal abbreviation is read, and the answer says that this was a guess.
            return self._descend(postal[0], parts[:-1])._replace(is_guess=True)
        raise self._gazetteer.ambiguous(text, known or readings)

    def _is_city(self, name: str, elsewhere_than: str) -> bool:
        """Whether a compact name is that of a city or town in another country than this."""
        world = self._tables.world.places_with(name)
        return any(code[:2] != elsewhere_than for code in world) or bool(self._tables.towns.states_with(name))

    def _knows(self, code: str, rest: tuple[str, ...]) -> bool:
        """Whether a country or state is known to have what stands before it."""
        text = rest[-1]
        name = normalize_name(text)
        if has_counties(code):
            localities = self._gazetteer.localities(code)
            return self._us.knows_town(code, text) or bool(localities.county_named(name, bare=len(rest) > 1))
        if "-" not in code:
            below = self._gazetteer.candidate_codes(name, qualifying=True)
            if any(own == code or own.startswith(f"{code}-") or self._is_overseas(code, own) for own in below):
                return True
            if self._tables.subdivisions.has(code, compact_name(text)):
                return True
        elif self._gazetteer.localities(code).cities_named(name):
            return True
        world = self._tables.world
        return any(
            world.has_city(code, compact_name(written)) for part in rest for written in (part, _NUMBER.sub("", part))
        )

    def _descend(self, code: str, rest: tuple[str, ...]) -> Match:
        """Follow parts, the narrowest first, down from a place."""
        if not rest:
            return Match(code)
        if has_counties(code):
            return self._us.resolve_before_state(code, rest)
        name = normalize_name(rest[-1])
        if "-" not in code:
            readings = self._gazetteer.candidate_codes(name, qualifying=True)
            below = [own for own in readings if own.startswith(f"{code}-") or self._is_overseas(code, own)]
            if len(below) == 1:
                return self._descend(below[0], rest[:-1])
            if code in self._gazetteer.candidate_codes(name):  # "Germany, DE"; "New York, NY" is a city
                return self._descend(code, rest[:-1])
            return self._in_country(code, rest)
        for part in reversed(rest):
            local = self._gazetteer.localities(code).cities_named(normalize_name(part))
            if len(local) > 1:
                raise self._gazetteer.ambiguous(part, sorted(local))
            if local:
                return Match(local[0])
        return self._not_settled(code, rest)

    def _not_settled(self, code: str, rest: tuple[str, ...]) -> Match:
        """A place whose local places have records, none of which was named."""
        inside = tuple(sorted(self._gazetteer.localities(code).places)) if "-" in code else ()
        candidates = (code, *inside) if inside else ()
        return Match(code, unmatched=", ".join(rest), is_guess=bool(inside), candidates=candidates)

    def _in_country(self, code: str, rest: tuple[str, ...]) -> Match:
        """A locality in a country without its state; where states make law, every state remains possible."""
        unmatched = ", ".join(rest)
        if not self._gazetteer.is_subdivided(code):
            return Match(code, unmatched=unmatched)
        found = self._city_somewhere(rest[-1], within=code) if code == "US" else None
        if found:
            return found
        divided = self._divided(rest, code)
        if divided != rest:
            return self._descend(code, divided)
        cities = [own for own in self._tables.world.places_with(compact_name(rest[-1])) if _is_within(own, code)]
        inside = [own for own in cities if own != code]
        if inside:  # "Toronto, Canada"
            return Match(code, unmatched, is_town=True, is_guess=True, candidates=(code, *inside))
        states = self._gazetteer.states_of(code)
        everywhere = (code, *sorted({*states.values()}))
        if cities:  # "Mumbai, India": in which state is not known
            return Match(code, unmatched, is_town=True, is_guess=True, candidates=everywhere)
        # "Baton Rouge, Lousiana, USA": a misspelled state.
        suggestions = self._gazetteer.similar(normalize_name(rest[-1]), states)
        if suggestions:
            place = self._gazetteer.jurisdiction(code)
            raise UnknownPlaceError(
                f"There is no {shortened(rest[-1])!r} in {place.name}.",
                query=shortened(rest[-1]),
                suggestions=suggestions,
                hint=f"Did you mean {' or '.join(map(str, suggestions[:3]))}?",
            )
        return Match(code, unmatched, is_guess=True, candidates=everywhere)

    def _city_somewhere(self, text: str, within: str | None = None) -> Match | None:
        """The place of a city, or a county with a record, that is known in one state or country; None where in none.

        Raises:
            AmbiguousPlaceError: It is known in several.
        """
        larger: list[str] = []
        towns: dict[str, None] = {}
        counties: dict[str, None] = {}
        for spelling in spellings(normalize_name(text)):  # "Decatur city" may be Decatur, and Decatur City in Iowa
            name = compact_name(spelling)
            larger = [code for code in self._tables.world.places_with(name) if _is_within(code, within)]
            larger += [code for code in self._gazetteer.recorded_cities(name) if _is_within(code, within)]
            towns |= dict.fromkeys(self._tables.towns.states_with(name) if within in (None, "US") else ())
            # "Union" may be the town in New Jersey, or the county in Mississippi, which bans.
            counties |= dict.fromkeys(c for c in self._gazetteer.recorded_counties(name) if _is_within(c, within))
            if larger:
                break
        states = dict.fromkeys(code.partition("/")[0] for code in larger if code != "US")
        smaller = [state for state in towns if state not in states]
        if (
            len(states) > 1
            or ("US" in larger and not within)
            or (not states and (within or len(towns) > 1 or counties))
        ):
            states |= dict.fromkeys(smaller)
        somewhere = {*states, *(code.partition("/")[0] for code in counties)}
        if not somewhere:
            return None
        if len(somewhere) > 1:
            matches = (*(self._descend(state, (text.strip(),)) for state in states), *map(Match, counties))
            raise self._gazetteer.ambiguous_town(text.strip(), matches)
        (only,) = somewhere
        match = self._descend(only, (text.strip(),))
        if within and (smaller or counties):  # "Denver, USA" is in Colorado, or one of its namesakes
            return self._any_of(text.strip(), match, smaller, counties)
        # A city of 100,000 people is meant, but smaller towns of the same name may be.
        return match._replace(is_guess=match.is_guess or bool(smaller))

    def _any_of(self, text: str, match: Match, states: Iterable[str], counties: Iterable[str]) -> Match:
        """A city, or a town of its name in other states, or a county of that name."""
        matches = (match, *(self._descend(state, (text,)) for state in states))
        found = (code for one in matches for code in one.candidates or (one.code,))
        candidates = tuple(dict.fromkeys((*found, *counties)))
        return Match(match.code, text, is_town=True, is_guess=True, candidates=candidates)

    def _is_overseas(self, country: str, code: str) -> bool:
        """Whether a place is a territory that a country counts among its subdivisions: Aruba in the Netherlands."""
        return any(code == own and key.startswith(f"{country}-") for key, own in self._gazetteer.names.overseas.items())

    def _codes_named(self, text: str) -> list[str]:
        if _CODE.fullmatch(text.strip()):
            return [self.resolve_code(text).code]
        codes = self._gazetteer.candidate_codes(normalize_name(text))
        if codes:
            return codes
        otherwise = self._written_otherwise(text)
        return [otherwise.code] if otherwise else []

    # Codes

    def resolve_code(self, code: str) -> Match:
        """Answer which place an exact code means; never reads it as anything else.

        Args:
            code: ISO 3166-1 alpha-2, alpha-3 or numeric, ISO 3166-2, one of ours below that, a FIPS number of a US
                state (two digits) or county (five), or an Open Civic Data division id; in any case.

        Returns:
            The place. For a subdivision of a country whose subdivisions make no law on kratom: the country.

        Raises:
            UnknownPlaceError: There is no such code.
            InvalidQueryError: It is not text.
        """
        _check_text(code)
        names = self._gazetteer.names
        upper, slash, slug = code.strip().partition("/")
        exact = upper.upper() + slash + slug.lower()
        if self._gazetteer.knows(exact):
            return Match(exact)
        if f"US-{exact}" in names.territories:
            return Match(f"US-{exact}")
        same = names.overseas.get(exact) or names.former.get(exact)
        if same:
            return Match(same)
        if _KEY.fullmatch(exact):
            return self._by_key(exact)
        division = ocd_parts(code)
        if division:
            return self._by_division(code, division)
        country = exact[:2]
        if f"US-{country}" in names.territories and _CODE.fullmatch(exact):
            return Match(f"US-{country}", unmatched=exact)
        if (
            _CODE.fullmatch(exact)
            and not slash
            and country in names.places
            and not self._gazetteer.is_subdivided(country)
        ):
            return Match(country, unmatched=exact)
        raise self._no_such_code(code, upper.upper(), slug)

    def _by_key(self, key: str) -> Match:
        """A country by its three letters or digits, a US state or county by its FIPS number."""
        names = self._gazetteer.names
        found = names.alpha_3.get(key) or names.numbers.get(key)
        if found is None and key.isdigit():
            found = self._us.resolve_number(key) if len(key) in (2, 5) else None
        if found:
            return Match(found)
        longer = [f"{key:0>{length}}" for length in (2, 3, 5) if key.isdigit() and length > len(key)]
        lost = {
            padded: code
            for padded in longer
            if padded[0] == "0"
            and (code := names.numbers.get(padded) if len(padded) == 3 else self._us.resolve_number(padded))
        }
        if lost:
            meant = " or ".join(f"{padded} is {self._gazetteer.jurisdiction(own)}" for padded, own in lost.items())
            raise UnknownPlaceError(
                f"There is no place with the code {key!r}.",
                query=key,
                suggestions=tuple(map(self._gazetteer.jurisdiction, lost.values())),
                hint=f"Did it lose its zero? {meant}.",
            )
        raise self._no_such_code(key, key, "")

    def _by_division(self, text: str, division: tuple[str, str | None, str | None, str | None]) -> Match:
        """An Open Civic Data division: a country, a state, a county or a city."""
        country, state, county, city = division
        if state is None and (county or city):
            raise self._no_such_code(text, text, "")
        code = f"{country}-{state}".upper()
        if county and not self._gazetteer.localities(code).county_named(county):
            county = county_parts(county).core  # Anchorage, a municipality, is listed as a borough
        return self.resolve_parts(country=country, state=state, county=county, city=city)

    def _no_such_code(self, code: str, upper: str, slug: str) -> UnknownPlaceError:
        suggestions: tuple[Jurisdiction, ...]
        if slug and upper in self._gazetteer.names.places:
            state = self._gazetteer.jurisdiction(upper)
            text = slug.replace("-", " ")
            suggestions = self._gazetteer.similar_local(text, upper) or self._gazetteer.similar_counties(text, upper)
            meant = f"Did you mean {' or '.join(place.code for place in suggestions[:3])}? " if suggestions else ""
            hint = f'{meant}To ask about a town by name, write "{shortened(text).title()}, {state.name}".'
        else:
            suggestions = self._gazetteer.similar(normalize_name(code))
            hint = 'A code is written like "TH", "US-LA" or "US-CA/san-diego".'
        return UnknownPlaceError(
            f"There is no place with the code {shortened(code)!r}.",
            query=shortened(code),
            suggestions=suggestions,
            hint=hint,
        )

    # Parts

    def resolve_parts(
        self,
        *,
        country: str | None = None,
        state: str | None = None,
        county: str | None = None,
        city: str | None = None,
        postal_code: str | None = None,
    ) -> Match:
        """Answer which place the parts of an address mean. Each part means what its name says.

        Args:
            country: A country's name or code; "DE" is Germany here.
            state: A state's name, code or postal abbreviation, read in the country that is given; "DE" is Delaware
                here.
            county: A county's name, with or without the word "County", or its FIPS number.
            city: A city's name; never read as a state.
            postal_code: A postal code; a ZIP code where no other country than the United States is given.

        Returns:
            The place, and the locality that it does not cover. An empty part, as a table has it, counts as none.

        Raises:
            UnknownPlaceError: A part is not known, or the parts contradict each other.
            AmbiguousPlaceError: The parts fit more than one place.
            InvalidQueryError: A part is not text, or there is none.
        """
        country, state, county, city, postal_code = map(_given, (country, state, county, city, postal_code))
        for part in (country, state, county, city):
            if part is not None:
                _check_text(part)
        top, left = self._country_and_state(country, state, city)
        american = top is None or top[:2] == "US" or top in _ASSOCIATED
        if american:
            city, postal_code = _zip_in_city(city, postal_code)
        if american and postal_code is not None:
            within = top if top and top != "US" else None
            return self._us.resolve_zip(parse_zip(postal_code), within, county=county, city=city)
        if postal_code is not None:
            _check_text(postal_code)
        if top is None:
            return self._without_country(county, city)
        if country is not None:
            self._refuse_state_as_country(country, top, state, (city, county), postal_code)
        if has_counties(top):
            return self._us.resolve_in_state(top, county=county, city=city)
        if top == "US" and county is not None:
            return self._county_somewhere(county, city)
        rest = tuple(part for part in (city, county, *left) if part) or ((postal_code.strip(),) if postal_code else ())
        if not rest:
            return Match(top)
        return self._in_country(top, rest) if "-" not in top else self._descend(top, rest)

    def _country_and_state(
        self, country: str | None, state: str | None, city: str | None
    ) -> tuple[str | None, tuple[str, ...]]:
        """The code of the state, else of the country, and what of the state is left over; None where none was given."""
        top = None
        if country is not None:
            top = self._countries.get(country)
            if top is None:
                top = _remembered(self._countries, country, self._country(country))
        if state is None:
            return top, ()
        if top in (None, "US"):
            self._us.refuse_military(city, state)
        known = self._states.get((state, top))
        return known or _remembered(self._states, (state, top), self._state(state, top))

    # Parts, for many addresses at once

    def us_state(self, country: str | None, state: str) -> str | None:
        """The code of the state of the United States that a country and a state mean; None for any other.

        Raises:
            KratomLawError: As of ``resolve_parts``.
        """
        country, text = _given(country), _given(state)
        for part in (country, text):
            if part is not None:
                _check_text(part)
        top, _ = self._country_and_state(country, text, None)
        return top if top is not None and has_counties(top) else None

    def town_table(self, state: str) -> TownTable:
        """What is decided by name and ZIP code alone of the towns of a state of the United States."""
        return self._us.town_table(state)

    def _refuse_state_as_country(
        self, country: str, top: str, state: str | None, towns: tuple[str | None, ...], postal_code: str | None
    ) -> None:
        """Refuse a country that is meant for a state: Tustin is in California, and 80132 is no code of Colombia."""
        name = normalize_name(country)
        american = [c for c in self._gazetteer.candidate_codes(name, qualifying=True) if has_counties(c)]
        if "-" in top or len(american) != 1:
            return
        if state is not None and self._tables.subdivisions.has(top, compact_name(state)):
            return
        written = [town for town in (*towns, None if _DIGIT.search(postal_code or "") else postal_code) if town]
        zip_code = _as_zip(postal_code)
        states = self._us.states_of_zip(zip_code) if zip_code else ()
        # A German postal code may look like one of Delaware; one of Colombia has six digits.
        has_such_codes = top in _FIVE_DIGITS and len((postal_code or "").strip()) == _ZIP_LENGTH
        if has_such_codes and written:
            states = ()
        known_there = bool(written) and all(self._knows(top, (town,)) for town in written)
        known_here = any(self._us.may_have(american[0], town) for town in written)
        if american[0] in states or (not known_there and (known_here or (states and not has_such_codes))):
            asked = ", ".join(dict.fromkeys(part for part in (*written, country, postal_code) if part))
            raise self._gazetteer.ambiguous(asked, (top, american[0]))

    def _without_country(self, county: str | None, city: str | None) -> Match:
        """A city without state and country; a county is too little."""
        if city is not None and county is None:
            found = self._city_somewhere(city)
            if found:
                return found
        text = ", ".join(part for part in (city, county) if part)
        if text:
            raise UnknownPlaceError(
                f"{shortened(text)!r} may be in many countries.",
                query=shortened(text),
                hint="Say in which state or country it lies.",
            )
        raise InvalidQueryError("No place was given.", hint='Ask for a place, such as "US-LA".')

    def _county_somewhere(self, county: str, city: str | None) -> Match:
        """A county of the United States without its state: by its number, or by a name that one state has."""
        number = self._us.resolve_number(county.strip()) if county.strip().isdigit() else None
        if number and "/" in number:
            state = number.partition("/")[0]
            if city is not None and not self._us.knows_town(state, city):
                place = self._gazetteer.jurisdiction(number)  # 39073 is a county of Ohio, and a ZIP code in Mississippi
                raise UnknownPlaceError(
                    f"{county.strip()} is the FIPS number of {place}, whose state has no known {shortened(city)!r}.",
                    query=shortened(county),
                    hint="Give the state too; if the number is a ZIP code, give it as the postal code.",
                )
            return self._us.resolve_in_state(state, county=county, city=city)
        name = normalize_name(county)
        states = [code for code in sorted({*self._gazetteer.states_of("US").values()}) if has_counties(code)]
        found = {
            state: code
            for state in states
            if (code := self._us.county_called(state, name)) and (city is None or self._us.knows_town(state, city))
        }
        named = [code for code in self._gazetteer.candidate_codes(name) if has_counties(code)]  # "Florida"
        if len(found) == 1 and not named:
            return self._us.resolve_in_state(next(iter(found)), county=county, city=city)
        if found:
            raise self._gazetteer.ambiguous_town(county, map(Match, (*found.values(), *named)))
        raise UnknownPlaceError(
            f"There is no county {shortened(county)!r} in the United States.",
            query=shortened(county),
            hint="Give the state too, and check the spelling of the county.",
        )

    def _country(self, text: str) -> str:
        names = self._gazetteer.names
        upper = text.strip().upper()
        key = names.numbers.get(upper) or names.alpha_3.get(upper)
        named = [key] if key else self._codes_named(text)
        if not named:
            merged = self._with_whole_country(split_parts(text))
            named = self._codes_named(merged[0]) if len(merged) == 1 else []
        codes = [code for code in named if "-" not in code or code in names.territories]
        if len(codes) == 1:
            return codes[0]
        if codes:
            raise self._gazetteer.ambiguous(text, codes)
        raise self._gazetteer.unknown(text, "It is not a country; if it is a state, give it as the state.")

    def _state(self, text: str, country: str | None) -> tuple[str, tuple[str, ...]]:
        """The state's code, or the country's with the text left over where states make no law."""
        name = normalize_name(text)
        if country is not None:
            inside = self._state_inside(text, name, country)
            if inside:
                return inside
        codes = [code for code in self._gazetteer.candidate_codes(name, qualifying=True) if "-" in code]
        if _CODE.fullmatch(text.strip()):
            codes = [self.resolve_code(text).code]
        fitting = [code for code in codes if country in (None, code, code[:2])]
        if len(fitting) == 1:
            return fitting[0], ()
        if fitting:
            raise self._gazetteer.ambiguous(text, fitting)
        if country is None:
            raise self._gazetteer.unknown(text, "It is not a known state; if it is a country, give it as the country.")
        return self._state_elsewhere(text, name, country, codes)

    def _state_inside(self, text: str, name: str, country: str) -> tuple[str, tuple[str, ...]] | None:
        """A code or name read in the country that is given: "MI" in Italy is Milan, and Aruba is in the Netherlands."""
        names = self._gazetteer.names
        part = text.strip().upper().removeprefix(f"{country}-")
        full = f"{country}-{part}"
        same = names.overseas.get(full) or names.former.get(full) or (full if full in names.places else None)
        if same:
            return same, ()
        overseas = [code for code in self._gazetteer.candidate_codes(name) if self._is_overseas(country, code)]
        if len(overseas) == 1:
            return overseas[0], ()
        if country == "US":
            number = self._us.resolve_number(part) if len(part) == 2 and part.isdigit() else None
            associated = part if part in _ASSOCIATED else None
            named = next((code for code in self._gazetteer.candidate_codes(name) if code in _ASSOCIATED), None)
            found = number or associated or named
            return (found, ()) if found else None
        if not self._gazetteer.is_subdivided(country):
            # Shops have codes of their own ("MI" for Michoacán), which are read here and nowhere else.
            short = len(part) <= _LONGEST_CODE
            known = short or self._tables.subdivisions.has(country, compact_name(text))
            return (country, (text,)) if known else None
        return None

    def _state_elsewhere(self, text: str, name: str, country: str, codes: list[str]) -> tuple[str, tuple[str, ...]]:
        """A state that the country does not have: an error, or left over where its states are not known."""
        place = self._gazetteer.jurisdiction(country)
        if codes:
            elsewhere = tuple(map(self._gazetteer.jurisdiction, codes))
            raise UnknownPlaceError(
                f"{shortened(text)!r} is not in {place.name}: the parts contradict each other.",
                query=shortened(text),
                suggestions=elsewhere,
                hint=f"It is {elsewhere[0]}; correct the country or the state.",
            )
        below = self._gazetteer.states_of(country)
        if below:
            raise UnknownPlaceError(
                f"There is no {shortened(text)!r} in {place.name}.",
                query=shortened(text),
                suggestions=self._gazetteer.similar(name, below),
                hint="Check the spelling of the state.",
            )
        return country, (text,)


def _remembered(known: dict[_K, _V], key: _K, value: _V) -> _V:
    """Keep a value among those of other questions: many addresses have the same country and state."""
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = value
    return value


def _is_within(code: str, country: str | None) -> bool:
    return country is None or code == country or code.startswith(f"{country}-")


def _zip_in_city(city: str | None, postal_code: str | None) -> tuple[str | None, str | None]:
    """The city and the ZIP code that somebody may have written into it: "62002", "Alton 62002"."""
    head, zip_code = split_zip(city.strip()) if city and postal_code is None else ("", None)
    if zip_code is None or len(zip_code) < 5:
        return city, postal_code
    return head or None, zip_code


def _as_zip(postal_code: str | None) -> str | None:
    """The five digits of what is written as a ZIP code; None of any other postal code."""
    try:
        return parse_zip(postal_code) if postal_code else None
    except UnknownPlaceError:
        return None


def _given(part: str | None) -> str | None:
    """A part of an address; None where it is empty."""
    return None if isinstance(part, str) and not part.strip() else part


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise InvalidQueryError(
            f"A place must be text, not {type(text).__name__}.", hint='Give a name or a code, such as "US-LA".'
        )
    if len(text) > _MAX_LENGTH:
        raise UnknownPlaceError(
            f"A text of {len(text):,} characters is not the name of a place.",
            query=shortened(text),
            hint=f"Give at most {_MAX_LENGTH} characters.",
        )
    if _CONTROL.search(text):
        raise UnknownPlaceError("The text has control characters in it.", query=shortened(text), hint="Remove them.")
    if not (text.isascii() and _LETTER.search(text)) and not normalize_name(text):
        raise UnknownPlaceError(
            "The text names no place.", query=shortened(text), hint='Give a name or a code, such as "US-LA".'
        )
