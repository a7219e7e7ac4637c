"""Servers on loopback that speak the APIs that watches ask, as their public documentation says."""

import gzip
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from kratomlaw.maintain.watch.fetching import Key
from kratomlaw.maintain.watch.services import Services

__all__ = ["Asked", "FederalRegister", "LegiScan", "OpenStates", "Reply", "Site", "html_page", "pdf_file", "rss_feed"]


class Asked(NamedTuple):
    """One request."""

    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    raw: str

    def one(self, name: str) -> str:
        """The first value of a parameter."""
        return self.query.get(name, [""])[0]


class Reply(NamedTuple):
    """One answer."""

    body: bytes | str | object = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


Answering = Callable[[Asked], Reply]


class Site(ThreadingHTTPServer):
    """A web server that notes who asks for what, when, and how many requests are open at once."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Answering | Reply | str] = {}
        self.asked: list[Asked] = []
        self.times: list[float] = []
        self.open_now = self.most_open = 0
        self.lock = threading.Lock()
        self.slow = 0.0
        self.dead = False
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, asked: Asked) -> Reply:
        """What to answer."""
        page = self.pages.get(asked.path, Reply("not here", 404))
        if isinstance(page, str):
            return Reply(page)
        return page if isinstance(page, Reply) else page(asked)

    def counts(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(asked.path for asked in self.asked)

    def close(self) -> None:
        """Stop it."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        site = self.server
        with site.lock:
            site.open_now += 1
            site.most_open = max(site.most_open, site.open_now)
            site.times.append(time.monotonic())
        try:
            parts = urlsplit(self.path)
            asked = Asked(parts.path, parse_qs(parts.query, keep_blank_values=True), dict(self.headers), self.path)
            with site.lock:
                site.asked.append(asked)
            if site.slow:
                time.sleep(site.slow)
            if site.dead:
                self.close_connection = True
                return
            self._send(site.answer(asked), asked)
        finally:
            with site.lock:
                site.open_now -= 1

    def _send(self, reply: Reply, asked: Asked) -> None:
        if isinstance(reply.body, bytes):
            body, kind = reply.body, reply.kind
        elif isinstance(reply.body, str):
            body, kind = reply.body.encode(), reply.kind
        else:
            body, kind = json.dumps(reply.body).encode(), "application/json"
        headers = dict(reply.headers)
        given = {name.lower(): value for name, value in asked.headers.items()}
        etag = headers.get("ETag")
        status = 304 if etag and given.get("if-none-match") == etag and reply.status == 200 else reply.status
        if status == 304:
            body = b""
        elif "gzip" in given.get("accept-encoding", "") and len(body) > 400:
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the standard library
        """Nothing."""


