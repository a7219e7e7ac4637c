"""What is in the dataset, as flat tables? Places, effective periods, and their conditions and citations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVar

from ..client import default_instance
from ..data.snapshot import LawReader
from ..errors import UnknownPlaceError
from ..law.answers import AnswerCitation, AnswerCondition, EffectivePeriod
from ..law.docstrings import docstring_of
from ..law.plain import Plain
from ..law.words import Jurisdiction, Product

__all__ = ["FlatColumn", "FlatTable", "Kind", "Value", "flat_tables"]

Value = str | int | date | None
_T = TypeVar("_T")


class Kind(StrEnum):
    """What a column contains."""

    TEXT = "text"
    """Text, and dates that are only as precise as their evidence."""
    INTEGER = "integer"
    """A whole number."""
    BOOLEAN = "boolean"
    """True or false."""
    DATE = "date"
    """A day."""


class FlatColumn(NamedTuple):
    """A column of a flat table."""

    name: str
    """Its name."""
    kind: Kind
    """What it contains."""
    description: str
    """What it says."""
    key: bool = False
    """Whether it is part of the key of a row."""


class FlatTable(NamedTuple):
    """A table of texts, numbers, dates and nulls.

    Example:
        >>> places, *_ = flat_tables()
        >>> places.name, [column.name for column in places.columns]
        ('places', ['code', 'name', 'level', 'parent', 'has_record'])
    """

    name: str
    """Its name."""
    description: str
    """What a row is."""
    columns: tuple[FlatColumn, ...]
    """Its columns."""
    rows: Sequence[tuple[Value, ...]]
    """Its rows, in the order of their keys."""


_Fields = Mapping[str, tuple[Kind, Callable[[_T], Value]]]
"""The columns of a table that are fields of a class: what they contain, and how to read it."""

_PLACE: _Fields[Jurisdiction] = {
    "code": (Kind.TEXT, lambda place: place.code),
    "name": (Kind.TEXT, lambda place: place.name),
    "level": (Kind.TEXT, lambda place: place.level.value),
    "parent": (Kind.TEXT, lambda place: place.parent),
}
_PERIOD: _Fields[EffectivePeriod] = {
    "product": (Kind.TEXT, lambda period: period.product.value),
    "first_day": (Kind.DATE, lambda period: period.first_day),
    "end_day": (Kind.DATE, lambda period: period.end_day),
    "since": (Kind.TEXT, lambda period: _text(period.since)),
    "until": (Kind.TEXT, lambda period: _text(period.until)),
    "status": (Kind.TEXT, lambda period: period.status.value),
    "sale": (Kind.TEXT, lambda period: period.sale.value),
    "possession": (Kind.TEXT, lambda period: period.possession.value),
    "min_age": (Kind.INTEGER, lambda period: period.min_age),
    "decided_by": (Kind.TEXT, lambda period: period.decided_by.code if period.decided_by else None),
    "penalty": (Kind.TEXT, lambda period: period.penalty),
    "confidence": (Kind.TEXT, lambda period: _text(period.confidence)),
    "certainty": (Kind.TEXT, lambda period: period.certainty.value),
    "reason": (Kind.TEXT, lambda period: _text(period.reason)),
    "temporary": (Kind.BOOLEAN, lambda period: period.temporary),
    "summary": (Kind.TEXT, lambda period: period.summary or None),
    "verified_on": (Kind.DATE, lambda period: period.verified_on),
    "evidence_through": (Kind.TEXT, lambda period: _text(period.evidence_through)),
}
_CONDITION: _Fields[AnswerCondition] = {
    "set_by": (Kind.TEXT, lambda condition: condition.set_by),
    "kind": (Kind.TEXT, lambda condition: condition.kind.value),
    "text": (Kind.TEXT, lambda condition: condition.text),
}
_CITATION: _Fields[AnswerCitation] = {
    "set_by": (Kind.TEXT, lambda citation: citation.set_by),
    "title": (Kind.TEXT, lambda citation: citation.title),
    "url": (Kind.TEXT, lambda citation: citation.url),
    "kind": (Kind.TEXT, lambda citation: citation.kind.value),
    "published": (Kind.TEXT, lambda citation: _text(citation.published)),
    "supports": (Kind.TEXT, lambda citation: citation.supports),
}
_KEY = ("product", "first_day")
_POSITION = FlatColumn("position", Kind.INTEGER, "Its position among those of the period, from 0.", key=True)
_MORE = {
    "decided_by": "Here its code.",
    "certainty": "After the day on which the data was made, law is only scheduled, which this column does not say.",
    "summary": "Here null when it is empty.",
}
"""What differs in a flat table."""


def flat_tables(law: LawReader | None = None) -> tuple[FlatTable, FlatTable, FlatTable, FlatTable]:
    """Lay the whole dataset out as flat tables.

    Args:
        law: The instance to ask; None for the default instance.

    Returns:
        The tables ``places``, ``periods``, ``conditions`` and ``citations``, all from one version of the data.

    Raises:
        DataError: The data cannot be used.

    Example:
        >>> [table.name for table in flat_tables()]
        ['places', 'periods', 'conditions', 'citations']
    """
    with (law or default_instance()).at_one_version() as view:
        return _tables(view, view.dataset().version)


def _tables(law: LawReader, version: str) -> tuple[FlatTable, FlatTable, FlatTable, FlatTable]:
    places = law.jurisdictions()
    periods = [
        (place.code, period)
        for place in places
        for product in Product
        for period in law.timeline(place, product=product)
    ]
    recorded = FlatColumn(
        "has_record", Kind.BOOLEAN, "Whether its own law is recorded. Law from above may reach it either way."
    )
    data_version = FlatColumn("dataset_version", Kind.TEXT, "The version of the data.")
    code = FlatColumn("code", Kind.TEXT, "The code of the place, as in `places`.", key=True)
    key = (code, *_columns({name: _PERIOD[name] for name in _KEY}, EffectivePeriod, keys=_KEY), _POSITION)
    return (
        FlatTable(
            "places",
            "A known place: every country, the states of countries whose states make law on kratom, and every place "
            "with a record.",
            (*_columns(_PLACE, Jurisdiction, keys={"code"}), recorded),
            [(*_values(_PLACE, place), _has_record(law, place.code)) for place in places],
        ),
        FlatTable(
            "periods",
            "A half-open span of days, `[first_day, end_day)`, in which all the law that reaches a place gives one "
            "answer for a product. The spans of a place and product do not overlap and leave no gap after the first. "
            "A day before the first, or a place without any, is unknown.",
            (code, *_columns(_PERIOD, EffectivePeriod, keys=_KEY), data_version),
            [(code, *_values(_PERIOD, period), version) for code, period in periods],
        ),
        FlatTable(
            "conditions",
            "A condition of the law that applies in a period; join on `code`, `product` and `first_day`.",
            (*key, *_columns(_CONDITION, AnswerCondition)),
            [
                (code, period.product.value, period.first_day, position, *_values(_CONDITION, condition))
                for code, period in periods
                for position, condition in enumerate(period.conditions)
            ],
        ),
        FlatTable(
            "citations",
            "Where the law that applies in a period is written; join on `code`, `product` and `first_day`.",
            (*key, *_columns(_CITATION, AnswerCitation)),
            [
                (code, period.product.value, period.first_day, position, *_values(_CITATION, citation))
                for code, period in periods
                for position, citation in enumerate(period.citations)
            ],
        ),
    )


def _columns(fields: _Fields[_T], model: type[Plain], keys: Iterable[str] = ()) -> tuple[FlatColumn, ...]:
    """Describe columns in the words of the docstrings of a class."""
    columns: list[FlatColumn] = []
    for name, (kind, _) in fields.items():
        said = docstring_of(model, name)
        said = said.replace("; None when", "; null when")
        columns.append(FlatColumn(name, kind, f"{said} {_MORE.get(name, '')}".rstrip(), key=name in keys))
    return tuple(columns)


def _values(fields: _Fields[_T], item: _T) -> tuple[Value, ...]:
    return tuple(value(item) for _, value in fields.values())


def _has_record(law: LawReader, code: str) -> bool:
    try:
        law.record(code)
    except UnknownPlaceError:
        return False
    return True


def _text(value: object) -> str | None:
    return None if value is None else str(value)
