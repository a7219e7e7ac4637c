"""How fast and how small is kratomlaw? Side by side with its neighbours, as ratios: ``python benchmarks/run.py``.

Needs the extra ``dev``. Every row compares things that were measured in the same run, in turns, and takes the best of
several rounds, so that a busy machine slows both sides alike. The budgets are those of the project's design.
"""

import os
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pycountry
import us
from rich.console import Console
from rich.progress import track
from rich.table import Table

import kratomlaw

ROOT = Path(__file__).parent.parent
ROUNDS = 15
CALLS = 100_000
# Byte code must be kept, as it is after any ordinary installation.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

PYDANTIC = "from pydantic import BaseModel"
FRESH = {
    PYDANTIC: PYDANTIC,
    "one empty pydantic model": f"{PYDANTIC}\nclass M(BaseModel): pass",
    "kratomlaw, first answer by code": "import kratomlaw; kratomlaw.lookup('US-TN')",
    "kratomlaw, first answer by name": "import kratomlaw; kratomlaw.lookup('Nashville, TN')",
    "holidays, first answer": "import holidays; holidays.country_holidays('US').get('2026-01-01')",
    "pycountry, first subdivision": "import pycountry; pycountry.subdivisions.get(code='US-TN')",
    "us, first state": "import us; us.states.lookup('TN')",
}
# getrusage would count the memory of the process that started the measured one.
MEMORY = "print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')))"


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=ENVIRONMENT
    ).stdout


def fresh_processes() -> dict[str, float]:
    """Seconds that a process takes from start to end, the best of the rounds, in turns."""
    best = dict.fromkeys(FRESH, float("inf"))
    for code in FRESH.values():
        run(code)
    for _ in track(range(ROUNDS), description="fresh processes"):
        for name, code in FRESH.items():
            best[name] = min(best[name], timeit.timeit(partial(run, code), number=1))
    return best


def warm(*questions: Callable[[], object]) -> list[float]:
    """Microseconds a call, the best of the rounds, in turns."""
    best = [float("inf")] * len(questions)
    for question in questions:
        question()
    for _ in track(range(ROUNDS), description="warm look-ups"):
        for index, question in enumerate(questions):
            best[index] = min(best[index], timeit.timeit(question, number=CALLS) / CALLS * 1e6)
    return best


def first_sight() -> float:
    """Microseconds for a text that was not asked before, in a warm process."""
    texts = iter(f"Town {number}, TN" for number in range(10**6))
    return min(timeit.repeat(lambda: kratomlaw.lookup(next(texts)), number=2000, repeat=5)) / 2000 * 1e6


def memory() -> float:
    """Megabytes after the first answer over those of importing pydantic."""
    base = min(int(run(f"{PYDANTIC}\n{MEMORY}")) for _ in range(5))
    ours = min(int(run(f"{FRESH['kratomlaw, first answer by name']}\n{MEMORY}")) for _ in range(5))
    return (ours - base) / 1024


def wheel() -> float:
    """Megabytes of the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, str(ROOT)]
        subprocess.run(command, check=True, capture_output=True)
        return next(Path(folder).glob("*.whl")).stat().st_size / 1e6


def main() -> None:
    """Measure and print."""
    table = Table("what", "measured", "compared with", "ratio", "budget", "kept")

    def row(what: str, measured: str, base: str, ratio: float | None, budget: str, kept: bool | None) -> None:
        shown = "" if ratio is None else f"{ratio:.2f}"
        table.add_row(what, measured, base, shown, budget, {True: "yes", False: "NO", None: ""}[kept])

    fresh = fresh_processes()
    base = fresh[PYDANTIC]
    for name, seconds in fresh.items():
        ours = name.startswith("kratomlaw")
        ratio = seconds / base
        row(
            f"fresh process: {name}",
            f"{seconds * 1000:.0f} ms",
            PYDANTIC,
            ratio,
            "≤ 1.15" if ours else "",
            ratio <= 1.15 if ours else None,
        )
    warm_lookup, theirs_us, theirs_pycountry, qualified = warm(
        lambda: kratomlaw.lookup("US-TN"),
        lambda: us.states.lookup("TN"),
        lambda: pycountry.subdivisions.get(code="US-TN"),  # type: ignore[no-untyped-call]
        lambda: kratomlaw.lookup("Nashville, TN", on="2026-01-01"),
    )
    for name, theirs in (('us.states.lookup("TN")', theirs_us), ("pycountry.subdivisions.get", theirs_pycountry)):
        row('warm lookup("US-TN")', f"{warm_lookup:.2f} µs", name, warm_lookup / theirs, "≤ 1", warm_lookup <= theirs)
    row('warm lookup("Nashville, TN", on=…)', f"{qualified:.2f} µs", "", None, "≤ 3 µs", qualified <= 3)
    seen = first_sight()
    row("first sight of a text", f"{seen:.0f} µs", "", None, "≤ 100 µs", seen <= 100)
    megabytes = memory()
    row("memory after the first answer", f"{megabytes:.1f} MB", "over pydantic alone", None, "≤ 15 MB", megabytes <= 15)
    size = wheel()
    row("wheel", f"{size:.2f} MB", "", None, "≤ 1.5 MB", size <= 1.5)
    Console(width=None if sys.stdout.isatty() else 150).print(table)


if __name__ == "__main__":
    main()
