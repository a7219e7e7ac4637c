"""Golden questions: dated questions with the answers of their sources, written without a look at the records.

A question that fails is a record that contradicts its source, or a source that was read wrongly.
"""

import tomllib
from typing import TypedDict

import pytest

import kratomlaw
from helpers import ROOT

WRITTEN = "2026-11-23"
"""What was law of a later day when the questions were written."""
FILES = sorted((ROOT / "tests/golden").glob("*.toml"))


class Question(TypedDict, total=False):
    """One question, on a place or a ZIP code; what the source does not decide is left out."""

    place: str
    postal_code: str
    on: str
    product: str
    status: str
    sale: str
    possession: str
    min_age: int
    source: str
    url: str
    says: str


QUESTIONS: list[Question] = [
    question for file in FILES for question in tomllib.loads(file.read_text("utf-8"))["questions"]
]


def asked(question: Question) -> str:
    return question.get("place") or question["postal_code"]


def named(question: Question) -> str:
    return f"{asked(question)} {question['on']} {question['product']}"


def kind(question: Question) -> str:
    if "postal_code" in question:
        return "ZIP"
    if "/" in question["place"]:
        return "local"
    return "state" if question["place"].startswith("US-") else "country"


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
def test_the_answer_is_that_of_the_source(question: Question) -> None:
    answer = kratomlaw.lookup(
        code=question.get("place"),
        postal_code=question.get("postal_code"),
        on=question["on"],
        product=question["product"],
    )
    found = {"status": answer.status, "sale": answer.sale, "possession": answer.possession, "min_age": answer.min_age}
    wanted = {key: question[key] for key in found if key in question}  # type: ignore[literal-required]
    assert {key: found[key] for key in wanted} == wanted, f"{question['source']}: {question['says']}"


def test_there_are_enough_questions_of_every_kind() -> None:
    assert len(QUESTIONS) >= 350
    assert len({named(question) for question in QUESTIONS}) == len(QUESTIONS), "a question is asked twice"
    assert {question["product"] for question in QUESTIONS} == {"leaf", "extract", "7-oh"}
    kinds = {(kind(question), "future" if question["on"] > WRITTEN else "past") for question in QUESTIONS}
    assert {("state", "past"), ("state", "future"), ("country", "past"), ("local", "past"), ("ZIP", "past")} <= kinds


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
def test_every_question_names_its_source(question: Question) -> None:
    assert question["source"].strip()
    assert question["says"].strip()
    assert question.get("url", "https://").startswith(("https://", "http://"))
