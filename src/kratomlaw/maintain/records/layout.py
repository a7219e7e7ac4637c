"""How does a record file look? Its canonical form: order of keys, spacing and quotes; comments stay with their keys.

The order is that of the fields of the models, so that nothing is said twice.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Union, cast, get_args, get_origin

import tomlkit

from ...errors import DataError
from ...law.plain import Plain, plain_fields
from ...law.records import Record
from .lines import Statement, statements

__all__ = ["canonical"]

_BARE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INDENT = "  "


@dataclass
class _Entry:
    """A statement with the comments that belong to it."""

    statement: Statement
    before: list[str]
    """The comment lines right above it."""
    after: list[str] = field(default_factory=list[str])
    """The comment lines below it that do not touch the next statement, and the empty lines between them."""


@dataclass
class _Table:
    """A table with its keys and the tables in it."""

    model: type[Plain] | None
    """What it is written for; None when nothing is known of such a table."""
    header: _Entry | None = None
    entries: list[_Entry] = field(default_factory=list[_Entry])
    tables: "list[_Table]" = field(default_factory=list["_Table"])

    @property
    def path(self) -> tuple[str, ...]:
        return self.header.statement.path if self.header else ()


def canonical(text: str) -> str:
    r"""Put a record file into its canonical form.

    Keys stand in the order of the models, tables after them; two spaces indent what is inside a period, an advisory
    or a pending entry; one empty line separates tables; texts and dates have double quotes. A value of several lines
    stays as it was written, and so do the comments. The order of periods is law, and is left alone.

    Args:
        text: The content of a valid TOML file, whether or not it is a record in order.

    Returns:
        The same content in canonical form; of that, itself.

    Raises:
        DataError: The file cannot be reformatted without changing what it says.

    Example:
        >>> print(canonical('name   = "Luxembourg" # in English\ncode=\'LU\''), end="")
        code = "LU"
        name = "Luxembourg" # in English
    """
    head, root, end = _read(text)
    parts = ("\n".join(part).strip("\n") for part in (head, _written(root, 0), end))
    formed = "\n\n".join(filter(None, parts)) + "\n"
    if _meaning(tomllib.loads(formed)) != _meaning(tomllib.loads(text)):
        raise DataError(
            "The file cannot be put into its canonical form without changing what it says.",
            hint="Write it as the example in section 1 of data/CODEBOOK.md.",
        )
    return formed


def _read(text: str) -> tuple[list[str], _Table, list[str]]:
    """The comments at the head of a file, all its tables as one, and the comments at its end."""
    lines = text.split("\n")
    root = _Table(Record)
    opened: dict[tuple[str, ...], _Table] = {(): root}
    current, previous, head, end = root, None, list[str](), 0
    for statement in statements(text):
        apart, touching = _split_comments(lines[end : statement.first])
        if previous is None:
            # A line such as "#:schema …" is for editors, and has to stay at the head wherever the first key goes.
            apart += [line for line in touching if line.startswith("#:")]
            touching = [line for line in touching if not line.startswith("#:")]
        (previous.after if previous else head).extend(apart)
        entry = _Entry(statement, touching)
        if statement.header:
            around = next(opened[path] for path in _prefixes(statement.path) if path in opened)
            current = _Table(_model_at(Record, statement.path), entry)
            around.tables.append(current)
            # A new period closes the tables of the one before it.
            opened = {path: table for path, table in opened.items() if path[: len(statement.path)] != statement.path}
            opened[statement.path] = current
        else:
            current.entries.append(entry)
        previous, end = entry, statement.first + len(statement.lines)
    rest, _ = _split_comments([*lines[end:], ""])
    return head, root, rest


def _split_comments(gap: Iterable[str]) -> tuple[list[str], list[str]]:
    """The comments between two statements: those apart from the second, and those right above it."""
    apart: list[str] = []
    touching: list[str] = []
    for line in map(str.strip, gap):
        touching.append(line)
        if not line:
            apart += touching if len(touching) > 1 or not apart else ()
            touching = []
    while apart and not apart[-1]:
        apart.pop()
    return apart, touching


def _prefixes(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths around a path, the nearest first."""
    return (path[:length] for length in range(len(path) - 1, -1, -1))


