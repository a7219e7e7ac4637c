"""May it be sent, sold or held there? What follows from answers, for an act, a buyer's age and a policy.

Pure, and closed where in doubt: what is banned, prohibited, unknown or under age is never allowed, whatever the policy.
Each finding becomes a reason with the outcome that the policy gives it, and the strictest outcome is the decision's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from operator import index
from typing import ClassVar, NamedTuple, SupportsIndex

from ..errors import InvalidQueryError
from .answers import DISCLAIMER, Answer, AnswerCondition, Certainty, Reason
from .citing import CITATIONS, AnswerCitation, Citing
from .dates import PartialDate, parse_on
from .plain import plain
from .policy import Outcome, Policy, severity, strictest
from .returned import Returned
from .words import Channel, ConditionKind, Confidence, Jurisdiction, Level, Permission, Product, Status

__all__ = [
    "Act",
    "Decision",
    "DecisionCode",
    "DecisionReason",
    "Stop",
    "TripDecision",
    "decide",
    "decide_trip",
    "parse_age",
    "parse_policy",
    "parse_stops",
]


class Act(StrEnum):
    """What somebody wants to do."""

    SHIP = "ship"
    """Sell by mail to a buyer in the place: sale, the buyer's possession, rules on sale at a distance and import."""
    SELL = "sell"
    """Sell over a counter in the place."""
    POSSESS = "possess"
    """Have it in the place for one's own use."""


class DecisionCode(StrEnum):
    """What a reason is about; among reasons of one outcome the first in this list comes first."""

    ALLOWED = "allowed"
    """Nothing stands against the act."""
    BANNED = "banned"
    """The product is banned."""
    SALE_PROHIBITED = "sale-prohibited"
    """Its sale is prohibited."""
    POSSESSION_PROHIBITED = "possession-prohibited"
    """Its possession is prohibited."""
    PROHIBITED_IN_PRACTICE = "prohibited-in-practice"
    """The authorities treat its sale as prohibited, though the form of the law is a restriction."""
    REMOTE_SALE_PROHIBITED = "remote-sale-prohibited"
    """It may not be sold at a distance."""
    REPORTED_BAN = "reported-ban"
    """A tracker or list says that the product is banned, and no act, vote or report of either was found."""
    UNKNOWN = "unknown"
    """The law on the act is not known, wholly or in part."""
    UNDER_AGE = "under-age"
    """The buyer is too young."""
    SEVERAL_PLACES = "several-places"
    """The question may mean several places; the strictest was taken."""
    LOCAL_LAW = "local-law"
    """Places below have law of their own, which may be stricter."""
    UNLAWFUL_PURCHASE = "unlawful-purchase"
    """It may be held, and nobody may sell it."""
    APPROXIMATE = "approximate"
    """The place or a date of law is not known exactly."""
    STALE_DATA = "stale-data"
    """The data is old."""
    MISSING_AGE = "missing-age"
    """The law asks for an age, and the buyer's was not given."""
    UNMET_CONDITIONS = "unmet-conditions"
    """The law sets conditions that the policy does not say are met."""
    UNLISTED_CONDITIONS = "unlisted-conditions"
    """The act is restricted, and no condition for it is recorded."""
    LOW_CONFIDENCE = "low-confidence"
    """The evidence is one secondary source, or contradicts itself."""
    OLD_EVIDENCE = "old-evidence"
    """The evidence is old, or has no date."""
    PROJECTED = "projected"
    """A day lies in the future, or the data is too old to know the law of today."""


