"""How does what a question returned look in a notebook? HTML without a style sheet, a script or anything to be fetched.

Every text of the data is escaped, and only addresses on the web become links. Text takes the colours of the notebook,
light or dark; a status is a word first and a colour second. Whatever is long is folded up or cut: at most a screen.
"""

from collections.abc import Callable, Iterable, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, TypeVar

from . import presentation
from .law.returned import shown_of
from .law.texts import markup
from .law.words import Status

if TYPE_CHECKING:
    from .law.answers import Answer, Change, EffectivePeriod, LegalPosition
    from .law.decisions import Decision, DecisionReason, TripDecision
    from .law.records import Citation
    from .law.words import Jurisdiction

__all__ = [
    "answer_html",
    "change_html",
    "changes_html",
    "decision_html",
    "html",
    "jurisdictions_html",
    "timeline_html",
    "trip_html",
]

_T = TypeVar("_T")

_COLOURS = {
    Status.LEGAL: "#1f5fa8",
    Status.RESTRICTED: "#8a5a00",
    Status.BANNED: "#b3261e",
    Status.UNKNOWN: "#5f6368",
}
"""Backgrounds on which white letters can be read, and which colour-blind readers can distinguish."""

_OUTCOMES = {
    "allow": _COLOURS[Status.LEGAL],
    "accepted": _COLOURS[Status.UNKNOWN],
    "review": _COLOURS[Status.RESTRICTED],
    "refuse": _COLOURS[Status.BANNED],
}
"""The same, for what a decision says."""

_MOST_ROWS = 12
"""So many rows of a table are shown."""
_MOST_OPEN = 5
"""A longer list of sources is folded up."""
_MOST_REASONS = 6
_MOST_IN_FULL = 3
"""Sentences of more rows than these are cut."""
_SENTENCES = 130
"""So many characters of them are shown then."""

_CELL = "text-align:left;vertical-align:top;padding:0.2em 0.8em 0.2em 0;white-space:"
_SHORT = f"{_CELL}nowrap"
_LONG = f"{_CELL}normal"
_SENTENCE = f"{_LONG};min-width:22em"


def html(shown: object) -> str | None:
    """Show whatever a question returned.

    Args:
        shown: An answer, a decision, an effective period, a change, or what lists periods, changes or places.

    Returns:
        HTML of one ``div``; None for anything else.
    """
    from .law.answers import Answer, Change, Changes, EffectivePeriod, Jurisdictions, Timeline

    if isinstance(shown, Answer):
        return answer_html(shown)
    if isinstance(shown, Timeline):
        return timeline_html(shown)
    if isinstance(shown, Changes):
        return changes_html(shown)
    if isinstance(shown, Jurisdictions):
        return jurisdictions_html(shown)
    if isinstance(shown, Change):
        return change_html(shown)
    if isinstance(shown, EffectivePeriod):
        return timeline_html((shown,))
    from .law.decisions import Decision, TripDecision

    if isinstance(shown, Decision):
        return decision_html(shown)
    return trip_html(shown) if isinstance(shown, TripDecision) else None


def answer_html(answer: "Answer") -> str:
    """Show one answer with its evidence.

    Args:
        answer: What a lookup returned.

    Returns:
        HTML of one ``div``.

    Example:
        >>> import kratomlaw
        >>> "2025-08-01" in answer_html(kratomlaw.lookup("US-LA", on="2026-01-01"))
        True
    """
    where = markup(presentation.place_name(answer))
    title = f"<strong>{where}</strong> {_badge(answer, answer.word)} {markup(answer.product)} on {answer.on}"
    rows = "".join(
        f'<tr><th scope="row" style="{_SHORT}">{markup(fact.label)}</th>'
        f'<td style="{_LONG}">{markup(fact.value)}</td></tr>'
        for fact in presentation.facts(answer)
        if not fact.in_title
    )
    return _block(
        f"<p>{title}</p>",
        *(f"<p><strong>{markup(sentence)}</strong></p>" for sentence in presentation.cautions(answer)),
        f"<table>{rows}</table>",
        f"<p>{markup(answer.summary)}</p>" if answer.summary else "",
        *(_list(section.title, map(markup, section.lines)) for section in presentation.sections(answer)),
        _sources(answer.citations),
        f"<p><small>{markup(answer.disclaimer)}</small></p>",
    )


