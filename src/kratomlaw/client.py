"""How does a program ask, with settings of its own? ``KratomLaw``, the object behind the module's functions."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Unpack, cast

from .data.bundled import bundled
from .data.dataset import Dataset
from .data.derived import Derived
from .data.snapshot import LawReader
from .errors import DataError, InvalidQueryError, KratomLawError, NoSourceError, SourceUnreachableError
from .law.records import Record
from .settings import Settings, SettingsArguments, read_settings
from .version import __version__

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from .updates.background import Background
    from .updates.cache import Cache
    from .updates.report import DataVersions, RefreshProblem, RefreshReport
    from .updates.transports import Fetcher
    from .updates.trust import Trust
    from .updates.updater import Options, SourceVisit

__all__ = ["KratomLaw", "default_instance"]

_NOT_HANDED_OVER = ("_state", "_refreshing", "_replacing", "_background")
"""What another process cannot use of an instance: locks, threads, and data that it can read itself."""
_Progress = Callable[[int, int | None], None]
_DEFAULT: "dict[str, KratomLaw]" = {}
"""The instance behind the module's functions, once there is one."""


class KratomLaw(LawReader):
    """Answers questions about the law of kratom, from one dataset.

    It may be used from many threads at once. Nothing is read before the first question, and no question ever writes
    a file, takes a lock or touches the network.

    It can be copied, and handed to the processes of a pool: a copy has the same settings, and refreshes in the
    background only where it is told to anew. A copy in another process reads the data there.

    Args:
        source: Where newer data is published: the address of a static web folder, ``file://`` or a folder, or several
            of them in the order in which they are tried. Defaults to ``KRATOMLAW_SOURCE_URL`` (separate several with
            spaces).
        cache_dir: The folder for newer data. Defaults to ``KRATOMLAW_CACHE_DIR``, or to the user's cache folder where
            a source is configured.
        offline: Whether the network is never touched, not even by a refresh. Defaults to ``KRATOMLAW_OFFLINE``.
        max_age: Data older than this is reported as stale. Defaults to ``KRATOMLAW_MAX_AGE`` (whole days) or 90 days.
        min_interval: How long a source is left alone after it was contacted. Defaults to an hour.
        public_key: The publisher's Ed25519 key, 64 hexadecimal digits, or several, so that a publisher can replace
            one. Defaults to ``KRATOMLAW_PUBLIC_KEY`` (separate several with spaces). With a key, only data that one
            of the keys has signed is used.
        fetcher: A client of your own for downloads; None for httpx, with proxies and authorities from the environment.
        dataset: A dataset file to answer from, instead of the bundled one and the cache.
        version: The one version of the data to answer from; None for the newest.
        overlay: A folder with an organisation's own records, in the same format as ours, which replace ours for the
            same jurisdictions. Defaults to ``KRATOMLAW_OVERLAY``. Answers say what comes from it.
        zone: The time zone of "today", and of moments that say their own: a name such as ``"America/Denver"`` or a
            ``datetime.tzinfo``. Defaults to ``KRATOMLAW_ZONE``, or to the machine's. For one question: ``zone`` of
            ``lookup`` and ``decide``.
        auto_refresh: How often to refresh in the background, in a daemon thread that starts now; None for never.
            Call ``close()`` to end it, or use the instance in a ``with`` statement.

    Raises:
        InvalidQueryError: A setting is invalid.

    Example:
        >>> law = KratomLaw(max_age=timedelta(days=30))
        >>> law.lookup("Louisiana", on="2026-01-01").status
        <Status.BANNED: 'banned'>
    """

    def __init__(
        self,
        *,
        source: "str | Path | Iterable[str | Path] | None" = None,
        cache_dir: "Path | str | None" = None,
        offline: bool | None = None,
        max_age: timedelta | None = None,
        min_interval: timedelta | None = None,
        public_key: str | Iterable[str] | None = None,
        fetcher: "Fetcher | None" = None,
        dataset: "Path | str | None" = None,
        version: str | None = None,
        overlay: "Path | str | None" = None,
        zone: tzinfo | str | None = None,
        auto_refresh: timedelta | None = None,
    ) -> None:
        self._state = _State(
            read_settings(
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
                zone=zone,
            )
        )
        self._refreshing = _ForkSafeLock()
        self._replacing = _ForkSafeLock()
        self._background: Background | None = None
        if auto_refresh is not None:
            self._background = _start_background(self, auto_refresh)

    def configure(self, **settings: Unpack[SettingsArguments]) -> None:
        """Replace the settings; what is not given goes back to the environment or the default.

        Arguments and errors are those of ``kratomlaw.configure``.

        Example:
            >>> from datetime import timedelta
            >>> KratomLaw().configure(max_age=timedelta(days=30))
        """
        replaced = _State(read_settings(**settings))
        with self._replacing:
            self._state = replaced

    def refresh(
        self,
        *,
        force: bool = False,
        strict: bool = False,
        allow_shrink: bool = False,
        timeout: float = 10.0,
        on_progress: _Progress | None = None,
    ) -> "RefreshReport":
        """Download newer data from the source, check it, keep it, and answer from it.

        Arguments, return value and errors are those of ``kratomlaw.refresh``.

        Example:
            >>> KratomLaw(source="https://law.example.org/kratom", offline=True).refresh().outcome
            <RefreshOutcome.SKIPPED: 'skipped'>
        """
        return self._refresh(
            force=force, strict=strict, allow_shrink=allow_shrink, timeout=timeout, on_progress=on_progress
        )

    def _refresh(
        self,
        *,
        force: bool,
        strict: bool,
        allow_shrink: bool,
        timeout: float,
        on_progress: _Progress | None = None,
        cancelled: "threading.Event | None" = None,
    ) -> "RefreshReport":
        from .updates.loading import forks_wait

        with forks_wait():
            from .updates.report import RefreshOutcome, RefreshReport
            from .updates.updater import Options

            if self._state.settings.public_keys:
                with suppress(ModuleNotFoundError):  # who checks a signature says that it is missing
                    import_module("cryptography.hazmat.primitives.asymmetric.ed25519")

        with self._refreshing:
            if cancelled is not None and cancelled.is_set():  # while it waited for its turn
                raise SourceUnreachableError("The refresh was cancelled.", hint="Refresh again.")
            state = self._state
            settings = state.settings
            if not settings.sources:
                raise NoSourceError(
                    "No source of newer data is configured.",
                    hint="Set KRATOMLAW_SOURCE_URL, or pass source=… to KratomLaw or configure().",
                )
            before = state.dataset_or_bundled()
            if settings.offline or settings.dataset is not None:
                return RefreshReport(
                    outcome=RefreshOutcome.SKIPPED, version=before.version, previous=before.version, source=None
                )
            options = Options(
                force=force,
                allow_shrink=allow_shrink,
                timeout=timeout,
                min_interval=settings.min_interval,
                pinned=settings.version,
                on_progress=on_progress,
                cancelled=cancelled,
            )
            current, visit = _newest(settings, before, options)
            if current is not before and state.overlay:
                current, visit = _with_overlay(current, before, visit, state.overlay)
            if current is not before:
                with self._replacing:
                    if self._state is state:  # else it was configured meanwhile: the new data is in the cache
                        self._state = state.with_dataset(current)
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
    ) -> "RefreshReport":
        """Do as ``refresh``, in a worker thread, so that an event loop is not blocked.

        Cancelled, it ends at once; the thread ends within the timeout, and no program waits for it.

        Arguments, return value and errors are those of ``kratomlaw.arefresh``.

        Example:
            >>> import asyncio
            >>> law = KratomLaw(source="https://law.example.org/kratom", offline=True)
            >>> asyncio.run(law.arefresh()).outcome
            <RefreshOutcome.SKIPPED: 'skipped'>
        """
        from .updates.waiting import in_thread

        return await in_thread(
            lambda cancelled: self._refresh(
                force=force, strict=strict, allow_shrink=allow_shrink, timeout=timeout, cancelled=cancelled
            )
        )

    def versions(self, *, timeout: float = 10.0) -> "DataVersions":
        """List which versions of the data are available: bundled, in the cache, and at the source.

        Arguments, return value and errors are those of ``kratomlaw.versions``.

        Example:
            >>> versions = KratomLaw().versions()
            >>> versions.in_use == versions.bundled
            True
        """
        from .updates.report import DataVersions

        state = self._state
        settings = state.settings
        in_use = state.dataset_or_bundled()
        trust = _trust(settings, in_use.built_on)
        at_source: tuple[str, ...] = ()
        problem: RefreshProblem | None = None
        if settings.may_ask:
            from .updates.updater import available_versions

            try:
                at_source = available_versions(settings.sources, settings.fetcher_of, trust, timeout=timeout)
            except KratomLawError as error:
                problem = _problem(error)
        return DataVersions(
            in_use=in_use.version,
            bundled=bundled().version,
            cached=_cache(settings, trust).versions() if settings.uses_cache else (),
            source=at_source,
            problem=problem,
        )

    def close(self) -> None:
        """End the refreshing in the background, if there is any; questions are still answered.

        Example:
            >>> with KratomLaw() as law:
            ...     law.lookup("US-LA", on="2026-01-01").is_banned
            True
        """
        if self._background is not None:
            self._background.close()

    def __copy__(self) -> "KratomLaw":
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, object]) -> "KratomLaw":
        made = memo[id(self)] = type(self).__new__(type(self))
        vars(made).update(vars(self))
        made._restart(self._state)  # a state is never changed but by what it reads
        return made

    def __getstate__(self) -> dict[str, object]:
        settings = self._state.settings
        if settings.fetcher is not None:
            _require_portable(settings.fetcher)
        own: dict[str, object] = {name: value for name, value in vars(self).items() if name not in _NOT_HANDED_OVER}
        own["_state"] = settings
        return own

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._restart(_State(cast("Settings", state["_state"])))

    def _restart(self, state: "_State") -> None:
        """Answer from a state, with locks of its own and nothing in the background."""
        self._state = state
        self._refreshing = _ForkSafeLock()
        self._replacing = _ForkSafeLock()
        self._background = None

    def __enter__(self) -> "KratomLaw":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _derived(self) -> Derived:
        derived = self._state.derived
        if derived is None or not derived.day_begins <= time.time() < derived.day_ends:
            return self._state.renew()
        return derived


