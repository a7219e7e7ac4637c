"""How do the TOML files become the dataset? Reads, checks and compiles the records; the same files, the same bytes."""

import hashlib
import json
import tomllib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from ...data.bundled import bundled_names
from ...data.checks import check_parents
from ...data.dataset import Origin
from ...data.files import parse_toml
from ...data.validation import parse, problems_of, record_json
from ...data.versions import day_of, is_data_version
from ...errors import DataError, InvalidDataError, InvalidQueryError
from ...law.records import SCHEMA_VERSION, Record
from ...law.words import Problem
from .expectations import missing
from .hosts import NO_HOSTS, HostList, read_hosts, with_hosts

__all__ = [
    "OTHER_FOLDERS",
    "build",
    "check_texts",
    "compile_records",
    "data_version",
    "path_of",
    "read_records",
    "readable_records",
    "record_files",
    "records_in_order",
    "require_data",
    "version_day",
    "without_unreadable",
]

OTHER_FOLDERS = ("inbox", "places", "schema", "watch")
"""The folders under ``data`` that hold no records."""


def require_data(data: Path) -> None:
    """Check that there is a data folder, before a command says anything else.

    Args:
        data: The data folder of a clone.

    Raises:
        InvalidQueryError: There is none.
    """
    if not data.is_dir():
        raise InvalidQueryError(
            f"There is no folder {data.as_posix()} here.",
            hint="Run this in the root of a clone of the repository, or name its data folder with --data.",
        )


def record_files(data: Path) -> tuple[Path, ...]:
    """List the record files under the data folder, in the order of their paths.

    Raises:
        InvalidQueryError: There is no such folder.
    """
    require_data(data)
    folders = (folder for folder in data.iterdir() if folder.is_dir() and folder.name not in OTHER_FOLDERS)
    files = sorted(file for folder in folders for file in folder.rglob("*.toml"))
    root = data.resolve()
    # A link could show another record here than to a reviewer; ``folder_problems`` reports it.
    return tuple(file for file in files if file.resolve() == root / file.relative_to(data))


def read_records(files: Iterable[Path], data: Path) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """Read and check record files.

    Args:
        files: The files.
        data: The data folder, which the messages leave out of the paths.

    Returns:
        The records whose form is right, by code; and every problem of all files.
    """
    texts = {file.resolve().relative_to(data.resolve()).as_posix(): file.read_bytes() for file in files}
    return check_texts(texts, read_hosts(data))


def readable_records(data: Path) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """Read the records of a data folder, without those that cannot be read.

    Args:
        data: The data folder.

    Returns:
        The records by code; and the first problem of each file that was left out.

    Raises:
        InvalidQueryError: There is no data folder.
    """
    return without_unreadable(*read_records(record_files(data), data))


def without_unreadable(
    records: dict[str, Record], problems: Iterable[Problem]
) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """Keep of all problems the first of each file that gave no record.

    Args:
        records: The records that could be read, by code.
        problems: Every problem of all files.

    Returns:
        The same records; and the first problem of each file that was left out.
    """
    read = {path_of(code) for code in records}
    first: dict[str, Problem] = {}
    for problem in problems:
        if problem.file not in read:
            first.setdefault(problem.file, problem)
    return records, tuple(first.values())


