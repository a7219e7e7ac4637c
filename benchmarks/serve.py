"""How many questions does ``kratomlaw serve`` answer in a second? ``python benchmarks/serve.py`` asks it on loopback.

``python benchmarks/serve.py many`` asks only what compares many questions in one body with single ones.

Needs the extra ``dev``. One server process, as it is started by hand, and a few connections that each ask one question
after the other: a fixed number of questions, so that the run ends. The client shares the machine with the server, so
the numbers are what both reach together. The budgets are those of the project's design.
"""

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from rich.console import Console
from rich.progress import track
from rich.table import Table

import kratomlaw

CONNECTIONS = 16
QUESTIONS = 6_400
SLOWEST = 0.050
"""Seconds within which 99 of 100 questions are answered."""
DAY = "2026-01-15"
IN_A_BODY = 500
BODIES = 60
BODIES_AT_ONCE = 2
LEAST_GAIN = 15
"""How many times the questions a second of single requests 500 in a body have to reach."""
_LETTERS = str.maketrans("0123456789", "abcdefghij")


class Load(NamedTuple):
    """What is asked, and with which answer it counts as answered."""

    name: str
    addresses: Sequence[str]
    status: int = 200
    headers: str = ""
    bodies: Sequence[str] = ()
    """What is sent with POST; empty for GET."""
    questions: int = 1
    """How many questions one request has."""


class Measured(NamedTuple):
    """How a load went."""

    seconds: float
    times: list[float]
    """Seconds of each answered question, ordered."""
    failed: int


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """A server of its own; its port and the number of its process."""
    command = [sys.executable, "-m", "kratomlaw", "serve", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KRATOMLAW_")}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        for line in process.stderr or ():
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                yield int(found[1]), process.pid
                break
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, load: Load, address: str, body: str = ""
) -> tuple[int, str]:
    """One request on an open connection: the status and the head of the response."""
    content = body.encode()
    method = "POST" if content else "GET"
    of_body = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
    writer.write(f"{method} {address} HTTP/1.1\r\nHost: localhost\r\n{of_body}{load.headers}\r\n".encode() + content)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    if length := re.search(r"content-length: (\d+)", head):
        await reader.readexactly(int(length[1]))
    return int(head.split(" ", 2)[1]), head


async def connection(port: int, load: Load, numbers: Sequence[int]) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times: list[float] = []
    failed = 0
    for number in numbers:
        address = load.addresses[number % len(load.addresses)]
        body = load.bodies[number % len(load.bodies)] if load.bodies else ""
        start = time.perf_counter()
        status, _ = await ask(reader, writer, load, address, body)
        times.append(time.perf_counter() - start)
        failed += status != load.status
    writer.close()
    await writer.wait_closed()
    return times, failed


async def measure(port: int, load: Load, connections: int = CONNECTIONS) -> Measured:
    """Ask all questions over all connections."""
    numbers = range(BODIES if load.bodies else QUESTIONS)
    start = time.perf_counter()
    parts = await asyncio.gather(
        *(connection(port, load, numbers[number::connections]) for number in range(connections))
    )
    seconds = time.perf_counter() - start
    return Measured(seconds, sorted(one for times, _ in parts for one in times), sum(failed for _, failed in parts))


