"""The maps: everything is on them, they say what lookup says, and everybody can tell the colours apart."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

import kratomlaw
from helpers import with_local
from kratomlaw import Jurisdiction, KratomLaw, Level, Product, Status
from kratomlaw.web import map_data, map_html, map_svg
from kratomlaw.web.maps.colours import LOOKS
from kratomlaw.web.maps.png import png
from kratomlaw.web.maps.shapes import Region, centre_of, shapes_of
from kratomlaw.web.maps.timeline_svg import timeline_svg
from pictures import draw_pictures

DAYS = ("1990-01-01", "2016-06-01", "2025-07-31", "2025-08-01", "2026-11-23", "2030-01-01")


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("region", Region)
@pytest.mark.parametrize("product", Product)
def test_a_map_shows_what_lookup_answers(region: Region, on: str, product: Product) -> None:
    law = KratomLaw()
    shown = {one.place.code: one.status for one in map_data(region, on=on, product=product, law=law).entries}
    assert shown == {code: law.lookup(code=code, on=on, product=product).status for code in shown}


def test_all_states_dc_and_inhabited_territories_are_on_the_map() -> None:
    states = {place.code for place in kratomlaw.jurisdictions(within="US", level="state")}
    assert shapes_of(Region.US).codes == states - {"US-UM"}


def test_all_countries_but_empty_ones_are_on_the_map_of_the_world() -> None:
    countries = {place.code for place in kratomlaw.jurisdictions(level="country")}
    missing = countries - shapes_of(Region.WORLD).codes
    assert missing == {"AQ", "BV", "HM", "TF"}


@pytest.mark.parametrize("code", ["SG", "HK", "MT", "BH", "LU", "BB", "LC", "TV", "NR", "US-PR", "US-GU", "FJ", "MV"])
def test_a_small_place_can_be_seen(code: str) -> None:
    shapes = shapes_of(Region.WORLD)
    assert code in shapes.markers or extent(shapes.outlines[code]) > 4


def test_a_map_is_well_formed_and_says_what_it_shows() -> None:
    svg = map_svg("us", on="2025-08-01", product="7-oh")
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "7-OH in the United States on 2025-08-01"
    assert f"Data {kratomlaw.dataset().version}" in svg
    assert root.get("role") == "img"


def test_the_legend_counts_every_place_once() -> None:
    found = map_data("us", on="2026-11-23")
    counts = [
        int(count)
        for count in re.findall(
            r'class="count" data-status="(?!local|reported)\w+"[^>]*>(\d+)<', map_svg(on="2026-11-23")
        )
    ]
    assert sum(counts) == len(found.entries) == 56


def test_a_day_after_the_data_is_called_scheduled() -> None:
    assert "as it was scheduled then" in map_svg("us", on="2040-01-01")


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("region", Region)
@pytest.mark.parametrize("product", Product)
def test_no_line_below_the_title_is_wider_than_the_picture(region: Region, on: str, product: Product) -> None:
    svg = map_svg(region, on=on, product=product)
    lines = re.findall(r'<text class="quiet"[^>]* font-size="12.5"[^>]*>([^<]*)</text>', svg)
    assert " ".join(lines).startswith(f"Data {kratomlaw.dataset().version}: law of the ")
    assert max(map(len, lines)) <= 120  # 120 letters of DejaVu Sans fit with room to spare


def test_the_legend_names_the_marks_of_local_rules() -> None:
    legend = map_svg("us", on="2026-11-23").partition('<g class="legend">')[2]
    assert re.findall(r'class="dot fill-(\w+)"[^>]*/><text[^>]*>(\w+)</text>', legend) == [(s, s) for s in Status]


def test_the_same_question_gives_the_same_bytes() -> None:
    assert map_svg("world", on="2026-11-23", law=KratomLaw()) == map_svg("world", on="2026-11-23", law=KratomLaw())


def test_a_local_rule_is_a_mark_on_the_map(tmp_path: Path) -> None:
    law = with_local(tmp_path, jackson="Jackson")
    before, after = (map_svg("us", on=on, law=law) for on in ("2019-12-31", "2020-01-01"))
    assert ("Jackson: banned" in before, "Jackson: banned since 2020-01-01" in after) == (False, True)


def test_a_local_rule_without_a_known_place_is_listed(tmp_path: Path) -> None:
    law = with_local(tmp_path, nation="Our Nation")
    words = " ".join(
        re.sub("<[^>]+>", " ", map_svg("us", on="2020-01-01", law=law).partition("Not on the map:")[2]).split()
    )
    assert "Our Nation (US-MS/nation-reservation): banned" in words


def test_a_village_without_a_known_place_is_shown_in_its_county(tmp_path: Path) -> None:
    law = with_local(tmp_path, nowhere="Nowhere at All")
    local = map_data("us", on="2020-01-01", law=law).local
    village = next(one for one in local if one.place.name == "Nowhere at All")
    assert village.centre == centre_of(Jurisdiction(code="US-MS/hinds-county", name="Hinds County", level=Level.COUNTY))


@pytest.mark.parametrize("draw", [map_svg, map_html])
def test_names_are_escaped(draw: "type[str]", tmp_path: Path) -> None:
    law = with_local(tmp_path, jackson='Jackson <script>alert("1")</script>', nation="<img src=x onerror=y>")
    drawn = draw("us", on="2020-01-01", law=law)  # type: ignore[call-overload]
    assert "<script>alert" not in drawn
    assert "<img" not in drawn


def test_a_page_of_a_map_has_the_same_in_words() -> None:
    page = map_html("us", on="2025-08-01")
    assert re.search(r"<th scope=row>Louisiana \(US-LA\)</th><td>banned</td><td>2025-08-01</td>", page)


def test_a_picture_needs_no_font_of_the_system() -> None:
    with_text, without = (
        png(svg, width=300)
        for svg in (map_svg(on="2026-11-23"), re.sub("<text.*?</text>", "", map_svg(on="2026-11-23")))
    )
    assert with_text[:8] == b"\x89PNG\r\n\x1a\n"
    assert with_text != without


def test_every_letter_of_a_name_can_be_drawn() -> None:
    def drawn(letter: str, weight: str) -> bytes:
        text = f'<text y="20" font-size="20" font-weight="{weight}" font-family="DejaVu Sans">{letter}</text>'
        return png(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 30">{text}</svg>', width=30)

    letters = {letter for place in kratomlaw.jurisdictions(all_counties=True) for letter in place.name}
    assert "é" in letters
    for weight in ("normal", "bold"):
        missing = drawn("\ue000", weight)
        assert [letter for letter in sorted(letters - set(" &<")) if drawn(letter, weight) == missing] == []


def test_unknown_regions_are_refused_with_a_hint() -> None:
    with pytest.raises(kratomlaw.InvalidQueryError) as caught:
        map_svg("mars")
    assert caught.value.hint == "Ask for one of us, world."


def test_a_timeline_is_a_picture_with_words() -> None:
    root = ElementTree.fromstring(timeline_svg("Rhode Island"))  # noqa: S314  # our own
    description = root.find("{http://www.w3.org/2000/svg}desc")
    assert description is not None
    assert "Kratom leaf: banned from 2017" in str(description.text)


def test_maps_load_no_framework() -> None:
    code = "import sys, kratomlaw.web; kratomlaw.web.map_svg(on='2026-11-23'); print(sorted({'fastapi', 'jinja2', 'resvg_py'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_the_command_writes_what_the_ending_says(ending: str, tmp_path: Path) -> None:
    out = tmp_path / f"map.{ending}"
    subprocess.run(
        [sys.executable, "-m", "kratomlaw", "map", "--on", "2026-11-23", "--out", str(out)],
        check=True,
        capture_output=True,
    )
    begins = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!doctype html>"}
    assert out.read_bytes().startswith(begins[ending])


def test_the_command_refuses_other_endings(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kratomlaw", "map", "--out", str(tmp_path / "map.gif")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "End it in .svg, .png or .html." in done.stderr) == (2, True)


@pytest.mark.parametrize(("code", "level"), [("US-MS/lee-county", Level.COUNTY), ("US-LA/ascension-parish", Level.COUNTY), ("US-CA/san-diego", Level.CITY), ("US-IL/jerseyville", Level.CITY), ("US-MO/saint-charles-county", Level.COUNTY)])  # fmt: skip
def test_counties_and_cities_have_a_known_place(code: str, level: Level) -> None:
    name = code.partition("/")[2].replace("-", " ").title()
    assert centre_of(Jurisdiction(code=code, name=name, level=level)) is not None


@pytest.mark.parametrize(("state", "city"), [("US-AK", "Anchorage"), ("US-HI", "Honolulu"), ("US-CO", "Denver"), ("US-TN", "Nashville"), ("US-FL", "Orlando"), ("US-ME", "Bangor"), ("US-WA", "Spokane"), ("US-TX", "Dallas")])  # fmt: skip
def test_a_city_lies_in_its_state(state: str, city: str) -> None:
    centre = centre_of(Jurisdiction(code=f"{state}/{city.lower()}", name=city, level=Level.CITY))
    assert centre is not None
    assert any(inside(centre, ring) for ring in rings(shapes_of(Region.US).outlines[state]))


def test_no_two_statuses_look_alike_to_anybody() -> None:
    for how, matrix in VISION.items():
        for dark in (False, True):
            seen = {status: perceived(look.dark_fill if dark else look.fill, matrix) for status, look in LOOKS.items()}
            for one, other in combinations(Status, 2):
                difference: float = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
                assert difference > (10 if how == "grey" else 20), (how, dark, one, other)


def test_every_status_but_legal_has_a_pattern_of_its_own() -> None:
    drawn = [look.pattern for status, look in LOOKS.items() if status is not Status.LEGAL]
    assert all(drawn)
    assert len(set(drawn)) == len(drawn)


def test_the_pictures_of_the_readme_are_the_same_every_time_and_ask_for_nothing(tmp_path: Path) -> None:
    first, second = (draw_pictures(tmp_path / name) for name in ("first", "second"))
    assert [file.name for file in first] == ["map-us.svg", "map-world.svg", "terminal.svg"]
    for one, other in zip(first, second, strict=True):
        content = one.read_text("utf-8")
        assert content == other.read_text("utf-8")
        assert not re.search(r"@font-face|@import|href=|url\((?!#)", content)
    assert "BANNED" in first[2].read_text("utf-8")


VISION = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}
"""How linear light is seen, after Machado, Oliveira and Fernandes (2009)."""


def perceived(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """The colour in CIE L*a*b*, whose distances are those that are seen; 2.3 is just noticeable."""
    light = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in light]
    r, g, b = (min(1.0, max(0.0, sum(f * v for f, v in zip(row, linear, strict=True)))) for row in matrix)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def rings(path: str) -> Iterator[list[tuple[float, float]]]:
    """The rings of SVG path data as the generator writes it."""
    for part in path.split("M")[1:]:
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", part)]
        x, y = numbers[:2]
        ring = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        yield ring


def extent(path: str) -> float:
    """The longer side of the box around an outline."""
    points = [point for ring in rings(path) for point in ring]
    xs, ys = zip(*points, strict=True)
    return float(max(max(xs) - min(xs), max(ys) - min(ys)))


def inside(point: tuple[float, float], ring: list[tuple[float, float]]) -> bool:
    x, y = point
    crossings = 0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            crossings += 1
    return crossings % 2 == 1


def test_a_map_without_a_day_is_of_today() -> None:
    assert map_data("world").on == date.today()


def test_what_is_only_reported_is_hatched_and_counted_apart() -> None:
    found = map_data("us", on="2026-11-23")
    reported = [entry.place.name for entry in (*found.entries, *found.local) if entry.reported]
    svg = map_svg(on="2026-11-23")
    assert len(reported) == found.reported > 0
    marks = [entry for entry in found.local if entry.reported and entry.centre]
    assert svg.count('class="dot" d=') == len(marks) + 1, "each mark, and the one of the legend"
    assert f'data-status="reported" font-weight="bold">{found.reported}<' in svg
    assert "Salisbury: reported ban, not proven" in svg
    assert map_svg("us", on="2015-01-01").count("url(#banned-reported)") == 0
