#!/usr/bin/env bash
# Versions:  pyarrow 26.0.1 (Python 3.11)
# Expected:  ceil_temporal() leaves a value that lies on the bound where it is, as its documentation says of
#            ceil_is_strictly_greater=False: the first of January, up to months, is the first of January.
# Seen:      so it is for hours, days and weeks. For months, quarters and years the first day of one becomes the first
#            day of the next, with either value of the argument: "from the next first of the month on" is a month late
#            for what begins on a first.
# Output:    hour     2025-01-01 00:00 -> 2025-01-01 00:00
#            day      2025-01-01 00:00 -> 2025-01-01 00:00
#            week     2025-01-06 00:00 -> 2025-01-06 00:00
#            month    2025-01-01 00:00 -> 2025-02-01 00:00
#            quarter  2025-01-01 00:00 -> 2025-04-01 00:00
#            year     2025-01-01 00:00 -> 2026-01-01 00:00
#            month    2025-01-02 00:00 -> 2025-02-01 00:00
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check pyarrow==26.0.1 2>/dev/null

cat > one.py <<'PYTHON'
from datetime import datetime

import pyarrow
import pyarrow.compute

CASES = (("hour", 1), ("day", 1), ("week", 6), ("month", 1), ("quarter", 1), ("year", 1), ("month", 2))
for unit, day in CASES:
    moment = datetime(2025, 1, day)
    moments = pyarrow.array([moment])
    (up,) = pyarrow.compute.ceil_temporal(moments, unit=unit, ceil_is_strictly_greater=False).to_pylist()
    print(f"{unit:8} {moment:%Y-%m-%d %H:%M} -> {up:%Y-%m-%d %H:%M}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
hour     2025-01-01 00:00 -> 2025-01-01 00:00
day      2025-01-01 00:00 -> 2025-01-01 00:00
week     2025-01-06 00:00 -> 2025-01-06 00:00
month    2025-01-01 00:00 -> 2025-02-01 00:00
quarter  2025-01-01 00:00 -> 2025-04-01 00:00
year     2025-01-01 00:00 -> 2026-01-01 00:00
month    2025-01-02 00:00 -> 2025-02-01 00:00
EXPECTED
