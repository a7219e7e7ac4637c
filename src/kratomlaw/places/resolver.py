"""Which place does a text, a code or a set of address parts mean? The resolver, the only one.

Pure: the names are handed in. The order is: exact code with a hyphen, qualified name, unique name or alias, error.
Similar names are only ever suggested.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from ..errors import InvalidQueryError, UnknownPlaceError
from .counties import County
from .gazetteer import Directory, PlaceNames, shortened
from .localities import LocalPlace
from .names import fold, split_parts
from .postal import parse_zip
from .us_addresses import Addresses, Match, Postal, has_counties

__all__ = ["LocalPlace", "Match", "PlaceNames", "Places", "Postal"]

_MAX_LENGTH = 200
_CODE = re.compile(r"([A-Za-z]{2}-[A-Za-z0-9]{1,3})(/[A-Za-z0-9-]+)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER = re.compile(r"\b\d{4,6}\b")


class Places(Directory):
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
        super().__init__(names, local, parents, counties)
        self._cities = cities
        self._addresses = Addresses(self, postal)

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
        codes = self.readings(fold(text))
        if len(codes) == 1:
            return Match(codes[0])
        parts = split_parts(text)
        address = self._addresses.in_text(parts)
        if address:
            return address
        if len(parts) > 1:
            return self._qualified(parts, text)
        if not codes:
            raise self.unknown(text)
        raise self.ambiguous(text, codes)

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
            suggestions = self.similar_local(slug, upper.upper()) or self.similar_counties(slug, upper.upper())
            meant = f"Did you mean {' or '.join(place.code for place in suggestions[:3])}? " if suggestions else ""
            hint = f"{meant}No place of that code has a record; ask for {upper.upper()}, or name the place."
        else:
            suggestions = self.similar(fold(exact))
            hint = "Codes are ISO 3166-1 («TH»), ISO 3166-2 («US-LA») or ours below that («US-CA/san-diego»)."
        raise UnknownPlaceError(
            f"There is no place with the code {shortened(code)!r}.",
            query=shortened(code),
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
            The place, and the locality that it does not cover. An empty part, as a table has it, counts as none.

        Raises:
            UnknownPlaceError: A part is not known, or the parts contradict each other.
            AmbiguousPlaceError: The parts fit more than one place.
            InvalidQueryError: A part is not text, or there is none; or the ZIP code stands alone, and the extra that
                resolves it is not installed.
        """
        country, state, county, city, postal_code = map(_given, (country, state, county, city, postal_code))
        for part in (country, state, county, city):
            if part is not None:
                _check_text(part)
        rest = tuple(part for part in (city, county) if part)
        top = self._country(country) if country is not None else None
        if state is not None:
            top, left = self._state(state, top)
            rest = (*rest, *left)
        if postal_code is not None and (top is None or top[:2] == "US"):
            return self._addresses.by_zip(
                parse_zip(postal_code), top if top and "-" in top else None, county=county, city=city
            )
        if top is None:
            if rest:
                raise UnknownPlaceError(
                    f"{shortened(', '.join(rest))!r} may be in many countries.",
                    query=shortened(", ".join(rest)),
                    hint="Say in which state or country it lies.",
                )
            raise InvalidQueryError("No place was given.", hint='Ask for a place, as in lookup("US-LA").')
        if postal_code is not None:
            _check_text(postal_code)
            rest = rest or (postal_code.strip(),)
        if has_counties(top):
            return self._addresses.in_state(top, county=county, city=city)
        return self._descend(top, rest, infer_state=state is None)[0]

    def _country(self, text: str) -> str:
        codes = [code for code in self._codes_named(text) if "-" not in code or code in self._names.territories]
        if len(codes) == 1:
            return codes[0]
        if codes:
            raise self.ambiguous(text, codes)
        raise self.unknown(text, "It is not a country; a state goes into state=….")

    def _state(self, text: str, country: str | None) -> tuple[str, tuple[str, ...]]:
        """The state's code, or the country's with the text left over where states make no law."""
        folded = fold(text)
        codes = [code for code in self.readings(folded, qualifying=True) if "-" in code]
        if _CODE.fullmatch(text.strip()):
            codes = [self.resolve_code(text).code]
        inside = [code for code in codes if country in (None, code, code[:2])]
        if len(inside) == 1:
            return inside[0], ()
        if inside:
            raise self.ambiguous(text, inside)
        if country is None:
            raise self.unknown(text, "It is not a known state; a country goes into country=….")
        name = self._names.places[country]
        if codes:
            elsewhere = tuple(map(self.jurisdiction, codes))
            raise UnknownPlaceError(
                f"{shortened(text)!r} is not in {name}: the parts contradict each other.",
                query=shortened(text),
                suggestions=elsewhere,
                hint=f"It is {elsewhere[0]}; correct the country or the state.",
            )
        below = {n: c for n, c in self._names.names.items() if c.startswith(f"{country}-")}
        if below:
            raise UnknownPlaceError(
                f"There is no {shortened(text)!r} in {name}.",
                query=shortened(text),
                suggestions=self.similar(folded, below),
                hint="Check the spelling of the state.",
            )
        return country, (text,)

    def _codes_named(self, text: str) -> list[str]:
        if _CODE.fullmatch(text.strip()):
            return [self.resolve_code(text).code]
        return self.readings(fold(text))

    def _qualified(self, parts: tuple[str, ...], text: str) -> Match:
        last = fold(parts[-1])
        readings = self.readings(last, qualifying=True) or self._codes_named(parts[-1])
        if not readings:
            raise self.unknown(parts[-1], f"It stands last in {shortened(text)!r}: a state or a country belongs there.")
        found = [self._descend(code, parts[:-1]) for code in readings]
        certain = [match for match, known in found if known]
        if len(readings) == 1:
            return found[0][0]
        if len(certain) == 1:
            return certain[0]
        postal = [match for match, _ in found if match.code.startswith("US-")]
        if not certain and len(postal) == 1 and len(last) == 2:
            return Match(postal[0].code, postal[0].unmatched, assumed=True)
        raise self.ambiguous(text, [match.code for match in certain] or readings)

    def _descend(self, code: str, rest: tuple[str, ...], *, infer_state: bool = True) -> tuple[Match, bool]:
        """Follow parts, the narrowest first, down from a place; tell whether the place is known to have them."""
        if not rest:
            return Match(code), True
        folded = fold(rest[-1])
        if infer_state and "-" not in code:
            below = [reading for reading in self.readings(folded, qualifying=True) if reading.startswith(f"{code}-")]
            if len(below) == 1:
                return self._descend(below[0], rest[:-1])[0], True
        if "-" not in code and code in self.readings(folded):  # «Germany, DE»; «New York, NY» is a city
            return self._descend(code, rest[:-1], infer_state=infer_state)[0], True
        if has_counties(code):
            match, known = self._addresses.before_state(code, rest)
            return match, known or self._has_city(code, rest)
        for part in reversed(rest):
            local = self.localities(code).cities_named(fold(part)) if "-" in code else ()
            if len(local) > 1:
                raise self.ambiguous(part, sorted(local))
            if local:
                return Match(local[0]), True
        return Match(code, unmatched=", ".join(rest)), self._has_city(code, rest)

    def _has_city(self, code: str, rest: Iterable[str]) -> bool:
        """Whether the gazetteer has a city of that name there, with or without a postal code."""
        cities = self._cities(code)
        return any(fold(part) in cities or fold(_NUMBER.sub("", part)) in cities for part in rest) if cities else False


def _given(part: str | None) -> str | None:
    """A part of an address; None where it is empty."""
    return None if isinstance(part, str) and not part.strip() else part


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise InvalidQueryError(f"A place cannot be a {type(text).__name__}.", hint='Pass text, as in lookup("US-LA").')
    if len(text) > _MAX_LENGTH:
        raise UnknownPlaceError(
            f"A text of {len(text):,} characters is not the name of a place.",
            query=shortened(text),
            hint=f"Pass at most {_MAX_LENGTH} characters.",
        )
    if _CONTROL.search(text):
        raise UnknownPlaceError("The text has control characters in it.", query=shortened(text), hint="Remove them.")
    if not fold(text):
        raise UnknownPlaceError(
            "The text names no place.", query=shortened(text), hint='Ask for a place, as in lookup("US-LA").'
        )
