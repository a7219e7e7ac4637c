"""Where does a place lie on a map? Outlines of states and countries, markers of small ones, centres of localities."""

import bz2
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from pydantic_core import from_json

from ...errors import IntegrityError
from ...install import REINSTALL
from ...law.words import Jurisdiction, Level
from ...places.names import normalize_name

__all__ = ["CENTRE_DIGITS", "Region", "Shapes", "centre_of", "shapes_of"]

CENTRE_DIGITS = "".join(map(chr, (*range(35, 92), *range(93, 127))))
"""The digits in which ``centres.json.bz2`` counts: all of ASCII that JSON writes as it is."""

_FOLDER = Path(__file__).with_name("_data")
_KIND = re.compile(r" (county|parish|city and borough|borough|census area|municipality|municipio|township)$")
_KIND_BEFORE = re.compile(r"^(city|town|village|township|county|parish|borough) of ")


class Region(StrEnum):
    """What a map shows."""

    US = "us"
    """The states and territories of the United States, and local rules."""
    WORLD = "world"
    """All countries."""


class Shapes(NamedTuple):
    """What a map of a region is drawn from; in units of its canvas."""

    width: float
    """The width of the canvas."""
    height: float
    """The height of the canvas."""
    outlines: Mapping[str, str]
    """SVG path data, by code."""
    labels: Mapping[str, tuple[float, float]]
    """Where the letters of a place stand in its outline, by code."""
    markers: Mapping[str, tuple[float, float]]
    """The middle of each place too small to be seen, by code."""
    beside: tuple[str, ...]
    """Places that lie outside the canvas and are shown beside it."""

    @property
    def codes(self) -> frozenset[str]:
        """All places that the map shows."""
        return frozenset((*self.outlines, *self.markers, *self.beside))


@cache
def shapes_of(region: Region) -> Shapes:
    """Read the shapes of a region.

    Args:
        region: The region.

    Returns:
        The shapes.

    Raises:
        IntegrityError: They cannot be read.

    Example:
        >>> "US-LA" in shapes_of(Region.US).outlines, "SG" in shapes_of(Region.WORLD).markers
        (True, True)
    """
    raw = _bundled("shapes.json.bz2")[region]
    width, height = raw["size"]
    return Shapes(
        width=width,
        height=height,
        outlines=raw["shapes"],
        labels=raw.get("labels", {}),
        markers=raw.get("markers", {}),
        beside=tuple(raw.get("beside", ())),
    )


def centre_of(place: Jurisdiction) -> tuple[int, int] | None:
    """Answer where the mark of a county or city stands on the map of the United States.

    Args:
        place: The place.

    Returns:
        The point on the canvas, or None when it is not known.

    Example:
        >>> centre_of(Jurisdiction(code="US-MS/lee-county", name="Lee County", level=Level.COUNTY)) is not None
        True
    """
    country, _, rest = place.code.partition("-")
    state, slash, slug = rest.partition("/")
    if country != "US" or not slash:
        return None
    kinds = ("counties", "cities") if place.level is Level.COUNTY else ("cities", "counties")
    for kind in kinds[: 1 if place.level is Level.COUNTY else 2]:
        known = _centres(kind, state)
        for name in (normalize_name(place.name), slug.replace("-", " ")):
            plain = _KIND_BEFORE.sub("", _KIND.sub("", name))
            found = known.get(name) or known.get(plain)
            if found:
                return found
    return None


@cache
def _centres(kind: str, state: str) -> dict[str, tuple[int, int]]:
    # "##-.%#$5 alton|Bta": the digits of n places, n of each kind, high of x, low of x, high of y, low of y, then the
    # names; a capital says how many letters a name shares with the one before (B: one). It takes less room so.
    digits, _, names = str(_bundled("centres.json.bz2")[kind].get(state, "")).partition(" ")
    base, count = len(CENTRE_DIGITS), len(digits) // 4
    values = list(map(CENTRE_DIGITS.index, digits))
    x_high, x_low, y_high, y_low = (values[count * row : count * (row + 1)] for row in range(4))
    found: dict[str, tuple[int, int]] = {}
    name = ""
    for place, written in enumerate(names.split("|") if count else ()):
        shared = ord(written[0]) - ord("A") if written[0].isupper() else 0
        name = name[:shared] + (written[1:] if shared else written)
        found[name] = x_high[place] * base + x_low[place], y_high[place] * base + y_low[place]
    return found


@cache
def _bundled(name: str) -> dict[str, dict[str, Any]]:
    try:
        # Packed in the repository already: bzip2 makes them a fifth smaller than the wheel's own compression.
        return cast("dict[str, dict[str, Any]]", from_json(bz2.decompress((_FOLDER / name).read_bytes())))
    except (OSError, ValueError) as cause:
        raise IntegrityError(
            f"{name} in the package cannot be read.",
            hint=f"Install kratomlaw again: {REINSTALL}",
        ) from cause
