"""Which facts does a person see, and in which words? Labels, values and sentences, the same on every surface.

A terminal, a notebook, an assistant and a page of the site show the same facts of an answer in the same order. They
add only their own form: colour, markup, links. Whoever adds a fact adds it here.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from .law.answers import Answer, AnswerCitation, AnswerPending, Certainty, EffectivePeriod, Reason
from .law.records import Citation
from .law.words import Host, Permission, Product, Standing, Status

if TYPE_CHECKING:  # whoever shows a decision has made one; a lookup shall not wait for them
    from .law.decisions import Decision, DecisionReason, TripDecision

__all__ = [
    "PRODUCT_NAMES",
    "UNKNOWN_IS_NOT_LEGAL",
    "Fact",
    "Section",
    "Span",
    "bill_end",
    "cautions",
    "citation_line",
    "citation_origin",
    "days_of",
    "decision_title",
    "decision_words",
    "evidence_of",
    "facts",
    "in_a_sentence",
    "pending_for",
    "period_summary",
    "place_name",
    "reason_line",
    "requirement_lines",
    "sections",
    "span_of",
    "trip_title",
    "web_address",
    "who",
]

PRODUCT_NAMES = {Product.LEAF: "Kratom leaf", Product.EXTRACT: "Kratom extract", Product.SEVEN_OH: "7-OH"}
"""What each product is called in a title."""

UNKNOWN_IS_NOT_LEGAL = "Unknown never means legal."
"""The sentence that goes with every unknown status."""

_REPORTED: Mapping[Status, str] = {
    status: f"This {what} is reported, not proven: a list names it, and no act, vote or report of either was found. "
    "Act as if it were in force."
    for status, what in ((Status.BANNED, "ban"), (Status.RESTRICTED, "restriction"))
}
"""The sentence that goes with a law that is only reported."""
_STALE = "The data is old, so that newer law may be missing from it."
_WHY_UNKNOWN: Mapping[Reason, str] = {
    Reason.NO_RECORD: "nobody has recorded this place yet",
    Reason.BEFORE_COVERAGE: "the day lies before the oldest evidence",
    Reason.LAPSED: "a temporary rule ended and nothing newer is recorded",
    Reason.NO_EVIDENCE: "the law was searched for and the evidence does not decide",
}
_STANDINGS: Mapping[Standing, str] = {
    Standing.PROVEN: "proven",
    Standing.REPORTED: "reported: a tracker or list alone says so",
}
_HOSTS: Mapping[Host, str] = {
    Host.OFFICIAL: "official site",
    Host.COPY: "copy of the code",
    Host.PRESS: "printed in the press",
    Host.PRIVATE: "private site",
}
"""Whose site the text of a law was read at."""
_DOING: Mapping[str, str] = {"ship": "ship {} to", "sell": "sell {} in", "possess": "have {} in"}
"""What is done where, by act."""
_HOW_CERTAIN: Mapping[Certainty, str] = {
    Certainty.EXACT: "exact",
    Certainty.PROJECTED: "projected: the day lies in the future, or the data is old; this is the law as scheduled",
    Certainty.APPROXIMATE: "approximate: the place or a date of law is not known exactly, and this is the strictest "
    "reading",
}


class Fact(NamedTuple):
    """One fact of an answer."""

    key: str
    """What programs know it by."""
    label: str
    """What people read before the value; in lower case."""
    value: str
    """The value, as plain text on one line."""
    word: Status | Permission | None = None
    """The status or permission that the value is, for surfaces with colours; None for other values."""
    in_title: bool = False
    """Whether a title says it too: a surface with a title may leave it out."""
    shared: bool = False
    """Whether it is usually the same for every product: a surface with several products may show equal ones once."""


class Section(NamedTuple):
    """A list of an answer that is longer than a fact."""

    title: str
    """What it lists."""
    lines: tuple[str, ...]
    """Its items, as plain text; never empty."""


class Span(NamedTuple):
    """When a period begins and ends, as precisely as the evidence says."""

    begin: str
    """``2025-08-01``, ``before 2016-05-01``, or ``during 2017`` where nothing more is known of begin and end."""
    end: str
    """The first day, month or year after it; empty when no end is known, or when ``begin`` says it."""


def facts(answer: Answer) -> tuple[Fact, ...]:
    """List the facts of an answer, in the order in which people read them; what does not apply is left out.

    Args:
        answer: What a lookup returned.

    Returns:
        The facts; sections such as the conditions are in ``sections``.

    Example:
        >>> import kratomlaw
        >>> answer = kratomlaw.lookup("US-LA", on="2026-01-15")
        >>> [(fact.label, fact.value) for fact in facts(answer)][:2]
        [('status', 'banned'), ('sale', 'prohibited')]
    """
    return (*_of_the_law(answer), *_of_the_evidence(answer))


def _of_the_law(answer: Answer) -> Iterator[Fact]:
    """What holds: status, dates, whose law it is, what comes next."""
    yield Fact("status", "status", answer.word, answer.status, in_title=True)
    yield Fact("sale", "sale", answer.sale.value, answer.sale)
    yield Fact("possession", "possession", answer.possession.value, answer.possession)
    milder = (Permission.ALLOWED, Permission.RESTRICTED)
    acts = [
        act
        for act, permission, is_partly_unknown in (
            ("sale", answer.sale, answer.sale_partly_unknown),
            ("possession", answer.possession, answer.possession_partly_unknown),
        )
        if is_partly_unknown and permission in milder
    ]
    if acts:
        yield Fact("partly_unknown", "not known", f"part of the law on {' and '.join(acts)}, which may be stricter")
    if answer.sale_in_practice:
        practice = f"the authorities treat the sale as {answer.sale_in_practice}"
        yield Fact("sale_in_practice", "in practice", practice, answer.sale_in_practice)
    if answer.buyer_age:
        yield Fact("min_age", "minimum age", str(answer.buyer_age), in_title=True)
    elif answer.min_age:
        yield Fact("min_age", "minimum age", f"{answer.min_age}, if the report of the ban is false")
    yield Fact("product", "product", answer.product.value, in_title=True)
    yield Fact("on", "on", str(answer.on), in_title=True)
    yield from _of_the_place(answer)
    if answer.since:
        yield Fact("since", "since", str(answer.since))
    if answer.until:
        yield Fact("until", "until", str(answer.until))
    if answer.decided_by:
        yield Fact("decided_by", "decided by", str(answer.decided_by))
    if answer.reason:
        yield Fact("reason", "why unknown", _WHY_UNKNOWN[answer.reason])
    if answer.next_change:
        yield Fact("next_change", "next change", f"{answer.next_change.on}: {answer.next_change.after}")
    if answer.penalty:
        yield Fact("penalty", "penalty", answer.penalty, shared=True)


def _of_the_place(answer: Answer) -> Iterator[Fact]:
    """How the place of the question was understood, where that is not plain."""
    if answer.candidates:
        where = f"{_listed(answer.candidates)}: the strictest of them is shown"
        yield Fact("candidates", "may lie in", where, shared=True)
    elif answer.unmatched:
        where = f"{answer.unmatched}: this is the answer for {answer.jurisdiction.name} as a whole"
        yield Fact("unmatched", "not recorded", where, shared=True)
    if answer.did_you_mean:
        yield Fact("did_you_mean", "did you mean", _listed(answer.did_you_mean), shared=True)


def _of_the_evidence(answer: Answer) -> Iterator[Fact]:
    """How much the answer can be relied on."""
    if answer.standing:
        yield Fact("standing", "standing", _STANDINGS[answer.standing])
    yield Fact("confidence", "confidence", answer.confidence.value if answer.confidence else "none")
    yield Fact("certainty", "certainty", _HOW_CERTAIN[answer.certainty])
    if answer.verified_on:
        yield Fact("verified_on", "last verified", str(answer.verified_on))
    if answer.evidence_through:
        yield Fact("evidence_through", "evidence to", str(answer.evidence_through))
    if answer.local_rules:
        below = f"{answer.local_rules} places below have records of their own and may be stricter"
        yield Fact("local_rules", "rules below", below, shared=True)
    if answer.overlaid:
        yield Fact("overlaid", "own records", _listed(answer.overlaid), shared=True)
    stale = ", stale" if answer.stale else ""
    yield Fact("dataset_version", "data version", f"{answer.dataset_version}{stale}", shared=True)


def in_a_sentence(product: Product) -> str:
    """Name a product inside a sentence.

    Example:
        >>> in_a_sentence(Product.LEAF), in_a_sentence(Product.SEVEN_OH)
        ('kratom leaf', '7-OH')
    """
    name = PRODUCT_NAMES[product]
    return name[0].lower() + name[1:]


def cautions(answer: Answer) -> tuple[str, ...]:
    """List the sentences that no surface may leave out.

    Example:
        >>> import kratomlaw
        >>> cautions(kratomlaw.lookup("Antarctica", on="2026-01-15"))
        ('Unknown never means legal.',)
    """
    unknown = (UNKNOWN_IS_NOT_LEGAL,) if answer.status is Status.UNKNOWN else ()
    reported = (_REPORTED[answer.status],) if answer.is_reported and answer.status in _REPORTED else ()
    return (*unknown, *reported, *((_STALE,) if answer.stale else ()))


def sections(answer: Answer) -> tuple[Section, ...]:
    """List the conditions, advisories and pending steps of an answer as lines; its sources are ``citation_line``.

    Example:
        >>> import kratomlaw
        >>> answer = kratomlaw.lookup("Nashville, TN", on="2026-01-15")
        >>> [section.title for section in sections(answer)][:2]
        ['Conditions', 'Advisories, short of binding law']
    """
    found = (
        Section("Conditions", tuple(f"{rule.kind}: {rule.text} ({rule.set_by})" for rule in answer.conditions)),
        Section(
            "Advisories, short of binding law",
            tuple(f"{said.issuer} ({said.since}): {said.text}" for said in answer.advisories),
        ),
        Section(
            "Pending, not law",
            tuple(
                f"{bill.title}: {bill.step.rstrip('.')} ({bill.on}{bill_end(bill)}). {bill.effect}"
                for bill in answer.pending
            ),
        ),
    )
    return tuple(section for section in found if section.lines)


def pending_for(answer: Answer) -> tuple[AnswerPending, ...]:
    """List what is pending and would change the law on the product that was asked for.

    Bills that would not change the status of the leaf, or are about other products, are left out of an answer on the
    leaf; lapsed ones out of every answer.

    Example:
        >>> import kratomlaw
        >>> answer = kratomlaw.lookup("New Orleans, LA", on="2026-11-23")
        >>> len(answer.pending) > 0, pending_for(answer)
        (True, ())
    """
    concerns_all = answer.product is not Product.LEAF
    return tuple(bill for bill in answer.pending if not bill.lapsed and (concerns_all or bill.would_be))


def bill_end(bill: AnswerPending) -> str:
    """Say when a pending step lapses or lapsed, to go after its date; empty where it has no end, or none is known.

    Example:
        >>> import kratomlaw
        >>> [bill_end(bill) for bill in kratomlaw.lookup("US-OH", on="2026-11-30").pending][-1]
        ', lapses on 2027-01-03'
        >>> [bill_end(bill) for bill in kratomlaw.lookup("US-OH", on="2027-02-01").pending][-1]
        ', lapsed on 2027-01-03'
    """
    if bill.lapses_on is None:
        return ""
    return f", {'lapsed' if bill.lapsed else 'lapses'} on {bill.lapses_on}"


def place_name(answer: "Answer | Decision") -> str:
    """Name the place of an answer or a decision, with the locality that has no record of its own.

    Example:
        >>> import kratomlaw
        >>> place_name(kratomlaw.lookup("Nashville, TN"))
        'Nashville, Tennessee (US-TN)'
    """
    return f"{answer.unmatched}, {answer.jurisdiction}" if answer.unmatched else str(answer.jurisdiction)


def span_of(period: EffectivePeriod) -> Span:
    """Say when a period begins and ends.

    Example:
        >>> import kratomlaw
        >>> [span_of(period) for period in kratomlaw.timeline("Rhode Island")][:2]
        [Span(begin='during 2017', end=''), Span(begin='2017', end='2026-04-01')]
    """
    if period.since is not None and period.since == period.until:  # "2017" is all that the evidence says
        return Span(f"during {period.since}", "")
    return Span(str(period.since or f"before {period.first_day}"), str(period.until or ""))


def period_summary(period: EffectivePeriod) -> str:
    """Say what the law of a period is, and whose law it is, or why it is unknown.

    Example:
        >>> import kratomlaw
        >>> period_summary(kratomlaw.timeline("US-LA")[-1]).partition(":")[0]
        'US-LA'
    """
    if period.decided_by:
        return f"{period.decided_by.code}: {period.summary}"
    return f"{period.reason}: {period.summary}" if period.summary else str(period.reason or "")


def citation_origin(citation: Citation) -> str:
    """Say what sort of text is cited, of when, and of which place: what stands in brackets after its title.

    Example:
        >>> from kratomlaw import CitationKind
        >>> citation_origin(Citation(title="Act 41", kind=CitationKind.STATUTE, supports="The ban."))
        'statute'
    """
    published = f", {citation.published}" if citation.published else ""
    published += f", {_HOSTS[citation.host]}" if citation.host and citation.kind.is_primary else ""
    published += ", silent" if citation.silent else ""
    place = f"; {citation.set_by}" if isinstance(citation, AnswerCitation) else ""
    return f"{citation.kind}{published}{place}"


def citation_line(citation: Citation) -> str:
    """Say on one line where a fact is written.

    Example:
        >>> from kratomlaw import CitationKind
        >>> citation_line(Citation(title="Act 41", kind=CitationKind.STATUTE, supports="The ban."))
        'Act 41 (statute): The ban.'
    """
    return f"{citation.title} ({citation_origin(citation)}): {citation.supports} {citation.url or ''}".rstrip()


def decision_title(decision: "Decision") -> str:
    """Say what was to be done with which product, and where; the outcome goes before it.

    Example:
        >>> import kratomlaw
        >>> decision_title(kratomlaw.decide("Nashville, TN", on="2026-10-01"))
        'ship kratom leaf to Nashville, Tennessee (US-TN)'
    """
    return f"{_DOING[decision.act].format(in_a_sentence(decision.product))} {place_name(decision)}"


def trip_title(trip: "TripDecision") -> str:
    """Say what was to be carried, and through how many stops; the outcome goes before it.

    Example:
        >>> import kratomlaw
        >>> trip_title(kratomlaw.decide_trip([("US-TX", "2026-10-01")]))
        'carry kratom leaf through 1 stop'
    """
    stops = "1 stop" if len(trip.decisions) == 1 else f"{len(trip.decisions)} stops"
    return f"carry {in_a_sentence(trip.product)} through {stops}"


def days_of(decision: "Decision") -> str:
    """Say on which day or days a decision was judged.

    Example:
        >>> import kratomlaw
        >>> days_of(kratomlaw.decide("US-TX", on="2026-10-01", arrives="2026-10-04"))
        '2026-10-01 to 2026-10-04'
    """
    return str(decision.on) if decision.on == decision.arrives else f"{decision.on} to {decision.arrives}"


def who(age: int | None, person: str) -> str:
    """Say how old somebody is.

    Example:
        >>> who(30, "buyer"), who(None, "traveller")
        ('the buyer is 30', 'the age of the traveller is not given')
    """
    return f"the age of the {person} is not given" if age is None else f"the {person} is {age}"


def decision_words(decision: "Decision") -> str:
    """Say for when and for whom a decision was judged: what stands below its title.

    Example:
        >>> import kratomlaw
        >>> decision_words(kratomlaw.decide("US-TX", on="2026-10-01", act="possess"))
        '2026-10-01; the age of the holder is not given'
    """
    return f"{days_of(decision)}; {who(decision.age, 'holder' if decision.act == 'possess' else 'buyer')}"


def reason_line(reason: "DecisionReason") -> Fact:
    """Say what a reason leads to, what it is, and whose law it is.

    Returns:
        The outcome, or ``accepted`` where the policy accepts the finding, and the finding as a sentence.

    Example:
        >>> import kratomlaw
        >>> reason = kratomlaw.decide("US-LA", on="2026-01-15").reasons[0]
        >>> reason_line(reason).label, reason_line(reason).value.partition("[")[2]
        ('refuse', 'Louisiana (US-LA), since 2025-08-01]')
    """
    accepted = reason.outcome == "allow" and reason.code != "allowed"
    since = f", since {reason.since}" if reason.since else ""
    text = f"{reason.text} [{reason.set_by}{since}]" if reason.set_by else reason.text
    return Fact(reason.code, "accepted" if accepted else reason.outcome.value, text)


def requirement_lines(decision: "Decision") -> tuple[str, ...]:
    """List the conditions that the law sets for the act, and say which of them the policy says are met.

    Example:
        >>> import kratomlaw
        >>> decision = kratomlaw.decide("US-NV", on="2026-10-01", age=30, policy=kratomlaw.Policy(meets={"age"}))
        >>> requirement_lines(decision)[0].partition(":")[0]
        'age, met'
    """
    met = decision.policy.meets
    return tuple(
        f"{each.kind}{', met' if each.kind in met else ''}: {each.text} ({each.set_by})"
        for each in decision.requirements
    )


def evidence_of(decisions: "Iterable[Decision]") -> str:
    """Say how far the evidence behind decisions reaches, of several answers the least far.

    Example:
        >>> import kratomlaw
        >>> evidence_of([kratomlaw.decide("AQ", on="2026-01-15")])
        'no dated source'
    """
    reached = [answer.evidence_through for decision in decisions for answer in decision.answers]
    dated = [each for each in reached if each is not None]
    return str(min(dated)) if dated and len(dated) == len(reached) else "no dated source"


def web_address(url: str | None) -> str | None:
    """Return an address that may become a link; None for anything that is not on the web.

    Example:
        >>> web_address("https://legis.la.gov"), web_address("javascript:alert(1)")
        ('https://legis.la.gov', None)
    """
    return url if url and url.startswith(("https://", "http://")) else None


def _listed(places: Iterable[object]) -> str:
    return ", ".join(map(str, places))
