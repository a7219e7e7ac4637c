"""How do several questions get their answers from the same data? They are asked again if a refresh came in between."""

from collections.abc import Callable
from typing import TypeVar

from .client import KratomLaw
from .law.answers import DatasetInfo

__all__ = ["settled"]

_T = TypeVar("_T")


def settled(law: KratomLaw, ask: Callable[[], _T]) -> tuple[_T, DatasetInfo]:
    """Ask several questions of one dataset, without a lock.

    Args:
        law: What answers.
        ask: What asks; it is called again if newer data came into use meanwhile.

    Returns:
        What ``ask`` returned, and the data that all of it comes from.

    Raises:
        KratomLawError: What ``ask`` raises.

    Example:
        >>> law = KratomLaw()
        >>> places, data = settled(law, lambda: [law.find("Louisiana"), law.find("Texas")])
        >>> len(places), data.version == law.dataset().version
        (2, True)
    """
    while True:
        before = law.dataset()
        found = ask()
        if law.dataset().sha256 == before.sha256:
            return found, before
