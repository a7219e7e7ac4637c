"""How is a result said to an assistant? Plain text that keeps what must not be lost: doubt, evidence, age."""

from collections.abc import Iterable

from ..errors import AmbiguousPlaceError, KratomLawError, UnknownPlaceError
from ..law.answers import Answer, AnswerCitation, Certainty, EffectivePeriod, LegalPosition, Reason
from ..law.words import Status
from .questions import ChangesResult, StatusResult, TimelineResult

__all__ = ["changes_text", "error_text", "status_text", "timeline_text"]

_WHY_UNKNOWN = {
    Reason.NO_RECORD: "nobody has recorded this place yet",
    Reason.BEFORE_COVERAGE: "the day lies before the first evidence",
    Reason.LAPSED: "a temporary rule ended and nothing newer is recorded",
    Reason.NO_EVIDENCE: "the law was searched for and the evidence does not decide",
}
_DOUBTS = {
    Certainty.EXACT: "",
    Certainty.PROJECTED: "The day lies after the data was made: this is the law as it was scheduled then.",
    Certainty.APPROXIMATE: "The place or a date of law is not known exactly: this is the strictest reading.",
}
_NOT_LEGAL = "This is not known. Do not say that it is legal."


def status_text(result: StatusResult) -> str:
    """Say an answer."""
    answer = result.answer
    where = f"{answer.unmatched}, {answer.jurisdiction}" if answer.unmatched else str(answer.jurisdiction)
    return _joined(
        f"{where}, {answer.product}, {answer.on}: {_law(answer)}.",
        *_remarks(answer),
        answer.summary,
        *_section("Conditions", (f"{rule.kind}: {rule.text} ({rule.set_by})" for rule in answer.conditions)),
        *_section("Advisories, short of binding law", (f"{a.issuer} ({a.since}): {a.text}" for a in answer.advisories)),
        *_section("Pending, not law", (f"{p.title}: {p.step} ({p.on}). {p.effect}" for p in answer.pending)),
        *_section("Sources", map(_cited, answer.citations)),
        f"Confidence {answer.confidence or 'none'}, last verified {answer.verified_on or 'never'}.",
        *_about_the_data(result),
    )


def timeline_text(result: TimelineResult) -> str:
    """Say how law changes."""
    where = f"{result.unmatched}, {result.jurisdiction}" if result.unmatched else str(result.jurisdiction)
    return _joined(
        f"{where}, {result.product}: {len(result.periods)} periods, oldest first. Before the first nothing is known.",
        _no_record_of_its_own(result.unmatched, result.jurisdiction.name),
        "" if result.periods else f"No recorded law reaches this place. {_NOT_LEGAL}",
        *_section("Periods", map(_period, result.periods)),
        *_section("Sources", dict.fromkeys(_cited(c) for period in result.periods for c in period.citations)),
        *_about_the_data(result),
    )


def changes_text(result: ChangesResult) -> str:
    """Say what changed."""
    shown = f", the first {len(result.changes)} of them" if result.total > len(result.changes) else ""
    return _joined(
        f"{result.product}: {result.total} changes{shown}.",
        *_section("Changes", (f"{change}. {change.summary}" for change in result.changes)),
        *_section("Sources", dict.fromkeys(_cited(c) for change in result.changes for c in change.citations)),
        *_about_the_data(result),
    )


def error_text(error: KratomLawError) -> str:
    """Say what is wrong with a question, and what to ask instead."""
    places = (
        error.suggestions
        if isinstance(error, UnknownPlaceError)
        else error.candidates
        if isinstance(error, AmbiguousPlaceError)
        else ()
    )
    return _joined(error.message, error.hint, *_section("Places that may be meant", map(str, places)))


def _law(law: LegalPosition) -> str:
    age = f", from age {law.min_age}" if law.min_age else ""
    return f"{law.status.upper()}{age}; sale {law.sale}, possession {law.possession}"


def _remarks(answer: Answer) -> Iterable[str]:
    if answer.status is Status.UNKNOWN:
        why = f", because {_WHY_UNKNOWN[answer.reason]}" if answer.reason else ""
        yield f"The status is unknown{why}. {_NOT_LEGAL}"
    yield _DOUBTS[answer.certainty]
    if not answer.candidates:
        yield _no_record_of_its_own(answer.unmatched, answer.jurisdiction.name)
    else:
        yield f"The question may mean each of {', '.join(map(str, answer.candidates))}; the strictest is told."
    if answer.did_you_mean:
        yield f"Places with rules of their own that are spelt alike: {', '.join(map(str, answer.did_you_mean))}."
    if answer.decided_by:
        since = f" since {answer.since}" if answer.since else ""
        yield f"Decided by the law of {answer.decided_by}{since}."
    if answer.next_change:
        yield f"Next enacted change: {answer.next_change.on}, {_law(answer.next_change.after)}."
    if answer.local_rules:
        yield f"{answer.local_rules} places below it have records of their own and may be stricter."
    if answer.penalty:
        yield f"Penalty: {answer.penalty}"


def _no_record_of_its_own(unmatched: str | None, level: str) -> str:
    return f"{unmatched} has no record of its own; this is the answer for {level} as a whole." if unmatched else ""


def _period(period: EffectivePeriod) -> str:
    span = f"{period.since or f'before {period.first_day}'} to {period.until or 'no known end'}"
    if period.since is not None and period.since == period.until:
        span = f"during {period.since} (no closer date is known)"
    return f"{span}: {_law(period)}. {period.summary}".rstrip()


def _cited(citation: AnswerCitation) -> str:
    published = f", {citation.published}" if citation.published else ""
    address = f" {citation.url}" if citation.url else ""
    return f"{citation.title} ({citation.kind}{published}; {citation.set_by}): {citation.supports}{address}"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    items = [f"- {line}" for line in lines]
    return [f"{title}:", *items] if items else []


def _about_the_data(result: StatusResult | TimelineResult | ChangesResult) -> tuple[str, str]:
    stale = " It is STALE: say so." if result.data_stale else ""
    return f"Data {result.data_version}, {result.data_age_days} days old.{stale}", result.disclaimer


def _joined(*lines: str) -> str:
    return "\n".join(filter(None, lines))
