"""Plain data: what every answer, record and report can do without pydantic, and what pydantic can do with it."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter, ValidationError

import kratomlaw
from kratomlaw import Answer, Change, EffectivePeriod, InvalidDataError, Jurisdiction, Product, Record
from kratomlaw.law.citing import Citing
from kratomlaw.law.plain import Plain, plain, plain_fields, written_as
from kratomlaw.law.returned import Returned

ON = "2026-01-15"
LONGEST = 200
"""Characters of a repr: what fits two lines of a terminal."""


def examples() -> list[Any]:
    """One of each kind of plain data that a user is given."""
    answer = kratomlaw.lookup("New Orleans, Louisiana", on=ON)
    colorado = kratomlaw.lookup("US-CO", on="2026-10-01")
    (change,) = kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA")
    record = kratomlaw.record("US-CO")
    return [
        answer,
        colorado,
        kratomlaw.timeline("Rhode Island")[0],
        change,
        record,
        record.periods[-1],
        record.periods[-1].products,
        colorado.conditions[0],
        answer.citations[0],
        answer.jurisdiction,
        kratomlaw.dataset(),
        kratomlaw.versions(),
    ]


@pytest.fixture(params=range(len(examples())), ids=lambda index: type(examples()[index]).__name__)
def example(request: pytest.FixtureRequest) -> Any:
    return examples()[request.param]


def test_it_is_a_frozen_hashable_dataclass_with_slots(example: Any) -> None:
    assert is_dataclass(example)
    name = fields(example)[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(example, name, None)
    with pytest.raises(FrozenInstanceError):
        delattr(example, name)
    assert not hasattr(example, "__dict__")
    assert len({example, copy.deepcopy(example)}) == 1


def test_it_can_be_copied_pickled_and_replaced(example: Any) -> None:
    assert copy.copy(example) == copy.deepcopy(example) == pickle.loads(pickle.dumps(example)) == example  # noqa: S301
    assert replace(example) == example


def test_its_repr_is_one_short_line(example: Any) -> None:
    assert "\n" not in repr(example)
    assert len(repr(example)) <= LONGEST, repr(example)
    assert type(example).__name__ in repr(example)


def test_its_json_is_what_pydantic_writes(example: Any) -> None:
    assert json.loads(example.to_json()) == example.to_dict()
    assert TypeAdapter(type(example)).dump_python(example, mode="json") == example.to_dict()


def test_what_is_returned_survives_a_round_trip(example: Any) -> None:
    if isinstance(example, Returned):
        again = type(example).from_json(example.to_json())
        assert again == example
        assert hash(again) == hash(example)
        assert type(example).from_json(example.to_json(indent=2).encode()) == example


def test_every_field_is_described_in_the_json_schema(example: Any) -> None:
    schema = TypeAdapter(type(example)).json_schema(mode="serialization")
    definition = schema if "properties" in schema else schema["$defs"][type(example).__name__]
    fields = {field.key for field in plain_fields(type(example))}
    if isinstance(example, Citing):  # the list of what is written once
        fields.add(example.cited_in)
    assert set(definition["properties"]) == fields
    undescribed = [key for key, value in definition["properties"].items() if not value.get("description")]
    assert undescribed == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"code": 3}', '{"status": "legalish"}'])
def test_what_is_not_an_answer_is_refused_with_every_problem(text: str) -> None:
    with pytest.raises(InvalidDataError, match="JSON of Answer") as caught:
        Answer.from_json(text)
    assert caught.value.problems
    assert "Answer.to_json()" in caught.value.hint
    assert caught.value.__cause__ is None


def test_an_unknown_key_in_json_is_refused() -> None:
    text = json.dumps(kratomlaw.lookup("US-LA", on=ON).to_dict() | {"colour": "red"})
    with pytest.raises(InvalidDataError, match="colour"):
        Answer.from_json(text)


def test_it_can_be_a_field_of_a_users_pydantic_model() -> None:
    class Order(BaseModel):
        number: int
        law: Answer
        history: tuple[EffectivePeriod, ...]

    order = Order(number=1, law=kratomlaw.lookup("US-LA", on=ON), history=kratomlaw.timeline("US-LA"))
    assert Order.model_validate_json(order.model_dump_json()) == order
    with pytest.raises(ValidationError):
        Order.model_validate({"number": 1, "law": {"status": "legal"}, "history": []})


def test_it_can_be_the_response_model_of_a_fastapi_route() -> None:
    app = FastAPI()

    @app.get("/law", response_model=Answer)
    def law() -> Answer:
        return kratomlaw.lookup("US-LA", on=ON)

    @app.get("/changes")
    def changes() -> list[Change]:
        return list(kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA"))

    client = TestClient(app)
    assert Answer.from_json(client.get("/law").content) == kratomlaw.lookup("US-LA", on=ON)
    assert client.get("/changes").json()[0]["jurisdiction"]["code"] == "US-LA"
    schemas = app.openapi()["components"]["schemas"]
    assert schemas["Answer"]["properties"]["decided_by"]["description"]


def test_a_record_reads_as_it_was_written() -> None:
    for code in ("US-CO", "TH", "US-IL/alton"):
        record = kratomlaw.record(code)
        assert Record.from_json(record.to_json()) == record


def test_arguments_are_checked_by_name() -> None:
    with pytest.raises(TypeError, match="needs the argument 'name'"):
        Jurisdiction(code="TH", level=kratomlaw.Level.COUNTRY)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="has no argument 'colour'"):
        Jurisdiction(code="TH", name="Thailand", level=kratomlaw.Level.COUNTRY, colour="red")  # type: ignore[call-arg]


def test_classes_that_differ_are_not_equal() -> None:
    period = kratomlaw.timeline("US-LA")[-1]
    assert period.law != period
    assert period.law == period.law
    assert period != "banned"


def test_a_class_of_ones_own_says_how_its_keys_are_written() -> None:
    @plain
    class Span(Plain):
        """A span."""

        __pydantic_config__ = written_as(since="from")
        since: int
        """The begin."""
        until: int = 9
        """The end."""

    assert Span(since=1).to_dict() == {"from": 1, "until": 9}
    assert repr(Span(since=1)) == "Span(since=1, until=9)"


def test_limits_refuse_what_they_say() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Jurisdiction).validate_python({"code": "Thailand", "name": "Thailand", "level": "country"})


@pytest.mark.parametrize("product", Product)
def test_no_answer_in_the_data_has_a_long_repr(product: Product) -> None:
    for place in kratomlaw.jurisdictions():
        assert len(repr(kratomlaw.lookup(place, on=ON, product=product))) <= LONGEST
