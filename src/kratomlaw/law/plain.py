"""What does plain data have in common? Frozen classes of the standard library with a JSON form and a short repr.

Records and answers are ``dataclasses``: nothing is validated when they are made, and nothing of pydantic is imported.
The methods that ``dataclasses`` would write and compile for each class are here once for all of them: writing them
took a quarter of the time of a first answer.
Where data comes in, pydantic validates these same classes (``data/validation.py``, ``law/returned.py``): the markers
here tell it what a field accepts, and are read by nobody else.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields
from datetime import date, datetime
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast, dataclass_transform

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Limits", "Plain", "PlainField", "changed", "described", "plain", "plain_dict", "plain_fields", "written_as"]

_LONGEST_REPR = 120
_MISSING = object()
"""Stands for the default of a field that has none."""
_T = TypeVar("_T")
_P = TypeVar("_P", bound="Plain")


class Limits:
    """Marks a field for pydantic: which values it accepts. Use it in ``Annotated``.

    Args:
        limits: Keys of pydantic's core schemas, such as ``pattern``, ``min_length``, ``ge``, ``le``.
    """

    __slots__ = ("_limits",)

    def __init__(self, **limits: str | int) -> None:
        self._limits = limits

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        return cast("CoreSchema", {**handler(source), **self._limits})


def written_as(**keys: str) -> Mapping[str, object]:
    """Configure pydantic for a plain class whose fields have other names in JSON and TOML.

    Args:
        keys: The key in writing of each field that is written otherwise, as in ``since="from"``.

    Returns:
        The value for ``__pydantic_config__``.
    """

    def alias(name: str) -> str:
        return keys.get(name, name)

    return {
        "extra": "forbid",
        "alias_generator": alias,
        "validate_by_name": True,
        "serialize_by_alias": True,
        "defer_build": True,
    }


class Plain:
    """The common ground of all plain data: a JSON form, a short repr, descriptions for JSON Schemas."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    __pydantic_config__: ClassVar[Mapping[str, object]] = written_as()
    numbered: ClassVar[tuple[str, ...]] = ()
    """The fields whose items may be numbers in JSON, see ``law/citing.py``."""

    def to_dict(self) -> dict[str, object]:
        """Write the data as a dictionary that ``json.dumps`` accepts.

        Returns:
            Every field by its key in JSON; dates as ISO 8601 text, words as their text, tuples as lists.

        Example:
            >>> import kratomlaw
            >>> kratomlaw.find("Louisiana").to_dict()["code"]
            'US-LA'
        """
        return plain_dict(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """Write the data as JSON.

        Args:
            indent: How many spaces to indent by; None for one line.

        Returns:
            The text; ``from_json`` of the same class reads it back.

        Example:
            >>> import kratomlaw
            >>> kratomlaw.find("TH").to_json().startswith('{"code": "TH", "name": "Thailand"')
            True
        """
        import json

        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    if not TYPE_CHECKING:  # type checkers know the arguments of each class, from ``plain``

        def __init__(self, **values):
            for name, default in _defaults_of(type(self)):
                value = values.pop(name, default)
                if value is _MISSING:
                    raise TypeError(f"{type(self).__name__}() needs the argument {name!r}")
                object.__setattr__(self, name, value)
            if values:
                raise TypeError(f"{type(self).__name__}() has no argument {next(iter(values))!r}")

        def __setattr__(self, name, value):
            raise FrozenInstanceError(f"cannot assign to field {name!r}")

        def __delattr__(self, name):
            raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __getstate__(self) -> object:
        return {field.name: getattr(self, field.name) for field in plain_fields(type(self))}

    def __setstate__(self, state: Mapping[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return _values(self) == _values(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(_values(self))

    def __repr__(self) -> str:
        name = type(self).__name__
        if type(self).__str__ is not object.__str__:
            return f"<{name} {_cut(str(self))}>"
        shown = ((field.name, getattr(self, field.name)) for field in plain_fields(type(self)))
        inside = ", ".join(f"{field}={_brief(value)}" for field, value in shown if value is not None and value != ())
        return f"{name}({_cut(inside)})"

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, object]:
        return described(cls, schema, handler)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def plain(kind: type[_T]) -> type[_T]:
    """Make a subclass of ``Plain`` a frozen dataclass with slots, whose fields are given by name.

    Example:
        >>> @plain
        ... class Point(Plain):
        ...     x: int
        ...     y: int = 0
        >>> Point(x=1), Point(x=1) == Point(x=1, y=0)
        (Point(x=1, y=0), True)
    """
    return dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(kind)


def changed(item: _P, changes: Mapping[str, object]) -> _P:
    """Copy plain data with some fields changed: as ``dataclasses.replace``, in a third of its time.

    Args:
        item: The data.
        changes: The new values by the names of fields; they are not validated.

    Example:
        >>> import kratomlaw
        >>> str(changed(kratomlaw.find("US-LA"), {"name": "Luisiana"}))
        'Luisiana (US-LA)'
    """
    kind = type(item)
    setters = _setters.get(kind)
    if setters is None:  # the slots themselves: quicker than by name, and they do not know that the class is frozen
        setters = _setters[kind] = {field.name: getattr(kind, field.name).__set__ for field in plain_fields(kind)}
    made = object.__new__(kind)
    for write, value in zip(setters.values(), _values(item), strict=True):
        write(made, value)
    for name, value in changes.items():
        setters[name](made, value)
    return made


_setters: dict[type[Plain], dict[str, Callable[[object, object], None]]] = {}
"""What writes each field of an item, by class."""


def described(kind: type[Plain], schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, object]:
    """Make the JSON Schema of a plain class, with the docstrings under its own and its inherited fields.

    Pydantic's ``use_attribute_docstrings`` leaves out inherited fields of dataclasses.

    Args:
        kind: The class.
        schema: Its core schema.
        handler: Makes JSON Schemas of core schemas.

    Returns:
        The schema.
    """
    from .docstrings import docstring_of, first_paragraph

    found = cast("dict[str, object]", handler.resolve_ref_schema(handler(schema)))
    found["description"] = first_paragraph(kind)
    properties = cast("dict[str, dict[str, object]]", found.get("properties", {}))
    for field in plain_fields(kind):
        if field.key in properties:
            properties[field.key]["description"] = docstring_of(kind, field.name)
            if field.key in kind.numbered:
                # Inside a document that writes each citation once, see law/citing.py.
                item = cast("dict[str, object]", properties[field.key]["items"])
                either = item.get("anyOf", [item, {"type": "integer", "minimum": 0}])  # made once, described often
                properties[field.key]["items"] = {"anyOf": either}
    return found


class PlainField(NamedTuple):
    """One field of a plain class."""

    name: str
    """Its name."""
    key: str
    """Its key in JSON and TOML."""
    type: object
    """Its annotation."""


def plain_fields(kind: type[Plain]) -> tuple[PlainField, ...]:
    """List the fields of a plain class, in their order.

    Example:
        >>> from kratomlaw import Period
        >>> plain_fields(Period)[0].name, plain_fields(Period)[0].key
        ('since', 'from')
    """
    known = _fields.get(kind)
    if known is None:
        key_of = cast("Callable[[str], str]", kind.__pydantic_config__["alias_generator"])
        own = fields(kind)
        known = _fields[kind] = tuple(PlainField(field.name, key_of(field.name), field.type) for field in own)
    return known


_fields: dict[type[Plain], tuple[PlainField, ...]] = {}
"""The fields of each class that was asked for."""


def _defaults_of(kind: type[Plain]) -> tuple[tuple[str, object], ...]:
    """The fields of a class with their defaults; all of them are values that cannot be changed."""
    known = _defaults.get(kind)
    if known is None:
        known = _defaults[kind] = tuple(
            (field.name, _MISSING if field.default is MISSING else field.default) for field in fields(kind)
        )
    return known


_defaults: dict[type[Plain], tuple[tuple[str, object], ...]] = {}


def _values(item: object) -> tuple[object, ...]:
    """The values of an item's fields."""
    kind = type(item)
    getter = _getters.get(kind)
    if getter is None:
        names = [field.name for field in plain_fields(cast("type[Plain]", kind))]
        # Of one name, attrgetter returns the value, of several a tuple; the class beside it makes a tuple of both.
        getter = _getters[kind] = attrgetter("__class__", *names)
    return getter(item)[1:]


_getters: dict[type, Callable[[object], tuple[object, ...]]] = {}
"""What reads all fields of an item at once, by class."""


def plain_dict(item: Plain) -> dict[str, Any]:
    """Write plain data as a dictionary, as ``Plain.to_dict`` does, also where a subclass has another form.

    Example:
        >>> import kratomlaw
        >>> plain_dict(kratomlaw.find("Louisiana"))["code"]
        'US-LA'
    """
    return {field.key: _to_json(getattr(item, field.name)) for field in plain_fields(type(item))}


def _to_json(value: object) -> object:
    if isinstance(value, Plain):
        return plain_dict(value)
    if isinstance(value, (tuple, list)):
        return [_to_json(each) for each in cast("tuple[object, ...]", value)]
    if isinstance(value, Mapping):
        return {str(key): _to_json(each) for key, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _brief(value: object) -> str:
    """A value inside the repr of another: a word, a short text, or how many things there are."""
    if isinstance(value, tuple):
        return f"<{len(cast('tuple[object, ...]', value))}>"
    if isinstance(value, Plain):
        return f"<{type(value).__name__}>"
    if isinstance(value, Enum):
        return repr(value.value)
    return repr(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_REPR else f"{text[: _LONGEST_REPR - 1]}…"
