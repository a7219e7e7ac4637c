"""How does one answer look on a screen? Lines of text; without rich, which takes longer to import than the answer."""

import os
import sys
import textwrap
from collections.abc import Iterable, Iterator

from ..law.answers import Answer, AnswerCitation
from .output import is_colourful, say

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
_LABEL = 14
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
        for line in _wrapped(text, indent, width):
            say(_styled(line, style, indent) if colourful else line)


def _width() -> int:
    """The columns of the terminal, as in ``shutil.get_terminal_size``, whose import takes longer than all this."""
    if not sys.stdout.isatty():
        return _WIDTH_OF_FILES
    columns = os.environ.get("COLUMNS", "")
    known = int(columns) if columns.isdigit() else os.get_terminal_size(sys.stdout.fileno()).columns
    return max(known or _USUAL, _NARROWEST)


def _lines(answer: Answer) -> Iterator[tuple[str, str, int]]:
    """The paragraphs of an answer, each with its style and with the indent of its further lines."""
    where = f"{answer.unmatched}, {answer.jurisdiction}" if answer.unmatched else str(answer.jurisdiction)
    title = f"1;{_COLOURS[answer.status]}".replace("1;1;", "1;")
    yield f"{where}: {answer.status.upper()}", title, 0
    yield "", "", 0
    for label, value in _facts(answer):
        yield f"{label:<{_LABEL}}{value}", _COLOURS.get(value, ""), _LABEL
    if answer.summary:
        yield "", "", 0
        yield answer.summary, "", 0
    yield from _section("Conditions", (f"{each.kind}: {each.text}" for each in answer.conditions))
    yield from _section("Advisories", (f"{each.issuer} ({each.since}): {each.text}" for each in answer.advisories))
    yield from _section("Pending", (f"{each.title}: {each.step} ({each.on}) {each.effect}" for each in answer.pending))
    yield from _section("Sources", map(_cited, answer.citations))
    yield "", "", 0
    yield answer.disclaimer, _FAINT_ITALIC, 0


def _facts(answer: Answer) -> Iterator[tuple[str, str]]:
    yield "status", answer.status
    yield "sale", answer.sale
    yield "possession", answer.possession
    if answer.min_age:
        yield "minimum age", str(answer.min_age)
    yield "product", answer.product
    yield "on", str(answer.on)
    if answer.since:
        yield "since", str(answer.since)
    if answer.decided_by:
        yield "decided by", str(answer.decided_by)
    if answer.reason:
        yield "why unknown", answer.reason
    if answer.unmatched and not answer.candidates:
        yield "not recorded", f"{answer.unmatched}: this is the answer for {answer.jurisdiction.name} as a whole"
    if answer.did_you_mean:
        yield "did you mean", ", ".join(map(str, answer.did_you_mean))
    if answer.candidates:
        yield "may lie in", ", ".join(map(str, answer.candidates))
    if answer.local_rules:
        yield "rules below", f"{answer.local_rules} places in it have records of their own"
    if answer.next_change:
        yield "next change", f"{answer.next_change.on}: {answer.next_change.after}"
    if answer.penalty:
        yield "penalty", answer.penalty
    yield "confidence", f"{answer.confidence or 'none'}, {answer.certainty}"
    verified = f"verified {answer.verified_on}, " if answer.verified_on else ""
    yield "data", f"{verified}version {answer.dataset_version}{', STALE' if answer.stale else ''}"


def _section(title: str, items: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    for number, item in enumerate(items):
        if not number:
            yield "", "", 0
            yield title, _BOLD, 0
        yield f" • {item}", "", 3


def _cited(citation: AnswerCitation) -> str:
    published = f", {citation.published}" if citation.published else ""
    return f"{citation.title} ({citation.kind}{published}): {citation.supports} {citation.url or ''}".rstrip()


def _wrapped(text: str, indent: int, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=" " * indent, break_on_hyphens=False) or [""]


def _styled(line: str, style: str, indent: int) -> str:
    """A line in colour; of a fact its label is dim, and only the value has the colour."""
    if indent == _LABEL:
        return f"\x1b[{_DIM}m{line[:indent]}\x1b[0m{_in_colour(line[indent:], style)}"
    return _in_colour(line, style)


def _in_colour(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style and text else text
