"""What is derived from one dataset on one day? Places, timelines and the answers that were given."""

import warnings
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from datetime import date, datetime, timedelta

from . import engine
from .answers import Answer, Certainty, Change, EffectivePeriod
from .dataset import Dataset, bundled_cities, bundled_names
from .dates import parse_on
from .errors import InvalidQueryError, KratomLawStaleWarning
from .models import Jurisdiction, Level, Product, Record
from .places import LocalPlace, Match, Places

__all__ = ["Question", "Snapshot", "product_of"]

_REMEMBERED = 65_536
"""How many answers are remembered for a day; then the memory begins anew, so that it stays small."""

_Part = str | None
Question = tuple[str | Jurisdiction | None, _Part, _Part, _Part, _Part, _Part, _Part, date | str | None, Product | str]
"""The arguments of ``lookup`` in their order: what an answer is remembered by."""

_told_stale: set[str] = set()
"""The versions that a warning was given for: once a process is enough."""


class Snapshot:
    """All that is derived from one dataset, one day and the settings. Only its memory grows."""

    def __init__(
        self, dataset: Dataset, today: date, day_ends: float, max_age: timedelta, overlay: Mapping[str, Record]
    ) -> None:
        self.dataset: Dataset = dataset
        self.codes: Set[str] = dataset.codes() | overlay.keys()
        self._overlay = overlay
        self.today: date = today
        self.day_ends: float = day_ends
        self.stale: bool = today - dataset.built_on > max_age
        special = {**dataset.special_records(), **overlay}
        self.places: Places = Places(
            bundled_names(),
            bundled_cities(),
            local=[
                LocalPlace(record.code, record.name, record.level or Level.CITY, record.aliases)
                for record in special.values()
                if "/" in record.code
            ],
            parents={record.code: record.parent for record in special.values() if record.parent},
        )
        self.answers: dict[Question, Answer] = {}
        self._place_answers: dict[tuple[str, Product, date], Answer] = {}
        self._timelines: dict[tuple[str, Product], tuple[EffectivePeriod, ...]] = {}

    @classmethod
    def of_today(cls, dataset: Dataset, max_age: timedelta, overlay: Mapping[str, Record]) -> "Snapshot":
        """Make the snapshot of today; warn, once a process, if the data is old."""
        today = date.today()
        midnight = datetime.combine(today + timedelta(days=1), datetime.min.time())
        made = cls(dataset, today, midnight.timestamp(), max_age, overlay)
        if made.stale and dataset.version not in _told_stale:
            _told_stale.add(dataset.version)
            warnings.warn(
                f"The kratom law data is of {dataset.built_on}, older than {max_age.days} days: refresh it, or "
                "upgrade kratomlaw.",
                KratomLawStaleWarning,
                stacklevel=5,
            )
        return made

    def match(self, place: str | Jurisdiction) -> Match:
        """Which place a text or a jurisdiction means."""
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
        """A place and all above it, with their records."""
        return tuple(
            engine.Link(place, self.record(place.code), place.code in self._overlay)
            for place in self.places.chain(code)
        )

    def record(self, code: str) -> Record | None:
        """The record of a place, the organisation's own before ours."""
        return self._overlay.get(code) or self.dataset.record(code)

    def timeline(self, code: str, product: Product) -> tuple[EffectivePeriod, ...]:
        """The effective periods of a place."""
        key = (code, product)
        known = self._timelines.get(key)
        if known is None:
            known = self._timelines[key] = engine.timeline(self.chain(code), product)
        return known

    def own_changes(self, code: str, product: Product) -> tuple[Change, ...]:
        """The changes of a place's own law."""
        record = self.record(code)
        return engine.changes(record, self.places.jurisdiction(code), product) if record else ()

    def answer(self, question: Question) -> Answer:
        """Answer a question that was not asked today."""
        on, product = question[-2:]
        wanted = product_of(product)
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
                local_rules=sum(below.startswith((f"{code}-", f"{code}/")) for below in self.codes),
                built_on=self.dataset.built_on,
                dataset_version=self.dataset.version,
                stale=self.stale,
            )
        return known

    def _states_have_law(self, code: str) -> bool:
        """Whether states of a country have records: then the country's law alone may not decide for a locality."""
        return "-" not in code and any(below.startswith(f"{code}-") for below in self.codes)

    def _match_question(self, question: Question) -> Match:
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


def product_of(product: Product | str) -> Product:
    """Which product is meant.

    Raises:
        InvalidQueryError: There is no such product.
    """
    try:
        return Product(product)
    except ValueError as cause:
        raise InvalidQueryError(
            f"{str(product)[:40]!r} is not a product.",
            hint=f"Ask for one of {', '.join(Product)}.",
        ) from cause
