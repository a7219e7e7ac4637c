"""Text of others is text: on a terminal, in a log, an annotation, XML, Markdown or a spreadsheet it does nothing."""

import ast
import csv
import hashlib
import io
import json
import logging
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kratomlaw
from helpers import ROOT
from kratomlaw import InvalidQueryError, KratomLaw, KratomLawError, SourceResponseError
from kratomlaw.cli.output import Form, say
from kratomlaw.export import FlatTable, export
from kratomlaw.export import writers as csv_writers
from kratomlaw.law.texts import (
    harmful_character,
    harmless,
    harmless_json,
    harmless_lines,
    markdown,
    markdown_link,
    markup,
)
from kratomlaw.maintain.records.folder import folder_problems
from kratomlaw.maintain.review.findings import Finding, Severity, as_github
from kratomlaw.maintain.review.links.model import LinkReport, LinkResult, Verdict
from kratomlaw.maintain.review.links.report import as_markdown
from kratomlaw.updates.background import Background
from kratomlaw.updates.trust import Trust
from kratomlaw.web.site.feed import Entry, atom

ESCAPE, BELL, BACKWARDS, LINE = "\x1b[2J", "\x07", "\u202e", "\u2028"
NASTY = f"{ESCAPE}{BELL}{BACKWARDS}{LINE}\n::error::x\r\x00\ufeff\x9b31m"
PACKAGE = ROOT / "src/kratomlaw"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def test_what_is_harmful() -> None:
    for character in NASTY.replace("[2J", "").replace("::error::x", "").replace("31m", ""):
        assert harmful_character(f"a{character}b") == f"U+{ord(character):04X}"
    for text in ("Louisiana", "Curaçao", "ประเทศไทย", "می\u200cخواهم", "🌿", "a – b", "§ 13-1"):
        assert harmful_character(text) is None, text


@given(TEXTS)
def test_what_is_shown_is_one_line_and_harmless(text: str) -> None:
    shown = harmless(text)
    assert harmful_character(shown) is None
    assert len(shown.splitlines()) <= 1
    assert harmless(shown) == shown


@given(TEXTS)
def test_a_harmless_text_is_shown_as_it_is(text: str) -> None:
    if harmful_character(text) is None:
        assert harmless(text) == text


@given(st.recursive(TEXTS, lambda inside: st.lists(inside) | st.dictionaries(TEXTS, inside), max_leaves=5))
def test_json_says_the_same_and_is_harmless(value: object) -> None:
    for indent in (None, 2):
        shown = harmless_json(json.dumps(value, ensure_ascii=False, indent=indent))
        assert json.loads(shown) == value
        assert all(harmful_character(line) is None for line in shown.split("\n"))


@given(TEXTS)
def test_markup_is_xml_that_says_the_text(text: str) -> None:
    element = ElementTree.fromstring(f'<a b="{markup(text)}">{markup(text)}</a>')  # noqa: S314  # our own
    assert (element.text or "") == element.get("b") == harmless(text, limit=20_000)


def test_long_texts_are_shortened_in_the_middle() -> None:
    assert harmless("b" + "x" * 10**7 + "e", limit=9) == "bxxx…xxxe"
    assert len(harmless_lines("x" * 10**6)) < 30_000
    assert len(markdown("x" * 10**6)) < 3_000


@pytest.mark.parametrize("error", [KratomLawError, InvalidQueryError, SourceResponseError])
def test_an_error_is_one_short_line_whatever_it_quotes(error: type[KratomLawError]) -> None:
    made = error(f"It says {NASTY}" + "x" * 10**7, hint=NASTY)
    for text in (str(made), made.message, made.hint, made.args[0]):
        assert len(text) < 2_000
        assert harmful_character(text) is None


