"""From answers to a decision: first by example, then for any record, product, act, day and policy."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product as every
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import make_link, make_period
from kratomlaw import (
    Act,
    Answer,
    ConditionKind,
    Decision,
    DecisionCode,
    InvalidDataError,
    InvalidQueryError,
    Jurisdiction,
    Level,
    Outcome,
    Period,
    Permission,
    Policy,
    Product,
    Standing,
    Status,
    TripDecision,
)
from kratomlaw.law.decisions import decide, decide_trip, parse_age, parse_policy, parse_stops
from kratomlaw.law.engine import ChainLink, answer, timeline
from kratomlaw.law.policy import severity
from strategies import DAYS, PRODUCTS, chains

TODAY = date(2026, 11, 30)
CITATION = {"title": "Act 1", "kind": "statute", "supports": "all of it", "published": "2026-11-01"}


def ask(chain: Sequence[ChainLink], on: str | date = TODAY, product: Product = Product.LEAF, **more: Any) -> Answer:
    day = date.fromisoformat(on) if isinstance(on, str) else on
    found = answer(
        chain,
        timeline(chain, product),
        product=product,
        on=day,
        local_rules=0,
        today=TODAY,
        built_on=TODAY,
        dataset_version="2026.11.30",
        stale=False,
    )
    return replace(found, **more)


def period(since: str = "2020-01-01", status: str = "legal", **more: object) -> Period:
    return make_period(since, status, **({"citations": [CITATION]} | more))


def of(status: str = "legal", **more: object) -> Answer:
    """Today's answer for a state with one law."""
    return ask([make_link("US-XX", period("2020-01-01", status, **more))])


def codes(decision: Decision) -> list[str]:
    return [reason.code.value for reason in decision.reasons]


LABEL = {"kind": "labelling", "text": "A label."}


