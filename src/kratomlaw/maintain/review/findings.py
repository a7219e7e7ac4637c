"""How is what is wrong with records reported? With place, rule, weight and fix: for people, programs and GitHub."""

import json
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from ...law.plain import Plain, plain
from ...law.texts import harmless

__all__ = ["Finding", "Severity", "as_github", "as_json", "as_text", "summary", "worst"]


class Severity(StrEnum):
    """How serious a finding is."""

    ERROR = "error"
    """The record breaks a rule: nothing is built from it."""
    WARNING = "warning"
    """Something is probably wrong; a person has to look."""
    HINT = "hint"
    """It can be better."""


_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}
_RANK = tuple(Severity)
_MANY = 20
_SHOWN = 5
"""Of a rule with more than ``_MANY`` findings that are no errors a person sees as many: all would hide the others."""


@plain
class Finding(Plain):
    """One thing that is wrong with a record file: a problem with its line and severity.

    Example:
        >>> print(Finding(severity=Severity.WARNING, rule="verified-before-the-law", file="data/us/la.toml", line=3,
        ...               key="verified_on", message="It is older than the law.", fix="Check the law again."))
        data/us/la.toml:3: warning: verified-before-the-law: verified_on: It is older than the law. Check the law again.
    """

    severity: Severity
    """How serious it is."""
    rule: str
    """The name of the rule that the file breaks, as in ``more-lenient-than-above``."""
    file: str
    """The file, as it can be opened from where the command was run."""
    line: int
    """The line, counted from 1; that of the table if the key itself is missing."""
    key: str
    """Where in the file, as in ``periods[1].status``; empty for the file as a whole."""
    message: str
    """What is wrong."""
    fix: str
    """How to fix it; empty when there is nothing to advise."""

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.severity}: {self.rule}: {key}{self.message} {self.fix}".rstrip()


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The highest severity among findings; None when there are none.

    Example:
        >>> worst(())
    """
    return min((finding.severity for finding in findings), key=_RANK.index, default=None)


def summary(findings: Iterable[Finding], *, files: int) -> str:
    """How many findings of each severity there are, in one line.

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
        _counted(count, severity) for severity, count in _counts(findings).items()
    )


def as_text(findings: Iterable[Finding]) -> str:
    """The findings as a compiler prints them, one a line, so that a terminal or an editor can open the place.

    Where very many are of one rule and no errors, the last line says how many of them were left out.

    Example:
        >>> as_text(())
        ''
    """
    shown, left_out = _shortened(findings)
    more = (f"{count} more of {rule}: name a file, or use --json, to see them." for rule, count in left_out.items())
    return "\n".join((*map(str, shown), *more))


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
    counts = {f"{severity}s": count for severity, count in _counts(listed).items()}
    content = {"files": files, **counts, "findings": [finding.to_dict() for finding in listed]}
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_github(findings: Iterable[Finding]) -> str:
    """The findings as GitHub's workflow commands, which show them beside the lines of a pull request.

    Returns:
        One command a line: ``::error file=…,line=…,title=…::message``; a hint is a ``notice`` there.

    Example:
        >>> hint = Finding(severity=Severity.HINT, rule="doubt", file="us/la.toml", line=3, key="note",
        ...                message="100 % sure?", fix="")
        >>> print(as_github([hint]))
        ::notice file=us/la.toml,line=3,title=note::doubt: 100 %25 sure?
    """
    shown, left_out = _shortened(findings)
    more = (f"::notice title={rule}::{count} more of this rule" for rule, count in left_out.items())
    return "\n".join((*map(_annotation, shown), *more))


def _shortened(findings: Iterable[Finding]) -> tuple[list[Finding], Counter[str]]:
    """The findings without the most of those rules that have very many; and how many of each were left out."""
    listed = list(findings)
    mild = Counter(finding.rule for finding in listed if finding.severity is not Severity.ERROR)
    many = {rule for rule, count in mild.items() if count > _MANY}
    shown: list[Finding] = []
    seen: Counter[str] = Counter()
    for finding in listed:
        if finding.rule in many and finding.severity is not Severity.ERROR:
            seen[finding.rule] += 1
            if seen[finding.rule] > _SHOWN:
                continue
        shown.append(finding)
    return shown, Counter({rule: mild[rule] - _SHOWN for rule in sorted(many)})


def _annotation(finding: Finding) -> str:
    where = {"file": finding.file, "line": str(finding.line), "title": finding.key or "the whole file"}
    properties = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in where.items())
    message = _escaped(f"{finding.rule}: {finding.message} {finding.fix}".rstrip())
    return f"::{_GITHUB[finding.severity]} {properties}::{message}"


def _escaped(text: str, special: str = "") -> str:
    """GitHub splits commands at line ends, of which none is left, and their properties at colons and commas too."""
    text = harmless(text)
    for character in f"%{special}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _counts(findings: Iterable[Finding]) -> dict[Severity, int]:
    all_of_them = [finding.severity for finding in findings]
    return {severity: all_of_them.count(severity) for severity in Severity}
