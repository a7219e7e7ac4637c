"""What is in the dataset, as flat tables? Places and the law in them through time, today's law, and what is cited."""

from ..client import default_instance
from ..data.snapshot import LawReader, Snapshot
from ..law.answers import AnswerCondition, EffectivePeriod
from ..law.words import Jurisdiction, Product
from .citation_tables import CitationTable, link_table
from .current_tables import advisory_tables, pending_tables, record_of, today_table
from .flat import Fields, FlatColumn, FlatTable, Kind, columns_of, text_of, values_of

__all__ = ["flat_tables"]

_PLACE: Fields[Jurisdiction] = {
    "code": (Kind.TEXT, lambda place: place.code),
    "name": (Kind.TEXT, lambda place: place.name),
    "level": (Kind.TEXT, lambda place: place.level.value),
    "parent": (Kind.TEXT, lambda place: place.parent),
}
_PERIOD: Fields[EffectivePeriod] = {
    "product": (Kind.TEXT, lambda period: period.product.value),
    "first_day": (Kind.DATE, lambda period: period.first_day),
    "end_day": (Kind.DATE, lambda period: period.end_day),
    "since": (Kind.TEXT, lambda period: text_of(period.since)),
    "until": (Kind.TEXT, lambda period: text_of(period.until)),
    "status": (Kind.TEXT, lambda period: period.status.value),
    "sale": (Kind.TEXT, lambda period: period.sale.value),
    "possession": (Kind.TEXT, lambda period: period.possession.value),
    "min_age": (Kind.INTEGER, lambda period: period.min_age),
    "decided_by": (Kind.TEXT, lambda period: period.decided_by.code if period.decided_by else None),
    "penalty": (Kind.TEXT, lambda period: period.penalty),
    "confidence": (Kind.TEXT, lambda period: text_of(period.confidence)),
    "certainty": (Kind.TEXT, lambda period: period.certainty.value),
    "standing": (Kind.TEXT, lambda period: text_of(period.standing)),
    "reason": (Kind.TEXT, lambda period: text_of(period.reason)),
    "temporary": (Kind.BOOLEAN, lambda period: period.temporary),
    "summary": (Kind.TEXT, lambda period: period.summary or None),
    "verified_on": (Kind.DATE, lambda period: period.verified_on),
    "evidence_through": (Kind.TEXT, lambda period: text_of(period.evidence_through)),
}
_CONDITION: Fields[AnswerCondition] = {
    "set_by": (Kind.TEXT, lambda condition: condition.set_by),
    "kind": (Kind.TEXT, lambda condition: condition.kind.value),
    "text": (Kind.TEXT, lambda condition: condition.text),
}
_KEY = ("product", "first_day")
_POSITION = FlatColumn("position", Kind.INTEGER, "Its position among those of the period, from 0.", key=True)
_MORE = {
    "decided_by": "Here its code.",
    "certainty": "After the day on which the data was made, law is only scheduled, which this column does not say.",
    "summary": "Here null when it is empty.",
}
"""What differs in a flat table."""


def flat_tables(law: LawReader | None = None) -> tuple[FlatTable, ...]:
    """Lay the whole dataset out as flat tables.

    Args:
        law: The instance to ask; None for the default instance.

    Returns:
        The tables, all from one version of the data: ``places``, ``periods``, ``conditions``, ``today``, ``pending``,
        ``advisories``, ``citations`` with each citation once, and ``period_citations``, ``pending_citations`` and
        ``advisory_citations``, which say what cites them.

    Raises:
        DataError: The data cannot be used.

    Example:
        >>> [table.name for table in flat_tables()][:4]
        ['places', 'periods', 'conditions', 'today']
    """
    with (law or default_instance()).at_one_version() as view:
        citations = CitationTable()
        places, periods, conditions, period_citations = _history(view, citations)
        pending, pending_citations = pending_tables(view, citations)
        advisories, advisory_citations = advisory_tables(view, citations)
        return (
            places,
            periods,
            conditions,
            today_table(view),
            pending,
            advisories,
            citations.table(),
            period_citations,
            pending_citations,
            advisory_citations,
        )


def _history(law: Snapshot, citations: CitationTable) -> tuple[FlatTable, FlatTable, FlatTable, FlatTable]:
    """Places, the periods of their law, the conditions of those, and what they cite."""
    version = law.dataset().version
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
    key = (code, *columns_of({name: _PERIOD[name] for name in _KEY}, EffectivePeriod, keys=_KEY))
    return (
        FlatTable(
            "places",
            "A known place: every country, the states of countries whose states make law on kratom, and every place "
            "with a record.",
            (*columns_of(_PLACE, Jurisdiction, keys={"code"}), recorded),
            [(*values_of(_PLACE, place), record_of(law, place) is not None) for place in places],
        ),
        FlatTable(
            "periods",
            "A half-open span of days, `[first_day, end_day)`, in which all the law that reaches a place gives one "
            "answer for a product. The spans of a place and product do not overlap and leave no gap after the first. "
            "A day before the first, or a place without any, is unknown.",
            (code, *columns_of(_PERIOD, EffectivePeriod, keys=_KEY, more=_MORE), data_version),
            [(code, *values_of(_PERIOD, period), version) for code, period in periods],
        ),
        FlatTable(
            "conditions",
            "A condition of the law that applies in a period; join on `code`, `product` and `first_day`.",
            (*key, _POSITION, *columns_of(_CONDITION, AnswerCondition)),
            [
                (code, period.product.value, period.first_day, position, *values_of(_CONDITION, condition))
                for code, period in periods
                for position, condition in enumerate(period.conditions)
            ],
        ),
        link_table(
            "period_citations",
            "Where the law that applies in a period is written, the deciding jurisdiction's first; join on `code`, "
            "`product` and `first_day`, and on `citation_id` with `citations`.",
            key,
            [
                ((code, period.product.value, period.first_day), citations.ids(period.citations))
                for code, period in periods
            ],
        ),
    )