@cache
def default_instance() -> KratomLaw:
    """The instance behind the module's functions, made when it is first needed.

    Two threads that race for it may make two, but both get the first: what one of them configures holds for the other.
    """
    return _DEFAULT.setdefault("", KratomLaw())


class _State:
    """The settings of an instance and all that follows from them; replaced as a whole, in one assignment.

    What is read is kept here, so that a slow first reader of old settings cannot put old data beside new settings:
    he fills a state that nobody looks at any more. Two threads that read at once do the same work twice.
    """

    def __init__(
        self, settings: Settings, dataset: Dataset | None = None, overlay: Mapping[str, Record] | None = None
    ) -> None:
        self.settings: Settings = settings
        self.dataset: Dataset | None = dataset  # None before the first question, as the two below
        self.overlay: Mapping[str, Record] | None = overlay
        self.derived: Derived | None = None

    def with_dataset(self, dataset: Dataset) -> "_State":
        """The same settings with newer data."""
        return _State(self.settings, dataset, self.overlay)

    def renew(self) -> Derived:
        """Derive what is needed today from the data in use."""
        if self.dataset is None:
            self.dataset = _load(self.settings)
        if self.overlay is None:
            self.overlay = _read_overlay(self.settings, self.dataset)
        self.derived = Derived.of_today(self.dataset, self.settings.max_age, self.overlay, self.settings.zone)
        return self.derived

    def dataset_or_bundled(self) -> Dataset:
        """The data in use; where a pinned version is not here yet, the bundled data to compare with."""
        try:
            return (self.derived or self.renew()).dataset
        except DataError:
            if self.settings.version is None:
                raise
        return bundled()


