"""What does the server show to people? A form with its answer at ``/``, and what may be asked at ``/docs``.

Both are made here, need no script, and load nothing but the style sheet beside them, so that they work where the
Internet does not reach. Their links are relative: they work below any prefix.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from ...client import KratomLaw
from ...data.snapshot import Snapshot
from ...errors import KratomLawError
from ...law.answers import Answer
from ...law.decisions import Act, Decision
from ...law.texts import markup
from ...law.words import Product
from ...serving.clock import today_in_utc
from ..templates import SITE_ASSETS, templates
from .asking import Law, question_of, refuse_twice
from .caching import conditional_response
from .parameters import PageQuestion
from .problems import Asked, ProblemDetails, problem_of

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["router"]

router: APIRouter = APIRouter(include_in_schema=False)

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ACTS = {Act.SHIP: "send it there", Act.SELL: "sell it there", Act.POSSESS: "have it there"}
_PLACE = ("place", "code", "country", "state", "county", "city", "postal_code")
_LOOKUP = (*_PLACE, "on", "product")
_CODE = re.compile(r"``?([^`]+)``?")


class Found(NamedTuple):
    """What the page says to a question."""

    answer: Answer | None = None
    decision: Decision | None = None
    problem: ProblemDetails | None = None


@router.get("/")
def page(request: Request, law: Law) -> Response:
    """The form, and the answer to what was filled in."""
    now = today_in_utc()
    # A form sends the fields that were left empty too.
    given = {name: value for name, value in request.query_params.items() if value.strip()}
    with law.at_one_version() as view:
        found = Found()
        if given:
            found = _found(request, law, view, given)
        info = view.dataset()
    values = {
        "given": given,
        "found": found,
        "today": now,
        "acts": _ACTS,
        "info": info,
        "again": urlencode({name: value for name, value in given.items() if name not in _PLACE}),
        "as_json": urlencode({name: value for name, value in given.items() if name in _LOOKUP}),
    }
    status = HTTPStatus(found.problem.status) if found.problem else HTTPStatus.OK
    body = _templates().get_template("ask.html").render(values).encode()
    if found.problem:
        headers = {"content-security-policy": _POLICY, "cache-control": "no-store"}
        return Response(body, status, headers, "text/html")
    today_is = None if given.get("on") else now
    return conditional_response(request, body, info.version, today_is=today_is, media_type="text/html", policy=_POLICY)


@router.get("/docs")
def docs(request: Request, law: Law) -> Response:
    """What may be asked: the description of the API for people."""
    described: dict[str, Any] = request.app.openapi()
    info = law.dataset()
    values = {"described": described, "operations": tuple(_operations(described)), "info": info}
    body = _templates().get_template("docs.html").render(values).encode()
    return conditional_response(request, body, info.version, media_type="text/html", policy=_POLICY)


@router.get("/site.css")
def style(request: Request) -> Response:
    """The style sheet of both, which is that of the site."""
    body = (SITE_ASSETS / "site.css").read_bytes()
    return conditional_response(request, body, request.app.version, media_type="text/css")


def _found(request: Request, law: KratomLaw, view: Snapshot, given: Mapping[str, str]) -> Found:
    """Answer a question as the API does, with its errors and their hints."""
    path = request.url.path
    asked = Asked(None, Product.LEAF)
    now = today_in_utc()
    try:
        refuse_twice(request)
        question = PageQuestion.model_validate(given)
        asked = Asked(question.on or now, question.product)
        if not any(given.get(part) for part in _PLACE):
            return Found()
        wanted = question_of(question, now)
        answer = view.ask(wanted)
        decision = view.decide(
            **{part: getattr(wanted, part) for part in _PLACE},
            act=question.act,
            on=wanted.on,
            arrives=question.arrives,
            product=question.product,
            age=question.age,
        )
    except ValidationError as invalid:
        return Found(problem=ProblemDetails.of_parameters(invalid.errors(), path, list(PageQuestion.model_fields)))
    except KratomLawError as error:
        return Found(problem=problem_of(error, path, law, asked))
    return Found(answer, decision)


class _Operation(NamedTuple):
    """A question of the API, as the page shows it."""

    method: str
    path: str
    about: str
    fields: tuple[tuple[str, str, bool, str], ...]
    """The name, type and description of each parameter or key, and whether it is needed."""
    example: str
    result: tuple[tuple[str, str], ...]
    """The name and description of each field of the full result."""


def _operations(described: Mapping[str, Any]) -> Iterator[_Operation]:
    schemas: Mapping[str, Any] = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            asked = [_parameter(each, schemas) for each in operation.get("parameters", ())]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            keys = _resolved(body, schemas)
            needed = keys.get("required", ())
            asked += [
                (name, _type(key, schemas), name in needed, key.get("description", ""))
                for name, key in keys.get("properties", {}).items()
            ]
            content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
            result = _resolved(content.get("schema", {}), schemas).get("properties", {})
            fields = tuple((name, field.get("description", "")) for name, field in result.items())
            example = _example(path, operation) if method == "get" else ""
            yield _Operation(method.upper(), path, operation.get("description", ""), tuple(asked), example, fields)


def _parameter(described: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[str, str, bool, str]:
    needed = bool(described.get("required"))
    return described["name"], _type(described["schema"], schemas), needed, described.get("description", "")


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself; of several forms the first, which is the full one."""
    first = schema.get("anyOf", [schema])[0]
    name = str(first.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = schemas[name] if name else first
    return found


def _type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """What a value is, in a word or two, or the words that it may be."""
    names: list[str] = []
    for form in schema.get("anyOf", [schema]):
        found = _resolved(form, schemas)
        name = str(found.get("format") or found.get("title") or found.get("type") or "")
        names.append(
            ", ".join(found["enum"]) if "enum" in found else name if "$ref" in form else form.get("type", name)
        )
    return " or ".join(dict.fromkeys(name for name in names if name and name != "null"))


def _example(path: str, operation: Mapping[str, Any]) -> str:
    """A question that can be asked by following a link."""
    query: dict[str, str] = {}
    for each in operation.get("parameters", ()):
        examples: list[Any] = each.get("examples") or each["schema"].get("examples") or []
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", str(examples[0]))
        elif examples and (each.get("required") or each["name"] in ("place", "within")):
            query[each["name"]] = str(examples[0])
    return f"{path.lstrip('/')}{'?' if query else ''}{urlencode(query, safe=',')}"


@cache
def _templates() -> "Environment":
    made = templates(Path(__file__).with_name("templates"), purpose="show pages", shared={})
    from markupsafe import Markup

    def coded(text: str) -> Markup:
        """A description whose words of code are between backticks."""
        return Markup(_CODE.sub(r"<code>\1</code>", markup(text)))  # noqa: S704  # escaped by markup

    def prose(text: str) -> Markup:
        """The same, in paragraphs."""
        return Markup("").join(Markup("<p>{}</p>").format(coded(part)) for part in re.split(r"\n\s*\n", text) if part)

    made.filters.update(coded=coded, prose=prose)
    return made