def timeline_html(periods: Sequence["EffectivePeriod"]) -> str:
    """Show effective periods as a table.

    Args:
        periods: Effective periods of one place and product, oldest first.

    Returns:
        HTML of one ``div``.

    Example:
        >>> import kratomlaw
        >>> "2025-08-01" in timeline_html(kratomlaw.timeline("US-LA"))
        True
    """
    if not periods:
        return _block("<p>No recorded law reaches this place.</p>")
    columns = ("from", "until", "status", "sale", "possession", "what")
    cut = len(periods) > _MOST_IN_FULL
    return _block(_table(columns, _rows(periods, lambda period: _period_cells(period, cut=cut), len(columns))))


def change_html(change: "Change") -> str:
    """Show one change of law.

    Args:
        change: The change.

    Returns:
        HTML of one ``div``.

    Example:
        >>> import kratomlaw
        >>> (change,) = kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA")
        >>> "Louisiana" in change_html(change)
        True
    """
    return _block(
        f"<p>{markup(str(change.on))}: <strong>{markup(str(change.jurisdiction))}</strong>, {markup(change.product)}: "
        f"{_step(change)}</p>",
        f"<p>{markup(change.summary)}</p>" if change.summary else "",
        _sources(change.citations),
    )


def changes_html(changes: "Sequence[Change]") -> str:
    """Show changes of law as a table.

    Args:
        changes: The changes, oldest first.

    Returns:
        HTML of one ``div``.

    Example:
        >>> import kratomlaw
        >>> "Louisiana" in changes_html(kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA"))
        True
    """
    if not changes:
        return _block("<p>No change of law is recorded.</p>")
    products = ", ".join(dict.fromkeys(change.product for change in changes))
    counted = _counted(changes, "change of law", "changes of law", f" ({products})")
    return _block(counted, _table(("on", "place", "change", "what"), _rows(changes, _change_cells, 4)))


def jurisdictions_html(places: "Sequence[Jurisdiction]") -> str:
    """Show places as a table.

    Args:
        places: The places.

    Returns:
        HTML of one ``div``.

    Example:
        >>> import kratomlaw
        >>> "Louisiana" in jurisdictions_html(kratomlaw.jurisdictions(within="US", level="state", status="banned"))
        True
    """
    if not places:
        return _block("<p>No such place.</p>")
    rows = _rows(places, lambda place: (markup(place.code), markup(place.level), markup(place.name)), 3)
    return _block(_counted(places, "place", "places"), _table(("code", "level", "name"), rows))


def decision_html(decision: "Decision") -> str:
    """Show a decision with its reasons, what the law requires, and its evidence.

    Args:
        decision: What ``decide`` returned.

    Returns:
        HTML of one ``div``.

    Example:
        >>> import kratomlaw
        >>> "Louisiana" in decision_html(kratomlaw.decide("US-LA", on="2026-01-15"))
        True
    """
    title = f"{_outcome(decision.outcome)} <strong>{markup(presentation.decision_title(decision))}</strong>"
    cited = dict.fromkeys(citation for reason in decision.reasons for citation in reason.citations)
    evidence = f"Evidence to {presentation.evidence_of([decision])}; data {decision.dataset_version}"
    return _block(
        f"<p>{title}<br>{markup(presentation.decision_words(decision))}</p>",
        _reasons(decision.reasons[:_MOST_REASONS]),
        _list("Further reasons", map(_reason, decision.reasons[_MOST_REASONS:])),
        _list("Required", map(markup, presentation.requirement_lines(decision))),
        _list("Sources", map(_cited, cited)),
        f"<p><small>{markup(evidence)}. {markup(decision.disclaimer)}</small></p>",
    )


def trip_html(trip: "TripDecision") -> str:
    """Show a decision on a trip, stop by stop, each with its strongest reason.

    Args:
        trip: What ``decide_trip`` returned.

    Returns:
        HTML of one ``div``.

    Example:
        >>> import kratomlaw
        >>> trip = kratomlaw.decide_trip([("US-TX", "2026-10-01"), ("US-LA", "2026-10-03")], age=30)
        >>> "Louisiana" in trip_html(trip)
        True
    """
    title = f"{_outcome(trip.outcome)} <strong>{markup(presentation.trip_title(trip))}</strong>"
    evidence = f"Evidence to {presentation.evidence_of(trip.decisions)}; data {trip.dataset_version}"
    return _block(
        f"<p>{title}<br>{markup(presentation.who(trip.age, 'traveller'))}</p>",
        _table(("days", "place", "outcome", "first reason"), _rows(trip.decisions, _stop_cells, 4)),
        f"<p><small>{markup(evidence)}. {markup(trip.disclaimer)}</small></p>",
    )


