"""What the tests share: small records and chains made of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kratomlaw import Citation, Confidence, Jurisdiction, Level, PartialDate, Period, Permission, Record, Status
from kratomlaw.engine import Link

ROOT = Path(__file__).parent.parent
SALE = {
    Status.LEGAL: Permission.ALLOWED,
    Status.RESTRICTED: Permission.RESTRICTED,
    Status.BANNED: Permission.PROHIBITED,
    Status.UNKNOWN: Permission.UNKNOWN,
}
CITATION = Citation.model_validate({"title": "Act 1", "kind": "statute", "supports": "all of it"})


def make_period(since: str, status: str = "legal", **more: object) -> Period:
    """A period whose permissions follow from its status unless they are given."""
    wanted = Status(status)
    possession = Permission.ALLOWED if wanted is Status.RESTRICTED else SALE[wanted]
    values: dict[str, object] = {
        "from": since,
        "status": wanted,
        "sale": SALE[wanted],
        "possession": possession,
        "confidence": "high",
        "summary": f"{status} since {since}",
        "citations": [CITATION],
    }
    return Period.model_validate(values | more)


def make_link(code: str, *periods: Period, level: Level | None = None) -> Link:
    """A link of a chain; without periods a place without a record."""
    upper, slash, _ = code.partition("/")
    known = level or (Level.CITY if slash else Level.STATE if "-" in code else Level.COUNTRY)
    parent = upper if slash else upper[:2] if "-" in code else None
    place = Jurisdiction(code=code, name=f"Place {code}", level=known, parent=parent)
    if not periods:
        return Link(place, None)
    record = Record.model_validate(
        {
            "code": code,
            "name": place.name,
            "level": known if slash else None,
            "verified_on": "2026-11-23",
            "periods": periods,
        }
    )
    return Link(place, record)


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the clone."""
    return ROOT


__all__ = ["CITATION", "ROOT", "Callable", "Confidence", "PartialDate", "make_link", "make_period"]
