"""Which keys may stand in a table of a record file, in which order, and what is under each of them?"""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel

__all__ = ["keys_of", "model_under"]


def keys_of(model: type[BaseModel]) -> Mapping[str, str]:
    """The keys of a table in the order of the canonical form, by the names of the fields in Python.

    Args:
        model: What the table is written for, such as ``Record`` or ``Period``.

    Example:
        >>> from kratomlaw import Period
        >>> list(keys_of(Period).items())[0]
        ('since', 'from')
    """
    return {name: described.alias or name for name, described in model.model_fields.items()}


def model_under(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """What the tables under a key are written for.

    Args:
        model: What the table around the key is written for.
        key: The key in the file.

    Returns:
        The model; None when there is no such key, or no table under it.

    Example:
        >>> from kratomlaw import Record
        >>> model_under(Record, "periods").__name__
        'Period'
    """
    for name, written in keys_of(model).items():
        if written == key:
            return next(_models_in(model.model_fields[name].annotation), None)
    return None


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if get_origin(annotation) in (Annotated, Union, UnionType, tuple):
        for part in get_args(annotation):
            yield from _models_in(part)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