_SETTINGS = {
    DecisionCode.BANNED: "banned",
    DecisionCode.SALE_PROHIBITED: "prohibited",
    DecisionCode.POSSESSION_PROHIBITED: "prohibited",
    DecisionCode.PROHIBITED_IN_PRACTICE: "prohibited",
    DecisionCode.REMOTE_SALE_PROHIBITED: "prohibited",
    DecisionCode.REPORTED_BAN: "reported_ban",
    DecisionCode.UNKNOWN: "unknown",
    DecisionCode.UNDER_AGE: "under_age",
    DecisionCode.SEVERAL_PLACES: "local_law",
    DecisionCode.LOCAL_LAW: "local_law",
    DecisionCode.UNLAWFUL_PURCHASE: "unlawful_purchase",
    DecisionCode.APPROXIMATE: "approximate",
    DecisionCode.STALE_DATA: "stale",
    DecisionCode.MISSING_AGE: "missing_age",
    DecisionCode.UNMET_CONDITIONS: "unmet_conditions",
    DecisionCode.UNLISTED_CONDITIONS: "unlisted_conditions",
    DecisionCode.LOW_CONFIDENCE: "low_confidence",
    DecisionCode.OLD_EVIDENCE: "old_evidence",
    DecisionCode.PROJECTED: "projected",
}
"""The setting of a policy that says what a finding leads to."""
_STRENGTH = {code: place for place, code in enumerate(DecisionCode)}
_PROHIBITIONS = frozenset(list(DecisionCode)[1 : _STRENGTH[DecisionCode.UNDER_AGE] + 1])
"""The findings of which ``before_arrival`` decides where they come up after the first day."""
_NAMES = {Product.LEAF: "kratom leaf", Product.EXTRACT: "kratom extract", Product.SEVEN_OH: "7-OH"}
_WHY_UNKNOWN = {
    Reason.NO_RECORD: "there is no record of the place",
    Reason.BEFORE_COVERAGE: "the day lies before the first evidence",
    Reason.LAPSED: "a rule ended, and nothing newer is recorded",
    Reason.NO_EVIDENCE: "the evidence does not decide",
}
_AT_THE_COUNTER = frozenset({Channel.BEHIND_COUNTER, Channel.NO_VENDING, Channel.DISTANCE})
_AT_A_DISTANCE = frozenset({Channel.REMOTE_SALE, Channel.NO_REMOTE_SALE})
_OF_HOLDERS = frozenset(
    {
        ConditionKind.AGE,
        ConditionKind.ALKALOID_CAP,
        ConditionKind.FORM,
        ConditionKind.IMPORT_EXPORT,
        ConditionKind.LICENCE,
        ConditionKind.OTHER,
        ConditionKind.PRESCRIPTION,
        ConditionKind.SERVING,
    }
)
"""The kinds of conditions that may bind whoever has the product; the others bind sellers."""
_OLDEST_PERSON = 150
_DEFAULT = Policy()


@plain
class DecisionReason(Returned):
    """One finding that a decision rests on, and what the policy makes of it."""

    numbered: ClassVar[tuple[str, ...]] = (CITATIONS,)

    code: DecisionCode
    """What it is about."""
    outcome: Outcome
    """What it leads to under the policy; allow where the policy accepts it."""
    text: str
    """The finding as a sentence."""
    day: date
    """The first of the days in question on which it is so."""
    set_by: Jurisdiction | None
    """Whose law it is; None where it is nobody's in particular."""
    since: PartialDate | None
    """Since when the deciding law has said so; None when that is not known, or another law is meant."""
    citations: tuple[AnswerCitation, ...]
    """Where it is written."""

    def __str__(self) -> str:
        return f"{self.outcome}: {self.text}"