async def tag_of(port: int, address: str) -> str:
    """The tag of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    _, head = await ask(reader, writer, Load("", ()), address)
    writer.close()
    await writer.wait_closed()
    found = re.search(r"etag: (\S+)", head)
    return found[1] if found else ""


def loads(port: int) -> list[Load]:
    one = f"/v1/lookup?code=US-LA&on={DAY}"
    places = [f"/v1/lookup?code={quote(place.code, safe='')}&on={DAY}" for place in kratomlaw.jurisdictions()]
    towns = [f"/v1/lookup?city=Town%20{number}&state=TN&country=US&on={DAY}" for number in range(QUESTIONS)]
    return [
        Load("health: the framework alone", ["/health"]),
        Load("lookup, one place", [one]),
        Load("lookup, all known places in turn", places),
        Load("lookup, towns never asked before", towns),
        Load("lookup, not modified", [one], 304, f"If-None-Match: {asyncio.run(tag_of(port, one))}\r\n"),
        Load("lookup, ambiguous place", ["/v1/lookup?place=Georgia"], 422),
        Load("timeline", ["/v1/timeline?code=US-CO"]),
        Load("jurisdictions, 100 of a status", [f"/v1/jurisdictions?status=banned&on={DAY}"]),
        Load("changes of a year", ["/v1/changes?since=2025-01-01&until=2026-01-01"]),
    ]


def addresses(number: int) -> list[dict[str, object]]:
    """The city, state and ZIP code of that many post offices that have an answer, the same in every run."""
    import zipcodes

    entries: list[dict[str, str]] = zipcodes.list_all()  # type: ignore[no-untyped-call]
    random.Random(2027).shuffle(entries)  # noqa: S311  # not for secrets
    found: list[dict[str, object]] = []
    for entry in entries:
        parts = {"city": entry["city"], "state": entry["state"], "postal_code": entry["zip_code"], "country": "US"}
        with suppress(kratomlaw.PlaceError):
            kratomlaw.lookup(on=DAY, **parts)
            found.append({**parts, "on": DAY})
    return found[:number]


def bodies(questions: Sequence[dict[str, object]], detail: str) -> list[str]:
    """Bodies of 500 questions each."""
    cut = [questions[first : first + IN_A_BODY] for first in range(0, len(questions) - IN_A_BODY + 1, IN_A_BODY)]
    return [json.dumps({"questions": part, "detail": detail}) for part in cut]


def compared() -> list[tuple[Load, Load]]:
    """The same questions one by one, and 500 in a body."""
    codes = [place.code for place in kratomlaw.jurisdictions()]
    known: list[dict[str, object]] = [{"code": codes[number % len(codes)], "on": DAY} for number in range(QUESTIONS)]
    orders: list[dict[str, object]] = [{**question, "age": 30, "arrives": "2026-01-20"} for question in known]

    def new(of: str, number: int) -> list[dict[str, object]]:
        # In letters: a number of five digits would be a ZIP code, and one of another state.
        names = (str(index).translate(_LETTERS) for index in range(number))
        return [{"city": f"{of} {name}", "state": "TN", "country": "US", "on": DAY} for name in names]

    real = addresses(QUESTIONS + BODIES * IN_A_BODY)

    def pair(
        name: str, path: str, singles: Sequence[dict[str, object]], detail: str, many: Sequence[dict[str, object]]
    ) -> tuple[Load, Load]:
        one, all_of_them = path.split("|")
        addresses = [f"/v1/{one}?{urlencode(question)}&detail={detail}" for question in singles]
        asked = bodies(many, detail)
        return (
            Load(f"{name}, {detail}, one by one", addresses),
            Load(f"{name}, {detail}, 500 in a body", [f"/v1/{all_of_them}"], bodies=asked, questions=IN_A_BODY),
        )

    return [
        pair("lookup, known places", "lookup|lookups", known, "brief", known),
        pair("lookup, known places", "lookup|lookups", known, "full", known),
        pair(
            "lookup, towns never asked before",
            "lookup|lookups",
            new("Village", QUESTIONS),
            "brief",
            new("Hamlet", BODIES * IN_A_BODY),
        ),
        pair(
            "lookup, real addresses never asked before",
            "lookup|lookups",
            real[:QUESTIONS],
            "brief",
            real[QUESTIONS:],
        ),
        pair("decide, known places", "decide|decisions", orders, "brief", orders),
    ]


def busy(process: int) -> float:
    """Seconds for which a process has had a processor: the same whoever else is on the machine."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rate(port: int, process: int, load: Load, connections: int) -> tuple[float, float, int]:
    """Questions a second by the clock, a second of the server's processor time, and how many requests failed."""
    before = busy(process)
    found = asyncio.run(measure(port, load, connections))
    asked = (BODIES if load.bodies else QUESTIONS) * load.questions
    return asked / found.seconds, asked / max(busy(process) - before, 0.001), found.failed


def compare() -> None:
    """Measure and print how much many questions in a body gain."""
    table = Table("what", "a second", "a second of processor", f"ratio of these, at least {LEAST_GAIN}", "failed")
    with serving() as (port, process):
        for single, many in track(compared(), description="comparing"):
            if "never" not in single.name:  # both find the same things remembered
                asyncio.run(measure(port, many, BODIES_AT_ONCE))
            ones, alls = rate(port, process, single, CONNECTIONS), rate(port, process, many, BODIES_AT_ONCE)
            table.add_row(single.name, f"{ones[0]:,.0f}", f"{ones[1]:,.0f}", "", str(ones[2]))
            table.add_row(many.name, f"{alls[0]:,.0f}", f"{alls[1]:,.0f}", f"{alls[1] / ones[1]:.1f}", str(alls[2]))
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def main() -> None:
    """Measure and print."""
    table = Table("what", "questions a second", "median", "p99", f"p99 ≤ {SLOWEST * 1000:.0f} ms", "failed")
    with serving() as (port, _):
        for load in track(loads(port), description="serving"):
            found = asyncio.run(measure(port, load))
            late = found.times[int(len(found.times) * 0.99)]
            table.add_row(
                load.name,
                f"{QUESTIONS / found.seconds:,.0f}",
                f"{found.times[len(found.times) // 2] * 1000:.1f} ms",
                f"{late * 1000:.1f} ms",
                "yes" if late <= SLOWEST else "NO",
                str(found.failed),
            )
    Console(width=None if sys.stdout.isatty() else 150).print(table)


if __name__ == "__main__":
    if sys.argv[1:] != ["many"]:
        main()
    compare()
