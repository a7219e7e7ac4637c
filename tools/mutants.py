"""Do the tests notice when the code is wrong? Breaks the core in one place after another and runs the tests beside it.

    nox -s mutants                    # one mutant of each file, drawn by a seed
    nox -s mutants -- --seed 7 --each 20 --only places/
    nox -s mutants -- --all           # every mutant: many hours

The mutations are those of cosmic-ray, and two of our own. Neither its runner nor mutmut draws a sample by a seed, and
its runner breaks the files of the clone themselves and has one test command for all of them. Here a copy of the tree is
broken. First the tests run once, and it is noted which run which line and how long they take. Each mutant then runs the
tests of its line, the quickest first, up to the first failure. If they pass it runs all tests of its file, since what
is remembered from an earlier test, or done in another process, is not seen. Properties are tried with few examples.
What changes nothing is listed with the reason in ``mutants.toml``.
"""

import argparse
import ast
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators import provider
from cosmic_ray.operators.operator import Operator
from coverage import CoverageData

from later import compile_package, copy_tree

PACKAGE = "src/kratomlaw"
LAW = ("tests/law", "tests/client/test_zones.py", "tests/places/test_addresses.py", "tests/data/test_golden.py")
DECISIONS = ("tests/law", "tests/client/test_decide.py")
SNAPSHOT = (
    "tests/client/test_api.py", "tests/client/test_consistency.py", "tests/client/test_decide.py",
    "tests/client/test_zones.py", "tests/data/test_overlay.py", "tests/places/test_which_of_several.py",
)  # fmt: skip
PLACES = ("tests/places/test_which_of_several.py", "tests/places/test_addresses.py", "tests/places")
UPDATES = (
    "tests/updates/test_trust.py", "tests/updates/test_cache_files.py", "tests/updates/test_updater.py",
    "tests/updates/test_shared_cache.py", "tests/updates/test_cache.py", "tests/updates/test_killed.py",
    "tests/updates/test_any_sequence.py", "tests/updates/test_failing_calls.py", "tests/updates/test_over_time.py",
    "tests/updates/test_publisher.py",
)  # fmt: skip
TESTS: Mapping[str, tuple[str, ...]] = {
    "law/engine.py": LAW,
    "law/dates.py": LAW,
    "law/decisions.py": DECISIONS,
    "law/policy.py": DECISIONS,
    "places/resolver.py": PLACES,
    "places/us_addresses.py": PLACES,
    "places/localities.py": PLACES,
    "places/postal.py": PLACES,
    "places/match.py": PLACES,
    "data/snapshot.py": SNAPSHOT,
    "data/checks.py": ("tests/data", "tests/maintain/review/test_bad_records.py"),
    "updates/updater.py": UPDATES,
    "updates/cache.py": UPDATES,
    "updates/manifest.py": UPDATES,
    "updates/trust.py": UPDATES,
}  # fmt: skip
"""The tests of each file of the core."""
LONG = (
    "tests/client/test_decide.py::test_no_place_is_allowed_where_the_answer_is_unknown_or_banned",
    "tests/law/test_citing.py::test_answers_and_decisions_survive_and_cite_everything_once",
    "tests/law/test_plain.py::test_no_answer_in_the_data_has_a_long_repr",
    "tests/places/test_addresses.py::TestCost",
    "tests/places/test_bad_input.py::test_garbage_is_refused_or_answered",
    "tests/places/test_columns.py::test_broken_addresses_mean_what_the_resolver_says",
    "tests/places/test_columns.py::test_towns_with_their_own_zip_codes_mean_what_the_resolver_says",
    "tests/places/test_never_milder.py::test_an_address_that_was_cut_misspelled_or_mixed_up_is_not_answered_more_mildly",
    "tests/places/test_places.py::TestBadInput::test_no_text_raises_anything_but_our_errors",
    "tests/places/test_right_place.py::TestCitiesOfGeoNames",
    "tests/places/test_right_place.py::TestReadInsideTheCountry::test_every_subdivision_of_every_country_is_found_by_its_code",
)
"""Of these tests each asks thousands of questions; they are left out."""
FLOOR = 92
"""Of a hundred mutants that change something so many have to be noticed."""
MINUTES = 15
"""How long the tests of one mutant may take, for one that waits for ever."""

_COMPARISONS = (
    "Eq_NotEq",
    "NotEq_Eq",
    "Lt_LtE",
    "LtE_Lt",
    "Gt_GtE",
    "GtE_Gt",
    "Lt_GtE",
    "Gt_LtE",
    "Is_IsNot",
    "IsNot_Is",
)
CHOSEN = (
    "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "NumberReplacer", "ZeroIterationForLoop",
    "ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add", "ReplaceUnaryOperator_Delete_Not",
    *(f"ReplaceComparisonOperator_{pair}" for pair in _COMPARISONS),
)  # fmt: skip
"""The operators of cosmic-ray that make plausible mistakes; the others mostly make what fails at once."""


