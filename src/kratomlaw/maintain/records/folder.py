"""Is the data folder as a whole in order? Checks what no single record shows: its version, and what hides files."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from ...errors import DataError
from ...law.texts import harmful_character
from ...law.words import Problem
from .compile import data_version, version_day

__all__ = ["folder_problems", "require_past_version"]

_TEXTS = (".toml", ".md", ".json")
_CLOCKS_DIFFER = timedelta(days=1)
"""Somewhere on Earth it is tomorrow already."""


def folder_problems(data: Path, *, today: date) -> tuple[Problem, ...]:
    """List what is wrong with a data folder as a whole.

    Args:
        data: The data folder; one without ``dataset.toml`` has no version to check.
        today: The day of the check.

    Returns:
        The problems; empty when there are none.

    Example:
        >>> folder_problems(Path("data"), today=date(9999, 12, 31))
        ()
    """
    return (*_version(data, today), *_hiding(data))


def require_past_version(version: str, *, today: date) -> None:
    """Refuse a version of a day to come: its answers would never be stale, and no honest release could follow it.

    Args:
        version: The version, ``YYYY.MM.DD[.N]``.
        today: The present day.

    Raises:
        DataError: The version's day is more than a day ahead.

    Example:
        >>> require_past_version("2026.11.23", today=date(2026, 11, 24))
    """
    if version_day(version) - today > _CLOCKS_DIFFER:
        raise DataError(
            f"Version {version} is of a day to come; today is {today}.",
            hint="Correct the version in data/dataset.toml, or the clock.",
        )


def _version(data: Path, today: date) -> Iterator[Problem]:
    if not (data / "dataset.toml").exists():
        return
    try:
        require_past_version(data_version(data), today=today)
    except DataError as error:
        yield Problem(
            file="dataset.toml", key="version", message=error.message, fix=error.hint, rule="version-of-the-past"
        )


def _hiding(data: Path) -> Iterator[Problem]:
    """What could show another record to git, to a reviewer or to the compiler than to the others."""
    for folder, folders, files in os.walk(data):
        for name in sorted((*folders, *files)):
            path = Path(folder, name)
            where = path.relative_to(data).as_posix()
            if path.is_symlink():
                message, fix = "It is a link: others may see another file.", "Put the file itself there."
                yield Problem(file=where, key="", message=message, fix=fix, rule="no-links")
            elif name == ".gitattributes":
                message, fix = "It can hide records from a comparison.", "Remove it."
                yield Problem(file=where, key="", message=message, fix=fix, rule="no-git-attributes")
            elif path.suffix in _TEXTS and path.is_file():
                yield from _harmful(path, where)


def _harmful(path: Path, where: str) -> Iterator[Problem]:
    """What a terminal, a page or a reviewer would not show as it is: names of places have it as easily as records."""
    text = path.read_text("utf-8", errors="replace")
    for number, line in enumerate(text.split("\n"), start=1):
        character = harmful_character(line.removesuffix("\r").replace("\t", " "))
        if character:
            message, fix = f"Line {number} has the character {character}, which is not text.", "Remove it."
            yield Problem(file=where, key="", message=message, fix=fix, rule="no-control-characters")
