"""What is due, day by day? Laws that begin or end, orders and pending steps that lapse, sessions, old evidence."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from ...law.dates import DatePrecision, PartialDate
from ...law.engine import has_lapsed
from ...law.records import Record

__all__ = ["Due", "DueKind", "Session", "as_icalendar", "as_json", "as_text", "calendar_files", "due"]

_OLD = timedelta(days=90)
"""The age at which a record is due for its age alone; the same as in ``kratomlaw data stale``."""
_YEAR = timedelta(days=365)
_SLEEPS = timedelta(days=365)
"""After how long without a step a pending one has probably ended."""
_FEW = 8
_MOST_TEXT = 160


class DueKind(StrEnum):
    """Why something is due."""

    LAW_BEGINS = "law-begins"
    """A law takes effect."""
    LAW_ENDS = "law-ends"
    """A law ends by itself."""
    ORDER_LAPSES = "order-lapses"
    """A temporary order lapses."""
    ADVISORY_ENDS = "advisory-ends"
    """A regulator's statement ends."""
    SESSION_ENDS = "session-ends"
    """The session of a legislature ends, and its bills with it."""
    PENDING_LAPSES = "pending-lapses"
    """A bill or rulemaking lapses."""
    PENDING_SLEEPS = "pending-sleeps"
    """A bill or rulemaking has taken no step for a year."""
    EVIDENCE_OLD = "evidence-old"
    """Nobody has checked the record for 90 days."""


_ORDER = tuple(DueKind)
_FOR_READERS = frozenset(DueKind) - {DueKind.PENDING_SLEEPS, DueKind.EVIDENCE_OLD}
"""What a reader of one place wants to hear of; the rest is work for maintainers."""


class Session(NamedTuple):
    """A session of a legislature, as far as a record or a page says when it ends."""

    place: str
    """The code of the place."""
    name: str
    """Which session it is."""
    ends: date
    """Its last day."""
    read_in: str
    """Where that is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that is due on a day."""

    on: date
    """The day; the earliest possible one where the evidence does not give the day."""
    kind: DueKind
    """Why."""
    code: str
    """The code of the place."""
    name: str
    """The name of the place."""
    text: str
    """What is due."""
    exact: bool
    """Whether the day is known; else only the month or the year is."""


def due(
    records: Iterable[Record], *, today: date, sessions: Iterable[Session] = (), days: int = _YEAR.days
) -> tuple[Due, ...]:
    """List what is due.

    Args:
        records: The records; retired places are left out.
        today: The first day.
        sessions: The sessions of legislatures that are known.
        days: For how many days, today included.

    Returns:
        What is due, day by day. What is already over, such as evidence that is old today, is due today.

    Example:
        >>> import kratomlaw
        >>> found = due([kratomlaw.record("US-MA")], today=date(2026, 11, 30))
        >>> [(item.on.isoformat(), str(item.kind)) for item in found if item.kind is DueKind.ORDER_LAPSES]
        [('2027-08-28', 'order-lapses')]
    """
    end = today + timedelta(days=days)
    names = dict[str, str]()
    found: list[Due] = []
    for record in records:
        names[record.code] = record.name
        if not record.retired:
            found += _of_record(record, today)
    for session in sessions:
        name = names.get(session.place, session.place)
        text = f"{session.name} ends ({session.read_in})"
        found.append(
            Due(on=session.ends, kind=DueKind.SESSION_ENDS, code=session.place, name=name, text=text, exact=True)
        )
    chosen = (item for item in found if today <= item.on < end)
    return tuple(sorted(chosen, key=lambda item: (item.on, _ORDER.index(item.kind), item.code, item.text)))


def as_text(items: Sequence[Due]) -> str:
    """The calendar for a terminal, day by day; of old evidence only the number and a few places.

    Example:
        >>> as_text([])
        'Nothing is due.'
    """
    lines: list[str] = []
    for day, group in _days(items):
        lines.append(f"{day:%Y-%m-%d, %A}")
        lines += [f"    {_line(item)}" for item in group if item.kind is not DueKind.EVIDENCE_OLD]
        old = [item for item in group if item.kind is DueKind.EVIDENCE_OLD]
        if old:
            lines.append(f"    {_old(old)}")
    return "\n".join(lines) or "Nothing is due."


def as_json(items: Sequence[Due]) -> str:
    """The calendar for a program: a list of objects with ``on``, ``kind``, ``code``, ``name``, ``text``, ``exact``.

    Example:
        >>> as_json([])
        '[]'
    """
    plain = [
        {
            "on": item.on.isoformat(),
            "kind": str(item.kind),
            "code": item.code,
            "name": item.name,
            "text": item.text,
            "exact": item.exact,
        }
        for item in items
    ]
    return json.dumps(plain, ensure_ascii=False, indent=2)


