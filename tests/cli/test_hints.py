"""What the terminal says of the library's hints: options of the command in place of arguments of Python."""

import ast
import io
import re
import sys

import pytest

from cli_commands import run_here
from helpers import ROOT
from kratomlaw import UnknownPlaceError
from kratomlaw.cli.hints import _SAYINGS, hint_in_the_terminal
from kratomlaw.cli.output import report_error

PYTHON = re.compile(r"\w\(|\bdatetime\b|\bKratomLaw\b|(?<![\w-])[a-z_]+=(?!\w+[ .)]|review|refuse|\{)|\[\(")
"""What only somebody who writes Python can follow; --set takes SETTING=VALUE."""
OF_PROGRAMS = ("Hand over the KratomLaw",)
"""How hints begin that only a program can be given: the command never does what they warn of."""
FOLDERS = ("law", "places", "data", "updates", "settings.py", "client.py")


def hints() -> list[tuple[str, str]]:
    """Every hint and every warning that is written in the library, with its file."""
    found: list[tuple[str, str]] = []
    package = ROOT / "src/kratomlaw"
    for folder in FOLDERS:
        place = package / folder
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                text = hint_in(node)
                if text and not text.startswith(OF_PROGRAMS):
                    found.append((file.relative_to(package).as_posix(), text))
    return found


def hint_in(node: ast.AST) -> str:
    if isinstance(node, ast.keyword) and node.arg == "hint":
        return written(node.value)
    if isinstance(node, ast.Assign) and "hint" in ast.unparse(node.targets[0]).lower():
        return written(node.value)
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("warnings.warn"):
        return written(node.args[0])
    return ""


def written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part) if isinstance(part, ast.Constant) else "name" for part in node.values)
    if isinstance(node, ast.BinOp):
        return written(node.left) + written(node.right)
    if isinstance(node, ast.IfExp):
        return f"{written(node.body)} {written(node.orelse)}"
    return ""


def test_there_are_hints_to_look_at() -> None:
    assert len(hints()) > 50


@pytest.mark.parametrize(("file", "hint"), hints(), ids=lambda value: value[:50])
def test_no_hint_in_a_terminal_is_one_for_python(file: str, hint: str) -> None:
    said = hint_in_the_terminal(hint)
    assert not PYTHON.search(said), f"{file}: {said}"


def test_every_saying_is_about_a_hint_that_there_is() -> None:
    for pattern, _ in _SAYINGS:
        assert any(re.search(pattern, hint) for _, hint in hints()), f"no hint says {pattern}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lookup", "US-CO", "--on", "soon"), 'Write it as "YYYY-MM-DD".'),
        (("lookup",), '"New Orleans, LA"'),
        (("lookup", "US-CO", "--code", "US-CO"), "--code"),
        (("lookup", "--zip", "1234", "--country", "US"), '"01234"'),
        (("changes", "--since", "soon"), "YYYY-MM-DD"),
        (("list", "--level", "village"), "county"),
        (("refresh",), "--source"),
        (("decide", "US-CO", "--age", "200"), "--age 21"),
    ],
    ids=str,
)
def test_an_error_names_what_to_type(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str) -> None:
    printed = run_here(monkeypatch, *words)
    assert printed.code == 2
    assert said in printed.err
    assert not PYTHON.search(printed.err), printed.err


def test_an_error_on_a_terminal_is_wrapped_at_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stderr", Terminal())
    report_error(UnknownPlaceError("There is no place called 'Xyzzyville' here or there.", query="", hint="Ask " * 30))
    assert isinstance(sys.stderr, Terminal)
    printed = sys.stderr.getvalue()
    plain = re.sub(r"\x1b\[[\d;]*m", "", printed)
    assert printed.startswith("\x1b[1;31m")
    assert max(map(len, plain.splitlines())) <= 40
    assert (
        plain.split() == ["There", "is", "no", "place", "called", "'Xyzzyville'", "here", "or", "there."] + ["Ask"] * 30
    )
