"""How do we get newer data from a source into use? One refresh: ask the sources, have the answer judged, keep it.

Whatever fails, the data in use stays in use. What is believed is decided in ``trust``, which also says in which order.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from ..data.dataset import Dataset
from ..data.versions import version_key
from ..errors import CacheWriteError, KratomLawError, RefreshError, SourceResponseError, SourceUnreachableError
from .cache import Cache, SourceState
from .manifest import MAX_DATASET, MAX_MANIFEST, DatasetFile, Manifest, dataset_name
from .transports import Fetcher, FetchRequest, FetchResponse
from .trust import Trust, TrustedManifest

if TYPE_CHECKING:
    import threading

__all__ = ["Fetched", "Options", "SourceVisit", "available_versions", "fetch_newer"]

_LONGEST_RETRY_AFTER = 86_400.0
"""The most seconds for which a source may ask to be left alone: a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How one refresh is done."""

    force: bool = False
    """Contact the source even if it was contacted recently."""
    allow_shrink: bool = False
    """Accept data that drops more than a tenth of the records."""
    timeout: float = 10.0
    """Seconds to wait for any one step."""
    min_interval: timedelta = timedelta(hours=1)
    """How long a source is left alone after it was asked."""
    pinned: str | None = None
    """The one version that is wanted; None for the newest."""
    on_progress: Callable[[int, int | None], None] | None = None
    """Called with the bytes so far and the bytes expected while a dataset is fetched."""
    cancelled: "threading.Event | None" = None
    """Set when nobody waits for the outcome any more: nothing more is asked or kept then."""


class SourceVisit(NamedTuple):
    """What a visit to the sources brought."""

    source: str
    """The source that answered, or the first that failed or was left alone."""
    fetched: "Fetched | None" = None
    """The newer data; None when there is none."""
    skipped: bool = False
    """Whether the source was not asked at all."""
    error: KratomLawError | None = None
    """What went wrong."""
    retry_after: float | None = None
    """Seconds until the source should be asked again."""


class Fetched(NamedTuple):
    """A dataset that passed every check."""

    dataset: Dataset
    """The data."""
    not_stored: CacheWriteError | None
    """Why it could not be stored; None when it was."""


def fetch_newer(
    sources: Sequence[str],
    fetcher_of: Callable[[str], Fetcher],
    cache: Cache,
    current: Dataset,
    trust: Trust,
    options: Options,
) -> SourceVisit:
    """Ask the sources in their order until one answers.

    Args:
        sources: The addresses of the sources.
        fetcher_of: Answers which client fetches from an address.
        cache: Where data is kept.
        current: The newest data known, or the data in use where a version is pinned.
        trust: What decides whether a source is believed.
        options: How it is done.

    Returns:
        What the first source that answered brought; or the error of the first, when none did.
    """
    visit = _visit_in_turn(sources, fetcher_of, cache, current, trust, options)
    if not visit.skipped:
        cache.tidy()
    return visit


def _visit_in_turn(
    sources: Sequence[str],
    fetcher_of: Callable[[str], Fetcher],
    cache: Cache,
    current: Dataset,
    trust: Trust,
    options: Options,
) -> SourceVisit:
    failed: SourceVisit | None = None
    for source in sources:
        visit = _Visit(source, fetcher_of(source), cache, current, trust, options)
        recently = visit.seconds_of_interval_left()
        if recently is not None:
            return SourceVisit(source, skipped=True, retry_after=recently)
        quiet = visit.seconds_to_leave_alone()
        if quiet is not None:  # another source may be asked meanwhile
            failed = failed or SourceVisit(source, skipped=True, retry_after=quiet)
            continue
        try:
            return SourceVisit(source, fetched=visit.run())
        except KratomLawError as error:
            found = SourceVisit(source, error=error, retry_after=visit.retry_after)
            failed = found if failed is None or failed.skipped else failed
    assert failed is not None, "the caller gives at least one source"  # noqa: S101
    return failed


def available_versions(
    sources: Sequence[str], fetcher_of: Callable[[str], Fetcher], trust: Trust, *, timeout: float
) -> tuple[str, ...]:
    """List the versions that the first source that answers holds, newest first.

    Raises:
        RefreshError: No source answers.
        DataError: The answer cannot be used.
    """
    first: KratomLawError | None = None
    for source in sources:
        request = FetchRequest(_address(source, "manifest.json"), max_bytes=MAX_MANIFEST, timeout=timeout)
        try:
            response = _fetch(fetcher_of(source), request)
            _check_status(response)
            manifest = trust.read_manifest(response.body).manifest
        except KratomLawError as error:
            first = first or error
        else:
            found = {file.version for file in (manifest, *manifest.versions)}
            return tuple(sorted(found, key=version_key, reverse=True))
    assert first is not None, "the caller gives at least one source"  # noqa: S101
    raise first


class _Visit:
    """One visit to one source."""

    def __init__(
        self, source: str, fetcher: Fetcher, cache: Cache, current: Dataset, trust: Trust, options: Options
    ) -> None:
        self._source = source
        self._fetcher = fetcher
        self._cache = cache
        self._current = current
        self._trust = trust
        self._options = options
        self._state = cache.state(source)
        self._now = trust.now.timestamp()
        # Only data that was read counts as known: a manifest alone could name any version and lock out all others.
        self._newest_known = current.version if options.pinned is None else None
        self.retry_after: float | None = None

    def seconds_of_interval_left(self) -> float | None:
        """For how long a source that answered recently is left alone; None when it may be asked."""
        return self._left(self._state.checked_at, self._options.min_interval.total_seconds())

    def seconds_to_leave_alone(self) -> float | None:
        """For how long a source that asked for it is left alone; None when it may be asked."""
        asked_for = self._state.not_before - self._state.refused_at
        return self._left(self._state.refused_at, min(asked_for, _LONGEST_RETRY_AFTER))

    def _left(self, since: float, seconds: float) -> float | None:
        """What is left of a span of seconds, by a clock that may have been wrong then or since.

        At 12:10, 3600 seconds since 12:00 leave 3000; since 13:00, which has not been yet, they leave none.
        """
        left = since + seconds - self._now
        return left if since <= self._now and left > 0 and not self._options.force else None

    def run(self) -> Fetched | None:
        """Bring newer data, or None when there is none.

        Raises:
            RefreshError: The source cannot be reached or must not be believed.
            DataError: Its data cannot be used.
        """
        known = self._manifest_of_last_visit()
        validators = {"If-None-Match": self._state.etag, "If-Modified-Since": self._state.last_modified}
        headers = {name: text for name, text in validators.items() if text and known}
        response = self._ask("manifest.json", headers, MAX_MANIFEST)
        if response.status == 304 and headers and known is not None:
            self._trust.check_offer(known, newest_known=self._newest_known)
            self._remember(known, etag=self._state.etag, last_modified=self._state.last_modified)
            return None
        _check_status(response)
        offer = self._trust.read_manifest(response.body)
        self._trust.check_offer(offer.manifest, newest_known=self._newest_known)
        wanted = self._trust.choose(offer.manifest, in_use=self._current, pinned=self._options.pinned)
        fetched = self._bring(wanted, offer) if wanted else None
        if wanted is None:
            with suppress(CacheWriteError):  # only the next visit costs a little more
                self._cache.store_manifest(offer)
        self._remember(
            offer.manifest, etag=response.headers.get("etag"), last_modified=response.headers.get("last-modified")
        )
        return fetched

    def _manifest_of_last_visit(self) -> Manifest | None:
        """What the source said at the last visit, where the data in use is what it then named.

        Only then does "not modified" mean that nothing has to be done.
        """
        if self._options.pinned is not None or self._state.version != self._current.version:
            return None
        seen = [m for m in self._cache.manifests() if m.version == self._state.version]
        same = [m for m in seen if m.sha256 == self._current.sha256]
        return max(same, key=lambda manifest: manifest.created, default=None)

    def _bring(self, wanted: DatasetFile, offer: TrustedManifest) -> Fetched:
        """Get the dataset that is wanted, from the cache or from the source, and keep it."""
        held = self._cache.open(wanted.version)
        if held is not None and held.sha256 == wanted.sha256:
            # The dataset is there, but the manifest that makes it the newest may not be.
            return Fetched(held, _error_of(lambda: self._cache.store_manifest(offer)))
        response = self._ask(dataset_name(wanted.version), {}, min(wanted.size, MAX_DATASET), dataset=True)
        _check_status(response)
        dataset = self._trust.read_dataset(response.body, wanted, fetched_at=self._trust.now)
        if self._options.pinned is None and not self._options.allow_shrink:
            self._trust.check_shrinkage(dataset, in_use=self._current)
        return Fetched(dataset, _error_of(lambda: self._cache.store(offer, wanted, response.body)))

    def _ask(self, name: str, headers: Mapping[str, str], max_bytes: int, *, dataset: bool = False) -> FetchResponse:
        """Ask the source for a file; where it asks to be left alone, note that."""
        request = FetchRequest(
            _address(self._source, name),
            headers,
            max_bytes,
            self._options.timeout,
            self._options.on_progress if dataset else None,
            self._options.cancelled,
        )
        response = _fetch(self._fetcher, request)
        if response.status in (429, 503):
            self.retry_after = _retry_after(response.headers, self._now)
            if self.retry_after:
                refusal = self._state._replace(refused_at=self._now, not_before=self._now + self.retry_after)
                self._cache.save_state(self._source, refusal)
        return response

    def _remember(self, manifest: Manifest, *, etag: str | None, last_modified: str | None) -> None:
        self._cache.save_state(self._source, SourceState(manifest.version, etag, last_modified, checked_at=self._now))


def _error_of(store: Callable[[], None]) -> CacheWriteError | None:
    """Store something; what could not be stored is used nevertheless, and the error reported."""
    try:
        store()
    except CacheWriteError as error:
        return error
    return None


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until the source wants to be asked again, at most a day; None where it does not say."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text) if text.isdigit() else parsedate_to_datetime(text).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)


def _check_status(response: FetchResponse) -> None:
    if response.status != 200:
        raise SourceResponseError(
            f"The source answered with HTTP status {response.status}.",
            hint="Check its address and your access to it." if response.status < 500 else "Try again later.",
        )
    if not response.body:
        raise SourceResponseError("The source answered with nothing.", hint="Check its address.")


def _address(source: str, name: str) -> str:
    return f"{source.rstrip('/')}/{name}"


@contextmanager
def _foreign_errors() -> Generator[None, None, None]:
    """A custom fetcher may raise anything; its errors become ours."""
    try:
        yield
    except RefreshError:
        raise
    except Exception as cause:
        raise SourceUnreachableError(
            f"The custom fetcher raised {type(cause).__name__}.", hint="See the chained exception (__cause__)."
        ) from cause


def _fetch(fetcher: Fetcher, request: FetchRequest) -> FetchResponse:
    if not request.is_cancelled:
        with _foreign_errors():
            response = fetcher.fetch(request)
    if request.is_cancelled:
        raise SourceUnreachableError("The refresh was cancelled.", hint="Refresh again.")
    if len(response.body) > request.max_bytes:
        raise SourceResponseError(f"The answer is longer than {request.max_bytes:,} bytes.", hint="Check the source.")
    return response
