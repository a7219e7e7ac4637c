"""How does a long-lived service keep its data fresh? With a daemon thread that refreshes now and then."""

import logging
import random
import threading
import weakref
from datetime import timedelta
from typing import Protocol

from ..errors import KratomLawError
from .report import RefreshOutcome, RefreshReport

__all__ = ["Background", "Refreshable"]

_log = logging.getLogger("kratomlaw")

_JITTER = 0.1
"""The share by which each pause varies, so that many services do not ask at once."""
_FIRST_PAUSE_AFTER_FAILURE = 60.0
"""Seconds until the next attempt after a failure; doubled after each further one, up to the interval."""


class Refreshable(Protocol):
    """What can be refreshed in the background: a ``KratomLaw``."""

    def refresh(self) -> RefreshReport:
        """Fetch newer data, check it, keep it, and answer from it."""
        ...


class Background:
    """Refreshes one ``KratomLaw`` until it is closed or nobody uses it any more.

    A thread does not survive a fork: make the instance in the process that is to use it.

    Args:
        law: What is refreshed; only a weak reference to it is kept.
        interval: How often.
    """

    def __init__(self, law: Refreshable, interval: timedelta) -> None:
        self._law = weakref.ref(law)
        self._interval = max(interval.total_seconds(), 1.0)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kratomlaw-refresh", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Wake the thread and wait for its end; for a download in progress, at most a few seconds."""
        self._closed.set()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        failures = 0
        while not self._closed.is_set():
            law = self._law()
            if law is None:
                return
            failed, wait = self._refresh(law)
            del law  # so that it can be collected while this thread waits
            failures = failures + 1 if failed else 0
            pause = self._interval
            if failed:
                pause = min(pause, _FIRST_PAUSE_AFTER_FAILURE * 2 ** min(failures - 1, 20))
            # A spread in time, not a secret.
            jitter = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311
            self._closed.wait(max(pause * jitter, wait))

    @staticmethod
    def _refresh(law: Refreshable) -> tuple[bool, float]:
        """Refresh once; answer whether it failed, and for how many seconds the source wants to be left alone."""
        try:
            report = law.refresh()
        except KratomLawError as error:  # no source, or unusable data: nobody but the log hears of it
            _log.warning("kratomlaw cannot refresh: %s", error)
            return True, 0.0
        if report.problem:
            _log.warning("kratomlaw refresh, %s", report)
        elif report.outcome is RefreshOutcome.UPDATED:
            _log.info("kratomlaw refresh, %s", report)
        return report.outcome is RefreshOutcome.KEPT, report.retry_after or 0.0
