"""How does checked JSON become a record without being validated again?

The bundled dataset was validated when it was compiled, and its hash is checked when it is read; a refreshed one was
validated when it came in. Validating once more would load pydantic for every program that asks one question. A test
proves that the outcome equals that of validation.
"""

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

from ..law.dates import PartialDate
from ..law.plain import Plain, plain_fields

__all__ = ["construct"]

_P = TypeVar("_P", bound=Plain)
_Converter = Callable[[Any], Any]


def construct(kind: type[_P], raw: Mapping[str, Any]) -> _P:
    """Make plain data from content that was validated before.

    Args:
        kind: The class.
        raw: The content as it was read from JSON; keys that are missing get their defaults.

    Returns:
        The object.
    """
    values: dict[str, Any] = {}
    for key, field, convert in _plan(kind):
        if key in raw:
            value = raw[key]
            values[field] = value if convert is None else convert(value)
    return kind(**values)


_plans: dict[type[Plain], tuple[tuple[str, str, _Converter | None], ...]] = {}


def _plan(kind: type[Plain]) -> tuple[tuple[str, str, _Converter | None], ...]:
    """The key in JSON, the name and the converter of each field."""
    known = _plans.get(kind)
    if known is None:
        known = _plans[kind] = tuple((each.key, each.name, _converter(each.type)) for each in plain_fields(kind))
    return known


def _converter(annotation: Any) -> _Converter | None:
    """How a checked JSON value becomes the value of a field; None when it is that value already.

    ``tuple[Citation, ...]`` makes a citation of each item; ``PartialDate | None`` makes a date of what is there, for
    a field that is None is not written.
    """
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
        if is_dataclass(annotation):
            return lambda raw: construct(cast("type[Plain]", annotation), raw)
        if issubclass(annotation, (Enum, PartialDate)):
            return annotation
        if issubclass(annotation, date):
            return date.fromisoformat
    return None
