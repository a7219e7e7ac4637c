"""Citations in JSON: each written once, and put back where it belongs when the JSON is read."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

import kratomlaw
from kratomlaw import Answer, Decision, InvalidDataError, Product, TripDecision
from kratomlaw.law.plain import plain_dict
from long_versions import sized

ON = "2026-11-23"


def in_full(document: Any) -> list[str]:
    """All citations that stand in a document in full, as text."""
    if isinstance(document, list):
        return [text for each in document for text in in_full(each)]
    if not isinstance(document, dict):
        return []
    own = [
        json.dumps(one)
        for key in ("citations", "further_citations")
        for one in document.get(key, ())
        if isinstance(one, dict)
    ]
    return own + [text for value in document.values() for text in in_full(value)]


def numbers(document: Any) -> set[int]:
    """All numbers that stand for citations."""
    if isinstance(document, list):
        return {number for each in document for number in numbers(each)}
    if not isinstance(document, dict):
        return set()
    own = {one for one in document.get("citations", ()) if isinstance(one, int)}
    return own | {number for value in document.values() for number in numbers(value)}


@sized("step", 6, 1)
@pytest.mark.parametrize("product", list(Product))
def test_answers_and_decisions_survive_and_cite_everything_once(product: Product, step: int) -> None:
    codes = [place.code for place in kratomlaw.jurisdictions()][::step]
    answers, decisions = (TypeAdapter(kind).json_schema(mode="serialization") for kind in (Answer, Decision))
    for code in codes:
        answer = kratomlaw.lookup(code=code, on=ON, product=product)
        decision = kratomlaw.decide(code=code, on=ON, arrives="2027-09-01", product=product)
        for result, schema in ((answer, answers), (decision, decisions)):
            text = result.to_json()
            assert type(result).from_json(text) == result, code
            document = json.loads(text)
            cited = in_full(document)
            assert len(cited) == len({*cited}), code
            assert numbers(document) <= set(range(len(cited))), code
            if code in codes[::12]:
                Draft202012Validator(schema).validate(document)


def test_the_json_of_a_decision_is_much_shorter_for_it() -> None:
    decision = kratomlaw.decide("New Orleans, LA", on=ON, arrives="2027-09-01")
    assert len(decision.to_json()) < 0.75 * len(json.dumps(plain_dict(decision), ensure_ascii=False))


def test_an_answer_keeps_its_own_citations_in_full_and_in_order() -> None:
    answer = kratomlaw.lookup("US-NY/suffolk-county", on=ON, product="7-oh")
    written = answer.to_dict()
    assert written["citations"] == [citation.to_dict() for citation in answer.citations]
    assert list(written)[-2:] == ["citations", "further_citations"]


def test_json_with_every_citation_in_full_is_read_too() -> None:
    """As versions before wrote it, and as whoever takes answers out of decisions may write it."""
    answer = kratomlaw.lookup("US-NY/suffolk-county", on=ON, product="7-oh")
    decision = kratomlaw.decide("US-NY/suffolk-county", on=ON, product="7-oh")
    trip = kratomlaw.decide_trip([("US-NY/suffolk-county", ON), ("US-LA", "2026-12-01")])
    for result in (answer, decision, trip):
        assert type(result).from_json(json.dumps(plain_dict(result))) == result
    assert TripDecision.from_json(trip.to_json()) == trip


@pytest.mark.parametrize("wrong", [99_999, -1, True, "0", None, 1.5])
def test_a_number_that_counts_no_citation_is_refused(wrong: object) -> None:
    document = kratomlaw.decide("US-LA", on=ON).to_dict()
    reasons: Any = document["reasons"]
    reasons[0]["citations"][0] = wrong
    with pytest.raises(InvalidDataError):
        Decision.from_json(json.dumps(document))


@pytest.mark.parametrize("wrong", [None, 7, {}, "x", [None], [7]])
@pytest.mark.parametrize("key", ["citations", "further_citations", "pending"])
def test_lists_that_are_none_are_refused(key: str, wrong: object) -> None:
    document = kratomlaw.lookup("US-NY/suffolk-county", on=ON, product="7-oh").to_dict() | {key: wrong}
    with pytest.raises(InvalidDataError):
        Answer.from_json(json.dumps(document))
