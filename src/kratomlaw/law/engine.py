"""Which law holds in a place on a date? Combines the records of a chain into effective periods and answers.

Pure: no clock, no file, no network. The rules are those of ``data/CODEBOOK.md``: the strictest law wins, each
permission on its own; a rule reaches the places below unless it says that it does not cascade; a state law that
preempts local rules puts counties and cities aside; where a date is imprecise, or a city lies in several counties, the
strictest reading is taken.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple, TypeVar

from .answers import (
    Answer,
    AnswerAdvisory,
    AnswerCitation,
    AnswerCondition,
    AnswerPending,
    Certainty,
    Change,
    EffectivePeriod,
    LegalPosition,
    Reason,
)
from .dates import PartialDate
from .records import Condition, Pending, Period, ProductRule, Record
from .words import CitationKind, ConditionKind, Confidence, Jurisdiction, Level, Permission, Product, Standing, Status

__all__ = [
    "ChainLink",
    "answer",
    "cascades_always",
    "changes",
    "evidence_through",
    "has_lapsed",
    "is_stricter",
    "is_strictest",
    "known_through",
    "period_on",
    "position_of",
    "product_rule",
    "strictness",
    "timeline",
]

_STATUS_RANK = {Status.LEGAL: 0, Status.UNKNOWN: 1, Status.RESTRICTED: 2, Status.BANNED: 3}
_PERMISSION_RANK = {
    Permission.ALLOWED: 0,
    Permission.UNKNOWN: 1,
    Permission.RESTRICTED: 2,
    Permission.PROHIBITED: 3,
}
_CONFIDENCE_RANK = {Confidence.LOW: 0, Confidence.MEDIUM: 1, Confidence.HIGH: 2}
_SALE_OF_STATUS = {
    Status.LEGAL: Permission.ALLOWED,
    Status.RESTRICTED: Permission.RESTRICTED,
    Status.BANNED: Permission.PROHIBITED,
    Status.UNKNOWN: Permission.UNKNOWN,
}
_PREEMPTED = (Level.COUNTY, Level.CITY)
"""The levels whose rules a state may void."""
_NOTHING_KNOWN = LegalPosition(
    status=Status.UNKNOWN, sale=Permission.UNKNOWN, possession=Permission.UNKNOWN, min_age=None
)
_ONE_DAY = timedelta(days=1)
_T = TypeVar("_T")


class ChainLink(NamedTuple):
    """One jurisdiction of a chain, with its record if it has one."""

    jurisdiction: Jurisdiction
    record: Record | None
    from_overlay: bool = False
    """Whether the record is the asking organisation's own."""


class _OwnLaw(NamedTuple):
    """What one jurisdiction's own law says of one product in one of its periods."""

    jurisdiction: Jurisdiction
    record: Record
    period: Period
    says: LegalPosition
    cascades: bool
    lapsed: bool
    from_overlay: bool


class _Boundary(NamedTuple):
    """A day on which anything may change."""

    day: date
    moment: PartialDate
    """The date of law behind it, as precise as the evidence."""
    begins: bool
    """Whether law begins or ends there; false where only the evidence begins."""


class _Reach(NamedTuple):
    """All the law that reaches the last place of a chain on one day."""

    laws: tuple[_OwnLaw, ...]
    settled: bool
    """Whether no imprecise date leaves open which law was in force."""


def timeline(chain: Sequence[ChainLink], product: Product) -> tuple[EffectivePeriod, ...]:
    """Fold the periods of a whole chain into the effective periods of its last place.

    Args:
        chain: The place and all places above it, the country first. A city may have several counties above it.
        product: The product.

    Returns:
        The effective periods, oldest first. They do not overlap and leave no gap after the first; the last has no
        end. Empty when no recorded law reaches the place. The days before the first are not covered.
    """
    spans: list[tuple[_Boundary, _Reach]] = []
    for boundary in _boundaries(chain):
        reach = _laws_in_reach(chain, boundary.day, product)
        if (reach.laws or spans) and not (spans and spans[-1][1] == reach):
            spans.append((boundary, reach))
    ends = (*(boundary for boundary, _ in spans[1:]), None)
    counties = [link.jurisdiction.code for link in chain[:-1] if link.jurisdiction.level is Level.COUNTY]
    periods: list[EffectivePeriod] = []
    for (begin, reach), end in zip(spans, ends, strict=False):
        current = _effective(reach, product, begin, end, counties)
        if periods and _says_the_same(periods[-1], current):
            periods[-1] = replace(
                periods[-1],
                until=current.until,
                end_day=current.end_day,
                evidence_through=_oldest((periods[-1].evidence_through, current.evidence_through)),
            )
        else:
            periods.append(current)
    return tuple(periods)