class TestOneDay:
    def test_what_is_legal_and_well_evidenced_is_allowed_and_says_who_says_so(self) -> None:
        decision = decide([of()])
        assert (decision.outcome, codes(decision)) == (Outcome.ALLOW, ["allowed"])
        assert decision.reasons[0].set_by == decision.answers[0].decided_by
        assert decision.reasons[0].citations

    @pytest.mark.parametrize("act", Act)
    def test_what_is_banned_is_refused(self, act: Act) -> None:
        decision = decide([of("banned")], act=act)
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSE, ["banned"])
        assert str(decision.reasons[0].since) == "2020-01-01"

    @pytest.mark.parametrize("act", Act)
    def test_what_is_unknown_is_refused(self, act: Act) -> None:
        decision = decide([of("unknown")], act=act)
        assert (decision.outcome, decision.reasons[0].code) == (Outcome.REFUSE, DecisionCode.UNKNOWN)

    def test_a_place_without_a_record_is_refused(self) -> None:
        assert decide([ask([make_link("US-XX")])]).is_refused

    @pytest.mark.parametrize(
        ("act", "outcome"), [(Act.SHIP, Outcome.REFUSE), (Act.SELL, Outcome.REFUSE), (Act.POSSESS, Outcome.REVIEW)]
    )
    def test_what_may_be_held_and_not_sold_is_refused_to_sellers_only(self, act: Act, outcome: Outcome) -> None:
        assert decide([of("banned", possession="allowed")], act=act).outcome is outcome

    def test_a_parcel_rests_on_the_buyers_possession_and_a_counter_does_not(self) -> None:
        only_possession = of("restricted", sale="restricted", possession="unknown", conditions=[LABEL])
        policy = Policy(meets={"labelling"})
        assert decide([only_possession], act=Act.SHIP, policy=policy).is_refused
        assert decide([only_possession], act=Act.SELL, policy=policy).is_allowed

    def test_an_unknown_law_behind_a_restriction_is_not_overlooked(self) -> None:
        chain = [
            make_link("XX", period("2010-01-01", "restricted", conditions=[LABEL])),
            make_link("XX-A", period("2010-01-01", "restricted", sale="unknown", possession="allowed")),
        ]
        found = ask(chain)
        assert found.sale is Permission.RESTRICTED
        assert decide([found], act=Act.SELL, policy=Policy(meets=ConditionKind)).is_refused

    def test_a_practice_that_is_a_ban_is_refused(self) -> None:
        practice = of("restricted", sale_in_practice="prohibited", conditions=[LABEL])
        policy = Policy(meets={"labelling"})
        assert codes(decide([practice], policy=policy))[0] == "prohibited-in-practice"
        assert codes(decide([practice], act=Act.POSSESS, policy=policy)) == ["unlawful-purchase"]

    @pytest.mark.parametrize(
        ("age", "code", "outcome"),
        [
            (20, "under-age", Outcome.REFUSE),
            (None, "missing-age", Outcome.REVIEW),
            (21, "allowed", Outcome.ALLOW),
        ],
    )
    def test_the_age(self, age: int | None, code: str, outcome: Outcome) -> None:
        decision = decide([of("restricted", min_age=21)], age=age)
        assert (codes(decision)[0], decision.outcome, decision.min_age) == (code, outcome, 21)

    def test_conditions_are_for_review_until_the_policy_says_that_they_are_met(self) -> None:
        labelled = of("restricted", conditions=[LABEL, {"kind": "testing", "text": "A test."}])
        decision = decide([labelled])
        assert (decision.outcome, codes(decision)) == (Outcome.REVIEW, ["unmet-conditions"])
        assert [each.kind for each in decision.requirements] == [ConditionKind.LABELLING, ConditionKind.TESTING]
        assert decide([labelled], policy=Policy(meets={"labelling"})).needs_review
        assert decide([labelled], policy=Policy(meets={"labelling", "testing"})).is_allowed

    def test_a_restriction_without_any_recorded_condition_is_for_review(self) -> None:
        assert codes(decide([of("restricted")])) == ["unlisted-conditions"]

    def test_rules_of_the_counter_do_not_concern_parcels(self) -> None:
        counter = {"kind": "point-of-sale", "text": "Behind the counter.", "channels": ["behind-counter"]}
        shop = of("restricted", conditions=[counter])
        assert decide([shop], act=Act.SHIP).is_allowed
        assert decide([shop], act=Act.SELL).needs_review

    def test_sale_at_a_distance_may_be_forbidden_by_itself(self) -> None:
        remote = {"kind": "point-of-sale", "text": "Not by mail.", "channels": ["no-remote-sale"]}
        shop = of("restricted", conditions=[remote, LABEL])
        met = Policy(meets=ConditionKind)
        assert codes(decide([shop], act=Act.SHIP, policy=met)) == ["remote-sale-prohibited"]
        assert decide([shop], act=Act.SELL, policy=met).is_allowed

    def test_conditions_of_sellers_do_not_bind_holders(self) -> None:
        assert decide([of("restricted", conditions=[LABEL])], act=Act.POSSESS).is_allowed

    def test_low_confidence_is_for_review(self) -> None:
        assert codes(decide([of(confidence="low")])) == ["low-confidence"]

    @pytest.mark.parametrize(("published", "allowed"), [("2025-11-30", True), ("2025-11-29", False), (None, False)])
    def test_evidence_older_than_a_year_is_for_review(self, published: str | None, allowed: bool) -> None:
        dated = of(citations=[{**CITATION, "published": published}])
        assert decide([dated]).is_allowed is allowed
        assert decide([dated], policy=Policy(old_evidence="allow")).is_allowed

    def test_stale_data_is_for_review(self) -> None:
        assert codes(decide([replace(of(), stale=True)])) == ["stale-data"]

    def test_the_future_is_allowed_and_said(self) -> None:
        decision = decide([ask([make_link("US-XX", period())], "2026-12-24")])
        assert (decision.outcome, codes(decision)) == (Outcome.ALLOW, ["allowed", "projected"])

    @pytest.mark.parametrize(
        "more",
        [
            {"candidates": (make_link("US-XX/a").jurisdiction,)},
            {"local_rules": 2},
            {"unmatched": "Nashvile", "did_you_mean": (make_link("US-XX/nashville").jurisdiction,)},
        ],
    )
    def test_a_place_that_may_have_stricter_law_is_never_simply_allowed(self, more: dict[str, Any]) -> None:
        mildest = Policy(**dict.fromkeys(MILD, "allow"), meets=ConditionKind)  # type: ignore[arg-type]
        assert decide([replace(of(), **more)], policy=mildest).needs_review

    def test_a_town_without_a_record_is_not_held_up_by_those_with_one(self) -> None:
        assert decide([replace(of(), unmatched="Fairbanks", local_rules=2)]).is_allowed


