"""Which questions can be asked of the law, and how do several of them get answers from one version of the data?"""

import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Set
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from ..errors import InvalidQueryError, UnknownPlaceError
from ..law import engine
from ..law.answers import Answer, Changes, Jurisdictions, Timeline
from ..law.arguments import parse_product, parse_word
from ..law.dates import parse_on, parse_zone
from ..law.records import Record
from ..law.words import Jurisdiction, Level, Product, Status
from ..places.match import Match
from ..places.question import Arguments, Question
from ..places.resolver import PlaceResolver
from .derived import Derived

if TYPE_CHECKING:
    from ..law.decisions import Act, Decision, TripDecision
    from ..law.policy import Policy
    from .facts import DatasetInfo

__all__ = ["LawReader", "Snapshot"]


class LawReader(ABC):
    """Whatever answers questions about the law of kratom: a ``KratomLaw`` or a ``Snapshot``."""

    @abstractmethod
    def _derived(self) -> Derived:
        """What the next question is answered from."""

    def _now(self) -> float:
        """The moment at which it is asked, in seconds."""
        return time.time()

    def _derived_in(self, zone: tzinfo | None) -> Derived:
        """What a question is answered from on the day that it is in a time zone; None for the zone of the settings."""
        derived = self._derived()
        return derived if zone is None else derived.on_day(datetime.fromtimestamp(self._now(), zone).date())

    @contextmanager
    def at_one_version(self) -> "Generator[Snapshot, None, None]":
        """Ask several questions of one version of the data, on one day, whatever is refreshed meanwhile.

        Yields:
            A view with the same question methods. It needs no closing: the ``with`` statement shows where answers
            agree with one another.

        Raises:
            DataError: The data cannot be used.

        Example:
            >>> import kratomlaw
            >>> with kratomlaw.KratomLaw().at_one_version() as view:
            ...     answers = [view.lookup(state.code) for state in view.jurisdictions(within="US", level="state")]
            >>> len({answer.dataset_version for answer in answers})
            1
        """
        yield Snapshot(self._derived())

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
        zone: tzinfo | str | None = None,
    ) -> Answer:
        """Answer whether kratom is legal, restricted or banned in a place on a date.

        Arguments, return value and errors are those of ``kratomlaw.lookup``.

        Example:
            >>> import kratomlaw
            >>> answer = kratomlaw.KratomLaw().lookup("Nashville, TN", on="2026-10-01")
            >>> answer.is_banned, answer.jurisdiction.code, answer.unmatched
            (True, 'US-TN', 'Nashville')
        """
        if zone is not None:
            place_zone = parse_zone(zone)
            derived = self._derived_in(place_zone)
            on = parse_on(on, today=derived.today, zone=place_zone)
            return derived.answer(Question(place, code, country, state, county, city, postal_code, on, product))
        return self.ask((place, code, country, state, county, city, postal_code, on, product))

    def ask(self, question: Arguments) -> Answer:
        """Answer a question whose arguments were put together before.

        Args:
            question: The arguments of ``lookup``: a ``Question``, or a bare tuple in the same order.

        Example:
            >>> import kratomlaw
            >>> from kratomlaw.places.question import Question
            >>> kratomlaw.KratomLaw().ask(Question("US-LA", on="2026-01-15")).is_banned
            True
        """
        derived = self._derived()
        try:
            return derived.answers[question]
        except (KeyError, TypeError):  # not asked today, or of a type that cannot be a key
            pass
        return derived.answer(Question(*question))

    def timeline(self, place: str | Jurisdiction, *, product: Product | str = "leaf") -> Timeline:
        """Answer how the law that reaches a place changed, and will change, over time.

        Arguments, return value and errors are those of ``kratomlaw.timeline``.

        Example:
            >>> import kratomlaw
            >>> [str(p.status) for p in kratomlaw.KratomLaw().timeline("US-LA")][-1]
            'banned'
        """
        derived = self._derived()
        wanted = parse_product(product)
        match = derived.match(place, wanted)
        return Timeline(derived.timeline(match.code, wanted, match.county))

    def find(self, text: str) -> Jurisdiction:
        """Answer which jurisdiction a text means: the resolver alone.

        Arguments, return value and errors are those of ``kratomlaw.find``.

        Example:
            >>> import kratomlaw
            >>> kratomlaw.KratomLaw().find("tenn.").code
            'US-TN'
        """
        derived = self._derived()
        return derived.find(text)

    def jurisdictions(
        self,
        *,
        within: str | Jurisdiction | None = None,
        level: Level | str | None = None,
        status: Status | str | None = None,
        on: date | str | None = None,
        product: Product | str = "leaf",
        all_counties: bool = False,
    ) -> Jurisdictions:
        """List the places that are known: countries, states, and the local places that have a record.

        Arguments, return value and errors are those of ``kratomlaw.jurisdictions``.

        Example:
            >>> import kratomlaw
            >>> len(kratomlaw.KratomLaw().jurisdictions(within="US", level="state")) >= 51
            True
        """
        derived = self._derived()
        wanted_level = None if level is None else parse_word(Level, level)
        wanted_status = None if status is None else parse_word(Status, status)
        day = parse_on(on, today=derived.today, zone=derived.zone)
        wanted_product = parse_product(product)
        found: list[Jurisdiction] = []
        for code in derived.below(within, all_counties=all_counties):
            place = derived.places.jurisdiction(code)
            if wanted_level is not None and place.level is not wanted_level:
                continue
            if wanted_status is not None:
                period = engine.period_on(derived.timeline(code, wanted_product), day)
                if (period.status if period else Status.UNKNOWN) is not wanted_status:
                    continue
            found.append(place)
        return Jurisdictions(found)

    def record(self, code: str) -> Record:
        """Read the raw record of a jurisdiction, with all its evidence.

        Arguments, return value and errors are those of ``kratomlaw.record``.

        Example:
            >>> import kratomlaw
            >>> kratomlaw.KratomLaw().record("US-LA").name
            'Louisiana'
        """
        derived = self._derived()
        match = derived.resolver.resolve_code(code)
        record = None if match.unmatched else derived.record(match.code)
        if record is None:
            raise UnknownPlaceError(
                f"{derived.places.jurisdiction(match.code)} has no record.",
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
    ) -> Changes:
        """List the changes of law in a span of days, future ones included.

        Arguments, return value and errors are those of ``kratomlaw.changes``.

        Example:
            >>> import kratomlaw
            >>> [str(c.on) for c in kratomlaw.KratomLaw().changes("2025-08-01", "2025-08-02", within="US-LA")]
            ['2025-08-01']
        """
        derived = self._derived()
        if since is None:  # parse_on would read None as today
            raise InvalidQueryError("changes needs a first day.", hint='Pass it, as in changes("2026-01-01").')
        first = parse_on(since, today=derived.today, zone=derived.zone)
        last = date.max if until is None else parse_on(until, today=derived.today, zone=derived.zone)
        wanted = parse_product(product)
        codes: Iterable[str] = derived.codes
        if within is not None:
            top = derived.match(within).code
            codes = [code for code in (top, *derived.below(within)) if code in derived.codes]
        found = [
            change
            for code in codes
            for change in derived.own_changes(code, wanted)
            if change.on.latest >= first and change.on.earliest < last
        ]
        return Changes(sorted(found, key=lambda change: (change.on.earliest, change.jurisdiction.code)))

    def decide(
        self,
        place: str | Jurisdiction | None = None,
        *,
        code: str | None = None,
        country: str | None = None,
        state: str | None = None,
        county: str | None = None,
        city: str | None = None,
        postal_code: str | None = None,
        act: "Act | str" = "ship",
        on: date | str | None = None,
        arrives: date | str | None = None,
        product: Product | str = "leaf",
        age: int | None = None,
        policy: "Policy | None" = None,
        zone: tzinfo | str | None = None,
    ) -> "Decision":
        """Decide whether kratom may be sent to, sold in or held in a place.

        Arguments, return value and errors are those of ``kratomlaw.decide``.

        Example:
            >>> import kratomlaw
            >>> kratomlaw.KratomLaw().decide("US-TN", act="sell", on="2026-10-01").is_refused
            True
        """
        from ..law.decisions import Act, parse_age, parse_policy

        asked_zone = None if zone is None else parse_zone(zone)
        derived = self._derived_in(asked_zone)
        place_zone = asked_zone or derived.zone
        first = parse_on(on, today=derived.today, zone=place_zone)
        last = first if arrives is None else parse_on(arrives, today=derived.today, zone=place_zone)
        if last < first:
            raise InvalidQueryError(
                f"It cannot arrive on {last}, before it is sent on {first}.", hint="Exchange on and arrives."
            )
        question = Question(place, code, country, state, county, city, postal_code, first, product)
        judged, years, applied = parse_word(Act, act), parse_age(age), parse_policy(policy)
        return derived.decision(question, last, judged, years, applied)

    def decide_trip(
        self,
        stops: Iterable[tuple[str | Jurisdiction, date | str]],
        *,
        product: Product | str = "leaf",
        age: int | None = None,
        policy: "Policy | None" = None,
    ) -> "TripDecision":
        """Decide whether kratom may be carried on a trip through several places.

        Arguments, return value and errors are those of ``kratomlaw.decide_trip``.

        Example:
            >>> import kratomlaw
            >>> trip = kratomlaw.KratomLaw().decide_trip([("US-TX", "2026-10-01"), ("US-LA", "2026-10-03")], age=30)
            >>> trip.outcome, [str(decision.outcome) for decision in trip.decisions][-1]
            (<Outcome.REFUSE: 'refuse'>, 'refuse')
        """
        from ..law.decisions import Act, decide_trip, parse_stops

        derived = self._derived()
        view = Snapshot(derived)  # all stops from one version of the data
        return decide_trip(
            [
                view.decide(
                    stop.place,
                    act=Act.POSSESS,
                    on=stop.arrives,
                    arrives=stop.leaves,
                    product=product,
                    age=age,
                    policy=policy,
                )
                for stop in parse_stops(stops, today=derived.today)
            ]
        )

    def dataset(self) -> "DatasetInfo":
        """Answer which data is in use, and how old it is.

        Arguments, return value and errors are those of ``kratomlaw.dataset``.

        Example:
            >>> import kratomlaw
            >>> kratomlaw.KratomLaw().dataset().origin
            <Origin.BUNDLED: 'bundled'>
        """
        from .facts import facts_of

        derived = self._derived()
        return facts_of(derived.dataset, today=derived.today, stale=derived.stale)

    def preload(self) -> None:
        """Read all data now, so that no later question has to. For services, before they fork or take traffic.

        Arguments, return value and errors are those of ``kratomlaw.preload``.

        Example:
            >>> import kratomlaw
            >>> kratomlaw.KratomLaw().preload()
        """
        self._derived().preload()


