"""What does a source say about its data? The form of a manifest, and how a publisher writes and signs one."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from ..data.versions import DATA_VERSION_PATTERN, day_of
from ..law.texts import harmful_character

__all__ = [
    "MAX_DATASET",
    "MAX_MANIFEST",
    "DatasetFile",
    "Manifest",
    "Signer",
    "dataset_name",
    "signed_bytes",
    "write_manifest",
]

MAX_MANIFEST = 1_000_000
"""How many bytes a manifest may have: some seven thousand versions."""
MAX_DATASET = 12_000_000
"""How many bytes a dataset may have, nine times as many as today: a source must not fill a user's memory."""


def _of_a_real_day(version: str) -> str:
    day_of(version)
    return version


def _harmless(text: str) -> str:
    if harmful_character(text):
        raise ValueError("it has characters that are not text")
    return text


ShortText = Annotated[str, Field(max_length=100), AfterValidator(_harmless)]
Version = Annotated[str, Field(pattern=DATA_VERSION_PATTERN), AfterValidator(_of_a_real_day)]


class DatasetFile(BaseModel):
    """One dataset of a source. The name of its file follows from its version and is never taken from a manifest."""

    # A newer publisher may say more than this library knows.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, serialize_by_alias=True
    )

    version: Version
    """The version of the data."""
    size: Annotated[int, Field(gt=0, le=MAX_DATASET)]
    """How many bytes it has."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """The SHA-256 hash of its bytes, 64 hexadecimal digits."""
    file: ShortText = ""
    """The name of its file, for other programs; this library derives the name from the version."""


class Manifest(DatasetFile):
    """What a source says about its newest dataset, and which older ones it holds."""

    schema_version: int = Field(alias="schema", strict=True)
    """The version of the form of the data; ``schema`` in JSON."""
    created: AwareDatetime
    """When it was written."""
    expires: AwareDatetime | None = None
    """From when on it is not believed any more; None for a copy that never expires, such as the bundled one."""
    requires: ShortText = "0"
    """The lowest version of this library that understands the data."""
    versions: tuple[DatasetFile, ...] = ()
    """All datasets of the source, newest first."""


def dataset_name(version: str) -> str:
    """The name of a dataset's file in a source.

    Example:
        >>> dataset_name("2026.11.23")
        'dataset-2026.11.23.json'
    """
    return f"dataset-{version}.json"


class Signer(Protocol):
    """A private key, as in the package ``cryptography``."""

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
        content["signature"] = private_key.sign(signed_bytes(content)).hex()
    return (json.dumps(content, indent=2) + "\n").encode()


def signed_bytes(content: Mapping[str, Any]) -> bytes:
    r"""The bytes that a signature covers: all keys but the signature, in one form whatever the layout of the file.

    Example:
        >>> signed_bytes({"version": "2026.11.23", "requires": "0.1", "signature": "00"})
        b'{"requires":"0.1","version":"2026.11.23"}'
    """
    unsigned = {key: value for key, value in content.items() if key != "signature"}
    return json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
