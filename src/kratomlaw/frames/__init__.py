"""How do whole columns of addresses get answers? In pandas, Polars, PyArrow, DuckDB, Dask and PySpark alike.

Needs the extra ``frames``.

>>> import polars
>>> from kratomlaw.frames import annotate
>>> orders = polars.DataFrame({"ship_to": ["New Orleans, LA", "Georgia"], "sold_on": ["2026-01-15", "2026-01-15"]})
>>> annotate(orders, place="ship_to", on="sold_on", columns=("status", "reason")).rows()
[('New Orleans, LA', '2026-01-15', 'banned', None), ('Georgia', '2026-01-15', 'unknown', 'ambiguous-place')]
"""

try:
    from .annotate import annotate
except ModuleNotFoundError as _missing:
    if (_missing.name or "").partition(".")[0] != "narwhals":
        raise
    from ..install import install

    raise ModuleNotFoundError(
        f"kratomlaw.frames needs one more package: {install('frames')}", name="narwhals"
    ) from None
from .decide_rows import DECISION_COLUMNS, decide
from .outcomes import DEFAULT_COLUMNS, RowReason
from .timeline_frame import timelines

__all__ = ["DECISION_COLUMNS", "DEFAULT_COLUMNS", "RowReason", "annotate", "decide", "timelines"]
