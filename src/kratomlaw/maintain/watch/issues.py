"""Which issues of a repository are opened, closed or left? One issue for each lead, found again by its key.

Pure: the workflow lists the issues that there are, and does what is said here.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError

from ...errors import DataError
from ...law.texts import markdown, markdown_link
from .leads import Lead, LeadStatus

__all__ = ["Issue", "IssueAction", "actions", "as_json_lines", "dismissed_by_people", "issue_body", "read_issues"]

_MARK = re.compile(r"<!-- kratomlaw lead: ([a-z0-9-]+) -->")


class Issue(BaseModel, extra="ignore", frozen=True):
    """An issue as ``gh issue list --json number,state,body`` writes it."""

    number: int
    """Its number."""
    state: str
    """``OPEN`` or ``CLOSED``."""
    body: str = ""
    """Its text."""

    @property
    def lead(self) -> str:
        """The key of its lead; empty when it is about something else."""
        found = _MARK.search(self.body)
        return found[1] if found else ""


class IssueAction(NamedTuple):
    """One thing to do."""

    do: str
    """``open`` or ``close``."""
    key: str
    """The lead."""
    number: int
    """The issue to close; 0 for one to open."""
    title: str
    """The title of the issue to open."""
    body: str
    """The text of the issue to open, or the comment with which one is closed."""


def read_issues(text: str) -> tuple[Issue, ...]:
    """Read what ``gh issue list --state all --json number,state,body`` wrote.

    Raises:
        DataError: It is something else.

    Example:
        >>> read_issues('[{"number": 1, "state": "OPEN", "body": "<!-- kratomlaw lead: us-mi-1 -->"}]')[0].lead
        'us-mi-1'
    """
    try:
        return TypeAdapter(tuple[Issue, ...]).validate_json(text)
    except ValidationError:
        raise DataError(
            "This is no list of issues.", hint="Use: gh issue list --state all --json number,state,body"
        ) from None


def actions(leads: Iterable[Lead], issues: Iterable[Issue]) -> tuple[IssueAction, ...]:
    """Say what to do so that each active lead has one open issue.

    Args:
        leads: The leads.
        issues: All issues, also the closed ones: an issue that somebody closed stays closed.

    Returns:
        What to do, in the order of the leads.
    """
    by_lead = {issue.lead: issue for issue in sorted(issues, key=lambda issue: -issue.number) if issue.lead}
    found: list[IssueAction] = []
    for lead in leads:
        issue = by_lead.get(lead.key)
        if issue is None and lead.is_active:
            found.append(IssueAction("open", lead.key, 0, lead.title, issue_body(lead)))
        elif issue is not None and issue.state == "OPEN" and not lead.is_active:
            why = f"Dismissed: {markdown(lead.reason)}" if lead.status is LeadStatus.DISMISSED else "Settled."
            found.append(IssueAction("close", lead.key, issue.number, "", why))
    return tuple(found)


def dismissed_by_people(leads: Iterable[Lead], issues: Iterable[Issue]) -> tuple[tuple[Lead, int], ...]:
    """The active leads whose issue somebody closed, each with the number of the issue.

    Args:
        leads: The leads.
        issues: All issues.

    Returns:
        The leads to dismiss in the inbox too.
    """
    closed = {issue.lead: issue.number for issue in issues if issue.lead and issue.state == "CLOSED"}
    still_open = {issue.lead for issue in issues if issue.state == "OPEN"}
    return tuple(
        (lead, closed[lead.key])
        for lead in leads
        if lead.is_active and lead.key in closed and lead.key not in still_open
    )


def issue_body(lead: Lead) -> str:
    """A lead as Markdown. Text of others neither formats the issue nor calls for anybody."""
    lines = [f"<!-- kratomlaw lead: {lead.key} -->", markdown(lead.what), ""]
    lines += [f"- bears on: {', '.join(f'`{place}`' for place in lead.places)}"]
    if lead.happened_on:
        lines.append(f"- happened on: {lead.happened_on}")
    lines += [f"- pending: {markdown(title)}" for title in lead.pending]
    lines += [f"- the record says: {markdown(said)}" for said in lead.record_says]
    lines += [f"- source: {markdown(source.name)} {markdown_link(source.url)}".rstrip() for source in lead.sources]
    if lead.diff:
        lines += ["", "Change:", "", f"> {markdown(lead.diff)}"]
    lines += [
        "",
        "To edit:",
        "",
        f"    {lead.edit}",
        *(f"    kratomlaw data verify {place}" for place in lead.places[:5]),
    ]
    lines += ["", "Close this issue with a comment that says why when nothing is to be changed."]
    return "\n".join(lines) + "\n"


def as_json_lines(found: Sequence[IssueAction]) -> str:
    """What to do, one JSON object a line, for a shell loop with ``jq``.

    Example:
        >>> as_json_lines([IssueAction("close", "us-mi-1", 7, "", "Settled.")])
        '{"do": "close", "key": "us-mi-1", "number": 7, "title": "", "body": "Settled."}'
    """
    return "\n".join(json.dumps(action._asdict(), ensure_ascii=False) for action in found)