@plain
class Decision(Citing):
    """Whether an act is allowed, needs a review, or has to be refused, and why.

    It keeps its answers, the policy and the version of the data, so that it can be shown later why it was so. A
    decision has no truth value, because ``if decide(…)`` is always a mistake: ask ``decision.is_allowed``.

    Example:
        >>> import kratomlaw
        >>> decision = kratomlaw.decide("New Orleans, LA", act="ship", on="2026-01-15", age=30)
        >>> decision.outcome, decision.reasons[0].code, decision.reasons[0].set_by.name
        (<Outcome.REFUSE: 'refuse'>, <DecisionCode.BANNED: 'banned'>, 'Louisiana')
    """

    outcome: Outcome
    """The strictest outcome of the reasons."""
    act: Act
    """What was to be done."""
    product: Product
    """With what."""
    on: date
    """The first day that was judged: that of dispatch."""
    arrives: date
    """The last day that was judged: that of arrival."""
    age: int | None
    """The buyer's age in years; None where it was not given."""
    jurisdiction: Jurisdiction
    """The place at whose level it was judged."""
    unmatched: str | None
    """The locality in the question that has no record of its own; None when there is none."""
    reasons: tuple[DecisionReason, ...]
    """All findings, the strongest first; at least one."""
    min_age: int | None
    """The least age of a buyer in years on any of the days; None when the law sets none, and where nobody may buy."""
    requirements: tuple[AnswerCondition, ...]
    """The conditions that the law sets for the act on any of the days, met or not."""
    answers: tuple[Answer, ...]
    """The answers that it rests on: for the first day, for each day on which the law changes, for the last day."""
    policy: Policy
    """The policy that was applied."""
    dataset_version: str
    """The version of the data."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands against the act. False where it needs a review."""
        return self.outcome is Outcome.ALLOW

    @property
    def is_refused(self) -> bool:
        """Whether the act has to be refused. False where it needs a review."""
        return self.outcome is Outcome.REFUSE

    @property
    def needs_review(self) -> bool:
        """Whether a person has to look at it."""
        return self.outcome is Outcome.REVIEW

    def __bool__(self) -> bool:
        raise TypeError(
            "a decision has no truth value; ask decision.is_allowed, or compare decision.outcome with Outcome.ALLOW"
        )

    def __str__(self) -> str:
        where = f"{self.unmatched}, {self.jurisdiction}" if self.unmatched else str(self.jurisdiction)
        when = str(self.on) if self.on == self.arrives else f"{self.on} to {self.arrives}"
        age = "" if self.age is None else f", age {self.age}"
        further = sum(reason.outcome is not Outcome.ALLOW for reason in self.reasons[1:])
        more = f" [{further} more]" if further else ""
        return (
            f"{self.outcome.upper()} {self.act} {self.product}, {where}, {when}{age}: {self.reasons[0].text}{more} "
            f"[data {self.dataset_version}]"
        )


@plain
class TripDecision(Citing):
    """Whether a product may be carried through several places: each is judged for possession, day by day."""

    outcome: Outcome
    """The strictest outcome of the stops."""
    decisions: tuple[Decision, ...]
    """One for each stop, in their order; a stop lasts until the day of the next one."""
    product: Product
    """What is carried."""
    age: int | None
    """The traveller's age in years; None where it was not given."""
    policy: Policy
    """The policy that was applied."""
    dataset_version: str
    """The version of the data."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands against it at any stop."""
        return self.outcome is Outcome.ALLOW

    def __bool__(self) -> bool:
        raise TypeError("a decision has no truth value; ask decision.is_allowed")

    def __str__(self) -> str:
        strongest = max(self.decisions, key=lambda decision: severity(decision.outcome))
        stops = "1 stop" if len(self.decisions) == 1 else f"{len(self.decisions)} stops"
        return f"{self.outcome.upper()} trip with {self.product}, {stops}; {strongest}"


class _Finding(NamedTuple):
    """Something that was found in one answer, before the policy judges it."""

    code: DecisionCode
    text: str
    set_by: str | None = None
    """The code of the jurisdiction whose law it is."""


def decide(
    answers: Sequence[Answer], *, act: Act = Act.SHIP, age: int | None = None, policy: Policy | None = None
) -> Decision:
    """Decide whether something may be done on all of the days that answers are about.

    Args:
        answers: Answers for one place and product, oldest first: for the first day, for each day on which the law
            changes, and for the last day.
        act: What is to be done.
        age: The age of the buyer, or of whoever has the product, in whole years; None where it is not known.
        policy: What each finding leads to; None for the default policy.

    Returns:
        The decision, with its reasons, the strongest first.

    Raises:
        InvalidQueryError: There is no answer, or the answers are not in the order of their days.
    """
    if not answers or any(earlier.on > later.on for earlier, later in pairwise(answers)):
        raise InvalidQueryError(
            "A decision needs answers, oldest first.", hint="Pass one answer, or several by their days."
        )
    policy = policy or _DEFAULT
    first, last = answers[0], answers[-1]
    reasons = _reasons(answers, act, age, policy)
    outcome = strictest(reason.outcome for reason in reasons)
    if outcome is Outcome.ALLOW:
        reasons.append(_judged(_allowed(first, act), first, policy, later=False))
    required = (each for answer in answers for each in answer.conditions if _is_required(each, act, answer))
    return Decision(
        outcome=outcome,
        act=act,
        product=first.product,
        on=first.on,
        arrives=last.on,
        age=age,
        jurisdiction=first.jurisdiction,
        unmatched=first.unmatched,
        reasons=tuple(sorted(reasons, key=lambda reason: (-severity(reason.outcome), _STRENGTH[reason.code]))),
        min_age=max((_least_age(answer, act) for answer in answers), default=0) or None,
        requirements=tuple(dict.fromkeys(required)),
        answers=tuple(answers),
        policy=policy,
        dataset_version=first.dataset_version,
    )


