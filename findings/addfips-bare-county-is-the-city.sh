#!/usr/bin/env bash
# Versions:  addfips 0.4.2 (Python 3.11)
# Expected:  get_county_fips() of a bare name that a county and an independent city share (Fairfax, Roanoke, Baltimore,
#            St. Louis) is the county's number, as the method's name says, or none, since two places remain possible.
# Seen:      it is the independent city's, without a mark; only the word "County" leads to the county. A blank in the
#            name ("De Kalb") finds nothing, and Connecticut's planning regions, which replaced its counties in 2022,
#            are unknown while the former counties are answered.
# Output:    Fairfax, VA -> 51600
#            Fairfax County, VA -> 51059
#            Roanoke, VA -> 51770
#            Baltimore, MD -> 24510
#            St. Louis, MO -> 29510
#            De Kalb, IL -> None
#            DeKalb, IL -> 17037
#            Hartford, CT -> 09003
#            Capitol Planning Region, CT -> None
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check addfips==0.4.2 2>/dev/null

cat > one.py <<'PYTHON'
from addfips import AddFIPS

table = AddFIPS()
NAMES = (
    "Fairfax, VA", "Fairfax County, VA", "Roanoke, VA", "Baltimore, MD", "St. Louis, MO", "De Kalb, IL", "DeKalb, IL",
    "Hartford, CT", "Capitol Planning Region, CT",
)
for name in NAMES:
    county, _, state = name.rpartition(", ")
    print(name, "->", table.get_county_fips(county, state))
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
Fairfax, VA -> 51600
Fairfax County, VA -> 51059
Roanoke, VA -> 51770
Baltimore, MD -> 24510
St. Louis, MO -> 29510
De Kalb, IL -> None
DeKalb, IL -> 17037
Hartford, CT -> 09003
Capitol Planning Region, CT -> None
EXPECTED
