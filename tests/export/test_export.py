"""The dataset as flat tables: each format opened by its own reader, and the law of a day asked in SQL."""

import csv
import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest
import typer
from pyarrow import parquet
from typer.testing import CliRunner

import kratomlaw
from kratomlaw import InvalidQueryError, KratomLawError, Product
from kratomlaw.cli.export import export as export_command
from kratomlaw.export import FlatTable, Format, Kind, export, flat_tables

Row = dict[str, object]
ON = date(2026, 1, 15)


@pytest.fixture(scope="module")
def tables() -> tuple[FlatTable, ...]:
    return flat_tables()


def read_parquet(folder: Path, table: FlatTable) -> list[Row]:
    return list(parquet.read_table(folder / f"{table.name}.parquet").to_pylist())


def read_csv(folder: Path, table: FlatTable) -> list[Row]:
    with (folder / f"{table.name}.csv").open(encoding="utf-8", newline="") as stream:
        return [dict(row) for row in csv.DictReader(stream)]


def read_jsonl(folder: Path, table: FlatTable) -> list[Row]:
    with (folder / f"{table.name}.jsonl").open(encoding="utf-8") as stream:
        return [dict(json.loads(line)) for line in stream]


def read_sqlite(folder: Path, table: FlatTable) -> list[Row]:
    with closing(sqlite3.connect(folder / "kratomlaw.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table.name}")]  # noqa: S608


def read_duckdb(folder: Path, table: FlatTable) -> list[Row]:
    with duckdb.connect(str(folder / "kratomlaw.duckdb"), read_only=True) as connection:
        found = connection.execute(f"SELECT * FROM {table.name} ORDER BY ALL")  # noqa: S608
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def typed(value: object) -> object:
    return value


def with_texts_for_dates(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def as_in_sqlite(value: object) -> object:
    return int(value) if isinstance(value, bool) else with_texts_for_dates(value)


def all_texts(value: object) -> object:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    ("form", "read", "kept"),
    [
        ("parquet", read_parquet, typed),
        ("csv", read_csv, all_texts),
        ("jsonl", read_jsonl, with_texts_for_dates),
        ("sqlite", read_sqlite, as_in_sqlite),
        ("duckdb", read_duckdb, typed),
    ],
)
def test_each_format_is_read_back_by_its_own_reader(
    form: str,
    read: Callable[[Path, FlatTable], list[Row]],
    kept: Callable[[object], object],
    tables: tuple[FlatTable, ...],
    tmp_path: Path,
) -> None:
    export(tmp_path, form)
    for table in tables:
        names = [column.name for column in table.columns]
        written = [{name: kept(value) for name, value in zip(names, row, strict=True)} for row in table.rows]
        found = read(tmp_path, table)
        assert sorted(map(repr, found)) == sorted(map(repr, written)), table.name


def test_rows_are_known_by_their_keys(tables: tuple[FlatTable, ...]) -> None:
    for table in tables:
        places = [index for index, column in enumerate(table.columns) if column.key]
        keys = [tuple(row[place] for place in places) for row in table.rows]
        assert len({*keys}) == len(keys), table.name


