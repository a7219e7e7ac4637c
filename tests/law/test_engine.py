"""The fold: first by example, then as properties of any set of records."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import make_link, make_period
from kratomlaw import (
    Answer,
    Certainty,
    Confidence,
    EffectivePeriod,
    Level,
    Period,
    Permission,
    Product,
    Reason,
    Status,
)
from kratomlaw.law.engine import ChainLink, answer, cascades_always, changes, period_on, timeline
from strategies import DAYS, PRODUCTS, chains, records

LEAF = Product.LEAF
BUILT_ON = date(2026, 11, 23)
TODAY = date(2026, 11, 30)
RANK = {Status.LEGAL: 0, Status.UNKNOWN: 1, Status.RESTRICTED: 2, Status.BANNED: 3}


def ask(chain: Sequence[ChainLink], on: str | date, product: Product = LEAF, *, stale: bool = False) -> Answer:
    day = date.fromisoformat(on) if isinstance(on, str) else on
    return answer(
        chain,
        timeline(chain, product),
        product=product,
        on=day,
        local_rules=0,
        today=TODAY,
        built_on=BUILT_ON,
        dataset_version="2026.11.23",
        stale=stale,
    )


class TestOnePlace:
    def test_a_period_holds_from_its_first_day(self) -> None:
        chain = [make_link("US-LA", make_period("2019-08-01"), make_period("2025-08-01", "banned"))]
        assert ask(chain, "2025-07-31").status is Status.LEGAL
        assert ask(chain, "2025-08-01").status is Status.BANNED

    def test_before_the_first_period_it_is_unknown_and_says_why(self) -> None:
        found = ask([make_link("TH", make_period("1943-01-01", "banned"))], "1900-01-01")
        assert (found.status, found.reason, found.sale) == (
            Status.UNKNOWN,
            Reason.BEFORE_COVERAGE,
            Permission.UNKNOWN,
        )

    def test_a_place_without_record_is_unknown_and_says_why(self) -> None:
        found = ask([make_link("US-XX")], "2026-01-01")
        assert (found.status, found.reason) == (Status.UNKNOWN, Reason.NO_RECORD)

    def test_a_temporary_rule_lapses_into_unknown(self) -> None:
        emergency = make_period("2026-08-05", "banned", temporary=True, until="2027-02-01")
        chain = [make_link("US-ND", emergency)]
        assert ask(chain, "2027-01-31").status is Status.BANNED
        lapsed = ask(chain, "2027-02-01")
        assert (lapsed.status, lapsed.reason, lapsed.decided_by) == (Status.UNKNOWN, Reason.LAPSED, None)

    def test_an_unknown_record_says_that_the_evidence_does_not_decide(self) -> None:
        assert ask([make_link("VN", make_period("2020", "unknown"))], "2026-01-01").reason is Reason.NO_EVIDENCE

    def test_days_after_the_dataset_are_projected(self) -> None:
        chain = [make_link("US-KY", make_period("2024-07-15"), make_period("2027-07-01", "banned"))]
        found = ask(chain, "2027-08-01")
        assert (found.status, found.certainty) == (Status.BANNED, Certainty.PROJECTED)

    def test_the_next_change_is_announced(self) -> None:
        chain = [make_link("US-KY", make_period("2024-07-15"), make_period("2027-07-01", "banned"))]
        change = ask(chain, "2026-01-01").next_change
        assert change is not None
        assert (str(change.on), change.after.status) == ("2027-07-01", Status.BANNED)


class TestImpreciseDates:
    def test_a_stricter_law_counts_from_the_earliest_day(self) -> None:
        chain = [make_link("US-AZ", make_period("2010"), make_period("2019", "restricted"))]
        found = ask(chain, "2019-03-01")
        assert (found.status, found.certainty) == (Status.RESTRICTED, Certainty.APPROXIMATE)

    def test_a_milder_law_counts_only_after_the_latest_day(self) -> None:
        chain = [make_link("TH", make_period("1943-01-01", "banned"), make_period("2021"))]
        found = ask(chain, "2021-12-31")
        assert (found.status, found.certainty) == (Status.BANNED, Certainty.APPROXIMATE)
        assert ask(chain, "2022-01-01").status is Status.LEGAL

    def test_outside_the_imprecision_the_answer_is_exact(self) -> None:
        chain = [make_link("US-AZ", make_period("2010-01-01"), make_period("2019", "restricted"))]
        assert [ask(chain, day).certainty for day in ("2018-12-31", "2020-01-01")] == [Certainty.EXACT] * 2

    def test_where_an_end_is_imprecise_nothing_is_sure_until_it_has_surely_come(self) -> None:
        chain = [make_link("US-ND", make_period("2019-01-01", "banned", temporary=True, until="2020-02"))]
        found = [ask(chain, day) for day in ("2020-01-31", "2020-02-01", "2020-02-28", "2020-02-29", "2020-03-01")]
        banned, unknown = Status.BANNED, Status.UNKNOWN
        exact, approximate = Certainty.EXACT, Certainty.APPROXIMATE
        assert [(each.status, each.certainty) for each in found] == [
            (banned, exact),
            (banned, approximate),
            (banned, approximate),
            (banned, approximate),
            (unknown, exact),
        ]

    def test_no_day_is_made_up(self) -> None:
        chain = [make_link("US-AZ", make_period("2010-01-01"), make_period("2019", "restricted"))]
        assert str(ask(chain, "2025-01-01").since) == "2019"

    def test_the_change_is_announced_once_with_its_own_precision(self) -> None:
        chain = [make_link("TH", make_period("1943-01-01", "banned"), make_period("2021"))]
        change = ask(chain, "2000-01-01").next_change
        assert change is not None
        assert (str(change.on), change.after.status) == ("2021", Status.LEGAL)


class TestChain:
    def test_the_strictest_law_decides_and_is_named(self) -> None:
        chain = [
            make_link("AU", make_period("2005-01-01", "banned")),
            make_link("AU-QLD", make_period("2010-01-01", "restricted", min_age=18)),
        ]
        found = ask(chain, "2020-01-01")
        assert (found.status, found.decided_by) == (Status.BANNED, chain[0].jurisdiction)

    def test_a_ban_goes_on_when_only_the_law_beside_it_changes(self) -> None:
        federal = [make_period("2014-01-01", "legal"), make_period("2026-11-13", "unknown")]
        chain = [make_link("US", *federal), make_link("US-TX", make_period("2023-09-01", "banned"))]
        assert str(ask(chain, "2026-11-20").since) == "2023-09-01"

    @pytest.mark.parametrize(("above", "below"), [*product(Status, Status)])
    def test_of_any_two_statuses_the_stricter_decides(self, above: Status, below: Status) -> None:
        chain = [
            make_link("US", make_period("2020-01-01", above)),
            make_link("US-XX", make_period("2020-01-01", below)),
        ]
        assert ask(chain, "2026-01-01").status is max(above, below, key=RANK.__getitem__)

    @pytest.mark.parametrize(("above", "below"), [*product(Permission, Permission)])
    def test_of_any_two_permissions_the_stricter_counts(self, above: Permission, below: Permission) -> None:
        strict = (Permission.ALLOWED, Permission.UNKNOWN, Permission.RESTRICTED, Permission.PROHIBITED)
        chain = [
            make_link(code, make_period("2020-01-01", "restricted", sale=own, possession=own))
            for code, own in (("US", above), ("US-XX", below))
        ]
        found = ask(chain, "2026-01-01")
        assert found.sale is found.possession is max(above, below, key=strict.index)

    def test_a_place_without_own_rules_inherits(self) -> None:
        chain = [make_link("AU", make_period("2005-01-01", "banned")), make_link("AU-QLD")]
        assert ask(chain, "2020-01-01").status is Status.BANNED

    def test_a_law_that_does_not_cascade_is_shown_as_an_advisory(self) -> None:
        chain = [
            make_link("US", make_period("2012-01-01", "restricted", cascades=False)),
            make_link("US-AK", make_period("2016-01-01")),
        ]
        found = ask(chain, "2020-01-01")
        assert (found.status, [a.issuer for a in found.advisories]) == (Status.LEGAL, ["Place US"])

    def test_a_law_that_does_not_cascade_leaves_a_place_without_record_unknown(self) -> None:
        chain = [make_link("US", make_period("2012-01-01", "restricted", cascades=False)), make_link("US-GU")]
        found = ask(chain, "2020-01-01")
        assert (found.status, found.reason) == (Status.UNKNOWN, Reason.NO_RECORD)

    def test_permissions_are_folded_each_on_its_own(self) -> None:
        sale_ban = make_period("2010-01-01", "banned", sale="prohibited", possession="allowed")
        use_ban = make_period("2010-01-01", "banned", sale="allowed", possession="prohibited")
        found = ask([make_link("XX", sale_ban), make_link("XX-A", use_ban)], "2020-01-01")
        assert (found.sale, found.possession) == (Permission.PROHIBITED, Permission.PROHIBITED)

    def test_the_highest_age_counts(self) -> None:
        chain = [
            make_link("XX", make_period("2010-01-01", "restricted", min_age=21)),
            make_link("XX-A", make_period("2010-01-01", "restricted", min_age=18)),
        ]
        assert ask(chain, "2020-01-01").min_age == 21

    def test_conditions_name_who_set_them(self) -> None:
        def labelled(text: str) -> Period:
            return make_period("2010-01-01", "restricted", conditions=[{"kind": "labelling", "text": text}])

        found = ask([make_link("XX", labelled("one")), make_link("XX-A", labelled("two"))], "2020-01-01")
        assert [(c.text, c.set_by) for c in found.conditions] == [("one", "XX"), ("two", "XX-A")]

    def test_unknown_law_below_a_restriction_makes_the_answer_approximate(self) -> None:
        chain = [
            make_link("XX", make_period("2010-01-01", "restricted")),
            make_link("XX-A", make_period("2010-01-01", "unknown")),
        ]
        found = ask(chain, "2020-01-01")
        assert (found.status, found.certainty) == (Status.RESTRICTED, Certainty.APPROXIMATE)

    def test_unknown_law_below_a_legal_country_is_unknown(self) -> None:
        chain = [make_link("XX", make_period("2010-01-01")), make_link("XX-A", make_period("2010-01-01", "unknown"))]
        assert ask(chain, "2020-01-01").status is Status.UNKNOWN

    def test_a_preempted_city_ban_is_out(self) -> None:
        chain = [
            make_link(
                "US-UT",
                make_period("2019-01-01", "restricted"),
                make_period("2024-01-01", "restricted", preempts_local=True),
            ),
            make_link("US-UT/provo", make_period("2020-01-01", "banned")),
        ]
        assert ask(chain, "2023-12-31").status is Status.BANNED
        assert ask(chain, "2024-01-01").status is Status.RESTRICTED

    def test_a_reservation_is_not_preempted(self) -> None:
        chain = [
            make_link("US-UT", make_period("2019-01-01", "restricted", preempts_local=True)),
            make_link("US-UT/nation", make_period("2020-01-01", "banned"), level=Level.RESERVATION),
        ]
        assert ask(chain, "2024-01-01").status is Status.BANNED

    def test_a_ban_stands_on_its_own_evidence(self) -> None:
        chain = [
            make_link("XX", make_period("2010-01-01", confidence="low")),
            make_link("XX-A", make_period("2010-01-01", "banned", confidence="high")),
        ]
        assert ask(chain, "2020-01-01").confidence is Confidence.HIGH

    def test_legal_is_as_well_evidenced_as_its_weakest_law(self) -> None:
        chain = [
            make_link("XX", make_period("2010-01-01", confidence="low")),
            make_link("XX-A", make_period("2010-01-01", confidence="high")),
        ]
        assert ask(chain, "2020-01-01").confidence is Confidence.LOW


class TestProducts:
    def test_a_product_without_a_rule_follows_the_leaf(self) -> None:
        chain = [make_link("XX", make_period("2010-01-01", "restricted", min_age=18))]
        found = ask(chain, "2020-01-01", Product.SEVEN_OH)
        assert (found.status, found.min_age) == (Status.RESTRICTED, 18)

    def test_a_banned_product_of_a_restricted_leaf(self) -> None:
        chain = [
            make_link(
                "XX", make_period("2010-01-01", "restricted", min_age=18, products={"7-oh": {"status": "banned"}})
            )
        ]
        found = ask(chain, "2020-01-01", Product.SEVEN_OH)
        assert (found.status, found.sale, found.possession, found.min_age) == (
            Status.BANNED,
            Permission.PROHIBITED,
            Permission.UNKNOWN,
            None,
        )

    @pytest.mark.parametrize(
        ("own", "leaf", "expected"),
        [({}, True, True), ({"cascades": True}, True, True), ({"cascades": False}, True, False), ({}, False, False)],
    )
    def test_a_period_always_cascades_where_neither_leaf_nor_product_says_otherwise(
        self, own: dict[str, bool], leaf: bool, expected: bool
    ) -> None:
        rule = {"status": "banned"} | own
        assert cascades_always(make_period("2020-01-01", cascades=leaf, products={"extract": rule})) is expected

    @pytest.mark.parametrize(("own", "expected"), [({"min_age": 21}, 21), ({}, 18)])
    @pytest.mark.parametrize("status", ["legal", "restricted"])
    def test_the_age_of_a_product_is_its_own_before_the_leaf_s(
        self, status: str, own: dict[str, int], expected: int
    ) -> None:
        rule = {"status": "restricted", "sale": "restricted", "possession": "allowed"} | own
        chain = [make_link("US-XX", make_period("2020-01-01", status, min_age=18, products={"extract": rule}))]
        assert ask(chain, "2020-01-01", Product.EXTRACT).min_age == expected
        assert ask(chain, "2020-01-01").min_age == 18

    def test_a_product_may_cascade_where_the_leaf_does_not(self) -> None:
        federal = make_period(
            "2026-01-01", "restricted", cascades=False, products={"7-oh": {"status": "banned", "cascades": True}}
        )
        chain = [make_link("US", federal), make_link("US-AK", make_period("2016-01-01"))]
        assert ask(chain, "2026-02-01", Product.SEVEN_OH).status is Status.BANNED
        assert ask(chain, "2026-02-01").status is Status.LEGAL

    def test_the_conditions_of_the_leaf_are_not_those_of_a_banned_product(self) -> None:
        conditions = [{"kind": "age", "text": "21+"}, {"kind": "alkaloid-cap", "text": "7-OH at most 2 %"}]
        period = make_period("2010-01-01", "restricted", conditions=conditions, products={"7-oh": "banned"})
        found = ask([make_link("XX", period)], "2020-01-01", Product.SEVEN_OH)
        assert [condition.kind for condition in found.conditions] == ["alkaloid-cap"]

    def test_a_condition_on_another_product_is_left_out(self) -> None:
        condition = {"kind": "form", "text": "no vapour", "products": ["extract"]}
        chain = [make_link("XX", make_period("2010-01-01", "restricted", conditions=[condition]))]
        assert ask(chain, "2020-01-01").conditions == ()
        assert len(ask(chain, "2020-01-01", Product.EXTRACT).conditions) == 1


class TestChanges:
    def test_each_period_is_a_change_and_so_is_a_lapse(self) -> None:
        link = make_link(
            "US-ND", make_period("2020-01-01"), make_period("2026-08-05", "banned", temporary=True, until="2027-02-01")
        )
        assert link.record is not None
        found = [(str(c.on), c.after.status) for c in changes(link.record, link.jurisdiction, LEAF)]
        assert found == [("2026-08-05", Status.BANNED), ("2027-02-01", Status.UNKNOWN)]

    def test_a_period_that_goes_on_where_another_ends_is_no_lapse(self) -> None:
        link = make_link(
            "US-ND", make_period("2019-01-01", "banned", until="2020-01-01"), make_period("2020-01-01", "restricted")
        )
        assert link.record is not None
        found = [(str(c.on), c.after.status) for c in changes(link.record, link.jurisdiction, LEAF)]
        assert found == [("2019-01-01", Status.BANNED), ("2020-01-01", Status.RESTRICTED)]

    def test_a_gap_between_two_periods_is_a_lapse_and_what_follows_it_a_change_from_unknown(self) -> None:
        link = make_link(
            "US-ND", make_period("2019-01-01", "banned", until="2020-01-01"), make_period("2020-06-01", "banned")
        )
        assert link.record is not None
        found = [
            (str(c.on), c.before and c.before.status, c.after.status)
            for c in changes(link.record, link.jurisdiction, LEAF)
        ]
        assert found == [
            ("2019-01-01", None, Status.BANNED),
            ("2020-01-01", Status.BANNED, Status.UNKNOWN),
            ("2020-06-01", Status.UNKNOWN, Status.BANNED),
        ]

    def test_a_law_older_than_its_evidence_has_no_begin_and_is_no_change(self) -> None:
        link = make_link("SG", make_period("2018-06", "banned", began_earlier=True))
        assert link.record is not None
        assert changes(link.record, link.jurisdiction, LEAF) == ()
        assert ask([link], "2020-01-01").since is None
        assert ask([link], "2018-01-01").next_change is None

    def test_the_begin_of_coverage_by_a_legal_period_is_no_change(self) -> None:
        link = make_link("US-AK", make_period("2016-01-01"))
        assert link.record is not None
        assert changes(link.record, link.jurisdiction, LEAF) == ()


# Properties ----------------------------------------------------------------------------------------------------------


@given(chains(), PRODUCTS)
def test_effective_periods_are_ordered_without_overlap_and_without_gap(
    chain: list[ChainLink], product: Product
) -> None:
    periods = timeline(chain, product)
    for earlier, later in pairwise(periods):
        assert earlier.first_day < later.first_day
        assert earlier.end_day == later.first_day
        assert later.since in (None, earlier.until)
    if periods:
        assert periods[-1].end_day is None


def day_in(period: EffectivePeriod, fraction: float) -> date:
    end = period.end_day or period.first_day + timedelta(days=1000)
    return period.first_day + timedelta(days=int(((end - period.first_day).days - 1) * fraction))


@given(chains(), PRODUCTS, st.floats(0, 1))
def test_the_answer_is_constant_inside_a_period(chain: list[ChainLink], product: Product, fraction: float) -> None:
    for period in timeline(chain, product):
        found = ask(chain, day_in(period, fraction), product)
        assert (found.status, found.sale, found.possession, found.min_age) == (
            period.status,
            period.sale,
            period.possession,
            period.min_age,
        )


@given(chains(exact=True), DAYS)
def test_the_strictest_rule_always_shows(chain: list[ChainLink], day: date) -> None:
    """Against an own reading of the rules, day by day, for the leaf and exact dates."""
    in_force: list[tuple[ChainLink, Period]] = []
    preempted = False
    for link in chain:
        if preempted and link.jurisdiction.level in (Level.COUNTY, Level.CITY):
            continue
        started = [p for p in link.record.periods if p.since <= day] if link.record else []
        if started and (started[-1].until is None or started[-1].until > day):
            in_force.append((link, started[-1]))
            preempted |= started[-1].preempts_local
    reaching = [period for link, period in in_force if period.cascades or link is chain[-1]]
    found = ask(chain, day)
    for period in reaching:
        assert RANK[found.status] >= RANK[period.status]
    if found.status in (Status.RESTRICTED, Status.BANNED):
        assert found.status in {period.status for period in reaching}


@given(chains(may_not_cascade=False), records(), DAYS, PRODUCTS)
def test_a_lower_rule_never_makes_an_answer_more_lenient(
    chain: list[ChainLink], periods: tuple[Period, ...], day: date, product: Product
) -> None:
    bare = make_link("US-CA/extra", level=Level.RESERVATION)
    ruled = make_link("US-CA/extra", *periods, level=Level.RESERVATION)
    without, with_rule = ask([*chain, bare], day, product), ask([*chain, ruled], day, product)
    if without.reason in (Reason.NO_RECORD, Reason.BEFORE_COVERAGE):
        return  # nothing is known above, so that the lower rule is all there is
    assert RANK[with_rule.status] >= RANK[without.status]


@given(chains(), DAYS, PRODUCTS)
def test_unknown_is_never_reported_as_legal(chain: list[ChainLink], day: date, product: Product) -> None:
    found = ask(chain, day, product)
    assert (found.status is Status.UNKNOWN) == (found.reason is not None)
    if found.status is Status.LEGAL:
        assert found.citations
        assert found.decided_by is not None


@given(chains(), DAYS, PRODUCTS)
def test_whoever_decides_has_that_status_and_nobody_broader_has(
    chain: list[ChainLink], day: date, product: Product
) -> None:
    found = ask(chain, day, product)
    if found.decided_by is None:
        assert found.status is Status.UNKNOWN
        return
    position = [link.jurisdiction for link in chain].index(found.decided_by)
    for link in chain[:position]:
        own = period_on(timeline([link], product), day)
        broader_reaches = own is not None and link.record is not None and all(p.cascades for p in link.record.periods)
        if broader_reaches and own is not None and own.certainty is Certainty.EXACT:
            assert own.status is not found.status


@given(chains(), DAYS, PRODUCTS)
def test_an_answer_survives_json(chain: list[ChainLink], day: date, product: Product) -> None:
    found = ask(chain, day, product)
    again = Answer.from_json(found.to_json())
    assert again == found
    assert hash(again) == hash(found)


@pytest.mark.parametrize("product", Product)
def test_a_timeline_of_nothing_is_empty(product: Product) -> None:
    assert timeline([make_link("US"), make_link("US-CA")], product) == ()


LABEL = {"kind": "labelling", "text": "A label."}


class TestSinceOfAnAnswer:
    """The answer tells when the deciding law began, whatever happens beside it."""

    def test_a_condition_of_a_milder_law_moves_neither_begin_nor_next_change(self) -> None:
        state = make_link(
            "US-IL",
            make_period("2015", "restricted"),
            make_period("2024-01-01", "restricted", conditions=[LABEL]),
        )
        city = make_link("US-IL/alton", make_period("2018-03-29", "banned"))
        found = ask((state, city), "2025-01-01")
        assert (str(found.since), found.until, found.next_change) == ("2018-03-29", None, None)
        assert ask((state, city), "2020-01-01").next_change is None

    def test_a_condition_of_the_deciding_law_moves_it(self) -> None:
        state = make_link(
            "US-NY",
            make_period("2015-01-01", "restricted"),
            make_period("2024-01-01", "restricted", conditions=[LABEL]),
        )
        assert str(ask((state,), "2025-01-01").since) == "2024-01-01"
        assert str(ask((state,), "2020-01-01").until) == "2024-01-01"

    def test_law_of_a_year_that_begins_where_another_year_ends_bears_its_own_year(self) -> None:
        county = make_link("US-CA/riverside-county", make_period("2025", "restricted"), level=Level.COUNTY)
        city = make_link("US-CA/temecula", make_period("2026", "banned"))
        assert str(ask((county, city), "2026-06-01").since) == "2026"
