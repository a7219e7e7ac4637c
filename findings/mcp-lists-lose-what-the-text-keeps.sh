#!/usr/bin/env bash
# Versions:  mcp 2.3.0 with pydantic 2.14.4 (Python 3.11)
# Expected:  the two forms of one answer of a tool, structured content and the text which the protocol asks for beside
#            it, say the same, whether the tool returns one record, a list or a dictionary of them.
# Seen:      a record of a class derived from the declared one is whole in the text, and whole in the structured
#            content when it is returned alone. In a list or a dictionary it is cut to the declared fields, in the
#            structured content alone: a program that reads it does not see the exception for minors which the text
#            tells. A number given as text stays text in the one and becomes a number in the other.
# Output:    one    text:       {"status": "legal", "minors": "banned"}
#            one    structured: {"status": "legal", "minors": "banned"}
#            listed text:       {"status": "legal", "minors": "banned"}
#            listed structured: {"result": [{"status": "legal"}]}
#            named  text:       {"US-IL": {"status": "legal", "minors": "banned"}}
#            named  structured: {"US-IL": {"status": "legal"}}
#            ages   text:       {"US-IL": "21"}
#            ages   structured: {"US-IL": 21}
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check mcp==2.3.0 pydantic==2.14.4 2>/dev/null

cat > one.py <<'PYTHON'
import asyncio
import json

from mcp import Client
from mcp.server import MCPServer
from pydantic import BaseModel


class Rule(BaseModel):
    status: str


class RuleForMinors(Rule):
    minors: str


server = MCPServer("laws")
RULE = RuleForMinors(status="legal", minors="banned")


@server.tool()
def one() -> Rule:
    return RULE


@server.tool()
def listed() -> list[Rule]:
    return [RULE]


@server.tool()
def named() -> dict[str, Rule]:
    return {"US-IL": RULE}


@server.tool()
def ages() -> dict[str, int]:
    return {"US-IL": "21"}


async def main():
    async with Client(server) as client:
        for tool in ("one", "listed", "named", "ages"):
            answer = await client.call_tool(tool, {})
            print(f"{tool:6} text:      ", json.dumps(json.loads(answer.content[0].text)))
            print(f"{tool:6} structured:", json.dumps(answer.structured_content))


asyncio.run(main())
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
one    text:       {"status": "legal", "minors": "banned"}
one    structured: {"status": "legal", "minors": "banned"}
listed text:       {"status": "legal", "minors": "banned"}
listed structured: {"result": [{"status": "legal"}]}
named  text:       {"US-IL": {"status": "legal", "minors": "banned"}}
named  structured: {"US-IL": {"status": "legal"}}
ages   text:       {"US-IL": "21"}
ages   structured: {"US-IL": 21}
EXPECTED