def decide_trip(decisions: Sequence[Decision]) -> TripDecision:
    """Put the decisions on the stops of a trip together.

    Args:
        decisions: One for each stop, in their order, of one product, one age and one policy.

    Returns:
        The decision on the trip: the strictest of its stops.

    Raises:
        InvalidQueryError: There are none.
    """
    if not decisions:
        raise InvalidQueryError(
            "A trip needs at least one stop.", hint='Pass stops as in [("Denver, CO", "2026-12-01")].'
        )
    first = decisions[0]
    return TripDecision(
        outcome=strictest(decision.outcome for decision in decisions),
        decisions=tuple(decisions),
        product=first.product,
        age=first.age,
        policy=first.policy,
        dataset_version=first.dataset_version,
    )


def parse_age(age: object) -> int | None:
    """Check an age.

    Args:
        age: Whole years, or None.

    Raises:
        InvalidQueryError: It is not a number of whole years, or nobody is that old.

    Example:
        >>> parse_age(21)
        21
    """
    if age is None or (type(age) is int and 0 <= age <= _OLDEST_PERSON):
        return age
    hint = "Pass whole years as a number, as in age=21; leave it out where it is not known."
    if isinstance(age, bool) or not isinstance(age, SupportsIndex):  # whole numbers of other libraries count too
        raise InvalidQueryError(f"An age cannot be {age!r:.40}.", hint=hint)
    years = index(age)
    if not 0 <= years <= _OLDEST_PERSON:
        raise InvalidQueryError(f"Nobody is {years} years old.", hint=hint)
    return years


def parse_policy(policy: object) -> Policy:
    """Check a policy; None stands for the default one.

    Raises:
        InvalidQueryError: It is something else.

    Example:
        >>> parse_policy(None) == Policy()
        True
    """
    if policy is None:
        return _DEFAULT
    if isinstance(policy, Policy):
        return policy
    raise InvalidQueryError(
        f"A policy cannot be of type {type(policy).__name__}.",
        hint="Make one with Policy(…), or read one with Policy.from_json(…).",
    )


class Stop(NamedTuple):
    """A stop of a trip."""

    place: str | Jurisdiction
    """Where."""
    arrives: date
    """Its first day."""
    leaves: date
    """Its last day: that of the next stop, or the first where it is the last stop."""


