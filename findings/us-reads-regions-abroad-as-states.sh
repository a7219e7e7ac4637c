#!/usr/bin/env bash
# Versions:  us 4.0.0 with jellyfish 1.3.0 (Python 3.11)
# Expected:  us.states.lookup() of a name that is no state's answers None, so that it can tell a foreign region in an
#            order from a state.
# Seen:      by default it compares how names sound, and answers with a state for regions of ISO 3166-2 abroad. The
#            argument field="name" takes only the name itself.
# Output:    Tunis -> Tennessee
#            Como -> Guam
#            Kumi -> Guam
#            Mon -> Maine
#            Maseru -> Missouri
#            Tunis, exact only -> None
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check us==4.0.0 jellyfish==1.3.0 2>/dev/null

cat > one.py <<'PYTHON'
import us

# Regions of Tunisia, Italy, Uganda, Myanmar and Lesotho, as ISO 3166-2 names them.
for region in ("Tunis", "Como", "Kumi", "Mon", "Maseru"):
    print(region, "->", us.states.lookup(region))
print("Tunis, exact only ->", us.states.lookup("Tunis", field="name"))
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
Tunis -> Tennessee
Como -> Guam
Kumi -> Guam
Mon -> Maine
Maseru -> Missouri
Tunis, exact only -> None
EXPECTED
