"""What is derived from one dataset on one day? The resolver, timelines, and the answers that were given."""

import inspect
import time
import warnings
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from copy import copy
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import AmbiguousPlaceError, KratomLawStaleWarning
from ..law import engine
from ..law.answers import Answer, Certainty, Change, EffectivePeriod
from ..law.arguments import parse_product
from ..law.dates import parse_on
from ..law.plain import changed
from ..law.records import Record
from ..law.words import CandidateLaw, Jurisdiction, Level, Permission, Product, Status
from ..places.gazetteer import Gazetteer
from ..places.localities import LocalPlace
from ..places.match import Match
from ..places.question import Question
from ..places.resolver import PlaceResolver
from .bundled import bundled_counties, bundled_names, bundled_tables
from .dataset import Dataset

if TYPE_CHECKING:
    from ..law.decisions import Act, Decision
    from ..law.policy import Policy

__all__ = ["Derived"]

_REMEMBERED = 16_384
"""How many answers are remembered for a day; then the memory starts afresh, so that it stays small."""

_REMEMBERED_TIMELINES = 8_192
"""How many timelines are remembered; more than there are places with a record."""

_REMEMBERED_DECISIONS = 4_096
"""How many decisions are remembered for a day."""

_OTHER_DAYS = 3
"""On how many other days than the machine's answers are remembered: all time zones together have three at most."""

_warned_of: set[str] = set()
"""The versions that a warning was given for: once a process is enough."""


