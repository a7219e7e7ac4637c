"""How does a decision look on a screen? The outcome first, then why, what is required, how old the evidence is."""

from collections.abc import Iterator

from kratomlaw import Decision, DecisionReason, Outcome, TripDecision

from .. import presentation
from .answer import LINES
from .screen import BOLD, FAINT, STYLES, Paragraph, fact, show

__all__ = ["show_decision", "show_trip"]

_MOST_REQUIREMENTS = 4
"""So many conditions have room on a screen with their texts; of more the short form lists what they are about."""


def show_decision(decision: Decision, *, full: bool = False) -> None:
    """Print a decision on one place.

    Args:
        decision: The decision.
        full: Whether to print every condition and every source.
    """
    show(_decision(decision, full=full), None if full else LINES)


def show_trip(trip: TripDecision, *, full: bool = False) -> None:
    """Print a decision on a trip, stop by stop.

    Args:
        trip: The decision.
        full: Whether to print every reason, condition and source of each stop.
    """
    title = f"{trip.outcome.upper()}: {presentation.trip_title(trip)}"
    show([Paragraph(title, _bold(trip.outcome)), Paragraph(presentation.who(trip.age, "traveller"))])
    for decision in trip.decisions:
        show([Paragraph()])
        if full:
            show(_decision(decision, full=True))
        else:
            show(_stop(decision))
    if not full:
        show([Paragraph(), _about_the_data(trip.decisions), fact("more", "--full shows every reason and source")])
        show([Paragraph(trip.disclaimer, FAINT)])


def _decision(decision: Decision, *, full: bool) -> Iterator[Paragraph]:
    """The paragraphs of a decision."""
    title = f"{decision.outcome.upper()}: {presentation.decision_title(decision)}"
    yield Paragraph(title, _bold(decision.outcome))
    yield Paragraph(presentation.decision_words(decision))
    yield Paragraph()
    for reason in decision.reasons:
        yield _reason(reason, most=None if full else 3)
    yield from _requirements(decision, full=full)
    yield _about_the_data([decision])
    if full:
        sources = dict.fromkeys(
            presentation.citation_line(citation) for reason in decision.reasons for citation in reason.citations
        )
        yield Paragraph()
        yield Paragraph("Sources", BOLD)
        for line in sources:
            yield Paragraph(f" • {line}", indent=3)
        yield Paragraph()
    else:
        yield fact("more", "--full shows every condition and source, --json all of it")
    yield Paragraph(decision.disclaimer, FAINT)


def _stop(decision: Decision) -> Iterator[Paragraph]:
    """A stop of a trip, with what weighs most there."""
    title = f"{decision.outcome.upper()}: {presentation.place_name(decision)}, {presentation.days_of(decision)}"
    yield Paragraph(title, _bold(decision.outcome))
    first, *others = decision.reasons
    further = sum(reason.outcome is not Outcome.ALLOW for reason in others)
    more = f" (and {further} more reason{'' if further == 1 else 's'})" if further else ""
    yield Paragraph(f"  {presentation.reason_line(first).value}{more}", indent=2)


def _reason(reason: DecisionReason, *, most: int | None) -> Paragraph:
    line = presentation.reason_line(reason)
    return fact(line.label, line.value, STYLES[reason.outcome], most)


def _requirements(decision: Decision, *, full: bool) -> Iterator[Paragraph]:
    met = decision.policy.meets
    if not full and len(decision.requirements) > _MOST_REQUIREMENTS:
        kinds = dict.fromkeys(f"{each.kind}{' (met)' if each.kind in met else ''}" for each in decision.requirements)
        yield fact("requires", f"{len(decision.requirements)} conditions: {', '.join(kinds)}", most=3)
        return
    for line in presentation.requirement_lines(decision):
        yield fact("requires", line, most=None if full else 2)


def _about_the_data(decisions: "list[Decision] | tuple[Decision, ...]") -> Paragraph:
    """How far the evidence reaches, of several answers the least far, and the version of the data."""
    return fact("evidence to", f"{presentation.evidence_of(decisions)}; data {decisions[0].dataset_version}")


def _bold(outcome: Outcome) -> str:
    return f"1;{STYLES[outcome]}".replace("1;1;", "1;")
