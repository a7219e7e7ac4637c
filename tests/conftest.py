"""What pytest itself needs to know: fixtures that all tests share."""

from pathlib import Path

import pytest

from helpers import ROOT


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the clone."""
    return ROOT
