"""How does the HTTP API describe itself? OpenAPI 3.1, made of the same models as the answers.

It completes the description that the framework makes: fields get the docstrings under them, and every response that is
not an answer is described as problem details.
"""

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ...data.validated import Model
from ...law.docstrings import docstring_of, first_paragraph
from ...serving.texts import ALWAYS
from . import problems, responses
from .problems import ProblemDetails

__all__ = ["DescribedAPI"]

_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "The request is malformed.",
    HTTPStatus.NOT_FOUND: "No such place, or nothing at this address.",
    HTTPStatus.LENGTH_REQUIRED: "The length of the body is not said.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large: 16 KiB with GET, 384 KiB with POST.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than 8 KiB.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The question is invalid, or its place is ambiguous.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The server failed.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The data cannot be used at the moment.",
}
_TAG = {"ETag": {"description": "The version of the data and a hash of the body.", "schema": {"type": "string"}}}
_WHOLE = ("Answer", "Decision", "TripDecision")
"""What can be had in part."""
_LISTS = {"TimelineResult": ("periods", "EffectivePeriod"), "ChangeList": ("changes", "Change")}
"""The lists whose items can be had in part."""
_NONE = re.compile(r"\bNone\b")
_REFERENCE = "#/components/schemas/{model}"


class DescribedAPI(FastAPI):
    """An application that describes itself completely."""

    _description: dict[str, Any] | None = None

    def openapi(self) -> dict[str, Any]:
        """Return the description; it is made when it is first needed."""
        if self._description is None:
            self._description = _completed(
                get_openapi(
                    title=self.title,
                    version=self.version,
                    summary=self.summary,
                    description=self.description,
                    routes=self.routes,
                )
            )
        return self._description


def _completed(description: dict[str, Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = description["components"]["schemas"]
    problem = ProblemDetails.model_json_schema(mode="serialization", ref_template=_REFERENCE)
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemDetails"] = problem
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
            responses = operation["responses"]
            if path.startswith("/v1/") and method == "get":
                responses["200"]["headers"] = _TAG
                responses["304"] = {"description": "The body with the tag in If-None-Match is still valid."}
            responses.update({str(status.value): _problem(text) for status, text in _PROBLEMS.items()})
    _add_docstrings(schemas)
    _add_parts(description, schemas)
    return description


def _add_parts(description: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Describe results of which only some fields were asked for: the whole ones, with little that must be there."""
    for whole, (items, item) in _LISTS.items():
        schemas[f"{item}Part"] = _part(schemas[item])
        properties: dict[str, Any] = schemas[whole]["properties"]
        some: dict[str, Any] = {**properties[items], "items": {"$ref": _REFERENCE.format(model=f"{item}Part")}}
        schemas[f"{whole}Part"] = {
            **schemas[whole],
            "title": f"{whole}Part",
            "properties": {**properties, items: some},
        }
    for whole in _WHOLE:
        schemas[f"{whole}Part"] = _part(schemas[whole])
    wholes = {_REFERENCE.format(model=name): f"{name}Part" for name in (*_WHOLE, *_LISTS)}
    places = [
        operation["responses"]["200"]["content"]["application/json"]["schema"]
        for methods in description["paths"].values()
        for operation in methods.values()
        if "200" in operation["responses"]
    ]
    places += [schemas["LookupOutcome"]["properties"]["answer"], schemas["DecidedOutcome"]["properties"]["decision"]]
    for schema in places:
        forms = schema.get("anyOf", ())
        parts = [wholes[form["$ref"]] for form in forms if form.get("$ref") in wholes]
        if parts:
            schema["anyOf"] = [*forms, *({"$ref": _REFERENCE.format(model=part)} for part in parts)]


def _part(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        **schema,
        "title": f"{schema['title']}Part",
        "description": f"Only the fields that were asked for. {schema.get('description', '')}",
        "required": [name for name in schema.get("required", ()) if name in ALWAYS],
    }


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter: one that is left out is None in Python, but no address can spell null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{key: value for key, value in schema.items() if key != "anyOf"}}


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model="ProblemDetails")}
    return {"description": text, "content": {ProblemDetails.media_type: {"schema": schema}}}


def _add_docstrings(schemas: dict[str, Any]) -> None:
    """Give the fields of results and problems their docstrings; plain data brings its own. In JSON, None is null."""
    for name, schema in schemas.items():
        owner = next((vars(module)[name] for module in (responses, problems) if name in vars(module)), None)
        properties: dict[str, dict[str, Any]] = schema.get("properties", {})
        if isinstance(owner, type) and issubclass(owner, Model):
            schema.setdefault("description", first_paragraph(owner))
            for field, described in owner.model_fields.items():
                properties[described.alias or field].setdefault("description", docstring_of(owner, field))
        for shown in properties.values():
            shown["description"] = _NONE.sub("null", shown.get("description", ""))
