"""What exactly lies in the cache folder, and which of it is used? Asked of the cache itself."""

import errno
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kratomlaw import CacheWriteError, KratomLawCacheWarning
from kratomlaw.maintain.release.publish import public_key_of
from kratomlaw.updates import cache as cache_module
from kratomlaw.updates.cache import Cache, NullCache, SourceState, open_cache
from kratomlaw.updates.manifest import Manifest, write_manifest
from kratomlaw.updates.trust import Trust
from releases import NEW, OLD, Release
from sources import BUNDLED_VERSION, V1, V2, V3, make_older

SOURCE = "https://law.example.org/data"


@pytest.fixture(autouse=True)
def nothing_was_warned_of_before() -> None:
    cache_module._warn.cache_clear()


def trust(*keys: str) -> Trust:
    return Trust(library_version="99", now=datetime.now(UTC), public_keys=keys)


def store(cache: Cache, *releases: Release) -> None:
    for release in releases:
        cache.store(cache._trust.read_manifest(release.manifest), release.file, release.dataset)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """A cache that holds V1, in a folder that had to be made with the one above."""
    made = Cache(tmp_path / "above/cache", trust())
    store(made, OLD)
    return made


def names(cache: Cache) -> list[str]:
    return sorted(path.name for path in cache.folder.iterdir())


