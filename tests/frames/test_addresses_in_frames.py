"""Columns of addresses, real and broken: on every engine what ``lookup`` says of each row, and never milder law."""

import os
import pickle
import random
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import zipcodes

import kratomlaw
from frame_engines import BACKENDS, DASK_MOVES, EAGER, EVERYTHING, Backend, column, dask, of, one_by_one, records
from kratomlaw import KratomLaw, Status
from kratomlaw.frames import annotate, lazily
from kratomlaw.frames.answering import Answering, Task
from kratomlaw.frames.row_questions import Asked
from long_versions import sized, sizes

PARTS = ("country", "state", "county", "city", "postal_code")
ON = "2026-11-01"
"""After the newest record and before "today": answers are exact, approximate or unknown."""
RANK = {Status.LEGAL.value: 0, Status.RESTRICTED.value: 1, Status.BANNED.value: 2}


def real_addresses(chance: random.Random, count: int) -> list[dict[str, str | None]]:
    """Post offices of the United States, and some places elsewhere."""
    entries: list[Any] = zipcodes.list_all()  # type: ignore[no-untyped-call]
    found: list[dict[str, str | None]] = []
    for entry in chance.sample(entries, count):
        county = entry["county"] if chance.random() < 0.3 else None
        country = chance.choice((None, "US", "USA", "United States"))
        found.append(dict(zip(PARTS, (country, entry["state"], county, entry["city"], entry["zip_code"]), strict=True)))
    for index in range(0, count, 10):
        elsewhere = chance.choice((("Germany", "Berlin"), ("CA", "Toronto"), ("Thailand", None), ("AU", "Perth")))
        found[index] = dict(zip(PARTS, (elsewhere[0], None, None, elsewhere[1], None), strict=True))
    return found


def broken(chance: random.Random, address: Mapping[str, str | None]) -> dict[str, str | None]:
    """The same with a part misspelled, missing, blank, from another address, or nonsense."""
    part = chance.choice(PARTS)
    text = address[part] or ""
    at = chance.randrange(len(text)) if text else 0
    nonsense = ("", " ", "zzz", "x" * 100_000, "\x00", "🍃", "NaN", "62002", "AE", "DE", "Washington", "St. Louis")
    cut = (text[:at] + text[at + 1 :], text[at:], text.upper(), f"{text} ", f"The {text}", f"{text}-1234", text[::-1])
    return {**address, part: chance.choice((None, *nonsense, *cut, *cut))}


def made(count: int, seed: int = 16) -> list[dict[str, str | None]]:
    chance = random.Random(seed)  # noqa: S311  # not for secrets
    return [broken(chance, a) if chance.random() < 0.6 else a for a in real_addresses(chance, count)]


def text_of(address: Mapping[str, str | None]) -> str | None:
    """An address in one line, as people write it."""
    street = f"{len(address['city'] or '')} Main St"
    end = " ".join(part for part in (address["state"], address["postal_code"]) if part)
    return ", ".join(part for part in (street, address["city"], end, address["country"]) if part)


@pytest.fixture(scope="module", params=sizes(500, 20_000))
def addresses(request: pytest.FixtureRequest) -> list[dict[str, str | None]]:
    return made(request.param)


@pytest.fixture(scope="module")
def rows(addresses: list[dict[str, str | None]]) -> pa.Table:
    columns = {part: pa.array([address[part] for address in addresses], pa.string()) for part in PARTS}
    texts = pa.array(map(text_of, addresses), pa.string())
    return pa.table({"id": list(range(len(addresses))), **columns, "address": texts})


@pytest.fixture(scope="module")
def by_parts(addresses: list[dict[str, str | None]]) -> list[dict[str, object]]:
    law = KratomLaw()
    return [one_by_one(law, {p: t for p, t in a.items() if t is not None}, ON, "leaf") for a in addresses]


@pytest.fixture(scope="module")
def by_text(addresses: list[dict[str, str | None]]) -> list[dict[str, object]]:
    law = KratomLaw()
    return [one_by_one(law, {"place": text_of(address)}, ON, "leaf") for address in addresses]


def assert_same(frame: Any, rows: pa.Table, expected: list[dict[str, object]]) -> None:
    found = records(frame)
    assert [row["id"] for row in found] == list(range(rows.num_rows))
    for row, want, asked in zip(found, expected, rows.to_pylist(), strict=True):
        assert {name: row[name] for name in EVERYTHING} == want, str(asked)[:500]


def with_parts(frame: Any) -> Any:
    return annotate(frame, **{part: part for part in PARTS}, on=ON, columns=EVERYTHING)  # type: ignore[arg-type]


@pytest.mark.parametrize("backend", BACKENDS)
def test_addresses_in_parts_equal_row_by_row_lookup(
    backend: Backend, rows: pa.Table, by_parts: list[dict[str, object]]
) -> None:
    assert_same(with_parts(backend(rows)), rows, by_parts)


