"""What is the least that an answer must say? Short forms for programs and assistants that pay for every word.

A short form says what holds, since when and by whose law, how sure that is and how old, what is coming, where the
question was not clear, and the best sources. It leaves out the texts of conditions, advisories and most citations, and
says how many there are. Long texts end in "…".
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from ..law.answers import Answer, AnswerPending, Certainty, Change, EffectivePeriod, Reason
from ..law.citing import AnswerCitation
from ..law.dates import PartialDate
from ..law.decisions import Act, Decision, DecisionCode, TripDecision
from ..law.plain import Plain, plain
from ..law.policy import Outcome, severity
from ..law.words import CitationKind, ConditionKind, Confidence, Jurisdiction, Permission, Product, Status

__all__ = [
    "LONGEST_NAME",
    "BriefAnswer",
    "BriefChange",
    "BriefDecision",
    "BriefPending",
    "BriefPeriod",
    "BriefReason",
    "BriefSource",
    "BriefStop",
    "BriefTrip",
    "brief_answer",
    "brief_change",
    "brief_decision",
    "brief_period",
    "brief_trip",
    "cut",
    "fitting",
]

_T = TypeVar("_T", bound=Plain)

_SUMMARY, _TITLE, LONGEST_NAME, _SENTENCE = 240, 90, 60, 200
"""Bytes in UTF-8 of a summary, a title, a name of a place, a sentence."""
_LONGEST_ADDRESS = 200
"""Characters. An address that is cut leads nowhere, so that a longer one is left out."""
_REASONS = 950
"""Bytes of all reasons together, as JSON."""
_MOST_SOURCES, _MOST_PENDING, _MOST_PLACES = 2, 2, 6


@plain
class BriefSource(Plain):
    """A source: where it is written."""

    title: str
    """Its title, at most 90 bytes."""
    url: str | None
    """Its address; None when there is none, or a very long one."""
    kind: CitationKind
    """What sort of text it is."""
    published: PartialDate | None
    """When it was published or last revised; None when it bears no date."""


@plain
class BriefPending(Plain):
    """A bill or rulemaking that is not law."""

    title: str
    """Its number and year, or its name."""
    on: PartialDate
    """The date of its last known step."""
    would_be: Status | None
    """The status of the leaf that it would lead to; None when it would not change it."""
    lapses_on: PartialDate | None
    """When it dies unless it is passed; None when it does not, or is not known."""
    lapsed: bool
    """Whether it is dead by the day that was asked for: it is pending no longer."""


@plain
class BriefAnswer(Plain):
    """The short form of an answer."""

    place: str
    """The place as it was understood, with its code."""
    code: str
    """The code of the place at whose level the question is answered."""
    product: Product
    """The product."""
    on: date
    """The day."""
    status: Status
    """The status. Unknown never means legal."""
    sale: Permission
    """Whether it may be sold."""
    possession: Permission
    """Whether it may be possessed."""
    sale_in_practice: Permission | None
    """The sale as the authorities apply the law, where that is stricter than ``sale``; None where it is not."""
    min_age: int | None
    """The least age of a buyer in years; None when the law sets none, and where nobody may buy."""
    since: PartialDate | None
    """Since when the deciding law says so; None when that is not known."""
    until: PartialDate | None
    """Until when; None when no end is known."""
    decided_by: str | None
    """The code of the place whose law decides; None when the status is unknown."""
    reason: Reason | None
    """Why the status is unknown; None when it is known."""
    summary: str
    """One or two plain sentences on the deciding law, at most 240 bytes."""
    conditions: tuple[ConditionKind, ...]
    """The kinds of its conditions, each once; ``conditions`` in full has their texts."""
    next_change: str | None
    """The next change of law that is enacted, with its day; None when none is known."""
    pending: tuple[BriefPending, ...]
    """The bills and rulemakings with the latest steps, at most two. They never change an answer."""
    pending_total: int
    """How many there are."""
    unmatched: str | None
    """The locality in the question that has no record of its own; None when there is none."""
    did_you_mean: tuple[str, ...]
    """Codes of places with rules of their own that are spelt like ``unmatched``; never used for the answer."""
    candidates: tuple[str, ...]
    """Codes of the places that the question may mean, at most six; the answer is that of the strictest of all."""
    candidates_total: int
    """How many places the question may mean; 0 when it means one."""
    local_rules: int
    """How many places below have records of their own, which may be stricter."""
    confidence: Confidence | None
    """How well the status is evidenced; None when there is no evidence."""
    certainty: Certainty
    """How far the answer follows from the data."""
    evidence_through: PartialDate | None
    """How far the evidence reaches: the date of the newest source that shows the law in force; None without a date."""
    verified_on: date | None
    """The day on which somebody last checked that it is still the law; None when there is no record."""
    dataset_version: str
    """The version of the data: the day on which it was made."""
    stale: bool
    """Whether the data is too old to be relied on."""
    own_records: bool
    """Whether the server's own records (an overlay) had a part in it."""
    sources: tuple[BriefSource, ...]
    """The first sources, at most two."""
    sources_total: int
    """How many there are."""
    disclaimer: str
    """That this is information, not legal advice."""


