#!/usr/bin/env bash
# Versions:  pytest-cov 7.1.0, pytest-xdist 3.8.0, pytest 9.2.0, coverage 7.17.5 (Python 3.11)
# Expected:  while a test runs that is marked no_cover no trace function is set, so that the test is as fast as without
#            --cov, in one process and in the workers of xdist alike.
# Seen:      in one process none is set. In a worker one is, though what it sees is not reported: the plugin starts one
#            measurement when it is loaded and a second one for the worker, and a pause of the second goes back to the
#            first, which nobody reads. A test in pure Python takes as long as if it were counted (three times longer).
# Output:    one process: trace function set: False, lines reported as run: 1 of 2
#            a worker of xdist: trace function set: True, lines reported as run: 1 of 2
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check \
  pytest-cov==7.1.0 pytest-xdist==3.8.0 pytest==9.2.0 coverage==7.17.5 2>/dev/null

cat > shop.py <<'PYTHON'
def counted():
    return 1
PYTHON
cat > test_shop.py <<'PYTHON'
import sys
from pathlib import Path

import pytest

import shop


@pytest.mark.no_cover
def test_rests():
    shop.counted()
    Path("set").write_text(str(sys.gettrace() is not None))
PYTHON

for processes in "0 one process" "1 a worker of xdist"; do
  environment/bin/python -m pytest -q -p no:cacheprovider -n "${processes%% *}" --cov=shop test_shop.py > report
  run=$(awk '$1 == "shop.py" { print $2 - $3 " of " $2 }' report)
  echo "${processes#* }: trace function set: $(cat set), lines reported as run: $run"
done > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
one process: trace function set: False, lines reported as run: 1 of 2
a worker of xdist: trace function set: True, lines reported as run: 1 of 2
EXPECTED
