"""Which place does a text, a code or a set of address parts mean? The resolver, the only one.

Pure: the names are handed in. The order is: exact code with a hyphen, qualified name, unique name or alias, error.
Similar names are only ever suggested.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from .errors import AmbiguousPlaceError, InvalidQueryError, UnknownPlaceError
from .models import Jurisdiction, Level
from .names import fold, split_parts

__all__ = ["LocalPlace", "Match", "PlaceNames", "Places"]

_MAX_LENGTH = 200
_CODE = re.compile(r"([A-Za-z]{2}-[A-Za-z0-9]{1,3})(/[A-Za-z0-9-]+)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
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


class LocalPlace(NamedTuple):
    """A county, city or reservation that has a record."""

    code: str
    name: str
    level: Level
    aliases: tuple[str, ...]


class Match(NamedTuple):
    """What a question means: a place, and what of the question it does not cover."""

    code: str
    unmatched: str | None = None
    """The locality that has no record of its own."""
    assumed: bool = False
    """Whether the place was assumed, because nothing decides between two readings."""


class Places:
    """All places of one dataset, and the way from text to place.

    Args:
        names: The names of countries and states.
        cities: Answers the folded names of the cities of a place whose abbreviation has two readings.
        local: The counties, cities and reservations that have a record.
        parents: The parent of each dependent territory that has one.
    """

    def __init__(
        self,
        names: PlaceNames,
        cities: Callable[[str], Collection[str]],
        local: Iterable[LocalPlace] = (),
        parents: Mapping[str, str] | None = None,
    ) -> None:
        self._names = names
        self._cities = cities
        self._parents = parents or {}
        self._local = {place.code: place for place in local}
        self._local_names: dict[str, dict[str, set[str]]] = {}
        for place in self._local.values():
            known = self._local_names.setdefault(place.code.partition("/")[0], {})
            for name in (place.name, *place.aliases):
                known.setdefault(fold(name), set()).add(place.code)
        self._jurisdictions: dict[str, Jurisdiction] = {}

    def codes(self) -> tuple[str, ...]:
        """The codes of all places, those of a country together, the broadest first."""
        return tuple(sorted((*self._names.places, *self._local)))

    def jurisdiction(self, code: str) -> Jurisdiction:
        """The place of a code that is known to exist."""
        known = self._jurisdictions.get(code)
        if known is None:
            local = self._local.get(code)
            if local:
                name, level = local.name, local.level
                parent: str | None = code.partition("/")[0]
            elif "-" in code:
                name, level, parent = self._names.places[code], Level.STATE, code[:2]
            else:
                name, level = self._names.places[code], Level.COUNTRY
                parent = self._parents.get(code)
            known = Jurisdiction.model_construct(code=code, name=name, level=level, parent=parent)
            self._jurisdictions[code] = known
        return known

    def chain(self, code: str) -> tuple[Jurisdiction, ...]:
        """A place and all those above it, the country first."""
        place = self.jurisdiction(code)
        return (*(self.chain(place.parent) if place.parent else ()), place)

    def similar_local(self, text: str, within: str) -> tuple[Jurisdiction, ...]:
        """Places with a record in a state whose names are spelt like a text, the most similar first."""
        return self._similar(fold(text), self._local_names.get(within, {}))

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
        if f"US-{exact}" in self._names.territories:
            return Match(f"US-{exact}")
        country = exact[:2]
        subdivided = any(known.startswith(f"{country}-") for known in self._names.places)
        if _CODE.fullmatch(exact) and not slash and country in self._names.places and not subdivided:
            return Match(country, unmatched=exact)
        if slash and upper.upper() in self._names.places:
            suggestions = self.similar_local(slug, upper.upper())
            hint = f"No place of that code has a record; ask for {upper.upper()}, or name the place."
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
    ) -> Match:
        """Answer which place the parts of an address mean.

        Args:
            country: A country's name or code; «DE» is Germany here.
            state: A state's name, code or postal abbreviation; «DE» is Delaware here.
            county: A county's name.
            city: A city's name.

        Returns:
            The place, and the locality that it does not cover.

        Raises:
            UnknownPlaceError: A part is not known, or the parts contradict each other.
            AmbiguousPlaceError: The parts fit more than one place.
            InvalidQueryError: A part is not text, or there is none.
        """
        for part in (country, state, county, city):
            if part is not None:
                _check_text(part)
        rest = tuple(part for part in (city, county) if part and fold(part))
        top = self._country(country) if country is not None else None
        if state is not None:
            top, left = self._state(state, top)
            rest = (*rest, *left)
        if top is None:
            if rest:
                raise UnknownPlaceError(
                    f"{_short(', '.join(rest))!r} may be in many countries.",
                    query=_short(", ".join(rest)),
                    hint="Say in which state or country it lies.",
                )
            raise InvalidQueryError("No place was given.", hint='Ask for a place, as in lookup("US-LA").')
        return self._descend(top, rest, infer_state=state is None)[0]

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
        for index in range(len(rest)):
            local = self._local_names.get(code, {}).get(fold(rest[index]), set())
            if len(local) > 1:
                raise self._ambiguous(rest[index], sorted(local))
            if local:
                return Match(next(iter(local))), True
        known = any(fold(part) in self._cities(code) for part in rest)
        return Match(code, unmatched=", ".join(rest)), known

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
