"""How do the TOML files become the dataset? Reading, checking and compiling the records, reproducibly."""

import hashlib
import json
import re
import tomllib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from ...data.bundled import bundled_names
from ...data.validation import problems_of, record_json
from ...errors import InvalidDataError
from ...law.records import SCHEMA_VERSION, Record
from ...law.words import Problem
from ..review.expectations import missing

__all__ = ["build", "compile_records", "data_version", "path_of", "read_records", "record_files", "records_in_order"]

_VERSION = re.compile(r"(\d{4})\.(\d{2})\.(\d{2})(\.[1-9]\d*)?", re.ASCII)

_OTHER_FOLDERS = ("inbox", "places", "schema", "watch")
"""The folders under ``data`` that hold no records."""


def record_files(data: Path) -> tuple[Path, ...]:
    """The record files under the data folder, in the order of their paths."""
    folders = (folder for folder in data.iterdir() if folder.is_dir() and folder.name not in _OTHER_FOLDERS)
    return tuple(sorted(file for folder in folders for file in folder.rglob("*.toml")))


def read_records(files: Iterable[Path], data: Path) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """Read and check record files.

    Args:
        files: The files.
        data: The data folder, which the messages leave out of the paths.

    Returns:
        The records that are in order, by code; and every problem of all files.
    """
    names = bundled_names()
    records: dict[str, Record] = {}
    problems: list[Problem] = []
    for file in files:
        path = file.resolve().relative_to(data.resolve()).as_posix()
        try:
            raw = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
            message = f"It is not valid TOML: {cause}."
            problems.append(Problem(file=path, key="", message=message, fix="Correct that line."))
            continue
        record, found = problems_of(raw, path, names)
        problems += found
        if record is not None:
            problems += _check_in_tree(record, path, known=records, name=names.places.get(record.code))
            records[record.code] = record
    return records, tuple(problems)


def _check_in_tree(record: Record, path: str, *, known: Mapping[str, Record], name: str | None) -> Iterator[Problem]:
    """Check what a record cannot tell of itself: its file, its uniqueness, its name elsewhere."""
    if path != path_of(record.code):
        message = f"{record.code} belongs into {path_of(record.code)}."
        yield Problem(file=path, key="code", message=message, fix="Move the file or correct the code.")
    if record.code in known:
        message = f"{record.code} has another record."
        yield Problem(file=path, key="code", message=message, fix="Keep one of them.")
    if name not in (None, record.name):
        message = f"{record.code} is called {name!r} elsewhere."
        yield Problem(file=path, key="name", message=message, fix="Use that name.")


def path_of(code: str) -> str:
    """Where the record of a code belongs, relative to the data folder.

    Example:
        >>> path_of("TH"), path_of("US-CO"), path_of("US-MS/lee-county")
        ('countries/th.toml', 'us/co.toml', 'us/ms/lee-county.toml')
    """
    upper, slash, slug = code.partition("/")
    country, hyphen, state = upper.lower().partition("-")
    folder = f"{country}/{state}{slash}{slug}" if hyphen else f"countries/{country}"
    return f"{folder}.toml"


def compile_records(records: Mapping[str, Record], version: str) -> tuple[bytes, bytes]:
    """Write records as one dataset.

    Args:
        records: The records by code.
        version: The version of the data, ``YYYY.MM.DD[.N]``.

    Returns:
        The dataset and its manifest as JSON: the same bytes for the same records and version.

    Raises:
        ValueError: The version is not of that form.
    """
    match = _VERSION.fullmatch(version)
    if not match:
        raise ValueError(f"{version!r} is not a data version: write YYYY.MM.DD or YYYY.MM.DD.N")
    built_on = date(*map(int, match.groups()[:3])).isoformat()
    # One record a line: the library finds a record without parsing the others, and a change shows as a line.
    lines = ",\n".join(f"{_json(code)}:{record_json(records[code]).decode()}" for code in sorted(records))
    head = (
        f'"schema":{SCHEMA_VERSION},\n"version":{_json(version)},\n"built_on":{_json(built_on)},\n"licence":"CC0-1.0"'
    )
    dataset = f'{{\n{head},\n"records":{{\n{lines}\n}}\n}}\n'.encode()
    manifest = {
        "schema": SCHEMA_VERSION,
        "version": version,
        "built_on": built_on,
        "file": "dataset.json",
        "size": len(dataset),
        "sha256": hashlib.sha256(dataset).hexdigest(),
        "crc32": zlib.crc32(dataset),
    }
    return dataset, (json.dumps(manifest, indent=2) + "\n").encode()


def build(data: Path, out: Path) -> int:
    """Compile the data folder into the package.

    Args:
        data: The data folder.
        out: The folder that ``dataset.json`` and ``manifest.json`` are written to.

    Returns:
        How many records there are.

    Raises:
        InvalidDataError: Records break the rules; every problem is listed.
    """
    records = records_in_order(data)
    dataset, manifest = compile_records(records, data_version(data))
    (out / "dataset.json").write_bytes(dataset)
    (out / "manifest.json").write_bytes(manifest)
    return len(records)


def records_in_order(data: Path) -> dict[str, Record]:
    """Read all records, which have to be in order and complete.

    Raises:
        InvalidDataError: Records break the rules or are missing; every problem is listed.
    """
    records, problems = read_records(record_files(data), data)
    problems += missing(data, records)
    if problems:
        raise InvalidDataError(
            f"{len(problems)} problems in {len({problem.file for problem in problems})} files.",
            problems=problems,
            hint="Nothing was written.",
        )
    return records


def data_version(data: Path) -> str:
    """The version of the data, as ``dataset.toml`` says."""
    return str(tomllib.loads((data / "dataset.toml").read_text("utf-8"))["version"])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
