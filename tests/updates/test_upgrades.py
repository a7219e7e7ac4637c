"""Do libraries of different ages get along over one cache and one source? They read each other's data, or say why not.

``earlier/cache`` was written by the library of commit 7bc958f, and ``earlier/first.json`` is of the first commit; both
were cut down to a few records, and are never written again.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from helpers import ROOT
from kratomlaw import InvalidDataError, KratomLaw, KratomLawCacheWarning, Origin, RefreshOutcome, SchemaVersionError
from kratomlaw.updates.manifest import dataset_name
from releases import NEW, OLD, Release, Source, contents
from sources import BUNDLED_VERSION, DAY, V1, clean_environment, described, make_manifest
from survival_worker import make, versions_in

EARLIER = Path(__file__).with_name("earlier")
VERSION = "2026.11.24"
"""That of the earlier cache."""
OLD_COMMIT = "7bc958f"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A cache that an older library wrote."""
    return Path(shutil.copytree(EARLIER / "cache", tmp_path / "cache"))


class TestDataOfAnOlderLibrary:
    def test_its_cache_is_read_and_answers(self, earlier: Path) -> None:
        law = KratomLaw(cache_dir=earlier, version=VERSION)
        assert law.dataset().origin is Origin.CACHE
        assert law.versions().cached == (VERSION,)
        for place in ("US-LA", "US-IL/alton"):
            answer = law.lookup(code=place, on=DAY)
            assert (answer.is_banned, answer.dataset_version) == (True, VERSION)
            assert answer.citations
        assert law.lookup("Illinois", on=DAY).is_restricted

    def test_its_cache_does_not_hide_what_the_newer_package_brings(self, earlier: Path) -> None:
        assert KratomLaw(cache_dir=earlier).dataset().version == BUNDLED_VERSION

    def test_a_refresh_goes_on_from_its_cache_and_leaves_it_readable(self, earlier: Path, source: Source) -> None:
        before = contents(earlier)
        assert make(source.url, str(earlier)).refresh(allow_shrink=True).version == V1
        assert versions_in(KratomLaw(cache_dir=earlier)) == {V1}
        assert before.items() <= contents(earlier).items()
        assert KratomLaw(cache_dir=earlier, version=VERSION).dataset().version == VERSION

    def test_its_notes_on_the_last_visit_are_kept(
        self, earlier: Path, source: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (notes,) = earlier.glob("source-*.json")
        notes.rename(earlier / f"source-{hashlib.sha256(source.url.encode()).hexdigest()[:32]}.json")
        visited = json.loads(next(earlier.glob("source-*.json")).read_bytes())["checked_at"]
        monkeypatch.setattr(time, "time", lambda: visited + 60)
        law = KratomLaw(source=source.url, cache_dir=earlier, min_interval=timedelta(hours=1))
        assert law.refresh().outcome is RefreshOutcome.SKIPPED
        monkeypatch.setattr(time, "time", lambda: visited + 3_601)
        assert law.refresh(allow_shrink=True).outcome is not RefreshOutcome.SKIPPED

    def test_its_dataset_is_read_as_a_file(self, earlier: Path) -> None:
        (file,) = earlier.glob("dataset-*.json")
        assert KratomLaw(dataset=file).lookup("US-LA", on=DAY).is_banned

    def test_data_that_older_rules_allowed_is_refused_with_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidDataError) as caught:
            KratomLaw(dataset=EARLIER / "first.json").lookup("BR")
        assert "BR: periods[0].citations" in str(caught.value)
        assert "build it again" in caught.value.hint
        content = (EARLIER / "first.json").read_bytes()
        version = json.loads(content)["version"]
        (tmp_path / dataset_name(version)).write_bytes(content)
        (tmp_path / "manifest.json").write_bytes(make_manifest(described(version, content)))
        law = KratomLaw(source=tmp_path, cache_dir=tmp_path / "cache", version=version)
        with pytest.raises(InvalidDataError, match="BR"):
            law.refresh(strict=True)
        assert not (tmp_path / "cache").exists()

    def test_an_older_schema_is_passed_over_and_does_not_advise_an_upgrade(
        self, tmp_path: Path, source: Source
    ) -> None:
        Release(NEW.version, schema=0).put_in(tmp_path)
        with pytest.warns(KratomLawCacheWarning, match="schema 0.*older than this library: refresh"):
            assert KratomLaw(cache_dir=tmp_path).dataset().version == BUNDLED_VERSION
        source.publish(Release(NEW.version, schema=0))
        with pytest.raises(SchemaVersionError) as caught:
            make(source.url, str(tmp_path)).refresh(strict=True)
        assert "Upgrade" not in caught.value.hint


OLDER_LIBRARY = f"""
import json, sys, warnings
warnings.simplefilter("always")
from kratomlaw import KratomLaw
law = KratomLaw(source=sys.argv[1], cache_dir=sys.argv[2])
read = law.dataset().version
report = law.refresh(allow_shrink=True)
answer = law.lookup("US-LA", on="{DAY}")
print(json.dumps([read, report.outcome, law.dataset().version, str(answer.status)]))
"""


@pytest.mark.soak
def test_an_older_library_reads_what_this_one_cached_and_does_not_break_it(source: Source, tmp_path: Path) -> None:
    archive = subprocess.run(["git", "archive", OLD_COMMIT, "src"], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"the clone has no commit {OLD_COMMIT}")
    subprocess.run(["tar", "x"], cwd=tmp_path, input=archive.stdout, check=True)
    cache = tmp_path / "cache"
    OLD.put_in(cache)
    source.publish(NEW)
    done = subprocess.run(
        [sys.executable, "-c", OLDER_LIBRARY, source.url, str(cache)],
        env=clean_environment(PYTHONPATH=os.pathsep.join([str(tmp_path / "src")])),
        capture_output=True,
        text=True,
        check=True,
    )
    read, outcome, version, status = json.loads(done.stdout)
    assert (read, outcome, version, status) == (V1, "updated", NEW.version, "banned"), done.stderr
    assert versions_in(KratomLaw(cache_dir=cache)) == {NEW.version}
