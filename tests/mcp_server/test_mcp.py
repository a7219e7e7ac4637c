"""What an assistant meets: the server, asked by the protocol's own client, in this process and as a program."""

import asyncio
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent, Tool

import kratomlaw
from helpers import ROOT
from kratomlaw import Answer, KratomLaw, KratomLawStaleWarning
from kratomlaw.mcp_server import create_server

SERVER = [sys.executable, "-m", "kratomlaw", "mcp"]


def with_client(use: Callable[[Client], Awaitable[Any]], law: KratomLaw | None = None) -> Any:
    """Use a client of a server in this process; starting a program for each question takes seconds."""

    async def connected() -> Any:
        async with Client(create_server(law or KratomLaw())) as client:
            return await use(client)

    return asyncio.run(connected())


def call(name: str, **arguments: object) -> CallToolResult:
    result = with_client(lambda client: client.call_tool(name, arguments))
    assert isinstance(result, CallToolResult)
    return result


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.fixture(scope="module")
def tools() -> dict[str, Tool]:
    async def listed(client: Client) -> list[Tool]:
        return (await client.list_tools()).tools

    return {tool.name: tool for tool in with_client(listed)}


def test_there_are_three_tools_that_change_nothing(tools: dict[str, Tool]) -> None:
    assert sorted(tools) == ["kratom_changes", "kratom_status", "kratom_timeline"]
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint


def test_a_status_carries_evidence_age_confidence_and_the_disclaimer() -> None:
    result = call("kratom_status", place="New Orleans, Louisiana", on="2026-01-15")
    text = text_of(result)
    expected = kratomlaw.lookup("New Orleans, Louisiana", on="2026-01-15")
    for words in ("BANNED", "US-LA", "2025-08-01", "2026-01-15", "confidence: high", "days old", "not legal advice"):
        assert words in text
    for citation in expected.citations:
        assert citation.title in text
        assert (citation.url or "") in text
    assert result.structured_content is not None
    assert Answer.from_json(json.dumps(result.structured_content["answer"])) == expected


def test_the_program_answers_as_the_server_in_this_process() -> None:
    arguments = {"place": "US-LA", "on": "2026-01-15"}
    program = StdioServerParameters(command=SERVER[0], args=SERVER[1:], env={**os.environ})

    async def asked() -> CallToolResult:
        async with Client(stdio_client(program)) as client:
            return await client.call_tool("kratom_status", arguments)

    assert text_of(asyncio.run(asked())) == text_of(call("kratom_status", **arguments))


def test_without_a_day_the_question_is_about_today_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kratomlaw.mcp_server.server.today_in_utc", lambda: date(2026, 1, 15))
    result = call("kratom_status", place="US-LA")
    assert result.structured_content is not None
    assert result.structured_content["answer"]["on"] == "2026-01-15"


def test_unknown_is_said_as_unknown() -> None:
    result = call("kratom_status", place="Antarctica")
    assert not result.is_error
    assert "UNKNOWN" in text_of(result)
    assert "Do not say that it is legal" in text_of(result)


def test_a_place_without_a_record_is_said_to_have_none() -> None:
    assert "not recorded: Nashville: this is the answer for Tennessee as a whole" in text_of(
        call("kratom_status", place="Nashville, TN")
    )


@pytest.mark.usefixtures("usual_age")
def test_stale_data_is_said_to_be_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kratomlaw.data.derived._warned_of", set())  # a version is told once a process
    document: dict[str, Any] = json.loads((ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_text("utf-8"))
    document |= {"version": "2020.01.01", "built_on": "2020-01-01"}
    (tmp_path / "old.json").write_text(json.dumps(document), "utf-8")

    async def asked() -> CallToolResult:
        async with Client(create_server(KratomLaw(dataset=tmp_path / "old.json"))) as client:
            return await client.call_tool("kratom_status", {"place": "US-LA"})

    with pytest.warns(KratomLawStaleWarning):
        assert "STALE" in text_of(asyncio.run(asked()))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"place": "Georgia"}, ["GE", "US-GA"]),
        ({"place": "Tennesse"}, ["US-TN"]),
        ({"place": "US-LA", "on": "tomorrow"}, ["YYYY-MM-DD"]),
        ({"place": "US-LA", "product": "tea"}, ["7-oh"]),
        ({"place": "US-LA", "prodct": "7-oh"}, ["prodct", "product"]),
        ({}, ["place"]),
    ],
)
def test_what_is_wrong_with_a_question_is_a_tool_error_that_helps(
    arguments: dict[str, object], words: list[str]
) -> None:
    result = call("kratom_status", **arguments)
    assert result.is_error
    for word in words:
        assert word in text_of(result)


