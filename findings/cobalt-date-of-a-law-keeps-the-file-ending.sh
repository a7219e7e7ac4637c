#!/usr/bin/env bash
# Versions:  cobalt 9.0.1 (Python 3.11)
# Expected:  FrbrUri.parse() of an Akoma Ntoso address tells language, date of the version and format apart, as it does
#            for ".../eng.xml" and for ".../eng@2025-07-01/!main.xml".
# Seen:      where the format stands right after the date it becomes part of the date, and the format is none. The
#            address of the PDF of that version, made by setting the format, has both endings.
# Output:    eng.xml                  -> date None, format xml, as PDF eng.pdf
#            eng@2025-07-01           -> date @2025-07-01, format None, as PDF eng@2025-07-01.pdf
#            eng@2025-07-01/!main.xml -> date @2025-07-01, format xml, as PDF eng@2025-07-01/!main.pdf
#            eng@2025-07-01.xml       -> date @2025-07-01.xml, format None, as PDF eng@2025-07-01.xml.pdf
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check cobalt==9.0.1 2>/dev/null

cat > one.py <<'PYTHON'
from cobalt import FrbrUri

LAW = "/akn/us-il/act/2025/5/"
for ending in ("eng.xml", "eng@2025-07-01", "eng@2025-07-01/!main.xml", "eng@2025-07-01.xml"):
    address = FrbrUri.parse(LAW + ending)
    print(f"{ending:24} -> date {address.expression_date}, format {address.format}", end=", ")
    address.format = "pdf"
    print("as PDF", address.manifestation_uri().removeprefix(LAW))
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
eng.xml                  -> date None, format xml, as PDF eng.pdf
eng@2025-07-01           -> date @2025-07-01, format None, as PDF eng@2025-07-01.pdf
eng@2025-07-01/!main.xml -> date @2025-07-01, format xml, as PDF eng@2025-07-01/!main.pdf
eng@2025-07-01.xml       -> date @2025-07-01.xml, format None, as PDF eng@2025-07-01.xml.pdf
EXPECTED
