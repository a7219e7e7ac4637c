"""What a refresh survives: being killed, no room, no rights, damage, a crowd, time, and whatever a source may send."""

import copy
import errno
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import ROOT
from kratomlaw import (
    FetchRequest,
    FetchResponse,
    KratomLaw,
    KratomLawCacheWarning,
    KratomLawError,
    Origin,
    RefreshOutcome,
    SourceUnreachableError,
)
from kratomlaw.data.dataset import Dataset
from kratomlaw.data.validation import parse
from kratomlaw.updates.manifest import DatasetFile, Manifest, dataset_name, read_manifest, write_manifest
from survival_worker import BUNDLED, CODES, DAY, make, tag, versions_in, versions_of

WORKER = ROOT / "tests/survival_worker.py"
V1, V2, V3 = "2027.01.01", "2027.02.01", "2027.03.01"
SECONDS = float(os.environ.get("KRATOMLAW_TEST_SECONDS", "30"))
NOBODY = 65534
NO_SUCH_USER = 54321
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work as another user")
BUNDLED_RECORDS: dict[str, dict[str, Any]] = json.loads(
    (ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_bytes()
)["records"]


def document_of(version: str) -> dict[str, Any]:
    """A small dataset, every summary of which names the version."""
    records = copy.deepcopy({code: BUNDLED_RECORDS[code] for code in CODES})
    for record in records.values():
        for period in record["periods"]:
            period["summary"] = f"{tag(version)} {period['summary']}"
    return {"schema": 1, "version": version, "built_on": DAY, "licence": "CC0-1.0", "records": records}


class Release:
    """One version of the data, as a source publishes it and a cache keeps it."""

    def __init__(self, version: str, older: tuple["Release", ...] = (), **changes: Any) -> None:
        self.version = version
        self.dataset = json.dumps(document_of(version) | changes).encode()
        self.sha256 = hashlib.sha256(self.dataset).hexdigest()
        self.file = DatasetFile(version=version, size=len(self.dataset), sha256=self.sha256, file=dataset_name(version))
        manifest = Manifest(
            schema=1,
            **self.file.model_dump(),
            created=datetime(2026, 11, 23, tzinfo=UTC),
            expires=datetime.now(UTC) + timedelta(days=100),
            versions=(self.file, *(release.file for release in older)),
        )
        content = json.loads(write_manifest(manifest)) | {k: v for k, v in changes.items() if k != "records"}
        self.manifest = json.dumps(content, indent=1).encode()

    def manifest_in(self, cache: Path) -> Path:
        return cache / f"manifest-{self.version}.json"

    def body_in(self, cache: Path) -> Path:
        return cache / f"dataset-{self.sha256}.json"

    def put_in(self, cache: Path) -> None:
        cache.mkdir(exist_ok=True)
        self.body_in(cache).write_bytes(self.dataset)
        self.manifest_in(cache).write_bytes(self.manifest)


OLD = Release(V1)
NEW = Release(V2, (OLD,))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024
    source: "Source"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.source.answer(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Source:
    """A real web server on loopback that serves what was published last."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self._files: dict[str, bytes] = {}
        self._server: _Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/data"

    def publish(self, release: Release) -> None:
        self._files[f"/data/{dataset_name(release.version)}"] = release.dataset
        self._files["/data/manifest.json"] = release.manifest

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.source = self
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append(request.path.removeprefix("/data/"))
        body = self._files.get(request.path)
        etag = f'"{hashlib.sha256(body or b"").hexdigest()}"'
        if body is None or request.headers.get("If-None-Match") == etag:
            request.send_response(404 if body is None else 304)
            request.end_headers()
            return
        request.send_response(200)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


class Worker:
    """A process that forks a child for each task."""

    def __init__(self, source: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, WORKER, "serve", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def order(self, task: str, *, kill_after: float | None = None, **arguments: Any) -> dict[str, Any]:
        """Have a task done, or cut short."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"task": task, "kill_after": kill_after, "arguments": arguments}
        self._process.stdin.write(json.dumps(order, default=str) + "\n")
        self._process.stdin.flush()
        ended: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in ended, ended["error"]
        return ended

    def result(self, task: str, **arguments: Any) -> dict[str, Any]:
        """Have a task done, and tell what came of it."""
        result: dict[str, Any] = self.order(task, **arguments)["result"]
        return result

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, whatever the machine is told about proxies."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def source() -> Iterator[Source]:
    """A running source that holds the older version."""
    made = Source()
    made.publish(OLD)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process that has loaded everything and can be told to fork."""
    warm = Source()
    warm.publish(OLD)
    warm.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        made = Worker(warm.url)
        with tempfile.TemporaryDirectory() as folder:  # it has begun when it has answered
            made.order("refresh", source=warm.url, cache=folder)
    warm.stop()
    yield made
    made.close()


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="kratomlaw-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def cache(shared_folder: Path) -> Path:
    """A cache that holds the older version and can be read by everybody."""
    folder = shared_folder / "cache"
    OLD.put_in(folder)
    folder.chmod(0o755)
    return folder


class TestKilled:
    def test_at_any_of_300_moments_it_leaves_one_whole_version(
        self, worker: Worker, source: Source, tmp_path: Path
    ) -> None:
        OLD.put_in(tmp_path / "filled")
        source.publish(NEW)

        def filled(name: str) -> Path:
            return Path(shutil.copytree(tmp_path / "filled", tmp_path / name))

        usual = median(
            worker.order("refresh", source=source.url, cache=filled(f"measured {number}"))["seconds"]
            for number in range(9)
        )
        moments = random.Random(20261123)  # noqa: S311
        found: Counter[tuple[bool, str]] = Counter()
        for number in range(300):
            folder = filled(str(number))
            ended = worker.order("refresh", kill_after=moments.uniform(0, usual), source=source.url, cache=folder)
            found[ended["killed"], only(versions_in(KratomLaw(cache_dir=folder)))] += 1
            assert make(source.url, str(folder)).refresh().version == V2
            assert versions_in(KratomLaw(cache_dir=folder)) == {V2}
        assert set(found) <= {(True, V1), (True, V2), (False, V2)}, found
        assert found[True, V1] + found[True, V2] > 150, found

    def test_at_any_line_that_writes_it_leaves_one_whole_version(
        self, worker: Worker, source: Source, tmp_path: Path
    ) -> None:
        source.publish(NEW)
        found: list[str] = []
        killed = True
        while killed:
            folder = tmp_path / str(len(found))
            OLD.put_in(folder)
            ended = worker.order("refresh_until_line", source=source.url, cache=folder, line=len(found))
            killed = ended["killed"]
            found.append(only(versions_in(KratomLaw(cache_dir=folder))))
            assert make(source.url, str(folder)).refresh().version == V2
            assert versions_in(KratomLaw(cache_dir=folder)) == {V2}
        # First the older version at every line, then the newer one at every line.
        assert found == sorted(found)
        assert min(Counter(found).values()) > 10
        assert set(found) == {V1, V2}

    def test_what_it_leaves_behind_is_removed_a_day_later(self, source: Source, tmp_path: Path) -> None:
        OLD.put_in(tmp_path)
        source.publish(NEW)
        abandoned, recent = tmp_path / ".part-abandoned", tmp_path / ".part-recent"
        for part in (abandoned, recent):
            part.touch()
        a_day_ago = datetime.now(UTC).timestamp() - 86_500
        os.utime(abandoned, (a_day_ago, a_day_ago))
        make(source.url, str(tmp_path)).refresh()
        assert (abandoned.exists(), recent.exists()) == (False, True)


def only(versions: set[str]) -> str:
    """The one version that there is."""
    (version,) = versions
    return version


def assert_not_stored(found: dict[str, Any], *, before: str = V1) -> None:
    """The process has the newer data, the next one goes on as before."""
    assert found["before"] == [before]
    assert (found["report"]["outcome"], found["report"]["problem"]) == ("updated", "CacheWriteError")
    assert found["after"] == [V2]
    assert found["fresh"] == [before]


class TestCacheThatCannotBeWritten:
    @AS_ROOT
    def test_a_full_disk_costs_only_the_storing(self, worker: Worker, source: Source, shared_folder: Path) -> None:
        room = (len(OLD.dataset) + len(OLD.manifest)) * 3 // 2
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={room},mode=755", "tmpfs", shared_folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        try:
            source.publish(NEW)
            OLD.put_in(shared_folder)
            found = worker.result("survive", source=source.url, cache=shared_folder)
            left = {path.name for path in shared_folder.iterdir()}
        finally:
            subprocess.run(["umount", shared_folder], check=True)
        assert_not_stored(found)
        assert os.strerror(errno.ENOSPC) in found["report"]["said"]
        assert found["warnings"] == []
        assert not [name for name in left if name.startswith(".part-")]

    def test_a_file_that_may_not_grow_costs_only_the_storing(self, worker: Worker, source: Source, cache: Path) -> None:
        source.publish(NEW)
        found = worker.result("survive", source=source.url, cache=cache, largest_file=len(NEW.dataset) // 2)
        assert_not_stored(found)
        assert found["warnings"] == []
        assert not list(cache.glob(".part-*"))

    def test_a_folder_that_may_only_be_read_answers(self, worker: Worker, source: Source, cache: Path) -> None:
        source.publish(NEW)
        cache.chmod(0o555)
        before = contents(cache)
        user = NOBODY if os.geteuid() == 0 else None
        found = worker.result("survive", source=source.url, cache=cache, user=user)
        assert_not_stored(found)
        assert found["warnings"] == []
        assert contents(cache) == before

    @AS_ROOT
    def test_a_folder_of_another_user_is_told_of_once(self, worker: Worker, source: Source, cache: Path) -> None:
        source.publish(NEW)
        cache.chmod(0o700)
        found = worker.result("survive", source=source.url, cache=cache, user=NOBODY)
        assert_not_stored(found, before=BUNDLED)
        (warning,) = found["warnings"]
        assert warning.startswith("KratomLawCacheWarning: The cache folder cannot be read")

    @AS_ROOT
    def test_files_of_another_user_are_told_of_once(self, worker: Worker, source: Source, cache: Path) -> None:
        source.publish(NEW)
        OLD.body_in(cache).chmod(0o600)
        found = worker.result("survive", source=source.url, cache=cache, user=NOBODY)
        assert_not_stored(found, before=BUNDLED)
        (warning,) = found["warnings"]
        assert warning.startswith("KratomLawCacheWarning: A dataset in the cache cannot be read")

    def test_a_file_in_its_place_is_told_of_once(self, worker: Worker, source: Source, tmp_path: Path) -> None:
        source.publish(NEW)
        file = tmp_path / "cache"
        file.write_bytes(b"mine")
        found = worker.result("survive", source=source.url, cache=file)
        assert_not_stored(found, before=BUNDLED)
        assert len(found["warnings"]) == 1
        assert file.read_bytes() == b"mine"

    def test_a_file_above_it_is_told_of_once(self, worker: Worker, source: Source, tmp_path: Path) -> None:
        source.publish(NEW)
        (tmp_path / "file").write_bytes(b"mine")
        found = worker.result("survive", source=source.url, cache=tmp_path / "file/cache")
        assert_not_stored(found, before=BUNDLED)
        assert len(found["warnings"]) == 1


class TestNoHome:
    # With the cache folder of a user who has a home, a test would write into it.
    @AS_ROOT
    @pytest.mark.parametrize("user", [NOBODY, NO_SUCH_USER])
    @pytest.mark.parametrize("home", [None, "", "/nonexistent"])
    def test_answers_and_refreshes_go_on(
        self, worker: Worker, source: Source, shared_folder: Path, user: int, home: str | None
    ) -> None:
        source.publish(NEW)
        shared_folder.chmod(0o777)
        found = worker.result(
            "survive",
            source=source.url,
            cache=None,
            user=user,
            environment={"HOME": home, "XDG_CACHE_HOME": None},
            folder=shared_folder,
        )
        assert_not_stored(found, before=BUNDLED)
        assert len(found["warnings"]) <= 1
        assert list(shared_folder.iterdir()) == [], "a home folder was made up"

    def test_a_cache_folder_that_is_named_is_used(self, worker: Worker, source: Source, cache: Path) -> None:
        source.publish(NEW)
        found = worker.result("survive", source=source.url, cache=cache, environment={"HOME": "/nonexistent"})
        assert (found["report"]["problem"], found["fresh"]) == (None, [V2])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def flip_bit(file: Path, byte: int, bit: int = 0) -> None:
    content = bytearray(file.read_bytes())
    content[byte] ^= 1 << bit
    file.write_bytes(content)


def flip_in_hash(file: Path) -> None:
    flip_bit(file, file.read_bytes().index(b'"sha256"') + 15)


def flip_in_middle(file: Path) -> None:
    flip_bit(file, file.stat().st_size // 2)


def make_empty(file: Path) -> None:
    file.write_bytes(b"")


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


class TestDamagedCache:
    @pytest.mark.parametrize(
        ("damaged", "damage", "mended"),
        [
            pytest.param(NEW.body_in, flip_in_middle, True, id="a bit of the body flipped"),
            pytest.param(NEW.manifest_in, flip_in_middle, True, id="a bit of the manifest flipped"),
            pytest.param(NEW.manifest_in, flip_in_hash, True, id="a bit of the hash in the manifest flipped"),
            pytest.param(NEW.body_in, make_empty, True, id="an empty body"),
            pytest.param(NEW.manifest_in, make_empty, True, id="an empty manifest"),
            pytest.param(NEW.body_in, cut_off, True, id="a body cut off"),
            pytest.param(NEW.manifest_in, cut_off, True, id="a manifest cut off"),
            pytest.param(NEW.body_in, make_folder, False, id="a folder for a body"),
            pytest.param(NEW.manifest_in, make_folder, False, id="a folder for a manifest"),
        ],
    )
    def test_answers_go_on_from_the_version_before_and_a_refresh_mends_it(
        self,
        worker: Worker,
        source: Source,
        cache: Path,
        damaged: Callable[[Path], Path],
        damage: Callable[[Path], object],
        mended: bool,
    ) -> None:
        source.publish(NEW)
        NEW.put_in(cache)
        damage(damaged(cache))
        found = worker.result("survive", source=source.url, cache=cache)
        assert (found["before"], found["after"]) == ([V1], [V2])
        assert found["report"]["outcome"] == "updated"
        assert found["report"]["problem"] == (None if mended else "CacheWriteError")
        assert found["fresh"] == [V2 if mended else V1]
        assert len(found["warnings"]) == len(set(found["warnings"])) <= 1

    def test_any_flipped_bit_of_a_manifest_costs_at_most_that_version(self, source: Source, cache: Path) -> None:
        source.publish(NEW)
        NEW.put_in(cache)
        file = NEW.manifest_in(cache)
        places = random.Random(4).sample(range(len(NEW.manifest) * 8), 40)  # noqa: S311
        # Those that matter most: every bit of the version.
        start = NEW.manifest.index(V2.encode())
        places += range(start * 8, (start + len(V2)) * 8)
        for place in places:
            NEW.put_in(cache)
            flip_bit(file, *divmod(place, 8))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", KratomLawCacheWarning)
                assert versions_in(KratomLaw(cache_dir=cache)) <= {V1, V2}, place
                assert make(source.url, str(cache)).refresh().version == V2, place
            assert versions_in(KratomLaw(cache_dir=cache)) == {V2}, place

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"null",
            b"[]",
            b"{}",
            b'"text"',
            b"\xff\xfe",
            b'{"unknown": 1}',
            b"[" * 100_000,
            b'{"checked_at": ' + b"9" * 4000 + b"}",
            b'{"checked_at": 1e999, "not_before": NaN}',
            b'{"not_before": ' + b"9" * 400 + b"}",
            b'{"not_before": "soon"}',
            b'{"version": 5}',
            b'{"version": "2027.01.01", "etag": "\\ud800", "last_modified": "\\u0000"}',
            b'{"version": "2027.01.01", "etag": "a\\r\\nHost: elsewhere"}',
            b'{"version": "2027.01.01", "etag": "\xc3\xa4"}',
        ],
        ids=lambda content: repr(content[:40]),
    )
    def test_a_damaged_memory_of_the_last_visit_is_forgotten(self, source: Source, cache: Path, content: bytes) -> None:
        make(source.url, str(cache)).refresh()
        (memory,) = cache.glob("source-*.json")
        memory.write_bytes(content)
        source.publish(NEW)
        report = make(source.url, str(cache)).refresh()
        assert (report.outcome, report.problem) == (RefreshOutcome.UPDATED, None)

    def test_a_folder_in_place_of_the_memory_of_the_last_visit_does_no_harm(self, source: Source, cache: Path) -> None:
        make(source.url, str(cache)).refresh()
        (memory,) = cache.glob("source-*.json")
        make_folder(memory)
        source.publish(NEW)
        assert make(source.url, str(cache)).refresh().outcome is RefreshOutcome.UPDATED

    def test_files_that_are_dated_beyond_the_calendar_are_used(self) -> None:
        # Memory file systems keep such dates, most disks do not.
        with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108
            OLD.put_in(Path(folder))
            body = OLD.body_in(Path(folder))
            try:
                os.utime(body, (2**38, 2**38))
            except (OSError, OverflowError) as cause:
                pytest.skip(f"this file system has no such dates: {cause}")
            if body.stat().st_mtime < 2**38:
                pytest.skip("this file system has no such dates")
            assert versions_in(KratomLaw(cache_dir=folder)) == {V1}

    def test_foreign_files_do_no_harm(self, source: Source, cache: Path) -> None:
        for name in ("notes.txt", "manifest-.json", "manifest-2027.13.99.json.bak", "dataset-.json"):
            (cache / name).write_bytes(b"mine")
        (cache / "manifest-folder").mkdir()
        source.publish(NEW)
        assert make(source.url, str(cache)).refresh().outcome is RefreshOutcome.UPDATED
        assert (cache / "notes.txt").read_bytes() == b"mine"


class TestCrowd:
    PROCESSES = 8
    THREADS = 16

    def test_nobody_sees_a_mixture_or_an_older_version_while_the_source_changes(
        self, source: Source, tmp_path: Path
    ) -> None:
        OLD.put_in(tmp_path)
        running = [
            subprocess.Popen(
                [sys.executable, WORKER, "churn", source.url, tmp_path, str(self.THREADS), str(SECONDS)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(self.PROCESSES)
        ]
        ended = threading.Event()
        published = threading.Thread(target=self.publish, args=(source, ended))
        published.start()
        with ThreadPoolExecutor(self.PROCESSES) as pool:
            said = list(pool.map(lambda process: process.communicate(), running))
        ended.set()
        published.join()
        assert [error for _, error in said] == [""] * self.PROCESSES
        found = [json.loads(out) for out, _ in said]
        assert [process["wrong"] for process in found] == [[]] * self.PROCESSES
        counts = sum((Counter(process["counts"]) for process in found), Counter[str]())
        assert set(counts) == {"updated", "unchanged", "reads", "no problem"}, counts
        assert counts["updated"] >= SECONDS, counts

    @staticmethod
    def publish(source: Source, ended: threading.Event) -> None:
        """Publish a new version twice a second."""
        releases: list[Release] = [OLD]
        while not ended.wait(0.5):
            releases.append(Release(f"{V2}.{len(releases)}", tuple(releases[-20:])))
            source.publish(releases[-1])

    def test_threads_that_meet_on_first_use_all_get_one_version(self, source: Source, tmp_path: Path) -> None:
        source.publish(NEW)
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            for number in range(8):
                OLD.put_in(tmp_path / str(number))
                law = make(source.url, str(tmp_path / str(number)))
                together = threading.Barrier(self.THREADS)

                def ask(thread: int, law: KratomLaw = law, together: threading.Barrier = together) -> list[set[str]]:
                    together.wait()
                    if thread % 8 == 0:
                        law.refresh()
                    return [versions_of(law.lookup(code=code, on=DAY)) for code in CODES]

                with ThreadPoolExecutor(self.THREADS) as pool:
                    for seen in pool.map(ask, range(self.THREADS)):
                        assert seen == sorted(seen, key=only)
                        assert set(map(only, seen)) <= {V1, V2}
                assert versions_in(law) == {V2}
        finally:
            sys.setswitchinterval(interval)


class TestOverTime:
    def test_a_first_start_without_network_answers_and_later_refreshes(self, tmp_path: Path) -> None:
        source = Source()
        source.publish(NEW)
        source.start()
        source.stop()
        law = make(source.url, str(tmp_path / "cache"))
        report = law.refresh(allow_shrink=True, timeout=5)
        assert (report.outcome, report.problem and report.problem.error) == (
            RefreshOutcome.KEPT,
            "SourceUnreachableError",
        )
        assert versions_in(law) == {BUNDLED}
        source.start()
        try:
            assert law.refresh(allow_shrink=True).outcome is RefreshOutcome.UPDATED
        finally:
            source.stop()
        assert versions_in(law) == versions_in(KratomLaw(cache_dir=tmp_path / "cache")) == {V2}

    def test_what_is_offline_by_choice_asks_nobody_until_it_is_changed(self, source: Source, tmp_path: Path) -> None:
        law = KratomLaw(source=source.url, cache_dir=tmp_path, offline=True)
        assert law.refresh().outcome is RefreshOutcome.SKIPPED
        assert source.requests == []
        law.configure(source=source.url, cache_dir=tmp_path)
        assert law.refresh(allow_shrink=True).outcome is RefreshOutcome.UPDATED

    def test_a_package_newer_than_the_cache_answers_itself(self, source: Source, tmp_path: Path) -> None:
        Release("2026.01.01").put_in(tmp_path)
        law = make(source.url, str(tmp_path))
        assert versions_in(law) == {BUNDLED}
        assert law.dataset().origin is Origin.BUNDLED
        assert law.refresh(allow_shrink=True).version == V1

    def test_a_package_older_than_the_cache_answers_from_the_cache(self, cache: Path) -> None:
        law = KratomLaw(cache_dir=cache)
        assert versions_in(law) == {V1}
        assert law.dataset().origin is Origin.CACHE

    @pytest.mark.parametrize("changes", [{"schema": 2}, {"requires": "99.0.0"}])
    def test_what_a_much_newer_package_cached_is_passed_over_with_one_warning(
        self, worker: Worker, source: Source, shared_folder: Path, changes: dict[str, Any]
    ) -> None:
        Release(V3, **changes).put_in(shared_folder / "cache")
        source.publish(NEW)
        found = worker.result("survive", source=source.url, cache=shared_folder / "cache")
        assert (found["before"], found["after"], found["fresh"]) == ([BUNDLED], [V2], [V2])
        assert (found["report"]["outcome"], found["report"]["problem"]) == ("updated", None)
        (warning,) = found["warnings"]
        assert "Upgrade kratomlaw" in warning

    def test_a_dataset_of_another_schema_is_passed_over_with_one_warning(
        self, worker: Worker, source: Source, shared_folder: Path
    ) -> None:
        newer = Release(V3, schema=2)
        newer.manifest = newer.manifest.replace(b'"schema": 2', b'"schema": 1')
        newer.put_in(shared_folder / "cache")
        found = worker.result("survive", source=source.url, cache=shared_folder / "cache")
        assert found["before"] == [BUNDLED]
        (warning,) = found["warnings"]
        assert "Upgrade kratomlaw" in warning

    def test_what_a_much_newer_package_cached_does_not_hide_what_this_one_understands(self, cache: Path) -> None:
        Release(V3, schema=2).put_in(cache)
        with pytest.warns(KratomLawCacheWarning, match="Upgrade kratomlaw"):
            cold(lambda: only(versions_in(KratomLaw(cache_dir=cache))))
        assert versions_in(KratomLaw(cache_dir=cache)) == {V1}

    def test_two_instances_fetch_once(self, source: Source, cache: Path) -> None:
        first, second = make(source.url, str(cache)), make(source.url, str(cache))
        assert versions_in(first) == versions_in(second) == {V1}
        source.publish(NEW)
        assert first.refresh().outcome is RefreshOutcome.UPDATED
        assert versions_in(second) == {V1}
        assert second.refresh().outcome is RefreshOutcome.UPDATED
        assert versions_in(second) == {V2}
        assert source.requests.count(dataset_name(V2)) == 1

    def test_an_instance_takes_what_another_fetched_though_it_may_not_ask_yet(
        self, source: Source, cache: Path
    ) -> None:
        second = KratomLaw(source=source.url, cache_dir=cache, min_interval=timedelta(hours=1))
        assert versions_in(second) == {V1}
        source.publish(NEW)
        make(source.url, str(cache)).refresh()
        asked = len(source.requests)
        assert second.refresh().outcome is RefreshOutcome.UPDATED
        assert versions_in(second) == {V2}
        assert len(source.requests) == asked


def cold(ask: Callable[[], object]) -> None:
    """Ask as a process does that has not warned yet."""
    from kratomlaw.updates import cache as module

    module._warn.cache_clear()
    ask()


UNTOUCHED = """
import sys, json
seen = []
def hook(event, args):
    if event.startswith("socket.") or event in ("os.mkdir", "os.rename", "os.remove", "subprocess.Popen"):
        seen.append(event)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        seen.append(f"{event} {args[0]} {args[1]}")
sys.dont_write_bytecode = True
sys.addaudithook(hook)
import kratomlaw
"""


class TestNothingIsTouched:
    @pytest.mark.parametrize(
        "ask",
        [
            "kratomlaw.KratomLaw(source=SOURCE)",
            "kratomlaw.KratomLaw(source=SOURCE, cache_dir=CACHE)",
            "kratomlaw.configure(source=SOURCE, cache_dir=CACHE)",
            "kratomlaw.KratomLaw(source=SOURCE).lookup('US-LA')",
            "kratomlaw.KratomLaw(source=SOURCE, cache_dir=CACHE).changes('2025-01-01')",
            "kratomlaw.KratomLaw(source=SOURCE, cache_dir=CACHE).preload()",
            "kratomlaw.KratomLaw(source=SOURCE, cache_dir=CACHE, offline=True).refresh()",
            "kratomlaw.KratomLaw(source=SOURCE, cache_dir=CACHE, offline=True).versions()",
        ],
    )
    def test_settings_and_questions_write_nothing_and_ask_nobody(
        self, source: Source, tmp_path: Path, ask: str
    ) -> None:
        code = (
            f"SOURCE, CACHE = {source.url!r}, {str(tmp_path / 'cache')!r}\n{UNTOUCHED}\n{ask}\nprint(json.dumps(seen))"
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("KRATOMLAW_", "XDG_"))}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env={**environment, "HOME": str(tmp_path)},
        )
        assert json.loads(done.stdout) == []
        assert list(tmp_path.iterdir()) == []
        assert source.requests == []

    def test_a_question_to_a_filled_cache_writes_nothing_and_asks_nobody(self, source: Source, cache: Path) -> None:
        before = {path: path.stat().st_mtime_ns for path in (cache, *cache.iterdir())}
        assert versions_in(make(source.url, str(cache))) == {V1}
        assert {path: path.stat().st_mtime_ns for path in (cache, *cache.iterdir())} == before
        assert source.requests == []


CITED = {
    "title": "Act 1",
    "url": "https://law.example.org/1",
    "kind": "statute",
    "published": "2020",
    "supports": "All.",
}
TINY: dict[str, Any] = {
    "schema": 1,
    "version": V1,
    "built_on": DAY,
    "records": {
        "US-CA/san-diego": {
            "code": "US-CA/san-diego",
            "name": "San Diego",
            "level": "city",
            "aliases": ["S. D."],
            "verified_on": DAY,
            "periods": [
                {
                    "from": "2016-06",
                    "until": "2026-01-01",
                    "began_earlier": True,
                    "status": "restricted",
                    "sale": "restricted",
                    "possession": "allowed",
                    "min_age": 21,
                    "products": {"extract": "banned", "7-oh": {"status": "banned", "sale": "prohibited"}},
                    "confidence": "high",
                    "summary": "Restricted.",
                    "conditions": [{"kind": "age", "text": "21.", "products": ["leaf"]}],
                    "citations": [CITED],
                }
            ],
            "advisories": [{"from": "2018", "issuer": "City", "text": "Beware.", "citations": [CITED]}],
            "pending": [{"title": "Bill", "step": "Read.", "on": "2026-10", "effect": "A ban.", "citations": [CITED]}],
        }
    },
}
"""A dataset with one record that has every kind of content."""
ODD: tuple[object, ...] = (
    None,
    True,
    0,
    1,
    2,
    -1,
    10**300,
    -(10**4000),
    0.5,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "x" * 10_000,
    "\x00",
    "\u202e",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "0001",
    "2026.11.23.999999",
    "٢٠٢٧.٠١.٠١",
    "2",
    2.0,
    "0" * 64,
    "f" * 64,
    "banned",
    "US",
    "../../etc/passwd",
    [],
    [[]],
    {},
    {"": {}},
    ["leaf"] * 100,
)
BYTES: tuple[bytes, ...] = (
    b"",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x92\xa9",
    b"9" * 50,
    b"1e999",
    b"-",
    b"NaN",
    b"[" * 300,
    b'{"a":' * 300,
    b'"',
    b"}",
    b",",
    b"\n",
)
PROFILE = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), report_multiple_bugs=False
)
Steps = list[tuple[int, int, int]]


def steps_of(seed: int) -> Steps:
    """A few mutations; one number for all of them is drawn many times faster than each of its own."""
    draw = random.Random(seed)  # noqa: S311
    return [(draw.randrange(9), draw.randrange(2**16), draw.randrange(256)) for _ in range(draw.randint(1, 4))]


STEPS = st.integers(0, 2**62).map(steps_of)


def mutated(document: dict[str, Any], steps: Steps) -> bytes:
    """A document with some of its nodes and bytes replaced, removed, doubled, nested or flipped."""
    tree = json.loads(json.dumps(document))
    for kind, where, what in steps:
        if kind < 5:
            _mutate_tree(tree, kind, where, what)
    content = json.dumps(tree).encode()
    for kind, where, what in steps:
        if kind >= 5 and content:
            content = _mutate_bytes(content, kind, where % len(content), what)
    return content


def _mutate_tree(tree: dict[str, Any], kind: int, where: int, what: int) -> None:
    holders = [(holder, key) for holder in _holders(tree) for key in _keys(holder)]
    if not holders:
        return
    holder, key = holders[where % len(holders)]
    if kind == 0 and isinstance(holder, dict):
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[f"{key}{what}"] = holder.pop(key)
    elif kind == 2:
        other_holder, other_key = holders[what % len(holders)]
        holder[key] = copy.deepcopy(other_holder[other_key])
    elif kind == 3:
        for _ in range(what):
            holder[key] = [holder[key]]
    else:
        holder[key] = copy.deepcopy(ODD[what % len(ODD)])


def _mutate_bytes(content: bytes, kind: int, at: int, what: int) -> bytes:
    if kind == 5:
        return content[:at] + bytes([content[at] ^ (1 << what % 8)]) + content[at + 1 :]
    if kind == 6:
        return content[:at] + BYTES[what % len(BYTES)] + content[at:]
    if kind == 7:
        return content[:at] + content[at : at + what] + content[at:]
    return content[:at] + content[at + what :]


def _holders(node: Any) -> Iterator[Any]:
    if isinstance(node, (dict, list)):
        yield node
        for value in node.values() if isinstance(node, dict) else node:
            yield from _holders(value)


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


def tiny_manifest(dataset: bytes) -> dict[str, Any]:
    file = {"version": V1, "size": max(1, len(dataset)), "sha256": hashlib.sha256(dataset).hexdigest()}
    return {
        "schema": 1,
        **file,
        "file": dataset_name(V1),
        "created": "2026-11-23T00:00:00Z",
        "expires": "2999-01-01T00:00:00Z",
        "requires": "0.1.0",
        "versions": [file],
    }


TINY_BYTES = json.dumps(TINY).encode()
TINY_MANIFEST = tiny_manifest(TINY_BYTES)
KEYS = (None, "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29")


class InMemory:
    """A client of an application whose source sends what a test put into it."""

    def __init__(self) -> None:
        self.manifest = self.dataset = b""
        self.status = 200
        self.headers: dict[str, str] = {}

    def fetch(self, request: FetchRequest) -> FetchResponse:
        body = self.manifest if request.url.endswith("/manifest.json") else self.dataset
        if len(body) > request.max_bytes:
            raise SourceUnreachableError("The answer is too long.", hint="Check the source.")
        return FetchResponse(self.status, self.headers, body)


def exercise(dataset: Dataset) -> None:
    """Make every record: what passed the checks must be usable."""
    for code in dataset.codes():
        assert dataset.record(code) is not None
    dataset.local_places()
    dataset.parents()


class TestWhateverASourceSends:
    """A hundred thousand documents in all; nothing but errors of this library may come of them."""

    @settings(PROFILE, max_examples=77_000)
    @given(STEPS, st.sampled_from(KEYS))
    def test_a_manifest_is_read_or_refused(self, steps: Steps, key: str | None) -> None:
        content = mutated(TINY_MANIFEST, steps)
        try:
            manifest = read_manifest(content, public_key=key, library_version="0.1.0")
        except KratomLawError as error:
            assert error.hint
            assert len(str(error)) < 1000
        else:
            assert key is None
            assert read_manifest(write_manifest(manifest), public_key=None, library_version="0.1.0") == manifest

    @settings(PROFILE, max_examples=17_000)
    @given(STEPS, st.booleans())
    def test_a_dataset_is_read_or_refused(self, steps: Steps, lenient: bool) -> None:
        try:
            dataset = parse(mutated(TINY, steps), name="It", origin=Origin.CACHE, lenient=lenient)
        except KratomLawError as error:
            assert error.hint
        else:
            exercise(dataset)

    def test_a_refresh_takes_it_or_keeps_what_there_was(self, tmp_path: Path) -> None:
        client = InMemory()
        outcomes: Counter[str] = Counter()

        def fresh() -> KratomLaw:
            return KratomLaw(
                source="https://law.example.org",
                fetcher=client,
                cache_dir=tmp_path / str(outcomes.total()),
                min_interval=timedelta(0),
                max_age=timedelta.max,
            )

        law = fresh()

        @settings(PROFILE, max_examples=6_000)
        @given(STEPS, st.sampled_from("mmmdddbh"), st.integers(0, 255))
        def check(steps: Steps, which: str, what: int) -> None:
            nonlocal law
            client.dataset = mutated(TINY, steps) if which in "db" else TINY_BYTES
            manifest = tiny_manifest(client.dataset)
            client.manifest = mutated(manifest, steps) if which in "mb" else json.dumps(manifest).encode()
            odd = ODD[what % len(ODD)]
            client.headers = (
                dict.fromkeys(("etag", "last-modified", "retry-after"), str(odd)[:99]) if which == "h" else {}
            )
            client.status = (200, 304, 429, 503, 0)[what % 5] if which == "h" else 200
            report = law.refresh(allow_shrink=True, force=True)
            outcomes[report.outcome] += 1
            assert report.problem is None or report.problem.hint
            law.lookup("San Diego, CA", on=DAY)
            if report.outcome is not RefreshOutcome.KEPT:
                assert law.refresh(allow_shrink=True, force=True).version == report.version
                law = fresh()

        check()
        assert set(outcomes) == {"updated", "kept"}
        assert min(outcomes.values()) > 200, outcomes
