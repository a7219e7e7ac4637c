"""What if a process forks while a refresh imports what it needs? The fork waits: its child could never import that."""

import os
import threading
from functools import cache
from importlib import import_module

__all__ = ["forks_wait"]

_SECONDS = 10
"""How long a fork waits at most: somebody else's hook may hold what the import waits for."""


@cache
def forks_wait() -> threading.Lock:
    """A lock; as long as it is held no other thread forks this process, unless that lasts very long.

    An import that is under way during a fork has no thread in the child that would end it: whoever imports the same
    module there waits for ever. Python frees its one import lock in a child, but not the locks of single modules. Only
    refreshes import late in threads of their own, so only they hold this lock.

    Example:
        >>> with forks_wait():
        ...     import csv
    """
    import_module("logging")  # its own hook waits too, and has to come after ours: imports take its lock
    lock = threading.Lock()  # two threads that come first may make two, and each protects what its thread imports
    forking = threading.local()

    def before() -> None:
        forking.waited = lock.acquire(timeout=_SECONDS)

    def in_parent() -> None:
        if getattr(forking, "waited", False):  # not where the hooks were registered while this fork began
            lock.release()

    def in_child() -> None:
        if lock.locked():  # by the thread that forked, or by one that is not there any more
            lock.release()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before, after_in_parent=in_parent, after_in_child=in_child)
    return lock
