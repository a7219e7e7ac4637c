"""How does a report become JSON? Dataclasses, answers, days and words as values that JSON knows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, cast

__all__ = ["to_json", "to_plain"]


def to_plain(value: object) -> Any:
    """Turn a report into values that JSON knows.

    Args:
        value: A dataclass, an answer or part of one, or what they consist of.

    Returns:
        Dictionaries, lists, texts, numbers, booleans and None; days as ``YYYY-MM-DD``.

    Example:
        >>> to_plain({"on": date(2026, 11, 24), "codes": ("US-LA", "TH")})
        {'on': '2026-11-24', 'codes': ['US-LA', 'TH']}
    """
    known: Any = value
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "to_dict"):
        return known.to_dict()
    if hasattr(value, "model_dump"):
        return known.model_dump(mode="json")
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {str(to_plain(key)): to_plain(inner) for key, inner in pairs}
    if isinstance(value, Sequence):
        return [to_plain(item) for item in cast("Sequence[object]", value)]
    return str(value)


def to_json(value: object) -> str:
    """Write a report as indented JSON.

    Example:
        >>> to_json([])
        '[]'
    """
    return json.dumps(to_plain(value), ensure_ascii=False, indent=2)