@pytest.mark.parametrize("backend", BACKENDS)
def test_addresses_as_text_equal_row_by_row_lookup(
    backend: Backend, rows: pa.Table, by_text: list[dict[str, object]]
) -> None:
    assert_same(annotate(backend(rows), place="address", on=ON, columns=EVERYTHING), rows, by_text)


@pytest.mark.spark
def test_addresses_equal_row_by_row_lookup_on_spark(
    spark: Any, rows: pa.Table, by_parts: list[dict[str, object]], by_text: list[dict[str, object]]
) -> None:
    frame = spark.createDataFrame(rows).repartition(3)
    assert_same(with_parts(frame), rows, by_parts)
    assert_same(annotate(frame, place="address", on=ON, columns=EVERYTHING), rows, by_text)


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.spark
def test_older_spark_asks_through_pandas(
    spark: Any, rows: pa.Table, by_text: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("pyspark.sql.functions.arrow_udf")
    assert_same(annotate(spark.createDataFrame(rows), place="address", on=ON, columns=EVERYTHING), rows, by_text)


CONNECTED = """
from pyspark.sql import SparkSession
from kratomlaw.frames import annotate
session = SparkSession.builder.remote("local[1]").getOrCreate()
frame = session.createDataFrame([("US-LA", "LA"), ("1 Main St, Alton, IL 62002", "IL")], "place string, state string")
for places in ({"place": "place"}, {"state": "state"}):
    print([row.status for row in annotate(frame, **places, on="2026-11-01", columns=("status",)).collect()])
session.stop()
"""


@pytest.mark.soak
@pytest.mark.spark
def test_spark_connect_answers_too() -> None:
    pytest.importorskip("grpc_status")
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run(
        [sys.executable, "-c", CONNECTED], env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.stdout.split("\n")[-3:-1] == ["['banned', 'banned']", "['banned', 'restricted']"], done.stderr[-2_000:]


class TestManyDistinctPlaces:
    """An SQL engine keeps no more of them in Python than some number: here it is small."""

    @pytest.fixture(autouse=True)
    def few_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lazily, "MOST_KEPT", 10)

    def test_duckdb_asks_in_batches(
        self, rows: pa.Table, by_parts: list[dict[str, object]], by_text: list[dict[str, object]]
    ) -> None:
        connection = duckdb.connect()
        connection.register("rows", rows)
        assert_same(with_parts(connection.table("rows")), rows, by_parts)
        texts = annotate(connection.table("rows"), place="address", on=ON, columns=EVERYTHING)
        assert "PYTHON_MAP_FUNCTION" in texts.explain().upper()
        assert_same(texts, rows, by_text)

    def test_duckdb_asks_with_days_and_products_of_each_row(self) -> None:
        connection = duckdb.connect()
        relation = connection.sql(
            "SELECT i AS id, CASE i % 3 WHEN 0 THEN 'US-LA' WHEN 1 THEN concat(i, ' Main, Alton, IL 62002') END AS place,"
            " ['2026-01-15', '', NULL, '2025-07-31', 'infinity', '-infinity', '9999-12-31'][1 + i % 7] AS text,"
            " [date '2026-01-15', NULL, date 'infinity', date '-infinity'][1 + i % 4] AS day,"
            " ['leaf', '7-oh', NULL, 'tea', 'leaf'][1 + i % 5] AS product FROM range(84) t(i)"
        )
        for on in ("text", "day"):
            many = annotate(relation, place="place", on=on, product="product", columns=EVERYTHING)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(lazily, "MOST_KEPT", 100)
                few = annotate(relation, place="place", on=on, product="product", columns=EVERYTHING)
            assert "PYTHON_MAP_FUNCTION" in many.explain().upper()
            assert "PYTHON_MAP_FUNCTION" not in few.explain().upper()
            without = "* EXCLUDE day"  # Python has no infinite days
            assert records(many.project(without)) == records(few.project(without))

    @pytest.mark.spark
    def test_spark_asks_on_its_executors(self, spark: Any, rows: pa.Table, by_parts: list[dict[str, object]]) -> None:
        annotated = with_parts(spark.createDataFrame(rows).repartition(3))
        assert "ArrowEvalPython" in annotated._jdf.queryExecution().executedPlan().toString()
        assert_same(annotated, rows, by_parts)


@sized("number", 300, 5_000)
@pytest.mark.parametrize("backend", EAGER)
def test_rows_are_never_milder_than_the_law_of_the_places_that_they_may_mean(backend: Backend, number: int) -> None:
    """Whatever of a name is misspelled, and whatever part is missing: no milder than the law of the place itself."""
    chance = random.Random(19)  # noqa: S311  # not for secrets
    recorded = kratomlaw.jurisdictions(within="US", level="city")
    some = [chance.choice(recorded) for _ in range(number)]
    cut = [without_something(chance, place.name, place.code[3:5]) for place in some]
    law = column(annotate(of(backend, code=[place.code for place in some]), code="code", on=ON), "status")
    columns = {part: pa.array([address[part] for address in cut], pa.string()) for part in PARTS}
    found = annotate(of(backend, **columns), **{part: part for part in PARTS}, on=ON)  # type: ignore[arg-type]
    for known, status, asked in zip(law, column(found, "status"), cut, strict=True):
        assert "unknown" in (status, known) or RANK[str(status)] >= RANK[str(known)], asked


def without_something(chance: random.Random, city: str, state: str) -> dict[str, str | None]:
    """An address in which a letter of the city is missing or doubled, or the state or the country."""
    at = chance.randrange(1, len(city))
    changed = chance.choice((city[:at] + city[at + 1 :], city[:at] + city[at - 1 :], city.upper(), f"{city} city"))
    changed, state_or_not = chance.choice(((changed, state), (changed, state), (city, None)))
    country = None if state_or_not is None and chance.random() < 0.5 else "US"
    return {"country": country, "state": state_or_not, "county": None, "city": changed, "postal_code": None}


REASONS = {
    "62002": "unknown-place",
    "Georgia": "ambiguous-place",
    "US-LA": None,
    "IL 62002": "several-places",
    "Nowhere at all, IL": "several-places",
    "Bavaria, Germany": None,
}


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_not_exact_says_why(backend: Backend) -> None:
    frame = of(backend, place=list(REASONS))
    found = annotate(frame, place="place", on=ON, columns=("certainty", "reason", "candidates", "did_you_mean"))
    assert column(found, "reason") == list(REASONS.values())
    assert str(column(found, "candidates")[3]).startswith("US-IL/")
    later = annotate(of(backend, place=["US-LA"]), place="place", on="2199-01-01", columns=("certainty", "reason"))
    assert column(later, "reason") == ["projected"]


def test_similar_names_are_told() -> None:
    frame = pl.DataFrame({"city": ["San Deigo", "San Diego"], "state": ["CA", "CA"]})
    found = annotate(frame, city="city", state="state", on=ON, columns=("did_you_mean", "unmatched"))
    assert found["unmatched"].to_list() == ["San Deigo", None]
    assert "US-CA/san-diego" in found["did_you_mean"][0]


@pytest.mark.parametrize("backend", [pytest.param(pl.DataFrame, id="polars"), pytest.param(pl.LazyFrame, id="lazy")])
def test_polars_keeps_the_order_of_rows(backend: Any) -> None:
    places = [f"{number} Main St, Alton, IL 62002" for number in range(5_000)]
    random.Random(3).shuffle(places)  # noqa: S311  # not for secrets
    annotated = annotate(backend({"place": places}), place="place", on=ON)
    assert annotated.lazy().collect()["place"].to_list() == places
    assert annotated.lazy().collect(engine="streaming")["place"].to_list() == places


def test_a_lazy_frame_of_polars_computes_nothing_before_it_is_collected_and_no_column_that_is_not_needed() -> None:
    def never(series: pl.Series) -> pl.Series:
        raise AssertionError("computed")

    frame = pl.LazyFrame({"place": ["US-LA"], "n": [1]})
    annotated = annotate(
        frame.with_columns(
            pl.col("place").map_batches(lambda texts: texts, return_dtype=pl.String),
            amount=pl.col("n").map_batches(never, return_dtype=pl.Int64),
        ),
        place="place",
        on=ON,
    )
    assert annotated.select("place", "status").collect().rows() == [("US-LA", "banned")]


@pytest.mark.filterwarnings(DASK_MOVES)
def test_dask_computes_nothing_before_it_is_asked_to() -> None:
    def never(partition: pd.DataFrame) -> pd.DataFrame:
        assert not len(partition), "computed"
        return partition

    frame = dask(pa.table({"place": ["US-LA"] * 8}))
    assert annotate(frame.map_partitions(never, meta=frame._meta), place="place", on=ON).npartitions == 4


def test_what_answers_travels_to_other_processes_with_its_data_and_is_made_there_once() -> None:
    with kratomlaw.at_one_version() as view:
        task = Task(
            view, ("place",), Asked(("place",), None, None), view.today, (kratomlaw.Product.LEAF,), ("status",), ""
        )
    sent = pickle.dumps(Answering(task))
    assert len(sent) < 1_000_000
    arrived = pickle.loads(sent)  # noqa: S301  # our own
    assert pickle.loads(sent) is arrived  # noqa: S301
    assert arrived.task.law.lookup("US-LA", on=ON) == view.lookup("US-LA", on=ON)


@pytest.mark.parametrize("backend", BACKENDS)
def test_long_and_odd_cells_are_rows_like_others(backend: Backend) -> None:
    odd = ["x" * 100_000, None, "", "US-LA", "\x00", "US-LA", "Louisiana\n", "🍃" * 50]
    annotated = annotate(of(backend, place=odd, kept=[*range(8)]), place="place", on="2026-01-15", columns=("status",))
    expected = [one_by_one(KratomLaw(), {"place": text}, "2026-01-15", "leaf")["status"] for text in odd]
    assert column(annotated, "status") == expected
    assert column(annotated, "place") == odd
