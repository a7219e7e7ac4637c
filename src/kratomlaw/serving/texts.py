"""How does a result become JSON quickly? Its text is kept as long as the same result is given again."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from enum import StrEnum
from json import dumps
from operator import attrgetter
from typing import Any, NamedTuple

from ..errors import InvalidQueryError
from ..law.answers import Answer
from ..law.citing import CITATIONS, FURTHER, Citing, written_once
from ..law.decisions import Decision, TripDecision
from ..law.plain import Plain, changed, plain_dict, plain_fields
from .brief import LONGEST_NAME, brief_answer, brief_decision, brief_trip, cut

__all__ = ["ALWAYS", "MOST_BYTES", "Detail", "Form", "form_of", "text_of"]

MOST_BYTES = 12_000
"""How long a list in short form is at most, as JSON."""
ALWAYS = ("outcome", "status", "certainty", "stale", "disclaimer")
"""What is never left out: without it the other fields may be taken for more than they say."""
_KEPT = 16_000_000
"""Bytes of text that are kept at most."""


class Detail(StrEnum):
    """How much a result says."""

    BRIEF = "brief"
    """What holds, since when, how sure, and the best sources; a few hundred words at most."""
    FULL = "full"
    """Everything, with all conditions and citations."""


class Form(NamedTuple):
    """In which form a result is wanted."""

    detail: Detail
    """How much it says; does not matter where fields are named."""
    fields: tuple[str, ...] = ()
    """The fields of the full form that are wanted; empty for all that ``detail`` has."""

    def shows(self, field: str) -> bool:
        """Whether a field of an item is wanted."""
        return not self.fields or field in self.fields or field in ALWAYS

    def of(self, item: Plain) -> dict[str, Any]:
        """Write an answer, a decision or a trip in this form.

        Example:
            >>> import kratomlaw
            >>> answer = kratomlaw.lookup("US-LA", on="2026-01-15")
            >>> form_of(type(answer), None, ["sale"], Detail.FULL).of(answer)["sale"]
            'prohibited'
        """
        if self.fields:
            return _only(item, self.fields)
        if self.detail is Detail.FULL:
            return item.to_dict()
        if isinstance(item, Answer):
            return brief_answer(item).to_dict()
        if isinstance(item, Decision):
            return brief_decision(item).to_dict()
        if isinstance(item, TripDecision):
            return brief_trip(item, most_bytes=MOST_BYTES - 1_000).to_dict()
        raise TypeError(f"{type(item).__name__} has no short form")

    def of_list(self, listed: Citing, items: str) -> dict[str, Any]:
        """Write a list, of whose items only some fields may be wanted.

        Args:
            listed: The list with what is said about it.
            items: The name of the field that has the items.
        """
        document = plain_dict(listed)
        if self.fields:
            document[items] = [
                {name: value for name, value in item.items() if self.shows(name)} for item in document[items]
            ]
        return written_once(document, listed.cited_in)


def form_of(kind: type[Plain], detail: Detail | None, fields: Iterable[str], default: Detail) -> Form:
    """Check in which form a result is wanted.

    Args:
        kind: What the result is: its fields can be asked for.
        detail: How much it should say; None where the question does not say it.
        fields: The fields that are wanted.
        default: How much it says where the question does not say it.

    Raises:
        InvalidQueryError: There is no such field, or both were given.

    Example:
        >>> form_of(Answer, None, [], Detail.BRIEF)
        Form(detail=<Detail.BRIEF: 'brief'>, fields=())
    """
    wanted = tuple(dict.fromkeys(name.strip() for name in fields if name.strip()))
    if wanted and detail is not None:
        raise InvalidQueryError("detail and fields exclude each other.", hint="Leave one of them out.")
    names = [field.key for field in plain_fields(kind)]
    for name in wanted:
        if name not in names:
            similar = get_close_matches(name, names, n=1)
            meant = f"Did you mean {similar[0]}? " if similar else ""
            raise InvalidQueryError(
                f"There is no field {name[:40]!r}.", hint=f"{meant}The fields are {', '.join(names)}."
            )
    return Form(detail or default, wanted)


def text_of(item: Plain, form: Form) -> bytes:
    """Write an answer, a decision or a trip as JSON in UTF-8.

    Answers that a snapshot has given before are the same objects, so that their texts need not be written again. Towns
    without a record in one place have the same answer but for their names, so that its text is written once.
    """
    town = item.unmatched if isinstance(item, Answer) else None
    key: tuple[object, ...] = (id(item), form)
    if town is not None:
        # All towns share the very objects that their answers consist of.
        key = (*map(id, _but_for_the_town(item)), form)
    known = _texts.get(key)
    if known is None:
        shown = item if town is None else changed(item, {"unmatched": _TOWN})
        text = dumps(form.of(shown), ensure_ascii=False, separators=(",", ":")).encode()
        # What the key identifies is kept too: as long as it lives, no other object has its identity.
        known = text, item
        _keep(key, known)
    if town is None or _TOWN_WRITTEN not in known[0]:
        return known[0]
    named = town if form.fields or form.detail is Detail.FULL else cut(town, LONGEST_NAME)
    return known[0].replace(_TOWN_WRITTEN, dumps(named, ensure_ascii=False)[1:-1].encode())


_TOWN = "\ufdd0"
"""Stands for the name of a town while a text is kept. Unicode excludes it from all text that is exchanged."""
_TOWN_WRITTEN = _TOWN.encode()
_but_for_the_town = attrgetter(*(field.name for field in plain_fields(Answer) if field.name != "unmatched"))
_texts: dict[tuple[object, ...], tuple[bytes, Plain]] = {}
_length = 0


def _keep(key: tuple[object, ...], known: tuple[bytes, Plain]) -> None:
    global _length  # noqa: PLW0603  # how much is kept; a little too much or too little does no harm
    _length += len(known[0])
    if _length > _KEPT:
        _texts.clear()
        _length = len(known[0])
    _texts[key] = known


def _only(item: Plain, fields: Sequence[str]) -> dict[str, Any]:
    document = plain_dict(item)
    kept = {name: value for name, value in document.items() if name in fields or name in ALWAYS}
    if not isinstance(item, Citing):
        return kept
    written = written_once(kept, item.cited_in)
    return {key: value for key, value in written.items() if value or key not in (CITATIONS, FURTHER) or key in fields}
