"""How does a server say what is wrong and what to do, in words that somebody who asks a server can follow?"""

import re
from collections.abc import Iterable, Set
from difflib import get_close_matches
from typing import NamedTuple

__all__ = ["Surface", "hint_for", "hint_for_name"]


class Surface(NamedTuple):
    """How questions are asked of a server."""

    parameters: Set[str]
    """The names of its parameters."""
    lookup: str
    """What asks for one answer."""
    help: str
    """What to read where a hint of the library means nothing to its users."""


_INSTALL = re.compile(r"(?:,? or|;)?[^.,;:]*: python -m pip install .*$")
_ALTERNATIVE = re.compile(r" or pass a datetime\.date")
_CALL = re.compile(r'\b(lookup|changes)\((?:(\w+)=)?"([^"]*)"\)')
_NAMED = re.compile(r'\b([a-z_]+)="([^"]*)"')
_ANY_CALL = re.compile(r"\b(?:lookup|KratomLaw\(\)\.lookup)\(…\)")
_ARGUMENT = re.compile(r"\b([a-z_]+)=…")
_FOREIGN = re.compile(r"\w\(|\[\(|\bdatetime\b|\bpip\b|KRATOMLAW|KratomLaw|\bkratomlaw [a-z]|(?<!\w)--\w|\b[a-z_]+=…")
_OTHER_NAMES = {
    "name": "place",
    "search": "place",
    "text": "place",
    "id": "code",
    "iso": "code",
    "fips": "code",
    "geoid": "code",
    "nation": "country",
    "country_code": "country",
    "state_code": "state",
    "st": "state",
    "parish": "county",
    "zip": "postal_code",
    "zipcode": "postal_code",
    "zip_code": "postal_code",
    "postcode": "postal_code",
    "postal": "postal_code",
    "date": "on",
    "day": "on",
    "when": "on",
    "as_of": "on",
    "asof": "on",
    "on_date": "on",
    "ship_date": "on",
    "shipping_date": "on",
    "dispatch": "on",
    "ships": "on",
    "sent": "on",
    "start": "since",
    "start_date": "since",
    "from_date": "since",
    "date_from": "since",
    "from": "since",
    "after": "since",
    "end": "until",
    "end_date": "until",
    "to_date": "until",
    "date_to": "until",
    "to": "until",
    "before": "until",
    "arrival": "arrives",
    "arrival_date": "arrives",
    "delivery_date": "arrives",
    "delivery": "arrives",
    "delivered": "arrives",
    "q": "place",
    "query": "place",
    "location": "place",
    "address": "place",
    "where": "place",
    "jurisdiction": "place",
    "region": "state",
    "province": "state",
    "town": "city",
    "locality": "city",
    "item": "product",
    "type": "product",
    "substance": "product",
    "drug": "product",
    "buyer_age": "age",
    "customer_age": "age",
    "min_age": "age",
    "action": "act",
    "intent": "act",
    "select": "fields",
    "columns": "fields",
    "verbose": "detail",
    "size": "limit",
    "per_page": "limit",
    "skip": "offset",
    "parent": "within",
    "page": "cursor",
    "after_cursor": "cursor",
}
"""What people try, and what it is called here."""
_INSTEAD = {
    "postal_code": "place",
    "state": "place",
    "county": "place",
    "city": "place",
    "country": "place",
    "code": "place",
    "within": "place",
    "on": "since",
    "place": "within",
    "since": "on",
    "cursor": "offset",
}
"""What serves where a question has no parameter of that name."""
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


def hint_for_name(name: str, known: Iterable[str]) -> str:
    """Say what a parameter that does not exist may have been meant to be.

    Args:
        name: Its name.
        known: The names that the question has.

    Returns:
        The right name, or all of them.

    Example:
        >>> hint_for_name("zip", ["place", "postal_code"]), hint_for_name("prodct", ["product"])
        ('Did you mean postal_code?', 'Did you mean product?')
    """
    names = list(known)
    plain = name.strip().lower().replace("-", "_").removesuffix("[]")
    tried: list[str] = []
    meant = _OTHER_NAMES.get(plain, plain)
    while meant and meant not in tried:  # a ZIP code is a place, and where there is no place, within what to look
        if meant in names:
            return f"Did you mean {meant}?"
        tried.append(meant)
        meant = _INSTEAD.get(meant, "")
    # What is known to mean something else is no misspelling: "date" is not "state".
    similar = [] if plain in _OTHER_NAMES else get_close_matches(plain, names, n=1)
    return f"Did you mean {similar[0]}?" if similar else f"Known parameters: {', '.join(names) or 'none'}."
