"""What holds today, what is pending, and what do regulators say? The tables that are about now, not about history."""

from collections.abc import Iterator

from ..data.snapshot import Snapshot
from ..errors import UnknownPlaceError
from ..law.answers import Answer
from ..law.engine import has_lapsed
from ..law.records import Advisory, Pending, Record
from ..law.words import Jurisdiction, Product
from .citation_tables import CitationTable, link_table
from .flat import Fields, FlatColumn, FlatTable, Kind, Value, columns_of, text_of, values_of

__all__ = ["advisory_tables", "pending_tables", "record_of", "today_table"]

_TODAY: Fields[Answer] = {
    "product": (Kind.TEXT, lambda answer: answer.product.value),
    "status": (Kind.TEXT, lambda answer: answer.status.value),
    "sale": (Kind.TEXT, lambda answer: answer.sale.value),
    "possession": (Kind.TEXT, lambda answer: answer.possession.value),
    "min_age": (Kind.INTEGER, lambda answer: answer.min_age),
    "decided_by": (Kind.TEXT, lambda answer: answer.decided_by.code if answer.decided_by else None),
    "since": (Kind.TEXT, lambda answer: text_of(answer.since)),
    "until": (Kind.TEXT, lambda answer: text_of(answer.until)),
    "standing": (Kind.TEXT, lambda answer: text_of(answer.standing)),
    "confidence": (Kind.TEXT, lambda answer: text_of(answer.confidence)),
    "certainty": (Kind.TEXT, lambda answer: answer.certainty.value),
    "reason": (Kind.TEXT, lambda answer: text_of(answer.reason)),
    "local_rules": (Kind.INTEGER, lambda answer: answer.local_rules),
    "summary": (Kind.TEXT, lambda answer: answer.summary or None),
    "verified_on": (Kind.DATE, lambda answer: answer.verified_on),
    "evidence_through": (Kind.TEXT, lambda answer: text_of(answer.evidence_through)),
    "dataset_version": (Kind.TEXT, lambda answer: answer.dataset_version),
    "stale": (Kind.BOOLEAN, lambda answer: answer.stale),
}
_PENDING: Fields[Pending] = {
    "title": (Kind.TEXT, lambda pending: pending.title),
    "step": (Kind.TEXT, lambda pending: pending.step),
    "on": (Kind.TEXT, lambda pending: str(pending.on)),
    "lapses_on": (Kind.TEXT, lambda pending: text_of(pending.lapses_on)),
    "effect": (Kind.TEXT, lambda pending: pending.effect),
    "would_be": (Kind.TEXT, lambda pending: text_of(pending.would_be)),
}
_ADVISORY: Fields[Advisory] = {
    "since": (Kind.TEXT, lambda advisory: str(advisory.since)),
    "until": (Kind.TEXT, lambda advisory: text_of(advisory.until)),
    "issuer": (Kind.TEXT, lambda advisory: advisory.issuer),
    "text": (Kind.TEXT, lambda advisory: advisory.text),
}
_CODE = FlatColumn("code", Kind.TEXT, "The code of the place in which it is made, as in `places`.", key=True)
_POSITION = FlatColumn("position", Kind.INTEGER, "Its position among those of the place, from 0.", key=True)
_MORE = {"decided_by": "Here its code.", "summary": "Here null when it is empty."}
"""What differs in a flat table."""
_DAY = FlatColumn("day", Kind.DATE, "The day that counts as today: that of the export.")


def record_of(law: Snapshot, place: Jurisdiction) -> Record | None:
    """The record of a place; None where it has none."""
    try:
        return law.record(place.code)
    except UnknownPlaceError:
        return None


def _records(law: Snapshot) -> Iterator[Record]:
    return (record for place in law.jurisdictions() if (record := record_of(law, place)))


def today_table(law: Snapshot) -> FlatTable:
    """The law of today in every place, for every product: what a lookup answers."""
    product, *others = columns_of(_TODAY, Answer, keys=("product",), more=_MORE)
    rows: list[tuple[Value, ...]] = []
    for place in law.jurisdictions():
        for each in Product:
            name, *values = values_of(_TODAY, law.lookup(code=place.code, on=law.today, product=each))
            rows.append((place.code, name, law.today, *values))
    return FlatTable(
        "today",
        "The law of the day of the export in a place, for a product.",
        (FlatColumn("code", Kind.TEXT, "The code of the place, as in `places`.", key=True), product, _DAY, *others),
        rows,
    )


def pending_tables(law: Snapshot, citations: CitationTable) -> tuple[FlatTable, FlatTable]:
    """Bills and rulemakings, each once, and what they cite."""
    found = [
        ((record.code, position), pending)
        for record in _records(law)
        for position, pending in enumerate(record.pending)
    ]
    lapsed = FlatColumn("lapsed", Kind.BOOLEAN, "Whether its session or term was over on `day`.")
    # In SQL, "on" would have to stand in quotes.
    columns = [
        column._replace(name="step_date") if column.name == "on" else column for column in columns_of(_PENDING, Pending)
    ]
    return (
        FlatTable(
            "pending",
            "A bill or rulemaking that is not law. It is told of the place and of every place in it.",
            (_CODE, _POSITION, *columns, lapsed, _DAY),
            [
                (*key, *values_of(_PENDING, pending), has_lapsed(pending, law.today), law.today)
                for key, pending in found
            ],
        ),
        link_table(
            "pending_citations",
            "What a pending step cites; join on `code` and `position`, and on `citation_id` with `citations`.",
            (_CODE, _POSITION),
            [(key, citations.ids(pending.citations, key[0])) for key, pending in found],
        ),
    )


def advisory_tables(law: Snapshot, citations: CitationTable) -> tuple[FlatTable, FlatTable]:
    """What regulators said short of binding law, each statement once, and what they cite."""
    found = [
        ((record.code, position), advisory)
        for record in _records(law)
        for position, advisory in enumerate(record.advisories)
    ]
    return (
        FlatTable(
            "advisories",
            "What a regulator said short of binding law. It is told of the place and of every place in it.",
            (_CODE, _POSITION, *columns_of(_ADVISORY, Advisory)),
            [(*key, *values_of(_ADVISORY, advisory)) for key, advisory in found],
        ),
        link_table(
            "advisory_citations",
            "What an advisory cites; join on `code` and `position`, and on `citation_id` with `citations`.",
            (_CODE, _POSITION),
            [(key, citations.ids(advisory.citations, key[0])) for key, advisory in found],
        ),
    )
