"""How does one answer look on a screen? Lines of text; without rich, which takes longer to import than the answer."""

import os
import sys
import textwrap
from collections.abc import Iterator

from .. import presentation
from ..law.answers import Answer
from ..law.texts import harmless
from .output import Form, is_colourful, say

__all__ = ["show_answer"]

_BOLD, _DIM, _FAINT_ITALIC = "1", "2", "2;3"
_COLOURS = {
    "legal": "32",
    "allowed": "32",
    "restricted": "33",
    "banned": "1;31",
    "prohibited": "31",
    "unknown": "35",
}
"""The colours of statuses and permissions, as numbers of ANSI."""
_LONGEST = 10_000
"""How many characters of a paragraph are shown."""
_LABEL = 15
"""Columns of the labels before the facts."""
_NARROWEST, _USUAL, _WIDTH_OF_FILES = 40, 80, 160
"""Columns: at least so many; where a terminal does not know its own; and where the output is not a terminal."""


def show_answer(answer: Answer) -> None:
    """Print one answer with its evidence.

    Args:
        answer: The answer.
    """
    colourful, width = is_colourful(sys.stdout), _width()
    for text, style, indent in _lines(answer):
        for line in _wrapped(harmless(text, limit=_LONGEST), indent, width):
            say(_styled(line, style, indent) if colourful else line, form=Form.STYLED)


def _width() -> int:
    """The columns of the terminal, as in ``shutil.get_terminal_size``, whose import takes longer than all this."""
    if not sys.stdout.isatty():
        return _WIDTH_OF_FILES
    columns = os.environ.get("COLUMNS", "")
    known = int(columns) if columns.isdigit() else os.get_terminal_size(sys.stdout.fileno()).columns
    return max(known or _USUAL, _NARROWEST)


def _lines(answer: Answer) -> Iterator[tuple[str, str, int]]:
    """The paragraphs of an answer, each with its style and with the indent of its further lines."""
    title = f"1;{_COLOURS[answer.status]}".replace("1;1;", "1;")
    yield f"{presentation.place_name(answer)}: {answer.status.upper()}", title, 0
    yield "", "", 0
    for caution in presentation.cautions(answer):
        yield caution, _BOLD, 0
    for fact in presentation.facts(answer):
        yield f"{fact.label:<{_LABEL}}{fact.value}", _COLOURS.get(fact.word or "", ""), _LABEL
    if answer.summary:
        yield "", "", 0
        yield answer.summary, "", 0
    sources = presentation.Section("Sources", tuple(map(presentation.citation_line, answer.citations)))
    for section in (*presentation.sections(answer), *((sources,) if sources.lines else ())):
        yield "", "", 0
        yield section.title, _BOLD, 0
        for line in section.lines:
            yield f" • {line}", "", 3
    yield "", "", 0
    yield answer.disclaimer, _FAINT_ITALIC, 0


def _wrapped(text: str, indent: int, width: int) -> list[str]:
    # A long address stays whole on a line of its own: broken, it could neither be clicked nor copied.
    wrap = textwrap.TextWrapper(
        width, subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words="://" not in text
    )
    return wrap.wrap(text) or [""]


def _styled(line: str, style: str, indent: int) -> str:
    """A line in colour; of a fact its label is dim, and only the value has the colour."""
    if indent == _LABEL:
        return f"\x1b[{_DIM}m{line[:indent]}\x1b[0m{_in_colour(line[indent:], style)}"
    return _in_colour(line, style)


def _in_colour(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style and text else text
