"""How does the law look on a map? SVG, PNG and a page of its own, from one drawing."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ...data.snapshot import LawReader
from ...law.answers import DISCLAIMER
from ...law.texts import markup
from ...law.words import Product, Status
from .colours import LOOKS, pattern_name, patterns, style_sheet
from .map_data import MapData, MapEntry, describe_place, map_data
from .picture import SvgText
from .shapes import Region, Shapes, shapes_of

__all__ = ["Inset", "dot", "draw", "fill", "map_html", "map_svg", "tiled", "unplaced"]

_IN_WORDS = "The table below says the same in words."
_INK, _PAPER, _BORDER, _QUIET = "#1a1a1a", "#ffffff", "#ffffff", "#595959"
_FONT = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"
_TOP = 62.0
"""Room for the title and one line below it."""
_LINE_BELOW = 16.0
"""Room for each further line below the title."""
_TILE = 18.0
"""The side of the square that stands for a place too small for its letters."""
_BESIDE_STATES = ("VT", "NH", "MA", "RI", "CT", "NJ", "DE", "MD", "DC")
"""States that are too small for their letters, from north to south."""


class Inset(NamedTuple):
    """A square beside the map that stands for a small or far place."""

    code: str
    letters: str
    x: float
    y: float


def map_svg(
    region: Region | str = "us",
    *,
    on: date | str | None = None,
    product: Product | str = "leaf",
    law: LawReader | None = None,
) -> SvgText:
    """Draw a map of the law on one day.

    Args:
        region: ``"us"`` (with local rules as dots) or ``"world"``.
        on: The day, as a ``datetime.date`` or ``"YYYY-MM-DD"``; None for today.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.
        law: The instance to ask; None for one with the usual settings.

    Returns:
        An SVG document with title, legend and description; the same text for the same data, day and product. A
        notebook shows it as a picture.

    Raises:
        InvalidQueryError: The region, the date or the product is invalid.
        DataError: The data cannot be used.

    Example:
        >>> svg = map_svg("us", on="2025-08-01")
        >>> svg.startswith("<svg") and "Louisiana: banned since 2025-08-01" in svg
        True
    """
    return SvgText(draw(map_data(region, on=on, product=product, law=law)))


def map_html(
    region: Region | str = "us",
    *,
    on: date | str | None = None,
    product: Product | str = "leaf",
    law: LawReader | None = None,
) -> str:
    """Draw a map as a page of its own, with a table that says the same in words; it follows a dark screen.

    Args:
        region: ``"us"`` or ``"world"``.
        on: The day, as a ``datetime.date`` or ``"YYYY-MM-DD"``; None for today.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.
        law: The instance to ask; None for one with the usual settings.

    Returns:
        One HTML document that needs no other file.

    Raises:
        InvalidQueryError: The region, the date or the product is invalid.
        DataError: The data cannot be used.

    Example:
        >>> map_html("world", on="2026-11-23").startswith("<!doctype html>")
        True
    """
    found = map_data(region, on=on, product=product, law=law)
    rows = "".join(_row(entry) for entry in (*found.entries, *found.local))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{markup(found.title)}</title><style>{_PAGE_STYLE}{style_sheet()}</style></head>\n"
        f"<body><main><h1 class=said>{markup(found.title)}</h1>\n{draw(found)}\n"
        f"<h2>The same in words</h2><table><caption>{markup(found.title)}, data {markup(found.version)}</caption>"
        "<thead><tr><th scope=col>Place</th><th scope=col>Status</th><th scope=col>Since</th>"
        "<th scope=col>Sale</th><th scope=col>Possession</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><p>{markup(DISCLAIMER)}</p></main></body></html>\n"
    )


def draw(
    found: MapData,
    *,
    prefix: str = "",
    address: Callable[[str], str] | None = None,
    caption: bool = True,
    tiles: bool = True,
) -> str:
    """Draw what holds in a region.

    Args:
        found: What holds.
        prefix: What every id begins with, so that two drawings fit on one page.
        address: Where a place's page is, by code; with it every place is a link, and local places without law of
            their own on that day are drawn too, hidden, for a script to show.
        caption: Whether title, legend and the version of the data are part of the picture; a page may have its own.
        tiles: Whether small places have squares beside the map; a page may have links of its own for ``tiled``.

    Returns:
        An SVG element.
    """
    shapes = shapes_of(found.region)
    below_title = textwrap.wrap(_subtitle(found), 120)
    top = _TOP + _LINE_BELOW * (len(below_title) - 1) if caption else 8.0
    insets = tuple(_insets(found, shapes)) if tiles else ()
    below = max((inset.y + _TILE for inset in insets), default=0.0)
    legend_y = max(shapes.height, below) + 16
    lines = [line for text in _notes(found, caption) for line in textwrap.wrap(text, 150)]
    below_legend = 42 + (20 if found.reported else 0)
    height = top + legend_y + (below_legend - 2 + 15 * len(lines) if caption else 0)
    names = f'aria-labelledby="{prefix}title {prefix}description"'
    role = 'role="img"' if address is None else 'role="group"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing map map-{found.region}" {role} {names} '
        f'viewBox="0 0 {shapes.width:g} {height:g}" font-family="{_FONT}">',
        f'<title id="{prefix}title">{markup(found.title)}</title>',
        f'<desc id="{prefix}description">{markup(_description(found) if caption else _IN_WORDS)}</desc>',
        patterns(prefix),
    ]
    if caption:
        parts += [
            f'<rect class="paper" width="{shapes.width:g}" height="{height:g}" fill="{_PAPER}"/>',
            f'<text class="ink" x="12" y="30" font-size="21" font-weight="bold" fill="{_INK}">'
            f"{markup(found.title)}</text>",
        ]
        parts += [
            f'<text class="quiet" x="12" y="{51 + _LINE_BELOW * index:g}" font-size="12.5" fill="{_QUIET}">'
            f"{markup(line)}</text>"
            for index, line in enumerate(below_title)
        ]
    parts.append(f'<g transform="translate(0 {top:g})">')
    by_code = {entry.place.code: entry for entry in found.entries}
    parts += _areas(by_code, shapes, prefix, address)
    parts += _tiles(by_code, insets, prefix, address)
    parts += _dots(found.local, prefix, address)
    parts += _dots(found.dormant, prefix, address, hidden=True) if address else ()
    parts += _letters(shapes, insets)
    parts += _legend(found, prefix, legend_y) if caption else ()
    for index, line in enumerate(lines):
        y = legend_y + below_legend + 15 * index
        parts.append(f'<text class="quiet" x="12" y="{y:g}" font-size="11" fill="{_QUIET}">{markup(line)}</text>')
    parts.append("</g></svg>")
    return "".join(parts)


def tiled(region: Region) -> tuple[str, ...]:
    """Return the codes of the places that are too small to be touched on a map: they have squares beside it."""
    shapes = shapes_of(region)
    if region is Region.US:
        return (*(f"US-{letters}" for letters in _BESIDE_STATES), *shapes.beside)
    return tuple(sorted(shapes.markers, key=lambda code: code.removeprefix("US-")))


def unplaced(local: Iterable[MapEntry]) -> tuple[MapEntry, ...]:
    """Return the local rules whose place on the map is not known; they are listed in words instead."""
    return tuple(entry for entry in local if entry.centre is None)


_PAGE_STYLE = (
    "body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff}"
    ".said{position:absolute;left:-100rem}"
    "main{max-width:1100px;margin:auto;padding:1rem}svg{width:100%;height:auto}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #999}"
    "@media (prefers-color-scheme: dark){body{color:#f2f2f2;background:#15181b}}"
)


def _row(entry: MapEntry) -> str:
    period = entry.period
    cells = (
        period.word if period else str(entry.status),
        str(period.since or "") if period else "",
        str(period.sale) if period else "unknown",
        str(period.possession) if period else "unknown",
    )
    columns = "".join(f"<td>{markup(cell)}</td>" for cell in cells)
    return f"<tr><th scope=row>{markup(str(entry.place))}</th>{columns}</tr>\n"


def _subtitle(found: MapData) -> str:
    levels = (
        "law of the states, and of the country where it reaches them; marks are rules of counties and cities"
        if found.region is Region.US
        else "law of the country as a whole; states and provinces may differ; circles and squares are places too small "
        "to be seen"
    )
    scheduled = "; the day lies after the data: law as it was scheduled then" if found.projected else ""
    return f"Data {found.version}: {levels}{scheduled}"


def _description(found: MapData) -> str:
    counts = ", ".join(f"{count} {status}" for status, count in found.counts.items())
    listed = "; ".join(
        f"{status}: {', '.join(f.place.name for f in found.entries if f.status is status)}"
        for status in (Status.BANNED, Status.RESTRICTED, Status.LEGAL)
        if found.counts[status]
    )
    local = f" {len(found.local)} local rules." if found.local else ""
    local += f" {found.reported} of all are only reported." if found.reported else ""
    return f"{found.title}, data {found.version}. {counts}.{local} {listed}."


def _notes(found: MapData, caption: bool) -> Iterator[str]:
    missing = unplaced(found.local)
    if missing and caption:
        yield (
            "Not on the map: "
            + ", ".join(f"{f.place}: {f.period.word if f.period else f.status}" for f in missing)
            + "."
        )
    if caption:
        yield DISCLAIMER


def fill(status: Status, prefix: str, *, edged: bool = False, reported: bool = False) -> str:
    """Class, fill and stroke of an area; a plain colour is no pattern, because its tiles would show their seams."""
    look = LOOKS[status]
    kind = "area edged" if edged else "area"
    edge = f'stroke="{_INK}" stroke-width=".7"' if edged else f'stroke="{_BORDER}" stroke-width=".8"'
    if look.pattern:
        return f'class="{kind}" fill="url(#{pattern_name(status, prefix, reported=reported)})" {edge}'
    return f'class="{kind} fill-{status}" fill="{look.fill}" {edge}'


def _linked(
    entry: MapEntry, drawn: str, address: Callable[[str], str] | None, *, focusable: bool = True, kind: str = "place"
) -> str:
    """A drawn place with its description, as a link where there are pages."""
    text = markup(describe_place(entry.place, entry.period))
    if address is None:
        return f"<g><title>{text}</title>{drawn}</g>"
    code = entry.place.code
    tab = "" if focusable else ' tabindex="-1" aria-hidden="true"'
    return (
        f'<a class="{kind}" href="{markup(address(code))}" data-code="{markup(code)}" aria-label="{text}"{tab}>'
        f"<title>{text}</title>{drawn}</a>"
    )


def _areas(
    by_code: dict[str, MapEntry], shapes: Shapes, prefix: str, address: Callable[[str], str] | None
) -> Iterator[str]:
    tiled = {f"US-{letters}" for letters in _BESIDE_STATES} | set(shapes.markers)
    for code, path in shapes.outlines.items():
        entry = by_code[code]
        look = fill(entry.status, prefix, reported=entry.reported)
        drawn = f'<path d="{path}" {look} fill-rule="evenodd" stroke-linejoin="round"/>'
        # A place with a square beside the map is reached there by the keyboard, and read aloud once.
        yield _linked(entry, drawn, address, focusable=code not in tiled)
    # What is known lies on top where markers are close together.
    for code, (x, y) in sorted(shapes.markers.items(), key=lambda m: by_code[m[0]].status is not Status.UNKNOWN):
        entry = by_code[code]
        look = fill(entry.status, prefix, edged=True, reported=entry.reported)
        drawn = f'<circle cx="{x:g}" cy="{y:g}" r="3" {look}/>'
        yield _linked(entry, drawn, address, focusable=False)


def _insets(found: MapData, shapes: Shapes) -> Iterator[Inset]:
    if found.region is Region.US:
        for index, letters in enumerate(_BESIDE_STATES):
            yield Inset(f"US-{letters}", letters, shapes.width - 46, 196 + 24 * index)
        for index, code in enumerate(shapes.beside):
            yield Inset(code, code[3:], shapes.width - 46, 442 + 24 * index)
        return
    small = sorted(shapes.markers, key=lambda code: code.removeprefix("US-"))
    columns = 21
    for index, code in enumerate(small):
        row, column = divmod(index, columns)
        yield Inset(code, code.removeprefix("US-"), 12 + column * 47, shapes.height + 14 + row * 25)


def _letters(shapes: Shapes, insets: Iterable[Inset]) -> Iterator[str]:
    beside = {inset.code for inset in insets} | {f"US-{letters}" for letters in _BESIDE_STATES}
    for code, (x, y) in shapes.labels.items():
        if code not in beside:
            yield _label(code[3:], x, y + 4, anchor="middle")


def _label(text: str, x: float, y: float, *, anchor: str = "start") -> str:
    return (
        f'<text class="halo" aria-hidden="true" x="{x:g}" y="{y:g}" font-size="11.5" font-weight="bold" '
        f'text-anchor="{anchor}" fill="{_INK}" stroke="{_PAPER}" stroke-width="2.6" stroke-linejoin="round" '
        f'paint-order="stroke" pointer-events="none">{markup(text)}</text>'
    )


def _tiles(
    by_code: dict[str, MapEntry],
    insets: Sequence[Inset],
    prefix: str,
    address: Callable[[str], str] | None,
) -> Iterator[str]:
    for code, letters, x, y in insets:
        entry = by_code[code]
        drawn = (
            f'<rect x="{x:g}" y="{y:g}" width="{_TILE:g}" height="{_TILE:g}" rx="2" '
            f"{fill(entry.status, prefix, edged=True, reported=entry.reported)}/>"
            f'<text class="ink letters" aria-hidden="true" x="{x + _TILE + 4:g}" y="{y + 13:g}" font-size="11.5" '
            f'fill="{_INK}">{markup(letters)}</text>'
        )
        yield _linked(entry, drawn, address)


def _dots(
    local: Iterable[MapEntry], prefix: str, address: Callable[[str], str] | None, *, hidden: bool = False
) -> Iterator[str]:
    # The strictest last, so that it lies on top where places are close together.
    order = list(Status)
    ranked = sorted(local, key=lambda f: (f.status is not Status.UNKNOWN, order.index(f.status), f.place.code))
    for entry in ranked:
        if entry.centre is not None:
            x, y = entry.centre
            drawn = (
                f'<g transform="translate({x} {y})scale(.85)">{dot(entry.status, prefix, reported=entry.reported)}</g>'
            )
            yield _linked(entry, drawn, address, kind="place local off" if hidden else "place local")


def dot(status: Status, prefix: str = "", *, reported: bool = False) -> str:
    """The mark of a local rule, around the origin; hatched where the rule is only reported."""
    look = LOOKS[status]
    filled = f'class="dot fill-{status}" d="{look.dot}" fill="{look.fill}"'
    if reported:
        filled = f'class="dot" d="{look.dot}" fill="url(#{pattern_name(status, prefix, reported=True)})"'
    return f'<path {filled} stroke="{_INK}" stroke-width="1" stroke-linejoin="round"/>'


def _legend(found: MapData, prefix: str, y: float) -> Iterator[str]:
    x = 12.0
    yield '<g class="legend">'
    for status, count in found.counts.items():
        yield (
            f'<rect x="{x:g}" y="{y:g}" width="26" height="18" rx="2" {fill(status, prefix, edged=True)}/>'
            f'<text class="ink" x="{x + 33:g}" y="{y + 14:g}" font-size="13.5" fill="{_INK}">{status.capitalize()} '
            f'<tspan class="count" data-status="{status}" font-weight="bold">{count}</tspan></text>'
        )
        x += 63 + 7 * len(f"{status} {count}")
    if found.region is Region.US:
        yield (
            f'<text class="ink" x="{x:g}" y="{y + 14:g}" font-size="13.5" fill="{_INK}">Local rules '
            f'<tspan class="count" data-status="local" font-weight="bold">{len(found.local)}</tspan></text>'
        )
        x += 22 + 8 * len(f"Local rules {len(found.local)}")
        for status in Status:
            yield (
                f'<g transform="translate({x:g} {y + 9:g})">{dot(status)}'
                f'<text class="ink" x="9" y="4" font-size="11.5" fill="{_INK}">{status}</text></g>'
            )
            x += 30 + 6.2 * len(status)
    if found.reported:
        yield (
            f'<g transform="translate(25 {y + 33:g})">{dot(Status.BANNED, prefix, reported=True)}'
            f'<text class="ink" x="20" y="4" font-size="11.5" fill="{_INK}">Hatched: reported, not proven '
            f'<tspan class="count" data-status="reported" font-weight="bold">{found.reported}</tspan></text></g>'
        )
    yield "</g>"
