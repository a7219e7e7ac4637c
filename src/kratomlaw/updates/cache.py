"""Where is newer data kept? A folder of manifests and datasets that many processes share without a lock.

Bodies are named by their hash and appear before the manifest that names them; each file appears whole, by being moved
into place. A reader therefore sees a version complete or not at all, and needs no lock. Nothing in the folder is
trusted: hash and signature are checked whenever a dataset is read.
"""

import contextlib
import hashlib
import json
import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

from ..data.dataset import Dataset, Origin
from ..data.validation import parse
from ..errors import CacheWriteError, KratomLawCacheWarning, KratomLawError
from .manifest import DatasetFile, Manifest, read_manifest, version_key

__all__ = ["Cache", "SourceState"]

_MANIFEST = re.compile(r"manifest-(\d{4}\.\d{2}\.\d{2}(?:\.\d+)?)\.json", re.ASCII)
_KEPT_VERSIONS = 10
_KEPT_BODIES = 30
"""More datasets than manifests are kept: a manifest speaks for older versions too, and one may be pinned."""
_ABANDONED_AFTER = 86_400
"""Seconds after which a file that a killed process left behind is removed."""


class SourceState(NamedTuple):
    """What is known of the last visit to a source. It may be lost without harm."""

    version: str | None = None
    """The version of the manifest that was seen."""
    etag: str | None = None
    """Its entity tag."""
    last_modified: str | None = None
    """When the source says that it was changed."""
    checked_at: float = 0.0
    """When the source was last asked, in seconds since 1970."""
    not_before: float = 0.0
    """When the source wants to be asked again at the earliest."""


