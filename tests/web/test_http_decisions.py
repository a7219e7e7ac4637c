"""Decisions, many questions in one body, short forms: asked of a real server as programs in other languages do."""

import asyncio
import cProfile
import json
import socket
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

import kratomlaw
from kratomlaw import Answer, Decision, InvalidQueryError, Outcome, PlaceError, Policy, Product, TripDecision
from kratomlaw.law.plain import plain_fields
from kratomlaw.web import create_app
from kratomlaw.web.api.parameters import MOST_QUESTIONS
from kratomlaw.web.api.responses import ChangeList, TimelineResult
from long_versions import sized
from servers import serving

PROBLEM = "application/problem+json"
DAYS = {"on": "2026-10-01", "arrives": "2026-10-05"}
POLICY: dict[str, Any] = {"meets": ["age", "labelling", "testing"], "old_evidence": "allow", "unknown": "review"}
IN_PARTS = {"meets": "age,labelling,testing", "old_evidence": "allow", "unknown": "review"}
PLACES = ("Denver, CO", "New Orleans, LA", "Antarctica", "62002, USA", "US-TX", "Thailand", "San Deigo, CA")
DISCLAIMED = {"status", "certainty", "stale", "disclaimer"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving() as (made, _):
        yield made


def the_policy() -> Policy:
    return Policy.from_json(json.dumps(POLICY))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("act", ["ship", "sell", "possess"])
def test_a_decision_is_that_of_the_library_however_it_is_asked_for(act: str, place: str, client: httpx.Client) -> None:
    question: dict[str, Any] = {"place": place, "act": act, "product": "extract", "age": 19, **DAYS}
    expected = kratomlaw.decide(place, act=act, product="extract", age=19, policy=the_policy(), **DAYS)
    by_get = client.get("/v1/decide", params=question | IN_PARTS)
    by_post = client.post("/v1/decide", json=question | {"policy": POLICY})
    assert Decision.from_json(by_get.content) == Decision.from_json(by_post.content) == expected


def test_every_setting_of_a_policy_is_a_parameter(client: httpx.Client) -> None:
    for field in plain_fields(Policy):
        value = {"meets": "age", "max_evidence_age_days": "30"}.get(field.name, "refuse")
        assert client.get("/v1/decide", params={"place": "US-CO", field.name: value}).status_code == 200, field.name


def test_a_trip_is_that_of_the_library(client: httpx.Client) -> None:
    stops = [("Denver, CO", "2026-12-01"), ("US-LA", "2026-12-03"), ("US-TX", "2026-12-03")]
    body = {"stops": [{"place": place, "on": day} for place, day in stops], "age": 30, "policy": POLICY}
    expected = kratomlaw.decide_trip(stops, age=30, policy=the_policy())
    assert TripDecision.from_json(client.post("/v1/decide-trip", json=body).content) == expected
    brief = client.post("/v1/decide-trip", json=body | {"detail": "brief"}).json()
    assert [stop["outcome"] for stop in brief["stops"]] == [decision.outcome for decision in expected.decisions]


@pytest.mark.parametrize(
    ("method", "path", "question", "words"),
    [
        ("GET", "/v1/decide", {"place": "US-CO", "banned": "allow"}, "review or refuse"),
        ("GET", "/v1/decide", {"place": "US-CO", "unkown": "review"}, "Did you mean unknown?"),
        ("GET", "/v1/decide", {"place": "US-CO", "age": "-3"}, "age"),
        ("GET", "/v1/decide", {"place": "US-CO", "act": "eat"}, "act"),
        ("GET", "/v1/decide", {"place": "US-CO", "on": "2026-10-05", "arrives": "2026-10-01"}, "Exchange on and arrives"),
        ("GET", "/v1/decide", {"place": "US-CO", "arrival": "2026-10-01"}, "Did you mean arrives?"),
        ("GET", "/v1/decide", {"place": "US-CO", "meets": "age,cheese"}, "cheese"),
        ("GET", "/v1/lookup", {"place": "US-CO", "zip": "80202"}, "Did you mean postal_code?"),
        ("GET", "/v1/lookup", {"place": "US-CO", "date": "2026-10-01"}, "Did you mean on?"),
        ("GET", "/v1/lookup", {"q": "US-CO"}, "Did you mean place?"),
        ("GET", "/v1/timeline", {"zip": "80202"}, "Did you mean place?"),
        ("GET", "/v1/changes", {"from": "2026-10-01"}, "Did you mean since?"),
        ("GET", "/v1/lookup", {"place": "US-CO", "fields": "status,minage"}, "Did you mean min_age?"),
        ("GET", "/v1/lookup", {"place": "US-CO", "fields": "status", "detail": "full"}, "Leave one of them out"),
        ("POST", "/v1/decide", {"place": "US-CO", "age": "21"}, "age"),
        ("POST", "/v1/decide", {"place": "US-CO", "age": -3}, "age"),
        ("POST", "/v1/decide", {"place": "US-CO", "policy": {"unkown": "review"}}, "Did you mean unknown?"),
        ("POST", "/v1/decide", {"place": "US-CO", "policy": "strict"}, "not an object"),
        ("POST", "/v1/decide", {"place": "US-CO", "policy": {"meets": "age"}}, "list"),
        ("POST", "/v1/decide", {"place": "US-CO", "zip": "80202"}, "Did you mean postal_code?"),
        ("POST", "/v1/decide", [1], "JSON object"),
        ("POST", "/v1/decide-trip", {"stops": []}, "stops"),
        ("POST", "/v1/decide-trip", {"stops": [["US-CO", "2026-10-01"]]}, "stops.0"),
        ("POST", "/v1/decide-trip", {"stops": [{"place": "US-CO", "on": "2026-10-05"}] * 101}, "stops"),
        ("POST", "/v1/lookups", {"questions": []}, "questions"),
        ("POST", "/v1/lookups", {"questions": [{}] * (MOST_QUESTIONS + 1)}, "500"),
        ("POST", "/v1/lookups", {"questions": [{}], "fields": ["colour"]}, "colour"),
        ("POST", "/v1/decisions", {"questions": [{}], "policy": {"banned": "allow"}}, "review or refuse"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_is_right(
    method: str, path: str, question: Any, words: str, client: httpx.Client
) -> None:
    asked = client.get(path, params=question) if method == "GET" else client.post(path, json=question)
    assert (asked.status_code, asked.headers["content-type"]) == (422, PROBLEM)
    told = asked.json()
    assert words in f"{told['detail']} {told['hint']} {told['parameters']}", told
    assert told["hint"]
    assert len(asked.content) < 2_000


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b'{"place": "US-CO"', b"\xff\xfe", b'"US-CO"', b"null"])
def test_what_is_no_json_object_is_refused(content: bytes, client: httpx.Client) -> None:
    for path in ("/v1/decide", "/v1/lookups"):
        asked = client.post(path, content=content, headers={"content-type": "application/json"})
        assert (asked.status_code // 100, asked.headers["content-type"]) == (4, PROBLEM)
        assert len(asked.content) < 1_000


def test_a_body_that_is_not_called_json_is_told_how_to_be_called(client: httpx.Client) -> None:
    asked = client.post("/v1/decide", content=b'{"place": "US-CO"}', headers={"content-type": "text/plain"})
    assert (asked.status_code, "Content-Type: application/json" in asked.json()["hint"]) == (422, True)


class TestMany:
    def test_each_question_has_its_own_answer_or_problem(self, client: httpx.Client) -> None:
        questions: list[Any] = [
            {"place": "US-LA", "on": "2026-01-15"},
            {"place": "Georgia"},
            {"country": "US", "state": "CO", "city": "Denver", "product": "7-oh", "on": "2026-10-01"},
            {"place": "Lemuria"},
            {"place": "US-LA", "zip": "70112"},
            {"place": 7},
            "US-LA",
            None,
            {f"name{number}": 1 for number in range(20_000)},
        ]
        asked = client.post("/v1/lookups", json={"questions": questions})
        told = asked.json()
        assert [result["problem"] is None for result in told["results"]] == [True, False, True] + [False] * 6
        assert (told["failed"], told["dataset_version"]) == (7, kratomlaw.dataset().version)
        answers = [result["answer"] for result in told["results"]]
        assert Answer.from_json(json.dumps(answers[0])) == kratomlaw.lookup("US-LA", on="2026-01-15")
        assert Answer.from_json(json.dumps(answers[2])) == kratomlaw.lookup(
            "Denver, CO", product="7-oh", on="2026-10-01"
        )
        problems = [result["problem"] for result in told["results"]]
        assert problems[1]["candidates"][1]["status"] == kratomlaw.lookup("US-GA").status
        assert problems[3]["type"] == "urn:kratomlaw:unknown-place"
        assert problems[4]["hint"] == "Did you mean postal_code?"
        assert "20000 names" in problems[8]["detail"]
        assert len(asked.content) < 40_000

    def test_decisions_take_the_policy_of_the_body_or_their_own(self, client: httpx.Client) -> None:
        question: dict[str, Any] = {"place": "Antarctica", "on": "2026-10-01"}
        body = {"questions": [question, question | {"policy": {}}], "policy": {"unknown": "review"}}
        told = client.post("/v1/decisions", json=body).json()
        outcomes = [result["decision"]["outcome"] for result in told["results"]]
        assert outcomes == [Outcome.REVIEW, Outcome.REFUSE]

    @sized("step", 9, 1)
    def test_many_questions_equal_as_many_single_ones(self, client: httpx.Client, step: int) -> None:
        codes = [place.code for place in kratomlaw.jurisdictions()][::step]
        questions = [{"code": code, "product": product.value} for code in codes for product in Product]
        for detail in ("brief", "full"):
            told: list[Any] = []
            for first in range(0, len(questions), MOST_QUESTIONS):
                body = {"questions": questions[first : first + MOST_QUESTIONS], "detail": detail}
                told += client.post("/v1/lookups", json=body).json()["results"]
            for question, result in list(zip(questions, told, strict=True))[::17]:
                single = client.get("/v1/lookup", params=question | {"detail": detail})
                assert result == {"answer": single.json(), "problem": None}

    def test_towns_of_one_place_keep_their_names(self, client: httpx.Client) -> None:
        """Their texts are written once; names with quotes, backslashes and other scripts have to come through."""
        towns = ["Nashville", 'O"Hara', "Back\\slash", "漢字", "ẞ" * 90, "a, b", "\u00e9" * 100]
        questions = [{"city": town, "state": "TN", "country": "US", "on": "2026-10-01"} for town in towns]
        for form in ({"detail": "full"}, {"fields": ["unmatched"]}):
            told = client.post("/v1/lookups", json={"questions": questions, **form}).json()["results"]
            for question, result in zip(questions, told, strict=True):
                assert result["answer"]["unmatched"] == kratomlaw.lookup(**question).unmatched
        brief = client.post("/v1/lookups", json={"questions": questions, "detail": "brief"}).json()["results"]
        for town, result in zip(towns, brief, strict=True):
            assert result["answer"]["unmatched"][:9] == town[:9]
            assert result["answer"]["place"].startswith(result["answer"]["unmatched"])
            assert len(json.dumps(result["answer"]["unmatched"], ensure_ascii=False).encode()) < 80


class TestForms:
    @sized("step", 11, 1)
    @pytest.mark.parametrize("product", list(Product))
    def test_a_brief_answer_has_at_most_3_kb_and_says_what_the_full_one_says(
        self, product: Product, client: httpx.Client, step: int
    ) -> None:
        for place in kratomlaw.jurisdictions()[::step]:
            question = {"code": place.code, "product": product.value}
            asked = client.get("/v1/lookup", params=question | {"detail": "brief"})
            brief, full = asked.json(), kratomlaw.lookup(code=place.code, product=product).to_dict()
            assert len(asked.content) <= 3_072, place
            for name in ("status", "sale", "possession", "min_age", "since", "until", "certainty", "evidence_through"):
                assert brief[name] == full[name], place
            assert len(client.get("/v1/decide", params=question | {"detail": "brief"}).content) <= 3_072, place

    def test_brief_lists_have_at_most_12_kb_and_lead_on(self, client: httpx.Client) -> None:
        address: httpx.URL | None = client.base_url.join("/v1/changes?since=2015-01-01&detail=brief&limit=1000")
        found: list[tuple[str, str]] = []
        while address is not None:
            asked = client.get(address)
            assert len(asked.content) <= 12_288
            told = asked.json()
            found += [(change["on"], change["code"]) for change in told["changes"]]
            address = address.join(told["next"]) if told["next"] else None
        assert found == [(str(change.on), change.jurisdiction.code) for change in kratomlaw.changes("2015-01-01")]

    def test_fields_leave_out_the_rest_but_not_what_shows_how_sure_they_are(self, client: httpx.Client) -> None:
        told = client.get("/v1/lookup", params={"place": "US-CO", "on": "2026-10-01", "fields": "sale,min_age"}).json()
        assert set(told) == {"sale", "min_age"} | DISCLAIMED
        assert told["min_age"] == kratomlaw.lookup("US-CO", on="2026-10-01").min_age
        decided = client.get("/v1/decide", params={"place": "US-CO", "fields": "min_age"}).json()
        assert set(decided) == {"min_age", "outcome", "disclaimer"}

    def test_each_citation_is_written_once(self, client: httpx.Client) -> None:
        asked = client.get(
            "/v1/decide", params={"place": "New Orleans, LA", "on": "2026-10-01", "arrives": "2027-09-01"}
        )
        expected = kratomlaw.decide("New Orleans, LA", on="2026-10-01", arrives="2027-09-01")
        assert len(expected.answers) > 1
        for citation in expected.answers[0].citations:
            assert asked.text.count(json.dumps(citation.supports, ensure_ascii=False)) == 1
        assert Decision.from_json(asked.content) == expected
        listed = client.get("/v1/changes", params={"since": "2020-01-01", "within": "US"})
        whole = [json.dumps(citation) for citation in listed.json()["citations"]]
        assert len(whole) == len({*whole})
        assert ChangeList.from_json(listed.content).changes == kratomlaw.changes("2020-01-01", within="US")[:100]
        periods = TimelineResult.from_json(client.get("/v1/timeline?place=US-CO").content).periods
        assert periods == kratomlaw.timeline("US-CO")

    def test_an_ambiguous_place_comes_with_what_holds_in_each_candidate(self, client: httpx.Client) -> None:
        question = {"place": "Springfield", "on": "2026-10-01", "product": "7-oh"}
        told = client.get("/v1/lookup", params=question).json()
        assert len(told["candidates"]) > 5
        for candidate in told["candidates"]:
            answer = Answer.from_json(client.get("/v1/lookup", params=question | {"place": candidate["ask"]}).content)
            assert (answer.status, answer.sale, answer.certainty) == (
                candidate["status"],
                candidate["sale"],
                candidate["certainty"],
            )


def test_operations_have_names_that_make_good_methods() -> None:
    operations = {
        (method.upper(), path): operation["operationId"]
        for path, methods in create_app().openapi()["paths"].items()
        for method, operation in methods.items()
    }
    assert operations == {
        ("GET", "/v1/lookup"): "lookup",
        ("POST", "/v1/lookups"): "lookup_many",
        ("GET", "/v1/timeline"): "timeline",
        ("GET", "/v1/jurisdictions"): "jurisdictions",
        ("GET", "/v1/changes"): "changes",
        ("GET", "/v1/decide"): "decide",
        ("POST", "/v1/decide"): "decide_with_policy",
        ("POST", "/v1/decide-trip"): "decide_trip",
        ("POST", "/v1/decisions"): "decide_many",
        ("GET", "/v1/records/{code}"): "record",
        ("GET", "/v1/dataset"): "dataset",
        ("GET", "/health"): "health",
        ("GET", "/ready"): "ready",
    }


class TestHostile:
    def test_a_body_has_bounds(self, client: httpx.Client) -> None:
        large = json.dumps({"questions": [{"place": "x" * 200}] * 2_000}).encode()
        asked = client.post("/v1/lookups", content=large, headers={"content-type": "application/json"})
        assert (asked.status_code, asked.headers["content-type"]) == (413, PROBLEM)

    def test_a_body_of_unknown_length_is_refused(self, client: httpx.Client) -> None:
        asked = client.post("/v1/lookups", content=iter([b'{"questions": [{}]}']))
        assert asked.status_code == 411

    def test_a_body_that_claims_to_be_short_ends_there(self, client: httpx.Client) -> None:
        address = (client.base_url.host, client.base_url.port or 0)
        with socket.create_connection(address, timeout=30) as connection:
            head = (
                b"POST /v1/lookups HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
            )
            connection.sendall(head + b"{}" + b"x" * 1_000_000)
            assert b" 422 " in connection.recv(4096)

    def test_500_questions_of_the_largest_kind_fit(self, client: httpx.Client) -> None:
        question = {"place": "x" * 100, "on": "2026-10-01", "product": "7-oh", "act": "possess", "age": 30}
        told = client.post("/v1/decisions", json={"questions": [question] * MOST_QUESTIONS, "detail": "brief"})
        assert (told.status_code, told.json()["failed"]) == (200, MOST_QUESTIONS)

    @pytest.mark.parametrize("path", ["/v1/decide", "/v1/lookup", "/v1/dataset"])
    def test_thousands_of_parameters_are_neither_read_nor_sent_back(self, path: str, client: httpx.Client) -> None:
        query = "&".join(f"{number:x}" for number in range(2_717))[:8_000]
        asked = client.get(f"{path}?{query}")
        assert (asked.status_code, len(asked.content) < 600) == (422, True)

    @pytest.mark.parametrize("names", [30, 60, 1_200, 30_000])
    def test_thousands_of_names_in_a_body_are_neither_read_nor_sent_back(
        self, names: int, client: httpx.Client
    ) -> None:
        asked = client.post("/v1/decide", json={f"n{number}": 1 for number in range(names)})
        assert (asked.status_code, len(asked.content) < 2_500) == (422, True)
        policy = client.post(
            "/v1/decide", json={"place": "US-CO", "policy": {f"n{number}": 1 for number in range(names)}}
        )
        assert (policy.status_code, len(policy.content) < 2_500) == (422, True)

    def test_errors_of_the_library_have_hints_for_http(self, client: httpx.Client) -> None:
        """Whatever goes wrong with a question of Python's, HTTP says it without Python."""
        for question in (
            {"place": "62002"},
            {"place": "Georgia"},
            {"place": "US-CA/nowhere-county"},
            {"code": "6"},
            {"state": "ZZ"},
            {"postal_code": "2134"},
        ):
            with pytest.raises((PlaceError, InvalidQueryError)):
                kratomlaw.decide(**question)  # type: ignore[arg-type]
            hint = client.get("/v1/decide", params=question).json()["hint"]
            assert hint
            assert "(" not in hint.replace("(US", ""), hint


def post_bare(app: FastAPI, path: str, body: bytes) -> None:
    """Ask an application without a client, which would itself work on the body."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    async def send(message: object) -> None:
        pass

    asyncio.run(app(scope, receive, send))


def calls_of(work: Callable[[], object]) -> int:
    """How many functions some work calls."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize(
    "nonsense",
    [
        {f"n{number}": 1 for number in range(1_400)},
        {f"n{number}": 1 for number in range(59)},
        {"place": "US-CO", "policy": {f"n{number}": 1 for number in range(1_400)}},
        {"place": "US-CO", "policy": {"meets": ["age"] * 2_000}},
        {"place": "US-CO", "fields": [f"n{number}" for number in range(1_400)]},
        {"place": {"a": [[[1]]] * 1_000}},
        {"place": "Springfield"},
        {"place": "Qwertzuiop"},
        {"place": "Sprngfeld Tennesse Misouri"},
    ],
    ids=["names", "a few names", "settings", "kinds", "fields", "nested", "ambiguous", "unknown", "misspelled"],
)  # fmt: skip
def test_no_body_under_16_kb_costs_more_than_five_ordinary_ones(nonsense: dict[str, Any]) -> None:
    """Counted in calls of functions, which are the same on every machine."""
    app = create_app()
    ordinary = json.dumps({"place": "New Orleans, LA", "on": "2026-10-01", "age": 30}).encode()
    hostile = json.dumps(nonsense).encode()
    assert len(hostile) < 16_384
    cost, swamped = (
        min(calls_of(partial(post_bare, app, "/v1/decide", body)) for _ in range(3)) for body in (ordinary, hostile)
    )
    assert swamped < 5 * cost, f"{swamped:,} calls instead of {cost:,}"
