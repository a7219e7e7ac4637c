"""What if the cache cannot be read, written or believed? Answers go on, and the reason is reported once."""

import errno
import os
import random
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kratomlaw import (
    KratomLaw,
    KratomLawCacheWarning,
    RefreshOutcome,
)
from long_versions import sized
from releases import AS_ROOT, NEW, NO_SUCH_USER, NOBODY, OLD, Source, Worker, contents
from sources import BUNDLED_VERSION, V1, V2
from survival_worker import make, versions_in


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
        assert_not_stored(found, before=BUNDLED_VERSION)
        (warning,) = found["warnings"]
        assert warning.startswith("KratomLawCacheWarning: The cache folder cannot be read")

    @AS_ROOT
    def test_files_of_another_user_are_told_of_once(self, worker: Worker, source: Source, cache: Path) -> None:
        source.publish(NEW)
        OLD.body_in(cache).chmod(0o600)
        found = worker.result("survive", source=source.url, cache=cache, user=NOBODY)
        assert_not_stored(found, before=BUNDLED_VERSION)
        (warning,) = found["warnings"]
        assert warning.startswith(
            f"KratomLawCacheWarning: The dataset {V1} in the cache is not used: Permission denied"
        )

    def test_a_file_in_its_place_is_told_of_once(self, worker: Worker, source: Source, tmp_path: Path) -> None:
        source.publish(NEW)
        file = tmp_path / "cache"
        file.write_bytes(b"mine")
        found = worker.result("survive", source=source.url, cache=file)
        assert_not_stored(found, before=BUNDLED_VERSION)
        assert len(found["warnings"]) == 1
        assert file.read_bytes() == b"mine"

    def test_a_file_above_it_is_told_of_once(self, worker: Worker, source: Source, tmp_path: Path) -> None:
        source.publish(NEW)
        (tmp_path / "file").write_bytes(b"mine")
        found = worker.result("survive", source=source.url, cache=tmp_path / "file/cache")
        assert_not_stored(found, before=BUNDLED_VERSION)
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
        assert_not_stored(found, before=BUNDLED_VERSION)
        assert len(found["warnings"]) <= 1
        assert list(shared_folder.iterdir()) == [], "a home folder was made up"

    def test_a_cache_folder_that_is_named_is_used(self, worker: Worker, source: Source, cache: Path) -> None:
        source.publish(NEW)
        found = worker.result("survive", source=source.url, cache=cache, environment={"HOME": "/nonexistent"})
        assert (found["report"]["problem"], found["fresh"]) == (None, [V2])


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

    @sized("number", 4, 12)
    def test_any_flipped_bit_of_a_manifest_costs_at_most_that_version(
        self, source: Source, cache: Path, number: int
    ) -> None:
        source.publish(NEW)
        NEW.put_in(cache)
        file = NEW.manifest_in(cache)
        places = random.Random(4).sample(range(len(NEW.manifest) * 8), number)  # noqa: S311
        # Those that matter most: the bits of the version.
        start = NEW.manifest.index(V2.encode())
        places += range(start * 8, (start + len(V2)) * 8, 1 if number > 10 else 5)
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
            b'{"version": "2026.11.23.1", "etag": "\\ud800", "last_modified": "\\u0000"}',
            b'{"version": "2026.11.23.1", "etag": "a\\r\\nHost: elsewhere"}',
            b'{"version": "2026.11.23.1", "etag": "\xc3\xa4"}',
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
