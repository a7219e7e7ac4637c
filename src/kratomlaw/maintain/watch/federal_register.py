"""What is new in the Federal Register? Documents by term, docket, agency or CFR part, also before publication.

Follows the API v1 as its own source and description give it, read on 2026-11-30: repository
usnationalarchives/federalregister-api-core at commit e9c6423 of 2025-01-28 (``data/open_api_v3.yml``,
``app/controllers/api_controller.rb``, ``app/searches/es_application_search.rb``).

- ``GET /documents.json`` and ``/public-inspection-documents.json`` with ``conditions[…]``, ``fields[]``, ``order``,
  ``per_page`` and ``page`` answer ``count``, ``total_pages``, ``next_page_url`` and ``results``; the last three are
  missing when nothing is found.
- An unknown condition is refused with 400 and ``errors``; ``conditions[cfr]`` and ``conditions[publication_date]``
  exist for documents only. A page beyond 50 is answered with page 1.
- No key. The description names no rate limit; answers may be cached for a day.
- Unclear in what is stored: whether ``term`` is stemmed, and whether 429 comes with ``Retry-After``. Both are handled
  as for any host. A document may lose a zero between inspection and publication (2012-07333, 2012-7333).
"""

from datetime import date, timedelta
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel

from .fetching import NotFetchedError, Web
from .known import Known, same_document
from .model import Hit, Looked, Step, Watch
from .services import ApiReply, Services, parsed, recalled

__all__ = ["look"]

_MOST_PAGES = 20
_PER_PAGE = 100
_NAME = "Federal Register"
_MARGIN = timedelta(days=7)
"""A document may be added to the index some days after its date."""


class _Document(ApiReply):
    document_number: str
    title: str | None = None
    type: str | None = None
    action: str | None = None
    html_url: str | None = None
    publication_date: date | None = None
    effective_on: date | None = None
    comments_close_on: date | None = None
    filed_at: str | None = None
    docket_ids: tuple[str, ...] | None = None
    docket_numbers: tuple[str, ...] | None = None


class _Page(ApiReply):
    count: int
    next_page_url: str | None = None
    results: tuple[_Document, ...] = ()


class _Memory(BaseModel):
    """The numbers of the documents that were seen."""

    seen: list[str] = []


async def look(watch: Watch, memory: str | None, web: Web, known: Known, services: Services) -> Looked:
    """Look for documents that were not seen before and that no record names.

    Args:
        watch: What to look for.
        memory: What the last look remembered; None at the first.
        web: The internet.
        known: The records.
        services: Where the API is.

    Returns:
        A hit for each new document.

    Raises:
        NotFetchedError: The API did not answer as documented.
    """
    remembered = recalled(_Memory, memory) or _Memory()
    seen = dict.fromkeys(remembered.seen)
    since = (watch.since or known.checked_on(watch.places)) - _MARGIN
    documents = list(await _all(f"{services.federal_register}/documents.json", _conditions(watch, since), web))
    if not watch.cfr:
        conditions = _conditions(watch, None)
        documents += await _all(f"{services.federal_register}/public-inspection-documents.json", conditions, web)
    hits: list[Hit] = []
    for document in documents:
        number = same_document(document.document_number)
        if number in seen:
            continue
        seen[number] = None
        if memory is None and known.mentions(watch.places, document.document_number):
            continue
        hits.append(_hit(watch, document, number, known))
    return Looked(memory=_Memory(seen=list(seen)[-5000:]).model_dump_json(), hits=tuple(hits))


async def _all(url: str, conditions: list[tuple[str, str]], web: Web) -> tuple[_Document, ...]:
    """All pages of a search."""
    at, host = f"{url}?{urlencode(conditions)}", urlsplit(url).netloc
    found: dict[str, _Document] = {}
    for _ in range(_MOST_PAGES):
        page = parsed(_Page, await web.get(at, robots=False), service=_NAME)
        before = len(found)
        found.update((document.document_number, document) for document in page.results)
        # The page after the last that the API knows is its first again.
        if page.next_page_url is None or len(found) == before:
            return tuple(found.values())
        if urlsplit(page.next_page_url).netloc != host:
            raise NotFetchedError(f"{_NAME} names its next page on another host: {page.next_page_url[:200]}")
        at = page.next_page_url
    raise NotFetchedError(f"{_NAME} has more than {_MOST_PAGES} pages: make the watch narrower")


def _conditions(watch: Watch, since: date | None) -> list[tuple[str, str]]:
    """The query of a watch; without a day for public inspection, which lists only what is not published yet."""
    found: list[tuple[str, str]] = []
    if watch.query:
        found.append(("conditions[term]", watch.query))
    if watch.docket:
        found.append(("conditions[docket_id]", watch.docket))
    found += [("conditions[agencies][]", agency) for agency in watch.agencies]
    if watch.cfr:
        title, _, part = watch.cfr.partition(":")
        found += [("conditions[cfr][title]", title), ("conditions[cfr][part]", part)]
    fields = "document_number title type html_url publication_date"
    if since:
        found += [("conditions[publication_date][gte]", since.isoformat()), ("order", "newest")]
        fields += " action effective_on comments_close_on docket_ids"
    else:
        fields += " filed_at docket_numbers"
    return [*found, ("per_page", str(_PER_PAGE)), *(("fields[]", field) for field in fields.split())]


def _hit(watch: Watch, document: _Document, number: str, known: Known) -> Hit:
    dockets = ", ".join(document.docket_ids or document.docket_numbers or ())
    kind = document.action or document.type or "Document"
    parts = [
        f"{kind} in the Federal Register, document {document.document_number}",
        f"docket {dockets}" if dockets else "",
        f"published on {document.publication_date}" if document.publication_date and not document.filed_at else "",
        f"filed for public inspection, publication set for {document.publication_date}" if document.filed_at else "",
        f"in effect on {document.effective_on}" if document.effective_on else "",
        f"comments until {document.comments_close_on}" if document.comments_close_on else "",
    ]
    steps = known.pending_naming(watch.places, watch.docket) + known.pending_naming(watch.places, number)
    return Hit(
        subject=f"document/{number}",
        step=Step.DOCUMENT,
        places=watch.places,
        title=document.title or f"Federal Register document {document.document_number}",
        what="; ".join(filter(None, parts)) + ".",
        url=document.html_url or f"https://www.federalregister.gov/d/{document.document_number}",
        source=_NAME,
        happened_on=document.publication_date,
        pending=tuple(dict.fromkeys((*watch.pending, *steps))),
    )
