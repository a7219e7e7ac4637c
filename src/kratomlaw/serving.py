"""What do all servers have in common, HTTP and MCP? Which day is today, how often they refresh, how they give hints."""

import re
from collections.abc import Set
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

__all__ = ["REFRESH_EVERY", "Surface", "hint_for", "today_in_utc"]

REFRESH_EVERY = timedelta(hours=6)
"""How often a server looks for newer data, where a source is configured."""


def today_in_utc() -> date:
    """Return the day that a question without a day is about, on every server: the day in UTC.

    A server answers people in all time zones, from machines in several. All of them have to give one question one
    answer, and caches between them and their users have to know when it ends. A program on the reader's own machine
    (``import kratomlaw``, the command line, a notebook) takes the day of that machine instead, which is the day that
    its reader means. Both say in every answer which day it is about.

    Example:
        >>> isinstance(today_in_utc(), date)
        True
    """
    return datetime.now(UTC).date()


class Surface(NamedTuple):
    """How questions are asked of a server."""

    parameters: Set[str]
    """The names of its parameters."""
    lookup: str
    """What asks for one answer."""
    help: str
    """What to read where a hint of the library means nothing to its users."""


_INSTALL = re.compile(r"(?:,? or|;)?[^.,;:]*: python -m pip install [^.]*$")
_ALTERNATIVE = re.compile(r" or pass a datetime\.date")
_CALL = re.compile(r'\b(lookup|changes)\((?:(\w+)=)?"([^"]*)"\)')
_NAMED = re.compile(r'\b([a-z_]+)="([^"]*)"')
_ANY_CALL = re.compile(r"\b(?:lookup|KratomLaw\(\)\.lookup)\(…\)")
_ARGUMENT = re.compile(r"\b([a-z_]+)=…")
_FOREIGN = re.compile(r"\w\(|\bdatetime\b|\bpip\b|KRATOMLAW|KratomLaw|\bkratomlaw [a-z]|(?<!\w)--\w|\b[a-z_]+=…")
_FIRST_ARGUMENTS = {"lookup": "place", "changes": "since"}


def hint_for(surface: Surface, hint: str) -> str:
    """Say a hint of the library in words that somebody who asks a server can follow.

    Hints are written for Python: ``lookup("US-LA")``, ``on=…``, ``python -m pip install …``.

    Args:
        surface: How the server is asked.
        hint: The hint of an error.

    Returns:
        The hint with the names of the server's parameters; a general one where nothing else is left of it.

    Example:
        >>> mcp = Surface(frozenset({"place"}), "kratom_status", "See the arguments of the tool.")
        >>> hint_for(mcp, 'Ask for a place, as in lookup("US-LA").')
        'Ask for a place, as in place="US-LA".'
        >>> hint_for(mcp, "Call refresh() to download it.")
        'See the arguments of the tool.'
    """
    said = _INSTALL.sub(".", hint)
    said = _ALTERNATIVE.sub("", said)
    said = _CALL.sub(lambda found: _parameter(surface, found[2] or _FIRST_ARGUMENTS[found[1]], found[3]), said)
    said = _NAMED.sub(lambda found: _parameter(surface, found[1], found[2]), said)
    said = _ANY_CALL.sub(surface.lookup, said)
    said = _ARGUMENT.sub(lambda found: found[1] if found[1] in surface.parameters else "place", said)
    return surface.help if _FOREIGN.search(said) else said


def _parameter(surface: Surface, name: str, value: str) -> str:
    """An argument of Python as a parameter; one that the server does not have becomes part of the text of the place."""
    if name in surface.parameters:
        return f'{name}="{value}"'
    return f'place="{value}, USA"' if name == "postal_code" else f'place="{value}"'