class _ForkSafeLock:
    """A lock that a forked child gets afresh: the thread that held it in the parent does not exist there."""

    def __init__(self) -> None:
        # By process. An entry is made in one step, so that of two threads that come first both get the same lock.
        self._locks: dict[int, threading.Lock] = {}

    def __enter__(self) -> None:
        import threading  # a program that only asks for answers never needs it

        self._locks.setdefault(os.getpid(), threading.Lock()).acquire()

    def __exit__(self, *error: object) -> None:
        self._locks[os.getpid()].release()


def _require_portable(fetcher: "Fetcher") -> None:
    """Check that a client of an application can be handed to another process."""
    import pickle

    try:
        pickle.dumps(fetcher)
    except Exception as cause:
        raise InvalidQueryError(
            f"A KratomLaw with a fetcher of type {type(fetcher).__name__} cannot be handed to another process.",
            hint="Make one in that process, for instance in the initializer of its pool.",
        ) from cause


def _load(settings: Settings) -> Dataset:
    """Read the data to answer from: the file that was named, the version that was pinned, or the newest."""
    if settings.dataset is not None:
        from .data.validation import open_file

        named = open_file(settings.dataset)
        _trust(settings, bundled().built_on).check_not_ahead(f"version {named.version}", named.built_on)
        return named
    found = bundled()
    if settings.version not in (None, found.version):
        pinned = (
            _cache(settings, _trust(settings, found.built_on)).open(settings.version) if settings.uses_cache else None
        )
        if pinned is None:
            raise DataError(
                f"Version {settings.version} of the data is not here.",
                hint="Call refresh() to download it; kratomlaw info --versions lists what there is.",
            )
        return pinned
    if settings.version is None and settings.uses_cache:
        return _cache(settings, _trust(settings, found.built_on)).newest(newer_than=found.version) or found
    return found


