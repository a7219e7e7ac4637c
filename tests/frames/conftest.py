"""One Spark for all tests of frames."""

from collections.abc import Iterator
from typing import Any

import pytest

from frame_engines import spark_session


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    session = spark_session()
    yield session
    session.stop()
