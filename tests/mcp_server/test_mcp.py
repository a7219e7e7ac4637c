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
from long_versions import sized

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


def test_there_are_five_tools_that_change_nothing(tools: dict[str, Tool]) -> None:
    assert sorted(tools) == ["kratom_changes", "kratom_decision", "kratom_status", "kratom_timeline", "kratom_trip"]
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint


def test_a_status_carries_evidence_age_confidence_and_the_disclaimer() -> None:
    result = call("kratom_status", place="New Orleans, Louisiana", on="2026-01-15", detail="full")
    text = text_of(result)
    expected = kratomlaw.lookup("New Orleans, Louisiana", on="2026-01-15")
    evidence = f"Evidence to {expected.evidence_through}"
    for words in ("BANNED", "US-LA", "2026-01-15", evidence, "confidence medium", "days old", "not legal advice"):
        assert words in text
    assert result.structured_content is not None
    assert Answer.from_json(json.dumps(result.structured_content["answer"])) == expected


def size_of(result: CallToolResult) -> int:
    """Bytes of what a client is sent for one call."""
    return len(result.model_dump_json(by_alias=True, exclude_none=True).encode())


UNUSUAL = (
    "漢" * 180 + ", TN",
    "x" * 190 + ", NY",
    "Nowhere, IL 62002",
    "San Deigo, CA",
    "é" * 150 + ", NY 12601",
    "US",
    "10001, USA",
)


@sized("step", 7, 1)
def test_what_is_brief_is_short_for_every_place_and_product(step: int) -> None:
    law = KratomLaw()
    places = [
        f"{place.name}, USA" if place.code.startswith("US-") and "/" not in place.code else place.code
        for place in law.jurisdictions()[::step]
    ]
    questions = [(place, product) for place in (*UNUSUAL, *places) for product in kratomlaw.Product]

    async def asked(client: Client) -> dict[str, list[tuple[int, str]]]:
        sizes: dict[str, list[tuple[int, str]]] = {"kratom_status": [], "kratom_decision": [], "kratom_timeline": []}
        for place, product in questions:
            for tool, found in sizes.items():
                result = await client.call_tool(tool, {"place": place, "product": product})
                found.append((size_of(result), f"{place} {product}"))
        return sizes

    sizes = with_client(asked, law)
    assert max(sizes["kratom_status"]) <= (3_072, ""), max(sizes["kratom_status"])
    assert max(sizes["kratom_decision"]) <= (3_072, ""), max(sizes["kratom_decision"])
    assert max(sizes["kratom_timeline"]) <= (12_288, ""), max(sizes["kratom_timeline"])


def test_a_brief_status_says_what_the_answer_says_and_how_old_it_is() -> None:
    answer = kratomlaw.lookup("Denver, CO", on="2026-10-01", product="7-oh")
    result = call("kratom_status", place="Denver, CO", on="2026-10-01", product="7-oh")
    assert result.structured_content is not None
    told = result.structured_content["answer"]
    full = answer.to_dict()
    for name in ("status", "sale", "possession", "min_age", "since", "certainty", "evidence_through", "verified_on"):
        assert told[name] == full[name], name
    assert told["conditions"] == list(dict.fromkeys(condition.kind.value for condition in answer.conditions))
    assert (told["sources_total"], told["sources"][0]["url"]) == (len(answer.citations), answer.citations[0].url)
    assert result.structured_content["dataset_age_days"] == kratomlaw.dataset().age_days


def test_text_and_structure_are_never_both_at_full_length() -> None:
    full = call("kratom_status", place="US-NY/suffolk-county", product="7-oh", detail="full")
    assert full.structured_content is not None
    assert len(json.dumps(full.structured_content)) > 15_000
    assert len(text_of(full).encode()) <= 1_000


def test_only_the_fields_that_are_asked_for_are_given() -> None:
    result = call("kratom_status", place="US-CO", on="2026-10-01", fields=["min_age", "pending"])
    assert result.structured_content is not None
    answer = result.structured_content["answer"]
    assert {"min_age", "pending"} <= set(answer)
    assert set(answer) - {"min_age", "pending"} <= {"status", "certainty", "stale", "disclaimer", "further_citations"}
    numbers = [number for step in answer["pending"] for number in step["citations"]]
    assert sorted(numbers) == list(range(len(answer["further_citations"])))
    wrong = call("kratom_status", place="US-CO", fields=["minage"])
    assert (wrong.is_error, "Did you mean min_age?" in text_of(wrong)) == (True, True)


def test_a_decision_is_that_of_the_library() -> None:
    policy = {"meets": ["age", "labelling"], "old_evidence": "allow"}
    arguments: dict[str, Any] = {"place": "Denver, CO", "on": "2026-10-01", "arrives": "2026-10-05", "age": 30}
    expected = kratomlaw.decide(**arguments, policy=kratomlaw.Policy(meets=("age", "labelling"), old_evidence="allow"))
    full = call("kratom_decision", **arguments, policy=policy, detail="full")
    assert full.structured_content is not None
    assert kratomlaw.Decision.from_json(json.dumps(full.structured_content["decision"])) == expected
    brief = call("kratom_decision", **arguments, policy=policy)
    assert brief.structured_content is not None
    told = brief.structured_content["decision"]
    assert (told["outcome"], told["reasons"][0]["code"]) == (expected.outcome, expected.reasons[0].code)
    assert expected.outcome.upper() in text_of(brief)


def test_a_trip_is_judged_stop_by_stop() -> None:
    stops = [{"place": "Denver, CO", "on": "2026-12-01"}, {"place": "US-LA", "on": "2026-12-03"}]
    result = call("kratom_trip", stops=stops, age=30)
    expected = kratomlaw.decide_trip([(stop["place"], stop["on"]) for stop in stops], age=30)
    assert result.structured_content is not None
    told = result.structured_content["trip"]
    assert told["outcome"] == expected.outcome
    assert [stop["outcome"] for stop in told["stops"]] == [decision.outcome for decision in expected.decisions]


