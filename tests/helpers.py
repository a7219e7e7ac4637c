"""What the tests share: small records and chains made of them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from kratomlaw import Citation, Jurisdiction, KratomLaw, Level, Period, Permission, Record, Status
from kratomlaw.law.engine import ChainLink
from kratomlaw.law.plain import Plain

__all__ = [
    "CITATION",
    "GOOD_RECORD",
    "NEWER",
    "NEWEST",
    "ROOT",
    "SALE",
    "make_link",
    "make_period",
    "validated",
    "with_local",
    "write_record",
]

ROOT = Path(__file__).parent.parent
RELEASED: str = tomllib.loads((ROOT / "data/dataset.toml").read_text("utf-8"))["version"]
NEWER, NEWEST = (".".join([*RELEASED.split(".")[:3], number]) for number in ("98", "99"))
"""Versions after the one in the package, of the same day: newer, and on no clock in the future."""
SALE = {
    Status.LEGAL: Permission.ALLOWED,
    Status.RESTRICTED: Permission.RESTRICTED,
    Status.BANNED: Permission.PROHIBITED,
    Status.UNKNOWN: Permission.UNKNOWN,
}


_P = TypeVar("_P", bound=Plain)


def validated(kind: type[_P], raw: object) -> _P:
    """Plain data from what was written, as where data comes in."""
    return cast("_P", _validator(cast("Any", kind)).validate_python(raw))


@cache
def _validator(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


CITATION = validated(Citation, {"title": "Act 1", "kind": "statute", "supports": "all of it"})


RAW_PERIOD: Mapping[str, object] = {
    "from": "2024-07-01",
    "status": "restricted",
    "sale": "restricted",
    "possession": "allowed",
    "min_age": 21,
    "confidence": "high",
    "summary": "Sold to adults.",
}
"""A period as a record has it, but for its citations."""


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
    return validated(Period, values | more)


def make_link(code: str, *periods: Period, level: Level | None = None) -> ChainLink:
    """A link of a chain; without periods a place without a record."""
    upper, slash, _ = code.partition("/")
    known = level or (Level.CITY if slash else Level.STATE if "-" in code else Level.COUNTRY)
    parent = upper if slash else upper[:2] if "-" in code else None
    place = Jurisdiction(code=code, name=f"Place {code}", level=known, parent=parent)
    if not periods:
        return ChainLink(place, None)
    record = validated(
        Record,
        {
            "code": code,
            "name": place.name,
            "level": known if slash else None,
            "verified_on": "2026-11-23",
            "periods": periods,
        },
    )
    return ChainLink(place, record)


GOOD_RECORD = """\
#:schema ../schema/record.schema.json

code = "US-CO"
name = "Colorado"
verified_on = "2026-11-23"
note = "State level."

[[periods]]
from = "2022"
until = "2024-07-01"
status = "unknown"
sale = "unknown"
possession = "unknown"
confidence = "low"
summary = "The first act was not read."
note = "It was searched for and not found."

  [[periods.citations]]
  title = "A report of 2022"
  url = "https://news.example.org/2022/kratom-bill"
  kind = "news"
  published = "2022"
  supports = "There was an act."

[[periods]]
from = "2024-07-01"
status = "restricted"
sale = "restricted"
possession = "allowed"
min_age = 21
products = { "7-oh" = { status = "banned", sale = "prohibited", possession = "unknown" } }
penalty = "Fine up to $500 for the seller."
confidence = "high"
evidence_through = "2026-11-20"
summary = "Sold to adults."
note = "Newest source read is dated 2026-08-11."

  [[periods.conditions]]
  kind = "age"
  text = "21 and older."
  products = ["leaf"]
  age = 21

  [[periods.citations]]
  title = "Colo. Rev. Stat. § 18-13-132"
  url = "https://leg.colorado.gov/18-13-132"
  kind = "statute"
  published = "2024-06-01"
  supports = "All of it."

  [[periods.citations]]
  title = "SB 25-072"
  url = "https://leg.colorado.gov/bills/sb25-072"
  kind = "bill"
  published = "2025"
  supports = "What would change."

[[advisories]]
from = "2020-01"
until = "2021-01"
issuer = "Department of Health"
text = "Warned."

  [[advisories.citations]]
  title = "Health advisory"
  url = "https://cdphe.colorado.gov/warning"
  kind = "regulator"
  published = "2020-01-15"
  supports = "The warning."

[[pending]]
title = "HB 26-1"
step = "Introduced."
on = "2026-02-01"
lapses_on = "2027-05-12"
effect = "Would raise the age."
would_be = "restricted"

  [[pending.citations]]
  title = "HB 26-1 as introduced"
  url = "https://leg.colorado.gov/bills/hb26-1"
  kind = "bill"
  published = "2026-02-01"
  supports = "Its text."
"""


def write_record(data: Path, text: str, path: str = "us/co.toml") -> Path:
    file = data / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


LOCAL = """
code = "US-MS/{slug}"
name = {name}
level = "{level}"
counties = {counties}
verified_on = "2026-11-23"

[[periods]]
from = "2020-01-01"
status = "banned"
sale = "prohibited"
possession = "prohibited"
confidence = "high"
summary = "A ban."

  [[periods.citations]]
  title = "Ordinance 1"
  kind = "ordinance"
  supports = "The ban."
"""


COUNTIES = ["US-MS/hinds-county", "US-MS/lee-county"]


def with_local(folder: Path, **names: str) -> KratomLaw:
    """An instance that also knows cities of Mississippi, banned since 2020."""
    for slug, name in names.items():
        # The land of a nation may lie in several counties, so that no county says where it is.
        nation = slug.startswith("nation")
        text = LOCAL.format(
            slug=f"{slug}-reservation" if nation else slug,
            name=repr(name),
            level="reservation" if nation else "city",
            counties=COUNTIES if nation else COUNTIES[:1],
        )
        (folder / f"{slug}.toml").write_text(text, "utf-8")
    return KratomLaw(overlay=folder)
