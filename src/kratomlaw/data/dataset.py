"""What is a dataset? All records of one data version, each made when it is first asked for."""

import json
from collections.abc import Mapping, Set
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from ..law.records import Record
from ..law.words import Level
from ..places.localities import LocalPlace
from .construct import construct

__all__ = ["Dataset", "Origin"]


class Origin(StrEnum):
    """Where the dataset in use comes from."""

    BUNDLED = "bundled"
    """The package."""
    CACHE = "cache"
    """An earlier refresh."""
    FILE = "file"
    """A file that the caller named."""


class Dataset:
    """All records of one data version, each made when it is first asked for.

    Args:
        version: The version of the data.
        built_on: The day on which it was made.
        origin: Where it comes from.
        sha256: The hash of its bytes.
        lines: The JSON text of each record, by code.
        fetched_at: When it was fetched, if it was.
    """

    def __init__(
        self,
        *,
        version: str,
        built_on: date,
        origin: Origin,
        sha256: str,
        lines: Mapping[str, bytes],
        fetched_at: datetime | None = None,
    ) -> None:
        self.version = version
        self.built_on = built_on
        self.origin = origin
        self.sha256 = sha256
        self.fetched_at = fetched_at
        self._lines = lines
        self._records: dict[str, Record] = {}

    @property
    def lines(self) -> Mapping[str, bytes]:
        """The JSON text of each record, by code."""
        return self._lines

    def codes(self) -> Set[str]:
        """The codes of all places with a record."""
        return self._lines.keys()

    def record(self, code: str) -> Record | None:
        """The record of a code, or None when there is none."""
        known = self._records.get(code)
        if known is None and code in self._lines:
            known = self._records[code] = construct(Record, json.loads(self._lines[code]))
        return known

    def local_places(self) -> list[LocalPlace]:
        """The counties, cities and reservations with a record, without making their records."""
        heads = (_head(line) for code, line in self._lines.items() if "/" in code)
        return [
            LocalPlace(
                head["code"],
                head["name"],
                Level(head["level"]),
                tuple(head.get("aliases", ())),
                tuple(head.get("counties", ())),
                tuple(head.get("localities", ())),
            )
            for head in heads
        ]

    def parent(self, code: str) -> str | None:
        """The country whose law reaches a dependent territory; None for all other places."""
        line = self._lines.get(code)
        return _head(line).get("parent") if line is not None else None


def _head(line: bytes) -> dict[str, Any]:
    """The part of a record that says which place it is about; in its JSON, what follows begins with the check."""
    return cast("dict[str, Any]", json.loads(line[: line.index(b',"verified_on":')] + b"}"))
