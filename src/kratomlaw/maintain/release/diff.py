"""What changed between two datasets? The answers that change, and separately what changes only the evidence.

Pure: two datasets in, one ``Diff`` out. Law is compared as answers: the effective timelines of every place that
a changed record reaches, day by day, so that a new federal ban shows in each state whose answer it changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple, cast

from ...data.bundled import bundled_counties, bundled_names
from ...data.dataset import Dataset
from ...law.answers import AnswerCitation, AnswerCondition, Certainty, EffectivePeriod, LegalPosition, Reason
from ...law.dates import PartialDate
from ...law.engine import ChainLink, period_on, timeline
from ...law.plain import Plain, plain, plain_fields
from ...law.records import Advisory, Citation, Pending, Period, Record
from ...law.words import Jurisdiction, Permission, Product, Status
from ...places.gazetteer import Gazetteer

__all__ = ["AnsweredLaw", "Aspect", "Diff", "EvidenceChange", "EvidenceKind", "LawChange", "Retirement", "compare"]


class Aspect(StrEnum):
    """What of an answer changed."""

    STATUS = "status"
    SALE = "sale"
    POSSESSION = "possession"
    MIN_AGE = "min_age"
    CONDITIONS = "conditions"
    PENALTY = "penalty"
    TEMPORARY = "temporary"
    DECIDED_BY = "decided_by"
    CERTAINTY = "certainty"


class EvidenceKind(StrEnum):
    """What changed in a record without changing an answer's law."""

    CITATIONS = "citations"
    NOTE = "note"
    SUMMARY = "summary"
    CONFIDENCE = "confidence"
    VERIFIED_ON = "verified_on"
    PENDING = "pending"
    ADVISORIES = "advisories"
    NAME = "name"
    CODING = "coding"
    """Law as it is written down, where no answer follows from the change."""


@plain
class AnsweredLaw(LegalPosition):
    """What a dataset answers about the law on the days of a span."""

    conditions: tuple[AnswerCondition, ...] = ()
    """The conditions of all the law that applies."""
    penalty: str | None = None
    """The penalty in short, of the deciding jurisdiction."""
    temporary: bool = False
    """Whether the deciding rule ends by itself."""
    decided_by: str | None = None
    """The code of the jurisdiction that decides; None when the status is unknown."""
    certainty: Certainty = Certainty.EXACT
    """Exact, or approximate where dates are imprecise or part of the law is not known."""
    reason: Reason | None = None
    """Why the status is unknown; None when it is known."""


@plain
class LawChange(Plain):
    """A span of days in one place for which the answer is another one."""

    place: Jurisdiction
    """Where."""
    also_in: tuple[Jurisdiction, ...] = ()
    """The places below it in which the same changes."""
    products: tuple[Product, ...]
    """Of which products."""
    since: PartialDate
    """When the span begins, as precise as the evidence."""
    open_since: bool = False
    """Whether the law may have held before ``since``, which is then only the oldest evidence."""
    until: PartialDate | None
    """When the span ends, as precise as the evidence; None when it does not."""
    first_day: date
    """The first day of the span."""
    end_day: date | None
    """The first day after the span; None when it has no end."""
    what: tuple[Aspect, ...]
    """What of the answer changed."""
    before: AnsweredLaw
    """What the answer was."""
    after: AnsweredLaw
    """What the answer is now."""
    citations: tuple[AnswerCitation, ...]
    """Where the law of now is written, the deciding jurisdiction's first; empty when none is recorded any more."""


@plain
class EvidenceChange(Plain):
    """One thing in a record that changed and does not change the law of an answer."""

    place: Jurisdiction
    """Whose record."""
    kind: EvidenceKind
    """What sort of thing."""
    where: str
    """Where in the record, as in ``period from 2025-08-01: "Act 41"``; empty for the record as a whole."""
    before: str | None
    """What was written; None when it is new."""
    after: str | None
    """What is written now; None when it is gone."""


@plain
class Retirement(Plain):
    """A jurisdiction that does not exist any more."""

    place: Jurisdiction
    """Which."""
    successor: str | None
    """The code that took its place; None when there is none."""


