"""How often does a test try something? Rarely in everybody's tests, often in those that are marked as soak."""

from typing import Any

import pytest


def sizes(short: int, long: int) -> list[Any]:
    """The parameters of a fixture of two sizes."""
    return [short, pytest.param(long, marks=pytest.mark.soak)]


def sized(name: str, short: int, long: int) -> pytest.MarkDecorator:
    """A test of two sizes, which it is told under a name."""
    return pytest.mark.parametrize(name, sizes(short, long))
