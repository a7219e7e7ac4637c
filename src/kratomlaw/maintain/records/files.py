"""How is a file written so that nobody sees half of it? Beside its place under a name of its own, then moved there."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["alone_in", "move_there", "put", "write_beside"]


def put(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole: a visitor may come at any time.

    Args:
        path: The file; its folder has to be there.
        content: Its bytes.

    Raises:
        OSError: It cannot be written; what was there stays.
    """
    move_there(write_beside(path, content), path)


def write_beside(path: Path, content: bytes) -> Path:
    """Write the future content of a file into its folder.

    Args:
        path: The file.
        content: Its bytes.

    Returns:
        The file that was written; nobody can know its name before, so that no link waits there.

    Raises:
        OSError: It cannot be written; nothing is left behind.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:  # "x" refuses a link too
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def move_there(part: Path, path: Path) -> None:
    """Move a file that ``write_beside`` wrote to its place.

    Raises:
        OSError: That failed; the part is removed.
    """
    try:
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def alone_in(folder: Path) -> Generator[None, None, None]:
    """Keep other publishers out of a folder; they wait. On Windows nobody waits, and the last one wins.

    Args:
        folder: The folder, which has to be there.
    """
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        yield
        return
    # The folder itself is locked, so that no file of ours is left in what a web server shows.
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
