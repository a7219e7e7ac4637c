"""May the order in each row of a frame be sent? One decision for each distinct question, joined by the frame's engine.

A question is all that a decision depends on: place, days, product and age. The table of decisions has one row for each,
so that the join can neither drop nor duplicate a row of the frame.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

import narwhals.stable.v2 as nw
from narwhals.stable.v2.typing import IntoFrameT

from ..client import default_instance
from ..data.snapshot import LawReader, Snapshot
from ..errors import AmbiguousPlaceError, InvalidQueryError, UnknownPlaceError
from ..law.arguments import parse_product, parse_word
from ..law.dates import parse_on
from ..law.decisions import Act, Decision, parse_age, parse_policy
from ..law.policy import Outcome, Policy
from ..law.words import Product
from .engines import Column, Frame, Table, collected, frame_of, ignores_case, joined
from .outcomes import NO_TEXT, NOT_TEXT, RowReason
from .row_questions import DAY, DAY_TEXT, PRODUCT, Asked, key_names, with_questions

__all__ = ["DECISION_COLUMNS", "decide"]

_ROW, _ON, _ARRIVES, _OF, _AGE = (f"kratomlaw_{name}" for name in ("row", "on", "arrives", "of", "age"))
_Value = str | int | None
_T = TypeVar("_T")


def _codes(decision: Decision) -> str:
    return ", ".join(reason.code for reason in decision.reasons)


def _kinds(decision: Decision) -> str | None:
    return ", ".join(dict.fromkeys(condition.kind.value for condition in decision.requirements)) or None


def _evidence(decision: Decision) -> str | None:
    dates = [answer.evidence_through for answer in decision.answers]
    known = [day for day in dates if day is not None]
    return str(min(known, key=lambda day: day.earliest)) if len(known) == len(dates) else None


_COLUMNS: Mapping[str, Callable[[Decision], _Value]] = {
    "outcome": lambda decision: decision.outcome.value,
    "reasons": _codes,
    "min_age": lambda decision: decision.min_age,
    "because": lambda decision: decision.reasons[0].text,
    "requirements": _kinds,
    "matched_code": lambda decision: decision.jurisdiction.code,
    "evidence_through": _evidence,
    "dataset_version": lambda decision: decision.dataset_version,
}
"""The columns that can be added, and how they are read from a decision."""

DECISION_COLUMNS = ("outcome", "reasons", "min_age")
"""The columns that are added where none are named."""


def decide(
    frame: IntoFrameT,
    *,
    place: str | None = None,
    code: str | None = None,
    country: str | None = None,
    state: str | None = None,
    county: str | None = None,
    city: str | None = None,
    postal_code: str | None = None,
    act: Act | str = "ship",
    on: str | date | None = None,
    arrives: str | date | None = None,
    product: Product | str = "leaf",
    age: str | int | None = None,
    policy: Policy | None = None,
    columns: Sequence[str] = DECISION_COLUMNS,
    prefix: str = "",
    law: LawReader | None = None,
) -> IntoFrameT:
    """Decide for each row of a frame whether kratom may be sent to, sold in or held in its place.

    The distinct questions (place, days, product, age) are read into Python and decided once each; the frame's own
    engine joins the decisions to the rows. A lazy frame stays lazy, but its source is computed once to find them: call
    ``persist()`` or ``cache()`` first if that is costly.

    Args:
        frame: A pandas, Polars (eager or lazy), PyArrow, DuckDB, Dask or PySpark frame.
        place: The column of names or codes, as for ``annotate``.
        code: The column of exact codes, instead of ``place``.
        country: The column of countries. This and the next four give the place in parts, instead of ``place``.
        state: The column of states.
        county: The column of counties.
        city: The column of cities.
        postal_code: The column of postal codes.
        act: ``"ship"``, ``"sell"`` or ``"possess"``, for all rows.
        on: The column of the first days (of dispatch), one day for all rows, or None for today.
        arrives: The column of the last days (of arrival), one day for all rows, or None for the first day alone.
        product: ``"leaf"``, ``"extract"``, ``"7-oh"``, or the column of products.
        age: The column of ages in whole years, one age for all rows, or None where it is not known. Null counts as not
            known.
        policy: What each finding leads to; None for the default policy.
        columns: The columns to add, from ``outcome`` (``allow``, ``review``, ``refuse``), ``reasons`` (their codes, the
            strongest first, separated by ", "), ``min_age`` (whole years), ``because`` (the strongest reason as a
            sentence), ``requirements`` (kinds of conditions), ``matched_code``, ``evidence_through`` and
            ``dataset_version``. All but ``min_age`` are texts.
        prefix: A prefix for the names of the added columns.
        law: The instance to ask; None for the default instance.

    Returns:
        A frame of the same kind with the columns added; each row has what ``kratomlaw.decide`` says. Where it would
        raise, or a place, day or product is null, ``outcome`` is ``refuse``, ``reasons`` is a ``RowReason``, and the
        other columns are null. No row is dropped or duplicated, no column changed. pandas, Polars and PyArrow frames
        keep their order, and pandas frames their index.

    Raises:
        InvalidQueryError: A column is missing, exists already or has an unsuitable type, or an argument is invalid.
        KratomLawError: A package is missing that the engine needs.
        DataError: The data cannot be used.

    Example:
        >>> import polars
        >>> orders = polars.DataFrame({"to": ["New Orleans, LA", "Georgia"], "age": [30, None]})
        >>> decide(orders, place="to", age="age", on="2026-10-01")["outcome", "reasons"].rows()
        [('refuse', 'banned'), ('refuse', 'ambiguous-place')]
    """
    source = frame_of(frame)
    names = source.collect_schema().names()
    given = {
        "place": place,
        "code": code,
        "country": country,
        "state": state,
        "county": county,
        "city": city,
        "postal_code": postal_code,
    }
    places = {argument: column for argument, column in given.items() if column is not None}
    if not places or (len(places) > 1 and (place is not None or code is not None)):
        raise InvalidQueryError(
            "The columns of the place must be given in exactly one way.",
            hint='Pass place="…", or code="…", or country="…", state="…".',
        )
    asked = _Asked(
        places=places,
        on=_column_or(on, names, _day),
        arrives=_column_or(arrives, names, _day),
        product=_column_or(product, names, parse_product),
        age=_column_or(age, names, parse_age),
        act=parse_word(Act, act),
        policy=parse_policy(policy),
    )
    _check(asked, columns, prefix, names, ignores_case(source))
    added = [prefix + name for name in columns]
    with (law or default_instance()).at_one_version() as view:
        decided: nw.DataFrame[Any] | nw.LazyFrame[Any]
        if isinstance(source, nw.DataFrame):
            decided = _decide_eager(source, view, asked, columns, added)
        else:
            decided = _decide_lazy(source, view, asked, columns, added)
    native: IntoFrameT = nw.to_native(decided)
    return native


class _Fixed(NamedTuple, Generic[_T]):
    """A value for all rows."""

    value: _T


class _Asked(NamedTuple):
    """What the rows ask: columns by name, or constants."""

    places: Mapping[str, str]
    on: str | _Fixed[date | None]
    arrives: str | _Fixed[date | None]
    product: str | _Fixed[Product]
    age: str | _Fixed[int | None]
    act: Act
    policy: Policy

    @property
    def columns(self) -> list[str]:
        """All columns that are read, each once."""
        named = (*self.places.values(), self.on, self.arrives, self.product, self.age)
        return list(dict.fromkeys(name for name in named if isinstance(name, str)))


class _Kinds(NamedTuple):
    """How the days of a frame are written as text: ``date``, ``number`` or ``text``."""

    on: str
    arrives: str


def _decide_eager(
    frame: "nw.DataFrame[Any]", law: Snapshot, asked: _Asked, columns: Sequence[str], added: Sequence[str]
) -> "nw.DataFrame[Any]":
    """Decide from the columns of the question alone, and add the decisions to the unchanged frame."""
    narrow, kinds = _questions(frame.select(asked.columns).with_row_index(_ROW), asked, [_ROW])
    table = _decisions(narrow, law, asked, kinds, columns, added)
    rows = joined(narrow, table, on=_keys(asked)).sort(_ROW)  # the rows of a join may come in any order
    return frame.with_columns(*(rows[name] for name in added))


def _decide_lazy(
    frame: "nw.LazyFrame[Any]", law: Snapshot, asked: _Asked, columns: Sequence[str], added: Sequence[str]
) -> "nw.LazyFrame[Any]":
    names = frame.collect_schema().names()
    in_order = frame.implementation.is_polars()
    if in_order:
        native: Any = frame.to_native()
        frame = nw.from_native(native.with_row_index(_ROW))
    kept = [_ROW, *names] if in_order else names
    questions, kinds = _questions(frame, asked, kept)
    table = _decisions(questions, law, asked, kinds, columns, added)
    rows = joined(questions, table, on=_keys(asked))
    if in_order:
        rows = rows.sort(_ROW)
    # A lazy frame may produce a question that it did not have when its distinct questions were read.
    failed = {
        new: nw.col(new).fill_null(_failed(name, RowReason.NOT_RESOLVED))
        for name, new in zip(columns, added, strict=True)
        if name in ("outcome", "reasons")
    }
    return rows.with_columns(**failed).select(*names, *added)


def _keys(asked: _Asked) -> list[str]:
    """The columns of ours that make a question."""
    named = {_ON: asked.on, _ARRIVES: asked.arrives, _OF: asked.product, _AGE: asked.age}
    return [
        *key_names(Asked(tuple(asked.places.values()), None, None)),
        *(name for name, column in named.items() if isinstance(column, str)),
    ]


def _questions(frame: Frame, asked: _Asked, kept: Sequence[str]) -> tuple[Frame, _Kinds]:
    """Reduce a frame to what is kept and what its rows ask, as texts."""
    on, arrives, product, age = (
        value if isinstance(value, str) else None for value in (asked.on, asked.arrives, asked.product, asked.age)
    )
    ours: list[str] = []
    if age:
        _check_ages(frame, age)
        frame = frame.with_columns(**{_AGE: _as_text(nw.col(age))})
        ours.append(_AGE)
    question = Asked(tuple(asked.places.values()), on, product)
    # What the second step reads has to be there after the first.
    read: list[str] = [arrives] if arrives and arrives not in kept else []
    frame = with_questions(frame, question, [*kept, *read, *ours])
    ours += key_names(question)
    kind_on = kind_arrives = ""
    if on:
        frame, kind_on = _with_day(frame, _ON)
        ours.append(_ON)
    if product:
        frame = frame.with_columns(**{_OF: _as_text(nw.col(PRODUCT))})
        ours.append(_OF)
    if arrives:
        frame = with_questions(frame, Asked((), arrives, None), [*kept, *ours])
        frame, kind_arrives = _with_day(frame, _ARRIVES)
        ours.append(_ARRIVES)
    return frame.select(*kept, *ours), _Kinds(kind_on, kind_arrives)


def _with_day(frame: Frame, name: str) -> tuple[Frame, str]:
    """Write the day of a question as text, whatever the engine has it as."""
    schema = frame.collect_schema()
    day = DAY if DAY in schema else DAY_TEXT
    kind = "text" if day == DAY_TEXT else "date" if isinstance(schema[DAY], nw.Date) else "number"
    return frame.with_columns(**{name: _as_text(nw.col(day))}), kind


def _as_text(column: nw.Expr) -> nw.Expr:
    return nw.when(~column.is_null()).then(column.cast(nw.String)).otherwise(nw.lit(NO_TEXT))


def _check_ages(frame: Frame, column: str) -> None:
    kind = frame.collect_schema()[column]
    if kind.is_numeric() or not collected(frame.select(nw.col(column).count())).item():
        return
    raise InvalidQueryError(
        f"The column {column!r} has the type {kind}.", hint="It should contain ages in whole years, as numbers."
    )


def _decisions(
    questions: Frame,
    law: Snapshot,
    asked: _Asked,
    kinds: _Kinds,
    columns: Sequence[str],
    added: Sequence[str],
) -> Table:
    """The table of all distinct questions and their decisions."""
    keys = _keys(asked)
    distinct = collected(questions.select(*keys).unique())
    texts = [distinct[key].to_list() for key in keys]
    found = [
        _decided(law, asked, kinds, dict(zip(keys, question, strict=True)), columns)
        for question in zip(*texts, strict=True)
    ]
    table: dict[str, Column] = {key: (nw.String, text) for key, text in zip(keys, texts, strict=True)}
    for place, (name, new) in enumerate(zip(columns, added, strict=True)):
        table[new] = nw.Int64 if name == "min_age" else nw.String, [row[place] for row in found]
    return table


def _decided(
    law: Snapshot, asked: _Asked, kinds: _Kinds, question: Mapping[str, str], columns: Sequence[str]
) -> list[_Value]:
    """The columns of one question."""
    parts = {
        argument: question[key]
        for argument, key in zip(asked.places, key_names(Asked(tuple(asked.places), None, None)), strict=True)
        if question[key] != NO_TEXT
    }
    try:
        _check_place(parts)
        decision = law.decide(
            parts.get("place"),
            code=parts.get("code"),
            country=parts.get("country"),
            state=parts.get("state"),
            county=parts.get("county"),
            city=parts.get("city"),
            postal_code=parts.get("postal_code"),
            act=asked.act,
            product=asked.product.value if isinstance(asked.product, _Fixed) else _product_of(question[_OF]),
            on=asked.on.value if isinstance(asked.on, _Fixed) else _day_of(question[_ON], kinds.on),
            arrives=asked.arrives.value
            if isinstance(asked.arrives, _Fixed)
            else _day_of(question[_ARRIVES], kinds.arrives),
            age=asked.age.value if isinstance(asked.age, _Fixed) else _age_of(question[_AGE]),
            policy=asked.policy,
        )
    except _NotDecidedError as error:
        reason = error.reason
    except UnknownPlaceError:
        reason = RowReason.UNKNOWN_PLACE
    except AmbiguousPlaceError:
        reason = RowReason.AMBIGUOUS_PLACE
    except InvalidQueryError:
        reason = RowReason.INVALID_QUERY
    else:
        return [_COLUMNS[name](decision) for name in columns]
    return [_failed(name, reason) for name in columns]


class _NotDecidedError(Exception):
    """A row cannot be decided."""

    def __init__(self, reason: RowReason) -> None:
        super().__init__(reason)
        self.reason: RowReason = reason


def _check_place(parts: Mapping[str, str]) -> None:
    if not parts:
        raise _NotDecidedError(RowReason.NO_PLACE)
    if NOT_TEXT in parts.values():
        raise _NotDecidedError(RowReason.INVALID_QUERY)


def _failed(name: str, reason: RowReason) -> _Value:
    """The value of a column where a row cannot be decided."""
    return {"outcome": Outcome.REFUSE.value, "reasons": reason.value}.get(name)


def _day_of(text: str, kind: str) -> date:
    if text == NO_TEXT:
        raise _NotDecidedError(RowReason.NO_DATE)
    try:
        if kind == "text":
            return parse_on(text, today=date.min)
        if kind == "date":
            return date.fromisoformat(text)
        number = int(float(text))  # pandas makes numbers with a point of a column with nulls
        return date(number // 1000, 1, 1) + timedelta(days=number % 1000 - 1)
    except (ValueError, OverflowError):  # also our own error, and days that Python does not know
        raise _NotDecidedError(RowReason.INVALID_QUERY) from None


def _product_of(text: str) -> Product:
    if text == NO_TEXT:
        raise _NotDecidedError(RowReason.NO_PRODUCT)
    position = int(float(text))
    if position < 0:
        raise _NotDecidedError(RowReason.INVALID_QUERY)
    return list(Product)[position]


def _age_of(text: str) -> int | None:
    if text == NO_TEXT:
        return None
    try:
        years = float(text)
        if years != int(years):
            raise _NotDecidedError(RowReason.INVALID_QUERY)
        return int(years)
    except (ValueError, OverflowError):
        raise _NotDecidedError(RowReason.INVALID_QUERY) from None


def _day(value: object) -> date | None:
    """A day for all rows; None for today, or for the first day."""
    return None if value is None else parse_on(value, today=date.min)  # type: ignore[arg-type]  # it checks


def _column_or(value: object, names: Sequence[str], parse: Callable[[Any], _T]) -> str | _Fixed[_T]:
    """The name of a column, or a constant.

    Raises:
        InvalidQueryError: It is neither.
    """
    if isinstance(value, str) and value in names:
        return value
    try:
        return _Fixed(parse(value))
    except InvalidQueryError as error:
        if not isinstance(value, str):
            raise
        raise InvalidQueryError(
            f"{value[:40]!r} is not a column of the frame. {error.message}", hint=f"Its columns are {_listed(names)}."
        ) from None


def _check(asked: _Asked, columns: Sequence[str], prefix: str, names: Sequence[str], sql: bool) -> None:
    for name in asked.columns:
        if name not in names:
            raise InvalidQueryError(f"The frame has no column {name!r}.", hint=f"Its columns are {_listed(names)}.")
    for name in (*names, prefix):
        if name.casefold().startswith("kratomlaw_"):
            raise InvalidQueryError("Names that begin with kratomlaw_ are taken.", hint=f"Rename {name!r}.")
    if isinstance(columns, str) or not columns or len({*columns}) < len(columns):
        raise InvalidQueryError(
            "columns must list the columns to add, each once.", hint=f"Choose from {_listed(_COLUMNS)}."
        )
    same = str.casefold if sql else str  # SQL engines treat names that differ only in case as the same
    there = {same(name): name for name in names}
    for name in columns:
        if name not in _COLUMNS:
            raise InvalidQueryError(f"There is no column {name!r} to add.", hint=f"Choose from {_listed(_COLUMNS)}.")
        if same(prefix + name) in there:
            raise InvalidQueryError(
                f"The frame already has a column {there[same(prefix + name)]!r}.",
                hint='Pass prefix="kratom_", or other columns.',
            )


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:20]) + (", …" if len(listed) > 20 else "")
