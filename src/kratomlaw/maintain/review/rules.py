"""What would an experienced coder ask about a record? Rules of the codebook that need judgement, one function each.

``kratomlaw.data.checks`` refuses what no record may ever say. The rules here need more than the record itself, such as
the day or the other records, or are right nearly always and not always. A new rule is a function listed in ``RULES``.
"""

import ipaddress
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from ...law import words
from ...law.answers import LegalPosition
from ...law.dates import PartialDate
from ...law.engine import evidence_through, position_of, product_rule
from ...law.records import Advisory, Citation, Pending, Period, Record
from ...law.words import CitationKind, Confidence, Product, Status
from ...places.names import normalize_name
from .findings import Severity
from .values import missing_values, stray_values

__all__ = ["NOT_READ", "RULES", "Advice", "LintContext", "Rule", "advise", "lint_context", "rule_name"]

_FROM_MILD_TO_STRICT = (Status.LEGAL, Status.RESTRICTED, Status.BANNED)
_ENACTED = re.compile(
    r"\benact|\bsigned|\bchapter|\bbecame law|\bpublic (act|law)|\bact \d|\boverr(id|od)|\bin force|"
    r"\btook effect|\bwithout (the governor's )?signature|\bapproved by the governor",
    re.IGNORECASE,
)
_NOT_AN_AUTHORITY = re.compile(
    r"kratom|kraoma|speciosa|mitragyn|botanical|herbal|vape|blog|shop|store\b|wordpress|substack|medium\.com|"
    r"reddit|quora|facebook|twitter|tumblr|instagram|youtube|ecency|steemit|forum|chapact|erowid|shaman-australis",
    re.IGNORECASE,
)
"""Words in the hosts of blogs, forums and sellers."""
_AUTHORITY = re.compile(r"(^|\.)(gov|gouv|gob|go|gv|govt|mil|int)(\.[a-z]{2})?$", re.IGNORECASE)
_SHORTENERS = frozenset({"bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "is.gd", "buff.ly", "lnkd.in"})
_SEARCHES = re.compile(r"(^|&)(s|q|query|search|searchterm|keyword)=", re.IGNORECASE)
_SESSIONS = re.compile(r"jsessionid|phpsessid|[?&]sid=", re.IGNORECASE)
_NEWEST_SOURCE = re.compile(r"Newest source read is dated \d{4}")
_MONTHS_TO_WAIT = 18
NOT_READ = "NOT READ YET"
"""How the effect of a proposed bill begins until a maintainer has read it."""
_DAYS_AHEAD = 90
"""How many days a check may be newer than the evidence before a reader has to be told."""
_BILL = re.compile(
    r"^(?:[HS]|AB|HB|SB|HF|SF|LB|A|HR|SR)\.? ?\d|\b(?:House|Senate|Assembly) (?:Bill|bill)|"
    r"\b(?:Congress|General Assembly|General Court|P\. del S\.)"
)
"""How the titles of bills before a legislature begin, or what they name."""


class Advice(NamedTuple):
    """What one rule says of one place in a record."""

    severity: Severity
    key: str
    """Where in the record, as in ``periods[1].status``."""
    message: str
    """What is wrong."""
    fix: str
    """How to fix it."""


class _Dated(NamedTuple):
    """An instrument as one record cites it."""

    code: str
    published: PartialDate


class LintContext(NamedTuple):
    """What a rule may know besides the record."""

    today: date
    """The day of the check; law that begins later is law of the future."""
    records: Mapping[str, Record]
    """All records by code."""
    instruments: Mapping[str, Collection[_Dated]]
    """The dates under which the records cite an instrument, by its folded title."""


class Rule(Protocol):
    """One rule: what it has to say of a record. Its name is that of its function."""

    __name__: str

    def __call__(self, record: Record, known: LintContext, /) -> Iterator[Advice]:
        """Look at one record."""
        ...


def lint_context(records: Mapping[str, Record], *, today: date) -> LintContext:
    """Collect what the rules have to know.

    Args:
        records: All records by code.
        today: The day of the check.

    Returns:
        The circumstances, which serve for all records.
    """
    instruments: dict[str, list[_Dated]] = defaultdict(list)
    for record in records.values():
        for _, citation in _citations(record):
            if citation.published and _is_instrument(citation):
                instruments[normalize_name(citation.title)].append(_Dated(record.code, citation.published))
    return LintContext(today, records, instruments)


def rule_name(rule: Rule) -> str:
    """The name of a rule in a finding: that of its function.

    Example:
        >>> rule_name(more_lenient_than_above)
        'more-lenient-than-above'
    """
    return rule.__name__.replace("_", "-")


def advise(record: Record, known: LintContext) -> Iterator[tuple[str, Advice]]:
    """Ask all rules about a record.

    Args:
        record: The record; its types are right.
        known: The day and the other records.

    Yields:
        What the rules say, rule by rule, each with the rule's name; nothing when all is well.

    Example:
        >>> import dataclasses, kratomlaw
        >>> checked = date(2026, 9, 1)
        >>> lu = dataclasses.replace(kratomlaw.record("LU"), verified_on=checked)
        >>> list(advise(lu, lint_context({"LU": lu}, today=checked)))
        []
    """
    return ((rule_name(rule), advice) for rule in RULES for advice in rule(record, known))


def more_lenient_than_above(record: Record, known: LintContext) -> Iterator[Advice]:
    """A law below a cascading one cannot make milder what that one forbids."""
    above = [(other, law, until) for other in _above(record, known.records) for law, until in _spans(other)]
    for index, (period, end) in enumerate(_spans(record)):
        for product in Product:
            if product is not Product.LEAF and product_rule(period, product) is None:
                continue  # silence on a product is not leniency
            own = position_of(period, product)
            if "/" in record.code and own.status is Status.LEGAL:
                continue  # of a county or city it says that there is no rule of its own
            for other, law, until in above:
                if (
                    _overlap(period, end, law, until)
                    and _cascades(law, product)
                    and _is_milder(own, position_of(law, product))
                ):
                    yield Advice(
                        Severity.WARNING,
                        f"periods[{index}].{'status' if product is Product.LEAF else f'products.{product}'}",
                        f"{product} is treated more leniently than by {other.name} ({other.code}), whose law of "
                        f"{law.since} reaches this place.",
                        "Correct the status or the age; or write cascades = false above, if the law binds only there.",
                    )
                    break


def bill_coded_as_law(record: Record, known: LintContext) -> Iterator[Advice]:
    """A bill is pending until it is enacted; an act is cited as a statute."""
    for index, period in enumerate(record.periods):
        instruments = [citation for citation in period.citations if _is_instrument(citation)]
        # A bill that is younger than the law is about changing it, and one that failed may be why there is none.
        if period.status not in (Status.RESTRICTED, Status.BANNED) or not any(
            citation.published is None or citation.published <= period.since.latest for citation in instruments
        ):
            continue
        if any(citation.kind.is_primary for citation in instruments):
            continue
        enacted, future = _says_enacted(period), period.since.earliest > known.today
        if enacted and not future:
            continue
        yield Advice(
            Severity.WARNING if enacted or not future else Severity.ERROR,
            f"periods[{index}].citations",
            "The only instrument that is cited is a bill"
            + (", and the law is of the future." if enacted else ", and nothing says that it was enacted."),
            "Cite the act as signed (statute)."
            if enacted
            else "Cite the act and say in summary how it was enacted, or move it to [[pending]].",
        )


def primary_source_on_a_blog(record: Record, _: LintContext) -> Iterator[Advice]:
    """The law itself is not found with those who sell or campaign."""
    for key, citation in _citations(record):
        host = _host(citation)
        if citation.kind.is_primary and _NOT_AN_AUTHORITY.search(host) and not _AUTHORITY.search(host):
            yield Advice(
                Severity.WARNING,
                f"{key}.url",
                f"It counts as a primary source ({citation.kind}), but was read at {host}.",
                "Cite the official text; or write the kind of what was read: news, tracker or vendor.",
            )


def verified_before_the_law(record: Record, known: LintContext) -> Iterator[Advice]:
    """Whoever checks a record after a law began has seen that law."""
    begun = [period for period in record.periods if period.since.earliest <= known.today]
    if begun and record.verified_on < begun[-1].since.earliest:
        yield Advice(
            Severity.WARNING,
            "verified_on",
            f"It is older than the newest period, which began on {begun[-1].since}.",
            f"Check that it is the law, then: kratomlaw data verify {record.code}",
        )


def verified_in_the_future(record: Record, known: LintContext) -> Iterator[Advice]:
    """Nobody has checked anything on a day that has not come."""
    if record.verified_on > known.today:
        yield Advice(
            Severity.ERROR, "verified_on", f"{record.verified_on} has not come yet.", "Write the day of the check."
        )


def source_of_the_future(record: Record, known: LintContext) -> Iterator[Advice]:
    """Nothing has been published on a day that has not come."""
    for key, citation in _citations(record):
        if citation.published and citation.published.earliest > known.today:
            yield Advice(
                Severity.ERROR,
                f"{key}.published",
                f"{citation.published} has not come yet.",
                "Write the date on the page; the day of effect belongs in `from`.",
            )


def future_without_enactment(record: Record, known: LintContext) -> Iterator[Advice]:
    """A law of the future is law only when its enactment is evidenced; others may at least report it."""
    for index, period in enumerate(record.periods):
        if (
            period.since.earliest > known.today
            and period.status is not Status.UNKNOWN
            and not any(map(_is_instrument, period.citations))
        ):
            reported = _says_enacted(period)
            yield Advice(
                Severity.WARNING if reported else Severity.ERROR,
                f"periods[{index}].from",
                f"It begins on {period.since}, and "
                + ("its enactment is known from reports alone." if reported else "nothing says that it was enacted."),
                "Cite the act, rule, order or judgment" + ("." if reported else "; or move it to [[pending]]."),
            )


def one_instrument_two_dates(record: Record, known: LintContext) -> Iterator[Advice]:
    """An instrument that two records cite has one date."""
    for key, citation in _citations(record):
        mine = citation.published
        if mine is None or not _is_instrument(citation):
            continue
        others = [
            other for other in known.instruments.get(normalize_name(citation.title), ()) if other.code != record.code
        ]
        apart = next((other for other in others if _contradict(mine, other.published)), None)
        if apart:
            yield Advice(
                Severity.WARNING,
                f"{key}.published",
                f"{apart.code} cites the same instrument as published on {apart.published}, not {mine}.",
                "Correct one of the dates, or distinguish the two versions in their titles.",
            )


def more_confident_than_its_sources(record: Record, _: LintContext) -> Iterator[Advice]:
    """One source is never more than low, and neither is what is not known."""
    for index, period in enumerate(record.periods):
        if period.confidence is Confidence.LOW:
            continue
        for_it = [citation for citation in period.citations if not citation.supports.startswith("Against:")]
        if period.status is Status.UNKNOWN:
            message = "What is not known is not known with confidence."
        elif period.confidence is Confidence.MEDIUM and len(for_it) < 2:
            message = "Medium confidence needs two independent sources, and one is cited."
        else:
            continue
        yield Advice(
            Severity.WARNING, f"periods[{index}].confidence", message, "Write low, or cite what else was read."
        )


def product_with_the_position_of_the_leaf(record: Record, _: LintContext) -> Iterator[Advice]:
    """Only products whose law differs are named."""
    for index, period in enumerate(record.periods):
        for product in (Product.EXTRACT, Product.SEVEN_OH):
            rule = product_rule(period, product)
            reaches = rule and rule.cascades not in (None, period.cascades)
            if rule and not reaches and position_of(period, product) == position_of(period, Product.LEAF):
                yield Advice(
                    Severity.HINT,
                    f"periods[{index}].products.{product}",
                    f"The law of {product} is that of the leaf.",
                    "Leave it out.",
                )


def age_of_sources_not_stated(record: Record, _: LintContext) -> Iterator[Advice]:
    """A reader has to see how far the sources of the newest period reach."""
    newest = len(record.periods) - 1
    period = record.periods[newest]
    dated = any(citation.published for citation in period.citations)
    if dated and not _NEWEST_SOURCE.search(period.note or ""):
        yield Advice(
            Severity.HINT,
            f"periods[{newest}].note",
            "The note of the newest period does not say how old its sources are.",
            'Begin it with "Newest source read is dated YYYY-MM-DD."',
        )


def pending_for_too_long(record: Record, known: LintContext) -> Iterator[Advice]:
    """A bill that has not moved for long is dead, or its news was missed."""
    for index, pending in enumerate(record.pending):
        last = pending.on.latest
        months = (known.today.year - last.year) * 12 + known.today.month - last.month - (known.today.day < last.day)
        if months >= _MONTHS_TO_WAIT:
            yield Advice(
                Severity.HINT,
                f"pending[{index}].on",
                f"Its last step is {months} months old.",
                "Find out what became of it; remove it when it failed or its session ended.",
            )


def proposed_without_reading(record: Record, _: LintContext) -> Iterator[Advice]:
    """A bill that a watch proposed says nothing until somebody has read it."""
    for index, pending in enumerate(record.pending):
        if pending.effect.startswith(NOT_READ):
            yield Advice(
                Severity.ERROR,
                f"pending[{index}].effect",
                "Nobody has read the bill yet.",
                "Read it, and say in your own words what it would do.",
            )


def bill_without_end(record: Record, _: LintContext) -> Iterator[Advice]:
    """A bill dies with its legislature; without the day it is shown as pending for ever."""
    for index, pending in enumerate(record.pending):
        if pending.lapses_on is None and "/" not in record.code and _BILL.search(pending.title):
            yield Advice(
                Severity.HINT,
                f"pending[{index}].title",
                "It does not say when the bill lapses.",
                "Write lapses_on: the last day of the session or term (codebook 3.10).",
            )


def checked_far_ahead_of_the_evidence(record: Record, known: LintContext) -> Iterator[Advice]:
    """A check that found nothing newer does not make the evidence newer."""
    begun = [period for period in record.periods if period.since.earliest <= known.today]
    if not begun or begun[-1].status is Status.UNKNOWN:
        return
    through = evidence_through(begun[-1])
    if through is None:
        message = "No source of the law of today has a date that counts, so that nothing shows how old the evidence is."
    else:
        days = (record.verified_on - through.earliest).days
        if days <= _DAYS_AHEAD:
            return
        message = f"It is {days} days newer than the newest source that shows the law of today ({through})."
    yield Advice(
        Severity.WARNING,
        "verified_on",
        message,
        "Look for a newer source; or write evidence_through, if a source without a date shows the law on a known day.",
    )


def figure_without_value(record: Record, _: LintContext) -> Iterator[Advice]:
    """What a text says in figures a program should be able to compare."""
    for index, period in enumerate(record.periods):
        for place, condition in enumerate(period.conditions):
            for value in missing_values(period, condition):
                yield Advice(
                    Severity.HINT,
                    f"periods[{index}].conditions[{place}].text",
                    f"The text has what belongs in a value: {value}.",
                    "Write the value beside the text, or unread = true where it could not be read (codebook 3.18).",
                )


def value_that_its_text_does_not_show(record: Record, _: LintContext) -> Iterator[Advice]:
    """Text and value of a condition say the same."""
    for index, period in enumerate(record.periods):
        for place, condition in enumerate(period.conditions):
            for value in stray_values(condition):
                yield Advice(
                    Severity.WARNING,
                    f"periods[{index}].conditions[{place}].{value}",
                    f"The text does not show it: {condition.text:.80}",
                    "Correct the value, or write it into the text.",
                )


def address_that_will_not_last(record: Record, _: LintContext) -> Iterator[Advice]:
    """Some addresses lead nobody else to the page that was read."""
    for key, citation in _citations(record):
        reason = _unreachable(citation.url) if citation.url else None
        if reason:
            yield Advice(
                Severity.HINT,
                f"{key}.url",
                f"The address {reason}.",
                "Use the address of the page itself, or leave it out.",
            )


RULES: tuple[Rule, ...] = (
    more_lenient_than_above,
    bill_coded_as_law,
    primary_source_on_a_blog,
    verified_before_the_law,
    verified_in_the_future,
    source_of_the_future,
    future_without_enactment,
    one_instrument_two_dates,
    more_confident_than_its_sources,
    product_with_the_position_of_the_leaf,
    age_of_sources_not_stated,
    pending_for_too_long,
    proposed_without_reading,
    bill_without_end,
    checked_far_ahead_of_the_evidence,
    figure_without_value,
    value_that_its_text_does_not_show,
    address_that_will_not_last,
)
"""All rules, in the order in which they are asked."""


def _citations(record: Record) -> Iterator[tuple[str, Citation]]:
    """All citations of a record with their keys."""
    parts: tuple[tuple[str, Sequence[Period | Advisory | Pending]], ...] = (
        ("periods", record.periods),
        ("advisories", record.advisories),
        ("pending", record.pending),
    )
    for name, holders in parts:
        for index, holder in enumerate(holders):
            for place, citation in enumerate(holder.citations):
                yield f"{name}[{index}].citations[{place}]", citation


def _is_instrument(citation: Citation) -> bool:
    return citation.kind.is_primary or citation.kind is CitationKind.BILL


def _says_enacted(period: Period) -> bool:
    """Whether the record says in words that the law was enacted."""
    said = (period.summary, period.note or "", *(f"{cited.title} {cited.supports}" for cited in period.citations))
    return any(map(_ENACTED.search, said))


def _spans(record: Record) -> Iterator[tuple[Period, date]]:
    """The periods, each with the first day on which it certainly no longer holds."""
    for period, follower in zip(record.periods, (*record.periods[1:], None), strict=True):
        end = period.until or (follower.since if follower else None)
        yield period, end.earliest if end else date.max


def _overlap(period: Period, end: date, other: Period, other_end: date) -> bool:
    return period.since.latest < other_end and other.since.latest < end


def _above(record: Record, records: Mapping[str, Record]) -> Iterator[Record]:
    """The records of the places above, the nearest first."""
    for county in record.counties if record.level is words.Level.CITY else ():
        if county in records:
            yield records[county]
    upper, slash, _ = record.code.partition("/")
    code = upper if slash else record.code[:2] if "-" in record.code else record.parent
    above = records.get(code) if code else None
    if above:
        yield above
        yield from _above(above, records)
    elif slash and upper[:2] in records:
        yield records[upper[:2]]


def _cascades(period: Period, product: Product) -> bool:
    rule = product_rule(period, product)
    return period.cascades if rule is None or rule.cascades is None else rule.cascades


def _is_milder(own: LegalPosition, above: LegalPosition) -> bool:
    """Whether a law is milder than another, by its status or, where that is the same, by its age."""
    if Status.UNKNOWN in (own.status, above.status):
        return False
    mine, theirs = map(_FROM_MILD_TO_STRICT.index, (own.status, above.status))
    return mine < theirs or (mine == theirs and 0 < (own.min_age or 0) < (above.min_age or 0))


def _contradict(one: PartialDate, other: PartialDate) -> bool:
    """Whether no day fits both."""
    return one.latest < other.earliest or other.latest < one.earliest


def _host(citation: Citation) -> str:
    return (urlsplit(citation.url).hostname or "") if citation.url else ""


def _unreachable(url: str) -> str | None:
    """Why an address leads others nowhere; None when it may be good."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _SHORTENERS:
        return "is a shortened one, which hides where it leads"
    if _is_internal(host):
        return "cannot be reached from elsewhere"
    if "..." in url or "…" in url or url.endswith((",", ";", "(", "…")):
        return "looks cut off"
    if _SESSIONS.search(url):
        return "belongs to one visit"
    if _SEARCHES.search(parts.query):
        return "is a search, whose results change"
    if parts.username:
        return "has a name or password in it"
    steps = parts.path.strip("/").split("/")
    if (steps == [""] and not parts.query) or (host == "github.com" and len(steps) <= 2):
        return "is the front page of a site or repository, not the page that was read"
    return None


def _is_internal(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".test", ".invalid", ".example"))
