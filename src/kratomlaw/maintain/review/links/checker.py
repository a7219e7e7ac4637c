"""Can the citations still be read? Checks their addresses over the network: hosts side by side, one request each.

Polite: a host is never asked twice at once, is left alone between requests, and as long as it asks to be. What was
found is written down at once, so that a run that was interrupted goes on where it stopped. Nothing here changes a
record: a page that is gone needs a person who reads another one.
"""

import asyncio
import re
import socket
import ssl
import time
import tomllib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
from pydantic import ConfigDict, Field, ValidationError

from ...errors import DataError, InvalidDataError
from ...law.records import Citation, Model, Problem, Record, Text
from ...version import __version__

__all__ = [
    "WAYBACK",
    "LinkReport",
    "LinkResult",
    "Manners",
    "Suppression",
    "Verdict",
    "as_json",
    "as_markdown",
    "as_text",
    "check",
    "cited_links",
    "read_suppressions",
]

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
    UNSURE = "unsure"
    """It did not answer properly this time: it may be there tomorrow."""


class Suppression(Model):
    """A link that need not be checked, and why; one ``[[suppressions]]`` table in ``data/links.toml``."""

    url: Text
    """The address, as it is cited."""
    reason: Text
    """Why it need not be checked, as in «keeps programs out; read in a browser on 2026-11-24»."""
    until: date
    """The first day on which it is to be checked again."""


class LinkResult(Model):
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
    """When it was asked."""


class LinkReport(Model):
    """What became of all links."""

    results: tuple[LinkResult, ...]
    """Each link, in the order of the addresses."""
    suppressed: tuple[Suppression, ...]
    """Links that were not asked for."""
    expired: tuple[Suppression, ...]
    """Suppressions whose time is over; their links were asked for."""
    unused: tuple[Suppression, ...]
    """Suppressions of addresses that no record cites."""

    def of(self, verdict: Verdict) -> tuple[LinkResult, ...]:
        """The results of one verdict."""
        return tuple(result for result in self.results if result.verdict is verdict)

    @property
    def needs_work(self) -> bool:
        """Whether a link is dead, or a suppression expired or unused."""
        return bool(self.of(Verdict.DEAD) or self.expired or self.unused)


class Link(NamedTuple):
    """An address that records cite."""

    url: str
    cited_in: tuple[str, ...]
    """The codes of the records."""
    published: date | None
    """The date of the page, where a citation tells it: the archived copy should be of that time."""


class Manners(NamedTuple):
    """How politely and how patiently links are checked."""

    pause: float = 2.0
    """Seconds between two requests to one host."""
    timeout: float = 20.0
    """Seconds to wait for any one step of an answer."""
    longest_wait: float = 120.0
    """Seconds that a host may ask to be left alone for; when it asks for more, its links are called blocked."""
    at_once: int = 8
    """How many hosts are asked at once."""
    contact: str = ""
    """An address where the checker's owner can be reached, for the hosts' logs."""
    archive: str | None = WAYBACK
    """The base address of the availability service; None to look for no copies."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How to wait for so many seconds."""


