"""How are flat tables written to files? As Parquet, CSV, JSON Lines, or a SQLite or DuckDB database."""

import csv
import json
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from ..client import default_instance
from ..data.snapshot import LawReader
from ..errors import InvalidQueryError, KratomLawError
from .dataset_tables import flat_tables
from .dictionary import data_dictionary
from .flat import FlatTable, Kind, Value
from .packages import package

__all__ = ["Format", "export", "write_csv", "written_together"]

_DATABASE = "kratomlaw"
_RUN = ("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}",
        "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
"""What the texts begin with that spreadsheets run as formulas."""
_SQL_TYPES = {Kind.TEXT: "TEXT", Kind.INTEGER: "INTEGER", Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE"}


class Format(StrEnum):
    """The formats in which tables can be written."""

    PARQUET = "parquet"
    """A Parquet file for each table; needs PyArrow."""
    CSV = "csv"
    """A CSV file for each table, UTF-8, with a header."""
    JSONL = "jsonl"
    """A file for each table with a JSON object on each line."""
    SQLITE = "sqlite"
    """One SQLite database."""
    DUCKDB = "duckdb"
    """One DuckDB database; needs DuckDB."""


def export(
    out: Path | str, form: Format | str = Format.CSV, *, law: LawReader | None = None, exact: bool = False
) -> tuple[Path, ...]:
    """Write the whole dataset as flat tables, with a data dictionary.

    Args:
        out: The folder, which is created if needed. Files of the same names are replaced.
        form: ``"parquet"``, ``"csv"``, ``"jsonl"``, ``"sqlite"`` or ``"duckdb"``.
        law: The instance to ask; None for the default instance.
        exact: Whether texts in CSV that a spreadsheet would run as a formula stay as they are. By default an apostrophe
            stands before them, as spreadsheets write text that is not to be run.

    Returns:
        The files: those of the tables or the database, and ``data-dictionary.md``.

    Raises:
        InvalidQueryError: There is no such format.
        KratomLawError: A package is missing that the format needs, or the folder cannot be written.
        DataError: The data cannot be used.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [file.name for file in export(folder, "csv")][:4]
        ['places.csv', 'periods.csv', 'conditions.csv', 'today.csv']
    """
    if form not in tuple(Format):
        raise InvalidQueryError(f"{str(form)[:40]!r} is not a format.", hint=f"Choose one of {', '.join(Format)}.")
    write = _write_exact_csv if exact and form == Format.CSV else _WRITERS[Format(form)]
    with (law or default_instance()).at_one_version() as view:
        tables = flat_tables(view)
        described = data_dictionary(tables, view.dataset())

    def write_all(folder: Path) -> list[Path]:
        dictionary = folder / "data-dictionary.md"
        dictionary.write_text(described, "utf-8", newline="\n")
        return [*write(tables, folder), dictionary]

    return written_together(out, write_all)


def written_together(out: Path | str, write: Callable[[Path], Sequence[Path]]) -> tuple[Path, ...]:
    """Write files to a folder so that a reader never finds half a file.

    Args:
        out: The folder, which is created if needed.
        write: Writes the files into an empty folder, and returns them.

    Raises:
        KratomLawError: The folder cannot be written.
    """
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Everything is written to a folder beside it, and then moved into place.
        with TemporaryDirectory(prefix=".kratomlaw-", dir=folder) as beside:
            files = write(Path(beside))
            for file in files:
                os.replace(file, folder / file.name)
    except OSError as cause:
        raise KratomLawError(
            f"{folder} cannot be written: {cause.strerror}.", hint="Choose another folder, or change its permissions."
        ) from None
    return tuple(folder / file.name for file in files)


def write_csv(tables: Sequence[FlatTable], folder: Path) -> list[Path]:
    """CSV that can be opened in a spreadsheet whatever a record says."""
    return _csv_files(tables, folder, lambda value: _not_run(_csv_value(value)))


def _write_exact_csv(tables: Sequence[FlatTable], folder: Path) -> list[Path]:
    """CSV with every text as it is, for programs."""
    return _csv_files(tables, folder, _csv_value)


def _csv_files(tables: Sequence[FlatTable], folder: Path, write: Callable[[Value], Value]) -> list[Path]:
    files: list[Path] = []
    for table in tables:
        file = folder / f"{table.name}.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(column.name for column in table.columns)
            writer.writerows(map(write, row) for row in table.rows)
        files.append(file)
    return files


def _csv_value(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value


def _not_run(value: Value) -> Value:
    """Put an apostrophe before a text that a spreadsheet would run, as in ``=HYPERLINK(…)``."""
    return f"'{value}" if isinstance(value, str) and value.lstrip().startswith(_RUN) else value


def _write_jsonl(tables: Sequence[FlatTable], folder: Path) -> list[Path]:
    files: list[Path] = []
    for table in tables:
        names = [column.name for column in table.columns]
        file = folder / f"{table.name}.jsonl"
        with file.open("w", encoding="utf-8", newline="\n") as stream:
            for row in table.rows:
                values = dict(zip(names, map(_plain, row), strict=True))
                stream.write(json.dumps(values, ensure_ascii=False) + "\n")
        files.append(file)
    return files


def _plain(value: Value) -> str | int | None:
    return value.isoformat() if isinstance(value, date) else value


def _write_parquet(tables: Sequence[FlatTable], folder: Path) -> list[Path]:
    pyarrow = package("pyarrow", "To write Parquet")
    parquet = package("pyarrow.parquet", "To write Parquet")
    types = {
        Kind.TEXT: pyarrow.string(),
        Kind.INTEGER: pyarrow.int64(),
        Kind.BOOLEAN: pyarrow.bool_(),
        Kind.DATE: pyarrow.date32(),
    }
    files: list[Path] = []
    for table in tables:
        fields = [
            pyarrow.field(column.name, types[column.kind], metadata={"description": column.description})
            for column in table.columns
        ]
        columns = list(zip(*table.rows, strict=True)) or [()] * len(fields)
        schema = pyarrow.schema(fields, metadata={"description": table.description})
        file = folder / f"{table.name}.parquet"
        parquet.write_table(pyarrow.table(columns, schema=schema), file)
        files.append(file)
    return files


def _write_sqlite(tables: Sequence[FlatTable], folder: Path) -> list[Path]:
    file = folder / f"{_DATABASE}.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        for table in tables:
            connection.execute(_create(table))
            marks = ", ".join("?" for _ in table.columns)
            rows = (tuple(map(_plain, row)) for row in table.rows)
            connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # noqa: S608  # our own name
    return [file]


def _write_duckdb(tables: Sequence[FlatTable], folder: Path) -> list[Path]:
    duckdb = package("duckdb", "To write a DuckDB database")
    file = folder / f"{_DATABASE}.duckdb"
    with duckdb.connect(str(file)) as connection, TemporaryDirectory(dir=folder) as beside:
        # DuckDB is slow at inserting single rows, and fast at reading files.
        for table, source in zip(tables, _write_exact_csv(tables, Path(beside)), strict=True):
            connection.execute(_create(table))
            connection.execute(f"COPY {table.name} FROM '{_quoted(str(source))}' (FORMAT csv, HEADER)")
            connection.execute(f"COMMENT ON TABLE {table.name} IS '{_quoted(table.description)}'")
            for column in table.columns:
                what = f"{table.name}.{column.name}"
                connection.execute(f"COMMENT ON COLUMN {what} IS '{_quoted(column.description)}'")
    return [file]


def _create(table: FlatTable) -> str:
    columns = [f"{column.name} {_SQL_TYPES[column.kind]}" for column in table.columns]
    keys = ", ".join(column.name for column in table.columns if column.key)
    return f"CREATE TABLE {table.name} ({', '.join(columns)}, PRIMARY KEY ({keys}))"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


_WRITERS: Mapping[Format, Callable[[Sequence[FlatTable], Path], list[Path]]] = {
    Format.PARQUET: _write_parquet,
    Format.CSV: write_csv,
    Format.JSONL: _write_jsonl,
    Format.SQLITE: _write_sqlite,
    Format.DUCKDB: _write_duckdb,
}
