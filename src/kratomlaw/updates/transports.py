"""How are bytes had from a source? Over HTTP or from a folder; the only file that knows httpx."""

import socket
import threading
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

from ..errors import SourceResponseError, SourceUnreachableError
from .fetcher import Fetcher, FetchRequest, FetchResponse

__all__ = ["FolderFetcher", "HttpFetcher", "fetcher_for"]

_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 5
_DOWNLOAD_TIMEOUTS = 12
"""How many timeouts a whole download may last, however steadily it drips."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def fetcher_for(source: str) -> Fetcher:
    """The fetcher that a source's address asks for: files for ``file://`` and folders, HTTP otherwise."""
    return HttpFetcher() if source.lower().startswith(("http://", "https://")) else FolderFetcher()


class FolderFetcher:
    """Reads a source in a folder, such as a copy in a network without Internet."""

    def fetch(self, request: FetchRequest) -> FetchResponse:
        """Read one file; a missing file is a 404."""
        parts = urlsplit(request.url)
        path = Path(url2pathname(parts.path) if parts.scheme == "file" else request.url)
        try:
            with path.open("rb") as file:
                body = file.read(request.max_bytes + 1)
        except FileNotFoundError:
            return FetchResponse(404, {}, b"")
        except (OSError, ValueError) as cause:
            raise SourceUnreachableError(
                f"{path.name} in the source folder cannot be read.", hint="Check the folder and its permissions."
            ) from cause
        if len(body) > request.max_bytes:
            raise _too_long(request)
        if request.on_progress:
            request.on_progress(len(body), len(body))
        return FetchResponse(200, {}, body)


class HttpFetcher:
    """Fetches over HTTP with httpx: proxies and certificate authorities are taken from the environment, as usual."""

    def fetch(self, request: FetchRequest) -> FetchResponse:
        """Fetch one address, following redirects only to https, or on loopback to the same scheme."""
        import httpx

        seconds = request.timeout * _DOWNLOAD_TIMEOUTS
        deadline = time.monotonic() + seconds
        url = request.url
        # Only gzip is asked for, and unpacked here: a client's own unpacking has no limit.
        headers = {"Accept-Encoding": "gzip", **request.headers}
        try:
            with httpx.Client(follow_redirects=False, timeout=request.timeout) as client, _Deadline(seconds) as cutter:
                for _ in range(_MAX_REDIRECTS + 1):
                    with client.stream("GET", url, headers=headers, extensions={"trace": cutter.watch}) as response:
                        if response.status_code not in _REDIRECTS:
                            body = _read(response.iter_raw(), response.headers, request, deadline)
                            found = {name.lower(): value for name, value in response.headers.items()}
                            return FetchResponse(response.status_code, found, body)
                        url = _redirected(url, response.headers.get("location", ""))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as cause:
            if time.monotonic() >= deadline:
                raise _too_slow() from cause
            raise SourceUnreachableError(
                f"The source {_host(url)} could not be reached: {type(cause).__name__}.",
                hint="Check the network, the proxy settings and the address; the data in use stays in use.",
            ) from cause
        raise SourceResponseError(f"The source {_host(url)} redirects without end.", hint="Check its address.")


class _Deadline:
    """Cuts all connections of one fetch when its time is up: a client's own timeouts begin anew with every byte."""

    def __init__(self, seconds: float) -> None:
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Note each socket as the client opens it."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            found = info["return_value"].get_extra_info("socket")
            if isinstance(found, socket.socket):
                self._sockets.append(found)

    def _cut(self) -> None:
        for opened in self._sockets:
            with suppress(OSError):  # closed by now
                opened.shutdown(socket.SHUT_RDWR)


def _read(chunks: Iterable[bytes], headers: Mapping[str, str], request: FetchRequest, deadline: float) -> bytes:
    """Read a body within its limits, unpacking gzip as it comes."""
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
            except zlib.error as cause:
                raise _broken_compression() from cause
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
            f"The source {_host(url)} redirects to what is no address.", hint="Check its address."
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