def cited_links(records: Iterable[Record]) -> tuple[Link, ...]:
    """List the addresses that records cite, each once.

    Args:
        records: The records.

    Returns:
        The links in the order of their addresses; parts of one page (``#…``) are links of their own.

    Example:
        >>> import kratomlaw
        >>> cited_links([kratomlaw.record("LU")])[0].cited_in
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
    return tuple(Link(url, tuple(codes[url]), published.get(url)) for url in sorted(codes))


def read_suppressions(path: Path) -> tuple[Suppression, ...]:
    """Read ``data/links.toml``.

    Args:
        path: The file; when it is not there, nothing is suppressed.

    Returns:
        The suppressions, in the order of the file.

    Raises:
        InvalidDataError: A suppression lacks its address, its reason or its end, or an address is there twice.

    Example:
        >>> read_suppressions(Path("no-such-file.toml"))
        ()
    """
    try:
        content = path.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as cause:
        raise DataError(f"{path.name} cannot be read.", hint="Check the file.") from cause
    try:
        suppressions = _SuppressionFile.model_validate(tomllib.loads(content)).suppressions
    except tomllib.TOMLDecodeError as cause:
        raise DataError(f"{path.name} is not valid TOML: {cause}.", hint="Correct that line.") from cause
    except ValidationError as invalid:
        problems = tuple(
            Problem(
                file=path.name,
                key=_key(error["loc"]),
                message=f"{error['msg']}.",
                mend="Each of [[suppressions]] has url, reason and until.",
            )
            for error in invalid.errors(include_url=False, include_context=False, include_input=False)
        )
        raise _invalid(path, problems) from invalid
    urls = [suppression.url for suppression in suppressions]
    twice = tuple(
        Problem(file=path.name, key=f"suppressions[{index}].url", message="It is there twice.", mend="Keep one.")
        for index, url in enumerate(urls)
        if url in urls[:index]
    )
    if twice:
        raise _invalid(path, twice)
    return suppressions


def check(
    links: Sequence[Link],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    state: Path | None = None,
    fresh: timedelta = timedelta(days=1),
    suppressions: Sequence[Suppression] = (),
    known: Iterable[str] | None = None,
    manners: Manners = Manners(),  # noqa: B008  # immutable
    on_result: Callable[[LinkResult, int, int], None] | None = None,
) -> LinkReport:
    """Ask for every link, politely.

    Args:
        links: The links.
        now: The clock: suppressions end and results age by it.
        state: The file that results are written to as they come, and read from; None for none.
        fresh: How old a result may be to be taken from the file. Links that were unsure, or whose host did not answer,
            are always asked again.
        suppressions: Links that need not be asked for.
        known: All addresses that are cited, when ``links`` are not all of them: a suppression of any other is unused.
        manners: How politely and patiently.
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
    kept = _read_state(state, oldest=now() - fresh) if state else {}
    results = {
        link.url: kept[link.url].model_copy(update={"cited_in": link.cited_in}) for link in wanted if link.url in kept
    }
    missing = [link for link in wanted if link.url not in results]
    journal = _Journal(state, kept.values())

    def note(result: LinkResult) -> None:
        journal.write(result)
        results[result.url] = result
        if on_result:
            on_result(result, len(results), len(wanted))

    try:
        if missing:
            asyncio.run(_check_all(missing, manners, now, note))
    except ExceptionGroup as failed:  # of the task group: the others were only cancelled
        raise failed.exceptions[0] from failed
    finally:
        journal.close()
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


def as_text(report: LinkReport) -> str:
    """The report for a person at a terminal: what is not in order, then how many links there are of each kind.

    Example:
        >>> as_text(check([]))
        '0 links: 0 ok, 0 moved, 0 dead, 0 blocked, 0 unsure'
    """
    lines = [line for verdict in _TELLING for result in report.of(verdict) for line in _result_lines(result)]
    lines += [f"{what}: {s.url}\n  {s.reason} (until {s.until})" for what, s in _suppressions_to_mend(report)]
    return "\n".join([*lines, _counts(report)])


def as_json(report: LinkReport) -> str:
    """The report for a program: the model ``LinkReport`` as JSON.

    Example:
        >>> LinkReport.model_validate_json(as_json(check([]))).results
        ()
    """
    return report.model_dump_json(indent=2)


def as_markdown(report: LinkReport) -> str:
    """The report as the Markdown of an issue; what a person has to do is a box to tick.

    Example:
        >>> print(as_markdown(check([])).splitlines()[0])
        ### Links: 0 links: 0 ok, 0 moved, 0 dead, 0 blocked, 0 unsure
    """
    lines = [f"### Links: {_counts(report)}"]
    for verdict in _TELLING:
        found = report.of(verdict)
        if not found:
            continue
        lines += ["", f"#### {verdict.capitalize()}", ""]
        for result in found:
            lines.append(f"- [ ] {', '.join(result.cited_in)}: <{result.url}>: {result.detail}")
            if result.moved_to:
                lines.append(f"  - now at <{result.moved_to}>")
            if result.archived:
                lines.append(f"  - archived copy: <{result.archived}>")
    mend = list(_suppressions_to_mend(report))
    if mend:
        lines += ["", "#### Suppressions in `data/links.toml`", ""]
        lines += [f"- [ ] {what}: <{s.url}> ({s.reason}, until {s.until})" for what, s in mend]
    return "\n".join([*lines, ""])


# --- asking ---------------------------------------------------------------------------------------------------------


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


class _HostClosedError(Exception):
    """The host asked to be left alone for longer than this run lasts."""


async def _check_all(
    links: Sequence[Link], manners: Manners, now: Callable[[], datetime], note: Callable[[LinkResult], None]
) -> None:
    purpose = f"checks citations of law; {manners.contact}" if manners.contact else "checks citations of law"
    headers = {
        "User-Agent": f"kratomlaw/{__version__} ({purpose})",
        "Accept": "text/html,application/pdf,*/*;q=0.8",
        "Accept-Encoding": "gzip",
    }
    async with httpx.AsyncClient(timeout=manners.timeout, headers=headers) as client:
        asker = _Asker(client, manners, now)

        async def one(link: Link) -> None:
            note(await asker.result(link))

        # All at once: those of one host wait for each other, those of others do not wait for them.
        async with asyncio.TaskGroup() as group:
            for link in links:
                group.create_task(one(link))


