"""What is remembered between two runs? What each watch saw, in one file outside the repository.

One SQLite file: a run that is killed loses the watch that it was looking at, and nothing else. Leads are written before
what was seen is remembered, so that a lead may be written twice, which the inbox notices, and is never lost.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

from ...errors import DataError, InvalidQueryError

__all__ = ["State", "default_state"]

_TABLES = """
create table if not exists watches (key text primary key, memory text not null, looked_at text);
create table if not exists diffs (lead text primary key, diff text not null);
"""


def default_state() -> Path:
    """Where the state is kept when nothing else is said: in the user's folder for such files."""
    from platformdirs import user_state_path

    return user_state_path("kratomlaw") / "watch.sqlite3"


class State:
    """The memory of all watches. Use it in ``with``; no other run can open it meanwhile.

    Args:
        path: The file; it is made when it is not there.
        data: The data folder; the file may not lie in its repository.

    Raises:
        InvalidQueryError: The file would lie in the repository.
        DataError: It cannot be opened, is no such file, or another run uses it.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, State(Path(folder) / "watch.sqlite3") as state:
        ...     state.remember("us-mi", "{}", datetime(2026, 11, 30, 12))
        ...     state.memory("us-mi"), state.looked_at("us-mi").isoformat(), state.memory("us-oh")
        ('{}', '2026-11-30T12:00:00', None)
    """

    def __init__(self, path: Path, *, data: Path | None = None) -> None:
        if data is not None and path.resolve().is_relative_to(data.resolve().parent) and _is_clone(data):
            raise InvalidQueryError(
                f"{path} lies in the repository.", hint="Keep the state elsewhere: it holds the texts of others."
            )
        self._path = path
        with self._errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=1.0, isolation_level=None)
            # Takes the lock, and keeps it until the file is closed; a killed process loses nothing that was written.
            self._database.execute("pragma locking_mode = exclusive")
            self._database.execute("pragma journal_mode = wal")
            self._database.execute("pragma synchronous = normal")
            self._database.executescript(f"begin exclusive; {_TABLES} commit;")

    def __enter__(self) -> "State":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._database.close()

    def memory(self, key: str) -> str | None:
        """What a watch remembered; None when it never looked."""
        with self._errors():
            found = self._database.execute("select memory from watches where key = ?", (key,)).fetchone()
        return str(found[0]) if found else None

    def looked_at(self, key: str) -> datetime | None:
        """When a watch last looked to the end; None when it never did."""
        with self._errors():
            found = self._database.execute("select looked_at from watches where key = ?", (key,)).fetchone()
        return datetime.fromisoformat(found[0]) if found and found[0] else None

    def remember(self, key: str, memory: str, looked_at: datetime | None) -> None:
        """Keep what a watch saw.

        Args:
            key: The watch.
            memory: What it saw, as JSON.
            looked_at: The moment; None when something is left to look at.
        """
        moment = looked_at.isoformat() if looked_at else None
        with self._errors():
            self._database.execute("insert or replace into watches values (?, ?, ?)", (key, memory, moment))

    def keep_diff(self, lead: str, diff: str) -> None:
        """Keep the whole change of a page, of which the lead shows the beginning."""
        with self._errors():
            self._database.execute("insert or replace into diffs values (?, ?)", (lead, diff))

    def diff(self, lead: str) -> str:
        """The whole change that a lead is about; empty when it is not on this machine."""
        with self._errors():
            found = self._database.execute("select diff from diffs where lead = ?", (lead,)).fetchone()
        return str(found[0]) if found else ""

    @contextmanager
    def _errors(self) -> Generator[None, None, None]:
        try:
            yield
        except sqlite3.OperationalError as cause:
            hint = "Wait for the other run to end." if "locked" in str(cause) else "Name another file with --state."
            raise DataError(f"{self._path} cannot be used: {cause}.", hint=hint) from None
        except (sqlite3.DatabaseError, OSError) as cause:
            raise DataError(
                f"{self._path} cannot be used: {cause}.",
                hint="Remove it, or name another file with --state; then all watches look for the first time.",
            ) from None


def _is_clone(data: Path) -> bool:
    return (data.resolve().parent / ".git").exists()