def parse_stops(stops: Iterable[tuple[str | Jurisdiction, date | str]], *, today: date) -> tuple[Stop, ...]:
    """Check the stops of a trip, and find out until when each lasts.

    Args:
        stops: Pairs of a place and the day of arrival there, in the order of the trip.
        today: The day that None stands for.

    Raises:
        InvalidQueryError: There are none, one is no pair, a day is invalid, or the days are not in order.

    Example:
        >>> stops = parse_stops([("US-TX", "2026-12-01"), ("US-UT", "2026-12-03")], today=date(2026, 11, 30))
        >>> [str(stop.leaves) for stop in stops]
        ['2026-12-03', '2026-12-03']
    """
    hint = 'Pass stops as in [("Denver, CO", "2026-12-01"), ("US-UT", "2026-12-03")].'
    if isinstance(stops, str) or not isinstance(stops, Iterable):
        raise InvalidQueryError("The stops of a trip are not a collection.", hint=hint)
    found: list[tuple[str | Jurisdiction, date]] = []
    for stop in stops:
        if not isinstance(stop, (tuple, list)) or len(stop) != 2:
            raise InvalidQueryError(f"A stop cannot be {stop!r:.60}.", hint=hint)
        found.append((stop[0], parse_on(stop[1], today=today)))
    if not found:
        raise InvalidQueryError("A trip needs at least one stop.", hint=hint)
    for (_, earlier), (_, later) in pairwise(found):
        if later < earlier:
            raise InvalidQueryError(
                f"The stop of {later} comes after that of {earlier}.", hint="Give the stops in the order of the trip."
            )
    leaves = [day for _, day in found[1:]] + [found[-1][1]]
    return tuple(Stop(place, day, last) for (place, day), last in zip(found, leaves, strict=True))


def _reasons(answers: Sequence[Answer], act: Act, age: int | None, policy: Policy) -> list[DecisionReason]:
    """What was found on any of the days, each once, with the strictest outcome that it has on any day."""
    found: dict[_Finding, DecisionReason] = {}
    for answer in answers:
        for finding in _findings(answer, act, age, policy):
            reason = _judged(finding, answer, policy, later=answer.on > answers[0].on)
            known = found.setdefault(finding, reason)
            if severity(reason.outcome) > severity(known.outcome):
                found[finding] = replace(known, outcome=reason.outcome)
    return list(found.values())


def _judged(finding: _Finding, answer: Answer, policy: Policy, *, later: bool) -> DecisionReason:
    """What a policy makes of a finding."""
    begins_later = later and finding.code in _PROHIBITIONS
    setting = "before_arrival" if begins_later else _SETTINGS.get(finding.code)
    outcome: Outcome = getattr(policy, setting) if setting else Outcome.ALLOW
    set_by = next((place for place in answer.chain if place.code == finding.set_by), None)
    is_deciding = set_by is not None and set_by == answer.decided_by
    return DecisionReason(
        code=finding.code,
        outcome=outcome,
        text=f"From {answer.on}: {finding.text}" if begins_later else _capital(finding.text),
        day=answer.on,
        set_by=set_by,
        since=answer.since if is_deciding else None,
        citations=tuple(each for each in answer.citations if set_by is None or each.set_by == set_by.code),
    )


def _findings(answer: Answer, act: Act, age: int | None, policy: Policy) -> Iterator[_Finding]:
    """What speaks against an act, or makes it doubtful, on the day of one answer."""
    yield from _prohibitions(answer, act)
    yield from _ages(answer, act, age)
    yield from _other_places(answer)
    yield from _conditions(answer, act, policy)
    yield from _doubts(answer, policy)


def _prohibitions(answer: Answer, act: Act) -> Iterator[_Finding]:
    """What is prohibited, and what is not known and may be."""
    product, place = _NAMES[answer.product], _place(answer)
    decided_by = answer.decided_by.code if answer.decided_by else None
    no_sale = Permission.PROHIBITED in (answer.sale, answer.sale_in_practice)
    may_be_held = answer.possession is not Permission.PROHIBITED
    permissions = _permissions(answer, act)
    if answer.status is Status.BANNED and not (act is Act.POSSESS and no_sale and may_be_held):
        says = f"sale {answer.sale}, possession {answer.possession}"
        if answer.is_reported:
            text = f"{product} is reported to be banned in {place}, which is not proven: {says}."
            yield _Finding(DecisionCode.REPORTED_BAN, text, decided_by)
        else:
            yield _Finding(DecisionCode.BANNED, f"{product} is banned in {place}: {says}.", decided_by)
        if act is not Act.POSSESS:
            yield from _practice(answer, decided_by)
        return
    for name, code, permission, partly_unknown in permissions:
        if permission is Permission.PROHIBITED:
            yield _Finding(code, f"{name.capitalize()} of {product} is prohibited in {place}.", decided_by)
        elif permission is Permission.UNKNOWN and answer.status is not Status.UNKNOWN:
            text = f"Whether {name} of {product} is allowed in {place} is not known."
            yield _Finding(DecisionCode.UNKNOWN, text, decided_by)
        elif partly_unknown and answer.status is not Status.UNKNOWN:
            text = f"One of the laws that apply in {place} is not known as far as {name} goes; it may be stricter."
            yield _Finding(DecisionCode.UNKNOWN, text)
    if answer.status is Status.UNKNOWN:
        why = f": {_WHY_UNKNOWN[answer.reason]}" if answer.reason else ""
        yield _Finding(DecisionCode.UNKNOWN, f"Whether {product} is legal in {place} is not known{why}.")
    if act is Act.POSSESS:
        if no_sale and may_be_held:
            text = f"{product} may not be sold in {place}, and may be held."
            yield _Finding(DecisionCode.UNLAWFUL_PURCHASE, text, decided_by)
    else:
        yield from _practice(answer, decided_by)


