"""How are runs, leads and plans shown? As text for a person and JSON for a program."""

import json
from collections.abc import Iterable, Sequence

from ...law.plain import Plain
from ...law.words import Problem
from .leads import Lead
from .plan import NotWatched
from .run import WatchReport

__all__ = ["lead_as_text", "leads_as_text", "plan_as_text", "report_as_text", "to_plain"]


def report_as_text(report: WatchReport) -> str:
    """What a run found, for a person.

    Example:
        >>> print(report_as_text(WatchReport(new=(), more=(), looked=3, fresh=1, left=0, requests=4, problems=())))
        3 watches looked at with 4 requests, 1 fresh, 0 left to the next run: 0 new leads, 0 with another source.
    """
    lines = [f"{_where(problem)}{problem.message} {problem.fix}".rstrip() for problem in report.problems]
    lines += ["", leads_as_text(report.new), ""] if report.new else []
    lines.append(
        f"{_counted(report.looked, 'watch', 'watches')} looked at with {_counted(report.requests, 'request')}, "
        f"{report.fresh} fresh, {report.left} left to the next run: "
        f"{_counted(len(report.new), 'new lead')}, {len(report.more)} with another source."
    )
    return "\n".join(lines)


def leads_as_text(leads: Iterable[Lead]) -> str:
    """Leads, two lines each.

    Example:
        >>> leads_as_text([])
        'The inbox is empty.'
    """
    lines: list[str] = []
    for lead in leads:
        day = lead.happened_on or lead.found_on
        lines.append(f"{lead.key}  [{lead.status}]")
        lines.append(f"    {day}  {', '.join(lead.places[:6])}: {lead.title}")
    return "\n".join(lines) or "The inbox is empty."


def lead_as_text(lead: Lead, *, diff: str = "") -> str:
    """All of one lead.

    Args:
        lead: The lead.
        diff: The whole change, when it is known on this machine.

    Returns:
        Several lines.
    """
    lines = [f"{lead.key}  [{lead.status}], found on {lead.found_on}", lead.title, lead.what, ""]
    lines += [f"bears on: {', '.join(lead.places)}", *(f"pending: {title}" for title in lead.pending)]
    lines += [f"the record says: {said}" for said in lead.record_says]
    lines += [f"source: {source.name}  {source.url}".rstrip() for source in lead.sources]
    if diff or lead.diff:
        lines += ["", f"change: {diff or lead.diff}"]
    if lead.reason:
        lines += ["", f"dismissed because: {lead.reason}"]
    if lead.edit and lead.is_active:
        lines += [
            "",
            f"to edit: {lead.edit}",
            *(f"then:    kratomlaw data verify {place}" for place in lead.places[:5]),
        ]
    return "\n".join(lines)


def plan_as_text(watches: int, written: int, missing: Sequence[NotWatched], problems: Sequence[Problem]) -> str:
    """How many watches there are, and what nobody watches.

    Example:
        >>> print(plan_as_text(3, 1, [], []))
        3 watches: 1 written in data/watch, 2 that follow from the records. Nothing is left unwatched.
    """
    lines = [f"{_where(problem)}{problem.message} {problem.fix}".rstrip() for problem in problems]
    lines += [f"not watched: {each.place}: {each.what}: {each.why}" for each in missing]
    end = f"{len(missing)} things are not watched." if missing else "Nothing is left unwatched."
    counts = f"{written} written in data/watch, {watches - written} that follow from the records"
    lines.append(f"{_counted(watches, 'watch', 'watches')}: {counts}. {end}")
    return "\n".join(lines)


def to_plain(value: object) -> object:
    """Reports, leads and watches as values that ``json.dumps`` knows.

    Example:
        >>> to_plain(NotWatched("US-GU", "bills", "No service."))
        ['US-GU', 'bills', 'No service.']
    """
    from pydantic import TypeAdapter

    written: object = json.loads(TypeAdapter(object).dump_json(value, fallback=_plain))
    return written


def _plain(value: object) -> object:
    return value.to_dict() if isinstance(value, Plain) else str(value)


def _where(problem: Problem) -> str:
    return ": ".join(filter(None, (problem.file, problem.key))) + (": " if problem.file or problem.key else "")


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"