class Cache:
    """The cache in one folder. Making one touches nothing.

    Args:
        folder: The folder; it is made when something is stored.
        public_key: The publisher's key; with it only signed data is read.
        library_version: The version of this library.
    """

    def __init__(self, folder: Path, *, public_key: str | None, library_version: str) -> None:
        self.folder = folder
        self._public_key = public_key
        self._library_version = library_version

    def manifests(self) -> Iterator[Manifest]:
        """The manifests that can be trusted, the newest first."""
        found: list[tuple[tuple[int, ...], Path]] = []
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    match = _MANIFEST.fullmatch(entry.name)
                    if match:
                        found.append((version_key(match[1]), Path(entry.path)))
        except FileNotFoundError:
            return
        except OSError as cause:
            _warn(f"The cache folder cannot be read: {cause.strerror}.")
            return
        for _, path in sorted(found, reverse=True):
            try:
                manifest = read_manifest(
                    path.read_bytes(), public_key=self._public_key, library_version=self._library_version
                )
            except FileNotFoundError:  # tidied away by another process
                continue
            except (OSError, KratomLawError) as cause:
                _warn(f"{path.name} in the cache is not used: {cause}")
                continue
            # A damaged one must not hide those before it, nor make every source look older than what is known.
            if path == self._manifest_file(manifest.version):
                yield manifest
            else:
                _warn(f"{path.name} in the cache is not used: it is about version {manifest.version}.")

    def newest(self, *, newer_than: str) -> Dataset | None:
        """The newest dataset that is whole, trusted and newer than a version; nothing older is read."""
        for manifest in self.manifests():
            if version_key(manifest.version) <= version_key(newer_than):
                return None
            dataset = self._open(manifest)
            if dataset is not None:
                return dataset
        return None

    def open(self, version: str) -> Dataset | None:
        """The dataset of exactly one version, if it is there, whole and trusted."""
        for manifest in self.manifests():
            for file in (manifest, *manifest.versions):
                dataset = self._open(file) if file.version == version else None
                if dataset is not None:
                    return dataset
        return None

    def versions(self) -> tuple[str, ...]:
        """The versions that are there, the newest first; their bytes are not read."""
        held = {
            file.version
            for manifest in self.manifests()
            for file in (manifest, *manifest.versions)
            if self._body(file.sha256).is_file()
        }
        return tuple(sorted(held, key=version_key, reverse=True))

    def store(self, manifest: Manifest, manifest_content: bytes, file: DatasetFile, content: bytes) -> None:
        """Keep a dataset that was checked, and the manifest that speaks for it.

        Raises:
            CacheWriteError: It could not be written; what was there is as it was.
        """
        self._put(self._body(file.sha256), content)
        self.store_manifest(manifest, manifest_content)
        self._tidy()

    def store_manifest(self, manifest: Manifest, content: bytes) -> None:
        """Keep a manifest that was checked.

        Raises:
            CacheWriteError: It could not be written; what was there is as it was.
        """
        self._put(self._manifest_file(manifest.version), content)

    def state(self, source: str) -> SourceState:
        """What is known of the last visit to a source."""
        try:
            raw: dict[str, Any] = from_json(self._state_file(source).read_bytes())
            known = SourceState(**raw)
            return SourceState(
                version=_sendable(known.version),
                etag=_sendable(known.etag),
                last_modified=_sendable(known.last_modified),
                checked_at=float(known.checked_at),
                not_before=float(known.not_before),
            )
        # Missing or damaged: the source is asked as if for the first time.
        except (OSError, ValueError, TypeError, OverflowError):
            return SourceState()

    def save_state(self, source: str, state: SourceState) -> None:
        """Remember a visit to a source; where that fails, the next visit costs a little more."""
        with contextlib.suppress(CacheWriteError):
            self._put(self._state_file(source), json.dumps(state._asdict()).encode())

    def _open(self, file: DatasetFile) -> Dataset | None:
        path = self._body(file.sha256)
        try:
            content = path.read_bytes()
            fetched_at = _moment(path.stat().st_mtime)
        except FileNotFoundError:
            return None
        except OSError as cause:
            _warn(f"A dataset in the cache cannot be read: {cause.strerror}.")
            return None
        if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
            _warn(f"The dataset {file.version} in the cache is damaged and not used.")
            return None
        try:
            dataset = parse(content, name=file.version, origin=Origin.CACHE, fetched_at=fetched_at, lenient=True)
        except KratomLawError as cause:
            _warn(f"The dataset {file.version} in the cache is not used: {cause}")
            return None
        return dataset if dataset.version == file.version else None

    def _manifest_file(self, version: str) -> Path:
        return self.folder / f"manifest-{version}.json"

    def _body(self, sha256: str) -> Path:
        return self.folder / f"dataset-{sha256}.json"

    def _state_file(self, source: str) -> Path:
        return self.folder / f"source-{hashlib.sha256(source.encode()).hexdigest()[:32]}.json"

    def _put(self, path: Path, content: bytes) -> None:
        """Write a file so that it appears whole or not at all, also if the power fails."""
        part: Path | None = None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".part-", dir=self.folder)
            part = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as cause:
            if part is not None:
                with contextlib.suppress(OSError):
                    part.unlink()
            raise CacheWriteError(
                f"The new data cannot be stored: {cause.strerror or cause}.",
                hint="It is used in this process only; check the cache folder, or set KRATOMLAW_CACHE_DIR.",
            ) from cause

    def _tidy(self) -> None:
        """Remove what was left behind and what nobody is likely to ask for; a failure does no harm."""
        with contextlib.suppress(OSError):
            names = sorted(
                (path for path in self.folder.iterdir() if _MANIFEST.fullmatch(path.name)),
                key=lambda path: version_key(path.name[len("manifest-") : -len(".json")]),
                reverse=True,
            )
            now = datetime.now(UTC).timestamp()
            for path in names[_KEPT_VERSIONS:]:
                path.unlink(missing_ok=True)
            parts = list(self.folder.glob(".part-*"))
            bodies = sorted(self.folder.glob("dataset-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in (*parts, *bodies[_KEPT_BODIES:]):
                if now - path.stat().st_mtime > _ABANDONED_AFTER:
                    path.unlink(missing_ok=True)


def _sendable(text: object) -> str | None:
    """A text that can be sent back in a header; None for what would make every later request fail."""
    return text if isinstance(text, str) and text.isascii() and text.isprintable() else None


def _moment(seconds: float) -> datetime | None:
    """A time of the file system; None where it lies beyond the calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError):
        return None


@cache
def _warn(message: str) -> None:
    """Warn once per process and reason."""
    warnings.warn(message, KratomLawCacheWarning, stacklevel=2)
