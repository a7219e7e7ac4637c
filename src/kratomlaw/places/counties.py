"""Which counties does a state have? Counties and their equivalents, by code, name and FIPS number.

Pure: the table of a state is handed in.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ..law.words import Level
from .names import normalize_name, slug

__all__ = ["CITIES_OF_COUNTIES", "COUNTY_KINDS", "County", "CountyName", "CountyTable", "county_parts"]

COUNTY_KINDS = (
    "city and borough",
    "planning region",
    "census area",
    "county",
    "parish",
    "borough",
    "municipality",
    "municipio",
    "district",
    "island",
    "co",
)
"""What the names of counties and their equivalents end in; the longest first."""

CITIES_OF_COUNTIES = {
    "US-CA/san-francisco-county": "US-CA/san-francisco",
    "US-CO/broomfield-county": "US-CO/broomfield",
    "US-CO/denver-county": "US-CO/denver",
    "US-LA/orleans-parish": "US-LA/new-orleans",
    "US-MA/nantucket-county": "US-MA/nantucket",
    "US-NY/bronx-county": "US-NY/new-york-city",
    "US-NY/kings-county": "US-NY/new-york-city",
    "US-NY/new-york-county": "US-NY/new-york-city",
    "US-NY/queens-county": "US-NY/new-york-city",
    "US-NY/richmond-county": "US-NY/new-york-city",
    "US-PA/philadelphia-county": "US-PA/philadelphia",
}
"""Counties no part of which lies outside a city or town, so that its law holds wherever in the county one is."""

_LAST_WORDS = frozenset(kind.split()[-1] for kind in COUNTY_KINDS)


class County(NamedTuple):
    """A county, or what the Census Bureau counts as one."""

    code: str
    """Its code, such as "US-IL/madison-county"."""
    name: str
    """Its whole name, such as "Madison County"."""
    level: Level
    """County; or city, for a city that is in no county."""
    fips: str
    """The two digits of the state and the three of the county."""


class CountyTable(Mapping[str, County]):
    """The counties of one state, by code.

    Args:
        state: The code of the state.
        raw: The names by FIPS number: "counties", and "cities" that are in no county; and "former", the numbers of
            today, with spaces between them, by names that are no longer right.
    """

    def __init__(self, state: str, raw: Mapping[str, Mapping[str, str]]) -> None:
        self._counties: dict[str, County] = {}
        for key, level in (("counties", Level.COUNTY), ("cities", Level.CITY)):
            for fips, name in raw.get(key, {}).items():
                code = f"{state}/{slug(name)}"
                self._counties[code] = County(code, name, level, fips)
        self._former = raw.get("former", {})

    @cached_property
    def by_number(self) -> Mapping[str, str]:
        """The codes by the last three digits of the FIPS number."""
        return {county.fips[2:]: code for code, county in self._counties.items()}

    @cached_property
    def former(self) -> Mapping[str, tuple[str, ...]]:
        """The codes of today by normalized names that are no longer right, with and without the word "County"."""
        found: dict[str, tuple[str, ...]] = {}
        for name, numbers in self._former.items():
            whole = normalize_name(name)
            found[whole] = found[county_parts(whole).core] = tuple(self.by_number[n[2:]] for n in numbers.split())
        return found

    def __getitem__(self, code: str) -> County:
        return self._counties[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counties)

    def __len__(self) -> int:
        return len(self._counties)


class CountyName(NamedTuple):
    """The two parts of a county's name."""

    kind: str
    """The word that says what it is; empty where there is none."""
    core: str
    """The rest."""


def county_parts(name: str) -> CountyName:
    """Take the word that says what it is off the normalized name of a county.

    Example:
        >>> county_parts("madison county").core, county_parts("juneau city and borough").core
        ('madison', 'juneau')
        >>> county_parts("county of kings"), county_parts("madison")
        (CountyName(kind='county', core='kings'), CountyName(kind='', core='madison'))
    """
    if name[name.rfind(" ") + 1 :] not in _LAST_WORDS and " of " not in name:
        return CountyName("", name)
    for kind in COUNTY_KINDS:
        if name.endswith(f" {kind}"):
            return CountyName(kind, name.removesuffix(f" {kind}"))
        if name.startswith(f"{kind} of "):
            return CountyName(kind, name.removeprefix(f"{kind} of "))
    return CountyName("", name)
