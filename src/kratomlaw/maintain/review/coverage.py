"""What does the data cover, and how well? Reports what is missing, weakly sourced or contradictory."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ...law.plain import Plain, plain
from ...law.records import Period, Record
from ...law.words import Status
from ..records.compile import read_records, record_files
from ..records.expectations import expected_codes
from .rules import lint_context, more_lenient_than_above, one_instrument_two_dates

__all__ = [
    "Contradiction",
    "Coverage",
    "as_json",
    "as_text",
    "coverage",
    "in_force",
    "newest_begun",
    "rests_on_secondary",
]

_CONTRADICTION = re.compile(r"contradict|disagree|sources differ|trackers differ|against it stands", re.IGNORECASE)


@plain
class Contradiction(Plain):
    """Evidence that does not agree."""

    code: str
    """The record."""
    key: str
    """Where in it."""
    text: str
    """What does not agree."""


@plain
class Coverage(Plain):
    """What is there and what is missing."""

    expected: int
    """How many places must have a record."""
    missing: tuple[str, ...]
    """Those that have none."""
    local: int
    """How many counties, cities and reservations have a record."""
    by_status: Mapping[Status, int]
    """How many records there are of each status in force."""
    no_evidence: tuple[str, ...]
    """The records whose status in force is not known."""
    secondary: tuple[str, ...]
    """Those whose law in force, or to come, rests on no primary source."""
    contradictions: tuple[Contradiction, ...]
    """Records that contradict each other, and records whose notes say that sources do."""


def coverage(data: Path, *, on: date) -> Coverage:
    """Report what is covered, and how well.

    Args:
        data: The data folder.
        on: The day whose law is asked about.

    Returns:
        The report.

    Raises:
        DataError: ``coverage.toml`` is not valid.

    Example:
        >>> coverage(Path("data"), on=date(2026, 11, 23)).missing
        ()
    """
    records, _ = read_records(record_files(data), data)
    upper = {code: record for code, record in records.items() if "/" not in code}
    expected = expected_codes(data)
    return Coverage(
        expected=len(expected),
        missing=tuple(sorted(expected - set(records))),
        local=len(records) - len(upper),
        by_status=dict(Counter(in_force(record, on).status for record in upper.values())),
        no_evidence=tuple(c for c, r in sorted(upper.items()) if in_force(r, on).status is Status.UNKNOWN),
        secondary=tuple(c for c, r in sorted(records.items()) if any(map(rests_on_secondary, _to_hold(r, on)))),
        contradictions=_contradictions(records, on),
    )


def newest_begun(record: Record, on: date) -> Period | None:
    """The newest period that has begun, or may have; None when all of them lie in the future."""
    return next((period for period in reversed(record.periods) if period.since.earliest <= on), None)


def in_force(record: Record, on: date) -> Period:
    """The period that has begun last; the first one when none has."""
    return newest_begun(record, on) or record.periods[0]


def rests_on_secondary(period: Period) -> bool:
    """Whether a period has law that no primary source shows."""
    return period.status is not Status.UNKNOWN and not any(cited.kind.is_primary for cited in period.citations)


def as_text(report: Coverage) -> str:
    """The report for a person.

    Example:
        >>> print(as_text(coverage(Path("data"), on=date(2026, 11, 23))).splitlines()[1])
        missing: none
    """
    upper = [code for code in report.secondary if "/" not in code]
    counts = ", ".join(f"{count} {status}" for status, count in sorted(report.by_status.items()))
    lines = [
        f"expected: {report.expected} countries, states and territories; {report.local} local places besides",
        f"missing: {' '.join(report.missing) or 'none'}",
        f"in force: {counts}",
        f"unknown ({len(report.no_evidence)}): {' '.join(report.no_evidence) or 'none'}",
        f"without a primary source ({len(upper)}): {' '.join(upper) or 'none'}",
        f"local places without one: {len(report.secondary) - len(upper)} (--json names them)",
        f"contradictions ({len(report.contradictions)}):",
    ]
    lines += [f"  {found.code} {found.key}: {found.text}" for found in report.contradictions]
    return "\n".join(lines)


def as_json(report: Coverage) -> str:
    """The report for a program."""
    return report.to_json(indent=2)


def _to_hold(record: Record, on: date) -> tuple[Period, ...]:
    """The law in force and that to come."""
    return (in_force(record, on), *(period for period in record.periods if period.since.earliest > on))


def _contradictions(records: Mapping[str, Record], on: date) -> tuple[Contradiction, ...]:
    known = lint_context(records, today=on)
    found: list[Contradiction] = []
    for code, record in sorted(records.items()):
        for rule in (more_lenient_than_above, one_instrument_two_dates):
            found += [Contradiction(code=code, key=key, text=text) for _, key, text, _ in rule(record, known)]
        notes = {"note": record.note, **{f"periods[{i}].note": p.note for i, p in enumerate(record.periods)}}
        for key, note in notes.items():
            sentences = re.split(r"(?<=[.;])\s", note or "")
            found += [
                Contradiction(code=code, key=key, text=sentence)
                for sentence in sentences
                if _CONTRADICTION.search(sentence)
            ]
    return tuple(found)
