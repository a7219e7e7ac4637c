"""How does one answer look on a screen? In short, so that it fits one, or in full, with all its evidence."""

from collections.abc import Iterator, Mapping

from .. import presentation
from ..law.answers import Answer, Certainty
from ..law.plain import Plain
from ..law.words import Status
from .screen import BOLD, FAINT, STYLES, Paragraph, fact, show

__all__ = ["LINES", "show_answer"]

LINES = 20
"""The most lines of a short answer on a terminal of 80 columns: one of 24 lines shows it whole, and the command."""
_NO_ADVICE = "This is information, not legal advice."
_SUMMARY_LINES = 3
_FEDERAL = frozenset({"AU", "BR", "CA", "DE", "IN", "MX", "MY", "US"})
"""Countries whose national law is called federal."""
_STRICTNESS = (None, Status.LEGAL, Status.UNKNOWN, Status.RESTRICTED, Status.BANNED)
_HOW_CERTAIN: Mapping[Certainty, str] = {
    Certainty.EXACT: "exact",
    Certainty.PROJECTED: "projected, the law as it is scheduled",
    Certainty.APPROXIMATE: "approximate, the strictest reading",
}
_CALLED: Mapping[Status, str] = {
    Status.BANNED: "ban it",
    Status.RESTRICTED: "restrict it",
    Status.LEGAL: "allow it",
    Status.UNKNOWN: "are unknown",
}


def show_answer(answer: Answer, *, full: bool = False, states: Mapping[Status, int] | None = None) -> None:
    """Print one answer.

    Args:
        answer: The answer.
        full: Whether to print all of it: conditions, penalty, advisories, what is pending, sources.
        states: Of the answer for a country, how many of its states have which status; None where that is not known.
    """
    if full:
        show(_full(answer, states or {}))
    else:
        show(_short(answer, states or {}), LINES)


def _title(answer: Answer, states: Mapping[Status, int]) -> Iterator[Paragraph]:
    """What no answer lacks: the place, the word, the product, the day, what to be careful about."""
    title = f"{presentation.place_name(answer)}: {answer.status.upper()}"
    yield Paragraph(title, f"1;{STYLES[answer.status]}".replace("1;1;", "1;"))
    if states:
        yield Paragraph(_of_a_country(answer, states), BOLD)
    yield Paragraph(f"{presentation.PRODUCT_NAMES[answer.product]} on {answer.on}")
    yield Paragraph()
    for caution in presentation.cautions(answer):
        yield Paragraph(caution, BOLD)


def _short(answer: Answer, states: Mapping[Status, int]) -> Iterator[Paragraph]:
    """What a person has to know first."""
    known = {each.key: each for each in presentation.facts(answer)}
    yield from _title(answer, states)
    in_practice = f", {answer.sale_in_practice} in practice" if answer.sale_in_practice else ""
    age = f", from age {answer.min_age}" if answer.min_age else ""
    yield fact("sale", f"{answer.sale}{in_practice}{age}")
    yield fact("possession", answer.possession.value)
    if answer.since and answer.since == answer.until:  # "2027" is all that the evidence says
        yield fact("during", str(answer.since))
    elif answer.since:
        yield fact("since", f"{answer.since}{f', until {answer.until}' if answer.until else ''}")
    for key in ("partly_unknown", "decided_by", "reason", "candidates", "unmatched", "did_you_mean"):
        if key in known:
            yield fact(known[key].label, known[key].value, most=2)
    if answer.local_rules and not answer.unmatched and not answer.candidates:
        below = f"{answer.local_rules} places have own records: kratomlaw list --within "
        yield fact("rules below", f"{below}{answer.jurisdiction.code}", most=2)
    if answer.conditions:
        kinds = ", ".join(dict.fromkeys(rule.kind for rule in answer.conditions))
        yield fact("conditions", f"{len(answer.conditions)}: {kinds}", most=2)
    if answer.summary:
        yield Paragraph()
        yield Paragraph(answer.summary, most=_SUMMARY_LINES)
        yield Paragraph()
    yield fact("coming", _coming(answer), most=2)
    certainty = f"{_HOW_CERTAIN[answer.certainty]}; " if answer.status is not Status.UNKNOWN else ""
    yield fact("how sure", f"{certainty}confidence {known['confidence'].value}")
    if answer.verified_on:
        through = answer.evidence_through or "no dated source"
        yield fact("evidence to", f"{through}; record checked on {answer.verified_on}")
    yield fact("more", _more(answer), most=2)
    yield Paragraph(_NO_ADVICE, FAINT)


def _full(answer: Answer, states: Mapping[Status, int]) -> Iterator[Paragraph]:
    """All of an answer."""
    yield from _title(answer, states)
    for each in presentation.facts(answer):
        yield fact(each.label, each.value, STYLES.get(each.word or "", ""))
    if answer.summary:
        yield Paragraph()
        yield Paragraph(answer.summary)
    sources = presentation.Section("Sources", tuple(map(presentation.citation_line, answer.citations)))
    for section in (*presentation.sections(answer), *((sources,) if sources.lines else ())):
        yield Paragraph()
        yield Paragraph(section.title, BOLD)
        for line in section.lines:
            yield Paragraph(f" • {line}", indent=3)
    yield Paragraph()
    yield Paragraph(answer.disclaimer, FAINT)


def _of_a_country(answer: Answer, states: Mapping[Status, int]) -> str:
    """Whether the country as such bans the product, and how many of its states say something else."""
    product = presentation.in_a_sentence(answer.product)
    law = "federal" if answer.jurisdiction.code in _FEDERAL else "national"
    if answer.status is Status.UNKNOWN:
        first = f"Whether there is a {law} ban of {product} is not known."
    else:
        first = f"There is {'a' if answer.status is Status.BANNED else 'no'} {law} ban of {product}."
    differ = sum(number for status, number in states.items() if status is not answer.status)
    parts = (f"{states[status]} {_CALLED[status]}" for status in Status if states.get(status))
    return f"{first} {differ} of {sum(states.values())} states and territories differ: {', '.join(parts)}."


def _coming(answer: Answer) -> str:
    """What is enacted for later, and what is proposed."""
    bills = presentation.pending_for(answer)
    parts: list[str] = []
    if answer.next_change:
        parts.append(f"{answer.next_change.on}: {answer.next_change.after}")
    if bills:
        count = "1 proposal is" if len(bills) == 1 else f"{len(bills)} proposals are"
        strictest = max(bills, key=lambda bill: _STRICTNESS.index(bill.would_be))
        effect = f" (would be {strictest.would_be})" if strictest.would_be else ""
        parts.append(f"{count} pending: {strictest.title}{effect}")
    return "; ".join(parts) or "no change is known"


def _more(answer: Answer) -> str:
    """What the full answer has that the short one has not."""
    counted: tuple[tuple[str, tuple[Plain, ...]], ...] = (
        ("source", answer.citations),
        ("condition", answer.conditions),
        ("advisory", answer.advisories),
        ("pending", answer.pending),
    )
    plural = {"advisory": "advisories", "pending": "pending"}
    parts = [
        f"{len(items)} {name if len(items) == 1 else plural.get(name, f'{name}s')}" for name, items in counted if items
    ]
    if answer.penalty:
        parts.append("the penalty")
    return f"--full shows {', '.join(parts)}" if parts else "--full shows the whole answer"