def _practice(answer: Answer, decided_by: str | None) -> Iterator[_Finding]:
    """Whether the authorities treat the sale as prohibited, though the form of the law is milder or not proven."""
    if answer.sale_in_practice is Permission.PROHIBITED:
        product, place = _NAMES[answer.product], _place(answer)
        text = f"The authorities treat the sale of {product} in {place} as prohibited."
        yield _Finding(DecisionCode.PROHIBITED_IN_PRACTICE, text, decided_by)


def _permissions(answer: Answer, act: Act) -> Iterator[tuple[str, DecisionCode, Permission, bool]]:
    """The permissions that an act rests on."""
    if act is not Act.POSSESS:
        yield "sale", DecisionCode.SALE_PROHIBITED, answer.sale, answer.sale_partly_unknown
    if act is not Act.SELL:
        yield (
            "possession",
            DecisionCode.POSSESSION_PROHIBITED,
            answer.possession,
            answer.possession_partly_unknown,
        )


def _ages(answer: Answer, act: Act, age: int | None) -> Iterator[_Finding]:
    least = _least_age(answer, act)
    if not least:
        return
    set_by = next((each.set_by for each in answer.conditions if each.age == least), None)
    person = "holder" if act is Act.POSSESS else "buyer"
    if age is None:
        text = f"The least age in {_place(answer)} is {least}, and the age of the {person} was not given."
        yield _Finding(DecisionCode.MISSING_AGE, text, set_by)
    elif age < least:
        text = f"The least age in {_place(answer)} is {least}, and the {person} is {age}."
        yield _Finding(DecisionCode.UNDER_AGE, text, set_by)


def _least_age(answer: Answer, act: Act) -> int:
    """The highest of the ages that the law asks for; 0 where it asks for none."""
    ages = [each.age for each in answer.conditions if each.age and _is_required(each, act, answer)]
    return max([answer.min_age or 0, *ages])


def _other_places(answer: Answer) -> Iterator[_Finding]:
    """Whether another place may be meant, or one below may have stricter law."""
    where = _place(answer)
    if answer.candidates:
        names = ", ".join(place.name for place in answer.candidates)
        text = f"The question may mean one of several places ({names}); the strictest law was taken."
        yield _Finding(DecisionCode.SEVERAL_PLACES, text)
    if answer.unmatched is None:
        if answer.local_rules:
            text = f"Places in {where} have law of their own, which may be stricter: name the city or county."
            yield _Finding(DecisionCode.LOCAL_LAW, text)
    elif answer.did_you_mean:
        names = " or ".join(place.name for place in answer.did_you_mean)
        yield _Finding(DecisionCode.LOCAL_LAW, f"{names}, spelt like {answer.unmatched}, has law of its own.")
    elif answer.local_rules and answer.certainty is Certainty.APPROXIMATE:
        inside = answer.jurisdiction.name
        text = f"Some places in {inside} have law of their own, and it is not known which reaches {answer.unmatched}."
        yield _Finding(DecisionCode.LOCAL_LAW, text)


