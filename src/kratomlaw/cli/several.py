"""Is this one place or several, and how are several answered one by one?"""

import re
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

import kratomlaw

from ..errors import PlaceError
from .output import WRONG_QUESTION, Form, Holds, described, report_error, say, to_json

__all__ = ["ask_each", "places_in"]

_A = TypeVar("_A")
_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}(/[a-z-]+)?")
"""A code that cannot be a word of a name."""


def places_in(words: Sequence[str]) -> tuple[str, ...]:
    """Answer which places the words of a command line name.

    An argument in quotes is a place, and so are a word with a comma inside and a code with a hyphen. Words without
    quotes are one place together, unless they mean nothing together and each is a place alone.

    Args:
        words: The arguments, as the shell gave them.

    Returns:
        The texts of the places.

    Example:
        >>> places_in(["New", "Orleans,", "Louisiana"]), places_in(["Nashville, TN", "Alton, IL"])
        (('New Orleans, Louisiana',), ('Nashville, TN', 'Alton, IL'))
        >>> places_in(["US-TN", "Thailand"])
        ('US-TN', 'Thailand')
    """
    if len(words) < 2:
        return tuple(words)
    is_alone = any(" " in word.strip() or _CODE.fullmatch(word) for word in words)
    if is_alone or sum("," in word.strip(" ,") for word in words) > 1:
        return tuple(words)
    together = " ".join(words)
    if not _is_place(together) and all(map(_is_place, words)):
        return tuple(words)
    return (together,)


def _is_place(text: str) -> bool:
    try:
        answer = kratomlaw.lookup(text)
    except PlaceError:
        return False
    return answer.unmatched is None and not answer.candidates


def ask_each(
    places: Sequence[str],
    ask: Callable[[str | None], _A],
    show: Callable[[_A], None],
    content: Callable[[_A], object],
    *,
    as_json: bool,
    holds: Holds,
) -> list[_A]:
    """Answer for several places, one by one: an error for one does not lose the others.

    Args:
        places: The texts of the places; none where the question names its place by options.
        ask: Answers for one; None stands for the options.
        show: Prints an answer for a person.
        content: The answer as it stands in JSON.
        as_json: Whether JSON is printed: that of the one answer, or a list for several places, in which an error
            has the place of its answer.
        holds: What holds in a place that may be meant, for errors.

    Returns:
        The answers.

    Raises:
        PlaceError: A place has no answer.
        SystemExit: One of several places has no answer, and it was said why.
    """
    if len(places) < 2:
        answer = ask(places[0] if places else None)
        if as_json:
            say(to_json(content(answer), sys.stdout), form=Form.JSON)
        else:
            show(answer)
        return [answer]
    answers: list[_A] = []
    contents: list[object] = []
    for number, place in enumerate(places):
        if number and not as_json:
            say("")
        try:
            answer = ask(place)
        except PlaceError as error:
            contents.append({"place": place, **described(error)})
            if not as_json:
                report_error(error, holds)
            continue
        answers.append(answer)
        if as_json:
            contents.append(content(answer))
        else:
            show(answer)
    if as_json:
        say(to_json(contents, sys.stdout), form=Form.JSON)
    missing = len(places) - len(answers)
    if missing and as_json:
        raise PlaceError(
            f"{missing} of {len(places)} places {'has' if missing == 1 else 'have'} no answer.",
            hint="The list in the output has an error in the place of each such answer.",
        )
    if missing:
        sys.exit(WRONG_QUESTION)
    return answers