@pytest.mark.parametrize("product", Product)
def test_the_law_of_a_day_in_sql_is_that_of_a_lookup(product: Product, tmp_path: Path) -> None:
    export(tmp_path, "duckdb")
    with duckdb.connect(str(tmp_path / "kratomlaw.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "SELECT places.code, coalesce(status, 'unknown'), decided_by, coalesce(sale, 'unknown'), min_age FROM places LEFT JOIN periods "
            "ON periods.code = places.code AND product = ? AND first_day <= ? AND (end_day IS NULL OR end_day > ?)",
            [product.value, ON, ON],
        ).fetchall()
    answers = [kratomlaw.lookup(code=place.code, on=ON, product=product) for place in kratomlaw.jurisdictions()]
    assert sorted(found) == sorted(
        (
            answer.jurisdiction.code,
            answer.status.value,
            answer.decided_by and answer.decided_by.code,
            answer.sale.value,
            answer.min_age,
        )
        for answer in answers
    )


def by_name(tables: tuple[FlatTable, ...]) -> dict[str, list[Row]]:
    return {
        table.name: [dict(zip([column.name for column in table.columns], row, strict=True)) for row in table.rows]
        for table in tables
    }


def test_every_citation_and_condition_belongs_to_a_period(tables: tuple[FlatTable, ...]) -> None:
    rows = {table.name: table.rows for table in tables}
    known = {row[:3] for row in rows["periods"]}
    assert {row[:3] for row in (*rows["conditions"], *rows["period_citations"])} <= known


def test_every_known_status_has_a_citation(tables: tuple[FlatTable, ...]) -> None:
    named = by_name(tables)
    cited = {(row["code"], row["product"], row["first_day"]) for row in named["period_citations"]}
    for row in named["periods"]:
        assert row["status"] == "unknown" or (row["code"], row["product"], row["first_day"]) in cited


def test_each_citation_is_written_once_and_each_is_cited(tables: tuple[FlatTable, ...]) -> None:
    rows = {table.name: table.rows for table in tables}
    texts = [row[1:] for row in rows["citations"]]
    assert len({*texts}) == len(texts)
    links = (*rows["period_citations"], *rows["pending_citations"], *rows["advisory_citations"])
    assert {row[-1] for row in links} == {row[0] for row in rows["citations"]}
    assert len(texts) * 10 < len(links)


def test_the_citations_of_a_period_in_sql_are_those_of_the_timeline(tmp_path: Path) -> None:
    export(tmp_path, "duckdb")
    with duckdb.connect(str(tmp_path / "kratomlaw.duckdb"), read_only=True) as connection:
        for place in ("US-LA", "US-IL/alton", "TH"):
            found = connection.execute(
                "SELECT first_day, set_by, title, url, supports FROM period_citations JOIN citations USING (citation_id) "
                "WHERE code = ? AND product = 'leaf' ORDER BY first_day, citation_position",
                [place],
            ).fetchall()
            assert found == [
                (period.first_day, citation.set_by, citation.title, citation.url, citation.supports)
                for period in kratomlaw.timeline(place)
                for citation in period.citations
            ]


def test_a_citation_keeps_its_id_whatever_else_there_is(tables: tuple[FlatTable, ...]) -> None:
    few = kratomlaw.KratomLaw(dataset=Path(__file__).parents[1] / "frozen/kept/dataset.json")
    ids = [
        {row[1:]: row[0] for table in each if table.name == "citations" for row in table.rows}
        for each in (tables, flat_tables(few))
    ]
    both = ids[0].keys() & ids[1].keys()
    assert both
    assert all(ids[0][text] == ids[1][text] for text in both)


@pytest.mark.parametrize("product", Product)
def test_the_law_of_today_is_that_of_a_lookup(product: Product, tables: tuple[FlatTable, ...]) -> None:
    found = [row for row in by_name(tables)["today"] if row["product"] == product]
    assert [row["code"] for row in found] == [place.code for place in kratomlaw.jurisdictions()]
    for row in found:
        answer = kratomlaw.lookup(code=str(row["code"]), on=str(row["day"]), product=product)
        assert (row["status"], row["sale"], row["possession"], row["min_age"], row["certainty"]) == (
            answer.status, answer.sale, answer.possession, answer.min_age, answer.certainty
        )  # fmt: skip
        assert (row["since"], row["until"]) == tuple(each and str(each) for each in (answer.since, answer.until))
        assert (row["decided_by"], row["local_rules"]) == (
            answer.decided_by and answer.decided_by.code,
            answer.local_rules,
        )


def test_pending_steps_and_advisories_are_those_of_the_records_each_once(tables: tuple[FlatTable, ...]) -> None:
    named = by_name(tables)
    recorded = [kratomlaw.record(str(row["code"])) for row in named["places"] if row["has_record"]]
    assert [(row["code"], row["title"], row["step_date"], row["would_be"]) for row in named["pending"]] == [
        (record.code, pending.title, str(pending.on), pending.would_be)
        for record in recorded
        for pending in record.pending
    ]
    assert [(row["code"], row["issuer"], row["since"]) for row in named["advisories"]] == [
        (record.code, advisory.issuer, str(advisory.since)) for record in recorded for advisory in record.advisories
    ]
    texts = {row["citation_id"]: row["title"] for row in named["citations"]}
    assert [texts[row["citation_id"]] for row in named["pending_citations"]] == [
        citation.title for record in recorded for pending in record.pending for citation in pending.citations
    ]
    assert [texts[row["citation_id"]] for row in named["advisory_citations"]] == [
        citation.title for record in recorded for advisory in record.advisories for citation in advisory.citations
    ]


def test_a_pending_step_has_lapsed_where_an_answer_says_so(tables: tuple[FlatTable, ...]) -> None:
    for row in by_name(tables)["pending"]:
        answer = kratomlaw.lookup(code=str(row["code"]), on=str(row["day"]))
        said = {(each.set_by, each.title): each.lapsed for each in answer.pending}
        assert said[str(row["code"]), str(row["title"])] is row["lapsed"]


@pytest.mark.parametrize("form", Format)
def test_the_data_dictionary_lies_beside_and_describes_every_column(form: Format, tmp_path: Path) -> None:
    files = export(tmp_path, form)
    assert sorted(tmp_path.iterdir()) == sorted(files)
    text = (tmp_path / "data-dictionary.md").read_text("utf-8")
    for table in flat_tables():
        assert f"## {table.name}" in text
        for column in table.columns:
            assert f"| {column.kind} | {column.description} |" in text
    assert kratomlaw.dataset().version in text
    assert kratomlaw.DISCLAIMER in text


def test_the_data_dictionary_explains_the_words(tmp_path: Path) -> None:
    export(tmp_path, "csv")
    text = (tmp_path / "data-dictionary.md").read_text("utf-8")
    assert "- `banned`: A binding instrument prohibits its sale or its possession." in text


def test_the_questions_of_the_data_dictionary_are_answered(tmp_path: Path) -> None:
    export(tmp_path, "sqlite")
    blocks = (tmp_path / "data-dictionary.md").read_text("utf-8").split("```sql\n")[1:]
    with closing(sqlite3.connect(tmp_path / "kratomlaw.sqlite")) as connection:
        answered = [connection.execute(block.partition("```")[0]).fetchall() for block in blocks]
    assert len(answered) == 2
    assert all(answered)


def test_a_duckdb_database_describes_itself(tmp_path: Path) -> None:
    export(tmp_path, "duckdb")
    with duckdb.connect(str(tmp_path / "kratomlaw.duckdb"), read_only=True) as connection:
        comments = connection.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'periods'").fetchall()
    assert all(comment for (comment,) in comments)


def test_an_export_replaces_an_older_one(tmp_path: Path, tables: tuple[FlatTable, ...]) -> None:
    for form in Format:
        export(tmp_path, form)
        export(tmp_path, form)
    assert len(read_sqlite(tmp_path, tables[0])) == len(tables[0].rows)


@pytest.mark.parametrize(("form", "package"), [("parquet", "pyarrow"), ("duckdb", "duckdb")])
def test_a_missing_package_is_named_with_the_way_to_install_it(
    form: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(KratomLawError, match=package) as raised:
        export(tmp_path, form)
    assert raised.value.hint == f"python -m pip install {package}"
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidQueryError, match="'xlsx' is not a format"):
        export(tmp_path, "xlsx")


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KratomLawError, match="cannot be written"):
        export(tmp_path / "file", "csv")


def test_dates_are_dates_where_the_format_has_them(tables: tuple[FlatTable, ...], tmp_path: Path) -> None:
    export(tmp_path, "parquet")
    schema = parquet.read_schema(tmp_path / "periods.parquet")
    dates = [column.name for column in tables[1].columns if column.kind is Kind.DATE]
    assert [str(schema.field(name).type) for name in dates] == ["date32[day]"] * len(dates)


class TestCommand:
    @pytest.fixture
    def app(self) -> typer.Typer:
        made = typer.Typer()
        made.command()(export_command)
        return made

    def test_it_prints_the_files_that_it_wrote(self, app: typer.Typer, tmp_path: Path) -> None:
        done = CliRunner().invoke(app, [str(tmp_path / "out"), "--format", "jsonl"])
        assert done.exit_code == 0
        assert {Path(line).name for line in done.output.splitlines()} == {
            file.name for file in (tmp_path / "out").iterdir()
        }

    def test_a_mistake_ends_with_2_and_a_hint(self, app: typer.Typer, tmp_path: Path) -> None:
        done = CliRunner().invoke(app, [str(tmp_path), "--format", "xlsx"])
        assert done.exit_code == 2
        assert "parquet" in done.output
