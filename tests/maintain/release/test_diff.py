"""Two hand-made datasets with every kind of change: law as it is answered, and apart from it what is only evidence."""

import json
import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from helpers import validated
from kratomlaw import InvalidDataError, InvalidQueryError, Product, Record, Status
from kratomlaw.data.dataset import Dataset
from kratomlaw.maintain.records.compile import compile_records
from kratomlaw.maintain.release import news, revisions
from kratomlaw.maintain.release.diff import Aspect, Diff, EvidenceKind, compare
from kratomlaw.maintain.release.revisions import dataset_of

SALE = {"legal": "allowed", "restricted": "restricted", "banned": "prohibited", "unknown": "unknown"}
OLD, NEW = "2026.11.23", "2026.12.01"


def citation(title: str, **more: object) -> dict[str, object]:
    return {"title": title, "kind": "statute", "supports": "All of it."} | more


def period(since: str, status: str, *titles: str, **more: object) -> dict[str, object]:
    values: dict[str, object] = {
        "from": since,
        "status": status,
        "sale": SALE[status],
        "possession": "allowed" if status == "restricted" else SALE[status],
        "confidence": "high",
        "summary": f"{status} since {since}.",
        "citations": [citation(title) for title in titles or ("Act 1",)],
    }
    return values | more


def record(code: str, *periods: dict[str, object], **more: object) -> Record:
    values: dict[str, object] = {"code": code, "name": code, "verified_on": "2026-11-23", "periods": periods}
    return validated(Record, values | more)


def dataset(*records: Record, version: str = OLD) -> Dataset:
    return dataset_of({each.code: each for each in records}, version)


def difference(before: list[Record], after: list[Record]) -> Diff:
    return compare(dataset(*before), dataset(*after, version=NEW))


AGE = {"kind": "age", "text": "From 21."}
CAP = {"kind": "alkaloid-cap", "text": "7-OH at most 2 %."}
BILL = {
    "title": "HB 1",
    "step": "Introduced.",
    "on": "2026-02",
    "effect": "Would ban it.",
    "citations": [citation("HB 1")],
}
WARNING = {"from": "2026-01-05", "issuer": "Health Department", "text": "Warns.", "citations": [citation("Page")]}

BEFORE = [
    record("CA", period("2020", "legal")),
    record("LU", period("2012-08-03", "banned")),
    record("US", period("2014-02", "restricted", cascades=False)),
    record("US-AL", period("2016-05-10", "banned", penalty="A fine.")),
    record("US-CO", period("2024-07-01", "restricted", conditions=[AGE], min_age=21)),
    record("US-KY", period("2027", "banned")),
    record("US-LA", period("2019", "legal", began_earlier=True)),
    record("US-NV", period("2025-01-01", "banned", until="2027-01-01")),
    record("US-TX", period("2023", "restricted"), pending=[BILL], advisories=[WARNING], note="Open."),
    record("US-UT", period("2019-05-14", "restricted")),
    record("US-CA/old-town", period("2020-01-01", "banned"), level="city"),
    record("US-CA/san-diego", period("2016-07-14", "banned"), level="city"),
]
AFTER = [
    record("CA", period("2020", "legal"), period("2026-12-15", "banned", "Order 7")),
    record("LU", period("2012-08-03", "banned", products={"7-oh": {"status": "banned", "possession": "unknown"}})),
    record("US", period("2014-02", "restricted", cascades=False)),
    record("US-AL", period("2016-05-10", "banned", penalty="A felony.")),
    record("US-CO", period("2024-07-01", "restricted", conditions=[CAP], min_age=18)),
    record("US-FL", period("2023-07-01", "restricted", "Act 179")),
    record("US-KY", period("2027-03-01", "banned")),
    record("US-LA", period("2019", "legal", began_earlier=True), period("2025-08-01", "banned", "Act 41 of 2025")),
    record("US-NV", period("2025-01-01", "banned", until="2027-01-01", temporary=True)),
    record(
        "US-TX",
        period(
            "2023",
            "restricted",
            confidence="low",
            summary="Sold to adults.",
            note="Read anew.",
            citations=[citation("Act 1", supports="The age."), citation("Act 2")],
            preempts_local=True,
        ),
        verified_on="2026-12-01",
        note="Settled.",
        pending=[BILL | {"step": "Passed."}, BILL | {"title": "HB 2"}],
        advisories=[],
    ),
    record("US-CA/old-town", period("2020-01-01", "banned", until="2026-12-01"), level="city", retired=True,
           successor="US-CA/san-diego"),
    record("US-CA/san-diego", period("2016-07-14", "banned"), level="city", aliases=["San Diego City"]),
]  # fmt: skip
TEXT = """\
Data 2026.11.23 → 2026.12.01

Law: 11 changes
  CA from 2026-12-15: legal → banned, cited: Order 7
      the same in 13 places below: CA-AB, CA-BC, CA-MB, CA-NB, CA-NL and 8 more
  LU from 2012-08-03, 7-oh: stays banned (possession prohibited → unknown), cited: Act 1
  US-AL from 2016-05-10: stays banned (penalty changes), cited: Act 1
      penalty: A fine. → A felony.
  US-CA/old-town from 2026-12-01: banned → unknown (lapsed), cited: Act 1
  US-CO from 2024-07-01: stays restricted (age 21 → 18, conditions change), cited: Act 1
      new condition, alkaloid-cap: 7-OH at most 2 %.
      dropped condition, age: From 21.
  US-FL from 2023-07-01: unknown (no-record) → restricted (sale unknown → restricted, possession unknown → allowed), cited: Act 179
  US-KY from 2027 until 2027-03-01: banned → unknown (before-coverage), no citation
  US-KY from 2027-03-01 until 2028-01-01: stays banned (approximate → exact), cited: Act 1
  US-LA from 2025-08-01: legal → banned, cited: Act 41 of 2025
  US-NV from 2025-01-01 until 2027-01-01: stays banned (now temporary), cited: Act 1
  US-UT from 2019-05-14: restricted → unknown (no-record) (sale restricted → unknown, possession allowed → unknown), no citation

Evidence only: 12 changes
  US-CA/san-diego: aliases: + San Diego City
  US-TX: verified_on 2026-11-23 → 2026-12-01
  US-TX: note Open. → Settled.
  US-TX: period from 2023: confidence high → low
  US-TX: period from 2023: summary restricted since 2023. → Sold to adults.
  US-TX: period from 2023: note + Read anew.
  US-TX: period from 2023: "Act 1": supports: All of it. → The age.
  US-TX: period from 2023: citations + Act 2
  US-TX: period from 2023: preempts_local: no → yes
  US-TX: advisory: - Health Department
  US-TX: pending: "HB 1": step: Introduced. → Passed.
  US-TX: pending: + HB 2

Records
  added: Florida (US-FL)
  removed: Utah (US-UT)
  retired: US-CA/old-town (US-CA/old-town), now US-CA/san-diego
"""


