#!/usr/bin/env bash
# Versions:  schemathesis 4.32.5, pytest 9.2.0, pytest-xdist 3.8.0 (Python 3.11)
# Expected:  a schema with three operations gives three tests with three ids ("test_api[GET /a]" …), and all three run,
#            however pytest-xdist shares them among processes.
# Seen:      the three items show their operation in their name, but all have one id, "test_one.py::test_api". With
#            "--dist loadscope", "loadfile" or "loadgroup", which keep tests by id, one of the three runs, two are lost
#            without a word, and the run is green. "--dist load" and "worksteal", which keep tests by number, run all three.
# Output:    collected 3, ids 1
#            load 3 passed
#            worksteal 3 passed
#            loadscope 1 passed
#            loadfile 1 passed
#            loadgroup 1 passed
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check \
  schemathesis==4.32.5 pytest==9.2.0 pytest-xdist==3.8.0 2>/dev/null

cat > test_one.py <<'PYTHON'
import schemathesis

answer = {"get": {"responses": {"200": {"description": "fine"}}}}
schema = schemathesis.openapi.from_dict(
    {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": answer, "/b": answer, "/c": answer}}
)


@schema.parametrize()
def test_api(case):
    assert case.path in ("/a", "/b", "/c")
PYTHON

pytest() { environment/bin/python -m pytest -p no:cacheprovider -q "$@" 2>&1 || true; }

{
  listed=$(pytest --collect-only | grep '::')
  echo "collected $(wc -l <<< "$listed"), ids $(sort -u <<< "$listed" | wc -l)"
  for how in load worksteal loadscope loadfile loadgroup; do
    echo "$how $(pytest -n 2 --dist "$how" | grep -oE '[0-9]+ (passed|failed)' | tail -n 1)"
  done
} > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
collected 3, ids 1
load 3 passed
worksteal 3 passed
loadscope 1 passed
loadfile 1 passed
loadgroup 1 passed
EXPECTED
