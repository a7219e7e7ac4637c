"""What does a source say of its data? The manifest: read, checked, signed. No file, no network."""

import json
import re
from typing import Annotated, Any, ClassVar, Protocol, cast

from pydantic import AwareDatetime, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from ..data.validated import Model
from ..errors import DataError, IntegrityError, SchemaVersionError, SourceResponseError
from ..law.records import SCHEMA_VERSION

__all__ = [
    "MAX_DATASET",
    "MAX_MANIFEST",
    "DatasetFile",
    "Manifest",
    "Signer",
    "dataset_name",
    "read_manifest",
    "version_key",
    "write_manifest",
]

VERSION = r"^[0-9]{4}\.[0-9]{2}\.[0-9]{2}(\.[1-9][0-9]{0,5})?$"
MAX_MANIFEST = 1_000_000
"""Bytes that a manifest may have."""
MAX_DATASET = 50_000_000
"""Bytes that a dataset may have."""

Version = Annotated[str, Field(pattern=VERSION)]


class DatasetFile(Model):
    """One dataset that a source holds. Its name follows from its version; none is ever taken from a manifest."""

    # A newer publisher may say more than this library knows.
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    version: Version
    """The version of the data."""
    size: Annotated[int, Field(gt=0, le=MAX_DATASET)]
    """How many bytes it has."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """The hash of its bytes, in hexadecimal digits."""
    file: str = ""
    """Its name, for other programs; this library makes the name from the version and never reads this one."""


class Manifest(DatasetFile):
    """What a source says of its newest dataset, and which older ones it holds."""

    schema_version: int = Field(alias="schema", strict=True)
    """The version of the form of the data; ``schema`` in JSON."""
    created: AwareDatetime
    """When it was written."""
    expires: AwareDatetime | None = None
    """When it is to be trusted no longer; None for a copy that never expires, such as the bundled one."""
    requires: str = "0"
    """The least version of this library that understands the data."""
    versions: tuple[DatasetFile, ...] = ()
    """All datasets that the source holds, the newest first."""


def version_key(version: str) -> tuple[int, ...]:
    """Make data versions comparable.

    Example:
        >>> version_key("2026.11.23") < version_key("2026.11.23.1") < version_key("2026.12.01")
        True
    """
    return tuple(map(int, version.split(".")))


def dataset_name(version: str) -> str:
    """The name of a dataset's file in a source.

    Example:
        >>> dataset_name("2026.11.23")
        'dataset-2026.11.23.json'
    """
    return f"dataset-{version}.json"


class Signer(Protocol):
    """A private key, as the package ``cryptography`` has them."""

    def sign(self, data: bytes, /) -> bytes:
        """Sign bytes."""
        ...


def write_manifest(manifest: Manifest, private_key: Signer | None = None) -> bytes:
    """Write a manifest as JSON.

    Args:
        manifest: The manifest.
        private_key: An Ed25519 private key to sign it with; None for no signature.

    Returns:
        The bytes of ``manifest.json``.
    """
    content: dict[str, Any] = manifest.model_dump(mode="json")
    if private_key is not None:
        content["signature"] = private_key.sign(_signed_bytes(content)).hex()
    return (json.dumps(content, indent=2) + "\n").encode()


def read_manifest(content: bytes, *, public_key: str | None, library_version: str) -> Manifest:
    """Read and check a manifest; its expiry is for the caller to judge.

    Args:
        content: The bytes of ``manifest.json``.
        public_key: The publisher's Ed25519 key in hexadecimal digits; with it the signature is mandatory.
        library_version: The version of this library.

    Returns:
        The manifest.

    Raises:
        SourceResponseError: It is not a manifest.
        IntegrityError: The signature is missing or wrong.
        SchemaVersionError: It needs a newer version of this library.
    """
    try:
        raw = from_json(content)
    except ValueError as cause:
        raise _not_a_manifest() from cause
    if not isinstance(raw, dict):
        raise _not_a_manifest()
    raw = cast("dict[str, Any]", raw)
    if public_key is not None:
        _verify(raw, public_key)
    # Before anything else is read: another schema may mean other things by the same keys.
    if type(raw.get("schema")) is int and raw["schema"] != SCHEMA_VERSION:
        raise _upgrade(f"The source has schema {str(raw['schema'])[:20]}, this library reads {SCHEMA_VERSION}.")
    try:
        manifest = Manifest.model_validate(raw, extra="ignore")
    except ValidationError as cause:
        raise _not_a_manifest() from cause
    if _numbers(manifest.requires) > _numbers(library_version):
        raise _upgrade(f"The source needs kratomlaw {manifest.requires[:20]}, this is {library_version}.")
    return manifest


def _verify(raw: dict[str, Any], public_key: str) -> None:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ModuleNotFoundError as missing:
        raise DataError(
            "A public key is set, but signatures cannot be checked.",
            hint="Install what it needs: python -m pip install 'kratomlaw[signing]'",
        ) from missing
    signature = raw.get("signature")
    if signature is None:
        raise IntegrityError("The manifest is not signed.", hint="Check the source, or unset the public key.")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(str(signature)), _signed_bytes(raw)
        )
    except (InvalidSignature, ValueError) as cause:
        raise IntegrityError(
            "The signature of the manifest is wrong.", hint="Check the source and the public key."
        ) from cause


def _signed_bytes(content: dict[str, Any]) -> bytes:
    """What is signed: everything but the signature, in one canonical form, so that white space does not matter."""
    unsigned = {key: value for key, value in content.items() if key != "signature"}
    return json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number[:9]) for number in re.findall(r"\d+", version[:40], re.ASCII)[:3])


def _not_a_manifest() -> SourceResponseError:
    return SourceResponseError(
        "The source answered with something that is not a kratomlaw manifest.", hint="Check the address of the source."
    )


def _upgrade(message: str) -> SchemaVersionError:
    return SchemaVersionError(message, hint="Upgrade kratomlaw: python -m pip install --upgrade kratomlaw")
