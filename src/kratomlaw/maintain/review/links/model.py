"""What is a cited link, and what became of it? The words that the other files here share."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from ....law.plain import Plain, plain
from ....law.records import Citation, Record

__all__ = ["CitedUrl", "LinkReport", "LinkResult", "Suppression", "Verdict", "cited_urls"]


class Verdict(StrEnum):
    """What became of a link."""

    OK = "ok"
    """The page is there."""
    MOVED = "moved"
    """The page is there, and its site says that it has another address for good."""
    DEAD = "dead"
    """The page is gone: 404, 410, or its host has no address any more."""
    BLOCKED = "blocked"
    """The site keeps programs out: a person has to look."""
    INCONCLUSIVE = "inconclusive"
    """It did not answer properly this time: it may be there tomorrow."""


@plain
class Suppression(Plain):
    """A link that need not be checked, and why; one ``[[suppressions]]`` table in ``data/links.toml``."""

    url: str
    """The address, as it is cited."""
    reason: str
    """Why it need not be checked, as in ``keeps programs out; read in a browser on 2026-11-24``."""
    until: date
    """The first day on which it is to be checked again."""


@plain
class LinkResult(Plain):
    """What was found at one address."""

    url: str
    """The address, as it is cited."""
    verdict: Verdict
    """What became of it."""
    status: int | None
    """The HTTP status of the last answer; None when there was no answer."""
    detail: str
    """What was found, in words."""
    moved_to: str | None = None
    """The new address of a page that moved; None for others."""
    archived: str | None = None
    """An archived copy of a page that is gone; None when there is none, or none was looked for."""
    cited_in: tuple[str, ...] = ()
    """The codes of the records that cite it."""
    checked_at: datetime
    """When it was requested."""


@plain
class LinkReport(Plain):
    """What became of all links."""

    results: tuple[LinkResult, ...]
    """Each link, in the order of the addresses."""
    suppressed: tuple[Suppression, ...]
    """Links that were not requested."""
    expired: tuple[Suppression, ...]
    """Suppressions that have ended; their links were requested."""
    unused: tuple[Suppression, ...]
    """Suppressions of addresses that no record cites."""

    def of(self, verdict: Verdict) -> tuple[LinkResult, ...]:
        """The results of one verdict."""
        return tuple(result for result in self.results if result.verdict is verdict)

    @property
    def needs_work(self) -> bool:
        """Whether a link is dead, or a suppression expired or unused."""
        return bool(self.of(Verdict.DEAD) or self.expired or self.unused)


class CitedUrl(NamedTuple):
    """An address that records cite."""

    url: str
    cited_in: tuple[str, ...]
    """The codes of the records."""
    published: date | None
    """The date of the page, where a citation says it: the archived copy should be of that time."""


def cited_urls(records: Iterable[Record]) -> tuple[CitedUrl, ...]:
    """List the addresses that records cite, each once.

    Args:
        records: The records.

    Returns:
        The links in the order of their addresses; parts of one page (``#…``) are links of their own.

    Example:
        >>> import kratomlaw
        >>> cited_urls([kratomlaw.record("LU")])[0].cited_in
        ('LU',)
    """
    codes: dict[str, dict[str, None]] = {}
    published: dict[str, date] = {}
    for record in records:
        for citation in _citations(record):
            if citation.url is not None:
                codes.setdefault(citation.url, {})[record.code] = None
                if citation.published:
                    published.setdefault(citation.url, citation.published.latest)
    return tuple(CitedUrl(url, tuple(codes[url]), published.get(url)) for url in sorted(codes))


def _citations(record: Record) -> Iterator[Citation]:
    for period in record.periods:
        yield from period.citations
    for advisory in record.advisories:
        yield from advisory.citations
    for bill in record.pending:
        yield from bill.citations
