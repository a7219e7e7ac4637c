#!/usr/bin/env bash
# Versions:  feedparser 6.0.14 (Python 3.11)
# Expected:  a feed's date that feedparser cannot read whole gives no published_parsed; a date that it reads is the
#            right moment in UTC.
# Seen:      "2026/11/30" and the ISO week date "2026-W49-1" become the first of November, 31 November the first of
#            December. Of the zones of the United States by letters those of the mainland are read; Alaska's and
#            Hawaii's are dropped and the hour is taken for UTC.
# Output:    2026/11/30                      -> 2026-11-01 00:00
#            2026-W49-1                      -> 2026-11-01 00:00
#            2026-11-31                      -> 2026-12-01 00:00
#            Mon, 30 Nov 2026 10:00:00 EST   -> 2026-11-30 15:00
#            Mon, 30 Nov 2026 10:00:00 AKST  -> 2026-11-30 10:00
#            Mon, 30 Nov 2026 10:00:00 HST   -> 2026-11-30 10:00
#            Mon, 30 Nov 2026 10:00:00 -1000 -> 2026-11-30 20:00
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check feedparser==6.0.14 2>/dev/null

cat > one.py <<'PYTHON'
import feedparser

FEED = '<rss version="2.0"><channel><item><title>Rule</title><pubDate>{}</pubDate></item></channel></rss>'
DATES = (
    "2026/11/30",
    "2026-W49-1",
    "2026-11-31",
    "Mon, 30 Nov 2026 10:00:00 EST",
    "Mon, 30 Nov 2026 10:00:00 AKST",
    "Mon, 30 Nov 2026 10:00:00 HST",
    "Mon, 30 Nov 2026 10:00:00 -1000",
)
for date in DATES:
    read = feedparser.parse(FEED.format(date)).entries[0].published_parsed
    print(f"{date:31} -> {read.tm_year}-{read.tm_mon:02}-{read.tm_mday:02} {read.tm_hour:02}:{read.tm_min:02}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
2026/11/30                      -> 2026-11-01 00:00
2026-W49-1                      -> 2026-11-01 00:00
2026-11-31                      -> 2026-12-01 00:00
Mon, 30 Nov 2026 10:00:00 EST   -> 2026-11-30 15:00
Mon, 30 Nov 2026 10:00:00 AKST  -> 2026-11-30 10:00
Mon, 30 Nov 2026 10:00:00 HST   -> 2026-11-30 10:00
Mon, 30 Nov 2026 10:00:00 -1000 -> 2026-11-30 20:00
EXPECTED
