"""Which tools does an assistant find? ``kratom_status``, ``kratom_timeline`` and ``kratom_changes``.

They read and change nothing. Every result is structured data and the same in words.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple, TypedDict

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
from ..data.snapshot import Snapshot
from ..data.validated import Model
from ..errors import KratomLawError
from ..settings import read_settings
from ..version import __version__
from .questions import (
    ChangesArguments,
    ChangesResult,
    StatusArguments,
    StatusResult,
    TimelineArguments,
    TimelineResult,
)
from .wording import changes_text, error_text, status_text, timeline_text

__all__ = ["create_server", "run"]

_REFRESH_EVERY = timedelta(hours=6)
_INSTRUCTIONS = """\
Answers about the law of kratom from dated records with citations. «unknown» means that it is not known: never present
it as legal. Always tell the day, the confidence, the sources and the age of the data, and that it is information, not
legal advice. If a place is ambiguous or unknown, ask the user instead of choosing."""


class _Tool(NamedTuple):
    """One tool: how it is asked, how it answers, and what it is for."""

    title: str
    description: str
    arguments: type[BaseModel]
    result: type[Model]
    answer: Callable[[Snapshot, Any], tuple[Model, str]]


def create_server(law: KratomLaw | None = None) -> Server[dict[str, object]]:
    """Make the server, to be run over any transport.

    Args:
        law: What answers; None for one that is made of the ``KRATOMLAW_…`` settings.

    Returns:
        A server of the package ``mcp``.

    Raises:
        InvalidQueryError: A setting has no meaning.

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
            raise MCPError(INVALID_PARAMS, f"There is no such tool; there are {', '.join(_TOOLS)}.")
        return _called(asked, tool, params.arguments or {})

    return Server(
        "kratomlaw",
        version=__version__,
        title="Law of kratom",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def run() -> None:
    """Serve over standard input and output until the assistant closes them. Nothing else is printed there.

    Raises:
        InvalidQueryError: A setting has no meaning.
    """
    auto_refresh = _REFRESH_EVERY if read_settings().may_ask else None
    with KratomLaw(auto_refresh=auto_refresh) as law, suppress(KeyboardInterrupt):
        asyncio.run(_serve(create_server(law)))


async def _serve(server: Server[dict[str, object]]) -> None:
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _status(law: Snapshot, question: StatusArguments) -> tuple[StatusResult, str]:
    answer = law.lookup(question.place, on=question.on, product=question.product)
    result = StatusResult(answer=answer, **_about_the_data(law))
    return result, status_text(result)


def _timeline(law: Snapshot, question: TimelineArguments) -> tuple[TimelineResult, str]:
    answer = law.lookup(question.place, product=question.product)
    result = TimelineResult(
        jurisdiction=answer.jurisdiction,
        unmatched=answer.unmatched,
        product=question.product,
        periods=law.timeline(question.place, product=question.product),
        **_about_the_data(law),
    )
    return result, timeline_text(result)


def _changes(law: Snapshot, question: ChangesArguments) -> tuple[ChangesResult, str]:
    found = law.changes(question.since, question.until, within=question.within, product=question.product)
    result = ChangesResult(
        product=question.product,
        total=len(found),
        changes=found[: question.limit],
        **_about_the_data(law),
    )
    return result, changes_text(result)


class _AboutTheData(TypedDict):
    data_version: str
    data_age_days: int
    data_stale: bool


def _about_the_data(law: Snapshot) -> _AboutTheData:
    data = law.dataset()
    return {"data_version": data.version, "data_age_days": data.age_days, "data_stale": data.stale}


_TOOLS: Mapping[str, _Tool] = {
    "kratom_status": _Tool(
        "Status of kratom",
        "Is kratom legal, restricted, banned or not known to be any of these in a place on a date, and which law says "
        "so? With conditions, sources, confidence and the age of the data.",
        StatusArguments,
        StatusResult,
        _status,
    ),
    "kratom_timeline": _Tool(
        "Timeline of kratom law",
        "How did the law on kratom that reaches a place change over time, and which enacted changes are to come?",
        TimelineArguments,
        TimelineResult,
        _timeline,
    ),
    "kratom_changes": _Tool(
        "Changes of kratom law",
        "Which changes of the law on kratom took or take effect in a span of days, anywhere or within one place?",
        ChangesArguments,
        ChangesResult,
        _changes,
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


def _called(law: KratomLaw, tool: _Tool, arguments: Mapping[str, Any]) -> CallToolResult:
    try:
        with law.at_one_version() as view:
            result, text = tool.answer(view, tool.arguments.model_validate(dict(arguments)))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
        known = ", ".join(tool.arguments.model_fields)
        return _failed(f"The arguments have no meaning: {problems}. There are: {known}.")
    except KratomLawError as error:
        return _failed(error_text(error))
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=result.model_dump(mode="json")
    )


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
