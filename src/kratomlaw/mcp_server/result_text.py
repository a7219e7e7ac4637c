"""What does an assistant read? The results as plain text, with their doubts, their evidence and their age."""

from collections.abc import Iterable

from .. import presentation
from ..errors import AmbiguousPlaceError, KratomLawError, UnknownPlaceError
from ..law.answers import EffectivePeriod, LegalPosition
from ..law.words import Status
from .schemas import ChangesResult, StatusResult, TimelineResult, ToolResult

__all__ = ["changes_text", "error_text", "status_text", "timeline_text"]

_DO_NOT_SAY = "Do not say that it is legal."


def status_text(result: StatusResult) -> str:
    """Write an answer as text."""
    answer = result.answer
    return _joined(
        f"{presentation.place_name(answer)}, {answer.product}, {answer.on}: {_position(answer, answer.word)}.",
        *presentation.cautions(answer),
        _DO_NOT_SAY if answer.status is Status.UNKNOWN else "",
        *(f"{fact.label}: {fact.value}" for fact in presentation.facts(answer) if not fact.in_title),
        answer.summary,
        *(line for section in presentation.sections(answer) for line in _section(section.title, section.lines)),
        *_section("Sources", map(presentation.citation_line, answer.citations)),
        *_about_the_data(result),
    )


def timeline_text(result: TimelineResult) -> str:
    """Write a timeline as text."""
    where = f"{result.unmatched}, {result.jurisdiction}" if result.unmatched else str(result.jurisdiction)
    sources = dict.fromkeys(presentation.citation_line(c) for period in result.periods for c in period.citations)
    return _joined(
        f"{where}, {result.product}: {len(result.periods)} periods, oldest first. Before the first nothing is known.",
        f"{result.unmatched} has no record of its own; this is the law of {result.jurisdiction.name} as a whole."
        if result.unmatched
        else "",
        ""
        if result.periods
        else f"No recorded law reaches this place. {presentation.UNKNOWN_IS_NOT_LEGAL} {_DO_NOT_SAY}",
        *_section("Periods", map(_period, result.periods)),
        *_section("Sources", sources),
        *_about_the_data(result),
    )


def changes_text(result: ChangesResult) -> str:
    """Write a list of changes as text."""
    shown = f", the first {len(result.changes)} of them" if result.total > len(result.changes) else ""
    sources = dict.fromkeys(presentation.citation_line(c) for change in result.changes for c in change.citations)
    return _joined(
        f"{result.product}: {result.total} changes{shown}.",
        *_section("Changes", (f"{change}. {change.summary}" for change in result.changes)),
        *_section("Sources", sources),
        *_about_the_data(result),
    )


def error_text(error: KratomLawError, hint: str) -> str:
    """Write what is wrong with a question, what to ask instead, and which places may be meant."""
    places = (
        error.suggestions
        if isinstance(error, UnknownPlaceError)
        else error.candidates
        if isinstance(error, AmbiguousPlaceError)
        else ()
    )
    return _joined(error.message, hint, *_section("Places that may be meant", map(str, places)))


def _position(law: LegalPosition, word: str) -> str:
    age = f", from age {law.buyer_age}" if law.buyer_age else ""
    return f"{word.upper()}{age}; sale {law.sale}, possession {law.possession}"


def _period(period: EffectivePeriod) -> str:
    span = presentation.span_of(period)
    until = f" to {span.end or 'no known end'}"
    exact = not span.begin.startswith("during")
    return f"{span.begin}{until if exact else ''}: {_position(period, period.word)}. {period.summary}".rstrip()


def _section(title: str, lines: Iterable[str]) -> list[str]:
    items = [f"- {line}" for line in lines]
    return [f"{title}:", *items] if items else []


def _about_the_data(result: ToolResult) -> tuple[str, str]:
    stale = " It is STALE: say so." if result.stale else ""
    return f"Data {result.dataset_version}, {result.dataset_age_days} days old.{stale}", result.disclaimer


def _joined(*lines: str) -> str:
    return "\n".join(filter(None, lines))
