#!/usr/bin/env bash
# Versions:  usaddress 0.5.16 (Python 3.11)
# Expected:  tag() of an address whose parts are set apart by commas keeps the name of the town whole, or says that it
#            is not sure: South St. Paul is another city of Minnesota than St. Paul, East St. Louis another state's than
#            St. Louis.
# Seen:      the first word of the town becomes the direction of the street, across the comma, and the town is its
#            greater neighbour; the kind of address is "Street Address", not "Ambiguous". Written without the point, or
#            after the number of a flat, the same town is read whole.
# Output:    100 Main St, South St. Paul, MN 55075        -> St. Paul, street ends in South
#            100 Main St, West St. Paul, MN 55118         -> St. Paul, street ends in West
#            1225 Broadway, East St. Louis, IL 62201      -> St. Louis, street ends in East
#            100 Main St, South St Paul, MN 55075         -> South St Paul
#            100 Main St Apt 2, South St. Paul, MN 55075  -> South St. Paul
#            100 Main St, East Alton, IL 62024            -> East Alton
#            100 Main St, N. Little Rock, AR 72114        -> N. Little Rock
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check usaddress==0.5.16 2>/dev/null

cat > one.py <<'PYTHON'
import usaddress

ADDRESSES = (
    "100 Main St, South St. Paul, MN 55075",
    "100 Main St, West St. Paul, MN 55118",
    "1225 Broadway, East St. Louis, IL 62201",
    "100 Main St, South St Paul, MN 55075",
    "100 Main St Apt 2, South St. Paul, MN 55075",
    "100 Main St, East Alton, IL 62024",
    "100 Main St, N. Little Rock, AR 72114",
)
for address in ADDRESSES:
    parts, kind = usaddress.tag(address)
    assert kind == "Street Address"
    end = f", street ends in {parts['StreetNamePostDirectional']}" if "StreetNamePostDirectional" in parts else ""
    print(f"{address:44} -> {parts['PlaceName']}{end}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
100 Main St, South St. Paul, MN 55075        -> St. Paul, street ends in South
100 Main St, West St. Paul, MN 55118         -> St. Paul, street ends in West
1225 Broadway, East St. Louis, IL 62201      -> St. Louis, street ends in East
100 Main St, South St Paul, MN 55075         -> South St Paul
100 Main St Apt 2, South St. Paul, MN 55075  -> South St. Paul
100 Main St, East Alton, IL 62024            -> East Alton
100 Main St, N. Little Rock, AR 72114        -> N. Little Rock
EXPECTED
