"""How do data, places and engine answer together? ``KratomLaw``, the object behind the module's functions."""

import time
import warnings
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from . import engine
from .answers import Answer, Certainty, Change, DatasetInfo, EffectivePeriod
from .dataset import SCHEMA, Dataset, bundled, bundled_cities, bundled_names, open_file
from .dates import parse_on
from .errors import InvalidQueryError, KratomLawStaleWarning, UnknownPlaceError
from .models import Jurisdiction, Level, Product, Record, Status
from .places import Match, Places
from .settings import Settings, read_settings

__all__ = ["KratomLaw"]

_REMEMBERED = 65_536
"""How many answers are remembered for a day; then the memory begins anew, so that it stays small."""

_E = TypeVar("_E", Level, Status)
_Part = str | None
_Question = tuple[str | Jurisdiction | None, _Part, _Part, _Part, _Part, _Part, _Part, date | str | None, Product | str]
"""The arguments of ``lookup`` in their order: what an answer is remembered by."""


class KratomLaw:
    """Answers questions about the law of kratom, from one dataset.

    It may be used from many threads at once. Nothing is read before the first question, and no question ever writes
    a file, takes a lock or touches the network.

    Args:
        dataset: A dataset file to use instead of the bundled one.
        max_age: The age from which data is called stale; None for ``KRATOMLAW_MAX_AGE`` (whole days) or 90 days.

    Raises:
        InvalidQueryError: A setting has no meaning.

    Example:
        >>> law = KratomLaw(max_age=timedelta(days=30))
        >>> law.lookup("Louisiana", on="2026-01-01").status
        <Status.BANNED: 'banned'>
    """

    def __init__(self, *, dataset: Path | str | None = None, max_age: timedelta | None = None) -> None:
        self._settings = read_settings(dataset=dataset, max_age=max_age)
        # One attribute holds all that is derived from the dataset and the day, and is replaced in one assignment:
        # a reader sees the old state or the new one, never a mixture, and needs no lock.
        self._state: _State | None = None

    def lookup(
        self,
        place: str | Jurisdiction | None = None,
        *,
        code: str | None = None,
        country: str | None = None,
        state: str | None = None,
        county: str | None = None,
        city: str | None = None,
        postal_code: str | None = None,
        on: date | str | None = None,
        product: Product | str = "leaf",
    ) -> Answer:
        """Answer whether kratom is legal, restricted or banned in a place on a date.

        Say the place in one of three ways: as text, by exact code, or in parts.

        Args:
            place: A name («Tennessee», «Nashville, TN»), a code («US-TN») or a ``Jurisdiction``.
            code: An exact code of ours, never read as anything else: ``code="DE"`` is Germany.
            country: A country's name or ISO 3166-1 code.
            state: A state's name, ISO 3166-2 code or postal abbreviation.
            county: A county's name; needs a state or country.
            city: A city's name; needs a state or country.
            postal_code: Not resolved by this version; give the other parts.
            on: The day, as a ``datetime.date`` or ``"YYYY-MM-DD"``; None for today.
            product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.

        Returns:
            The answer, with its evidence, its age and its certainty. Days after the dataset was made are answered
            as the law was scheduled then, ``certainty`` projected.

        Raises:
            UnknownPlaceError: No such place is known, or the parts contradict each other.
            AmbiguousPlaceError: The text fits more than one place, as «Georgia» or «DE» do.
            InvalidQueryError: The date, the product or the combination of arguments has no meaning.
            DataError: The data cannot be used.

        Example:
            >>> answer = KratomLaw().lookup("Nashville, TN", on="2026-10-01")
            >>> answer.is_banned, answer.jurisdiction.code, answer.unmatched
            (True, 'US-TN', 'Nashville')
        """
        current = self._state
        if current is None or time.time() >= current.day_ends:
            current = self._renewed()
        question = (place, code, country, state, county, city, postal_code, on, product)
        try:
            return current.answers[question]
        except (KeyError, TypeError):  # not asked today, or of a type that cannot be a key
            return current.answer(question)

    def timeline(self, place: str | Jurisdiction, *, product: Product | str = "leaf") -> tuple[EffectivePeriod, ...]:
        """Answer how the law that reaches a place changed, and will change, over time.

        Args:
            place: A name, a code or a ``Jurisdiction``.
            product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.

        Returns:
            The effective periods, oldest first; without overlap, without gap after the first; empty when no
            recorded law reaches the place.

        Raises:
            PlaceError: The place is unknown or ambiguous.
            InvalidQueryError: The product has no meaning.

        Example:
            >>> [str(p.status) for p in KratomLaw().timeline("US-LA")][-1]
            'banned'
        """
        current = self._current()
        return current.timeline(current.match(place).code, _product(product))

    def find(self, text: str) -> Jurisdiction:
        """Answer which jurisdiction a text means: the resolver alone.

        Args:
            text: A name, a qualified name or a code.

        Returns:
            The jurisdiction at whose level a question about the text is answered.

        Raises:
            PlaceError: The place is unknown or ambiguous.

        Example:
            >>> KratomLaw().find("tenn.").code
            'US-TN'
        """
        current = self._current()
        return current.places.jurisdiction(current.match(text).code)

    def jurisdictions(
        self,
        *,
        within: str | Jurisdiction | None = None,
        level: Level | str | None = None,
        status: Status | str | None = None,
        on: date | str | None = None,
        product: Product | str = "leaf",
    ) -> tuple[Jurisdiction, ...]:
        """List the places that are known.

        Args:
            within: Only those below this place, at any depth; None for all.
            level: Only those of this level; None for all.
            status: Only those with this status; None for all, also those without a record.
            on: The day for ``status``; None for today.
            product: The product for ``status``.

        Returns:
            The places, in the order of their codes.

        Raises:
            PlaceError: ``within`` is unknown or ambiguous.
            InvalidQueryError: A level, status, date or product has no meaning.

        Example:
            >>> len(KratomLaw().jurisdictions(within="US", level="state")) >= 51
            True
        """
        current = self._current()
        wanted_level = None if level is None else _member(Level, level)
        wanted_status = None if status is None else _member(Status, status)
        day = parse_on(on, today=current.today)
        wanted_product = _product(product)
        found: list[Jurisdiction] = []
        for code in current.below(within):
            place = current.places.jurisdiction(code)
            if wanted_level is not None and place.level is not wanted_level:
                continue
            if wanted_status is not None:
                period = engine.period_on(current.timeline(code, wanted_product), day)
                if (period.status if period else Status.UNKNOWN) is not wanted_status:
                    continue
            found.append(place)
        return tuple(found)

    def record(self, code: str) -> Record:
        """Fetch the raw record of a jurisdiction, with all its evidence.

        Args:
            code: The jurisdiction's exact code.

        Returns:
            The record.

        Raises:
            UnknownPlaceError: There is no such code, or the place has no record.

        Example:
            >>> KratomLaw().record("US-LA").name
            'Louisiana'
        """
        current = self._current()
        match = current.places.resolve_code(code)
        record = None if match.unmatched else current.dataset.record(match.code)
        if record is None:
            raise UnknownPlaceError(
                f"{current.places.jurisdiction(match.code)} has no record.",
                query=code,
                hint="Ask lookup(…), which answers with what reaches the place, or with why it is unknown.",
            )
        return record

    def changes(
        self,
        since: date | str,
        until: date | str | None = None,
        *,
        within: str | Jurisdiction | None = None,
        product: Product | str = "leaf",
    ) -> tuple[Change, ...]:
        """List the changes of law in a span of days, future ones included.

        Args:
            since: The first day.
            until: The first day after the span; None for no end.
            within: Only changes in this place and below it; None for all.
            product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.

        Returns:
            The changes of each jurisdiction's own law, oldest first. A change whose date is imprecise is listed when
            any of its possible days lies in the span.

        Raises:
            PlaceError: ``within`` is unknown or ambiguous.
            InvalidQueryError: A date or the product has no meaning.

        Example:
            >>> [str(c.on) for c in KratomLaw().changes("2025-08-01", "2025-08-02", within="US-LA")]
            ['2025-08-01']
        """
        current = self._current()
        if since is None:  # parse_on would read None as today
            raise InvalidQueryError("changes needs a first day.", hint='Pass it, as in changes("2026-01-01").')
        first = parse_on(since, today=current.today)
        last = date.max if until is None else parse_on(until, today=current.today)
        wanted = _product(product)
        codes = current.dataset.codes()
        if within is not None:
            top = current.match(within).code
            codes = [code for code in (top, *current.below(within)) if code in codes]
        found = [
            change
            for code in codes
            for change in current.own_changes(code, wanted)
            if change.on.latest >= first and change.on.earliest < last
        ]
        return tuple(sorted(found, key=lambda change: (change.on.earliest, change.jurisdiction.code)))

    def dataset(self) -> DatasetInfo:
        """Answer which data is in use, and how old it is.

        Raises:
            DataError: The data cannot be used.

        Example:
            >>> KratomLaw().dataset().origin
            <Origin.BUNDLED: 'bundled'>
        """
        current = self._current()
        dataset = current.dataset
        return DatasetInfo.model_construct(
            version=dataset.version,
            schema_version=SCHEMA,
            origin=dataset.origin,
            built_on=dataset.built_on,
            fetched_at=dataset.fetched_at,
            sha256=dataset.sha256,
            age_days=max(0, (current.today - dataset.built_on).days),
            stale=current.stale,
            counts=dataset.counts(),
        )

    def preload(self) -> None:
        """Read all data now, so that no later question has to. For services, before they fork or take traffic.

        Raises:
            DataError: The data cannot be used.

        Example:
            >>> KratomLaw().preload()
        """
        current = self._current()
        for code in current.places.codes():
            for product in Product:
                current.timeline(code, product)

    def configure(self, *, dataset: Path | str | None = None, max_age: timedelta | None = None) -> None:
        """Replace the settings; what is not given goes back to the environment or the default.

        Args:
            dataset: As for ``KratomLaw``.
            max_age: As for ``KratomLaw``.

        Raises:
            InvalidQueryError: A setting has no meaning.

        Example:
            >>> KratomLaw().configure(max_age=timedelta(days=30))
        """
        self._settings = read_settings(dataset=dataset, max_age=max_age)
        self._state = None

    def _current(self) -> "_State":
        current = self._state
        return self._renewed() if current is None or time.time() >= current.day_ends else current

    def _renewed(self) -> "_State":
        """Make the state of today; of the same dataset if there is one."""
        previous = self._state
        renewed = _State.of_today(self._settings, previous.dataset if previous else None)
        self._state = renewed
        return renewed


