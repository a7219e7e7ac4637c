"""How are the records of another state of the data had? From git, a dataset file, a source, a folder or the package."""

import hashlib
import io
import shutil
import subprocess
import tarfile
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pydantic_core import from_json

from ...data.bundled import bundled
from ...data.dataset import Dataset, Origin
from ...data.validation import open_file, record_json
from ...data.versions import is_data_version, version_key
from ...errors import DataError, InvalidDataError
from ...law.records import Record
from ...law.words import Problem
from ...updates.manifest import dataset_name
from ..records.compile import compile_records, data_version, read_records, record_files

__all__ = ["BUNDLED", "TAG_PREFIX", "WORKTREE", "Revision", "data_tags", "dataset_of", "git", "load"]

WORKTREE = "worktree"
"""The name of the data folder as it lies on the disk."""
BUNDLED = "bundled"
"""The name of the dataset in the package."""
TAG_PREFIX = "data-"
"""What the git tag of a data release begins with; its version follows."""
_WAYS = (
    f"Name a git revision, a version, a dataset file, a data folder, a source folder (SITE or SITE@VERSION), "
    f"«{WORKTREE}» or «{BUNDLED}»."
)


class Revision(NamedTuple):
    """One state of the data, and how it was asked for."""

    name: str
    """How it was asked for, as in ``HEAD~1``."""
    dataset: Dataset
    """Its records."""

    def __str__(self) -> str:
        return self.dataset.version if self.name == self.dataset.version else f"{self.dataset.version} ({self.name})"


def load(name: str, *, data: Path, source: Path | None = None) -> Revision:
    """Read one state of the data.

    Rules of the codebook that an older record does not keep yet are passed over; its form has to be right.

    Args:
        name: A git revision (``HEAD~1``, ``main``, ``git:main``), a version (``2026.11.23``: from ``source``, the
            package or the tag ``data-2026.11.23``), a dataset file, a data folder, a source folder with or without
            a version (``site@2026.11.23``), ``worktree`` or ``bundled``.
        data: The data folder of the clone.
        source: A folder that ``publish`` wrote, in which versions are looked for.

    Returns:
        The records, and the name.

    Raises:
        DataError: There is no such state, or it cannot be read.
        InvalidDataError: Records have not the form of a record; every problem is listed.

    Example:
        >>> load("bundled", data=Path("data")).dataset.record("US-LA").name
        'Louisiana'
    """
    if name == WORKTREE:
        return Revision(name, _of_folder(data, name))
    if name == BUNDLED:
        return Revision(name, bundled())
    if is_data_version(name):
        return Revision(name, _of_version(name, data, source))
    if name.startswith("git:"):
        return Revision(name, _of_git(name.removeprefix("git:"), data))
    folder, at, version = name.rpartition("@")
    if at and (Path(folder) / "manifest.json").is_file():
        return Revision(name, open_file(Path(folder) / dataset_name(version)))
    path = Path(name)
    if not path.exists():
        return Revision(name, _of_git(name, data))
    # A bare word may be both a path and a branch; choosing would be a guess.
    if path.name == name and _commit(name, data):
        raise DataError(
            f"{name!r} is a path and a git revision.",
            hint=f"Say which: «./{name}» is the path, «git:{name}» the other.",
        )
    return Revision(name, _of_path(path))


def dataset_of(records: Mapping[str, Record], version: str) -> Dataset:
    """Make a dataset of records in memory.

    Args:
        records: The records by code.
        version: The version of the data, ``YYYY.MM.DD[.N]``.

    Returns:
        The dataset.

    Raises:
        DataError: The version is not of that form.

    Example:
        >>> dataset_of({}, "2026.11.23").built_on
        datetime.date(2026, 11, 23)
    """
    try:
        content, _ = compile_records(records, version)
    except ValueError as cause:
        raise DataError(f"{version!r} is not a data version.", hint="Write YYYY.MM.DD or YYYY.MM.DD.N.") from cause
    lines = {code: record_json(record) for code, record in records.items()}
    sha256 = hashlib.sha256(content).hexdigest()
    built_on = date(*version_key(version)[:3])
    return Dataset(version=version, built_on=built_on, origin=Origin.FILE, sha256=sha256, lines=lines)


