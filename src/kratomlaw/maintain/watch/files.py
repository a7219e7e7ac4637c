"""Which watches are written in data/watch? Reads and checks the files; what is wrong is named with file and key."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from ...law.words import Problem
from ..review.calendar import Session
from .model import Watch, WatchKind

__all__ = ["FOLDER", "WatchFiles", "read_watch_files"]

FOLDER = "watch"
"""The folder of the watches, in the data folder."""
_BILLS = (WatchKind.LEGISCAN, WatchKind.OPEN_STATES)
_NEEDS: dict[WatchKind, tuple[str, ...]] = {
    WatchKind.LEGISCAN: ("query",),
    WatchKind.OPEN_STATES: ("query",),
    WatchKind.FEED: ("url",),
    WatchKind.PAGE: ("url",),
    WatchKind.FEDERAL_REGISTER: (),
}
_TAKES: dict[WatchKind, frozenset[str]] = {
    WatchKind.LEGISCAN: frozenset({"query"}),
    WatchKind.OPEN_STATES: frozenset({"query"}),
    WatchKind.FEED: frozenset({"url", "terms", "since"}),
    WatchKind.PAGE: frozenset({"url", "terms"}),
    WatchKind.FEDERAL_REGISTER: frozenset({"query", "docket", "agencies", "cfr", "since"}),
}
_NO_OPEN_STATES = {"US-AS", "US-GU", "US-MP", "US-UM", "US-VI"}
_NO_LEGISCAN = _NO_OPEN_STATES | {"US-PR"}
"""Places whose bills the services do not have: LegiScan has the states, Washington and Congress (its manual), Open
States also Puerto Rico (its blog of 2020)."""


class WatchFiles(NamedTuple):
    """What is written in ``data/watch``."""

    watches: tuple[Watch, ...]
    """The watches that are in order; a search of bills is one watch for each of its places."""
    sessions: tuple[Session, ...]
    """The sessions of legislatures, for the calendar."""
    problems: tuple[Problem, ...]
    """What is wrong with the rest."""


class _Written(BaseModel, extra="forbid", frozen=True):
    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
    kind: WatchKind
    places: Annotated[tuple[str, ...], Field(min_length=1)]
    pending: tuple[str, ...] = ()
    url: Annotated[str, Field(pattern=r"^(https?://[^\s/]+\S*)?$")] = ""
    query: str = ""
    docket: str = ""
    agencies: tuple[str, ...] = ()
    cfr: Annotated[str, Field(pattern=r"^(\d{1,2}:\d{1,4})?$")] = ""
    terms: tuple[str, ...] = ()
    since: date | None = None
    every_hours: Annotated[int, Field(ge=1, le=24 * 366)] = 20
    note: str = ""


class _WrittenSession(BaseModel, extra="forbid", frozen=True):
    place: str
    name: str
    ends: date
    read_in: str


def read_watch_files(data: Path, *, places: Collection[str], pending: Collection[tuple[str, str]] = ()) -> WatchFiles:
    """Read ``data/watch/*.toml``.

    Args:
        data: The data folder; without ``watch`` in it there are no watches.
        places: The codes of the records.
        pending: The pending steps of the records: the code of the place, and the title.

    Returns:
        The watches and sessions that are in order, and every problem of the others: they are left out, the rest stays.

    Example:
        >>> read_watch_files(Path("no-such-folder"), places=()).watches
        ()
    """
    watches: dict[str, Watch] = {}
    sessions: list[Session] = []
    problems: list[Problem] = []
    steps = set(pending)
    for file in sorted((data / FOLDER).glob("*.toml")):
        where = f"{FOLDER}/{file.name}"
        try:
            content = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as cause:
            problems.append(_problem(where, "", f"It is not valid TOML: {cause}.", "Correct that line."))
            continue
        problems += (
            _problem(where, name, "There is no such key.", "A file has [[watches]] and [[sessions]].")
            for name in sorted(content.keys() - {"watches", "sessions"})
        )
        for index, raw in enumerate(_listed(content.get("watches"))):
            key = f"watches[{index}]"
            watch, found = _watch(raw, where, key, places, steps)
            if watch is not None and watch.key in watches:
                message = f"{watch.key!r} is the name of another watch."
                found = (_problem(where, f"{key}.key", message, "Give it another name."),)
            problems += found
            if watch is not None and not found:
                watches[watch.key] = watch
        for index, raw in enumerate(_listed(content.get("sessions"))):
            key = f"sessions[{index}]"
            session, found = _session(raw, where, key, places)
            problems += found
            sessions += [session] if session else []
    return WatchFiles(tuple(_one_each(watches.values())), tuple(sessions), tuple(problems))


def _watch(
    raw: object, file: str, key: str, places: Collection[str], pending: Collection[tuple[str, str]]
) -> tuple[Watch | None, tuple[Problem, ...]]:
    try:
        written = _Written.model_validate(raw)
    except ValidationError as invalid:
        return None, tuple(_invalid(invalid, file, key))
    values = {name: getattr(written, name) for name in Watch.__dataclass_fields__ if name != "file"}
    watch = Watch(**values, file=file)
    return watch, tuple(_wrong(watch, file, key, places, pending))


def _wrong(
    watch: Watch, file: str, key: str, places: Collection[str], pending: Collection[tuple[str, str]]
) -> Iterator[Problem]:
    """What no single value shows."""
    for index, place in enumerate(watch.places):
        where = f"{key}.places[{index}]"
        if place not in places:
            yield _problem(file, where, f"{place!r} has no record.", "Name the code of a record, as in US-MI.")
        elif watch.kind in _BILLS and not re.fullmatch(r"US(-[A-Z]{2})?", place):
            yield _problem(file, where, f"{place} has no legislature there.", "Name US or a state, as in US-MI.")
        elif place in (_NO_LEGISCAN if watch.kind is WatchKind.LEGISCAN else _NO_OPEN_STATES) and watch.kind in _BILLS:
            yield _problem(file, where, f"The service has no bills of {place}.", "Watch its pages instead.")
    for index, title in enumerate(watch.pending):
        if not any((place, title) in pending for place in watch.places):
            fix = "Write the title as in the record, or remove it if the step is over."
            yield _problem(file, f"{key}.pending[{index}]", f"No record has the pending step {title!r}.", fix)
    for name in _NEEDS[watch.kind]:
        if not getattr(watch, name):
            yield _problem(file, f"{key}.{name}", f"A watch of the kind {watch.kind} needs it.", "Add it.")
    for name in ("url", "query", "docket", "agencies", "cfr", "terms", "since"):
        if getattr(watch, name) and name not in _TAKES[watch.kind]:
            yield _problem(file, f"{key}.{name}", f"A watch of the kind {watch.kind} does not use it.", "Remove it.")
    if watch.kind is WatchKind.FEDERAL_REGISTER and not (watch.query or watch.docket or watch.cfr):
        message = "It would find every document of the Federal Register."
        yield _problem(file, key, message, "Add query, docket or cfr.")


def _session(raw: object, file: str, key: str, places: Collection[str]) -> tuple[Session | None, tuple[Problem, ...]]:
    try:
        written = _WrittenSession.model_validate(raw)
    except ValidationError as invalid:
        return None, tuple(_invalid(invalid, file, key))
    if written.place not in places:
        message = f"{written.place!r} has no record."
        return None, (_problem(file, f"{key}.place", message, "Name the code of a record, as in US-MI."),)
    return Session(written.place, written.name, written.ends, written.read_in), ()


def _one_each(watches: Iterable[Watch]) -> Iterator[Watch]:
    """A search of bills asks one legislature at a time: a watch of several places is one for each."""
    for watch in watches:
        if watch.kind in _BILLS and len(watch.places) > 1:
            for place in watch.places:
                yield replace(watch, key=f"{watch.key}-{place.lower()}", places=(place,))
        else:
            yield watch


def _invalid(invalid: ValidationError, file: str, key: str) -> Iterator[Problem]:
    for error in invalid.errors(include_url=False, include_context=True, include_input=False):
        inner = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
        if error["type"] == "extra_forbidden":
            message, fix = "There is no such key.", "docs/watch.md lists the keys."
        elif error["type"] == "missing":
            message, fix = "It is missing.", "Add it."
        elif error["type"] == "enum":
            message, fix = "There is no such kind.", f"Use one of {', '.join(WatchKind)}."
        else:
            message, fix = f"{error['msg'].rstrip('.')}.", "docs/watch.md says what belongs there."
        yield _problem(file, f"{key}{inner}", message, fix)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _problem(file: str, key: str, message: str, fix: str) -> Problem:
    return Problem(file=file, key=key, message=message, fix=fix)
