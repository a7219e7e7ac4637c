"""How do readers and search engines follow the site? An Atom feed of changes, and a sitemap."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ...law.texts import harmless

__all__ = ["Entry", "atom", "sitemap"]

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Entry(NamedTuple):
    """One entry of the feed."""

    key: str
    """What identifies it for ever: place, day and products."""
    title: str
    """One line."""
    summary: str
    """One or two sentences."""
    page: str
    """The page that it is about, relative to the site."""
    on: date
    """The day of the change."""


def atom(
    entries: Sequence[Entry],
    *,
    built_on: date,
    address: str | None,
    name: str = "changes.atom",
    title: str = "Changes of kratom law",
    page: str = "changes.html",
) -> bytes:
    """Write an Atom feed (RFC 4287).

    Args:
        entries: The entries, newest first.
        built_on: The day on which the data was made; scheduled changes are announced on it.
        address: The complete address of the site; None if it is not known: then links are relative to the feed.
        name: The name of the feed, relative to the site.
        title: What it is called.
        page: The page that says the same, relative to the site.

    Returns:
        The document.

    Example:
        >>> b"<feed" in atom([], built_on=date(2026, 11, 23), address=None)
        True
    """
    base = f"{address.rstrip('/')}/" if address else "../" * name.count("/")
    feed = Element("feed", xmlns=_ATOM)
    _add(feed, "title", title)
    key = "kratomlaw changes" if name == "changes.atom" else f"kratomlaw changes {name}"
    _add(feed, "id", uuid5(NAMESPACE_URL, key).urn)
    _add(feed, "updated", f"{built_on}T00:00:00Z")
    SubElement(SubElement(feed, "author"), "name").text = "kratomlaw"
    SubElement(feed, "link", rel="alternate", type="text/html", href=f"{base}{page}")
    if address:
        SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{base}{name}")
    for entry in entries:
        element = SubElement(feed, "entry")
        _add(element, "title", entry.title)
        _add(element, "id", uuid5(NAMESPACE_URL, f"kratomlaw change {entry.key}").urn)
        _add(element, "updated", f"{min(entry.on, built_on)}T00:00:00Z")
        SubElement(element, "link", rel="alternate", type="text/html", href=f"{base}{entry.page}")
        _add(element, "summary", entry.summary)
    return _written(feed)


def sitemap(pages: Iterable[str], *, built_on: date, address: str) -> bytes:
    """Write a sitemap, whose addresses have to be complete.

    Args:
        pages: The pages, relative to the site.
        built_on: The day on which the data was made.
        address: Where the site is.

    Returns:
        The document.

    Example:
        >>> b"<loc>https://law.example.org/a.html</loc>" in sitemap(
        ...     ["a.html"], built_on=date(2026, 11, 23), address="https://law.example.org"
        ... )
        True
    """
    root = Element("urlset", xmlns=_SITEMAP)
    for page in pages:
        url = SubElement(root, "url")
        _add(url, "loc", f"{address.rstrip('/')}/{page}")
        _add(url, "lastmod", str(built_on))
    return _written(root)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = harmless(text)


def _written(root: Element) -> bytes:
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