class _Asker:
    """Asks hosts over one client, and judges what they answer."""

    def __init__(self, client: httpx.AsyncClient, manners: Manners, now: Callable[[], datetime]) -> None:
        self._client = client
        self._manners = manners
        self._now = now
        self._hosts: dict[str, _Host] = {}
        self._at_once = asyncio.Semaphore(manners.at_once)

    async def result(self, link: Link) -> LinkResult:
        """Ask for one link."""
        try:
            result = await self._follow(link)
        except _HostClosedError as closed:
            result = self._made(link, Verdict.BLOCKED, 429, str(closed))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError, OSError, ValueError) as failure:
            verdict, detail = _failure(failure)
            result = self._made(link, verdict, None, detail)
        if result.verdict is Verdict.DEAD and self._manners.archive is not None:
            result = result.model_copy(update={"archived": await self._archived(link)})
        return result

    async def _follow(self, link: Link) -> LinkResult:
        """Follow redirects by hand, so that each host on the way is asked as politely as the first."""
        url, permanent = link.url, True
        for _ in range(_MAX_REDIRECTS):
            seen = await self._ask(url)
            if seen.status not in _REDIRECTS or "location" not in seen.headers:
                return self._judged(link, url, seen, permanent=permanent)
            target = urljoin(url, seen.headers["location"])
            if urlsplit(target).scheme not in ("http", "https"):
                return self._made(link, Verdict.UNSURE, seen.status, f"leads to {target[:200]}")
            permanent &= seen.status in _PERMANENT
            url = target
        return self._made(link, Verdict.UNSURE, None, "redirects without end")

    def _judged(self, link: Link, url: str, seen: _Seen, *, permanent: bool) -> LinkResult:
        status = seen.status
        # A good page may speak of captchas too, in a form at its foot; a gate answers with an error or lies elsewhere.
        words = status >= 400 and _GATE.search(seen.body)
        gate = bool(words or _GATE_IN_PATH.search(urlsplit(url).path) or "cf-mitigated" in seen.headers)
        if status in _DEAD:
            return self._made(link, Verdict.DEAD, status, f"HTTP {status}")
        if status in _BLOCKED or gate:
            return self._made(link, Verdict.BLOCKED, status, f"HTTP {status}" + (", asks for a person" if gate else ""))
        if not 200 <= status < 300:
            return self._made(link, Verdict.UNSURE, status, f"HTTP {status}")
        if url == link.url:
            return self._made(link, Verdict.OK, status, f"HTTP {status}")
        if urlsplit(url).path in ("", "/") and urlsplit(link.url).path not in ("", "/"):
            # Many sites send what they no longer have to their front page instead of saying that it is gone.
            return self._made(link, Verdict.UNSURE, status, f"leads to the front page {url}")
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
                raise _HostClosedError(host.closed)
            wait = host.free_at - time.monotonic()
            if wait > 0:
                await self._manners.sleep(wait)
            async with self._at_once:
                try:
                    seen = await self._send(method, url)
                finally:
                    host.free_at = time.monotonic() + self._manners.pause
            if seen.status in _ASK_LATER:
                asked = _retry_after(seen.headers, self._now())
                host.free_at = max(host.free_at, time.monotonic() + asked)
                if asked > self._manners.longest_wait:
                    host.closed = f"the host asks to be left alone for {asked:.0f} seconds"
                    raise _HostClosedError(host.closed)
            return seen

    async def _send(self, method: str, url: str) -> _Seen:
        # A host that drips a byte a second keeps every timeout of the client; the whole must end too.
        async with asyncio.timeout(self._manners.timeout * 2), self._client.stream(method, url) as response:
            body = bytearray()
            # The beginning is enough to see whether it is a gate.
            if method == "GET" and response.status_code not in _REDIRECTS:
                async for chunk in response.aiter_bytes(_READ):
                    body += chunk
                    if len(body) >= _READ:
                        break
            return _Seen(response.status_code, response.headers, bytes(body[:_READ]))

    async def _archived(self, link: Link) -> str | None:
        """The archived copy nearest to the date of the page; None when there is none, or nobody can tell."""
        parameters = {"url": link.url}
        if link.published:
            parameters["timestamp"] = f"{link.published:%Y%m%d}"
        url = str(httpx.URL(f"{str(self._manners.archive).rstrip('/')}/wayback/available", params=parameters))
        try:
            seen = await self._request("GET", url)
            found = _Availability.model_validate_json(seen.body).archived_snapshots.closest
        except (httpx.HTTPError, _HostClosedError, OSError, ValueError):  # a proposal less; the link is dead anyway
            return None
        return found.url if found and found.available else None

    def _made(
        self, link: Link, verdict: Verdict, status: int | None, detail: str, *, moved_to: str | None = None
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
            return Verdict.UNSURE, "the name of the host could not be looked up"
        cause = cause.__cause__ or cause.__context__
    if isinstance(failure, (httpx.TimeoutException, TimeoutError)):
        return Verdict.UNSURE, "no answer in time"
    return Verdict.UNSURE, f"{type(failure).__name__}: {str(failure)[:200]}".rstrip(": ")


def _without_network(result: LinkResult) -> LinkResult:
    if result.verdict is not Verdict.DEAD:
        return result
    detail = f"{result.detail}; no host answered, is the network there?"
    return result.model_copy(update={"verdict": Verdict.UNSURE, "detail": detail})


def _retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds that a host asks to be left alone for; 0 when it does not say."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text) if text.isdigit() else (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return max(seconds, 0.0)


# --- files ----------------------------------------------------------------------------------------------------------


class _SuppressionFile(Model):
    suppressions: tuple[Suppression, ...] = ()


class _Copy(Model):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")
    available: bool = False
    url: Annotated[str, Field(pattern=r"^https?://")]


class _Copies(Model):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")
    closest: _Copy | None = None


class _Availability(Model):
    """What the availability service answers."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")
    archived_snapshots: _Copies


class _Journal:
    """The file of the results, one a line: a run that is cut off loses at most the line that it was writing."""

    def __init__(self, path: Path | None, kept: Iterable[LinkResult]) -> None:
        self._file = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_text("".join(f"{result.model_dump_json()}\n" for result in kept), "utf-8")
            part.replace(path)
            self._file = path.open("a", encoding="utf-8")
        except OSError as cause:
            raise DataError(
                f"{path} cannot be written: {cause.strerror}.", hint="Name another file with --state."
            ) from cause

    def write(self, result: LinkResult) -> None:
        """Write one result, at once."""
        if self._file:
            try:
                self._file.write(f"{result.model_dump_json()}\n")
                self._file.flush()
            except OSError as cause:
                raise DataError(f"{self._file.name} cannot be written: {cause.strerror}.") from cause

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def _read_state(path: Path, *, oldest: datetime) -> dict[str, LinkResult]:
    """The results of earlier runs that still count."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as cause:
        raise DataError(f"{path} cannot be read.", hint="Remove it, or name another file with --state.") from cause
    found: dict[str, LinkResult] = {}
    for line in lines:
        try:
            result = LinkResult.model_validate_json(line)
        except ValidationError:  # the line that was being written when the run was cut off: its link is asked again
            continue
        if result.checked_at >= oldest and result.status is not None and result.verdict is not Verdict.UNSURE:
            found[result.url] = result
    return found


def _citations(record: Record) -> Iterator[Citation]:
    for period in record.periods:
        yield from period.citations
    for advisory in record.advisories:
        yield from advisory.citations
    for bill in record.pending:
        yield from bill.citations


def _invalid(path: Path, problems: tuple[Problem, ...]) -> InvalidDataError:
    return InvalidDataError(
        f"{path.name} has {len(problems)} problems; the first: {problems[0]}",
        problems=problems,
        hint="A link is left unchecked only with a reason that others can judge.",
    )


def _key(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


# --- telling --------------------------------------------------------------------------------------------------------

_TELLING = (Verdict.DEAD, Verdict.MOVED, Verdict.BLOCKED, Verdict.UNSURE)
"""The verdicts that are told one by one, what needs work first."""


def _result_lines(result: LinkResult) -> Iterator[str]:
    yield f"{result.verdict}: {result.url}"
    yield f"  {', '.join(result.cited_in)}: {result.detail}"
    if result.archived:
        yield f"  archived copy: {result.archived}"


def _suppressions_to_mend(report: LinkReport) -> Iterator[tuple[str, Suppression]]:
    yield from (("expired suppression", suppression) for suppression in report.expired)
    yield from (("unused suppression", suppression) for suppression in report.unused)


def _counts(report: LinkReport) -> str:
    counts = ", ".join(f"{len(report.of(verdict))} {verdict}" for verdict in Verdict)
    suppressed = f", {len(report.suppressed)} suppressed" if report.suppressed else ""
    links = "1 link" if len(report.results) == 1 else f"{len(report.results)} links"
    return f"{links}: {counts}{suppressed}"