@pytest.fixture(scope="module")
def everything() -> Diff:
    return difference(BEFORE, AFTER)


def law_lines(diff: Diff) -> list[str]:
    return [news.headline(change) for change in diff.law]


def test_every_kind_of_change_is_told_as_text(everything: Diff) -> None:
    assert news.as_text(everything) == TEXT.rstrip("\n")


def test_every_kind_of_evidence_is_told_apart(everything: Diff) -> None:
    assert {change.kind for change in everything.evidence} == set(EvidenceKind)


def test_every_aspect_of_law_is_told(everything: Diff) -> None:
    assert {aspect for change in everything.law for aspect in change.what} == set(Aspect)


def test_the_json_is_the_whole_difference(everything: Diff) -> None:
    assert TypeAdapter(Diff).validate_json(news.as_json(everything)) == everything


def test_the_same_difference_gives_the_same_bytes(everything: Diff) -> None:
    again = difference(BEFORE[::-1], AFTER[::-1])
    assert news.as_json(again) == news.as_json(everything)
    assert news.release_news(again) == news.release_news(everything)


def test_nothing_changed_is_said() -> None:
    assert news.as_text(difference(BEFORE, BEFORE)) == f"Data {OLD} → {NEW}\n\nNothing changed."


def test_evidence_alone_does_not_change_the_law() -> None:
    after = record("LU", period("2012-08-03", "banned", "Act 2"))
    assert news.as_text(difference([BEFORE[1]], [after])).endswith("The law did not change.")


def test_an_imprecise_date_makes_one_line_and_keeps_its_precision() -> None:
    found = difference(
        [record("LU", period("2010", "legal"))], [record("LU", period("2010", "legal"), period("2025", "banned"))]
    )
    assert law_lines(found) == ["LU from 2025: legal → banned"]


def test_law_that_ends_is_told_with_its_end() -> None:
    found = difference(
        [record("LU", period("2010", "legal", until="2030-01-01"))],
        [record("LU", period("2010", "restricted", until="2030-01-01"))],
    )
    assert law_lines(found) == ["LU from 2010 until 2030-01-01: legal → restricted (sale allowed → restricted)"]


def test_law_older_than_its_evidence_is_told_so() -> None:
    found = difference(
        [record("LU", period("2010", "legal", began_earlier=True))],
        [record("LU", period("2010", "banned", began_earlier=True))],
    )
    assert law_lines(found) == ["LU from 2010-01-01 or earlier: legal → banned"]


def test_a_federal_ban_shows_only_where_it_changes_an_answer() -> None:
    states = [record("US-LA", period("2020-01-01", "banned")), record("US-AK", period("2020-01-01", "legal"))]
    before = [record("US", period("2014-01-01", "restricted", cascades=False)), *states]
    after = [record("US", period("2014-01-01", "restricted", cascades=False), period("2027-01-01", "banned")), *states]
    found = difference(before, after)
    assert (
        "US from 2027-01-01: restricted → banned (sale restricted → prohibited, possession allowed → prohibited)"
        in (law_lines(found))
    )
    assert "US-AK from 2027-01-01: legal → banned" in law_lines(found)
    assert "US-LA from 2027-01-01: stays banned (decided by US-LA → US)" in law_lines(found)