@plain
class Diff(Plain):
    """What changed between two datasets."""

    before: str
    """The older one: its version, or a longer name."""
    after: str
    """The newer one: its version, or a longer name."""
    law: tuple[LawChange, ...]
    """Changes of law, as answers; by place, then by day."""
    evidence: tuple[EvidenceChange, ...]
    """Changes of evidence alone; by place, then as in the record."""
    added: tuple[Jurisdiction, ...]
    """Places that have a record now."""
    removed: tuple[Jurisdiction, ...]
    """Places that no longer have a record. A release refuses this: codes are never removed, but retired."""
    retired: tuple[Retirement, ...]
    """Places that do not exist any more."""
    left_out: tuple[str, ...] = ()
    """Record files that could not be read in one of the two, so that nothing is said about them."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed at all; versions do not count."""
        return not (self.law or self.evidence or self.added or self.removed or self.retired)


def compare(before: Dataset, after: Dataset) -> Diff:
    """Find what changed from one dataset to another.

    Args:
        before: The older dataset.
        after: The newer dataset.

    Returns:
        The changes of law, as answers for every place, product and span of days; the changes of evidence; and which
        records were added, removed and retired.

    Example:
        >>> from kratomlaw.data.bundled import bundled
        >>> compare(bundled(), bundled()).is_empty
        True
    """
    old, new = _Side(before), _Side(after)
    codes = sorted({*before.codes(), *after.codes()})
    changed = [code for code in codes if before.record(code) != after.record(code)]
    law = tuple(_law_changes(old, new, set(changed)))
    touched = {link.code for change in law for place in (change.place, *change.also_in) for link in new.chain(place)}
    evidence: list[EvidenceChange] = []
    retired: list[Retirement] = []
    for code in changed:
        was, now = before.record(code), after.record(code)
        if was and now:
            place = new.places.jurisdiction(code)
            evidence += _evidence_changes(place, was, now, law_changed=code in touched)
            if now.retired and not was.retired:
                retired.append(Retirement(place=place, successor=now.successor))
    return Diff(
        before=before.version,
        after=after.version,
        law=law,
        evidence=tuple(evidence),
        added=tuple(new.places.jurisdiction(code) for code in codes if before.record(code) is None),
        removed=tuple(old.places.jurisdiction(code) for code in codes if after.record(code) is None),
        retired=tuple(retired),
    )


