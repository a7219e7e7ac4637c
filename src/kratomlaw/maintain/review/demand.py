"""How often is a place asked about? By a file of counts, else estimated by the towns and ZIP codes that lie in it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, cast

from ...data.bundled import every_world_city, every_zip_code
from ...errors import DataError

__all__ = ["Demand", "estimated", "read_counts"]


class Demand(NamedTuple):
    """How often a place is asked about."""

    times: int
    """A number that is only compared with those of other places."""
    text: str
    """What was counted, for a maintainer."""


def estimated(codes: Iterable[str]) -> Mapping[str, Demand]:
    """Estimate how often places are asked about; nobody counts questions that are answered offline.

    Args:
        codes: The codes of the places.

    Returns:
        In the United States the ZIP codes that touch a state or county; elsewhere the names of cities from 15,000
        people of a country or state. Cities of the United States have no estimate.

    Example:
        >>> found = estimated(["US-TX", "US-ND", "TH"])
        >>> found["US-TX"].times > found["US-ND"].times, found["TH"].text.startswith("probably asked often: ")
        (True, True)
    """
    zips = Counter[str]()
    for _, area in every_zip_code():
        zips.update({"US", *area.states, *area.counties})
    cities = Counter[str]()
    for _, places in every_world_city():
        for place in places:
            cities.update({place, place.partition("-")[0]})
    found: dict[str, Demand] = {}
    for code in codes:
        if code == "US" or code.startswith("US-"):
            count, what = zips[code], "ZIP codes"
        else:
            count, what = cities[code], "names of cities"
        if count:
            found[code] = Demand(count, f"probably asked often: {count:,} {what}")
    return found


def read_counts(path: Path) -> Mapping[str, Demand]:
    """Read how often places were asked about, for instance from the log of a server.

    Args:
        path: A JSON object: ``{"US-TX": 1200, "TH": 340}``.

    Returns:
        The counts by code.

    Raises:
        DataError: It cannot be read, or is no such object.
    """
    try:
        content: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as cause:
        raise DataError(f"{path} cannot be read: {cause}.", hint=_HINT) from None
    if not isinstance(content, dict):
        raise DataError(f"{path} is not a JSON object.", hint=_HINT)
    found: dict[str, Demand] = {}
    for code, count in cast("dict[str, object]", content).items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise DataError(f"{path}: the count of {code} is not a whole number.", hint=_HINT)
        found[code] = Demand(count, f"asked about {count:,} times")
    return found


_HINT = 'Write an object of codes and counts: {"US-TX": 1200, "TH": 340}.'