def period_on(periods: Sequence[EffectivePeriod], day: date) -> EffectivePeriod | None:
    """Pick the effective period that holds on a day.

    Args:
        periods: A timeline, oldest first.
        day: The day.

    Returns:
        The period, or None when the day lies before the first.
    """
    index = bisect_right(periods, day, key=_first_day)
    return periods[index - 1] if index else None


def changes(record: Record, jurisdiction: Jurisdiction, product: Product) -> tuple[Change, ...]:
    """List the changes of one jurisdiction's own law.

    Args:
        record: The record.
        jurisdiction: The place that it is about.
        product: The product.

    Returns:
        The changes, oldest first, future ones included. The begin of coverage counts as a change only where a
        restriction or ban is known to have begun then.
    """
    link = ChainLink(jurisdiction, record)
    found: list[Change] = []
    before: _OwnLaw | None = None
    for period, successor in _with_successors(record):
        law = _own_law(link, record, period, product)
        if before or (law.says.status in (Status.RESTRICTED, Status.BANNED) and not period.began_earlier):
            found.append(_own_change(period.since, before, law, product))
        before = law
        if period.until and (successor is None or successor.since != period.until):
            before = _lapsed(link, record, period)
            found.append(_own_change(period.until, law, before, product))
    return tuple(found)


def answer(
    chain: Sequence[ChainLink],
    periods: Sequence[EffectivePeriod],
    *,
    product: Product,
    on: date,
    local_rules: int,
    today: date,
    built_on: date,
    dataset_version: str,
    stale: bool,
) -> Answer:
    """Answer one question.

    Args:
        chain: The place and all places above it, the country first.
        periods: The place's timeline for the product.
        product: The product.
        on: The day that is asked for.
        local_rules: How many places below have rules of their own.
        today: The day on which the question is asked.
        built_on: The day on which the dataset was made.
        dataset_version: The version of the dataset.
        stale: Whether the dataset is too old.

    Returns:
        The answer, for the place as such: no locality is left unmatched.
    """
    jurisdiction = chain[-1].jurisdiction
    held = period_on(periods, on)
    period = held or _before_the_first(periods, product, _reason_before(chain))
    first, last = _run_of_same_law(periods, held) if held else (period, period)
    return Answer(
        status=period.status,
        sale=period.sale,
        possession=period.possession,
        min_age=period.min_age,
        product=product,
        on=on,
        jurisdiction=jurisdiction,
        matched_level=jurisdiction.level,
        unmatched=None,
        did_you_mean=(),
        decided_by=period.decided_by,
        chain=tuple(link.jurisdiction for link in chain),
        since=first.since,
        until=last.until,
        conditions=period.conditions,
        penalty=period.penalty,
        advisories=_advisories(chain, on, product),
        pending=_pending(chain, on),
        next_change=_next_change(periods, held, jurisdiction, on),
        local_rules=local_rules,
        citations=period.citations,
        confidence=period.confidence,
        certainty=_certainty(period, on, known_through(today=today, built_on=built_on, stale=stale)),
        reason=period.reason,
        summary=period.summary,
        verified_on=period.verified_on,
        evidence_through=period.evidence_through,
        sale_in_practice=period.sale_in_practice,
        sale_partly_unknown=period.sale_partly_unknown,
        possession_partly_unknown=period.possession_partly_unknown,
        standing=period.standing,
        dataset_version=dataset_version,
        overlaid=tuple(link.jurisdiction for link in chain if link.from_overlay),
        stale=stale,
    )


def _before_the_first(periods: Sequence[EffectivePeriod], product: Product, reason: Reason) -> EffectivePeriod:
    """The span of days before the first that is covered: nothing is known of it."""
    first = periods[0] if periods else None
    return EffectivePeriod(
        status=Status.UNKNOWN,
        sale=Permission.UNKNOWN,
        possession=Permission.UNKNOWN,
        product=product,
        since=None,
        until=first.since if first else None,
        first_day=date.min,
        end_day=first.first_day if first else None,
        decided_by=None,
        conditions=(),
        penalty=None,
        citations=(),
        confidence=None,
        certainty=Certainty.EXACT,
        reason=reason,
        temporary=False,
        summary="",
        verified_on=None,
        sale_partly_unknown=True,
        possession_partly_unknown=True,
    )


