"""Values of conditions: forty that were read against the prose of their records, and all of them against their texts."""

import tomllib
from typing import Any

import pytest

import kratomlaw
from helpers import ROOT
from kratomlaw import Act, Channel, ConditionKind, DecisionCode, Outcome, Permission, Policy
from kratomlaw.maintain.records.compile import readable_records
from kratomlaw.maintain.review.values import missing_values, stray_values

VALUES: list[dict[str, Any]] = tomllib.loads((ROOT / "tests/golden/values/conditions.toml").read_text("utf-8"))[
    "values"
]
FACTS = [
    "kind",
    "alkaloid",
    "max",
    "unit",
    "basis",
    "age",
    "authority",
    "fee",
    "currency",
    "channels",
    "packaging",
    "label",
    "unread",
]
DAY = "2026-11-30"


def facts(condition: dict[str, Any]) -> dict[str, Any]:
    """What a condition says in values; what is as by default is left out."""
    return {name: condition[name] for name in FACTS if condition.get(name) not in (None, [], False)}


def named(value: dict[str, Any]) -> str:
    return f"{value['place']} {value['on']} {value['prose']}"


@pytest.mark.parametrize("value", VALUES, ids=named)
def test_the_value_is_that_of_the_prose(value: dict[str, Any]) -> None:
    answer = kratomlaw.lookup(code=value["place"], on=value["on"], product=value["product"])
    said = [each.to_dict() for each in answer.conditions if value["prose"] in each.text]
    assert facts(value) in [facts(each) for each in said], said


def test_there_are_forty_of_every_sort() -> None:
    assert len(VALUES) >= 40
    assert len({named(value) for value in VALUES}) == len(VALUES)
    sorts = {"max", "age", "authority", "fee", "channels", "packaging", "label", "unread"}
    assert sorts <= {name for value in VALUES for name in value}
    assert {value["basis"] for value in VALUES if "basis" in value} >= {"alkaloids", "product", "dry-weight", "serving"}


def test_no_record_has_a_figure_without_value_or_a_value_without_figure() -> None:
    records, _ = readable_records(ROOT / "data")
    gaps = [
        (record.code, condition.text, found)
        for record in records.values()
        for period in record.periods
        for condition in period.conditions
        if (found := (*missing_values(period, condition), *stray_values(condition)))
    ]
    assert gaps == []


@pytest.mark.parametrize("act", [Act.SHIP, Act.SELL])
def test_a_decision_lists_what_is_required_in_values(act: Act) -> None:
    """A shop that sends to Georgia can compare its products with the numbers, and need not read a sentence."""
    decision = kratomlaw.decide("US-GA", act=act, on="2026-11-01", age=30)
    caps = {
        (each.alkaloid, each.basis): (each.max, each.unit)
        for each in decision.requirements
        if each.kind is ConditionKind.ALKALOID_CAP
    }
    assert caps == {
        ("mitragynine", "serving"): (150, "mg"),
        ("7-oh", "gram"): (0.5, "mg"),
        ("7-oh", "serving"): (1, "mg"),
        ("synthetic", "product"): (0, "percent"),
    }
    kept_behind = [each for each in decision.requirements if Channel.BEHIND_COUNTER in each.channels]
    assert bool(kept_behind) is (act is Act.SELL), "a counter says nothing to somebody who sends parcels"


def test_an_age_check_for_websites_is_asked_only_of_those_who_send() -> None:
    checks = {
        act: [each.text for each in kratomlaw.decide("US-NE", act=act, on=DAY, age=30).requirements if each.channels]
        for act in (Act.SHIP, Act.SELL)
    }
    assert checks == {Act.SHIP: ["Online sellers need an age-verification system."], Act.SELL: []}
    for act in checks:
        decision = kratomlaw.decide("US-NE", act=act, on=DAY, age=20)
        assert decision.min_age == 21
        assert decision.reasons[0].code is DecisionCode.UNDER_AGE


def test_where_delivery_is_forbidden_nothing_is_sent_and_a_shop_may_sell() -> None:
    meets = frozenset(ConditionKind)
    sent = kratomlaw.decide("US-RI", act="ship", on=DAY, age=30, policy=Policy(meets=meets))
    assert sent.reasons[0].code is DecisionCode.REMOTE_SALE_PROHIBITED
    assert sent.is_refused
    sold = kratomlaw.decide("US-RI", act="sell", on=DAY, age=30, policy=Policy(meets=meets))
    assert DecisionCode.REMOTE_SALE_PROHIBITED not in {reason.code for reason in sold.reasons}


@pytest.mark.parametrize("place", ["US-CA", "Los Angeles, CA", "US-NM/albuquerque"])
@pytest.mark.parametrize("product", ["leaf", "extract", "7-oh"])
def test_where_practice_is_a_ban_no_policy_lets_a_sale_pass(place: str, product: str) -> None:
    answer = kratomlaw.lookup(place, on=DAY, product=product)
    assert (answer.status, answer.sale_in_practice) == ("restricted", Permission.PROHIBITED)
    review = Outcome.REVIEW
    mildest = Policy(
        banned=review,
        reported_ban=review,
        prohibited=review,
        before_arrival=review,
        unknown=review,
        under_age=review,
        meets=frozenset(ConditionKind),
    )
    for act in (Act.SHIP, Act.SELL):
        assert kratomlaw.decide(place, act=act, on=DAY, age=30, product=product).is_refused
        assert not kratomlaw.decide(place, act=act, on=DAY, age=30, product=product, policy=mildest).is_allowed


def test_practice_begins_with_its_period_and_stays_in_its_state() -> None:
    assert kratomlaw.lookup("US-CA", on="2025-10-23").sale_in_practice is None
    assert kratomlaw.lookup("US-NM", on=DAY).sale_in_practice is None


def test_bills_of_a_legislature_lapse_and_are_shown_as_lapsed() -> None:
    def ends(place: str, on: str) -> set[tuple[str, bool]]:
        return {(str(bill.lapses_on), bill.lapsed) for bill in kratomlaw.lookup(place, on=on).pending if bill.lapses_on}

    assert ("2027-01-05", False) in ends("US-MA", "2027-01-05")
    assert ("2027-01-05", True) in ends("US-MA", "2027-01-06")
    assert ("2027-02-10", True) in ends("US-DE", "2027-02-11"), "thirty days after the term, for the Governor"
    assert ("2029-01", False) in ends("US-PR", "2029-01-31"), "the day is not known: until the last that it may be"
    assert ("2029-01", True) in ends("US-PR", "2029-02-01")


def test_every_bill_of_a_legislature_says_when_it_lapses() -> None:
    """But for the one of which the record says why not."""
    without = {
        (record.code, bill.title)
        for code in kratomlaw.jurisdictions(within="US", level="state")
        for record in [kratomlaw.record(code.code)]
        for bill in record.pending
        if bill.lapses_on is None
    }
    assert {code for code, title in without if "rule" not in title.lower() and "regulation" not in title.lower()} == {
        "US-MT",
    }