class Snapshot(LawReader):
    """An immutable view of one dataset, one day and one set of settings.

    ``KratomLaw.at_one_version`` hands it out; keep it as long as answers have to agree with one another.
    """

    def __init__(self, derived: Derived) -> None:
        self._view = derived
        self._made_at = time.time()

    def _now(self) -> float:
        return self._made_at

    def __copy__(self) -> "Snapshot":
        return self  # it never changes

    def __deepcopy__(self, memo: dict[int, object]) -> "Snapshot":
        return self

    def __getstate__(self) -> object:
        raise InvalidQueryError(
            "A Snapshot cannot be handed to another process.",
            hint="Hand over the KratomLaw, and call at_one_version() there.",
        )

    def _derived(self) -> Derived:
        return self._view

    # For whole columns: a question in two halves, so that what many of them have in common is asked once.

    @property
    def resolver(self) -> PlaceResolver:
        """The way from questions to places."""
        return self._view.resolver

    def strictest(self, match: Match, *, on: date, product: Product) -> tuple[Answer, bool]:
        """The answer for the strictest place that a question may mean, and whether that leaves it approximate."""
        return self._view.strictest(match, product, on)

    def answer_to(self, match: Match, *, on: date, product: Product) -> Answer:
        """The answer for a match, as ``lookup`` gives it."""
        return self._view.answer_to(match, product, on)

    def did_you_mean(self, match: Match) -> tuple[Jurisdiction, ...]:
        """The places with a record that are spelled like what has none in a question."""
        return self._view.did_you_mean(match)

    def days_of_change(self, match: Match, product: Product) -> Set[date]:
        """The days on which the law changes in the places that a question may mean."""
        return self._view.days_of_change(match, product)

    @property
    def known_through(self) -> date:
        """The last day whose answers are not projected."""
        return self._view.known_through

    @property
    def today(self) -> date:
        """The day on which it is asked."""
        return self._view.today

    @property
    def zone(self) -> tzinfo | None:
        """The time zone of moments that say their own; None where these count as they are written."""
        return self._view.zone

    def packed(self) -> tuple[bytes, str]:
        """The view as bytes, with all its data, and the version of the package: see ``unpacked`` of ``travel``."""
        from .travel import packed

        return packed(self._view)
