"""What is wrong with the record files? All findings at once: form, rules, advice and layout, each with its line."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from ...data.files import parse_toml
from ...errors import DataError, InvalidQueryError
from ...law.records import Record
from ...law.words import Problem
from ..records.compile import path_of, read_records, record_files, require_data
from ..records.expectations import missing
from ..records.folder import folder_problems
from ..records.hosts import read_hosts
from ..records.layout import canonical
from ..records.lines import LineIndex, error_line
from .advice import Advice
from .findings import Finding, Severity
from .rules import advise, lint_context

__all__ = ["chosen_files", "fix_layout", "validate"]


def chosen_files(data: Path, files: Iterable[Path] = ()) -> tuple[Path, ...]:
    """List the files that a command is about.

    Args:
        data: The data folder.
        files: The files that were named; none stands for all.

    Returns:
        The files, each as a path below the data folder.

    Raises:
        InvalidQueryError: A file is elsewhere, or there is no data folder.
    """
    require_data(data)
    named = tuple(files)
    if not named:
        return record_files(data)
    root = data.resolve()
    for file in named:
        if not file.resolve().is_relative_to(root):
            raise InvalidQueryError(
                f"{file} is not in the folder {data}.", hint="Name the folder that it belongs to with --data."
            )
    return tuple(data / file.resolve().relative_to(root) for file in named)


def validate(data: Path, files: Iterable[Path] = (), *, today: date) -> tuple[Finding, ...]:
    """Find everything that is wrong with record files.

    Args:
        data: The data folder.
        files: The files to check; none stands for all. The others are read too, since rules compare records.
        today: The day of the check; law that begins later is law of the future.

    Returns:
        The findings, in the order of files and lines; empty when there are none.

    Raises:
        InvalidQueryError: A file is outside the data folder, or there is none.
        DataError: ``coverage.toml`` is not valid.
    """
    named = tuple(files)
    chosen = chosen_files(data, named)
    paths = [file.relative_to(data).as_posix() for file in chosen]
    texts = {path: _text(file) for path, file in zip(paths, chosen, strict=True)}
    records, problems = read_records(dict.fromkeys((*record_files(data), *chosen)), data)
    found = [_of_problem(data, problem, texts[problem.file]) for problem in problems if problem.file in texts]
    found += _advice(data, texts, records, today)
    found += _layout(data, texts)
    if not named:
        folder_wide = (*missing(data, records), *folder_problems(data, today=today))
        found += [_of_problem(data, problem, "") for problem in folder_wide]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (finding.file, finding.line)))


def fix_layout(data: Path, files: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Put record files into their canonical form; what they say stays the same.

    Args:
        data: The data folder.
        files: The files; none stands for all. A file that is not valid TOML is left alone.

    Returns:
        The files that were changed.

    Raises:
        InvalidQueryError: A file is outside the data folder.
        DataError: A file cannot be reformatted without changing what it says.
    """
    changed: list[Path] = []
    for file in chosen_files(data, files):
        text = _text(file)
        if not _is_toml(text):
            continue
        formed = canonical(text)
        # Bytes, since a file with the line ends of another system reads the same and has to change too.
        if formed.encode() != file.read_bytes():
            file.write_text(formed, "utf-8", newline="\n")
            changed.append(file)
    return tuple(changed)


def _advice(data: Path, texts: Mapping[str, str], records: Mapping[str, Record], today: date) -> Iterator[Finding]:
    known = lint_context(records, today=today, hosts=read_hosts(data))
    for code, record in records.items():
        path = path_of(code)  # a record in another place has an error already
        if path in texts:
            index = LineIndex(texts[path])
            for rule, advice in advise(record, known):
                yield _finding(data, path, index.line(advice.key), rule, advice)


def _layout(data: Path, texts: Mapping[str, str]) -> Iterator[Finding]:
    for path, text in texts.items():
        try:
            formed = canonical(text) if _is_toml(text) else text
        except DataError as error:
            yield _finding(data, path, 1, "canonical-form", Advice(Severity.HINT, "", error.message, error.hint))
            continue
        if formed != text:
            pairs = enumerate(zip(text.split("\n"), formed.split("\n"), strict=False), 1)
            line = next((number for number, (old, new) in pairs if old != new), 1)
            message = "The file is not in its canonical form; this is the first line that differs."
            fix = f"Run: kratomlaw data validate --fix {(data / path).as_posix()}"
            yield _finding(data, path, line, "canonical-form", Advice(Severity.HINT, "", message, fix))


def _of_problem(data: Path, problem: Problem, text: str) -> Finding:
    line = LineIndex(text).line(problem.key) if _is_toml(text) else error_line(problem.message, text)
    advice = Advice(Severity.ERROR, problem.key, problem.message, problem.fix)
    return _finding(data, problem.file, line, problem.rule, advice)


def _finding(data: Path, path: str, line: int, rule: str, advice: Advice) -> Finding:
    return Finding(
        severity=advice.severity,
        rule=rule,
        file=(data / path).as_posix(),
        line=line,
        key=advice.key,
        message=advice.message,
        fix=advice.fix,
    )


def _text(file: Path) -> str:
    """The content of a file; what is not UTF-8 is marked, and the reader of records refuses it."""
    return file.read_text("utf-8", errors="replace")


def _is_toml(text: str) -> bool:
    try:
        parse_toml(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
