"""Whole columns at once: on every engine the same as asking row by row, and nothing lost on the way."""

import io
import random
import subprocess
import sys
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kratomlaw
from frame_engines import (
    BACKENDS,
    DASK_MOVES,
    EAGER,
    EVERYTHING,
    LAZY,
    Backend,
    column,
    of,
    one_by_one,
    polars_lazy,
    records,
)
from kratomlaw import InvalidQueryError, KratomLaw, Product
from kratomlaw.frames import RowReason, annotate, timelines
from kratomlaw.install import install
from long_versions import sizes


def in_order(frame: Any) -> list[object]:
    return list(frame["id"].to_pylist() if isinstance(frame, pa.Table) else frame["id"].to_list())


GARBAGE = (None, "", "  ", "zzz", "a\tb", "\x00", "x" * 300, "¿?", "O'Brien; DROP TABLE", "12345", "NaN", "null", "🍃")
AMBIGUOUS = ("Georgia", "DE", "GA", "CA", "in")
LOCALITIES = ("Nashville", "San Deigo", "Denver", "Springfield", "New Orleans", "Toronto", "Berlin")


def misspelt(rng: random.Random, name: str) -> str:
    at = rng.randrange(len(name))
    return name[:at] + name[at + 1 :]


def some_places(rng: random.Random) -> list[str | None]:
    known = kratomlaw.jurisdictions()
    places: list[str | None] = [*GARBAGE, *AMBIGUOUS]
    places += [place.code for place in known] + [place.name for place in known]
    places += [misspelt(rng, place.name) for place in known]
    places += [f"{city}, {rng.choice(known).name}" for city in LOCALITIES for _ in range(40)]
    places += [f"{city}, {end}" for city in LOCALITIES for end in ("DE", "CA", "US", "Germany", "GA", "TN")]
    return places


def some_day(rng: random.Random) -> date | None:
    kind = rng.random()
    if kind < 0.05:
        return None
    if kind < 0.1:
        return rng.choice((date.min, date.max, date(1943, 1, 1), date(2024, 2, 29), date(2024, 12, 31)))
    if kind < 0.2:
        return rng.choice(turning_points()) - timedelta(days=rng.randrange(2))
    return date(1995, 1, 1) + timedelta(days=rng.randrange(365 * 40))


def turning_points() -> list[date]:
    """The days on which an answer changes somewhere, where an error by one would show."""
    spans = [period.first_day for place in ("US-LA", "US-TN", "US-CO", "TH") for period in kratomlaw.timeline(place)]
    return [*spans, kratomlaw.dataset().built_on, kratomlaw.dataset().built_on + timedelta(days=1)]


