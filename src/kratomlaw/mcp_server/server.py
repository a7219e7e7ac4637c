"""Which tools does an assistant find? Status, timeline, changes, decision and trip.

They only read. A result is structured data, short unless more is asked for, and a few lines of text with what must not
be missed; never both at full length. A client whose protocol has no structured data gets all of it as text.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from json import dumps
from typing import Any, NamedTuple, cast

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError

from ..client import KratomLaw
from ..data.facts import DatasetInfo
from ..data.snapshot import Snapshot
from ..errors import AmbiguousPlaceError, DataError, InvalidQueryError, KratomLawError
from ..law.answers import DISCLAIMER, Answer, Change, EffectivePeriod
from ..law.citing import written_once
from ..law.decisions import Decision, TripDecision
from ..law.plain import Plain, plain_dict
from ..serving.brief import brief_change, brief_period, fitting
from ..serving.candidates import candidates_of
from ..serving.clock import REFRESH_EVERY, today_in_utc
from ..serving.hints import Surface, hint_for, hint_for_name
from ..serving.texts import MOST_BYTES, Detail, Form, form_of
from ..settings import read_settings
from ..version import __version__
from .result_text import (
    Lines,
    changes_lines,
    decision_lines,
    error_text,
    fitted,
    status_lines,
    timeline_lines,
    trip_lines,
)
from .schemas import (
    ChangesArguments,
    ChangesResult,
    DecisionArguments,
    DecisionResult,
    ShownArguments,
    StatusArguments,
    StatusResult,
    TimelineArguments,
    TimelineResult,
    TripArguments,
    TripResult,
)

__all__ = ["create_server", "run"]

_log = logging.getLogger("kratomlaw.mcp")
_INSTRUCTIONS = """\
Answers about the law of kratom from dated records with citations. "unknown" means that the law is not known: never
present it as legal. Always state the day, the confidence, the sources and the age of the data, and that this is
information, not legal advice. A question without a day is about today in UTC; pass the user's own day if it differs.
If a place is ambiguous or unknown, ask the user instead of choosing."""
_NO_DATA = "The data cannot be used at the moment. Ask again in a minute; the log of the server says why."
_MOST_PROBLEMS = 5
_LONGEST_NAME = 40
"""How much of what was asked is repeated in an error: the caller knows it already."""


_MOST_STATUS_BYTES = 2_750
"""How long a brief status or decision is, its text and its structure together; with what the protocol adds 3 KB."""
_MOST_TEXT = 700
"""Bytes of the text beside a structure."""
_STRUCTURED_SINCE = "2025-06-18"
"""The first version of the protocol in which results have a structure."""
_MOST_FULL_BYTES = 48_000
"""How long a page of changes in full is at most, about."""
_CURSOR = re.compile(r"([\d.]{1,30})/(\d{1,6})")


class _Found(NamedTuple):
    """What a tool found out."""

    structure: dict[str, Any]
    """The result as structured data."""
    lines: Lines
    """The result as text."""
    most_bytes: int
    """How long the short form is at most."""


class _Tool(NamedTuple):
    """One tool: how it is asked, how it answers, and what it is for."""

    title: str
    description: str
    arguments: type[ShownArguments]
    result: type[BaseModel]
    shown: type[Plain]
    """Whose fields can be asked for."""
    answer: Callable[[Snapshot, Any, Form], _Found]


def create_server(law: KratomLaw | None = None) -> Server[dict[str, object]]:
    """Make the server, which can be run over any transport.

    Args:
        law: The instance that answers; None for one with the settings of the ``KRATOMLAW_…`` variables.

    Returns:
        A server of the package ``mcp``.

    Raises:
        InvalidQueryError: A setting is invalid.

    Example:
        >>> create_server(KratomLaw()).version == __version__
        True
    """
    asked = law or KratomLaw()

    async def list_tools(
        context: ServerRequestContext[dict[str, object]], params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=[_described(name, tool) for name, tool in _TOOLS.items()])

    async def call_tool(
        context: ServerRequestContext[dict[str, object]], params: CallToolRequestParams
    ) -> CallToolResult:
        tool = _TOOLS.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"There is no such tool. The tools are {', '.join(_TOOLS)}.")
        structured = context.protocol_version >= _STRUCTURED_SINCE
        return _called(asked, tool, params.arguments or {}, structured=structured)

    return Server(
        "kratomlaw",
        version=__version__,
        title="Law of kratom",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def run() -> None:
    """Serve over standard input and output until the assistant closes them. Nothing but the protocol is printed there.

    Raises:
        InvalidQueryError: A setting is invalid.
    """
    auto_refresh = REFRESH_EVERY if read_settings().may_ask else None
    with KratomLaw(auto_refresh=auto_refresh) as law, suppress(KeyboardInterrupt):
        asyncio.run(_serve(create_server(law)))


async def _serve(server: Server[dict[str, object]]) -> None:
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _status(law: Snapshot, question: StatusArguments, form: Form) -> _Found:
    answer = law.lookup(question.place, on=question.on or today_in_utc(), product=question.product)
    data = law.dataset()
    structure = {"answer": form.of(answer), **_about_the_data(data)}
    return _Found(structure, status_lines(answer, data, full=form.detail is Detail.FULL), _MOST_STATUS_BYTES)


def _timeline(law: Snapshot, question: TimelineArguments, form: Form) -> _Found:
    answer = law.lookup(question.place, on=today_in_utc(), product=question.product)
    periods = law.timeline(question.place, product=question.product)
    shown: Sequence[Plain] = periods
    if form.detail is Detail.BRIEF and not form.fields:
        newest_first = [brief_period(period) for period in reversed(periods)]
        shown = tuple(reversed(fitting(newest_first, MOST_BYTES - 3_000)))
    data = law.dataset()
    structure = {
        "jurisdiction": answer.jurisdiction.to_dict(),
        "unmatched": answer.unmatched,
        "product": question.product.value,
        "total": len(periods),
        **_listed("periods", shown, form),
        "disclaimer": DISCLAIMER,
        **_about_the_data(data),
    }
    lines = timeline_lines(answer.jurisdiction, answer.unmatched, question.product, periods, data)
    return _Found(structure, lines, MOST_BYTES)


def _changes(law: Snapshot, question: ChangesArguments, form: Form) -> _Found:
    found = law.changes(question.since, question.until, within=question.within, product=question.product)
    data = law.dataset()
    offset = _offset(question.cursor, data.version)
    page = found[offset : offset + question.limit]
    is_brief = form.detail is Detail.BRIEF and not form.fields
    shown: Sequence[Plain] = [brief_change(change) for change in page] if is_brief else page
    shown = fitting(shown, MOST_BYTES - 2_000 if is_brief else _MOST_FULL_BYTES)
    reached = offset + len(shown)
    cursor = f"{data.version}/{reached}" if reached < len(found) else None
    structure = {
        "product": question.product.value,
        "total": len(found),
        **_listed("changes", shown, form),
        "next_cursor": cursor,
        "disclaimer": DISCLAIMER,
        **_about_the_data(data),
    }
    lines = changes_lines(question.product, page[: len(shown)], len(found), cursor, data)
    return _Found(structure, lines, MOST_BYTES)


def _decision(law: Snapshot, question: DecisionArguments, form: Form) -> _Found:
    decision = law.decide(
        question.place,
        act=question.act,
        on=question.on or today_in_utc(),
        arrives=question.arrives,
        product=question.product,
        age=question.age,
        policy=question.policy,
    )
    data = law.dataset()
    structure = {"decision": form.of(decision), **_about_the_data(data)}
    return _Found(structure, decision_lines(decision, data), _MOST_STATUS_BYTES)


def _trip(law: Snapshot, question: TripArguments, form: Form) -> _Found:
    trip = law.decide_trip(
        [(stop.place, stop.on) for stop in question.stops],
        product=question.product,
        age=question.age,
        policy=question.policy,
    )
    data = law.dataset()
    return _Found({"trip": form.of(trip), **_about_the_data(data)}, trip_lines(trip, data), MOST_BYTES)


def _listed(name: str, items: Sequence[Plain], form: Form) -> dict[str, Any]:
    """Items with their citations, each once."""
    return written_once(
        {name: [{key: value for key, value in plain_dict(item).items() if form.shows(key)} for item in items]}
    )


def _offset(cursor: str | None, version: str) -> int:
    """How many changes are left out before the first.

    Raises:
        InvalidQueryError: The cursor is none of ours, or belongs to other data.
    """
    if cursor is None:
        return 0
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidQueryError("That is not a cursor.", hint="Pass the next_cursor of the result before.")
    if found[1] != version:
        raise InvalidQueryError(
            "The data was replaced by newer data in between.", hint="Begin again, without a cursor."
        )
    return int(found[2])


def _about_the_data(data: DatasetInfo) -> dict[str, Any]:
    return {"dataset_version": data.version, "dataset_age_days": data.age_days, "stale": data.stale}


_TOOLS: Mapping[str, _Tool] = {
    "kratom_status": _Tool(
        "Status of kratom",
        "Is kratom legal, restricted or banned in a place on a date, or is that not known, and which law says so? "
        "With conditions, sources, confidence and the age of the data.",
        StatusArguments,
        StatusResult,
        Answer,
        _status,
    ),
    "kratom_timeline": _Tool(
        "Timeline of kratom law",
        "How has the law on kratom that reaches a place changed over time, and which enacted changes are yet to come?",
        TimelineArguments,
        TimelineResult,
        EffectivePeriod,
        _timeline,
    ),
    "kratom_changes": _Tool(
        "Changes of kratom law",
        "Which changes of the law on kratom took or take effect in a span of days, anywhere or within one place?",
        ChangesArguments,
        ChangesResult,
        Change,
        _changes,
    ),
    "kratom_decision": _Tool(
        "Decision on kratom",
        "May kratom be sent to, sold in or held in a place: allow, review or refuse, and why? Every day until arrival "
        "is judged; what is prohibited, unknown or under age is never allowed.",
        DecisionArguments,
        DecisionResult,
        Decision,
        _decision,
    ),
    "kratom_trip": _Tool(
        "Decision on a trip with kratom",
        "May kratom be carried on a trip through several places: allow, review or refuse, stop by stop, and why?",
        TripArguments,
        TripResult,
        TripDecision,
        _trip,
    ),
}


def _described(name: str, tool: _Tool) -> Tool:
    return Tool(
        name=name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            title=tool.title,
            read_only_hint=True,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


def _called(law: KratomLaw, tool: _Tool, arguments: Mapping[str, Any], *, structured: bool) -> CallToolResult:
    try:
        question = tool.arguments.model_validate(dict(arguments))
        with law.at_one_version() as view:
            return _answered(view, tool, question, structured=structured)
    except ValidationError as error:
        return _failed(_invalid_arguments(error, tool))
    except DataError as error:  # it names files and folders, which help whoever runs the server
        _log.error("kratomlaw cannot answer: %s", error)
        return _failed(_NO_DATA)
    except KratomLawError as error:
        return _failed(error_text(error, hint_for(_SURFACE, error.hint)))


def _answered(view: Snapshot, tool: _Tool, question: ShownArguments, *, structured: bool) -> CallToolResult:
    form = form_of(tool.shown, question.detail, question.fields, Detail.BRIEF)
    try:
        found = tool.answer(view, question, form)
    except AmbiguousPlaceError as error:
        on = getattr(question, "on", None) or today_in_utc()
        candidates = candidates_of(view, error, on=on, product=question.product)
        return _failed(error_text(error, hint_for(_SURFACE, error.hint), candidates))
    if not structured:
        room = None if form.detail is Detail.FULL else found.most_bytes
        return CallToolResult(content=[TextContent(type="text", text=fitted(found.lines, room))])
    length = len(dumps(found.structure, ensure_ascii=False, separators=(",", ":")).encode())
    is_brief = form.detail is Detail.BRIEF and not form.fields
    room = min(found.most_bytes - length, _MOST_TEXT) if is_brief else _MOST_TEXT
    text = fitted(found.lines, room)
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=found.structure)


def _invalid_arguments(error: ValidationError, tool: _Tool) -> str:
    """What is wrong with the arguments, in few words however many they are."""
    found = error.errors(include_url=False, include_input=False)
    listed: list[str] = []
    hint = ""
    for one in found[:_MOST_PROBLEMS]:
        name = ".".join(map(str, one["loc"]))[:_LONGEST_NAME]
        cause = cast("object", one.get("ctx", {}).get("error"))
        message = one["msg"].rstrip(".")
        if isinstance(cause, KratomLawError):
            message = cause.message.rstrip(".")
            hint = hint or hint_for(_SURFACE, cause.hint)
        elif one["type"] == "extra_forbidden":
            message = "there is no such argument"
            hint = hint or hint_for_name(name, tool.arguments.model_fields)
        listed.append(f"{name}: {message}" if name else message)
    more = f"; and {len(found) - _MOST_PROBLEMS} more" if len(found) > _MOST_PROBLEMS else ""
    known = f"Known arguments: {', '.join(tool.arguments.model_fields)}."
    meant = f" {hint}" if hint and not hint.startswith("Known") else ""
    return f"Invalid arguments: {'; '.join(listed)}{more}.{meant} {known}"


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


_SURFACE = Surface(
    parameters=frozenset(name for tool in _TOOLS.values() for name in tool.arguments.model_fields),
    lookup="kratom_status",
    help="The descriptions of the arguments say how to write them.",
)
