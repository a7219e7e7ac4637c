"""How is each citation written once in JSON, and found again when the JSON is read?

An answer cites the same law in several places, a decision in dozens. In their JSON every citation stands once, in one
list, and wherever else it is cited a list ``citations`` holds numbers: positions in that list, from 0.

============================= ========================================================================
JSON of                       the list
============================= ========================================================================
an answer                     ``citations``, which is the evidence of the law that applies, and after it
                              ``further_citations``: what only advisories, pending steps and the next
                              change cite. Numbers count through both.
a decision, a trip, a list    ``citations``
============================= ========================================================================

Whoever reads the JSON in Python meets none of it: ``from_json`` puts every citation where it belongs. What stands
alone, as a single period or change, has its citations in full.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from .plain import plain, plain_dict
from .records import Citation
from .returned import Returned
from .words import Code

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["CITATIONS", "FURTHER", "AnswerCitation", "Citing", "written_once"]

CITATIONS, FURTHER = "citations", "further_citations"
_OWNED = ("advisories", "pending")
"""Whose citations do not say by themselves whose they are, because what cites them does."""
_ABOUT_THE_OWNER = ("set_by", "from_overlay")
_Json = dict[str, Any]


@plain
class AnswerCitation(Citation):
    """A citation together with the jurisdiction whose record gives it."""

    set_by: Code
    """The code of the jurisdiction whose record gives it."""
    from_overlay: bool = False
    """Whether the record is the asking organisation's own, see ``KratomLaw(overlay=…)``."""


class Citing(Returned):
    """Plain data that cites law in several places; its JSON writes each citation once."""

    __slots__ = ()

    cited_in: ClassVar[str] = CITATIONS
    """The key in JSON of the citations that have no place of their own."""

    def to_dict(self) -> dict[str, object]:
        """Write the data as a dictionary that ``json.dumps`` accepts.

        Returns:
            Every field by its key in JSON; dates as ISO 8601 text, words as their text, tuples as lists. Each citation
            stands in it once; elsewhere ``citations`` holds its number.

        Example:
            >>> import kratomlaw
            >>> written = kratomlaw.decide("US-LA", on="2026-01-15").to_dict()
            >>> written["reasons"][0]["citations"][0], written["answers"][0]["citations"][0]
            (0, 0)
        """
        return written_once(plain_dict(self), self.cited_in)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        def write(value: object) -> object:
            return value.to_dict() if isinstance(value, Citing) else value

        def read(value: object) -> object:
            return _in_full(cast("_Json", value), cls.cited_in) if isinstance(value, dict) else value

        _schemas[AnswerCitation] = handler.generate_schema(AnswerCitation)
        return core_schema.no_info_before_validator_function(
            read,
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(write, when_used="json"),
            ref=f"{cls.__module__}.written_once.{cls.__qualname__}:{id(cls)}",
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, object]:
        found = cast("_Json", super().__get_pydantic_json_schema__(schema, handler))
        what = _FURTHER_CITED if cls.cited_in == FURTHER else _ALL_CITED
        cited = handler(_schemas[AnswerCitation])
        # Not required: inside another document, its list serves all.
        found["properties"].setdefault(cls.cited_in, {"type": "array", "items": cited, "description": what})
        return found


_schemas: "dict[type[AnswerCitation], CoreSchema]" = {}
"""How other schemas refer to a citation, once pydantic has made one that does."""
_ALL_CITED = "All citations, each once. Numbers elsewhere are positions in this list, from 0."
_FURTHER_CITED = (
    "The citations that only advisories, pending steps and the next change need. Numbers elsewhere are positions in "
    "citations, from 0, and after them in this list."
)


def written_once(document: _Json, cited_in: str = CITATIONS) -> _Json:
    """Write each citation of a JSON document once.

    Args:
        document: The document, with citations in full wherever they are cited. It is changed.
        cited_in: ``FURTHER`` where the document's own ``citations`` stay in full and are counted first.

    Returns:
        The document, with numbers for citations, and the list that they count.
    """
    known: dict[tuple[object, ...], int] = {}
    listed: list[_Json] = []

    def number(citation: _Json) -> int:
        key = tuple(citation.values())
        position = known.get(key)
        if position is None:
            position = known[key] = len(listed)
            listed.append(citation)
        return position

    own: list[_Json] = document.pop(CITATIONS, []) if cited_in == FURTHER else []
    for citation in own:
        known.setdefault(tuple(citation.values()), len(listed))
        listed.append(citation)
    for cited, owner in _cited_below(document):
        cited[CITATIONS] = [number(one if owner is None else {**one, **owner}) for one in cited[CITATIONS]]
    if cited_in == FURTHER:
        return {**document, CITATIONS: own, FURTHER: listed[len(own) :]}
    return {**document, CITATIONS: listed}


def _in_full(document: _Json, cited_in: str) -> _Json:
    """Put every citation where its number stands; the document is not changed.

    Raises:
        ValueError: A number counts no citation.
    """
    document = _copied(document)
    listed = [*_list(document.get(CITATIONS)), *_list(document.pop(FURTHER, None) if cited_in == FURTHER else None)]
    own = document.pop(CITATIONS, None)
    kept: _Json = {} if own is None or cited_in != FURTHER else {CITATIONS: own}
    for cited, owner in _cited_below(document):
        cited[CITATIONS] = [_numbered(one, listed, owner) for one in cited[CITATIONS]]
    return document | kept


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _numbered(one: object, listed: Sequence[object], owner: _Json | None) -> object:
    if isinstance(one, bool) or not isinstance(one, int):
        return one
    if not 0 <= one < len(listed):
        raise ValueError(f"There is no citation of number {one}")
    found = listed[one]
    if owner is None or not isinstance(found, dict):
        return found
    return {key: value for key, value in cast("_Json", found).items() if key not in _ABOUT_THE_OWNER}


def _cited_below(tree: object, owner: _Json | None = None) -> Iterator[tuple[_Json, _Json | None]]:
    """Everything in a document that has a list of citations, with what those citations lack: whose they are."""
    if isinstance(tree, list):
        for each in cast("list[object]", tree):
            if isinstance(each, (dict, list)):
                yield from _cited_below(cast("object", each), owner)
    elif isinstance(tree, dict):
        found = cast("_Json", tree)
        if isinstance(found.get(CITATIONS), list):
            yield found, owner
        for key, value in found.items():
            if isinstance(value, dict):
                yield from _cited_below(cast("object", value))
            elif isinstance(value, list) and key != CITATIONS:
                for each in cast("list[_Json]", value):
                    if isinstance(each, dict):
                        yield from _cited_below(each, _owner(each) if key in _OWNED else None)


def _owner(item: Mapping[str, Any]) -> _Json:
    return {"set_by": item.get("set_by"), "from_overlay": item.get("from_overlay", False)}


def _copied(tree: object) -> Any:
    """A copy of what changes: dictionaries and lists, not what stands in them."""
    if isinstance(tree, dict):
        return {key: _copied(value) for key, value in cast("_Json", tree).items()}
    return [_copied(each) for each in cast("list[object]", tree)] if isinstance(tree, list) else tree
