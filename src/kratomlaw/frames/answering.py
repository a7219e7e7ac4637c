"""How do the rows of a frame in memory get their answers? By two small tables, computed by the frame's own engine.

The first table has one row for each distinct place and leads to its story, the second one row for each answer. A frame
that is computed in batches gets them batch by batch, and what was found for one batch is known for the next.
"""

import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import narwhals.stable.v2 as nw

from ..data.snapshot import Snapshot
from ..data.travel import unpacked
from ..export.packages import package
from ..law.words import Product
from .engines import Column, Frame, Table, grouped, joined, table_of
from .outcomes import NO_TEXT, OF_TEXTS, Outcomes, RowReason, Story, day_number, failure
from .row_questions import DAY, DAY_TEXT, NO_DAY, OURS, PRODUCT, Asked, days_of_texts, key_names, with_questions

__all__ = [
    "POSITION",
    "Answering",
    "Task",
    "added_kinds",
    "answers_table",
    "days_of",
    "position",
    "stories_table",
    "texts_only",
    "with_days_of_texts",
]

_T = TypeVar("_T")
_STORY, _FIRST, _STEP = f"{OURS}story", f"{OURS}first", f"{OURS}step_{{}}"
POSITION = f"{OURS}position"
_KEPT = 4
"""How many kinds of questions are kept with their answers in a process that got them from another."""


class Task(NamedTuple):
    """What is to be done, for any kind of frame."""

    law: Snapshot
    arguments: tuple[str, ...]
    asked: Asked
    day: date | None
    products: tuple[Product, ...]
    columns: tuple[str, ...]
    prefix: str
    progress: bool = False

    @property
    def added(self) -> list[str]:
        """The names of the added columns, in order."""
        return [self.prefix + name for name in self.columns]

    @property
    def of_texts(self) -> list[str]:
        """Those of the wanted columns that differ between texts of the same place."""
        return [name for name in self.columns if name in OF_TEXTS]

    def outcomes(self, between: tuple[date, date] = (date.min, date.max)) -> Outcomes:
        """The answers that rows may get, none of them found yet."""
        return Outcomes(
            self.law, self.arguments, on=self.day, products=self.products, columns=self.columns, between=between
        )

    def watch(self) -> Callable[[Sequence[int]], Iterable[int]]:
        """Shows how many of the places are done, where that is wanted and there is a terminal."""
        return _with_bar if self.progress and sys.stderr.isatty() else iter


class DayKind(NamedTuple):
    """How an engine compares days: as dates where it has them, else as numbers."""

    kind: type[nw.Date] | type[nw.Int32]
    """The type of their columns."""
    of: Callable[[date], date | int]
    """The value of a day."""


def _itself(day: date) -> date:
    return day


_DATES, _NUMBERS = DayKind(nw.Date, _itself), DayKind(nw.Int32, day_number)


def days_of(schema: Mapping[str, nw.dtypes.DType]) -> DayKind:
    """How days are compared in a frame of questions."""
    return _DATES if isinstance(schema.get(DAY), nw.Date) else _NUMBERS