def test_products_that_change_alike_are_told_together() -> None:
    before = [record("LU", period("2010-01-01", "legal", products={"7-oh": "banned"}))]
    found = difference(before, [record("LU", period("2010-01-01", "banned", products={"7-oh": "banned"}))])
    assert [change.products for change in found.law if change.before.status is Status.LEGAL] == [
        (Product.LEAF, Product.EXTRACT)
    ]


def test_law_that_changes_no_answer_is_told_as_coding() -> None:
    before = [record("HK", period("2010-01-01", "banned")), record("US", period("2010-01-01", "banned"))]
    split = record("HK", period("2010-01-01", "banned"), period("2020-01-01", "banned"))
    found = difference(before, [split, before[1]])
    assert found.law == ()
    assert [(change.kind, change.where) for change in found.evidence] == [
        (EvidenceKind.CODING, "period from 2020-01-01")
    ]


def test_markdown_cites_with_addresses_and_takes_no_orders_from_a_record() -> None:
    cited = citation("Act [1] @everybody <b>", url="https://example.org/a_(b)?c=<d>")
    found = difference([], [record("LU", period("2010-01-01", "banned", citations=[cited]))])
    told = news.as_markdown(found)
    assert r"[Act \[1\] &#64;everybody \<b\>](<https://example.org/a_(b)?c=%3Cd%3E>)" in told


def test_a_comment_never_grows_too_long_for_github() -> None:
    notes = [period(f"{year}", "legal", note="a" * 200) for year in range(1900, 2020)]
    found = difference([record("LU", *(each | {"note": "b" * 200} for each in notes))], [record("LU", *notes)])
    told = news.as_markdown(found, limit=5_000)
    assert len(told) <= 5_000
    assert "more lines" in told
    assert told.count("<details>") == told.count("</details>") == 1


def test_the_first_release_lists_records_and_not_their_law() -> None:
    told = news.release_news(difference([], AFTER), first=True)
    assert "The first release." in told
    assert "## Law" not in told
    assert "Florida (US-FL)" in told


def test_conditions_in_another_order_are_the_same_law() -> None:
    one = record("LU", period("2010-01-01", "restricted", conditions=[AGE, CAP]))
    other = record("LU", period("2010-01-01", "restricted", conditions=[CAP, AGE]))
    assert difference([one], [other]).law == ()


# --- where the two datasets come from -------------------------------------------------------------------------------


def write_data(folder: Path, version: str, text: str = "") -> Path:
    (folder / "countries").mkdir(parents=True)
    (folder / "dataset.toml").write_text(f'version = "{version}"\n')
    if text:
        (folder / "countries/lu.toml").write_text(text)
    return folder


def test_a_data_folder_is_read(tmp_path: Path, root: Path) -> None:
    text = (root / "data/countries/lu.toml").read_text("utf-8")
    write_data(tmp_path / "data", OLD, text)
    assert set(revisions.load(str(tmp_path / "data"), data=tmp_path).dataset.codes()) == {"LU"}


def test_a_dataset_file_a_source_and_a_version_in_it_are_read(tmp_path: Path) -> None:
    for version in (OLD, NEW):
        content, manifest = compile_records({"LU": BEFORE[1]}, version)
        (tmp_path / f"dataset-{version}.json").write_bytes(content)
        (tmp_path / "manifest.json").write_bytes(manifest)
    names = (str(tmp_path / f"dataset-{OLD}.json"), str(tmp_path), f"{tmp_path}@{OLD}")
    found = [revisions.load(name, data=tmp_path).dataset.version for name in names]
    assert found == [OLD, NEW, OLD]
    assert revisions.load(NEW, data=tmp_path, source=tmp_path).dataset.version == NEW


@pytest.mark.parametrize("name", ["no-such-revision", "git:no-such", "1999.01.01", "--output=/tmp/x"])
def test_a_state_that_is_not_there_is_refused_with_a_hint(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidQueryError, match=re.escape(name.removeprefix("git:"))) as caught:
        revisions.load(name, data=tmp_path)
    assert caught.value.hint


def test_records_that_cannot_be_read_are_refused_not_left_out(tmp_path: Path) -> None:
    write_data(tmp_path / "data", OLD, 'code = "LU"\n')
    with pytest.raises(InvalidDataError, match=r"1 of 1 records cannot be read"):
        revisions.load("worktree", data=tmp_path / "data")


def test_json_lists_the_answers_before_and_after() -> None:
    found = difference([record("LU", period("2010-01-01", "legal"))], [record("LU", period("2010-01-01", "banned"))])
    (change,) = json.loads(news.as_json(found))["law"]
    assert (change["place"]["code"], change["before"]["status"], change["after"]["status"]) == ("LU", "legal", "banned")
