"""What if any one system call that writes fails, in a refresh or in a publication? Old data stays whole, nothing is left.

The calls fail in a real process, by a library that is loaded before the system's own: ``failing_calls.c``.
"""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import GOOD_RECORD, write_record
from kratomlaw import KratomLaw
from kratomlaw.maintain.release.publish import publish
from kratomlaw.maintain.release.swap import replaced_in_one_step
from kratomlaw.updates.manifest import dataset_name
from releases import NEW, OLD, Source, Worker, contents
from sources import BUNDLED_VERSION, V1, V2, make_older
from survival_worker import make, versions_in

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"
)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process whose system calls can be made to fail, and that can be told to fork."""
    with tempfile.TemporaryDirectory() as name:
        library = Path(name, "failing_calls.so")
        code = Path(__file__).with_name("failing_calls.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, code, "-ldl"], check=True)
        warm = Source()
        warm.publish(OLD)
        warm.start()
        others = os.environ.get("LD_PRELOAD", "")  # as where the tests run on a later day
        made = Worker(warm.url, LD_PRELOAD=f"{library} {others}".strip())
        made.order("refresh", source=warm.url, cache=Path(name, "cache"))
        warm.stop()
        yield made
        made.close()


class Faults:
    """One call after the other fails, until there is none left.

    Args:
        worker: The process in whose children they fail.
        folder: Where the log is kept.
        error: The number of the error.
        lasting: Whether all later calls fail too, but for those that remove.
        step: Which of them fail: 1 is each. Each file is opened, written, synced and moved, four calls, so that with 3 all
            kinds come.
    """

    def __init__(self, worker: Worker, folder: Path, error: int, *, lasting: bool, step: int) -> None:
        self._worker = worker
        self._log = folder / "calls.txt"
        self._variables = {"FAULT_LOG": str(self._log), "FAULT_ERRNO": str(error)}
        if lasting:
            self._variables["FAULT_LASTING"] = "1"
        self._step = step
        self._number = 1
        self.done = 0
        self.seen: set[str] = set()

    def order(self, task: str, below: Path, **arguments: Any) -> tuple[str, dict[str, Any]] | None:
        """Have a task done while the next call below a folder fails; None where there is no such call any more."""
        self._log.unlink(missing_ok=True)
        variables = {**self._variables, "FAULT_FOLDER": str(below), "FAULT_AT": str(self._number)}
        result = self._worker.result("with_environment", what=task, variables=variables, arguments=arguments)
        calls = self._log.read_text().splitlines()
        self.seen.update(calls)
        if len(calls) < self._number:
            return None
        failed = f"{self._number}: {calls[self._number - 1]}"
        self._number += self._step
        self.done += 1
        return failed, result


def assert_whole(cache: Path) -> None:
    """What lies in a cache under its final name is what it is called."""
    for path in cache.glob("dataset-*.json"):
        assert path.name == f"dataset-{hashlib.sha256(path.read_bytes()).hexdigest()}.json"
    for path in cache.glob("manifest-*.json"):
        assert path.read_bytes() in (OLD.manifest, NEW.manifest)


@pytest.mark.parametrize(
    ("filled", "error", "lasting", "step"),
    [
        pytest.param(True, errno.EIO, False, 3, id="one call, filled"),
        pytest.param(True, errno.EIO, False, 1, id="each call, filled", marks=pytest.mark.soak),
        pytest.param(False, errno.EIO, False, 1, id="each call, empty", marks=pytest.mark.soak),
        pytest.param(True, errno.ENOSPC, True, 1, id="a full disk, filled", marks=pytest.mark.soak),
        pytest.param(False, errno.ENOSPC, True, 1, id="a full disk, empty", marks=pytest.mark.soak),
    ],
)
def test_whatever_call_of_a_refresh_fails_the_old_or_the_new_version_is_there_whole(
    worker: Worker, source: Source, tmp_path: Path, filled: bool, error: int, lasting: bool, step: int
) -> None:
    source.publish(NEW)
    faults = Faults(worker, tmp_path, error, lasting=lasting, step=step)
    while True:
        folder = tmp_path / str(faults.done)
        if filled:
            OLD.put_in(folder)
            abandoned = folder / ".part-abandoned"
            abandoned.touch()
            make_older(abandoned, 700)
        ended = faults.order("refresh", folder, source=source.url, cache=folder)
        if ended is None:
            break
        failed, report = ended
        assert (report["outcome"], report["version"]) == ("updated", V2), failed
        assert report["problem"] in (None, "CacheWriteError"), failed
        if report["problem"]:
            assert os.strerror(error) in report["said"], failed
            assert "KRATOMLAW_CACHE_DIR" in report["said"], failed
        assert_whole(folder)
        before = V1 if filled else BUNDLED_VERSION
        assert versions_in(KratomLaw(cache_dir=folder)) == {before if report["problem"] else V2}, failed
        again = make(source.url, str(folder)).refresh(allow_shrink=True)
        assert (again.version, again.problem) == (V2, None), failed
        assert KratomLaw(cache_dir=folder).dataset().version == V2, failed
        assert [path.name for path in folder.glob(".*")] == [], failed
    assert {"open", "write", "fsync", "rename", "unlink" if filled else "mkdir"} <= faults.seen


@pytest.mark.parametrize(
    ("error", "lasting", "step"),
    [
        pytest.param(errno.EIO, False, 3, id="one call"),
        pytest.param(errno.EIO, False, 1, id="each call", marks=pytest.mark.soak),
        pytest.param(errno.ENOSPC, True, 1, id="a full disk", marks=pytest.mark.soak),
    ],
)
def test_whatever_call_of_a_publication_fails_the_source_is_the_old_or_the_new_one(
    worker: Worker, tmp_path: Path, error: int, lasting: bool, step: int
) -> None:
    data = tmp_path / "data"
    write_record(data, GOOD_RECORD)
    (data / "dataset.toml").write_text(f'version = "{V1}"\n')
    publish(data, tmp_path / "held")
    (data / "dataset.toml").write_text(f'version = "{V2}"\n')
    faults = Faults(worker, tmp_path, error, lasting=lasting, step=step)
    while True:
        folder = tmp_path / str(faults.done)
        out = folder / "out"
        shutil.copytree(tmp_path / "held", out)
        before = contents(out)
        ended = faults.order("publish", folder, data=data, out=out)
        if ended is None:
            break
        failed, done = ended
        if done["error"]:
            assert done["error"] == "DataError", failed
            assert os.strerror(error) in done["message"], failed
            assert done["hint"], failed
            assert contents(out) == before, failed
        else:
            assert set(contents(out)) == {*before, dataset_name(V2)}, failed
        with replaced_in_one_step(out) as part:
            assert publish(data, part).version == V2
        assert sorted(contents(out)) == sorted({*before, dataset_name(V2)}), failed
        assert [path.name for path in folder.iterdir()] == ["out"], failed
    assert {"open", "write", "fsync", "rename", "mkdir", "unlink"} <= faults.seen
