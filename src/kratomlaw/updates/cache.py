"""Where is newer data kept? In a folder of manifests and datasets that many processes share without a lock.

Datasets are named by their hash and appear before the manifest that names them; each file appears whole, by being moved
into place. A reader therefore sees a version complete or not at all, and needs no lock. Nothing in the folder is
trusted: whatever is read from it has to pass the rules of ``trust`` again.
"""

import contextlib
import hashlib
import json
import os
import re
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

from ..data.dataset import Dataset
from ..data.files import read_file
from ..data.versions import is_data_version, version_key
from ..errors import CacheWriteError, KratomLawCacheWarning, KratomLawError
from .manifest import MAX_DATASET, MAX_MANIFEST, DatasetFile, Manifest
from .trust import Trust, TrustedManifest

__all__ = ["Cache", "NullCache", "SourceState", "open_cache"]

_MANIFEST = re.compile(r"manifest-([0-9.]+?)(?:-([0-9a-f]{16}))?\.json")
"""``manifest-2026.11.23.json``, or where a public key verified it ``manifest-2026.11.23-0123456789abcdef.json``."""
_MAX_STATE = 10_000
"""How many bytes the notes on a visit may have."""
_KEPT_VERSIONS = 10
_KEPT_DATASETS = 30
"""More datasets than manifests are kept: a manifest speaks for older versions too, and one may be pinned."""
_KEPT_SECONDS = 86_400
"""How long a dataset is kept at least: another process may be about to write the manifest that names it."""
_WRITING_SECONDS = 600
"""How long writing a file may take; a part that is older was left behind by a process that was killed."""


class SourceState(NamedTuple):
    """Notes on the last visit to a source. Losing them does no harm."""

    version: str | None = None
    """The version of the manifest that was seen."""
    etag: str | None = None
    """Its entity tag."""
    last_modified: str | None = None
    """When it was changed, in the words of the source."""
    checked_at: float = 0.0
    """When the source last answered, in seconds since 1970."""
    refused_at: float = 0.0
    """When the source last asked to be left alone, in seconds since 1970."""
    not_before: float = 0.0
    """Until when it then asked to be left alone, in seconds since 1970."""


