"""The engines of frames under test: how each gets its rows, how they are read back, and what lookup says of a row."""

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


def duckdb_relation(rows: pa.Table) -> Any:
    connection = duckdb.connect()
    connection.register("rows", rows)
    return connection.table("rows")


def dask(rows: pa.Table) -> Any:
    dataframe: Any = import_module("dask.dataframe")
    return dataframe.from_pandas(rows.to_pandas(), npartitions=4)


def records(frame: Any) -> list[dict[str, object]]:
    """The rows of any frame with None for every kind of null, in the order of their number."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    elif hasattr(frame, "compute"):
        frame = frame.compute()
    if isinstance(frame, pd.DataFrame):
        rows = [
            {name: None if pd.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")
        ]
    elif isinstance(frame, pl.DataFrame):
        rows = frame.to_dicts()
    elif isinstance(frame, pa.Table):
        rows = frame.to_pylist()
    elif isinstance(frame, duckdb.DuckDBPyRelation):
        rows = frame.to_arrow_table().to_pylist()
    else:
        rows = [row.asDict() for row in frame.collect()]
    return sorted(rows, key=lambda row: int(str(row["id"])))


def as_row(answer: Answer) -> dict[str, object]:
    """An answer as a row of a frame has it; the reason is that of lookup, which frames complete."""
    plain = {name: value for name, value in answer.to_dict().items() if name in EVERYTHING}
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