class _Side:
    """One of the two datasets, with its places."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.places = Gazetteer(
            bundled_names(),
            local=dataset.local_places,
            parent_of=dataset.parent,
            counties=bundled_counties,
        )
        self.codes = frozenset(self.places.codes())

    def chain(self, place: Jurisdiction) -> tuple[Jurisdiction, ...]:
        """A place and those above it; a local place without a record here stands below its state."""
        if place.code in self.codes:
            return self.places.chain(place.code)
        return (*self.places.chain(place.code.partition("/")[0]), place)

    def timeline(self, place: Jurisdiction, product: Product) -> tuple[EffectivePeriod, ...]:
        """What is answered there."""
        return timeline([ChainLink(link, self.dataset.record(link.code)) for link in self.chain(place)], product)


class _Span(NamedTuple):
    """A span of days with what both datasets answer; the certainty stands apart, so that imprecision makes no rows."""

    first_day: date
    end_day: date | None
    before: AnsweredLaw
    after: AnsweredLaw
    begin: EffectivePeriod | None
    """The period, of either side, that begins the span."""
    end: EffectivePeriod | None
    """The period, of either side, that ends with the span."""
    citations: tuple[AnswerCitation, ...]


def _law_changes(old: _Side, new: _Side, changed: set[str]) -> Iterator[LawChange]:
    """The changes of law; one that only follows from a change above is listed with that one, in ``also_in``."""
    groups: dict[tuple[object, ...], list[LawChange]] = {}
    places = [new.places.jurisdiction(code) for code in new.codes]
    places += [old.places.jurisdiction(code) for code in old.codes - new.codes]
    # The broad before the narrow, so that a change is met first where it comes from.
    for place in sorted(places, key=lambda place: (len(new.chain(place)), place.code)):
        above = {link.code for link in (*old.chain(place), *new.chain(place))}
        if not above & changed:
            continue
        for change in _changes_in(old, new, place):
            key = (change.products, change.first_day, change.end_day, _key(change.before), _key(change.after))
            group = groups.setdefault(key, [])
            for index, known in enumerate(group):
                if known.place.code in above:
                    group[index] = replace(known, also_in=(*known.also_in, place))
                    break
            else:
                group.append(change)
    found = (change for group in groups.values() for change in group)
    yield from sorted(found, key=lambda c: (c.place.code, c.first_day, list(Product).index(c.products[0])))


def _changes_in(old: _Side, new: _Side, place: Jurisdiction) -> Iterator[LawChange]:
    """The changes in one place; products that change alike share one entry."""
    alike: dict[tuple[object, ...], tuple[_Span, list[Product]]] = {}
    for product in Product:
        for span in _spans(old.timeline(place, product), new.timeline(place, product)):
            key = (span.first_day, span.end_day, _key(span.before), _key(span.after))
            alike.setdefault(key, (span, []))[1].append(product)
    for span, products in alike.values():
        begin, end = span.begin, span.end
        since = begin.since if begin and begin.since and begin.since.earliest == span.first_day else None
        until = end.until if end and end.until and end.until.earliest == span.end_day else None
        yield LawChange(
            place=place,
            products=tuple(products),
            since=since or PartialDate.of(span.first_day),
            open_since=begin is not None and begin.since is None,
            until=until or (PartialDate.of(span.end_day) if span.end_day else None),
            first_day=span.first_day,
            end_day=span.end_day,
            what=_aspects(span.before, span.after),
            before=span.before,
            after=span.after,
            citations=span.citations,
        )


def _spans(old: Sequence[EffectivePeriod], new: Sequence[EffectivePeriod]) -> Iterator[_Span]:
    """The spans of days for which two timelines give different answers, oldest first."""
    days = sorted({period.first_day for period in (*old, *new)})
    open_span: _Span | None = None
    for day, following in zip_longest(days, days[1:]):
        was, now = period_on(old, day), period_on(new, day)
        before, after = _answered(was, old), _answered(now, new)
        begins = next((p for p in (now, was) if p and p.first_day == day), None)
        ends = next((p for p in (now, was) if p and p.end_day == following), None)
        span = _Span(day, following, before, after, begins, ends, now.citations if now else ())
        if open_span and _continues(open_span, span):
            open_span = _joined(open_span, span)
            continue
        if open_span and _aspects(open_span.before, open_span.after):
            yield open_span
        open_span = span
    if open_span and _aspects(open_span.before, open_span.after):
        yield open_span


def _continues(one: _Span, other: _Span) -> bool:
    """Whether the same law changes into the same law, be it that one of the spans is the imprecision of a date."""
    same = (_key(one.before), _key(one.after)) == (_key(other.before), _key(other.after))
    if _key(one.before) != _key(one.after):
        return same
    return same and (one.before.certainty, one.after.certainty) == (other.before.certainty, other.after.certainty)


def _joined(one: _Span, other: _Span) -> _Span:
    """Two spans as one, which is as certain as the certain part of it."""
    return _Span(
        one.first_day,
        other.end_day,
        _more_certain(one.before, other.before),
        _more_certain(one.after, other.after),
        one.begin,
        other.end,
        other.citations,
    )


def _more_certain(one: AnsweredLaw, other: AnsweredLaw) -> AnsweredLaw:
    return one if one.certainty is Certainty.EXACT else other


def _answered(period: EffectivePeriod | None, periods: Sequence[EffectivePeriod]) -> AnsweredLaw:
    if period is None:
        reason = Reason.BEFORE_COVERAGE if periods else Reason.NO_RECORD
        unknown = Permission.UNKNOWN
        return AnsweredLaw(status=Status.UNKNOWN, sale=unknown, possession=unknown, reason=reason)
    return AnsweredLaw(
        status=period.status,
        sale=period.sale,
        possession=period.possession,
        min_age=period.min_age,
        conditions=period.conditions,
        penalty=period.penalty,
        temporary=period.temporary,
        decided_by=period.decided_by.code if period.decided_by else None,
        certainty=period.certainty,
        reason=period.reason,
    )


def _key(law: AnsweredLaw) -> tuple[object, ...]:
    """What of a law has to be equal for nothing to have changed. Why it is unknown is a matter of evidence."""
    return (
        law.status,
        law.sale,
        law.possession,
        law.min_age,
        frozenset(law.conditions),
        law.penalty,
        law.temporary,
        law.decided_by,
    )


def _aspects(before: AnsweredLaw, after: AnsweredLaw) -> tuple[Aspect, ...]:
    differing = [was != now for was, now in zip(_key(before), _key(after), strict=True)]
    # Where both are unknown, nothing is answered whose certainty could change.
    known = Status.UNKNOWN not in (before.status, after.status)
    aspects = (*differing, known and before.certainty is not after.certainty)
    return tuple(aspect for aspect, differs in zip(Aspect, aspects, strict=True) if differs)


# --- evidence -------------------------------------------------------------------------------------------------------

_EVIDENCE_OF_PERIOD = {
    "confidence": EvidenceKind.CONFIDENCE,
    "summary": EvidenceKind.SUMMARY,
    "note": EvidenceKind.NOTE,
}
_Item = Citation | Advisory | Pending
_NEVER_IN_OWN_ANSWER = frozenset({"cascades", "preempts_local", "began_earlier"})
"""Keys of a period that matter for the places below, or for how its beginning is described."""


def _evidence_changes(place: Jurisdiction, was: Record, now: Record, *, law_changed: bool) -> Iterator[EvidenceChange]:
    def noted(kind: EvidenceKind, where: str, before: object, after: object) -> Iterator[EvidenceChange]:
        if before != after:
            yield EvidenceChange(place=place, kind=kind, where=where, before=_text(before), after=_text(after))

    yield from noted(EvidenceKind.NAME, "name", was.name, now.name)
    yield from noted(EvidenceKind.NAME, "aliases", was.aliases, now.aliases)
    yield from noted(EvidenceKind.VERIFIED_ON, "", was.verified_on, now.verified_on)
    yield from noted(EvidenceKind.NOTE, "", was.note, now.note)
    periods = {period.since: period for period in now.periods}
    for old in was.periods:
        new = periods.pop(old.since, None)
        where = f"period from {old.since}"
        if new is None:
            if not law_changed:
                yield from noted(EvidenceKind.CODING, where, _law_text(old), None)
            continue
        for key, kind in _EVIDENCE_OF_PERIOD.items():
            yield from noted(kind, where, getattr(old, key), getattr(new, key))
        yield from _item_changes(place, EvidenceKind.CITATIONS, where, old.citations, new.citations)
        for key, _, _ in plain_fields(Period):
            if key not in (*_EVIDENCE_OF_PERIOD, "citations") and (not law_changed or key in _NEVER_IN_OWN_ANSWER):
                yield from noted(EvidenceKind.CODING, f"{where}: {key}", getattr(old, key), getattr(new, key))
    for new in periods.values():
        if not law_changed:
            yield from noted(EvidenceKind.CODING, f"period from {new.since}", None, _law_text(new))
    yield from _item_changes(place, EvidenceKind.ADVISORIES, "advisory", was.advisories, now.advisories)
    yield from _item_changes(place, EvidenceKind.PENDING, "pending", was.pending, now.pending)
    for key in ("level", "parent"):
        yield from noted(EvidenceKind.CODING, key, getattr(was, key), getattr(now, key))


def _item_changes(
    place: Jurisdiction, kind: EvidenceKind, where: str, was: Iterable[_Item], now: Iterable[_Item]
) -> Iterator[EvidenceChange]:
    """What changed in a list of citations, advisories or bills: items by their names, then key by key."""
    old, new = _by_name(was), _by_name(now)
    for name in dict.fromkeys((*old, *new)):
        for one, other in zip_longest(old.get(name, ()), new.get(name, ())):
            if one is None or other is None:
                before, after = (name if one else None), (name if other else None)
                yield EvidenceChange(place=place, kind=kind, where=where, before=before, after=after)
            elif one != other:
                yield from _key_changes(place, kind, f'{where}: "{name}"', one, other)


def _key_changes(
    place: Jurisdiction, kind: EvidenceKind, where: str, was: _Item, now: _Item
) -> Iterator[EvidenceChange]:
    for name, key, _ in plain_fields(type(was)):
        if name == "citations" and not isinstance(was, Citation) and not isinstance(now, Citation):
            yield from _item_changes(place, kind, where, was.citations, now.citations)
            continue
        before, after = getattr(was, name), getattr(now, name)
        if before != after and name != "host":  # the list of hosts says it, not the record
            at = f"{where}: {key}"
            yield EvidenceChange(place=place, kind=kind, where=at, before=_text(before), after=_text(after))


def _by_name(items: Iterable[_Item]) -> Mapping[str, Sequence[_Item]]:
    found: dict[str, list[_Item]] = {}
    for item in items:
        found.setdefault(item.issuer if isinstance(item, Advisory) else item.title, []).append(item)
    return found


def _text(value: object) -> str | None:
    """A value as a person reads it; None for what is not there."""
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(_text(item) or "" for item in cast("tuple[object, ...]", value))
    return value.to_json() if isinstance(value, Plain) else str(value)


def _law_text(period: Period) -> str:
    return f"{period.status} (sale {period.sale}, possession {period.possession})"
