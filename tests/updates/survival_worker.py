"""What do the processes do that tests kill, starve or crowd?

Without arguments it is a process that has loaded everything and forks a child for each order on its standard input, so
that hundreds of processes can be killed in a minute. With ``churn`` it is one process that many threads use at once.
"""

import gc
import json
import os
import re
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from platformdirs import user_cache_path

from kratomlaw import Answer, Change, KratomLaw, KratomLawError, RefreshReport
from kratomlaw.data.bundled import bundled
from kratomlaw.data.versions import version_key

BUNDLED = bundled().version
CODES = ("US", "US-LA", "US-TN", "US-CA", "US-ME", "US-TX", "US-HI", "TH", "DE", "LU", "GB", "ZA")
"""The places that are asked about: the sources of the tests hold their records, and so does the package."""
DAY = "2026-11-23"
"""The day that questions are about; what the law was then does not change with the data."""
_TAG = re.compile(r"\[v([0-9.]+)\]")


def tag(version: str) -> str:
    """What is written into every summary, so that a mixture of versions shows."""
    return f"[v{version}]"


def versions_in(law: KratomLaw) -> set[str]:
    """The versions that an instance answers from: one, unless it mixes them. What has no tag is bundled."""
    found = {law.dataset().version}
    for code in CODES:
        for period in law.record(code).periods:
            found |= _versions([period.summary])
        found |= versions_of(law.lookup(code=code, on=DAY))
    return found


def versions_of(answer: Answer) -> set[str]:
    """The versions that one answer comes from."""
    return {answer.dataset_version} | _versions([answer.summary])


def _versions(summaries: Iterable[str]) -> set[str]:
    return {version for summary in summaries for version in _TAG.findall(summary) or [BUNDLED]}


def _of_changes(changes: Iterable[Change]) -> set[str]:
    return _versions(change.summary for change in changes)


def make(source: str, cache: str | None) -> KratomLaw:
    """An instance that asks its source whenever it is told to."""
    return KratomLaw(source=source, cache_dir=cache, min_interval=timedelta(0))


def refresh(source: str, cache: str) -> dict[str, Any]:
    """Refresh once."""
    return _summary(make(source, cache).refresh(allow_shrink=True))