def known_through(*, today: date, built_on: date, stale: bool) -> date:
    """The last day whose answers are not projected.

    What fresh data says of today is known; what stale data says of it is what was scheduled when it was made.
    """
    return built_on if stale else max(today, built_on)


def _certainty(period: EffectivePeriod, on: date, known: date) -> Certainty:
    """How directly the data supports an answer from a period for a day."""
    if period.certainty is Certainty.APPROXIMATE:
        return Certainty.APPROXIMATE
    return Certainty.PROJECTED if on > known else Certainty.EXACT


def _deciding_law(period: EffectivePeriod) -> tuple[object, ...]:
    """What a period says, who decides it, and the conditions of that law; rules beside it are left out."""
    code = period.decided_by and period.decided_by.code
    own_conditions = tuple(each for each in period.conditions if each.set_by == code)
    return period.law, period.sale_in_practice, period.decided_by, own_conditions


def _run_of_same_law(
    periods: Sequence[EffectivePeriod], period: EffectivePeriod
) -> tuple[EffectivePeriod, EffectivePeriod]:
    """The first and the last of the periods around one in which the same law decides the same."""
    first = last = bisect_right(periods, period.first_day, key=_first_day) - 1
    law = _deciding_law(period)
    while first > 0 and _deciding_law(periods[first - 1]) == law:
        first -= 1
    while last + 1 < len(periods) and _deciding_law(periods[last + 1]) == law:
        last += 1
    return periods[first], periods[last]


def _says_the_same(before: EffectivePeriod, after: EffectivePeriod) -> bool:
    """Whether only law beside the deciding one changed, and nothing of the answer but its further evidence."""
    return _what_it_says(before) == _what_it_says(after)


_what_it_says = attrgetter(
    "law",
    "sale_in_practice",
    "sale_partly_unknown",
    "possession_partly_unknown",
    "standing",
    "decided_by",
    "summary",
    "penalty",
    "conditions",
    "certainty",
)


def _first_day(period: EffectivePeriod) -> date:
    return period.first_day


def _surely_after(moment: PartialDate) -> date:
    """The first day on which an event of that date has surely happened."""
    return moment.earliest if moment.earliest == moment.latest else moment.latest + _ONE_DAY


def _with_successors(record: Record) -> Iterator[tuple[Period, Period | None]]:
    return zip(record.periods, (*record.periods[1:], None), strict=True)


def _spans(record: Record) -> Iterator[tuple[Period, PartialDate | None]]:
    """Each period with its end: its own, or the begin of the next one."""
    for period, successor in _with_successors(record):
        yield period, period.until or (successor.since if successor else None)


def _boundaries(chain: Sequence[ChainLink]) -> list[_Boundary]:
    """The days on which anything may change, oldest first.

    A rule of "2019" gives two: 2019-01-01, the first day on which it may have begun, and 2020-01-01, from which it has
    surely begun. Between them the strictest reading is taken, as approximate.
    """
    found: dict[date, _Boundary] = {}
    for link in chain:
        for period, end in _spans(link.record) if link.record else ():
            for moment, begins in ((period.since, not period.began_earlier), *(((end, True),) if end else ())):
                for day in (moment.earliest, _surely_after(moment)):
                    known = found.get(day)
                    boundary = _Boundary(day, moment, begins)
                    if known is None or _boundary_rank(boundary) > _boundary_rank(known):
                        found[day] = boundary
    return sorted(found.values())


def _boundary_rank(boundary: _Boundary) -> tuple[bool, bool, bool]:
    """Rank of a boundary among those on the same day.

    Real changes come before dates of evidence, exact dates before imprecise ones, the earliest day of an imprecise
    date before the day after its last: that one only ends the imprecision.
    """
    return boundary.begins, boundary.moment == boundary.day, boundary.moment.earliest == boundary.day