class TestFromASource:
    def manifest(self, **says: object) -> bytes:
        dataset = b"{}"
        sha256 = hashlib.sha256(dataset).hexdigest()
        version = kratomlaw.dataset().version
        created = datetime.now(UTC).isoformat()
        manifest = {"schema": 1, "version": version, "size": 2, "sha256": sha256, "created": created}
        return json.dumps(manifest | says).encode()

    @pytest.mark.parametrize("key", ["requires", "file"])
    @pytest.mark.parametrize("text", [f"0{ESCAPE}", f"0{BACKWARDS}", "0\n::error::x", "0" * 101])
    def test_a_manifest_with_other_characters_is_refused(self, key: str, text: str) -> None:
        trust = Trust(library_version="0.1.0", now=datetime.now(UTC))
        trust.read_manifest(self.manifest())
        with pytest.raises(SourceResponseError, match="not a kratomlaw manifest"):
            trust.read_manifest(self.manifest(**{key: text}))

    @pytest.mark.parametrize(
        "says",
        [{"requires": "99\n::error::x"}, {"schema": "2\n::error::x"}, {"schema": 10**100}, {"requires": "9" * 99}],
    )
    def test_a_command_says_it_in_lines_of_its_own(self, tmp_path: Path, says: dict[str, object]) -> None:
        (tmp_path / "manifest.json").write_bytes(self.manifest(**says))
        done = command("refresh", KRATOMLAW_SOURCE_URL=str(tmp_path), KRATOMLAW_CACHE_DIR=str(tmp_path / "cache"))
        assert done.returncode == 1
        assert_harmless(done.stdout + done.stderr)

    def test_a_log_has_one_line(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        class Loud:
            """An application's client whose error quotes what it got."""

            def fetch(self, request: object) -> Any:
                raise SourceResponseError(f"It says {NASTY}" + "x" * 10**6)

        law = KratomLaw(source="x://y", fetcher=Loud(), cache_dir=tmp_path)
        with caplog.at_level(logging.WARNING, "kratomlaw"):
            Background._refresh(law)
        (message,) = caplog.messages
        assert harmful_character(message) is None
        assert len(message) < 2_000


def command(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    import os

    return subprocess.run(
        [sys.executable, "-m", "kratomlaw", *words],
        capture_output=True, text=True, env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment}, check=False,
    )  # fmt: skip


def assert_harmless(output: str) -> None:
    for line in output.split("\n"):
        for cell in line.split("\t"):  # the columns of a table in a pipe; in a text of others a tab becomes a blank
            assert harmful_character(cell) is None, line
        assert not line.startswith("::"), line
        assert len(line) < 2_000


@pytest.mark.parametrize("words", [("lookup",), ("timeline",), ("lookup", "--on")])
def test_a_question_comes_back_on_a_terminal_as_text(words: tuple[str, ...]) -> None:
    for text in (f"Nash{ESCAPE}ville, TN", f"{BACKWARDS}TX", f"x{LINE}\n::error::x", "Nash\x9bville, Tennessee"):
        done = command(*words, text)
        assert_harmless(done.stdout + done.stderr)


def test_what_a_command_prints_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"a{ESCAPE}\nb{BACKWARDS}")
    assert capsys.readouterr().out == "a<U+001B>[2J\nb<U+202E>\n"
    say(f'["{BACKWARDS}"]', form=Form.JSON)
    assert capsys.readouterr().out == '["\\u202e"]\n'


def test_an_annotation_of_github_is_one_line_with_its_own_properties() -> None:
    found = Finding(
        severity=Severity.ERROR, rule="r", file=f"data/a{NASTY},line=1::.toml", line=3, key=f"k{NASTY}", message=NASTY,
        fix=f"x\n::warning::{NASTY}",
    )  # fmt: skip
    text = as_github([found])
    assert harmful_character(text) is None
    head, _, _ = text.removeprefix("::").partition("::")
    assert re.fullmatch(r"error file=[^:,]*,line=3,title=[^:,]*", head)


