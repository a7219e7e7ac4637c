"""How is newer data had, checked and kept? One refresh, from the sources to the cache.

Nothing is trusted and nothing is lost: whatever fails, the data in use stays in use. The order of the checks is that
of the design: size, schema, expiry, no rollback, hash, signature, then every record, then whether records vanished.
"""

import hashlib
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from ..data.dataset import Dataset, Origin
from ..data.validation import parse
from ..errors import (
    CacheWriteError,
    ExpiredError,
    IntegrityError,
    KratomLawError,
    RefreshError,
    RollbackError,
    SourceResponseError,
    SourceUnreachableError,
)
from .cache import Cache, SourceState
from .fetcher import Fetcher, FetchRequest, FetchResponse
from .manifest import MAX_DATASET, MAX_MANIFEST, DatasetFile, Manifest, dataset_name, read_manifest, version_key

__all__ = ["Fetched", "Options", "SourceVisit", "available_versions", "fetch_newer"]

_SHRINK = 0.10
"""The share of the records that a new dataset may drop without being asked."""
_LONGEST_RETRY_AFTER = 86_400.0
"""A source may ask to be left alone for a day at the most."""


class Options(NamedTuple):
    """How one refresh is to be done."""

    force: bool = False
    """Ask although the source was asked a short while ago."""
    allow_shrink: bool = False
    """Accept data that drops more than a tenth of the records."""
    timeout: float = 10.0
    """Seconds to wait for any one step."""
    min_interval: timedelta = timedelta(hours=1)
    """How long a source is left alone after it was asked."""
    pinned: str | None = None
    """The one version that is wanted; None for the newest."""
    public_key: str | None = None
    """The publisher's key; with it a signature is mandatory."""
    library_version: str = "0"
    """The version of this library."""
    on_progress: Callable[[int, int | None], None] | None = None
    """Called with the bytes so far and the bytes expected while a dataset is fetched."""


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
    not_stored: CacheWriteError | None
    """Why it could not be stored; None when it was."""


def fetch_newer(
    sources: Sequence[str], fetcher_of: Callable[[str], Fetcher], cache: Cache, current: Dataset, options: Options
) -> SourceVisit:
    """Ask the sources in their order until one answers.

    Args:
        sources: The addresses of the sources.
        fetcher_of: Answers which client fetches from an address.
        cache: Where data is kept.
        current: The data in use.
        options: How it is to be done.

    Returns:
        What the first source that answered brought; or the error of the first, when none did.
    """
    failed: SourceVisit | None = None
    for source in sources:
        state = cache.state(source)
        now = time.time()
        recently = _since_last_visit(state, now, options)
        if recently is not None:
            return SourceVisit(source, skipped=True, retry_after=recently)
        quiet = _wants_quiet(state, now, options)
        if quiet is not None:  # another source may be asked meanwhile
            failed = failed or SourceVisit(source, skipped=True, retry_after=quiet)
            continue
        visit = _Visit(source, fetcher_of(source), cache, current, options, state, now)
        try:
            return SourceVisit(source, fetched=visit.run())
        except KratomLawError as error:
            found = SourceVisit(source, error=error, retry_after=visit.retry_after)
            failed = found if failed is None or failed.skipped else failed
    assert failed is not None, "the caller gives at least one source"  # noqa: S101
    return failed