class _State:
    """All that is derived from one dataset, one day and the settings. Only its memory grows."""

    def __init__(self, dataset: Dataset, today: date, day_ends: float, settings: Settings) -> None:
        self.dataset = dataset
        self.today = today
        self.day_ends = day_ends
        self.stale = today - dataset.built_on > settings.max_age
        self.places = Places(bundled_names(), bundled_cities(), local=dataset.local_places(), parents=dataset.parents())
        self.answers: dict[_Question, Answer] = {}
        self._place_answers: dict[tuple[str, Product, date], Answer] = {}
        self._timelines: dict[tuple[str, Product], tuple[EffectivePeriod, ...]] = {}

    @classmethod
    def of_today(cls, settings: Settings, dataset: Dataset | None) -> "_State":
        today = date.today()
        midnight = datetime.combine(today + timedelta(days=1), datetime.min.time())
        if dataset is None:
            dataset = open_file(settings.dataset) if settings.dataset else bundled()
        made = cls(dataset, today, midnight.timestamp(), settings)
        if made.stale:
            _warn_stale(dataset, settings)
        return made

    def match(self, place: str | Jurisdiction) -> Match:
        if isinstance(place, Jurisdiction):
            return self.places.resolve_code(place.code)
        return self.places.resolve(place)

    def below(self, within: str | Jurisdiction | None) -> Iterable[str]:
        """The codes of all places below one, in order."""
        codes = self.places.codes()
        if within is None:
            return codes
        top = self.match(within).code
        return [code for code in codes if code != top and any(link.code == top for link in self.places.chain(code))]

    def chain(self, code: str) -> tuple[engine.Link, ...]:
        return tuple(engine.Link(place, self.dataset.record(place.code)) for place in self.places.chain(code))

    def timeline(self, code: str, product: Product) -> tuple[EffectivePeriod, ...]:
        key = (code, product)
        known = self._timelines.get(key)
        if known is None:
            known = self._timelines[key] = engine.timeline(self.chain(code), product)
        return known

    def own_changes(self, code: str, product: Product) -> tuple[Change, ...]:
        record = self.dataset.record(code)
        return engine.changes(record, self.places.jurisdiction(code), product) if record else ()

    def answer(self, question: _Question) -> Answer:
        """Answer a question that was not asked today."""
        on, product = question[-2:]
        wanted = _product(product)
        day = parse_on(on, today=self.today)
        match = self._match_question(question)
        answer = self._answer_for(match.code, wanted, day)
        if match.unmatched:
            answer = answer.model_copy(
                update={
                    "unmatched": match.unmatched,
                    "did_you_mean": self.places.similar_local(match.unmatched, match.code),
                    "certainty": Certainty.APPROXIMATE
                    if match.assumed or self._states_have_law(match.code)
                    else answer.certainty,
                }
            )
        if len(self.answers) >= _REMEMBERED:
            self.answers = {}
        with suppress(TypeError):  # a subclass of str or date that cannot be a key: answered, not remembered
            self.answers[question] = answer
        return answer

    def _answer_for(self, code: str, product: Product, day: date) -> Answer:
        """The answer for a place as such, which all its localities without a record share."""
        key = (code, product, day)
        known = self._place_answers.get(key)
        if known is None:
            if len(self._place_answers) >= _REMEMBERED:
                self._place_answers = {}
            known = self._place_answers[key] = engine.answer(
                self.chain(code),
                self.timeline(code, product),
                product=product,
                on=day,
                local_rules=sum(below.startswith((f"{code}-", f"{code}/")) for below in self.dataset.codes()),
                built_on=self.dataset.built_on,
                dataset_version=self.dataset.version,
                stale=self.stale,
            )
        return known

    def _states_have_law(self, code: str) -> bool:
        """Whether states of a country have records: then the country's law alone may not decide for a locality."""
        return "-" not in code and any(below.startswith(f"{code}-") for below in self.dataset.codes())

    def _match_question(self, question: _Question) -> Match:
        place, code, country, state, county, city, postal_code, _, _ = question
        parts = (country, state, county, city)
        ways = (place is not None) + (code is not None) + any(part is not None for part in parts)
        if ways > 1:
            raise InvalidQueryError(
                "The place was given in more than one way.", hint="Give place, or code, or parts such as state=…."
            )
        if postal_code is not None:
            raise InvalidQueryError(
                "Postal codes are not resolved by this version.", hint="Give country, state and city instead."
            )
        if place is not None:
            return self.match(place)
        if code is not None:
            return self.places.resolve_code(code)
        return self.places.resolve_parts(country=country, state=state, county=county, city=city)


@cache
def _warn_stale(dataset: Dataset, settings: Settings) -> None:
    """Warn once per dataset and settings, not once a day: a long-lived service has been told."""
    warnings.warn(
        f"The kratom law data is of {dataset.built_on}, older than {settings.max_age.days} days: upgrade kratomlaw.",
        KratomLawStaleWarning,
        stacklevel=6,
    )


def _product(product: Product | str) -> Product:
    try:
        return Product(product)
    except ValueError as cause:
        raise InvalidQueryError(
            f"{str(product)[:40]!r} is not a product.",
            hint=f"Ask for one of {', '.join(Product)}.",
        ) from cause


def _member(kind: type[_E], value: str) -> _E:
    try:
        return kind(value)
    except ValueError as cause:
        raise InvalidQueryError(
            f"{str(value)[:40]!r} is not a {kind.__name__.lower()}.", hint=f"Ask for one of {', '.join(kind)}."
        ) from cause
