"""The data folder as a whole: a version of the future, a link and git attributes are refused."""

from datetime import date
from pathlib import Path

import pytest

from helpers import GOOD_RECORD, write_record
from kratomlaw import DataError, InvalidQueryError
from kratomlaw.maintain.records.compile import build, data_version, record_files
from kratomlaw.maintain.records.folder import folder_problems, require_past_version
from kratomlaw.maintain.review.findings import Severity
from kratomlaw.maintain.review.lint import validate

TODAY = date(2026, 11, 24)


def rules(data: Path) -> list[tuple[str, str]]:
    found = validate(data, today=TODAY)
    return [(Path(each.file).name, each.rule) for each in found if each.severity is Severity.ERROR]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    write_record(folder, GOOD_RECORD)
    (folder / "dataset.toml").write_text('version = "2026.11.23"\n')
    return folder


@pytest.mark.parametrize(
    ("version", "refused"),
    [
        ("2026.11.24", False),
        ("2026.11.25", False),  # it is tomorrow already somewhere
        ("2026.11.26", True),
        ("9999.12.31", True),
        ("2026.13.01", True),
        ("0001.01.01", False),
    ],
)
def test_a_version_of_a_day_to_come_is_an_error(data: Path, version: str, refused: bool) -> None:
    (data / "dataset.toml").write_text(f'version = "{version}"\n')
    assert rules(data) == ([("dataset.toml", "version-of-the-past")] if refused else [])


@pytest.mark.parametrize("text", ["version = 3", "version = ", "", 'version = "v1"', 'version = "2026.02.30"'])
def test_a_version_that_cannot_be_read_is_said_with_its_file(data: Path, text: str) -> None:
    (data / "dataset.toml").write_text(text)
    with pytest.raises(DataError, match=r"dataset\.toml"):
        data_version(data)
    assert rules(data) == [("dataset.toml", "version-of-the-past")]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_day_is_too_far_away_to_be_compared(day: date) -> None:
    require_past_version("0001.01.01", today=day)


@pytest.mark.parametrize("where", ["", "us"])
def test_git_attributes_are_refused_for_they_hide_records(data: Path, where: str) -> None:
    (data / where / ".gitattributes").write_text("*.toml export-ignore\n")
    assert rules(data) == [(".gitattributes", "no-git-attributes")]


@pytest.mark.parametrize("target", ["us/co.toml", "/etc/hostname", "nowhere", ".."])
def test_a_link_is_refused_and_not_followed(data: Path, target: str) -> None:
    before = record_files(data)
    (data / "us/tx.toml").symlink_to(data / target)
    assert rules(data) == [("tx.toml", "no-links")]
    assert record_files(data) == before


def test_a_linked_folder_is_refused_and_not_followed(data: Path, tmp_path: Path) -> None:
    write_record(tmp_path / "elsewhere", GOOD_RECORD, "tx.toml")
    (data / "mx").symlink_to(tmp_path / "elsewhere")
    assert rules(data) == [("mx", "no-links")]
    assert folder_problems(data, today=TODAY)[0].fix


def test_building_without_a_data_folder_says_where_to_run_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidQueryError, match="no folder") as caught:
        build(tmp_path / "nowhere", tmp_path)
    assert "--data" in caught.value.hint
