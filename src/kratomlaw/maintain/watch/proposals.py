"""What would the record say of a new bill? An entry of ``pending`` as a patch that a maintainer reads before use."""

import json
import re
from datetime import date
from difflib import unified_diff
from pathlib import Path

from ..records.compile import path_of
from ..review.rules import NOT_READ
from .model import Bill

__all__ = ["proposal"]

_MOST = 300


def proposal(bill: Bill, place: str, data: Path, *, source: str, today: date) -> str:
    """Write a patch that adds a bill to the record of a place.

    What the bill would do is left for the maintainer to write: no service says it in words of law.

    Args:
        bill: The bill.
        place: The code of the place.
        data: The data folder.
        source: Who knows the bill.
        today: The present day, for a bill whose last step has no date.

    Returns:
        A patch for ``git apply``; empty when the place has no record.
    """
    name = path_of(place)
    try:
        before = (data / name).read_text("utf-8")
    except OSError:
        return ""
    after = f"{before.rstrip()}\n\n{_entry(bill, source=source, today=today)}"
    # A table that belongs to a period would take the entry in if it stood before it; pending stands last.
    lines = unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/data/{name}",
        f"b/data/{name}",
    )
    return f"diff --git a/data/{name} b/data/{name}\n{''.join(lines)}"


def _entry(bill: Bill, *, source: str, today: date) -> str:
    on = bill.on or today
    lines = [
        "[[pending]]",
        f"title = {_text(f'{_spaced(bill.number)} ({bill.session})')}",
        f"step = {_text(bill.last_step)}",
        f'on = "{on}"',
        f"effect = {_text(f'{NOT_READ}, read the bill and say what it would do: {bill.title}')}",
        "",
        "  [[pending.citations]]",
        f"  title = {_text(f'{_spaced(bill.number)} ({bill.session}), by {source}')}",
        *([f"  url = {_text(bill.url)}"] if re.fullmatch(r"https?://[^\s/]+\S*", bill.url) else []),
        '  kind = "bill"',
        f'  published = "{on}"',
        '  supports = "Last step and its date."',
    ]
    return "\n".join(lines) + "\n"


def _spaced(number: str) -> str:
    """The number as it is cited: "HB5537" is "HB 5537"."""
    return re.sub(r"^([A-Z]+)0*(\d)", r"\1 \2", number)


def _text(text: str) -> str:
    visible = "".join(character if character.isprintable() else " " for character in text)
    cut = re.sub(r"\s+", " ", visible).strip()[:_MOST]
    return json.dumps(cut or "not said", ensure_ascii=False)
