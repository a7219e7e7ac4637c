#!/usr/bin/env bash
# Versions:  pycountry 26.2.16 (Python 3.11)
# Expected:  search_fuzzy(), which is there to help people from a name that they know to the right country, finds a
#            state by its official name, alone or among others.
# Seen:      so it does for Moldova and Cyprus. "Republic of Korea", the official name of the South, is found within
#            that of the North, and nothing else is offered: the table has the South as "Korea, Republic of" alone.
# Output:    Republic of Moldova -> MD
#            Republic of Cyprus -> CY
#            Republic of Korea -> KP
#            Korea, Republic of -> KR
#            South Korea -> KR
#            Korea -> KP, KR
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check pycountry==26.2.16 2>/dev/null

cat > one.py <<'PYTHON'
import pycountry

for name in ("Republic of Moldova", "Republic of Cyprus", "Republic of Korea", "Korea, Republic of", "South Korea", "Korea"):
    found = [country.alpha_2 for country in pycountry.countries.search_fuzzy(name)]
    print(f"{name} -> {', '.join(found)}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
Republic of Moldova -> MD
Republic of Cyprus -> CY
Republic of Korea -> KP
Korea, Republic of -> KR
South Korea -> KR
Korea -> KP, KR
EXPECTED
