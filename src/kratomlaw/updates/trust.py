"""May a manifest or a dataset be believed? Every decision on trust, in one place and one order, without any I/O."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, cast

from pydantic import ValidationError
from pydantic_core import from_json

from ..data.dataset import Dataset, Origin
from ..data.validation import parse, schema_error
from ..data.versions import day_of, version_key
from ..errors import (
    DataError,
    ExpiredError,
    IntegrityError,
    RollbackError,
    SchemaVersionError,
    SourceResponseError,
)
from ..install import UPGRADE, install
from ..law.records import SCHEMA_VERSION
from .manifest import MAX_MANIFEST, DatasetFile, Manifest, signed_bytes

__all__ = ["Trust", "TrustedManifest"]

_MAX_SHRINKAGE = 0.10
"""The share of the records that new data may drop without being asked about it."""
_MAX_AHEAD = timedelta(days=1)
"""How far the clocks of publisher and user may differ; it also covers all time zones."""
_MAX_VALUES = 200_000
"""How many values a file may hold, six times as many as today's dataset. 47 KB of gzip can unpack to millions of empty
lists, each of which takes twenty times its length in memory, and a wrong value five hundred times."""


class TrustedManifest(NamedTuple):
    """A manifest that was believed."""

    manifest: Manifest
    """What it says."""
    content: bytes
    """Its bytes."""
    key: str | None
    """The public key that verified it; None where no key is set, so that a signature was not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Decides what is believed. Bytes go in; what can be used comes out, or an error that says why it cannot.

    The rules are checked in this order, and the first that is broken decides.

    A manifest (``read_manifest``), from a source or from the cache:

    1. Size: it is at most ``MAX_MANIFEST`` bytes long, and does not hold more values than we want in memory.
    2. JSON: it is an object.
    3. Signature: where public keys are set, one of them verifies it. Before anything in it is believed.
    4. Schema: it is the one that this library reads. Before other keys are read, which may mean other things there.
    5. Form: every key that this library knows has a value of the right form.
    6. Library: it does not require a newer version of this library.
    7. No future: neither version nor ``created`` is more than a day ahead of the clock. Such a version could never
       be replaced by an honest one, nor become stale.

    A manifest that a source offers now (``check_offer``):

    8. Expiry: it has not expired.
    9. No rollback: its version is not older than the newest data known. Not asked where a version is pinned.

    The dataset that is wanted of it (``choose``):

    10. Held: the source holds the pinned version.
    11. Same version, same bytes: if it is the version in use, its hash is that of the data in use.

    The bytes of a dataset (``read_dataset``), from a source or from the cache:

    12. Size: it has as many bytes as the manifest says.
    13. Hash: they are those that the manifest names.
    14. Values: it does not hold more of them than we want in memory.
    15. Records: schema and form are right, and every record obeys the codebook.
    16. Version: it calls itself the version that the manifest names, and was built on that version's day.
    17. No future: that day is not more than a day ahead of the clock.

    A new dataset beside the one in use (``check_shrinkage``):

    18. Shrinkage: it drops at most a tenth of the records. Not asked where a version is pinned or less is accepted.

    What lies in the cache has to obey rules 1 to 7 and 12 to 17 whenever it is read. It may have expired: data that
    is too old is reported as stale, it does not vanish.
    """

    library_version: str
    """The version of this library."""
    now: datetime
    """The time by the clock, with its zone."""
    reached: date = date.min
    """A day that has passed for certain, whatever the clock says: that of the data in use."""
    public_keys: tuple[str, ...] = ()
    """The publisher's Ed25519 keys, 64 hexadecimal digits each; with any of them set, a signature is mandatory."""

    def read_manifest(self, content: bytes) -> TrustedManifest:
        """Read a manifest and check rules 1 to 7.

        Args:
            content: The bytes of ``manifest.json``.

        Raises:
            SourceResponseError: It is not a manifest.
            IntegrityError: The signature is missing or wrong, or it comes from the future.
            SchemaVersionError: It needs another version of this library.
        """
        raw = _json_object(content)
        key = self._verify(raw) if self.public_keys else None
        if type(raw.get("schema")) is int and raw["schema"] != SCHEMA_VERSION:
            raise schema_error("The manifest", raw["schema"])
        try:
            manifest = Manifest.model_validate(raw)
        except ValidationError:
            raise _not_a_manifest() from None
        if _numbers(manifest.requires) > _numbers(self.library_version):
            raise SchemaVersionError(
                f"The data needs kratomlaw {manifest.requires[:20]}, this is {self.library_version}.",
                hint=f"Upgrade kratomlaw: {UPGRADE}",
            )
        self.check_not_ahead(f"version {manifest.version}", day_of(manifest.version))
        self.check_not_ahead(f"the manifest of {manifest.version}", _day(manifest.created))
        return TrustedManifest(manifest, content, key)

    def check_offer(self, manifest: Manifest, *, newest_known: str | None) -> None:
        """Check rules 8 and 9 of a manifest that a source offers now.

        Args:
            manifest: The manifest.
            newest_known: The version of the newest data known; None where an older one is wanted on purpose.

        Raises:
            ExpiredError: It has expired.
            RollbackError: It is older than what is known.
        """
        if manifest.expires is not None and self.now >= manifest.expires:
            raise ExpiredError(
                f"The manifest of the source expired on {manifest.expires:%Y-%m-%d}.",
                hint="Its publisher has to renew it; check this machine's clock too.",
            )
        if newest_known is not None and version_key(manifest.version) < version_key(newest_known):
            raise RollbackError(
                f"The source offers {manifest.version}, but {newest_known} is known already.",
                hint="Contact its publisher; to use an older version on purpose, pin it.",
            )

    def choose(self, manifest: Manifest, *, in_use: Dataset, pinned: str | None) -> DatasetFile | None:
        """Choose the dataset to fetch, and check rules 10 and 11.

        Args:
            manifest: The manifest.
            in_use: The data in use.
            pinned: The one version that is wanted; None for the newest.

        Returns:
            The dataset to fetch; None when it is the one in use.

        Raises:
            SourceResponseError: The source does not hold the pinned version.
            IntegrityError: It offers other bytes under the version in use.
        """
        held = (manifest, *manifest.versions)
        wanted = manifest if pinned is None else next((file for file in held if file.version == pinned), None)
        if wanted is None:
            raise SourceResponseError(
                f"The source does not hold version {pinned}.", hint="See kratomlaw info --versions."
            )
        if wanted.version != in_use.version:
            return wanted
        if wanted.sha256 != in_use.sha256:
            raise IntegrityError(
                f"The source's version {wanted.version} differs from the copy in use.",
                hint="A published version never changes; contact its publisher.",
            )
        return None

    def read_dataset(self, content: bytes, file: DatasetFile, *, fetched_at: datetime | None) -> Dataset:
        """Read a dataset and check rules 12 to 17.

        Args:
            content: Its bytes.
            file: What a trusted manifest says about it.
            fetched_at: When it was fetched.

        Raises:
            IntegrityError: It is not the dataset that the manifest names.
            SchemaVersionError: It is written in another schema.
            InvalidDataError: Records break the rules of the codebook.
        """
        if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
            raise IntegrityError(
                f"The dataset {file.version} is not the one that its manifest names.",
                hint="Try again later; if that does not help, contact its publisher.",
            )
        if _has_too_many_values(content):
            raise IntegrityError(
                f"The dataset {file.version} holds more values than any dataset should.",
                hint="Contact its publisher, or upgrade kratomlaw.",
            )
        dataset = parse(
            content, name=f"The dataset {file.version}", origin=Origin.CACHE, fetched_at=fetched_at, lenient=True
        )
        if dataset.version != file.version or dataset.built_on != day_of(file.version):
            raise IntegrityError(
                f"The dataset {file.version} calls itself {dataset.version[:20]}, built on {dataset.built_on}.",
                hint="Contact its publisher.",
            )
        self.check_not_ahead(f"version {file.version}", dataset.built_on)
        return dataset

    @staticmethod
    def check_shrinkage(dataset: Dataset, *, in_use: Dataset) -> None:
        """Check rule 18 of a new dataset.

        Raises:
            SourceResponseError: It drops too many of the records in use.
        """
        before = in_use.codes()
        dropped = len(before - dataset.codes())
        if dropped > _MAX_SHRINKAGE * len(before):
            raise SourceResponseError(
                f"The new data drops {dropped} of {len(before)} records.",
                hint="If that is intended, refresh with allow_shrink=True.",
            )

    def _verify(self, raw: dict[str, Any]) -> str:
        """Answer which of the public keys verifies the signature."""
        try:
            from cryptography.exceptions import InvalidSignature
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        except ModuleNotFoundError as missing:
            raise DataError(
                "A public key is set, but signatures cannot be checked.",
                hint=f"Install what is missing: {install('signing')}",
            ) from missing
        if raw.get("signature") is None:
            raise IntegrityError("The manifest is not signed.", hint="Check the source, or unset the public key.")
        for key in self.public_keys:
            try:
                signature = bytes.fromhex(str(raw["signature"]))
                Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, signed_bytes(raw))
            except (InvalidSignature, ValueError):
                continue
            return key
        raise IntegrityError(
            "No trusted key verifies the signature of the manifest.", hint="Check the source and the public key."
        )

    def check_not_ahead(self, what: str, day: date) -> None:
        """Check that a day is not more than a day ahead of the clock, as rules 7 and 17 ask.

        Args:
            what: What bears that day, for the message.
            day: The day.

        Raises:
            IntegrityError: It is.
        """
        # A clock that is behind the data in use is wrong for certain; that data's own day is the least it can be.
        if day > max(_day(self.now + _MAX_AHEAD), self.reached):
            raise IntegrityError(
                f"The date of {what} lies in the future.",
                hint="Check this machine's clock; if it is right, contact the publisher.",
            )


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        raw = None if len(content) > MAX_MANIFEST or _has_too_many_values(content) else from_json(content)
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        raise _not_a_manifest()
    return cast("dict[str, Any]", raw)


def _has_too_many_values(content: bytes) -> bool:
    """Whether JSON holds too many values, found without parsing it.

    Each value but the first of a list or object follows a comma: ``[1,{}]`` holds two values in a list, which makes
    three, and has one comma and two opening brackets.
    """
    return sum(map(content.count, (b",", b"[", b"{"))) > _MAX_VALUES


def _day(moment: datetime) -> date:
    """The day of a moment in UTC; the last day of all where the calendar ends, as for ``9999-12-31T23:59-12:00``."""
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:
        return date.max if moment.year > 1 else date.min


def _numbers(version: str) -> tuple[int, ...]:
    """The first three numbers of a version of this library: ``"0.1.0rc1"`` gives ``(0, 1, 0)``."""
    return tuple(int(number[:9]) for number in re.findall(r"\d+", version[:40], re.ASCII)[:3])


def _not_a_manifest() -> SourceResponseError:
    return SourceResponseError("This is not a kratomlaw manifest.", hint="Check the address of the source.")