class TestWriting:
    @pytest.mark.skipif(os.name != "posix", reason="needs a system with modes")
    def test_the_folder_is_the_users_alone(self, cache: Cache) -> None:
        assert cache.folder.stat().st_mode & 0o777 == 0o700
        assert names(cache) == [f"dataset-{OLD.sha256}.json", f"manifest-{V1}.json"]

    def test_all_of_a_file_is_there_before_the_disk_is_told_to_keep_it(
        self, cache: Cache, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: list[int] = []
        monkeypatch.setattr(os, "fsync", lambda handle: written.append(os.fstat(handle).st_size))
        store(cache, NEW)
        assert written == [len(NEW.dataset), len(NEW.manifest)]

    def test_why_nothing_could_be_written_is_said_in_the_words_of_the_system(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(CacheWriteError) as caught:
            store(Cache(tmp_path / "file/cache", trust()), OLD)
        assert str(caught.value).startswith(f"The new data cannot be stored: {os.strerror(errno.ENOTDIR)}.")

    def test_or_in_those_of_the_error_where_the_system_has_none(
        self, cache: Cache, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: int) -> None:
            raise OSError("the lead seal is broken")

        before = names(cache)
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(CacheWriteError, match=r"^The new data cannot be stored: the lead seal is broken\."):
            store(cache, NEW)
        assert names(cache) == before, "a part was left behind"


class TestReading:
    def test_nothing_that_is_not_newer_is_read(self, cache: Cache) -> None:
        assert cache.newest(newer_than=V1) is None
        found = cache.newest(newer_than=BUNDLED_VERSION)
        assert found is not None
        assert found.version == V1

    def test_the_newest_comes_first_and_each_can_be_opened(self, cache: Cache) -> None:
        store(cache, NEW)
        assert [manifest.version for manifest in cache.manifests()] == [V2, V1]
        assert cache.versions() == (V2, V1)
        for version in (V1, V2):
            opened = cache.open(version)
            assert opened is not None
            assert opened.version == version
        assert cache.open(V3) is None

    def test_a_manifest_that_has_just_gone_does_not_hide_the_others(self, cache: Cache) -> None:
        try:
            (cache.folder / f"manifest-{V3}.json").symlink_to("gone.json")
        except OSError as cause:
            pytest.skip(f"no links can be made here: {cause}")
        assert cache.versions() == (V1,)

    def test_a_manifest_that_another_key_verified_is_passed_over_without_a_word(self, tmp_path: Path) -> None:
        own, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        for release, key in ((OLD, own), (NEW, other)):
            signed = write_manifest(Manifest.model_validate_json(release.manifest), key)
            verifying = trust(public_key_of(key))
            Cache(tmp_path, verifying).store(verifying.read_manifest(signed), release.file, release.dataset)
        assert Cache(tmp_path, trust(public_key_of(own))).versions() == (V1,)
        assert Cache(tmp_path, trust(public_key_of(other))).versions() == (V2, V1), "V2 names V1, which lies there"

    def test_what_is_not_used_is_said_with_its_name_and_the_reason(self, cache: Cache) -> None:
        (cache.folder / f"manifest-{V2}.json").write_bytes(b"{}")
        with pytest.warns(KratomLawCacheWarning, match=rf"manifest-{V2}\.json .* not a kratomlaw manifest"):
            assert cache.versions() == (V1,)
        (cache.folder / f"manifest-{V2}.json").write_bytes(OLD.manifest)
        with pytest.warns(KratomLawCacheWarning, match=rf"manifest-{V2}\.json .* about version {V1}"):
            assert cache.versions() == (V1,)
        (cache.folder / f"manifest-{V2}.json").unlink()
        OLD.body_in(cache.folder).write_bytes(b"{}")
        with pytest.warns(KratomLawCacheWarning, match=rf"dataset {V1} in the cache is not used: .* not the one"):
            assert cache.open(V1) is None

    def test_a_folder_that_is_none_is_said_in_the_words_of_the_system(self, tmp_path: Path) -> None:
        (tmp_path / "cache").touch()
        with pytest.warns(KratomLawCacheWarning, match=rf"cannot be read: {os.strerror(errno.ENOTDIR)}\.$"):
            assert Cache(tmp_path / "cache", trust()).versions() == ()


class TestNotes:
    def test_they_come_back_and_are_those_of_one_source(self, cache: Cache) -> None:
        state = SourceState(V1, '"tag"', "Mon, 30 Nov 2026 12:00:00 GMT", 3.0, 2.0, 1.0)
        cache.save_state(SOURCE, state)
        assert cache.state(SOURCE) == state
        assert cache.state(f"{SOURCE}/") == SourceState()

    @pytest.mark.parametrize("text", ["\u00e4", "a\nb", "\x7f", 7, True, ["a"]])
    def test_what_no_header_can_say_is_not_remembered(self, cache: Cache, text: object) -> None:
        cache.save_state(SOURCE, SourceState(version=V1, etag=text, last_modified=text))  # type: ignore[arg-type]
        assert cache.state(SOURCE) == SourceState(version=V1)


class TestTidying:
    def remains(self, cache: Cache, made: Iterable[Path]) -> list[str]:
        cache.tidy()
        return [path.name for path in made if path.exists()]

    def test_the_thirty_newest_datasets_stay_and_older_ones_that_nobody_names_go(self, cache: Cache) -> None:
        made = [cache.folder / f"dataset-{number:064x}.json" for number in range(33)]
        for number, path in enumerate(made):
            path.touch()
            make_older(path, 100_000 + 1_000 * ((number * 10) % 33))
        youngest_first = sorted(made, key=lambda path: path.stat().st_mtime, reverse=True)
        OLD.body_in(cache.folder).unlink()
        assert self.remains(cache, youngest_first) == [path.name for path in youngest_first[:30]]

    def test_the_ten_newest_manifests_stay(self, cache: Cache) -> None:
        several = [Release(f"{V1[:10]}.{number}") for number in range(20, 33)]
        store(cache, *several)
        kept = [release.manifest_in(cache.folder).name for release in several[-10:]]
        assert self.remains(cache, [release.manifest_in(cache.folder) for release in (OLD, *several)]) == kept


class TestWithoutAFolder:
    @pytest.mark.parametrize("found", [Path("~/.cache/kratomlaw"), None], ids=["a home that is not known", "no home"])
    def test_it_is_empty_and_nothing_can_be_stored(self, monkeypatch: pytest.MonkeyPatch, found: Path | None) -> None:
        def user_cache_path(*_: object, **__: object) -> Path:
            if found is None:
                raise RuntimeError("Could not determine home directory.")
            return found

        monkeypatch.setattr(platformdirs, "user_cache_path", user_cache_path)
        cache = open_cache(None, trust())
        assert type(cache) is NullCache
        assert (cache.versions(), cache.newest(newer_than=V1), cache.state(SOURCE)) == ((), None, SourceState())
        cache.tidy()
        cache.save_state(SOURCE, SourceState(version=V1))
        with pytest.raises(CacheWriteError, match="this user has no folder"):
            store(cache, OLD)

    def test_the_users_own_folder_is_used_where_there_is_one(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path)
        found = open_cache(None, trust())
        assert (type(found), found.folder) == (Cache, tmp_path)
        assert open_cache(tmp_path / "named", trust()).folder == tmp_path / "named"