class Answering:
    """The answers of a frame that is computed in one piece, or in batches by several threads or processes.

    Args:
        task: What is to be done.
    """

    def __init__(self, task: Task) -> None:
        self.task: Task = task
        self._outcomes: Outcomes | None = None
        self._found = threading.Lock()
        self._tables: dict[nw.Implementation, tuple[int, nw.DataFrame[Any]]] = {}

    def __reduce__(self) -> "tuple[Callable[..., Answering], tuple[object, ...]]":
        """Travel to where rows are computed, with all data that their answers need."""
        return _arrived, (self.task._replace(progress=False)[1:], *self.task.law.packed())

    def __dask_tokenize__(self) -> object:
        """What Dask knows it by."""
        task = self.task
        return type(self).__name__, task.law.packed(), str(task[1:])

    def of_frame(self, frame: "nw.DataFrame[Any]") -> "nw.DataFrame[Any]":
        """The added columns of a frame that is there as a whole, in the order of its rows."""
        return self._added(frame, whole=True)

    def of_batch(self, frame: "nw.DataFrame[Any]") -> "nw.DataFrame[Any]":
        """The added columns of some rows, in their order."""
        return self._added(frame, whole=False)

    def of_questions(self, questions: "nw.DataFrame[Any]") -> "nw.DataFrame[Any]":
        """The same for rows that were reduced by ``with_questions`` before."""
        return self._answered(questions, whole=False)

    def _added(self, frame: "nw.DataFrame[Any]", *, whole: bool) -> "nw.DataFrame[Any]":
        asked = self.task.asked
        return self._answered(
            with_questions(frame.select(asked.columns), asked, kept=[], zone=self.task.law.zone), whole=whole
        )

    def _answered(self, narrow: "nw.DataFrame[Any]", *, whole: bool) -> "nw.DataFrame[Any]":
        task, backend = self.task, narrow.implementation
        if DAY_TEXT in narrow.columns:
            texts, row_of = grouped(narrow.select(nw.col(DAY_TEXT).fill_null(NO_TEXT)), [DAY_TEXT])
            numbers: Table = {DAY: (nw.Int64, days_of_texts(texts[DAY_TEXT].to_list(), task.law.zone))}
            narrow = narrow.with_columns(table_of(numbers, backend)[DAY][row_of])
        distinct, row_of = grouped(narrow, key_names(task.asked))
        days = days_of(narrow.schema)
        with self._found:  # plain Python alone, so that no engine waits in it for threads that wait for it
            outcomes = self._outcomes if not whole else None
            if outcomes is None:
                outcomes = task.outcomes(_range(narrow) if whole else (date.min, date.max))
            self._outcomes = outcomes
            places = outcomes.resolve([distinct[key].to_list() for key in distinct.columns], task.watch())
            stories, length = list(outcomes.stories), outcomes.length
            known = None if whole else self._tables.get(backend)
            fresh = known is None or known[0] != length
            table: Table = answers_table(outcomes, task) if fresh else {}
        if known is None or fresh:
            known = length, table_of(table, backend)
            if not whole:
                self._tables[backend] = known
        answers = known[1]
        steps = table_of(stories_table(stories, days), backend)
        story = nw.new_series(_STORY, places.stories, nw.Int32, backend=backend)[row_of]
        rows = narrow.with_columns(*(steps[name][story] for name in steps.columns))
        for name, column in places.of_texts.items():
            rows = rows.with_columns(nw.new_series(OURS + name, column, nw.String, backend=backend)[row_of])
        width = max(len(story.steps) for story in stories)
        rows = rows.with_columns(**{POSITION: position(task, days, width)}, **texts_only(task, days))
        # Unsigned positions are faster to take rows by.
        taken = answers[rows[POSITION].cast(nw.UInt32)]
        return taken.with_columns(*(rows[task.prefix + name] for name in task.of_texts)).select(task.added)


def _arrived(task: tuple[Any, ...], packed: bytes, version: str) -> Answering:
    """The same in another process, made once there: every batch comes with it."""
    return _known(task, packed, version)


@lru_cache(maxsize=_KEPT)
def _known(task: tuple[Any, ...], packed: bytes, version: str) -> Answering:
    return Answering(Task(Snapshot(unpacked(packed, version)), *task))


def _range(narrow: "nw.DataFrame[Any]") -> tuple[date, date]:
    """The first and the last day that a frame asks about, so that no answer is looked for that no row needs."""
    if DAY not in narrow.columns:
        return date.min, date.max
    dates = isinstance(narrow.schema[DAY], nw.Date)
    days = narrow[DAY].cast(nw.Int32) if dates else narrow[DAY].drop_nulls()
    return _bound(days.min(), dates=dates, otherwise=date.min), _bound(days.max(), dates=dates, otherwise=date.max)


