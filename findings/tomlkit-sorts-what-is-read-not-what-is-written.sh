#!/usr/bin/env bash
# Versions:  tomlkit 0.15.2 (Python 3.11)
# Expected:  an array that is sorted or reversed is written in its new order, each entry with its own comment, or the
#            method is refused.
# Seen:      sort() changes what the program reads and leaves the text as it was; remove() of a value then takes the
#            entry at that value's place out of the text, which is another one: the text keeps what was removed and
#            loses what was not. reverse() writes the new order, but each comment stays on its line and now explains
#            another entry.
# Output:    sorted, read:     ['US-AL', 'US-IL', 'US-OH']
#            sorted, written:  ["US-OH", "US-IL", "US-AL"]
#            US-AL removed, read:     ['US-IL', 'US-OH']
#            US-AL removed, written:  ["US-IL", "US-AL"]
#            reversed, written:
#              "US-OH", # Illinois
#              "US-IL", # Ohio
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check tomlkit==0.15.2 2>/dev/null

cat > one.py <<'PYTHON'
import tomlkit

document = tomlkit.parse('codes = ["US-OH", "US-IL", "US-AL"]')
codes = document["codes"]
codes.sort()
print("sorted, read:    ", list(codes))
print("sorted, written: ", document.as_string().removeprefix("codes = "))
codes.remove("US-AL")
print("US-AL removed, read:    ", list(codes))
print("US-AL removed, written: ", document.as_string().removeprefix("codes = "))

document = tomlkit.parse("""codes = [
  "US-IL", # Illinois
  "US-OH", # Ohio
]""")
document["codes"].reverse()
print("reversed, written:", *document.as_string().splitlines()[1:-1], sep="\n")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
sorted, read:     ['US-AL', 'US-IL', 'US-OH']
sorted, written:  ["US-OH", "US-IL", "US-AL"]
US-AL removed, read:     ['US-IL', 'US-OH']
US-AL removed, written:  ["US-IL", "US-AL"]
reversed, written:
  "US-OH", # Illinois
  "US-IL", # Ohio
EXPECTED
