"""Which values of a record are just accepted, and which just not?"""

from typing import Any

import pytest

from helpers import RAW_PERIOD
from kratomlaw.data.bundled import bundled_names
from kratomlaw.data.validation import problems_of

CITATION = {"title": "HB 1", "kind": "statute", "supports": "All."}
PERIOD = {**RAW_PERIOD, "citations": [CITATION]}
REPORTED = {"standing": "reported", "confidence": "medium"}
LEGAL = {"status": "legal", "sale": "allowed", "possession": "allowed", "min_age": None}
COLORADO = {"code": "US-CO", "name": "Colorado"}
GUADELOUPE = {"code": "GP", "name": "Guadeloupe"}
TOWN = {"code": "US-CO/monument", "name": "Monument", "level": "city"}
COUNTY = {"code": "US-CO/adams-county", "name": "Adams County", "level": "county"}


def record(*periods: dict[str, Any], **more: object) -> dict[str, Any]:
    written = [{key: value for key, value in (PERIOD | each).items() if value is not None} for each in periods or ({},)]
    return {**COLORADO, "verified_on": "2026-11-23", "periods": written, **more}


def keys(raw: object) -> list[str]:
    """The keys that are wrong, each with a way to fix it."""
    _, found = problems_of(raw, "us/co.toml", bundled_names())
    assert all(problem.fix for problem in found)
    return [problem.key for problem in found]


@pytest.mark.parametrize(
    ("good", "bad", "key"),
    [
        (record(note="n" * 5_000), record(note="n" * 5_001), "note"),
        (record(name="n" * 100), record(name="n" * 101), "name"),
        (record(name="7"), record(name="!?"), "name"),
        (record(citing=200), record(citing=201), "periods[0].citations"),
        (record({"from": "1500"}), record({"from": "1499"}), "periods[0].from"),
        (record({"from": "2199"}), record({"from": "2200"}), "periods[0].from"),
        (record({"until": "2024-07-02"}), record({"until": "2024-07-01"}), "periods[0].until"),
        (record({"from": "2024"}, {"from": "2024-01-02"}), record({"from": "2024"}, {"from": "2024-01-01"}), "periods[1].from"),
        (
            record({"from": "2023", "until": "2024-07-01"}, {}),
            record({"from": "2023", "until": "2024-07-02"}, {}),
            "periods[1].from",
        ),
        (record({"began_earlier": True}, {"from": "2025"}), record({}, {"from": "2025", "began_earlier": True}), "periods[1].began_earlier"),
        (record({"temporary": True, "until": "2025"}), record({"temporary": True}), "periods[0].temporary"),
        (record(REPORTED), record(REPORTED | LEGAL), "periods[0].standing"),
        (record(REPORTED), record(REPORTED | {"confidence": "high"}), "periods[0].standing"),
        (record({"note": "Not found.", "confidence": "low"}), record({"confidence": "high", "kinds": "news", "note": "No law."}), "periods[0].confidence"),
        (record({"kinds": "news", "confidence": "low", "note": "No law."}), record({"kinds": "news", "confidence": "low"}), "periods[0].citations"),
        (record({"kinds": "news", "confidence": "low", "note": "No law."}), record({"kinds": "vendor", "confidence": "low", "note": "No law."}), "periods[0].citations"),
        (record(LEGAL), record(LEGAL | {"min_age": 18}), "periods[0].status"),
        (record(**GUADELOUPE, parent="FR"), record(**GUADELOUPE, parent="GP"), "parent"),
        (record(**GUADELOUPE, parent="FR"), record(**GUADELOUPE, parent="US-CO"), "parent"),
        (record(**GUADELOUPE, parent="FR"), record(**GUADELOUPE, parent="ZZ"), "parent"),
        (record(), record(parent="FR"), "parent"),
        (record(retired=True, successor="US-NM"), record(successor="US-NM"), "successor"),
        (record(), record(level="state"), "level"),
        (record(**COUNTY), record(**COUNTY | {"level": None}), "level"),
        (record(**COUNTY, aliases=["Adams"]), record(aliases=["Centennial State"]), "aliases"),
        (record(**COUNTY, localities=["Strasburg"]), record(**TOWN, localities=["Strasburg"], counties=["US-CO/el-paso-county"]), "localities"),
        (record(**TOWN, counties=["US-CO/el-paso-county"]), record(**TOWN), "counties"),
        (record(**TOWN, counties=["US-CO/el-paso-county"]), record(**TOWN, counties=["US-CO/el-paso-county"] * 31), "counties"),
    ],
)  # fmt: skip
def test_what_is_just_accepted_and_what_is_just_not(good: dict[str, Any], bad: dict[str, Any], key: str) -> None:
    assert keys(filled(good)) == []
    assert key in keys(filled(bad))


def filled(raw: dict[str, Any]) -> dict[str, Any]:
    """Write out the citations of one kind, or so many of them."""
    number = raw.pop("citing", 1)
    for period in raw["periods"]:
        period["citations"] = [CITATION | {"kind": period.pop("kinds", "statute")}] * number
    return {key: value for key, value in raw.items() if value is not None}
