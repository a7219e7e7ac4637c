"""Which errors can kratomlaw raise? All of them, as one tree.

::

    KratomLawError                  everything below; has .hint
    ├── InvalidQueryError           an invalid date, product or argument (also a ValueError)
    ├── PlaceError                  the place cannot be resolved (also a LookupError)
    │   ├── UnknownPlaceError       no such place; has .query, .suggestions
    │   └── AmbiguousPlaceError     more than one such place; has .candidates, .laws
    ├── DataError                   the data cannot be used
    │   ├── InvalidDataError        records break the rules; has .problems
    │   ├── SchemaVersionError      the data is written for another version of this library
    │   └── IntegrityError          the bytes are not those that were published
    └── RefreshError                newer data could not be obtained
        ├── NoSourceError           no source is configured
        ├── SourceUnreachableError  the network failed
        ├── SourceResponseError     the source answered, but not with a dataset
        ├── RollbackError           the source is older than what is known already
        ├── ExpiredError            the source's manifest has expired
        └── CacheWriteError         the new data could not be stored

    KratomLawStaleWarning           a UserWarning: the data in use is older than ``max_age``
    KratomLawCacheWarning           a UserWarning: the cache cannot be used; answers go on without it
    KratomLawSourceWarning          a UserWarning: whoever is on the way to a source can change what it says
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from .law.texts import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .law.plain import Plain
    from .law.words import CandidateLaw, Jurisdiction, Problem

__all__ = [
    "AmbiguousPlaceError",
    "CacheWriteError",
    "DataError",
    "ExpiredError",
    "IntegrityError",
    "InvalidDataError",
    "InvalidQueryError",
    "KratomLawCacheWarning",
    "KratomLawError",
    "KratomLawSourceWarning",
    "KratomLawStaleWarning",
    "NoSourceError",
    "PlaceError",
    "RefreshError",
    "RollbackError",
    "SchemaVersionError",
    "SourceResponseError",
    "SourceUnreachableError",
    "UnknownPlaceError",
]


_LONGEST = 600
"""How many characters a message or a hint may have."""


class KratomLawError(Exception):
    """The root of every error that this library raises.

    What a source, a file or a caller wrote may be quoted in the message: it is shortened, and shown without doing harm.

    Args:
        message: What went wrong, in one sentence.
        hint: What to do next, in one sentence; empty when there is nothing to advise.
    """

    message: str
    """What went wrong, in one sentence."""
    hint: str
    """What the caller can do next; empty when there is nothing to advise."""

    _carries: ClassVar[tuple[str, ...]] = ()
    """The names of the attributes beside message and hint."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = harmless(message, limit=_LONGEST)
        self.hint = harmless(hint, limit=_LONGEST)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message

    def to_dict(self) -> dict[str, object]:
        """Write the error as a dictionary that ``json.dumps`` accepts: its name, message and hint, and what it carries.

        Example:
            >>> import kratomlaw
            >>> try:
            ...     kratomlaw.lookup("Georgia", on="2026-01-01")
            ... except kratomlaw.AmbiguousPlaceError as error:
            ...     [(law["jurisdiction"]["code"], law["status"]) for law in error.to_dict()["laws"]]
            [('GE', 'unknown'), ('US-GA', 'restricted')]
        """
        carried = {name: _as_json(getattr(self, name)) for name in self._carries}
        return {"error": type(self).__name__, "message": self.message, "hint": self.hint, **carried}

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling of exceptions,
        # and a worker process must be able to hand its error to its parent.
        return _restore, (type(self), self.args, self.__dict__)


def _as_json(carried: str | tuple[Plain, ...]) -> object:
    return carried if isinstance(carried, str) else [each.to_dict() for each in carried]


def _restore(cls: type[KratomLawError], args: tuple[object, ...], state: dict[str, object]) -> KratomLawError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


class InvalidQueryError(KratomLawError, ValueError):
    """A date, a product or another argument that is invalid, such as ``on="2026-13-40"``."""


class PlaceError(KratomLawError, LookupError):
    """The place in question cannot be resolved."""


