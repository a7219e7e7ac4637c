"""Can the cited pages still be read? Requests their addresses: many hosts at once, each host one page at a time.

Polite: a host never gets two requests at once, is left alone between requests, and for as long as it asks. What was
found is written down at once, so that an interrupted run continues where it stopped. Nothing here changes a record: a
page that is gone needs a person who reads another one.
"""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
from pydantic_core import from_json

from ....updates.private_hosts import is_private
from ....version import __version__
from .model import CitedUrl, LinkReport, LinkResult, Suppression, Verdict
from .state import Journal, read_journal

__all__ = ["WAYBACK", "CrawlPolicy", "check"]

WAYBACK = "https://archive.org"
"""Where archived copies are looked for: the Wayback Machine's availability service."""
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 8
_DEAD = (404, 410)
_BLOCKED = (401, 403, 407, 429, 451)
_ASK_LATER = (429, 503)
_READ = 65_536
"""Bytes of a page that are read, to see whether it is a gate."""
_GATE = re.compile(
    rb"captcha|cf-challenge|challenge-platform|just a moment\.\.\.|are you a robot|verify you are human"
    rb"|unusual traffic|enable javascript and cookies",
    re.IGNORECASE,
)
_GATE_IN_PATH = re.compile(r"captcha|/challenge|/sorry/", re.IGNORECASE)


class CrawlPolicy(NamedTuple):
    """How politely, how patiently and where links are checked."""

    pause: float = 2.0
    """Seconds between two requests to one host."""
    timeout: float = 20.0
    """Seconds to wait for any one step of an answer."""
    longest_wait: float = 120.0
    """The longest wait, in seconds, that a host may ask for; when it asks for more, its links count as blocked."""
    at_once: int = 8
    """How many hosts get a request at the same time."""
    contact: str = ""
    """An address where the checker's owner can be reached, for the hosts' logs."""
    archive: str | None = WAYBACK
    """The base address of the availability service; None to look for no copies."""
    private: bool = False
    """Whether addresses of this machine and of private networks are contacted too. A page cited by a stranger, or a
    redirect, could otherwise reach what only this machine can reach."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How to wait for a number of seconds."""


def check(
    links: Sequence[CitedUrl],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    journal: Path | None = None,
    fresh: timedelta = timedelta(days=1),
    suppressions: Sequence[Suppression] = (),
    known: Iterable[str] | None = None,
    policy: CrawlPolicy = CrawlPolicy(),  # noqa: B008  # immutable
    on_result: Callable[[LinkResult, int, int], None] | None = None,
) -> LinkReport:
    """Request every link, politely.

    Args:
        links: The links.
        now: The clock: suppressions end and results age by it.
        journal: The file that results are written to as they come, and read from; None for none.
        fresh: How old a result may be to be taken from the file. Links without a clear result are always requested
            again.
        suppressions: Links that need not be requested.
        known: All addresses that are cited, when ``links`` are not all of them: a suppression of any other is unused.
        policy: How politely, how patiently and where.
        on_result: Called after each link with its result, how many are done, and how many there are.

    Returns:
        What became of each link.

    Raises:
        DataError: The file cannot be read or written.

    Example:
        >>> check([]).needs_work
        False
    """
    today = now().date()
    cited = set(known) if known is not None else {link.url for link in links}
    active = {suppression.url: suppression for suppression in suppressions if suppression.until > today}
    wanted = [link for link in links if link.url not in active]
    kept = read_journal(journal, oldest=now() - fresh) if journal else {}
    results = {link.url: replace(kept[link.url], cited_in=link.cited_in) for link in wanted if link.url in kept}
    missing = [link for link in wanted if link.url not in results]
    writer = Journal(journal, kept.values())

    def note(result: LinkResult) -> None:
        writer.write(result)
        results[result.url] = result
        if on_result:
            on_result(result, len(results), len(wanted))

    try:
        if missing:
            asyncio.run(_check_all(missing, policy, now, note))
    except ExceptionGroup as failed:  # of the task group: the others were only cancelled
        raise failed.exceptions[0] from None
    finally:
        writer.close()
    if not any(result.status for result in results.values()):
        # Not one answer: it is the network here that is gone, not all the hosts.
        results = {url: _without_network(result) for url, result in results.items()}
    asked_for = {link.url for link in links}
    return LinkReport(
        results=tuple(results[url] for url in sorted(results)),
        suppressed=tuple(active[url] for url in sorted(active.keys() & asked_for)),
        expired=tuple(suppression for suppression in suppressions if suppression.until <= today),
        unused=tuple(suppression for suppression in suppressions if suppression.url not in cited),
    )


