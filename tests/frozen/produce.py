"""What is kept in ``tests/frozen/kept``, and how is it made today?

Every call of the library whose form may change stands in this file, and only here.
"""

import json
import tomllib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from help_texts import help_texts
from helpers import ROOT
from kratomlaw import Answer, Change, EffectivePeriod, KratomLaw, Record
from kratomlaw.maintain.records.schema import record_schema
from kratomlaw.web import create_app

KEPT = Path(__file__).parent / "kept"
DATASET = KEPT / "dataset.json"
QUESTIONS = Path(__file__).parent / "questions.toml"


@cache
def law() -> KratomLaw:
    """The kept dataset, asked; never too old to be asked."""
    return KratomLaw(dataset=DATASET, max_age=timedelta(days=999_999))


def plain(value: Answer | EffectivePeriod | Change | Record) -> object:
    """One answer as the plain data that its JSON is made of."""
    return value.to_dict()


def answers() -> str:
    """The answers to the fifty questions: a date of their own, so that no clock has a say."""
    asked = tomllib.loads(QUESTIONS.read_text("utf-8"))["questions"]
    return as_json([{"question": question, "answer": plain(law().lookup(**question))} for question in asked])


def timelines() -> str:
    """The whole history of a few places."""
    return as_json({
        f"{place} {product}": [plain(period) for period in law().timeline(place, product=product)]
        for place in ("US-LA", "US-RI", "TH", "US-IL/alton")
        for product in ("leaf", "7-oh")
    })  # fmt: skip


def changes() -> str:
    """What changed in a year."""
    return as_json([plain(change) for change in law().changes("2025-08-01", "2026-08-01")])


def answer_schema() -> str:
    """The JSON Schema of an answer."""
    return as_json(TypeAdapter(Answer).json_schema(mode="serialization"))


def schema_of_records() -> str:
    """The JSON Schema of a record."""
    return as_json(record_schema())


def openapi() -> str:
    """How the HTTP API describes itself; the version of the package is not its form."""
    described = create_app().openapi()
    described["info"]["version"] = "…"
    return as_json(described)


def helps() -> str:
    """The help of every command."""
    return "\n".join(help_texts().values())


def as_json(value: object) -> str:
    """Text that shows in a diff what changed."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


PRODUCED: dict[str, Callable[[], str]] = {
    "answers.json": answers,
    "timelines.json": timelines,
    "changes.json": changes,
    "answer.schema.json": answer_schema,
    "record.schema.json": schema_of_records,
    "openapi.json": openapi,
    "help.txt": helps,
}


def new_dataset() -> bytes:
    """The bundled records that the questions need, as a dataset of the released version."""
    document = json.loads((ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_bytes())
    asked = tomllib.loads(QUESTIONS.read_text("utf-8"))
    document["records"] = {code: document["records"][code] for code in asked["records"]}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
