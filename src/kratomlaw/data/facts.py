"""Which data is in use, how old is it, and which versions are at hand? Facts about datasets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from ..law.plain import written_as
from ..law.returned import Returned

__all__ = ["DatasetCounts", "DatasetInfo", "Origin"]


class Origin(StrEnum):
    """Where the dataset in use comes from."""

    BUNDLED = "bundled"
    """The package."""
    CACHE = "cache"
    """An earlier refresh."""
    FILE = "file"
    """A file that the caller named."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DatasetCounts(Returned):
    """How much a dataset holds."""

    records: int
    """Jurisdictions with a record."""
    countries: int
    """Countries with a record."""
    states: int
    """States, provinces and territories with a record."""
    local: int
    """Counties, cities and reservations with a record."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DatasetInfo(Returned):
    """Which data is in use, and how old it is."""

    __pydantic_config__: ClassVar[Mapping[str, object]] = written_as(schema_version="schema")

    version: str
    """The version of the data, ``YYYY.MM.DD[.N]``."""
    schema_version: int
    """The version of the form of the data; ``schema`` in JSON."""
    origin: Origin
    """Where it comes from."""
    built_on: date
    """The day on which it was made."""
    fetched_at: datetime | None
    """When it was fetched; None when it was not."""
    sha256: str
    """The hash of its bytes, in hexadecimal digits."""
    age_days: int
    """Days since ``built_on``; never negative."""
    stale: bool
    """Whether it is older than ``max_age``."""
    counts: DatasetCounts
    """How much it holds."""
