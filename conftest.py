"""Under which conditions do all tests run? The same on every machine and on every day.

This file lies at the root so that the doctests of ``src/``, of ``docs/`` and of the README run under them too.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

for _name in [name for name in os.environ if name.startswith("KRATOMLAW_")]:
    if not _name.startswith("KRATOMLAW_TEST_"):  # what the developer has configured for himself is not under test
        del os.environ[_name]
# The bundled data grows old by itself, and one day every first answer would warn of it. Tests that are not about age
# take it for fresh, in child processes too; those that are about age ask for the fixture ``usual_age``.
os.environ["KRATOMLAW_MAX_AGE"] = "99999"

# A loaded machine is slow, not wrong. The same examples each time; others with ``--hypothesis-profile=random``.
settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("tests", settings.get_profile("random"), derandomize=True)
# Where the examples are not the question: in tools/mutants.py, on a later day, where lines are counted.
_fails = (Phase.explicit, Phase.generate)
settings.register_profile("few", settings.get_profile("tests"), max_examples=10, phases=_fails)
settings.load_profile("tests")

collect_ignore = ["docs/conf.py"]  # Sphinx runs it
STARTED_ONCE = ("browser", "spark")
"""Marks of the tests that share something slow to start."""
NEEDS = {"Chromium": "chromium chromium-driver", "Java": "openjdk-17-jre-headless"}
"""Programs without which tests are skipped, and the packages of Debian that bring them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of our own."""
    parser.addoption("--soak", action="store_true", help="run the long versions of the tests too: minutes, not seconds")
    parser.addoption("--update-frozen", action="store_true", help="rewrite the kept files of tests/frozen")
    parser.addoption("--update-frozen-dataset", action="store_true", help="rewrite the kept dataset of tests/frozen")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs ``--soak``, put what starts slowly first, and refuse two tests of one name.

    The first of several processes begins at the beginning, and others take over from its end: so all tests in Chromium
    and on Spark run in the first, which starts each of them once.
    """
    twice = [name for name, number in Counter(item.nodeid for item in items).items() if number > 1]
    if twice:  # Some ways to share tests among processes know a test by its name, and would run only one of the two.
        raise pytest.UsageError(f"Two tests have the same name, so that one of them may be lost: {', '.join(twice)}")
    if not config.getoption("--soak"):
        left_out = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: not any(map(item.get_closest_marker, STARTED_ONCE)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line which tests could not run for want of a program."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for program, packages in NEEDS.items():
        number = sum(f"needs {program}" in reason for reason in skipped)
        if number:
            terminalreporter.write_line(
                f"{number} tests did not run: no {program}. apt-get install {packages}", yellow=True
            )


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the clone."""
    return Path(__file__).parent


@pytest.fixture
def usual_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Data gets old as it does for users: for tests about stale data."""
    monkeypatch.delenv("KRATOMLAW_MAX_AGE")