def test_an_ambiguous_place_comes_with_what_holds_in_each_candidate() -> None:
    result = call("kratom_status", place="Springfield", on="2026-10-01")
    text = text_of(result)
    assert result.is_error
    for place in ("Springfield, Missouri", "Springfield, Tennessee"):
        answer = kratomlaw.lookup(place, on="2026-10-01")
        (line,) = [line for line in text.split("\n") if f'"{place}"' in line and line.startswith("- ")]
        assert f": {answer.status}" in line
        assert f"sale {answer.sale}" in line


def test_changes_go_on_with_the_cursor_until_all_are_listed_once() -> None:
    expected = [(str(change.on), change.jurisdiction.code) for change in kratomlaw.changes("2015-01-01")]

    async def followed(client: Client) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        cursor: dict[str, str] = {}
        while True:
            result = await client.call_tool("kratom_changes", {"since": "2015-01-01", "limit": 200, **cursor})
            assert size_of(result) <= 12_288
            assert result.structured_content is not None
            found += [(change["on"], change["code"]) for change in result.structured_content["changes"]]
            if result.structured_content["next_cursor"] is None:
                return found
            cursor = {"cursor": result.structured_content["next_cursor"]}
            assert cursor["cursor"] in text_of(result)

    assert with_client(followed) == expected


@pytest.mark.parametrize(
    ("cursor", "words"),
    [("nonsense", "not a cursor"), ("2020.01.01/5", "Begin again"), ("2026.11.30/x", "not a cursor")],
)
def test_a_cursor_of_something_else_is_refused(cursor: str, words: str) -> None:
    result = call("kratom_changes", since="2015-01-01", cursor=cursor)
    assert (result.is_error, words in text_of(result)) == (True, True)


def test_a_client_without_structured_results_gets_the_text_at_full_length() -> None:
    """Spoken over the pipe as an old client does."""
    answer = kratomlaw.lookup("US-CO", on="2026-10-01")
    (short, full) = spoken(
        "2024-11-05", {"place": "US-CO", "on": "2026-10-01"}, {"place": "US-CO", "on": "2026-10-01", "detail": "full"}
    )
    assert "structuredContent" not in short
    assert len(json.dumps(short, ensure_ascii=False).encode()) <= 3_072
    text = full["content"][0]["text"]
    for citation in answer.citations:
        assert citation.title in text
        assert (citation.url or "") in text


def spoken(version: str, *questions: dict[str, object]) -> list[dict[str, Any]]:
    """The results of status questions to the program, in a version of the protocol."""
    client = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    messages: list[dict[str, object]] = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": client},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        *(
            {
                "jsonrpc": "2.0",
                "id": number,
                "method": "tools/call",
                "params": {"name": "kratom_status", "arguments": question},
            }
            for number, question in enumerate(questions, start=1)
        ),
    ]
    with subprocess.Popen(
        SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        results: list[dict[str, Any]] = []
        for message in messages:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            if message.get("id") is not None:
                results.append(json.loads(process.stdout.readline())["result"])
        process.stdin.close()
    return results[1:]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("kratom_status", {"place": "US-LA", "date": "2026-01-01"}, "Did you mean on?"),
        ("kratom_status", {"place": "US-LA", "zip": "70112"}, "Did you mean place?"),
        ("kratom_status", {"location": "US-LA"}, "Did you mean place?"),
        ("kratom_decision", {"place": "US-LA", "arrival": "2026-01-01"}, "Did you mean arrives?"),
        ("kratom_decision", {"place": "US-LA", "age": "30"}, "age: Input should be a valid integer"),
        ("kratom_decision", {"place": "US-LA", "policy": {"unkown": "review"}}, "Did you mean unknown?"),
        ("kratom_decision", {"place": "US-LA", "policy": {"banned": "allow"}}, "review or refuse"),
        ("kratom_decision", {"place": "US-LA", "policy": "strict"}, "not an object"),
        ("kratom_decision", {"place": "US-LA", "on": "2026-02-01", "arrives": "2026-01-01"}, "Exchange on and arrives"),
        ("kratom_trip", {"stops": []}, "stops"),
        ("kratom_trip", {"stops": [{"place": "US-LA", "on": "2026-02-01"}, {"place": "US-TX", "on": "2026-01-01"}]}, "order"),
        ("kratom_status", {"place": "US-LA", "detail": "brief", "fields": ["status"]}, "exclude each other"),
    ],
)  # fmt: skip
def test_what_people_try_is_answered_with_what_is_right(tool: str, arguments: dict[str, object], words: str) -> None:
    result = call(tool, **arguments)
    assert result.is_error
    assert words in text_of(result), text_of(result)
    assert not re.search(r"\w\(|\[\(|KratomLaw|datetime|--", text_of(result))


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
        assert ("1 more" if number == 6 else "20001") in text_of(result)


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
    assert f"{len(found)} changes, 2 of them here" in text_of(result)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("kratom_status", {"place": "Denver, CO", "product": "7-oh"}),
        ("kratom_timeline", {"place": "Thailand"}),
        ("kratom_changes", {"since": "2026-01-01"}),
        ("kratom_changes", {"since": "2026-01-01", "detail": "full"}),
        ("kratom_timeline", {"place": "US-CO", "fields": ["since", "citations"]}),
        ("kratom_decision", {"place": "US-CO"}),
        ("kratom_decision", {"place": "US-CO", "detail": "full"}),
        ("kratom_trip", {"stops": [{"place": "US-CO", "on": "2026-12-01"}]}),
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
