#!/usr/bin/env bash
# Versions:  num2words 0.5.14 (Python 3.11)
# Expected:  the words of a number tell it from others in each language: 2.05 percent of an alkaloid is not 2.5
#            percent.
# Seen:      in Bengali and Persian the noughts after the point are dropped, of a Decimal too: 2.5, 2.05 and 2.005 have
#            the same words, in Persian those of "two and a half". English, Thai and Indonesian keep the noughts.
# Output:    en: 3 of 3 apart, 2.05 is two point zero five
#            th: 3 of 3 apart, 2.05 is สองจุดศูนย์ห้า
#            id: 3 of 3 apart, 2.05 is dua koma nol lima
#            bn: 1 of 3 apart, 2.05 is দুই দশমিক পাঁচ
#            fa: 1 of 3 apart, 2.05 is دو و نیم
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check num2words==0.5.14 2>/dev/null

cat > one.py <<'PYTHON'
from decimal import Decimal

from num2words import num2words

LIMITS = ("2.5", "2.05", "2.005")
for language in ("en", "th", "id", "bn", "fa"):
    words = [num2words(Decimal(limit), lang=language) for limit in LIMITS]
    assert words == [num2words(float(limit), lang=language) for limit in LIMITS]
    print(f"{language}: {len(set(words))} of {len(LIMITS)} apart, 2.05 is {words[1]}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
en: 3 of 3 apart, 2.05 is two point zero five
th: 3 of 3 apart, 2.05 is สองจุดศูนย์ห้า
id: 3 of 3 apart, 2.05 is dua koma nol lima
bn: 1 of 3 apart, 2.05 is দুই দশমিক পাঁচ
fa: 1 of 3 apart, 2.05 is دو و نیم
EXPECTED