def check_texts(
    texts: Mapping[str, bytes], hosts: HostList = NO_HOSTS
) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """Check the contents of record files.

    Args:
        texts: The contents by path, relative to the data folder.
        hosts: The reviewed hosts, from which each citation learns whose site it stands at.

    Returns:
        The records whose form is right, by code; and every problem of all files.

    Example:
        >>> check_texts({"countries/lu.toml": b"code ="})[1][0].rule
        'valid-toml'
    """
    names = bundled_names()
    records: dict[str, Record] = {}
    problems: list[Problem] = []
    for path, content in texts.items():
        try:
            # Line ends of another system read the same.
            raw = parse_toml(content.decode().replace("\r\n", "\n"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
            message = f"It is not valid TOML: {cause}."
            problems.append(Problem(file=path, key="", message=message, fix="Correct that line.", rule="valid-toml"))
            continue
        record, found = problems_of(raw, path, names)
        problems += found if record is not None else map(_with_codebook, found)
        if record is not None:
            problems += _check_in_tree(record, path, known=records, name=names.places.get(record.code))
            records[record.code] = with_hosts(record, hosts)
    parents = {code: record.parent for code, record in records.items() if record.parent}
    for code, message, fix in check_parents(parents):
        problems.append(Problem(file=path_of(code), key="parent", message=message, fix=fix, rule="country-at-the-top"))
    return records, tuple(problems)


def _with_codebook(problem: Problem) -> Problem:
    """Say where a maintainer finds out what belongs there; readers of a wheel have no such file."""
    fix = f"{problem.fix} See data/CODEBOOK.md."
    return Problem(file=problem.file, key=problem.key, message=problem.message, fix=fix, rule=problem.rule)


def _check_in_tree(record: Record, path: str, *, known: Mapping[str, Record], name: str | None) -> Iterator[Problem]:
    """Check what a record alone cannot show: that its file, its code and its name fit the others."""
    if path != path_of(record.code):
        message = f"{record.code} belongs in {path_of(record.code)}."
        fix = "Move the file or correct the code."
        yield Problem(file=path, key="code", message=message, fix=fix, rule="path-of-its-code")
    if record.code in known:
        message = f"{record.code} has another record."
        yield Problem(file=path, key="code", message=message, fix="Keep one of them.", rule="one-record-each")
    if any(citation.host for period in record.periods for citation in period.citations):
        message = "Whose site a text stands at is worked out from hosts.toml."
        yield Problem(file=path, key="", message=message, fix="Remove the key host.", rule="host-is-derived")
    if name not in (None, record.name):
        message = f"{record.code} is called {name!r} elsewhere."
        yield Problem(file=path, key="name", message=message, fix="Use that name.", rule="one-name-each")


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
    built_on = version_day(version).isoformat()
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


def version_day(version: str) -> date:
    """The day of a data version.

    Raises:
        ValueError: The version is not of the form ``YYYY.MM.DD[.N]``.

    Example:
        >>> version_day("2026.11.23.1")
        datetime.date(2026, 11, 23)
    """
    if not is_data_version(version):
        raise ValueError(f"{version!r} is not a data version: write YYYY.MM.DD or YYYY.MM.DD.N")
    return day_of(version)


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
    out.mkdir(parents=True, exist_ok=True)
    (out / "dataset.json").write_bytes(dataset)
    (out / "manifest.json").write_bytes(manifest)
    return len(records)


def records_in_order(data: Path) -> dict[str, Record]:
    """Read all records; they have to keep all rules, none may be missing, and all questions must have answers.

    Raises:
        InvalidDataError: Records break the rules or are missing, and every problem is listed; or questions about them
            cannot be answered.
    """
    records, problems = read_records(record_files(data), data)
    problems += missing(data, records)
    if problems:
        raise InvalidDataError(
            f"{len(problems)} problems in {len({problem.file for problem in problems})} files.",
            problems=problems,
            hint="Nothing was written.",
        )
    content, _ = compile_records(records, data_version(data))
    parse(content, name="The compiled data", origin=Origin.FILE)  # as whoever gets it does
    return records


def data_version(data: Path) -> str:
    """Read the version of the data from ``dataset.toml``.

    Raises:
        InvalidQueryError: There is no data folder.
        DataError: The file is missing or has no version of the form ``YYYY.MM.DD[.N]``.
    """
    require_data(data)
    try:
        version = str(tomllib.loads((data / "dataset.toml").read_text("utf-8"))["version"])
        version_day(version)
    except (OSError, ValueError, KeyError) as cause:
        why = cause.strerror if isinstance(cause, OSError) else cause
        raise DataError(
            f"The version in {(data / 'dataset.toml').as_posix()} cannot be read: {why}.",
            hint='Name a data folder, or write version = "YYYY.MM.DD" there.',
        ) from None
    return version


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
