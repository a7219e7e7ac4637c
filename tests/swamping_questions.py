"""What do a million questions of strangers cost? A process that asks them, and measures itself."""

import json
import random
import re
import string
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import kratomlaw
from kratomlaw import KratomLaw, KratomLawError

__all__ = ["KINDS"]

Ask = Callable[[KratomLaw, random.Random, int], object]
STATES = ("US-LA", "US-IL", "US-CA", "US-TX", "US-MS")


def word(rng: random.Random, length: int = 8) -> str:
    return "".join(rng.choices(string.ascii_lowercase, k=length))


KINDS: dict[str, Ask] = {
    "unknown places": lambda law, rng, n: law.lookup(f"{word(rng)} {n}"),
    "towns that nobody knows": lambda law, rng, n: law.lookup(f"{word(rng)} {n}, {rng.choice(STATES)[3:]}"),
    "misspelled towns": lambda law, rng, n: law.lookup(f"Altn{word(rng, 2)} {n}, IL"),
    "codes": lambda law, rng, n: law.lookup(code=f"US-{word(rng, 2).upper()}/{word(rng)}-{n}"),
    "codes in a state": lambda law, rng, n: law.lookup(code=f"{rng.choice(STATES)}/{word(rng)}-{n}"),
    "records": lambda law, rng, n: law.record(f"{word(rng, 2).upper()}-{n}"),
    "records in a state": lambda law, rng, n: law.record(f"{rng.choice(STATES)}/{word(rng)}-{n}"),
    "timelines": lambda law, rng, n: law.timeline(f"{word(rng)}-{n}, Louisiana"),
    "places within": lambda law, rng, n: law.jurisdictions(within=f"{word(rng)} {n}, IL"),
    "changes": lambda law, rng, n: law.changes("2026-01-01", within=f"{rng.choice(STATES)}/{word(rng)}-{n}"),
    "parts": lambda law, rng, n: law.lookup(country="US", state="IL", county=word(rng), city=f"{word(rng)} {n}"),
    "ZIP codes": lambda law, rng, n: law.lookup(postal_code=f"{n % 100_000:05}-{n % 10_000:04}", country="US"),
    "addresses": lambda law, rng, n: law.lookup(f"{n} {word(rng)} St, {word(rng)}, Alton, IL 62002"),
    "days": lambda law, rng, n: law.lookup("US-LA", on=f"{1 + n % 9_998:04}-{1 + n % 12:02}-{1 + n % 28:02}"),
    "products": lambda law, rng, n: law.lookup("US-LA", product=f"{word(rng)}{n}"),
    "decisions": lambda law, rng, n: law.decide(f"{word(rng)} {n}, TX", age=n % 90, on="2026-01-01"),
    "long addresses": lambda law, rng, n: law.lookup(f"{word(rng, 40_000)} {n}, Denver, CO"),
    "long parts": lambda law, rng, n: law.lookup(city=f"{word(rng, 20_000)} {n}", state="IL"),
    "long names": lambda law, rng, n: law.find(f"{word(rng, 20_000)} {n}"),
    "much blank": lambda law, rng, n: law.lookup(f"Denver, CO{' ' * 40_000}{n * ' '}"[: 40_000 + n % 30_000]),
}


def held() -> float:
    """The megabytes that this process holds now."""
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(kilobytes) / 1024


def asked(names: list[str], count: int, seed: int) -> Iterator[float]:
    """Ask so many questions of each kind, in turn, ten times; tell what the process holds after each time."""
    law = KratomLaw()
    rng = random.Random(seed)  # noqa: S311
    number = 0
    for _ in range(10):
        for name in names:
            for _ in range(count // 10):
                number += 1
                with suppress(KratomLawError):
                    KINDS[name](law, rng, number)
        yield held()


def main() -> None:
    """Ask as the arguments say: a seed, how many of each kind, and the kinds."""
    seed, count, *names = sys.argv[1:]
    kratomlaw.lookup("Alton, IL 62002")
    kratomlaw.KratomLaw().preload()
    found: list[Any] = list(asked(names or list(KINDS), int(count), int(seed)))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
