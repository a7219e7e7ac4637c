"""What is a flat table, and how do the fields of a class become its columns?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from ..law.docstrings import docstring_of
from ..law.plain import Plain

__all__ = ["Fields", "FlatColumn", "FlatTable", "Kind", "Value", "columns_of", "text_of", "values_of"]

Value = str | int | date | None
_T = TypeVar("_T")


class Kind(StrEnum):
    """What a column contains."""

    TEXT = "text"
    """Text, and dates that are only as precise as their evidence."""
    INTEGER = "integer"
    """A whole number."""
    BOOLEAN = "boolean"
    """True or false."""
    DATE = "date"
    """A day."""


class FlatColumn(NamedTuple):
    """A column of a flat table."""

    name: str
    """Its name."""
    kind: Kind
    """What it contains."""
    description: str
    """What it says."""
    key: bool = False
    """Whether it is part of the key of a row."""


class FlatTable(NamedTuple):
    """A table of texts, numbers, dates and nulls.

    Example:
        >>> from kratomlaw.export import flat_tables
        >>> places, *_ = flat_tables()
        >>> places.name, [column.name for column in places.columns]
        ('places', ['code', 'name', 'level', 'parent', 'has_record'])
    """

    name: str
    """Its name."""
    description: str
    """What a row is."""
    columns: tuple[FlatColumn, ...]
    """Its columns."""
    rows: Sequence[tuple[Value, ...]]
    """Its rows, in the order of their keys."""


Fields = Mapping[str, tuple[Kind, Callable[[_T], Value]]]
"""The columns of a table that are fields of a class: what they contain, and how to read it."""


def columns_of(
    fields: Fields[_T], model: type[Plain], keys: Iterable[str] = (), more: Mapping[str, str] = MappingProxyType({})
) -> tuple[FlatColumn, ...]:
    """Describe columns in the words of the docstrings of a class.

    Args:
        fields: The columns.
        model: The class.
        keys: The columns that make the key of a row.
        more: What is different in the table, by column.
    """
    columns: list[FlatColumn] = []
    for name, (kind, _) in fields.items():
        said = docstring_of(model, name)
        said = said.replace("; None when", "; null when")
        columns.append(FlatColumn(name, kind, f"{said} {more.get(name, '')}".rstrip(), key=name in keys))
    return tuple(columns)


def values_of(fields: Fields[_T], item: _T) -> tuple[Value, ...]:
    """Read the values of the columns from an object of the class."""
    return tuple(value(item) for _, value in fields.values())


def text_of(value: object) -> str | None:
    """The text of a value; None for None."""
    return None if value is None else str(value)
