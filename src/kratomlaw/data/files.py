"""How is a file read that somebody else may have put there? Only a regular one, up to a limit, and not too deep."""

import errno
import os
import stat
from pathlib import Path
from typing import Any

__all__ = ["parse_toml", "read_file"]


def read_file(path: Path, limit: int) -> bytes:
    """Read a whole file that is not trusted.

    A pipe would block for ever and a device never end, so that neither is read.

    Args:
        path: The file.
        limit: How many bytes it may have.

    Returns:
        Its bytes.

    Raises:
        OSError: It cannot be read, is not a regular file (``EINVAL``) or is longer than the limit (``EFBIG``).

    Example:
        >>> read_file(Path(__file__), 10)
        Traceback (most recent call last):
        ...
        OSError: [Errno 27] longer than 10 bytes
    """
    # Windows has no such flag, and no pipes in folders.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"longer than {limit:,} bytes")
    return content


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML that is not trusted.

    Args:
        text: The content of a file.

    Returns:
        What it says.

    Raises:
        tomllib.TOMLDecodeError: It is not TOML, or nested so deeply that it cannot be read.

    Example:
        >>> parse_toml("x = " + "[" * 5_000 + "]" * 5_000)
        Traceback (most recent call last):
        ...
        tomllib.TOMLDecodeError: Nested too deeply
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("Nested too deeply") from None
