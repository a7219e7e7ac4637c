"""What is the law of every place through time, as one frame? For as-of joins and your own SQL."""

from typing import Any, TypeVar

import narwhals.stable.v2 as nw

from ..data.snapshot import LawReader
from ..errors import InvalidQueryError
from ..export import FlatTable, Kind, flat_tables
from ..export.packages import package

__all__ = ["timelines"]

_FrameT = TypeVar("_FrameT")
_TYPES = {Kind.TEXT: nw.String(), Kind.INTEGER: nw.Int64(), Kind.BOOLEAN: nw.Boolean(), Kind.DATE: nw.Date()}
_PANDAS_TYPES = {Kind.INTEGER: "Int64", Kind.BOOLEAN: "bool", Kind.DATE: "datetime64[s]"}


def timelines(kind: type[_FrameT], *, law: LawReader | None = None) -> _FrameT:
    """Answer how the law that reaches each place changed, and will change: the table ``periods`` of the export.

    Args:
        kind: The kind of frame to make: ``pandas.DataFrame``, ``polars.DataFrame`` or ``pyarrow.Table``. DuckDB reads
            all of them; Spark takes them with ``spark.createDataFrame``.
        law: The instance to ask; None for the default instance.

    Returns:
        A frame with a row for each place, product and span of days ``[first_day, end_day)``, by place, product and
        day. ``first_day``, ``end_day`` and ``verified_on`` are dates, in pandas ``datetime64``. A day before the first
        span of a place, or a place without any, is unknown.

    Raises:
        InvalidQueryError: That kind of frame is not supported.
        DataError: The data cannot be used.

    Example:
        >>> import polars
        >>> periods = timelines(polars.DataFrame).filter(polars.col("code") == "US-LA", polars.col("product") == "leaf")
        >>> periods["status"].to_list()[-1], periods["end_day"].to_list()[-1]
        ('banned', None)
    """
    made: Any
    _, periods, *_ = flat_tables(law)
    match kind.__module__.partition(".")[0], kind.__name__:
        case "pandas", "DataFrame":
            made = _pandas(periods)
        case "polars", "DataFrame":
            made = _of(periods, nw.Implementation.POLARS)
        case "pyarrow", "Table":
            made = _of(periods, nw.Implementation.PYARROW)
        case _:
            raise InvalidQueryError(
                f"Timelines are not made as a {kind.__name__}.",
                hint="Pass pandas.DataFrame, polars.DataFrame or pyarrow.Table.",
            )
    return made  # type: ignore[no-any-return]  # the frame of the kind that was asked for


def _of(table: FlatTable, implementation: nw.Implementation) -> object:
    names = [column.name for column in table.columns]
    schema = {column.name: _TYPES[column.kind] for column in table.columns}
    values = dict(zip(names, zip(*table.rows, strict=True), strict=True))
    return nw.from_dict(values, schema, backend=implementation).to_native()  # type: ignore[arg-type]


def _pandas(table: FlatTable) -> object:
    pandas = package("pandas", "To make a frame of pandas")
    series = {
        column.name: pandas.Series(values, dtype=_PANDAS_TYPES.get(column.kind))
        for column, values in zip(table.columns, zip(*table.rows, strict=True), strict=True)
    }
    return pandas.DataFrame(series)
