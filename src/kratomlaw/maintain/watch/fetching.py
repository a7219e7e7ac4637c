"""How is a page or an API asked politely? One host one request at a time, robots, Retry-After, a budget, no keys shown.

Every request of a run goes through one ``Web``. A key is put into a request at the last moment, below the client, so
that no address, log line or exception ever contains it.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from ...updates.private_hosts import is_private
from ...version import __version__

__all__ = [
    "BudgetSpentError",
    "CrawlPolicy",
    "Fetched",
    "Key",
    "NotFetchedError",
    "Web",
    "retry_after",
]

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_MOST_REDIRECTS = 6
_ASK_LATER = (429, 503)
_ATTEMPTS = 3
_FAILURES_IN_A_ROW = 3
_ROBOT = "kratomlaw"
_KEY = "kratomlaw.key"
_MOST_ROBOTS = 500_000


class Key(NamedTuple):
    """A key of an API, and where in a request it belongs."""

    value: str
    """The key itself."""
    parameter: str = ""
    """The parameter of the query in which it is sent."""
    header: str = ""
    """The header in which it is sent."""

    def __repr__(self) -> str:
        return "Key(…)"

    def hidden(self, text: str) -> str:
        """A text of the API without the key, should it repeat it.

        Example:
            >>> Key("s3cr3t", header="X-API-KEY").hidden("Invalid key s3cr3t")
            'Invalid key …'
        """
        return text.replace(self.value, "…") if self.value else text


class CrawlPolicy(NamedTuple):
    """How politely, how patiently and how much is asked."""

    pause: float = 2.0
    """Seconds between two requests to one host."""
    pauses: Mapping[str, float] = {}
    """Other pauses, by host."""
    timeout: float = 20.0
    """Seconds to wait for any one step of an answer."""
    longest_wait: float = 120.0
    """The longest wait, in seconds, that a host may ask for; when it asks for more, it gets no more requests."""
    at_once: int = 8
    """How many hosts get a request at the same time."""
    budget: int = 2000
    """How many requests a run may send."""
    most_bytes: int = 12_000_000
    """The longest answer that is read."""
    contact: str = ""
    """An address where whoever runs this can be reached, for the hosts' logs."""
    private: bool = False
    """Whether addresses of this machine and of private networks are asked too. A feed or a redirect could otherwise
    reach what only this machine can reach."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How to wait for a number of seconds."""