class TestSeveralDays:
    chain = (make_link("US-KY", period("2024-07-15"), period("2027-01-03", "banned")),)

    def test_a_ban_before_arrival_is_refused_with_its_day(self) -> None:
        decision = decide([ask(self.chain, "2026-12-30"), ask(self.chain, "2027-01-03")])
        assert (decision.outcome, decision.reasons[0].code) == (Outcome.REFUSE, DecisionCode.BANNED)
        assert decision.reasons[0].day == date(2027, 1, 3)
        assert "2027-01-03" in decision.reasons[0].text

    def test_what_changes_before_arrival_has_a_setting_of_its_own(self) -> None:
        both = [ask(self.chain, "2026-12-30"), ask(self.chain, "2027-01-03")]
        assert decide(both, policy=Policy(before_arrival="review")).needs_review
        assert decide(both[1:], policy=Policy(before_arrival="review")).is_refused

    def test_one_finding_on_several_days_is_one_reason(self) -> None:
        decision = decide([of("banned"), replace(of("banned"), on=date(2026, 12, 1))])
        assert codes(decision) == ["banned"]

    def test_days_out_of_order_are_refused(self) -> None:
        with pytest.raises(InvalidQueryError):
            decide([ask(self.chain, "2026-12-30"), ask(self.chain, "2026-12-29")])
        with pytest.raises(InvalidQueryError):
            decide([])


class TestDecision:
    def test_the_strongest_reason_comes_first(self) -> None:
        decision = decide([of("banned", confidence="low", citations=[{**CITATION, "published": "2019"}])])
        assert codes(decision) == ["banned", "low-confidence", "old-evidence"]

    def test_it_is_one_line_for_a_log(self) -> None:
        line = str(decide([of("banned", confidence="low")], age=30))
        assert "\n" not in line
        assert line.startswith("REFUSE ship leaf, Place US-XX (US-XX), 2026-11-30, age 30: Kratom leaf is banned in")
        assert line.endswith("[1 more] [data 2026.11.30]")

    def test_it_has_no_truth_value(self) -> None:
        with pytest.raises(TypeError, match="is_allowed"):
            bool(decide([of()]))

    def test_it_keeps_what_it_rests_on_through_json(self) -> None:
        policy = Policy(meets={"labelling"}, old_evidence="refuse")
        decision = decide([of("restricted", conditions=[LABEL])], age=30, policy=policy)
        again = Decision.from_json(decision.to_json())
        assert again == decision
        assert (again.policy, again.dataset_version, again.answers) == (policy, "2026.11.30", decision.answers)

    def test_a_policy_that_lets_unknown_law_pass_is_not_read_back(self) -> None:
        text = decide([of()]).to_json().replace('"unknown": "refuse"', '"unknown": "allow"')
        with pytest.raises(InvalidDataError):
            Decision.from_json(text)

    def test_a_trip_is_as_strict_as_its_strictest_stop(self) -> None:
        stops = [decide([found], act=Act.POSSESS) for found in (of(), of("banned"), of())]
        trip = decide_trip(stops)
        assert (trip.outcome, trip.decisions) == (Outcome.REFUSE, tuple(stops))
        assert "3 stops" in str(trip)
        assert TripDecision.from_json(trip.to_json()) == trip


