"""Is a package installed that only some users need? If not, what must be installed?"""

from importlib import import_module
from types import ModuleType

from ..errors import KratomLawError

__all__ = ["package"]


def package(name: str, purpose: str) -> ModuleType:
    """Import a package that is not installed with kratomlaw.

    Args:
        name: The name of the package, or of a module in it.
        purpose: What it is needed for, as the beginning of a sentence.

    Raises:
        KratomLawError: It, or a package that it needs, is not installed.

    Example:
        >>> package("abacus", "To count sheep")
        Traceback (most recent call last):
            ...
        kratomlaw.errors.KratomLawError: To count sheep, abacus must be installed. python -m pip install abacus
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as absent:
        missing = absent.name or name
        raise KratomLawError(
            f"{purpose}, {missing} must be installed.", hint=f"python -m pip install {missing}"
        ) from None
