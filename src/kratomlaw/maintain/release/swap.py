"""How does a folder that readers look at become another one in one step? It is built beside its place, then exchanged.

A release is some thousands of files. Written one after the other, a reader meets pages of two releases for seconds. So
the new folder is made beside the old one, with links to the files that stay, and the two names are exchanged: on Linux
and macOS in one step of the file system, elsewhere in two moves that follow each other at once.
"""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ...errors import DataError
from ..records.files import alone_in

__all__ = ["replaced_in_one_step"]

_AT_FDCWD = {"linux": -100, "darwin": -2}
_EXCHANGE = 2
"""``RENAME_EXCHANGE`` of Linux, and ``RENAME_SWAP`` of macOS."""
_NOT_POSSIBLE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})
"""What a kernel or a file system says that cannot exchange two names."""


@contextmanager
def replaced_in_one_step(folder: Path) -> Generator[Path, None, None]:
    """Give a folder in which the next state of another one is made; at the end it takes that one's place.

    Args:
        folder: The folder that readers look at; it may not be there yet. A link to a folder stays a link.

    Yields:
        A folder beside it with all that it holds. What is changed in it has to be written as a new file and moved to
        its place, as ``put`` does: the others are the files of ``folder`` themselves.

    Raises:
        DataError: The folder cannot be replaced, as when it is a mounted volume. In this and in every other failure it
            is what it was.
    """
    place = folder.resolve()
    with _alone(place), _failures(folder):
        beside = place.with_name(f".{place.name}.next")
        part = beside / place.name  # of the same name, by which messages call it
        shutil.rmtree(beside, ignore_errors=True)  # of a run that was killed
        try:
            beside.mkdir(parents=True)
            if place.is_dir():
                shutil.copytree(place, part, copy_function=_link, symlinks=True)
            else:
                part.mkdir()
            try:
                yield part
            except OSError as cause:
                raise _BodyError from cause
            _exchange(part, place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


class _BodyError(Exception):
    """Carries a failure of those who fill the folder past our own."""


@contextmanager
def _failures(folder: Path) -> Generator[None, None, None]:
    try:
        yield
    except _BodyError as carried:
        if isinstance(carried.__cause__, OSError):
            raise carried.__cause__ from None
        raise
    except OSError as cause:
        raise DataError(
            f"{folder} cannot be replaced: {_reason(cause)}.",
            hint="Name a folder that can be renamed: one inside a mounted volume, not the volume itself. See too "
            "whether its disk has room.",
        ) from None


def _reason(cause: OSError) -> str:
    """Why something failed; of a folder that could not be copied the reason of its first file."""
    if isinstance(cause, shutil.Error):  # has a list of (from, to, why) in place of a reason
        (_, _, why), *_ = cause.args[0]
        return str(why)
    return str(cause.strerror)


@contextmanager
def _alone(place: Path) -> Generator[None, None, None]:
    """Keep other publishers out. Whoever waited looks again: meanwhile another folder may have the name."""
    while place.is_dir():
        before = place.stat().st_ino
        with alone_in(place):
            if place.is_dir() and place.stat().st_ino == before:
                yield
                return
    yield


def _link(source: str, copy: str) -> None:
    try:
        os.link(source, copy)
    except OSError:  # a file system without links
        shutil.copy2(source, copy)


def _exchange(part: Path, place: Path) -> None:
    if not place.exists():
        part.rename(place)
        return
    failure = _exchanged_by_system(part, place)
    if failure == 0:
        return
    if failure not in _NOT_POSSIBLE:
        raise OSError(failure, os.strerror(failure))
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    place.rename(old)
    try:
        part.rename(place)
    except OSError:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchanged_by_system(part: Path, place: Path) -> int:
    """Exchange two names in one step; 0, or the number of the error."""
    here = _AT_FDCWD.get(sys.platform)
    if here is None:
        return errno.ENOSYS
    system = ctypes.CDLL(None, use_errno=True)
    rename = getattr(system, "renameat2" if sys.platform == "linux" else "renameatx_np", None)
    if rename is None:
        return errno.ENOSYS
    if rename(here, os.fsencode(part), here, os.fsencode(place), ctypes.c_uint(_EXCHANGE)) == 0:
        return 0
    return ctypes.get_errno()
