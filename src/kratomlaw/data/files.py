"""How is a file read that somebody else may have put there? Only a regular file, and only up to a limit."""

import errno
import os
import stat
from pathlib import Path

__all__ = ["read_file"]


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