def publish(data: str, out: str) -> dict[str, Any]:
    """Add a release to a source, as the command does."""
    from kratomlaw.maintain.release.publish import publish
    from kratomlaw.maintain.release.swap import replaced_in_one_step

    try:
        with replaced_in_one_step(Path(out)) as part:
            publish(Path(data), part)
    except KratomLawError as error:
        return {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    return {"error": None}


def with_environment(what: str, variables: dict[str, str], arguments: dict[str, Any]) -> dict[str, Any]:
    """Do a task where the environment says something more, as to the library that makes system calls fail."""
    os.environ.update(variables)
    return TASKS[what](**arguments)


def refresh_until_line(source: str, cache: str, line: int) -> dict[str, Any]:
    """Refresh, but be killed before the given line of all the lines that write to the cache."""
    writing = ("store", "store_manifest", "save_state", "_put", "tidy")
    left = line

    def at_line(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        nonlocal left
        if event == "call" and not (
            frame.f_code.co_filename.endswith("updates/cache.py") and frame.f_code.co_name in writing
        ):
            return None
        if event == "line":
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
        return at_line

    sys.settrace(at_line)
    return refresh(source, cache)


def survive(
    source: str,
    cache: str | None,
    user: int | None = None,
    environment: dict[str, str | None] | None = None,
    largest_file: int | None = None,
    folder: str | None = None,
) -> dict[str, Any]:
    """Read, refresh and read again in a process that lacks something."""
    for name, value in (environment or {}).items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    if folder is not None:
        os.chdir(folder)
    if largest_file is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        law = make(source, cache)
        before = versions_in(law)
        report = law.refresh(allow_shrink=True)
        after = versions_in(law)
        fresh = versions_in(make(source, cache))
        versions_in(make(source, cache))
    return {
        "before": sorted(before),
        "report": _summary(report),
        "after": sorted(after),
        "fresh": sorted(fresh),
        "warnings": [f"{warning.category.__name__}: {warning.message}" for warning in caught],
    }


def _summary(report: RefreshReport) -> dict[str, Any]:
    return {
        "outcome": report.outcome.value,
        "version": report.version,
        "problem": report.problem.error if report.problem else None,
        "said": str(report),
    }


class Reader:
    """One thread that refreshes and reads, and notes whatever must not be."""

    def __init__(self, shared: KratomLaw | None, source: str, cache: str, wrong: list[str]) -> None:
        self._law = shared or make(source, cache)
        self._source = source
        self._cache = cache
        self._wrong = wrong
        self._newest: dict[str, str] = {}
        self.counts: Counter[str] = Counter()

    def run(self, rounds: int) -> None:
        """Refresh and read so many times."""
        try:
            for _ in range(rounds):
                self._round()
        except Exception:  # noqa: BLE001, RUF100 - a thread's error would be lost otherwise
            self._wrong.append(traceback.format_exc())

    def _round(self) -> None:
        report = self._law.refresh(allow_shrink=True)
        self.counts[report.outcome.value] += 1
        self.counts[report.problem.error if report.problem else "no problem"] += 1
        self._note("in use", "refresh", {report.version})
        for code in CODES:
            self._note("in use", f"lookup {code}", versions_of(self._law.lookup(code=code, on=DAY)))
        for code in ("US-LA", "TH"):
            summaries = [period.summary for period in self._law.timeline(code)]
            self._note("in use", f"timeline {code}", _versions(summaries))
        self._note("in use", "changes", _of_changes(self._law.changes("1990-01-01")))
        self._note("fresh", "fresh instance", versions_in(KratomLaw(cache_dir=self._cache)))

    def _note(self, whose: str, what: str, versions: set[str]) -> None:
        self.counts["reads"] += 1
        before = self._newest.get(whose, BUNDLED)
        if len(versions) != 1:
            self._wrong.append(f"{what} mixes {sorted(versions)}")
        elif version_key(min(versions)) < version_key(before):
            self._wrong.append(f"{what} went back from {before} to {min(versions)}")
        else:
            self._newest[whose] = min(versions)


def churn(source: str, cache: str, threads: int, rounds: int) -> dict[str, Any]:
    """Refresh and read in many threads at once; three in four share one instance."""
    shared = make(source, cache)
    wrong: list[str] = []
    readers = [Reader(shared if number % 4 else None, source, cache, wrong) for number in range(threads)]
    running = [threading.Thread(target=reader.run, args=(rounds,)) for reader in readers]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return {"wrong": wrong[:5], "counts": dict(sum((reader.counts for reader in readers), Counter()))}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "publish": publish,
    "refresh": refresh,
    "refresh_until_line": refresh_until_line,
    "survive": survive,
    "with_environment": with_environment,
}


def in_child(task: str, arguments: dict[str, Any], kill_after: float | None) -> dict[str, Any]:
    """Do a task in a child, which is killed after a while if it has not ended by itself."""
    began = time.monotonic()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer: dict[str, Any] = {"result": TASKS[task](**arguments)}
        except Exception:  # noqa: BLE001, RUF100 - the parent reports it
            answer = {"error": traceback.format_exc()}
        with os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(writing)
    if kill_after is not None:
        select.select([reading], [], [], kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    seconds = time.monotonic() - began
    if os.WIFSIGNALED(status):
        return {"killed": True, "seconds": seconds}
    return {"killed": False, "seconds": seconds, **json.loads(said)}


def main() -> None:
    """Do what the arguments or the standard input say; the answers are lines of JSON."""
    task, source, *rest = sys.argv[1:]
    if task == "churn":
        said = churn(source, rest[0], int(rest[1]), int(rest[2]))
        sys.stdout.write(json.dumps(said))
        return
    with tempfile.TemporaryDirectory() as folder:  # whatever is loaded late is loaded now
        refresh(source, str(Path(folder) / "cache"))
        user_cache_path("kratomlaw", appauthor=False)
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(json.dumps(in_child(order["task"], order["arguments"], order["kill_after"])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
