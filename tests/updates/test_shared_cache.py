"""What if others use the same cache folder? Processes without the key, newer libraries, and whoever puts things there."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kratomlaw import KratomLaw, RefreshOutcome, SourceUnreachableError
from kratomlaw.maintain.release.publish import public_key_of
from kratomlaw.updates.manifest import MAX_DATASET, dataset_name
from misbehaving import Server
from sources import (
    BUNDLED_VERSION,
    V1,
    V2,
    assert_kept,
    assert_updated,
    described,
    make_law,
    make_manifest,
    make_older,
    offer,
    release,
)

QUIETLY = pytest.mark.filterwarnings("ignore::kratomlaw.KratomLawCacheWarning")


def put(folder: Path, version: str, content: bytes, **says: object) -> Path:
    """Put a dataset and its manifest into a cache, as if more than a day ago; the path of the dataset."""
    folder.mkdir(exist_ok=True)
    manifest = json.loads(make_manifest(described(version, content))) | says
    (folder / f"manifest-{version}.json").write_text(json.dumps(manifest), "utf-8")
    dataset = folder / f"dataset-{hashlib.sha256(content).hexdigest()}.json"
    dataset.write_bytes(content)
    make_older(dataset, 100_000)
    return dataset


class TestProcessesWithoutTheKey:
    @pytest.fixture
    def public(self, server: Server, tmp_path: Path, key: Ed25519PrivateKey) -> str:
        """The key of a publisher whose V1 a process that checks signatures has put into the cache."""
        offer(server, V1, key=key)
        public = public_key_of(key)
        assert_updated(make_law(server.url, tmp_path, public_key=public), V1)
        return public

    @QUIETLY
    def test_they_do_not_replace_a_signed_manifest(self, server: Server, tmp_path: Path, public: str) -> None:
        offer(server, V1)
        assert make_law(server.url, tmp_path).refresh(strict=True).outcome is RefreshOutcome.UNCHANGED
        assert make_law(None, tmp_path, public_key=public).dataset().version == V1

    @QUIETLY
    def test_they_may_go_on_to_data_that_nobody_signed(self, server: Server, tmp_path: Path, public: str) -> None:
        offer(server, V2)
        assert_updated(make_law(server.url, tmp_path), V2)
        assert make_law(None, tmp_path, public_key=public).dataset().version == V1

    def test_they_read_what_another_process_has_verified(self, tmp_path: Path, public: str) -> None:
        assert make_law(None, tmp_path).dataset().version == V1

    @QUIETLY
    def test_they_do_not_tidy_it_away(self, server: Server, tmp_path: Path, public: str) -> None:
        (signed,) = (tmp_path / "cache").glob("dataset-*.json")
        make_older(signed, 100_001)
        for number in range(40):
            put(tmp_path / "cache", release(100 + number), b"%d" % number)
        offer(server, release(200))
        make_law(server.url, tmp_path).refresh(strict=True)
        assert len(list((tmp_path / "cache").glob("manifest-*.json"))) == 11
        assert make_law(None, tmp_path, public_key=public).dataset().version == V1

    def test_a_process_with_another_key_says_nothing_about_it(self, tmp_path: Path, public: str) -> None:
        other = public_key_of(Ed25519PrivateKey.generate())
        assert make_law(None, tmp_path, public_key=other).dataset().version == BUNDLED_VERSION


class TestNewerLibraries:
    @QUIETLY
    def test_what_they_store_is_neither_counted_nor_removed(self, server: Server, tmp_path: Path) -> None:
        cache = tmp_path / "cache"
        theirs = [put(cache, release(500 + number), b"theirs %d" % number, schema=2) for number in range(35)]
        ours = [put(cache, release(10 + number), b"%d" % number) for number in range(35)]
        offer(server, release(100))
        assert_updated(make_law(server.url, tmp_path), release(100))
        assert all(path.exists() for path in theirs)
        assert len([path for path in ours if path.exists()]) == 29  # thirty with the new one
        kept = sorted(path.name for path in cache.glob("manifest-*.json"))
        assert len(kept) == len(theirs) + 10
        assert f"manifest-{release(100)}.json" in kept


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3_000_000_000)


not_to_be_read = pytest.mark.parametrize("make", [make_pipe, link_to_device, make_huge])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with pipes in folders")
class TestWhatIsNotAFile:
    @not_to_be_read
    @QUIETLY
    @pytest.mark.parametrize("what", ["manifest", "dataset", "notes"])
    def test_it_is_not_read_from_the_cache(
        self, server: Server, law: KratomLaw, tmp_path: Path, make: Callable[[Path], None], what: str
    ) -> None:
        pattern = {"manifest": "manifest-*", "dataset": "dataset-*", "notes": "source-*"}[what]
        (path,) = (tmp_path / "cache").glob(pattern)
        path.unlink()
        make(path)
        again = make_law(server.url, tmp_path)
        assert again.dataset().version == (V1 if what == "notes" else BUNDLED_VERSION)
        assert_updated(again, V2)

    @not_to_be_read
    @pytest.mark.parametrize("name", ["manifest.json", dataset_name(V1)])
    def test_it_is_not_read_from_a_source(
        self, server: Server, tmp_path: Path, make: Callable[[Path], None], name: str
    ) -> None:
        for file, content in server.files.items():
            (tmp_path / file).write_bytes(content)
        (tmp_path / name).unlink()
        make(tmp_path / name)
        report = make_law(tmp_path, tmp_path).refresh()
        assert report.problem is not None
        assert report.problem.error in ("SourceUnreachableError", "SourceResponseError")
        assert report.outcome is RefreshOutcome.KEPT

    def test_a_folder_is_none_either(self, tmp_path: Path) -> None:
        (tmp_path / "manifest.json").mkdir()
        assert_kept(make_law(tmp_path, tmp_path), SourceUnreachableError)


@QUIETLY
def test_a_dataset_that_is_too_long_is_not_read(server: Server, law: KratomLaw, tmp_path: Path) -> None:
    (path,) = (tmp_path / "cache").glob("dataset-*")
    with path.open("ab") as file:
        file.truncate(MAX_DATASET + 1)
    assert make_law(server.url, tmp_path).dataset().version == BUNDLED_VERSION


class TestLeftovers:
    @pytest.mark.parametrize("seconds", [700, -700], ids=["a while ago", "by a clock that was ahead"])
    def test_they_go_with_the_next_refresh_though_it_brings_nothing(
        self, server: Server, tmp_path: Path, seconds: float
    ) -> None:
        law = make_law(server.url, tmp_path)
        assert_updated(law, V1)
        leftover, recent = tmp_path / "cache/.part-left", tmp_path / "cache/.part-recent"
        leftover.touch()
        recent.touch()
        make_older(leftover, seconds)
        assert law.refresh(strict=True).outcome is RefreshOutcome.UNCHANGED
        assert (leftover.exists(), recent.exists()) == (False, True)
