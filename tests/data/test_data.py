"""The data as it is shipped: it is what data/ compiles to, and it keeps its promises."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

import kratomlaw
from helpers import ROOT
from kratomlaw import CitationKind, Confidence, Permission, Record, Status
from kratomlaw.data.bundled import bundled
from kratomlaw.maintain.records.compile import compile_records, read_records, record_files
from kratomlaw.maintain.records.schema import record_schema

DATA = ROOT / "data"
PACKAGE_DATA = ROOT / "src/kratomlaw/data/_bundled"
FILES = record_files(DATA)
STATES = tuple(
    """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
    NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY
    """.split()  # noqa: SIM905  # as a list it would be as long as the file
)
COUNTRIES = tuple(
    """
    US TH MY ID SG VN MM JP KR HK TW PH AU NZ IN CA MX BR AR GB IE DE AT CH NL BE FR ES PT IT PL CZ SK
    HU RO BG GR DK SE NO FI EE LV LT RU UA TR IL ZA
    """.split()  # noqa: SIM905  # as a list it would be as long as the file
)


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    found, problems = read_records(FILES, DATA)
    assert problems == ()
    return found


def test_the_bundled_dataset_is_what_the_records_compile_to(records: dict[str, Record]) -> None:
    version = tomllib.loads((DATA / "dataset.toml").read_text("utf-8"))["version"]
    dataset, manifest = compile_records(records, version)
    assert dataset == (PACKAGE_DATA / "dataset.json").read_bytes(), "run: python -m kratomlaw.maintain build"
    assert manifest == (PACKAGE_DATA / "manifest.json").read_bytes()


def test_compiling_does_not_depend_on_the_order_of_the_files(records: dict[str, Record]) -> None:
    backwards = dict(reversed(records.items()))
    assert compile_records(backwards, "2026.11.23") == compile_records(records, "2026.11.23")


def test_the_dataset_is_one_json_document(records: dict[str, Record]) -> None:
    document = json.loads((PACKAGE_DATA / "dataset.json").read_bytes())
    assert set(document["records"]) == set(records)


def test_reading_without_checking_equals_reading_with_checking(records: dict[str, Record]) -> None:
    dataset = bundled()
    for code, record in records.items():
        assert dataset.record(code) == record, code


def test_the_committed_schema_is_that_of_the_model() -> None:
    committed = json.loads((DATA / "schema/record.schema.json").read_text("utf-8"))
    assert committed == record_schema(), "run: python -m kratomlaw.maintain.records.schema"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_the_compiler_accepts_the_editor_accepts(file: Path) -> None:
    raw = json.loads(json.dumps(tomllib.loads(file.read_text("utf-8")), default=str))
    jsonschema.Draft202012Validator(record_schema()).validate(raw)


@pytest.mark.parametrize("code", [*(f"US-{state}" for state in STATES), *COUNTRIES])
def test_every_promised_place_has_a_record(code: str) -> None:
    assert kratomlaw.record(code).periods


def test_every_promised_place_has_an_answer_that_is_evidenced_or_unknown_for_a_reason() -> None:
    for code in (*(f"US-{state}" for state in STATES), *COUNTRIES):
        answer = kratomlaw.lookup(code=code, on="2026-11-23")
        assert answer.citations, code
        if answer.status is Status.UNKNOWN:
            assert answer.reason is not None, code


def test_high_confidence_rests_on_a_primary_source(records: dict[str, Record]) -> None:
    for code, record in records.items():
        for period in record.periods:
            if period.confidence is Confidence.HIGH:
                assert any(c.kind.is_primary for c in period.citations), f"{code} {period.since}"


def test_nothing_known_rests_on_vendors_alone(records: dict[str, Record]) -> None:
    for code, record in records.items():
        for period in record.periods:
            if period.status is not Status.UNKNOWN:
                assert {c.kind for c in period.citations} != {CitationKind.VENDOR}, f"{code} {period.since}"


def test_nothing_was_checked_in_the_future(records: dict[str, Record]) -> None:
    version = bundled().built_on
    for code, record in records.items():
        assert record.verified_on <= version, code


def test_no_record_speaks_of_how_it_was_made(records: dict[str, Record]) -> None:
    made = re.compile(r"look-ups?\b|stored pages?|\bexcerpts?\b|(first|second) pass|/(work|root|tmp)/", re.IGNORECASE)
    for file in FILES:
        match = made.search(file.read_text("utf-8"))
        assert match is None, f"{file.name}: {match and match.group()}"


class TestHistory:
    """The examples that the records were asked for."""

    @pytest.mark.parametrize(
        ("code", "on", "status"),
        [
            ("US-LA", "2025-08-01", Status.BANNED),
            ("US-CT", "2026-06-01", Status.BANNED),
            ("TH", "1990-01-01", Status.BANNED),
            ("TH", "2023-01-01", Status.RESTRICTED),
            ("US-RI", "2020-01-01", Status.BANNED),
            ("US-RI", "2026-06-01", Status.RESTRICTED),
            ("US-TN", "2020-01-01", Status.RESTRICTED),
            ("US-TN", "2026-08-01", Status.BANNED),
        ],
    )
    def test_the_law_of_that_day(self, code: str, on: str, status: Status) -> None:
        assert kratomlaw.lookup(code=code, on=on).status is status

    def test_great_britain_bans_sale_and_allows_possession(self) -> None:
        answer = kratomlaw.lookup("UK", on="2026-11-23")
        assert (answer.status, answer.sale, answer.possession) == (
            Status.BANNED,
            Permission.PROHIBITED,
            Permission.ALLOWED,
        )

    def test_the_position_of_the_fda_leaves_alaska_legal_with_an_advisory(self) -> None:
        answer = kratomlaw.lookup("Alaska", on="2026-06-01")
        assert answer.status is Status.LEGAL
        assert any(advisory.set_by == "US" for advisory in answer.advisories)

    def test_concentrated_7_oh_is_banned_where_colorado_sells_leaf(self) -> None:
        assert kratomlaw.lookup("US-CO", on="2026-11-01").status is Status.RESTRICTED
        assert kratomlaw.lookup("US-CO", on="2026-11-01", product="7-oh").status is Status.BANNED


def test_dates_of_the_dataset_agree() -> None:
    info = kratomlaw.dataset()
    assert info.version.startswith(f"{info.built_on:%Y.%m.%d}")
    assert info.counts.records == len(FILES)
    assert info.age_days == max(0, (date.today() - info.built_on).days)