def position_of(period: Period, product: Product) -> LegalPosition:
    """Read what a period says of a product, and fill in what its rule leaves out.

    Without a rule of its own a product follows the leaf. With one, its sale follows from its status; its possession
    is the leaf's where the statuses are equal, allowed where it is legal, unknown otherwise; its age is the leaf's
    unless it is legal or banned.

    Args:
        period: The period.
        product: The product.

    Returns:
        Status, sale, possession and least age.
    """
    rule = product_rule(period, product)
    if rule is None or rule.status is period.status:
        sale, possession, min_age = period.sale, period.possession, period.min_age
    else:
        sale = _SALE_OF_STATUS[rule.status]
        possession = Permission.ALLOWED if rule.status is Status.LEGAL else Permission.UNKNOWN
        min_age = period.min_age if rule.status is Status.RESTRICTED else None
    return LegalPosition(
        status=rule.status if rule else period.status,
        sale=(rule and rule.sale) or sale,
        possession=(rule and rule.possession) or possession,
        min_age=(rule and rule.min_age) or min_age,
    )


def product_rule(period: Period, product: Product) -> ProductRule | None:
    """The rule of its own that a period has for a product; None where the product follows the leaf."""
    if product is Product.LEAF or period.products is None:
        return None
    return period.products.extract if product is Product.EXTRACT else period.products.seven_oh


def cascades_always(period: Period) -> bool:
    """Whether what a period says of each product reaches the places below."""
    rules = (product_rule(period, product) for product in Product)
    return period.cascades and not any(rule is not None and rule.cascades is False for rule in rules)


def is_strictest(law: LegalPosition) -> bool:
    """Whether no further law could be stricter: neither sale nor possession is left."""
    return law.status is Status.BANNED and law.sale is law.possession is Permission.PROHIBITED


def is_stricter(one: Permission, other: Permission) -> bool:
    """Whether one permission leaves less than another.

    Example:
        >>> is_stricter(Permission.PROHIBITED, Permission.RESTRICTED)
        True
    """
    return _PERMISSION_RANK[one] > _PERMISSION_RANK[other]


def strictness(law: LegalPosition) -> tuple[int, int, int, int]:
    """How strict a law is: of two, the stricter is the greater by its status, then by sale, possession and age."""
    return (
        _STATUS_RANK[law.status],
        _PERMISSION_RANK[law.sale],
        _PERMISSION_RANK[law.possession],
        law.min_age or 0,
    )


def _own_law(link: ChainLink, record: Record, period: Period, product: Product) -> _OwnLaw:
    rule = product_rule(period, product)
    return _OwnLaw(
        jurisdiction=link.jurisdiction,
        record=record,
        period=period,
        says=position_of(period, product),
        cascades=period.cascades if rule is None or rule.cascades is None else rule.cascades,
        lapsed=False,
        from_overlay=link.from_overlay,
    )


def _in_force(link: ChainLink, day: date, product: Product) -> tuple[tuple[_OwnLaw, ...], bool]:
    """The own laws of one jurisdiction that may be in force on a day, and whether that is settled.

    On 2019-06-01 a ban "from 2019" after a licence from 2015 gives both, not settled; on 2018-12-31 the licence alone.
    Where the last period has ended and nothing newer is recorded, what is known is nothing: it has lapsed.
    """
    record = link.record
    if record is None or day < record.periods[0].since.earliest:
        return (), True
    laws: list[_OwnLaw] = []
    settled = True
    latest = record.periods[0]
    for period, end in _spans(record):
        if period.since.earliest <= day:
            latest = period
            if end is None or day < _surely_after(end):
                laws.append(_own_law(link, record, period, product))
                settled &= _surely_after(period.since) <= day and (end is None or day < end.earliest)
    return tuple(laws) or (_lapsed(link, record, latest),), settled


def _lapsed(link: ChainLink, record: Record, period: Period) -> _OwnLaw:
    """What is known after a period that ended with nothing newer recorded: nothing."""
    return _OwnLaw(
        link.jurisdiction, record, period, _NOTHING_KNOWN, period.cascades, lapsed=True, from_overlay=link.from_overlay
    )


def _laws_in_reach(chain: Sequence[ChainLink], day: date, product: Product) -> _Reach:
    laws: list[_OwnLaw] = []
    settled = True
    preempted = False
    for link in chain:
        if preempted and link.jurisdiction.level in _PREEMPTED:
            continue
        own, own_settled = _in_force(link, day, product)
        reaching = [law for law in own if law.cascades or link is chain[-1]]
        laws += reaching
        settled &= own_settled or not reaching
        preempted |= _preempts(own)
    return _Reach(tuple(laws), settled)


def _preempts(own: Sequence[_OwnLaw]) -> bool:
    """Whether a jurisdiction surely voids the rules of the counties and cities below."""
    return bool(own) and all(law.period.preempts_local and not law.lapsed for law in own)