@pytest.mark.parametrize("number", [1, 6, 20_000])
def test_many_unknown_arguments_are_not_listed_back(number: int) -> None:
    result = call("kratom_status", place="US-LA", **{f"nonsense-{index}-{'x' * 99}": 1 for index in range(number)})
    assert (result.is_error, "nonsense-0-" in text_of(result)) == (True, True)
    assert len(text_of(result)) < 700
    if number > 5:
        assert f"{number - 5} more" in text_of(result)


def test_hints_name_arguments_of_the_tool() -> None:
    text = text_of(call("kratom_status", place="62002"))
    assert '"62002, USA"' in text
    assert not re.search(r"lookup|postal_code|\(\)", text)


def test_data_that_cannot_be_used_is_said_without_private_details(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    law = KratomLaw(dataset=tmp_path / "secret-folder" / "secret.json")
    with caplog.at_level(logging.ERROR, logger="kratomlaw.mcp"):
        result = with_client(lambda client: client.call_tool("kratom_status", {"place": "US-LA"}), law)
    assert (result.is_error, "secret" in text_of(result), "secret" in caplog.text) == (True, False, True)


def test_a_tool_that_is_not_there_is_an_error_of_the_protocol() -> None:
    async def refused(client: Client) -> str:
        with pytest.raises(MCPError) as raised:
            await client.call_tool("kratom_price", {})
        return str(raised.value)

    assert "kratom_status" in with_client(refused)


def test_a_timeline_lists_every_period() -> None:
    result = call("kratom_timeline", place="Rhode Island")
    assert result.structured_content is not None
    assert len(result.structured_content["periods"]) == len(kratomlaw.timeline("Rhode Island"))
    assert "2026-04-01 to no known end: RESTRICTED, from age 21" in text_of(result)


def test_a_timeline_of_a_zip_code_of_several_places_is_not_guessed() -> None:
    result = call("kratom_timeline", place="IL 62002")
    assert (result.is_error, "US-IL/madison-county" in text_of(result)) == (True, True)


def test_a_town_that_a_zip_code_may_put_elsewhere_is_not_said_to_have_one_place_s_answer() -> None:
    text = text_of(call("kratom_status", place="Nowhere, IL 62002"))
    assert ("the strictest of them is shown" in text, "as a whole" in text) == (True, False)


def test_changes_are_those_of_the_span_and_a_long_list_says_that_it_is_cut() -> None:
    found = kratomlaw.changes("2025-01-01", "2026-01-01")
    result = call("kratom_changes", since="2025-01-01", until="2026-01-01", limit=2)
    assert result.structured_content is not None
    assert (result.structured_content["total"], len(result.structured_content["changes"])) == (len(found), 2)
    assert f"{len(found)} changes, the first 2 of them" in text_of(result)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("kratom_status", {"place": "Denver, CO", "product": "7-oh"}),
        ("kratom_timeline", {"place": "Thailand"}),
        ("kratom_changes", {"since": "2026-01-01"}),
    ],
)
def test_results_keep_to_their_schema(name: str, arguments: dict[str, object], tools: dict[str, Tool]) -> None:
    schema = tools[name].output_schema
    assert schema is not None
    Draft202012Validator(schema).validate(call(name, **arguments).structured_content)


def test_nothing_but_the_protocol_is_on_standard_output() -> None:
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    messages: list[dict[str, object]] = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "kratom_status", "arguments": {"place": "US-LA"}},
        },
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "kratom_status", "arguments": {}}},
    ]
    process = subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    answers: dict[int, Any] = {}
    for message in messages:
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        if "id" in message:
            answer = json.loads(process.stdout.readline())
            answers[answer["id"]] = answer
    rest, errors = process.communicate(timeout=60)  # this closes its input, which ends it
    assert sorted(answers) == [1, 2, 3]
    assert all(answer["jsonrpc"] == "2.0" for answer in answers.values())
    assert (rest, process.returncode, "Traceback" in errors) == ("", 0, False)
