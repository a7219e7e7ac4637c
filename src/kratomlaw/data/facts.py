"""Which data is in use, how old is it, and which versions are at hand? Facts about datasets."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from ..law.plain import plain, written_as
from ..law.records import SCHEMA_VERSION
from ..law.returned import Returned
from .dataset import Dataset, Origin

__all__ = ["DatasetCounts", "DatasetInfo", "facts_of"]


@plain
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


@plain
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


def facts_of(dataset: Dataset, *, today: date, stale: bool) -> DatasetInfo:
    """Say what a dataset is.

    Args:
        dataset: The dataset.
        today: The day of the question.
        stale: Whether it is too old by then.
    """
    codes = dataset.codes()
    local = sum("/" in code for code in codes)
    states = sum("-" in code for code in codes) - local
    return DatasetInfo(
        version=dataset.version,
        schema_version=SCHEMA_VERSION,
        origin=dataset.origin,
        built_on=dataset.built_on,
        fetched_at=dataset.fetched_at,
        sha256=dataset.sha256,
        age_days=max(0, (today - dataset.built_on).days),
        stale=stale,
        counts=DatasetCounts(records=len(codes), countries=len(codes) - states - local, states=states, local=local),
    )