def _period_cells(period: "EffectivePeriod", *, cut: bool) -> tuple[str, ...]:
    span = presentation.span_of(period)
    what = presentation.period_summary(period)
    return (
        markup(span.begin),
        markup(span.end),
        _badge(period, period.word),
        markup(period.sale),
        markup(period.possession),
        markup(_cut(what) if cut else what),
    )


def _change_cells(change: "Change") -> tuple[str, ...]:
    return markup(str(change.on)), _place(change.jurisdiction), _step(change), markup(_cut(change.summary))


def _place(place: "Jurisdiction") -> str:
    return f'{markup(place.name)} <span style="white-space:nowrap">({markup(place.code)})</span>'


def _step(change: "Change") -> str:
    """The law before and after a change."""
    from .law.answers import status_word

    before = _badge(change.before) if change.before else "not recorded"
    return f"{before} → {_badge(change.after, status_word(change.after.status, change.standing))}"


def _stop_cells(decision: "Decision") -> tuple[str, ...]:
    first, *others = decision.reasons
    further = f" (and {len(others)} more)" if others else ""
    return (
        markup(presentation.days_of(decision)),
        markup(presentation.place_name(decision)),
        _outcome(decision.outcome),
        markup(_cut(presentation.reason_line(first).value) + further),
    )


def _reasons(reasons: "Iterable[DecisionReason]") -> str:
    lines = map(presentation.reason_line, reasons)
    return _table(("outcome", "why"), ((_outcome(line.label), markup(line.value)) for line in lines))


def _reason(reason: "DecisionReason") -> str:
    line = presentation.reason_line(reason)
    return f"{markup(line.label)}: {markup(line.value)}"


def _badge(law: "LegalPosition", word: str = "") -> str:
    age = f" {law.buyer_age}+" if law.buyer_age else ""
    return _coloured(f"{word or law.status}{age}", _COLOURS[law.status])


def _outcome(outcome: str) -> str:
    return _coloured(outcome, _OUTCOMES[outcome])


def _coloured(word: str, colour: str) -> str:
    style = f"background:{colour};color:#fff;padding:0.1em 0.5em;border-radius:0.3em;white-space:nowrap"
    return f'<span style="{style}">{markup(word)}</span>'


def _cited(citation: "Citation") -> str:
    title = markup(citation.title)
    address = presentation.web_address(citation.url)
    if address:
        title = f'<a href="{markup(address)}" rel="noopener noreferrer" target="_blank">{title}</a>'
    return f"{title} ({markup(presentation.citation_origin(citation))}): {markup(citation.supports)}"


def _sources(citations: "Sequence[Citation]") -> str:
    return _list("Sources", map(_cited, citations), opened=len(citations) <= _MOST_OPEN)


def _list(title: str, items: Iterable[str], *, opened: bool = False) -> str:
    lines = [f"<li>{item}</li>" for item in items]
    if not lines:
        return ""
    summary = f"<summary>{title} ({len(lines)})</summary>"
    return f"<details{' open' * opened}>{summary}<ul>{''.join(lines)}</ul></details>"


def _counted(found: Sequence[object], one: str, several: str, of_what: str = "") -> str:
    return f"<p><strong>{len(found):,} {one if len(found) == 1 else several}</strong>{markup(of_what)}</p>"


def _cut(text: str) -> str:
    return shorten(text, _SENTENCES, placeholder=" …")


def _rows(found: Sequence[_T], cells: Callable[[_T], tuple[str, ...]], columns: int) -> Iterable[tuple[str, ...]]:
    """The rows of a table; in a long one a row in the middle says how many are left out."""
    head, left_out, tail = shown_of(found, _MOST_ROWS)
    yield from map(cells, head)
    if left_out:
        yield ("…", *[""] * (columns - 2), f"and {left_out:,} more: slice what you have, as in [:{_MOST_ROWS}]")
        yield from map(cells, tail)


def _table(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table whose last column alone holds sentences, and gets the room that they need."""
    styles = [_SHORT if column != "place" else _LONG for column in columns[:-1]] + [_SENTENCE]
    head = "".join(
        f'<th scope="col" style="{style}">{column}</th>' for style, column in zip(styles, columns, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f'<td style="{style}">{cell}</td>' for style, cell in zip(styles, cells, strict=True))
        + "</tr>"
        for cells in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _block(*parts: str) -> str:
    # The classes keep notebooks from reading what lies between two sums of dollars as a formula.
    style = "max-width:72em;overflow-x:auto"
    return f'<div class="tex2jax_ignore mathjax_ignore" style="{style}">{"".join(parts)}</div>'
