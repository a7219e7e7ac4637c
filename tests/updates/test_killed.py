"""What does a killed writer leave behind? One whole version, and nothing for long."""

import os
import random
import shutil
from collections import Counter
from pathlib import Path
from statistics import median

import helpers
from kratomlaw import (
    KratomLaw,
)
from releases import NEW, OLD, Source, Worker, only
from sources import V1, V2, sized
from survival_worker import make, versions_in


class TestKilled:
    @sized("kills", 20, 300)
    def test_at_any_moment_it_leaves_one_whole_version(
        self, worker: Worker, source: Source, tmp_path: Path, kills: int
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
        for number in range(kills):
            folder = filled(str(number))
            ended = worker.order("refresh", kill_after=moments.uniform(0, usual), source=source.url, cache=folder)
            found[ended["killed"], only(versions_in(KratomLaw(cache_dir=folder)))] += 1
            assert make(source.url, str(folder)).refresh().version == V2
            assert versions_in(KratomLaw(cache_dir=folder)) == {V2}
        assert set(found) <= {(True, V1), (True, V2), (False, V2)}, found
        assert found[True, V1] + found[True, V2] > kills / 10, found

    def test_at_any_line_that_writes_it_leaves_one_whole_version(
        self, worker: Worker, source: Source, tmp_path: Path
    ) -> None:
        source.publish(NEW)
        found: list[str] = []
        killed = True
        step = helpers.sized(3, soak=1)
        while killed:
            folder = tmp_path / str(len(found))
            OLD.put_in(folder)
            ended = worker.order("refresh_until_line", source=source.url, cache=folder, line=len(found) * step)
            killed = ended["killed"]
            found.append(only(versions_in(KratomLaw(cache_dir=folder))))
            assert make(source.url, str(folder)).refresh().version == V2
            assert versions_in(KratomLaw(cache_dir=folder)) == {V2}
        # First the older version at every line, then the newer one at every line.
        assert found == sorted(found)
        assert min(Counter(found).values()) > 10 / step
        assert set(found) == {V1, V2}

    def test_what_it_leaves_behind_goes_with_a_later_refresh(self, source: Source, tmp_path: Path) -> None:
        OLD.put_in(tmp_path)
        source.publish(NEW)
        abandoned, recent = tmp_path / ".part-abandoned", tmp_path / ".part-recent"
        for part in (abandoned, recent):
            part.touch()
        a_while_ago = abandoned.stat().st_mtime - 700
        os.utime(abandoned, (a_while_ago, a_while_ago))
        make(source.url, str(tmp_path)).refresh()
        assert (abandoned.exists(), recent.exists()) == (False, True)
