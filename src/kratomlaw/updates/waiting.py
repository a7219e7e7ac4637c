"""How does an event loop wait for a refresh? For a thread that can be told to stop, and that no program waits for."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

__all__ = ["in_thread"]

_T = TypeVar("_T")


async def in_thread(work: Callable[[threading.Event], _T]) -> _T:
    """Do work in a thread, without holding up the event loop.

    Unlike ``asyncio.to_thread``: a program that ends, or a loop that is closed, does not wait for the thread; and when
    the task is cancelled, the work is told.

    Args:
        work: Called with an event that is set when nobody waits for its result any more.

    Returns:
        Its result; what it raises is raised here.

    Example:
        >>> asyncio.run(in_thread(lambda cancelled: cancelled.is_set()))
        False
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_T] = loop.create_future()
    cancelled = threading.Event()
    context = contextvars.copy_context()

    def deliver(result: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(lambda: None if done.done() else result())

    def run() -> None:
        try:
            value = context.run(work, cancelled)
        except BaseException as error:  # whatever it is, the one who waits has to hear of it
            failure = error
            deliver(lambda: done.set_exception(failure))
        else:
            deliver(lambda: done.set_result(value))

    threading.Thread(target=run, name="kratomlaw-arefresh", daemon=True).start()
    try:
        return await done
    finally:
        cancelled.set()
