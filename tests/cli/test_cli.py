"""The command line as a person and as a program use it: real processes, a real terminal."""

import json
import os
import pty
import subprocess
import sys

import pytest

import kratomlaw
from cli_commands import COMMAND, run
from helpers import validated
from kratomlaw.install import install


def on_a_terminal(*arguments: str) -> str:
    """What the command prints when it believes that a person looks."""
    primary, secondary = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen([*COMMAND, *arguments], stdout=secondary, stderr=secondary, env=environment)
    os.close(secondary)
    printed = b""
    while True:
        try:
            part = os.read(primary, 4096)
        except OSError:  # how Linux tells that the other side is closed
            break
        if not part:
            break
        printed += part
    process.wait(timeout=60)
    os.close(primary)
    return printed.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lookup", "New Orleans, Louisiana"], ["BANNED", "US-LA", "6 sources", "not legal advice"]),
        (["lookup", "New Orleans, Louisiana", "--full"], ["BANNED", "US-LA", "Sources", "https://"]),
        (["lookup", "New", "Orleans,", "Louisiana"], ["BANNED"]),
        (["lookup", "--country", "US", "--state", "Colorado", "--product", "7-oh"], ["BANNED", "7-OH"]),
        (["list", "--within", "USA", "--status", "banned"], ["US-LA", "Louisiana"]),
        (["timeline", "Thailand"], ["1943", "2021-08-24"]),
        (["changes", "--since", "2025-08-01", "--until", "2025-08-02"], ["Louisiana"]),
        (["info"], ["data version", "bundled"]),
        (["--version"], [kratomlaw.__version__]),
        (["--help"], ["lookup", "timeline", "changes"]),
    ],
)
def test_a_table_says_what_a_person_asks_for(arguments: list[str], words: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    for word in words:
        assert word in done.stdout


def test_lookup_as_json_is_the_answer() -> None:
    done = run("lookup", "US-LA", "--on", "2026-11-23", "--json")
    assert kratomlaw.Answer.from_json(done.stdout) == kratomlaw.lookup("US-LA", on="2026-11-23")


def test_timeline_as_json_is_the_timeline() -> None:
    periods = json.loads(run("timeline", "TH", "--json").stdout)
    assert tuple(validated(kratomlaw.EffectivePeriod, each) for each in periods) == kratomlaw.timeline("TH")


def test_changes_as_json_are_the_changes() -> None:
    found = json.loads(run("changes", "--since", "2025-01-01", "--json").stdout)
    assert tuple(validated(kratomlaw.Change, each) for each in found) == kratomlaw.changes("2025-01-01")


def test_list_as_json_are_answers() -> None:
    found = json.loads(run("list", "--status", "banned", "--on", "2026-11-23", "--json").stdout)
    expected = {place.code for place in kratomlaw.jurisdictions(status="banned", on="2026-11-23")}
    assert {answer["jurisdiction"]["code"] for answer in found} == expected


def test_info_as_json_is_the_dataset_info() -> None:
    assert kratomlaw.DatasetInfo.from_json(run("info", "--json").stdout) == kratomlaw.dataset()


def test_an_error_goes_to_standard_error_with_its_hint_and_an_exit_code() -> None:
    done = run("lookup", "Tennesee")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean Tennessee (US-TN)?" in done.stderr


def test_an_error_as_json_can_be_parsed() -> None:
    done = run("lookup", "Georgia", "--json")
    error = json.loads(done.stderr)
    assert (done.returncode, error["error"]) == (2, "AmbiguousPlaceError")
    assert [candidate["code"] for candidate in error["candidates"]] == ["GE", "US-GA"]


@pytest.mark.parametrize("arguments", [["lookup", "US-LA"], ["list"], ["timeline", "TH"], ["changes"], ["info"]])
def test_there_is_no_colour_in_a_pipe(arguments: list[str]) -> None:
    assert "\x1b" not in run(*arguments, TERM="xterm-256color").stdout


def test_there_is_colour_on_a_terminal() -> None:
    assert "\x1b[1;31m" in on_a_terminal("lookup", "US-LA")


def test_a_table_fits_a_narrow_terminal() -> None:
    printed = on_a_terminal("list", "--within", "USA")
    assert "Louisiana" in printed


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['typer'] = None; sys.argv = ['kratomlaw']\nfrom kratomlaw.cli import run\nrun()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert install("cli") in done.stderr


def test_a_zip_code_is_answered_with_the_places_in_which_it_may_lie() -> None:
    found = json.loads(run("lookup", "--zip", "42223", "--on", "2026-11-01", "--json").stdout)
    assert {place["code"][:5] for place in found["candidates"]} == {"US-KY", "US-TN"}
    assert "may lie in" in run("lookup", "--zip", "42223").stdout


def test_counties_without_a_record_are_listed_with_all() -> None:
    assert "US-DE/kent-county" not in run("list", "--within", "US-DE").stdout
    listed = run("list", "--within", "US-DE", "--all", "--level", "county").stdout
    assert "US-DE/kent-county" in listed
    assert "3 places" in listed
