"""How do we download from a source? Over HTTP or from a folder; the only module that imports httpx.

Importing it is cheap: what a download needs is imported when one begins.
"""

import codecs
import errno
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urljoin, urlsplit

from ..data.files import read_file
from ..errors import KratomLawSourceWarning, SourceResponseError, SourceUnreachableError
from .loading import forks_wait
from .private_hosts import is_private

if TYPE_CHECKING:
    import socket

__all__ = [
    "FetchRequest",
    "FetchResponse",
    "Fetcher",
    "FolderFetcher",
    "HttpFetcher",
    "fetcher_for",
    "warn_of_plain_http",
]

_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 5
_DOWNLOAD_TIMEOUTS = 12
"""How many timeouts a whole download may last, however steadily it drips."""
_LONGEST_PAUSE = 60.0
"""For how many seconds at most nobody looks whether the time is up; it is short where a fetch can be cancelled."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class FetchRequest(NamedTuple):
    """What is asked of a source."""

    url: str
    """The address."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Headers to send."""
    max_bytes: int = 1_000_000
    """How many bytes the body may have, before and after decompression; more are an error."""
    timeout: float = 10.0
    """Seconds to wait for any one step."""
    on_progress: Callable[[int, int | None], None] | None = None
    """Called with the bytes so far and the bytes expected, if that is known."""
    cancelled: threading.Event | None = None
    """Set when nobody waits for the answer any more; None where that cannot happen."""

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.cancelled is not None and self.cancelled.is_set()


class FetchResponse(NamedTuple):
    """What a source answered."""

    status: int
    """The HTTP status; 200 for a file."""
    headers: Mapping[str, str]
    """The headers, their names in lower case."""
    body: bytes
    """The body, decompressed."""


class Fetcher(Protocol):
    """A client of your own, for ``KratomLaw(fetcher=…)``: to fetch from a bucket, through a session, or in tests.

    It must not follow redirects to less safe addresses, and must keep to ``max_bytes`` and ``timeout``.

    Example:
        >>> class FromMemory:
        ...     def fetch(self, request: FetchRequest) -> FetchResponse:
        ...         return FetchResponse(404, {}, b"")
        >>> import kratomlaw
        >>> kratomlaw.KratomLaw(source="memory://kratom", fetcher=FromMemory(), cache_dir="/nowhere").refresh().outcome
        <RefreshOutcome.KEPT: 'kept'>
    """

    def fetch(self, request: FetchRequest) -> FetchResponse:
        """Fetch one address.

        Args:
            request: What is asked.

        Returns:
            What the source answered, whatever its status.

        Raises:
            SourceUnreachableError: Nothing answered.
            SourceResponseError: The answer is too long or broken.
        """
        ...


def fetcher_for(source: str) -> Fetcher:
    """The fetcher for a source's address: HTTP for ``http://`` and ``https://``, files for all others."""
    return HttpFetcher() if source.lower().startswith(("http://", "https://")) else FolderFetcher()


@cache
def warn_of_plain_http(source: str) -> None:
    """Warn, once a process, of a source that is asked over plain HTTP and not on this machine.

    Args:
        source: The address of a source whose data is not signed, or whose signature nobody checks.
    """
    try:
        parts = urlsplit(source)
    except ValueError:  # it will be refused when it is asked
        return
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        warnings.warn(
            f"The source http://{_host(source)} is neither encrypted nor checked by a key: whoever is on the way to it "
            "can change the law that it says. Use https, or set KRATOMLAW_PUBLIC_KEY.",
            KratomLawSourceWarning,
            stacklevel=2,
        )


class FolderFetcher:
    """Reads a source in a folder, such as a copy in a network without Internet."""

    def fetch(self, request: FetchRequest) -> FetchResponse:
        """Read one file; a missing file is a 404."""
        from urllib.request import url2pathname

        parts = urlsplit(request.url)
        path = Path(url2pathname(parts.path) if parts.scheme == "file" else request.url)
        try:
            body = read_file(path, request.max_bytes)
        except FileNotFoundError:
            return FetchResponse(404, {}, b"")
        except OSError as cause:
            if cause.errno == errno.EFBIG:
                raise _too_long(request) from None
            raise SourceUnreachableError(
                f"{path.name} in the source folder cannot be read: {cause.strerror}.",
                hint="Check the folder and its permissions.",
            ) from cause
        except ValueError:  # a null character
            raise SourceUnreachableError("The path of the source folder is not valid.", hint="Check it.") from None
        if request.on_progress:
            request.on_progress(len(body), len(body))
        return FetchResponse(200, {}, body)


