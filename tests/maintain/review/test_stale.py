"""What to read again: each reason by itself, the order of the queue, the checklist."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import make_period, validated
from kratomlaw import DataError, Record
from kratomlaw.cli.app import app
from kratomlaw.law.plain import plain_fields
from kratomlaw.maintain.review.calendar import Session
from kratomlaw.maintain.review.demand import Demand, estimated, read_counts
from kratomlaw.maintain.review.queue import StaleRecord, as_issue, queue

TODAY = date(2026, 12, 1)
NEWS = {"title": "A paper", "kind": "news", "supports": "all of it"}
BILL = {"title": "HB 1", "step": "Introduced.", "on": "2026-10-01", "effect": "Would ban it.", "citations": [NEWS]}


def record(code: str = "US-CO", *periods: object, **more: object) -> Record:
    values = {
        "code": code,
        "name": f"Place {code}",
        "verified_on": "2026-12-01",
        "periods": periods or (make_period("2020-01-01"),),
    }
    return validated(Record, values | more)


def reasons(each: Record) -> list[str]:
    return [reason.text for item in queue([each], today=TODAY) for reason in item.reasons]


def test_a_record_checked_today_with_sure_old_law_is_not_in_the_queue() -> None:
    assert queue([record()], today=TODAY) == ()


@pytest.mark.parametrize(
    ("each", "reason"),
    [
        (record(verified_on="2026-06-01"), "last checked 183 days ago"),
        (
            record("US-MA", make_period("2026-08-28", "banned", until="2027-01-15", temporary=True)),
            "due on 2027-01-15, in 45 days: the temporary rule of 2026-08-28 lapses",
        ),
        (
            record("US-MA", make_period("2026-01-01", "banned", until="2026-11-30", temporary=True)),
            "its temporary rule ended on 2026-11-30, and nothing newer is recorded",
        ),
        (record("US-CO", make_period("2020-01-01", confidence="low")), "low confidence"),
        (record("US-CO", make_period("2020-01-01", confidence="medium")), "medium confidence"),
        (
            record("US-CO", make_period("2020-01-01", confidence="low", citations=[NEWS], note="Why.")),
            "secondary sources only",
        ),
        (record("US-CO", make_period("2020")), "the day on which it begins is not known (2020)"),
        (record(pending=[BILL]), "pending: HB 1 (last step 2026-10-01)"),
        (
            record(pending=[BILL | {"would_be": "banned"}]),
            "pending: HB 1 (would make it banned, last step 2026-10-01)",
        ),
        (
            record(pending=[BILL | {"lapses_on": "2026-12-31"}]),
            "due on 2026-12-31, in 30 days: HB 1 lapses",
        ),
        (record(pending=[BILL | {"on": "2025-03"}]), "pending: HB 1 (no step since 2025-03, has it ended?)"),
        (
            record("US-CO", make_period("2020-01-01"), make_period("2027-01-01", "banned")),
            "due on 2027-01-01, in 31 days: banned: banned since 2027-01-01",
        ),
        (
            record("US-CO", make_period("2020-01-01"), make_period("2026-11-15", "banned"), verified_on="2026-11-01"),
            "law of 2026-11-15 was to begin after the last check",
        ),
        (
            record("US-CO", make_period("2020-01-01"), make_period("2028-01-01", "banned", confidence="low")),
            "low confidence of the law of 2028-01-01",
        ),
    ],
)
def test_each_reason_brings_a_record_into_the_queue(each: Record, reason: str) -> None:
    assert reason in reasons(each)


def test_law_of_the_past_is_not_read_again() -> None:
    assert reasons(record("US-CO", make_period("2010", confidence="low"), make_period("2020-01-01"))) == []


def test_a_rule_that_the_next_one_follows_does_not_end_with_nothing() -> None:
    followed = record("US-CO", make_period("2020-01-01", until="2027-01-01"), make_period("2027-01-01", "banned"))
    assert not any("nothing to follow" in reason for reason in reasons(followed))


def test_retired_places_are_left_out() -> None:
    assert reasons(record(retired=True, verified_on="2020-01-01")) == []


def test_the_most_volatile_stands_first_and_then_the_oldest() -> None:
    found = queue(
        [
            record("US-AL", verified_on="2026-06-01"),
            record("US-MA", make_period("2026-08-28", "banned", until="2027-01-15", temporary=True)),
            record("US-AK", verified_on="2024-12-01"),
            record("US-AR", verified_on="2026-06-01"),
        ],
        today=TODAY,
    )
    assert [item.code for item in found] == ["US-AK", "US-MA", "US-AL", "US-AR"]


def low(code: str, **more: object) -> Record:
    return record(code, make_period("2020-01-01", confidence="low"), **more)


def test_what_changes_sooner_comes_first() -> None:
    found = queue(
        [
            record(code, make_period("2020-01-01"), make_period(day, "banned"))
            for code, day in (("US-AL", "2027-02-01"), ("US-MA", "2026-12-05"), ("US-AK", "2027-01-10"))
        ],
        today=TODAY,
    )
    assert [item.code for item in found] == ["US-MA", "US-AK", "US-AL"]


def test_a_session_that_ends_matters_where_a_bill_is_pending() -> None:
    sessions = [Session(f"US-{state}", "The session", date(2026, 12, 10), "its page") for state in ("AL", "AK")]
    found = queue([record("US-AL", pending=[BILL]), record("US-AK")], today=TODAY, sessions=sessions)
    (item,) = found
    assert (item.code, item.reasons[0].text) == ("US-AL", "due on 2026-12-10, in 9 days: The session ends (its page)")


def test_what_is_asked_more_often_comes_first() -> None:
    records = [low("US-AL"), low("US-TX"), low("US-ND")]
    asked = {"US-TX": Demand(1000, "asked about 1,000 times"), "US-ND": Demand(10, "asked about 10 times")}
    found = queue(records, today=TODAY, asked=asked)
    assert [item.code for item in found] == ["US-TX", "US-ND", "US-AL"]
    assert "asked about 10 times" in [reason.text for reason in found[1].reasons]
    assert queue([record("US-TX")], today=TODAY, asked=asked) == (), "being asked about is no reason to read again"


def test_older_evidence_comes_first() -> None:
    sources = {code: [NEWS | {"published": day}] for code, day in (("US-AL", "2026-11"), ("US-AK", "2024-01-01"))}
    found = queue(
        [
            record(code, make_period("2020-01-01", confidence="low", citations=cited, note="Why."))
            for code, cited in sources.items()
        ],
        today=TODAY,
    )
    assert [item.code for item in found] == ["US-AK", "US-AL"]
    assert "its evidence reaches to 2024-01-01" in [reason.text for reason in found[0].reasons]


def test_counts_of_questions_are_read_from_a_file(tmp_path: Path) -> None:
    counts = tmp_path / "counts.json"
    counts.write_text('{"US-TX": 1200}', "utf-8")
    assert read_counts(counts) == {"US-TX": Demand(1200, "asked about 1,200 times")}
    for bad in ("", "[1]", '{"US-TX": -1}', '{"US-TX": "many"}', '{"US-TX": true}'):
        counts.write_text(bad, "utf-8")
        with pytest.raises(DataError, match=r"counts\.json"):
            read_counts(counts)
    with pytest.raises(DataError):
        read_counts(tmp_path / "none.json")


def test_without_counts_more_towns_mean_more_questions() -> None:
    found = estimated(["US", "US-TX", "US-ND", "US-TX/harris-county", "US-TX/austin", "TH", "VA"])
    assert found["US"].times > found["US-TX"].times > found["US-ND"].times > found["US-TX/harris-county"].times
    assert found["TH"].times > found["VA"].times
    assert "US-TX/austin" not in found


def test_the_score_is_the_sum_of_the_reasons() -> None:
    (item,) = queue([record("US-CO", make_period("2020", confidence="low"), pending=[BILL])], today=TODAY)
    assert item.score == sum(reason.points for reason in item.reasons)
    assert [reason.points for reason in item.reasons] == sorted((r.points for r in item.reasons), reverse=True)


def test_many_bills_do_not_outweigh_a_rule_that_has_ended() -> None:
    bills = record("US-CO", pending=[BILL | {"title": f"HB {n}", "would_be": "banned"} for n in range(12)])
    ended = record("US-MA", make_period("2026-01-01", "banned", until="2026-11-30", temporary=True))
    assert [item.code for item in queue([bills, ended], today=TODAY)] == ["US-MA", "US-CO"]


def test_the_issue_is_a_checklist_that_calls_for_nobody() -> None:
    items = queue([record(pending=[BILL | {"title": "@all <b>"}])], today=TODAY)
    told = as_issue(items, today=TODAY, of=7)
    assert "- [ ] **Place US-CO** (`US-CO`), checked on 2026-12-01, 5 points" in told
    assert "The 1 most urgent of 7." in told
    assert "&#64;all \\<b\\>" in told


def test_the_command_lists_the_real_records_as_json(root: Path) -> None:
    arguments = ["data", "stale", "--data", str(root / "data"), "--on", "2027-06-01", "--json", "--limit", "3"]
    done = CliRunner().invoke(app, arguments)
    items = json.loads(done.stdout)
    assert (done.exit_code, [set(item) for item in items]) == (
        0,
        [{field.key for field in plain_fields(StaleRecord)}] * 3,
    )


def test_the_command_ends_with_1_when_asked_to_and_something_is_to_be_read(root: Path) -> None:
    arguments = ["data", "stale", "--data", str(root / "data"), "--on", "2027-06-01", "--exit-code", "--issue"]
    assert CliRunner().invoke(app, arguments).exit_code == 1


def test_the_command_refuses_a_day_that_is_none(root: Path) -> None:
    done = CliRunner().invoke(app, ["data", "stale", "--data", str(root / "data"), "--on", "tomorrow"])
    assert (done.exit_code, "is not a date" in done.stderr) == (2, True)
