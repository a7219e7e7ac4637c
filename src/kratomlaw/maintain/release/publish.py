"""How does a release of the data become a source? Writes a static folder that any web server can serve."""

import hashlib
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ...data.versions import version_key
from ...errors import DataError, KratomLawError
from ...law.records import SCHEMA_VERSION
from ...updates.manifest import DatasetFile, Manifest, dataset_name, write_manifest
from ...updates.trust import Trust
from ...version import __version__
from ..records.compile import compile_records, data_version, records_in_order
from ..records.files import alone_in, put
from ..records.folder import require_past_version
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
    adopt: bool = False,
) -> Manifest:
    """Write a source, or add a release to one.

    The same records give the same dataset byte for byte; only the dates of the manifest differ. Older datasets stay,
    so that a version can be pinned. The manifest is written last: a visitor meanwhile sees the release before.

    Args:
        data: The data folder.
        out: The folder to write to; it is made if it is not there.
        key: The private key to sign with; None for no signature.
        created: When the manifest is made; None for now. The version may be at most a day ahead of it.
        lifetime: How long the manifest is to be trusted.
        adopt: Whether older datasets are listed although the manifest that lists them now is not signed with ``key``:
            for the first signature of a source, and for a new key. Their hashes have to be right all the same.

    Returns:
        The manifest.

    Raises:
        InvalidDataError: Records break the rules; nothing is written.
        DataError: The version is of a day to come; or the folder holds other bytes under the same version, a newer
            version, or an older dataset that its manifest does not list with that hash and a valid signature; or it
            cannot be written.
    """
    moment = created or datetime.now(UTC)
    version = data_version(data)
    require_past_version(version, today=moment.date())
    dataset, _ = compile_records(records_in_order(data), version)
    file = _described(version, dataset)
    with _failures(out):
        out.mkdir(parents=True, exist_ok=True)
    with alone_in(out):
        trusted = () if key is None or adopt else (public_key_of(key),)
        held = _held(out, Trust(library_version=__version__, now=moment, public_keys=trusted))
        _require_successor(file, held, out)
        files = sorted({**held, version: file}.values(), key=lambda f: version_key(f.version), reverse=True)
        manifest = Manifest(
            schema=SCHEMA_VERSION,
            **file.model_dump(),
            created=moment,
            expires=moment + lifetime,
            requires=REQUIRES,
            versions=tuple(files),
        )
        schema = json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n"
        with _failures(out):
            if version not in held:
                put(out / dataset_name(version), dataset)
            put(out / "record.schema.json", schema.encode())
            put(out / "manifest.json", write_manifest(manifest, key))
    return manifest


@contextmanager
def _failures(out: Path) -> Generator[None, None, None]:
    """Say what a disk says, such as that it is full, as an error of ours."""
    try:
        yield
    except OSError as cause:
        raise DataError(
            f"{out.name} cannot be written: {cause.strerror}.",
            hint="Readers still have the release before. See whether the disk has room, then publish again.",
        ) from cause


def _require_successor(file: DatasetFile, held: Mapping[str, DatasetFile], out: Path) -> None:
    """Check that a dataset may be added to what a source holds."""
    known = held.get(file.version)
    if known is not None and known != file:
        raise DataError(
            f"{out.name} holds version {file.version} with other bytes.",
            hint="A published version never changes: raise the version in data/dataset.toml.",
        )
    newest = max(held, key=version_key, default=file.version)
    if version_key(newest) > version_key(file.version):
        raise DataError(
            f"{out.name} holds {newest}, which is newer than {file.version}.",
            hint="Raise the version in data/dataset.toml.",
        )


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
    except (OSError, ValueError, TypeError):
        raise DataError(f"{path.name} is not a private key.", hint="Make one: kratomlaw data keygen FILE") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise DataError(f"{path.name} is not an Ed25519 key.", hint="Make one: kratomlaw data keygen FILE")
    return key


def public_key_of(key: "Ed25519PrivateKey") -> str:
    """The public key that belongs to a private one, 64 hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()


def _held(out: Path, trust: Trust) -> dict[str, DatasetFile]:
    """The datasets that a source holds already, each compared with what its manifest says of it."""
    datasets = sorted(out.glob("dataset-*.json"))
    if not datasets:
        return {}
    listed = {file.version: file for file in _listed(out, trust)}
    held: dict[str, DatasetFile] = {}
    for path in datasets:
        version = path.name.removeprefix("dataset-").removesuffix(".json")
        if path.is_symlink() or version not in listed:
            raise DataError(
                f"{path.name} is not listed in the manifest of {out.name}.",
                hint="Remove it, or restore the manifest.json that lists it.",
            )
        held[version] = _described(version, path.read_bytes())
        if held[version].sha256 != listed[version].sha256:
            raise DataError(
                f"{path.name} is not the file that the manifest of {out.name} lists: its hash differs.",
                hint="Restore the file from the published source; a published version never changes.",
            )
    return held


def _listed(out: Path, trust: Trust) -> tuple[DatasetFile, ...]:
    """What the manifest of a source lists; with a key it has to be signed."""
    try:
        content = (out / "manifest.json").read_bytes()
    except OSError as cause:
        raise DataError(
            f"{out.name} holds datasets, but its manifest.json cannot be read: {cause.strerror}.",
            hint="Restore the manifest.json that lists them, or remove them.",
        ) from None
    try:
        return trust.read_manifest(content).manifest.versions
    except KratomLawError as error:
        adopt = " To list these datasets all the same: --adopt." if trust.public_keys else ""
        raise DataError(
            f"The manifest of {out.name} cannot be trusted: {error.message}",
            hint=f"Restore it from the published source.{adopt}",
        ) from None


def _described(version: str, content: bytes) -> DatasetFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return DatasetFile(version=version, size=len(content), sha256=sha256, file=dataset_name(version))