class _Host:
    """One host: a lock, so that it is asked one thing at a time, and the moment from which it may be asked again."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0
        self.closed: str | None = None
        """Why it is not asked any more in this run."""


class _Seen(NamedTuple):
    """One answer of a host."""

    status: int
    headers: httpx.Headers
    body: bytes


class _NotAskedError(Exception):
    """The host gets no request."""

    def __init__(self, verdict: Verdict, status: int | None, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.status = status


async def _check_all(
    links: Sequence[CitedUrl], policy: CrawlPolicy, now: Callable[[], datetime], note: Callable[[LinkResult], None]
) -> None:
    purpose = f"checks citations of law; {policy.contact}" if policy.contact else "checks citations of law"
    headers = {
        "User-Agent": f"kratomlaw/{__version__} ({purpose})",
        "Accept": "text/html,application/pdf,*/*;q=0.8",
        "Accept-Encoding": "gzip",
    }
    async with httpx.AsyncClient(timeout=policy.timeout, headers=headers) as client:
        asker = _Asker(client, policy, now)

        async def one(link: CitedUrl) -> None:
            note(await asker.result(link))

        # All at once: those of one host wait for each other, those of others do not wait for them.
        async with asyncio.TaskGroup() as group:
            for link in links:
                group.create_task(one(link))


class _Asker:
    """Sends requests over one client, and judges the replies."""

    def __init__(self, client: httpx.AsyncClient, policy: CrawlPolicy, now: Callable[[], datetime]) -> None:
        self._client = client
        self._policy = policy
        self._now = now
        self._hosts: dict[str, _Host] = {}
        self._at_once = asyncio.Semaphore(policy.at_once)

    async def result(self, link: CitedUrl) -> LinkResult:
        """Ask for one link."""
        try:
            result = await self._follow(link)
        except _NotAskedError as refused:
            result = self._made(link, refused.verdict, refused.status, str(refused))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError, OSError, ValueError) as failure:
            verdict, detail = _failure(failure)
            result = self._made(link, verdict, None, detail)
        if result.verdict is Verdict.DEAD and self._policy.archive is not None:
            result = replace(result, archived=await self._archived(link))
        return result

    async def _follow(self, link: CitedUrl) -> LinkResult:
        """Follow redirects by hand, so that each host on the way is asked as politely as the first."""
        url, permanent = link.url, True
        for _ in range(_MAX_REDIRECTS):
            seen = await self._ask(url)
            if seen.status not in _REDIRECTS or "location" not in seen.headers:
                return self._judged(link, url, seen, permanent=permanent)
            target = urljoin(url, seen.headers["location"])
            if urlsplit(target).scheme not in ("http", "https"):
                return self._made(link, Verdict.INCONCLUSIVE, seen.status, f"leads to {target[:200]}")
            permanent &= seen.status in _PERMANENT
            url = target
        return self._made(link, Verdict.INCONCLUSIVE, None, "redirects without end")

    def _judged(self, link: CitedUrl, url: str, seen: _Seen, *, permanent: bool) -> LinkResult:
        status = seen.status
        # A good page may speak of captchas too, in a form at its foot; a gate answers with an error or lies elsewhere.
        words = status >= 400 and _GATE.search(seen.body)
        gate = bool(words or _GATE_IN_PATH.search(urlsplit(url).path) or "cf-mitigated" in seen.headers)
        if status in _DEAD:
            return self._made(link, Verdict.DEAD, status, f"HTTP {status}")
        if status in _BLOCKED or gate:
            return self._made(link, Verdict.BLOCKED, status, f"HTTP {status}" + (", asks for a person" if gate else ""))
        if not 200 <= status < 300:
            return self._made(link, Verdict.INCONCLUSIVE, status, f"HTTP {status}")
        if url == link.url:
            return self._made(link, Verdict.OK, status, f"HTTP {status}")
        if urlsplit(url).path in ("", "/") and urlsplit(link.url).path not in ("", "/"):
            # Many sites send what they no longer have to their front page instead of saying that it is gone.
            return self._made(link, Verdict.INCONCLUSIVE, status, f"leads to the front page {url}")
        if permanent:
            return self._made(link, Verdict.MOVED, status, f"moved to {url}", moved_to=url)
        return self._made(link, Verdict.OK, status, f"HTTP {status}, by way of {url}")

    async def _ask(self, url: str) -> _Seen:
        """Ask for one address: HEAD, and GET where HEAD does not settle it; wait as long as the host asks."""
        seen = await self._request("HEAD", url)
        for _ in range(2):
            if 200 <= seen.status < 300 or seen.status in _REDIRECTS:
                break
            # Servers that do not know HEAD answer it with almost anything, and one that asks to wait is asked again.
            seen = await self._request("GET", url)
            if not (seen.status in _ASK_LATER and "retry-after" in seen.headers):
                break
        return seen

    async def _request(self, method: str, url: str) -> _Seen:
        host = self._hosts.setdefault(urlsplit(url).hostname or "", _Host())
        async with host.lock:
            if host.closed:
                raise _NotAskedError(Verdict.BLOCKED, 429, host.closed)
            if not self._policy.private and await asyncio.to_thread(is_private, urlsplit(url).hostname or ""):
                raise _NotAskedError(Verdict.INCONCLUSIVE, None, f"leads into a private network: {url[:200]}")
            wait = host.free_at - time.monotonic()
            if wait > 0:
                await self._policy.sleep(wait)
            async with self._at_once:
                try:
                    seen = await self._send(method, url)
                finally:
                    host.free_at = time.monotonic() + self._policy.pause
            if seen.status in _ASK_LATER:
                asked = _retry_after(seen.headers, self._now())
                host.free_at = max(host.free_at, time.monotonic() + asked)
                if asked > self._policy.longest_wait:
                    host.closed = f"the host asks to be left alone for {asked:.0f} seconds"
                    raise _NotAskedError(Verdict.BLOCKED, 429, host.closed)
            return seen

    async def _send(self, method: str, url: str) -> _Seen:
        # A host that drips a byte a second keeps every timeout of the client; the whole must end too.
        async with asyncio.timeout(self._policy.timeout * 2), self._client.stream(method, url) as response:
            body = bytearray()
            # The beginning is enough to see whether it is a gate.
            if method == "GET" and response.status_code not in _REDIRECTS:
                async for chunk in response.aiter_bytes(_READ):
                    body += chunk
                    if len(body) >= _READ:
                        break
            return _Seen(response.status_code, response.headers, bytes(body[:_READ]))

    async def _archived(self, link: CitedUrl) -> str | None:
        """The archived copy nearest to the date of the page; None when there is none, or no answer."""
        parameters = {"url": link.url}
        if link.published:
            parameters["timestamp"] = f"{link.published:%Y%m%d}"
        url = str(httpx.URL(f"{str(self._policy.archive).rstrip('/')}/wayback/available", params=parameters))
        try:
            seen = await self._request("GET", url)
            closest: dict[str, Any] = from_json(seen.body)["archived_snapshots"].get("closest") or {}
            copy, available = str(closest.get("url", "")), closest.get("available") is True
        # Without a proposal the link is dead all the same.
        except (httpx.HTTPError, _NotAskedError, OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return copy if available and re.match("https?://", copy) else None

    def _made(
        self, link: CitedUrl, verdict: Verdict, status: int | None, detail: str, *, moved_to: str | None = None
    ) -> LinkResult:
        return LinkResult(
            url=link.url,
            verdict=verdict,
            status=status,
            detail=detail,
            moved_to=moved_to,
            cited_in=link.cited_in,
            checked_at=self._now(),
        )


def _failure(failure: Exception) -> tuple[Verdict, str]:
    """What a failure without an answer means: a host that does not exist is dead, everything else may pass."""
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            if cause.errno == socket.EAI_NONAME:
                return Verdict.DEAD, "the host has no address"
            return Verdict.INCONCLUSIVE, "the name of the host could not be looked up"
        cause = cause.__cause__ or cause.__context__
    if isinstance(failure, (httpx.TimeoutException, TimeoutError)):
        return Verdict.INCONCLUSIVE, "no answer in time"
    return Verdict.INCONCLUSIVE, f"{type(failure).__name__}: {str(failure)[:200]}".rstrip(": ")


def _without_network(result: LinkResult) -> LinkResult:
    if result.verdict is not Verdict.DEAD:
        return result
    detail = f"{result.detail}; no host answered, is the network there?"
    return replace(result, verdict=Verdict.INCONCLUSIVE, detail=detail)


def _retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds that a host asks to be left alone for; 0 when it does not say."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text) if text.isdigit() else (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return max(seconds, 0.0)
