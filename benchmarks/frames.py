"""How fast are whole columns annotated? As ratios to a plain join: ``python benchmarks/frames.py [--case NAME …]``.

Needs the extra ``dev``, and a Java runtime for Spark. Every engine annotates rows with a place and a day of their own,
and joins the same rows with two ready-made tables: the plain join with one that has the answer of each place on one
day, the dated join with one that has its answers through time, which gives the same columns as annotating. Each engine
runs in processes of its own; the best of the rounds counts. Time is from a frame that is in memory to all
columns of the result computed, with the data of kratomlaw read before; memory is what is held at the peak beyond that.

Three cases: ``places`` has some hundreds of distinct places as text, and days; ``orders`` has 30,000 distinct real
(city, state, ZIP code) and days, on Polars, beside the same of an older version (``--before FOLDER``, its folder
``src``); ``texts`` has nothing but distinct addresses with a street, read from Parquet in batches and written nowhere,
beside one process that annotates them in memory: rows a second of processor time, which is that of Spark's Java runtime
too and the same whoever else is on the machine; and the memory of the process that asks.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import partial
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
CASES = ("places", "orders", "texts")
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
    os.environ["PYSPARK_PYTHON"] = sys.executable  # the executors' Python, which must have the package too
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


ORDERS = 30_000
TO_PLAIN, TO_OLDER = 10.0, 10.0
"""Of the project's design: most times the plain join, and least times faster than the older version."""


def deliveries() -> pl.DataFrame:
    """The cities, states and ZIP codes of real post offices, the same in every run."""
    import zipcodes

    found = [entry for entry in zipcodes.list_all() if entry["zip_code_type"] == "STANDARD"]  # type: ignore[no-untyped-call]
    random.Random(2027).shuffle(found)  # noqa: S311  # not for secrets
    return pl.DataFrame({part: [entry[part] for entry in found] for part in ("city", "state", "zip_code")})


def mixed(rows: int) -> pl.Expr:
    """Numbers that repeat late and in no order."""
    return (pl.int_range(rows, dtype=pl.Int64) * 2_654_435_761) % 4_294_967_296


def measure_orders(rows: int, rounds: int) -> dict[str, float]:
    """Seconds of the plain join, of annotating at first, and of annotating, for orders by parts of the address."""
    keys = deliveries().head(ORDERS)
    frame = keys[pl.select(mixed(rows) % ORDERS).to_series()].with_columns(
        day=pl.lit("2018-01-01").str.to_date() + pl.duration(days=mixed(rows) // 7 % 3650), id=pl.int_range(rows)
    )
    ask = partial(annotate, city="city", state="state", postal_code="zip_code")
    kratomlaw.preload()
    started = time.perf_counter()
    ready = ask(keys.unique(), on=ON)
    found = {"first call": time.perf_counter() - started}
    for _ in range(rounds):
        started = time.perf_counter()
        frame.join(ready, on=keys.columns, how="left")
        joined = time.perf_counter()
        ask(frame, on="day")
        ended = time.perf_counter()
        found["plain join"] = min(found.get("plain join", float("inf")), joined - started)
        found["annotate"] = min(found.get("annotate", float("inf")), ended - joined)
    return found


def write_texts(rows: int, folder: Path) -> Path:
    """Distinct addresses in a file."""
    keys = deliveries()
    file = folder / f"texts-{rows}.parquet"
    part = 50_000
    for start in range(0, rows, part):
        count = min(part, rows - start)
        place = keys[pl.select(mixed(count) % len(keys)).to_series()].select(
            place=pl.format("{} Main St, {}, {} {}", pl.int_range(start, start + count), "city", "state", "zip_code")
        )
        place.write_parquet(folder / f"texts-{rows}-{start:09}.parquet", row_group_size=50_000)
    return file.with_name(f"texts-{rows}-*.parquet")


def measure_texts(engine: str, rows: int) -> dict[str, float]:
    """Seconds, and megabytes at the peak over those before, of annotating addresses as text, once."""
    files = write_texts(rows, Path(os.environ["KRATOMLAW_BENCHMARK_FOLDER"]))
    kratomlaw.preload()
    work: Callable[[], object]
    whose: Callable[[], int] = own_memory
    if engine == "one process":
        frame = pl.read_parquet(files)
        work = lambda: annotate(frame, place="place", on=ON)  # noqa: E731
    elif engine == "polars":
        work = lambda: (  # noqa: E731
            annotate(pl.scan_parquet(files), place="place", on=ON).group_by("status").len().collect(engine="streaming")
        )
    elif engine == "duckdb":
        import duckdb

        connection = duckdb.connect(config={"memory_limit": "1GB", "threads": 2})
        connection.execute(f"CREATE VIEW texts AS FROM '{files}'")
        texts = connection.table("texts")
        work = lambda: annotate(texts, place="place", on=ON).aggregate("status, count(*)").fetchall()  # noqa: E731
    else:
        warnings.simplefilter("ignore")
        os.environ["PYSPARK_PYTHON"] = sys.executable
        from pyspark.sql import SparkSession

        settings = {"spark.ui.enabled": "false", "spark.driver.memory": "1g"}
        settings |= {"spark.sql.files.maxPartitionBytes": "1m", "spark.sql.files.openCostInBytes": "1"}
        builder = SparkSession.builder.master("local[2]")
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        read = session.read.parquet(str(files))
        annotate(read.limit(1), place="place", on=ON).write.format("noop").mode("overwrite").save()
        work = lambda: annotate(read, place="place", on=ON).write.format("noop").mode("overwrite").save()  # noqa: E731
    held, worked = whose(), processor_time()
    with watched(whose) as peak:
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
    worked = processor_time() - worked
    return {"seconds": seconds, "processor": worked, "memory": (peak.bytes - held) / _MEGABYTE}


class Peak:
    """The most memory that this process and its children had in the meantime."""

    def __init__(self) -> None:
        self.bytes = 0


def own_memory() -> int:
    """Bytes that this process holds, without its children."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


@contextmanager
def watched(held: "Callable[[], int]") -> Iterator[Peak]:
    """Watch the memory every few milliseconds."""
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            peak.bytes = max(peak.bytes, held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def family() -> Iterator[Path]:
    """What is known of this process and its children; Spark's Java runtime is a child."""
    waiting = [os.getpid()]
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            for thread in (process / "task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
            yield process


def memory() -> int:
    """Bytes that this process and its children hold."""
    held = 0
    for process in family():
        with suppress(FileNotFoundError, ProcessLookupError):
            held += int((process / "statm").read_text().split()[1]) * _PAGE
    return held


def processor_time() -> float:
    """Seconds for which this process and its children have had a processor, those that have ended included."""
    ticks = 0
    for process in family():
        with suppress(FileNotFoundError, ProcessLookupError):
            ticks += sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def prepared(engine: str, rows: int) -> Works:
    return {"polars": on_polars, "duckdb": on_duckdb, "spark": on_spark}[engine](orders(rows))


def measure_memory(engine: str, rows: int, name: str) -> float:
    """Megabytes at the peak of one work over what was held before it."""
    work = prepared(engine, rows)[name]
    held = memory()
    with watched(memory) as peak:
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


def apart(*arguments: str, source: Path | None = None) -> Any:
    """What this script measures in a process of its own, of this version or of an older one."""
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, __file__, *arguments],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "KRATOMLAW_BENCHMARK_FOLDER": folder,
                **({"PYTHONPATH": str(source)} if source else {}),
            },
        )
    return json.loads(done.stdout.splitlines()[-1])


