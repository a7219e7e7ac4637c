"""Which errors can kratomlaw raise? All of them, as one tree.

::

    KratomLawError                  everything below; has .hint
    ├── InvalidQueryError           an invalid date, product or argument (also a ValueError)
    ├── PlaceError                  the place cannot be resolved (also a LookupError)
    │   ├── UnknownPlaceError       no such place; has .query, .suggestions
    │   └── AmbiguousPlaceError     more than one such place; has .candidates
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

from typing import TYPE_CHECKING

from .law.texts import harmless

if TYPE_CHECKING:
    from .law.words import Jurisdiction, Problem

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

    hint: str
    """What the caller can do next; empty when there is nothing to advise."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = harmless(message, limit=_LONGEST)
        self.hint = harmless(hint, limit=_LONGEST)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling of exceptions,
        # and a worker process must be able to hand its error to its parent.
        return _restore, (type(self), self.args, self.__dict__)


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

    def __init__(self, message: str, *, query: str, candidates: tuple[Jurisdiction, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.candidates = candidates


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
