"""How the tests run the command line: as a process, and in this process with a terminal of any encoding."""

import io
import os
import subprocess
import sys
from typing import NamedTuple

import pytest

from kratomlaw.cli.app import COMMANDS, app
from kratomlaw.cli.data.group import DATA_COMMANDS
from kratomlaw.cli.output import make_printable

__all__ = ["COMMAND", "Printed", "all_commands", "run", "run_here"]

COMMAND = [sys.executable, "-m", "kratomlaw"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


class Printed(NamedTuple):
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


def run_here(monkeypatch: pytest.MonkeyPatch, *arguments: str, encoding: str = "utf-8") -> Printed:
    """Run the command in this process, as on a terminal with that encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="") for _ in range(2))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        make_printable(out, err)
        try:
            app(list(arguments), prog_name="kratomlaw")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        else:
            code = 0
    texts: list[str] = []
    for stream in (out, err):
        stream.flush()
        content = stream.buffer
        assert isinstance(content, io.BytesIO)
        texts.append(content.getvalue().decode(encoding))
    return Printed(code, texts[0], texts[1])


def all_commands() -> tuple[tuple[str, ...], ...]:
    """Every command there is, as the words after ``kratomlaw``."""
    questions = ((name,) for name in COMMANDS if name != "data")
    return (*questions, *(("data", name) for name in DATA_COMMANDS))
