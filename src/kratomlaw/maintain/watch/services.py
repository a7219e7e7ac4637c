"""Where are the APIs, and with which keys are they asked? Addresses, and keys from the environment."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from .fetching import Fetched, Key, NotFetchedError

__all__ = ["LEGISCAN_KEY", "OPEN_STATES_KEY", "PAUSES", "ApiReply", "Services", "parsed", "recalled", "services_from"]

LEGISCAN_KEY = "LEGISCAN_API_KEY"
"""The environment variable of the key of LegiScan."""
OPEN_STATES_KEY = "OPENSTATES_API_KEY"
"""The environment variable of the key of Open States."""
PAUSES: Mapping[str, float] = {"api.legiscan.com": 3.0, "v3.openstates.org": 6.5}
"""Seconds between two requests. LegiScan publishes no rate but locks keys that send bursts (23 searches in 20 seconds
were reported to be too many); Open States lets a free key ask 10 times a minute and 250 times a day."""


class Services(NamedTuple):
    """The APIs as they are asked."""

    federal_register: str = "https://www.federalregister.gov/api/v1"
    legiscan: str = "https://api.legiscan.com/"
    open_states: str = "https://v3.openstates.org"
    legiscan_key: Key | None = None
    """None when there is none: its watches are left out."""
    open_states_key: Key | None = None
    """None when there is none: its watches are left out."""


class ApiReply(BaseModel):
    """What the replies of all services share: what we do not read is passed over."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore", frozen=True)


_A = TypeVar("_A", bound=BaseModel)


def services_from(environment: Mapping[str, str]) -> Services:
    """The APIs with the keys of an environment.

    Args:
        environment: The variables, such as ``os.environ``.

    Example:
        >>> services_from({"LEGISCAN_API_KEY": "0123"}).legiscan_key
        Key(…)
    """
    legiscan, open_states = (environment.get(name, "").strip() for name in (LEGISCAN_KEY, OPEN_STATES_KEY))
    return Services(
        legiscan_key=Key(legiscan, parameter="key") if legiscan else None,
        open_states_key=Key(open_states, header="X-API-KEY") if open_states else None,
    )


def parsed(kind: type[_A], fetched: Fetched, *, service: str, key: Key | None = None) -> _A:
    """Read the answer of an API.

    Args:
        kind: What it should be.
        fetched: The answer.
        service: The name of the API, for messages.
        key: The key with which it was asked, so that no message repeats it.

    Returns:
        The content.

    Raises:
        NotFetchedError: It refused, or answered with something else.
    """
    if fetched.status >= 400:
        said = fetched.body[:300].decode("utf-8", "replace") if "json" in fetched.kind else fetched.kind
        text = f"{service} refused (HTTP {fetched.status}): {said}"
        raise NotFetchedError(key.hidden(text) if key else text)
    try:
        return kind.model_validate_json(fetched.body)
    except ValidationError as invalid:
        if "html" in fetched.kind:
            raise NotFetchedError(f"{service} answered with a web page instead of data") from None
        error = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, error["loc"]))
        text = f"{service} answered otherwise than it is documented: {where}: {error['msg']}"
        raise NotFetchedError(key.hidden(text) if key else text) from None


def recalled(kind: type[_A], memory: str | None) -> _A | None:
    """Read what a watch remembered.

    Args:
        kind: What it should be.
        memory: What is written in the state.

    Returns:
        The memory; None when there is none, or when another version of this program wrote it in another form. Then the
        watch looks as if for the first time.
    """
    if memory is None:
        return None
    try:
        return kind.model_validate_json(memory)
    except ValidationError:
        return None
