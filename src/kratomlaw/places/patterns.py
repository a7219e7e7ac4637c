"""How does a module name its regular expressions without compiling them? Each is compiled when it is first used.

Compiling those of the resolver takes a twentieth of the time of a first answer, and a question by code needs one of
them. Once compiled, a pattern is as fast as any other: its methods are attributes of the name.
"""

import re
from typing import cast

__all__ = ["lazy_pattern"]

_METHODS = ("finditer", "fullmatch", "match", "search", "split", "sub")


def lazy_pattern(text: str, flags: re.RegexFlag | int = 0) -> re.Pattern[str]:
    """Name a regular expression.

    Args:
        text: The expression.
        flags: Those of ``re.compile``.

    Returns:
        Something that searches, matches, splits and substitutes as the compiled pattern does.

    Example:
        >>> lazy_pattern("[0-9]+").sub("#", "62002, 63123")
        '#, #'
    """
    return cast("re.Pattern[str]", _Lazy(text, flags))


class _Lazy:
    """Stands for a pattern until the first of its methods is wanted."""

    def __init__(self, text: str, flags: re.RegexFlag | int) -> None:
        self._expression = text, flags

    def __getattr__(self, name: str) -> object:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(*self._expression)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
