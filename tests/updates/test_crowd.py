"""What do many processes and threads see while a source changes? Always one version, never an older one."""

import json
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kratomlaw import (
    KratomLaw,
)
from long_versions import sized
from releases import NEW, OLD, WORKER, Release, Source, only
from sources import CODES, DAY, V1, V2, clean_environment, release
from survival_worker import make, versions_in, versions_of


class TestCrowd:
    THREADS = 16

    @sized("rounds", 4, 6)
    def test_nobody_sees_a_mixture_or_an_older_version_while_the_source_changes(
        self, source: Source, tmp_path: Path, rounds: int
    ) -> None:
        processes, threads = (8, self.THREADS) if rounds > 4 else (3, 8)
        # In each process three threads of four share an instance.
        instances = processes * (1 + threads // 4)
        published = self.publish_after_every(2 * instances, source)
        OLD.put_in(tmp_path)
        running = [
            subprocess.Popen(
                [sys.executable, WORKER, "churn", source.url, tmp_path, str(threads), str(rounds)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=clean_environment(),
            )
            for _ in range(processes)
        ]
        with ThreadPoolExecutor(processes) as pool:
            said = list(pool.map(lambda process: process.communicate(), running))
        assert [error for _, error in said] == [""] * processes
        found = [json.loads(out) for out, _ in said]
        assert [process["wrong"] for process in found] == [[]] * processes
        counts = sum((Counter(process["counts"]) for process in found), Counter[str]())
        # Of the visits between two versions at least half find nothing new, and the first finds something.
        assert set(counts) == {"updated", "unchanged", "reads", "no problem"}, counts
        assert counts["updated"] >= len(published) - 1 >= 2, counts

    @staticmethod
    def publish_after_every(visits: int, source: Source) -> list[Release]:
        """Publish a new version whenever the source was visited so many times; whatever the time that takes."""
        published: list[Release] = []
        seen = 0
        one_at_a_time = threading.Lock()

        def on_manifest() -> None:
            nonlocal seen
            with one_at_a_time:
                seen += 1
                if seen % visits == 0:
                    published.append(Release(release(2 + len(published)), (OLD, *published)[-20:]))
                    source.publish(published[-1])

        source.on_manifest = on_manifest
        return published

    @sized("meetings", 2, 8)
    def test_threads_that_meet_on_first_use_all_get_one_version(
        self, source: Source, tmp_path: Path, meetings: int
    ) -> None:
        source.publish(NEW)
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            for number in range(meetings):
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
