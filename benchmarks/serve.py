"""How many questions does ``kratomlaw serve`` answer in a second? ``python benchmarks/serve.py`` asks it on loopback.

Needs the extra ``dev``. One server process, as it is started by hand, and a few connections that each ask one question
after the other: a fixed number of questions, so that the run ends. The client shares the machine with the server, so
the numbers are what both reach together. The budgets are those of the project's design.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from rich.console import Console
from rich.progress import track
from rich.table import Table

import kratomlaw

CONNECTIONS = 16
QUESTIONS = 6_400
SLOWEST = 0.050
"""Seconds within which 99 of 100 questions are answered."""
DAY = "2026-01-15"


class Load(NamedTuple):
    """What is asked, and with which answer it counts as answered."""

    name: str
    addresses: Sequence[str]
    status: int = 200
    headers: str = ""


class Measured(NamedTuple):
    """How a load went."""

    seconds: float
    times: list[float]
    """Seconds of each answered question, ordered."""
    failed: int


@contextmanager
def serving() -> Iterator[int]:
    """A server of its own; its port."""
    command = [sys.executable, "-m", "kratomlaw", "serve", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KRATOMLAW_")}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        for line in process.stderr or ():
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                yield int(found[1])
                break
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, load: Load, address: str) -> tuple[int, str]:
    """One question on an open connection: the status and the head of the response."""
    writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n{load.headers}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    if length := re.search(r"content-length: (\d+)", head):
        await reader.readexactly(int(length[1]))
    return int(head.split(" ", 2)[1]), head


async def connection(port: int, load: Load, addresses: Sequence[str]) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times: list[float] = []
    failed = 0
    for address in addresses:
        start = time.perf_counter()
        status, _ = await ask(reader, writer, load, address)
        times.append(time.perf_counter() - start)
        failed += status != load.status
    writer.close()
    await writer.wait_closed()
    return times, failed


async def measure(port: int, load: Load) -> Measured:
    """Ask all questions over all connections."""
    asked = [load.addresses[number % len(load.addresses)] for number in range(QUESTIONS)]
    start = time.perf_counter()
    parts = await asyncio.gather(*(connection(port, load, asked[number::CONNECTIONS]) for number in range(CONNECTIONS)))
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


def main() -> None:
    """Measure and print."""
    table = Table("what", "questions a second", "median", "p99", f"p99 ≤ {SLOWEST * 1000:.0f} ms", "failed")
    with serving() as port:
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
    main()