class LegiScan(Site):
    """The pull interface of the LegiScan API, by its User Manual v1.85: getSearch and getBill."""

    def __init__(self, key: str = "k3y-of-legiscan") -> None:
        super().__init__()
        self.key = key
        self.bills: dict[int, dict[str, object]] = {}
        self.locked = ""
        self.pages["/"] = self._api

    def put(
        self,
        bill_id: int,
        number: str,
        *,
        state: str = "MI",
        title: str = "Kratom; sale; regulate.",
        status: int = 1,
        progress: tuple[tuple[str, int], ...] = (("2026-09-01", 1),),
        history: tuple[tuple[str, str], ...] = (("2026-09-01", "Introduced"),),
        texts: int = 1,
        years: tuple[int, int] = (2025, 2026),
        over: bool = False,
        found: bool = True,
        kind: str = "B",
        sponsors: int = 1,
    ) -> None:
        """Add or change a bill."""
        self.bills[bill_id] = {
            "bill_id": bill_id,
            "session_id": 1,
            "session": {
                "session_id": 1,
                "year_start": years[0],
                "year_end": years[1],
                "prefile": 0,
                "sine_die": int(over),
                "prior": int(over),
                "special": 0,
                "session_name": "Regular Session",
            },
            "url": f"https://legiscan.com/{state}/bill/{number}/2026",
            "state_link": f"https://legislature.example/{number}",
            "status": status,
            "status_date": progress[-1][0] if progress else "",
            "progress": [{"date": day, "event": event} for day, event in progress],
            "state": state,
            "bill_number": number,
            "bill_type": kind,
            "title": title,
            "description": title,
            "committee": [],
            "history": [{"date": day, "action": action, "chamber": "H", "importance": 1} for day, action in history],
            "sponsors": [{"people_id": index} for index in range(sponsors)],
            "texts": [{"doc_id": bill_id * 10 + index, "type": "Introduced"} for index in range(texts)],
            "_found": found,
        }

    def _api(self, asked: Asked) -> Reply:
        if self.locked or asked.one("key") != self.key:
            message = self.locked or f"Invalid API key {asked.one('key')}"
            return Reply({"status": "ERROR", "alert": {"message": message}})
        if asked.one("op") == "getBill":
            bill = self.bills.get(int(asked.one("id")))
            if bill is None:
                return Reply({"status": "ERROR", "alert": {"message": "Unknown bill id"}})
            shown = {name: value for name, value in bill.items() if not name.startswith("_")}
            return Reply({"status": "OK", "bill": {**shown, "change_hash": _digest(shown)}})
        assert asked.one("op") == "getSearch"
        assert asked.one("year") == "2"
        found = [b for b in self.bills.values() if b["_found"] and b["state"] == asked.one("state")]
        page, pages = int(asked.one("page") or 1), max(-(-len(found) // 50), 1)
        result: dict[str, object] = {
            "summary": {
                "page": f"{page} of {pages}",
                "count": len(found),
                "page_current": page,
                "page_total": pages,
            }
        }
        for index, bill in enumerate(found[(page - 1) * 50 : page * 50]):
            shown = {name: value for name, value in bill.items() if not name.startswith("_")}
            result[str(index)] = {
                "relevance": 100 - index,
                "state": bill["state"],
                "bill_number": bill["bill_number"],
                "bill_id": bill["bill_id"],
                "change_hash": _digest(shown),
                "url": bill["url"],
                "title": bill["title"],
            }
        return Reply({"status": "OK", "searchresult": result})

    def services(self) -> Services:
        """The services with this one."""
        return Services(legiscan=f"{self.url}/", legiscan_key=Key(self.key, parameter="key"))


class OpenStates(Site):
    """The bills of the Open States API v3, by its source: pages of 20 at most, 404 beyond the last, a key in a header."""

    def __init__(self, key: str = "k3y-of-open-states") -> None:
        super().__init__()
        self.key = key
        self.bills: dict[str, dict[str, object]] = {}
        self.pages["/bills"] = self._bills

    def put(
        self,
        identifier: str,
        *actions: tuple[str, str, tuple[str, ...], str],
        state: str = "mi",
        title: str = "Kratom; sale; regulate.",
        updated: str = "2026-11-29",
        session: str = "2025-2026",
    ) -> None:
        """Add or change a bill; an action is its day, text, classification and chamber."""
        self.bills[f"{state} {session} {identifier}"] = {
            "id": f"ocd-bill/{abs(hash((state, session, identifier))):032x}",
            "session": session,
            "jurisdiction": {"id": f"ocd-jurisdiction/country:us/state:{state}/government", "name": state},
            "from_organization": {"id": "x", "name": "House", "classification": "lower"},
            "identifier": identifier,
            "title": title,
            "classification": ["bill"],
            "subject": [],
            "extras": {},
            "created_at": "2026-09-01T00:00:00",
            "updated_at": f"{updated}T00:00:00",
            "openstates_url": f"https://openstates.org/{state}/bills/{session}/{identifier.replace(' ', '')}/",
            "actions": [
                {
                    "id": f"{index}",
                    "organization": {"id": "x", "name": chamber, "classification": chamber},
                    "description": text,
                    "date": day,
                    "classification": list(words),
                    "order": index,
                }
                for index, (day, text, words, chamber) in enumerate(actions)
            ],
        }

    def _bills(self, asked: Asked) -> Reply:
        given = {name.lower(): value for name, value in asked.headers.items()}.get("x-api-key")
        if not given:
            return Reply({"detail": "Must provide API Key as ?apikey or X-API-KEY."}, 403)
        if given != self.key:
            return Reply({"detail": f"Invalid API Key {given}."}, 401)
        per_page = int(asked.one("per_page") or 10)
        if not 1 <= per_page <= 20:
            return Reply({"detail": "invalid per_page, must be in [1, 20]"}, 400)
        since = asked.one("updated_since")
        found = [
            bill
            for key, bill in self.bills.items()
            if key.startswith(asked.one("jurisdiction")) and str(bill["updated_at"]) >= since
        ]
        page, pages = int(asked.one("page") or 1), max(-(-len(found) // per_page), 1)
        if page > pages:
            return Reply({"detail": f"invalid page, must be in [1, {pages}]"}, 404)
        return Reply(
            {
                "results": found[(page - 1) * per_page : page * per_page],
                "pagination": {"per_page": per_page, "page": page, "max_page": pages, "total_items": len(found)},
            }
        )

    def services(self) -> Services:
        """The services with this one."""
        return Services(open_states=self.url, open_states_key=Key(self.key, header="X-API-KEY"))


class FederalRegister(Site):
    """Documents and public inspection of the Federal Register API v1, by its source."""

    CONDITIONS = frozenset({"term", "docket_id", "agencies", "cfr", "publication_date"})

    def __init__(self) -> None:
        super().__init__()
        self.documents: list[dict[str, object]] = []
        self.inspection: list[dict[str, object]] = []
        self.pages["/api/v1/documents.json"] = lambda asked: self._search(asked, self.documents, inspection=False)
        self.pages["/api/v1/public-inspection-documents.json"] = lambda asked: self._search(
            asked, self.inspection, inspection=True
        )

    def put(
        self, number: str, *, docket: str = "", text: str = "kratom", day: str = "2026-11-25", filed: bool = False
    ) -> None:
        """Add a document."""
        year, month, date = day.split("-")
        document: dict[str, object] = {
            "document_number": number,
            "title": f"Schedules of Controlled Substances: {text}",
            "type": "Proposed Rule",
            "html_url": f"https://www.federalregister.gov/documents/{year}/{month}/{date}/{number}/schedules",
            "publication_date": day,
        }
        if filed:
            self.inspection.append({**document, "filed_at": f"{day}T08:45:00.000-05:00", "docket_numbers": [docket]})
        else:
            more = {"action": "Notice of intent.", "effective_on": None, "comments_close_on": None}
            self.documents.append({**document, **more, "docket_ids": [docket]})

    def _search(self, asked: Asked, among: list[dict[str, object]], *, inspection: bool) -> Reply:
        names = {name.split("[")[1].rstrip("]") for name in asked.query if name.startswith("conditions[")}
        allowed = self.CONDITIONS - ({"cfr", "publication_date"} if inspection else frozenset())
        if names - allowed:
            return Reply({"errors": dict.fromkeys(names - allowed, "is not a valid field")}, 400)
        since = asked.one("conditions[publication_date][gte]")
        found = [
            document
            for document in among
            if asked.one("conditions[term]").lower() in str(document["title"]).lower()
            and asked.one("conditions[docket_id]") in str(document.get("docket_ids") or document.get("docket_numbers"))
            and str(document["publication_date"]) >= since
        ]
        data: dict[str, object] = {"count": len(found), "description": "Documents"}
        per_page = min(int(asked.one("per_page") or 20), 2)  # small pages, so that there are several
        page = int(asked.one("page") or 1)
        results = found[(page - 1) * per_page : page * per_page]
        if results:
            data["total_pages"] = -(-len(found) // per_page)
            if page * per_page < len(found):
                again = {**asked.query, "page": [str(page + 1)]}
                data["next_page_url"] = f"{self.url}{asked.path}?{urlencode(again, doseq=True)}"
            data["results"] = results
        return Reply(data)

    def services(self) -> Services:
        """The services with this one."""
        return Services(federal_register=f"{self.url}/api/v1")


def html_page(*paragraphs: str, title: str = "Code", language: str = "en") -> str:
    """A page with menus, an advertisement and paragraphs."""
    inside = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        '<nav><a href="/">Home</a> <a href="/laws">Laws</a></nav><div class="ad-banner">Buy kratom here!</div>'
        f"<main><h1>{title}</h1>{inside}</main><footer>Last updated today. 1,234 visits.</footer></body></html>"
    )


def rss_feed(*entries: tuple[str, str, str, str]) -> str:
    """An RSS feed; an entry is its title, link, text and day in the form of RFC 822."""
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{day}</pubDate>"
        f"<description>{text}</description></item>"
        for title, link, text, day in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>'
        f"<link>https://news.example/</link><description>News</description>{items}</channel></rss>"
    )


def pdf_file(*pages: tuple[str, ...]) -> bytes:
    """A PDF file with some lines of text on each page."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids: list[str] = []
    for lines in pages:
        text = "BT /F1 11 Tf 72 720 Td 14 TL " + " ".join(
            "({}) Tj T*".format(line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")) for line in lines
        )
        stream = f"{text} ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out, offsets = bytearray(b"%PDF-1.4\n"), list[int]()
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _digest(content: dict[str, object]) -> str:
    from hashlib import md5

    return md5(json.dumps(content, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
