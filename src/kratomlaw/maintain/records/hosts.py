"""Whose site does a cited text stand at? Reads ``data/hosts.toml``, the reviewed list of hosts, and applies it."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from ...errors import DataError
from ...law.records import Citation, Record
from ...law.words import Host

__all__ = ["FILE", "NO_HOSTS", "HostList", "host_name", "read_hosts", "with_hosts"]

FILE = "hosts.toml"
"""The list in the data folder."""
_NAMELESS = "nameless"


class HostList(NamedTuple):
    """The reviewed hosts."""

    classes: Mapping[str, Host]
    """The class of each host; it holds for the hosts below it too."""
    nameless: frozenset[str]
    """The private ones for which nobody answers."""
    archives: frozenset[str]
    """Archives, whose addresses contain that of the page."""

    def entry(self, url: str) -> str | None:
        """The line of the list that an address falls under, the longest that fits; None when there is none.

        Args:
            url: The address.
        """
        host = host_name(url, self.archives)
        parts = host.split(".")
        return next((name for name in (".".join(parts[at:]) for at in range(len(parts))) if name in self.classes), None)

    def host(self, url: str) -> Host | None:
        """Whose site an address is; None when its host is not in the list.

        Args:
            url: The address.

        Example:
            >>> hosts = HostList({"gov": Host.OFFICIAL}, frozenset(), frozenset())
            >>> hosts.host("https://leg.mt.gov/bills"), hosts.host("https://example.com")
            (<Host.OFFICIAL: 'official'>, None)
        """
        entry = self.entry(url)
        return self.classes[entry] if entry else None

    def is_nameless(self, url: str) -> bool:
        """Whether nobody answers for what an address shows.

        Args:
            url: The address.
        """
        return self.entry(url) in self.nameless


NO_HOSTS = HostList({}, frozenset(), frozenset())
"""The list of a data folder that has none."""


def host_name(url: str, archives: frozenset[str] = frozenset()) -> str:
    """The host of an address; of an archived one that of the page inside it.

    Args:
        url: The address.
        archives: The hosts of archives.

    Example:
        >>> host_name("https://web.archive.org/web/2024/https://www.leg.mt.gov/x", frozenset({"web.archive.org"}))
        'www.leg.mt.gov'
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    inside = url.find("http", len("https://"))
    return host_name(url[inside:], archives) if host in archives and inside > 0 else host


def read_hosts(data: Path) -> HostList:
    """Read the list of hosts.

    Args:
        data: The data folder; one without the list has no hosts.

    Raises:
        DataError: The list is not valid, or has a host twice.

    Example:
        >>> read_hosts(Path("data")).host("https://www.legislation.gov.uk/ukpga/2016/2")
        <Host.OFFICIAL: 'official'>
    """
    path = data / FILE
    if not path.is_file():
        return NO_HOSTS
    known = {*map(str, Host), _NAMELESS, "archives"}
    try:
        lists = cast("Mapping[str, list[str]]", tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise DataError(f"{FILE} cannot be read: {cause}.", hint="Correct that line.") from None
    classes: dict[str, Host] = {}
    for name, hosts in lists.items():
        if name not in known or not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
            raise DataError(
                f"{FILE}: {name!r} is no list of hosts.", hint=f"Write lists named {', '.join(sorted(known))}."
            )
        for host in hosts if name != "archives" else ():
            if host in classes:
                raise DataError(f"{FILE}: {host} is there twice.", hint="Remove one of the lines.")
            classes[host] = Host.PRIVATE if name == _NAMELESS else Host(name)
    return HostList(classes, frozenset(lists.get(_NAMELESS, ())), frozenset(lists.get("archives", ())))


def with_hosts(record: Record, hosts: HostList) -> Record:
    """Say in every citation of a record whose site it stands at.

    Args:
        record: The record.
        hosts: The list of hosts.

    Returns:
        The record; a citation without an address, or at an unknown host, says nothing.
    """

    def known(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        return tuple(replace(each, host=hosts.host(each.url) if each.url else None) for each in citations)

    return replace(
        record,
        periods=tuple(replace(each, citations=known(each.citations)) for each in record.periods),
        advisories=tuple(replace(each, citations=known(each.citations)) for each in record.advisories),
        pending=tuple(replace(each, citations=known(each.citations)) for each in record.pending),
    )