def _effective(
    reach: _Reach,
    product: Product,
    begin: _Boundary,
    end: _Boundary | None,
    counties: Sequence[str],
) -> EffectivePeriod:
    """Combine all the law that reaches a place in one span of days into one effective period."""
    laws = reach.laws
    together = _strictest_of([law.says for law in laws])
    # The first is the broadest: in a city of a state that bans, the state decides, whatever the city says too. A law
    # that is proven comes before one that is only reported: the city's ordinance before a list that names its county.
    deciding = min((law for law in laws if law.says.status is together.status), key=_is_reported, default=None)
    known = deciding if together.status is not Status.UNKNOWN else None
    # A report may be false: what the proven laws say of buyers and practice is kept beside a sale that it forbids.
    proven_sale = _strictest(law.says.sale for law in laws if not _is_reported(law))
    evidence = _evidence(laws, deciding, together.status)
    exact = reach.settled and not _partly_unknown(laws, together.status) and not _depends_on_county(laws, counties)
    return EffectivePeriod(
        status=together.status,
        sale=together.sale,
        possession=together.possession,
        min_age=_min_age([law.says for law in laws], proven_sale),
        product=product,
        since=begin.moment if begin.begins else None,
        until=end.moment if end else None,
        first_day=begin.day,
        end_day=end.day if end else None,
        decided_by=known.jurisdiction if known else None,
        conditions=_conditions(laws, product),
        penalty=known.period.penalty if known else None,
        citations=_citations(sorted(laws, key=lambda law: law is not deciding)),
        confidence=min((law.period.confidence for law in evidence), key=_CONFIDENCE_RANK.__getitem__, default=None),
        certainty=Certainty.EXACT if exact else Certainty.APPROXIMATE,
        reason=None if known else _reason(laws),
        temporary=bool(deciding and deciding.period.temporary and not deciding.lapsed),
        summary=_summary(deciding),
        verified_on=min((law.record.verified_on for law in evidence), default=None),
        evidence_through=_oldest([evidence_through(law.period) for law in evidence]),
        sale_in_practice=_sale_in_practice(laws, proven_sale),
        sale_partly_unknown=_may_be_stricter(together.sale, [law.says.sale for law in laws]),
        possession_partly_unknown=_may_be_stricter(together.possession, [law.says.possession for law in laws]),
        standing=_standing(known, laws),
    )


def _standing(deciding: _OwnLaw | None, laws: Sequence[_OwnLaw]) -> Standing | None:
    """Whether the effective law is proven. It is only reported where no proven law prohibits a part of it.

    A state prohibits possession, and a list names a ban in the city: the answer stays "banned", without the caution
    of a mere report, since a policy that is mild on reports may not overlook what the state's act prohibits.
    """
    if deciding is None:
        return None
    proven = [law.says for law in laws if not _is_reported(law)]
    prohibited = any(Permission.PROHIBITED in (says.sale, says.possession) for says in proven)
    return Standing.PROVEN if prohibited else deciding.period.standing


def _is_reported(law: _OwnLaw) -> bool:
    return law.period.standing is Standing.REPORTED


def _evidence(laws: Sequence[_OwnLaw], deciding: _OwnLaw | None, status: Status) -> Sequence[_OwnLaw]:
    """The laws that an answer rests on: a ban stands on its own evidence, a milder answer on that of all.

    "Restricted in Denver" rests on Colorado's act, and on nothing stricter being in force in the county, the city or
    the country: the least of their confidences and the oldest of their checks count.
    """
    return (deciding,) if deciding and status is Status.BANNED else laws


def _partly_unknown(laws: Sequence[_OwnLaw], status: Status) -> bool:
    """Whether a law that is not known could make a known answer stricter."""
    if status in (Status.UNKNOWN, Status.BANNED):
        return False
    return any(law.says.status is Status.UNKNOWN for law in laws)


def evidence_through(period: Period) -> PartialDate | None:
    """Answer through which date a source shows the law of a period in force.

    It is the newest of the dates of its citations, unless the record names another. Sources that are silent or speak
    against the coding show nothing, and vendors prove nothing.

    Args:
        period: The period.

    Returns:
        The date, as precise as the source; of dates that begin together the less precise one. None where no source
        is dated.
    """
    if period.evidence_through:
        return period.evidence_through
    showing = (
        citation for citation in period.citations if citation.kind is not CitationKind.VENDOR and citation.is_evidence
    )
    return max((citation.published for citation in showing if citation.published), default=None)


