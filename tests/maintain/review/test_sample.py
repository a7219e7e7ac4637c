"""Citations drawn by a seed: the same for everybody, and a sheet that can be counted."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import ROOT
from kratomlaw import DataError, InvalidQueryError
from kratomlaw.cli.app import app
from kratomlaw.maintain.records.compile import read_records, record_files
from kratomlaw.maintain.review.sample import Verdict, draw, read_results, result_of, result_toml, sheet, sheet_json

RECORDS = list(read_records(record_files(ROOT / "data"), ROOT / "data")[0].values())
TODAY = date(2026, 11, 30)


def test_the_same_seed_draws_the_same_citations_in_any_order_of_records() -> None:
    drawn = draw(RECORDS, seed=7, size=70)
    assert draw(RECORDS[::-1], seed=7, size=70) == drawn
    assert len({(each.code, each.key) for each in drawn}) == 70
    assert draw(RECORDS, seed=8, size=70) != drawn


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    assert draw(RECORDS, seed=7, size=70)[:20] == draw(RECORDS, seed=7, size=20)


def test_a_record_that_is_added_moves_no_other() -> None:
    without = draw(RECORDS[1:], seed=7, size=70)
    assert [each for each in draw(RECORDS, seed=7, size=75) if each.code != RECORDS[0].code][:60] == list(without[:60])


def test_every_citation_is_drawn_about_as_often() -> None:
    drawn = [each.code for seed in range(200) for each in draw(RECORDS[:40], seed=seed, size=1)]
    assert len(set(drawn)) > 20, "200 draws of one come from many records"


def test_a_sample_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidQueryError):
        draw(RECORDS, seed=1, size=0)


def test_the_sheet_has_what_a_checker_needs() -> None:
    (drawn,) = draw(RECORDS, seed=7, size=1)
    text = sheet([drawn], seed=7, version="2026.11.30")
    for part in (drawn.code, drawn.key, drawn.citation.title, drawn.citation.supports, "Verdict:", *Verdict):
        assert part in text


def test_a_sheet_that_was_filled_in_is_counted(tmp_path: Path) -> None:
    content = json.loads(sheet_json(draw(RECORDS, seed=7, size=5), seed=7, version="2026.11.30"))
    for row, verdict in zip(content["citations"], [*Verdict], strict=True):
        row["verdict"] = verdict
    result = result_of(json.dumps(content), on=TODAY)
    assert (result.size, result.opened, result.faulty, result.seed) == (5, 4, 3, 7)
    (tmp_path / "samples.toml").write_text(result_toml(result), "utf-8")
    assert read_results(tmp_path) == (result,)


def test_a_sheet_that_is_not_filled_in_is_refused() -> None:
    with pytest.raises(DataError, match="cannot be counted"):
        result_of(sheet_json(draw(RECORDS, seed=7, size=2), seed=7, version="2026.11.30"), on=TODAY)


def test_the_command_draws_and_counts(tmp_path: Path) -> None:
    data = ["--data", str(ROOT / "data")]
    drawn = CliRunner().invoke(app, ["data", "sample", "--seed", "7", "--size", "3", "--json", *data])
    content = json.loads(drawn.stdout)
    assert [row["record"] for row in content["citations"]] == [each.code for each in draw(RECORDS, seed=7, size=3)]
    for row in content["citations"]:
        row["verdict"] = "says-it"
    filled = tmp_path / "sheet.json"
    filled.write_text(json.dumps(content), "utf-8")
    counted = CliRunner().invoke(app, ["data", "sample", "--count", str(filled)])
    assert "seed = 7\nsays-it = 3\n" in counted.stdout
