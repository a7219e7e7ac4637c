#!/usr/bin/env bash
# Versions:  dateparser 1.5.0 (Python 3.11)
# Expected:  a Thai date, as every Thai law carries it, is read with the Buddhist year (2568 is 2025); an ISO week
#            (2025-W02 begins on 6 January, 2025-W27 on 30 June) or a quarter is read as what it is, or not at all.
# Seen:      the Buddhist year is taken for one of the common era, 543 years off, in STRICT_PARSING too. Without
#            STRICT_PARSING the number of a week is read as a month up to 12 and as a day of the base's month up to 31;
#            the quarter becomes a day of its middle month.
# Output:    1 กรกฎาคม 2568 -> 2568-07-01, strict 2568-07-01
#            1 ก.ค. 2568 -> 2568-07-01, strict 2568-07-01
#            2025-W02 -> 2025-02-28, strict None
#            2025-W27 -> 2025-11-27, strict None
#            2025-W40 -> None, strict None
#            Q3 2025 -> 2025-08-30, strict None
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check dateparser==1.5.0 2>/dev/null

cat > one.py <<'PYTHON'
from datetime import datetime

import dateparser

BASE = {"RELATIVE_BASE": datetime(2026, 11, 30)}


def read(text, **settings):
    moment = dateparser.parse(text, settings={**BASE, **settings})
    return moment and moment.date()


for text in ("1 กรกฎาคม 2568", "1 ก.ค. 2568", "2025-W02", "2025-W27", "2025-W40", "Q3 2025"):
    print(text, "->", f"{read(text)}, strict {read(text, STRICT_PARSING=True)}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
1 กรกฎาคม 2568 -> 2568-07-01, strict 2568-07-01
1 ก.ค. 2568 -> 2568-07-01, strict 2568-07-01
2025-W02 -> 2025-02-28, strict None
2025-W27 -> 2025-11-27, strict None
2025-W40 -> None, strict None
Q3 2025 -> 2025-08-30, strict None
EXPECTED