def available_versions(
    sources: Sequence[str], fetcher_of: Callable[[str], Fetcher], options: Options
) -> tuple[str, ...]:
    """List the versions that the first source that answers holds, the newest first.

    Raises:
        RefreshError: No source answers.
        DataError: The answer cannot be used.
    """
    first: KratomLawError | None = None
    for source in sources:
        try:
            response = _fetch(
                fetcher_of(source), FetchRequest(_address(source, "manifest.json"), {}, MAX_MANIFEST, options.timeout)
            )
            _check_status(response, source)
            manifest = read_manifest(
                response.body, public_key=options.public_key, library_version=options.library_version
            )
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
        self,
        source: str,
        fetcher: Fetcher,
        cache: Cache,
        current: Dataset,
        options: Options,
        state: SourceState,
        now: float,
    ) -> None:
        self._source = source
        self._fetcher = fetcher
        self._cache = cache
        self._current = current
        self._options = options
        self._state = state
        self._now = now
        self.retry_after: float | None = None

    def run(self) -> Fetched | None:
        """Bring newer data, or None when there is none.

        Raises:
            RefreshError: The source cannot be had or must not be believed.
            DataError: Its data cannot be used.
        """
        held = list(self._cache.manifests())
        # Before the source is asked: what another process stores meanwhile must not make this answer look old.
        floor = max((self._current.version, *(m.version for m in held)), key=version_key)
        known = next((m for m in held if m.version == self._state.version), None)
        headers: dict[str, str] = {}
        # «Not modified» is of use only where the data in use is what the source held at the last visit.
        if known is not None and known.sha256 == self._current.sha256 and self._options.pinned is None:
            told = {"If-None-Match": self._state.etag, "If-Modified-Since": self._state.last_modified}
            headers = {name: text for name, text in told.items() if text}
        response = _fetch(
            self._fetcher,
            FetchRequest(_address(self._source, "manifest.json"), headers, MAX_MANIFEST, self._options.timeout),
        )
        self._remember_wait(response)
        if response.status == 304 and headers and known is not None:
            self._check_time(known, floor)
            self._remember(known, etag=self._state.etag, last_modified=self._state.last_modified)
            return None
        _check_status(response, self._source)
        manifest = read_manifest(
            response.body, public_key=self._options.public_key, library_version=self._options.library_version
        )
        self._check_time(manifest, floor)
        wanted = self._wanted(manifest)
        fetched = self._bring(wanted, manifest, response.body) if wanted else None
        if wanted is None:
            with suppress(CacheWriteError):  # only the next visit would cost a little more
                self._cache.store_manifest(manifest, response.body)
        self._remember(manifest, etag=response.headers.get("etag"), last_modified=response.headers.get("last-modified"))
        return fetched

    def _check_time(self, manifest: Manifest, floor: str) -> None:
        if manifest.expires is not None and datetime.fromtimestamp(self._now, UTC) >= manifest.expires:
            raise ExpiredError(
                f"The manifest of the source expired on {manifest.expires:%Y-%m-%d}.",
                hint="Its publisher has to renew it; check this machine's clock too.",
            )
        if self._options.pinned is None and version_key(manifest.version) < version_key(floor):
            raise RollbackError(
                f"The source offers {manifest.version}, but {floor} is known already.",
                hint="Ask its publisher; to use an older version on purpose, pin it.",
            )

    def _wanted(self, manifest: Manifest) -> DatasetFile | None:
        """The file that has to be fetched; None when the data in use is that already."""
        wanted: DatasetFile | None = manifest
        if self._options.pinned is not None:
            held = (manifest, *manifest.versions)
            wanted = next((file for file in held if file.version == self._options.pinned), None)
        if wanted is None:
            raise SourceResponseError(
                f"The source does not hold version {self._options.pinned}.", hint="See kratomlaw info --versions."
            )
        if wanted.version != self._current.version:
            return wanted
        if wanted.sha256 != self._current.sha256:
            raise IntegrityError(
                f"The source offers other bytes as version {wanted.version} than those in use.",
                hint="A version never changes; ask its publisher.",
            )
        return None

    def _bring(self, wanted: DatasetFile, manifest: Manifest, manifest_content: bytes) -> Fetched:
        held = self._cache.open(wanted.version)
        if held is not None and held.sha256 == wanted.sha256:
            try:  # the dataset is there, but the manifest that makes it the newest may not be
                self._cache.store_manifest(manifest, manifest_content)
            except CacheWriteError as error:
                return Fetched(held, error)
            return Fetched(held, None)
        response = _fetch(
            self._fetcher,
            FetchRequest(
                _address(self._source, dataset_name(wanted.version)),
                {},
                min(wanted.size, MAX_DATASET),
                self._options.timeout,
                self._options.on_progress,
            ),
        )
        self._remember_wait(response)
        _check_status(response, self._source)
        if len(response.body) != wanted.size or hashlib.sha256(response.body).hexdigest() != wanted.sha256:
            raise IntegrityError(
                f"The dataset {wanted.version} of the source is not the one that its manifest names.",
                hint="Try again later; if it stays so, ask its publisher.",
            )
        dataset = parse(
            response.body,
            name=f"The dataset {wanted.version}",
            origin=Origin.CACHE,
            fetched_at=datetime.fromtimestamp(self._now, UTC),
            lenient=True,
        )
        if dataset.version != wanted.version:
            raise IntegrityError(
                f"The source names a dataset {wanted.version} that calls itself {dataset.version[:20]}.",
                hint="Ask its publisher.",
            )
        self._check_shrinking(dataset)
        try:
            self._cache.store(manifest, manifest_content, wanted, response.body)
        except CacheWriteError as error:
            return Fetched(dataset, error)
        return Fetched(dataset, None)

    def _check_shrinking(self, dataset: Dataset) -> None:
        before, after = set(self._current.codes()), set(dataset.codes())
        dropped = len(before - after)
        if self._options.pinned is None and not self._options.allow_shrink and dropped > _SHRINK * len(before):
            raise SourceResponseError(
                f"The new data drops {dropped} of {len(before)} records.",
                hint="If that is meant, refresh with allow_shrink=True.",
            )

    def _remember_wait(self, response: FetchResponse) -> None:
        if response.status in (429, 503):
            self.retry_after = _retry_after(response.headers, self._now)
            if self.retry_after:
                not_before = self._now + self.retry_after
                self._cache.save_state(self._source, self._state._replace(not_before=not_before))

    def _remember(self, manifest: Manifest, *, etag: str | None, last_modified: str | None) -> None:
        self._cache.save_state(self._source, SourceState(manifest.version, etag, last_modified, checked_at=self._now))


def _since_last_visit(state: SourceState, now: float, options: Options) -> float | None:
    """Seconds until a source that was asked a short while ago is asked again; a clock that was set back counts not."""
    left = state.checked_at + options.min_interval.total_seconds() - now
    return left if state.checked_at <= now and left > 0 and not options.force else None


def _wants_quiet(state: SourceState, now: float, options: Options) -> float | None:
    """Seconds for which a source asked to be left alone."""
    left = min(state.not_before - now, _LONGEST_RETRY_AFTER)
    return left if left > 0 and not options.force else None


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text) if text.isdigit() else parsedate_to_datetime(text).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)


def _check_status(response: FetchResponse, source: str) -> None:
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
    """A client that an application brings along may raise anything; its errors become ours."""
    try:
        yield
    except RefreshError:
        raise
    except Exception as cause:
        raise SourceUnreachableError(
            f"The client of this application failed: {type(cause).__name__}.", hint="See the error behind this one."
        ) from cause


def _fetch(fetcher: Fetcher, request: FetchRequest) -> FetchResponse:
    with _foreign_errors():
        response = fetcher.fetch(request)
    if len(response.body) > request.max_bytes:
        raise SourceResponseError(f"The answer is longer than {request.max_bytes:,} bytes.", hint="Check the source.")
    return response
