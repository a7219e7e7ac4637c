"""What holds in each of the places that a question may mean? Whoever has to choose sees what the choice changes."""

from collections.abc import Mapping
from datetime import date

from ..data.snapshot import LawReader
from ..errors import AmbiguousPlaceError, InvalidQueryError, PlaceError
from ..law.answers import Answer, Certainty
from ..law.plain import Plain, plain
from ..law.words import Jurisdiction, Level, Permission, Product, Status

__all__ = ["Candidate", "candidates_of"]

_MOST = 20
"""More candidates than anybody reads; the library names fewer."""


@plain
class Candidate(Plain):
    """A place that an ambiguous question may mean, and what holds there."""

    code: str
    """Its code: ask again with this."""
    name: str
    """Its usual English name, with the locality of the question that lies in it."""
    level: Level
    """Its administrative level."""
    parent: str | None
    """The code of the place above it; None for a country."""
    ask: str
    """The text by which the question means this place: ask again with this as the place."""
    status: Status | None
    """The status on the day; None where it could not be found."""
    sale: Permission | None
    """Whether it may be sold there."""
    possession: Permission | None
    """Whether it may be possessed there."""
    min_age: int | None
    """The least age of a buyer in years; None when the law sets none."""
    certainty: Certainty | None
    """How far that follows from the data."""

    def __str__(self) -> str:
        age = f", from age {self.min_age}" if self.min_age else ""
        doubt = "" if self.certainty is Certainty.EXACT else f", {self.certainty}"
        law = f": {self.status}{age} (sale {self.sale}, possession {self.possession}{doubt})" if self.status else ""
        return f'{self.name} ({self.code}){law}; ask for "{self.ask}"'


def candidates_of(
    law: LawReader, error: AmbiguousPlaceError, *, on: date | str | None, product: Product | str
) -> tuple[Candidate, ...]:
    """Answer what holds in each place that an ambiguous question may mean.

    Args:
        law: What answers.
        error: The error that the question led to.
        on: The day of the question; None for today.
        product: Its product.

    Returns:
        One candidate for each place of the error, in its order. An invalid day or product leaves what holds open.

    Example:
        >>> import kratomlaw
        >>> law = kratomlaw.KratomLaw()
        >>> try:
        ...     law.lookup("Georgia")
        ... except kratomlaw.AmbiguousPlaceError as error:
        ...     for candidate in candidates_of(law, error, on="2026-10-01", product="7-oh"):
        ...         print(candidate.name, candidate.ask, candidate.status)
        Georgia GE unknown
        Georgia US-GA banned
    """
    return tuple(_candidate(law, place, error.query, on, product) for place in error.candidates[:_MOST])


def _candidate(
    law: LawReader, place: Jurisdiction, query: str, on: date | str | None, product: Product | str
) -> Candidate:
    name, ask = place.name, _text_for(law, place)
    answer = None
    town = _town_in(place, query)
    if town:
        answer = _answer(law, {"place": f"{town}, {place.name}"}, on, product)
    if answer is not None:
        name = ask = f"{town}, {place.name}"
    else:  # also for a town that is ambiguous within its state
        answer = _answer(law, {"code": place.code}, on, product)
    return Candidate(
        code=place.code,
        name=name,
        level=place.level,
        parent=place.parent,
        ask=ask,
        status=None if answer is None else answer.status,
        sale=None if answer is None else answer.sale,
        possession=None if answer is None else answer.possession,
        min_age=None if answer is None else answer.min_age,
        certainty=None if answer is None else answer.certainty,
    )


def _text_for(law: LawReader, place: Jurisdiction) -> str:
    """The text that means a place and nothing else: two letters may be a state or a country."""
    for text in (place.code, place.iso_alpha3):
        try:
            if text and law.find(text).code == place.code:
                return text
        except PlaceError:
            continue
    return place.name


def _answer(law: LawReader, place: Mapping[str, str], on: date | str | None, product: Product | str) -> Answer | None:
    try:
        return law.lookup(place.get("place"), code=place.get("code"), on=on, product=product)
    except (InvalidQueryError, PlaceError):
        return None


def _town_in(place: Jurisdiction, query: str) -> str:
    """The question as a town in a state or country; empty where it is a name or code of the place itself."""
    town = query.strip()
    asked, name = town.casefold(), place.name.casefold()
    is_itself = len(asked) <= 3 or asked in name or name in asked
    return "" if is_itself or place.level not in (Level.STATE, Level.COUNTRY) else town
