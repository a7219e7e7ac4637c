#!/usr/bin/env bash
# Versions:  pyarrow 26.0.1 on Linux (Python 3.11)
# Expected:  a day that the calendar does not have is null with error_is_null=True, in compute.strptime() and in a CSV
#            column, as it is an error for a cast; an ISO week is read as its Monday or not at all.
# Seen:      30 February is 2 March and 31 June is 1 July, in a CSV file too; only numbers that no month has are null.
#            The ISO week and day of "%G-W%V-%u" are accepted and dropped: every one of them is the first of January
#            1900.
# Output:    2025-02-29 -> 2025-03-01, cast: refused
#            2025-02-30 -> 2025-03-02, cast: refused
#            2025-06-31 -> 2025-07-01, cast: refused
#            2025-06-32 -> None, cast: refused
#            2025-W27-1 -> 1900-01-01, cast: refused
#            2025-W40-3 -> 1900-01-01, cast: refused
#            CSV 06/31/2025 -> 2025-07-01
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check pyarrow==26.0.1 2>/dev/null

cat > one.py <<'PYTHON'
from io import BytesIO

import pyarrow
import pyarrow.compute
import pyarrow.csv


def cast(text):
    try:
        return pyarrow.array([text]).cast(pyarrow.date32())[0].as_py()
    except pyarrow.ArrowInvalid:
        return "refused"


for text in ("2025-02-29", "2025-02-30", "2025-06-31", "2025-06-32", "2025-W27-1", "2025-W40-3"):
    form = "%G-W%V-%u" if "W" in text else "%Y-%m-%d"
    (read,) = pyarrow.compute.strptime(pyarrow.array([text]), format=form, unit="s", error_is_null=True).to_pylist()
    print(text, "->", f"{read and read.date()}, cast: {cast(text)}")

american = pyarrow.csv.ConvertOptions(timestamp_parsers=["%m/%d/%Y"])
table = pyarrow.csv.read_csv(BytesIO(b"since\n06/31/2025\n"), convert_options=american)
print("CSV 06/31/2025 ->", table["since"][0].as_py().date())
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
2025-02-29 -> 2025-03-01, cast: refused
2025-02-30 -> 2025-03-02, cast: refused
2025-06-31 -> 2025-07-01, cast: refused
2025-06-32 -> None, cast: refused
2025-W27-1 -> 1900-01-01, cast: refused
2025-W40-3 -> 1900-01-01, cast: refused
CSV 06/31/2025 -> 2025-07-01
EXPECTED
