"""What changed since an earlier list: two real lists compared, and files that are none refused."""

import csv
import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kratomlaw import InvalidQueryError, Outcome, Policy
from kratomlaw.cli.app import app
from kratomlaw.export import ShippingArea, ShippingList, export_shipping, shipping_list
from kratomlaw.export.shipping_changes import changes_since, read_earlier
from kratomlaw.export.shipping_tables import shipping_json

BEFORE, AFTER = date(2026, 12, 1), date(2027, 3, 1)


@cache
def listed(on: date) -> ShippingList:
    return shipping_list(age=30, policy=Policy(meets=("age", "labelling")), on=on, zip_codes=False)


def written(folder: Path, of: ShippingList) -> Path:
    file = folder / "shipping.json"
    file.write_text(json.dumps(shipping_json(of)), "utf-8")
    return file


def changes(before: ShippingList, after: ShippingList, folder: Path) -> list[dict[str, object]]:
    table = changes_since(read_earlier(written(folder, before)), after)
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def test_what_law_changes_is_listed_and_nothing_else(tmp_path: Path) -> None:
    found = {row["code"]: row for row in changes(listed(BEFORE), listed(AFTER), tmp_path)}
    outcomes = [{row.code: row.verdict.outcome for row in each.rows} for each in (listed(BEFORE), listed(AFTER))]
    assert {*found} == {code for code, outcome in outcomes[0].items() if outcomes[1][code] is not outcome}
    kentucky = found["US-KY"]
    assert (kentucky["area"], kentucky["change"]) == ("province", "outcome")
    assert (kentucky["outcome_before"], kentucky["outcome"]) == ("review", "refuse")
    assert (kentucky["day_before"], kentucky["day"]) == ("2026-12-01", AFTER)


def test_a_list_that_did_not_change_has_no_changes(tmp_path: Path) -> None:
    assert changes(listed(BEFORE), listed(BEFORE), tmp_path) == []


def test_rows_that_came_and_rows_that_went(tmp_path: Path) -> None:
    full = listed(BEFORE)
    without = ShippingList(full.basis, tuple(row for row in full.rows if row.code not in ("TH", "US-KY")))
    came = changes(without, full, tmp_path)
    assert [(row["code"], row["change"], row["outcome_before"]) for row in came] == [
        ("TH", "added", None),
        ("US-KY", "added", None),
    ]
    went = changes(full, without, tmp_path)
    assert [(row["code"], row["change"], row["outcome"], row["because"]) for row in went] == [
        ("TH", "removed", None, None),
        ("US-KY", "removed", None, None),
    ]


def test_a_zip_code_is_not_taken_for_a_country_of_the_same_code(tmp_path: Path) -> None:
    full = listed(BEFORE)
    row = full.rows[0]._replace(area=ShippingArea.ZIP_CODE)
    (added,) = changes(full, ShippingList(full.basis, (*full.rows, row)), tmp_path)
    assert (added["area"], added["change"]) == ("zip-code", "added")


def test_lists_of_two_products_are_not_compared(tmp_path: Path) -> None:
    other = shipping_list(product="7-oh", on=BEFORE, zip_codes=False)
    with pytest.raises(InvalidQueryError, match="The earlier list is about leaf, this one about 7-oh"):
        changes(listed(BEFORE), other, tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"\xff", b'{"basis": 1, "verdicts": [], "countries": {}, "provinces": {}, "zip_codes": {}}',
     b'{"basis": {}, "verdicts": [{"outcome": "maybe"}], "countries": {}, "provinces": {}, "zip_codes": {}}'],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "shipping.json").write_bytes(content)
    with pytest.raises(InvalidQueryError, match="is not a shipping list"):
        read_earlier(tmp_path)


def test_a_position_beyond_the_verdicts_is_refused(tmp_path: Path) -> None:
    made = json.loads(json.dumps(shipping_json(listed(BEFORE))))
    made["countries"]["TH"] = 99_999
    (tmp_path / "shipping.json").write_text(json.dumps(made))
    with pytest.raises(InvalidQueryError, match="is not a shipping list"):
        read_earlier(tmp_path)


def test_a_folder_without_a_list_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidQueryError, match=r"shipping\.json cannot be read") as raised:
        export_shipping(tmp_path / "out", since=tmp_path)
    assert "--format shipping" in raised.value.hint
    assert not (tmp_path / "out").exists()


def test_the_command_compares_with_what_lies_in_the_folder_that_it_replaces(tmp_path: Path) -> None:
    older = [row._replace(verdict=row.verdict._replace(outcome=Outcome.ALLOW)) for row in listed(BEFORE).rows[:1]]
    written(tmp_path, ShippingList(listed(BEFORE).basis, (*older, *listed(BEFORE).rows[1:])))
    options = ("--format", "shipping", "--age", "30", "--meets", "age,labelling", "--on", BEFORE.isoformat())
    done = CliRunner().invoke(app, ["export", str(tmp_path), *options, "--since", str(tmp_path)])
    assert done.exit_code == 0, done.output
    with (tmp_path / "shipping-changes.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["area"] != "zip-code"]
    assert [(row["code"], row["outcome_before"], row["outcome"]) for row in rows] == [
        (older[0].code, "allow", listed(BEFORE).rows[0].verdict.outcome.value)
    ]
    assert len(read_earlier(tmp_path).outcomes) > 40_000
