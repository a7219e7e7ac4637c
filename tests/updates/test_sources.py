"""Which source and which version? Several sources, folders, pinned versions, lists of versions, the commands."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kratomlaw import (
    DataError,
    InvalidQueryError,
    KratomLaw,
    RefreshOutcome,
    SourceResponseError,
    SourceUnreachableError,
)
from kratomlaw.updates.manifest import MAX_MANIFEST, dataset_name
from misbehaving import Server, refusing_address
from sources import (
    BUNDLED,
    BUNDLED_VERSION,
    DAY,
    V1,
    V2,
    V3,
    WHOLE_BUNDLE,
    answers_of,
    assert_kept,
    assert_updated,
    clean_environment,
    described,
    drop,
    make_dataset,
    make_law,
    make_manifest,
    offer,
    release,
    status,
)


class TestSources:
    def test_the_second_is_asked_when_the_first_fails(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        with Server() as broken:
            broken.behaviours["*"] = status(500)
            report = assert_updated(make_law([broken.url, server.url], tmp_path), V2)
            assert report.source == server.url
            assert broken.names() == ["manifest.json"]

    def test_the_second_is_asked_when_the_first_cannot_be_believed(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        with Server() as broken:
            offer(broken, V3, says={"sha256": "0" * 64})
            assert_updated(make_law([broken.url, server.url], tmp_path), V2)

    def test_the_second_is_left_alone_when_the_first_answers(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        with Server() as second:
            assert_updated(make_law([server.url, second.url], tmp_path), V2)
            assert second.names() == []

    def test_the_second_is_asked_while_the_first_wants_to_be_left_alone(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        with Server() as busy:
            busy.behaviours["*"] = status(429, headers={"Retry-After": "600"})
            make_law(busy.url, tmp_path).refresh()
            assert_updated(make_law([busy.url, server.url], tmp_path), V2)
            assert busy.names() == ["manifest.json"]

    def test_the_first_error_is_reported_when_all_fail(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        server.behaviours["*"] = status(500)
        with Server() as second:
            second.behaviours["*"] = status(403)
            both = make_law([server.url, refusing_address(), second.url], tmp_path)
            assert " 500." in str(assert_kept(both, SourceResponseError).problem)

    def test_they_are_read_from_the_environment(
        self, server: Server, law: KratomLaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KRATOMLAW_SOURCE_URL", f"{refusing_address()} {server.url}/manifest.json")
        assert_updated(make_law(None, tmp_path), V2)

    @pytest.mark.parametrize("address", [lambda folder: folder, str, Path.as_uri, lambda folder: f"{folder}/"])
    def test_a_folder(self, server: Server, tmp_path: Path, address: Callable[[Path], str | Path]) -> None:
        encoding = sys.getfilesystemencoding()  # not every locale has names with ü
        folder = tmp_path / "a source, 100 % ü".encode(encoding, "replace").decode(encoding)
        folder.mkdir()
        for name, content in server.files.items():
            (folder / name).write_bytes(content)
        assert_updated(make_law(address(folder), tmp_path), V1)

    def test_a_folder_that_is_missing(self, law: KratomLaw, tmp_path: Path) -> None:
        assert_kept(make_law(tmp_path / "nowhere", tmp_path), SourceResponseError)

    def test_a_folder_whose_manifest_cannot_be_read(self, law: KratomLaw, tmp_path: Path) -> None:
        (tmp_path / "source/manifest.json").mkdir(parents=True)
        assert_kept(make_law(tmp_path / "source", tmp_path), SourceUnreachableError)

    def test_a_folder_with_a_file_beyond_all_limits(self, law: KratomLaw, tmp_path: Path) -> None:
        (tmp_path / "source").mkdir()
        with (tmp_path / "source/manifest.json").open("wb") as file:
            file.truncate(MAX_MANIFEST + 1)
        assert_kept(make_law(tmp_path / "source", tmp_path), SourceResponseError)


class TestPinned:
    def test_it_answers_from_that_version_although_there_is_a_newer_one(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        law.refresh(strict=True)
        offer(server, V3)
        expected = {V1, V2, V3}
        for version in sorted(expected):
            pinned = make_law(server.url, tmp_path / version, version=version)
            with pytest.raises(DataError):
                pinned.lookup("US-LA", on=DAY)
            assert pinned.refresh(strict=True).version == version
            assert {answer.dataset_version for answer in answers_of(pinned)} == {version}
            later = make_law(server.url, tmp_path / version, version=version)
            assert answers_of(later) == answers_of(pinned)

    def test_the_bundled_version_stays_although_the_cache_is_newer(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        server.files["manifest.json"] = make_manifest(
            described(V2, server.files[dataset_name(V2)]), described(BUNDLED_VERSION, BUNDLED)
        )
        pinned = make_law(server.url, tmp_path, version=BUNDLED_VERSION)
        assert pinned.refresh(strict=True).outcome is RefreshOutcome.UNCHANGED
        assert answers_of(pinned) == answers_of(KratomLaw())

    def test_a_second_refresh_is_unchanged(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        pinned = make_law(server.url, tmp_path, version=V1)
        assert pinned.refresh(strict=True).outcome is RefreshOutcome.UNCHANGED
        assert server.names() == ["manifest.json"]

    def test_a_version_that_the_source_does_not_hold(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        pinned = make_law(server.url, tmp_path, version=release(9))
        report = pinned.refresh()
        assert report.problem is not None
        assert (report.outcome, report.problem.error) == (RefreshOutcome.KEPT, "SourceResponseError")
        with pytest.raises(DataError, match=re.escape(release(9))):
            pinned.lookup("US-LA", on=DAY)

    @pytest.mark.parametrize("version", [V1, BUNDLED_VERSION])
    def test_other_bytes_under_the_pinned_version_are_refused(
        self, server: Server, law: KratomLaw, tmp_path: Path, version: str
    ) -> None:
        content = make_dataset(version, partial(drop, 1))
        server.files[dataset_name(version)] = content
        server.files["manifest.json"] = make_manifest(
            described(V2, server.files[dataset_name(V2)]), described(version, content)
        )
        pinned = make_law(server.url, tmp_path, version=version)
        before = answers_of(pinned)
        report = pinned.refresh()
        assert report.problem is not None
        assert (report.outcome, report.problem.error) == (RefreshOutcome.KEPT, "IntegrityError")
        assert answers_of(pinned) == before
        assert answers_of(make_law(server.url, tmp_path, version=version)) == before

    @pytest.mark.parametrize("version", ["../x", "latest", "2027.1.1", ""])
    def test_what_is_no_version_is_refused(self, version: str) -> None:
        with pytest.raises(InvalidQueryError):
            KratomLaw(version=version)


class TestVersions:
    def test_they_are_listed_newest_first(self, server: Server, law: KratomLaw) -> None:
        offer(server, V3)
        found = law.versions()
        assert (found.in_use, found.bundled, found.problem) == (V1, BUNDLED_VERSION, None)
        assert found.cached == (V1,)
        assert found.source == (V3, V2, V1)
        law.refresh(strict=True)
        assert law.versions().cached == (V3, V1)

    def test_a_source_that_fails_is_reported_not_raised(self, server: Server, law: KratomLaw) -> None:
        server.behaviours["*"] = status(500)
        found = law.versions()
        assert found.problem is not None
        assert (found.in_use, found.source, found.problem.error) == (V1, (), "SourceResponseError")

    def test_the_second_source_is_asked_when_the_first_fails(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        assert make_law([refusing_address(), server.url], tmp_path).versions().source == (V2, V1)

    def test_without_a_source_there_is_the_bundle(self) -> None:
        found = KratomLaw().versions()
        assert (found.in_use, found.cached, found.source, found.problem) == (BUNDLED_VERSION, (), (), None)


def command(*arguments: str, cache: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kratomlaw", *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env=clean_environment(PYTHONIOENCODING="utf-8", KRATOMLAW_CACHE_DIR=str(cache), **environment),
    )


class TestCommands:
    @pytest.fixture
    def server(self) -> Iterator[Server]:
        """A source that holds V1 with all records: other processes compare it with the package."""
        with Server() as made:
            offer(made, V1, base=WHOLE_BUNDLE)
            yield made

    def test_refresh_tells_what_it_did(self, server: Server, tmp_path: Path) -> None:
        done = command("refresh", "--source", server.url, "--json", cache=tmp_path)
        report = json.loads(done.stdout)
        assert (done.returncode, done.stderr) == (0, "")
        assert (report["outcome"], report["version"], report["previous"]) == ("updated", V1, BUNDLED_VERSION)
        assert report["source"] == server.url

    def test_refresh_ends_with_1_when_the_old_data_had_to_be_kept(self, server: Server, tmp_path: Path) -> None:
        server.behaviours["*"] = status(500)
        done = command("refresh", "--source", server.url, "--json", cache=tmp_path)
        report = json.loads(done.stdout)
        assert done.returncode == 1
        assert (report["outcome"], report["problem"]["error"]) == ("kept", "SourceResponseError")

    def test_refresh_for_a_person_names_the_problem(self, server: Server, tmp_path: Path) -> None:
        done = command("refresh", "--timeout", "2", cache=tmp_path, KRATOMLAW_SOURCE_URL=refusing_address())
        assert done.returncode == 1
        assert "SourceUnreachableError" in done.stdout

    def test_refresh_without_a_source_ends_with_2(self, tmp_path: Path) -> None:
        done = command("refresh", "--json", cache=tmp_path)
        assert (done.returncode, json.loads(done.stderr)["error"]) == (2, "NoSourceError")

    def test_info_lists_versions(self, server: Server, law: KratomLaw, tmp_path: Path) -> None:
        done = command("info", "--versions", "--json", cache=tmp_path / "cache", KRATOMLAW_SOURCE_URL=server.url)
        assert done.returncode == 0
        assert json.loads(done.stdout) == {
            "in_use": V1,
            "bundled": BUNDLED_VERSION,
            "cached": [V1],
            "source": [V2, V1],
            "problem": None,
        }
