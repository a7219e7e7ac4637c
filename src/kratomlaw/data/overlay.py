"""How does an organisation put its own records over ours? A folder of TOML files of the same form."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from ..errors import DataError, InvalidDataError
from ..law.records import Record
from ..law.words import Problem
from .bundled import bundled_names
from .files import parse_toml, read_file
from .validation import problems_of

__all__ = ["read_overlay"]

_MAX_RECORD = 1_000_000
"""How many bytes a record may have."""


def read_overlay(folder: Path) -> Mapping[str, Record]:
    """Read an organisation's own records.

    The names of the files and folders below do not matter; the code inside tells the place. A record takes the place
    of ours for the same jurisdiction, and may add counties and cities that we do not have.

    Args:
        folder: The folder.

    Returns:
        The records by code.

    Raises:
        DataError: The folder cannot be read.
        InvalidDataError: Records break the rules of the codebook; every problem is listed.
    """
    names = bundled_names()
    records: dict[str, Record] = {}
    problems: list[Problem] = []
    if not folder.is_dir():
        raise DataError(f"The overlay {folder.name} is not a folder.", hint="Check overlay=… or KRATOMLAW_OVERLAY.")
    try:
        files = sorted(folder.rglob("*.toml"))
    except OSError as cause:
        raise _unreadable(f"The overlay {folder.name}", cause) from cause
    for file in files:
        path = file.relative_to(folder).as_posix()
        try:
            raw = parse_toml(read_file(file, _MAX_RECORD).decode("utf-8"))
        except OSError as cause:
            raise _unreadable(f"{path} in the overlay", cause) from cause
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
            message = f"It is not valid TOML: {cause}."
            problems.append(Problem(file=path, key="", message=message, fix="Correct that line."))
            continue
        record, found = problems_of(raw, path, names)
        problems += found
        if record is not None and record.code in records:
            message = f"{record.code} has another record in the overlay."
            problems.append(Problem(file=path, key="code", message=message, fix="Keep one of them."))
        elif record is not None:
            records[record.code] = record
    if problems:
        raise InvalidDataError(
            f"The overlay has {len(problems)} problems; the first: {problems[0]}",
            problems=tuple(problems),
            hint="Correct its records.",
        )
    return records


def _unreadable(name: str, cause: OSError) -> DataError:
    reason = cause.strerror or "it is not a file"
    return DataError(f"{name} cannot be read: {reason}.", hint="Check that it is a file, and its permissions.")
