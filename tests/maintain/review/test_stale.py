"""What to read again: each reason by itself, the order of the queue, the checklist."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import make_period, validated
from kratomlaw import Record
from kratomlaw.cli.app import app
from kratomlaw.law.plain import plain_fields
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
            "its temporary rule ends on 2027-01-15, with nothing to follow",
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
        (record(pending=[BILL | {"on": "2025-03"}]), "pending: HB 1 (no step since 2025-03, has it ended?)"),
        (
            record("US-CO", make_period("2020-01-01"), make_period("2027-01-01", "banned")),
            "law begins on 2027-01-01: is it still to come?",
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
