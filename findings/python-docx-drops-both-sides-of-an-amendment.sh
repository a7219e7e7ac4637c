#!/usr/bin/env bash
# Versions:  python-docx 1.2.0 (Python 3.11)
# Expected:  the text of a paragraph of a bill with tracked changes is that before the amendment or that after it.
# Seen:      it is neither. The struck word is left out, as after the amendment, and the inserted word is left out, as
#            before it, in text, in runs and in the cells of tables; what is left reads like a whole sentence and says
#            the opposite of both. Nothing tells that the paragraph has changes.
# Output:    before: Kratom may never be sold to a minor.
#            after:  Kratom may not be sold to a minor.
#            text:   Kratom may be sold to a minor.
#            runs:   Kratom may be sold to a minor.
#            cell:   Kratom may be sold to a minor.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check python-docx==1.2.0 2>/dev/null

cat > one.py <<'PYTHON'
from io import BytesIO

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

BY = 'w:author="Clerk" w:date="2025-07-01T00:00:00Z"'
STRUCK = f'<w:del {nsdecls("w")} w:id="1" {BY}><w:r><w:delText xml:space="preserve">never </w:delText></w:r></w:del>'
NEW = f'<w:ins {nsdecls("w")} w:id="2" {BY}><w:r><w:t xml:space="preserve">not </w:t></w:r></w:ins>'


def amend(paragraph):
    paragraph.add_run("Kratom may ")
    paragraph._p.append(parse_xml(STRUCK))
    paragraph._p.append(parse_xml(NEW))
    paragraph.add_run("be sold to a minor.")


bill = docx.Document()
amend(bill.add_paragraph())
amend(bill.add_table(1, 1).cell(0, 0).paragraphs[0])
file = BytesIO()
bill.save(file)

read = docx.Document(file)
(paragraph,) = read.paragraphs
print("before: Kratom may never be sold to a minor.")
print("after:  Kratom may not be sold to a minor.")
print("text:  ", paragraph.text)
print("runs:  ", "".join(run.text for run in paragraph.runs))
print("cell:  ", read.tables[0].cell(0, 0).text)
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
before: Kratom may never be sold to a minor.
after:  Kratom may not be sold to a minor.
text:   Kratom may be sold to a minor.
runs:   Kratom may be sold to a minor.
cell:   Kratom may be sold to a minor.
EXPECTED
