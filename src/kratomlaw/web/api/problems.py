"""How does the HTTP API say what is wrong? As problem details (RFC 9457), with what to do next.

================================ ====== =======================================================================
``type``                         status meaning
================================ ====== =======================================================================
``urn:kratomlaw:unknown-place``  404    no such place, or parts that contradict each other; has ``suggestions``
``urn:kratomlaw:ambiguous-place`` 422   more than one such place; has ``candidates`` with what holds in each
``urn:kratomlaw:invalid-question`` 422  an invalid date, product or parameter; may have ``parameters``
``urn:kratomlaw:no-data``        503    the data cannot be used at the moment
``about:blank``                  any    what HTTP itself says by the status
================================ ====== =======================================================================

An ambiguous place is 422, an error that the caller can correct by being more specific; 409 would be about the state of
the server, and caches and clients differ in how they treat 300.
"""

import logging
import re
from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple, Self

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException

from ...client import KratomLaw
from ...data.snapshot import LawReader
from ...data.validated import Model
from ...errors import AmbiguousPlaceError, InvalidQueryError, KratomLawError, UnknownPlaceError
from ...law.words import Jurisdiction, Product
from ...serving.candidates import Candidate, candidates_of
from ...serving.hints import Surface, hint_for, hint_for_name
from .parameters import MOST_QUESTIONS, QUESTIONS, NoQuestion

__all__ = [
    "SECURITY_HEADERS",
    "Asked",
    "ParameterProblem",
    "ProblemDetails",
    "handle_problems",
    "problem_of",
    "problem_response",
]

_log = logging.getLogger("kratomlaw.web")

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}
"""Headers of every response that keep browsers from running or framing it: it is data."""

_UNKNOWN_PLACE = "urn:kratomlaw:unknown-place"
_AMBIGUOUS_PLACE = "urn:kratomlaw:ambiguous-place"
_INVALID_QUESTION = "urn:kratomlaw:invalid-question"
_NO_DATA = "urn:kratomlaw:no-data"
_SECONDS_UNTIL_RETRY = "60"
_NO_OBJECT = ("model_attributes_type", "dict_type", "model_type")
_TUPLE = re.compile(r"\bTuple\b|\btuple\b")
"""What pydantic calls a list of JSON."""
_JSON_NEEDED = "Send a JSON object, with Content-Type: application/json."
_METHODS = {"GET": "GET, HEAD", "POST": "POST"}
_MOST_PROBLEMS = 5
_LONGEST_NAME = 40
"""How much of what was asked is repeated in a problem: the caller knows it already."""
_SURFACE = Surface(
    parameters=frozenset(name for question in QUESTIONS.values() for name in question.model_fields),
    lookup="/v1/lookup",
    help="openapi.json describes the parameters and how to write them.",
)
_HINTS = {
    HTTPStatus.NOT_FOUND: "openapi.json describes all questions; start with v1/lookup?place=Louisiana.",
    HTTPStatus.BAD_REQUEST: "openapi.json describes all questions.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The header Allow lists the methods; openapi.json describes all questions.",
    HTTPStatus.LENGTH_REQUIRED: "Say in Content-Length how long the body is.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"Put one question in the address, or at most {MOST_QUESTIONS} in a body.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "Ask one short question at a time.",
}


class ParameterProblem(Model):
    """What is wrong with one parameter."""

    parameter: str
    """Its name."""
    message: str
    """What is wrong with it."""


