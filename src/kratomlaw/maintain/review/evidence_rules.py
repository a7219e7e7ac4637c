"""What is the evidence of a record worth? Rules on where its texts stand and what they prove, one function each.

They belong to the rules that ``rules.py`` lists. What a class of hosts means is in ``data/CODEBOOK.md``.
"""

import re
from collections.abc import Iterator, Sequence

from ...law.records import Advisory, Citation, Pending, Period, Record
from ...law.words import CitationKind, Confidence, Host, Standing, Status
from ..records.hosts import FILE, HostList, host_name
from .advice import Advice, LintContext
from .findings import Severity

__all__ = ["EVIDENCE_RULES", "all_citations", "carries_high", "evidence_of", "rests_on_nameless", "source_name"]

_MINUTES = re.compile(r"\bminutes\b", re.IGNORECASE)
_RETELLS = re.compile(r"(From|Citing) ")
_LISTS = frozenset({CitationKind.TRACKER, CitationKind.VENDOR, CitationKind.ENCYCLOPEDIA})
_WIKIPEDIA = "wikipedia.org"
_RULES = frozenset({Status.BANNED, Status.RESTRICTED})


def all_citations(record: Record) -> Iterator[tuple[str, Citation]]:
    """All citations of a record with their keys.

    Args:
        record: The record.
    """
    parts: tuple[tuple[str, Sequence[Period | Advisory | Pending]], ...] = (
        ("periods", record.periods),
        ("advisories", record.advisories),
        ("pending", record.pending),
    )
    for name, holders in parts:
        for index, holder in enumerate(holders):
            for place, citation in enumerate(holder.citations):
                yield f"{name}[{index}].citations[{place}]", citation


def evidence_of(period: Period) -> tuple[Citation, ...]:
    """The citations that speak for a period: neither silent nor against it, and no vendor's.

    Args:
        period: The period.
    """
    return tuple(each for each in period.citations if each.is_evidence and each.kind is not CitationKind.VENDOR)


def source_name(citation: Citation, hosts: HostList) -> str:
    """What a citation counts as when sources are counted: its site, on a code host the account, else its title.

    Args:
        citation: The citation.
        hosts: The reviewed hosts.

    Example:
        >>> from kratomlaw.maintain.records.hosts import NO_HOSTS
        >>> cited = Citation(title="A", url="https://github.com/one/two/blob/x", kind=CitationKind.NEWS, supports="It.")
        >>> source_name(cited, NO_HOSTS)
        'github.com/one'
    """
    if citation.url is None:
        return citation.title
    host = host_name(citation.url, hosts.archives)
    if host == "github.com":
        return f"{host}/{citation.url.split('/')[3]}"
    return hosts.entry(citation.url) or host


def carries_high(period: Period, hosts: HostList) -> bool:
    """Whether the evidence allows ``high``: the law at an official address, or at a named copy with a second source.

    Args:
        period: The period.
        hosts: The reviewed hosts.
    """
    evidence = evidence_of(period)
    primary = {each.host for each in evidence if each.kind.is_primary}
    several = len({source_name(each, hosts) for each in evidence}) > 1
    return Host.OFFICIAL in primary or (Host.COPY in primary and several)


def rests_on_nameless(period: Period, hosts: HostList) -> bool:
    """Whether nobody answers for any of the sources of a known status.

    Args:
        period: The period.
        hosts: The reviewed hosts.
    """
    evidence = evidence_of(period)
    return (
        period.status is not Status.UNKNOWN
        and bool(evidence)
        and all(each.url is not None and hosts.is_nameless(each.url) for each in evidence)
    )


def host_not_reviewed(record: Record, known: LintContext) -> Iterator[Advice]:
    """A reader has to know whose site a text stands at, so every host is on the reviewed list."""
    if not known.hosts.classes:
        return
    for key, citation in all_citations(record):
        if citation.url and known.hosts.entry(citation.url) is None:
            host = host_name(citation.url, known.hosts.archives)
            yield Advice(
                Severity.ERROR,
                f"{key}.url",
                f"The host {host} is not in {FILE}.",
                f"Find out whose site it is, and add it to {FILE} as official, copy, press, private or nameless.",
            )
        if citation.archive and host_name(citation.archive) not in known.hosts.archives:
            yield Advice(
                Severity.ERROR, f"{key}.archive", "It is not the address of an archive.", f"Archives are in {FILE}."
            )


