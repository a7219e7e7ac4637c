"""A law that is only reported: never milder than a proven one, and never taken for one."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import make_link, make_period
from kratomlaw import (
    Act,
    Answer,
    DecisionCode,
    InvalidQueryError,
    Level,
    Outcome,
    Period,
    Policy,
    Product,
    Standing,
    Status,
)
from kratomlaw.law.decisions import decide
from kratomlaw.law.engine import ChainLink, answer, changes, timeline
from kratomlaw.law.policy import severity
from strategies import DAYS, PRODUCTS, chains

TODAY = date(2026, 11, 30)
MILDER = Policy(reported_ban="review", unknown="review")


def ask(*chain: ChainLink, product: Product = Product.LEAF, on: date = TODAY) -> Answer:
    return answer(
        chain,
        timeline(chain, product),
        product=product,
        on=on,
        local_rules=0,
        today=TODAY,
        built_on=TODAY,
        dataset_version="2026.11.30",
        stale=False,
    )


def ban(since: str = "2020-01-01", standing: str = "reported", **more: object) -> Period:
    return make_period(since, "banned", standing=standing, **more)


STATE = make_link("US-XX", make_period("2019-01-01", "restricted", min_age=21))


class TestAnswers:
    def test_a_reported_ban_is_a_ban_and_says_that_it_is_not_proven(self) -> None:
        found = ask(STATE, make_link("US-XX/town", ban(), level=Level.CITY))
        assert found.is_banned
        assert (found.standing, found.is_reported, found.word) == (Standing.REPORTED, True, "reported ban, not proven")
        assert "REPORTED BAN, NOT PROVEN" in str(found)

    def test_a_proven_law_decides_before_a_reported_one_that_is_broader(self) -> None:
        county = make_link("US-XX/county", ban(), level=Level.COUNTY)
        city = make_link("US-XX/city", ban("2021-01-01", "proven"), level=Level.CITY)
        found = ask(STATE, county, city)
        assert (found.standing, found.decided_by) == (Standing.PROVEN, city.jurisdiction)
        assert ask(STATE, county, make_link("US-XX/other", level=Level.CITY)).is_reported

    def test_a_reported_ban_keeps_the_age_that_holds_if_the_report_is_false(self) -> None:
        town = make_link("US-XX/town", ban(), level=Level.CITY)
        assert ask(STATE, town).min_age == 21
        proven = make_link("US-XX/town", ban(standing="proven"), level=Level.CITY)
        assert ask(STATE, proven).min_age is None

    def test_a_law_that_becomes_proven_opens_a_period_and_changes_no_law(self) -> None:
        town = make_link("US-XX/town", ban(), ban("2024-01-01", "proven"), level=Level.CITY)
        periods = timeline([town], Product.LEAF)
        assert [period.standing for period in periods] == [Standing.REPORTED, Standing.PROVEN]
        found = ask(town)
        assert (found.since, found.standing) == (ban().since, Standing.PROVEN)

    def test_what_is_unknown_has_no_standing(self) -> None:
        assert ask(make_link("US-XX", make_period("2019-01-01", "unknown"))).standing is None
        assert ask(make_link("US-XX")).standing is None

    def test_changes_say_which_law_is_only_reported(self) -> None:
        town = make_link("US-XX/town", ban(), make_period("2024-01-01", "unknown"), level=Level.CITY)
        assert town.record
        first, second = changes(town.record, town.jurisdiction, Product.LEAF)
        assert (first.standing, second.standing) == (Standing.REPORTED, None)
        assert str(first).endswith("[reported, not proven]")

    def test_json_round_trip(self) -> None:
        found = ask(make_link("US-XX", ban()))
        assert json.loads(found.to_json())["standing"] == "reported"
        assert Answer.from_json(found.to_json()) == found


class TestDecisions:
    @pytest.mark.parametrize("act", Act)
    def test_a_reported_ban_is_refused_by_default(self, act: Act) -> None:
        decision = decide([ask(make_link("US-XX", ban()))], act=act)
        assert (decision.outcome, decision.reasons[0].code) == (Outcome.REFUSE, DecisionCode.REPORTED_BAN)
        assert "reported" in decision.reasons[0].text

    def test_a_policy_may_send_it_to_a_person(self) -> None:
        reported, proven = ask(make_link("US-XX", ban())), ask(make_link("US-XX", ban(standing="proven")))
        assert decide([reported], policy=MILDER).outcome is Outcome.REVIEW
        assert decide([proven], policy=MILDER).outcome is Outcome.REFUSE
        assert Policy.from_json(MILDER.to_json()) == MILDER

    @pytest.mark.parametrize(
        "changes",
        [{"reported_ban": "allow"}, {"reported_ban": "review"}, {"reported_ban": "refuse", "banned": "review"}],
    )
    def test_no_policy_judges_it_more_mildly_than_what_is_unknown_or_more_than_a_ban(
        self, changes: dict[str, str]
    ) -> None:
        with pytest.raises(InvalidQueryError):
            Policy(**changes)  # type: ignore[arg-type]

    def test_a_buyer_too_young_for_the_state_is_refused_whatever_the_report(self) -> None:
        town = make_link("US-XX/town", ban(), level=Level.CITY)
        assert decide([ask(STATE, town)], age=19, policy=MILDER).is_refused

    def test_practice_that_prohibits_is_not_hidden_by_a_report(self) -> None:
        state = make_link("US-XX", make_period("2019-01-01", "restricted", sale_in_practice="prohibited"))
        town = make_link("US-XX/town", ban(), level=Level.CITY)
        assert decide([ask(state, town)], policy=MILDER).is_refused


def reported(link: ChainLink) -> ChainLink:
    if link.record is None:
        return link
    periods = tuple(replace(each, standing=Standing.REPORTED) for each in link.record.periods)
    return link._replace(record=replace(link.record, periods=periods))


@settings(deadline=None, max_examples=80)
@given(chains(), DAYS, PRODUCTS, st.integers(0, 3))
def test_a_report_is_answered_as_strictly_as_a_proven_law(
    chain: list[ChainLink], day: date, product: Product, place: int
) -> None:
    mixed = [reported(link) if index == place else link for index, link in enumerate(chain)]
    before, after = ask(*chain, product=product, on=day), ask(*mixed, product=product, on=day)
    assert (after.status, after.sale, after.possession) == (before.status, before.sale, before.possession)
    assert (after.min_age or 0) >= (before.min_age or 0)
    assert (after.standing is None) is (after.status is Status.UNKNOWN)


@settings(deadline=None, max_examples=80)
@given(
    chains(exact=True),
    DAYS,
    PRODUCTS,
    st.sampled_from(Act),
    st.sampled_from([None, 17, 19, 30]),
    st.sampled_from([Policy(), MILDER, Policy(reported_ban="review", unknown="review", meets={"age"})]),
)
def test_a_reported_ban_that_is_added_never_gives_a_milder_outcome(
    chain: list[ChainLink], day: date, product: Product, act: Act, age: int | None, policy: Policy
) -> None:
    bare = make_link("US-CA/extra", level=Level.RESERVATION)
    ruled = make_link("US-CA/extra", ban("1990-01-01", possession="unknown"), level=Level.RESERVATION)
    before = decide([ask(*chain, bare, product=product, on=day)], act=act, age=age, policy=policy)
    after = decide([ask(*chain, ruled, product=product, on=day)], act=act, age=age, policy=policy)
    assert severity(after.outcome) >= severity(before.outcome), (str(before), str(after))
