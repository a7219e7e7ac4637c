"""Which commands there are: listed in order, imported when they are called, documented, completed by the shell."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

import kratomlaw
from cli_commands import COMMAND, all_commands, run_here
from help_texts import help_texts
from helpers import ROOT
from kratomlaw.cli.app import COMMANDS, app
from kratomlaw.cli.data.group import DATA_COMMANDS, data
from kratomlaw.cli.lazy import Entry, LazyGroup
from kratomlaw.cli.lookup import FLAGS, OPTIONS, Asked, read_arguments

GROUPS = [(app, COMMANDS), (data, DATA_COMMANDS)]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "data/README.md",
    *sorted(f.relative_to(ROOT).as_posix() for f in (ROOT / "docs").rglob("*.md")),
]


def test_help_lists_the_questions_first(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = run_here(monkeypatch, "--help").out
    places = [
        listed.index(f"│ {name} ") for name in ("lookup", "list", "timeline", "changes", "info", "refresh", "map")
    ]
    assert places == sorted(places)
    assert listed.index("│ refresh ") < listed.index("│ data ")


@pytest.mark.parametrize(
    ("group", "name", "entry"),
    [(group, name, entry) for group, entries in GROUPS for name, entry in entries.items()],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_command_says_in_the_list_what_it_says_itself(group: object, name: str, entry: Entry) -> None:
    commands = get_command(group)  # type: ignore[arg-type]
    assert isinstance(commands, LazyGroup)
    help_text: str = commands.load(name).help
    assert " ".join(help_text.split("\n\n", maxsplit=1)[0].split()) == entry.help


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_question_imports_no_other_command(options: list[str]) -> None:
    code = f"import sys; from kratomlaw.cli import run\nsys.argv = {['kratomlaw', 'lookup', 'US-TN', *options]}\n"
    code += "try:\n    run()\nfinally:\n    print('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stderr.split() if name.startswith("kratomlaw.")}
    unwanted = ("maintain", "web", "export", "mcp_server", "frames", "cli.data", "cli.map", "cli.export", "cli.serve")
    assert [name for name in sorted(loaded) if name.startswith(tuple(f"kratomlaw.{each}" for each in unwanted))] == []
    assert not {"typer", "rich", "pydantic", "httpx", "sqlite3", "tomllib"} & set(done.stderr.split())


LINES = [
    ["US-LA"],
    ["New", "Orleans,", "Louisiana", "--json"],
    ["Nashville, TN", "Alton, IL", "--full"],
    ["--country", "US", "--state=CO", "--city", "Denver", "-p", "7-oh", "--on", "2026-10-01"],
    ["--code", "DE", "--product=extract", "--json"],
    ["--zip", "62002"],
    ["--postal-code=62002", "--county", "Madison", "--state", "IL"],
    ["US-LA", "--on", "2026-01-01", "--on", "2027-01-01"],
    ["--on", "--json"],
    ["Georgia", "--json"],
    ["--on"],
    ["--nonsense", "US-LA"],
    ["US-LA", "--help"],
    ["--", "US-LA"],
    ["-pleaf", "US-LA"],
    ["-", "US-LA"],
    ["--jso", "US-LA"],
    [""],
    [],
]


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_a_plain_question_is_read_as_typer_reads_it(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_arguments(words)
    known: list[Asked] = []
    monkeypatch.setattr("kratomlaw.cli.questions.answer", known.append)
    run_here(monkeypatch, "lookup", *words)
    if read is not None:
        assert known == [read]


def test_the_fast_way_knows_every_option_of_lookup() -> None:
    commands = get_command(app)
    assert isinstance(commands, LazyGroup)
    options = {name for each in commands.load("lookup").params for name in each.opts if name.startswith("-")}
    assert options - {"--help", "-h"} == {*OPTIONS, *FLAGS}


def test_the_help_imports_no_command() -> None:
    code = "import sys; from kratomlaw.cli import run\nsys.argv = ['kratomlaw', '--help']\n"
    code += "try:\n    run()\nfinally:\n    print('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name for name in done.stderr.split() if name.startswith("kratomlaw.cli.")} <= {
        "kratomlaw.cli.app",
        "kratomlaw.cli.lazy",
        "kratomlaw.cli.output",
    }


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_each_command_and_option_appears_in_its_help(words: tuple[str, ...]) -> None:
    command = get_command(app)
    for word in words:
        assert isinstance(command, LazyGroup)
        command = command.load(word)
    text = help_texts()[f"kratomlaw-{'-'.join(words)}.txt"]
    for parameter in command.params:
        if parameter.name != "help":
            assert getattr(parameter, "help", None), f"{' '.join(words)}: {parameter.name} has no help"
            assert all(name in text for name in parameter.opts if name.startswith("-"))


def examples() -> list[str]:
    """Every line that a help text tells its reader to type."""
    return [line for _, entries in GROUPS for entry in entries.values() for line in entry.examples]


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_the_help_of_each_command_has_an_example(words: tuple[str, ...]) -> None:
    assert f"kratomlaw {' '.join(words)}" in help_texts()[f"kratomlaw-{'-'.join(words)}.txt"].partition("Examples:")[2]


def lines_of_the_documents() -> list[str]:
    """What the documents tell somebody in a terminal to type."""
    texts = [(ROOT / name).read_text("utf-8") for name in DOCUMENTS]
    blocks = [block for text in texts for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text)]
    lines = [line.removeprefix(".venv/bin/") for block in blocks for line in block.splitlines()]
    return [re.split(r" \|\| | &$|  +#", line)[0].strip() for line in lines if line.startswith("kratomlaw ")]


def test_the_documents_show_how_to_ask() -> None:
    assert {line.split()[1] for line in lines_of_the_documents()} >= {
        "lookup",
        "decide",
        "trip",
        "list",
        "serve",
        "map",
    }


@pytest.mark.parametrize("line", sorted({*examples(), *lines_of_the_documents()}))
def test_an_example_is_read_as_it_is_meant(line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name, *words = shlex.split(line.partition(" > ")[0])
    assert name == "kratomlaw"
    command = get_command(app)
    while isinstance(command, LazyGroup) and words:
        command = command.load(words.pop(0))
    if words and hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    (tmp_path / "data/us").mkdir(parents=True)
    (tmp_path / "data/us/la.toml").touch()
    monkeypatch.chdir(tmp_path)  # arguments that are files have to exist
    command.make_context(line, words)


QUESTIONS = ("lookup", "decide", "trip", "list", "timeline", "changes")


@pytest.mark.parametrize(
    "line", [line for line in (*examples(), *lines_of_the_documents()) if line.split()[1] in QUESTIONS]
)
def test_an_example_of_a_question_has_an_answer(line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.json").write_text(kratomlaw.Policy(meets={"age"}).to_json(), "utf-8")
    printed = run_here(monkeypatch, *shlex.split(line.partition(" > ")[0])[1:])
    assert printed.code in (0, 3, 4), printed
    assert (bool(printed.out), printed.err) == (True, "")


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_each_command_is_documented(words: tuple[str, ...]) -> None:
    documents = "\n".join((ROOT / name).read_text("utf-8") for name in DOCUMENTS)
    # By name, in a list such as "kratomlaw lookup | list", or in the configuration of an assistant.
    lists = [line.replace("`", " ") for line in documents.splitlines() if "kratomlaw" in line and " | " in line]
    named = re.search(rf"kratomlaw\W+(args\W+)?{' '.join(words)}\b", documents)
    assert named or any(f" {words[-1]} " in f" {line} " for line in lists), (
        f"no document says what kratomlaw {' '.join(words)} does; add it to one of {', '.join(DOCUMENTS)}"
    )


@pytest.mark.parametrize(
    ("line", "word"),
    [("kratomlaw look", "lookup"), ("kratomlaw data val", "validate"), ("kratomlaw lookup --js", "--json")],
)
def test_the_shell_completes_commands_and_options(line: str, word: str) -> None:
    words = line.split()
    environment = {**os.environ, "_KRATOMLAW_COMPLETE": "complete_bash"}
    environment |= {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    code = "import sys; sys.argv = ['kratomlaw']\nfrom kratomlaw.cli import run\nrun()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert word in done.stdout.split(), done.stderr


def test_a_misspelt_command_is_told_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "'lookup'" in run_here(monkeypatch, "lokup").err


def test_the_module_runs_the_command(tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout.split()[0]) == (0, "kratomlaw")
