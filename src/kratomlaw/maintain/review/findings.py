"""What was found in a record, where, how bad is it, and how is it mended? For people, programs and GitHub."""

import json
from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from ...data.validated import Model

__all__ = ["Finding", "Level", "as_github", "as_json", "as_text", "summary", "worst"]


class Level(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """The record breaks a rule: nothing is built from it."""
    WARNING = "warning"
    """Something is probably wrong; a person has to look."""
    HINT = "hint"
    """It can be better."""


_GITHUB = {Level.ERROR: "error", Level.WARNING: "warning", Level.HINT: "notice"}
_RANK = tuple(Level)


class Finding(Model):
    """One thing that was found in a record file.

    Example:
        >>> print(Finding(level=Level.ERROR, file="data/us/la.toml", line=3, key="verified_on",
        ...               message="It is older than the law.", fix="Check the law anew."))
        data/us/la.toml:3: error: verified_on: It is older than the law. Check the law anew.
    """

    level: Level
    """How much it weighs."""
    file: str
    """The file, as it can be opened from where the command was run."""
    line: int = Field(ge=1)
    """The line, counted from 1; that of the table if the key itself is missing."""
    key: str
    """Where in the file, as in ``periods[1].status``; empty for the file as a whole."""
    message: str
    """What is wrong."""
    fix: str
    """How to fix it."""

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}: {self.level}: {key}{self.message} {self.fix}".rstrip()


def worst(findings: Iterable[Finding]) -> Level | None:
    """The weightiest level among findings; None when there are none.

    Example:
        >>> worst(())
    """
    return min((finding.level for finding in findings), key=_RANK.index, default=None)


def summary(findings: Iterable[Finding], *, files: int) -> str:
    """How many findings of each level there are, in one line.

    Args:
        findings: The findings.
        files: How many files were looked at.

    Returns:
        One line for a person.

    Example:
        >>> summary((), files=101)
        '101 files: 0 errors, 0 warnings, 0 hints'
    """
    return f"{_counted(files, 'file')}: " + ", ".join(
        _counted(count, level) for level, count in _counts(findings).items()
    )


def as_text(findings: Iterable[Finding]) -> str:
    """The findings as a compiler prints them, one a line, so that a terminal or an editor can open the place.

    Example:
        >>> as_text(())
        ''
    """
    return "\n".join(map(str, findings))


def as_json(findings: Iterable[Finding], *, files: int) -> str:
    """The findings for a program.

    Args:
        findings: The findings.
        files: How many files were looked at.

    Returns:
        A JSON object with ``files``, ``errors``, ``warnings``, ``hints`` and the list ``findings``.

    Example:
        >>> json.loads(as_json((), files=2))["errors"]
        0
    """
    listed = tuple(findings)
    counts = {f"{level}s": count for level, count in _counts(listed).items()}
    content = {"files": files, **counts, "findings": [finding.model_dump(mode="json") for finding in listed]}
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_github(findings: Iterable[Finding]) -> str:
    """The findings as GitHub's workflow commands, which show them beside the lines of a pull request.

    Returns:
        One command a line: ``::error file=…,line=…,title=…::message``; a hint is a ``notice`` there.

    Example:
        >>> hint = Finding(level=Level.HINT, file="us/la.toml", line=3, key="note", message="100 % sure?", fix="")
        >>> print(as_github([hint]))
        ::notice file=us/la.toml,line=3,title=note::100 %25 sure?
    """
    return "\n".join(map(_annotation, findings))


def _annotation(finding: Finding) -> str:
    where = {"file": finding.file, "line": str(finding.line), "title": finding.key or "the whole file"}
    properties = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in where.items())
    message = _escaped(f"{finding.message} {finding.fix}".rstrip())
    return f"::{_GITHUB[finding.level]} {properties}::{message}"


def _escaped(text: str, special: str = "") -> str:
    """GitHub parts commands at line ends, and their properties at colons and commas too."""
    for character in f"%\r\n{special}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _counts(findings: Iterable[Finding]) -> dict[Level, int]:
    levels = [finding.level for finding in findings]
    return {level: levels.count(level) for level in Level}