def _written(table: _Table, depth: int) -> Iterator[str]:
    indent = _INDENT * max(0, depth - 1)
    order = _order(table.model)
    if table.header:
        yield ""
        yield from _entry(table.header, indent, None)
    apart = bool(table.header and table.header.after)
    for entry in sorted(table.entries, key=lambda entry: order.get(entry.statement.path[0], len(order))):
        if apart:
            yield ""
        yield from _entry(entry, indent, table.model)
        apart = bool(entry.after)
    inside = len(table.path)
    for child in sorted(table.tables, key=lambda child: order.get(child.path[inside], len(order))):
        yield from _written(child, depth + 1)


def _entry(entry: _Entry, indent: str, model: type[Plain] | None) -> Iterator[str]:
    yield from _comments(entry.before, indent)
    statement = entry.statement
    if len(statement.lines) > 1:
        yield f"{indent}{statement.lines[0].lstrip()}"
        yield from statement.lines[1:]
    else:
        yield f"{indent}{_statement(statement, model)}"
    yield from _comments(entry.after, indent)


def _statement(statement: Statement, model: type[Plain] | None) -> str:
    line = statement.lines[0].strip()
    comment = _comment_of(line)
    key = ".".join(map(_key, statement.path))
    if statement.header:
        formed = f"[[{key}]]" if statement.array else f"[{key}]"
    else:
        value: object = tomllib.loads(line)
        for part in statement.path:
            value = cast("dict[str, object]", value)[part]
        formed = f"{key} = {_value(value, _model_at(model, statement.path))}"
    return f"{formed} {comment}" if comment else formed


def _comment_of(line: str) -> str:
    """The comment at the end of a statement: from the first sign at which the statement is complete."""
    for sign in re.finditer("#", line):
        try:
            tomllib.loads(line[: sign.start()])
        except tomllib.TOMLDecodeError:
            continue
        return line[sign.start() :]
    return ""


def _comments(lines: Iterable[str], indent: str) -> Iterator[str]:
    return (f"{indent}{line}".rstrip() for line in lines)


def _key(part: str) -> str:
    return part if _BARE_KEY.fullmatch(part) else tomlkit.string(part).as_string()


def _value(value: object, model: type[Plain] | None) -> str:
    if isinstance(value, dict):
        table = cast("dict[str, object]", value)
        order = _order(model)
        pairs = (
            f"{_key(name)} = {_value(table[name], _field_model(model, name))}"
            for name in sorted(table, key=lambda name: order.get(name, len(order)))
        )
        return f"{{ {', '.join(pairs)} }}" if table else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_value(item, model) for item in cast('list[object]', value))}]"
    if isinstance(value, str):
        return tomlkit.string(value).as_string()
    if isinstance(value, date) and not isinstance(value, datetime):
        return tomlkit.string(value.isoformat()).as_string()
    return tomlkit.item(value).as_string()


def _order(model: type[Plain] | None) -> dict[str, int]:
    """Where the keys of a model stand."""
    return {each.key: place for place, each in enumerate(plain_fields(model) if model else ())}


def _model_at(model: type[Plain] | None, path: Iterable[str]) -> type[Plain] | None:
    for part in path:
        model = _field_model(model, part)
    return model


def _field_model(model: type[Plain] | None, key: str) -> type[Plain] | None:
    """The model of the tables under a key."""
    for each in plain_fields(model) if model else ():
        if each.key == key:
            return next(_models_in(each.type), None)
    return None


def _models_in(annotation: object) -> Iterator[type[Plain]]:
    if get_origin(annotation) in (Annotated, Union, UnionType, tuple):
        for part in get_args(annotation):
            yield from _models_in(part)
    elif isinstance(annotation, type) and issubclass(annotation, Plain):
        yield annotation


def _meaning(value: object) -> object:
    """What a value says, in whichever way a date is written."""
    if isinstance(value, dict):
        return {key: _meaning(inner) for key, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_meaning(inner) for inner in cast("list[object]", value)]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value
