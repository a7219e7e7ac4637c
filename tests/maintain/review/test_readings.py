"""Second readings: how two codings are paired and compared, and the log of it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from helpers import ROOT, make_period, validated
from kratomlaw import Period, Record
from kratomlaw.cli.app import app
from kratomlaw.errors import DataError
from kratomlaw.maintain.review.double_coding import (
    Divergence,
    Doubt,
    Log,
    Reading,
    Resolution,
    as_toml,
    compare,
    read_log,
)

ON = date(2026, 11, 23)


def record(*periods: Period) -> Record:
    return validated(Record, {"code": "US-CO", "name": "Colorado", "verified_on": "2026-11-23", "periods": periods})


def differing(first: Record, second: Record) -> list[tuple[str, str, str, str]]:
    return [(d.period, d.field, d.first, d.second) for d in compare(first, second, on=ON)[1]]


LEGAL = make_period("2019", began_earlier=True)
AGE = make_period("2024-07-01", "restricted", min_age=21)
BAN = make_period("2026-01-01", "banned")


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        (AGE, make_period("2024-07-15", "restricted", min_age=21), ("from", "2024-07-01", "2024-07-15")),
        (AGE, make_period("2024-07-01", "restricted", min_age=18), ("min_age", "21", "18")),
        (AGE, make_period("2024-07-01", "restricted"), ("min_age", "21", "none")),
        (BAN, make_period("2026-01-01", "banned", possession="allowed"), ("possession", "prohibited", "allowed")),
        (BAN, make_period("2026-01-01", "banned", sale="unknown"), ("sale", "prohibited", "unknown")),
        (
            BAN,
            make_period("2026-01-01", "banned", temporary=True, until="2027-01-01"),
            ("until", "none", "2027-01-01"),
        ),
        (
            AGE,
            make_period("2024-07-01", "restricted", min_age=21, products={"7-oh": "banned"}),
            ("7-oh", "restricted", "banned"),
        ),
        (
            AGE,
            make_period("2024-07-01", "restricted", min_age=21, conditions=[{"kind": "labelling", "text": "A label."}]),
            ("conditions", "none", "labelling"),
        ),
        (make_period("2019-05-01"), make_period("2019-05-01", began_earlier=True), None),
    ],
)
def test_a_field_that_differs_is_named_with_both_values(
    first: Period, second: Period, difference: tuple[str, str, str] | None
) -> None:
    found = [each[1:] for each in differing(record(first), record(second))]
    assert (difference in found) if difference else not found


@pytest.mark.parametrize("told", ["2024", "2024-07", "2024-07-01"])
def test_a_date_told_less_exactly_is_no_difference(told: str) -> None:
    assert not differing(record(AGE), record(make_period(told, "restricted", min_age=21)))


def test_the_dates_of_the_oldest_evidence_are_not_compared() -> None:
    agreed, divergences = compare(record(LEGAL), record(make_period("2021", began_earlier=True)), on=ON)
    assert "from" not in agreed
    assert divergences == ()


def test_a_period_that_one_coding_lacks_is_one_difference() -> None:
    assert differing(record(LEGAL, AGE, BAN), record(LEGAL, BAN)) == [
        ("2024-07-01", "period", "restricted from 2024-07-01", "none")
    ]


def test_a_period_that_only_the_second_coding_has_bears_its_own_date() -> None:
    assert differing(record(LEGAL, BAN), record(LEGAL, AGE, BAN)) == [
        ("2024-07-01", "period", "none", "restricted from 2024-07-01")
    ]


@settings(deadline=None, database=None)
@given(st.lists(st.sampled_from(["legal", "restricted", "banned", "unknown"]), min_size=1, max_size=6))
def test_a_coding_agrees_with_itself(statuses: list[str]) -> None:
    same = record(*(make_period(str(2000 + 3 * place), status) for place, status in enumerate(statuses)))
    agreed, divergences = compare(same, same, on=ON)
    assert divergences == ()
    assert agreed["period"] == len(statuses)


@settings(deadline=None, database=None)
@given(
    *(st.lists(st.sampled_from(["legal", "restricted", "banned"]), min_size=1, max_size=5) for _ in range(2)),
)
def test_every_period_of_both_codings_is_compared_once(first: list[str], second: list[str]) -> None:
    mine, theirs = (
        record(*(make_period(str(2000 + place), status) for place, status in enumerate(statuses)))
        for statuses in (first, second)
    )
    agreed, divergences = compare(mine, theirs, on=ON)
    alone = sum(each.field == "period" for each in divergences)
    assert 2 * agreed.get("period", 0) + alone == len(first) + len(second)


def test_a_log_is_read_as_it_was_written(tmp_path: Path) -> None:
    told = Divergence(
        period="2024-07-01",
        field="min_age",
        first="21",
        second='"18"\\',
        resolution=Resolution.FIRST,
        reason="The statute’s text.",
    )
    log = Log(
        readings=(Reading(code="US-CO", on=ON, agreed={"7-oh": 1}, divergences=(told,)),),
        rechecks=(Reading(code="US-CO", on=date(2026, 11, 30), agreed={"status": 1}, divergences=(told,)),),
        doubts=(Doubt(code="US-CO", text="The day."),),
    )
    (tmp_path / "readings.toml").write_text(as_toml(log), "utf-8")
    assert read_log(tmp_path) == log


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("readings = 3", "is not valid"),
        ('[[readings]]\ncode = "US-CO"\non = "2026-11-23"\nagreed = {}\n' * 2, "reads US-CO twice"),
        ('[[rechecks]]\ncode = "US-CO"\non = "2026-11-30"\nagreed = {}\n' * 2, "reads US-CO twice"),
        ("[[", "is not valid"),
    ],
)
def test_a_log_that_is_not_in_order_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "readings.toml").write_text(content, "utf-8")
    with pytest.raises(DataError, match=message):
        read_log(tmp_path)


def run_compare(file: Path) -> Result:
    arguments = ["compare", str(file), "--data", str(ROOT / "data"), "--on", "2026-11-23"]
    return CliRunner().invoke(app, ["data", *arguments])


def test_the_command_compares_a_file_with_the_record(tmp_path: Path) -> None:
    file = tmp_path / "second.toml"
    text = (ROOT / "data/countries/lu.toml").read_text("utf-8")
    file.write_text(text.replace('possession = "prohibited"', 'possession = "allowed"'), "utf-8")
    done = run_compare(file)
    assert done.exit_code == 0, done.stderr
    (tmp_path / "readings.toml").write_text(done.stdout, "utf-8")
    [reading] = read_log(tmp_path).readings
    assert [(each.field, each.first, each.second) for each in reading.divergences] == [
        ("possession", "prohibited", "allowed")
    ]


@pytest.mark.parametrize("content", [None, "code = 3", 'code = "XX"', "code ="])
def test_the_command_refuses_what_is_no_coding(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "second.toml"
    if content:
        file.write_text(content, "utf-8")
    done = run_compare(file)
    assert (done.exit_code, "second.toml" in done.stderr) == (1, True), done.stderr