def _conditions(answer: Answer, act: Act, policy: Policy) -> Iterator[_Finding]:
    """What sale at a distance, and the conditions for the act, lead to."""
    names = {place.code: place.name for place in answer.chain}
    required = [each for each in answer.conditions if _is_required(each, act, answer)]
    unmet: dict[str, list[ConditionKind]] = {}
    for each in required:
        if act is Act.SHIP and Channel.NO_REMOTE_SALE in each.channels:
            text = f"{names.get(each.set_by, each.set_by)} forbids sale at a distance: {each.text}"
            yield _Finding(DecisionCode.REMOTE_SALE_PROHIBITED, text, each.set_by)
        elif each.kind not in policy.meets:
            unmet.setdefault(each.set_by, []).append(each.kind)
    for set_by, kinds in unmet.items():
        text = (
            f"{names.get(set_by, set_by)} sets conditions that the policy does not say are met: "
            f"{', '.join(dict.fromkeys(kinds))}."
        )
        yield _Finding(DecisionCode.UNMET_CONDITIONS, text, set_by)
    restricted = any(each[2] is Permission.RESTRICTED for each in _permissions(answer, act))
    restricted |= act is not Act.POSSESS and answer.sale_in_practice is Permission.RESTRICTED
    known = required if act is Act.POSSESS else answer.conditions
    if restricted and not known and not answer.min_age:
        text = f"{_NAMES[answer.product]} is restricted in {_place(answer)}, and no condition for it is recorded."
        yield _Finding(DecisionCode.UNLISTED_CONDITIONS, text, answer.decided_by.code if answer.decided_by else None)


def _is_required(condition: AnswerCondition, act: Act, answer: Answer) -> bool:
    """Whether whoever acts has to meet a condition: a notice in a shop says nothing to somebody who sends parcels."""
    channels = frozenset(condition.channels)
    if act is Act.SHIP:
        return not channels or not channels <= _AT_THE_COUNTER
    if channels and channels <= _AT_A_DISTANCE:
        return False
    if act is Act.SELL:
        return True
    is_bound = answer.possession is Permission.RESTRICTED or condition.kind is ConditionKind.IMPORT_EXPORT
    return is_bound and condition.kind in _OF_HOLDERS


def _doubts(answer: Answer, policy: Policy) -> Iterator[_Finding]:
    """How sure and how well evidenced an answer is."""
    decided_by = answer.decided_by.code if answer.decided_by else None
    if answer.certainty is Certainty.APPROXIMATE:
        text = "The place or a date of law is not known exactly; the strictest reading was taken."
        yield _Finding(DecisionCode.APPROXIMATE, text)
    elif answer.certainty is Certainty.PROJECTED:
        yield _Finding(DecisionCode.PROJECTED, "The data does not reach this day: this is the law as it is scheduled.")
    if answer.stale:
        yield _Finding(DecisionCode.STALE_DATA, f"The data is old (version {answer.dataset_version}).")
    if answer.confidence is Confidence.LOW:
        text = "The evidence is one secondary source, or contradicts itself."
        yield _Finding(DecisionCode.LOW_CONFIDENCE, text, decided_by)
    through = answer.evidence_through
    if through is None:
        yield _Finding(DecisionCode.OLD_EVIDENCE, "The evidence has no date.", decided_by)
    elif (answer.on - through.earliest).days > policy.max_evidence_age_days:
        text = f"The newest evidence is of {through}."
        yield _Finding(DecisionCode.OLD_EVIDENCE, text, decided_by)


def _allowed(answer: Answer, act: Act) -> _Finding:
    doing = {Act.SHIP: "sent to a buyer", Act.SELL: "sold", Act.POSSESS: "held"}[act]
    text = f"{_NAMES[answer.product]} may be {doing} in {_place(answer)}."
    return _Finding(DecisionCode.ALLOWED, text, answer.decided_by.code if answer.decided_by else None)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _place(answer: Answer) -> str:
    """The place of an answer in a sentence: "Denver, Colorado"."""
    state = next((place.name for place in answer.chain if place.level is Level.STATE), None)
    names = (answer.unmatched, answer.jurisdiction.name, state)
    return ", ".join(dict.fromkeys(name for name in names if name))
