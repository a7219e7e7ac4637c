"""The maintainers' commands where there is no clone, and where one record is unfinished."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from helpers import GOOD_RECORD, write_record
from kratomlaw.cli.app import app
from kratomlaw.cli.data.group import DATA_COMMANDS

ARGUMENTS = {
    "new": ["US-CO"],
    "verify": ["US-LA"],
    "compare": ["second.toml", "--on", "2026-11-30"],
    "release": ["out", "--no-site"],
    "publish": ["out", "--no-site"],
}
"""What commands need besides; those that are not here need nothing."""
WITHOUT_A_CLONE = ("keygen",)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["data", *arguments])


@pytest.mark.parametrize("name", [name for name in DATA_COMMANDS if name not in WITHOUT_A_CLONE])
def test_outside_a_clone_a_command_says_so_in_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "second.toml").write_text("", "utf-8")
    done = run(name, *ARGUMENTS.get(name, []))
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "There is no folder data here. Run this in the root of a clone" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["second.toml"], "a command left something behind"


@pytest.mark.parametrize("words", [("show", "x"), ("take", "x"), ("dismiss", "x", "--because", "y"), ("settle", "x")])
def test_so_do_the_commands_of_the_inbox(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("inbox", *words)
    assert done.exit_code == 2
    assert "There is no folder data here" in done.stderr


UNFINISHED = {
    "a template": GOOD_RECORD.replace('code = "US-CO"', 'code = "US-TX"').replace(
        'status = "restricted"', 'status = ""'
    ),
    "half a line": "code = ",
    "no text": "\udcff\udcfe",
}


@pytest.mark.parametrize("text", UNFINISHED.values(), ids=UNFINISHED)
@pytest.mark.parametrize("command", ["stale", "quality", "diff", "coverage", "calendar"])
def test_one_unfinished_record_does_not_stop_the_others(
    command: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    write_record(data, GOOD_RECORD)
    (data / "us/tx.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    (data / "dataset.toml").write_text('version = "2026.11.30"\n', "utf-8")
    (data / "coverage.toml").write_text("", "utf-8")
    monkeypatch.chdir(tmp_path)
    done = run(command, *(["./data", "worktree"] if command == "diff" else []))
    assert done.exit_code in (0, 1), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "us/tx.toml" in done.output, "what is left out has to be said"
