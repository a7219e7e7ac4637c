"""How does an answer look in a notebook? HTML without a style sheet, a script or anything that has to be fetched.

Every text of the data is escaped, and only addresses on the web become links. Text takes the colours of the notebook,
light or dark; a status is a word first and a colour second.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from . import presentation
from .law.texts import markup
from .law.words import Status

if TYPE_CHECKING:
    from .law.answers import Answer, Change, EffectivePeriod, LegalPosition
    from .law.records import Citation

__all__ = ["answer_html", "change_html", "html", "timeline_html"]

_COLOURS = {
    Status.LEGAL: "#1f5fa8",
    Status.RESTRICTED: "#8a5a00",
    Status.BANNED: "#b3261e",
    Status.UNKNOWN: "#5f6368",
}
"""Backgrounds on which white letters can be read, and which colour-blind readers can distinguish."""

_CELL = "text-align:left;vertical-align:top;padding:0.2em 0.8em 0.2em 0;white-space:"
_SHORT = f"{_CELL}nowrap"
_LONG = f"{_CELL}normal"


def html(shown: object) -> str | None:
    """Show whatever a question returned.

    Args:
        shown: An answer, an effective period, a timeline or a change.

    Returns:
        HTML of one ``div``; None for anything else.
    """
    from .law.answers import Answer, Change, EffectivePeriod, Timeline

    if isinstance(shown, Answer):
        return answer_html(shown)
    if isinstance(shown, Change):
        return change_html(shown)
    if isinstance(shown, Timeline):
        return timeline_html(shown)
    return timeline_html((shown,)) if isinstance(shown, EffectivePeriod) else None


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
    title = f"<strong>{where}</strong> {_badge(answer)} {markup(answer.product)} on {answer.on}"
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
        _list("Sources", map(_cited, answer.citations), opened=True),
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
    return _block(_table(("from", "until", "status", "sale", "possession", "what"), map(_period_cells, periods)))


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
    before = _badge(change.before) if change.before else "not recorded"
    return _block(
        f"<p>{markup(str(change.on))}: <strong>{markup(str(change.jurisdiction))}</strong>, {markup(change.product)}: "
        f"{before} → {_badge(change.after)}</p>",
        f"<p>{markup(change.summary)}</p>" if change.summary else "",
        _list("Sources", map(_cited, change.citations), opened=True),
    )


def _period_cells(period: "EffectivePeriod") -> tuple[str, ...]:
    span = presentation.span_of(period)
    return (
        markup(span.begin),
        markup(span.end),
        _badge(period),
        markup(period.sale),
        markup(period.possession),
        markup(presentation.period_summary(period)),
    )


def _badge(law: "LegalPosition") -> str:
    age = f" {law.min_age}+" if law.min_age else ""
    style = f"background:{_COLOURS[law.status]};color:#fff;padding:0.1em 0.5em;border-radius:0.3em;white-space:nowrap"
    return f'<span style="{style}">{markup(law.status)}{age}</span>'


def _cited(citation: "Citation") -> str:
    title = markup(citation.title)
    address = presentation.web_address(citation.url)
    if address:
        title = f'<a href="{markup(address)}" rel="noopener noreferrer" target="_blank">{title}</a>'
    return f"{title} ({markup(presentation.citation_origin(citation))}): {markup(citation.supports)}"


def _list(title: str, items: Iterable[str], *, opened: bool = False) -> str:
    lines = [f"<li>{item}</li>" for item in items]
    if not lines:
        return ""
    summary = f"<summary>{title} ({len(lines)})</summary>"
    return f"<details{' open' * opened}>{summary}<ul>{''.join(lines)}</ul></details>"


def _table(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table whose last column alone holds sentences."""
    styles = [_SHORT] * (len(columns) - 1) + [_LONG]
    head = "".join(f'<th scope="col" style="{_SHORT}">{column}</th>' for column in columns)
    body = "".join(
        "<tr>"
        + "".join(f'<td style="{style}">{cell}</td>' for style, cell in zip(styles, cells, strict=True))
        + "</tr>"
        for cells in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _block(*parts: str) -> str:
    return f'<div style="max-width:60em">{"".join(parts)}</div>'