def _read_overlay(settings: Settings, dataset: Dataset) -> Mapping[str, Record]:
    """Read the organisation's own records, and try whether all questions can be answered with them over the data."""
    if settings.overlay is None:
        return {}
    from .data.overlay import read_overlay
    from .data.trial import try_out

    overlay = read_overlay(settings.overlay)
    if overlay:
        try_out(dataset, overlay)
    return overlay


def _newest(settings: Settings, before: Dataset, options: "Options") -> "tuple[Dataset, SourceVisit]":
    """The newest data after a visit to the sources, and what the visit brought."""
    from .updates.updater import fetch_newer

    trust = _trust(settings, before.built_on)
    cache = _cache(settings, trust)
    held = cache.newest(newer_than=before.version) if settings.version is None else None
    current = held or before  # another process may have downloaded it
    visit = fetch_newer(settings.sources, settings.fetcher_of, cache, current, trust, options)
    return (visit.fetched.dataset if visit.fetched else current), visit


def _with_overlay(
    current: Dataset, before: Dataset, visit: "SourceVisit", overlay: Mapping[str, Record]
) -> "tuple[Dataset, SourceVisit]":
    """The newer data if all questions can be answered with the organisation's own records over it, else the older."""
    from .data.trial import try_out

    try:
        try_out(current, overlay)
    except DataError as error:
        return before, visit._replace(fetched=None, error=error)
    return current, visit


def _trust(settings: Settings, reached: date) -> "Trust":
    """What decides whether newer data is believed, now; ``reached`` is the day of data that is believed already."""
    from .updates.trust import Trust

    return Trust(
        public_keys=settings.public_keys,
        library_version=__version__,
        now=datetime.fromtimestamp(time.time(), UTC),
        reached=reached,
    )


def _cache(settings: Settings, trust: "Trust") -> "Cache":
    from .updates.cache import open_cache

    return open_cache(settings.cache_dir, trust)


def _start_background(law: KratomLaw, interval: timedelta) -> "Background":
    from .updates.background import Background

    return Background(law, interval)


def _problem(error: KratomLawError) -> "RefreshProblem":
    from .updates.report import RefreshProblem

    return RefreshProblem(error=type(error).__name__, message=error.message, hint=error.hint)
