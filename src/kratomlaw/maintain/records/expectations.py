"""Which places must have a record? What ``data/coverage.toml`` expects; a folder without that file expects nothing."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import ValidationError

from ...data.bundled import bundled_names
from ...data.validated import Model
from ...errors import DataError
from ...law.words import Code, Problem, Text

__all__ = ["EXPECTATIONS", "expected_codes", "missing"]

EXPECTATIONS = "coverage.toml"
"""The file in the data folder."""


class _Expectations(Model):
    """The content of ``coverage.toml``."""

    every_country: bool = False
    """Whether each country and territory of ISO 3166-1, and XK, must have a record."""
    every_state_of: tuple[Code, ...] = ()
    """The countries all of whose states and territories must have one."""
    also: Mapping[Code, Text] = {}
    """Further places, each with the reason."""


def expected_codes(data: Path) -> frozenset[str]:
    """Answer which places must have a record.

    Args:
        data: The data folder, with or without ``coverage.toml``.

    Returns:
        Their codes; empty when nothing is expected.

    Raises:
        DataError: ``coverage.toml`` is not valid.

    Example:
        >>> "TH" in expected_codes(Path("data"))
        True
    """
    file = data / EXPECTATIONS
    if not file.exists():
        return frozenset()
    try:
        wanted = _Expectations.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise DataError(f"{file.name} is not valid: {cause}", hint="Correct it by hand.") from None
    places = bundled_names().places
    countries = {code for code in places if "-" not in code} if wanted.every_country else set[str]()
    return frozenset(
        (
            *countries,
            *(code for code in places for country in wanted.every_state_of if code.startswith(f"{country}-")),
            *wanted.also,
        )
    )


def missing(data: Path, codes: Collection[str]) -> tuple[Problem, ...]:
    """Answer which places lack the record that they must have.

    Args:
        data: The data folder, with or without ``coverage.toml``.
        codes: The codes that have a record.

    Returns:
        A problem for each place; empty when none is missing.

    Raises:
        DataError: ``coverage.toml`` is not valid.
    """
    return tuple(
        Problem(
            file=EXPECTATIONS,
            key="",
            message=f"{code} must have a record and has none.",
            fix=f"Start one: kratomlaw data new {code}",
            rule="record-missing",
        )
        for code in sorted(expected_codes(data) - set(codes))
    )
