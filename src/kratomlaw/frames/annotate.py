"""Which law applies to each row of a frame? Two joins with small tables, computed by the frame's own engine.

Both tables have one row for each key, so that a join can neither drop nor duplicate a row. The first leads from a place
to its first answer and to the days on which it changes, the second from the answer's position to its columns.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

import narwhals.stable.v2 as nw
from narwhals.stable.v2.typing import IntoFrameT

from ..data.snapshot import LawReader
from ..errors import InvalidQueryError
from ..export.packages import package
from ..law.dates import parse_on
from ..law.words import Product
from .engines import Column, Frame, Table, collected, frame_of, ignores_case, joined, table_of
from .outcomes import COLUMNS, DEFAULT_COLUMNS, UNMATCHED, Outcomes, RowReason, day_number, failure, resolve
from .row_questions import DAY, DAY_TEXT, NO_DAY, PRODUCT, Asked, days_of_texts, key_names, with_questions

__all__ = ["annotate"]

_T = TypeVar("_T")
_OURS = "_kratomlaw_"
"""What the names of our columns begin with while a frame is annotated."""
_ROW, _POSITION = f"{_OURS}row", f"{_OURS}position"
_FIRST, _STEP, _UNMATCHED = f"{_OURS}first", f"{_OURS}step_{{}}", f"{_OURS}unmatched"


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

    Only the distinct places, and the distinct dates where dates are text, are read into Python; the frame's own engine
    computes everything else. A lazy frame stays lazy, but its source is computed once to find the distinct places:
    call ``persist()`` or ``cache()`` first if that is costly.

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
            code), ``certainty``, ``confidence``, ``reason``, ``matched_code``, ``matched_level``, ``unmatched``,
            ``verified_on`` (``"2026-11-23"``) and ``dataset_version``. All but ``min_age`` are texts.
        prefix: A prefix for the names of the added columns.
        law: The instance to ask; None for the default instance.
        progress: Whether to show a bar while the distinct places are resolved, if standard error is a terminal.
            Needs rich.

    Returns:
        A frame of the same kind with the columns added. Each row has the answer of ``lookup``. Where ``lookup`` would
        raise, or something is null or blank, ``status``, ``sale`` and ``possession`` are unknown, ``reason`` is a
        ``RowReason``, and the other columns are null. No row is dropped or duplicated. pandas, Polars and PyArrow
        frames keep their order, and pandas frames their index.

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
    day_column, day = _day(on, names)
    product_column, products = _products(product)
    asked = Asked(tuple(places.values()), day_column, product_column)
    _check_columns(asked, columns, prefix, names, ignores_case(source))
    task = _Task(
        law=law,
        arguments=tuple(places),
        asked=asked,
        day=day,
        products=products,
        columns=tuple(columns),
        prefix=prefix,
        progress=progress,
    )
    annotated = _annotate_eager(source, task) if isinstance(source, nw.DataFrame) else _annotate_lazy(source, task)
    native: IntoFrameT = nw.to_native(annotated)
    return native


class DayKind(NamedTuple):
    """How an engine compares days: as dates where it has them, else as numbers."""

    kind: type[nw.Date] | type[nw.Int32]
    """The type of their columns."""
    of: Callable[[date], date | int]
    """The value of a day."""


def _itself(day: date) -> date:
    return day


DATES, NUMBERS = DayKind(nw.Date, _itself), DayKind(nw.Int32, day_number)


class _Task(NamedTuple):
    """What is to be done, for any kind of frame."""

    law: LawReader | None
    arguments: tuple[str, ...]
    asked: Asked
    day: date | None
    products: tuple[Product, ...]
    columns: tuple[str, ...]
    prefix: str
    progress: bool

    @property
    def added(self) -> list[str]:
        """The names of the added columns, in order."""
        return [self.prefix + name for name in self.columns]


def _annotate_eager(frame: "nw.DataFrame[Any]", task: _Task) -> "nw.DataFrame[Any]":
    """Find the answers from the columns of the question alone, and add them to the unchanged frame."""
    narrow = frame.select(task.asked.columns).with_row_index(_ROW)
    positions, outcomes = _with_positions(narrow, task, kept=[_ROW])
    positions = positions.sort(_ROW)  # the rows of a join may come in any order
    position = positions[_POSITION].cast(nw.UInt32)  # unsigned positions are faster to take rows by
    answers = table_of(_answers_table(outcomes, task), frame.implementation)[position]
    columns = {name: answers[name] for name in answers.columns if name != _POSITION}
    if UNMATCHED in task.columns:
        columns[task.prefix + UNMATCHED] = positions[task.prefix + UNMATCHED]
    return frame.with_columns(*(columns[name] for name in task.added))


def _annotate_lazy(frame: "nw.LazyFrame[Any]", task: _Task) -> "nw.LazyFrame[Any]":
    names = frame.collect_schema().names()
    positions, outcomes = _with_positions(frame, task, kept=names)
    return joined(positions, _answers_table(outcomes, task), on=_POSITION).select(*names, *task.added)


def _with_positions(frame: Frame, task: _Task, kept: Sequence[str]) -> tuple[Frame, Outcomes]:
    """Resolve the places of a frame, and add to each row the position of its answer in the table of answers."""
    frame = with_questions(frame, task.asked, kept)
    keys = key_names(task.asked)
    schema = frame.collect_schema()
    days = DATES if DAY in schema and isinstance(schema[DAY], nw.Date) else NUMBERS
    distinct = collected(frame.select(*keys).unique())
    outcomes = resolve(
        task.law,
        list(zip(*(distinct[key].to_list() for key in keys), strict=True)),
        task.arguments,
        on=task.day,
        products=task.products,
        columns=task.columns,
        watch=_with_bar if task.progress and sys.stderr.isatty() else iter,
    )
    if DAY_TEXT in schema:
        texts = collected(frame.select(DAY_TEXT).drop_nulls().unique())[DAY_TEXT].to_list()
        frame = joined(frame, {DAY_TEXT: (nw.String, texts), DAY: (nw.Int32, days_of_texts(texts))}, on=DAY_TEXT)
    frame = joined(frame, _places_table(keys, outcomes, task, days), on=keys)
    found = {_POSITION: _position(outcomes, task, days).cast(nw.Int32)}
    if UNMATCHED in task.columns:
        found[task.prefix + UNMATCHED] = _unmatched(task, days)
    return frame.with_columns(**found).select(*kept, *found), outcomes


def _places_table(keys: Sequence[str], outcomes: Outcomes, task: _Task, days: DayKind) -> Table:
    """The first answer of each distinct place, and the days after which it changes to the next."""
    texts = list(zip(*outcomes.keys, strict=True)) or [()] * len(keys)
    table: dict[str, Column] = {key: (nw.String, column) for key, column in zip(keys, texts, strict=True)}
    table[_FIRST] = nw.Int32, outcomes.first
    for index in range(outcomes.width):
        table[_STEP.format(index)] = days.kind, [days.of(steps[index]) for steps in outcomes.steps]
    if UNMATCHED in task.columns:
        table[_UNMATCHED] = nw.String, outcomes.unmatched
    return table


def _answers_table(outcomes: Outcomes, task: _Task) -> Table:
    """The columns of each answer, with its position."""
    table: dict[str, Column] = {
        task.prefix + name: (nw.Int64 if name == "min_age" else nw.String, values)
        for name, values in outcomes.answers.items()
    }
    return {_POSITION: (nw.Int32, range(outcomes.length)), **table}


def _position(outcomes: Outcomes, task: _Task, days: DayKind) -> nw.Expr:
    """The position of the answer of a row in the table of answers."""
    span = nw.col(_FIRST)
    for index in range(outcomes.width):
        span = span + (nw.col(DAY) > nw.col(_STEP.format(index))).cast(nw.Int32)
    span = span.fill_null(failure(RowReason.NOT_RESOLVED))
    for fails, reason in reversed(_failures(task, days)):
        span = nw.when(fails).then(nw.lit(failure(reason))).otherwise(span)
    if task.asked.product is None:
        return span
    return span * len(task.products) + nw.when(nw.col(PRODUCT) > 0).then(nw.col(PRODUCT)).otherwise(nw.lit(0))


def _failures(task: _Task, days: DayKind) -> list[tuple[nw.Expr, RowReason]]:
    """Which rows cannot be answered, wherever their place is, and why; the first reason that applies counts."""
    found: list[tuple[nw.Expr, RowReason]] = []
    if task.asked.product:
        found.append((nw.col(PRODUCT).is_null(), RowReason.NO_PRODUCT))
        found.append((nw.col(PRODUCT) < 0, RowReason.INVALID_QUERY))
    if task.asked.on:
        found.append((nw.col(DAY).is_null(), RowReason.NO_DATE))
        # Engines have days after the year 9999, Python has not.
        found.append((nw.col(DAY) > days.of(date.max), RowReason.INVALID_QUERY))
    if task.asked.on and days is NUMBERS:
        found.append((nw.col(DAY) == NO_DAY, RowReason.INVALID_QUERY))
    return found


def _unmatched(task: _Task, days: DayKind) -> nw.Expr:
    """The locality without a record, in rows that can be answered."""
    unmatched = nw.col(_UNMATCHED)
    for fails, _ in _failures(task, days):
        unmatched = nw.when(~fails).then(unmatched)
    return unmatched


def _with_bar(keys: Iterable[_T]) -> Iterable[_T]:
    """The same, with a bar on the terminal that shows how many are done."""
    console = package("rich.console", "To show progress").Console(stderr=True)
    bar: Iterable[_T] = package("rich.progress", "To show progress").track(
        keys, description="resolving places", console=console, transient=True
    )
    return bar


def _given(**columns: str | None) -> Mapping[str, str]:
    return {argument: column for argument, column in columns.items() if column is not None}


def _day(on: str | date | None, names: Sequence[str]) -> tuple[str | None, date | None]:
    """The column of the days, or the day of all rows."""
    if isinstance(on, str) and on in names:
        return on, None
    try:
        return None, parse_on(on, today=date.today())
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
        if isinstance(name, str) and name.casefold().startswith(_OURS):
            raise InvalidQueryError(f"Names that begin with {_OURS} are taken.", hint=f"Rename {name!r}.")
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