def git(*arguments: str, folder: Path) -> bytes:
    """Run one git command.

    Args:
        arguments: The command and its arguments.
        folder: The folder to run it in.

    Returns:
        What it printed.

    Raises:
        DataError: git is not installed, or refused.
    """
    program = shutil.which("git")
    if program is None:
        raise DataError("git is not installed.", hint="Install it, or compare files and folders instead.")
    try:
        # No shell is between: the arguments reach git as they are, and ours never begin with what a caller gave.
        done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, check=True)  # noqa: S603
    except subprocess.CalledProcessError as cause:
        said = bytes(cause.stderr).decode(errors="replace").strip().splitlines()
        raise DataError(
            f"git {arguments[0]} failed: {said[-1] if said else cause.returncode}.",
            hint="Run it in a clone of the repository.",
        ) from cause
    except OSError as cause:
        raise DataError(f"{folder} cannot be entered: {cause.strerror}.", hint="Name the data folder.") from cause
    return done.stdout


def data_tags(data: Path) -> tuple[str, ...]:
    """The versions of the data that are tagged in the clone, the newest first.

    Args:
        data: The data folder of the clone.

    Raises:
        DataError: It is not in a clone.
    """
    tags = git("tag", "--list", f"{TAG_PREFIX}*", "--merged", "HEAD", folder=data).decode().split()
    versions = (tag.removeprefix(TAG_PREFIX) for tag in tags)
    known = (version for version in versions if is_data_version(version))
    return tuple(sorted(known, key=version_key, reverse=True))


def _of_version(version: str, data: Path, source: Path | None) -> Dataset:
    if source is not None and (source / dataset_name(version)).is_file():
        return open_file(source / dataset_name(version))
    packed = bundled()
    if packed.version == version:
        return packed
    if _commit(TAG_PREFIX + version, data):
        return _of_git(TAG_PREFIX + version, data)
    raise DataError(
        f"Version {version} is not at hand: not in the package, not tagged{', not in the source' if source else ''}.",
        hint="Name the folder of a source that holds it with --source.",
    )


def _of_path(path: Path) -> Dataset:
    if path.is_file():
        return open_file(path)
    if (path / "manifest.json").is_file():
        try:
            version = str(from_json((path / "manifest.json").read_bytes())["version"])
        except (OSError, ValueError, KeyError, TypeError) as cause:
            raise DataError(f"{path} is not a source: its manifest cannot be read.", hint=_WAYS) from cause
        return open_file(path / dataset_name(version))
    return _of_folder(path, str(path))


def _of_folder(data: Path, name: str) -> Dataset:
    try:
        version = data_version(data)
    except (OSError, ValueError, KeyError, tomllib.TOMLDecodeError) as cause:
        raise DataError(
            f"{name}: the version in dataset.toml cannot be read.", hint="Name a data folder, or mend that file."
        ) from cause
    files = record_files(data)
    records, problems = read_records(files, data)
    if len(records) != len(files):
        raise InvalidDataError(
            f"{name}: {len(files) - len(records)} of {len(files)} records cannot be read; the first problem: "
            f"{problems[0]}",
            problems=tuple(Problem(file=p.file, key=p.key, message=p.message, fix=p.fix) for p in problems),
            hint="See all of them: kratomlaw data validate",
        )
    return dataset_of(records, version)


def _of_git(revision: str, data: Path) -> Dataset:
    commit = _commit(revision, data)
    if commit is None:
        raise DataError(f"There is no {revision!r}.", hint=_WAYS)
    prefix = git("rev-parse", "--show-prefix", folder=data).decode().strip()
    root = Path(git("rev-parse", "--show-toplevel", folder=data).decode().strip())
    archive = git("archive", "--format=tar", f"{commit}:{prefix.rstrip('/')}", folder=root)
    with TemporaryDirectory() as scratch, tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = [member for member in tar.getmembers() if member.isfile() and member.name.endswith(".toml")]
        tar.extractall(scratch, members=members, filter="data")
        return _of_folder(Path(scratch), revision)


def _commit(revision: str, data: Path) -> str | None:
    """The hash of a revision; None when there is none, or no clone."""
    if not data.is_dir():
        return None
    try:
        found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", folder=data)
    except DataError:  # what the caller makes of it depends on what else the name may mean
        return None
    return found.decode().strip()