@plain
class BriefPeriod(Plain):
    """The short form of a span of days in which the law stays the same."""

    first_day: date
    """Its first day."""
    end_day: date | None
    """The first day after it; None when no end is known."""
    since: PartialDate | None
    """What it begins with, as precise as the evidence; None when that is older than the oldest evidence."""
    status: Status
    """The status."""
    sale: Permission
    """Whether it may be sold."""
    possession: Permission
    """Whether it may be possessed."""
    min_age: int | None
    """The least age of a buyer in years; None when the law sets none."""
    decided_by: str | None
    """The code of the place whose law decides; None when the status is unknown."""
    reason: Reason | None
    """Why the status is unknown; None when it is known."""
    certainty: Certainty
    """Exact, or approximate where dates are imprecise or part of the law is not known."""
    evidence_through: PartialDate | None
    """How far the evidence reaches; None without a date."""
    summary: str
    """What the law says, at most 200 bytes."""
    source: str | None
    """The address of its first source; None when it has none."""


@plain
class BriefChange(Plain):
    """The short form of a change of law."""

    on: PartialDate
    """When it takes effect."""
    code: str
    """The code of the place."""
    name: str
    """The name of the place."""
    before: Status | None
    """The status until then; None when it is not recorded."""
    after: Status
    """The status from then on. Equal to ``before`` when only conditions or permissions change."""
    sale: Permission
    """Whether it may be sold from then on."""
    possession: Permission
    """Whether it may be possessed from then on."""
    min_age: int | None
    """The least age of a buyer in years from then on; None when the law sets none."""
    summary: str
    """What the new law says, at most 200 bytes."""
    source: str | None
    """The address of its first source; None when it has none."""


@plain
class BriefReason(Plain):
    """The short form of a reason."""

    code: DecisionCode
    """What it is about."""
    outcome: Outcome
    """What it leads to under the policy."""
    text: str
    """The finding as a sentence, at most 200 bytes."""
    set_by: str | None
    """The code of the place whose law it is; None where it is nobody's in particular."""


@plain
class BriefDecision(Plain):
    """The short form of a decision."""

    outcome: Outcome
    """What it says: allow, review or refuse."""
    act: Act
    """What was to be done."""
    product: Product
    """With what."""
    place: str
    """Where, as it was understood, with its code."""
    code: str
    """The code of the place at whose level it was judged."""
    on: date
    """The first day that was judged."""
    arrives: date
    """The last day that was judged."""
    age: int | None
    """The buyer's age in years; None where it was not given."""
    min_age: int | None
    """The least age of a buyer in years; None when the law sets none, and where nobody may buy."""
    status: Status
    """The strictest status on any of the days."""
    reasons: tuple[BriefReason, ...]
    """The strongest findings, as many as fit in some 950 bytes."""
    reasons_total: int
    """How many findings there are."""
    requirements: tuple[ConditionKind, ...]
    """The kinds of conditions that the law sets for the act, each once; ``requirements`` in full has their texts."""
    evidence_through: PartialDate | None
    """How far the evidence reaches; None without a date."""
    verified_on: date | None
    """The day on which somebody last checked the law; None when there is no record."""
    dataset_version: str
    """The version of the data: the day on which it was made."""
    stale: bool
    """Whether the data is too old to be relied on."""
    sources: tuple[BriefSource, ...]
    """The sources of the strongest reason, at most two."""
    disclaimer: str
    """That this is information, not legal advice."""


@plain
class BriefStop(Plain):
    """The short form of the decision on one stop of a trip."""

    outcome: Outcome
    """What the decision says there."""
    place: str
    """Where, as it was understood, with its code."""
    code: str
    """The code of the place at whose level it was judged."""
    on: date
    """The first day there."""
    leaves: date
    """The last day there."""
    min_age: int | None
    """The least age there; None when the law sets none."""
    reason: DecisionCode
    """What the strongest reason is about."""
    text: str
    """The strongest reason as a sentence, at most 200 bytes."""


