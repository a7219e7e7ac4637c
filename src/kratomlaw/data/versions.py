"""How is a version of the data written, and which of two is newer? The one place that knows ``YYYY.MM.DD[.N]``."""

import re
from datetime import date

__all__ = ["DATA_VERSION_PATTERN", "day_of", "is_data_version", "require_data_version", "version_key"]

DATA_VERSION_PATTERN = r"^[0-9]{4}\.[0-9]{2}\.[0-9]{2}(\.[1-9][0-9]{0,5})?$"
"""The form of a version as a regular expression, for pydantic and JSON Schema: a day, and from the second release of a
day on a number."""

_VERSION = re.compile(DATA_VERSION_PATTERN.strip("^$"), re.ASCII)


def is_data_version(text: str) -> bool:
    """Answer whether a text is a version of the data, of a day that exists.

    Example:
        >>> is_data_version("2026.11.23"), is_data_version("2026.11.23.1"), is_data_version("2026.02.30")
        (True, True, False)
    """
    if not _VERSION.fullmatch(text):
        return False
    try:
        day_of(text)
    except ValueError:
        return False
    return True


def require_data_version(text: str) -> str:
    """Return a text that is a version of the data.

    Raises:
        ValueError: It is not one.

    Example:
        >>> require_data_version("2026.11.23")
        '2026.11.23'
    """
    if not is_data_version(text):
        raise ValueError("it is not a version of the data")
    return text


def version_key(version: str) -> tuple[int, ...]:
    """Make versions of the data comparable.

    Example:
        >>> version_key("2026.11.23") < version_key("2026.11.23.1") < version_key("2026.12.01")
        True
    """
    return tuple(map(int, version.split(".")))


def day_of(version: str) -> date:
    """The day on which the data of a version was made.

    Raises:
        ValueError: There is no such day.

    Example:
        >>> day_of("2026.11.23.1")
        datetime.date(2026, 11, 23)
    """
    return date(*version_key(version)[:3])
