#!/usr/bin/env bash
# Versions:  isoduration 20.11.0 (Python 3.11)
# Expected:  a duration whose last part has a fraction, as ISO 8601 allows ("P0.5Y", "PT1.5H"), is added as what it
#            says, or refused.
# Seen:      it is kept exactly when it is read, and each part of the date that comes out of the addition is rounded by
#            itself: half a year is a year, a quarter of a year is nothing, an hour and a half is two hours. A law that
#            takes effect half a year after its signature is half a year late.
# Output:    2025-01-01 10:00 + P6M    = 2025-07-01 10:00
#            2025-01-01 10:00 + P0.5Y  = 2026-01-01 10:00
#            2025-01-01 10:00 + P0.25Y = 2025-01-01 10:00
#            2025-01-01 10:00 + P1.5Y  = 2027-01-01 10:00
#            2025-01-01 10:00 + P1.5M  = 2025-03-01 10:00
#            2025-01-01 10:00 + P1.5D  = 2025-01-03 10:00
#            2025-01-01 10:00 + PT1.5H = 2025-01-01 12:00
#            2025-01-01 10:00 + PT90M  = 2025-01-01 11:30
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check isoduration==20.11.0 2>/dev/null

cat > one.py <<'PYTHON'
from datetime import datetime

from isoduration import parse_duration

SIGNED = datetime(2025, 1, 1, 10)
for text in ("P6M", "P0.5Y", "P0.25Y", "P1.5Y", "P1.5M", "P1.5D", "PT1.5H", "PT90M"):
    print(f"{SIGNED:%Y-%m-%d %H:%M} + {text:6} = {SIGNED + parse_duration(text):%Y-%m-%d %H:%M}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
2025-01-01 10:00 + P6M    = 2025-07-01 10:00
2025-01-01 10:00 + P0.5Y  = 2026-01-01 10:00
2025-01-01 10:00 + P0.25Y = 2025-01-01 10:00
2025-01-01 10:00 + P1.5Y  = 2027-01-01 10:00
2025-01-01 10:00 + P1.5M  = 2025-03-01 10:00
2025-01-01 10:00 + P1.5D  = 2025-01-03 10:00
2025-01-01 10:00 + PT1.5H = 2025-01-01 12:00
2025-01-01 10:00 + PT90M  = 2025-01-01 11:30
EXPECTED
