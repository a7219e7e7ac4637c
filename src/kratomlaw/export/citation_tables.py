"""Where is it written? Each citation once, and which of them each period, pending step and advisory has."""

import hashlib
from collections.abc import Iterable, Sequence

from ..law.answers import AnswerCitation
from ..law.records import Citation
from .flat import Fields, FlatColumn, FlatTable, Kind, Value, columns_of, text_of, values_of

__all__ = ["CITATION_ID", "CitationTable", "link_table"]

CITATION_ID = FlatColumn(
    "citation_id", Kind.TEXT, "The citation, as in `citations`. The same in every version that has the same citation."
)
_DIGITS = 16
_CITATION: Fields[Citation] = {
    "title": (Kind.TEXT, lambda citation: citation.title),
    "url": (Kind.TEXT, lambda citation: citation.url),
    "kind": (Kind.TEXT, lambda citation: citation.kind.value),
    "published": (Kind.TEXT, lambda citation: text_of(citation.published)),
    "supports": (Kind.TEXT, lambda citation: citation.supports),
    "host": (Kind.TEXT, lambda citation: text_of(citation.host)),
    "silent": (Kind.BOOLEAN, lambda citation: citation.silent),
    "archive": (Kind.TEXT, lambda citation: citation.archive),
}


class CitationTable:
    """The citations of all tables, each once. It is filled while the tables that cite them are made."""

    def __init__(self) -> None:
        self._ids: dict[tuple[Value, ...], str] = {}

    def ids(self, citations: Iterable[Citation], set_by: str | None = None) -> list[str]:
        """Number citations, in their order.

        Args:
            citations: The citations.
            set_by: The jurisdiction whose record gives those that do not say so themselves.
        """
        return [self._id(citation, set_by) for citation in citations]

    def _id(self, citation: Citation, set_by: str | None) -> str:
        given_by = citation.set_by if isinstance(citation, AnswerCitation) else set_by
        values = (given_by, *values_of(_CITATION, citation))
        known = self._ids.get(values)
        if known is None:
            known = self._ids[values] = hashlib.sha256(repr(values).encode()).hexdigest()[:_DIGITS]
        return known

    def table(self) -> FlatTable:
        """Everything that was cited until now."""
        return FlatTable(
            "citations",
            "Where law is written, each citation once; `period_citations`, `pending_citations` and "
            "`advisory_citations` say what cites it.",
            (
                CITATION_ID._replace(key=True),
                FlatColumn("set_by", Kind.TEXT, "The code of the jurisdiction whose record gives it."),
                *columns_of(_CITATION, Citation),
            ),
            sorted((known, *values) for values, known in self._ids.items()),
        )


def link_table(
    name: str, description: str, keys: Sequence[FlatColumn], rows: Iterable[tuple[tuple[Value, ...], Sequence[str]]]
) -> FlatTable:
    """Make a table that says which citations each row of another one has.

    Args:
        name: Its name.
        description: What a row is.
        keys: The key of the other table.
        rows: The key of each row there, and the ids of its citations.
    """
    position = FlatColumn("citation_position", Kind.INTEGER, "Its position among the citations, from 0.", key=True)
    return FlatTable(
        name,
        description,
        (*keys, position, CITATION_ID),
        [(*key, number, known) for key, ids in rows for number, known in enumerate(ids)],
    )
