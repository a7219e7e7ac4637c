"""How fast and how small is kratomlaw? Side by side with its neighbours, as ratios: ``python benchmarks/run.py``.

Needs the extra ``dev`` and the history of the repository: commit 7bc958f, the last one before the rooms, is unpacked
from it and measured in the same run. Everything is measured in turns, in processor time, and the best of several rounds
is taken, so that a busy machine changes little. The budgets are those of the project's design.
"""

import io
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
import timeit
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pycountry
import us
from rich.console import Console
from rich.progress import track
from rich.table import Table

import kratomlaw

ROOT = Path(__file__).parent.parent
BEFORE = "7bc958f"
ROUNDS = 15
CALLS = 100_000

ANSWER = "import kratomlaw; kratomlaw.lookup('US-TN')"
PYDANTIC = "from pydantic import BaseModel"
US = "import us; us.states.lookup('TN')"
SCREEN = "import typer, rich"
COMMAND = "import sys; sys.argv[1:] = ['lookup', 'US-TN']; from kratomlaw.cli import run; run()"
MODULES = "json.dumps([name for name in sys.modules])"
HEAVY = ("pydantic", "httpx", "typer", "rich", "narwhals", "sqlite3", "tomllib")
# getrusage would count the memory of the process that started the measured one.
MEMORY = "print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')))"


def environment(source: Path) -> Mapping[str, str]:
    """The environment of a measured process, which imports kratomlaw from a source tree.

    Byte code must be kept, as it is after any ordinary installation.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(source / "src"), "KRATOMLAW_MAX_AGE": "99999"}


def run(code: str, source: Path = ROOT) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment(source)).stdout


def unpacked(commit: str, folder: Path) -> Path:
    """The tree of a commit."""
    archive = subprocess.run(
        ["git", "archive", commit, "src"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder)  # noqa: S202  # our own commit
    return folder


def processor_time() -> float:
    """Seconds of processor time of this process and of those that it waited for."""
    own, waited = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + waited.ru_utime + waited.ru_stime


def in_turns(cases: Mapping[str, Callable[[], object]], what: str) -> dict[str, float]:
    """Seconds that each case takes, the best of the rounds."""
    best = dict.fromkeys(cases, float("inf"))
    for case in cases.values():
        case()
    for _ in track(range(ROUNDS), description=what):
        for name, case in cases.items():
            best[name] = min(best[name], timeit.timeit(case, number=1, timer=processor_time))
    return best


def warm(*questions: Callable[[], object]) -> list[float]:
    """Microseconds a call, the best of the rounds, in turns."""
    best = [float("inf")] * len(questions)
    for question in questions:
        question()
    for _ in track(range(ROUNDS), description="warm look-ups"):
        for index, question in enumerate(questions):
            best[index] = min(best[index], timeit.timeit(question, number=CALLS, timer=time.process_time) / CALLS * 1e6)
    return best


def first_sight() -> float:
    """Microseconds for a text that was not asked before, in a warm process."""
    texts = iter(f"Town {number}, TN" for number in range(10**6))
    return (
        min(timeit.repeat(lambda: kratomlaw.lookup(next(texts)), number=2000, repeat=5, timer=time.process_time))
        / 2000
        * 1e6
    )


def memory() -> float:
    """Megabytes after the first answer over those of a bare interpreter."""
    bare = min(int(run(f"import json, re, datetime\n{MEMORY}")) for _ in range(5))
    ours = min(int(run(f"{ANSWER}\n{MEMORY}")) for _ in range(5))
    return (ours - bare) / 1024


def wheel() -> float:
    """Megabytes of the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, str(ROOT)]
        subprocess.run(command, check=True, capture_output=True)
        return next(Path(folder).glob("*.whl")).stat().st_size / 1e6


def processes(old: Path) -> dict[str, float]:
    """Seconds of whole processes, from start to end."""
    return in_turns(
        {
            "python": partial(run, "pass"),
            "json": partial(run, "import json, re, datetime"),
            "pydantic": partial(run, PYDANTIC),
            "us": partial(run, US),
            "pycountry": partial(run, "import pycountry; pycountry.subdivisions.get(code='US-TN')"),
            "typer and rich": partial(run, SCREEN),
            "answer": partial(run, ANSWER),
            "by name": partial(run, "import kratomlaw; kratomlaw.lookup('Nashville, TN')"),
            "command": partial(run, COMMAND),
            BEFORE: partial(run, ANSWER, old),
            f"command of {BEFORE}": partial(run, COMMAND, old),
        },
        "fresh processes",
    )


def main() -> None:
    """Measure and print."""
    table = Table("what", "measured", "compared with", "ratio", "budget", "kept")

    def row(what: str, measured: str, base: str, value: float, budget: float, *, shown: bool = True) -> None:
        kept = "yes" if value <= budget else "NO"
        table.add_row(what, measured, base, f"{value:.2f}" if shown else "", f"≤ {budget:g}", kept)

    with tempfile.TemporaryDirectory() as folder:
        took = processes(unpacked(BEFORE, Path(folder)))
    answer, command = took["answer"], took["command"]
    for base, budget in (("pydantic", 0.7), ("us", 1.0), (BEFORE, 0.45)):
        row("fresh process: first answer", f"{answer * 1000:.0f} ms", base, answer / took[base], budget)
    for base, budget in (("typer and rich", 1.6), (f"command of {BEFORE}", 0.55)):
        row("kratomlaw lookup US-TN", f"{command * 1000:.0f} ms", base, command / took[base], budget)
    for name in ("python", "json", "by name", "pycountry", "us", "typer and rich", "pydantic", BEFORE):
        table.add_row(
            f"for comparison: {name}", f"{took[name] * 1000:.0f} ms", "pydantic", f"{took[name] / took['pydantic']:.2f}"
        )
    loaded = run(f"{ANSWER}\nimport json, sys; print({MODULES})")
    heavy = [name for name in HEAVY if f'"{name}"' in loaded]
    table.add_row(
        "imported by a first answer",
        ", ".join(heavy) or "none of them",
        ", ".join(HEAVY),
        "",
        "none",
        "NO" if heavy else "yes",
    )

    warm_lookup, theirs_us, theirs_pycountry, qualified = warm(
        lambda: kratomlaw.lookup("US-TN"),
        lambda: us.states.lookup("TN"),
        lambda: pycountry.subdivisions.get(code="US-TN"),  # type: ignore[no-untyped-call]
        lambda: kratomlaw.lookup("Nashville, TN", on="2026-01-01"),
    )
    row('warm lookup("US-TN")', f"{warm_lookup:.2f} µs", 'us.states.lookup("TN")', warm_lookup / theirs_us, 1.0)
    row('warm lookup("US-TN")', f"{warm_lookup:.2f} µs", "pycountry", warm_lookup / theirs_pycountry, 0.5)
    row('warm lookup("Nashville, TN", on=…)', f"{qualified:.2f} µs", "", qualified, 3, shown=False)
    seen = first_sight()
    row("first sight of a text", f"{seen:.0f} µs", "", seen, 100, shown=False)
    megabytes = memory()
    row("memory after the first answer", f"{megabytes:.1f} MB", "json, re, datetime", megabytes, 10, shown=False)
    size = wheel()
    row("wheel", f"{size:.2f} MB", "", size, 2.0, shown=False)
    Console(width=None if sys.stdout.isatty() else 150).print(table)


if __name__ == "__main__":
    main()
