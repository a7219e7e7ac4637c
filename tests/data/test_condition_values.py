"""Values of conditions, practice and ends of bills: what is accepted, and what is refused with its key."""

import json
from pathlib import Path
from typing import Any

import pytest

from helpers import RAW_PERIOD
from kratomlaw import Alkaloid, Basis, Channel, LabelItem, PackagingRule, Record, Unit
from kratomlaw.data.bundled import bundled_names
from kratomlaw.data.construct import construct
from kratomlaw.data.validation import problems_of, record_json

CITATION = {"title": "Act 1", "kind": "statute", "supports": "All of it."}
CAP = {"kind": "alkaloid-cap", "text": "At most 2 %.", "alkaloid": "7-oh", "max": 2, "unit": "percent"}
CAP |= {"basis": "alkaloids"}


def record(condition: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    period = {**RAW_PERIOD, "citations": [CITATION], "conditions": [condition] if condition else []}
    return {"code": "US-CO", "name": "Colorado", "verified_on": "2026-11-23", "periods": [period | more]}


def problems(raw: object) -> list[tuple[str, str]]:
    _, found = problems_of(raw, "us/co.toml", bundled_names())
    assert all(problem.fix for problem in found)
    return [(problem.key, problem.message) for problem in found]


@pytest.mark.parametrize(
    "condition",
    [
        CAP,
        CAP | {"alkaloid": "synthetic", "max": 0, "basis": "product"},
        CAP | {"max": 0.5, "unit": "mg", "basis": "container"},
        {"kind": "alkaloid-cap", "text": "A limit.", "alkaloid": "7-oh", "unread": True},
        {"kind": "serving", "text": "At most 50 g.", "max": 50, "unit": "g", "basis": "sale"},
        {"kind": "age", "text": "21+, online too.", "age": 21, "channels": ["remote-sale"]},
        {"kind": "registration", "text": "Yearly.", "authority": "The Department", "fee": 200, "currency": "USD"},
        {"kind": "point-of-sale", "text": "Locked.", "channels": ["behind-counter", "no-vending"]},
        {"kind": "packaging", "text": "Child-resistant.", "packaging": ["child-resistant"]},
        {"kind": "labelling", "text": "A label.", "label": ["ingredients", "warnings"]},
    ],
)
def test_the_facts_of_a_condition_are_accepted_and_come_back(condition: dict[str, Any]) -> None:
    raw = record(condition)
    found, wrong = problems_of(raw, "us/co.toml", bundled_names())
    assert wrong == ()
    assert found is not None
    assert construct(Record, json.loads(record_json(found))) == found


@pytest.mark.parametrize(
    ("condition", "key", "words"),
    [
        (CAP | {"unit": None}, ".max", "needs max, unit and basis"),
        (CAP | {"basis": "serving"}, ".basis", "cannot be counted by serving"),
        (CAP | {"unit": "mg"}, ".basis", "cannot be counted by alkaloids"),
        (CAP | {"max": 101}, ".max", "more than 100 percent"),
        (CAP | {"alkaloid": None}, ".alkaloid", "on which alkaloid"),
        (CAP | {"kind": "labelling"}, ".alkaloid", "kind labelling has no alkaloid"),
        ({"kind": "age", "text": "25+.", "age": 25}, ".age", "higher than min_age (21)"),
        ({"kind": "tax", "text": "A tax.", "age": 18}, ".age", "kind tax has no age"),
        ({"kind": "licence", "text": "A licence.", "fee": 100}, ".fee", "needs its currency"),
        ({"kind": "testing", "text": "A test.", "channels": ["distance"]}, ".channels", "has no channels"),
        ({"kind": "testing", "text": "A test.", "label": ["batch"]}, ".label", "has no label"),
        ({"kind": "testing", "text": "A test.", "packaging": ["plain"]}, ".packaging", "has no packaging"),
    ],
)
def test_facts_that_do_not_fit_are_refused(condition: dict[str, Any], key: str, words: str) -> None:
    found = problems(record({name: value for name, value in condition.items() if value is not None}))
    assert any(where == f"periods[0].conditions[0]{key}" and words in message for where, message in found), found


def test_practice_is_written_only_where_it_is_stricter_than_the_law() -> None:
    assert problems(record(sale_in_practice="prohibited")) == []
    assert problems(record(sale_in_practice="restricted"))[0][0] == "periods[0].sale_in_practice"


def test_a_bill_does_not_lapse_before_its_last_step() -> None:
    bill = {"title": "HB 1", "step": "Read.", "on": "2026-02-01", "effect": "An age.", "citations": [CITATION]}
    assert problems(record() | {"pending": [bill | {"lapses_on": "2026"}]}) == []
    assert problems(record() | {"pending": [bill | {"lapses_on": "2026-01-31"}]})[0][0] == "pending[0].lapses_on"


@pytest.mark.parametrize("kind", [Alkaloid, Basis, Channel, LabelItem, PackagingRule, Unit])
def test_each_word_is_explained_in_the_codebook(kind: type[Alkaloid], root: Path) -> None:
    text = (root / "data/CODEBOOK.md").read_text("utf-8")
    assert [word for word in kind if f"`{word}`" not in text] == []
