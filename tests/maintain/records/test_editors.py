"""Editors: each record is checked against the schema while it is written, with Taplo and with Tombi."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from helpers import GOOD_RECORD, ROOT, write_record
from kratomlaw.law.words import CitationKind, ConditionKind
from kratomlaw.maintain.records.compile import record_files
from kratomlaw.maintain.records.schema import record_schema
from kratomlaw.maintain.review.lint import fix_layout

RECORDS = [file.relative_to(ROOT).as_posix() for file in record_files(ROOT / "data")]
OTHERS = ["data/dataset.toml", "data/readings.toml", "data/coverage.toml", "data/places/aliases.toml"]


def settings(name: str) -> tuple[list[str], str]:
    """Which files an editor checks against which schema."""
    content = tomllib.loads((ROOT / name).read_text("utf-8"))
    if name == "tombi.toml":
        (rule,) = content["schemas"]
        return rule["include"], rule["path"]
    (rule,) = content["rule"]
    return rule["include"], rule["schema"]["path"]


def matches(path: str, pattern: str) -> bool:
    """Whether a path matches a pattern: ``?`` is a sign, ``*`` a part of a name, ``**/`` any number of folders."""
    form = re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return re.fullmatch(form, path) is not None


@pytest.mark.parametrize("name", [".taplo.toml", "tombi.toml"])
def test_an_editor_checks_every_record_and_nothing_else(name: str) -> None:
    patterns, schema = settings(name)
    unchecked = [path for path in RECORDS if not any(matches(path, pattern) for pattern in patterns)]
    assert unchecked == [], f"{name}: no pattern of `include` matches these; add their folder"
    assert [path for path in OTHERS if any(matches(path, pattern) for pattern in patterns)] == []
    assert json.loads((ROOT / schema).read_text("utf-8")) == record_schema(), "run: python tools/schema.py"


def test_the_schema_asks_for_days_in_quotes_as_records_have_them() -> None:
    text = json.dumps(record_schema())
    assert '"format"' not in text
    assert record_schema()["properties"]["verified_on"]["pattern"] == r"^\d{4}-\d{2}-\d{2}$"


@pytest.mark.parametrize("line", ["#:schema ../schema/record.schema.json", "#:schema https://example.org/s.json"])
def test_a_schema_line_stays_the_first_when_a_file_is_put_in_order(tmp_path: Path, line: str) -> None:
    body = GOOD_RECORD.partition("\n")[2]
    file = write_record(tmp_path, f"{line}\nname = 'Colorado'\n" + body.replace('name = "Colorado"\n', "", 1))
    assert fix_layout(tmp_path) == (file,)
    assert file.read_text("utf-8") == f"{line}\n{body}"


@pytest.mark.parametrize("kind", [*ConditionKind, *CitationKind], ids=str)
def test_each_word_of_a_record_is_explained_in_the_codebook(kind: str) -> None:
    assert f"`{kind}`" in (ROOT / "data/CODEBOOK.md").read_text("utf-8"), f"data/CODEBOOK.md does not explain {kind}"
