"""How is the state of the links reported? As text, as JSON, and as the Markdown of an issue."""

from collections.abc import Iterator

from ....law.texts import markdown, markdown_link
from .model import LinkReport, LinkResult, Suppression, Verdict

__all__ = ["as_json", "as_markdown", "as_text"]

_LISTED = (Verdict.DEAD, Verdict.MOVED, Verdict.BLOCKED, Verdict.INCONCLUSIVE)
"""The verdicts whose links are listed one by one, what needs work first."""


def as_text(report: LinkReport) -> str:
    """The report for a person at a terminal: what needs work, then how many links there are of each kind.

    Example:
        >>> from kratomlaw.maintain.review.links.checker import check
        >>> as_text(check([]))
        '0 links: 0 ok, 0 moved, 0 dead, 0 blocked, 0 inconclusive'
    """
    lines = [line for verdict in _LISTED for result in report.of(verdict) for line in _result_lines(result)]
    lines += [f"{what}: {s.url}\n  {s.reason} (until {s.until})" for what, s in _suppressions_to_fix(report)]
    return "\n".join([*lines, _counts(report)])


def as_json(report: LinkReport) -> str:
    """The report for a program: ``LinkReport`` as JSON.

    Example:
        >>> from kratomlaw.maintain.review.links.checker import check
        >>> print(as_json(check([])).splitlines()[1].strip())
        "results": [],
    """
    return report.to_json(indent=2)


def as_markdown(report: LinkReport) -> str:
    """The report as the Markdown of an issue; what a person has to do is a box to tick.

    Example:
        >>> from kratomlaw.maintain.review.links.checker import check
        >>> print(as_markdown(check([])).splitlines()[0])
        ### Links: 0 links: 0 ok, 0 moved, 0 dead, 0 blocked, 0 inconclusive
    """
    lines = [f"### Links: {_counts(report)}"]
    for verdict in _LISTED:
        found = report.of(verdict)
        if not found:
            continue
        lines += ["", f"#### {verdict.capitalize()}", ""]
        for result in found:
            cited_in = markdown(", ".join(result.cited_in))
            lines.append(f"- [ ] {cited_in}: {markdown_link(result.url)}: {markdown(result.detail)}")
            if result.moved_to:
                lines.append(f"  - now at {markdown_link(result.moved_to)}")
            if result.archived:
                lines.append(f"  - archived copy: {markdown_link(result.archived)}")
    to_fix = list(_suppressions_to_fix(report))
    if to_fix:
        lines += ["", "#### Suppressions in `data/links.toml`", ""]
        lines += [f"- [ ] {what}: {markdown_link(s.url)} ({markdown(s.reason)}, until {s.until})" for what, s in to_fix]
    return "\n".join([*lines, ""])


def _result_lines(result: LinkResult) -> Iterator[str]:
    yield f"{result.verdict}: {result.url}"
    yield f"  {', '.join(result.cited_in)}: {result.detail}"
    if result.archived:
        yield f"  archived copy: {result.archived}"


def _suppressions_to_fix(report: LinkReport) -> Iterator[tuple[str, Suppression]]:
    yield from (("expired suppression", suppression) for suppression in report.expired)
    yield from (("unused suppression", suppression) for suppression in report.unused)


def _counts(report: LinkReport) -> str:
    counts = ", ".join(f"{len(report.of(verdict))} {verdict}" for verdict in Verdict)
    suppressed = f", {len(report.suppressed)} suppressed" if report.suppressed else ""
    links = "1 link" if len(report.results) == 1 else f"{len(report.results)} links"
    return f"{links}: {counts}{suppressed}"
