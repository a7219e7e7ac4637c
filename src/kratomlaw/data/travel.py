"""How does a view of the law travel to another process? With its data, and unpacked once there however often it comes.

An engine that computes on other machines sends its functions there, and with each of them what they ask. The tables of
places stay where they are, in the package, so both sides must have the same version of it.
"""

import pickle
import zlib
from functools import lru_cache

from ..errors import DataError
from ..version import __version__
from .dataset import Dataset
from .derived import Derived

__all__ = ["packed", "unpacked"]

_FAST = 1
_KEPT = 4
"""How many views are kept packed or unpacked."""


def packed(derived: Derived) -> tuple[bytes, str]:
    """What a view is made of, and the version of the package that packed it."""
    return _packed(derived), __version__


@lru_cache(maxsize=_KEPT)
def _packed(derived: Derived) -> bytes:
    dataset = derived.dataset
    facts = {
        "version": dataset.version,
        "built_on": dataset.built_on,
        "origin": dataset.origin,
        "sha256": dataset.sha256,
        "fetched_at": dataset.fetched_at,
        "lines": dict(dataset.lines),
    }
    parts = (facts, derived.today, derived.max_age, dict(derived.overlay), derived.zone)
    return zlib.compress(pickle.dumps(parts), _FAST)


@lru_cache(maxsize=_KEPT)
def unpacked(luggage: bytes, version: str) -> Derived:
    """A view with the data of another process.

    Raises:
        DataError: It was packed by another version of the package.
    """
    if version != __version__:
        raise DataError(
            f"kratomlaw {version} asks for answers of kratomlaw {__version__}.",
            hint="Install the same version on all machines that compute the frame.",
        )
    facts, today, max_age, overlay, zone = pickle.loads(zlib.decompress(luggage))  # noqa: S301  # part of a pickle already
    return Derived(Dataset(**facts), today, 0, 0, max_age, overlay, zone)
