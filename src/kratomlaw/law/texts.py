"""Which characters may a text have, and how is a text that others wrote shown without doing harm?

A source, a record or a web page may hold characters that move the cursor of a terminal, turn the order of letters
around, end a line of a log, or break XML. Records and manifests with such characters are refused; whatever else comes
from outside goes through ``harmless`` where it leaves us: to a terminal, a log, an annotation, XML or Markdown.
"""

import re
from functools import cache

__all__ = [
    "LONGEST_SHOWN",
    "harmful_character",
    "harmless",
    "harmless_json",
    "harmless_lines",
    "markdown",
    "markdown_link",
    "markup",
]

LONGEST_SHOWN = 2_000
"""How many characters of one line are shown."""
_HARMFUL = (
    "\x00-\x1f\x7f-\x9f"  # control characters
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"  # invisible ones, and those that turn the order of letters
    "\u2028\u2029\ufeff\ufff9-\ufffb"  # line ends and marks
    "\ufffe\uffff\ud800-\udfff\ufdd0-\ufdef"  # halves of characters, and numbers that are no characters
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
        >>> harmless("is\x1b[2J\nlegal"), harmless("x" * 50, limit=11)
        ('is<U+001B>[2J legal', 'xxxxx…xxxxx')
    """
    shown = str(text)
    if len(shown) > limit:
        half = max((limit - 1) // 2, 1)
        shown = f"{shown[:half]}…{shown[-half:]}"
    if shown.isascii() and shown.isprintable():
        return shown
    return _harmful().sub(lambda found: _shown(found[0]), shown)


def harmless_lines(text: str, *, limit: int = 10 * LONGEST_SHOWN, lines: int = 100_000) -> str:
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


def harmless_json(text: str) -> str:
    r"""Escape in JSON what would do harm on a terminal; its values stay as they are.

    Args:
        text: JSON, on one line or several.

    Example:
        >>> harmless_json('["a\u202eb"]')
        '["a\\u202eb"]'
    """
    if text.isascii() and "\x7f" not in text:  # JSON has no other control character of ASCII than line ends
        return text
    lines = text.split("\n")
    return "\n".join(_harmful().sub(lambda found: _escaped(found[0]), line) for line in lines)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def markup(text: object) -> str:
    r"""Write a text of others in HTML, SVG or XML: its signs stand for themselves, and no character breaks XML.

    Example:
        >>> markup("<b>\x07 & \"c\"")
        '&lt;b&gt;&lt;U+0007&gt; &amp; &quot;c&quot;'
    """
    from html import escape  # a first answer writes no HTML

    return escape(harmless(text, limit=10 * LONGEST_SHOWN))


def markdown(text: object, *, limit: int = LONGEST_SHOWN) -> str:
    r"""Write a text of others in Markdown so that it neither formats the page nor calls for anybody.

    Args:
        text: The text.
        limit: How many characters to show.

    Returns:
        One line in which every sign of Markdown, of HTML and of GitHub stands for itself.

    Example:
        >>> markdown("see @all <b>\n# [x](y)")
        'see &#64;all \\<b\\> \\# \\[x\\](y)'
    """
    plain = harmless(" ".join(str(text).split()), limit=limit).replace("&", "&amp;")
    return re.sub(r"([\\`*_\[\]<>|~#])", r"\\\1", plain).replace("@", "&#64;")


def markdown_link(url: str) -> str:
    """Write an address of others in Markdown; what is not a whole address of the web is shown as text.

    Example:
        >>> markdown_link("https://law.example.org/a"), markdown_link("https://x.example/> @all")
        ('<https://law.example.org/a>', 'https://x.example/\\\\> &#64;all')
    """
    whole = len(url) <= LONGEST_SHOWN and re.fullmatch(r"https?://[^\s<>\"\\\\`]+", url) and not harmful_character(url)
    return f"<{url}>" if whole else markdown(url)


def _shown(character: str) -> str:
    return " " if character in "\t\n\r" else f"<U+{ord(character):04X}>"
