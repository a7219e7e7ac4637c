"""What servers have in common: hints that somebody who asks a server can follow, and one day that they call today."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from helpers import ROOT
from kratomlaw import InvalidQueryError, KratomLaw, PlaceError
from kratomlaw.install import install
from kratomlaw.mcp_server import server
from kratomlaw.serving.clock import today_in_utc
from kratomlaw.serving.hints import Surface, hint_for
from kratomlaw.web.api import problems

HTTP, MCP = problems._SURFACE, server._SURFACE
ROOMS = ("law", "places", "data")
"""Where a question that is asked of a server may fail."""
FOREIGN = re.compile(
    r"\w\(|…\)|datetime|\bpip\b|KRATOMLAW_|KratomLaw|\bkratomlaw [a-z]+|--[a-z]|=…|\bimport\b|\.[a-z]+\(|`|\btuple\b"
)
"""What only means something in Python or in a terminal."""


def written_hints() -> Iterator[tuple[str, str]]:
    """Every hint in the source, with X for what is put in when the error is raised."""
    for room in ROOMS:
        for file in sorted((ROOT / "src/kratomlaw" / room).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "hint":
                    for text in texts(node.value):
                        yield f"{file.name}:{node.value.lineno}", text


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from texts(value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)


HINTS = list(written_hints())


def test_there_are_hints_to_check() -> None:
    assert len(HINTS) > 25


@pytest.mark.parametrize("surface", [HTTP, MCP], ids=["http", "mcp"])
@pytest.mark.parametrize(("where", "hint"), HINTS, ids=[where for where, _ in HINTS])
def test_no_hint_of_a_server_needs_python_or_a_terminal(where: str, hint: str, surface: Surface) -> None:
    said = hint_for(surface, hint)
    assert not FOREIGN.search(said), f"{where}: {hint!r} becomes {said!r}"
    named = set(re.findall(r"\b([a-z_]+)=", said))
    assert named <= surface.parameters, f"{where}: {said!r} names {named - surface.parameters}"
    assert said or not hint


QUESTIONS = (
    {"place": "62002"},
    {"place": "  "},
    {"place": "\x07Ohio"},
    {"place": "x" * 150},
    {"place": "Georgia"},
    {"place": "Foo County, MS"},
    {"place": "US-CA/nowhere-county"},
    {"place": "Chicago, IL 99999"},
    {"place": "US-LA", "on": "tomorrow"},
)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
@pytest.mark.parametrize("surface", [HTTP, MCP], ids=["http", "mcp"])
def test_the_hints_of_real_questions_name_parameters_of_the_server(question: dict[str, str], surface: Surface) -> None:
    try:
        KratomLaw().lookup(**question)
    except (PlaceError, InvalidQueryError) as error:
        said = hint_for(surface, error.hint)
        assert not FOREIGN.search(said), said


def test_what_a_hint_offers_can_be_asked() -> None:
    with pytest.raises(PlaceError) as raised:
        KratomLaw().lookup("62002")
    for surface in (HTTP, MCP):
        offered = re.search('"(.*?)"', hint_for(surface, raised.value.hint))
        assert offered
        assert KratomLaw().lookup(offered[1]).candidates


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ('Write it as "YYYY-MM-DD" or pass a datetime.date.', 'Write it as "YYYY-MM-DD".'),
        ("Give city and state too, or install it: python -m pip install 'kratomlaw[web]'", "Give city and state too."),
        (f"Give city and state too, or install it: {install('web')}", "Give city and state too."),
        ('Pass it, as in changes("2026-01-01").', 'Pass it, as in since="2026-01-01".'),
        ("Correct the state or the ZIP code.", "Correct the state or the ZIP code."),
        ("", ""),
    ],
)
def test_a_hint_keeps_what_everybody_can_do(hint: str, said: str) -> None:
    assert hint_for(MCP, hint) == said


def test_servers_call_the_day_in_utc_today(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "Clock":
            assert tz is UTC
            return cls(2026, 1, 1, 0, 30, tzinfo=UTC)

    monkeypatch.setattr("kratomlaw.serving.clock.datetime", Clock)
    assert today_in_utc() == date(2026, 1, 1)


def test_the_source_has_one_clock_for_servers() -> None:
    rooms = (ROOT / "src/kratomlaw/web/api", ROOT / "src/kratomlaw/mcp_server")
    files: list[Path] = [file for room in rooms for file in room.glob("*.py")]
    assert not [file.name for file in files if "date.today()" in file.read_text("utf-8")]
