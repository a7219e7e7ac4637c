"""What does a killed writer leave behind? One whole version, and nothing for long."""

import random
import shutil
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from kratomlaw import KratomLaw
from long_versions import sized
from releases import NEW, OLD, Source, Worker, only
from sources import V1, V2, make_older
from survival_worker import make, versions_in


class TestKilled:
    # The 300 kills of the long version are five tests, so that several processes share them.
    @pytest.mark.parametrize(
        ("kills", "seed"), [(8, 20261123), *(pytest.param(60, seed, marks=pytest.mark.soak) for seed in range(5))]
    )
    def test_at_any_moment_it_leaves_one_whole_version(
        self, worker: Worker, source: Source, tmp_path: Path, kills: int, seed: int
    ) -> None:
        OLD.put_in(tmp_path / "filled")
        source.publish(NEW)

        def filled(name: str) -> Path:
            return Path(shutil.copytree(tmp_path / "filled", tmp_path / name))

        usual = median(
            worker.order("refresh", source=source.url, cache=filled(f"measured {number}"))["seconds"]
            for number in range(9)
        )
        moments = random.Random(seed)  # noqa: S311
        found: Counter[tuple[bool, str]] = Counter()
        for number in range(kills):
            folder = filled(str(number))
            ended = worker.order("refresh", kill_after=moments.uniform(0, usual), source=source.url, cache=folder)
            found[ended["killed"], only(versions_in(KratomLaw(cache_dir=folder)))] += 1
            assert make(source.url, str(folder)).refresh().version == V2
            assert versions_in(KratomLaw(cache_dir=folder)) == {V2}
        assert set(found) <= {(True, V1), (True, V2), (False, V2)}, found
        assert found[True, V1] + found[True, V2] > kills / 10, found

    @sized("step", 5, 1)
    def test_at_any_line_that_writes_it_leaves_one_whole_version(
        self, worker: Worker, source: Source, tmp_path: Path, step: int
    ) -> None:
        source.publish(NEW)
        found: list[str] = []
        killed = True
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
        make_older(abandoned, 700)
        make(source.url, str(tmp_path)).refresh()
        assert (abandoned.exists(), recent.exists()) == (False, True)
