"""What did the user configure? Settings from arguments, then from the environment."""

import os
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from .errors import InvalidQueryError

if TYPE_CHECKING:
    from pathlib import Path

    from .updates.fetcher import Fetcher

__all__ = ["DEFAULT_MAX_AGE", "DEFAULT_MIN_INTERVAL", "Settings", "SettingsArguments", "read_settings"]

DEFAULT_MAX_AGE = timedelta(days=90)
"""From this age on data is called stale: dozens of places change their law on kratom in a year."""
DEFAULT_MIN_INTERVAL = timedelta(hours=1)
"""How long a source is left alone after it was asked."""

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off", "")


class SettingsArguments(TypedDict, total=False):
    """The arguments that settings are given by; see ``KratomLaw``."""

    source: "str | Path | Iterable[str | Path] | None"
    cache_dir: "Path | str | None"
    offline: bool | None
    max_age: timedelta | None
    min_interval: timedelta | None
    public_key: str | None
    fetcher: "Fetcher | None"
    dataset: "Path | str | None"
    version: str | None
    overlay: "Path | str | None"


class Settings(NamedTuple):
    """The settings of one ``KratomLaw``."""

    sources: tuple[str, ...]
    """The addresses of the sources, in the order in which they are asked; empty when none is configured."""
    cache_dir: "Path | None"
    """The folder for newer data; None for the user's cache folder."""
    offline: bool
    """Whether the network is never touched, not even by a refresh."""
    max_age: timedelta
    """The age from which data is called stale."""
    min_interval: timedelta
    """How long a source is left alone after it was asked."""
    public_key: str | None
    """The publisher's Ed25519 key in hexadecimal digits; with it a signature is mandatory."""
    fetcher: "Fetcher | None"
    """The application's own client; None for ours."""
    dataset: "Path | None"
    """A dataset file to use instead of the bundled one and the cache."""
    version: str | None
    """The one version of the data to answer from; None for the newest."""
    overlay: "Path | None"
    """The folder of the organisation's own records; None for none."""

    @property
    def may_ask(self) -> bool:
        """Whether there is a source, and it may be asked."""
        return bool(self.sources) and not self.offline

    def fetcher_of(self, source: str) -> "Fetcher":
        """The client that downloads from a source."""
        from .updates.transports import fetcher_for

        return self.fetcher or fetcher_for(source)

    @property
    def uses_cache(self) -> bool:
        """Whether the cache is looked at: only where somebody has configured a source or a folder."""
        return self.dataset is None and bool(self.sources or self.cache_dir)


def read_settings(
    *,
    source: "str | Path | Iterable[str | Path] | None" = None,
    cache_dir: "Path | str | None" = None,
    offline: bool | None = None,
    max_age: timedelta | None = None,
    min_interval: timedelta | None = None,
    public_key: str | None = None,
    fetcher: "Fetcher | None" = None,
    dataset: "Path | str | None" = None,
    version: str | None = None,
    overlay: "Path | str | None" = None,
) -> Settings:
    """Join arguments and environment; see ``KratomLaw`` for what each means.

    Raises:
        InvalidQueryError: A setting has no meaning.
    """
    if source is None:
        sources = tuple(os.environ.get("KRATOMLAW_SOURCE_URL", "").split())
    elif isinstance(source, (str, os.PathLike)):
        sources = (str(source),)
    else:
        sources = tuple(map(str, source))
    for address in sources:
        scheme, separator, rest = address.partition("://")
        # An application's own client may know other kinds of address.
        if fetcher is None and separator and (scheme.lower() not in ("http", "https", "file") or not rest.strip("/")):
            raise InvalidQueryError(
                f"{address[:60]!r} is not the address of a source.", hint="Write https://…, file://… or a folder."
            )
    folder = cache_dir if cache_dir is not None else os.environ.get("KRATOMLAW_CACHE_DIR", "").strip() or None
    key = public_key if public_key is not None else os.environ.get("KRATOMLAW_PUBLIC_KEY", "").strip() or None
    own = overlay if overlay is not None else os.environ.get("KRATOMLAW_OVERLAY", "").strip() or None
    if key is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", key, re.ASCII):
        raise InvalidQueryError(
            "The public key is not an Ed25519 key.", hint="Write its 32 bytes as 64 hexadecimal digits."
        )
    if version is not None and not re.fullmatch(r"\d{4}\.\d{2}\.\d{2}(\.[1-9]\d{0,5})?", version, re.ASCII):
        raise InvalidQueryError(f"{version[:20]!r} is not a version of the data.", hint="Write it as 2026.11.23.")
    return Settings(
        sources=tuple(address.rstrip("/").removesuffix("/manifest.json") for address in sources),
        cache_dir=_path(folder),
        offline=_flag("KRATOMLAW_OFFLINE") if offline is None else offline,
        max_age=_age(max_age, "KRATOMLAW_MAX_AGE", DEFAULT_MAX_AGE, "max_age"),
        min_interval=_age(min_interval, None, DEFAULT_MIN_INTERVAL, "min_interval"),
        public_key=key.lower() if key else None,
        fetcher=fetcher,
        dataset=_path(dataset),
        version=version,
        overlay=_path(own),
    )


def _age(given: timedelta | None, variable: str | None, default: timedelta, name: str) -> timedelta:
    if given is not None:
        if given < timedelta(0):
            raise InvalidQueryError(f"{name} is negative.", hint="Pass a datetime.timedelta of zero or more.")
        return given
    text = os.environ.get(variable, "").strip() if variable else ""
    if text and not (text.isascii() and text.isdigit() and len(text) < 7):
        raise InvalidQueryError(
            f"{variable} is {text[:20]!r}, not a number of days.", hint="Write whole days, as in 90."
        )
    return timedelta(days=int(text)) if text else default


def _path(text: "Path | str | None") -> "Path | None":
    if text is None:
        return None
    from pathlib import Path

    return Path(text)


def _flag(variable: str) -> bool:
    text = os.environ.get(variable, "").strip().lower()
    if text not in (*_TRUE, *_FALSE):
        raise InvalidQueryError(f"{variable} is {text[:20]!r}, neither yes nor no.", hint="Write 1 or 0.")
    return text in _TRUE