def _bound(number: int | None, *, dates: bool, otherwise: date) -> date:
    """The day of a number: of days since 1970, or one of ``day_number``."""
    if number is None:
        return otherwise
    try:
        if dates:
            return date(1970, 1, 1) + timedelta(days=int(number))
        return date(int(number) // 1000, 1, 1) + timedelta(days=int(number) % 1000 - 1)
    except (OverflowError, ValueError):  # a day that Python does not know, or no day
        return otherwise


def with_days_of_texts(frame: Frame, source: "nw.DataFrame[Any]", zone: tzinfo | None) -> Frame:
    """Read the days that are texts: each distinct one of a source once."""
    texts = source[DAY_TEXT].drop_nulls().unique().to_list()
    return joined(frame, {DAY_TEXT: (nw.String, texts), DAY: (nw.Int32, days_of_texts(texts, zone))}, on=DAY_TEXT)


def stories_table(stories: Sequence[Story], days: DayKind) -> Table:
    """The first span of each story, and the days after which it moves to the next."""
    width = max(len(story.steps) for story in stories)
    never = days.of(date.max)
    value = {step: days.of(step) for step in {step for story in stories for step in story.steps}}
    table: dict[str, Column] = {_FIRST: (nw.Int32, [story.first for story in stories])}
    for index in range(width):
        steps = [value[story.steps[index]] if index < len(story.steps) else never for story in stories]
        table[_STEP.format(index)] = days.kind, steps
    return table


def answers_table(outcomes: Outcomes, task: Task) -> Table:
    """The columns of each answer."""
    return {task.prefix + name: (_kind(name), list(values)) for name, values in outcomes.answers.items()} or {
        POSITION: (nw.Int32, range(outcomes.length))
    }


def added_kinds(task: Task) -> dict[str, type[nw.String] | type[nw.Int64]]:
    """The names and types of the added columns."""
    return {task.prefix + name: _kind(name) for name in task.columns}


def _kind(name: str) -> type[nw.String] | type[nw.Int64]:
    return nw.Int64 if name == "min_age" else nw.String


def position(task: Task, days: DayKind, width: int) -> nw.Expr:
    """The position of the answer of a row in the table of answers."""
    span = nw.col(_FIRST)
    for index in range(width if task.asked.on else 0):
        span = span + (nw.col(DAY) > nw.col(_STEP.format(index))).cast(nw.Int32)
    span = span.fill_null(failure(RowReason.NOT_RESOLVED))
    for fails, reason in reversed(_failures(task, days)):
        span = nw.when(fails).then(nw.lit(failure(reason))).otherwise(span)
    if task.asked.product is None:
        return span
    return span * len(task.products) + nw.when(nw.col(PRODUCT) > 0).then(nw.col(PRODUCT)).otherwise(nw.lit(0))


def _failures(task: Task, days: DayKind) -> list[tuple[nw.Expr, RowReason]]:
    """Which rows cannot be answered, wherever their place is, and why; the first reason that applies counts."""
    found: list[tuple[nw.Expr, RowReason]] = []
    if task.asked.product:
        found.append((nw.col(PRODUCT).is_null(), RowReason.NO_PRODUCT))
        found.append((nw.col(PRODUCT) < 0, RowReason.INVALID_QUERY))
    if task.asked.on:
        found.append((nw.col(DAY).is_null(), RowReason.NO_DATE))
        # Engines have days after the year 9999, Python has not.
        found.append((nw.col(DAY) > days.of(date.max), RowReason.INVALID_QUERY))
        if days is _NUMBERS:
            found.append((nw.col(DAY) == NO_DAY, RowReason.INVALID_QUERY))
    return found


def texts_only(task: Task, days: DayKind) -> dict[str, nw.Expr]:
    """The columns that differ between texts of a place, in rows that can be answered."""
    found: dict[str, nw.Expr] = {}
    for name in task.of_texts:
        column = nw.col(OURS + name)
        for fails, _ in _failures(task, days):
            column = nw.when(~fails).then(column)
        found[task.prefix + name] = column
    return found


def _with_bar(keys: Iterable[_T]) -> Iterable[_T]:
    """The same, with a bar on the terminal that shows how many are done."""
    console = package("rich.console", "To show progress").Console(stderr=True)
    bar: Iterable[_T] = package("rich.progress", "To show progress").track(
        keys, description="resolving places", console=console, transient=True
    )
    return bar
