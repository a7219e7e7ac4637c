"""What do the records know already? So that only what is new becomes a lead, and a lead says what the record says."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from ...law.dates import PartialDate
from ...law.records import Citation, Pending, Record
from .bills import bill_number, named_bills

__all__ = ["Known", "bill_subject", "citations_of", "same_document"]

_MOST_SAID = 300
"""Characters of a pending step that a lead repeats."""


class _Mention(NamedTuple):
    """A bill that a record names."""

    years: frozenset[int]
    pending: Pending | None


class Known:
    """The records, asked by those who find something.

    Args:
        records: The records by code.
        today: The present day.

    Example:
        >>> import kratomlaw
        >>> known = Known({"US-LA": kratomlaw.record("US-LA")}, today=date(2026, 11, 30))
        >>> known.says("US-LA")[0][:27]
        'US-LA: banned since 2025-08'
    """

    def __init__(self, records: Mapping[str, Record], *, today: date) -> None:
        self._records = records
        self.today = today
        """The present day."""
        self._bills: dict[str, dict[str, list[_Mention]]] = {}
        self._texts: dict[str, str] = {}

    def record(self, place: str) -> Record | None:
        """The record of a place; None when there is none."""
        return self._records.get(place)

    def name(self, place: str) -> str:
        """The name of a place; its code when it has no record."""
        record = self._records.get(place)
        return record.name if record else place

    def checked_on(self, places: tuple[str, ...]) -> date:
        """The day from which something is news: the oldest last check of some places; today without records."""
        return min((self._records[place].verified_on for place in places if place in self._records), default=self.today)

    def last_checks(self, places: tuple[str, ...]) -> tuple[date, ...]:
        """When the records of some places were last checked; empty where one of them has none."""
        found = [self._records[place].verified_on for place in places if place in self._records]
        return tuple(found) if len(found) == len(places) else ()

    def knows_bill(self, place: str, number: str, *, first_year: int, last_year: int) -> bool:
        """Whether the record of a place names a bill of a session.

        Args:
            place: The code of the place.
            number: The number of the bill, in the form of ``bill_number``.
            first_year: The year in which the session began.
            last_year: The year in which it ends.
        """
        session = set(range(first_year, last_year + 1))
        return any(mention.years & session for mention in self._named(place).get(number, ()))

    def pending_bill(self, place: str, number: str, *, first_year: int, last_year: int) -> Pending | None:
        """The pending step of a place that is a bill of a session; None when there is none."""
        session = set(range(first_year, last_year + 1))
        mentions = self._named(place).get(number, ())
        return next((each.pending for each in mentions if each.pending is not None and each.years & session), None)

    def pending_bills(self, place: str) -> Iterator[tuple[str, Pending]]:
        """The pending steps of a place that name a bill, each with the number of the bill."""
        record = self._records.get(place)
        for pending in record.pending if record else ():
            for named in named_bills(pending.title, place=place):
                yield named.number, pending

    def mentions(self, places: tuple[str, ...], text: str) -> bool:
        """Whether the record of one of some places contains a text, such as the number of a document."""
        return any(text in self._text(place) for place in places)

    def pending_naming(self, places: tuple[str, ...], text: str) -> tuple[str, ...]:
        """The titles of the pending steps of some places that contain a text."""
        records = (self._records[place] for place in places if place in self._records)
        steps = (pending for record in records for pending in record.pending)
        return tuple(step.title for step in steps if text and text in f"{step.title} {step.step}")

    def titles(self, places: tuple[str, ...], among: tuple[str, ...]) -> tuple[str, ...]:
        """Those of some titles that are pending steps of some places."""
        records = (self._records[place] for place in places if place in self._records)
        return tuple(step.title for record in records for step in record.pending if step.title in among)

    def says(self, place: str, pending: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What the record of a place says now.

        Args:
            place: The code of the place.
            pending: The titles of the pending steps to repeat; those of other places are passed over.

        Returns:
            Sentences: the law in force, the pending steps, and when it was last checked.
        """
        record = self._records.get(place)
        if record is None:
            return (f"{place}: no record.",)
        begun = [period for period in record.periods if period.since.earliest <= self.today]
        period = begun[-1] if begun else record.periods[0]
        until = f" until {period.until}" if period.until else ""
        law = f"{place}: {period.status} since {period.since}{until}, last checked on {record.verified_on}."
        steps = (step for step in record.pending if step.title in pending)
        return (law, *(f"{place}: pending since {step.on}: {step.title}: {step.step[:_MOST_SAID]}" for step in steps))

    def _named(self, place: str) -> dict[str, list[_Mention]]:
        """The bills that a record names, with the years in which each was one."""
        if place not in self._bills:
            found: dict[str, list[_Mention]] = {}
            record = self._records.get(place)
            for text, around, pending in _passages(record) if record else ():
                for named in named_bills(text, place=place):
                    found.setdefault(named.number, []).append(_Mention(named.years or around, pending))
            self._bills[place] = found
        return self._bills[place]

    def _text(self, place: str) -> str:
        if place not in self._texts:
            record = self._records.get(place)
            self._texts[place] = record.to_json() if record else ""
        return self._texts[place]


def citations_of(record: Record) -> Iterator[Citation]:
    """All citations of a record."""
    for period in record.periods:
        yield from period.citations
    for advisory in record.advisories:
        yield from advisory.citations
    for bill in record.pending:
        yield from bill.citations


def _passages(record: Record) -> Iterator[tuple[str, frozenset[int], Pending | None]]:
    """The texts of a record that may name bills, each with the years that it is about if it does not say them."""
    for pending in record.pending:
        years = _around(pending.on)
        yield pending.title, years, pending
        yield pending.step, years, None
    for citation in citations_of(record):
        yield f"{citation.title} {citation.supports}", _around(citation.published), None
    checked = _around(PartialDate.of(record.verified_on))
    for note in (record.note, *(period.note for period in record.periods)):
        if note:
            yield note, checked, None


def _around(day: PartialDate | None) -> frozenset[int]:
    """The years of the session in which something of a day may stand: sessions last two years at most."""
    if day is None:
        return frozenset()
    return frozenset({day.earliest.year, day.latest.year, (day.earliest - timedelta(days=365)).year})


def same_document(number: str) -> str:
    """Write the number of a document of the Federal Register in one form: "2012-07333" is "2012-7333".

    Example:
        >>> same_document("2012-07333")
        '2012-7333'
    """
    return re.sub(r"^([A-Z]?\d*)-0*(?=\d)", r"\1-", number.strip().replace("–", "-"))


def bill_subject(place: str, number: str) -> str:
    """The subject of hits about a bill, the same from every source.

    Example:
        >>> bill_subject("US-MI", "HB 5537")
        'bill/US-MI/H5537'
    """
    return f"bill/{place}/{bill_number(number, place=place)}"
