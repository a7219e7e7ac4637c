"""What do all questions of the HTTP API share? Whom they ask, in which form they answer, and what they refuse."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from json import dumps
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from ...client import KratomLaw
from ...errors import InvalidQueryError
from ...law.plain import Plain
from ...law.words import Product
from ...places.question import Question
from ...serving.texts import Detail, Form, form_of, text_of
from .caching import conditional_response
from .parameters import PlaceQuestion
from .problems import Asked

__all__ = [
    "Law",
    "about",
    "answered",
    "form_asked",
    "question_of",
    "refuse_repeated",
    "refuse_twice",
    "respond",
    "written",
]


async def _law_of(request: Request) -> KratomLaw:
    law: KratomLaw = request.app.state.law
    return law


Law = Annotated[KratomLaw, Depends(_law_of)]
"""The instance that answers."""


async def refuse_repeated(request: Request) -> None:
    """Do as ``refuse_twice`` before a question is read."""
    refuse_twice(request)


def refuse_twice(request: Request) -> None:
    """Refuse a question that gives a parameter twice: it is not clear which counts.

    Raises:
        InvalidQueryError: One is given more than once.
    """
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if times > 1:
            raise InvalidQueryError(f"{name[:40]!r} is given more than once.", hint="Give every parameter once.")


def about(request: Request, on: date | str | None, product: Product) -> None:
    """Remember what a question is about, so that an ambiguous place can be explained."""
    request.state.asked = Asked(on, product)


def question_of(asked: PlaceQuestion, today: date) -> Question:
    """The question as the library takes it; without a day it is about today in UTC."""
    return Question(
        asked.place,
        asked.code,
        asked.country,
        asked.state,
        asked.county,
        asked.city,
        asked.postal_code,
        asked.on or today,
        asked.product,
    )


def form_asked(kind: type[Plain], detail: Detail | None, fields: str | Sequence[str] | None) -> Form:
    """In which form a result is wanted; all of it where nothing else is said.

    Raises:
        InvalidQueryError: There is no such field, or both were given.
    """
    names = fields.split(",") if isinstance(fields, str) else fields or ()
    return form_of(kind, detail, names, Detail.FULL)


def answered(request: Request, result: Plain, form: Form, version: str, *, today_is: date | None = None) -> Response:
    """Answer with one result in the form that is wanted."""
    return conditional_response(request, text_of(result, form), version, today_is=today_is)


def respond(request: Request, document: dict[str, Any], version: str, *, today_is: date | None = None) -> Response:
    """Answer with a document."""
    return conditional_response(request, written(document), version, today_is=today_is)


def written(document: dict[str, Any]) -> bytes:
    """Write a document as JSON."""
    return dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