def engines() -> list[str]:
    """Those that can run here."""
    return [engine for engine in ENGINES if engine != "spark" or shutil.which("java")]


def compare_places(sizes: Sequence[int], rounds: int) -> Table:
    """Some hundreds of distinct places as text."""
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
        title=f"places: {len(DEFAULT_COLUMNS)} columns added, as by the plain join",
    )
    seconds: dict[str, tuple[int, float]] = {}
    for engine, rows in track([(engine, rows) for engine in engines() for rows in sizes], description="places"):
        arguments = ["--measure", engine, "--rows", str(rows), "--rounds", str(rounds)]
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
    return table


def compare_orders(rows: int, rounds: int, before: Path | None) -> Table:
    """Many distinct addresses in parts, beside an older version in turns."""
    arguments = ["--measure", "orders", "--rows", str(rows), "--rounds", str(rounds)]
    ours: dict[str, float] = {}
    older = float("inf")
    for _ in track(range(2), description="orders"):
        found = apart(*arguments)
        ours = {name: min(seconds, ours.get(name, seconds)) for name, seconds in found.items()}
        if before:
            older = min(older, apart(*arguments, source=before)["annotate"])
    table = Table("what", "seconds", "ratio", "budget", title=f"orders: {rows:,} rows, {ORDERS:,} addresses, Polars")
    to_plain, to_older = ours["annotate"] / ours["plain join"], older / ours["annotate"]
    table.add_row("plain join on the same keys", f"{ours['plain join']:.3f}")
    kept = "kept" if to_plain <= TO_PLAIN else "MISSED"
    table.add_row("annotate", f"{ours['annotate']:.3f}", f"{to_plain:.1f}", f"≤ {TO_PLAIN:g}: {kept}")
    table.add_row("first call of a process, the addresses once each", f"{ours['first call']:.3f}")
    if before:
        kept = "kept" if to_older >= TO_OLDER else "MISSED"
        table.add_row("annotate, older version", f"{older:.3f}", f"{to_older:.1f} × ours", f"≥ {TO_OLDER:g}: {kept}")
    return table


def compare_texts(sizes: Sequence[int]) -> Table:
    """Nothing but distinct addresses as text, on engines that have no memory to spare."""
    of_processor = "rows a second of processor"
    table = Table("engine", "rows", "seconds", of_processor, "to one process", "memory, MB", title="texts")
    names = ["one process", *engines()]
    rates: dict[int, float] = {}
    for name, rows in track([(name, rows) for name in names for rows in sizes], description="texts"):
        found = apart("--measure", "texts", "--engine", name, "--rows", str(rows))
        rate = rows / found["processor"]
        alone = rates.setdefault(rows, rate)
        row = (name, f"{rows:,}", f"{found['seconds']:.1f}", f"{rate:,.0f}", f"{rate / alone:.2f}")
        table.add_row(*row, f"{found['memory']:,.0f}")
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--case", choices=CASES, nargs="+", default=CASES)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--texts", type=int, nargs="+", default=[200_000, 1_000_000], help="rows of the case texts")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--before", type=Path, help="the folder src of an older version, for the case orders")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    parser.add_argument("--memory", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        if asked.measure == "orders":
            found: object = measure_orders(asked.rows[0], asked.rounds)
        elif asked.measure == "texts":
            found = measure_texts(asked.engine, asked.rows[0])
        elif asked.memory:
            found = measure_memory(asked.measure, asked.rows[0], asked.memory)
        else:
            found = measure(asked.measure, asked.rows[0], asked.rounds)
        print(json.dumps(found))
        return
    console = Console(width=None if sys.stdout.isatty() else 150)
    if "places" in asked.case:
        console.print(compare_places(asked.rows, asked.rounds))
    if "orders" in asked.case:
        console.print(compare_orders(asked.rows[0], asked.rounds, asked.before))
    if "texts" in asked.case:
        console.print(compare_texts(asked.texts))


if __name__ == "__main__":
    main()