class HttpFetcher:
    """Fetches over HTTP with httpx: proxies and certificate authorities are taken from the environment, as usual."""

    def fetch(self, request: FetchRequest) -> FetchResponse:
        """Fetch one address, following redirects only to https, or on loopback to the same scheme.

        From a public address none is followed into a private network.
        """
        with forks_wait():
            import httpx

            codecs.lookup("idna")  # a module too, with which names of hosts are looked up

        seconds = request.timeout * _DOWNLOAD_TIMEOUTS
        deadline = time.monotonic() + seconds
        url = request.url
        # Only gzip is asked for, and unpacked here: a client's own unpacking has no limit.
        headers = {"Accept-Encoding": "gzip", **request.headers}
        try:
            with forks_wait():  # it imports more
                client = httpx.Client(follow_redirects=False, timeout=request.timeout)
            with client, _Deadline(request) as cutter:
                for _ in range(_MAX_REDIRECTS + 1):
                    with client.stream("GET", url, headers=headers, extensions={"trace": cutter.watch}) as response:
                        if response.status_code not in _REDIRECTS:
                            body = _read(response.iter_raw(), response.headers, request, deadline)
                            found = {name.lower(): value for name, value in response.headers.items()}
                            return FetchResponse(response.status_code, found, body)
                        url = _redirected(url, response.headers.get("location", ""))
                        if is_private(_host(url)) and not is_private(_host(request.url)):
                            raise SourceResponseError(
                                f"The source {_host(request.url)} redirects into a private network.",
                                hint="If that is intended, use the address there as the source.",
                            )
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as cause:
            if time.monotonic() >= deadline:
                raise _too_slow() from cause
            raise SourceUnreachableError(
                f"The source {_host(url)} could not be reached: {type(cause).__name__}.",
                hint="Check the network, the proxy settings and the address; the data in use stays in use.",
            ) from cause
        raise SourceResponseError(f"The source {_host(url)} redirects endlessly.", hint="Check its address.")


class _Deadline:
    """Cuts all connections of one fetch when its time is up: a client's own timeouts start again with every byte.

    They are cut too when the fetch is cancelled, which is looked for several times in each timeout.
    """

    def __init__(self, request: FetchRequest) -> None:
        self._sockets: list[socket.socket] = []
        self._request = request
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="kratomlaw-deadline", daemon=True)

    def __enter__(self) -> "_Deadline":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()

    def _watch(self) -> None:
        deadline = time.monotonic() + self._request.timeout * _DOWNLOAD_TIMEOUTS
        pause = _LONGEST_PAUSE if self._request.cancelled is None else min(self._request.timeout / 10, _LONGEST_PAUSE)
        while not self._request.is_cancelled:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            if self._over.wait(min(pause, left)):
                return
        self._cut()

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Note each socket as the client opens it."""
        import socket

        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            found = info["return_value"].get_extra_info("socket")
            if isinstance(found, socket.socket):
                self._sockets.append(found)

    def _cut(self) -> None:
        import socket

        for opened in self._sockets:
            with suppress(OSError):  # closed by now
                opened.shutdown(socket.SHUT_RDWR)


def _read(chunks: Iterable[bytes], headers: Mapping[str, str], request: FetchRequest, deadline: float) -> bytes:
    """Read a body within its limits, unpacking gzip as it comes."""
    import zlib

    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise SourceResponseError(f"The source uses the compression {encoding[:20]!r}.", hint="Serve plain or gzip.")
    unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    length = headers.get("content-length", "")
    expected = int(length) if length.isdigit() and unpack is None else None
    body = bytearray()
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if unpack is None:
            body += chunk
        else:
            try:
                body += unpack.decompress(chunk, request.max_bytes + 1 - len(body))
            except zlib.error:
                raise _broken_compression() from None
        if received > request.max_bytes or len(body) > request.max_bytes:
            raise _too_long(request)
        if time.monotonic() > deadline:
            raise _too_slow()
        if request.on_progress:
            request.on_progress(len(body), expected)
    if unpack is not None and received and not unpack.eof:
        raise _broken_compression()
    return bytes(body)


def _redirected(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
        old, new = urlsplit(url), urlsplit(target)
    except ValueError as cause:
        raise SourceResponseError(
            f"The source {_host(url)} redirects to something that is not an address.", hint="Check its address."
        ) from cause
    on_loopback = new.scheme == old.scheme and new.hostname in _LOOPBACK and old.hostname in _LOOPBACK
    if not location or not (new.scheme == "https" or on_loopback):
        raise SourceResponseError(
            f"The source {_host(url)} redirects to an address that is not https.", hint="Check its address."
        )
    return target


def _host(url: str) -> str:
    return urlsplit(url).hostname or "?"


def _too_long(request: FetchRequest) -> SourceResponseError:
    return SourceResponseError(
        f"The answer is longer than {request.max_bytes:,} bytes.", hint="Check the address of the source."
    )


def _too_slow() -> SourceUnreachableError:
    return SourceUnreachableError("The source answers too slowly.", hint="Try again, or raise the timeout.")


def _broken_compression() -> SourceResponseError:
    return SourceResponseError("The compressed answer is broken or cut off.", hint="Try again later.")
