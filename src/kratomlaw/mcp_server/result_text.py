"""What does an assistant read? The results as plain text, with their doubts, their evidence and their age.

Beside a structured result the text is short: it says what must not be missed. A client whose protocol has no structured
results gets all of it as text.
"""

from collections.abc import Iterable, Sequence
from json import dumps

from .. import presentation
from ..data.facts import DatasetInfo
from ..errors import AmbiguousPlaceError, KratomLawError, UnknownPlaceError
from ..law.answers import Answer, Change, EffectivePeriod, LegalPosition
from ..law.citing import AnswerCitation
from ..law.decisions import Decision, TripDecision
from ..law.words import Jurisdiction, Product, Status
from ..serving.brief import cut
from ..serving.candidates import Candidate

__all__ = [
    "changes_lines",
    "decision_lines",
    "error_text",
    "fitted",
    "status_lines",
    "timeline_lines",
    "trip_lines",
]

_SAID = (
    "status", "sale", "possession", "min_age", "product", "on", "confidence", "certainty", "verified_on",
    "evidence_through", "dataset_version",
)  # fmt: skip
"""The facts that the first and the last lines say."""
_OF_THE_PLACE = ("candidates", "unmatched", "did_you_mean")
_DO_NOT_SAY = "Do not say that it is legal."
_NAME, _LINE = 120, 400
"""Bytes of a name, and of a line with one."""
Lines = tuple[list[str], list[str]]
"""What must be said, and what may be left out from the end where there is no room."""


def status_lines(answer: Answer, data: DatasetInfo, *, full: bool = True) -> Lines:
    """Write an answer as text; in short, without the facts that the first and the last lines say."""
    listed = [fact for fact in presentation.facts(answer) if not fact.in_title]
    if not full:  # how the place was understood first, as the rest may not fit
        kept = [fact for fact in listed if fact.key not in _SAID]
        listed = sorted(kept, key=lambda fact: fact.key not in _OF_THE_PLACE)
    needed = [
        f"{cut(presentation.place_name(answer), _NAME)}, {answer.product}, {answer.on}: {_position(answer)}.",
        *presentation.cautions(answer),
        _DO_NOT_SAY if answer.status is Status.UNKNOWN else "",
        f"In practice sale is {answer.sale_in_practice}." if answer.sale_in_practice else "",
        f"Evidence to {answer.evidence_through or 'no known date'}, last verified {answer.verified_on or 'never'}, "
        f"confidence {answer.confidence or 'none'}, certainty {answer.certainty}.",
        *_about_the_data(data),
    ]
    return needed, [
        *(f"{fact.label}: {fact.value}" if full else cut(f"{fact.label}: {fact.value}", _LINE) for fact in listed),
        answer.summary,
        *(line for section in presentation.sections(answer) for line in _section(section.title, section.lines)),
        *_section("Sources", map(presentation.citation_line, answer.citations)),
    ]


def timeline_lines(
    place: Jurisdiction, unmatched: str | None, product: Product, periods: Sequence[EffectivePeriod], data: DatasetInfo
) -> Lines:
    """Write a timeline as text."""
    where = cut(f"{unmatched}, {place}" if unmatched else str(place), _NAME)
    no_record = f"{cut(unmatched or '', _NAME)} has no record of its own; this is the law of {place.name} as a whole."
    nothing = f"No recorded law reaches this place. {presentation.UNKNOWN_IS_NOT_LEGAL} {_DO_NOT_SAY}"
    needed = [
        f"{where}, {product}: {len(periods)} periods. Before the first nothing is known.",
        no_record if unmatched else "",
        "" if periods else nothing,
        *_about_the_data(data),
    ]
    cited = _cited(citation for period in periods for citation in period.citations)
    return needed, [*_section("Periods, newest first", map(_period, reversed(periods))), *_section("Sources", cited)]


def changes_lines(
    product: Product, shown: Sequence[Change], total: int, cursor: str | None, data: DatasetInfo
) -> Lines:
    """Write a list of changes as text."""
    part = f", {len(shown)} of them here" if total > len(shown) else ""
    needed = [
        f"{product}: {total} changes{part}.",
        f'There are more: pass cursor="{cursor}" with the same arguments.' if cursor else "",
        *_about_the_data(data),
    ]
    cited = _cited(citation for change in shown for citation in change.citations)
    lines = (f"{change}. {change.summary}" for change in shown)
    return needed, [*_section("Changes", lines), *_section("Sources", cited)]


def decision_lines(decision: Decision, data: DatasetInfo) -> Lines:
    """Write a decision as text."""
    requirements = (f"{each.kind}: {each.text} ({each.set_by})" for each in decision.requirements)
    needed = [cut(str(decision), _LINE), *_about_the_data(data)]
    cited = _cited(citation for reason in decision.reasons for citation in reason.citations)
    return needed, [
        *_section("Reasons", map(str, decision.reasons)),
        *_section("Requirements", requirements),
        *_section("Sources", cited),
    ]


def trip_lines(trip: TripDecision, data: DatasetInfo) -> Lines:
    """Write the decision on a trip as text."""
    needed = [cut(str(trip), _LINE), *_about_the_data(data)]
    return needed, _section("Stops", (cut(str(decision), _LINE) for decision in trip.decisions))


def fitted(lines: Lines, room: int | None) -> str:
    """Put as much into a text as there is room for: what is needed always, the rest as far as it fits.

    Args:
        lines: What is needed, and the rest in the order in which it is left out from the end.
        room: Bytes; None for as many as it takes.
    """
    needed, rest = lines
    first, *last = list(filter(None, needed))
    kept: list[str] = []
    used = sum(_length(line) for line in (first, *last))
    for line in filter(None, rest):
        used += _length(line)
        if room is not None and used > room:
            break
        kept.append(line)
    if kept and kept[-1].endswith(":") and len(kept) < len(rest):  # the title of a section that did not fit
        kept.pop()
    return "\n".join((first, *kept, *last))


def error_text(error: KratomLawError, hint: str, candidates: Sequence[Candidate] = ()) -> str:
    """Write what is wrong with a question, what to ask instead, and which places may be meant."""
    places: Sequence[object] = error.suggestions if isinstance(error, UnknownPlaceError) else ()
    if isinstance(error, AmbiguousPlaceError):
        places = candidates or error.candidates
    said = (error.message, hint, *_section("Places that may be meant", map(str, places)))
    return "\n".join(filter(None, said))


def _position(law: LegalPosition) -> str:
    age = f", from age {law.min_age}" if law.min_age else ""
    return f"{law.status.upper()}{age}; sale {law.sale}, possession {law.possession}"


def _period(period: EffectivePeriod) -> str:
    span = presentation.span_of(period)
    until = f" to {span.end or 'no known end'}"
    exact = not span.begin.startswith("during")
    return f"{span.begin}{until if exact else ''}: {_position(period)}. {period.summary}".rstrip()


def _section(title: str, lines: Iterable[str]) -> list[str]:
    items = [f"- {line}" for line in lines]
    return [f"{title}:", *items] if items else []


def _cited(citations: Iterable[AnswerCitation]) -> Iterable[str]:
    return dict.fromkeys(map(presentation.citation_line, citations))


def _about_the_data(data: DatasetInfo) -> tuple[str, str]:
    stale = " It is STALE: say so." if data.stale else ""
    return (
        f"Data {data.version}, {data.age_days} days old.{stale}",
        "Information, not legal advice: read the cited law.",
    )


def _length(line: str) -> int:
    """Bytes of a line in JSON, with what ends it."""
    return len(dumps(line, ensure_ascii=False).encode())
