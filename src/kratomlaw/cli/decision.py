"""How does a decision look on a screen? The outcome first, then why, what is required, how old the evidence is."""

from collections.abc import Iterator, Mapping

import kratomlaw
from kratomlaw import Act, Decision, DecisionReason, Outcome, TripDecision

from .. import presentation
from .answer import LINES
from .screen import BOLD, FAINT, STYLES, Paragraph, fact, show

__all__ = ["show_decision", "show_trip"]

_DOING: Mapping[Act, str] = {Act.SHIP: "ship {} to", Act.SELL: "sell {} in", Act.POSSESS: "have {} in"}
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
    stops = "1 stop" if len(trip.decisions) == 1 else f"{len(trip.decisions)} stops"
    title = f"{trip.outcome.upper()}: carry {_product(trip.product)} through {stops}"
    show([Paragraph(title, _bold(trip.outcome)), Paragraph(_age(trip.age, "traveller"))])
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
    where = _where(decision)
    doing = _DOING[decision.act].format(_product(decision.product))
    yield Paragraph(f"{decision.outcome.upper()}: {doing} {where}", _bold(decision.outcome))
    person = "holder" if decision.act is Act.POSSESS else "buyer"
    yield Paragraph(f"{_days(decision)}; {_age(decision.age, person)}")
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
    yield Paragraph(f"{decision.outcome.upper()}: {_where(decision)}, {_days(decision)}", _bold(decision.outcome))
    first, *others = decision.reasons
    further = sum(reason.outcome is not Outcome.ALLOW for reason in others)
    more = f" (and {further} more reason{'' if further == 1 else 's'})" if further else ""
    yield Paragraph(f"  {_sentence(first)}{more}", indent=2)


def _reason(reason: DecisionReason, *, most: int | None) -> Paragraph:
    accepted = reason.outcome is Outcome.ALLOW and reason.code is not kratomlaw.DecisionCode.ALLOWED
    return fact("accepted" if accepted else reason.outcome, _sentence(reason), STYLES[reason.outcome], most)


def _sentence(reason: DecisionReason) -> str:
    since = f", since {reason.since}" if reason.since else ""
    return f"{reason.text} [{reason.set_by}{since}]" if reason.set_by else reason.text


def _requirements(decision: Decision, *, full: bool) -> Iterator[Paragraph]:
    met = decision.policy.meets
    if not full and len(decision.requirements) > _MOST_REQUIREMENTS:
        kinds = dict.fromkeys(f"{each.kind}{' (met)' if each.kind in met else ''}" for each in decision.requirements)
        yield fact("requires", f"{len(decision.requirements)} conditions: {', '.join(kinds)}", most=3)
        return
    for each in decision.requirements:
        is_met = ", met" if each.kind in met else ""
        yield fact("requires", f"{each.kind}{is_met}: {each.text} ({each.set_by})", most=None if full else 2)


def _about_the_data(decisions: "list[Decision] | tuple[Decision, ...]") -> Paragraph:
    """How far the evidence reaches, of several answers the least far, and the version of the data."""
    reached = [answer.evidence_through for decision in decisions for answer in decision.answers]
    dated = [each for each in reached if each is not None]
    through = str(min(dated)) if dated and len(dated) == len(reached) else "no dated source"
    return fact("evidence to", f"{through}; data {decisions[0].dataset_version}")


def _where(decision: Decision) -> str:
    place = str(decision.jurisdiction)
    return f"{decision.unmatched}, {place}" if decision.unmatched else place


def _days(decision: Decision) -> str:
    return str(decision.on) if decision.on == decision.arrives else f"{decision.on} to {decision.arrives}"


def _age(age: int | None, person: str) -> str:
    return f"the age of the {person} is not given" if age is None else f"the {person} is {age}"


def _product(product: kratomlaw.Product) -> str:
    return presentation.in_a_sentence(product)


def _bold(outcome: Outcome) -> str:
    return f"1;{STYLES[outcome]}".replace("1;1;", "1;")
