"""How do lines fit on a screen? Width, wrapping, cutting at words, colour; the same in all commands, without rich."""

import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..law.texts import harmless
from .output import USUAL_WIDTH, Form, is_colourful, say, width

__all__ = ["BOLD", "FAINT", "LABEL", "STYLES", "Paragraph", "fact", "show", "show_rows"]

BOLD, FAINT = "1", "2;3"
"""Styles, as numbers of ANSI."""
STYLES = {
    "legal": "32",
    "allowed": "32",
    "allow": "32",
    "restricted": "33",
    "review": "33",
    "banned": "1;31",
    "prohibited": "31",
    "refuse": "1;31",
    "unknown": "35",
}
"""The styles of statuses, permissions and outcomes."""
LABEL = 15
"""Columns of the labels before facts."""
_DIM = "2"
_LONGEST = 10_000
"""How many characters of a paragraph or a cell are shown."""
_GAP = "  "


class Paragraph(NamedTuple):
    """A text that is wrapped where there is a terminal, and one line where there is none."""

    text: str = ""
    style: str = ""
    """What it looks like on a terminal with colours, as numbers of ANSI."""
    indent: int = 0
    """The columns before its further lines."""
    most: int | None = None
    """How many lines it may have on a terminal; None for as many as it needs."""
    label: int = 0
    """How many columns at its beginning are a label, which is dim."""


def fact(label: str, value: str, style: str = "", most: int | None = None) -> Paragraph:
    """Make the paragraph of a label and its value.

    Args:
        label: What it is.
        value: The value; a status, permission or outcome has its colour.
        style: Another style.
        most: How many lines it may have on a terminal; None for as many as it needs.

    Example:
        >>> fact("sale", "prohibited").text
        'sale           prohibited'
    """
    return Paragraph(f"{label:<{LABEL}}{value}", style or _style_of(value), LABEL, most, LABEL)


def show(paragraphs: Iterable[Paragraph], lines: int | None = None) -> None:
    """Print paragraphs.

    Args:
        paragraphs: The paragraphs; one without text is an empty line.
        lines: How many lines of 80 columns they may have together on a terminal: else the empty lines are left out,
            and then the longest of those that may be cut are cut. None for as many as they need.
    """
    columns, colourful = width(sys.stdout), is_colourful(sys.stdout)
    safe = [each._replace(text=harmless(each.text, limit=_LONGEST)) for each in paragraphs]
    for paragraph, wrapped in _fitted(safe, columns, lines):
        for number, line in enumerate(wrapped):
            say(_styled(line, paragraph, is_first=number == 0) if colourful else line, form=Form.STYLED)


def show_rows(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: aligned on a terminal, in which the first column is wrapped at words; elsewhere with tabs.

    Args:
        columns: The names of the columns.
        rows: The cells of each row.
    """
    rows = [[harmless(cell, limit=_LONGEST) for cell in row] for row in rows]
    total = width(sys.stdout)
    if total is None:
        for row in (columns, *rows):
            say("\t".join(row), form=Form.STYLED)
        return
    sizes = [max(len(row[number]) for row in (columns, *rows)) for number in range(len(columns))]
    sizes[0] = max(min(sizes[0], total - sum(size + len(_GAP) for size in sizes[1:])), 1)
    colourful = is_colourful(sys.stdout)
    for number, row in enumerate((columns, *rows)):
        # A code that is longer than the column stays whole, below, where nothing stands beside it.
        first, *further = textwrap.wrap(
            row[0], sizes[0], subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        ) or [""]
        cells = [f"{cell:<{size}}" for cell, size in zip((first, *row[1:]), sizes, strict=True)]
        if colourful:
            cells = [_in_colour(cell, BOLD if number == 0 else _style_of(cell)) for cell in cells]
        for line in (_GAP.join(cells).rstrip(), *further):
            say(line, form=Form.STYLED)


def _fitted(
    paragraphs: Sequence[Paragraph], columns: int | None, lines: int | None
) -> list[tuple[Paragraph, list[str]]]:
    """The lines of each paragraph, cut so that all of them have room."""
    if columns is None or lines is None:
        return [(each, _wrapped(each, columns)) for each in paragraphs]
    room = lines * max(USUAL_WIDTH // columns, 1)
    most = max((each.most or 1 for each in paragraphs), default=1)
    fitted = [(each, _wrapped(each, columns)) for each in paragraphs]
    if sum(len(wrapped) for _, wrapped in fitted) > room:
        fitted = [each for each in fitted if each[0].text]
    while most > 1 and sum(len(wrapped) for _, wrapped in fitted) > room:
        most -= 1
        fitted = [(each, _wrapped(_shortened(each, most), columns)) for each, _ in fitted]
    return fitted


def _shortened(paragraph: Paragraph, most: int) -> Paragraph:
    return paragraph if paragraph.most is None else paragraph._replace(most=min(paragraph.most, most))


def _wrapped(paragraph: Paragraph, columns: int | None) -> list[str]:
    if columns is None:
        return [paragraph.text]
    # A long address stays whole on a line of its own: broken, it could neither be clicked nor copied.
    wrap = textwrap.TextWrapper(
        columns,
        subsequent_indent=" " * paragraph.indent,
        break_on_hyphens=False,
        break_long_words="://" not in paragraph.text,
        max_lines=paragraph.most,
        placeholder=" …",
    )
    return wrap.wrap(paragraph.text) or [""]


def _styled(line: str, paragraph: Paragraph, *, is_first: bool) -> str:
    """A line in colour; of a fact its label is dim, and only the value has the colour."""
    if not paragraph.label:
        return _in_colour(line, paragraph.style)
    label, value = line[: paragraph.label], line[paragraph.label :]
    return (_in_colour(label, _DIM) if is_first else label) + _in_colour(value, paragraph.style)


def _style_of(text: str) -> str:
    """The style of a text that begins with a status, a permission or an outcome."""
    return STYLES.get(text.partition(" ")[0].rstrip(",;:"), "")


def _in_colour(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style and text.strip() else text
