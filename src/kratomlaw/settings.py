"""What did the user configure? Settings from arguments, then from the environment."""

import os
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from .errors import InvalidQueryError

__all__ = ["DEFAULT_MAX_AGE", "Settings", "read_settings"]

DEFAULT_MAX_AGE = timedelta(days=90)
"""From this age on data is called stale: dozens of places change their law on kratom in a year."""


class Settings(NamedTuple):
    """The settings of one ``KratomLaw``."""

    dataset: Path | None
    """A dataset file to use instead of the bundled one."""
    max_age: timedelta
    """The age from which data is called stale."""


def read_settings(*, dataset: Path | str | None = None, max_age: timedelta | None = None) -> Settings:
    """Join arguments and environment.

    Args:
        dataset: A dataset file; None for the bundled one.
        max_age: The age from which data is called stale; None for ``KRATOMLAW_MAX_AGE`` (whole days) or 90 days.

    Raises:
        InvalidQueryError: ``KRATOMLAW_MAX_AGE`` is not a number of days, or ``max_age`` is negative.
    """
    if max_age is None:
        text = os.environ.get("KRATOMLAW_MAX_AGE", "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 7):
            raise InvalidQueryError(
                f"KRATOMLAW_MAX_AGE is {text[:20]!r}, not a number of days.", hint="Write whole days, as in 90."
            )
        max_age = timedelta(days=int(text)) if text else DEFAULT_MAX_AGE
    elif max_age < timedelta(0):
        raise InvalidQueryError("max_age is negative.", hint="Pass a datetime.timedelta of zero or more.")
    return Settings(dataset=Path(dataset) if dataset is not None else None, max_age=max_age)
