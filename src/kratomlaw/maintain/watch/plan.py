"""Which watches follow from the records, and what does nobody watch? Page watches of what the records cite."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from ...law.records import Citation, Pending, Record
from ..records.compile import path_of
from .bills import named_bills
from .known import citations_of
from .model import Watch, WatchKind

__all__ = ["NotWatched", "by_key", "page_watches", "unwatched", "watched_address"]

_NEVER_CHANGES = re.compile(
    r"github\.com/[^/]+/[^/]+/(?:blob|raw|tree)/[0-9a-f]{40}/|raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/"
    r"|web\.archive\.org/web/\d{14}|/archive\.(?:ph|today|is)/",
    re.IGNORECASE,
)
"""Addresses of one fixed version: to look at them again is useless."""
_OF_GITHUB = re.compile(
    r"https://(?:github\.com/([^/]+/[^/]+)/(?:blob|raw)|raw\.githubusercontent\.com/([^/]+/[^/]+))/[0-9a-f]{40}/(.+)",
    re.IGNORECASE,
)
_OF_WAYBACK = re.compile(r"https?://web\.archive\.org/web/\d{14}[a-z_]*/(https?://.+)", re.IGNORECASE)
_NO_TEXT = (".bin", ".db", ".zip", ".xlsx", ".rtf", ".doc")
"""Files whose text cannot be compared."""
_BILL = re.compile(r"\b(?:bill|act)\b", re.IGNORECASE)
"""A bill whose number is not known is found by the search of its legislature too."""
_LEGISLATURE = re.compile("US(-(?!UM)[A-Z]{2})?")
"""Congress, and the places that have a legislature: nobody lives on the Minor Outlying Islands."""
_EVERY_HOURS = 24 * 6
"""A week, less a day, so that a weekly run finds each due."""


class NotWatched(NamedTuple):
    """A pending step, a citation or a legislature that no watch bears on."""

    place: str
    """The code of its place."""
    what: str
    """What is not watched."""
    why: str
    """Why no watch follows by itself, and what can be done."""


def page_watches(records: Iterable[Record]) -> tuple[Watch, ...]:
    """Derive a page watch for each address that the records cite for law, and for each of a pending step.

    Args:
        records: The records.

    Returns:
        The watches, one for each address, in the order of the addresses; each bears on all records that cite it. For
        the address of one fixed version it is that of the newest, where it follows; else there is none.

    Example:
        >>> import kratomlaw
        >>> {watch.places for watch in page_watches([kratomlaw.record("US-TX")])}
        {('US-TX',)}
    """
    places: dict[str, dict[str, None]] = {}
    steps: dict[str, dict[str, None]] = {}
    for record in records:
        if record.retired:
            continue
        for citation in citations_of(record):
            if citation.url and citation.kind.is_primary:
                url = watched_address(citation.url)
                if url:
                    places.setdefault(url, {})[record.code] = None
        for pending in record.pending:
            for url in _pages_of(pending):
                places.setdefault(url, {})[record.code] = None
                steps.setdefault(url, {})[pending.title] = None
    return tuple(
        Watch(
            key=_key(url),
            kind=WatchKind.PAGE,
            places=tuple(places[url]),
            pending=tuple(steps.get(url, ())),
            url=url,
            file=path_of(next(iter(places[url]))),
            every_hours=_EVERY_HOURS,
        )
        for url in sorted(places)
    )


def watched_address(url: str) -> str:
    """Answer where a cited page is looked at.

    Args:
        url: The address as it is cited.

    Returns:
        The same; for a copy in a repository on GitHub the newest version of the file, for a copy of the Wayback
        Machine the page itself; empty where neither follows from the address.

    Example:
        >>> watched_address("https://web.archive.org/web/20260101000000/https://code.example/kratom")
        'https://code.example/kratom'
    """
    if not _NEVER_CHANGES.search(url):
        return url
    copied = _OF_GITHUB.match(url)
    if copied:
        owner_and_name, path = copied[1] or copied[2], copied[3].partition("#")[0]
        return "" if path.endswith(_NO_TEXT) else f"https://raw.githubusercontent.com/{owner_and_name}/HEAD/{path}"
    archived = _OF_WAYBACK.match(url)
    return archived[1] if archived else ""


def unwatched(records: Iterable[Record], watches: Sequence[Watch]) -> tuple[NotWatched, ...]:
    """List what no watch bears on.

    Args:
        records: The records.
        watches: All watches, written and derived.

    Returns:
        Pending steps without a watch, cited laws whose address cannot be watched, and states without a search of
        bills; in the order of their places.
    """
    searched = {
        place
        for watch in watches
        if watch.kind in (WatchKind.LEGISCAN, WatchKind.OPEN_STATES)
        for place in watch.places
    }
    step_names = {(place, title) for watch in watches for place in watch.places for title in watch.pending}
    urls = {watch.url for watch in watches if watch.url}
    found: list[NotWatched] = []
    for record in sorted(records, key=lambda record: record.code):
        if record.retired:
            continue
        if _LEGISLATURE.fullmatch(record.code) and record.code not in searched:
            found.append(NotWatched(record.code, "bills", "No service searches its legislature. Watch its own pages."))
        found += _unwatched_steps(record, searched, step_names)
        found += _unwatched_citations(record, urls)
    return tuple(found)


def _unwatched_steps(record: Record, searched: set[str], names: set[tuple[str, str]]) -> Iterator[NotWatched]:
    for pending in record.pending:
        bill = next(named_bills(pending.title, place=record.code), None)
        is_bill = bill is not None or bool(_BILL.search(pending.title))
        if (record.code, pending.title) in names or (is_bill and record.code in searched):
            continue
        why = "No search of bills finds it, and its sources are fixed versions: add a page or feed to data/watch."
        yield NotWatched(record.code, f"pending: {pending.title}", why)


def _unwatched_citations(record: Record, urls: set[str]) -> Iterator[NotWatched]:
    seen: set[str] = set()
    for citation in citations_of(record):
        if not citation.kind.is_primary or not citation.url or citation.url in seen:
            continue
        if not {citation.url, watched_address(citation.url)} & urls:
            seen.add(citation.url)
            yield NotWatched(record.code, citation.title, f"{citation.url} cannot be compared: cite the page itself.")


def _pages_of(pending: Pending) -> Iterator[str]:
    """The pages on which a pending step is followed: those of its citations that may change."""
    for citation in pending.citations:
        if citation.url and not _NEVER_CHANGES.search(citation.url) and not _is_front(citation):
            yield citation.url


def _is_front(citation: Citation) -> bool:
    """A front page changes every day."""
    return urlsplit(citation.url or "").path in ("", "/")


def _key(url: str) -> str:
    host = re.sub(r"[^a-z0-9]+", "-", (urlsplit(url).hostname or "").removeprefix("www.").lower()).strip("-")
    return f"page-{host}-{sha256(url.encode()).hexdigest()[:8]}"


def by_key(watches: Iterable[Watch]) -> Mapping[str, Watch]:
    """The watches by their keys; a written one replaces a derived one of the same key or address.

    Example:
        >>> by_key([])
        {}
    """
    found: dict[str, Watch] = {}
    written = {watch.url for watch in watches if watch.url and watch.file.startswith("watch/")}
    for watch in watches:
        if watch.file.startswith("watch/") or watch.url not in written:
            found[watch.key] = watch
    return found