class Derived:
    """All that is derived from one dataset, one day and the settings. Only what it remembers changes.

    It is shared by threads without a lock: whatever two of them remember at once is equal.
    """

    def __init__(
        self,
        dataset: Dataset,
        today: date,
        day_begins: float,
        day_ends: float,
        max_age: timedelta,
        overlay: Mapping[str, Record],
        zone: tzinfo | None = None,
    ) -> None:
        self.dataset: Dataset = dataset
        self.codes: Set[str] = dataset.codes() | overlay.keys()
        self.overlay: Mapping[str, Record] = overlay
        """The organisation's own records."""
        self.max_age: timedelta = max_age
        self.today: date = today
        # A clock that was ahead for a moment must not freeze "today" until then: both ends are looked at.
        self.day_begins: float = day_begins
        self.day_ends: float = day_ends
        self.zone: tzinfo | None = zone
        self.stale: bool = today - dataset.built_on > max_age
        self.places: Gazetteer = Gazetteer(
            bundled_names(),
            local=self._local_places,
            parent_of=self._parent_of,
            counties=bundled_counties,
            ends_at_cities=self._ends_at_cities,
        )
        self.resolver: PlaceResolver = PlaceResolver(self.places, bundled_tables())
        self.answers: dict[tuple[object, ...], Answer] = {}
        """Today's answers, by the arguments of ``lookup`` in the order of ``Question``."""
        self.decisions: dict[tuple[object, ...], Decision] = {}
        """Today's decisions, by question, last day, act, age and policy."""
        self._place_answers: dict[tuple[str, str | None, Product, date], Answer] = {}
        self._candidate_answers: dict[
            tuple[tuple[str, ...], str | None, Product, date], tuple[Answer, tuple[Jurisdiction, ...], bool]
        ] = {}
        self._changes: dict[tuple[str, Product], tuple[Change, ...]] = {}
        self._timelines: dict[tuple[str, str | None, Product], tuple[EffectivePeriod, ...]] = {}
        self._on_other_days: dict[date, Derived] = {}

    @classmethod
    def of_today(
        cls, dataset: Dataset, max_age: timedelta, overlay: Mapping[str, Record], zone: tzinfo | None = None
    ) -> "Derived":
        """Derive what is needed today, in a time zone or in the machine's; warn, once a process, if the data is old."""
        today = datetime.fromtimestamp(time.time(), zone).date()
        midnight = datetime.min.time()
        begins, ends = (datetime.combine(day, midnight, zone) for day in (today, today + timedelta(days=1)))
        made = cls(dataset, today, begins.timestamp(), ends.timestamp(), max_age, overlay, zone)
        if made.stale and dataset.version not in _warned_of:
            _warned_of.add(dataset.version)
            warnings.warn(
                f"The kratom law data was made on {dataset.built_on}, more than {max_age.days} days ago: refresh it, "
                "or upgrade kratomlaw.",
                KratomLawStaleWarning,
                stacklevel=_depth_of_the_caller(),
            )
        return made

    def on_day(self, today: date) -> "Derived":
        """The same where it is another day."""
        if today == self.today:
            return self
        other = self._on_other_days.get(today)
        if other is None:
            other = copy(self)  # what does not depend on the day is shared
            other.today = today
            other.stale = today - self.dataset.built_on > self.max_age
            other.answers, other.decisions, other._on_other_days = {}, {}, {}
            other._place_answers, other._candidate_answers = {}, {}
            kept = self._on_other_days if len(self._on_other_days) < _OTHER_DAYS else {}
            self._on_other_days = {**kept, today: other}
        return other

    def _parent_of(self, code: str) -> str | None:
        """The country whose law reaches a dependent territory; the organisation's own record may add one."""
        own = self.overlay.get(code)
        return (own.parent if own else None) or self.dataset.parent(code)

    def _ends_at_cities(self, county: str) -> bool:
        """Whether a county has rules that do not reach into its cities."""
        record = self.record(county)
        return record is not None and any(not engine.cascades_always(period) for period in record.periods)

    def _local_places(self) -> Iterable[LocalPlace]:
        """The local places with a record; the organisation's own take the place of ours."""
        own = [_local_place(record) for code, record in self.overlay.items() if "/" in code]
        return (*self.dataset.local_places(), *own)

    @property
    def known_through(self) -> date:
        """The last day whose answers are not projected: today, unless the data is old."""
        return engine.known_through(today=self.today, built_on=self.dataset.built_on, stale=self.stale)

    def preload(self) -> None:
        """Read all that a question may need."""
        self.places.county_codes()
        self.resolver.preload()
        for code in self.places.codes():
            for product in Product:
                self.timeline(code, product)

    def match(self, place: str | Jurisdiction, product: Product = Product.LEAF) -> Match:
        """Which one place a text or a jurisdiction means.

        Args:
            place: The text or the jurisdiction.
            product: The product of which an error tells what holds in each candidate.

        Raises:
            AmbiguousPlaceError: It may lie in more than one, each with law of its own: a ZIP code alone, a misspelled
                town. Only an answer can be that of the strictest of them; a timeline cannot.
        """
        try:
            match = self._resolved(place)
            if len(match.candidates) > 1:
                raise self.places.undecided(str(place), match.candidates)
        except AmbiguousPlaceError as error:
            error.add_laws(self._laws_of(error, product, self.today))
            raise
        return match

    def find(self, text: str) -> Jurisdiction:
        """Which place with data a text lies in; of a town that is not known, the state in which it must be.

        Raises:
            AmbiguousPlaceError: It is a ZIP code alone, which may lie in more than one place.
        """
        try:
            match = self._resolved(text)
            if len(match.candidates) > 1 and match.unmatched is None:
                raise self.places.undecided(text, match.candidates)
        except AmbiguousPlaceError as error:
            error.add_laws(self._laws_of(error, Product.LEAF, self.today))
            raise
        return self.places.jurisdiction(match.code)

    def _resolved(self, place: str | Jurisdiction) -> Match:
        if isinstance(place, Jurisdiction):
            return self.resolver.resolve_code(place.code)
        return self.resolver.resolve_text(place)

    def below(self, within: str | Jurisdiction | None, *, all_counties: bool = False) -> Iterable[str]:
        """The codes of all places below one, in order; the counties without a record only if they are wanted."""
        codes: Iterable[str] = self.places.codes()
        if all_counties:
            codes = sorted({*codes, *self.places.county_codes()})
        if within is None:
            return codes
        top = self.match(within).code
        return [code for code in codes if code != top and any(link.code == top for link in self.places.chain(code))]

    def chain(self, code: str, county: str | None = None) -> tuple[engine.ChainLink, ...]:
        """A place and all above it, with their records; of a city's counties only the one that is named."""
        return tuple(
            engine.ChainLink(place, self.record(place.code), place.code in self.overlay)
            for place in self.places.chain(code, county)
        )

    def record(self, code: str) -> Record | None:
        """The record of a place, the organisation's own before ours."""
        return self.overlay.get(code) or self.dataset.record(code)

    def timeline(self, code: str, product: Product, county: str | None = None) -> tuple[EffectivePeriod, ...]:
        """The effective periods of a place."""
        # What holds in a county without a record holds in all of that state's, or of the city around it.
        inherits = "/" in code and code not in self.codes
        key = (f"{self.places.chain(code)[-2].code}/" if inherits else code, county, product)
        known = self._timelines.get(key)
        if known is None:
            if len(self._timelines) >= _REMEMBERED_TIMELINES:
                self._timelines = {}
            known = self._timelines[key] = engine.timeline(self.chain(code, county), product)
        return known

    def own_changes(self, code: str, product: Product) -> tuple[Change, ...]:
        """The changes of a place's own law."""
        key = (code, product)
        known = self._changes.get(key)
        if known is None:
            record = self.record(code)
            known = engine.changes(record, self.places.jurisdiction(code), product) if record else ()
            self._changes[key] = known
        return known

    def answer(self, question: Question) -> Answer:
        """Answer a question that was not asked today.

        Raises:
            KratomLawError: The question is invalid, or its place is unknown or ambiguous.
        """
        product = parse_product(question.product)
        day = parse_on(question.on, today=self.today, zone=self.zone)
        answer = self.answer_to(self._match_question(question, product, day), product, day)
        if len(self.answers) >= _REMEMBERED:
            self.answers = {}
        if isinstance(question.on, datetime):
            return answer  # not remembered: one moment equals itself in another zone, where it is another day
        with suppress(TypeError):  # a subclass of str or date that cannot be a key: answered, not remembered
            self.answers[question] = answer
        return answer

    def decision(self, question: Question, last: date, act: "Act", age: int | None, policy: "Policy") -> "Decision":
        """Decide on an act from the day of a question to a last day.

        Raises:
            KratomLawError: The question is invalid, or its place is unknown or ambiguous.
        """
        from ..law.decisions import decide

        key = (question, last, act, age, policy)
        try:
            return self.decisions[key]
        except (KeyError, TypeError):  # not asked today, or of a type that cannot be a key
            pass
        decision = decide(self.answers_through(question, last), act=act, age=age, policy=policy)
        if len(self.decisions) >= _REMEMBERED_DECISIONS:
            self.decisions = {}
        with suppress(TypeError):
            self.decisions[key] = decision
        return decision

    def answers_through(self, question: Question, last: date) -> tuple[Answer, ...]:
        """Answer a question for its day, for each later day on which the law changes, and for the last day.

        Raises:
            KratomLawError: The question is invalid, or its place is unknown or ambiguous.
        """
        product = parse_product(question.product)
        first = parse_on(question.on, today=self.today, zone=self.zone)
        match = self._match_question(question, product, first)
        days = {first, last, *(day for day in self.days_of_change(match, product) if first < day < last)}
        return tuple(self.answer_to(match, product, day) for day in sorted(days))

    def days_of_change(self, match: Match, product: Product) -> Set[date]:
        """The days on which the law changes in the places that a question may mean."""
        return {
            period.first_day
            for code in match.candidates or (match.code,)
            for period in self.timeline(code, product, match.county)
        }

    def answer_to(self, match: Match, product: Product, day: date) -> Answer:
        """The answer for a match: that of the strictest candidate, with how sure the match is."""
        answer, approximate = self.strictest(match, product, day)
        changes: dict[str, object] = {}
        if match.unmatched:
            changes |= {"unmatched": match.unmatched, "did_you_mean": self.did_you_mean(match)}
        if match.candidates:
            changes["candidates"] = self._strictest_of(match.candidates, match.county, product, day)[1]
        if approximate:
            changes["certainty"] = Certainty.APPROXIMATE
        return changed(answer, changes) if changes else answer

    def strictest(self, match: Match, product: Product, day: date) -> tuple[Answer, bool]:
        """The answer for the strictest candidate as such, and whether the match leaves it approximate."""
        if match.candidates:
            answer, _, differ = self._strictest_of(match.candidates, match.county, product, day)
        else:
            answer, differ = self.answer_for(match.code, match.county, product, day), False
        other_law = match.unmatched is not None and self._may_have_other_law(match.code, answer)
        return answer, match.is_guess or differ or other_law

    def _strictest_of(
        self, codes: tuple[str, ...], county: str | None, product: Product, day: date
    ) -> tuple[Answer, tuple[Jurisdiction, ...], bool]:
        """The answer of the strictest of several places, the places, and whether their laws differ."""
        key = (codes, county, product, day)
        known = self._candidate_answers.get(key)
        if known is None:
            answers = [self.answer_for(code, county, product, day) for code in codes]
            answer = max(answers, key=engine.strictness)
            differ = any(_position(other) != _position(answer) for other in answers)
            if len(self._candidate_answers) >= _REMEMBERED:
                self._candidate_answers = {}
            known = self._candidate_answers[key] = answer, tuple(map(self.places.jurisdiction, codes)), differ
        return known

    def did_you_mean(self, match: Match) -> tuple[Jurisdiction, ...]:
        """The places with a record that are spelled like a locality that is not known to be a town."""
        if not match.unmatched or match.is_town:
            return ()
        return self.places.similar_local(match.unmatched, match.code)

    def answer_for(self, code: str, county: str | None, product: Product, day: date) -> Answer:
        """The answer for a place as such, which all its localities without a record share."""
        key = (code, county, product, day)
        known = self._place_answers.get(key)
        if known is None:
            if len(self._place_answers) >= _REMEMBERED:
                self._place_answers = {}
            known = self._place_answers[key] = engine.answer(
                self.chain(code, county),
                self.timeline(code, product, county),
                product=product,
                on=day,
                local_rules=self._local_rules(code),
                today=self.today,
                built_on=self.dataset.built_on,
                dataset_version=self.dataset.version,
                stale=self.stale,
            )
        return known

    def _local_rules(self, code: str) -> int:
        """How many places below have records."""
        if "/" in code:
            return len(self.places.localities(code).cities_in(code))
        return self._records_below.get(code, 0)

    @cached_property
    def _records_below(self) -> Mapping[str, int]:
        """How many records there are below each country and state."""
        found: dict[str, int] = {}
        for code in self.codes:
            state, slash, _ = code.partition("/")
            above = (*((state,) if slash else ()), *((state.partition("-")[0],) if "-" in state else ()))
            for each in above:
                found[each] = found.get(each, 0) + 1
        return found

    def _may_have_other_law(self, code: str, answer: Answer) -> bool:
        """Whether an unrecorded locality might be governed by a rule that we cannot attribute to it.

        That is so below a country whose states make law, below a state whose counties do and could be stricter, and
        below a county whose rule does not reach its cities: nobody knows here whether the locality is one.
        """
        if "-" not in code:
            return any(below.startswith(f"{code}-") for below in self.codes)
        if "/" not in code:
            return bool(self.places.localities(code).places) and not engine.is_strictest(answer)
        return self._ends_at_cities(code)

    def _match_question(self, question: Question, product: Product, day: date) -> Match:
        try:
            return self.resolver.resolve_question(question)
        except AmbiguousPlaceError as error:
            error.add_laws(self._laws_of(error, product, day))
            raise

    def _laws_of(self, error: AmbiguousPlaceError, product: Product, day: date) -> tuple[CandidateLaw, ...]:
        """What holds in each place that an ambiguous question may mean."""
        laws: list[CandidateLaw] = []
        for place, codes in zip(error.candidates, error.readings, strict=True):
            answer = self.answer_to(Match(codes[0], candidates=codes), product, day)
            laws.append(
                CandidateLaw(
                    status=answer.status,
                    sale=answer.sale,
                    possession=answer.possession,
                    min_age=answer.min_age,
                    jurisdiction=place,
                    where=self.places.jurisdiction(place.code.partition("/")[0]).name,
                    approximate=answer.certainty is Certainty.APPROXIMATE,
                )
            )
        return tuple(laws)


def _position(answer: Answer) -> tuple[Status, Permission, Permission]:
    """What candidates must have in common for an answer to be sure."""
    return answer.status, answer.sale, answer.possession


def _local_place(record: Record) -> LocalPlace:
    return LocalPlace(
        record.code, record.name, record.level or Level.CITY, record.aliases, record.counties, record.localities
    )


def _depth_of_the_caller() -> int:
    """How far up the stack the first code outside this package is: the line that a warning should name."""
    package = __name__.partition(".")[0]
    frame = inspect.currentframe()
    depth = 0
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        frame, depth = frame.f_back, depth + 1
    return depth
