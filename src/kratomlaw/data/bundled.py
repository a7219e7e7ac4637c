"""What does the package bring along? Its dataset and the tables of places, read as far as they are needed."""

import json
import os
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any, cast

from ..errors import IntegrityError
from ..install import REINSTALL
from ..places.counties import CountyTable
from ..places.gazetteer import PlaceNames
from ..places.postal import ZipArea, ZipCodes, ZipPrefix
from ..places.resolver import PlaceTables
from ..places.towns import Subdivisions, Towns, WorldCities
from .dataset import Dataset, Origin
from .packing import PackedPrefix, unpack_names, unpack_prefix, unpack_towns

__all__ = [
    "bundled",
    "bundled_counties",
    "bundled_names",
    "bundled_tables",
    "every_town",
    "every_world_city",
    "every_zip_code",
]

# Strings, as a first answer needs no pathlib, which loads half a dozen modules.
_BUNDLED = os.path.join(os.path.dirname(__file__), "_bundled")
_TABLES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "places", "_tables")
_REMEMBERED = 256
"""How many entries of a table of places are kept as text."""
_RECORDS = b'"records":{\n'
_REINSTALL = f"Reinstall kratomlaw: {REINSTALL}"


def bundled() -> Dataset:
    """Read the dataset in the package; its records were checked when it was compiled.

    Raises:
        IntegrityError: Its bytes are not those that were packed.
    """
    try:
        manifest = json.loads(_read(_BUNDLED, "manifest.json"))
        content = _read(_BUNDLED, "dataset.json")
        # Against damage, not against attackers, who could change both files: a fifth of the time that SHA-256 takes.
        if zlib.crc32(content) != manifest["crc32"]:
            raise IntegrityError("The dataset in the package is damaged.", hint=_REINSTALL)
        lines = _Entries(content, content.index(_RECORDS) + len(_RECORDS))
        return Dataset(
            version=manifest["version"],
            built_on=date.fromisoformat(manifest["built_on"]),
            origin=Origin.BUNDLED,
            sha256=manifest["sha256"],
            lines=lines,
        )
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise IntegrityError("The dataset in the package cannot be read.", hint=_REINSTALL) from cause


def bundled_names() -> PlaceNames:
    """Read the names of all countries and states."""
    content = _bundled_json("places.json")
    return PlaceNames(**content)


@lru_cache(maxsize=256)  # more than there are states; the argument may be any text that a stranger asks about
def bundled_counties(state: str) -> CountyTable:
    """Read the counties of a US state; the file is opened when a state is first asked for. Empty for other places."""
    line = _bundled_lines("counties.json.xz").get(state)
    return CountyTable(state, json.loads(line) if line else {})


def bundled_tables() -> PlaceTables:
    """Make the readers of towns, ZIP codes and cities; each opens its file when it is first asked."""
    return PlaceTables(
        towns=Towns(_reader("towns.json", unpack_towns), _Keys("towns.json")),
        zip_codes=ZipCodes(_zip_prefix, bundled_counties),
        world=WorldCities(
            _reader("cities.json", partial(unpack_names, between="|")),
            _reader("gazetteer.json", partial(unpack_names, between=",")),
        ),
        subdivisions=Subdivisions(_reader("subdivisions.json.xz"), _Keys("subdivisions.json.xz")),
    )


def every_zip_code() -> Iterator[tuple[str, ZipArea]]:
    """List all ZIP codes with the places in which each may lie; for those who need them all, not for a question."""
    zip_codes = bundled_tables().zip_codes
    for prefix in sorted(_bundled_lines("postal.json")):
        for zip_code in zip_codes.of_prefix(prefix):
            area = zip_codes.area(zip_code)
            if area:
                yield zip_code, area


def every_town() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """List the towns, quarters and post offices of the United States: state, compact name and ZIP codes."""
    towns = bundled_tables().towns
    for state in towns.states:
        for name, zips in towns.all_of(state).items():
            yield state, name, zips


def every_world_city() -> Iterator[tuple[str, tuple[str, ...]]]:
    """List the names of the world's cities: the compact name, and the places that have one, the largest first."""
    world = bundled_tables().world
    for begin in _bundled_lines("cities.json"):
        for name in world.beginning(begin):
            yield name, tuple(code for code in world.places_with(name) if code != "US")  # that one stands for towns


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


def _reader(name: str, unpack: Callable[[str], str] = str) -> Callable[[str], str]:
    """Read the text of one entry of a bundled file; empty where there is none."""

    @lru_cache(maxsize=_REMEMBERED)
    def read(key: str) -> str:
        line = _bundled_lines(name).get(key)
        return unpack(json.loads(line)) if line else ""

    return read


def _zip_prefix(prefix: str) -> ZipPrefix | None:
    line = _bundled_lines("postal.json").get(prefix)
    return unpack_prefix(cast("PackedPrefix", json.loads(line))) if line else None


@cache
def _bundled_lines(name: str) -> Mapping[str, bytes]:
    """The entries of a bundled file, each to be parsed when it is needed."""
    try:
        return _Entries(_read(_TABLES, name))
    except OSError as cause:
        raise IntegrityError(f"{name} in the package cannot be read.", hint=_REINSTALL) from cause


def _bundled_json(name: str) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", json.loads(_read(_TABLES, name)))
    except (OSError, ValueError) as cause:
        raise IntegrityError(f"{name} in the package cannot be read.", hint=_REINSTALL) from cause


class _Entries(Mapping[str, bytes]):
    """The entries of a JSON object that was written one entry a line: neither parsed nor copied before they are wanted.

    In ``"TH":{…},`` the key is what stands between the first quotes, the entry all from the colon to the comma. To copy
    a megabyte of lines of which three are read takes a tenth of the time of a first answer.
    """

    def __init__(self, content: bytes, begin: int = 0) -> None:
        self._content = content
        self._spans: dict[str, tuple[int, int]] = {}
        at = content.find(b'"', begin)
        while at > 0:
            key_end = content.index(b'"', at + 1)
            end = content.find(b"\n", key_end)  # there is always one: the brackets are closed on lines of their own
            self._spans[content[at + 1 : key_end].decode()] = key_end + 2, end
            at = content.find(b'\n"', end) + 1

    def __getitem__(self, key: str) -> bytes:
        begin, end = self._spans[key]
        return self._content[begin:end].rstrip(b",")

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)


def _read(folder: str, name: str) -> bytes:
    with open(os.path.join(folder, name), "rb") as file:
        content = file.read()
    if not name.endswith(".xz"):
        return content
    import lzma  # for what few questions need, and packs an eighth closer than the wheel's own compression

    try:
        return lzma.decompress(content)
    except lzma.LZMAError as cause:
        raise OSError(f"{name} is damaged") from cause
