"""How does an answer come back from JSON? Plain data that users keep, and read again later."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Self, cast

from ..errors import InvalidDataError
from .plain import Plain
from .words import Problem

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["Returned", "notebook_html", "show_in_notebooks"]

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


_adapters: "dict[type[Returned], TypeAdapter[Returned]]" = {}
"""What validates each class that was read back; made once, as that takes longer than reading."""


def _adapter(kind: type[Returned]) -> "TypeAdapter[Returned]":
    from pydantic import TypeAdapter

    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]
