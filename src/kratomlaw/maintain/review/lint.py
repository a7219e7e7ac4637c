"""What is wrong with the record files? All findings at once: form, rules, advice and layout, each with its line."""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from ...errors import DataError
from ...law.records import Record
from ..records.compile import path_of, read_records, record_files
from ..records.layout import canonical
from ..records.lines import LineIndex, error_line
from .expectations import missing
from .findings import Finding, Level
from .lint import advise, circumstances
from .messages import plain

__all__ = ["chosen_files", "mend_layout", "validate"]


def chosen_files(data: Path, files: Iterable[Path] = ()) -> tuple[Path, ...]:
    """The files that a command is about.

    Args:
        data: The data folder.
        files: The files that were named; none stands for all.

    Returns:
        The files, each as a path below the data folder.

    Raises:
        DataError: A file lies elsewhere, or the data folder is not there.
    """
    if not data.is_dir():
        raise DataError(f"There is no folder {data}.", hint="Run it in the root of a clone, or say --data.")
    named = tuple(files)
    if not named:
        return record_files(data)
    root = data.resolve()
    for file in named:
        if not file.resolve().is_relative_to(root):
            raise DataError(f"{file} is not in the folder {data}.", hint="Say --data with the folder it belongs to.")
    return tuple(data / file.resolve().relative_to(root) for file in named)


def validate(data: Path, files: Iterable[Path] = (), *, today: date) -> tuple[Finding, ...]:
    """Answer what is wrong with record files.

    Args:
        data: The data folder.
        files: The files to check; none stands for all. The others are read too, since rules compare records.
        today: The day of the check; law that begins later is law of the future.

    Returns:
        The findings, in the order of files and lines; empty when there are none.

    Raises:
        DataError: A file lies outside the data folder.
    """
    named = tuple(files)
    chosen = chosen_files(data, named)
    paths = [file.relative_to(data).as_posix() for file in chosen]
    texts = {path: _text(file) for path, file in zip(paths, chosen, strict=True)}
    records, problems = read_records(dict.fromkeys((*record_files(data), *chosen)), data)
    found = [
        _found(data, problem.file, texts[problem.file], Level.ERROR, problem.key, *plain(problem.message, problem.mend))
        for problem in problems
        if problem.file in texts
    ]
    found += _advice(data, texts, records, today)
    found += _layout(data, texts)
    found += () if named else _missing(data, records)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (finding.file, finding.line)))


def mend_layout(data: Path, files: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Put record files into their canonical form; what they say stays the same.

    Args:
        data: The data folder.
        files: The files; none stands for all. A file that is not valid TOML is left alone.

    Returns:
        The files that were changed.

    Raises:
        DataError: A file lies outside the data folder, or cannot be written anew without changing what it says.
    """
    changed: list[Path] = []
    for file in chosen_files(data, files):
        text = _text(file)
        formed = canonical(text) if _is_toml(text) else text
        # Bytes, since a file with the line ends of another system reads the same and is to be mended.
        if formed.encode() != file.read_bytes() and _is_toml(text):
            file.write_text(formed, "utf-8", newline="\n")
            changed.append(file)
    return tuple(changed)


def _advice(data: Path, texts: dict[str, str], records: dict[str, Record], today: date) -> Iterator[Finding]:
    known = circumstances(records, today=today)
    for code, record in records.items():
        path = path_of(code)  # a record in another place has an error already
        if path in texts:
            for level, key, message, mend in advise(record, known):
                yield _found(data, path, texts[path], level, key, message, mend)


def _missing(data: Path, records: dict[str, Record]) -> Iterator[Finding]:
    for problem in missing(data, records):
        file = (data / problem.file).as_posix()
        yield Finding(level=Level.ERROR, file=file, line=1, key="", message=problem.message, mend=problem.mend)


def _layout(data: Path, texts: dict[str, str]) -> Iterator[Finding]:
    for path, text in texts.items():
        file = (data / path).as_posix()
        try:
            formed = canonical(text) if _is_toml(text) else text
        except DataError as error:
            yield Finding(level=Level.HINT, file=file, line=1, key="", message=error.message, mend=error.hint)
            continue
        if formed != text:
            pairs = enumerate(zip(text.split("\n"), formed.split("\n"), strict=False), 1)
            line = next((number for number, (old, new) in pairs if old != new), 1)
            message = "The file is not in its canonical form; this is the first line that differs."
            mend = f"Run: kratomlaw data validate --fix {file}"
            yield Finding(level=Level.HINT, file=file, line=line, key="", message=message, mend=mend)


def _found(data: Path, path: str, text: str, level: Level, key: str, message: str, mend: str) -> Finding:
    line = LineIndex(text).line(key) if _is_toml(text) else error_line(message, text)
    return Finding(level=level, file=(data / path).as_posix(), line=line, key=key, message=message, mend=mend)


def _text(file: Path) -> str:
    """The content of a file; what is no text in UTF-8 is marked, and the reader of records refuses it."""
    return file.read_text("utf-8", errors="replace")


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