class TestPolicy:
    def test_it_survives_json(self) -> None:
        policy = Policy(meets={"testing", "age"}, approximate="allow", max_evidence_age_days=90)
        assert Policy.from_json(policy.to_json()) == policy

    def test_settings_that_are_left_out_have_their_defaults(self) -> None:
        assert Policy.from_json("{}") == Policy()

    def test_the_order_of_settings_does_not_matter(self) -> None:
        one = Policy.from_json('{"meets": ["age", "testing"], "stale": "allow"}')
        assert one == Policy.from_json('{"stale": "allow", "meets": ["testing", "age", "age"]}')

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ('{"unknwon": "review"}', "Did you mean unknown"),
            ('{"unknown": "allow"}', "cannot be allow"),
            ('{"banned": "review"}', "more mildly"),
            ('{"stale": "perhaps"}', "not an outcome"),
            ('{"stale": null}', "not an outcome"),
            ('{"meets": "age"}', "collection"),
            ('{"meets": ["agee"]}', "not a condition kind"),
            ('{"max_evidence_age_days": -1}', "whole days"),
            ('{"max_evidence_age_days": "365"}', "whole days"),
            ("[]", "not a JSON object"),
            ("{", "not JSON"),
        ],
    )
    def test_what_it_does_not_know_is_refused_with_a_hint(self, text: str, words: str) -> None:
        with pytest.raises(InvalidQueryError, match=words) as caught:
            Policy.from_json(text)
        assert caught.value.hint


class TestArguments:
    @pytest.mark.parametrize("age", [-3, "21", 21.0, True, 1000])
    def test_an_age_is_a_number_of_years(self, age: object) -> None:
        with pytest.raises(InvalidQueryError) as caught:
            parse_age(age)
        assert caught.value.hint

    def test_a_policy_is_a_policy(self) -> None:
        with pytest.raises(InvalidQueryError, match="dict"):
            parse_policy({"unknown": "review"})

    @pytest.mark.parametrize(
        "stops", [[], "US-CO", ["US-CO"], [("US-CO",)], [("US-CO", "x")], [("A", "2026-01-02"), ("B", "2026-01-01")]]
    )
    def test_stops_are_pairs_in_order(self, stops: Any) -> None:
        with pytest.raises(InvalidQueryError) as caught:
            parse_stops(stops, today=TODAY)
        assert caught.value.hint

    def test_two_stops_may_have_one_day(self) -> None:
        stops = parse_stops([("US-TX", "2026-12-01"), ("US-UT", "2026-12-01")], today=TODAY)
        assert [(str(stop.arrives), str(stop.leaves)) for stop in stops] == [("2026-12-01", "2026-12-01")] * 2


# Properties ----------------------------------------------------------------------------------------------------------