@plain
class BriefTrip(Plain):
    """The short form of the decision on a trip."""

    outcome: Outcome
    """The strictest outcome of the stops."""
    product: Product
    """What is carried."""
    age: int | None
    """The traveller's age in years; None where it was not given."""
    stops: tuple[BriefStop, ...]
    """The stops in their order, or those that fit: the strictest first where some are left out."""
    stops_total: int
    """How many stops there are."""
    dataset_version: str
    """The version of the data: the day on which it was made."""
    stale: bool
    """Whether the data is too old to be relied on."""
    disclaimer: str
    """That this is information, not legal advice."""


def brief_answer(answer: Answer) -> BriefAnswer:
    """Shorten an answer.

    Example:
        >>> import kratomlaw
        >>> brief = brief_answer(kratomlaw.lookup("New Orleans, LA", on="2026-01-15"))
        >>> brief.place, brief.status.value, len(brief.sources)
        ('New Orleans, Louisiana (US-LA)', 'banned', 2)
    """
    latest = sorted(answer.pending, key=lambda step: (not step.lapsed, step.on.earliest), reverse=True)
    return BriefAnswer(
        place=_place(answer.unmatched, answer.jurisdiction),
        code=answer.jurisdiction.code,
        product=answer.product,
        on=answer.on,
        status=answer.status,
        sale=answer.sale,
        possession=answer.possession,
        sale_in_practice=answer.sale_in_practice,
        min_age=answer.min_age,
        since=answer.since,
        until=answer.until,
        decided_by=_code(answer.decided_by),
        reason=answer.reason,
        summary=cut(answer.summary, _SUMMARY),
        conditions=_distinct(condition.kind for condition in answer.conditions),
        next_change=cut(f"{answer.next_change.on}: {answer.next_change.after}", _SENTENCE)
        if answer.next_change
        else None,
        pending=tuple(map(_brief_pending, latest[:_MOST_PENDING])),
        pending_total=len(answer.pending),
        unmatched=cut(answer.unmatched, LONGEST_NAME) if answer.unmatched else None,
        did_you_mean=tuple(place.code for place in answer.did_you_mean[:_MOST_PLACES]),
        candidates=tuple(place.code for place in answer.candidates[:_MOST_PLACES]),
        candidates_total=len(answer.candidates),
        local_rules=answer.local_rules,
        confidence=answer.confidence,
        certainty=answer.certainty,
        evidence_through=answer.evidence_through,
        verified_on=answer.verified_on,
        dataset_version=answer.dataset_version,
        stale=answer.stale,
        own_records=bool(answer.overlaid),
        sources=_sources(answer.citations),
        sources_total=len(answer.citations),
        disclaimer=answer.disclaimer,
    )


def brief_period(period: EffectivePeriod) -> BriefPeriod:
    """Shorten an effective period."""
    return BriefPeriod(
        first_day=period.first_day,
        end_day=period.end_day,
        since=period.since,
        status=period.status,
        sale=period.sale,
        possession=period.possession,
        min_age=period.min_age,
        decided_by=_code(period.decided_by),
        reason=period.reason,
        certainty=period.certainty,
        evidence_through=period.evidence_through,
        summary=cut(period.summary, _SENTENCE),
        source=_first_address(period.citations),
    )


def brief_change(change: Change) -> BriefChange:
    """Shorten a change of law."""
    return BriefChange(
        on=change.on,
        code=change.jurisdiction.code,
        name=cut(change.jurisdiction.name, LONGEST_NAME),
        before=change.before.status if change.before else None,
        after=change.after.status,
        sale=change.after.sale,
        possession=change.after.possession,
        min_age=change.after.min_age,
        summary=cut(change.summary, _SENTENCE),
        source=_first_address(change.citations),
    )


