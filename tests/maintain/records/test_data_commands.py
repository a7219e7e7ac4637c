"""The maintainers' commands on records: validate, new and verify, as a person and as a program use them."""

import json
import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from helpers import GOOD_RECORD, validated, write_record
from kratomlaw.cli.app import app
from kratomlaw.law.plain import plain_fields
from kratomlaw.law.records import Advisory, Citation, Condition, Pending, Period, Record
from kratomlaw.maintain.records.layout import canonical
from kratomlaw.maintain.records.template import template_of
from kratomlaw.maintain.review.findings import Finding, Severity, as_github

WARNED = GOOD_RECORD.replace("https://leg.colorado.gov/18-13-132", "https://leafy.wordpress.com/law")
WRONG = GOOD_RECORD.replace("min_age = 21", "min_age = 0")
SOME_DAY = date(2026, 11, 24)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["data", *map(str, arguments)])


def validate(data: Path, *arguments: str | Path) -> Result:
    return run("validate", *arguments, "--data", data, "--on", SOME_DAY.isoformat())


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [(GOOD_RECORD, [], 0), (WARNED, [], 0), (WARNED, ["--strict"], 1), (WRONG, [], 1), (GOOD_RECORD, ["--strict"], 0)],
)
def test_only_errors_fail_unless_it_is_strict(tmp_path: Path, text: str, arguments: list[str], code: int) -> None:
    write_record(tmp_path, text)
    assert validate(tmp_path, *arguments).exit_code == code


def test_a_finding_is_printed_as_compilers_print_theirs(tmp_path: Path) -> None:
    write_record(tmp_path, WRONG)
    done = validate(tmp_path)
    assert done.stderr.startswith(
        f"{tmp_path.as_posix()}/us/co.toml:30: error: greater-than-equal: periods[1].min_age: "
    )
    assert done.stdout == "1 file: 1 error, 0 warnings, 0 hints\n"


def test_the_json_holds_every_finding(tmp_path: Path) -> None:
    write_record(tmp_path, WRONG)
    report = json.loads(validate(tmp_path, "--json").stdout)
    assert {key: report[key] for key in ("files", "errors", "warnings", "hints")} == {
        "files": 1,
        "errors": 1,
        "warnings": 0,
        "hints": 0,
    }
    (finding,) = (validated(Finding, each) for each in report["findings"])
    assert (finding.severity, finding.line, finding.key) == (Severity.ERROR, 30, "periods[1].min_age")


def test_the_json_is_there_when_nothing_was_found(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD)
    assert json.loads(validate(tmp_path, "--json").stdout)["findings"] == []


def test_github_gets_an_annotation_for_each_finding(tmp_path: Path) -> None:
    write_record(tmp_path, WRONG)
    annotation = validate(tmp_path, "--github").stdout.splitlines()[0]
    assert re.fullmatch(
        r"::error file=.*/us/co\.toml,line=30,title=periods\[1\]\.min_age::greater-than-equal: .+", annotation
    )


def test_an_annotation_cannot_be_broken_by_what_it_says() -> None:
    finding = Finding(
        severity=Severity.WARNING, rule="doubt", file="a,b.toml", line=1, key="a:b", message="100 %\nsure", fix=""
    )
    assert as_github([finding]) == "::warning file=a%2Cb.toml,line=1,title=a%3Ab::doubt: 100 %25 sure"


def test_json_and_annotations_exclude_each_other(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD)
    assert validate(tmp_path, "--json", "--github").exit_code == 2


def test_fix_puts_the_file_in_order(tmp_path: Path) -> None:
    file = write_record(
        tmp_path, GOOD_RECORD.replace('code = "US-CO"\nname = "Colorado"', "name='Colorado'\ncode = 'US-CO' # ISO")
    )
    done = validate(tmp_path, "--fix")
    assert (done.exit_code, file.read_text("utf-8")) == (0, GOOD_RECORD.replace('"US-CO"', '"US-CO" # ISO', 1))


def test_fix_leaves_alone_what_it_was_not_asked_for(tmp_path: Path) -> None:
    chosen, other = write_record(tmp_path, GOOD_RECORD), write_record(tmp_path, "name = 'Texas'\n", "us/tx.toml")
    validate(tmp_path, "--fix", chosen)
    assert other.read_text("utf-8") == "name = 'Texas'\n"


def test_fix_leaves_a_broken_file_alone_and_says_where(tmp_path: Path) -> None:
    file = write_record(tmp_path, 'code = "US-CO"\nname = "\n')
    done = validate(tmp_path, "--fix")
    assert (done.exit_code, file.read_text("utf-8")) == (1, 'code = "US-CO"\nname = "\n')
    assert "us/co.toml:2: error: valid-toml: It is not valid TOML" in done.stderr


def test_fix_writes_the_line_ends_of_the_repository(tmp_path: Path) -> None:
    file = write_record(tmp_path, "")
    file.write_bytes(GOOD_RECORD.replace("\n", "\r\n").encode())
    validate(tmp_path, "--fix")
    assert file.read_bytes() == GOOD_RECORD.encode()


def test_a_missing_data_folder_is_said(tmp_path: Path) -> None:
    done = run("validate", "--data", tmp_path / "nowhere")
    assert (done.exit_code, "There is no folder" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "path", "known"),
    [
        (["US-CO"], "us/co.toml", {"code": "US-CO", "name": "Colorado"}),
        (["us-pr"], "us/pr.toml", {"code": "US-PR", "name": "Puerto Rico"}),
        (["TH"], "countries/th.toml", {"code": "TH", "name": "Thailand"}),
        (
            ["US-CA/san-diego", "--level", "city", "--name", "San Diego"],
            "us/ca/san-diego.toml",
            {"code": "US-CA/san-diego", "name": "San Diego", "level": "city"},
        ),
    ],
)
def test_new_writes_what_is_known_of_the_place(
    tmp_path: Path, arguments: list[str], path: str, known: dict[str, str]
) -> None:
    done = run("new", *arguments, "--data", tmp_path)
    assert done.stdout.strip() == (tmp_path / path).as_posix()
    raw = tomllib.loads((tmp_path / path).read_text("utf-8"))
    assert {key: raw[key] for key in known} == known


