"""Did the text about kratom on a page change? Web pages and PDF files of statutes, rules and notices.

A conditional request (RFC 9110, June 2022: ``If-None-Match``, ``If-Modified-Since``) costs nothing when nothing
changed. What changed is judged by ``text``; a page that asks for a person (a gate) says nothing about the law, and one
that names no term any more counts as changed only when it still names none at the next look.
"""

import re
from urllib.parse import urlsplit

from pydantic import BaseModel

from ...law.words import Problem
from .feeds import conditional
from .fetching import Fetched, NotFetchedError, Web
from .known import Known
from .model import Hit, Looked, Step, Watch
from .services import Services, recalled
from .text import PageText, diff_in_words, page_text, read_html, read_pdf, sentences_of

__all__ = ["look"]

_GATE = re.compile(
    rb"captcha|cf-challenge|challenge-platform|just a moment\.\.\.|are you a robot|verify you are human"
    rb"|unusual traffic|enable javascript and cookies",
    re.IGNORECASE,
)
_MOST_BYTES_OF_A_GATE = 60_000


class _Memory(BaseModel):
    etag: str = ""
    modified: str = ""
    links: bool = False
    """Whether parts that consist of links are compared: only there the page names a term."""
    missing: bool = False
    """Whether the page named no term at the last look."""
    stream: str = ""
    relevant: list[str] = []


async def look(watch: Watch, memory: str | None, web: Web, known: Known, services: Services) -> Looked:
    """Compare the text about kratom on a page with that of the last look.

    Args:
        watch: The page.
        memory: What the last look remembered; None at the first, which only remembers.
        web: The internet.
        known: Not needed.
        services: Not needed.

    Returns:
        A hit when the text changed.

    Raises:
        NotFetchedError: It cannot be read, is gone, or asks for a person.
    """
    remembered = recalled(_Memory, memory)
    headers = conditional(remembered.etag, remembered.modified) if remembered and not remembered.missing else {}
    fetched = await web.get(watch.url, headers=headers)
    if fetched.status == 304 and remembered:
        return Looked(memory=remembered.model_dump_json())
    if fetched.status != 200:
        raise NotFetchedError(f"HTTP {fetched.status}")
    if len(fetched.body) <= _MOST_BYTES_OF_A_GATE and _GATE.search(fetched.body):
        text = _read(watch, fetched, links=False)
        if not text.relevant:
            raise NotFetchedError("it asks for a person")
    problems = (
        [_problem(watch, f"It moved to {fetched.moved_to}.", "Cite the new address.")] if fetched.moved_to else []
    )
    links = bool(remembered and remembered.links)
    text = _read(watch, fetched, links=links)
    if not text.relevant and not links:
        # A list of notices consists of links; it is compared with them when nothing else names a term.
        linked = _read(watch, fetched, links=True)
        if linked.relevant and not (remembered and remembered.relevant):
            text, links = linked, True
    now = _Memory(
        etag=fetched.headers.get("etag", ""),
        modified=fetched.headers.get("last-modified", ""),
        links=links,
        stream=text.stream,
        relevant=list(text.relevant),
    )
    if not text.relevant:
        return _without_terms(watch, remembered, now, problems, fetched.url)
    if remembered is None or not remembered.relevant:
        return Looked(memory=now.model_dump_json(), problems=tuple(problems))
    diff = diff_in_words(PageText(remembered.stream, tuple(remembered.relevant)), text)
    hits = (_hit(watch, diff, text.version),) if diff else ()
    return Looked(memory=now.model_dump_json(), hits=hits, problems=tuple(problems))


def _without_terms(watch: Watch, remembered: _Memory | None, now: _Memory, problems: list[Problem], url: str) -> Looked:
    """A page that names no term: perhaps the wrong page, perhaps a bad day of the server, perhaps a repeal."""
    if remembered is None or not remembered.relevant:
        problems.append(
            _problem(watch, "The page names none of the terms, so nothing is compared.", "Give it terms of its own.")
        )
        return Looked(memory=now.model_dump_json(), problems=tuple(problems))
    if not remembered.missing:
        problems.append(
            _problem(watch, "The page names none of the terms any more.", "If the next look agrees, it becomes a lead.")
        )
        return Looked(
            memory=remembered.model_copy(update={"missing": True}).model_dump_json(), problems=tuple(problems)
        )
    gone = " … ".join(remembered.relevant)
    return Looked(
        memory=now.model_dump_json(), hits=(_hit(watch, f"[-{gone}-]", "without-terms"),), problems=tuple(problems)
    )


def _read(watch: Watch, fetched: Fetched, *, links: bool) -> PageText:
    try:
        if fetched.kind == "application/pdf" or fetched.body.startswith(b"%PDF-"):
            sentences = read_pdf(fetched.body)
        elif fetched.kind in ("text/html", "application/xhtml+xml", "") or b"<html" in fetched.body[:2000].lower():
            sentences = read_html(fetched.body, charset=fetched.charset, links=links)
        elif fetched.kind.startswith("text/") or fetched.kind.endswith(("json", "xml")):
            sentences = sentences_of(fetched.body.decode(fetched.charset or "utf-8", "replace"))
        else:
            raise NotFetchedError(f"a file of the type {fetched.kind} cannot be compared")
    except (ValueError, LookupError) as cause:
        raise NotFetchedError(str(cause)) from None
    return page_text(sentences, watch.terms)


def _hit(watch: Watch, diff: str, version: str) -> Hit:
    host = urlsplit(watch.url).hostname or watch.url
    return Hit(
        subject=f"page/{watch.url}",
        step=Step.CHANGED,
        places=watch.places,
        title=f"The text about kratom on a cited page of {host} changed",
        what=f"The text about kratom on {watch.url} is not what it was at the last look.",
        url=watch.url,
        source=host,
        pending=watch.pending,
        version=version,
        diff=diff,
    )


def _problem(watch: Watch, message: str, fix: str) -> Problem:
    return Problem(file=watch.file, key=watch.key, message=message, fix=fix)
