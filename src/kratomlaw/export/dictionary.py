"""What do the tables and their words mean? The data dictionary, in the words of the docstrings of the classes."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from ..data.facts import DatasetInfo
from ..law.answers import DISCLAIMER, Certainty, Reason
from ..law.docstrings import docstring_of
from ..law.words import CitationKind, ConditionKind, Confidence, Level, Permission, Product, Status
from ..presentation import UNKNOWN_IS_NOT_LEGAL
from .flat import FlatTable

__all__ = ["data_dictionary"]

_WORDS: tuple[type[StrEnum], ...] = (Product, Status, Permission, Level, Confidence, Certainty, Reason)
_PLAIN_WORDS: tuple[type[StrEnum], ...] = (ConditionKind, CitationKind)


def data_dictionary(tables: Iterable[FlatTable], dataset: DatasetInfo) -> str:
    """Describe flat tables, in Markdown.

    Args:
        tables: The tables.
        dataset: Facts about the data that they were made from.

    Returns:
        The text.

    Example:
        >>> import kratomlaw
        >>> from kratomlaw.export import flat_tables
        >>> print(data_dictionary(flat_tables(), kratomlaw.dataset()).splitlines()[0])
        # Data dictionary
    """
    return "\n".join(_lines(tables, dataset)) + "\n"


def _lines(tables: Iterable[FlatTable], dataset: DatasetInfo) -> Iterator[str]:
    yield from ("# Data dictionary", "")
    yield f"The law of kratom, version {dataset.version} of the data, made on {dataset.built_on}. {DISCLAIMER}"
    yield "Records: CC0-1.0. English names of places: Unicode CLDR (Unicode-3.0)."
    yield ""
    yield f"{UNKNOWN_IS_NOT_LEGAL} An empty field in CSV is null; SQLite has 0 and 1 for booleans. Dates"
    yield "are YYYY-MM-DD; those that are only as precise as their evidence are text: YYYY, YYYY-MM or YYYY-MM-DD."
    yield "The law of one day:"
    yield from ("", "```sql", "SELECT * FROM periods")
    yield "WHERE code = 'US-LA' AND product = 'leaf'"
    yield "  AND first_day <= '2026-01-15' AND (end_day IS NULL OR end_day > '2026-01-15');"
    yield from ("```", "And where it is written:", "", "```sql")
    yield "SELECT citations.* FROM period_citations JOIN citations USING (citation_id)"
    yield "WHERE code = 'US-LA' AND product = 'leaf' AND first_day = '2025-08-01' ORDER BY citation_position;"
    yield "```"
    for table in tables:
        yield from ("", f"## {table.name}", table.description, "", "| column | type | what it says |", "|---|---|---|")
        for column in table.columns:
            key = " (key)" if column.key else ""
            yield f"| `{column.name}`{key} | {column.kind} | {column.description} |"
    yield from ("", "## Words")
    for words in _WORDS:
        yield from ("", f"### {words.__name__.lower()}")
        for word in words:
            yield f"- `{word}`: {docstring_of(words, word.name)}"
    for words, name in zip(_PLAIN_WORDS, ("kind of a condition", "kind of a citation"), strict=True):
        yield from ("", f"### {name}", ", ".join(f"`{word}`" for word in words))