class RemoveStatement(Operator):  # type: ignore[misc]  # cosmic-ray has no types
    """Leaves out an error that is raised, or a call whose result nobody uses."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Where it can."""
        if node.type == "simple_stmt" and node.children[0].type in ("raise_stmt", "atom_expr"):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Do it."""
        node.children[0] = parso.parse(f"{node.get_first_leaf().prefix}pass")
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """None, as nobody lists this one."""
        return ()


class TurnMembership(Operator):  # type: ignore[misc]
    """Turns ``in`` and ``not in``."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Where it can."""
        if node.type == "comparison" and _is_membership(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Do it."""
        node.children[1] = parso.parse(" in" if "not" in node.children[1].get_code() else " not in")
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """None, as nobody lists this one."""
        return ()


def _is_membership(comparison: Any) -> bool:
    return comparison.children[1].get_code().split() in (["in"], ["not", "in"])


class Mutant(NamedTuple):
    """One file with one mistake in it."""

    file: str
    """The file, from the package on."""
    number: int
    """The first line that is different."""
    line: str
    """What stands there, and on further lines that are different."""
    mutant: str
    """What stands there now."""
    code: str
    """The whole file."""

    def __str__(self) -> str:
        return f"{self.file}:{self.number}\n    - {self.line}\n    + {self.mutant}"


def mutants_of(file: str, code: str, seed: str) -> Iterator[Mutant]:
    """The mutants of a file, each once, in an order that a seed gives; each is made when it is asked for."""
    tree = get_ast(code)
    known = provider.OperatorProvider()
    operators: tuple[Operator, ...] = (*(known[name]() for name in CHOSEN), RemoveStatement(), TurnMembership())
    places: list[tuple[Operator, int]] = []
    for operator in operators:
        number = sum(len(list(operator.mutation_positions(node))) for node in ast_nodes(tree))
        places += ((operator, occurrence) for occurrence in range(number))
    random.Random(f"{seed} {file}").shuffle(places)
    seen = {code}
    for operator, occurrence in places:
        mutated = MutationVisitor.mutate_code(code, operator, occurrence)
        if mutated is not None and mutated not in seen and _compiles(mutated):
            seen.add(mutated)
            yield _described(file, code, mutated)


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _described(file: str, code: str, mutated: str) -> Mutant:
    before, after = code.splitlines(), mutated.splitlines()
    first = next(number for number, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1])
    least = min(len(before), len(after)) - first
    behind = next((number for number in range(least) if before[-1 - number] != after[-1 - number]), least)
    was, now = (" ".join(map(str.strip, lines[first : len(lines) - behind])) for lines in (before, after))
    return Mutant(file, first + 1, was, now, mutated)


class WithoutEffect:
    """The mutants that change nothing, as ``mutants.toml`` lists them: one of a line, or all of it."""

    def __init__(self) -> None:
        listed = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["without-effect"]
        if not all(each["reason"] for each in listed):
            raise ValueError("a mutant is listed without a reason")
        self._listed: set[tuple[str, str, str | None]] = {
            (each["file"], each["line"], each.get("mutant")) for each in listed
        }

    def __contains__(self, mutant: Mutant) -> bool:
        return not self._listed.isdisjoint((mutant.file, mutant.line, now) for now in (mutant.mutant, None))


def _lines(code: str, number: int) -> range:
    """The lines of the innermost statement that has a line; of one that holds others, those before them."""
    lines = range(number, number + 1)
    for node in ast.walk(ast.parse(code)):  # the inner ones come after the outer ones
        if isinstance(node, ast.stmt) and node.lineno <= number <= (node.end_lineno or node.lineno):
            body: list[ast.stmt] = getattr(node, "body", [])
            lines = range(node.lineno, body[0].lineno if body else (node.end_lineno or node.lineno) + 1)
    return lines if number in lines else range(number, number + 1)


class Clone:
    """A copy of the tree whose files are broken.

    Args:
        folder: Where it is made.
        python: The Python in whose environment the tests run.
    """

    def __init__(self, folder: Path, python: str) -> None:
        self._folder = folder
        self._python = python
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._tests: dict[str, dict[int, list[str]]] = {}
        folder.chmod(0o755)  # tests that become another user import from here
        copy_tree(folder)
        compile_package(folder)
        self._environment = {
            **os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / ".hypothesis"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # half of the time of most mutants
        }  # fmt: skip

    def code(self, file: str) -> str:
        """The code of a file."""
        return (self._folder / PACKAGE / file).read_text("utf-8")

    def observe(self, files: Iterable[str]) -> str | None:
        """Note which tests run which lines of some files, and how long they take; what pytest says if one fails."""
        tests = dict.fromkeys(test for file in files for test in TESTS[file])
        coverage = ("-p", "pytest_cov", "--cov", "--cov-context=test", "--cov-report=", "--cov-fail-under=0")
        done = self._run(("-n", "2", "-vv", "--durations=0", *coverage, *tests))
        said = done.stdout.decode()
        for line in said.splitlines():
            match line.split(maxsplit=2):
                case [seconds, "setup" | "call" | "teardown", test] if seconds.endswith("s"):
                    self._seconds[test] += float(seconds[:-1])
        data = CoverageData(str(self._folder / ".coverage"))
        data.read()
        for file in files:
            self._tests[file] = data.contexts_by_lineno(str(self._folder / PACKAGE / file))
        return said[-2_000:] if done.returncode else None

    def notices(self, mutant: Mutant) -> bool:
        """Whether the tests of a file fail with a mutant of it."""
        path = self._folder / PACKAGE / mutant.file
        before = path.read_text("utf-8")
        path.write_text(mutant.code, "utf-8")
        nearest, others = self._sorted(mutant.file, _lines(before, mutant.number))
        try:
            return self._fails(nearest) or self._fails(others)
        finally:
            path.write_text(before, "utf-8")

    def _sorted(self, file: str, lines: range) -> tuple[list[str], list[str]]:
        """The tests that run some lines, and the others of a file, the quickest first."""
        ran = {name.partition("|")[0] for line in lines for name in self._tests[file].get(line, ()) if name}
        others = {test for test in self._seconds if test.startswith(TESTS[file])} - ran
        return sorted(ran, key=self._time), sorted(others, key=self._time)

    def _time(self, test: str) -> tuple[float, str]:
        return self._seconds[test], test

    def _fails(self, tests: Sequence[str]) -> bool:
        if not tests:
            return False
        arguments = self._folder / "tests.txt"
        arguments.write_text("\n".join(tests), "utf-8")
        try:
            wanted = math.ceil(sum(self._seconds[test] for test in tests))
            processes = "2" if wanted > 60 else "0"
            # One may never end: far more time than the tests need without it.
            done = self._run(("-n", processes, "-x", "-q", f"@{arguments}"), 60 + 5 * wanted)
        except subprocess.TimeoutExpired:
            return True
        return done.returncode != 0

    def _run(self, words: Sequence[str], seconds: int | None = None) -> subprocess.CompletedProcess[bytes]:
        words = (
            "-p", "xdist", "-p", "_hypothesis_pytestplugin", "--hypothesis-profile=few",
            "-p", "no:cacheprovider", "--tb=no", "-m", "not network", *(f"--deselect={test}" for test in LONG), *words,
        )  # fmt: skip
        return subprocess.run(
            [self._python, "-m", "pytest", *words],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            check=False,
            timeout=MINUTES * 60 if seconds else None,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)) if seconds else None,
        )


def main() -> int:
    """Run as the arguments say; 1 where too few mutants are noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every mutant, not a sample")
    parser.add_argument("--each", type=int, default=1, help="how many mutants of each file")
    parser.add_argument("--seed", default="1", help="of the sample")
    parser.add_argument("--only", action="append", help="the files whose names begin so, as places/; several times")
    parser.add_argument("--floor", type=int, default=FLOOR, help="percent of the mutants that have to be noticed")
    parser.add_argument("--python", default=sys.executable, help="in whose environment the tests run")
    wanted = parser.parse_args()
    ignored = WithoutEffect()
    files = [file for file in TESTS if file.startswith(tuple(wanted.only or ("",)))]
    with tempfile.TemporaryDirectory() as name:
        clone = Clone(Path(name), wanted.python)
        failed = clone.observe(files)
        if failed is not None:
            print("mutants: tests fail without any mutant:", failed, sep="\n")
            return 2
        noticed, tried = 0, 0
        for file in files:
            own = (each for each in mutants_of(file, clone.code(file), wanted.seed) if each not in ignored)
            several = list(own if wanted.all else islice(own, wanted.each))
            survivors = [each for each in several if not clone.notices(each)]
            killed = len(several) - len(survivors)
            print(f"{file}: {killed} of {len(several)} noticed", flush=True)
            for each in survivors:
                print(f"  not noticed: {each}", flush=True)
            noticed, tried = noticed + killed, tried + len(several)
    print(f"{noticed} of {tried} mutants noticed, {noticed / tried:.0%}; at least {wanted.floor} % are wanted")
    return 0 if noticed * 100 >= wanted.floor * tried else 1


if __name__ == "__main__":
    sys.exit(main())
