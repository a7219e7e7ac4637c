"""Which characters may a text have, and how is a text that others wrote shown without doing harm?

A source, a record or a web page may hold characters that move the cursor of a terminal, turn the order of letters
around, end a line of a log, or break XML. Records and manifests with such characters are refused; whatever else comes
from outside goes through ``harmless`` where it leaves us: to a terminal, a log, an annotation, XML or Markdown.
"""

import re
from functools import cache

__all__ = ["LONGEST_SHOWN", "harmful_character", "harmless", "harmless_lines"]

LONGEST_SHOWN = 2_000
"""How many characters of one line are shown."""
_HARMFUL = (
    "\x00-\x1f\x7f-\x9f"  # control characters
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"  # invisible ones, and those that turn the order of letters
    "\u2028\u2029\ufeff\ufff9-\uffff\ud800-\udfff\ufdd0-\ufdef"  # line ends, marks, halves of characters, no characters
    "\U000e0000-\U000e0fff"  # invisible tags and variants
)
# Joiners (U+200C, U+200D) stay: names of places in Persian and in Indian scripts need them.


@cache
def _harmful() -> re.Pattern[str]:
    return re.compile(f"[{_HARMFUL}]")


def harmful_character(text: str) -> str | None:
    r"""The first character of a text that no record may have; None where all are well.

    Args:
        text: Any text of one paragraph; line ends are harmful too.

    Returns:
        How the character is written, as in ``U+202E``.

    Example:
        >>> harmful_character("Louisiana"), harmful_character("Loui\x1b[2Jsiana"), harmful_character("a\u202eb")
        (None, 'U+001B', 'U+202E')
    """
    if text.isascii() and text.isprintable():  # as nearly all are
        return None
    found = _harmful().search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def harmless(text: object, *, limit: int = LONGEST_SHOWN) -> str:
    r"""Write a text of others so that it fits in one line and moves nothing but the cursor by its own length.

    Args:
        text: The text, or something that has one.
        limit: How many characters to show; the middle of a longer text is left out.

    Returns:
        The text on one line: line ends and tabs are spaces, other harmful characters are shown by their number.

    Example:
        >>> harmless("ban\x1b[2J\nned"), harmless("x" * 50, limit=11)
        ('ban<U+001B>[2J ned', 'xxxxx…xxxxx')
    """
    shown = str(text)
    if len(shown) > limit:
        half = max((limit - 1) // 2, 1)
        shown = f"{shown[:half]}…{shown[-half:]}"
    if shown.isascii() and shown.isprintable():
        return shown
    return _harmful().sub(lambda found: _shown(found[0]), shown)


def harmless_lines(text: str, *, limit: int = LONGEST_SHOWN, lines: int = 10_000) -> str:
    r"""Do the same for each line of a text of several lines that are ours; what others wrote in it has no line ends.

    Args:
        text: The text.
        limit: How many characters of a line to show.
        lines: How many lines to show.

    Example:
        >>> harmless_lines("Louisiana\n  banned\x07")
        'Louisiana\n  banned<U+0007>'
    """
    split = text.split("\n")
    shown = [harmless(line, limit=limit) for line in split[:lines]]
    if len(split) > lines:
        shown.append(f"… {len(split) - lines:,} more lines")
    return "\n".join(shown)


def _shown(character: str) -> str:
    return " " if character in "\t\n\r" else f"<U+{ord(character):04X}>"
