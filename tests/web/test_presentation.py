"""The facts of an answer: the same on a terminal, in a notebook, for an assistant and on a page of the site."""

import io
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

import kratomlaw
from kratomlaw import Answer, Certainty, EffectivePeriod, KratomLaw, Product, Reason, presentation
from kratomlaw.cli.answer import show_answer
from kratomlaw.mcp_server.result_text import fitted, status_lines
from kratomlaw.notebook import answer_html
from kratomlaw.presentation import Fact
from kratomlaw.web import write_site

QUESTIONS: dict[str, dict[str, str]] = {
    "not recorded, next change": {"place": "Nashville, TN", "on": "2026-01-15"},
    "did you mean": {"place": "San Deigo, CA", "on": "2026-01-15"},
    "may lie in": {"place": "IL 62002", "on": "2026-01-15"},
    "unknown": {"place": "Antarctica", "on": "1990-01-01"},
    "rules below": {"place": "US", "on": "2026-01-15"},
    "imprecise date": {"place": "US-RI", "on": "2017-06-01", "product": "7-oh"},
}
each_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


def on_a_terminal(answer: Answer) -> str:
    """What ``kratomlaw lookup --full`` prints."""
    with redirect_stdout(io.StringIO()) as printed:
        show_answer(answer, full=True)
    return re.sub(r"^([a-z ]+?)  +", r"\1: ", printed.getvalue(), flags=re.MULTILINE)


def in_a_notebook(answer: Answer) -> str:
    rows = answer_html(answer).replace("</tr>", "\n").replace("</th>", ": ").replace("</p>", "\n")
    return unescape(re.sub("<[^>]+>", "", rows))


def for_an_assistant(answer: Answer) -> str:
    return fitted(status_lines(answer, kratomlaw.dataset()), None)


SURFACES: tuple[Callable[[Answer], str], ...] = (on_a_terminal, in_a_notebook, for_an_assistant)


def expected(answer: Answer) -> list[str]:
    return [f"{fact.label}: {fact.value}" for fact in presentation.facts(answer) if not fact.in_title]


@pytest.mark.parametrize("surface", SURFACES)
@each_question
def test_every_surface_shows_the_same_facts_in_the_same_order(
    question: dict[str, str], surface: Callable[[Answer], str]
) -> None:
    answer = kratomlaw.lookup(**question)
    wanted = expected(answer)
    assert [line for line in surface(answer).split("\n") if line in wanted] == wanted


@pytest.mark.parametrize("surface", SURFACES)
@each_question
def test_no_surface_leaves_out_a_caution(question: dict[str, str], surface: Callable[[Answer], str]) -> None:
    answer = kratomlaw.lookup(**question)
    assert all(caution in surface(answer).split("\n") for caution in presentation.cautions(answer))


@pytest.fixture
def with_a_new_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody adds a fact in the one place where facts are made."""
    usual = presentation.facts
    monkeypatch.setattr(presentation, "facts", lambda answer: (*usual(answer), Fact("taste", "taste", "very bitter")))


@pytest.mark.usefixtures("with_a_new_fact")
@pytest.mark.parametrize("surface", SURFACES)
def test_a_fact_that_is_added_is_on_every_surface(surface: Callable[[Answer], str]) -> None:
    assert "taste: very bitter" in surface(kratomlaw.lookup("US-LA", on="2026-01-15")).split("\n")


@pytest.mark.usefixtures("with_a_new_fact")
def test_the_pages_of_the_site_have_the_same_facts_in_the_same_order(tmp_path: Path) -> None:
    law = KratomLaw()
    write_site(tmp_path, law)
    day = law.dataset().built_on
    for code in ("US-LA", "US-CO", "US", "TH", "AQ"):
        page = (tmp_path / f"places/{code.lower()}.html").read_text("utf-8")
        lists = [
            [
                (unescape(label).lower(), unescape(value))
                for label, value in re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", one)
            ]
            for one in re.findall('<dl class="facts">(.*?)</dl>', page, re.DOTALL)
        ]
        answers = [law.lookup(code=code, on=day, product=product) for product in Product]
        cards = [
            [(fact.label, fact.value) for fact in presentation.facts(answer) if not (fact.in_title or fact.shared)]
            for answer in answers
        ]
        assert lists[:-1] == cards
        shared = [(fact.label, fact.value) for answer in answers for fact in presentation.facts(answer) if fact.shared]
        assert lists[-1] == list(dict.fromkeys(shared))
        assert ("taste", "very bitter") in lists[0]
        for caution in presentation.cautions(answers[0]):
            assert f"<strong>{caution}</strong>" in page


def test_every_reason_and_every_certainty_has_a_sentence() -> None:
    answer = kratomlaw.lookup("US-LA", on="2026-01-15")
    for reason in Reason:
        said = {fact.key: fact.value for fact in presentation.facts(replaced(answer, reason=reason))}
        assert " " in said["reason"]
    for certainty in Certainty:
        said = {fact.key: fact.value for fact in presentation.facts(replaced(answer, certainty=certainty))}
        assert said["certainty"].startswith(certainty)


def test_a_law_that_is_partly_unknown_is_a_fact_where_the_answer_could_be_too_mild() -> None:
    mild = replaced(kratomlaw.lookup("US-CO", on="2026-01-15"), sale_partly_unknown=True)
    said = {fact.key: fact.value for fact in presentation.facts(mild)}
    assert said["partly_unknown"] == "part of the law on sale, which may be stricter"
    strict = replaced(kratomlaw.lookup("US-LA", on="2026-01-15"), sale_partly_unknown=True)
    assert "partly_unknown" not in {fact.key for fact in presentation.facts(strict)}


def test_what_has_lapsed_concerns_nobody() -> None:
    answer = kratomlaw.lookup("US-IL", on="2026-11-23")
    bill = next(bill for bill in answer.pending if bill.would_be)
    for lapsed in (False, True):
        changed = replaced(answer, pending=(replace(bill, lapsed=lapsed),))
        assert bool(presentation.pending_for(changed)) != lapsed


def test_a_leaf_is_not_concerned_by_steps_on_other_products() -> None:
    leaf, other = (kratomlaw.lookup("US", on="2026-11-23", product=product) for product in ("leaf", "7-oh"))
    assert all(bill.would_be for bill in presentation.pending_for(leaf))
    assert presentation.pending_for(other) == other.pending


def test_stale_data_is_a_caution_and_a_fact() -> None:
    answer = replaced(kratomlaw.lookup("US-LA", on="2026-01-15"), stale=True)
    assert any("old" in caution for caution in presentation.cautions(answer))
    assert {fact.key: fact.value for fact in presentation.facts(answer)}["dataset_version"].endswith(", stale")


def test_a_span_says_as_much_as_the_evidence() -> None:
    spans = {tuple(presentation.span_of(period)) for period in all_periods()}
    begins = {re.sub(r"\d", "9", begin) for begin, _ in spans}
    assert {"during 9999", "before 9999-99-99", "9999-99-99", "9999"} <= begins
    assert all(not end for begin, end in spans if begin.startswith("during"))


def all_periods() -> list[EffectivePeriod]:
    return [period for place in kratomlaw.jurisdictions(within="US") for period in kratomlaw.timeline(place)]


def replaced(answer: Answer, **changes: object) -> Answer:
    return replace(answer, **changes)  # type: ignore[arg-type]
