"""The canonical form of record files: what they say stays, comments stay, and a second pass changes nothing."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import ROOT, validated
from kratomlaw import Record
from kratomlaw.maintain.records.compile import record_files
from kratomlaw.maintain.records.layout import canonical
from kratomlaw.maintain.records.lines import LineIndex

FILES = record_files(ROOT / "data")


def read(text: str) -> object:
    return tomllib.loads(text)


UNTIDY = """\
#:schema ../schema/record.schema.json
# About Colorado.

# Free standing.

name='Colorado'     # the usual name
code = "US-CO"
verified_on = 2026-11-23
aliases = [
  "Colo.", # old
  # and one more
  "Centennial State",
]
[[pending]]
effect = "Would raise the age."
title = "HB 26-1"
on = "2026"
step = "Introduced."
[[pending.citations]]
supports = "Its text."
kind = "bill"
title = "HB 26-1"
# About all periods.
[[periods]]  # the first
status = "restricted"
from = "2024"
# below status

   # right above sale
sale = "restricted"
possession = "allowed"
products = {7-oh={possession="unknown",status="banned"},extract='banned'}
confidence = "high"
summary = \"\"\"
Sold to
adults.\"\"\"
    [[periods.citations]]
    kind = "statute"
    title = "Act # 1"
    supports = "All."
    [[periods.conditions]]
    text = "21."
    kind = "age"

# at the end
"""
TIDY = """\
#:schema ../schema/record.schema.json
# About Colorado.

# Free standing.

code = "US-CO"
name = "Colorado" # the usual name
aliases = [
  "Colo.", # old
  # and one more
  "Centennial State",
]
verified_on = "2026-11-23"

# About all periods.
[[periods]] # the first
from = "2024"
# below status

status = "restricted"
# right above sale
sale = "restricted"
possession = "allowed"
products = { extract = "banned", "7-oh" = { status = "banned", possession = "unknown" } }
confidence = "high"
summary = \"\"\"
Sold to
adults.\"\"\"

  [[periods.conditions]]
  kind = "age"
  text = "21."

  [[periods.citations]]
  title = "Act # 1"
  kind = "statute"
  supports = "All."

[[pending]]
title = "HB 26-1"
step = "Introduced."
on = "2026"
effect = "Would raise the age."

  [[pending.citations]]
  title = "HB 26-1"
  kind = "bill"
  supports = "Its text."

# at the end
"""


def test_an_untidy_file_is_put_in_order() -> None:
    assert canonical(UNTIDY) == TIDY


def test_an_untidy_file_says_the_same_afterwards() -> None:
    before, after = (validated(Record, tomllib.loads(text)) for text in (UNTIDY, canonical(UNTIDY)))
    assert before == after


def test_a_second_pass_changes_nothing() -> None:
    assert canonical(TIDY) == TIDY


def test_every_record_says_the_same_in_its_canonical_form() -> None:
    texts = {file.name: file.read_text("utf-8") for file in FILES}
    changed = [name for name, text in texts.items() if read(text) != read(canonical(text))]
    assert changed == []


def test_the_canonical_form_of_every_record_is_its_own() -> None:
    formed = {file.name: canonical(file.read_text("utf-8")) for file in FILES}
    assert [name for name, text in formed.items() if canonical(text) != text] == []


# One in eight is enough here: each line of a file is tried.
@pytest.mark.parametrize("file", FILES[::8], ids=lambda file: file.stem)
def test_comments_on_every_line_of_a_record_survive(file: Path) -> None:
    lines = file.read_text("utf-8").split("\n")
    commented = "\n".join(
        f"# above {number}\n{line} # beside {number}" if line.strip() else line for number, line in enumerate(lines)
    )
    formed = canonical(f"# head\n\n{commented}\n# end")
    assert sorted(re.findall(r"# (?:above|beside|head|end).*", formed)) == sorted(
        re.findall(r"# (?:above|beside|head|end).*", f"# head\n\n{commented}\n# end")
    )
    assert canonical(formed) == formed


def test_a_comment_above_a_key_goes_with_it() -> None:
    assert canonical('# the name\nname = "A"\n# the code\ncode = "B"\n') == (
        '# the code\ncode = "B"\n# the name\nname = "A"\n'
    )


def test_keys_that_no_model_knows_stay_behind_the_others_in_their_order() -> None:
    assert canonical('zone = 1\nage = 2\nname = "A"\n') == 'name = "A"\nzone = 1\nage = 2\n'


def test_periods_are_not_put_into_another_order() -> None:
    text = '[[periods]]\nfrom = "2025"\n\n[[periods]]\nfrom = "2024"\n'
    assert canonical(text) == text


def test_spaces_inside_a_text_of_several_lines_stay() -> None:
    text = 'summary = """Sold   \n  to adults.   """\n'
    assert canonical(text) == text


def test_tables_that_are_written_with_headers_stay_with_their_period() -> None:
    text = '[[periods]]\nfrom = "2024"\n[periods.products.7-oh]\nstatus = "banned"\n[[periods]]\nfrom = "2025"\n'
    assert tomllib.loads(canonical(text)) == tomllib.loads(text)


@settings(deadline=None, database=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_survives(text: str) -> None:
    import tomlkit

    written = tomlkit.dumps({"name": text, "note": "x"})
    assert tomllib.loads(canonical(written)) == {"name": text, "note": "x"}


def test_every_key_is_found_on_the_line_where_it_is() -> None:
    for file in FILES:
        text = file.read_text("utf-8")
        index, lines = LineIndex(text), text.split("\n")
        raw = tomllib.loads(text)
        for number, period in enumerate(raw["periods"]):
            for key in period:
                line = lines[index.line(f"periods[{number}].{key}") - 1].strip()
                assert line.startswith((f"{key} = ", f"[[periods.{key}]]")), file
            for place, citation in enumerate(period["citations"]):
                line = lines[index.line(f"periods[{number}].citations[{place}].title") - 1]
                assert citation["title"].replace('"', '\\"') in line, file


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("", 1),
        ("nowhere", 1),
        ("periods[0].citations", 7),
        ("periods[0].citations[1].kind", 9),
        ("periods[0].products.7-oh.status", 4),
        ("periods[1].summary", 10),
        ("periods[7].from", 3),
    ],
)
def test_a_key_that_is_not_there_is_found_at_the_table_around_it(key: str, line: int) -> None:
    text = """\
code = "A"

[[periods]]
products = { "7-oh" = "banned" }
"=[#" = \'\'\'
[[periods]]\'\'\'
[[periods.citations]]
title = "=[#"
[[periods.citations]]
[[periods]]
"""
    assert LineIndex(text).line(key) == line