class Cache:
    """The cache in one folder. Making one touches nothing.

    Processes that check signatures and processes that do not may share a folder: what a public key verified has a name
    of its own, so that nobody replaces or removes it who cannot tell whether the other manifest is as good.

    Args:
        folder: The folder; it is made when something is stored.
        trust: What decides whether a file is used.
    """

    def __init__(self, folder: Path, trust: Trust) -> None:
        self.folder = folder
        self._trust = trust
        self._keys: frozenset[str | None] = frozenset(map(_short, trust.public_keys)) or frozenset((None,))

    def manifests(self) -> Iterator[Manifest]:
        """The manifests that can be trusted, newest version first."""
        return (found.manifest for _, found in self._trusted_manifests())

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
        """The versions that are there, newest first; their datasets are not read."""
        held = {
            file.version
            for manifest in self.manifests()
            for file in (manifest, *manifest.versions)
            if self._dataset_file(file.sha256).is_file()
        }
        return tuple(sorted(held, key=version_key, reverse=True))

    def store(self, manifest: TrustedManifest, file: DatasetFile, content: bytes) -> None:
        """Keep a dataset that was checked, and the manifest that speaks for it.

        Raises:
            CacheWriteError: It could not be written; what was there is unchanged.
        """
        self._put(self._dataset_file(file.sha256), content)
        self.store_manifest(manifest)

    def store_manifest(self, manifest: TrustedManifest) -> None:
        """Keep a manifest that was checked.

        Raises:
            CacheWriteError: It could not be written; what was there is unchanged.
        """
        key = f"-{_short(manifest.key)}" if manifest.key else ""
        self._put(self.folder / f"manifest-{manifest.manifest.version}{key}.json", manifest.content)

    def state(self, source: str) -> SourceState:
        """The notes on the last visit to a source."""
        try:
            raw: dict[str, Any] = from_json(read_file(self._state_file(source), _MAX_STATE))
            known = SourceState(**raw)
            return SourceState(
                version=_sendable(known.version),
                etag=_sendable(known.etag),
                last_modified=_sendable(known.last_modified),
                checked_at=float(known.checked_at),
                refused_at=float(known.refused_at),
                not_before=float(known.not_before),
            )
        # Missing or damaged: the source is asked as if for the first time.
        except (OSError, ValueError, TypeError, OverflowError):
            return SourceState()

    def save_state(self, source: str, state: SourceState) -> None:
        """Note a visit to a source; where that fails, the next visit costs a little more."""
        with contextlib.suppress(CacheWriteError):
            self._put(self._state_file(source), json.dumps(state._asdict()).encode())

    def tidy(self) -> None:
        """Remove what killed processes left behind and old data that nobody is likely to ask for.

        Only what this process could have written itself is counted and removed: manifests that it does not trust or
        understand, and the datasets that they name, are those of other processes.
        """
        with contextlib.suppress(OSError):  # what cannot be removed does no harm
            self._remove_older(self.folder.glob(".part-*"), _WRITING_SECONDS)
            own = {path for path, _ in self._manifest_files() if _key_in(path) in self._keys}
            if len(own) > _KEPT_VERSIONS:
                trusted = [path for path, _ in self._trusted_manifests() if path in own]
                for path in trusted[_KEPT_VERSIONS:]:
                    path.unlink(missing_ok=True)
            datasets = list(self.folder.glob("dataset-*.json"))
            if len(datasets) > _KEPT_DATASETS:
                trusted = [path for path, _ in self._trusted_manifests() if path in own]
                others = [path for path, _ in self._manifest_files() if path not in trusted]
                named_by_others = b"".join(map(_read_quietly, others))
                spare = [path for path in datasets if _hash_in(path).encode() not in named_by_others]
                spare.sort(key=lambda path: path.stat().st_mtime, reverse=True)
                self._remove_older(spare[_KEPT_DATASETS:], _KEPT_SECONDS)

    def _remove_older(self, paths: Iterable[Path], seconds: int) -> None:
        """Remove files that are older; also those that are dated in the future, by a clock that was wrong."""
        candidates = list(paths)
        if not candidates:
            return
        # The clock that dates files may be that of another machine: what it says now is seen at a new file.
        with tempfile.TemporaryFile(dir=self.folder) as new:
            now = os.fstat(new.fileno()).st_mtime
        for path in candidates:
            with contextlib.suppress(OSError):
                if abs(now - path.stat().st_mtime) > seconds:
                    path.unlink()

    def _trusted_manifests(self) -> Iterator[tuple[Path, TrustedManifest]]:
        """The manifests that can be trusted and their files, newest version first."""
        for path, version in self._manifest_files():
            key = _key_in(path)
            if key and self._trust.public_keys and key not in self._keys:
                continue  # verified by a key that this process does not trust
            try:
                found = self._trust.read_manifest(read_file(path, MAX_MANIFEST))
            except FileNotFoundError:  # tidied away by another process
                continue
            except (OSError, KratomLawError) as cause:
                _warn(f"{path.name} in the cache is not used: {_reason(cause)}")
                continue
            # A damaged one must neither hide those before it nor make every source look older than what is known.
            if found.manifest.version == version:
                yield path, found
            else:
                _warn(f"{path.name} in the cache is not used: it is about version {found.manifest.version}.")

    def _manifest_files(self) -> list[tuple[Path, str]]:
        """The files that are named like manifests, and their versions, newest version first."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        except OSError as cause:
            _warn(f"The cache folder cannot be read: {_reason(cause)}")
            return []
        matches = filter(None, map(_MANIFEST.fullmatch, names))
        found = [(self.folder / match[0], match[1]) for match in matches if is_data_version(match[1])]
        return sorted(found, key=lambda file: (version_key(file[1]), file[0]), reverse=True)

    def _open(self, file: DatasetFile) -> Dataset | None:
        path = self._dataset_file(file.sha256)
        try:
            content = read_file(path, MAX_DATASET)
            return self._trust.read_dataset(content, file, fetched_at=_moment(path.stat().st_mtime))
        except FileNotFoundError:
            return None
        except (OSError, KratomLawError) as cause:
            _warn(f"The dataset {file.version} in the cache is not used: {_reason(cause)}")
            return None

    def _dataset_file(self, sha256: str) -> Path:
        return self.folder / f"dataset-{sha256}.json"

    def _state_file(self, source: str) -> Path:
        return self.folder / f"source-{hashlib.sha256(source.encode()).hexdigest()[:32]}.json"

    def _put(self, path: Path, content: bytes) -> None:
        """Write a file so that it appears whole or not at all, even if the power fails."""
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


class NullCache(Cache):
    """The cache of a user who has no folder for it, as in some containers: empty, and nothing can be stored."""

    def __init__(self, trust: Trust) -> None:
        super().__init__(Path(), trust)

    def _manifest_files(self) -> list[tuple[Path, str]]:
        return []

    def state(self, source: str) -> SourceState:
        """Nothing is known of any visit."""
        return SourceState()

    def tidy(self) -> None:
        """There is nothing to remove."""

    def _put(self, path: Path, content: bytes) -> None:
        raise CacheWriteError(
            "The new data cannot be stored: this user has no folder for it.",
            hint="It is used in this process only; set KRATOMLAW_CACHE_DIR to a folder that can be written.",
        )


def open_cache(folder: Path | None, trust: Trust) -> Cache:
    """Make the cache in a folder, or in the user's folder for such things where none is given."""
    if folder is None:
        from platformdirs import user_cache_path

        try:
            folder = user_cache_path("kratomlaw", appauthor=False)
        except RuntimeError:  # a user without a home
            return NullCache(trust)
        if not folder.is_absolute():  # older versions of platformdirs leave "~" as it is
            return NullCache(trust)
    return Cache(folder, trust)


def _read_quietly(path: Path) -> bytes:
    """The bytes of a manifest; none where it cannot be read."""
    try:
        return read_file(path, MAX_MANIFEST)
    except OSError:
        return b""


def _key_in(path: Path) -> str | None:
    """The short form of the key that verified a manifest, from its name."""
    match = _MANIFEST.fullmatch(path.name)
    return match[2] if match else None


def _short(key: str) -> str:
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]


def _hash_in(path: Path) -> str:
    return path.name.removeprefix("dataset-").removesuffix(".json")


def _sendable(text: object) -> str | None:
    """A text that can be sent back in a header; None for what would make every later request fail."""
    return text if isinstance(text, str) and text.isascii() and text.isprintable() else None


def _moment(seconds: float) -> datetime | None:
    """A time of the file system; None where it lies beyond the calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError):
        return None


def _reason(cause: Exception) -> str:
    return f"{cause.strerror}." if isinstance(cause, OSError) else str(cause)


@lru_cache(maxsize=1_000)  # file names and reasons, which others choose
def _warn(message: str) -> None:
    """Warn once per process and reason."""
    warnings.warn(message, KratomLawCacheWarning, stacklevel=2)
