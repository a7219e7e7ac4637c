"""What must a user know of the data before anything else? Counts of evidence, which ``QUALITY.md`` begins with."""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from ...law.engine import evidence_through
from ...law.records import Citation, Period, Record
from ...law.words import CitationKind, Host, Standing, Status
from ..records.hosts import HostList
from .coverage import in_force
from .evidence_rules import all_citations, evidence_of, source_name
from .sample import SampleResult, Verdict

__all__ = ["headline", "hosts_of_texts"]

_AGES = ((90, "up to 90 days"), (180, "91 to 180 days"), (365, "181 to 365 days"))
_FEWEST = 3
"""A site is listed when so many records rest on it alone."""


def headline(groups: Mapping[str, Sequence[Record]], results: Sequence[SampleResult], on: date) -> Iterator[str]:
    """Say what share of the law is proven, how old its evidence is, and how often citations are wrong.

    Args:
        groups: The records, by groups.
        results: The checks of citations, the newest first.
        on: The day of the data.

    Yields:
        Lines of Markdown.
    """
    known = {
        name: [period for record in group if (period := in_force(record, on)).status is not Status.UNKNOWN]
        for name, group in groups.items()
    }
    everything = [period for periods in known.values() for period in periods]
    yield "## What a user must know"
    yield ""
    yield from _point(_proven(everything, sum(map(len, groups.values()))))
    yield from _point(_fresh(everything, on))
    if results:
        yield from _point(_error_rate(results))
    yield ""
    yield "Of each record with known law the period in force:"
    yield ""
    yield from _table("standing", known, lambda period: period.standing.value, [*map(str, Standing)])
    ages = [*(name for _, name in _AGES), "older", "undated"]
    yield from _table("evidence through", known, lambda period: _age(period, on), ages)


def _point(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, 118, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def _percent(count: int, of: int) -> str:
    return f"{count} ({count / of:.0%})" if count else "–"


def _proven(known: Sequence[Period], total: int) -> str:
    reported = sum(period.standing is Standing.REPORTED for period in known)
    return (
        f"**Proven and reported.** Of {total} places with a record the law of {len(known)} is known. Of these "
        f"{_percent(len(known) - reported, len(known))} are proven and {_percent(reported, len(known))} only reported: "
        "a tracker or list names the rule, and no act, vote or report of either was read."
    )


def _fresh(known: Sequence[Period], on: date) -> str:
    ages = Counter(_age(period, on) for period in known)
    most, newest = _AGES[0]
    return (
        f"**Age.** For {_percent(ages[newest], len(known))} of the known laws a source of the last {most} days shows "
        f"them in force; for {_percent(ages['older'], len(known))} the newest source is older than a year, and for "
        f"{_percent(ages['undated'], len(known))} none bears a date."
    )


def _age(period: Period, on: date) -> str:
    through = evidence_through(period)
    if through is None:
        return "undated"
    days = (on - through.earliest).days
    return next((name for most, name in _AGES if days <= most), "older")


def _error_rate(results: Sequence[SampleResult]) -> str:
    together = SampleResult(
        results[0].on, None, sum((Counter(result.counts) for result in results), Counter[Verdict]())
    )
    checks = "; ".join(map(_check, results))
    return (
        f"**Errors of citations**, measured by {together.size} that were drawn: {checks}. Of the {together.opened} "
        f"that could be opened {_interval(together, together.faulty)} have any fault, "
        f"{_interval(together, together.counts[Verdict.FALSE])} are false. `kratomlaw data sample --seed N` draws "
        "others, for anybody to check."
    )


def _check(result: SampleResult) -> str:
    seed = f" (seed {result.seed})" if result.seed is not None else ""
    counts = result.counts
    return (
        f"on {result.on}, of {result.size}{seed}, {counts[Verdict.SAYS_IT]} say what they are cited for, "
        f"{counts[Verdict.IN_PART]} in part, {counts[Verdict.FALSE]} false, {counts[Verdict.WRONG_KIND]} of the wrong "
        f"kind, {counts[Verdict.NOT_FOUND]} not found"
    )


def _interval(result: SampleResult, count: int) -> str:
    share, low, high = result.share(count)
    return f"{share:.0%} (95 % interval {low:.0%} to {high:.0%})"


def _table(
    what: str, groups: Mapping[str, Sequence[Period]], value: Callable[[Period], str], order: Sequence[str]
) -> Iterator[str]:
    counts = {name: Counter(map(value, group)) for name, group in groups.items()}
    yield f"| {what} | {' | '.join(groups)} |"
    yield f"|---|{'---:|' * len(groups)}"
    for each in order:
        yield f"| {each} | {' | '.join(_percent(counts[name][each], len(group)) for name, group in groups.items())} |"
    yield ""


def hosts_of_texts(records: Mapping[str, Record], hosts: HostList, on: date) -> Iterator[str]:
    """Count whose sites the texts stand at, and list the records that rest on one site alone.

    Args:
        records: The records by code.
        hosts: The reviewed hosts.
        on: The day of the data.

    Yields:
        Lines of Markdown.
    """
    cited = [citation for record in records.values() for _, citation in all_citations(record)]
    yield "## Whose sites the texts stand at"
    yield ""
    yield "All citations, by their kind and by the class of the host in `hosts.toml`. Silent ones name neither the"
    yield "place nor kratom: they show what was searched, and count for nothing."
    yield ""
    classes = [*map(str, Host), "no address"]
    yield f"| kind | {' | '.join(classes)} | silent |"
    yield f"|---|{'---:|' * (len(classes) + 1)}"
    for kind in CitationKind:
        of_kind = [citation for citation in cited if citation.kind is kind]
        counts = Counter(_class(citation) for citation in of_kind)
        cells = [str(counts[name] or "–") for name in classes]
        yield f"| {kind} | {' | '.join(cells)} | {sum(citation.silent for citation in of_kind) or '–'} |"
    yield ""
    alone: dict[str, list[str]] = defaultdict(list)
    for code, record in sorted(records.items()):
        period = in_force(record, on)
        sources = {source_name(citation, hosts) for citation in evidence_of(period)}
        if period.status is not Status.UNKNOWN and len(sources) == 1:
            alone[sources.pop()].append(code)
    yield "Known law that would lose its only evidence with one site (on code hosts: with one account):"
    yield ""
    for name, codes in sorted(alone.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(codes) >= _FEWEST:
            yield f"- `{name}`, {len(codes)}: {' '.join(codes)}."
    few = sorted(code for codes in alone.values() if len(codes) < _FEWEST for code in codes)
    yield f"- A site that carries one or two records alone, {len(few)}: {' '.join(few) or 'none'}."
    yield ""


def _class(citation: Citation) -> str:
    return citation.host.value if citation.host else "no address"