def _oldest(dates: Sequence[PartialDate | None]) -> PartialDate | None:
    """The oldest of several dates; None where one of them is not known, and may be older."""
    known = [each for each in dates if each]
    return min(known, default=None) if len(known) == len(dates) else None


def _sale_in_practice(laws: Sequence[_OwnLaw], sale: Permission) -> Permission | None:
    """How the sale of a product is treated in practice, where that is stricter than what all the laws say.

    A practice is recorded for the leaf, and holds for the products that share the leaf's law.
    """
    practices = [
        law.period.sale_in_practice
        for law in laws
        if law.period.sale_in_practice and not law.lapsed and _shares_the_leafs_law(law)
    ]
    practice = max(practices, key=_PERMISSION_RANK.__getitem__, default=sale)
    return practice if is_stricter(practice, sale) else None


def _shares_the_leafs_law(law: _OwnLaw) -> bool:
    return (law.says.status, law.says.sale) == (law.period.status, law.period.sale)


def _may_be_stricter(permission: Permission, permissions: Sequence[Permission]) -> bool:
    """Whether a law that is not known could make a permission stricter: nothing is stricter than a prohibition."""
    return permission is not Permission.PROHIBITED and (not permissions or Permission.UNKNOWN in permissions)


def _conditions(laws: Sequence[_OwnLaw], product: Product) -> tuple[AnswerCondition, ...]:
    """The conditions that all the laws together set for a product, each with the jurisdiction that set it."""
    return _unique(
        AnswerCondition(
            kind=condition.kind,
            text=condition.text,
            products=condition.products,
            alkaloid=condition.alkaloid,
            max=condition.max,
            unit=condition.unit,
            basis=condition.basis,
            age=condition.age,
            authority=condition.authority,
            fee=condition.fee,
            currency=condition.currency,
            channels=condition.channels,
            packaging=condition.packaging,
            label=condition.label,
            unread=condition.unread,
            set_by=law.jurisdiction.code,
            from_overlay=law.from_overlay,
        )
        for law in laws
        if not law.lapsed
        for condition in law.period.conditions
        if _applies(condition, law, product)
    )


def _strictest_of(laws: Sequence[LegalPosition]) -> LegalPosition:
    """What several laws say together: the strictest, and the highest age of a buyer where anybody may buy."""
    sale = _strictest(law.sale for law in laws)
    return LegalPosition(
        status=max((law.status for law in laws), key=_STATUS_RANK.__getitem__, default=Status.UNKNOWN),
        sale=sale,
        possession=_strictest(law.possession for law in laws),
        min_age=_min_age(laws, sale),
    )


def _min_age(laws: Sequence[LegalPosition], sale: Permission) -> int | None:
    """The highest age of a buyer that laws ask for, where anybody may buy."""
    ages = [law.min_age for law in laws if law.min_age]
    return None if sale is Permission.PROHIBITED else max(ages, default=None)


def _depends_on_county(laws: Sequence[_OwnLaw], counties: Sequence[str]) -> bool:
    """Whether it matters in which of its counties one stands in a city."""
    if len(counties) < 2:
        return False
    outcomes: set[LegalPosition] = set()
    for county in counties:
        there = [law.says for law in laws if law.jurisdiction.code not in counties or law.jurisdiction.code == county]
        outcomes.add(_strictest_of(there))
    return len(outcomes) > 1


def _applies(condition: Condition, law: _OwnLaw, product: Product) -> bool:
    """Whether a condition is about a product.

    The conditions of a leaf that may be sold say nothing of a product that may not, or whose law is not known, unless
    they name it or are the cap on its alkaloids, which is often the ban itself.
    """
    if condition.products:
        return product in condition.products
    if law.says.status is law.period.status:
        return True
    if law.says.status is Status.BANNED:
        return condition.kind is ConditionKind.ALKALOID_CAP
    return law.says.status is not Status.UNKNOWN


def _citations(laws: Iterable[_OwnLaw]) -> tuple[AnswerCitation, ...]:
    return _unique(
        AnswerCitation(
            title=citation.title,
            url=citation.url,
            kind=citation.kind,
            published=citation.published,
            supports=citation.supports,
            silent=citation.silent,
            archive=citation.archive,
            host=citation.host,
            set_by=law.jurisdiction.code,
            from_overlay=law.from_overlay,
        )
        for law in laws
        for citation in law.period.citations
    )


