"""Which tools does an assistant find? ``kratom_status``, ``kratom_timeline`` and ``kratom_changes``.

They only read. Every result is structured data, and the same as text.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
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
from ..errors import DataError, KratomLawError
from ..serving import REFRESH_EVERY, Surface, hint_for, today_in_utc
from ..settings import read_settings
from ..version import __version__
from .result_text import changes_text, error_text, status_text, timeline_text
from .schemas import (
    ChangesArguments,
    ChangesResult,
    StatusArguments,
    StatusResult,
    TimelineArguments,
    TimelineResult,
    ToolResult,
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


class _Tool(NamedTuple):
    """One tool: how it is asked, how it answers, and what it is for."""

    title: str
    description: str
    arguments: type[BaseModel]
    result: type[ToolResult]
    answer: Callable[[Snapshot, Any], tuple[ToolResult, str]]


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


def _status(law: Snapshot, question: StatusArguments) -> tuple[StatusResult, str]:
    answer = law.lookup(question.place, on=question.on or today_in_utc(), product=question.product)
    result = StatusResult(answer=answer, **_about_the_data(law))
    return result, status_text(result)


def _timeline(law: Snapshot, question: TimelineArguments) -> tuple[TimelineResult, str]:
    answer = law.lookup(question.place, on=today_in_utc(), product=question.product)
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
    dataset_version: str
    dataset_age_days: int
    stale: bool


def _about_the_data(law: Snapshot) -> _AboutTheData:
    data = law.dataset()
    return {"dataset_version": data.version, "dataset_age_days": data.age_days, "stale": data.stale}


_TOOLS: Mapping[str, _Tool] = {
    "kratom_status": _Tool(
        "Status of kratom",
        "Is kratom legal, restricted or banned in a place on a date, or is that not known, and which law says so? "
        "With conditions, sources, confidence and the age of the data.",
        StatusArguments,
        StatusResult,
        _status,
    ),
    "kratom_timeline": _Tool(
        "Timeline of kratom law",
        "How has the law on kratom that reaches a place changed over time, and which enacted changes are yet to come?",
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
        return _failed(_invalid_arguments(error, tool))
    except DataError as error:  # it names files and folders, which help whoever runs the server
        _log.error("kratomlaw cannot answer: %s", error)
        return _failed(_NO_DATA)
    except KratomLawError as error:
        return _failed(error_text(error, hint_for(_SURFACE, error.hint)))
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=result.model_dump(mode="json")
    )


def _invalid_arguments(error: ValidationError, tool: _Tool) -> str:
    """What is wrong with the arguments, in few words however many they are."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    listed = [f"{'.'.join(map(str, one['loc']))[:_LONGEST_NAME]}: {one['msg']}" for one in found[:_MOST_PROBLEMS]]
    more = f"; and {len(found) - _MOST_PROBLEMS} more" if len(found) > _MOST_PROBLEMS else ""
    return f"Invalid arguments: {'; '.join(listed)}{more}. Known arguments: {', '.join(tool.arguments.model_fields)}."


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


_SURFACE = Surface(
    parameters=frozenset(name for tool in _TOOLS.values() for name in tool.arguments.model_fields),
    lookup="kratom_status",
    help="The descriptions of the arguments say how to write them.",
)
