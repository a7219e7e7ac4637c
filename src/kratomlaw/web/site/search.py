"""What does the search box of the site know? Every place that has a page, every town and ZIP code, and whose law holds.

The library decides whose law holds in a town or ZIP code; the script of the site only compares names. What it loads
when somebody uses the box are the places and ZIP codes (``places.js``), and the towns whose names begin with the letter
that was typed (``towns-a.js``): scripts, because a page from a disk may load nothing else.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ...data.bundled import bundled_counties, bundled_names, every_town, every_world_city, every_zip_code
from ...data.snapshot import Snapshot
from ...errors import AmbiguousPlaceError, UnknownPlaceError
from ...law.answers import Answer
from ...law.words import Jurisdiction, Level
from ...places.names import compact_name, normalize_name
from .documents import document_name

__all__ = ["SearchPlace", "search_files"]

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_OTHER = "other"
"""The file of towns whose names begin with no letter from a to z."""

_LONGEST = 60
"""Letters of a name; nobody types the whole official name of Bangkok."""


class SearchPlace(NamedTuple):
    """A place that has a page."""

    place: Jurisdiction
    """The place."""
    mark: str
    """The status of the leaf, with the least age: "restricted 21+"."""
    where: str
    """The place above it, in words; empty for a country."""
    aliases: Sequence[str]
    """Other names of a county, city or reservation."""


def search_files(places: Sequence[SearchPlace], law: Snapshot, spellings: Iterable[str] = ()) -> dict[str, bytes]:
    """Write what the search box loads.

    Args:
        places: The places that have a page, the broadest first.
        law: The data, which says whose law holds in towns and ZIP codes on the day on which it was made.
        spellings: How towns are written, where that is not their plain name with a capital letter; lines that begin
            with "#" say nothing.

    Returns:
        Scripts by name: ``places.js``, and ``towns-a.js`` to ``towns-z.js`` and ``towns-other.js``.
    """
    towns = _Towns(places, law)
    written = {compact_name(spelling): spelling for spelling in spellings if not spelling.startswith("#")}
    shards: dict[str, list[str]] = defaultdict(list)
    for name, rows in towns.all():
        shown = towns.spellings.get(name) or written.get(name, name)
        # Punctuation that separates entries stands in no name that anybody would miss.
        shown = shown.translate(_SEPARATORS)
        shards[name[0] if "a" <= name[0] <= "z" else _OTHER].append(f"{shown},{rows}")
    known = _all_names()
    content = {"places": [_row(each, known) for each in places], "zips": towns.zip_codes()}
    files = {"places.js": f"window.kratomlawPlaces = {_script(content)};\n"}
    for shard, entries in sorted(shards.items()):
        files[f"towns-{shard}.js"] = (
            f"(window.kratomlawTowns ??= {{}})[{_script(shard)}] = {_script('|'.join(entries))};\n"
        )
    return {name: f'"use strict";\n{text}'.encode() for name, text in files.items()}


_SEPARATORS = str.maketrans({",": " ", "|": " "})


class _Towns:
    """Whose law holds in towns and ZIP codes, as rows of the places that have a page."""

    def __init__(self, places: Sequence[SearchPlace], law: Snapshot) -> None:
        self._law = law
        self._day = law.dataset().built_on
        self._rows = {each.place.code: index for index, each in enumerate(places)}
        self._with_local = {code.partition("/")[0] for code in self._rows if "/" in code}
        self._zips = dict(self._zip_rows())
        self.spellings: dict[str, str] = {}
        """How counties are written, once they are listed."""
        self._counties: set[str] = set()
        self._special = set(bundled_names().quarters)
        """Names, as in "US-NY/statenisland", that may mean a place in which none of their ZIP codes need lie."""
        for each in places:
            state, slash, _ = each.place.code.partition("/")
            if slash:
                self._special |= {f"{state}/{compact_name(name)}" for name in _short(each.place.name, *each.aliases)}

    def all(self) -> Iterator[tuple[str, str]]:
        """Each compact name with the places that have a town called so, the largest city first.

        Written "5k,7c:9a.b2": rows of the state or country; after a colon the rows of the places in which it lies or
        may lie, the strictest first, where that is not the state alone.
        """
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for state in (code for code in self._rows if code.startswith("US-") and "/" not in code):
            for county in bundled_counties(state).values():
                name = compact_name(county.name)
                # One with a page of its own is found by that, and a city that is in no county by its town.
                if county.code not in self._rows and county.level is Level.COUNTY:
                    self.spellings[name] = county.name
                    self._counties.add(f"{state}/{name}")
                    found.setdefault(name, {})[state] = ()
        for name, codes in every_world_city():
            found[name] = dict.fromkeys(codes, ()) | found.get(name, {})
        for state, name, zips in every_town():
            found.setdefault(name, {})[state] = zips
        for name, by_place in sorted(found.items()):
            rows = ",".join(filter(None, (self._town(code, name, zips) for code, zips in by_place.items())))
            if rows and len(name) <= _LONGEST:
                yield name, rows

    def zip_codes(self) -> list[str]:
        """The ZIP codes by their first three digits.

        Written "620;5k;4000…;02:9a.b2": the digits; the rows of most of them; which of the hundred exist, in
        hexadecimal digits from 00 to 99; then those with other rows.
        """
        by_prefix: dict[str, dict[str, str]] = defaultdict(dict)
        for zip_code, rows in self._zips.items():
            by_prefix[zip_code[:3]][zip_code[3:]] = rows
        return [_prefix_entry(prefix, rows) for prefix, rows in sorted(by_prefix.items())]

    def _zip_rows(self) -> Iterator[tuple[str, str]]:
        for zip_code, area in every_zip_code():
            if self._with_local.isdisjoint(area.states):
                rows = ".".join(self._number(code) for code in area.states if code in self._rows)
            else:
                rows = self._lying(self._law.lookup(country="US", postal_code=zip_code, on=self._day))
            if rows:
                yield zip_code, rows

    def _town(self, code: str, name: str, zips: tuple[str, ...]) -> str:
        if code not in self._rows:
            return ""
        state = self._number(code)
        if code not in self._with_local or not code.startswith("US-") or f"{code}/{name}" in self._counties:
            return state
        if zips and f"{code}/{name}" not in self._special and all(self._zips.get(each) == state for each in zips):
            return state  # nothing below the state has law of its own where it lies
        try:
            rows = self._lying(self._law.lookup(country="US", state=code[3:], city=name, on=self._day))
        except (AmbiguousPlaceError, UnknownPlaceError):  # a post office of the armed forces
            return ""
        return state if rows == state else f"{state}:{rows}"

    def _lying(self, answer: Answer) -> str:
        """The rows of the places that an answer is about, the deciding one first."""
        found: dict[str, None] = {}
        for place in (answer.jurisdiction, *answer.candidates):
            found[self._number(self._with_page(place))] = None
        state = self._number(answer.jurisdiction.code.partition("/")[0])
        # The state's law holds in the rest: it comes last, unless it decides.
        return ".".join(sorted(found, key=lambda row: (row != next(iter(found)), row == state)))

    def _with_page(self, place: Jurisdiction) -> str:
        """The place itself; its state where it has no page."""
        return place.code if place.code in self._rows else place.code.partition("/")[0]

    def _number(self, code: str) -> str:
        index = self._rows[code]
        digits = ""
        while index or not digits:
            index, digit = divmod(index, len(_DIGITS))
            digits = _DIGITS[digit] + digits
        return digits


def _short(*names: str) -> Iterator[str]:
    """Names, also without a last word such as County."""
    for name in names:
        yield name
        yield name.rpartition(" ")[0]


def _prefix_entry(prefix: str, rows: Mapping[str, str]) -> str:
    most = Counter(rows.values()).most_common(1)[0][0]
    known = sum(1 << (99 - int(ending)) for ending in rows)
    others: dict[str, list[str]] = defaultdict(list)
    for ending, row in sorted(rows.items()):
        if row != most:
            others[row].append(ending)
    exceptions = ",".join(f"{''.join(endings)}:{row}" for row, endings in others.items())
    return f"{prefix};{most};{known:025x};{exceptions}"


def _row(each: SearchPlace, known: Mapping[str, Sequence[str]]) -> list[str]:
    place = each.place
    own = (place.name, place.code, place.code.partition("/")[2], *each.aliases)
    names = dict.fromkeys((*map(normalize_name, own), *known.get(place.code, ())))
    kind = "" if place.level in (Level.COUNTRY, Level.STATE) else str(place.level)
    return [document_name(place.code), place.name, kind, each.where, each.mark, "|".join(filter(None, names))]


def _all_names() -> Mapping[str, Sequence[str]]:
    """The names and abbreviations of countries and states in all languages, by code."""
    bundled = bundled_names()
    names: dict[str, list[str]] = defaultdict(list)
    for listed in (bundled.names, bundled.qualifiers):
        for name, codes in listed.items():
            for code in codes.split():
                if name not in names[code]:
                    names[code].append(name)
    return names


def _script(value: object) -> str:
    """JSON that may stand in a script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
