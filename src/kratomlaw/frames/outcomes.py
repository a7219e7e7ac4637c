"""Which answers can the rows of a frame get? The story of each place through time, told once for all its rows.

It does not depend on frames. The answers of one place change on few days. Between two of them every row of that place
gets the same answer: counting the steps before the day of a row finds its answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from ..data.snapshot import Snapshot
from ..errors import AmbiguousPlaceError, InvalidQueryError, KratomLawError, UnknownPlaceError
from ..law.answers import Answer, Certainty
from ..law.words import Jurisdiction, Permission, Product, Status
from ..places.columns import AddressColumns, AddressParts
from ..places.match import Match
from ..places.question import Question

__all__ = [
    "COLUMNS",
    "DEFAULT_COLUMNS",
    "DID_YOU_MEAN",
    "FAILURES",
    "NOT_TEXT",
    "NO_TEXT",
    "OF_TEXTS",
    "UNMATCHED",
    "Outcomes",
    "Places",
    "RowReason",
    "Story",
    "Value",
    "day_number",
    "failure",
]

NO_TEXT = "\ufdd0"
"""Stands for null among the texts of places. Unicode excludes this code point from all text that is exchanged."""
NOT_TEXT = "\ufdd1"
"""Stands for a value that is not text, such as a number in a column of Python objects."""

Value = str | int | None
_PARTS = ("country", "state", "county", "city", "postal_code")
_REMEMBERED = 65_536
"""How many texts are remembered with their places, so that memory stays flat however many come."""


class RowReason(StrEnum):
    """Why the answer in a row of a frame is not exact; ``Reason`` has the reasons why law is unknown."""

    NO_PLACE = "no-place"
    """The place is null or blank: unknown."""
    NO_DATE = "no-date"
    """The date is null: unknown."""
    NO_PRODUCT = "no-product"
    """The product is null: unknown."""
    INVALID_QUERY = "invalid-query"
    """The date or the product is invalid, or the place is given in a way that cannot be resolved: unknown."""
    UNKNOWN_PLACE = "unknown-place"
    """No such place is known, or the parts of the address contradict each other: unknown."""
    AMBIGUOUS_PLACE = "ambiguous-place"
    """The text fits more than one place, as "Georgia" and "DE" do: unknown."""
    NOT_RESOLVED = "not-resolved"
    """A lazy frame produced a place or a date that it did not have when its distinct places were read: unknown."""
    SEVERAL_PLACES = "several-places"
    """The address may lie in several places, which ``candidates`` names: the answer is that of the strictest."""
    ASSUMED_PLACE = "assumed-place"
    """Nothing decides between two readings of the place, and the likelier one was taken."""
    LOCALITY_WITHOUT_RECORD = "locality-without-record"
    """The locality, which ``unmatched`` names, may have law of its own that is not recorded."""
    IMPRECISE_LAW = "imprecise-law"
    """A date of the law is imprecise, or part of the law is not known: the answer is the strictest reading."""
    PROJECTED = "projected"
    """The day is after the last for which the law is known: the answer is the law as it was enacted until then."""


FAILURES = (
    RowReason.NO_PLACE,
    RowReason.NO_DATE,
    RowReason.NO_PRODUCT,
    RowReason.INVALID_QUERY,
    RowReason.UNKNOWN_PLACE,
    RowReason.AMBIGUOUS_PLACE,
    RowReason.NOT_RESOLVED,
)
"""The reasons for which no law was looked up."""
_MAY_BE_BLANK = frozenset(map(FAILURES.index, (RowReason.INVALID_QUERY, RowReason.UNKNOWN_PLACE)))
"""What the resolver says of nothing, among others."""


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _codes(places: Iterable[Jurisdiction]) -> str | None:
    return ", ".join(place.code for place in places) or None


COLUMNS: Mapping[str, Callable[[Answer], Value]] = {
    "status": lambda answer: answer.status.value,
    "sale": lambda answer: answer.sale.value,
    "possession": lambda answer: answer.possession.value,
    "min_age": lambda answer: answer.min_age,
    "since": lambda answer: _text(answer.since),
    "until": lambda answer: _text(answer.until),
    "decided_by": lambda answer: answer.decided_by.code if answer.decided_by else None,
    "certainty": lambda answer: answer.certainty.value,
    "confidence": lambda answer: _text(answer.confidence),
    "standing": lambda answer: _text(answer.standing),
    "reason": lambda answer: _text(answer.reason),
    "matched_code": lambda answer: answer.jurisdiction.code,
    "matched_level": lambda answer: answer.matched_level.value,
    "candidates": lambda answer: _codes(answer.candidates),
    "unmatched": lambda answer: answer.unmatched,
    "did_you_mean": lambda answer: _codes(answer.did_you_mean),
    "verified_on": lambda answer: _text(answer.verified_on),
    "evidence_through": lambda answer: _text(answer.evidence_through),
    "dataset_version": lambda answer: answer.dataset_version,
}
"""The columns that can be added to a frame: how each is written of an answer; see ``RowReason`` for more reasons."""

DEFAULT_COLUMNS = (
    "status",
    "sale",
    "possession",
    "min_age",
    "since",
    "decided_by",
    "certainty",
    "standing",
    "confidence",
    "reason",
)

UNMATCHED, DID_YOU_MEAN = "unmatched", "did_you_mean"
OF_TEXTS = (UNMATCHED, DID_YOU_MEAN)
"""The columns that differ between texts of the same place."""

_OF_FAILURES: Mapping[str, str] = {
    "status": Status.UNKNOWN.value,
    "sale": Permission.UNKNOWN.value,
    "possession": Permission.UNKNOWN.value,
}


def _inexact(match: Match, certainty: Certainty, approximate: bool) -> RowReason | None:
    """Why an answer is not exact; None where it is.

    Args:
        match: The place that was found.
        certainty: That of the law of the place as such.
        approximate: Whether the answer is approximate because of the match.
    """
    if approximate:
        if match.candidates:
            return RowReason.SEVERAL_PLACES
        if match.is_guess:
            return RowReason.ASSUMED_PLACE
    if certainty is Certainty.APPROXIMATE:
        return RowReason.IMPRECISE_LAW
    if approximate:
        return RowReason.LOCALITY_WITHOUT_RECORD
    return RowReason.PROJECTED if certainty is Certainty.PROJECTED else None


class Story(NamedTuple):
    """The answers of a place through time."""

    first: int
    """The first of its spans."""
    steps: tuple[date, ...] = ()
    """The days after which it moves to the next span."""


class Places(NamedTuple):
    """What is known of many places, in their order."""

    stories: list[int]
    """The position of the story of each."""
    of_texts: Mapping[str, list[str | None]]
    """The columns that differ between texts of the same place."""


def day_number(day: date) -> int:
    """Write a day as a number that every engine can compute from its own dates: year times 1000 plus day of the year.

    Example:
        >>> day_number(date(2026, 2, 1))
        2026032
    """
    return day.year * 1000 + day.timetuple().tm_yday


def failure(reason: RowReason) -> int:
    """Return the story, and its only span, of the rows that are unknown for a reason."""
    return FAILURES.index(reason)


class Outcomes:
    """All answers that the rows of a frame can get, and the way from a place to them.

    The answers are grouped in spans of one row for each product. The first spans belong to the reasons for which no law
    is looked up. The others are the spans of time of each story, oldest first. With the products leaf and 7-oh and a
    place that was restricted and then banned, rows 0 and 1 are "no-place", and the last four rows are restricted for
    leaf and 7-oh, and banned for leaf and 7-oh.

    Args:
        law: What is asked: one version of the data, on one day.
        arguments: The arguments of ``lookup`` that the texts of places are for.
        on: The day of all rows; None when each has its own.
        products: The products that rows may ask for.
        columns: The columns that are wanted.
        between: The first and the last day that rows may ask for.
    """

    def __init__(
        self,
        law: Snapshot,
        arguments: Sequence[str],
        *,
        on: date | None,
        products: Sequence[Product],
        columns: Sequence[str],
        between: tuple[date, date] = (date.min, date.max),
    ) -> None:
        self._law = law
        self._arguments = tuple(arguments)
        self._first_day, self._last_day = (on, on) if on else between
        self._products = products
        self._columns = [name for name in columns if name not in OF_TEXTS]
        self._of_texts = [name for name in columns if name in OF_TEXTS]
        self._addresses = AddressColumns(law.resolver)
        self._remembered: dict[str, tuple[Match | KratomLawError, str | None]] = {}
        self._story_of: dict[Match, int] = {}
        self._lists_candidates = "candidates" in self._columns
        self._rows: dict[tuple[int, bool, bool, bool | tuple[str, ...]], tuple[Answer, tuple[Value, ...]]] = {}
        self._told: dict[tuple[tuple[date, ...], tuple[tuple[Value, ...], ...]], int] = {}
        self._spans = len(FAILURES)
        self.stories: list[Story] = [Story(span) for span in range(len(FAILURES))]
        """All stories that were told; those of the failures first."""
        self.answers: dict[str, list[Value]] = {
            name: [self._failed(name, reason) for reason in FAILURES for _ in products] for name in self._columns
        }
        """The columns of all answers."""

    @property
    def length(self) -> int:
        """How many answers there are."""
        return self._spans * len(self._products)

    @property
    def width(self) -> int:
        """How many steps the longest story has."""
        return max(len(story.steps) for story in self.stories)

    def resolve(self, texts: Sequence[Sequence[str]], watch: Callable[[Sequence[int]], Iterable[int]] = iter) -> Places:
        """Find the stories of places.

        Args:
            texts: A column for each argument, ``NO_TEXT`` for null.
            watch: Iterates over the numbers of the places, for instance with a progress bar.
        """
        matches, unmatched = self._matched(texts, watch)
        # Most of the matches are one and the same object, which is found by its number many times as fast.
        found = {id(match): match for match in matches}
        story_of = {number: self._story(match) for number, match in found.items()}
        stories = [story_of[id(match)] for match in matches]
        for column in texts:
            if NOT_TEXT in column:  # whatever else the row says
                for row, text in enumerate(column):
                    if text == NOT_TEXT:
                        stories[row], unmatched[row] = failure(RowReason.INVALID_QUERY), None
        for row, story in enumerate(stories):
            if story in _MAY_BE_BLANK and all(column[row] == NO_TEXT or not column[row].strip() for column in texts):
                stories[row] = failure(RowReason.NO_PLACE)
        columns: dict[str, list[str | None]] = {}
        for name in self._of_texts:
            columns[name] = unmatched if name == UNMATCHED else list(map(self._did_you_mean, matches, unmatched))
        return Places(stories, columns)

    def _matched(
        self, texts: Sequence[Sequence[str]], watch: Callable[[Sequence[int]], Iterable[int]]
    ) -> tuple[list[Match | KratomLawError], list[str | None]]:
        if self._arguments[0] in _PARTS:
            parts = {
                argument: [None if text == NO_TEXT else text for text in column]
                for argument, column in zip(self._arguments, texts, strict=True)
            }
            found = self._addresses.resolve(AddressParts.of(parts, len(texts[0])), watch)
            return found.matches, found.unmatched
        pairs = [self._one(texts[0][row]) for row in watch(range(len(texts[0])))]
        return [match for match, _ in pairs], [locality for _, locality in pairs]

    def _one(self, text: str) -> tuple[Match | KratomLawError, str | None]:
        known = self._remembered.get(text)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            known = self._remembered[text] = self._resolved(text)
        return known

    def _resolved(self, text: str) -> tuple[Match | KratomLawError, str | None]:
        asked = None if text == NO_TEXT else text
        code = self._arguments[0] == "code"
        try:
            match = self._law.resolver.resolve_question(Question(code=asked) if code else Question(place=asked))
        except (UnknownPlaceError, AmbiguousPlaceError, InvalidQueryError) as error:
            # Without the stack, which would keep alive all that it saw.
            return error.with_traceback(None), None
        return match.without_locality(), match.unmatched or None

    def _story(self, match: Match | KratomLawError) -> int:
        """The story of a match, told when it is first needed."""
        if not isinstance(match, Match):
            if isinstance(match, UnknownPlaceError):
                return failure(RowReason.UNKNOWN_PLACE)
            ambiguous = isinstance(match, AmbiguousPlaceError)
            return failure(RowReason.AMBIGUOUS_PLACE if ambiguous else RowReason.INVALID_QUERY)
        known = self._story_of.get(match)
        if known is None:
            if len(self._story_of) >= _REMEMBERED:
                self._story_of.clear()
            known = self._story_of[match] = self._tell(match)
        return known

    def _tell(self, match: Match) -> int:
        """Add the answers of a place, or of all in which an address may lie, unless they were told of another."""
        steps: list[date] = []
        told: list[tuple[Value, ...]] = []
        for day in self._days(match):
            row: tuple[Value, ...] = ()
            for product in self._products:
                row += self._row(match, *self._law.strictest(match, on=day, product=product))
            if told and row == told[-1]:
                continue
            if told:
                steps.append(day - timedelta(days=1))
            told.append(row)
        key = (tuple(steps), tuple(told))
        if key not in self._told:
            self._told[key] = len(self.stories)
            self.stories.append(Story(self._spans, key[0]))
            self._spans += len(told)
            for row in told:
                for index, value in enumerate(row):
                    self.answers[self._columns[index % len(self._columns)]].append(value)
        return self._told[key]

    def _days(self, match: Match) -> list[date]:
        """The first day that may be asked about, and those after it on which an answer may change."""
        changes = {self._law.known_through + timedelta(days=1)}  # from then on it is projected
        if self._first_day < self._last_day:
            for product in self._products:
                changes.update(self._law.days_of_change(match, product))
        return [self._first_day, *sorted(day for day in changes if self._first_day < day <= self._last_day)]

    def _row(self, match: Match, answer: Answer, approximate: bool) -> tuple[Value, ...]:
        """The columns of the answer for a match, from that for the strictest place as such."""
        candidates = match.candidates if self._lists_candidates else bool(match.candidates)
        key = id(answer), approximate, match.is_guess, candidates
        known = self._rows.get(key)
        if known is None:
            if len(self._rows) >= _REMEMBERED:
                self._rows.clear()
            # With the answer, since the number of an object that is gone is given to another.
            known = self._rows[key] = answer, self._written(match, answer, approximate)
        return known[1]

    def _written(self, match: Match, answer: Answer, approximate: bool) -> tuple[Value, ...]:
        row = tuple([COLUMNS[name](answer) for name in self._columns])
        if answer.certainty is Certainty.EXACT and not approximate and not match.candidates:
            return row
        changes: dict[str, Value] = {"candidates": ", ".join(match.candidates) or None}
        if approximate:
            changes["certainty"] = Certainty.APPROXIMATE.value
        reason = answer.reason or _inexact(match, answer.certainty, approximate)
        changes["reason"] = reason.value if reason else None
        return tuple([changes.get(name, value) for name, value in zip(self._columns, row, strict=True)])

    def _did_you_mean(self, match: Match | KratomLawError, unmatched: str | None) -> str | None:
        if unmatched is None or not isinstance(match, Match):
            return None
        return _codes(self._law.did_you_mean(match._replace(unmatched=unmatched)))

    def _failed(self, name: str, reason: RowReason) -> Value:
        return reason.value if name == "reason" else _OF_FAILURES.get(name)
