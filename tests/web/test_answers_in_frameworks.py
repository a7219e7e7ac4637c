"""Answers in other people's programs: as fields of pydantic models, and as responses of FastAPI."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter, ValidationError

import kratomlaw
from kratomlaw import Answer, Change, DatasetInfo, EffectivePeriod, Jurisdiction, Record
from kratomlaw.law.docstrings import docstring_of
from kratomlaw.law.plain import plain_fields

RETURNED = (Answer, Change, DatasetInfo, EffectivePeriod, Jurisdiction, Record)


class Shipment(BaseModel):
    """What a shop keeps of an order."""

    order: int
    answer: Answer
    history: tuple[EffectivePeriod, ...] = ()


def shipment() -> Shipment:
    answer = kratomlaw.lookup("Denver, CO", on="2026-10-01", product="7-oh")
    return Shipment(order=7, answer=answer, history=kratomlaw.timeline("US-CO"))


def test_an_answer_is_a_field_of_a_users_model() -> None:
    kept = shipment()
    assert kept.answer == kratomlaw.lookup("Denver, CO", on="2026-10-01", product="7-oh")
    assert Shipment.model_validate_json(kept.model_dump_json()) == kept


def test_a_users_model_writes_an_answer_as_the_answer_writes_itself() -> None:
    kept = shipment()
    assert json.loads(kept.model_dump_json())["answer"] == kept.answer.to_dict()
    assert kept.model_dump(mode="json")["history"] == [period.to_dict() for period in kept.history]


def test_a_users_model_refuses_an_answer_that_is_none() -> None:
    broken = shipment().answer.to_dict() | {"status": "fine"}
    with pytest.raises(ValidationError, match="status"):
        Shipment.model_validate({"order": 7, "answer": broken})


def served(app: FastAPI, path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(asked())


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """An application of somebody else, with annotated returns and with a response model."""
    made = FastAPI()

    @made.get("/answer")
    def answer() -> Answer:
        return kratomlaw.lookup("US-LA", on="2026-01-15")

    @made.get("/history", response_model=list[EffectivePeriod])
    def history() -> Any:
        return kratomlaw.timeline("US-LA")

    @made.get("/record")
    def record() -> Record:
        return kratomlaw.record("US-CO")

    @made.get("/shipment")
    def one() -> Shipment:
        return shipment()

    return made


def test_an_answer_is_the_response_of_a_route(app: FastAPI) -> None:
    answer = kratomlaw.lookup("US-LA", on="2026-01-15")
    asked = served(app, "/answer")
    assert asked.json() == answer.to_dict()
    assert Answer.from_json(asked.content) == answer


def test_lists_records_and_models_with_answers_are_responses_too(app: FastAPI) -> None:
    assert served(app, "/history").json() == [period.to_dict() for period in kratomlaw.timeline("US-LA")]
    assert served(app, "/record").json() == kratomlaw.record("US-CO").to_dict()
    assert served(app, "/shipment").json()["answer"] == shipment().answer.to_dict()


def test_the_description_of_such_an_application_explains_every_field(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    for kind in (Answer, EffectivePeriod, Record, Jurisdiction):
        for field in plain_fields(kind):
            assert schemas[kind.__name__]["properties"][field.key]["description"] == docstring_of(kind, field.name)


@pytest.mark.parametrize("kind", RETURNED)
def test_what_is_returned_keeps_to_its_schema(kind: type[Any]) -> None:
    examples: dict[type[Any], Any] = {
        Answer: kratomlaw.lookup("Nashville, TN", on="2026-01-15"),
        Change: kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA")[0],
        DatasetInfo: kratomlaw.dataset(),
        EffectivePeriod: kratomlaw.timeline("US-RI")[0],
        Jurisdiction: kratomlaw.find("US-LA"),
        Record: kratomlaw.record("US-CO"),
    }
    schema = TypeAdapter(kind).json_schema(mode="serialization")
    Draft202012Validator(schema).validate(examples[kind].to_dict())
