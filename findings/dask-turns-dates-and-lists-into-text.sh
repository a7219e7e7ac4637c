#!/usr/bin/env bash
# Versions:  dask 2026.8.0 with pandas 3.1.1 and pyarrow 26.0.1 (Python 3.11)
# Expected:  dask.dataframe.from_pandas() keeps what is in a column; "dataframe.convert-string", which is on by itself,
#            is described as for data that is like strings.
# Seen:      every column of Python objects is made text: days (datetime.date) become ISO text, and a list or a
#            dictionary what repr() writes. A filter by a day finds the row in pandas and, without an error, no row in
#            Dask; compute() gives text back.
# Output:    pandas: since date, codes list, rule dict; rows since 2025-07-01: 1
#            Dask:   since str, codes str, rule str; rows since 2025-07-01: 0
#            codes in Dask: "['US-IL', 'US-IN']"
#            without convert-string: since date, codes list, rule dict; rows since 2025-07-01: 1
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check \
  'dask[dataframe]==2026.8.0' pandas==3.1.1 pyarrow==26.0.1 2>/dev/null

cat > one.py <<'PYTHON'
from datetime import date

import dask
import dask.dataframe
import pandas

DAY = date(2025, 7, 1)
laws = pandas.DataFrame({"since": [DAY], "codes": [["US-IL", "US-IN"]], "rule": [{"status": "banned"}]})


def told(frame):
    rows = frame.compute() if hasattr(frame, "compute") else frame
    found = frame[frame["since"] == DAY]
    kinds = ", ".join(f"{column} {type(rows[column].iloc[0]).__name__}" for column in rows)
    return f"{kinds}; rows since {DAY}: {len(found)}"


print("pandas:", told(laws))
print("Dask:  ", told(dask.dataframe.from_pandas(laws, npartitions=1)))
print("codes in Dask:", repr(dask.dataframe.from_pandas(laws, npartitions=1).compute()["codes"].iloc[0]))
with dask.config.set({"dataframe.convert-string": False}):
    print("without convert-string:", told(dask.dataframe.from_pandas(laws, npartitions=1)))
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
pandas: since date, codes list, rule dict; rows since 2025-07-01: 1
Dask:   since str, codes str, rule str; rows since 2025-07-01: 0
codes in Dask: "['US-IL', 'US-IN']"
without convert-string: since date, codes list, rule dict; rows since 2025-07-01: 1
EXPECTED
