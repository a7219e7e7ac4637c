"""Which records have to be read again first? The review queue, by age and by how soon each may be wrong.

Pure: the caller says which day it is. The points are a rule of thumb that orders the work; read the reasons.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from ...law.dates import DatePrecision, PartialDate
from ...law.plain import Plain, plain
from ...law.records import Period, Record
from ...law.texts import markdown
from ...law.words import Confidence
from .coverage import newest_begun, rests_on_secondary

__all__ = ["StaleReason", "StaleRecord", "as_issue", "as_json", "as_text", "queue"]

_DAYS_A_POINT = 10
"""Days since the last check that weigh one point: a year weighs as much as a low confidence."""
_OLD = timedelta(days=90)
"""Age from which a record stands in the queue for its age alone."""
_SOON = timedelta(days=90)
"""How long before a change of law it is looked at."""
_BILL_SLEEPS = timedelta(days=365)
"""After how long without a step a bill has probably ended."""
_MOST_FOR_BILLS = 40
"""Points that all bills of a record weigh at most."""
_LAPSED, _ENDS_SOON, _HAS_BEGUN, _BEGINS_SOON = 60, 40, 40, 20
_LOW, _MEDIUM, _SECONDARY_ONLY = 35, 10, 20
_BILL, _BILL_THAT_TURNS, _SLEEPING_BILL = 5, 10, 10
_APPROXIMATE = {DatePrecision.YEAR: 10, DatePrecision.MONTH: 5, DatePrecision.DAY: 0}


@plain
class StaleReason(Plain):
    """One reason to read a record again."""

    points: int
    """How much it weighs."""
    text: str
    """What it is."""


@plain
class StaleRecord(Plain):
    """A record to be read again."""

    code: str
    """The code of its place."""
    name: str
    """The name of its place."""
    verified_on: date
    """When it was last checked."""
    score: int
    """The sum of the points of its reasons."""
    reasons: tuple[StaleReason, ...]
    """Why, the weightiest first."""


def queue(records: Iterable[Record], *, today: date) -> tuple[StaleRecord, ...]:
    """Order the records that should be read again.

    A record is in the queue when something but its age speaks for it, or when its age alone does (90 days). What
    begins or ends on a day is judged by that day; earlier law is not looked at. Retired places are left out.

    Args:
        records: The records.
        today: The day that ages and ends are counted from.

    Returns:
        The records with their reasons, the most urgent first; those of one score by age, then by code.

    Example:
        >>> import kratomlaw
        >>> from datetime import date
        >>> (massachusetts,) = queue([kratomlaw.record("US-MA")], today=date(2027, 9, 1))
        >>> massachusetts.reasons[0].text
        'its temporary rule ended on 2027-08-28, and nothing newer is recorded'
    """
    found: list[StaleRecord] = []
    for record in records:
        if record.retired:
            continue
        reasons = sorted(_reasons(record, today), key=lambda reason: -reason.points)
        age = today - record.verified_on
        points = age.days // _DAYS_A_POINT
        if not reasons and age < _OLD:
            continue
        if points > 0:
            reasons.append(StaleReason(points=points, text=f"last checked {age.days} days ago"))
        reasons.sort(key=lambda reason: -reason.points)
        score = sum(reason.points for reason in reasons)
        found.append(
            StaleRecord(
                code=record.code,
                name=record.name,
                verified_on=record.verified_on,
                score=score,
                reasons=tuple(reasons),
            )
        )
    return tuple(sorted(found, key=lambda item: (-item.score, item.verified_on, item.code)))


def as_text(items: Sequence[StaleRecord]) -> str:
    """The queue for a person at a terminal: score, place, last check, reasons.

    Example:
        >>> as_text([])
        'Nothing has to be read again.'
    """
    if not items:
        return "Nothing has to be read again."
    lines: list[str] = []
    for item in items:
        lines.append(f"{item.score:4}  {item.name} ({item.code}), checked on {item.verified_on}")
        lines += [f"      {reason.points:3}  {reason.text}" for reason in item.reasons]
    return "\n".join(lines)


def as_json(items: Sequence[StaleRecord]) -> str:
    """The queue for a program.

    Example:
        >>> as_json([])
        '[]'
    """
    return json.dumps([item.to_dict() for item in items], ensure_ascii=False, indent=2)


def as_issue(items: Sequence[StaleRecord], *, today: date, of: int) -> str:
    """The queue as the Markdown checklist of an issue.

    Args:
        items: The records to list.
        today: The day of the list.
        of: How many records are in the whole queue.

    Returns:
        Markdown: one box to tick for each record.

    Example:
        >>> from datetime import date
        >>> print(as_issue([], today=date(2026, 11, 24), of=0))
        ### Records to read again, 2026-11-24
        <BLANKLINE>
        Nothing has to be read again.
        <BLANKLINE>
    """
    lines = [f"### Records to read again, {today}", ""]
    if not items:
        return "\n".join([*lines, "Nothing has to be read again.", ""])
    lines += [
        f"The {len(items)} most urgent of {of}. After reading one: correct its file, or,",
        f"if the newest period still holds, note the check with `kratomlaw data verify CODE --on {today}`.",
        "",
    ]
    for item in items:
        lines.append(
            f"- [ ] **{markdown(item.name)}** (`{item.code}`), checked on {item.verified_on}, {item.score} points"
        )
        lines += [f"  - {markdown(reason.text)}" for reason in item.reasons]
    return "\n".join([*lines, ""])


def _reasons(record: Record, today: date) -> Iterator[StaleReason]:
    """All reasons but the age."""
    current = newest_begun(record, today)
    coming = [period for period in record.periods if period.since.latest > today]
    if current and current.until:
        what = "its temporary rule" if current.temporary else "its last rule"
        followed = any(period.since == current.until for period in coming)
        if current.until.earliest <= today:
            yield StaleReason(points=_LAPSED, text=f"{what} ended on {current.until}, and nothing newer is recorded")
        elif current.until.earliest - today <= _SOON and not followed:
            yield StaleReason(points=_ENDS_SOON, text=f"{what} ends on {current.until}, with nothing to follow")
    for period in record.periods:
        begins = period.since.earliest
        if record.verified_on < begins <= today:
            yield StaleReason(points=_HAS_BEGUN, text=f"law of {period.since} was to begin after the last check")
        elif today < begins <= today + _SOON:
            yield StaleReason(points=_BEGINS_SOON, text=f"law begins on {period.since}: is it still to come?")
    for period in record.periods:
        if period is not current and period not in coming:
            continue
        yield from _evidence_reasons(period, "" if period is current else f" of the law of {period.since}")
    yield from _bill_reasons(record, current, today)


def _evidence_reasons(period: Period, of_what: str) -> Iterator[StaleReason]:
    if period.confidence is Confidence.LOW:
        yield StaleReason(points=_LOW, text=f"low confidence{of_what}")
    elif period.confidence is Confidence.MEDIUM:
        yield StaleReason(points=_MEDIUM, text=f"medium confidence{of_what}")
    if rests_on_secondary(period):
        yield StaleReason(points=_SECONDARY_ONLY, text=f"secondary sources only{of_what}")
    if not period.began_earlier:
        yield from _approximate(period.since, "begins", of_what)
    if period.until:
        yield from _approximate(period.until, "ends", of_what)


def _approximate(moment: PartialDate, verb: str, of_what: str) -> Iterator[StaleReason]:
    points = _APPROXIMATE[moment.precision]
    if points:
        yield StaleReason(points=points, text=f"the day on which it {verb} is not known ({moment}){of_what}")


def _bill_reasons(record: Record, current: Period | None, today: date) -> Iterator[StaleReason]:
    left = _MOST_FOR_BILLS
    for bill in sorted(record.pending, key=lambda bill: bill.on.earliest, reverse=True):
        if today - bill.on.latest > _BILL_SLEEPS:
            points, what = _SLEEPING_BILL, f"no step since {bill.on}, has it ended?"
        elif bill.would_be is not None and (current is None or bill.would_be is not current.status):
            points, what = _BILL_THAT_TURNS, f"would make it {bill.would_be}, last step {bill.on}"
        else:
            points, what = _BILL, f"last step {bill.on}"
        # Below the most they may weigh together, each still weighs a point: it is listed, and does not lead.
        points = max(min(points, left), 1)
        left -= points
        yield StaleReason(points=points, text=f"pending: {bill.title} ({what})")
