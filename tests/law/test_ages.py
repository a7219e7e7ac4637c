"""How old is an answer? Evidence, pending bills, and the days that are not yet known."""

from dataclasses import replace
from datetime import date

import pytest

from helpers import make_link, make_period
from kratomlaw import Answer, Certainty, PartialDate, Period, Permission, Product
from kratomlaw.law.engine import ChainLink, answer, evidence_through, timeline
from kratomlaw.law.records import Pending

BUILT_ON = date(2026, 11, 23)
TODAY = date(2026, 11, 30)


def ask(*chain: ChainLink, on: date = TODAY, stale: bool = False, today: date = TODAY) -> Answer:
    return answer(
        chain,
        timeline(chain, Product.LEAF),
        product=Product.LEAF,
        on=on,
        local_rules=0,
        today=today,
        built_on=BUILT_ON,
        dataset_version="2026.11.23",
        stale=stale,
    )


def cited(*dates: str | None, status: str = "restricted", **more: object) -> Period:
    citations = [{"title": "Act 1", "kind": "statute", "supports": "all", "published": each} for each in dates]
    return make_period("2020-01-01", status, citations=citations, **more)


class TestCertainty:
    @pytest.mark.parametrize(
        ("on", "stale", "certainty"),
        [
            (TODAY, False, "exact"),
            (date(2026, 11, 25), False, "exact"),
            (date(2026, 12, 1), False, "projected"),
            (TODAY, True, "projected"),
            (date(2026, 11, 25), True, "projected"),
            (BUILT_ON, True, "exact"),
        ],
    )
    def test_today_is_known_to_fresh_data_and_tomorrow_is_not(self, on: date, stale: bool, certainty: str) -> None:
        assert ask(make_link("US-XX", cited("2026")), on=on, stale=stale).certainty == certainty

    def test_a_clock_that_is_slow_does_not_make_the_day_of_the_data_uncertain(self) -> None:
        found = ask(make_link("US-XX", cited("2026")), on=BUILT_ON, today=date(2026, 1, 1))
        assert found.certainty is Certainty.EXACT


class TestEvidence:
    def test_the_newest_source_counts(self) -> None:
        found = ask(make_link("US-XX", cited("2025", "2026-08-11", None, "2026-06")))
        assert found.evidence_through == PartialDate("2026-08-11")

    def test_sources_without_a_date_show_no_day(self) -> None:
        assert ask(make_link("US-XX", cited(None))).evidence_through is None

    def test_neither_vendors_nor_sources_against_it_show_law_in_force(self) -> None:
        citations = [
            {"title": "Act", "kind": "statute", "supports": "all", "published": "2024"},
            {"title": "Shop", "kind": "vendor", "supports": "delivers", "published": "2026"},
            {"title": "List", "kind": "tracker", "supports": "Against: calls it banned.", "published": "2026"},
        ]
        period = make_period("2020-01-01", "restricted", citations=citations)
        assert evidence_through(period) == PartialDate("2024")

    def test_a_record_may_know_better(self) -> None:
        assert evidence_through(cited("2024", evidence_through="2026-09")) == PartialDate("2026-09")

    def test_of_several_laws_the_oldest_evidence_counts(self) -> None:
        chain = make_link("XX", cited("2026-08")), make_link("XX-A", cited("2023"))
        assert ask(*chain).evidence_through == PartialDate("2023")

    def test_of_several_laws_one_without_a_date_leaves_it_open(self) -> None:
        assert ask(make_link("XX", cited("2026-08")), make_link("XX-A", cited(None))).evidence_through is None

    def test_a_ban_stands_on_its_own_evidence(self) -> None:
        chain = make_link("XX", cited("2019")), make_link("XX-A", cited("2026-08", status="banned"))
        assert ask(*chain).evidence_through == PartialDate("2026-08")

    def test_a_period_says_it_too(self) -> None:
        (period,) = timeline([make_link("US-XX", cited("2026-08"))], Product.LEAF)
        assert period.evidence_through == PartialDate("2026-08")


def pending(lapses_on: str | None) -> ChainLink:
    link = make_link("US-XX", cited("2026"))
    assert link.record is not None
    bill = Pending(
        title="HB 1",
        step="Introduced.",
        on=PartialDate("2025-01-10"),
        lapses_on=PartialDate(lapses_on) if lapses_on else None,
        effect="Would raise the age.",
        citations=link.record.periods[0].citations,
    )
    return link._replace(record=replace(link.record, pending=(bill,)))


@pytest.mark.parametrize(
    ("lapses_on", "lapsed"), [("2026-11-29", True), ("2026-11-30", False), ("2026-11", False), (None, False)]
)
def test_a_bill_lapses_after_the_last_day_of_its_session(lapses_on: str | None, lapsed: bool) -> None:
    (bill,) = ask(pending(lapses_on)).pending
    assert bill.lapsed is lapsed


class TestPractice:
    def practice(self, sale: str) -> Period:
        return make_period("2020-01-01", "restricted", sale_in_practice=sale, products={"7-oh": "banned"})

    def test_an_answer_says_it_where_it_is_stricter_than_the_law(self) -> None:
        assert ask(make_link("US-XX", self.practice("prohibited"))).sale_in_practice is Permission.PROHIBITED

    def test_it_reaches_the_places_below_and_ends_where_the_law_itself_is_as_strict(self) -> None:
        state = make_link("US-XX", self.practice("prohibited"))
        assert ask(state, make_link("US-XX/a", cited("2026"))).sale_in_practice is Permission.PROHIBITED
        assert ask(state, make_link("US-XX/b", cited("2026", status="banned"))).sale_in_practice is None

    def test_it_says_nothing_of_a_product_with_law_of_its_own(self) -> None:
        (period,) = timeline([make_link("US-XX", self.practice("prohibited"))], Product.SEVEN_OH)
        assert period.sale_in_practice is None
