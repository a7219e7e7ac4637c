"""Bad records: each is refused with the file, the key, what is wrong and how to fix it, and all problems at once."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kratomlaw import InvalidDataError
from kratomlaw.cli.app import app
from kratomlaw.maintain.records.compile import build, compile_records, read_records, record_files

GOOD = """
code = "US-CO"
name = "Colorado"
verified_on = "2026-11-23"

[[periods]]
from = "2024-07-01"
status = "restricted"
sale = "restricted"
possession = "allowed"
min_age = 21
confidence = "high"
summary = "Sold to adults."
[[periods.conditions]]
kind = "age"
text = "21 and older."
[[periods.citations]]
title = "Act 1"
kind = "statute"
supports = "All of it."
"""
SECOND = """
[[periods]]
from = "{since}"
status = "banned"
sale = "prohibited"
possession = "prohibited"
confidence = "high"
summary = "Banned."
[[periods.citations]]
title = "Act 2"
kind = "statute"
supports = "All of it."
"""


def write(data: Path, text: str, path: str = "us/co.toml") -> Path:
    file = data / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def problems(data: Path) -> list[tuple[str, str, str]]:
    _, found = read_records(record_files(data), data)
    assert all(problem.fix for problem in found)
    return [(problem.file, problem.key, problem.message) for problem in found]


def test_a_good_record_has_no_problem(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert problems(tmp_path) == []


def test_the_example_of_the_design_is_accepted(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("min_age = 21", 'min_age = 21\nproducts = { "7-oh" = "banned" }'))
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ('code = "US-CO"', 'code = "US-CO"\ncolour = "red"', "colour", "no such key"),
        ('kind = "age"', 'kind = "age"\nnumber = 21', "periods[0].conditions[0].number", "no such key"),
        ('code = "US-CO"', 'code = "ZZ"', "code", "no country or state ZZ"),
        ('code = "US-CO"', 'code = "US-ZZ"', "code", "no country or state US-ZZ"),
        ('code = "US-CO"', 'code = "Colorado"', "code", "not a code"),
        ('code = "US-CO"', 'code = "US-TX"', "code", "belongs in us/tx.toml"),
        ('name = "Colorado"', 'name = "Colorada"', "name", "called 'Colorado'"),
        ('from = "2024-07-01"', "from = 2024-07-01", "periods[0].from", "in quotes"),
        ('from = "2024-07-01"', 'from = "2024-13"', "periods[0].from", "Month must be in 1..12"),
        ('from = "2024-07-01"', 'from = "2024-07-01"\nuntil = "2024-06-30"', "periods[0].until", "ends before it begins"),
        ('status = "restricted"', 'status = "forbidden"', "periods[0].status", "It has to be"),
        ('status = "restricted"', 'status = "legal"', "periods[0].status", "restricted, not legal"),
        ('status = "restricted"', 'status = "banned"', "periods[0].status", "prohibits sale or possession"),
        ('sale = "restricted"', "sale = false", "periods[0].sale", "It has to be"),
        ('sale = "restricted"\n', "", "periods[0].sale", "The key is missing"),
        ("min_age = 21", "min_age = 210", "periods[0].min_age", "99 or less"),
        ("min_age = 21", 'products = { "tea" = "banned" }', "periods[0].products.tea", "no such key"),
        ("min_age = 21", "temporary = true", "periods[0].temporary", "must say when it ends"),
        ('confidence = "high"', 'confidence = "sure"', "periods[0].confidence", "It has to be"),
        ('kind = "statute"', 'kind = "news"', "periods[0].confidence", "no primary source"),
        ('kind = "statute"', 'kind = "blog"', "periods[0].citations[0].kind", "It has to be"),
        ('kind = "statute"', 'kind = "statute"\nurl = "www.example.org"', "periods[0].citations[0].url", "not an address"),
        ('summary = "Sold to adults."', 'summary = " "', "periods[0].summary", "is empty"),
        ('verified_on = "2026-11-23"\n', "", "verified_on", "The key is missing"),
        ('verified_on = "2026-11-23"', 'verified_on = "2026-11-23"\nlevel = "state"', "level", "code of a country or state"),
        ('verified_on = "2026-11-23"', 'verified_on = "2026-11-23"\naliases = ["CO"]', "aliases", "other names elsewhere"),
        ('verified_on = "2026-11-23"', 'verified_on = "2026-11-23"\nparent = "US"', "parent", "dependent territory"),
        ('verified_on = "2026-11-23"', 'verified_on = "2026-11-23"\nsuccessor = "US-NM"', "successor", "retired"),
    ],
)  # fmt: skip
def test_a_bad_record_is_refused_with_its_key(tmp_path: Path, old: str, new: str, key: str, message: str) -> None:
    assert old in GOOD
    write(tmp_path, GOOD.replace(old, new, 1))
    found = problems(tmp_path)
    assert any(k == key and message in text for _, k, text in found), found
    assert {file for file, _, _ in found} == {"us/co.toml"}


def test_a_period_without_citation_is_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD[: GOOD.index("[[periods.citations]]")])
    assert [key for _, key, _ in problems(tmp_path)] == ["periods[0].citations"]


def test_a_period_that_rests_on_vendors_alone_is_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace('"statute"', '"vendor"').replace('"high"', '"low"'))
    assert ("us/co.toml", "periods[0].citations", "The period rests on vendors alone.") in problems(tmp_path)


@pytest.mark.parametrize("since", ["2024-07-01", "2024-01-01", "2024"])
def test_periods_out_of_order_are_refused(tmp_path: Path, since: str) -> None:
    write(tmp_path, GOOD + SECOND.format(since=since))
    assert [key for _, key, _ in problems(tmp_path)] == ["periods[1].from"]


def test_overlapping_periods_are_refused(tmp_path: Path) -> None:
    ends_late = GOOD.replace('status = "restricted"', 'until = "2025-06-01"\nstatus = "restricted"', 1)
    write(tmp_path, ends_late + SECOND.format(since="2025-01-01"))
    ((_, key, message),) = problems(tmp_path)
    assert (key, "before the one before it ends" in message) == ("periods[1].from", True)


def test_a_local_record_must_say_its_level(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("US-CO", "US-CO/denver").replace("Colorado", "Denver"), "us/co/denver.toml")
    assert [key for _, key, _ in problems(tmp_path)] == ["level"]


def test_broken_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, 'code = "US-CO\n')
    ((_, _, message),) = problems(tmp_path)
    assert "line 1" in message


def test_two_records_of_one_place_are_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "us/colorado.toml")
    assert {(file, key) for file, key, _ in problems(tmp_path)} == {("us/colorado.toml", "code")}


def test_all_problems_of_all_files_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    out.mkdir()
    write(data, GOOD.replace("min_age = 21", 'min_age = 0\ncolour = "red"'))
    write(
        data,
        GOOD.replace("US-CO", "US-TX").replace("Colorado", "Texas").replace('"restricted"', '"fine"', 1),
        "us/tx.toml",
    )
    with pytest.raises(InvalidDataError) as caught:
        build(data, out)
    found = [(problem.file, problem.key) for problem in caught.value.problems]
    assert found == [
        ("us/co.toml", "periods[0].min_age"),
        ("us/co.toml", "periods[0].colour"),
        ("us/tx.toml", "periods[0].status"),
    ]
    assert list(out.iterdir()) == []


def test_the_command_prints_every_problem_and_fails(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("min_age = 21", "min_age = 0"))
    done = CliRunner().invoke(app, ["data", "build", "--data", str(tmp_path), "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert "us/co.toml: periods[0].min_age" in done.stderr


@pytest.mark.parametrize("version", ["2026", "2026.1.2", "2026.11.23.0", "2026.13.01", "v2026.11.23"])
def test_a_version_that_is_no_day_is_refused(version: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # any message will do for a maintainer's typo
        compile_records({}, version)
