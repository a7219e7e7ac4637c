"""What does the first screen of a place say? The few things that a visitor came for; everything else follows below."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ...law.answers import Answer
from ...law.words import Confidence, Jurisdiction, Level, Permission, Product, Status
from ...presentation import PRODUCT_NAMES
from ..maps.timeline_svg import LawRun

__all__ = ["Brief", "Listed", "LocalGroup", "Row", "brief_of", "grouped", "rows_of"]

_STRICTEST_FIRST = (Status.BANNED, Status.RESTRICTED, Status.LEGAL, Status.UNKNOWN)

Listed = tuple[Jurisdiction, Answer]
"""A place below another, and its answer for the leaf."""


class Line(NamedTuple):
    """One line of the first screen."""

    label: str
    """What it is about."""
    text: str
    """What it says."""
    status: Status | None = None
    """A status that is shown as such after the text."""
    anchor: str = ""
    """The part of the page that says more."""


class Brief(NamedTuple):
    """The first screen of a place."""

    lead: str
    """One sentence on the leaf."""
    lines: tuple[Line, ...]
    """What differs for other products, local rules, what comes next, how far the evidence reaches, how sure it is."""


class LocalGroup(NamedTuple):
    """Local rules of one county, or of one state on the page of a country."""

    name: str
    """The name of the county or state."""
    places: tuple[Listed, ...]
    """The places with rules of their own, in the order of their names."""


class Row(NamedTuple):
    """One row of a history: what the law said from one day to another."""

    begin: str
    """From when."""
    end: str
    """Until when; empty when no end is known."""
    run: LawRun
    """What it said."""
    inexact: bool
    """Whether part of it is not exactly known."""


def brief_of(answers: Mapping[Product, Answer], local: Sequence[Listed], states: Sequence[Listed] = ()) -> Brief:
    """Work out the first screen of a place.

    Args:
        answers: The answers for all products on the day of the data.
        local: The counties, cities and reservations below it that have records of their own.

        states: Its states or provinces that have law of their own.

    Returns:
        Its lines, in the order in which they stand.
    """
    leaf = answers[Product.LEAF]
    lines = [Line("Extract and 7-OH", *_others(answers))]
    if states:
        lines.append(Line("States", _spread(states), None, "states"))
    if local:
        lines.append(_local_rules(local))
    if leaf.next_change:
        lines.append(Line("Changes next", f"on {leaf.next_change.on}:", leaf.next_change.after.status, "history"))
    else:
        bills = [bill for bill in leaf.pending if not bill.lapsed]
        pending = (
            f"; {_count(len(bills), 'bill or rulemaking is', 'bills and rulemakings are')} pending" if bills else ""
        )
        lines.append(Line("Changes next", f"nothing is enacted{pending}", None, "pending" if bills else ""))
    lines.append(Line("Evidence", _evidence(leaf), None, "sources" if leaf.citations else ""))
    lines.append(Line("How sure", _how_sure(leaf)))
    return Brief(_lead(leaf), tuple(lines))


def grouped(place: Jurisdiction, local: Iterable[Listed]) -> tuple[LocalGroup, ...]:
    """Group the local rules of a place: by county; on the page of a country by state.

    Args:
        place: The place.
        local: The places below it that have records of their own.

    Returns:
        The groups in the order of their names; a county stands first in its own.
    """
    level = Level.STATE if place.level is Level.COUNTRY else Level.COUNTY
    found: dict[str, list[Listed]] = {}
    for one, answer in local:
        above = next((higher for higher in answer.chain if higher.level is level), None)
        found.setdefault(above.name if above else "In no county, or in several", []).append((one, answer))
    return tuple(
        LocalGroup(name, tuple(sorted(listed, key=lambda pair: (pair[0].level is not Level.COUNTY, pair[0].name))))
        for name, listed in sorted(found.items(), key=lambda group: (group[0].startswith("In no"), group[0]))
    )


def rows_of(runs: Iterable[LawRun]) -> tuple[Row, ...]:
    """Join runs that a reader could not tell apart: the same words in the same columns.

    Args:
        runs: The runs of a timeline, oldest first.

    Returns:
        The rows, newest first.
    """
    rows: list[Row] = []
    for run in runs:
        span = run.span
        if rows and _shown(rows[-1].run) == _shown(run):
            before = rows.pop()
            rows.append(Row(before.begin, span.end, run, before.inexact or run.inexact))
        else:
            rows.append(Row(span.begin, span.end, run, run.inexact))
    return tuple(reversed(rows))


def _shown(run: LawRun) -> tuple[object, ...]:
    law = run.law
    return law.status, law.min_age, law.sale, law.possession, law.summary, law.decided_by, law.reason


def _lead(leaf: Answer) -> str:
    if leaf.status is Status.UNKNOWN:
        return "Nobody knows from the evidence; that does not mean legal."
    words = [f"sale {_said(leaf.sale)}", f"possession {_said(leaf.possession)}"]
    since = f" since {leaf.since}" if leaf.since else ""
    by = f", by the law of {leaf.decided_by.name}" if leaf.decided_by and leaf.decided_by != leaf.jurisdiction else ""
    return f"{', '.join(words).capitalize()}{since}{by}"


def _others(answers: Mapping[Product, Answer]) -> tuple[str, Status | None]:
    """What differs for extract and 7-OH, in one line where both are alike."""
    leaf = answers[Product.LEAF]
    others = {product: answer for product, answer in answers.items() if product is not Product.LEAF}
    differing = {product: answer for product, answer in others.items() if _law(answer) != _law(leaf)}
    if not differing:
        return "the same as the leaf", None
    alike = {_law(answer) for answer in others.values()}
    if len(differing) == len(others) and len(alike) == 1:
        return f"{_differs(next(iter(differing.values())))}, unlike the leaf:", next(iter(others.values())).status
    said = (
        f"{_short(product)}{' the same as the leaf' if product not in differing else f': {answer.status}'}"
        for product, answer in others.items()
    )
    return ", ".join(said), None


def _short(product: Product) -> str:
    return PRODUCT_NAMES[product].removeprefix("Kratom ")


def _differs(answer: Answer) -> str:
    return f"sale {_said(answer.sale)}, possession {_said(answer.possession)}"


def _law(answer: Answer) -> tuple[object, ...]:
    return answer.status, answer.sale, answer.possession, answer.min_age


def _local_rules(local: Sequence[Listed]) -> Line:
    counted = {status: sum(answer.status is status for _, answer in local) for status in _STRICTEST_FIRST}
    strictest = next(status for status in _STRICTEST_FIRST if counted[status])
    text = f"{len(local)}; the strictest, in {counted[strictest]}:" if len(local) > 1 else "one:"
    return Line("Local rules", text, strictest, "local")


def _spread(states: Sequence[Listed]) -> str:
    counted = {status: sum(answer.status is status for _, answer in states) for status in _STRICTEST_FIRST}
    return ", ".join(f"{count} {status}" for status, count in counted.items() if count)


def _evidence(leaf: Answer) -> str:
    through = f"to {str(leaf.evidence_through)[:7]}" if leaf.evidence_through else "of no known date"
    return f"{through}; last checked {leaf.verified_on}" if leaf.verified_on else through


def _how_sure(leaf: Answer) -> str:
    sure = {
        Confidence.HIGH: "high: a primary source was read",
        Confidence.MEDIUM: "medium: independent sources agree",
        Confidence.LOW: "low: one secondary source, or sources that disagree",
    }
    text = sure[leaf.confidence] if leaf.confidence else "not known"
    return text if leaf.certainty == "exact" else f"{text}; {leaf.certainty}"


def _said(permission: Permission) -> str:
    return "not known" if permission is Permission.UNKNOWN else str(permission)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
