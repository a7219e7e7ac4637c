"""On which line of a TOML file is a key? Splits a file into its statements, and counts their lines."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

__all__ = ["LineIndex", "Statement", "error_line", "statements"]

_LAST_PART = re.compile(r"(\[\d+\]|(^|\.)[^.\[]+)$")
_AT_LINE = re.compile(r"\(at line (\d+),")


class Statement(NamedTuple):
    """A header, or a key with its value; a value may take several lines."""

    first: int
    """Its first line, counted from 0."""
    lines: tuple[str, ...]
    """Its lines, comments at their ends included."""
    path: tuple[str, ...]
    """The parts of the header or key."""
    header: bool
    """Whether it opens a table."""
    array: bool
    """Whether that table is one more of an array, as in ``[[periods]]``."""


def statements(text: str) -> Iterator[Statement]:
    r"""Split a file into its statements.

    The parser of the standard library decides where a statement ends: at the first line with which it can be read.

    Args:
        text: The content of a valid TOML file.

    Returns:
        The statements, in their order.

    Example:
        >>> [".".join(statement.path) for statement in statements('a = 1\n[[b.c]]\nd = [\n1]')]
        ['a', 'b.c', 'd']
    """
    lines = text.split("\n")
    first = 0
    while first < len(lines):
        if not lines[first].strip() or lines[first].lstrip().startswith("#"):
            first += 1
            continue
        end = next((end for end in range(first + 1, len(lines) + 1) if _parsed("\n".join(lines[first:end]))), None)
        if end is None:
            raise ValueError(f"line {first + 1} begins a statement that does not end")
        taken = tuple(lines[first:end])
        header = lines[first].lstrip().startswith("[")
        path = _header_path("\n".join(taken)) if header else _key_path("\n".join(taken))
        yield Statement(first, taken, path, header, lines[first].lstrip().startswith("[["))
        first = end


class LineIndex:
    r"""The lines of all keys of a file.

    Args:
        text: The content of a valid TOML file.

    Example:
        >>> index = LineIndex('code = "LU"\n[[periods]]\nfrom = "2012"\n')
        >>> index.line("periods[0].from"), index.line("periods[0].status"), index.line("")
        (3, 2, 1)
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        counts: dict[str, int] = {}
        table = ""
        for statement in statements(text):
            if statement.header:
                table = ""
                for depth, part in enumerate(statement.path, 1):
                    table = f"{table}.{part}".removeprefix(".")
                    if depth == len(statement.path) and statement.array:
                        counts[table] = counts.get(table, -1) + 1
                        # A list that is wrong as a whole, such as one that is too long, is found at its first item.
                        self._lines.setdefault(table, statement.first + 1)
                    if table in counts:
                        table += f"[{counts[table]}]"
                self._lines.setdefault(table, statement.first + 1)
            else:
                key = table
                for part in statement.path:
                    key = f"{key}.{part}".removeprefix(".")
                    self._lines.setdefault(key, statement.first + 1)

    def line(self, key: str) -> int:
        """The line of a key, or of the nearest table around it when the key is not there; counted from 1."""
        while key and key not in self._lines:
            key = _LAST_PART.sub("", key)
        return self._lines.get(key, 1)


def error_line(message: str, text: str) -> int:
    """The line that a parser complains of.

    Args:
        message: What the parser said.
        text: The content of the file.

    Returns:
        The line, counted from 1; the last when the end of the file came too early.

    Example:
        >>> error_line("Invalid value (at line 2, column 5)", "")
        2
    """
    found = _AT_LINE.search(message)
    return int(found.group(1)) if found else max(1, len(text.rstrip("\n").split("\n")))


def _parsed(text: str) -> Mapping[str, object]:
    """What a statement says; empty while it is not complete."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _header_path(text: str) -> tuple[str, ...]:
    path: list[str] = []
    content: object = tomllib.loads(text)
    while content:
        if isinstance(content, list):
            content = cast("list[object]", content)[0]
        else:
            ((part, content),) = cast("dict[str, object]", content).items()
            path.append(part)
    return tuple(path)


def _key_path(text: str) -> tuple[str, ...]:
    """The parts before the first equals sign that does not belong to a quoted key."""
    for sign in re.finditer("=", text):
        content: object = _parsed(f"{text[: sign.start()]}= 0")
        path: list[str] = []
        while content:  # until the 0 that stands for the value
            ((part, content),) = cast("dict[str, object]", content).items()
            path.append(part)
        if path:
            return tuple(path)
    raise ValueError(f"no key in {text!r}")