@pytest.fixture(scope="module", params=sizes(2_000, 10_000))
def rows(request: pytest.FixtureRequest) -> pa.Table:
    number: int = request.param
    rng = random.Random(7)  # noqa: S311
    places = some_places(rng)
    days = [some_day(rng) for _ in range(number)]
    texts = [day and day.isoformat() for day in days]
    for index in rng.sample(range(number), number // 20):
        texts[index] = rng.choice(
            ("", "soon", "2026-02-30", "2026-1-1", " 2026-01-01 ", "20260101", "２０２６-01-01", "0000-00-00")
        )
    parts = (None, "", "US", "USA", "Germany", "DE", "Canada", "Thailand", "zz")
    states = (None, "LA", "Louisiana", "TN", "DE", "Ontario", "Bavaria", "US-CO", "zz")
    return pa.table(
        {
            "id": list(range(number)),
            "place": pa.array([rng.choice(places) for _ in range(number)], pa.string()),
            "country": pa.array([rng.choice(parts) for _ in range(number)], pa.string()),
            "state": pa.array([rng.choice(states) for _ in range(number)], pa.string()),
            "city": pa.array([rng.choice((None, None, *LOCALITIES)) for _ in range(number)], pa.string()),
            "day": pa.array(days, pa.date32()),
            "text": pa.array(texts, pa.string()),
            "product": pa.array(
                [rng.choice((*Product, *Product, None, "tea", "")) for _ in range(number)], pa.string()
            ),
        }
    )


@pytest.fixture(scope="module")
def by_place(rows: pa.Table) -> list[dict[str, object]]:
    law = KratomLaw()
    return [one_by_one(law, {"place": r["place"]}, r["day"], r["product"]) for r in rows.to_pylist()]


@pytest.fixture(scope="module")
def by_parts_and_text(rows: pa.Table) -> list[dict[str, object]]:
    law = KratomLaw()
    return [
        one_by_one(law, {part: r[part] for part in ("country", "state", "city")}, r["text"], "7-oh")
        for r in rows.to_pylist()
    ]


def assert_same(frame: Any, rows: pa.Table, expected: list[dict[str, object]]) -> None:
    found = records(frame)
    assert [row["id"] for row in found] == list(range(rows.num_rows))
    for row, want, asked in zip(found, expected, rows.to_pylist(), strict=True):
        assert {name: row[name] for name in EVERYTHING} == want, asked


@pytest.mark.parametrize("backend", BACKENDS)
def test_many_rows_by_place_date_and_product_equal_row_by_row_lookup(
    backend: Backend, rows: pa.Table, by_place: list[dict[str, object]]
) -> None:
    frame = backend(rows.drop_columns(["text", "country", "state", "city"]))
    annotated = annotate(frame, place="place", on="day", product="product", columns=EVERYTHING)
    assert type(annotated) is type(frame)
    assert_same(annotated, rows, by_place)


@pytest.mark.parametrize("backend", BACKENDS)
def test_many_rows_by_parts_and_dates_as_text_equal_row_by_row_lookup(
    backend: Backend, rows: pa.Table, by_parts_and_text: list[dict[str, object]]
) -> None:
    frame = backend(rows.drop_columns(["day"]))
    annotated = annotate(
        frame, country="country", state="state", city="city", on="text", product="7-oh", columns=EVERYTHING
    )
    assert_same(annotated, rows, by_parts_and_text)


@pytest.fixture(scope="module")
def four_partitions(spark: Any, rows: pa.Table) -> Any:
    return spark.createDataFrame(rows).repartition(4)


@pytest.mark.spark
def test_spark_equals_row_by_row_lookup_by_place(
    four_partitions: Any, rows: pa.Table, by_place: list[dict[str, object]]
) -> None:
    assert_same(
        annotate(four_partitions, place="place", on="day", product="product", columns=EVERYTHING), rows, by_place
    )


@pytest.mark.spark
def test_spark_equals_row_by_row_lookup_by_parts_and_dates_as_text(
    four_partitions: Any, rows: pa.Table, by_parts_and_text: list[dict[str, object]]
) -> None:
    annotated = annotate(
        four_partitions, country="country", state="state", city="city", on="text", product="7-oh", columns=EVERYTHING
    )
    assert_same(annotated, rows, by_parts_and_text)


def steps_of(frame: Any) -> list[str]:
    """The names of what Spark does to compute a frame, without how the fixture made four partitions."""
    plan = frame._jdf.queryExecution().executedPlan().toString()
    return [line for line in plan.splitlines() if "RoundRobinPartitioning(4)" not in line]


def shuffles(steps: list[str]) -> list[str]:
    return [line for line in steps if "Exchange" in line and "BroadcastExchange" not in line]


@pytest.mark.spark
def test_spark_asks_about_addresses_on_its_executors_and_collects_nothing(four_partitions: Any) -> None:
    jobs = four_partitions.sparkSession.sparkContext.statusTracker()
    before = jobs.getJobIdsForGroup()
    annotated = annotate(four_partitions.select("id", "place", "day"), place="place", on="day")
    assert jobs.getJobIdsForGroup() == before, "Spark computed something before it was asked to"
    steps = steps_of(annotated)
    assert sum("ArrowEvalPython" in line for line in steps) == 1, steps
    assert not shuffles(steps)
    assert not any("Join" in line for line in steps)
    assert annotated.rdd.getNumPartitions() == 4


@pytest.mark.spark
def test_spark_joins_parts_of_addresses_and_moves_no_row_for_it(four_partitions: Any) -> None:
    annotated = annotate(
        four_partitions.select("id", "state", "country", "day"), state="state", country="country", on="day"
    )
    steps = steps_of(annotated)
    assert not shuffles(steps)
    assert sum("BroadcastHashJoin" in line for line in steps) == 2
    assert annotated.rdd.getNumPartitions() == 4


@pytest.mark.spark
def test_spark_cannot_read_names_with_dots_and_that_is_said(spark: Any) -> None:
    with pytest.raises(InvalidQueryError, match=r"ship\.to"):
        annotate(spark.createDataFrame(pa.table({"ship.to": ["US-LA"]})), place="ship.to")


@pytest.mark.parametrize("backend", EAGER)
def test_rows_keep_their_order(backend: Backend, rows: pa.Table) -> None:
    shuffled = rows.take(random.Random(1).sample(range(rows.num_rows), rows.num_rows))  # noqa: S311
    annotated = annotate(backend(shuffled), place="place", on="day")
    assert in_order(annotated) == shuffled["id"].to_pylist()


@pytest.mark.parametrize("backend", EAGER)
def test_columns_that_were_there_stay_as_they_are(backend: Backend) -> None:
    frame = of(backend, place=["US-LA", None], tags=[["a"], ["b", "c"]], day=[date(2026, 1, 1), None])
    names = ["id", "place", "tags", "day"]
    annotated = annotate(frame, place="place", on="day")
    before = annotated[names] if isinstance(frame, pd.DataFrame) else annotated.select(names)
    assert before.equals(frame)


def test_pandas_keeps_an_index_with_doubles() -> None:
    frame = pd.DataFrame({"place": ["US-LA", "US-TX", None]}, index=pd.Index([7, 7, 3], name="order"))
    annotated = annotate(frame, place="place", on="2026-01-15", columns=("matched_code",))
    assert annotated.index.equals(frame.index)
    assert annotated["matched_code"].to_list()[:2] == ["US-LA", "US-TX"]


LATE = datetime(2025, 7, 31, 23, 30, tzinfo=ZoneInfo("America/Chicago"))
"""In Greenwich it is the first of August, the day on which Louisiana's ban began."""
AROUND = ["restricted", "banned", "unknown"]
"""What Louisiana's law says before the ban, on its first day, and on no day."""


@pytest.mark.parametrize("backend", [*EAGER, pytest.param(polars_lazy, id="polars-lazy")])
def test_of_a_timestamp_the_calendar_date_in_its_own_zone_counts(backend: Backend) -> None:
    stamps = pa.array([LATE, LATE + timedelta(hours=1), None], pa.timestamp("us", "America/Chicago"))
    annotated = annotate(of(backend, place=["US-LA"] * 3, at=stamps), place="place", on="at")
    assert column(annotated, "status") == AROUND


@pytest.mark.parametrize("backend", BACKENDS)
def test_timestamps_without_a_zone_count_as_written(backend: Backend) -> None:
    stamps = pa.array([datetime(2025, 7, 31, 23, 59), datetime(2025, 8, 1), None], pa.timestamp("us"))
    annotated = annotate(of(backend, place=["US-LA"] * 3, at=stamps), place="place", on="at")
    assert column(annotated, "status") == AROUND


@pytest.mark.spark
def test_timestamps_in_spark_count_in_the_zone_of_the_session(spark: Any) -> None:
    frame = spark.sql(
        "SELECT 0 AS id, 'US-LA' AS place, timestamp'2025-07-31 23:59:59' AS at UNION ALL "
        "SELECT 1, 'US-LA', timestamp'2025-08-01 00:00:00' UNION ALL SELECT 2, 'US-LA', NULL"
    )
    assert column(annotate(frame, place="place", on="at"), "status") == AROUND


@pytest.mark.parametrize("backend", BACKENDS)
def test_dictionary_and_categorical_columns_work(backend: Backend) -> None:
    def encoded(*texts: str | None) -> Any:
        return pa.array(texts, pa.string()).dictionary_encode()

    frame = of(
        backend,
        place=encoded("US-LA", "US-LA", None),
        on=encoded("2025-07-31", "2025-08-01", "2025-08-01"),
        product=encoded("leaf", "leaf", "leaf"),
    )
    assert column(annotate(frame, place="place", on="on", product="product"), "status") == AROUND


def test_polars_enums_work() -> None:
    frame = pl.DataFrame({"place": pl.Series(["US-LA"], dtype=pl.Enum(["US-LA"]))})
    assert annotate(frame, place="place", on="2026-01-15")["status"].to_list() == ["banned"]


def test_large_strings_of_arrow_work() -> None:
    frame = pa.table({"place": pa.array(["US-LA"], pa.large_string())})
    assert annotate(frame, place="place", on="2026-01-15")["status"].to_pylist() == ["banned"]


def test_columns_of_python_objects_work_in_pandas() -> None:
    frame = pd.DataFrame({"place": ["US-LA", float("nan"), 5], "on": [date(2025, 8, 1), datetime(2025, 8, 1), 7]})
    annotated = annotate(frame, place="place", on="on").assign(id=range(3))
    assert column(annotated, "reason") == [None, "no-place", "invalid-query"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_blank_text_is_no_place(backend: Backend) -> None:
    frame = of(backend, place=["", "  ", "\t\n", "\u3000", None, "US-LA"])
    annotated = annotate(frame, place="place", on="2026-01-15")
    assert column(annotated, "reason") == [*["no-place"] * 5, None]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_place_of_blank_parts_is_no_place_and_a_blank_part_is_not_given(backend: Backend) -> None:
    frame = of(backend, state=["", " ", "LA", None], city=[" ", None, "", ""])
    annotated = annotate(frame, state="state", city="city", on="2026-01-15", columns=("status", "reason"))
    assert column(annotated, "reason") == ["no-place", "no-place", None, "no-place"]
    assert column(annotated, "status")[2] == "banned"


def test_dates_in_milliseconds_of_arrow_are_days() -> None:
    days = pa.array([date(2025, 7, 31), date(2025, 8, 1), None], pa.date64())
    table = pa.table({"place": ["US-LA"] * 3, "day": days})
    annotated = annotate(table, place="place", on="day", columns=("status", "reason"))
    assert annotated["status"].to_pylist() == ["restricted", "banned", "unknown"]
    assert annotated["reason"].to_pylist() == [None, None, "no-date"]
    assert annotated.schema.field("day").type == pa.date64(), "the user's own column stays as it was"


@pytest.mark.parametrize(
    "lazily", [False, pytest.param(True, marks=pytest.mark.filterwarnings(DASK_MOVES))], ids=["pandas", "dask"]
)
def test_dates_in_milliseconds_of_arrow_are_days_in_pandas_and_dask(lazily: bool) -> None:
    days = pd.Series([date(2025, 7, 31), date(2025, 8, 1)], dtype=pd.ArrowDtype(pa.date64()))
    frame: Any = pd.DataFrame({"id": [0, 1], "place": ["US-LA"] * 2, "day": days})
    if lazily:
        frame = import_module("dask.dataframe").from_pandas(frame, npartitions=1)
    annotated: Any = annotate(frame, place="place", on="day", columns=("status",))
    annotated = annotated.compute() if lazily else annotated
    assert list(annotated["status"]) == ["restricted", "banned"]
    assert annotated["day"].dtype == days.dtype, "the user's own column stays as it was"
    assert list(annotated.columns) == ["id", "place", "day", "status"]


@pytest.mark.parametrize("zone", ["America/New_York", "America/Port-au-Prince", "Etc/GMT+5"])
@pytest.mark.parametrize(
    "lazily", [False, pytest.param(True, marks=pytest.mark.filterwarnings(DASK_MOVES))], ids=["pandas", "dask"]
)
def test_moments_of_pandas_are_days_in_a_zone_of_any_name(zone: str, lazily: bool) -> None:
    texts = ["2025-08-01T01:00Z", None, "2025-08-01T06:00Z"]  # Louisiana's ban begins on 1 August
    frame: Any = pd.DataFrame({"place": ["US-LA"] * 3, "at": pd.to_datetime(texts, utc=True).tz_convert(zone)})
    rows = import_module("dask.dataframe").from_pandas(frame, npartitions=1) if lazily else frame

    def statuses(law: KratomLaw | None) -> list[str]:
        annotated: Any = annotate(rows, place="place", on="at", columns=("status",), law=law)
        annotated = annotated.compute() if lazily else annotated
        assert annotated["at"].dtype == frame["at"].dtype, "the user's own column stays as it was"
        assert list(annotated.columns) == ["place", "at", "status"]
        return list(annotated["status"])

    assert statuses(None) == ["restricted", "unknown", "banned"]
    assert statuses(KratomLaw(zone=ZoneInfo("Asia/Tokyo"))) == ["banned", "unknown", "banned"]


def test_cells_of_any_python_object_in_pandas_are_no_place() -> None:
    cells = pd.Series(["US-LA", pd.NA, pd.NaT, float("nan"), None, [1, 2], pd.Series([1, 2]), 5], dtype="object")
    annotated = annotate(pd.DataFrame({"place": cells}), place="place", on="2026-01-15", columns=("status", "reason"))
    reasons = [None if pd.isna(reason) else reason for reason in annotated["reason"]]
    assert reasons == [None, *["no-place"] * 4, *["invalid-query"] * 3]
    assert list(annotated["status"]) == ["banned", *["unknown"] * 7]


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ", "DATE"])
def test_infinite_days_of_duckdb_are_after_and_before_all_others(kind: str) -> None:
    days = f"unnest([{kind} 'infinity', {kind} '-infinity', NULL, {kind} '2026-01-01'])"
    rows = duckdb.connect().sql(f"SELECT unnest([0, 1, 2, 3]) AS id, 'US-LA' AS place, {days} AS day")
    annotated = annotate(rows, place="place", on="day", columns=("status", "reason"))
    found = sorted(annotated.project("id, status, reason").fetchall())
    assert found == [
        (0, "unknown", "invalid-query"),
        (1, "unknown", "before-coverage"),
        (2, "unknown", "no-date"),
        (3, "banned", None),
    ]


def test_columns_of_arrow_in_pandas_work() -> None:
    table = pa.table({"id": [0, 1, 2], "place": ["US-LA"] * 3, "on": [date(2025, 7, 31), date(2025, 8, 1), None]})
    annotated = annotate(table.to_pandas(types_mapper=pd.ArrowDtype), place="place", on="on")
    assert column(annotated, "status") == AROUND


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_column_of_nothing_but_nulls_is_no_place(backend: Backend) -> None:
    annotated = annotate(of(backend, place=pa.nulls(2, pa.string())), place="place")
    assert column(annotated, "reason") == ["no-place", "no-place"]


def test_a_column_of_no_type_is_no_place_and_no_date() -> None:
    frame = pl.DataFrame({"empty": [None], "place": ["US-LA"]})
    assert annotate(frame, place="empty")["reason"].to_list() == ["no-place"]
    assert annotate(frame, place="place", on="empty")["reason"].to_list() == ["no-date"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_frame_without_rows_stays_without_rows(backend: Backend) -> None:
    frame = backend(pa.table({"id": pa.array([], pa.int64()), "place": pa.array([], pa.string())}))
    assert records(annotate(frame, place="place", columns=("status", "unmatched"))) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_day_may_be_given_for_all_rows(backend: Backend) -> None:
    frame = of(backend, place=["US-LA", "New Orleans, LA", "Georgia"])
    annotated = annotate(frame, place="place", on=date(2025, 7, 31), columns=("status", "unmatched"))
    assert column(annotated, "status") == ["restricted", "restricted", "unknown"]


def test_without_a_day_it_is_today() -> None:
    annotated = annotate(pl.DataFrame({"place": ["US-LA"]}), place="place", columns=("status", "certainty"))
    answer = kratomlaw.lookup("US-LA")
    assert annotated.row(0) == ("US-LA", answer.status.value, answer.certainty.value)


def test_exact_codes_are_not_ambiguous() -> None:
    annotated = annotate(pl.DataFrame({"code": ["DE", "US-DE"]}), code="code", columns=("matched_code",))
    assert annotated["matched_code"].to_list() == ["DE", "US-DE"]


def test_days_that_python_does_not_know_are_invalid() -> None:
    frame = pl.DataFrame({"place": ["US-LA"], "on": [date(9999, 12, 31)]})
    later = frame.with_columns(pl.col("on").dt.offset_by("1y"))
    assert annotate(later, place="place", on="on")["reason"].to_list() == ["invalid-query"]


OWN_RECORD = """
code = "US-LA"
name = "Louisiana"
verified_on = 2026-11-23
[[periods]]
from = "2020-01-01"
status = "unknown"
sale = "unknown"
possession = "unknown"
confidence = "low"
summary = "Ours."
note = "Ours."
[[periods.citations]]
title = "Ours"
kind = "news"
supports = "Ours."
"""


def test_the_law_that_is_given_is_asked(tmp_path: Path) -> None:
    (tmp_path / "la.toml").write_text(OWN_RECORD, "utf-8")
    law = KratomLaw(overlay=tmp_path)
    annotated = annotate(pl.DataFrame({"place": ["US-LA"]}), place="place", on="2026-01-01", law=law)
    assert annotated["status"].to_list() == [law.lookup("US-LA", on="2026-01-01").status.value]
    assert annotated["confidence"].to_list() == ["low"]


class TestLazyFrames:
    @pytest.mark.parametrize("backend", LAZY)
    def test_a_lazy_frame_stays_lazy(self, backend: Backend) -> None:
        frame = of(backend, place=["US-LA"])
        assert type(annotate(frame, place="place")) is type(frame)

    def test_nothing_but_what_is_asked_about_is_computed(self) -> None:
        def never(series: pl.Series) -> pl.Series:
            raise AssertionError("computed")

        frame = pl.LazyFrame({"place": ["US-LA"], "amount": [1]}).with_columns(
            pl.col("amount").map_batches(never, return_dtype=pl.Int64)
        )
        assert "status" in annotate(frame, place="place").collect_schema()

    def test_a_place_that_comes_later_is_resolved_when_it_comes(self, tmp_path: Path) -> None:
        file = tmp_path / "orders.csv"
        file.write_text("place,id\nUS-LA,0\n", "utf-8")
        annotated = annotate(pl.scan_csv(file), place="place", on="2026-01-01")
        file.write_text("place,id\nUS-LA,0\nUS-TX,1\n", "utf-8")
        assert column(annotated, "reason") == [None, None]

    def test_in_sql_a_place_that_comes_later_is_kept_and_said_not_to_be_resolved(self, tmp_path: Path) -> None:
        file = tmp_path / "orders.csv"
        file.write_text("place,id\nUS-LA,0\n", "utf-8")
        relation = duckdb.connect().sql(f"FROM read_csv('{file}')")
        annotated = annotate(relation, place="place", on="2026-01-01")
        file.write_text("place,id\nUS-LA,0\nUS-TX,1\n", "utf-8")
        assert column(annotated, "reason") == [None, RowReason.NOT_RESOLVED.value]

    def test_a_relation_of_another_connection_of_duckdb_works_after_the_call(self) -> None:
        connection = duckdb.connect()
        relation = annotate(connection.sql("SELECT 'US-LA' AS place"), place="place", on="2026-01-15")
        assert relation.project("status").fetchall() == [("banned",)]


def _pandas_of_two(one: str, other: str) -> Any:
    return pd.DataFrame([["US-LA", 1, 2]], columns=["place", one, other])


def _arrow_of_two(one: str, other: str) -> Any:
    return pa.table([pa.array(["US-LA"]), pa.array([1]), pa.array([2])], names=["place", one, other])


def _duckdb_of_two(one: str, other: str) -> Any:
    return duckdb.connect().sql(f"SELECT 'US-LA' AS place, 1 AS {one}, 2 AS \"{other}\"")


class TestNamesOfColumns:
    @pytest.mark.parametrize("made", [_pandas_of_two, _arrow_of_two, _duckdb_of_two])
    def test_two_columns_of_one_name_are_refused_before_one_of_them_is_lost(self, made: Any) -> None:
        with pytest.raises(InvalidQueryError, match=r"(?s)same name|takes for one.*Rename"):
            annotate(made("a", "a"), place="place")

    def test_names_that_differ_only_in_case_are_one_in_sql(self) -> None:
        with pytest.raises(InvalidQueryError, match="columns 'a' and 'A', which its engine takes for one"):
            annotate(_duckdb_of_two("a", "A"), place="place")

    @pytest.mark.parametrize("made", [_pandas_of_two, _arrow_of_two])
    def test_elsewhere_they_are_two(self, made: Any) -> None:
        annotated: Any = annotate(made("a", "A"), place="place", columns=("status",))
        names = annotated.column_names if isinstance(annotated, pa.Table) else list(annotated.columns)
        assert names == ["place", "a", "A", "status"]

    def test_two_columns_of_one_name_are_refused_in_spark(self, spark: Any) -> None:
        for names in (["place", "a", "a"], ["place", "a", "A"], ["place", "place", "a"]):
            with pytest.raises(InvalidQueryError, match="takes for one"):
                annotate(spark.createDataFrame([("US-LA", "1", "2")], names), place="place")

    def test_columns_named_by_numbers_stay_and_cannot_be_the_place(self) -> None:
        frame = pd.DataFrame([["US-LA", 1, 2]], columns=pd.Index(["place", 0, 1]))
        assert list(annotate(frame, place="place", columns=("status",)).columns) == ["place", 0, 1, "status"]
        with pytest.raises(InvalidQueryError, match=r"column 0 is not named by text. Rename it"):
            annotate(frame, place=0)  # type: ignore[arg-type]
        with pytest.raises(InvalidQueryError, match=r"no column 'plaice'.*place, 0, 1"):
            annotate(frame, place="plaice")

    def test_columns_named_by_tuples_are_listed(self) -> None:
        frame = pd.DataFrame([["US-LA", 1]], columns=pd.MultiIndex.from_tuples([("place", ""), ("a", "b")]))
        with pytest.raises(InvalidQueryError, match="no column 'place'"):
            annotate(frame, place="place")

    @pytest.mark.parametrize("backend", BACKENDS)
    def test_the_prefix_may_be_our_name(self, backend: Backend) -> None:
        frame = of(backend, place=["Nashville, TN"], kratomlaw_row=["mine"], kratomlaw_key_0=["mine"])
        annotated = annotate(frame, place="place", columns=("unmatched",), prefix="kratomlaw_")
        (row,) = records(annotated)
        assert (row["kratomlaw_unmatched"], row["kratomlaw_row"], row["kratomlaw_key_0"]) == (
            "Nashville",
            *["mine"] * 2,
        )

    def test_names_that_are_needed_meanwhile_are_refused(self) -> None:
        with pytest.raises(InvalidQueryError, match=r"begin with _kratomlaw_ are taken\. Rename '_kratomlaw_row'"):
            annotate(pl.DataFrame({"place": ["US-LA"], "_kratomlaw_row": [1]}), place="place")


class TestMistakes:
    FRAME = pl.DataFrame({"place": ["US-LA"], "amount": [1], "status": ["paid"]})

    def test_a_missing_column_is_named_with_those_that_are_there(self) -> None:
        with pytest.raises(InvalidQueryError, match=r"no column 'plaice'.*place, amount, status"):
            annotate(self.FRAME, place="plaice")

    def test_a_column_that_is_there_already_is_not_overwritten(self) -> None:
        with pytest.raises(InvalidQueryError, match=r"already has a column 'status'.*prefix"):
            annotate(self.FRAME, place="place")

    def test_with_a_prefix_nothing_collides(self) -> None:
        annotated = annotate(self.FRAME, place="place", on="2026-01-15", prefix="kratom_")
        assert annotated["kratom_status"].item() == "banned"

    def test_duckdb_takes_names_that_differ_in_case_for_the_same(self) -> None:
        relation = duckdb.connect().sql("SELECT 'US-LA' AS place, 'paid' AS Status")
        with pytest.raises(InvalidQueryError, match="already has a column 'Status'"):
            annotate(relation, place="place")

    def test_numbers_are_no_places(self) -> None:
        with pytest.raises(InvalidQueryError, match="'amount' has the type Int64"):
            annotate(self.FRAME, place="amount", prefix="k_")

    def test_a_text_that_is_neither_a_column_nor_a_date_is_refused(self) -> None:
        with pytest.raises(InvalidQueryError, match="'sold_on' is neither a column of the frame nor a date"):
            annotate(self.FRAME, place="place", on="sold_on", prefix="k_")

    def test_a_column_that_no_answer_has_is_refused(self) -> None:
        with pytest.raises(InvalidQueryError, match=r"no column 'legal' to add.*status, sale"):
            annotate(self.FRAME, place="place", columns=("legal",))

    @pytest.mark.parametrize("places", [{}, {"place": "place", "state": "place"}, {"place": "place", "code": "place"}])
    def test_the_place_is_given_in_one_way(self, places: dict[str, str]) -> None:
        with pytest.raises(InvalidQueryError, match="in exactly one way"):
            annotate(self.FRAME, prefix="k_", **places)  # type: ignore[arg-type]

    def test_what_is_no_frame_is_refused(self) -> None:
        with pytest.raises(InvalidQueryError, match="A dict is not a frame"):
            annotate({"place": ["US-LA"]}, place="place")  # type: ignore[type-var]


def test_no_progress_is_shown_where_there_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    annotate(pl.DataFrame({"place": ["US-LA"]}), place="place", progress=True)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.Table])
def test_timelines_are_those_of_each_place_and_product(kind: type[Any]) -> None:
    frame = timelines(kind)
    assert type(frame) is kind
    table = pl.from_pandas(frame) if kind is pd.DataFrame else pl.DataFrame(frame)
    for code, product in (("US-LA", "leaf"), ("US-CO", "7-oh"), ("TH", "extract")):
        found = table.filter(pl.col("code") == code, pl.col("product") == product)
        periods = kratomlaw.timeline(kratomlaw.lookup(code=code).jurisdiction, product=product)
        days = found["first_day"].cast(pl.Date).to_list()
        assert list(zip(days, found["status"].to_list(), strict=True)) == [
            (period.first_day, period.status.value) for period in periods
        ]


def test_timelines_of_another_kind_are_refused() -> None:
    with pytest.raises(InvalidQueryError, match=r"pandas\.DataFrame"):
        timelines(dict)


def test_without_narwhals_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['narwhals'] = None; import kratomlaw.frames"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert install("frames") in done.stderr.splitlines()[-1]


def test_a_bar_is_shown_on_a_terminal_if_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", shown)
    annotate(pl.DataFrame({"place": ["US-LA"]}), place="place", progress=True)
    assert "resolving places" in shown.getvalue()
