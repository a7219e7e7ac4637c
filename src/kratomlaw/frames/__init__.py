"""How are whole columns of addresses answered? For pandas, Polars, PyArrow, DuckDB, Dask and PySpark alike.

Needs the extra ``frames``: ``python -m pip install 'kratomlaw[frames]'``.

>>> import polars
>>> from kratomlaw.frames import annotate
>>> orders = polars.DataFrame({"ship_to": ["New Orleans, LA", "Georgia"], "sold_on": ["2026-01-15", "2026-01-15"]})
>>> annotate(orders, place="ship_to", on="sold_on", columns=("status", "reason")).rows()
[('New Orleans, LA', '2026-01-15', 'banned', None), ('Georgia', '2026-01-15', 'unknown', 'ambiguous-place')]
"""

from .annotate import annotate
from .outcomes import DEFAULT_COLUMNS, RowReason
from .timelines import timelines

__all__ = ["DEFAULT_COLUMNS", "RowReason", "annotate", "timelines"]
