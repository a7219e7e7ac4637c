"""How does an answer come back from JSON, and show itself? Plain data that users keep, look at, and read again."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Self, SupportsIndex, TypeVar, cast, overload

from ..errors import InvalidDataError
from .plain import Plain
from .texts import harmless
from .words import Problem

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["Listed", "Returned", "notebook_html", "show_in_notebooks", "shown_of"]

_T = TypeVar("_T")
_LONGEST_LIST = 10
"""So many lines of a list are shown as text."""
_LONGEST_LINE = 120

_render: Callable[[object], str | None] | None = None
"""What makes HTML for notebooks; None until ``show_in_notebooks`` was called."""


def show_in_notebooks(render: Callable[[object], str | None]) -> None:
    """Let notebooks show plain data as HTML; the package does so, as its rooms may not look up to its roof.

    Args:
        render: Makes the HTML of an object; None for what has no HTML form.
    """
    global _render  # noqa: PLW0603  # set once, by the package
    _render = render


def notebook_html(shown: object) -> str | None:
    """Make the HTML that a notebook shows for an object; None where it has none."""
    return _render(shown) if _render else None


class Returned(Plain):
    """Plain data that a user of the library is given: it survives a round trip through JSON."""

    __slots__ = ()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read back what ``to_json`` wrote; everything in it is validated.

        Args:
            text: JSON, as text or as UTF-8 bytes.

        Returns:
            An object equal to the one that was written.

        Raises:
            InvalidDataError: The text is not JSON, or not that of such an object; every problem is listed.

        Example:
            >>> import kratomlaw
            >>> answer = kratomlaw.lookup("US-LA", on="2026-01-15")
            >>> kratomlaw.Answer.from_json(answer.to_json()) == answer
            True
        """
        from pydantic import ValidationError

        try:
            return cast("Self", _adapter(cls).validate_json(text))
        except ValidationError as invalid:
            problems = tuple(
                Problem(
                    file=cls.__name__,
                    key=".".join(map(str, error["loc"])),
                    message=f"{error['msg'].rstrip('.')}.",
                    fix=f"Pass what {cls.__name__}.to_json() wrote.",
                )
                for error in invalid.errors(include_url=False, include_context=False, include_input=False)
            )
        raise InvalidDataError(
            f"The text is not the JSON of {cls.__name__}: {problems[0].key or 'as a whole'}: {problems[0].message}",
            problems=problems,
            hint=f"Pass what {cls.__name__}.to_json() wrote.",
        )

    def _repr_html_(self) -> str | None:
        return notebook_html(self)


class Listed(tuple[_T, ...]):
    """What a question found, in an order: a tuple that is short on a terminal and a table in a notebook.

    In all else it is a tuple: it compares, hashes, unpacks and goes into JSON as one. A slice of it shows itself too.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: SupportsIndex, /) -> _T: ...
        @overload
        def __getitem__(self, key: slice, /) -> Self: ...

    def __getitem__(self, key: SupportsIndex | slice, /) -> _T | Self:
        return type(self)(super().__getitem__(key)) if isinstance(key, slice) else super().__getitem__(key)

    def __repr__(self) -> str:
        head, left_out, tail = shown_of(self, _LONGEST_LIST)
        lines = [harmless(self._line(each), limit=_LONGEST_LINE) for each in head]
        if left_out:
            lines.append(f"… and {left_out:,} more …")
            lines += [harmless(self._line(each), limit=_LONGEST_LINE) for each in tail]
        return "\n  ".join((f"<{type(self).__name__} of {len(self):,}", *lines)) + ">"

    def _repr_html_(self) -> str | None:
        return notebook_html(self)

    def _line(self, each: _T) -> str:
        """One item of the list in a line."""
        return str(each)


def shown_of(found: Sequence[_T], most: int) -> tuple[Sequence[_T], int, Sequence[_T]]:
    """Choose what is shown of a list: all of it, or its beginning and its end.

    Args:
        found: The list.
        most: How many items have room.

    Returns:
        The beginning, how many items are left out, and the end.

    Example:
        >>> shown_of("abcdefgh", 8), shown_of("abcdefgh", 4)
        (('abcdefgh', 0, ''), ('ab', 4, 'gh'))
    """
    if len(found) <= most:
        return found, 0, found[:0]
    tail = most // 2
    return found[: most - tail], len(found) - most, found[-tail:]


_adapters: "dict[type[Returned], TypeAdapter[Returned]]" = {}
"""What validates each class that was read back; made once, as that takes longer than reading."""


def _adapter(kind: type[Returned]) -> "TypeAdapter[Returned]":
    from pydantic import TypeAdapter

    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]
