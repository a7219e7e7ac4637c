#!/usr/bin/env bash
# Versions:  eyecite 2.7.8 with reporters-db 3.2.67 (Python 3.11)
# Expected:  a citation of a code is found whole or not at all.
# Seen:      a section of the Indiana Code with a point in its number, and a rule of the Ohio Administrative Code with a
#            colon in its number, are found cut: no error and no mark, and what is left looks like the citation of a
#            larger part of the code.
# Output:    Ind. Code § 35-31.5-2-321 -> 35-31.5-2
#            Ohio Admin. Code 4729:9-1-01 -> 4729
#            Tenn. Code Ann. § 39-17-438 -> 39-17-438
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check eyecite==2.7.8 reporters-db==3.2.67 2>/dev/null

cat > one.py <<'PYTHON'
from eyecite import get_citations

TEXTS = (
    "Ind. Code § 35-31.5-2-321",  # defines a synthetic drug
    "Ohio Admin. Code 4729:9-1-01",  # Schedule I
    "Tenn. Code Ann. § 39-17-438",
)
for text in TEXTS:
    (found,) = get_citations(text)
    print(text, "->", found.groups.get("section") or found.groups["rule"])
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
Ind. Code § 35-31.5-2-321 -> 35-31.5-2
Ohio Admin. Code 4729:9-1-01 -> 4729
Tenn. Code Ann. § 39-17-438 -> 39-17-438
EXPECTED
