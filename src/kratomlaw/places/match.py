"""What does a question mean? The place that was found, and what remains uncertain about it."""

from typing import NamedTuple

__all__ = ["SOME_LOCALITY", "Match"]

SOME_LOCALITY = "?"
"""Stands for the locality in a match that many texts share."""


class Match(NamedTuple):
    """The place that a question means, and what of the question it does not cover."""

    code: str
    """The code of the place; where several remain possible, the broadest of them."""
    unmatched: str | None = None
    """The locality that has no record of its own."""
    is_town: bool = False
    """Whether the locality is known by that name, so that it is no misspelling of another."""
    is_guess: bool = False
    """Whether nothing decides between several readings, so that the answer is approximate."""
    county: str | None = None
    """The one county that is meant of those in which a city lies; None when all of them are."""
    candidates: tuple[str, ...] = ()
    """The codes of all places that remain possible, the broadest first; empty when the place is settled. The answer
    is that of the strictest of them, and approximate where their laws differ."""

    def without_locality(self) -> "Match":
        """The same without the text of the locality, but with the fact that there is one: equal for all localities."""
        return self._replace(unmatched=SOME_LOCALITY if self.unmatched else None)