def calendar_files(records: Iterable[Record], *, today: date, sessions: Iterable[Session] = ()) -> dict[str, bytes]:
    """Write the calendars that are published beside the data: of everything, and of each country and state.

    Args:
        records: The records.
        today: The day of the data.
        sessions: The sessions of legislatures that are known.

    Returns:
        Contents by name: ``calendar.ics`` and ``calendar.json`` hold all that is due within a year,
        ``feeds/us-la.ics`` what is due in Louisiana and the places below it, without the work of maintainers.

    Example:
        >>> import kratomlaw
        >>> sorted(calendar_files([kratomlaw.record("US-MA")], today=date(2026, 11, 30)))
        ['calendar.ics', 'calendar.json', 'feeds/us-ma.ics']
    """
    kept = [record for record in records if not record.retired]
    items = due(kept, today=today, sessions=sessions)
    made_at = datetime.combine(today, time(), UTC)
    files = {
        "calendar.ics": as_icalendar(items, made_at=made_at),
        "calendar.json": f"{as_json(items)}\n".encode(),
    }
    by_place: dict[str, list[Due]] = {}
    for item in items:
        if item.kind in _FOR_READERS:
            state = item.code.partition("/")[0]
            for code in {state, state.partition("-")[0]}:
                by_place.setdefault(code, []).append(item)
    for record in kept:
        if "/" not in record.code:
            found = by_place.get(record.code, [])
            name = f"kratom law in {record.name}"
            files[f"feeds/{record.code.lower()}.ics"] = as_icalendar(found, made_at=made_at, name=name)
    return files


def as_icalendar(items: Sequence[Due], *, made_at: datetime, name: str = "what is due") -> bytes:
    """The calendar for calendar programs, by RFC 5545; old evidence is one entry a day.

    Args:
        items: What is due.
        made_at: The moment that the entries bear; the same moment gives the same bytes.
        name: What the calendar is called after "kratomlaw: ".

    Returns:
        The content of an ``.ics`` file. An entry keeps its identity as long as its day, place and text stay.

    Example:
        >>> as_icalendar([], made_at=datetime(2026, 11, 30, tzinfo=UTC)).splitlines()[0]
        b'BEGIN:VCALENDAR'
    """
    from icalendar import Calendar, Event

    calendar: Any = Calendar()
    calendar.add("prodid", "-//kratomlaw//data calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"kratomlaw: {name}")
    for day, group in _days(items):
        entries = [(item.kind, f"{item.name}: {item.text}", item.code) for item in group if not _is_old(item)]
        old = [item for item in group if _is_old(item)]
        if old:
            codes = ", ".join(item.code for item in old)
            entries.append((DueKind.EVIDENCE_OLD, f"{len(old)} records to read again", codes))
        for kind, text, codes in entries:
            event: Any = Event()
            event.add("uid", f"{sha256(f'{day} {kind} {codes} {text}'.encode()).hexdigest()[:24]}@kratomlaw")
            event.add("dtstamp", made_at.astimezone(UTC))
            event.add("dtstart", day)
            event.add("dtend", day + timedelta(days=1))
            event.add("summary", text)
            event.add("description", f"{kind}: {codes}")
            event.add("categories", [str(kind)])
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _of_record(record: Record, today: date) -> Iterator[Due]:
    def made(on: PartialDate | date, kind: DueKind, text: str) -> Due:
        day = on if isinstance(on, date) else on.earliest
        exact = isinstance(on, date) or on.precision is DatePrecision.DAY
        # A month or year that has begun may have the day still to come.
        if not exact and isinstance(on, PartialDate) and day < today <= on.latest:
            day = today
        said = text if exact else f"{text} (on a day of {on} that is not known)"
        return Due(on=day, kind=kind, code=record.code, name=record.name, text=said, exact=exact)

    begins = {period.since for period in record.periods}
    for period in record.periods:
        # A law that began in a month or year which is not over has begun as far as anybody knows.
        if not period.began_earlier and period.since.earliest >= today:
            yield made(period.since, DueKind.LAW_BEGINS, f"{period.status}: {_cut(period.summary)}")
        if period.until and period.temporary:
            yield made(period.until, DueKind.ORDER_LAPSES, f"the temporary rule of {period.since} lapses")
        elif period.until and period.until not in begins:
            yield made(period.until, DueKind.LAW_ENDS, f"the law of {period.since} ends, with nothing to follow")
    for advisory in record.advisories:
        if advisory.until:
            yield made(advisory.until, DueKind.ADVISORY_ENDS, f"{advisory.issuer}: the statement ends")
    for pending in record.pending:
        if has_lapsed(pending, today):
            text = f"{pending.title} lapsed on {pending.lapses_on}: is it over?"
            yield made(today, DueKind.PENDING_LAPSES, text)
        elif pending.lapses_on is not None:
            yield made(pending.lapses_on, DueKind.PENDING_LAPSES, f"{pending.title} lapses")
        else:
            on = max(pending.on.latest + _SLEEPS, today)
            yield made(on, DueKind.PENDING_SLEEPS, f"{pending.title}: no step since {pending.on}, has it ended?")
    old_on = record.verified_on + _OLD
    yield made(max(old_on, today), DueKind.EVIDENCE_OLD, f"last checked on {record.verified_on}")


def _days(items: Sequence[Due]) -> Iterator[tuple[date, list[Due]]]:
    days: dict[date, list[Due]] = {}
    for item in items:
        days.setdefault(item.on, []).append(item)
    yield from days.items()


def _is_old(item: Due) -> bool:
    return item.kind is DueKind.EVIDENCE_OLD


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 2].rsplit(' ', 1)[0]} …"


def _line(item: Due) -> str:
    return f"{item.kind}  {item.name} ({item.code}): {item.text}"


def _old(items: Sequence[Due]) -> str:
    codes = ", ".join(item.code for item in items[:_FEW]) + (", …" if len(items) > _FEW else "")
    if len(items) == 1:
        return _line(items[0])
    return f"{DueKind.EVIDENCE_OLD}  {len(items)} records: {codes}"
