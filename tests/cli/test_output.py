"""How commands speak: on terminals of every encoding, as JSON on both streams, and with one exit code for one error."""

import json
import os
import shlex
import subprocess
from datetime import date
from pathlib import Path

import pytest

import kratomlaw
from cli_commands import COMMAND, all_commands, run_here
from helpers import GOOD_RECORD, write_record
from kratomlaw.cli.output import exit_code
from kratomlaw.data.bundled import bundled
from kratomlaw.install import install

STALE = bundled().built_on < date.today()
"""Whether the data is older than today: on the day of a release it is not."""
NARROW = ["ascii", "latin-1", "cp437"]
QUESTIONS = [
    ("lookup", "US-LA"),
    ("lookup", "US-LA", "--json"),
    ("lookup", "Tennesee"),
    ("lookup", "São Tomé"),
    ("lookup", "Ŧhàïlånd – →"),
    ("lookup", "US-LA", "--json", "--nonsense", "–"),
    ("list", "--within", "Canada"),
    ("list", "--within", "Canada", "--json"),
    ("timeline", "Thailand"),
    ("changes", "--since", "2020-01-01"),
    ("decide", "São Tomé", "US-CO", "Georgia"),
    ("decide", "Denver, CO", "--full"),
    ("trip", "US-CO=2026-12-01", "TH=2026-12-20"),
    ("info",),
    ("refresh",),
    ("map", "--out", "map.txt"),
    ("data", "stale", "--data", "{data}"),
    ("data", "validate", "--data", "{data}"),
    ("data", "coverage", "--data", "{data}"),
    ("data", "quality", "--data", "{data}"),
    ("data", "diff", "bundled", "bundled"),
    ("--help",),
    ("lookup", "–"),
    ("nonsense–",),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a record that is good, one with a weakness, and one that cannot be read."""
    write_record(tmp_path, GOOD_RECORD)
    write_record(tmp_path, GOOD_RECORD.replace("US-CO", "US-PR").replace("Colorado", "São João – →", 1), "us/pr.toml")
    write_record(tmp_path, 'code = "TH"\nname = "ไทย', "countries/th.toml")
    (tmp_path / "dataset.toml").write_text('version = "2026.11.23"\n')
    return tmp_path


@pytest.mark.parametrize("encoding", NARROW)
@pytest.mark.parametrize("arguments", QUESTIONS, ids=" ".join)
def test_everything_can_be_printed_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, data: Path, arguments: tuple[str, ...], encoding: str
) -> None:
    arguments = tuple(word.format(data=data) for word in arguments)
    wide = run_here(monkeypatch, *arguments)
    narrow = run_here(monkeypatch, *arguments, encoding=encoding)
    assert narrow.code == wide.code
    assert bool(narrow.out) == bool(wide.out)
    assert bool(narrow.err) == bool(wide.err)


@pytest.mark.parametrize("arguments", [*all_commands(), ("data",), ()], ids=" ".join)
def test_every_help_text_can_be_printed_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    assert run_here(monkeypatch, *arguments, "--help", encoding="ascii").code == 0


@pytest.mark.parametrize(
    ("text", "plain"),
    [("São Tomé → 21+", "Sao Tome -> 21+"), ("“a” – «b» — …", '"a" - "b" - ...'), ("§ 12 • ไทย", "Sec. 12 * ???")],
)
def test_signs_that_a_terminal_lacks_are_replaced_by_what_they_look_like(
    monkeypatch: pytest.MonkeyPatch, text: str, plain: str
) -> None:
    printed = run_here(monkeypatch, "lookup", "--code", text, encoding="ascii")
    assert plain in printed.err


def test_json_loses_nothing_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("list", "--within", "Canada", "--json")
    wide, narrow = (run_here(monkeypatch, *asked, encoding=encoding).out for encoding in ("utf-8", "ascii"))
    assert json.loads(narrow) == json.loads(wide)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "cp437"},
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
    ],
    ids=str,
)
def test_a_process_on_a_narrow_terminal_answers(environment: dict[str, str]) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHONIO"))}
    done = subprocess.run([*COMMAND, "lookup", "US-LA"], capture_output=True, check=False, env={**known, **environment})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"BANNED" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="a pipe of POSIX")
@pytest.mark.parametrize("arguments", [("lookup", "US-LA"), ("lookup", "US-LA", "--json"), ("list",)], ids=" ".join)
def test_a_reader_who_has_seen_enough_is_no_error_with_a_traceback(arguments: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)  # as "| head -1" does after its line
    with os.fdopen(write) as pipe:
        done = subprocess.run([*COMMAND, *arguments], stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b"", f"kratomlaw {' '.join(arguments)} | head ends with {done.stderr.decode()[-300:]}"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("lookup", "US-LA"),
        ("lookup", "US-LA", "--full"),
        ("lookup", "US-LA", "US-TN", "--json"),
        ("decide", "US-LA"),
        ("trip", "US-LA=2026-12-01"),
        ("list",),
        ("timeline", "TH"),
        ("changes", "--json"),
        ("info",),
        ("--help",),
        ("--version",),
        ("data", "stale", "--data", "{data}"),
    ],
    ids=" ".join,
)
def test_a_full_disk_ends_a_command_with_one_line(arguments: tuple[str, ...], data: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, *(word.format(data=data) for word in arguments)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    said = done.stderr.decode().splitlines()
    assert (done.returncode, said[-1:]) == (1, ["The output cannot be written: No space left on device."])
    assert not [line for line in said if "Traceback" in line or "Exception ignored" in line]


@pytest.mark.skipif(os.name == "nt", reason="the shell of POSIX")
@pytest.mark.parametrize("arguments", ["lookup US-LA", "list", "--help"])
def test_a_closed_output_ends_a_command_with_one_line(arguments: str) -> None:
    line = f"{shlex.join(COMMAND)} {arguments} >&-"
    done = subprocess.run(["/bin/sh", "-c", line], stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1), done.stderr.decode()[-300:]


@pytest.mark.skipif(os.name == "nt", reason="the shell of POSIX")
def test_an_error_with_nobody_to_tell_has_its_exit_code() -> None:
    line = f"{shlex.join(COMMAND)} lookup Tennesee 2>&-"
    assert subprocess.run(["/bin/sh", "-c", line], stdout=subprocess.PIPE, check=False).returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux that is always full")
def test_an_error_that_nobody_can_be_told_is_still_an_exit_code() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*COMMAND, "lookup", "Tennesee"], stdout=full, stderr=full, check=False)
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("lookup", "Georgia"), 2),
        (("lookup", "Georgia", "US-LA"), 2),
        (("decide", "Georgia"), 2),
        (("decide", "US-LA", "Georgia"), 2),
        (("trip", "Denver"), 2),
        (("lookup", "US-LA"), 0),
        (("list", "--within", "nowhere"), 2),
        (("timeline", "nowhere"), 2),
        (("changes", "--since", "soon"), 2),
        (("changes", "--nonsense"), 2),
        (("info", "--nonsense"), 2),
        (("refresh", "--timeout", "none"), 2),
        (("data", "nonsense"), 2),
        (("data", "validate", "--on", "soon"), 2),
        (("data", "validate", "--github"), 2),
        (("data", "stale", "--limit", "x"), 2),
        (("data", "stale", "--data", "nowhere"), 2),
        (("data", "coverage", "--data", "nowhere"), 2),
        (("data", "links", "--data", "nowhere"), 2),
        (("data", "diff", "no-such-revision"), 2),
    ],
    ids=str,
)
@pytest.mark.parametrize("stale", [False, True], ids=["fresh", "stale"])
def test_with_json_standard_error_is_json_or_empty(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, stale: bool
) -> None:
    if stale:
        monkeypatch.setenv("KRATOMLAW_MAX_AGE", "0")
        kratomlaw.configure()
    printed = run_here(monkeypatch, *arguments, "--json")
    assert printed.code == code, printed
    assert bool(printed.err) == bool(code) or stale, printed
    if printed.err:
        content = json.loads(printed.err)
        assert ("message" in content) == bool(code)


def test_the_warning_of_stale_data_is_inside_the_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRATOMLAW_MAX_AGE", "0")
    done = subprocess.run([*COMMAND, "lookup", "Georgia", "--json"], capture_output=True, check=False)
    said = json.loads(done.stderr)
    assert (done.returncode, said["error"], len(said.get("warnings", ()))) == (2, "AmbiguousPlaceError", STALE)


def test_a_person_reads_the_warning_without_the_file_that_gave_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRATOMLAW_MAX_AGE", "0")
    done = subprocess.run([*COMMAND, "lookup", "US-LA"], capture_output=True, check=False, encoding="utf-8")
    assert done.stderr.startswith("Warning: " * STALE)
    assert ".py" not in done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (kratomlaw.InvalidQueryError("x"), 2),
        (kratomlaw.UnknownPlaceError("x", query="x"), 2),
        (kratomlaw.AmbiguousPlaceError("x", query="x", candidates=()), 2),
        (kratomlaw.NoSourceError("x"), 2),
        (kratomlaw.DataError("x"), 1),
        (kratomlaw.InvalidDataError("x", problems=()), 1),
        (kratomlaw.IntegrityError("x"), 1),
        (kratomlaw.SourceUnreachableError("x"), 1),
        (kratomlaw.KratomLawError("x"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_one_error_has_one_exit_code(error: kratomlaw.KratomLawError, code: int) -> None:
    assert exit_code(error) == code


OUTSIDE = [
    (("validate",), 2),
    (("new", "US-CO"), 2),
    (("verify", "US-CO"), 2),
    (("build",), 2),
    (("stale",), 2),
    (("links",), 2),
    (("coverage",), 2),
    (("compare", "x.toml", "--on", "2026-11-23"), 2),
    (("quality",), 2),
    (("diff",), 2),
    (("release", "site", "--no-site"), 2),
    (("publish", "site", "--no-site"), 2),
]


@pytest.mark.parametrize(("arguments", "code"), OUTSIDE, ids=[arguments[0] for arguments, _ in OUTSIDE])
def test_outside_a_clone_each_command_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = run_here(monkeypatch, "data", *arguments)
    assert (printed.code, printed.out, printed.err.count("\n")) == (code, "", 1), printed
    assert list(tmp_path.iterdir()) == []
    assert "--data" in printed.err


def test_ctrl_c_ends_with_130_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(kratomlaw, "lookup", interrupted)
    printed = run_here(monkeypatch, "lookup", "US-LA")
    assert (printed.code, printed.err) == (130, "Interrupted.\n")


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "uvicorn", None)
    printed = run_here(monkeypatch, "serve")
    assert (printed.code, install("web") in printed.err) == (2, True)
