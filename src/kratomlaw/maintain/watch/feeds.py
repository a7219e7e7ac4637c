"""What do regulators, legislatures and newspapers report? The entries of Atom and RSS feeds that name kratom.

Read with feedparser, which follows RFC 4287 (Atom, December 2005) and RSS 2.0, and reads most broken feeds. An entry
counts once, by its id or link. One that names a bill, or links to a document of the Federal Register, is a hit about
that bill or document, so that three reports of one thing become one lead.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate
from html import unescape
from importlib import import_module
from io import BytesIO
from typing import Any, cast
from urllib.parse import urljoin, urlsplit, urlunsplit
from xml.sax import SAXException

from pydantic import BaseModel

from ...law.words import Problem
from .bills import named_bills
from .fetching import Fetched, NotFetchedError, Web
from .known import Known, bill_subject, same_document
from .model import Hit, Looked, Step, Watch
from .services import Services, recalled
from .text import is_about

__all__ = ["conditional", "look"]

_MOST_SEEN = 3000
_MOST_TEXT = 400
_DOCUMENT = re.compile(
    r"federalregister\.gov/(?:documents/\d{4}/\d{2}/\d{2}|d|public-inspection)/([A-Z]?\d{2,4}-\d{4,6})"
)


class _Memory(BaseModel):
    seen: list[str] = []
    etag: str = ""
    modified: str = ""


async def look(watch: Watch, memory: str | None, web: Web, known: Known, services: Services) -> Looked:
    """Read the entries of a feed that were not there before.

    Args:
        watch: The feed.
        memory: What the last look remembered; None at the first.
        web: The internet.
        known: The records.
        services: Not needed.

    Returns:
        A hit for each new entry that names a term. At the first look, entries of before the last check of the records
        are no news.

    Raises:
        NotFetchedError: It cannot be read, or is no feed.
    """
    remembered = recalled(_Memory, memory) or _Memory()
    fetched = await web.get(watch.url, headers=conditional(remembered.etag, remembered.modified))
    if fetched.status == 304:
        return Looked(memory=remembered.model_dump_json())
    if fetched.status != 200:
        raise NotFetchedError(f"HTTP {fetched.status}")
    feed: Any = import_module("feedparser").parse(BytesIO(fetched.body), response_headers=_headers(fetched))
    if not feed.get("version") and not feed.entries:
        raise NotFetchedError(f"it is no feed ({fetched.kind or 'of no type'})")
    # A feed without an entry is a feed, whatever type its server says that it is.
    if isinstance(feed.get("bozo_exception"), SAXException) and not feed.entries:
        raise NotFetchedError("it is broken XML without one readable entry")
    since = watch.since or known.checked_on(watch.places)
    seen = dict.fromkeys(remembered.seen)
    hits: list[Hit] = []
    for entry in cast("list[Mapping[str, Any]]", feed.entries):
        link = urljoin(fetched.url, str(entry.get("link", "")))
        identity = str(entry.get("id") or link or entry.get("title", ""))
        title, text = _plain(entry.get("title", "")), _plain(entry.get("summary", ""))
        if not identity or identity in seen or not is_about(f"{title} {text}", watch.terms):
            continue
        seen[identity] = None
        day = _day(entry)
        # What bears no date may be old at the first look, and is new afterwards.
        if (day or (since if memory else date.min)) >= since:
            hits.append(_hit(watch, title, text, link, day, known))
    problems = (_moved(watch, fetched.moved_to),) if fetched.moved_to else ()
    kept = _Memory(
        seen=list(seen)[-_MOST_SEEN:],
        etag=fetched.headers.get("etag", ""),
        modified=fetched.headers.get("last-modified", ""),
    )
    return Looked(memory=kept.model_dump_json(), hits=tuple(hits), problems=problems)


def conditional(etag: str, modified: str) -> dict[str, str]:
    """The headers of a conditional request.

    Example:
        >>> conditional('"a1"', "")
        {'If-None-Match': '"a1"'}
    """
    return {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value}


def _headers(fetched: Fetched) -> dict[str, str]:
    """What feedparser may know of the answer: its type, and where it is from."""
    return {"content-type": fetched.headers.get("content-type", ""), "content-location": fetched.url}


def _hit(watch: Watch, title: str, text: str, link: str, day: date | None, known: Known) -> Hit:
    host = urlsplit(link or watch.url).hostname or watch.url
    places = _named_places(watch, title, text[:_MOST_TEXT], known)
    subject, step = f"news/{_address(link) or title}", Step.NEWS
    pending = known.titles(places, watch.pending)
    document = _DOCUMENT.search(link)
    if document:
        subject, step = f"document/{same_document(document[1])}", Step.DOCUMENT
        pending += known.pending_naming(places, document[1])
    elif len(places) == 1:
        bill = next(named_bills(f"{title} {text[:_MOST_TEXT]}", place=places[0]), None)
        if bill:
            subject = bill_subject(places[0], bill.number)
            pending += tuple(step.title for number, step in known.pending_bills(places[0]) if number == bill.number)
    return Hit(
        subject=subject,
        step=step,
        places=places,
        title=title[:200] or host,
        what=text[:_MOST_TEXT] or title,
        url=link,
        source=host,
        happened_on=day,
        pending=tuple(dict.fromkeys(pending)),
    )


def _named_places(watch: Watch, title: str, text: str, known: Known) -> tuple[str, ...]:
    """The places of a watch that a title names, else its text, else the first, which is the broadest."""
    if len(watch.places) == 1:
        return watch.places
    names = {place: known.name(place) for place in watch.places}
    for where in (title, text):
        named = [place for place, name in names.items() if re.search(rf"\b{re.escape(name)}\b", where)]
        # "West Virginia" names Virginia too.
        inner = {place for place in named if any(names[place] in names[n] for n in named if n != place)}
        if named:
            return tuple(place for place in named if place not in inner)
    return watch.places[:1]


def _plain(text: object) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", str(text)))).strip()


def _day(entry: Mapping[str, Any]) -> date | None:
    """The calendar date of an entry as it is written, in the zone of the feed; None where it cannot be read whole.

    feedparser gives the day in UTC, which is the next one for an evening in Ohio, and makes the first of November of
    "2026/11/30"; so its own reading is not used.
    """
    name = next((name for name in ("published", "updated") if name in entry), None)
    text = str(entry[name]).strip() if name else ""
    written = parsedate(text)  # RSS: "Mon, 30 Nov 2026 23:30:00 -0500"
    try:
        return date(*written[:3]) if written else datetime.fromisoformat(text).date()  # Atom: "2026-11-30T23:30:00Z"
    except ValueError:
        return None


def _address(link: str) -> str:
    """An address without what only counts visits, so that one page has one address."""
    parts = urlsplit(link)
    query = "&".join(
        part for part in parts.query.split("&") if part and not part.lower().startswith(("utm_", "fbclid"))
    )
    host = (parts.hostname or "").removeprefix("www.")
    return urlunsplit(("", host, parts.path.rstrip("/"), query, "")).removeprefix("//")


def _moved(watch: Watch, target: str) -> Problem:
    return Problem(file=watch.file, key=watch.key, message=f"It moved to {target}.", fix="Write the new address.")