def high_without_the_law_itself(record: Record, known: LintContext) -> Iterator[Advice]:
    """High confidence needs the law at an official address, or at a named copy of it beside a second source."""
    for index, period in enumerate(record.periods if known.hosts.classes else ()):
        if period.confidence is Confidence.HIGH and not carries_high(period, known.hosts):
            yield Advice(
                Severity.ERROR,
                f"periods[{index}].confidence",
                "High needs the law at an official address, or at a named copy of it beside a second source.",
                "Cite it there, or write medium and say in note where it was read.",
            )


def minutes_cited_as_law(record: Record, _: LintContext) -> Iterator[Advice]:
    """Minutes of a committee are papers about a bill, and no position of an authority."""
    for key, citation in all_citations(record):
        if citation.kind.is_primary and _MINUTES.search(citation.title):
            yield Advice(Severity.ERROR, f"{key}.kind", f"Minutes are no {citation.kind}.", 'Write kind = "bill".')


def encyclopedia_without_revision(record: Record, _: LintContext) -> Iterator[Advice]:
    """An encyclopedia that anybody changes says something only in one revision."""
    for key, citation in all_citations(record):
        url = citation.url or ""
        if host_name(url).endswith(_WIKIPEDIA) and "oldid=" not in url and citation.is_evidence:
            yield Advice(
                Severity.WARNING,
                f"{key}.url",
                "The page changes, and the address names no revision.",
                "Cite the revision that was read (…&oldid=…), or cite another source.",
            )


def rests_on_a_nameless_mirror(record: Record, known: LintContext) -> Iterator[Advice]:
    """What nobody answers for proves nothing."""
    for index, period in enumerate(record.periods):
        if rests_on_nameless(period, known.hosts) and (
            period.standing is Standing.PROVEN or period.confidence is not Confidence.LOW
        ):
            yield Advice(
                Severity.ERROR,
                f"periods[{index}].citations",
                "Nobody answers for any of its sources: they are mirrors without a name.",
                'Cite another source, or write confidence = "low" and standing = "reported".',
            )


def proven_by_lists_alone(record: Record, _: LintContext) -> Iterator[Advice]:
    """What a tracker or list says without an act, a vote, or a report of either is reported."""
    for index, period in enumerate(record.periods):
        evidence = [each for each in period.citations if each.is_evidence]
        lists = all(each.kind in _LISTS and not _RETELLS.match(each.supports) for each in evidence)
        if period.status in _RULES and period.standing is Standing.PROVEN and evidence and lists:
            yield Advice(
                Severity.WARNING,
                f"periods[{index}].standing",
                "Only trackers, lists or vendors say so.",
                'Write standing = "reported"; or say in supports which report a tracker retells ("From the …: ").',
            )


def reported_though_the_law_was_read(record: Record, _: LintContext) -> Iterator[Advice]:
    """A law whose text was read is proven."""
    for index, period in enumerate(record.periods):
        if period.standing is Standing.REPORTED and any(each.kind.is_primary for each in evidence_of(period)):
            yield Advice(
                Severity.WARNING,
                f"periods[{index}].standing",
                "A primary source is cited as evidence.",
                "Remove the key; or write silent = true where the text does not show the rule.",
            )


def medium_from_one_site(record: Record, known: LintContext) -> Iterator[Advice]:
    """Two pages of one site are one source."""
    for index, period in enumerate(record.periods if known.hosts.classes else ()):
        evidence = [each for each in period.citations if each.is_evidence]
        sources = {source_name(each, known.hosts) for each in evidence}
        primary = any(each.kind.is_primary for each in evidence)
        if period.confidence is Confidence.MEDIUM and not primary and len(sources) < 2:
            yield Advice(
                Severity.WARNING,
                f"periods[{index}].confidence",
                "All its evidence stands at one site.",
                "Write low, or cite a second source.",
            )


EVIDENCE_RULES = (
    host_not_reviewed,
    high_without_the_law_itself,
    minutes_cited_as_law,
    encyclopedia_without_revision,
    rests_on_a_nameless_mirror,
    proven_by_lists_alone,
    reported_though_the_law_was_read,
    medium_from_one_site,
)
"""The rules, in the order in which they are asked."""
