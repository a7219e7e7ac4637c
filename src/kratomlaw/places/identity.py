"""By which keys is a place known beside its name? ISO 3166, FIPS numbers and Open Civic Data division ids.

Pure. Which number means which place is handed in; the FIPS numbers of the states are few and stand here.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from ..law.words import Level
from .counties import county_parts
from .names import normalize_name
from .patterns import lazy_pattern

__all__ = ["STATE_NUMBERS", "Keys", "Numbers", "ocd_id", "ocd_parts"]

STATE_NUMBERS: Mapping[str, str] = {
    "US-AL": "01", "US-AK": "02", "US-AZ": "04", "US-AR": "05", "US-CA": "06", "US-CO": "08", "US-CT": "09",
    "US-DE": "10", "US-DC": "11", "US-FL": "12", "US-GA": "13", "US-HI": "15", "US-ID": "16", "US-IL": "17",
    "US-IN": "18", "US-IA": "19", "US-KS": "20", "US-KY": "21", "US-LA": "22", "US-ME": "23", "US-MD": "24",
    "US-MA": "25", "US-MI": "26", "US-MN": "27", "US-MS": "28", "US-MO": "29", "US-MT": "30", "US-NE": "31",
    "US-NV": "32", "US-NH": "33", "US-NJ": "34", "US-NM": "35", "US-NY": "36", "US-NC": "37", "US-ND": "38",
    "US-OH": "39", "US-OK": "40", "US-OR": "41", "US-PA": "42", "US-RI": "44", "US-SC": "45", "US-SD": "46",
    "US-TN": "47", "US-TX": "48", "US-UT": "49", "US-VT": "50", "US-VA": "51", "US-WA": "53", "US-WV": "54",
    "US-WI": "55", "US-WY": "56", "US-AS": "60", "FM": "64", "US-GU": "66", "MH": "68", "US-MP": "69", "PW": "70",
    "US-PR": "72", "US-UM": "74", "US-VI": "78",
}  # fmt: skip
"""The FIPS numbers of the states, territories and freely associated states of the United States."""

_OCD = lazy_pattern(r"ocd-division/country:([a-z]{2})((?:/[a-z_]+:[^/:\s]+)*)")
_OCD_STATES = {
    "US-DC": "district",
    **dict.fromkeys(("US-AS", "US-GU", "US-MP", "US-PR", "US-UM", "US-VI"), "territory"),
}
_OCD_SUBDIVISIONS = {"US": "state", "CA": "province", "AU": "state", "IN": "state", "MY": "state", "ID": "province"}
_OCD_TERRITORIES = frozenset({"CA-YT", "CA-NT", "CA-NU", "AU-NT", "AU-ACT"})
_OCD_KINDS = {"parish": "parish", "borough": "borough", "census area": "census_area", "municipality": "borough",
              "city and borough": "borough", "municipio": "municipio"}  # fmt: skip


class Keys(NamedTuple):
    """The numbers by which others know a country or state."""

    fips: str | None = None
    alpha_3: str | None = None
    numeric: str | None = None


class Numbers:
    """The numbers of all countries and states.

    Args:
        alpha_3: The codes by ISO 3166-1 alpha-3.
        numeric: The codes by ISO 3166-1 numeric.
    """

    def __init__(self, alpha_3: Mapping[str, str], numeric: Mapping[str, str]) -> None:
        self._alpha_3 = alpha_3
        self._numeric = numeric

    def of(self, code: str) -> Keys:
        """The numbers of a country or state."""
        alpha_3, numeric = self._by_code.get(code, (None, None))
        return Keys(STATE_NUMBERS.get(code), alpha_3, numeric)

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[str | None, str | None]]:
        alpha_3 = {code: letters for letters, code in self._alpha_3.items()}
        numeric = {code: digits for digits, code in self._numeric.items()}
        return {code: (alpha_3.get(code), numeric.get(code)) for code in {*alpha_3, *numeric}}


def ocd_id(code: str, name: str = "", level: Level | None = None) -> str | None:
    """The Open Civic Data division id of a place; None where there is none.

    Example:
        >>> ocd_id("US-LA"), ocd_id("TH"), ocd_id("US-DC")[-11:]
        ('ocd-division/country:us/state:la', 'ocd-division/country:th', 'district:dc')
        >>> ocd_id("US-LA/new-orleans", "New Orleans", Level.CITY)
        'ocd-division/country:us/state:la/place:new_orleans'
        >>> ocd_id("US-LA/rapides-parish", "Rapides Parish", Level.COUNTY)
        'ocd-division/country:us/state:la/parish:rapides'
    """
    state, slash, _ = code.partition("/")
    country, hyphen, part = state.partition("-")
    found = f"ocd-division/country:{country.lower()}"
    if hyphen:
        kind = "territory" if state in _OCD_TERRITORIES else _OCD_STATES.get(state, _OCD_SUBDIVISIONS[country])
        found += f"/{kind}:{part.lower()}"
    if not slash:
        return found
    written = normalize_name(name)
    if country != "US" or level is Level.RESERVATION or written.endswith(" township"):
        return None
    if level is Level.COUNTY:
        kind, core = county_parts(written)
        return f"{found}/{_OCD_KINDS.get(kind, 'county')}:{core.replace(' ', '_')}"
    return f"{found}/place:{written.replace(' ', '_')}"


def ocd_parts(text: str) -> tuple[str, str | None, str | None, str | None] | None:
    """The parts of an Open Civic Data division id: country, state, county and city; None where it is no such id.

    Example:
        >>> ocd_parts("ocd-division/country:us/state:la/place:new_orleans")
        ('us', 'la', None, 'new orleans')
        >>> ocd_parts("ocd-division/country:us/state:la/parish:rapides")
        ('us', 'la', 'rapides parish', None)
    """
    found = _OCD.fullmatch(text.strip().lower()) if "/country:" in text else None
    if found is None:
        return None
    state = county = city = None
    for step in found.group(2).split("/")[1:]:
        kind, _, value = step.partition(":")
        name = value.replace("_", " ").replace("~", " ")
        if kind in ("state", "province", "territory", "district", "region"):
            state = value
        elif kind in ("county", "parish", "borough", "census_area", "municipio"):
            county = f"{name} {kind.replace('_', ' ')}"
        elif kind == "place":
            city = name
    return found.group(1), state, county, city