MILD = (
    "unlawful_purchase",
    "approximate",
    "stale",
    "missing_age",
    "unmet_conditions",
    "unlisted_conditions",
    "low_confidence",
    "old_evidence",
    "projected",
)
HARD = ("banned", "prohibited", "before_arrival", "reported_ban", "unknown", "under_age", "local_law")
ACTS = st.sampled_from(Act)
AGES = st.sampled_from([None, 17, 19, 30])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy that can be made."""
    outcomes = {name: draw(st.sampled_from(Outcome)) for name in MILD}
    outcomes |= {name: draw(st.sampled_from([Outcome.REVIEW, Outcome.REFUSE])) for name in HARD}
    meets = draw(st.frozensets(st.sampled_from(ConditionKind)))
    days = draw(st.sampled_from([0, 365, 10_000]))
    try:
        return Policy(**outcomes, meets=meets, max_evidence_age_days=days)
    except InvalidQueryError:  # a ban would weigh less than a doubt
        hard = dict.fromkeys(("banned", "prohibited", "before_arrival", "reported_ban"), Outcome.REFUSE)
        return Policy(**{**outcomes, **hard}, meets=meets, max_evidence_age_days=days)


def judge(chain: Sequence[ChainLink], first: date, days: int, product: Product, **more: Any) -> Decision:
    asked = [ask(chain, first + timedelta(days=day), product) for day in sorted({0, days // 2, days})]
    return decide(asked, **more)


SMALL = settings(deadline=None, max_examples=60)


@SMALL
@given(chains(), DAYS, st.integers(0, 400), PRODUCTS, ACTS, AGES, policies())
def test_nothing_that_is_unknown_or_prohibited_is_allowed(
    chain: list[ChainLink], day: date, days: int, product: Product, act: Act, age: int | None, policy: Policy
) -> None:
    decision = judge(chain, day, days, product, act=act, age=age, policy=policy)
    if not decision.is_allowed:
        return
    for found in decision.answers:
        rests_on = {
            Act.SHIP: [found.sale, found.possession],
            Act.SELL: [found.sale],
            Act.POSSESS: [found.possession],
        }[act]
        assert found.status is not Status.UNKNOWN
        assert not {Permission.UNKNOWN, Permission.PROHIBITED} & {*rests_on}
        assert found.status is not Status.BANNED or act is Act.POSSESS
        assert age is None or not found.min_age or age >= found.min_age


@SMALL
@given(chains(exact=True), DAYS, ACTS, AGES, policies())
def test_what_is_allowed_is_allowed_by_every_law_that_reaches_the_place(
    chain: list[ChainLink], day: date, act: Act, age: int | None, policy: Policy
) -> None:
    """Against an own reading of the records, for the leaf and exact dates."""
    if not judge(chain, day, 0, Product.LEAF, act=act, age=age, policy=policy).is_allowed:
        return
    preempted = False
    for link in chain:
        if link.record is None or (preempted and link.jurisdiction.level in (Level.COUNTY, Level.CITY)):
            continue
        begun = [each for each in link.record.periods if each.since <= day]
        holds = bool(begun) and (begun[-1].until is None or begun[-1].until > day)
        if begun and (begun[-1].cascades or link is chain[-1]):
            assert holds, "a law that ended, with nothing newer known, is unknown"
            sale, possession = begun[-1].sale, begun[-1].possession
            rests_on = {Act.SHIP: {sale, possession}, Act.SELL: {sale}, Act.POSSESS: {possession}}[act]
            assert rests_on <= {Permission.ALLOWED, Permission.RESTRICTED}
        preempted |= holds and begun[-1].preempts_local


@SMALL
@given(chains(), DAYS, PRODUCTS, ACTS, AGES, policies(), st.sampled_from(MILD + HARD), st.sampled_from(ConditionKind))
def test_a_stricter_policy_never_gives_a_milder_outcome(
    chain: list[ChainLink],
    day: date,
    product: Product,
    act: Act,
    age: int | None,
    policy: Policy,
    setting: str,
    kind: ConditionKind,
) -> None:
    changes: list[dict[str, Any]] = [
        {
            setting: Outcome.REFUSE,
            **dict.fromkeys(("banned", "prohibited", "before_arrival", "reported_ban"), Outcome.REFUSE),
        },
        {"meets": [each for each in policy.meets if each is not kind]},
        {"max_evidence_age_days": policy.max_evidence_age_days // 2},
    ]
    outcome = judge(chain, day, 90, product, act=act, age=age, policy=policy).outcome
    for change in changes:
        stricter = replace(policy, **change)
        assert severity(judge(chain, day, 90, product, act=act, age=age, policy=stricter).outcome) >= severity(outcome)


def banned(old: Period) -> Period:
    return replace(
        old, status=Status.BANNED, sale=Permission.PROHIBITED, possession=Permission.PROHIBITED, products=None
    )


def sale_prohibited(old: Period) -> Period:
    return replace(old, status=Status.BANNED, sale=Permission.PROHIBITED, products=None)


def reported_to_be_banned(old: Period) -> Period:
    return old if old.status is Status.BANNED else replace(banned(old), standing=Standing.REPORTED)


def aged(old: Period) -> Period:
    return replace(old, min_age=max(old.min_age or 0, 21))


def conditioned(old: Period) -> Period:
    label = period(status="restricted", conditions=[LABEL]).conditions
    return replace(old, conditions=(*old.conditions, *label)) if old.conditions or old.status is Status.LEGAL else old


def prohibited_in_practice(old: Period) -> Period:
    return replace(old, sale_in_practice=Permission.PROHIBITED)


RESTRICTIONS: Sequence[Callable[[Period], Period]] = (
    banned,
    sale_prohibited,
    reported_to_be_banned,
    aged,
    conditioned,
    prohibited_in_practice,
)


@SMALL
@given(
    chains(exact=True),
    DAYS,
    st.integers(0, 400),
    PRODUCTS,
    ACTS,
    AGES,
    policies(),
    st.sampled_from(RESTRICTIONS),
    st.integers(0, 3),
)
def test_a_restriction_that_is_added_never_gives_a_milder_outcome(
    chain: list[ChainLink],
    day: date,
    days: int,
    product: Product,
    act: Act,
    age: int | None,
    policy: Policy,
    restrict: Callable[[Period], Period],
    place: int,
) -> None:
    link = chain[place % len(chain)]
    if link.record is None:
        return
    restricted = replace(link.record, periods=tuple(map(restrict, link.record.periods)))
    stricter = [each._replace(record=restricted) if each is link else each for each in chain]
    before = judge(chain, day, days, product, act=act, age=age, policy=policy)
    after = judge(stricter, day, days, product, act=act, age=age, policy=policy)
    assert severity(after.outcome) >= severity(before.outcome), (str(before), str(after))


@SMALL
@given(chains(), DAYS, PRODUCTS, ACTS, policies())
def test_a_ban_of_a_place_below_never_gives_a_milder_outcome(
    chain: list[ChainLink], day: date, product: Product, act: Act, policy: Policy
) -> None:
    bare = make_link("US-CA/extra", level=Level.RESERVATION)
    ruled = make_link("US-CA/extra", period("1990-01-01", "banned"), level=Level.RESERVATION)
    before = judge([*chain, bare], day, 0, product, act=act, policy=policy)
    after = judge([*chain, ruled], day, 0, product, act=act, policy=policy)
    assert severity(after.outcome) >= severity(before.outcome)


@SMALL
@given(policies())
def test_a_policy_survives_json_in_any_order(policy: Policy) -> None:
    written = policy.to_dict()
    shuffled = Policy(**{key: written[key] for key in reversed(written)})  # type: ignore[arg-type]
    assert Policy.from_json(policy.to_json()) == shuffled == policy
    assert hash(shuffled) == hash(policy)


def test_every_finding_has_a_setting_and_every_setting_a_finding() -> None:
    from kratomlaw.law.decisions import _SETTINGS

    assert {*_SETTINGS} == {*DecisionCode} - {DecisionCode.ALLOWED}
    assert {*_SETTINGS.values()} == {*MILD, *HARD} - {"before_arrival"}


def test_every_outcome_of_every_act_can_be_reached() -> None:
    reached = {
        (act, decide([of(status)], act=act).outcome) for act, status in every(Act, ("legal", "banned", "unknown"))
    } | {(act, decide([of(confidence="low")], act=act).outcome) for act in Act}
    assert reached == {*every(Act, Outcome)}


def test_jurisdictions_of_reasons_are_those_of_the_chain() -> None:
    state = make_link("US-XX", period("2010-01-01", "restricted", conditions=[LABEL]))
    city = make_link("US-XX/town", period("2010-01-01", "restricted", conditions=[{"kind": "testing", "text": "T."}]))
    decision = decide([ask([state, city])])
    setters: list[Jurisdiction | None] = [reason.set_by for reason in decision.reasons]
    assert setters == [state.jurisdiction, city.jurisdiction]
    assert {each.set_by for reason in decision.reasons[:1] for each in reason.citations} == {"US-XX"}
