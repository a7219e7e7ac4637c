"""Which records have to be read again first? What changes soon, is asked often and rests on old evidence.

Pure: the caller says which day it is. The points are a rule of thumb that orders the work; read the reasons.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from ...law.dates import DatePrecision, PartialDate
from ...law.engine import evidence_through
from ...law.plain import Plain, plain
from ...law.records import Period, Record
from ...law.texts import markdown
from ...law.words import Confidence
from .calendar import DueKind, Session, due
from .coverage import newest_begun, rests_on_secondary
from .demand import Demand

__all__ = ["StaleReason", "StaleRecord", "as_issue", "as_json", "as_text", "queue"]

_DAYS_A_POINT = 10
"""Days since the last check that weigh one point: a year weighs as much as a low confidence."""
_OLD = timedelta(days=90)
"""Age from which a record stands in the queue for its age alone."""
_SOON = timedelta(days=90)
"""How long before a day of the calendar it is looked at; on the day it weighs twice as much as so long before."""
_ON_THE_DAY = {
    DueKind.ORDER_LAPSES: 50,
    DueKind.LAW_BEGINS: 40,
    DueKind.LAW_ENDS: 40,
    DueKind.ADVISORY_ENDS: 15,
    DueKind.PENDING_LAPSES: 15,
    DueKind.SESSION_ENDS: 10,
}
"""What the days of the calendar weigh. Sleeping bills and old checks are reasons of their own."""
_MOST_FOR_DAYS = 60
"""Points that all days of a record weigh at most."""
_MOST_FOR_EVIDENCE = 30
_MOST_FOR_QUESTIONS = 20
_BILL_SLEEPS = timedelta(days=365)
"""After how long without a step a bill has probably ended."""
_MOST_FOR_BILLS = 40
"""Points that all bills of a record weigh at most."""
_LAPSED, _HAS_BEGUN = 60, 40
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


def queue(
    records: Iterable[Record],
    *,
    today: date,
    sessions: Iterable[Session] = (),
    asked: Mapping[str, Demand] | None = None,
) -> tuple[StaleRecord, ...]:
    """Order the records that should be read again.

    A record is in the queue when something but its age speaks for it: a day of the calendar within 90 days, a pending
    step, weak evidence; or when nobody has checked it for 90 days. How old its evidence is and how often it is asked
    about decide where in the queue it stands. What begins or ends on a day is judged by that day; earlier law is not
    looked at. Retired places are left out.

    Args:
        records: The records.
        today: The day that ages and ends are counted from.
        sessions: The sessions of legislatures that are known, for the calendar.
        asked: How often each place is asked about; None where that is not known.

    Returns:
        The records with their reasons, the most urgent first; those of one score by age, then by code.

    Example:
        >>> import kratomlaw
        >>> from datetime import date
        >>> (massachusetts,) = queue([kratomlaw.record("US-MA")], today=date(2027, 9, 1))
        >>> massachusetts.reasons[0].text
        'its temporary rule ended on 2027-08-28, and nothing newer is recorded'
    """
    kept = [record for record in records if not record.retired]
    calendar = _days_of(kept, today, sessions)
    most = max((demand.times for demand in (asked or {}).values()), default=0)
    found: list[StaleRecord] = []
    for record in kept:
        reasons = [*calendar.get(record.code, ()), *_reasons(record, today)]
        age = today - record.verified_on
        if not reasons and age < _OLD:
            continue
        reasons += _ages(record, today)
        reasons += _questions((asked or {}).get(record.code), most)
        reasons.sort(key=lambda reason: -reason.points)
        found.append(
            StaleRecord(
                code=record.code,
                name=record.name,
                verified_on=record.verified_on,
                score=sum(reason.points for reason in reasons),
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


def _days_of(records: Sequence[Record], today: date, sessions: Iterable[Session]) -> dict[str, list[StaleReason]]:
    """What the calendar says of each record for the next days; the sooner, the weightier."""
    with_bills = {record.code for record in records if record.pending}
    found: dict[str, list[StaleReason]] = {}
    left: dict[str, int] = {}
    for item in due(records, today=today, sessions=sessions, days=_SOON.days + 1):
        most = _ON_THE_DAY.get(item.kind, 0)
        # The end of a session says nothing of a place of which no bill is recorded.
        if not most or (item.kind is DueKind.SESSION_ENDS and item.code not in with_bills):
            continue
        days = (item.on - today).days
        points = round(most * (1 - days / (2 * _SOON.days)))
        points = max(min(points, left.setdefault(item.code, _MOST_FOR_DAYS)), 1)
        left[item.code] -= points
        when = "due today" if not days else f"due on {item.on}, in {days} {'day' if days == 1 else 'days'}"
        found.setdefault(item.code, []).append(StaleReason(points=points, text=f"{when}: {item.text}"))
    return found


def _reasons(record: Record, today: date) -> Iterator[StaleReason]:
    """All reasons but ages, questions and the days to come."""
    current = newest_begun(record, today)
    coming = [period for period in record.periods if period.since.latest > today]
    if current and current.until and current.until.earliest <= today:
        what = "its temporary rule" if current.temporary else "its last rule"
        yield StaleReason(points=_LAPSED, text=f"{what} ended on {current.until}, and nothing newer is recorded")
    for period in record.periods:
        if record.verified_on < period.since.earliest <= today:
            yield StaleReason(points=_HAS_BEGUN, text=f"law of {period.since} was to begin after the last check")
    for period in record.periods:
        if period is not current and period not in coming:
            continue
        yield from _evidence_reasons(period, "" if period is current else f" of the law of {period.since}")
    yield from _bill_reasons(record, current, today)


def _ages(record: Record, today: date) -> Iterator[StaleReason]:
    """How old the last check is, and how old the evidence for the law in force."""
    checked = (today - record.verified_on).days
    if checked >= _DAYS_A_POINT:
        yield StaleReason(points=checked // _DAYS_A_POINT, text=f"last checked {checked} days ago")
    current = newest_begun(record, today)
    through = evidence_through(current) if current else None
    if through is None:
        return
    days = (today - through.latest).days
    if days >= _DAYS_A_POINT:
        points = min(days // _DAYS_A_POINT, _MOST_FOR_EVIDENCE)
        yield StaleReason(points=points, text=f"its evidence reaches to {through}")


def _questions(demand: Demand | None, most: int) -> Iterator[StaleReason]:
    """How often a place is asked about, by order of magnitude: Texas weighs more than a town, not a thousandfold."""
    if demand is None or not demand.times:
        return
    points = round(_MOST_FOR_QUESTIONS * math.log1p(demand.times) / math.log1p(most))
    if points:
        yield StaleReason(points=points, text=demand.text)


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
