"""What does the package bring along? Its dataset and the tables of places, read as far as they are needed."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from pydantic_core import from_json

from ..errors import IntegrityError
from ..law.answers import Origin
from ..places.counties import CountyTable
from ..places.gazetteer import PlaceNames
from ..places.postal import ZipCodes, ZipPrefix
from ..places.resolver import PlaceTables
from ..places.towns import Subdivisions, Towns, WorldCities
from .dataset import Dataset

__all__ = ["bundled", "bundled_counties", "bundled_names", "bundled_tables"]

_BUNDLED = Path(__file__).with_name("_bundled")
_TABLES = Path(__file__).parent.parent / "places/_tables"
_REMEMBERED = 256
"""How many entries of a table of places are kept as text."""
_RECORDS = b'"records":{\n'
_REINSTALL = "Reinstall kratomlaw: python -m pip install --force-reinstall kratomlaw"


def bundled() -> Dataset:
    """Read the dataset in the package; its records were checked when it was compiled.

    Raises:
        IntegrityError: Its bytes are not those that were packed.
    """
    try:
        manifest = from_json((_BUNDLED / "manifest.json").read_bytes())
        content = (_BUNDLED / "dataset.json").read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 != manifest["sha256"]:
            raise IntegrityError("The dataset in the package is damaged.", hint=_REINSTALL)
        lines = _entries(content[content.index(_RECORDS) + len(_RECORDS) :])
        return Dataset(
            version=manifest["version"],
            built_on=date.fromisoformat(manifest["built_on"]),
            origin=Origin.BUNDLED,
            sha256=sha256,
            lines=lines,
        )
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise IntegrityError("The dataset in the package cannot be read.", hint=_REINSTALL) from cause


def bundled_names() -> PlaceNames:
    """Read the names of all countries and states."""
    content = _bundled_json("places.json")
    return PlaceNames(**content)


@cache
def bundled_counties(state: str) -> CountyTable:
    """Read the counties of a US state; the file is opened when a state is first asked for. Empty for other places."""
    line = _bundled_lines("counties.json").get(state)
    return CountyTable(state, json.loads(line) if line else {})


def bundled_tables() -> PlaceTables:
    """Make the readers of towns, ZIP codes and cities; each opens its file when it is first asked."""
    return PlaceTables(
        towns=Towns(_reader("towns.json"), _Keys("towns.json")),
        zip_codes=ZipCodes(_zip_prefix, bundled_counties),
        world=WorldCities(_reader("cities.json"), _reader("gazetteer.json")),
        subdivisions=Subdivisions(_reader("subdivisions.json"), _Keys("subdivisions.json")),
    )


class _Keys(Collection[str]):
    """The keys of a bundled file, which is opened when they are first wanted."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __contains__(self, key: object) -> bool:
        return key in _bundled_lines(self._name)

    def __iter__(self) -> Iterator[str]:
        return iter(_bundled_lines(self._name))

    def __len__(self) -> int:
        return len(_bundled_lines(self._name))


def _reader(name: str) -> Callable[[str], str]:
    """Read the text of one entry of a bundled file; empty where there is none."""

    @lru_cache(maxsize=_REMEMBERED)
    def read(key: str) -> str:
        line = _bundled_lines(name).get(key)
        return str(json.loads(line)) if line else ""

    return read


def _zip_prefix(prefix: str) -> ZipPrefix | None:
    line = _bundled_lines("postal.json").get(prefix)
    return cast("ZipPrefix", tuple(json.loads(line))) if line else None


@cache
def _bundled_lines(name: str) -> dict[str, bytes]:
    """The entries of a bundled file, each to be parsed when it is needed."""
    try:
        return _entries((_TABLES / name).read_bytes())
    except OSError as cause:
        raise IntegrityError(f"{name} in the package cannot be read.", hint=_REINSTALL) from cause


def _bundled_json(name: str) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", json.loads((_TABLES / name).read_bytes()))
    except (OSError, ValueError) as cause:
        raise IntegrityError(f"{name} in the package cannot be read.", hint=_REINSTALL) from cause


def _entries(content: bytes) -> dict[str, bytes]:
    """The entries of a JSON object that was written one entry a line, without parsing them."""
    return {
        line[1 : line.index(b'"', 1)].decode(): line[line.index(b":") + 1 :].rstrip(b",")
        for line in content.split(b"\n")
        if line.startswith(b'"')
    }