class UnknownPlaceError(PlaceError):
    """No jurisdiction goes by that name or code.

    Args:
        message: What went wrong.
        query: The text that was asked for, shortened if it was long.
        suggestions: Places with a similar name, the most similar first. They are offered, never used.
        hint: What to do next.
    """

    query: str
    """The text that was asked for, shortened if it was long."""
    suggestions: tuple[Jurisdiction, ...]
    """Places with a similar name, the most similar first; empty when nothing is similar."""

    _carries = ("query", "suggestions")

    def __init__(
        self,
        message: str,
        *,
        query: str,
        suggestions: tuple[Jurisdiction, ...] = (),
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.suggestions = suggestions


class AmbiguousPlaceError(PlaceError):
    """More than one jurisdiction goes by that name or code, and choosing would be a guess.

    Args:
        message: What went wrong.
        query: The text that was asked for.
        candidates: The places that it may mean.
        hint: What to do next.
    """

    query: str
    """The text that was asked for."""
    candidates: tuple[Jurisdiction, ...]
    """The places that it may mean; always two or more."""
    laws: tuple[CandidateLaw, ...]
    """What holds in each candidate, in their order, for the product and on the day that were asked about (for ``find``
    and ``timeline``: today). Empty only where no question was asked, as when data is read."""

    _carries = ("query", "candidates", "laws")

    def __init__(
        self,
        message: str,
        *,
        query: str,
        candidates: tuple[Jurisdiction, ...],
        hint: str = "",
        listing: Listing | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.candidates = candidates
        self.laws = ()
        self._listing = listing

    @property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        """For each candidate the codes of the places whose law may be meant: its own, or those that it may lie in."""
        return self._listing.readings if self._listing else tuple((place.code,) for place in self.candidates)

    def add_laws(self, laws: tuple[CandidateLaw, ...]) -> None:
        """Say what holds in each candidate, in the message too.

        Args:
            laws: One for each candidate, in their order.
        """
        self.laws = laws
        if self._listing:
            super().__init__(self._listing.sentence(tuple(law.status for law in laws)), hint=self.hint)


class Listing(NamedTuple):
    """The sentence that lists candidates, kept in its parts so that the law of each can be added.

    Example:
        >>> print(Listing("'Georgia' may be", ("Georgia (GE)", "Georgia (US-GA)"), "or").sentence(("legal", "banned")))
        'Georgia' may be Georgia (GE, legal) or Georgia (US-GA, banned).
    """

    lead: str
    """What stands before the names."""
    names: tuple[str, ...]
    """The candidates, or the states and countries in which they lie."""
    word: str
    """What stands before the last of them: "or", "and"."""
    readings: tuple[tuple[str, ...], ...] = ()
    """For each candidate the codes of the places whose law may be meant."""

    def sentence(self, statuses: tuple[str, ...] = ()) -> str:
        """The sentence.

        Args:
            statuses: What holds in each candidate; empty where it is not known.
        """
        names = map(_with_status, self.names, statuses) if statuses else self.names
        return f"{self.lead} {listed(names, self.word)}."


def _with_status(name: str, status: str) -> str:
    return f"{name[:-1]}, {status})" if name.endswith(")") else f"{name} ({status})"


def listed(items: Iterable[object], word: str = "or") -> str:
    """Write things one after the other with a word before the last; of more than eight, the first eight.

    Example:
        >>> listed(["one", "two", "three"]), listed(range(20))
        ('one, two or three', '0, 1, 2, 3, 4, 5, 6, 7 and 12 more')
    """
    shown = list(dict.fromkeys(map(str, items)))
    if len(shown) > _LISTED:
        return f"{', '.join(shown[:_LISTED])} and {len(shown) - _LISTED} more"
    return f" {word} ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


_LISTED = 8
"""How many things a message lists; the error has all of them."""


class DataError(KratomLawError):
    """The data cannot be used."""


class InvalidDataError(DataError):
    """Records break the rules of the codebook.

    Args:
        message: How many problems there are and where.
        problems: Every problem that was found, not only the first.
        hint: What to do next.
    """

    problems: tuple[Problem, ...]
    """Every problem that was found, not only the first."""

    _carries = ("problems",)

    def __init__(self, message: str, *, problems: tuple[Problem, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = problems


class SchemaVersionError(DataError):
    """The data is written in a schema that this version of the library does not read."""


class IntegrityError(DataError):
    """The bytes of a dataset are not those that were published."""


class RefreshError(KratomLawError):
    """Newer data could not be obtained; the data in use stays in use."""


class NoSourceError(RefreshError):
    """A refresh was requested, but no source is configured."""


class SourceUnreachableError(RefreshError):
    """The source could not be reached."""


class SourceResponseError(RefreshError):
    """The source answered with something that is not a dataset."""


class RollbackError(RefreshError):
    """The source offers data older than the newest that is known."""


class ExpiredError(RefreshError):
    """The source's manifest has expired."""


class CacheWriteError(RefreshError):
    """The new data could not be stored."""


class KratomLawStaleWarning(UserWarning):
    """The data in use is older than ``max_age``; reported once per process."""


class KratomLawCacheWarning(UserWarning):
    """The cache cannot be read or written; answers go on without it. Reported once per process and reason."""


class KratomLawSourceWarning(UserWarning):
    """A source is asked over plain HTTP, and no public key is set. Reported once per process and source."""
