"""Memory and time are bounded: a process stays small whatever it is asked, and however often."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import swamping_questions
from helpers import ROOT
from swamping_questions import KINDS

PACKAGE = ROOT / "src/kratomlaw"
BOUNDED = {
    "client.default_instance": "has no argument",
    "data.bundled._bundled_lines": "the names of our own files",
    "data.validation._records": "has no argument",
    "law.docstrings.": "our own classes",
    "law.texts._harmful": "has no argument",
    "updates.loading.forks_wait": "has no argument",
    "updates.transports.warn_of_plain_http": "the sources that an application configures",
}
"""The functions that remember without a limit, and why there is one all the same."""


def remembering() -> dict[str, int]:
    """The functions that ``functools`` lets remember without a limit, outside the surfaces with tests of their own."""
    found: dict[str, int] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                decorators = {ast.unparse(each) for each in node.decorator_list}
                if decorators & {"cache", "functools.cache", "lru_cache(maxsize=None)"}:
                    found[f"{name}.{node.name}"] = node.lineno
    return found


def test_nothing_remembers_the_texts_of_strangers_without_a_limit() -> None:
    rooms = ("law.", "places.", "data.", "updates.", "client.", "presentation.", "settings.")
    unexplained = [name for name in remembering() if name.startswith(rooms) and not name.startswith(tuple(BOUNDED))]
    assert not unexplained, f"{unexplained}: use lru_cache, or say in BOUNDED what its arguments can be"


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs a system that counts memory")
class TestQuestionsOfStrangers:
    def held(self, seed: int, count: int, *kinds: str) -> list[float]:
        arguments = [sys.executable, swamping_questions.__file__, str(seed), str(count), *kinds]
        done = subprocess.run(arguments, capture_output=True, text=True, check=True)
        found: list[float] = json.loads(done.stdout)
        return found

    def test_cost_little_memory(self) -> None:
        found = self.held(1, 100)
        assert max(found) - found[0] < 30, f"{sum(1 for _ in KINDS) * 100} questions left {found} MB behind"

    @pytest.mark.soak
    @pytest.mark.parametrize("kind", KINDS)
    def test_come_to_an_end_of_what_is_remembered(self, kind: str) -> None:
        """Whatever is remembered has reached its limit after half of them."""
        found = self.held(1, 8_000, kind)
        assert max(found) < found[0] + 60, found
        assert found[-1] < max(found[:6]) + 3, f"{kind}: it grows and grows, {found} MB"

    @pytest.mark.soak
    def test_a_million_of_them_leave_nothing_behind(self) -> None:
        found = self.held(2, 200_000, "misspelled towns", "addresses", "ZIP codes", "days", "products")
        assert found[-1] < max(found[:3]) + 5, found
