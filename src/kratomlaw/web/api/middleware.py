"""Which requests are refused before they are routed, and which headers does every response get?

A plain ASGI middleware, so that it costs next to nothing and sees every response.
"""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...errors import InvalidQueryError
from .problems import SECURITY_HEADERS, ProblemDetails, problem_response

__all__ = ["SafetyMiddleware"]

_LONGEST_ADDRESS = 8192
"""Bytes of path and query; a place in any script fits in many times over."""
_LARGEST_BODY = 16_384
"""Bytes. A question that is asked with GET has no body; a small one is ignored, as HTTP allows."""
_LARGEST_QUESTIONS = 393_216
"""Bytes of a body with questions: 500 of them with long addresses."""
_MOST_PARAMETERS = 40
"""More than any question has, so that a misspelt one is still found and named."""


class SafetyMiddleware:
    """Refuses requests that are too large, answers HEAD like GET without a body, and adds headers for browsers.

    Args:
        app: The application behind it.
        vary_by_origin: Whether responses differ by the web site that asks, so that caches must keep them apart.
    """

    def __init__(self, app: ASGIApp, *, vary_by_origin: bool = False) -> None:
        self._app = app
        self._vary_by_origin = vary_by_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-cache")
                if self._vary_by_origin:
                    headers["vary"] = "Origin"
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        read = 0

        async def bounded_receive() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > _LARGEST_QUESTIONS:  # HTTP/2 needs no Content-Length
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        refusal = _refusal(scope)
        if refusal is not None:
            await problem_response(refusal)(scope, receive, guarded_send)
            return
        await self._app({**scope, "method": "GET"} if head else scope, bounded_receive, guarded_send)


def _refusal(scope: Scope) -> ProblemDetails | None:
    """Why a request is refused; None when it is not."""
    path: str = scope["path"][:200]
    status = _refused_status(scope)
    if status is not None:
        return ProblemDetails.of_status(status, path)
    separators: int = scope["query_string"].count(b"&")  # taking thousands of parameters apart would take long
    if separators < _MOST_PARAMETERS:
        return None
    many = InvalidQueryError(
        f"The question has {separators + 1} parameters.", hint="openapi.json lists the parameters of each question."
    )
    return ProblemDetails.of_error(many, path)


def _refused_status(scope: Scope) -> HTTPStatus | None:
    """What HTTP itself says about a request that is too large or malformed; None for others."""
    address: bytes = scope.get("raw_path") or scope["path"].encode()
    if len(address) + len(scope["query_string"]) > _LONGEST_ADDRESS:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers:
        return HTTPStatus.LENGTH_REQUIRED
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        return HTTPStatus.BAD_REQUEST
    # int() would work long on thousands of digits.
    largest = _LARGEST_QUESTIONS if scope["method"] == "POST" else _LARGEST_BODY
    if len(length) > 12 or int(length) > largest:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None
