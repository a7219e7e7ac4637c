"""One Spark for all tests of frames."""

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("PySpark needs Java")
    os.environ["PYSPARK_PYTHON"] = sys.executable  # the executors' Python, which must have the package too
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a cluster's software says of itself while it starts is not ours
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
