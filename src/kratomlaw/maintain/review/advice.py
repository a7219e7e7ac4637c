"""What does a rule say of a record, and what may it know besides the record?"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from ...law.dates import PartialDate
from ...law.records import Record
from ..records.hosts import NO_HOSTS, HostList
from .findings import Severity

__all__ = ["Advice", "DatedInstrument", "LintContext"]


class Advice(NamedTuple):
    """What one rule says of one place in a record."""

    severity: Severity
    key: str
    """Where in the record, as in ``periods[1].status``."""
    message: str
    """What is wrong."""
    fix: str
    """How to fix it."""


class DatedInstrument(NamedTuple):
    """An instrument as one record cites it."""

    code: str
    """The record."""
    published: PartialDate
    """The date under which it cites it."""


class LintContext(NamedTuple):
    """What a rule may know besides the record."""

    today: date
    """The day of the check; law that begins later is law of the future."""
    records: Mapping[str, Record]
    """All records by code."""
    instruments: Mapping[str, Collection[DatedInstrument]]
    """The dates under which the records cite an instrument, by its folded title."""
    hosts: HostList = NO_HOSTS
    """The reviewed hosts."""