class Fetched(NamedTuple):
    """One answer."""

    url: str
    """The address that answered, after redirects."""
    status: int
    """Its HTTP status: 200 or another of success, 304, or a refusal such as 404."""
    headers: Mapping[str, str]
    """Its headers, names in small letters."""
    body: bytes
    """What it sent."""
    moved_to: str | None
    """The new address, when all redirects on the way were permanent; None when nothing moved."""

    @property
    def kind(self) -> str:
        """The media type, as in ``text/html``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that the server named; None when it named none."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset" and value.strip():
                return value.strip().strip('"').lower()
        return None


class NotFetchedError(Exception):
    """There is no answer; the message says why. ``repeated`` marks what was said of the same host before."""

    def __init__(self, message: str, *, repeated: bool = False) -> None:
        super().__init__(message)
        self.repeated = repeated


class BudgetSpentError(NotFetchedError):
    """The run has sent as many requests as it may."""


class _Host:
    """One host: a lock, so that it is asked one thing at a time, and the moment from which it may be asked again."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0
        self.pause = 0.0
        self.closed = ""
        """Why it is not asked any more in this run."""
        self.failures = 0
        self.robots: Callable[[str], bool] | None = None


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class _KeyTransport(httpx.AsyncBaseTransport):
    """Puts the key into a request after the client has logged it."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=_certificates())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        key = request.extensions.get(_KEY)
        if not isinstance(key, Key):
            return await self._inner.handle_async_request(request)
        url = request.url.copy_merge_params({key.parameter: key.value}) if key.parameter else request.url
        headers = httpx.Headers(request.headers)
        if key.header:
            headers[key.header] = key.value
        extensions = {name: value for name, value in request.extensions.items() if name != _KEY}
        keyed = httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=extensions)
        return await self._inner.handle_async_request(keyed)

    async def aclose(self) -> None:
        await self._inner.aclose()


class Web:
    """The internet, as one run may use it. Use it in ``async with``.

    Args:
        policy: How politely, how patiently and how much.
        now: The clock, for dates in ``Retry-After``.
    """

    def __init__(self, policy: CrawlPolicy, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.policy = policy
        self.requests: int = 0
        """How many requests were sent."""
        self._now = now
        self._hosts: dict[str, _Host] = {}
        self._at_once = asyncio.Semaphore(policy.at_once)
        purpose = f"watches the law on kratom; {policy.contact}" if policy.contact else "watches the law on kratom"
        self._client = httpx.AsyncClient(
            transport=_KeyTransport(),
            timeout=policy.timeout,
            headers={"User-Agent": f"{_ROBOT}/{__version__} ({purpose})", "Accept-Encoding": "gzip, deflate"},
        )

    async def __aenter__(self) -> "Web":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.aclose()

    def close(self, url: str, reason: str) -> None:
        """Send no more requests to the host of an address, as when its API refuses the key."""
        self._host(url).closed = reason

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        key: Key | None = None,
        robots: bool = True,
    ) -> Fetched:
        """Ask for an address, and follow where it leads.

        Args:
            url: The address.
            headers: Headers of this request, such as those of a conditional one.
            key: The key of an API; it is never sent to another address.
            robots: Whether ``robots.txt`` decides; an API that invites programs is asked without it.

        Returns:
            The answer, also when it is a refusal such as 404.

        Raises:
            BudgetSpentError: The run may send no more requests.
            NotFetchedError: Robots are kept out, the host asked to be left alone, or there was no answer.
        """
        at, permanent = url, True
        for _ in range(_MOST_REDIRECTS):
            if urlsplit(at).scheme not in ("http", "https"):
                raise NotFetchedError(f"leads to {at[:200]}")
            if robots and not await self._may(at):
                raise NotFetchedError("robots.txt keeps programs out")
            answer = await self._ask(at, headers or {}, key)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                moved = at if at != url and permanent and answer.status < 400 else None
                return Fetched(at, answer.status, answer.headers, answer.body, moved)
            if key is not None:
                raise NotFetchedError(f"the API leads to another address (HTTP {answer.status})")
            permanent &= answer.status in _PERMANENT
            at = urljoin(at, target)
        raise NotFetchedError("redirects without end")

    def _host(self, url: str) -> _Host:
        name = urlsplit(url).netloc.rpartition("@")[2].lower()
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host()
            host.pause = self.policy.pauses.get(name.partition(":")[0], self.policy.pause)
        return host

    async def _may(self, url: str) -> bool:
        """Whether robots.txt lets us in, by RFC 9309: when it cannot be reached, nobody may."""
        host = self._host(url)
        if host.robots is None:
            async with host.lock:
                if host.robots is None:
                    host.robots = await self._read_robots(url, host)
        return host.robots(url)

    async def _read_robots(self, url: str, host: _Host) -> Callable[[str], bool]:
        from protego import Protego

        at = urljoin(url, "/robots.txt")
        for _ in range(_MOST_REDIRECTS):
            answer = await self._locked(at, host, {}, None)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                break
            at = urljoin(at, answer.headers["location"])
        else:
            return lambda _: False
        if answer.status >= 500:
            return lambda _: False
        if answer.status != 200:
            return lambda _: True
        rules = Protego.parse(answer.body[:_MOST_ROBOTS].decode("utf-8", "replace"))
        delay = rules.crawl_delay(_ROBOT)
        if delay:
            host.pause = max(host.pause, min(float(delay), self.policy.longest_wait))
        return lambda wanted: bool(rules.can_fetch(wanted, _ROBOT))

    async def _ask(self, url: str, headers: Mapping[str, str], key: Key | None) -> _Answer:
        host = self._host(url)
        async with host.lock:
            return await self._locked(url, host, headers, key)

    async def _locked(self, url: str, host: _Host, headers: Mapping[str, str], key: Key | None) -> _Answer:
        """Ask while nobody else asks the same host; as long as it asks for time, give it."""
        for attempt in range(_ATTEMPTS):
            if host.closed:
                raise NotFetchedError(host.closed, repeated=True)
            if self.requests >= self.policy.budget:
                raise BudgetSpentError(f"the budget of {self.policy.budget} requests is spent")
            if not self.policy.private and await asyncio.to_thread(is_private, urlsplit(url).hostname or ""):
                raise NotFetchedError("leads into a private network")
            wait = host.free_at - time.monotonic()
            if wait > 0:
                await self.policy.sleep(wait)
            try:
                answer = await self._send(url, host, headers, key)
            except NotFetchedError:
                # A host may close a connection just when it is used again: once more, on a new one.
                if attempt == 0 and not host.closed:
                    continue
                raise
            if answer.status not in _ASK_LATER:
                return answer
            asked = retry_after(answer.headers, self._now())
            if asked is not None and asked <= self.policy.longest_wait and attempt < _ATTEMPTS - 1:
                host.free_at = max(host.free_at, time.monotonic() + asked)
                continue
            until = "" if asked is None else f" for {asked:.0f} seconds"
            if answer.status == 429 or asked is not None:
                host.closed = f"the host asks to be left alone{until} (HTTP {answer.status})"
                raise NotFetchedError(host.closed)
            return answer
        raise NotFetchedError("the host asks to be left alone again and again")

    async def _send(self, url: str, host: _Host, headers: Mapping[str, str], key: Key | None) -> _Answer:
        async with self._at_once:
            self.requests += 1
            try:
                # A host that drips a byte a second keeps every timeout of the client; the whole must end too.
                async with asyncio.timeout(self.policy.timeout * 3):
                    answer = await self._read(url, headers, key)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError, OSError, ValueError) as failure:
                host.failures += 1
                said = _said(failure)
                if host.failures >= _FAILURES_IN_A_ROW:
                    host.closed = f"the host did not answer {host.failures} times: {said}"
                # Without its cause: the cause holds the request.
                raise NotFetchedError(key.hidden(said) if key else said) from None
            finally:
                host.free_at = time.monotonic() + host.pause
        host.failures = 0
        return answer

    async def _read(self, url: str, headers: Mapping[str, str], key: Key | None) -> _Answer:
        request = self._client.build_request("GET", url, headers=dict(headers))
        if key is not None:
            request.extensions = {**request.extensions, _KEY: key}
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            body = bytearray()
            async for chunk in response.aiter_bytes(65_536):
                body += chunk
                if len(body) > self.policy.most_bytes:
                    raise ValueError(f"the answer is longer than {self.policy.most_bytes:,} bytes")
            return _Answer(response.status_code, dict(response.headers), bytes(body))
        finally:
            await response.aclose()


@cache
def _certificates() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes longer than a request."""
    return httpx.create_ssl_context()


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a host asks to be left alone for.

    Args:
        headers: The headers of its answer, names in small letters.
        now: The present moment, with its time zone.

    Returns:
        The seconds; None when it does not say.

    Example:
        >>> retry_after({"retry-after": "120"}, datetime(2026, 11, 30, tzinfo=UTC))
        120.0
        >>> retry_after({"retry-after": "Mon, 30 Nov 2026 00:01:00 GMT"}, datetime(2026, 11, 30, tzinfo=UTC))
        60.0
    """
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text) if text.isdigit() else (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(seconds, 0.0)


def _said(failure: Exception) -> str:
    if isinstance(failure, (httpx.TimeoutException, TimeoutError)):
        return "no answer in time"
    return f"{type(failure).__name__}: {str(failure)[:200]}".rstrip(": ")
