"""What happens over time? First starts, upgrades, other instances; and when nothing is touched at all."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kratomlaw import (
    KratomLaw,
    KratomLawCacheWarning,
    Origin,
    RefreshOutcome,
)
from kratomlaw.updates.manifest import dataset_name
from releases import NEW, Release, Source, Worker, only
from sources import BUNDLED_VERSION, V1, V2, V3, versions_before
from survival_worker import make, versions_in


def cold(ask: Callable[[], object]) -> None:
    """Ask as a process does that has not warned yet."""
    from kratomlaw.updates import cache as module

    module._warn.cache_clear()
    ask()


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
        assert versions_in(law) == {BUNDLED_VERSION}
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
        Release(versions_before(BUNDLED_VERSION, 30)).put_in(tmp_path)
        law = make(source.url, str(tmp_path))
        assert versions_in(law) == {BUNDLED_VERSION}
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
        assert (found["before"], found["after"], found["fresh"]) == ([BUNDLED_VERSION], [V2], [V2])
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
        assert found["before"] == [BUNDLED_VERSION]
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
