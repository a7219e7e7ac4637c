"""Which county, city or reservation of one state does a name mean? An index of the local places of a state.

Pure: the records and the list of counties are handed in. Names are normalized before they come here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ..law.words import Level
from .counties import COUNTY_KINDS, County, CountyTable, county_parts
from .names import by_letter_pair, compact_name, letter_pairs, names_sharing_pairs, normalize_name

__all__ = ["KIND_WORDS", "LocalPlace", "Localities", "spellings"]

_GOVERNMENTS = ("city", "town", "village", "borough", "municipality")
"""What stands before "of" in the name of a municipality; "Township of X" is X Township."""
_KINDS_AFTER = (
    "city and county",
    "charter township",
    "city balance",
    "metropolitan government balance",
    "unified government balance",
    "consolidated government balance",
    "metro government balance",
    "urban county",
    "municipality",
    "corporation",
    "township",
    "village",
    "borough",
    "plantation",
    "city",
    "town",
    "cdp",
)
"""What the Census Bureau writes after the name of a municipality: "Alton city", "Parker town"."""
KIND_WORDS = frozenset(kind.split()[-1] for kind in (*_KINDS_AFTER, *COUNTY_KINDS))
"""With what a name ends that may have to be taken apart."""
_ANY_COUNTY = ("", "county", "co", "parish")
"""The words for a county that people write where another would be right."""
_SHARED_PAIRS = 0.65
"""The share of their pairs of letters that similar names have in common at least."""
_EDIT = 2
"""Of how many letters two names may differ in one place and still be taken for misspellings of one another."""


_MOST_WORDS = 4
"""The most words that are looked at of what stands before a city in one text with it."""


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


def spellings(name: str) -> Iterator[str]:
    """The normalized names under which a city may be known: as it is written, then without what says its kind.

    Example:
        >>> list(spellings("city of alton")), list(spellings("alton city"))
        (['city of alton', 'alton'], ['alton city', 'alton'])
        >>> list(spellings("township of berkeley")), list(spellings("clinton charter township"))
        (['township of berkeley', 'berkeley township'], ['clinton charter township', 'clinton township', 'clinton'])
    """
    yield name
    kind, of, rest = name.partition(" of ")
    if of and kind in _GOVERNMENTS:
        yield rest
    elif of and kind == "township":
        yield f"{rest} township"
    for kind in _KINDS_AFTER:
        if name.endswith(f" {kind}"):
            core = name.removesuffix(f" {kind}")
            if kind == "charter township":
                yield f"{core} township"
            yield core
            return


class Localities:
    """The local places of one state.

    Args:
        places: Those with a record.
        counties: Reads all counties of the state, with and without a record; called when a name may be a county's.
    """

    def __init__(self, places: Iterable[LocalPlace], counties: Callable[[], CountyTable]) -> None:
        self.places: dict[str, LocalPlace] = {place.code: place for place in places}
        self._read_counties = counties
        self._last_similar: tuple[str, tuple[str, ...]] = ("", ())
        self._named: dict[str, list[str]] = {}
        self._communities: dict[str, list[str]] = {}
        self._inside: dict[str, list[str]] = {}
        self._places_in: dict[str, tuple[str, ...]] = {}
        for place in self.places.values():
            if place.level is not Level.COUNTY:
                for name in {compact_name(name) for name in (place.name, *place.aliases)}:
                    self._named.setdefault(name, []).append(place.code)
            for community in {compact_name(name) for name in place.localities}:
                self._communities.setdefault(community, []).append(place.code)
            for county in place.counties if place.level is Level.CITY else ():
                self._inside.setdefault(county, []).append(place.code)

    @cached_property
    def counties(self) -> CountyTable:
        """All counties of the state, and its cities that are in no county, by code; empty where none are known."""
        return self._read_counties()

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The compact names of cities and reservations with a record or in no county, and of communities."""
        return frozenset({*self._named, *self._communities, *map(_joined, self._independent)})

    @cached_property
    def sorted_codes(self) -> tuple[str, ...]:
        """The codes of all places with a record, in their order."""
        return tuple(sorted(self.places))

    @cached_property
    def county_records(self) -> tuple[str, ...]:
        """The codes of the counties that have a record."""
        return tuple(code for code, place in self.places.items() if place.level is Level.COUNTY)

    @property
    def has_county_records(self) -> bool:
        """Whether any county has a record, so that the county decides the law of a town."""
        return bool(self.county_records)

    def cities_in(self, county: str) -> tuple[str, ...]:
        """The cities with a record in a county."""
        return tuple(self._inside.get(county, ()))

    def places_in(self, county: str) -> tuple[str, ...]:
        """The places with a record that may be in a county: itself, and those in it or of no known county."""
        known = self._places_in.get(county)
        if known is None:
            known = self._places_in[county] = tuple(
                code
                for code, place in self.places.items()
                if code == county
                or (
                    place.level is not Level.COUNTY
                    and (not place.counties or county in place.counties)
                    and not self.is_independent(code)
                )
            )
        return known

    def cities_named(self, name: str) -> tuple[str, ...]:
        """The cities and reservations of a name: those with a record, else the one that is in no county."""
        for spelling in spellings(name):
            found = self.cities_called(spelling)
            if found:
                return found
        return ()

    def cities_called(self, spelling: str) -> tuple[str, ...]:
        """The same for exactly this spelling."""
        found = self._named.get(compact_name(spelling))
        if found:
            return tuple(found)
        independent = self._independent.get(spelling)
        return (independent,) if independent else ()

    def communities_named(self, name: str) -> tuple[str, ...]:
        """The counties that have a community of that name without a government."""
        return tuple(self._communities.get(compact_name(name), ()))

    def county_named(self, name: str, *, bare: bool = False) -> str | None:
        """The county of a name.

        Args:
            name: The name, such as "madison county"; "county of madison" and another word than the right one
                ("rapides county" for a parish) are understood.
            bare: Whether "madison" will do.

        Returns:
            The code, or None when no county is called that.
        """
        kind, core = county_parts(name)
        if not kind and not bare:
            return None
        whole = self._whole.get(_joined(name))
        code = whole or self._cores.get(_joined(core))
        # "Kent Island" and "Bedford Borough" are towns where the county is called Kent County and Bedford County.
        if whole or not code or kind in _ANY_COUNTY or kind.replace(" ", "-") in code:
            return code
        return None

    def is_independent(self, code: str) -> bool:
        """Whether a city is in no county."""
        county = self.counties.get(code)
        return county is not None and county.level is Level.CITY

    def similar(self, name: str, count: int) -> tuple[str, ...]:
        """The places with a record whose names are spelled like a text, the most similar first."""
        if not self.places:
            return ()
        asked, found = self._last_similar  # asked twice for one answer: for its candidates and for its suggestions
        if asked != name:
            codes = (code for known in _close(name, self._pairs) for code in self._names[known])
            found = tuple(dict.fromkeys(codes))
            self._last_similar = (name, found)
        return found[:count]

    def possibly_meant(self, name: str) -> tuple[str, ...]:
        """The places with a record that a text may be meant for: misspelled, cut short, or with more words around.

        A wider net than ``similar``: what it misses would be answered too mildly.
        """
        words = f" {name} "
        compact = compact_name(name)
        found: dict[str, None] = {}
        for spelling in spellings(name):
            found.update(dict.fromkeys(self.similar(spelling, len(self.places))))
        for known, joined in self._joined_names:
            if compact in joined or (known in name and f" {known} " in words):
                found.update(dict.fromkeys(self._names[known]))
        return tuple(found)

    def is_misspelled(self, name: str) -> bool:
        """Whether a text is the name of a place with a record but for one place in it, or ends in such a name."""
        return any(
            _differ_in_one_place(spelling, known) or spelling.endswith(f" {known}")
            for spelling in spellings(name)
            for known in _close(spelling, self._pairs)
        )

    def ends_like(self, name: str, county: str) -> tuple[str, ...]:
        """The places with a record in a county that the last words of a text may be meant for: "12 main street altn".

        Misspelled by one place, or cut short at one end.
        """
        ends: dict[str, str] = {}
        for written in spellings(name):
            words = written.split()
            for count in range(1, min(_MOST_WORDS, len(words)) + 1):
                ends[" ".join(words[-count:])] = "".join(words[-count:])
        return tuple(
            code
            for code in self.places_in(county)
            if any(
                (len(cut) > _EDIT and (joined.startswith(cut) or joined.endswith(cut)))
                or _differ_in_one_place(end, known)
                for known, joined in self._names_of[code]
                for end, cut in ends.items()
            )
        )

    def similar_counties(self, name: str, count: int) -> tuple[str, ...]:
        """The counties whose names are spelled like a text, the most similar first."""
        from difflib import get_close_matches

        names = {normalize_name(county.name): code for code, county in self.counties.items()}
        cores = {county_parts(name).core: code for name, code in names.items()}
        close = get_close_matches(county_parts(name).core, cores, n=count, cutoff=0.7)
        return tuple(dict.fromkeys(cores[name] for name in close))

    @cached_property
    def _independent(self) -> dict[str, str]:
        """The cities that are in no county by normalized name, with and without "city" after it."""
        counties: Mapping[str, County] = self.counties
        cities = [(normalize_name(place.name), code) for code, place in counties.items() if place.level is Level.CITY]
        return {spelt: code for name, code in cities for spelt in (name, f"{name} city")}

    @cached_property
    def _whole(self) -> dict[str, str]:
        """The codes of counties by their whole names, written as one word, so that "De Kalb" is "DeKalb"."""
        known = {
            _joined(normalize_name(county.name)): code
            for code, county in self.counties.items()
            if county.level is Level.COUNTY
        }
        for place in self.places.values():
            if place.level is Level.COUNTY:
                known.update({_joined(normalize_name(name)): place.code for name in (place.name, *place.aliases)})
        return known

    @cached_property
    def _cores(self) -> dict[str, str]:
        """The codes of counties by their names without "County"; of two, none."""
        codes: dict[str, list[str]] = {}
        for code, county in self.counties.items():
            if county.level is Level.COUNTY:
                codes.setdefault(_joined(county_parts(normalize_name(county.name)).core), []).append(code)
        for place in self.places.values():
            if place.level is Level.COUNTY and place.code not in self.counties:
                codes.setdefault(_joined(county_parts(normalize_name(place.name)).core), []).append(place.code)
        return {core: found[0] for core, found in codes.items() if len(found) == 1}

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The codes of all places with a record by their normalized names; of a county also without "County"."""
        names: dict[str, list[str]] = {}
        for place in self.places.values():
            written = {normalize_name(name) for name in (place.name, *place.aliases, *place.localities)}
            if place.level is Level.COUNTY:
                written |= {county_parts(name).core for name in written}
            for name in written:
                names.setdefault(name, []).append(place.code)
        return names

    @cached_property
    def _joined_names(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, _joined(name)) for name in self._names)

    @cached_property
    def _names_of(self) -> dict[str, list[tuple[str, str]]]:
        """The normalized names of each place with a record, each as it is and written as one word."""
        names: dict[str, list[tuple[str, str]]] = {}
        for name, joined in self._joined_names:
            for code in self._names[name]:
                names.setdefault(code, []).append((name, joined))
        return names

    @cached_property
    def _pairs(self) -> dict[str, list[str]]:
        """The names in which each pair of letters stands."""
        return by_letter_pair(self._names)


def _joined(name: str) -> str:
    return name.replace(" ", "")


def _close(text: str, pairs: Mapping[str, list[str]]) -> list[str]:
    """The names that a text may be meant for: those that end it, as after a street, and those that are spelled alike.

    Comparing all names of a state letter by letter would take longer than the rest of an answer, so only those are
    looked at that have two letters in a row in common.
    """
    wanted = letter_pairs(text)
    shared = names_sharing_pairs(wanted, pairs)
    ranked: list[tuple[int, int, str]] = []
    for name, count in shared.items():
        if text.endswith(name) and text.endswith(f" {name}"):
            ranked.append((0, -count, name))
        elif _differ_in_one_place(text, name):
            ranked.append((1, -count, name))
        elif 2 * count >= _SHARED_PAIRS * (len(wanted) + len(name) - 1):
            ranked.append((2, -count, name))
    return [name for _, _, name in sorted(ranked)]


def _differ_in_one_place(text: str, name: str) -> bool:
    """Whether two names differ in one place by two letters at most: "Altn" and "Alton", "San Deigo" and "San Diego"."""
    if abs(len(text) - len(name)) > _EDIT:
        return False
    begin, end = 0, 0
    least = min(len(text), len(name))
    while begin < least and text[begin] == name[begin]:
        begin += 1
    while end < least - begin and text[-1 - end] == name[-1 - end]:
        end += 1
    return begin + end > 0 and max(len(text), len(name)) - begin - end <= _EDIT
