#!/usr/bin/env bash
# Versions:  narwhals 2.29.0 with pandas 3.1.1, polars 2.1.0 and duckdb 2.0.1 (Python 3.11)
# Expected:  a library that lets one program run on several engines answers alike on them: its join() never matches a
#            missing key with a missing key, on no engine, and neither does join_asof() in its "by" column.
# Seen:      join() does so, and mends what pandas does otherwise. join_asof() leaves it to the engine: with pandas an
#            order without a place is given the status of the law without a place, with Polars and DuckDB none.
# Output:    pandas  join: US-IL legal, missing -       join_asof: US-IL legal, missing banned
#            polars  join: US-IL legal, missing -       join_asof: US-IL legal, missing -
#            duckdb  join: US-IL legal, missing -       join_asof: US-IL legal, missing -
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check \
  narwhals==2.29.0 pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 2>/dev/null

cat > one.py <<'PYTHON'
import warnings
from datetime import datetime

import duckdb
import narwhals as nw
import pandas
import polars

warnings.simplefilter("ignore")  # Polars says that it cannot check the order within a place
ORDERS = {"place": ["US-IL", None], "day": [datetime(2025, 1, 5)] * 2}
LAWS = {"place": ["US-IL", None], "day": [datetime(2025, 1, 1)] * 2, "status": ["legal", "banned"]}


def in_duckdb(data):
    return duckdb.from_df(pandas.DataFrame(data))


def told(frame):
    native = frame.select("place", "status").to_native()
    rows = native.fetchall() if hasattr(native, "fetchall") else frame.select("place", "status").rows()
    known = [["-" if value != value or value is None else value for value in row] for row in rows]
    return ", ".join(sorted(f"{place} {status}".replace("- ", "missing ") for place, status in known))


for name, made in (("pandas", pandas.DataFrame), ("polars", polars.DataFrame), ("duckdb", in_duckdb)):
    orders, laws = nw.from_native(made(ORDERS)), nw.from_native(made(LAWS))
    joined = told(orders.join(laws.drop("day"), on="place", how="left"))
    as_of = told(orders.join_asof(laws, on="day", by="place", strategy="backward"))
    print(f"{name}  join: {joined:27}  join_asof: {as_of}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
pandas  join: US-IL legal, missing -       join_asof: US-IL legal, missing banned
polars  join: US-IL legal, missing -       join_asof: US-IL legal, missing -
duckdb  join: US-IL legal, missing -       join_asof: US-IL legal, missing -
EXPECTED
