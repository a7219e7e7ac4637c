"""Does the thread in the background refresh, report and end as it should?"""

import logging
import logging.handlers
import queue
from datetime import timedelta
from pathlib import Path

import pytest

from kratomlaw import (
    KratomLaw,
)
from kratomlaw.updates.manifest import dataset_name
from misbehaving import Server
from sources import DAY, V1, V2, answers_of, make_law, offer, status


class TestBackground:
    def test_it_picks_up_what_is_new(self, server: Server, tmp_path: Path) -> None:
        with make_law(server.url, tmp_path, auto_refresh=timedelta(seconds=1)) as law:
            # The visit after the one that fetched: then the fetched version is in use.
            server.wait_until(lambda names: names[:3] == ["manifest.json", dataset_name(V1), "manifest.json"])
            assert law.dataset().version == V1
            offer(server, V2)
            server.wait_until(lambda names: dataset_name(V2) in names and names[-1] == "manifest.json")
            assert {answer.dataset_version for answer in answers_of(law)} == {V2}

    def test_a_failure_is_logged_and_does_not_end_it(
        self, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.behaviours["*"] = status(500)
        with (
            caplog.at_level(logging.WARNING, "kratomlaw"),
            make_law(server.url, tmp_path, auto_refresh=timedelta(seconds=1)) as law,
        ):
            server.wait_until(lambda names: len(names) >= 2)
            assert "SourceResponseError" in caplog.text
            server.behaviours.clear()
            server.wait_until(lambda names: dataset_name(V1) in names and names[-1] == "manifest.json")
            assert law.dataset().version == V1

    def test_closing_ends_the_thread_and_answers_go_on(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path, auto_refresh=timedelta(days=1))
        assert law._background is not None
        server.wait_until(bool)
        law.close()
        law.close()
        assert not law._background._thread.is_alive()
        assert law.lookup("US-LA", on=DAY).is_banned

    def test_it_does_not_keep_an_instance_that_nobody_uses(self, server: Server, tmp_path: Path) -> None:
        law = make_law(server.url, tmp_path, auto_refresh=timedelta(seconds=1))
        assert law._background is not None
        thread = law._background._thread
        server.wait_until(bool)
        del law
        thread.join(20)
        assert not thread.is_alive()

    def test_without_a_source_it_says_so_and_goes_on(self) -> None:
        said: queue.Queue[logging.LogRecord] = queue.Queue()
        handler = logging.handlers.QueueHandler(said)
        logger = logging.getLogger("kratomlaw")
        logger.addHandler(handler)
        try:
            with KratomLaw(auto_refresh=timedelta(days=1)) as law:
                assert "No source" in said.get(timeout=20).getMessage()
                assert law.lookup("US-LA", on=DAY).is_banned
        finally:
            logger.removeHandler(handler)
