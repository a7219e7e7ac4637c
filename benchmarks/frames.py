"""How fast are whole columns annotated? As ratios to a plain join: ``python benchmarks/frames.py [--rows N …]``.

Needs the extra ``dev``, and a Java runtime for Spark. Every engine annotates rows with a place and a day of their own,
and joins the same rows with two ready-made tables: the plain join with one that has the answer of each place on one
day, the dated join with one that has its answers through time, which gives the same columns as annotating. Each engine
runs in processes of its own; the best of the rounds counts. Time is from a frame that is in memory to all
columns of the result computed, with the data of kratomlaw read before; memory is what is held at the peak beyond that.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import track
from rich.table import Table

import kratomlaw
from kratomlaw.frames import DEFAULT_COLUMNS, annotate

Works = dict[str, Callable[[], object]]
ENGINES = ("polars", "duckdb", "spark")
ON = "2026-11-01"
BUDGET = 3.0
"""Of the project's design, for a million rows on Polars."""
_MEGABYTE = 1 << 20
_PAGE = os.sysconf("SC_PAGE_SIZE")


def orders(rows: int) -> pl.DataFrame:
    """Made-up orders: an id, a place of some hundreds as people write them, a day of ten years, an amount."""
    # The bare name of a town has no answer, nor has "Georgia".
    broad = (*kratomlaw.jurisdictions(level="country"), *kratomlaw.jurisdictions(level="state"))
    places = [place.name for place in broad if place.name != "Georgia"]
    places += [
        f"{city}, {state}" for city in ("Springfield", "Nashville", "Denver") for state in ("TN", "OH", "LA", "CO")
    ]
    texts = pl.Series("place", places)
    number = pl.int_range(rows, dtype=pl.Int64)
    mixed = (number * 2_654_435_761) % 4_294_967_296
    made = pl.select(id=number, which=mixed % len(places), day=mixed // 7 % 3650, amount=(mixed % 10_007) / 100)
    return made.select(
        "id",
        place=texts.gather(made["which"]),
        day=pl.lit("2018-01-01").str.to_date() + pl.duration(days=pl.col("day")),
        amount="amount",
    )


def ready_made(frame: pl.DataFrame) -> pl.DataFrame:
    """The answers of all places on one day, one row for each: the other side of the plain join."""
    return annotate(frame.select("place").unique(), place="place", on=ON)


def through_time(frame: pl.DataFrame) -> pl.DataFrame:
    """The answers of all places through time, one row for each span of days: the other side of the dated join."""
    turns = {period.first_day for place in kratomlaw.jurisdictions() for period in kratomlaw.timeline(place)}
    days = pl.DataFrame({"first_day": sorted({date.min, *turns, kratomlaw.dataset().built_on + timedelta(days=1)})})
    crossed = frame.select("place").unique().join(days, how="cross").sort("place", "first_day")
    answered = annotate(crossed, place="place", on="first_day")
    answer = pl.struct(DEFAULT_COLUMNS).hash()
    changed = answered.filter((answer != answer.shift().over("place")).fill_null(value=True))
    return changed.with_columns(end_day=pl.col("first_day").shift(-1).over("place").fill_null(date.max))


def on_polars(frame: pl.DataFrame) -> Works:
    ready, spans = ready_made(frame), through_time(frame)
    holds = pl.col("day").is_between("first_day", "end_day", closed="left")
    return {
        "plain join": lambda: frame.join(ready, on="place", how="left"),
        "dated join": lambda: frame.join(spans, on="place", how="left").filter(holds),
        "annotate": lambda: annotate(frame, place="place", on="day"),
    }


def on_duckdb(frame: pl.DataFrame) -> Works:
    import duckdb

    connection = duckdb.connect()
    for name, source in (("orders", frame), ("ready", ready_made(frame)), ("spans", through_time(frame))):
        connection.register("source", source.to_arrow())
        connection.execute(f"CREATE TABLE {name} AS FROM source")
        connection.unregister("source")
    dated = "FROM orders o LEFT JOIN spans s ON o.place = s.place AND first_day <= day AND day < end_day"

    def computed(relation: Any) -> None:
        relation.create("result")
        connection.execute("DROP TABLE result")

    return {
        "plain join": lambda: computed(connection.sql("FROM orders LEFT JOIN ready USING (place)")),
        "dated join": lambda: computed(connection.sql(f"SELECT o.*, s.* EXCLUDE place {dated}")),
        "annotate": lambda: computed(annotate(connection.table("orders"), place="place", on="day")),
    }


def on_spark(frame: pl.DataFrame) -> Works:
    warnings.simplefilter("ignore")
    from pyspark.sql import SparkSession

    folder = Path(os.environ["KRATOMLAW_BENCHMARK_FOLDER"])
    frame.write_parquet(folder / "orders.parquet")
    session = (
        SparkSession.builder.master("local[*]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "6g")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    kept = session.read.parquet(str(folder / "orders.parquet")).repartition(4).cache()
    kept.count()
    ready = session.createDataFrame(ready_made(frame).to_arrow()).hint("broadcast")
    spans = session.createDataFrame(through_time(frame).to_arrow()).hint("broadcast")
    holds = (kept.place == spans.place) & (spans.first_day <= kept.day) & (kept.day < spans.end_day)

    def computed(result: Any) -> None:
        result.write.format("noop").mode("overwrite").save()

    return {
        "plain join": lambda: computed(kept.join(ready, on="place", how="left")),
        "dated join": lambda: computed(kept.join(spans, on=holds, how="left").drop(spans.place)),
        "annotate": lambda: computed(annotate(kept, place="place", on="day")),
    }


class Peak:
    """The most memory that this process and its children had in the meantime."""

    def __init__(self) -> None:
        self.bytes = 0


@contextmanager
def watched() -> Iterator[Peak]:
    """Watch the memory every few milliseconds."""
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            peak.bytes = max(peak.bytes, memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def memory() -> int:
    """Bytes that this process and its children hold; Spark's Java runtime is a child."""
    held, waiting = 0, [os.getpid()]
    while waiting:
        process = waiting.pop()
        try:
            held += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
            for thread in Path(f"/proc/{process}/task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            continue
    return held


def prepared(engine: str, rows: int) -> Works:
    return {"polars": on_polars, "duckdb": on_duckdb, "spark": on_spark}[engine](orders(rows))


def measure_memory(engine: str, rows: int, name: str) -> float:
    """Megabytes at the peak of one work over what was held before it."""
    work = prepared(engine, rows)[name]
    held = memory()
    with watched() as peak:
        work()
    return (peak.bytes - held) / _MEGABYTE


def measure(engine: str, rows: int, rounds: int) -> dict[str, float]:
    """Seconds of the joins and of annotating, the best of the rounds, in turns."""
    works = prepared(engine, rows)
    found: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            found[name] = min(found.get(name, float("inf")), time.perf_counter() - started)
    return found


def apart(*arguments: str) -> Any:
    """What this script measures in a process of its own."""
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, __file__, *arguments],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "KRATOMLAW_BENCHMARK_FOLDER": folder},
        )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--measure", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--memory", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.memory:
        print(json.dumps(measure_memory(asked.measure, asked.rows[0], asked.memory)))
        return
    if asked.measure:
        print(json.dumps(measure(asked.measure, asked.rows[0], asked.rounds)))
        return
    table = Table(
        "engine",
        "rows",
        "plain",
        "dated",
        "annotate",
        "to plain",
        "budget",
        "to dated",
        "memory, plain",
        "annotate",
        "growth",
    )
    engines = [engine for engine in ENGINES if engine != "spark" or shutil.which("java")]
    seconds: dict[str, tuple[int, float]] = {}
    for engine, rows in track([(engine, rows) for engine in engines for rows in asked.rows], description="frames"):
        arguments = ["--measure", engine, "--rows", str(rows), "--rounds", str(asked.rounds)]
        found = apart(*arguments)
        plain, annotating = (apart(*arguments, "--memory", name) for name in ("plain join", "annotate"))
        ratio = found["annotate"] / found["plain join"]
        budgeted = engine == "polars" and rows == 1_000_000
        kept = f"≤ {BUDGET:g}: {'kept' if ratio <= BUDGET else 'MISSED'}" if budgeted else ""
        fewer, before = seconds.get(engine, (rows, found["annotate"]))
        growth = f"{found['annotate'] / before:.1f} × for {rows / fewer:g} × the rows" if rows != fewer else ""
        seconds[engine] = rows, found["annotate"]
        table.add_row(
            engine,
            f"{rows:,}",
            f"{found['plain join']:.3f} s",
            f"{found['dated join']:.3f} s",
            f"{found['annotate']:.3f} s",
            f"{ratio:.2f}",
            kept,
            f"{found['annotate'] / found['dated join']:.2f}",
            f"{plain:,.0f}",
            f"{annotating:,.0f}",
            growth,
        )
    Console(width=None if sys.stdout.isatty() else 150).print(table)
    print(f"{len(DEFAULT_COLUMNS)} columns are added; the plain join adds the same.")


if __name__ == "__main__":
    main()
