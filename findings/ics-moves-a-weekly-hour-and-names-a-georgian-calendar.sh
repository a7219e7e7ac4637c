#!/usr/bin/env bash
# Versions:  ics 0.7.3, read back with icalendar 7.3.2 and recurring-ical-events 3.8.2 (Python 3.11)
# Expected:  a calendar that is read and written again means what it meant: a hearing each week at nine in Chicago stays
#            at nine, and a calendar without CALSCALE, which is then Gregorian, gets none or GREGORIAN.
# Seen:      the hour is written in UTC and the time zone is dropped, while the rule of repetition is kept: from the end
#            of summer time on the hearing is at eight. And the calendar is said to follow the scale GEORGIAN, which
#            does not exist: recurring-ical-events refuses it for that, until the line is mended.
# Output:    read: 9 July 09:00, 3 December 09:00
#            written: Only Gregorian calendars are supported.
#            written, mended: 9 July 09:00, 3 December 08:00
#            CALSCALE:GEORGIAN
#            DTSTART:20250709T140000Z
#            RRULE:FREQ=WEEKLY
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check \
  ics==0.7.3 icalendar==7.3.2 recurring-ical-events==3.8.2 2>/dev/null

cat > one.py <<'PYTHON'
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from ics import Calendar

TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//hearings//
BEGIN:VTIMEZONE
TZID:America/Chicago
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
TZNAME:CDT
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
TZNAME:CST
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:hearing
DTSTAMP:20250101T000000Z
DTSTART;TZID=America/Chicago:20250709T090000
DTEND;TZID=America/Chicago:20250709T100000
RRULE:FREQ=WEEKLY
SUMMARY:Hearing
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def hours(text):
    try:
        events = recurring_ical_events.of(icalendar.Calendar.from_ical(text))
    except recurring_ical_events.InvalidCalendar as error:
        return str(error)
    begins = [events.at(day)[0]["DTSTART"].dt for day in ("20250709", "20251203")]
    starts = [begin.astimezone(ZoneInfo("America/Chicago")) for begin in begins]
    return ", ".join(f"{start.day} {start:%B %H:%M}" for start in starts)


written = Calendar(TEXT).serialize()
print("read:", hours(TEXT))
print("written:", hours(written))
print("written, mended:", hours(written.replace("GEORGIAN", "GREGORIAN")))
print(*sorted({"CALSCALE:GEORGIAN", "DTSTART:20250709T140000Z", "RRULE:FREQ=WEEKLY"} & set(written.split())), sep="\n")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
read: 9 July 09:00, 3 December 09:00
written: Only Gregorian calendars are supported.
written, mended: 9 July 09:00, 3 December 08:00
CALSCALE:GEORGIAN
DTSTART:20250709T140000Z
RRULE:FREQ=WEEKLY
EXPECTED
