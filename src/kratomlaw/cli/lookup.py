"""How is a plain question answered fast? ``kratomlaw lookup`` without typer, which takes longer than the answer.

Typer's own command in ``questions.py`` does the same; it reads what is not understood here, and explains what is wrong.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import kratomlaw

from .output import reporting
from .several import ask_each, places_in

__all__ = ["FLAGS", "OPTIONS", "Asked", "lookup", "read_arguments"]


class Asked(NamedTuple):
    """The arguments of ``kratomlaw lookup``, as typer would read them."""

    place: list[str] | None = None
    code: str | None = None
    country: str | None = None
    state: str | None = None
    county: str | None = None
    city: str | None = None
    postal_code: str | None = None
    on: str | None = None
    product: str = "leaf"
    as_json: bool = False
    full: bool = False


OPTIONS: Mapping[str, str] = {
    "--code": "code",
    "--country": "country",
    "--state": "state",
    "--county": "county",
    "--city": "city",
    "--zip": "postal_code",
    "--postal-code": "postal_code",
    "--on": "on",
    "--product": "product",
    "-p": "product",
}
"""The options that take a value, with the part of ``Asked`` that each stands for."""
FLAGS: Mapping[str, str] = {"--json": "as_json", "--full": "full"}
"""The options without a value, with the part of ``Asked`` that each stands for."""


def read_arguments(words: Sequence[str]) -> Asked | None:
    """Read the words after ``kratomlaw lookup``.

    Args:
        words: The words.

    Returns:
        What was asked; None where typer has to look at them: for help, and for everything that is unusual.

    Example:
        >>> read_arguments(["Denver,", "CO", "--on", "2026-11-23"]).on
        '2026-11-23'
        >>> read_arguments(["--help"])
    """
    place: list[str] = []
    values: dict[str, Any] = {}
    left = iter(words)
    for word in left:
        name, equals, value = word.partition("=")
        if word in FLAGS:
            values[FLAGS[word]] = True
        elif not word.startswith("-"):
            place.append(word)
        elif name not in OPTIONS or (equals and name == "-p"):
            return None
        else:
            given = value if equals else next(left, None)
            if given is None:
                return None
            values[OPTIONS[name]] = given
    return Asked(place=place or None)._replace(**values)


def lookup(asked: Asked) -> None:
    """Answer for one place on one day, or for several, one by one, in a terminal.

    Args:
        asked: The question.

    Raises:
        SystemExit: It has no answer as it was put, or the data cannot be used.
    """

    def answer_for(place: str | None) -> kratomlaw.Answer:
        return kratomlaw.lookup(
            place,
            code=asked.code,
            country=asked.country,
            state=asked.state,
            county=asked.county,
            city=asked.city,
            postal_code=asked.postal_code,
            on=asked.on,
            product=asked.product,
        )

    def show(answer: kratomlaw.Answer) -> None:
        from .answer import show_answer

        show_answer(answer, full=asked.full, states=_states_of(answer))

    holds = partial(kratomlaw.lookup, on=asked.on, product=asked.product)
    with reporting(as_json=asked.as_json, holds=holds):
        ask_each(
            places_in(asked.place or ()), answer_for, show, kratomlaw.Answer.to_dict, as_json=asked.as_json, holds=holds
        )


def _states_of(answer: kratomlaw.Answer) -> Mapping[kratomlaw.Status, int] | None:
    """How many of a country's states have which status; None for other places, and for countries of one law."""
    if answer.matched_level is not kratomlaw.Level.COUNTRY or answer.unmatched or not answer.local_rules:
        return None
    states = kratomlaw.jurisdictions(within=answer.jurisdiction, level="state")
    found: dict[kratomlaw.Status, int] = {}
    for state in states:
        status = kratomlaw.lookup(state, on=answer.on, product=answer.product).status
        found[status] = found.get(status, 0) + 1
    return found or None
