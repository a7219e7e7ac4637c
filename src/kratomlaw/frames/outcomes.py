"""Which answers can the rows of a frame get? Each distinct place, resolved once into its steps through time.

It does not depend on frames. The answers of one place change on few days. Between two of them every row of that place
gets the same answer: counting the steps before the day of a row finds its answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from ..client import default_instance
from ..data.snapshot import LawReader
from ..errors import AmbiguousPlaceError, InvalidQueryError, UnknownPlaceError
from ..law.answers import Certainty
from ..law.words import Jurisdiction, Permission, Product, Status

__all__ = [
    "COLUMNS",
    "DEFAULT_COLUMNS",
    "NOT_TEXT",
    "NO_TEXT",
    "UNMATCHED",
    "Outcomes",
    "RowReason",
    "Value",
    "day_number",
    "resolve",
]

NO_TEXT = "\ufdd0"
"""Stands for null among the texts of places. Unicode excludes this code point from all text that is exchanged."""
NOT_TEXT = "\ufdd1"
"""Stands for a value that is not text, such as a number in a column of Python objects."""

Value = str | int | None
_Key = tuple[str, ...]


class RowReason(StrEnum):
    """Why a row of a frame is unknown although no law was looked up; ``Reason`` has the other reasons."""

    NO_PLACE = "no-place"
    """The place is null or blank."""
    NO_DATE = "no-date"
    """The date is null."""
    NO_PRODUCT = "no-product"
    """The product is null."""
    INVALID_QUERY = "invalid-query"
    """The date or the product is invalid, or the place is given in a way that cannot be resolved."""
    UNKNOWN_PLACE = "unknown-place"
    """No such place is known, or the parts of the address contradict each other."""
    AMBIGUOUS_PLACE = "ambiguous-place"
    """The text fits more than one place, as "Georgia" and "DE" do."""
    NOT_RESOLVED = "not-resolved"
    """A lazy frame produced a place or a date that it did not have when its distinct places were read."""


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _code(place: Jurisdiction | None) -> str | None:
    return None if place is None else place.code


def _number(value: int | None) -> int | None:
    return value


COLUMNS: Mapping[str, tuple[str, Callable[[Any], Value]]] = {
    "status": ("status", str),
    "sale": ("sale", str),
    "possession": ("possession", str),
    "min_age": ("min_age", _number),
    "since": ("since", _text),
    "until": ("until", _text),
    "decided_by": ("decided_by", _code),
    "certainty": ("certainty", str),
    "confidence": ("confidence", _text),
    "reason": ("reason", _text),
    "matched_code": ("jurisdiction", _code),
    "matched_level": ("matched_level", str),
    "unmatched": ("unmatched", _text),
    "verified_on": ("verified_on", _text),
    "dataset_version": ("dataset_version", str),
}
"""The columns that can be added to a frame: the field of the answer, and how it is written."""

DEFAULT_COLUMNS = (
    "status",
    "sale",
    "possession",
    "min_age",
    "since",
    "decided_by",
    "certainty",
    "confidence",
    "reason",
)

UNMATCHED = "unmatched"
"""The one column that differs between texts of the same place."""

_OF_FAILURES: Mapping[str, str] = {
    "status": Status.UNKNOWN.value,
    "sale": Permission.UNKNOWN.value,
    "possession": Permission.UNKNOWN.value,
}


class Outcomes(NamedTuple):
    """All answers that the rows of a frame can get, and the way from a place to them.

    The answers are grouped in spans of one row for each product. The first spans belong to the members of
    ``RowReason`` in their order. The others are the spans of time of each place, oldest first. With the products leaf
    and 7-oh and a place that was restricted and then banned, rows 0 and 1 are "no-place", and the last four rows are
    restricted for leaf and 7-oh, and banned for leaf and 7-oh.
    """

    answers: Mapping[str, Sequence[Value]]
    """The columns."""
    length: int
    """How many answers there are."""
    keys: Sequence[_Key]
    """The distinct places."""
    first: Sequence[int]
    """The first span of each of them."""
    steps: Sequence[tuple[date, ...]]
    """The days after which each of them moves to its next span; padded to one width with ``date.max``."""
    unmatched: Sequence[str | None]
    """The locality in each of them that has no record."""

    @property
    def width(self) -> int:
        """How many steps each place has, with the padding."""
        return len(self.steps[0]) if self.steps else 0


class _Known(NamedTuple):
    """What is known of one distinct place."""

    first: int
    steps: tuple[date, ...] = ()
    unmatched: str | None = None


def day_number(day: date) -> int:
    """Write a day as a number that every engine can compute from its own dates: year times 1000 plus day of the year.

    Example:
        >>> day_number(date(2026, 2, 1))
        2026032
    """
    return day.year * 1000 + day.timetuple().tm_yday


def failure(reason: RowReason) -> int:
    """Return the span of the rows that are unknown for a reason."""
    return list(RowReason).index(reason)


def resolve(
    law: LawReader | None,
    keys: Sequence[_Key],
    arguments: Sequence[str],
    *,
    on: date | None,
    products: Sequence[Product],
    columns: Sequence[str],
    watch: Callable[[Sequence[_Key]], Iterable[_Key]] = iter,
) -> Outcomes:
    """Ask for every distinct place once, and for its answers through time.

    Args:
        law: The instance to ask; None for the default instance.
        keys: The distinct places: texts in the order of the arguments, ``NO_TEXT`` for null.
        arguments: The arguments of ``lookup`` that the texts are for.
        on: The day of all rows; None when each has its own.
        products: The products that rows may ask for.
        columns: The columns that are wanted.
        watch: Iterates over the places, for instance with a progress bar.

    Returns:
        The outcomes, all from one version of the data.
    """
    with (law or default_instance()).at_one_version() as view:
        data = view.dataset()
        # What fresh data says of today is known; what stale data says of it is what was scheduled when it was made.
        known_through = data.built_on if data.stale else data.built_on + timedelta(days=data.age_days)
        return _Resolving(view, known_through, arguments, on, products, columns).outcomes(keys, watch)


class _Resolving:
    """The places that were resolved so far, and the answers they need."""

    def __init__(
        self,
        law: LawReader,
        known_through: date,
        arguments: Sequence[str],
        on: date | None,
        products: Sequence[Product],
        columns: Sequence[str],
    ) -> None:
        self._law = law
        self._known_through = known_through
        self._arguments = arguments
        self._on = on
        self._products = products
        self._columns = [name for name in columns if name != UNMATCHED]
        self._fields = [COLUMNS[name][0] for name in self._columns]
        self._answers: list[tuple[object, ...]] = []
        self._places: dict[tuple[tuple[str, ...], bool, bool], _Known] = {}

    def outcomes(self, keys: Sequence[_Key], watch: Callable[[Sequence[_Key]], Iterable[_Key]]) -> Outcomes:
        """Resolve the places, one after the other."""
        known = [self._resolve(key) for key in watch(keys)]
        width = max((len(place.steps) for place in known), default=0)
        return Outcomes(
            answers=self._written(),
            length=len(RowReason) * len(self._products) + len(self._answers),
            keys=keys,
            first=[place.first for place in known],
            steps=[place.steps + (date.max,) * (width - len(place.steps)) for place in known],
            unmatched=[place.unmatched for place in known],
        )

    def _resolve(self, key: _Key) -> _Known:
        if NOT_TEXT in key:
            return _Known(failure(RowReason.INVALID_QUERY))
        parts = {name: text for name, text in zip(self._arguments, key, strict=True) if text != NO_TEXT}
        if not any(text.strip() for text in parts.values()):
            return _Known(failure(RowReason.NO_PLACE))
        try:
            # No law is recorded for the first day of the calendar, 0001-01-01. If even that answer is approximate, the
            # reason is how the place was matched. Texts with the same places and the same such answer have all
            # answers in common: "Nashville, TN" and "Memphis, TN" are asked through time once.
            probe = self._law.lookup(**parts, on=date.min)
        except UnknownPlaceError:
            return _Known(failure(RowReason.UNKNOWN_PLACE))
        except AmbiguousPlaceError:
            return _Known(failure(RowReason.AMBIGUOUS_PLACE))
        except InvalidQueryError:
            return _Known(failure(RowReason.INVALID_QUERY))
        places = probe.candidates or probe.chain
        alike = (
            tuple(place.code for place in places),
            bool(probe.candidates),
            probe.certainty is Certainty.APPROXIMATE,
        )
        if alike not in self._places:
            # The places above count too: a city in two counties has other changes when one of the counties is named.
            self._places[alike] = self._through_time(parts, places)
        return self._places[alike]._replace(unmatched=probe.unmatched)

    def _through_time(self, parts: Mapping[str, str], places: Iterable[Jurisdiction]) -> _Known:
        """Add the answers of a place, or of the candidates of a ZIP code: one span for each time in which they stay."""
        first = len(RowReason) + len(self._answers) // len(self._products)
        steps: list[date] = []
        latest: list[tuple[object, ...]] = []
        for day in self._days(places):
            answers = [self._law.lookup(**parts, on=day, product=product) for product in self._products]
            rows = [tuple([getattr(answer, field) for field in self._fields]) for answer in answers]
            if rows == latest:
                continue
            if latest:
                steps.append(day - timedelta(days=1))
            self._answers += rows
            latest = rows
        return _Known(first, tuple(steps))

    def _days(self, places: Iterable[Jurisdiction]) -> list[date]:
        """The first day that is asked about, and those after it on which an answer for the places may change."""
        if self._on is not None:
            return [self._on]
        changes = {self._known_through + timedelta(days=1)}  # from then on it is projected
        changes.update(
            period.first_day
            for place in places
            for product in self._products
            for period in self._law.timeline(place, product=product)
        )
        return [date.min, *sorted(changes)]

    def _written(self) -> dict[str, list[Value]]:
        """The columns of all answers, those of the failures first."""
        columns: dict[str, list[Value]] = {}
        for index, name in enumerate(self._columns):
            failures = [reason.value if name == "reason" else _OF_FAILURES.get(name) for reason in RowReason]
            write = COLUMNS[name][1]
            answers = [write(answer[index]) for answer in self._answers]
            columns[name] = [*(text for text in failures for _ in self._products), *answers]
        return columns
