"""How does a release of the data become a source? Writes a static folder that any web server can serve."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_core import from_json

from ...data.versions import version_key
from ...errors import DataError
from ...law.records import SCHEMA_VERSION
from ...updates.manifest import DatasetFile, Manifest, dataset_name, write_manifest
from ..records.compile import compile_records, data_version, records_in_order
from ..records.schema import record_schema

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["DEFAULT_LIFETIME", "REQUIRES", "make_key", "public_key_of", "publish", "read_key"]

REQUIRES = "0.1.0"
"""The least version of the library that understands what this one publishes."""
DEFAULT_LIFETIME = timedelta(days=120)
"""How long a manifest is to be trusted; a source that nobody renews stops being believed."""


def publish(
    data: Path,
    out: Path,
    *,
    key: "Ed25519PrivateKey | None" = None,
    created: datetime | None = None,
    lifetime: timedelta = DEFAULT_LIFETIME,
) -> Manifest:
    """Write a source, or add a release to one.

    The same records give the same dataset byte for byte; only the dates of the manifest differ. Older datasets stay,
    so that a version can be pinned. The manifest is written last: a visitor meanwhile sees the release before.

    Args:
        data: The data folder.
        out: The folder to write to; it is made if it is not there.
        key: The private key to sign with; None for no signature.
        created: When the manifest is made; None for now.
        lifetime: How long the manifest is to be trusted.

    Returns:
        The manifest.

    Raises:
        InvalidDataError: Records break the rules; nothing is written.
        DataError: The folder holds other bytes under the same version, or a newer version, already.
    """
    version = data_version(data)
    dataset, _ = compile_records(records_in_order(data), version)
    file = _described(version, dataset)
    held = {known.version: known for known in _held(out)}
    known = held.get(version)
    if known is not None and known != file:
        raise DataError(
            f"{out.name} holds version {version} with other bytes.",
            hint="A published version never changes: raise the version in data/dataset.toml.",
        )
    newest = max(held, key=version_key, default=version)
    if version_key(newest) > version_key(version):
        raise DataError(
            f"{out.name} holds {newest}, which is newer than {version}.", hint="Raise the version in data/dataset.toml."
        )
    moment = created or datetime.now(UTC)
    files = sorted({**held, version: file}.values(), key=lambda f: version_key(f.version), reverse=True)
    manifest = Manifest(
        schema=SCHEMA_VERSION,
        **file.model_dump(),
        created=moment,
        expires=moment + lifetime,
        requires=REQUIRES,
        versions=tuple(files),
    )
    out.mkdir(parents=True, exist_ok=True)
    if known is None:
        _put(out / dataset_name(version), dataset)
    schema = json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n"
    _put(out / "record.schema.json", schema.encode())
    _put(out / "manifest.json", write_manifest(manifest, key))
    return manifest


def make_key(path: Path) -> str:
    """Make an Ed25519 key pair.

    Args:
        path: The file for the private key; it must not be there yet, and only its owner will be able to read it.

    Returns:
        The public key, 64 hexadecimal digits: what users set as ``KRATOMLAW_PUBLIC_KEY``.

    Raises:
        FileExistsError: The file is there already.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)
    return public_key_of(key)


def read_key(path: Path) -> "Ed25519PrivateKey":
    """Read a private key.

    Raises:
        DataError: The file is not an Ed25519 private key, or cannot be read.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as cause:
        raise DataError(f"{path.name} is not a private key.", hint="Make one: kratomlaw data keygen FILE") from cause
    if not isinstance(key, Ed25519PrivateKey):
        raise DataError(f"{path.name} is not an Ed25519 key.", hint="Make one: kratomlaw data keygen FILE")
    return key


def public_key_of(key: "Ed25519PrivateKey") -> str:
    """The public key that belongs to a private one, 64 hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()


def _put(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole: a visitor may come at any time."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def _held(out: Path) -> Iterator[DatasetFile]:
    """The datasets that a source holds already."""
    for path in out.glob("dataset-*.json"):
        content = path.read_bytes()
        version = str(from_json(content)["version"])
        if path.name == dataset_name(version):
            yield _described(version, content)


def _described(version: str, content: bytes) -> DatasetFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return DatasetFile(version=version, size=len(content), sha256=sha256, file=dataset_name(version))
