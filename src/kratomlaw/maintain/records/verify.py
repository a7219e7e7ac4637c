"""How does a maintainer note a check? Changes ``verified_on`` of a record, and nothing else in its file."""

from datetime import date
from pathlib import Path

import tomlkit

from ...errors import DataError, InvalidDataError, InvalidQueryError
from .compile import path_of, read_records, require_data

__all__ = ["verify"]


def verify(data: Path, code: str, *, on: date, today: date) -> Path:
    """Note that somebody has checked that the newest period of a place is still the law.

    Args:
        data: The data folder.
        code: The code of the place, such as ``"US-LA"``.
        on: The day of the check.
        today: The present day.

    Returns:
        The file, in which ``verified_on`` was changed and everything else left as it was.

    Raises:
        DataError: The place has no record.
        InvalidDataError: The record breaks the rules; correct it first.
        InvalidQueryError: The day lies in the future, before the newest period that has begun, or before a check
            that is recorded already.

    Example:
        >>> verify(Path("data"), "US-LA", on=date(2027, 1, 1), today=date(2026, 11, 24))
        Traceback (most recent call last):
            ...
        kratomlaw.errors.InvalidQueryError: 2027-01-01 has not come yet. Say the day on which the law was checked.
    """
    if on > today:
        raise InvalidQueryError(f"{on} has not come yet.", hint="Say the day on which the law was checked.")
    upper, slash, slug = code.strip().partition("/")
    code = upper.upper() + slash + slug.lower()
    file = data / path_of(code)
    require_data(data)
    records, problems = read_records([file] if file.is_file() else [], data)
    if problems:
        raise InvalidDataError(
            f"{file.as_posix()} breaks the rules.", problems=problems, hint="Correct it first: kratomlaw data validate"
        )
    record = records.get(code)
    if record is None:
        raise DataError(f"There is no record of {code} under {data.as_posix()}.", hint=f"kratomlaw data new {code}")
    begun = [period for period in record.periods if period.since.earliest <= today]
    if begun and on < begun[-1].since.earliest:
        raise InvalidQueryError(
            f"On {on} the newest period had not begun: it is law since {begun[-1].since}.",
            hint="Say a day on which it was in force, or correct the period.",
        )
    if on < record.verified_on:
        raise InvalidQueryError(
            f"{code} was checked on {record.verified_on}, which is later than {on}.", hint="Keep the later day."
        )
    document = tomlkit.parse(file.read_bytes().decode())
    document["verified_on"] = on.isoformat()
    # Bytes, so that line ends stay those of the file.
    file.write_bytes(tomlkit.dumps(document).encode())
    return file
