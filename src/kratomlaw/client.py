"""How do data, places and engine answer together? ``KratomLaw``, the object behind the module's functions."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Unpack

from .data.bundled import bundled
from .data.dataset import Dataset
from .data.snapshot import Snapshot, product_of
from .data.validation import open_file
from .errors import DataError, InvalidQueryError, KratomLawError, NoSourceError, UnknownPlaceError
from .law import engine
from .law.answers import (
    Answer,
    Change,
    DatasetInfo,
    DataVersions,
    RefreshOutcome,
    RefreshProblem,
    RefreshReport,
    Timeline,
)
from .law.dates import parse_on
from .law.records import SCHEMA, Jurisdiction, Level, Product, Record, Status
from .settings import SettingsArguments, read_settings
from .version import __version__

if TYPE_CHECKING:
    from .updates.background import Background
    from .updates.cache import Cache
    from .updates.fetcher import Fetcher
    from .updates.updater import Options

__all__ = ["KratomLaw"]

_E = TypeVar("_E", Level, Status)
_Progress = Callable[[int, int | None], None]
_NO_FOLDER = Path(os.devnull, "kratomlaw").absolute()
"""Where nothing can be read or written: the cache of a user without a home, which says so like any other bad one."""


class KratomLaw:
    """Answers questions about the law of kratom, from one dataset.

    It may be used from many threads at once. Nothing is read before the first question, and no question ever writes
    a file, takes a lock or touches the network.

    Args:
        source: Where newer data is published: the address of a static web folder, ``file://`` or a folder, or several
            of them in the order in which they are asked; None for ``KRATOMLAW_SOURCE_URL`` (parted by blanks).
        cache_dir: The folder for newer data; None for ``KRATOMLAW_CACHE_DIR``, or the user's cache folder where a
            source is configured.
        offline: Whether the network is never touched, not even by a refresh; None for ``KRATOMLAW_OFFLINE``.
        max_age: The age from which data is called stale; None for ``KRATOMLAW_MAX_AGE`` (whole days) or 90 days.
        min_interval: How long a source is left alone after it was asked; None for an hour.
        public_key: The publisher's Ed25519 key, 64 hexadecimal digits; None for ``KRATOMLAW_PUBLIC_KEY``. With a key
            only signed data is used.
        fetcher: A client to fetch with; None for httpx, with proxies and authorities from the environment.
        dataset: A dataset file to answer from, instead of the bundled one and the cache.
        version: The one version of the data to answer from; None for the newest.
        overlay: A folder with an organisation's own records, of the same form as ours, which take the place of ours
            for the same jurisdictions; None for ``KRATOMLAW_OVERLAY``. Answers say what comes from it.
        auto_refresh: How often to refresh in the background, in a daemon thread that starts now; None for never.
            Call ``close()`` to end it, or use the instance in a ``with`` statement.

    Raises:
        InvalidQueryError: A setting has no meaning.

    Example:
        >>> law = KratomLaw(max_age=timedelta(days=30))
        >>> law.lookup("Louisiana", on="2026-01-01").status
        <Status.BANNED: 'banned'>
    """

    _dataset: Dataset | None = None
    """The data in use. It is set for the first time by an atomic ``setdefault`` and later by refreshes alone, so that
    a slow first reader cannot put older data over newer."""

    def __init__(
        self,
        *,
        source: str | Path | Iterable[str | Path] | None = None,
        cache_dir: Path | str | None = None,
        offline: bool | None = None,
        max_age: timedelta | None = None,
        min_interval: timedelta | None = None,
        public_key: str | None = None,
        fetcher: "Fetcher | None" = None,
        dataset: Path | str | None = None,
        version: str | None = None,
        overlay: Path | str | None = None,
        auto_refresh: timedelta | None = None,
    ) -> None:
        self._settings = read_settings(
            source=source,
            cache_dir=cache_dir,
            offline=offline,
            max_age=max_age,
            min_interval=min_interval,
            public_key=public_key,
            fetcher=fetcher,
            dataset=dataset,
            version=version,
            overlay=overlay,
        )
        # All that is derived from the data and the day hangs on one attribute that is replaced in one assignment: a
        # reader sees the old snapshot or the new one, never a mixture, and needs no lock.
        self._snapshot: Snapshot | None = None
        self._overlay: Mapping[str, Record] | None = None
        self._refreshing = threading.Lock()
        self._background = _start_background(self, auto_refresh) if auto_refresh is not None else None

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
            county: A county's name, with or without «County»; needs a state.
            city: A city's name; needs a state, a country or a ZIP code.
            postal_code: A ZIP code, with or without its last four digits. With a city or county it is checked against
                the state, and with the extra ``zip`` against the county; alone it needs that extra, and is answered
                for the strictest of the places in which it may lie.
                Outside the United States it does not change the answer.
            on: The day, as a ``datetime.date`` or ``"YYYY-MM-DD"``; None for today.
            product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.

        Returns:
            The answer, with its evidence, its age and its certainty. Days after the dataset was made are answered
            as the law was scheduled then, ``certainty`` projected.

        Raises:
            UnknownPlaceError: No such place is known, or the parts contradict each other.
            AmbiguousPlaceError: The text fits more than one place, as «Georgia» or «DE» do.
            InvalidQueryError: The date, the product or the combination of arguments has no meaning; or a ZIP code
                stands alone, and the extra ``zip`` is not installed.
            DataError: The data cannot be used.

        Example:
            >>> answer = KratomLaw().lookup("Nashville, TN", on="2026-10-01")
            >>> answer.is_banned, answer.jurisdiction.code, answer.unmatched
            (True, 'US-TN', 'Nashville')
        """
        current = self._snapshot
        if current is None or current.dataset is not self._dataset or time.time() >= current.day_ends:
            current = self._renewed()
        question = (place, code, country, state, county, city, postal_code, on, product)
        try:
            return current.answers[question]
        except (KeyError, TypeError):  # not asked today, or of a type that cannot be a key
            return current.answer(question)

    def timeline(self, place: str | Jurisdiction, *, product: Product | str = "leaf") -> Timeline:
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
        match = current.match(place)
        return Timeline(current.timeline(match.code, product_of(product), match.county))

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
        all_counties: bool = False,
    ) -> tuple[Jurisdiction, ...]:
        """List the places that are known: countries, states, and the local places that have a record.

        Args:
            within: Only those below this place, at any depth; None for all.
            level: Only those of this level; None for all.
            status: Only those with this status; None for all, also those without a record.
            on: The day for ``status``; None for today.
            product: The product for ``status``.
            all_counties: Whether to list also the counties of the United States that have no record; there are more
                than three thousand.

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
        wanted_product = product_of(product)
        found: list[Jurisdiction] = []
        for code in current.below(within, all_counties=all_counties):
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
        match = current.resolver.resolve_code(code)
        record = None if match.unmatched else current.record(match.code)
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
        wanted = product_of(product)
        codes: Iterable[str] = current.codes
        if within is not None:
            top = current.match(within).code
            codes = [code for code in (top, *current.below(within)) if code in current.codes]
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

        With the extra ``zip``, its ZIP codes too.

        Raises:
            DataError: The data cannot be used.

        Example:
            >>> KratomLaw().preload()
        """
        self._current().preload()

    def configure(self, **settings: Unpack[SettingsArguments]) -> None:
        """Replace the settings; what is not given goes back to the environment or the default.

        Args:
            settings: As for ``KratomLaw``, but for ``auto_refresh``.

        Raises:
            InvalidQueryError: A setting has no meaning.

        Example:
            >>> from datetime import timedelta
            >>> KratomLaw().configure(max_age=timedelta(days=30))
        """
        replaced = read_settings(**settings)
        with self._refreshing:
            self._settings = replaced
            vars(self).pop("_dataset", None)
            self._snapshot = None
            self._overlay = None

    def refresh(
        self,
        *,
        force: bool = False,
        strict: bool = False,
        allow_shrink: bool = False,
        timeout: float = 10.0,
        on_progress: _Progress | None = None,
    ) -> RefreshReport:
        """Fetch newer data from the source, check it, keep it, and answer from it.

        Whatever goes wrong, the data in use stays in use. One refresh is done at a time; questions are answered
        meanwhile, from the data in use.

        Args:
            force: Ask although the source was asked a short while ago.
            strict: Raise what went wrong instead of reporting it.
            allow_shrink: Accept data that drops more than a tenth of the records.
            timeout: Seconds to wait for any one step.
            on_progress: Called with the bytes so far and the bytes expected while data is fetched.

        Returns:
            What was done, and which data is in use now.

        Raises:
            NoSourceError: No source is configured.
            RefreshError: With ``strict``: the source cannot be had or must not be believed, or storing failed.
            DataError: The data in use cannot be used; with ``strict`` also: that of the source cannot.

        Example:
            >>> KratomLaw(source="https://law.example.org/kratom", offline=True).refresh().outcome
            <RefreshOutcome.SKIPPED: 'skipped'>
        """
        with self._refreshing:
            settings = self._settings
            if not settings.sources:
                raise NoSourceError(
                    "No source of newer data is configured.",
                    hint="Set KRATOMLAW_SOURCE_URL, or pass source=… to KratomLaw or configure().",
                )
            before = self._in_use_or_bundled()
            if settings.offline or settings.dataset is not None:
                return RefreshReport(
                    outcome=RefreshOutcome.SKIPPED, version=before.version, previous=before.version, source=None
                )
            from .updates.updater import fetch_newer

            cache = self._cache()
            held = cache.newest(newer_than=before.version) if settings.version is None else None
            current = held or before  # another process may have fetched it
            visit = fetch_newer(
                settings.sources,
                self._fetcher_of,
                cache,
                current,
                self._options(force=force, allow_shrink=allow_shrink, timeout=timeout, on_progress=on_progress),
            )
            if visit.fetched:
                current = visit.fetched.dataset
            if current is not before:
                self._dataset = current
        error = visit.error or (visit.fetched.not_stored if visit.fetched else None)
        if error is not None and strict:
            raise error
        if current is not before:
            outcome = RefreshOutcome.UPDATED
        elif visit.error:
            outcome = RefreshOutcome.KEPT
        else:
            outcome = RefreshOutcome.SKIPPED if visit.skipped else RefreshOutcome.UNCHANGED
        return RefreshReport(
            outcome=outcome,
            version=current.version,
            previous=before.version,
            source=visit.source,
            problem=_problem(error) if error else None,
            retry_after=visit.retry_after,
        )

    async def arefresh(
        self, *, force: bool = False, strict: bool = False, allow_shrink: bool = False, timeout: float = 10.0
    ) -> RefreshReport:
        """Do as ``refresh``, in a worker thread, so that an event loop is not held up.

        Example:
            >>> import asyncio
            >>> law = KratomLaw(source="https://law.example.org/kratom", offline=True)
            >>> asyncio.run(law.arefresh()).outcome
            <RefreshOutcome.SKIPPED: 'skipped'>
        """
        import asyncio

        return await asyncio.to_thread(
            self.refresh, force=force, strict=strict, allow_shrink=allow_shrink, timeout=timeout
        )

    def versions(self, *, timeout: float = 10.0) -> DataVersions:
        """List which versions of the data are at hand: bundled, in the cache, and at the source.

        Args:
            timeout: Seconds to wait for the source.

        Returns:
            The versions. The source is asked only if one is configured and work is not offline; what goes wrong
            there is told, not raised.

        Raises:
            DataError: The bundled data cannot be used.

        Example:
            >>> versions = KratomLaw().versions()
            >>> versions.in_use == versions.bundled
            True
        """
        settings = self._settings
        at_source: tuple[str, ...] = ()
        problem: RefreshProblem | None = None
        if settings.may_ask:
            from .updates.updater import available_versions

            try:
                at_source = available_versions(settings.sources, self._fetcher_of, self._options(timeout=timeout))
            except KratomLawError as error:
                problem = _problem(error)
        return DataVersions(
            in_use=self._in_use_or_bundled().version,
            bundled=bundled().version,
            cached=self._cache().versions() if settings.uses_cache else (),
            source=at_source,
            problem=problem,
        )

    def close(self) -> None:
        """End the refreshing in the background, if there is any; answers go on.

        Example:
            >>> with KratomLaw() as law:
            ...     law.lookup("US-LA", on="2026-01-01").is_banned
            True
        """
        if self._background is not None:
            self._background.close()

    def __enter__(self) -> "KratomLaw":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _current(self) -> Snapshot:
        current = self._snapshot
        if current is None or current.dataset is not self._dataset or time.time() >= current.day_ends:
            return self._renewed()
        return current

    def _renewed(self) -> Snapshot:
        """Make the snapshot of today from the data in use."""
        dataset = self._dataset
        if dataset is None:
            dataset = vars(self).setdefault("_dataset", self._load())
        if self._overlay is None:
            self._overlay = self._load_overlay()
        renewed = self._snapshot = Snapshot.of_today(dataset, self._settings.max_age, self._overlay)
        return renewed

    def _load_overlay(self) -> Mapping[str, Record]:
        if self._settings.overlay is None:
            return {}
        from .data.overlay import read_overlay

        return read_overlay(self._settings.overlay)

    def _load(self) -> Dataset:
        """Read the data to answer from: the file that was named, the version that was pinned, or the newest."""
        settings = self._settings
        if settings.dataset is not None:
            return open_file(settings.dataset)
        found = bundled()
        if settings.version not in (None, found.version):
            pinned = self._cache().open(settings.version) if settings.uses_cache else None
            if pinned is None:
                raise DataError(
                    f"Version {settings.version} of the data is not at hand.",
                    hint="Call refresh() to fetch it; kratomlaw info --versions lists what there is.",
                )
            return pinned
        if settings.version is None and settings.uses_cache:
            return self._cache().newest(newer_than=found.version) or found
        return found

    def _in_use_or_bundled(self) -> Dataset:
        """The data in use; where a pinned version is not at hand yet, the bundled data to compare with."""
        try:
            return self._current().dataset
        except DataError:
            if self._settings.version is None:
                raise
            return bundled()

    def _cache(self) -> "Cache":
        from .updates.cache import Cache

        folder = self._settings.cache_dir
        if folder is None:
            from platformdirs import user_cache_path

            try:
                folder = user_cache_path("kratomlaw", appauthor=False)
            except RuntimeError:  # a user without a home, as in some containers
                folder = _NO_FOLDER
            if not folder.is_absolute():  # older versions of platformdirs leave the «~» as it is
                folder = _NO_FOLDER
        return Cache(folder, public_key=self._settings.public_key, library_version=__version__)

    def _fetcher_of(self, source: str) -> "Fetcher":
        from .updates.transports import fetcher_for

        return self._settings.fetcher or fetcher_for(source)

    def _options(
        self,
        *,
        force: bool = False,
        allow_shrink: bool = False,
        timeout: float = 10.0,
        on_progress: _Progress | None = None,
    ) -> "Options":
        from .updates.updater import Options

        return Options(
            force=force,
            allow_shrink=allow_shrink,
            timeout=timeout,
            min_interval=self._settings.min_interval,
            pinned=self._settings.version,
            public_key=self._settings.public_key,
            library_version=__version__,
            on_progress=on_progress,
        )


def _start_background(law: KratomLaw, interval: timedelta) -> "Background":
    from .updates.background import Background

    return Background(law, interval)


def _problem(error: KratomLawError) -> RefreshProblem:
    return RefreshProblem(error=type(error).__name__, message=error.message, hint=error.hint)


def _member(kind: type[_E], value: str) -> _E:
    try:
        return kind(value)
    except ValueError as cause:
        raise InvalidQueryError(
            f"{str(value)[:40]!r} is not a {kind.__name__.lower()}.", hint=f"Ask for one of {', '.join(kind)}."
        ) from cause
