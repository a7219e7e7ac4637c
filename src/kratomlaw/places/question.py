"""What was asked? The arguments of a lookup, by name."""

from datetime import date
from typing import NamedTuple

from ..law.words import Jurisdiction, Product

__all__ = ["Arguments", "Question"]

_Part = str | None
Arguments = tuple[str | Jurisdiction | None, _Part, _Part, _Part, _Part, _Part, _Part, date | str | None, Product | str]
"""The arguments of ``lookup`` as a bare tuple, which is made and looked up faster than the ``Question`` it equals."""


class Question(NamedTuple):
    """The arguments of ``lookup``, in their order. It equals the bare tuple of the same values."""

    place: str | Jurisdiction | None = None
    """A text, a code or a jurisdiction; None where the place is given by code or in parts."""
    code: str | None = None
    """An exact code; None where the place is given otherwise."""
    country: str | None = None
    """A country's name or code; None where it was not given."""
    state: str | None = None
    """A state's name, code or postal abbreviation; None where it was not given."""
    county: str | None = None
    """A county's name; None where it was not given."""
    city: str | None = None
    """A city's name; None where it was not given."""
    postal_code: str | None = None
    """A postal code; None where it was not given."""
    on: date | str | None = None
    """The day; None for today."""
    product: Product | str = "leaf"
    """The product."""

    @property
    def ways(self) -> int:
        """In how many ways the place was given: as text, by code, in parts; one is right."""
        parts = self[2:7]
        return (self.place is not None) + (self.code is not None) + any(part is not None for part in parts)
