"""How do small tables get to the engine of a frame, and distinct values back? One way for each kind of frame."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import narwhals.stable.v2 as nw
from narwhals.exceptions import DuplicateError
from narwhals.stable.v2.typing import IntoFrame

from ..errors import InvalidQueryError
from ..export.packages import package

__all__ = [
    "Column",
    "Frame",
    "Table",
    "collected",
    "frame_of",
    "grouped",
    "has_dates",
    "has_infinite_times",
    "ignores_case",
    "joined",
    "table_of",
    "with_known_days",
]

Frame = TypeVar("Frame", "nw.DataFrame[Any]", "nw.LazyFrame[Any]")
Column = tuple[type[nw.String] | type[nw.Int32] | type[nw.Int64] | type[nw.Date], Sequence[str | int | date | None]]
"""The type and the values of a column."""
Table = Mapping[str, Column]
"""A small table, by the names of its columns."""

_EAGER = (nw.Implementation.PANDAS, nw.Implementation.POLARS, nw.Implementation.PYARROW)
_LAZY = (
    nw.Implementation.POLARS,
    nw.Implementation.DUCKDB,
    nw.Implementation.DASK,
    nw.Implementation.PYSPARK,
    nw.Implementation.PYSPARK_CONNECT,
)
_ROW, _NUMBER, _HASH = "_kratomlaw_row", "_kratomlaw_number", "_kratomlaw_hash"
_LAZY_NEEDS = "To bring distinct places from a lazy frame to Python and answers back"
_KINDS = "Pass a pandas, Polars, PyArrow, DuckDB, Dask or PySpark frame."


def frame_of(native: IntoFrame) -> "nw.DataFrame[Any] | nw.LazyFrame[Any]":
    """Read a frame of any supported kind.

    Raises:
        InvalidQueryError: It is not a frame, not of a supported kind, or two of its columns have one name.
    """
    try:
        frame: nw.DataFrame[Any] | nw.LazyFrame[Any] = nw.from_native(native)
        names = frame.collect_schema().names()
    except DuplicateError:
        raise InvalidQueryError(
            f"Columns of the {type(native).__name__} have the same name.", hint="Rename one of them."
        ) from None
    except TypeError:
        raise InvalidQueryError(f"A {type(native).__name__} is not a frame.", hint=_KINDS) from None
    known = _EAGER if isinstance(frame, nw.DataFrame) else _LAZY
    if frame.implementation not in known:
        raise InvalidQueryError(f"Frames of {frame.implementation} are not supported.", hint=_KINDS)
    if ignores_case(frame):
        _check_sql_names(list(nw.to_native(frame).columns))
    if frame.implementation.is_spark_like():
        for name in names:
            if "." in name:
                raise InvalidQueryError(f"Spark reads the column {name!r} as a field of another.", hint="Rename it.")
    return frame


def _check_sql_names(names: Sequence[str]) -> None:
    """Refuse names that an SQL engine takes for the same: of two columns one would be dropped without a word."""
    seen: dict[str, str] = {}
    for name in names:
        if name.casefold() in seen:
            message = f"The frame has columns {seen[name.casefold()]!r} and {name!r}, which its engine takes for one."
            raise InvalidQueryError(message, hint="Rename one of them.")
        seen[name.casefold()] = name


def has_dates(frame: "nw.DataFrame[Any] | nw.LazyFrame[Any]") -> bool:
    """Whether the engine has a type for days; pandas and Dask do not always know theirs."""
    return not (frame.implementation.is_pandas() or frame.implementation.is_dask())


def ignores_case(frame: "nw.DataFrame[Any] | nw.LazyFrame[Any]") -> bool:
    """Whether the engine treats names of columns that differ only in case as the same."""
    return bool(frame.implementation.is_duckdb() or frame.implementation.is_spark_like())


def has_infinite_times(frame: "nw.DataFrame[Any] | nw.LazyFrame[Any]") -> bool:
    """Whether timestamps may be infinite. Such a one has no year, but as a date it is before or after all others."""
    return bool(frame.implementation.is_duckdb())


def with_known_days(frame: Frame, column: str, name: str, zone: str | None) -> Frame:
    """Add a column of days, from one of a type that narwhals does not know; no other is touched.

    Those are Arrow's ``date64``, and moments of pandas in a time zone with more than letters in its name
    ("America/New_York").

    Args:
        frame: The frame; without such a column it stays as it is.
        column: The column of days.
        name: The name of the column to add.
        zone: The name of the time zone in which moments count; None for their own.
    """
    native: Any = nw.to_native(frame)
    with_it: Any = None
    if frame.implementation.is_pyarrow():
        arrow = package("pyarrow", _LAZY_NEEDS)
        if native.schema.field(column).type == arrow.date64():
            with_it = native.append_column(name, native[column].cast(arrow.date32()))
    elif not has_dates(frame):
        kind = str(native.dtypes[column])
        if kind.startswith("date64["):  # of Arrow in pandas or Dask
            pandas, arrow = package("pandas", _LAZY_NEEDS), package("pyarrow", _LAZY_NEEDS)
            with_it = native.assign(**{name: native[column].astype(pandas.ArrowDtype(arrow.date32()))})
        elif kind.startswith("datetime64["):
            moments = native[column].dt.tz_convert(zone).dt if zone else native[column].dt
            with_it = native.assign(**{name: moments.tz_localize(None)})
    if with_it is None:
        return frame
    made: Frame = nw.from_native(with_it)
    return made


def collected(frame: Frame) -> "nw.DataFrame[Any]":
    """Bring a frame of few rows to Python.

    Raises:
        KratomLawError: The engine needs PyArrow for it, which is missing.
    """
    if isinstance(frame, nw.DataFrame):
        return frame
    if not frame.implementation.is_polars():
        package("pandas" if frame.implementation.is_dask() else "pyarrow", _LAZY_NEEDS)
    return frame.collect()


def joined(frame: Frame, table: Table, on: str | list[str]) -> Frame:
    """Join a frame with a small table, which is brought to where the frame is computed."""
    if isinstance(frame, nw.DataFrame):
        return frame.join(table_of(table, frame.implementation), on=on, how="left")
    return frame.join(_lazy_table(table, frame), on=on, how="left")


def grouped(frame: "nw.DataFrame[Any]", keys: Sequence[str]) -> "tuple[nw.DataFrame[Any], nw.Series[Any]]":
    """Bring together the rows of a frame that are equal.

    Args:
        frame: The frame.
        keys: The columns in which they are equal; without nulls, which some engines take for different.

    Returns:
        The distinct rows of these columns, and for each row of the frame the number of its own among them.
    """
    hashed = _grouped_by_hash(nw.to_native(frame), keys) if frame.implementation.is_polars() else None
    if hashed is not None:
        return nw.from_native(hashed[0]), nw.from_native(hashed[1], series_only=True)
    distinct = frame.select(keys).unique().with_row_index(_NUMBER)
    found = frame.select(keys).with_row_index(_ROW).join(distinct, on=list(keys), how="left")
    numbers = found.sort(_ROW)[_NUMBER]  # the rows of a join may come in any order
    return distinct.select(keys), numbers.cast(nw.UInt32)


def _grouped_by_hash(frame: Any, keys: Sequence[str]) -> "tuple[Any, Any] | None":
    """The same on Polars, which groups numbers faster than texts; None where two texts have one number."""
    polars = package("polars", "To annotate a frame of Polars")
    hashes = frame.select(polars.struct(keys).hash().alias(_HASH)).with_row_index(_ROW)
    first = hashes.select(polars.col(_ROW).first().over(_HASH))[_ROW]  # the first of the rows that are equal
    is_first = first == hashes[_ROW]
    numbers = (is_first.cum_sum() - 1).gather(first)
    distinct = frame.select(keys).filter(is_first)
    if all(distinct[key].gather(numbers).eq_missing(frame[key]).all() for key in keys):
        return distinct, numbers
    return None


def table_of(table: Table, implementation: nw.Implementation) -> "nw.DataFrame[Any]":
    """Make an eager frame of a small table."""
    if implementation.is_pandas():
        return nw.from_native(_pandas_table(table), eager_only=True)
    values = {name: column for name, (_, column) in table.items()}
    schema = {name: kind for name, (kind, _) in table.items()}
    return nw.from_dict(values, schema, backend="polars" if implementation.is_polars() else "pyarrow")


def _lazy_table(table: Table, frame: "nw.LazyFrame[Any]") -> "nw.LazyFrame[Any]":
    implementation = frame.implementation
    native: Any = frame.to_native()
    beside: Any
    if implementation.is_polars():
        return table_of(table, implementation).lazy()
    if implementation.is_dask():
        beside = package("dask.dataframe", _LAZY_NEEDS).from_pandas(_pandas_table(table), npartitions=1)
    else:
        package("pyarrow", _LAZY_NEEDS)
        arrow = table_of(table, nw.Implementation.PYARROW)
        if implementation.is_duckdb():
            beside = _duckdb_relation(native, arrow.to_native())
        else:
            beside = arrow.lazy(nw.Implementation.PYSPARK, session=native.sparkSession).to_native()
            # Spark does not always know that a table from Python is small, and would move all rows to join them.
            beside = beside.hint("broadcast")
    made: nw.LazyFrame[Any] = nw.from_native(beside)
    return made


def _pandas_table(table: Table) -> Any:
    pandas = package("pandas", "To annotate a frame of pandas")
    texts = "str" if int(pandas.__version__.partition(".")[0]) >= 3 else "object"
    return pandas.DataFrame(
        {
            name: pandas.Series(values, dtype=texts if kind is nw.String else "int32" if kind is nw.Int32 else "Int64")
            for name, (kind, values) in table.items()
        }
    )


def _duckdb_relation(relation: Any, kratomlaw_table: object) -> Any:
    """A table as a relation on the connection of another; DuckDB finds it by the name of the Python variable."""
    return relation.query("kratomlaw_relation", "SELECT * FROM kratomlaw_table")
