"""What did the user configure? Settings from arguments, then from the environment."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING, TypedDict, Unpack

from .data.versions import is_data_version
from .errors import InvalidQueryError
from .law.dates import parse_zone

if TYPE_CHECKING:
    from pathlib import Path

    from .updates.transports import Fetcher

__all__ = ["DEFAULT_MAX_AGE", "DEFAULT_MIN_INTERVAL", "Settings", "SettingsArguments", "read_settings"]

DEFAULT_MAX_AGE = timedelta(days=90)
"""Data older than this is reported as stale: dozens of places change their law on kratom in a year."""
DEFAULT_MIN_INTERVAL = timedelta(hours=1)
"""How long a source is left alone after it was asked."""

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off", "")


class SettingsArguments(TypedDict, total=False):
    """The arguments that settings are given by; what each means is documented at ``KratomLaw``."""

    source: "str | Path | Iterable[str | Path] | None"
    cache_dir: "Path | str | None"
    offline: bool | None
    max_age: timedelta | None
    min_interval: timedelta | None
    public_key: str | Iterable[str] | None
    fetcher: "Fetcher | None"
    dataset: "Path | str | None"
    version: str | None
    overlay: "Path | str | None"
    zone: tzinfo | str | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Settings:
    """The settings of one ``KratomLaw``, read and checked."""

    sources: tuple[str, ...] = ()
    """The addresses of the sources, in the order in which they are asked; empty when none is configured."""
    cache_dir: "Path | None" = None
    """The folder for newer data; None for the user's cache folder."""
    offline: bool = False
    """Whether the network is never touched, not even by a refresh."""
    max_age: timedelta = DEFAULT_MAX_AGE
    """Data older than this is reported as stale."""
    min_interval: timedelta = DEFAULT_MIN_INTERVAL
    """How long a source is left alone after it was asked."""
    public_keys: tuple[str, ...] = ()
    """The publisher's Ed25519 keys, 64 hexadecimal digits each; with any of them set, a signature is mandatory."""
    fetcher: "Fetcher | None" = None
    """The application's own client; None for ours."""
    dataset: "Path | None" = None
    """A dataset file to use instead of the bundled one and the cache."""
    version: str | None = None
    """The one version of the data to answer from; None for the newest."""
    overlay: "Path | None" = None
    """The folder of the organisation's own records; None for none."""
    zone: tzinfo | None = None
    """The time zone of "today" and of moments; None for that of the machine."""

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


def read_settings(**given: Unpack[SettingsArguments]) -> Settings:
    """Join arguments and environment: what is not given is read from its variable, or is as by default.

    Args:
        given: As for ``KratomLaw``.

    Raises:
        InvalidQueryError: A setting is invalid.

    Example:
        >>> read_settings(source="https://law.example.org/kratom/manifest.json", version="2026.11.23").sources
        ('https://law.example.org/kratom',)
    """
    fetcher, dataset = given.get("fetcher"), given.get("dataset")
    return Settings(
        sources=_sources(given.get("source"), any_scheme=fetcher is not None),
        cache_dir=_path(given.get("cache_dir"), "KRATOMLAW_CACHE_DIR"),
        offline=_flag(given.get("offline"), "KRATOMLAW_OFFLINE"),
        max_age=_max_age(given.get("max_age")),
        min_interval=_not_negative("min_interval", given.get("min_interval"), DEFAULT_MIN_INTERVAL),
        public_keys=_public_keys(given.get("public_key")),
        fetcher=fetcher,
        dataset=_path(dataset),
        version=_version(given.get("version")),
        overlay=_path(given.get("overlay"), "KRATOMLAW_OVERLAY"),
        zone=_zone(given.get("zone")),
    )


def _sources(given: "str | Path | Iterable[str | Path] | None", *, any_scheme: bool) -> tuple[str, ...]:
    """The addresses of the sources; a custom fetcher may know other kinds of address than we do."""
    if given is None:
        addresses = tuple(_variable("KRATOMLAW_SOURCE_URL").split())
    elif isinstance(given, (str, os.PathLike)):
        addresses = (str(given),)
    else:
        addresses = tuple(map(str, given))
    for address in addresses:
        scheme, separator, rest = address.partition("://")
        if not any_scheme and separator and (scheme.lower() not in ("http", "https", "file") or not rest.strip("/")):
            raise InvalidQueryError(
                f"{address[:60]!r} is not the address of a source.", hint="Write https://…, file://… or a folder."
            )
    return tuple(address.rstrip("/").removesuffix("/manifest.json") for address in addresses)


def _public_keys(given: str | Iterable[str] | None) -> tuple[str, ...]:
    """The keys in small letters. An empty list is refused: it would mean that unsigned data is used."""
    if given is None:
        keys: tuple[object, ...] = tuple(_variable("KRATOMLAW_PUBLIC_KEY").split())
    else:
        keys = (given,) if isinstance(given, str) else tuple(given) or ("",)
    checked: list[str] = []
    for key in keys:
        if not isinstance(key, str) or not re.fullmatch(r"[0-9a-fA-F]{64}", key, re.ASCII):
            raise InvalidQueryError(
                "The public key is not an Ed25519 key.",
                hint="Write its 32 bytes as 64 hexadecimal digits; pass several keys as a list, "
                "or separate them with spaces in KRATOMLAW_PUBLIC_KEY.",
            )
        checked.append(key.lower())
    return tuple(checked)


def _version(given: str | None) -> str | None:
    if given is not None and not is_data_version(given):
        raise InvalidQueryError(f"{given[:20]!r} is not a version of the data.", hint="Write it as 2026.11.23.")
    return given


def _path(given: "Path | str | None", variable: str | None = None) -> "Path | None":
    text = given if given is not None or variable is None else _variable(variable) or None
    if text is None:
        return None
    from pathlib import Path  # loads half a dozen modules, which a program without settings never needs

    return Path(text)


def _max_age(given: timedelta | None) -> timedelta:
    text = _variable("KRATOMLAW_MAX_AGE")
    if given is not None or not text:
        return _not_negative("max_age", given, DEFAULT_MAX_AGE)
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise InvalidQueryError(
            f"KRATOMLAW_MAX_AGE is {text[:20]!r}, not a number of days.", hint="Write whole days, as in 90."
        )
    return timedelta(days=int(text))


def _zone(given: tzinfo | str | None) -> tzinfo | None:
    zone = given if given is not None else _variable("KRATOMLAW_ZONE") or None
    return None if zone is None else parse_zone(zone)


def _not_negative(name: str, given: timedelta | None, default: timedelta) -> timedelta:
    if given is not None and given < timedelta(0):
        raise InvalidQueryError(f"{name} is negative.", hint="Pass a datetime.timedelta of zero or more.")
    return default if given is None else given


def _flag(given: bool | None, variable: str) -> bool:
    if given is not None:
        return given
    text = _variable(variable).lower()
    if text not in (*_TRUE, *_FALSE):
        raise InvalidQueryError(f"{variable} is {text[:20]!r}, neither yes nor no.", hint="Write 1 or 0.")
    return text in _TRUE


def _variable(name: str) -> str:
    """The text of a variable of the environment, without surrounding spaces; empty where it is not set."""
    return os.environ.get(name, "").strip()
