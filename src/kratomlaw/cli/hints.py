"""What can somebody in a terminal do about an error? Hints that name options, and places to choose from.

The library's hints are written for Python. Whatever a terminal shows of them goes through here.
"""

import re
from collections.abc import Callable, Iterator, Mapping

import kratomlaw

from ..errors import AmbiguousPlaceError, KratomLawError
from ..install import UPGRADE

__all__ = ["candidate_lines", "hint_in_the_terminal"]

_OPTIONS: Mapping[str, str] = {
    "postal_code": "--zip",
    "allow_shrink": "--allow-shrink",
    **{
        name: f"--{name}"
        for name in (
            "age", "arrives", "city", "code", "country", "county", "on", "policy", "product", "since", "source",
            "state", "timeout", "until", "within",
        )
    },
}  # fmt: skip
"""The option that stands for an argument of Python."""

_SAYINGS: tuple[tuple[str, str], ...] = (
    (r",? or pass a datetime\.date", ""),
    (r"Pass a datetime\.timedelta of zero or more", "Set it to zero or more"),
    (r'\[\("([^"]*)", "([^"]*)"\)(?:, \("([^"]*)", "([^"]*)"\))?\]', r'kratomlaw trip "\1=\2"'),
    (r'\bchanges\("([^"]*)"\)', r"--since \1"),
    (r"\blookup\(…\)", "kratomlaw lookup"),
    (r"\bCall refresh\(\)", "Run kratomlaw refresh"),
    (r" to KratomLaw or configure\(\)", ""),
    (r"\boverlay=… or ", ""),
    (r'Ask for a place, such as "US-LA"', 'Name one, such as "New Orleans, LA"; --help has examples'),
    (r"\bcode, or in parts\b", "code with --code, or in parts with --country, --state, --city and so on"),
    (r"\bExchange on and arrives\b", "Exchange --on and --arrives"),
    (r"\bSet (\w+) to (\w+) too, or (\w+) to (\w+)", r"Pass --set \1=\2 too, or --set \3=\4"),
    (r"\bas the city\b", "with --city"),
    (r"\bas the postal code\b", "with --zip"),
    (r"\braise the timeout\b", "raise --timeout"),
    (r"; pass several keys as a list, or", "; several keys are"),
    (r"\bMake one with Policy\(…\), or read one with Policy\.from_json\(…\)", "Write a file for --policy"),
    (r"\bPass what \w+\.to_json\(\) wrote", "Pass what --json wrote"),
    (r": refresh it, or upgrade kratomlaw", f": run kratomlaw refresh, or {UPGRADE}"),
)
"""What is said otherwise in a terminal: patterns, and what stands for them."""
_LONGEST_CODE = 3
"""Letters of a country's or state's code alone: such a text is no town."""
_ARGUMENT = re.compile(r'\b([a-z_]+)=(True|…|"[^"]*"|\d+)')


def hint_in_the_terminal(hint: str) -> str:
    """Say a hint of the library in words that somebody in a terminal can follow.

    Args:
        hint: The hint of an error, or a warning.

    Returns:
        The hint, with the options of the command.

    Example:
        >>> hint_in_the_terminal("Pass whole years as a number, as in age=21.")
        'Pass whole years as a number, as in --age 21.'
        >>> hint_in_the_terminal("If that is intended, refresh with allow_shrink=True.")
        'If that is intended, refresh with --allow-shrink.'
    """
    for pattern, words in _SAYINGS:
        hint = re.sub(pattern, words, hint)
    return _ARGUMENT.sub(_option, hint)


def _option(found: re.Match[str]) -> str:
    name, value = found.groups()
    option = _OPTIONS.get(name)
    if option is None:
        return found[0]
    return option if value in ("True", "…") else f"{option} {value}"


def candidate_lines(
    error: AmbiguousPlaceError, holds: Callable[[kratomlaw.Jurisdiction | str], kratomlaw.Answer] | None = None
) -> Iterator[str]:
    """List the places that may be meant, as they have to be written, with what holds in each.

    Args:
        error: The error.
        holds: Answers for a place; None for today and the leaf.

    Yields:
        A line for each place.
    """
    ask = holds or kratomlaw.lookup
    found = [_candidate(error.query, place, ask) for place in error.candidates]
    size = max((len(written) for written, _ in found), default=0)
    for written, law in found:
        yield f"  {written:<{size}}  {law}"


def _candidate(
    query: str, place: kratomlaw.Jurisdiction, ask: Callable[[kratomlaw.Jurisdiction | str], kratomlaw.Answer]
) -> tuple[str, str]:
    """How a candidate has to be written, and what holds there."""
    is_named = place.name.casefold() in query.casefold()  # "Union, Louisiana" may lie in Louisiana
    is_town = "/" not in place.code and len(query) > _LONGEST_CODE and not is_named
    # The candidate for a town is the state or country in which it lies.
    asked = f"{query}, {place.name}" if is_town else place.code
    # A country's two letters may be those of a state too; its three letters are read everywhere.
    written = asked if is_town or "-" in place.code else place.iso_alpha3 or place.name
    written = f'"{written}"'
    try:
        answer = ask(asked if is_town else place)
    except KratomLawError:
        return written, place.name  # the place is as the error has it; only what holds there is not known
    age = f", from age {answer.buyer_age}" if answer.buyer_age else ""
    holds = f"{answer.word}{age} ({answer.product}, {answer.on})"
    return written, holds if is_town else f"{place.name}: {holds}"
