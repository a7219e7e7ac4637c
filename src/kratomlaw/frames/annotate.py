"""Which law applies to each row of a frame? What is asked is checked here; ``answering`` and ``lazily`` answer it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
from narwhals.stable.v2.typing import IntoFrameT

from ..client import default_instance
from ..data.snapshot import LawReader, Snapshot
from ..errors import InvalidQueryError
from ..law.dates import parse_on
from ..law.words import Product
from .answering import Answering, Task
from .engines import frame_of, ignores_case
from .lazily import annotate_lazy
from .outcomes import COLUMNS, DEFAULT_COLUMNS
from .row_questions import OURS, Asked

__all__ = ["annotate"]


def annotate(
    frame: IntoFrameT,
    *,
    place: str | None = None,
    code: str | None = None,
    country: str | None = None,
    state: str | None = None,
    county: str | None = None,
    city: str | None = None,
    postal_code: str | None = None,
    on: str | date | None = None,
    product: Product | str = "leaf",
    columns: Sequence[str] = DEFAULT_COLUMNS,
    prefix: str = "",
    law: LawReader | None = None,
    progress: bool = False,
) -> IntoFrameT:
    """Answer for each row of a frame whether kratom is legal, restricted or banned in its place on its day.

    Each distinct place is resolved once; the frame's own engine computes everything else. A lazy frame stays lazy:

    - Polars and Dask resolve places when they compute the rows, batch by batch and partition by partition; nothing is
      computed before.
    - Spark resolves ``place`` on its executors when it computes the rows, in batches of its Arrow size; nothing is
      computed before, and nothing collected on the driver. The executors need the same version of kratomlaw and
      PyArrow (before Spark 4.1 pandas too); the data of ``law`` travels with the plan. Spark Connect works alike.
    - DuckDB, and Spark for codes and parts of addresses, read up to 100,000 distinct places into Python at once, so
      that the source is computed once more: call ``cache()`` first if that is costly. Of more, DuckDB resolves its
      distinct places in batches when it computes the rows, and Spark on its executors, so that memory stays flat.

    Args:
        frame: A pandas, Polars (eager or lazy), PyArrow, DuckDB, Dask or PySpark frame. What its engine raises when
            the frame itself cannot be computed, such as a missing file, is raised as it is.
        place: The column of names or codes, as for ``lookup``.
        code: The column of exact codes, as in ``matched_code`` and ``decided_by``; instead of ``place``.
        country: The column of countries. This and the next four give the place in parts, instead of ``place``; a part
            that is null counts as not given.
        state: The column of states.
        county: The column of counties.
        city: The column of cities.
        postal_code: The column of postal codes.
        on: The column of days, one day for all rows, or None for today. Days are dates, timestamps (their calendar
            date in their own time zone counts) or texts such as ``"2026-11-23"``.
        product: ``"leaf"``, ``"extract"``, ``"7-oh"``, or the column of products.
        columns: The columns to add, from ``status``, ``sale``, ``possession``, ``min_age`` (whole years), ``since``,
            ``until`` (as precise as the evidence: ``"2026-07-01"``, ``"2026-07"``, ``"2026"``), ``decided_by`` (a
            code), ``certainty``, ``confidence``, ``reason`` (why the answer is not exact: a ``Reason`` or a
            ``RowReason``; null where it is exact), ``matched_code``, ``matched_level``, ``candidates`` and
            ``did_you_mean`` (codes, separated by ", "), ``unmatched``, ``verified_on`` (``"2026-11-23"``),
            ``evidence_through`` (as precise as the evidence) and ``dataset_version``. All but ``min_age`` are texts.
        prefix: A prefix for the names of the added columns.
        law: The instance to ask; None for the default instance.
        progress: Whether to show a bar while the distinct places are resolved, if standard error is a terminal and
            the frame is not resolved elsewhere. Needs rich.

    Returns:
        A frame of the same kind with the columns added. Each row has the answer of ``lookup``. Where ``lookup`` would
        raise, or something is null or blank, ``status``, ``sale`` and ``possession`` are unknown, ``reason`` is a
        ``RowReason``, and the other columns are null. No row is dropped or duplicated, no other column changed. pandas,
        Polars (eager and lazy) and PyArrow frames keep their order, pandas frames their index, and Dask frames both
        and their partitions. Relations of DuckDB and frames of Spark promise no order: sort by a column of yours.

    Raises:
        InvalidQueryError: A column is missing, exists already, has an unsuitable type or the name of another, or an
            argument is invalid.
        KratomLawError: A package is missing that the engine or the progress bar needs.
        DataError: The data cannot be used.

    Example:
        >>> import polars
        >>> orders = polars.DataFrame({"state": ["LA", "Ohio", None], "country": ["US", "US", "Greece"]})
        >>> found = annotate(orders, state="state", country="country", on="2026-01-15", columns=("status", "reason"))
        >>> found["status"].to_list(), found["reason"].to_list()
        (['banned', 'restricted', 'unknown'], [None, None, 'no-evidence'])
    """
    source = frame_of(frame)
    places = _given(
        place=place, code=code, country=country, state=state, county=county, city=city, postal_code=postal_code
    )
    if not places or (len(places) > 1 and (place is not None or code is not None)):
        raise InvalidQueryError(
            "The columns of the place must be given in exactly one way.",
            hint='Pass place="…", or code="…", or country="…", state="…".',
        )
    names = source.collect_schema().names()
    product_column, products = _products(product)
    with (law or default_instance()).at_one_version() as view:
        day_column, day = _day(on, names, view)
        asked = Asked(tuple(places.values()), day_column, product_column)
        _check_columns(asked, columns, prefix, names, ignores_case(source))
        task = Task(
            law=view,
            arguments=tuple(places),
            asked=asked,
            day=day,
            products=products,
            columns=tuple(columns),
            prefix=prefix,
            progress=progress,
        )
    annotated: nw.DataFrame[Any] | nw.LazyFrame[Any]
    if isinstance(source, nw.DataFrame):
        added = Answering(task).of_frame(source)
        annotated = source.with_columns(*(added[name] for name in added.columns))
    else:
        annotated = annotate_lazy(source, task)
    native: IntoFrameT = nw.to_native(annotated)
    return native


def _given(**columns: str | None) -> Mapping[str, str]:
    return {argument: column for argument, column in columns.items() if column is not None}


def _day(on: str | date | None, names: Sequence[str], law: Snapshot) -> tuple[str | None, date | None]:
    """The column of the days, or the day of all rows."""
    if isinstance(on, str) and on in names:
        return on, None
    try:
        return None, parse_on(on, today=law.today, zone=law.zone)
    except InvalidQueryError:
        if not isinstance(on, str):
            raise
        raise InvalidQueryError(
            f"{on!r} is neither a column of the frame nor a date.", hint=f"Its columns are {_listed(names)}."
        ) from None


def _products(product: Product | str) -> tuple[str | None, tuple[Product, ...]]:
    """The column of the products, and the products that rows may ask for."""
    known = tuple(Product)
    return (None, (Product(product),)) if product in known else (product, known)


def _check_columns(asked: Asked, columns: Sequence[str], prefix: str, names: Sequence[str], sql: bool) -> None:
    for name in asked.columns:
        if not isinstance(name, str):  # a caller without types, with a pandas frame whose columns have numbers
            raise InvalidQueryError(f"The column {name!r} is not named by text.", hint="Rename it.")
        if name not in names:
            raise InvalidQueryError(f"The frame has no column {name!r}.", hint=f"Its columns are {_listed(names)}.")
    for name in (*names, prefix):
        if isinstance(name, str) and name.casefold().startswith(OURS):
            raise InvalidQueryError(f"Names that begin with {OURS} are taken.", hint=f"Rename {name!r}.")
    if isinstance(columns, str) or not columns or len({*columns}) < len(columns):
        raise InvalidQueryError(
            "columns must list the columns to add, each once.", hint=f"Choose from {_listed(COLUMNS)}."
        )
    for name in columns:
        if name not in COLUMNS:
            raise InvalidQueryError(f"There is no column {name!r} to add.", hint=f"Choose from {_listed(COLUMNS)}.")
    # SQL engines treat names that differ only in case as the same.
    same = str.casefold if sql else str
    there = {same(name): name for name in names}
    for name in columns:
        if same(prefix + name) in there:
            raise InvalidQueryError(
                f"The frame already has a column {there[same(prefix + name)]!r}.",
                hint='Pass prefix="kratom_", or other columns.',
            )


def _listed(names: Iterable[object]) -> str:
    listed = [str(name) for name in names]  # pandas has columns named by numbers and by tuples
    return ", ".join(listed[:20]) + (", …" if len(listed) > 20 else "")
