"""How do frames get their answers that are not computed yet? Where the engine computes the rows, when it does.

Polars and Dask hand their batches to Python in the process that computes them, Spark on its executors: nothing is
computed or collected before. SQL engines join few distinct places with small tables, which have one row for each key,
so that a join can neither drop nor duplicate a row; of many distinct places they ask Python in batches too.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw

from ..export.packages import package
from .answering import (
    POSITION,
    Answering,
    Task,
    added_kinds,
    answers_table,
    days_of,
    position,
    stories_table,
    texts_only,
    with_days_of_texts,
)
from .engines import Column, collected, joined
from .outcomes import NO_TEXT, Places, Story
from .row_questions import DAY_TEXT, OURS, PRODUCT, key_names, with_questions

__all__ = ["MOST_KEPT", "annotate_lazy"]

MOST_KEPT = 100_000
"""How many distinct places of an SQL engine are brought to Python at most, so that its memory stays flat."""
_NEEDS = "To annotate a lazy frame"
_ADDED = f"{OURS}added"
_EPOCH = date(1970, 1, 1).toordinal()
_AFTER_ALL = date.max.toordinal() + 1 - _EPOCH
_DUCKDB_TYPES = {nw.String: "VARCHAR", nw.Int64: "BIGINT"}


def annotate_lazy(frame: "nw.LazyFrame[Any]", task: Task) -> "nw.LazyFrame[Any]":
    """Add the columns to a frame that is computed later.

    Raises:
        InvalidQueryError: A column has an unsuitable type.
        KratomLawError: A package is missing that the engine needs.
    """
    names = frame.collect_schema().names()
    questions = with_questions(frame, task.asked, kept=names, zone=task.law.zone)
    engine = frame.implementation
    if engine.is_polars() or engine.is_dask():
        answer = _on_polars if engine.is_polars() else _on_dask
        made: nw.LazyFrame[Any] = nw.from_native(answer(nw.to_native(frame), Answering(task)))
        return made
    if engine.is_spark_like() and task.arguments == ("place",):  # addresses, of which no two may be the same
        return _on_spark(questions, task, names)
    keys = key_names(task.asked)
    distinct = [collected(questions.select(*keys).unique().head(MOST_KEPT + 1))]
    if DAY_TEXT in questions.collect_schema():
        distinct.append(collected(questions.select(DAY_TEXT).unique().head(MOST_KEPT + 1)))
    if max(map(len, distinct)) <= MOST_KEPT:
        return _with_tables(questions, task, names, *distinct)
    return _on_spark(questions, task, names) if engine.is_spark_like() else _on_duckdb(questions, task, names)


def _on_polars(frame: Any, answering: Answering) -> Any:
    """An expression of the columns that are asked about: it keeps the order, and what is not needed is not computed."""
    polars = package("polars", _NEEDS)
    added = added_kinds(answering.task)
    kinds = {name: polars.Int64 if kind is nw.Int64 else polars.String for name, kind in added.items()}

    def answered(rows: Any) -> Any:
        batch = nw.from_native(rows.struct.unnest(), eager_only=True)
        return nw.to_native(answering.of_batch(batch)).to_struct(_ADDED)

    asked = polars.struct(answering.task.asked.columns)
    answers = asked.map_batches(answered, return_dtype=polars.Struct(kinds), is_elementwise=True)
    return frame.with_columns(answers.alias(_ADDED)).unnest(_ADDED)


def _on_dask(frame: Any, answering: Answering) -> Any:
    """Each partition on its own, where it is."""
    package("pandas", _NEEDS)
    # Dask would show its sample to the function, and not show the types of columns without rows.
    return frame.map_partitions(_with_added, answering, meta=_with_added(frame._meta, answering))


def _with_added(partition: Any, answering: Answering) -> Any:
    frame = nw.from_native(partition, eager_only=True)
    added = answering.of_batch(frame)
    return nw.to_native(frame.with_columns(*(added[name] for name in added.columns)))


def _on_spark(questions: "nw.LazyFrame[Any]", task: Task, names: Sequence[str]) -> "nw.LazyFrame[Any]":
    """A function of the columns that are asked about, on the executors; Arrow carries these columns and no other."""
    arrow = package("pyarrow", _NEEDS)
    functions, types = package("pyspark.sql.functions", _NEEDS), package("pyspark.sql.types", _NEEDS)
    answering = Answering(task)
    asked = [name for name in questions.collect_schema().names() if name not in names]

    def of_table(table: Any) -> Any:
        return nw.to_native(answering.of_questions(nw.from_native(table, eager_only=True)))

    def of_arrow(rows: Any) -> Any:
        added = of_table(arrow.Table.from_arrays(rows.flatten(), names=asked))
        columns = [arrow.concat_arrays(column.chunks) for column in added.columns]
        return arrow.StructArray.from_arrays(columns, names=added.column_names)

    def of_pandas(rows: Any) -> Any:
        return of_table(arrow.Table.from_pandas(rows, preserve_index=False)).to_pandas(integer_object_nulls=True)

    of_arrow.__annotations__ = {"rows": arrow.Array, "return": arrow.Array}
    kinds = [
        types.StructField(name, types.LongType() if kind is nw.Int64 else types.StringType())
        for name, kind in added_kinds(task).items()
    ]
    if hasattr(functions, "arrow_udf"):
        answer = functions.arrow_udf(of_arrow, types.StructType(kinds))
    else:  # Spark before 4.1
        frames = package("pandas", _NEEDS).DataFrame
        of_pandas.__annotations__ = {"rows": frames, "return": frames}
        answer = functions.pandas_udf(of_pandas, types.StructType(kinds))
    answer = answer.asNondeterministic()  # or Spark may compute it once for each column that is taken out of it
    native: Any = nw.to_native(questions)
    added = native.withColumn(_ADDED, answer(functions.struct(*asked)))
    made: nw.LazyFrame[Any] = nw.from_native(added.select(*names, f"{_ADDED}.*"))
    return made


def _on_duckdb(questions: "nw.LazyFrame[Any]", task: Task, names: Sequence[str]) -> "nw.LazyFrame[Any]":
    """A function of the distinct questions, which DuckDB hands over in batches and joins with the rows."""
    pandas, arrow = package("pandas", _NEEDS), package("pyarrow", _NEEDS)
    answering = Answering(task)
    schema = questions.collect_schema()
    asked = [name for name in schema.names() if name not in names]
    # All as text without null, so that an ordinary join finds the rows of an answer.
    as_text = {f"{name}_text": nw.col(name).cast(nw.String).fill_null(NO_TEXT) for name in asked}
    questions = questions.with_columns(**as_text)
    columns = {name: _DUCKDB_TYPES[kind] for name, kind in added_kinds(task).items()}
    types = {"VARCHAR": "string", "BIGINT": "Int64"}  # of pandas: those that stay what they are where all is null

    def read(name: str, texts: Iterable[str]) -> Any:
        if isinstance(schema[name], nw.Date):
            return arrow.array([_day_of(text) for text in texts], arrow.int32()).cast(arrow.date32())
        if name == PRODUCT:
            return arrow.array([None if text == NO_TEXT else int(text) for text in texts], arrow.int32())
        return arrow.array([None if text == NO_TEXT and name == DAY_TEXT else text for text in texts], arrow.string())

    def answered(batch: Any) -> Any:
        table = arrow.table({name: read(name, batch[f"{name}_text"]) for name in asked})
        added = answering.of_questions(nw.from_native(table, eager_only=True))
        return batch.assign(
            **{name: pandas.array(added[name].to_list(), types[kind]) for name, kind in columns.items()}
        )

    native: Any = nw.to_native(questions.select(*as_text).unique())
    made: nw.LazyFrame[Any] = nw.from_native(native.map(answered, schema=dict.fromkeys(as_text, "VARCHAR") | columns))
    return questions.join(made, on=list(as_text), how="left").select(*names, *columns)


def _day_of(text: str) -> int | None:
    """The days since 1970 of a date as DuckDB writes it; of one that Python does not know, before or after all."""
    if text == NO_TEXT:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _AFTER_ALL if text[:1] != "-" and not text.endswith("(BC)") else 1 - _EPOCH
    return day.toordinal() - _EPOCH


def _with_tables(
    questions: "nw.LazyFrame[Any]",
    task: Task,
    names: Sequence[str],
    distinct: "nw.DataFrame[Any]",
    day_texts: "nw.DataFrame[Any] | None" = None,
) -> "nw.LazyFrame[Any]":
    """Two joins: from a place to its story, and from the story on a day to the answer."""
    keys = key_names(task.asked)
    texts = [distinct[key].to_list() for key in keys]
    outcomes = task.outcomes()
    places = outcomes.resolve(texts, task.watch())
    if day_texts is not None:
        questions = with_days_of_texts(questions, day_texts, task.law.zone)
    days = days_of(questions.collect_schema())
    stories = [outcomes.stories[story] for story in places.stories]
    table = {**_places_table(dict(zip(keys, texts, strict=True)), places), **stories_table(stories or [Story(0)], days)}
    if not stories:
        nothing: list[str] = []
        table = {name: (kind, nothing) for name, (kind, _) in table.items()}
    rows = joined(questions, table, on=keys)
    width = max((len(story.steps) for story in stories), default=0)
    found = {POSITION: position(task, days, width).cast(nw.Int32), **texts_only(task, days)}
    rows = rows.with_columns(**found).select(*names, *found)
    answers = {POSITION: (nw.Int32, range(outcomes.length)), **answers_table(outcomes, task)}
    return joined(rows, answers, on=POSITION).select(*names, *task.added)


def _places_table(keys: dict[str, list[str]], places: Places) -> dict[str, Column]:
    table: dict[str, Column] = {key: (nw.String, texts) for key, texts in keys.items()}
    return table | {OURS + name: (nw.String, texts) for name, texts in places.of_texts.items()}
