"""How do the errors of a validator read in plain English? By the type of each error, never by its wording."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

__all__ = ["to_plain_message"]

_PLAIN_MESSAGES: Mapping[str, tuple[str, str]] = {
    "missing": ("The key is missing.", "Add it."),
    "missing_argument": ("The key is missing.", "Add it."),
    "extra_forbidden": ("There is no such key here.", "Check the spelling, or remove it."),
    "unexpected_keyword_argument": ("There is no such key here.", "Check the spelling, or remove it."),
    "string_too_short": ("It is empty.", "Fill it in."),
    "too_short": ("There has to be at least one.", "Add one."),
    "tuple_type": ("It has to be a list.", "Write it in square brackets."),
    "list_type": ("It has to be a list.", "Write it in square brackets."),
    "string_type": ("It has to be text.", "Write it in quotes."),
    "dict_type": ("It has to be a table.", "Write keys and values in braces."),
    "model_type": ("It has to be a table.", "Write keys and values in braces."),
    "model_attributes_type": ("It has to be a table.", "Write keys and values in braces."),
    "dataclass_type": ("It has to be a table.", "Write keys and values in braces."),
    "bool_type": ("It has to be true or false.", "Write it without quotes."),
    "bool_parsing": ("It has to be true or false.", "Write it without quotes."),
    "int_type": ("It has to be a whole number.", "Write it in digits, without quotes."),
    "int_parsing": ("It has to be a whole number.", "Write it in digits, without quotes."),
    "int_from_float": ("It has to be a whole number.", "Write it in digits, without quotes."),
    "date_type": ("It is not a day.", 'Write "YYYY-MM-DD".'),
    "date_parsing": ("It is not a day.", 'Write "YYYY-MM-DD".'),
    "date_from_datetime_parsing": ("It is not a day.", 'Write "YYYY-MM-DD".'),
    "date_from_datetime_inexact": ("It is not a day.", 'Write "YYYY-MM-DD".'),
}
_WITH_LIMITS: Mapping[str, tuple[str, str]] = {
    "enum": ("It has to be {expected}.", "Write one of these words in quotes."),
    "literal_error": ("It has to be {expected}.", "Write one of these words in quotes."),
    "greater_than_equal": ("It has to be {ge} or more.", "Correct the number."),
    "less_than_equal": ("It has to be {le} or less.", "Correct the number."),
    "too_long": ("There may be at most {max_length}.", "Remove some."),
}
"""The messages that name what is allowed, which the error tells."""
_OF_PATTERN: tuple[tuple[str, str, str], ...] = (
    (r"\S", "It is empty.", "Fill it in."),
    ("^https", "It is not an address.", "Begin it with https://, without spaces."),
    ("^[A-Z]", "It is not a code.", 'Write it as in "US-CO" or "US-CA/san-diego".'),
)
"""How our patterns begin, with what a text says that does not match them."""


def to_plain_message(error: ErrorDetails) -> tuple[str, str]:
    """Say what is wrong with the form of a record in words that need no knowledge of programs.

    Args:
        error: One error of pydantic, with its context.

    Returns:
        What is wrong, and how to fix it; pydantic's own words where there are none plainer.

    Example:
        >>> to_plain_message({"type": "missing", "loc": ("name",), "msg": "Field required", "input": {}})
        ('The key is missing.', 'Add it.')
        >>> context = {"expected": "'high', 'medium' or 'low'"}
        >>> to_plain_message({"type": "enum", "loc": (), "msg": "Input …", "input": "sure", "ctx": context})[0]
        "It has to be 'high', 'medium' or 'low'."
    """
    kind, context = error["type"], error.get("ctx", {})
    if kind in _PLAIN_MESSAGES:
        return _PLAIN_MESSAGES[kind]
    if kind in _WITH_LIMITS:
        message, fix = _WITH_LIMITS[kind]
        return message.format_map(context), fix
    if kind == "string_pattern_mismatch":
        for begin, message, fix in _OF_PATTERN:
            if str(context.get("pattern", "")).startswith(begin):
                return message, fix
    # What our own validators raise is plain English already.
    own: Any = context.get("error")
    text = str(own) if kind == "value_error" and own else error["msg"]
    return text[:1].upper() + text[1:].rstrip(".") + ".", "Correct it."