def _strictest(permissions: Iterable[Permission]) -> Permission:
    return max(permissions, key=_PERMISSION_RANK.__getitem__, default=Permission.UNKNOWN)


def _unique(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))


def _summary(deciding: _OwnLaw | None) -> str:
    if deciding is None:
        return ""
    if deciding.lapsed:
        return f"Ended, and nothing newer is recorded: {deciding.period.summary}"
    return deciding.period.summary


def _reason(laws: Sequence[_OwnLaw]) -> Reason:
    if not laws:
        return Reason.NO_RECORD
    return Reason.LAPSED if any(law.lapsed for law in laws) else Reason.NO_EVIDENCE


def _reason_before(chain: Sequence[ChainLink]) -> Reason:
    """Why a day before the first effective period is unknown."""
    if chain[-1].record or any(period.cascades for link in chain if link.record for period in link.record.periods):
        return Reason.BEFORE_COVERAGE
    return Reason.NO_RECORD


def _advisories(chain: Sequence[ChainLink], on: date, product: Product) -> tuple[AnswerAdvisory, ...]:
    """The statements of regulators in force on a day, and the higher law that does not reach the place."""
    found: list[AnswerAdvisory] = []
    preempted = False
    for link in chain:
        own, _ = _in_force(link, on, product)
        if link is not chain[-1] and not (preempted and link.jurisdiction.level in _PREEMPTED):
            found += [
                AnswerAdvisory(
                    set_by=link.jurisdiction.code,
                    since=law.period.since,
                    until=law.period.until,
                    issuer=link.jurisdiction.name,
                    text=law.period.summary,
                    citations=law.period.citations,
                    from_overlay=law.from_overlay,
                )
                for law in own
                if not law.cascades and not law.lapsed
            ]
        preempted |= _preempts(own)
        found += [
            AnswerAdvisory(
                set_by=link.jurisdiction.code,
                since=advisory.since,
                until=advisory.until,
                issuer=advisory.issuer,
                text=advisory.text,
                citations=advisory.citations,
                from_overlay=link.from_overlay,
            )
            for advisory in (link.record.advisories if link.record else ())
            if advisory.since.earliest <= on and (advisory.until is None or advisory.until.earliest > on)
        ]
    return tuple(found)


def has_lapsed(pending: Pending, on: date) -> bool:
    """Answer whether the session or term of a pending step was surely over on a day."""
    return pending.lapses_on is not None and pending.lapses_on.latest < on


def _pending(chain: Sequence[ChainLink], on: date) -> tuple[AnswerPending, ...]:
    return tuple(
        AnswerPending(
            title=pending.title,
            step=pending.step,
            on=pending.on,
            lapses_on=pending.lapses_on,
            lapsed=has_lapsed(pending, on),
            effect=pending.effect,
            would_be=pending.would_be,
            citations=pending.citations,
            set_by=link.jurisdiction.code,
            from_overlay=link.from_overlay,
        )
        for link in chain
        for pending in (link.record.pending if link.record else ())
        if pending.on.earliest <= on
    )


def _next_change(
    periods: Sequence[EffectivePeriod], current: EffectivePeriod | None, jurisdiction: Jurisdiction, on: date
) -> Change | None:
    """The next enacted change after a day; spans that only carry the imprecision of a date are passed over."""
    for later, following in zip(periods, (*periods[1:], None), strict=False):
        if later.since is None or later.first_day <= on or (following and following.since == later.since):
            continue
        if current and later.since == current.since:
            continue
        if current is None or _deciding_law(later) != _deciding_law(current):
            return Change(
                on=later.since,
                jurisdiction=jurisdiction,
                product=later.product,
                before=current.law if current else None,
                after=later.law,
                decided_by=later.decided_by,
                summary=later.summary,
                citations=later.citations,
                standing=later.standing,
            )
    return None


def _own_change(on: PartialDate, before: _OwnLaw | None, after: _OwnLaw, product: Product) -> Change:
    return Change(
        on=on,
        jurisdiction=after.jurisdiction,
        product=product,
        before=before.says if before else None,
        after=after.says,
        decided_by=None if after.says.status is Status.UNKNOWN else after.jurisdiction,
        summary=_summary(after),
        citations=_citations((after,)),
        standing=None if after.says.status is Status.UNKNOWN else after.period.standing,
    )
