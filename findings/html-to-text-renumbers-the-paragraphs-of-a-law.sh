#!/usr/bin/env bash
# Versions:  html2text 2025.4.15, markdownify 1.2.3 and inscriptis 2.7.6 (Python 3.11)
# Expected:  the number that a paragraph of a law has in its page ("start" of a list, "value" of an item) is its number
#            in the text, or the text has none: § 1 (3) is not § 1 (1).
# Seen:      none of the three keeps both. html2text and markdownify heed "start", not "value": after a repealed
#            paragraph each later one has the number before its own. Inscriptis heeds "value", not "start".
# Output:    html2text   numbers 3, 4 -> 3, 4
#            html2text   numbers 1, 4 -> 1, 2
#            markdownify numbers 3, 4 -> 3, 4
#            markdownify numbers 1, 4 -> 1, 2
#            inscriptis  numbers 3, 4 -> 1, 2
#            inscriptis  numbers 1, 4 -> 1, 4
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check \
  html2text==2025.4.15 markdownify==1.2.3 inscriptis==2.7.6 2>/dev/null

cat > one.py <<'PYTHON'
from html2text import html2text
from inscriptis import get_text
from markdownify import markdownify

PAGE = """<html><body><article><h1>Kratom products</h1>
<p>A person may not sell any of the following products in this state to any other person:</p>
{}
<p>Each sale of such a product is an offence of its own, and is fined as one.</p></article></body></html>"""
LISTS = {
    "numbers 3, 4": '<ol start="3"><li>adulterated leaf</li><li>unlabelled leaf</li></ol>',
    "numbers 1, 4": '<ol><li>adulterated leaf</li><li value="4">unlabelled leaf</li></ol>',
}
READERS = {
    "html2text": html2text,
    "markdownify": markdownify,
    "inscriptis": get_text,
}
for name, reader in READERS.items():
    for numbers, paragraphs in LISTS.items():
        lines = reader(PAGE.format(paragraphs)).splitlines()
        seen = ", ".join(line.split(".")[0].strip() for line in lines if line.endswith("leaf"))
        print(f"{name:11} {numbers} -> {seen}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
html2text   numbers 3, 4 -> 3, 4
html2text   numbers 1, 4 -> 1, 2
markdownify numbers 3, 4 -> 3, 4
markdownify numbers 1, 4 -> 1, 2
inscriptis  numbers 3, 4 -> 1, 2
inscriptis  numbers 1, 4 -> 1, 4
EXPECTED