class ProblemDetails(Model):
    """What is wrong with a question, and what to do next (RFC 9457)."""

    media_type: ClassVar[str] = "application/problem+json"

    type: str
    """The kind of problem, for programs."""
    title: str
    """The kind of problem, in a few words."""
    status: int
    """The status of the response."""
    detail: str
    """What went wrong this time, in one sentence."""
    instance: str
    """The path that was asked."""
    hint: str = ""
    """What to do next; empty when there is no advice."""
    suggestions: tuple[Jurisdiction, ...] = ()
    """Places with a similar name, the most similar first; never used for an answer."""
    candidates: tuple[Candidate, ...] = ()
    """The places that an ambiguous text may mean, and what holds in each; ask again with what its ``ask`` says."""
    parameters: tuple[ParameterProblem, ...] = Field(default=())
    """What is wrong with which parameter, at most the first five; empty when the problem is not about parameters."""

    @classmethod
    def of_status(cls, status: HTTPStatus, path: str, detail: str = "") -> Self:
        """Make the details of a status of HTTP itself."""
        return cls(
            type="about:blank",
            title=status.phrase,
            status=status,
            detail=detail or f"{status.description or status.phrase}.",
            instance=path,
            hint=_HINTS.get(status, ""),
        )

    @classmethod
    def of_error(cls, error: KratomLawError, path: str, candidates: tuple[Candidate, ...] = ()) -> Self:
        """Make the details of an error of the library, without files, folders and addresses of sources."""
        if isinstance(error, UnknownPlaceError):
            return cls(
                type=_UNKNOWN_PLACE,
                title="Unknown place",
                status=HTTPStatus.NOT_FOUND,
                detail=error.message,
                instance=path,
                hint=hint_for(_SURFACE, error.hint),
                suggestions=error.suggestions,
            )
        if isinstance(error, AmbiguousPlaceError):
            return cls(
                type=_AMBIGUOUS_PLACE,
                title="Ambiguous place",
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                detail=error.message,
                instance=path,
                hint=hint_for(_SURFACE, error.hint),
                candidates=candidates,
            )
        if isinstance(error, InvalidQueryError):
            return cls(
                type=_INVALID_QUESTION,
                title="Invalid question",
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                detail=error.message,
                instance=path,
                hint=hint_for(_SURFACE, error.hint),
            )
        return cls(
            type=_NO_DATA,
            title="No data",
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            detail="The data cannot be used at the moment.",
            instance=path,
            hint="Ask again in a minute; the server's log says why.",
        )

    @classmethod
    def of_parameters(cls, errors: Sequence[Any], path: str, known: Sequence[str], *, skipped: int = 0) -> Self:
        """Make the details of invalid parameters.

        Args:
            errors: What pydantic found.
            path: The path that was asked.
            known: The names that the question has.
            skipped: How many of the first parts of a name only say where the parameters are.
        """
        problems: list[ParameterProblem] = []
        hint = ""
        for found in errors[:_MOST_PROBLEMS]:
            name = ".".join(map(str, found["loc"][skipped:]))[:_LONGEST_NAME]
            cause = found.get("ctx", {}).get("error")
            if found["type"] == "extra_forbidden":
                message = "There is no such parameter."
                hint = hint or hint_for_name(name, known)
            elif isinstance(cause, KratomLawError):
                message = cause.message
                hint = hint or hint_for(_SURFACE, cause.hint)
            elif found["type"] == "json_invalid" or (found["type"] in _NO_OBJECT and not name):
                name, message, hint = "", "The question is not a JSON object.", _JSON_NEEDED
            elif found["type"] in _NO_OBJECT:
                message = "It should be an object."
            else:
                message = _TUPLE.sub("list", str(found["msg"])).replace(" after validation", "").rstrip(".")
                message = f"{message[:1].upper()}{message[1:]}."
            problems.append(ParameterProblem(parameter=name, message=message))
        return cls(
            type=_INVALID_QUESTION,
            title="Invalid question",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            detail="; ".join(f"{problem.parameter}: {problem.message}".removeprefix(": ") for problem in problems),
            instance=path,
            hint=hint or _HINTS[HTTPStatus.BAD_REQUEST],
            parameters=tuple(problems),
        )


class Asked(NamedTuple):
    """What a question was about besides its place: ambiguous places are explained for this."""

    on: date | str | None
    """The day."""
    product: Product | str
    """The product."""


def problem_of(error: KratomLawError, path: str, law: LawReader, asked: Asked) -> ProblemDetails:
    """Make the details of an error, for an ambiguous place with what holds in each candidate."""
    candidates: tuple[Candidate, ...] = ()
    if isinstance(error, AmbiguousPlaceError):
        candidates = candidates_of(law, error, on=asked.on, product=asked.product)
    return ProblemDetails.of_error(error, path, candidates)


def problem_response(problem: ProblemDetails, headers: dict[str, str] | None = None) -> Response:
    """Make a response of a problem, which no cache keeps."""
    return Response(
        problem.model_dump_json(),
        problem.status,
        {**SECURITY_HEADERS, "cache-control": "no-store", **(headers or {})},
        ProblemDetails.media_type,
    )


def handle_problems(app: FastAPI) -> None:
    """Answer all errors of an application, its own and the framework's, with problem details."""
    app.add_exception_handler(KratomLawError, _on_our_error)
    app.add_exception_handler(RequestValidationError, _on_bad_parameters)
    app.add_exception_handler(HTTPException, _on_status)
    app.add_exception_handler(Exception, _on_crash)


async def _on_our_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, KratomLawError):
        raise error
    law: KratomLaw = request.app.state.law
    asked: Asked = getattr(request.state, "asked", Asked(None, Product.LEAF))
    problem = problem_of(error, request.url.path, law, asked)
    if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem_response(problem)
    _log.error("kratomlaw cannot answer: %s", error)
    return problem_response(problem, {"retry-after": _SECONDS_UNTIL_RETRY})


async def _on_bad_parameters(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    question = QUESTIONS.get((request.method, request.scope["route"].path_format), NoQuestion)
    found = error.errors()
    return problem_response(
        ProblemDetails.of_parameters(found, request.url.path, list(question.model_fields), skipped=1)
    )


async def _on_status(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        methods = {
            method
            for method, path in QUESTIONS
            if path == request.url.path.removeprefix(request.scope.get("root_path", ""))
        }
        headers = {"allow": ", ".join(_METHODS[method] for method in sorted(methods or {"GET"}))}
    return problem_response(ProblemDetails.of_status(status, request.url.path), headers)


async def _on_crash(request: Request, error: Exception) -> Response:
    # The server logs the error by itself; the caller does not see it.
    return problem_response(
        ProblemDetails.of_status(
            HTTPStatus.INTERNAL_SERVER_ERROR, request.url.path, "The server failed to answer; this is not your fault."
        )
    )
