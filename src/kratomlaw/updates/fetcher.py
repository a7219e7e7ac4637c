"""What must a client for fetching be able to do? The protocol for applications that bring their own."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

__all__ = ["FetchRequest", "FetchResponse", "Fetcher"]


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


class FetchResponse(NamedTuple):
    """What a source answered."""

    status: int
    """The HTTP status; 200 for a file."""
    headers: Mapping[str, str]
    """The headers, their names in lower case."""
    body: bytes
    """The body, decompressed."""


class Fetcher(Protocol):
    """A client that an application brings along: give one to ``KratomLaw(fetcher=…)``.

    It must not follow redirects to less safe addresses and must keep to ``max_bytes`` and ``timeout``.
    """

    def fetch(self, request: FetchRequest) -> FetchResponse:
        """Fetch one address.

        Raises:
            SourceUnreachableError: Nothing answered.
            SourceResponseError: The answer is too long or broken.
        """
        ...
