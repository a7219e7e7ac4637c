"""How does checked JSON become a record without being validated again?"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel

from ..law.dates import PartialDate

__all__ = ["construct"]

_M = TypeVar("_M", bound=BaseModel)


def construct(model: type[_M], raw: Mapping[str, Any]) -> _M:
    """Make a model from content that was checked before.

    Building pydantic's validators takes longer than a first answer may (DESIGN §12), and the check has been done:
    by the compiler, and by the hash. A test proves that the outcome equals that of validation.
    """
    values: dict[str, Any] = {}
    for key, field, convert in _plan(model):
        if key in raw:
            value = raw[key]
            values[field] = value if convert is None else convert(value)
    return model.model_construct(**values)


_Converter = Callable[[Any], Any]


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, str, _Converter | None], ...]:
    return tuple(
        (field.alias or name, name, _converter(field.annotation)) for name, field in model.model_fields.items()
    )


def _converter(annotation: Any) -> _Converter | None:
    """How a checked JSON value becomes the value of a field; None when it is that value already."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _converter(get_args(annotation)[0])
    if origin is tuple:
        inner = _converter(get_args(annotation)[0])
        return tuple if inner is None else lambda values: tuple(map(inner, values))
    if origin is UnionType or (origin is not None and NoneType in get_args(annotation)):
        (present,) = (part for part in get_args(annotation) if part is not NoneType)
        return _converter(present)
    if isinstance(annotation, type):
        if issubclass(annotation, BaseModel):
            return lambda raw: construct(annotation, raw)
        if issubclass(annotation, (Enum, PartialDate)):
            return annotation
        if issubclass(annotation, date):
            return date.fromisoformat
    return None
