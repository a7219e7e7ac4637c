"""Decisions from the real data, asked as a seller or a traveller asks."""

import subprocess
import sys
from datetime import timedelta

import pytest

import kratomlaw
from kratomlaw import Act, Decision, InvalidQueryError, KratomLaw, Outcome, Policy, Product, UnknownPlaceError

DAY = "2026-11-23"


def test_a_parcel_that_arrives_after_a_ban_begins_is_refused() -> None:
    change = next(
        change
        for change in kratomlaw.changes("2025-01-01", "2026-12-31", within="US")
        if change.after.status is kratomlaw.Status.BANNED
        and change.before
        and change.before.status is kratomlaw.Status.RESTRICTED
        and change.on.earliest == change.on.latest
        and change.jurisdiction.level is kratomlaw.Level.STATE
    )
    day = change.on.earliest
    decision = kratomlaw.decide(change.jurisdiction, on=day - timedelta(days=5), arrives=day, age=30)
    assert decision.answers[0].status is kratomlaw.Status.RESTRICTED
    assert decision.is_refused
    assert decision.answers[-1].status is kratomlaw.Status.BANNED


def test_every_day_until_arrival_is_judged() -> None:
    decision = kratomlaw.decide("US-KY", on="2026-12-01", arrives="2028-06-01", age=30)
    days = [answer.on.isoformat() for answer in decision.answers]
    assert (days[0], days[-1]) == ("2026-12-01", "2028-06-01")
    assert "2027-01-01" in days, "the first day on which the ban of 2027 may hold"


def test_module_instance_and_view_decide_alike() -> None:
    law = KratomLaw()
    with law.at_one_version() as view:
        assert view.decide("Denver, CO", on=DAY, age=30) == law.decide("Denver, CO", on=DAY, age=30)
    assert kratomlaw.decide(city="Denver", state="CO", on=DAY) == kratomlaw.decide("Denver, CO", on=DAY)


def test_a_state_with_local_law_is_for_review_and_a_town_in_it_is_judged_by_itself() -> None:
    state = kratomlaw.decide("US-CA", act="possess", on=DAY, age=30)
    assert kratomlaw.DecisionCode.LOCAL_LAW in [reason.code for reason in state.reasons]
    assert kratomlaw.decide("San Diego, CA", on=DAY, age=30).is_refused


def test_a_misspelt_city_with_a_ban_is_not_allowed() -> None:
    assert not kratomlaw.decide("San Deigo, CA", act="possess", on=DAY, age=30).is_allowed


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("product", Product)
def test_no_place_is_allowed_where_the_answer_is_unknown_or_banned(act: Act, product: Product) -> None:
    with kratomlaw.at_one_version() as view:
        for place in view.jurisdictions():
            decision = view.decide(place, act=act, product=product, on=DAY, age=30)
            answer = decision.answers[0]
            if decision.is_allowed:
                assert not answer.is_unknown, str(decision)
                assert not answer.is_banned, str(decision)
                assert not answer.candidates
                assert answer.unmatched or not answer.local_rules
            if answer.is_unknown:
                assert decision.is_refused, str(decision)


def test_a_policy_that_meets_all_conditions_lets_more_pass() -> None:
    everything = Policy(meets=kratomlaw.ConditionKind)
    assert kratomlaw.decide("US-NV", on=DAY, age=30).outcome is Outcome.REVIEW
    assert kratomlaw.decide("US-NV", on=DAY, age=30, policy=everything).outcome is Outcome.ALLOW


def test_a_trip_is_judged_stop_by_stop() -> None:
    trip = kratomlaw.decide_trip([("US-AK", DAY), ("US-TN", "2026-11-25"), ("US-AK", "2026-11-27")], age=30)
    assert [decision.outcome.value for decision in trip.decisions] == ["allow", "refuse", "allow"]
    assert trip.outcome is Outcome.REFUSE
    assert [(str(each.on), str(each.arrives)) for each in trip.decisions][1] == ("2026-11-25", "2026-11-27")


@pytest.mark.parametrize(
    "wrong",
    [
        {"age": -3},
        {"age": "21"},
        {"on": "2026-11-23", "arrives": "2026-11-22"},
        {"arrives": "soon"},
        {"act": "eat"},
        {"product": "coffee"},
        {"policy": {"unknown": "review"}},
    ],
)
def test_bad_input_is_refused_with_a_hint(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        kratomlaw.decide("US-CO", **wrong)  # type: ignore[arg-type]
    assert caught.value.hint


def test_a_place_that_is_not_known_is_an_error_and_no_decision() -> None:
    with pytest.raises(UnknownPlaceError):
        kratomlaw.decide("Xyzzyville", on=DAY)


def test_a_decision_survives_json() -> None:
    decision = kratomlaw.decide("Denver, CO", on=DAY, arrives="2027-01-10", age=30)
    assert Decision.from_json(decision.to_json()) == decision


def test_a_question_that_needs_no_decision_imports_none() -> None:
    code = "import sys, kratomlaw; kratomlaw.lookup('US-LA'); print([m for m in sys.modules if 'decisions' in m or 'law.policy' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