def test_a_feed_is_xml_whatever_a_change_says() -> None:
    entry = Entry(key=NASTY, title=f"Ban{NASTY}", summary=f"<b>{NASTY}", page="a.html", on=date(2026, 1, 1))
    feed = ElementTree.fromstring(atom([entry], built_on=date(2026, 1, 1), address=None))  # noqa: S314  # our own
    titles = [element.text or "" for element in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[1].startswith("Ban<U+001B>[2J")
    assert harmful_character(titles[1]) is None


MARKDOWN = f"@all [x](https://evil.example) ![](https://evil.example/i.png) <img src=x> `c` # *b* | {NASTY}<!-- kratomlaw data diff -->"


def test_markdown_neither_formats_nor_calls() -> None:
    text = markdown(MARKDOWN)
    assert harmful_character(text) is None
    assert "@" not in text
    for sign in "[]<>`#*|":
        assert not re.search(rf"(?<!\\){re.escape(sign)}", text.replace("&#64;", "")), sign


@pytest.mark.parametrize(
    "url", ["https://x.example/> @all", "javascript:alert(1)", f"https://x.example/{BACKWARDS}", ""]
)
def test_what_is_no_address_is_no_link(url: str) -> None:
    assert not markdown_link(url).startswith("<")


def test_reports_in_markdown_show_text_of_others_as_text() -> None:
    dead = LinkResult(
        url="https://law.example.org/a>@all",
        status=410,
        checked_at=datetime.now(UTC),
        verdict=Verdict.DEAD,
        detail=f"410 {MARKDOWN}",
        cited_in=("US-LA",),
        moved_to=f"https://evil.example/{BACKWARDS}",
    )
    text = as_markdown(LinkReport(results=(dead,), suppressed=(), expired=(), unused=()))
    assert "@" not in text
    assert_harmless(text)


def test_all_html_is_written_by_one_function_and_all_output_of_commands_by_another() -> None:
    """A new surface that escapes or prints in its own way would not be covered by these tests."""
    wrong: list[str] = []
    for file in PACKAGE.rglob("*.py"):
        name = file.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, (ast.ImportFrom, ast.Call)):
                continue
            imported = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
            if "escape" in imported and name != "law/texts.py":
                wrong.append(f"{name}:{node.lineno} escapes by itself: use law.texts.markup")
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("print", "typer.echo", "click.echo", "sys.stdout.write") and name != "cli/output.py":
                wrong.append(f"{name}:{node.lineno} prints by itself: use cli.output.say")
    assert not wrong, "\n".join(wrong)


class TestSpreadsheets:
    FORMULAS = ('=HYPERLINK("https://evil.example")', "+1+1", "-2", "@SUM(A1)", "\t=1+1", " =1", "＝1")

    def table(self) -> FlatTable:
        (table, *_) = kratomlaw.export.flat_tables()
        width = len(table.columns)
        return table._replace(rows=tuple((text, *[None] * (width - 1)) for text in self.FORMULAS))

    def test_cells_that_would_be_run_are_text(self, tmp_path: Path) -> None:
        (file,) = csv_writers.write_csv([self.table()], tmp_path)
        cells = [row[0] for row in csv.reader(io.StringIO(file.read_text("utf-8"), newline=""))][1:]
        assert cells == [f"'{text}" for text in self.FORMULAS]

    def test_programs_can_have_them_as_they_are(self, tmp_path: Path) -> None:
        (file,) = csv_writers._write_exact_csv([self.table()], tmp_path)
        cells = [row[0] for row in csv.reader(io.StringIO(file.read_text("utf-8"), newline=""))][1:]
        assert cells == list(self.FORMULAS)

    def test_the_bundled_data_has_none(self, tmp_path: Path) -> None:
        plain = {path.name: path.read_bytes() for path in export(tmp_path / "a", "csv")}
        exact = {path.name: path.read_bytes() for path in export(tmp_path / "b", "csv", exact=True)}
        assert plain == exact

    def test_the_command_has_the_switch(self, tmp_path: Path) -> None:
        done = command("export", str(tmp_path), "--exact")
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["places/aliases.toml", "us/la.toml", "watch/us.toml", "NEWS.md"])
def test_control_characters_in_the_data_folder_are_reported(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'a = "b"\nname = "Loui{BACKWARDS}siana"\n', "utf-8")
    (problem,) = folder_problems(tmp_path, today=date(2026, 11, 30))
    assert (problem.file, problem.rule) == (name, "no-control-characters")
    assert "Line 2" in problem.message
    assert "U+202E" in problem.message