def brief_decision(decision: Decision) -> BriefDecision:
    """Shorten a decision.

    Example:
        >>> import kratomlaw
        >>> brief_decision(kratomlaw.decide("US-LA", on="2026-01-15")).reasons[0].code.value
        'banned'
    """
    evidence = [answer.evidence_through for answer in decision.answers]
    dated = [each for each in evidence if each is not None]
    verified = [answer.verified_on for answer in decision.answers if answer.verified_on is not None]
    reasons = [
        BriefReason(
            code=reason.code, outcome=reason.outcome, text=cut(reason.text, _SENTENCE), set_by=_code(reason.set_by)
        )
        for reason in decision.reasons
    ]
    return BriefDecision(
        outcome=decision.outcome,
        act=decision.act,
        product=decision.product,
        place=_place(decision.unmatched, decision.jurisdiction),
        code=decision.jurisdiction.code,
        on=decision.on,
        arrives=decision.arrives,
        age=decision.age,
        min_age=decision.min_age,
        status=max((answer.status for answer in decision.answers), key=_STRICTNESS.__getitem__),
        reasons=tuple(fitting(reasons, _REASONS)),
        reasons_total=len(decision.reasons),
        requirements=_distinct(condition.kind for condition in decision.requirements),
        evidence_through=min(dated, key=lambda day: day.earliest) if len(dated) == len(evidence) else None,
        verified_on=min(verified, default=None),
        dataset_version=decision.dataset_version,
        stale=any(answer.stale for answer in decision.answers),
        sources=_sources(decision.reasons[0].citations),
        disclaimer=decision.disclaimer,
    )


def brief_trip(trip: TripDecision, *, most_bytes: int) -> BriefTrip:
    """Shorten the decision on a trip; where not all stops fit, those with the strictest outcomes stay.

    Args:
        trip: The decision.
        most_bytes: How long the stops may be together, as JSON.
    """
    stops = [
        BriefStop(
            outcome=decision.outcome,
            place=_place(decision.unmatched, decision.jurisdiction),
            code=decision.jurisdiction.code,
            on=decision.on,
            leaves=decision.arrives,
            min_age=decision.min_age,
            reason=decision.reasons[0].code,
            text=cut(decision.reasons[0].text, _SENTENCE),
        )
        for decision in trip.decisions
    ]
    shown = fitting(stops, most_bytes)
    if len(shown) < len(stops):
        shown = fitting(sorted(stops, key=lambda stop: -severity(stop.outcome)), most_bytes)
    return BriefTrip(
        outcome=trip.outcome,
        product=trip.product,
        age=trip.age,
        stops=tuple(shown),
        stops_total=len(stops),
        dataset_version=trip.dataset_version,
        stale=any(answer.stale for decision in trip.decisions for answer in decision.answers),
        disclaimer=trip.disclaimer,
    )


def fitting(items: Sequence[_T], most_bytes: int) -> Sequence[_T]:
    """Take as many items from the front as fit, at least one where there is one.

    Args:
        items: The items.
        most_bytes: How long they may be together, as JSON in UTF-8.
    """
    total = 0
    for number, item in enumerate(items):
        total += len(item.to_json().encode()) + 1
        if number and total > most_bytes:
            return items[:number]
    return items


_STRICTNESS = {status: place for place, status in enumerate((Status.LEGAL, Status.RESTRICTED, Status.UNKNOWN))}
_STRICTNESS[Status.BANNED] = len(_STRICTNESS)


def _brief_pending(step: AnswerPending) -> BriefPending:
    return BriefPending(
        title=cut(step.title, _TITLE),
        on=step.on,
        would_be=step.would_be,
        lapses_on=step.lapses_on,
        lapsed=step.lapsed,
    )


def _sources(citations: Sequence[AnswerCitation]) -> tuple[BriefSource, ...]:
    return tuple(
        BriefSource(
            title=cut(citation.title, _TITLE),
            url=_address(citation.url),
            kind=citation.kind,
            published=citation.published,
        )
        for citation in citations[:_MOST_SOURCES]
    )


def _first_address(citations: Iterable[AnswerCitation]) -> str | None:
    return next((address for citation in citations if (address := _address(citation.url))), None)


def _address(url: str | None) -> str | None:
    return url if url and len(url) <= _LONGEST_ADDRESS else None


def _place(unmatched: str | None, place: Jurisdiction) -> str:
    return f"{cut(unmatched, LONGEST_NAME)}, {place}" if unmatched else str(place)


def _code(place: Jurisdiction | None) -> str | None:
    return place.code if place else None


def _distinct(kinds: Iterable[ConditionKind]) -> tuple[ConditionKind, ...]:
    return tuple(dict.fromkeys(kinds))


def cut(text: str, most: int) -> str:
    """Return a text of at most so many bytes in UTF-8, cut between two words where there is one.

    Example:
        >>> cut("Sale is prohibited", 14), cut("Sale", 14)
        ('Sale is…', 'Sale')
    """
    if len(text) <= most // 4 or len(text.encode()) <= most:
        return text
    kept = text.encode()[: most - len("…".encode())].decode(errors="ignore")
    return f"{kept[: kept.rfind(' ')] if ' ' in kept[len(kept) // 2 :] else kept}…"
