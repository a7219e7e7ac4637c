#!/usr/bin/env bash
# Versions:  fastparquet 2026.9.0 with pandas 3.1.1, the file by pyarrow 26.0.1 (Python 3.11)
# Expected:  a day of a date column in a Parquet file is read as that day, as pyarrow reads it, or refused: 31 December
#            9999 is how a table says that a law has no end yet, and pandas 3 has units that hold it.
# Seen:      the column is made nanoseconds, which hold 1677 to 2262, and what is outside is carried round without an
#            error: the open end is in 1816, before the law begins, and the year 1600 is in 2184. The same days written
#            as timestamps are read right.
# Output:    pyarrow 2025-07-01, fastparquet 2025-07-01, as timestamp 2025-07-01
#            pyarrow 9999-12-31, fastparquet 1816-03-29, as timestamp 9999-12-31
#            pyarrow 2262-04-12, fastparquet 1677-09-21, as timestamp 2262-04-12
#            pyarrow 1600-01-01, fastparquet 2184-07-20, as timestamp 1600-01-01
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check \
  fastparquet==2026.9.0 pandas==3.1.1 pyarrow==26.0.1 2>/dev/null

cat > one.py <<'PYTHON'
from datetime import date

import fastparquet
import pyarrow
from pyarrow import parquet

DAYS = [date(2025, 7, 1), date(9999, 12, 31), date(2262, 4, 12), date(1600, 1, 1)]
days = pyarrow.array(DAYS)
parquet.write_table(pyarrow.table({"date": days, "timestamp": days.cast(pyarrow.timestamp("us"))}), "laws.parquet")
wrote = parquet.read_table("laws.parquet")["date"].to_pylist()
read = fastparquet.ParquetFile("laws.parquet").to_pandas()
for day, first, second in zip(wrote, read["date"], read["timestamp"], strict=True):
    print(f"pyarrow {day}, fastparquet {first:%Y-%m-%d}, as timestamp {second:%Y-%m-%d}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
pyarrow 2025-07-01, fastparquet 2025-07-01, as timestamp 2025-07-01
pyarrow 9999-12-31, fastparquet 1816-03-29, as timestamp 9999-12-31
pyarrow 2262-04-12, fastparquet 1677-09-21, as timestamp 2262-04-12
pyarrow 1600-01-01, fastparquet 2184-07-20, as timestamp 1600-01-01
EXPECTED
