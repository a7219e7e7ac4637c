"""How long may a response be kept, and is a kept one still valid? ``Cache-Control`` and ``ETag``.

The tag is the version of the data and a hash of the body. The body contains everything that an answer depends on: the
data, the question, the day it was answered for, an organisation's own records. So equal tags mean equal bytes, on every
server and after every restart.
"""

import re
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from http import HTTPStatus

from fastapi import Request, Response

__all__ = ["conditional_response"]

_DATED = 3600
"""Seconds for an answer about a day that was named. Newer data may come at any time, so it is not longer."""
_UNDATED = 300
"""Seconds for an answer about today; never beyond midnight in UTC, when today is another day."""
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def conditional_response(
    request: Request,
    body: bytes,
    version: str,
    *,
    today_is: date | None = None,
    media_type: str = "application/json",
    policy: str | None = None,
) -> Response:
    """Make a response with a body, or "304 Not Modified" if the caller has it already.

    Args:
        request: The request.
        body: What is answered, in UTF-8.
        version: The version of the data that it is made of.
        today_is: The day that it was answered for because none was named; None if a day was named or does not matter.
        media_type: What the body is.
        policy: What a page may load (Content-Security-Policy); None for data, which loads nothing.

    Returns:
        The response with its tag.
    """
    tag = f'"{version}-{blake2b(body, digest_size=12).hexdigest()}"'
    seconds = _DATED if today_is is None else min(_UNDATED, _seconds_until_the_end_of(today_is))
    headers = {"etag": tag, "cache-control": f"public, max-age={seconds}, must-revalidate"}
    if policy is not None:
        headers["content-security-policy"] = policy
    asked = request.headers.get("if-none-match")
    if asked is not None and (asked.strip() == "*" or tag in _TAG.findall(asked)):
        return Response(None, HTTPStatus.NOT_MODIFIED, headers)
    return Response(body, HTTPStatus.OK, headers, media_type)


def _seconds_until_the_end_of(day: date) -> int:
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    return max(0, int((midnight - datetime.now(UTC)).total_seconds()))
