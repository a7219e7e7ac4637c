#!/usr/bin/env bash
# Versions:  edtf 5.0.2 (Python 3.11)
# Expected:  an interval of the Extended Date/Time Format whose end is unknown ("2025-07-01/", a law in force since then
#            of which nobody knows the end) has no last day; an interval that ends before it begins is refused.
# Seen:      upper_strict() of an unknown end is the first day plus exactly ten years, lower_strict() of an unknown
#            start the last day less ten years, in the same type as a known day; and an interval that runs backwards is
#            parsed.
# Output:    2025-07-01/           from 2025-07-01 to 2035-07-01
#            2025-07/              from 2025-07-01 to 2035-07-01
#            /2025-07-01           from 2015-07-01 to 2025-07-01
#            2025-06/2025-05       from 2025-06-01 to 2025-05-31
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check edtf==5.0.2 2>/dev/null

cat > one.py <<'PYTHON'
from edtf import parse_edtf


def day(moment):
    return f"{moment.tm_year:04}-{moment.tm_mon:02}-{moment.tm_mday:02}"


for text in ("2025-07-01/", "2025-07/", "/2025-07-01", "2025-06/2025-05"):
    period = parse_edtf(text)
    print(f"{text:21} from {day(period.lower_strict())} to {day(period.upper_strict())}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
2025-07-01/           from 2025-07-01 to 2035-07-01
2025-07/              from 2025-07-01 to 2035-07-01
/2025-07-01           from 2015-07-01 to 2025-07-01
2025-06/2025-05       from 2025-06-01 to 2025-05-31
EXPECTED
