"""The engines of frames under test: how each gets its rows, how they are read back, and what lookup says of a row."""

import os
import shutil
import sys
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kratomlaw import AmbiguousPlaceError, Answer, InvalidQueryError, KratomLaw, Product, UnknownPlaceError
from kratomlaw.frames import RowReason

Backend = Callable[[pa.Table], Any]
EVERYTHING = (
    "status",
    "sale",
    "possession",
    "min_age",
    "since",
    "until",
    "decided_by",
    "certainty",
    "standing",
    "confidence",
    "reason",
    "matched_code",
    "matched_level",
    "candidates",
    "unmatched",
    "did_you_mean",
    "verified_on",
    "evidence_through",
    "dataset_version",
)
DASK_MOVES = r"ignore:Dask support is moving out of Narwhals:FutureWarning"


def polars_eager(rows: pa.Table) -> Any:
    return pl.from_arrow(rows)


def polars_lazy(rows: pa.Table) -> Any:
    return polars_eager(rows).lazy()


def pandas(rows: pa.Table) -> Any:
    return rows.to_pandas()


def pyarrow(rows: pa.Table) -> Any:
    return rows


def spark_session() -> Any:
    """One Spark for all tests of a process, whichever of them comes first; none without Java."""
    if shutil.which("java") is None:
        pytest.skip("PySpark needs Java")
    os.environ["PYSPARK_PYTHON"] = sys.executable  # the executors' Python, which must have the package too
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a cluster's software says of itself while it starts is not ours
        session = (
            import_module("pyspark.sql")
            .SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
    session.sparkContext.setLogLevel("ERROR")
    return session


def duckdb_relation(rows: pa.Table) -> Any:
    connection = duckdb.connect()
    connection.register("rows", rows)
    return connection.table("rows")


def dask(rows: pa.Table) -> Any:
    dataframe: Any = import_module("dask.dataframe")
    return dataframe.from_pandas(rows.to_pandas(), npartitions=4)


def rows_of(frame: Any) -> list[dict[str, object]]:
    """The rows of any frame with None for every kind of null, in the order that it has."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    elif hasattr(frame, "compute"):
        frame = frame.compute()
    if isinstance(frame, pd.DataFrame):
        rows = frame.to_dict("records")
        return [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in rows]
    if isinstance(frame, pl.DataFrame):
        return frame.to_dicts()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        frame = frame.to_arrow_table()
    if isinstance(frame, pa.Table):
        found: list[dict[str, object]] = frame.to_pylist()
        return found
    return [row.asDict() for row in frame.collect()]


def records(frame: Any) -> list[dict[str, object]]:
    """The rows of any frame with None for every kind of null, in the order of their number."""
    return by_number(rows_of(frame))


def by_number(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """The rows in the order of their number, whatever order an engine has given them."""
    return sorted(rows, key=lambda row: int(str(row["id"])))


def as_row(answer: Answer) -> dict[str, object]:
    """An answer as a row of a frame has it; the reason is that of lookup, which frames complete."""
    given = {name: getattr(answer, name) for name in EVERYTHING if hasattr(answer, name)}
    plain: dict[str, object] = {
        name: value if value is None or isinstance(value, int) else str(value) for name, value in given.items()
    }
    plain["decided_by"] = answer.decided_by.code if answer.decided_by else None
    for name, places in (("candidates", answer.candidates), ("did_you_mean", answer.did_you_mean)):
        plain[name] = ", ".join(place.code for place in places) or None
    if answer.reason is None:
        plain["reason"] = Doubt(answer)
    return plain | {"matched_code": answer.jurisdiction.code}


class Doubt:
    """Equal to the reasons that a row may have for not being exact, as far as the answer tells."""

    def __init__(self, answer: Answer) -> None:
        self.reasons: set[str | None] = {"imprecise-law", "assumed-place"}
        if answer.unmatched:
            self.reasons.add("locality-without-record")
        if answer.candidates:
            self.reasons = {"several-places", "imprecise-law"}  # the latter where all have the same law
        if answer.certainty == "projected":
            self.reasons = {"projected"}
        if answer.certainty == "exact":
            self.reasons = {None}

    def __eq__(self, other: object) -> bool:
        return other in self.reasons

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"one of {self.reasons}"


def one_by_one(law: KratomLaw, question: Mapping[str, str | None], on: object, product: object) -> dict[str, object]:
    """What a loop over the rows would find out."""
    reason: RowReason
    if product is None:
        reason = RowReason.NO_PRODUCT
    elif product not in tuple(Product):
        reason = RowReason.INVALID_QUERY
    elif on is None:
        reason = RowReason.NO_DATE
    elif not any(part and part.strip() for part in question.values()):
        try:
            law.lookup("US", on=on)  # type: ignore[arg-type]
            reason = RowReason.NO_PLACE
        except InvalidQueryError:
            reason = RowReason.INVALID_QUERY
    else:
        try:
            answer = law.lookup(**question, on=on, product=product)  # type: ignore[arg-type]
            return as_row(answer)
        except UnknownPlaceError:
            reason = RowReason.UNKNOWN_PLACE
        except AmbiguousPlaceError:
            reason = RowReason.AMBIGUOUS_PLACE
        except InvalidQueryError:
            reason = RowReason.INVALID_QUERY
    unknown: dict[str, object] = dict.fromkeys(EVERYTHING)
    return unknown | {"status": "unknown", "sale": "unknown", "possession": "unknown", "reason": reason.value}


EAGER = [
    pytest.param(polars_eager, id="polars"),
    pytest.param(pandas, id="pandas"),
    pytest.param(pyarrow, id="pyarrow"),
]
LAZY = [
    pytest.param(polars_lazy, id="polars-lazy"),
    pytest.param(duckdb_relation, id="duckdb"),
    pytest.param(dask, id="dask", marks=pytest.mark.filterwarnings(DASK_MOVES)),
]
BACKENDS = [*EAGER, *LAZY]


def of(backend: Backend, **columns: Any) -> Any:
    """A frame of a few rows with a number each."""
    length = len(next(iter(columns.values())))
    return backend(pa.table({"id": list(range(length)), **columns}))


def column(frame: Any, name: str) -> list[object]:
    """A column in the order of the rows' numbers."""
    return [row[name] for row in records(frame)]
