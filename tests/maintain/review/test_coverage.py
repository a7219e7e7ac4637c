"""Coverage and quality: what is expected, what is missing, and the published counts."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import ROOT
from kratomlaw.cli.app import app
from kratomlaw.errors import DataError, InvalidDataError
from kratomlaw.maintain.records.compile import build
from kratomlaw.maintain.records.expectations import expected_codes
from kratomlaw.maintain.review.coverage import coverage
from kratomlaw.maintain.review.double_coding import read_log
from kratomlaw.maintain.review.quality import quality

ON = date(2026, 11, 23)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A data folder with two records, which expects a third one."""
    data = tmp_path / "data"
    (data / "countries").mkdir(parents=True)
    (data / "us").mkdir()
    shutil.copy(ROOT / "data/countries/lu.toml", data / "countries")
    shutil.copy(ROOT / "data/us/ky.toml", data / "us")
    shutil.copy(ROOT / "data/dataset.toml", data)
    (data / "coverage.toml").write_text('[also]\nLU = "Asked for."\nTH = "Asked for."\n', "utf-8")
    return data


def test_every_country_and_every_state_of_the_us_is_expected() -> None:
    expected = expected_codes(ROOT / "data")
    assert {"TH", "XK", "VA", "GL", "US-LA", "US-DC", "US-PR"} <= expected
    assert len([code for code in expected if "-" not in code]) == 244  # the six territories of the US are states here
    assert len([code for code in expected if code.startswith("US-")]) == 57


def test_no_expected_record_is_missing() -> None:
    assert coverage(ROOT / "data", on=ON).missing == ()


def test_the_build_fails_when_an_expected_record_is_missing(small: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError) as caught:
        build(small, tmp_path)
    assert [problem.message for problem in caught.value.problems] == ["TH must have a record and has none."]


def test_a_folder_without_expectations_is_built(small: Path, tmp_path: Path) -> None:
    (small / "coverage.toml").unlink()
    assert build(small, tmp_path) == 2


def test_validate_names_a_missing_record_with_the_command_that_begins_it(small: Path) -> None:
    result = CliRunner().invoke(app, ["data", "validate", "--data", str(small), "--json"])
    found = [each for each in json.loads(result.stdout)["findings"] if each["severity"] == "error"]
    assert result.exit_code == 1
    assert [(each["message"], each["fix"]) for each in found] == [
        ("TH must have a record and has none.", "Start one: kratomlaw data new TH")
    ]


def test_validating_one_file_does_not_ask_for_the_others(small: Path) -> None:
    file = str(small / "countries/lu.toml")
    assert CliRunner().invoke(app, ["data", "validate", file, "--data", str(small)]).exit_code == 0


def test_the_report_ends_with_1_and_names_what_is_missing(small: Path) -> None:
    result = CliRunner().invoke(app, ["data", "coverage", "--data", str(small), "--on", "2026-11-23"])
    assert result.exit_code == 1
    assert "missing: TH\n" in result.stdout


def test_law_to_come_that_rests_on_trackers_is_told(small: Path) -> None:
    assert coverage(small, on=ON).secondary == ("US-KY",)


def test_contradictory_sources_are_told_with_their_place(small: Path) -> None:
    found = [(each.code, each.key) for each in coverage(small, on=ON).contradictions]
    assert ("US-KY", "periods[2].note") in found


@pytest.mark.parametrize("content", ["[[", "every_country = 3", "every_cuntry = true"])
def test_expectations_that_cannot_be_read_are_refused(small: Path, content: str) -> None:
    (small / "coverage.toml").write_text(content, "utf-8")
    with pytest.raises(DataError, match="is not valid"):
        expected_codes(small)


def test_the_published_quality_is_what_the_records_and_the_log_count_to() -> None:
    published = (ROOT / "data/QUALITY.md").read_text("utf-8")
    assert published == quality(ROOT / "data"), "run: kratomlaw data quality --write"


def test_every_country_and_state_was_coded_twice() -> None:
    read = {reading.code for reading in read_log(ROOT / "data").readings}
    assert expected_codes(ROOT / "data") - read == set()


def test_the_log_reads_only_records_that_are_there() -> None:
    log = read_log(ROOT / "data")
    records = {file.stem for file in (ROOT / "data").rglob("*.toml")}
    codes = {each.code for each in (*log.readings, *log.rechecks)} | {doubt.code for doubt in log.doubts}
    assert {code for code in codes if code.rpartition("-")[2].rpartition("/")[2].lower() not in records} == set()


def test_counts_follow_the_log(small: Path) -> None:
    (small / "coverage.toml").unlink()
    (small / "readings.toml").write_text(
        '[[readings]]\ncode = "LU"\non = "2026-11-23"\nagreed = { status = 3 }\n'
        '[[readings.divergences]]\nperiod = "2012-08-03"\nfield = "status"\nfirst = "banned"\nsecond = "legal"\n'
        'resolution = "first"\nreason = "The annex."\n'
        '[[rechecks]]\ncode = "LU"\non = "2026-11-30"\nagreed = { sale = 2 }\n'
        '[[rechecks.divergences]]\nperiod = "2012-08-03"\nfield = "sale"\nfirst = "prohibited"\nsecond = "unknown"\n'
        'resolution = "open"\nreason = "Not in the part read."\n',
        "utf-8",
    )
    lines = quality(small).splitlines()
    assert "| sale | 3 | 1 | 33.3% | 0 | 0 | 0 | 1 |" in lines
    assert "| `LU` | 2012-08-03 | sale | prohibited | unknown | Not in the part read. |" in lines
    assert "| status | 4 | 1 | 25.0% | 1 | 0 | 0 | 0 |" in lines
    assert "| countries and territories | 1 | 1 | 0 | 4 | 1 | 25.0% |" in lines
    assert "| **all of these** | 2 | 1 | 0 | 4 | 1 | 25.0% |" in lines
    assert "Not read a second time yet: US-KY." in lines


def test_quality_is_written_where_it_belongs(small: Path) -> None:
    (small / "coverage.toml").unlink()
    result = CliRunner().invoke(app, ["data", "quality", "--write", "--data", str(small)])
    assert result.exit_code == 0
    assert (small / "QUALITY.md").read_text("utf-8") == quality(small)