def test_what_new_wrote_is_refused_until_it_is_filled_in(tmp_path: Path) -> None:
    run("new", "US-CO", "--data", tmp_path)
    done = validate(tmp_path)
    assert done.exit_code == 1
    assert "periods[0].status" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["US-XX"], "no place with the code"),
        (["ZZ"], "no place with the code"),
        (["PR"], "Puerto Rico (US-PR)"),
        (["DE-BY"], "Germany (DE)"),
        (["US-CA/san-diego"], "level and name have to be given"),
        (["US-CA/san-diego", "--level", "state", "--name", "San Diego"], "level and name have to be given"),
        (["US-CA/san diego", "--level", "city", "--name", "San Diego"], "not a code"),
        (["US-CA/../../x", "--level", "city", "--name", "X"], "not a code"),
        (["US-CA/kern", "--level", "county", "--name", "Kern County"], "US-CA/kern-county"),
        (["US-CO", "--level", "city", "--name", "Colorado"], "says its name and level"),
    ],
)
def test_new_refuses_what_it_cannot_place(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = run("new", *arguments, "--data", tmp_path)
    assert (done.exit_code, words in done.stderr, list(tmp_path.iterdir())) == (2, True, []), done.stderr


def test_new_never_overwrites(tmp_path: Path) -> None:
    file = write_record(tmp_path, GOOD_RECORD)
    done = run("new", "US-CO", "--data", tmp_path)
    assert (done.exit_code, file.read_text("utf-8")) == (1, GOOD_RECORD)


@pytest.mark.parametrize("code", ["US-CO", "TH", "US-CA/san-diego"])
def test_a_skeleton_is_in_canonical_form(code: str) -> None:
    text = template_of(code, today=SOME_DAY, **({"level": "city", "name": "San Diego"} if "/" in code else {}))
    assert canonical(text) == text


@pytest.mark.parametrize("model", [Record, Period, Condition, Citation, Advisory, Pending])
def test_a_skeleton_names_every_key_that_may_be_needed(model: type[Record]) -> None:
    local = template_of("US-CA/san-diego", today=SOME_DAY, level="city", name="San Diego")
    county = template_of("US-CA/kern-county", today=SOME_DAY, level="county", name="Kern County")
    text = local + county + template_of("TH", today=SOME_DAY)
    keys = {field.key for field in plain_fields(model)} - {"retired", "successor", "host"}
    missing = {key for key in keys if not re.search(rf"\b{key}( =|\]\])", text)}
    assert missing == set()


def test_a_name_with_quotes_is_written_as_it_is() -> None:
    text = template_of("US-CA/x", today=SOME_DAY, level="city", name='The "X" \\ {Y}')
    assert tomllib.loads(text)["name"] == 'The "X" \\ {Y}'


def test_verify_changes_the_day_and_nothing_else(tmp_path: Path) -> None:
    text = GOOD_RECORD.replace('verified_on = "2026-11-23"', 'verified_on   = "2024-07-10"  # read again').replace(
        "min_age = 21", "min_age=21 # of the buyer"
    )
    file = write_record(tmp_path, text)
    done = run("verify", "us-co", "--on", "2024-08-02", "--data", tmp_path)
    assert (done.exit_code, file.read_text("utf-8")) == (0, text.replace("2024-07-10", "2024-08-02"))


def test_verify_keeps_the_line_ends_of_a_file(tmp_path: Path) -> None:
    file = write_record(tmp_path, "")
    file.write_bytes(GOOD_RECORD.replace("2026-11-23", "2024-07-10").replace("\n", "\r\n").encode())
    run("verify", "US-CO", "--on", "2024-08-02", "--data", tmp_path)
    assert file.read_bytes() == GOOD_RECORD.replace("2026-11-23", "2024-08-02").replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ((date.today() + timedelta(days=2)).isoformat(), "has not come yet"),
        ("2024-06-30", "it is law since 2024-07-01"),
        ("2024-07-05", "was checked on 2024-07-10"),
        ("soon", "is not a date"),
    ],
)
def test_verify_refuses_a_day_that_proves_nothing(tmp_path: Path, on: str, words: str) -> None:
    text = GOOD_RECORD.replace("2026-11-23", "2024-07-10")
    file = write_record(tmp_path, text)
    done = run("verify", "US-CO", "--on", on, "--data", tmp_path)
    assert (done.exit_code, words in done.stderr, file.read_text("utf-8")) == (2, True, text), done.stderr


@pytest.mark.parametrize("code", ["US-TX", "US/co", "nonsense"])
def test_verify_needs_a_record(tmp_path: Path, code: str) -> None:
    write_record(tmp_path, GOOD_RECORD)
    assert run("verify", code, "--data", tmp_path).exit_code == 1


def test_verify_refuses_a_record_that_is_not_in_order(tmp_path: Path) -> None:
    file = write_record(tmp_path, WRONG)
    done = run("verify", "US-CO", "--on", "2024-08-02", "--data", tmp_path)
    assert (done.exit_code, "periods[1].min_age" in done.stderr, file.read_text("utf-8")) == (1, True, WRONG)
