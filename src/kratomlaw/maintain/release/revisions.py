"""Where do the records of another state of the data come from? Git, a file, a source, a folder or the package."""

import hashlib
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic_core import from_json

from ...data.bundled import bundled
from ...data.dataset import Dataset, Origin
from ...data.validation import open_file, record_json
from ...data.versions import is_data_version, version_key
from ...errors import DataError, InvalidDataError, InvalidQueryError
from ...law.records import Record
from ...law.words import Problem
from ...updates.manifest import dataset_name
from ..records.compile import (
    check_texts,
    compile_records,
    data_version,
    path_of,
    record_files,
    require_data,
    version_day,
    without_unreadable,
)

__all__ = [
    "BUNDLED",
    "TAG_PREFIX",
    "WORKTREE",
    "Revision",
    "data_tags",
    "dataset_of",
    "git",
    "left_out_files",
    "load",
    "without_left_out",
]

WORKTREE = "worktree"
"""The name of the data folder as it is on the disk."""
BUNDLED = "bundled"
"""The name of the dataset in the package."""
TAG_PREFIX = "data-"
"""What the git tag of a data release begins with; its version follows."""
_WAYS = (
    "Name a git revision, a version, a dataset file, a data folder, a source folder (SITE or SITE@VERSION), "
    f"`{WORKTREE}` or `{BUNDLED}`."
)
_FILE_MODES = ("100644", "100755")
"""What git calls an ordinary file; a link is 120000."""


class Revision(NamedTuple):
    """One state of the data, and how it was asked for."""

    name: str
    """How it was asked for, as in ``HEAD~1``."""
    dataset: Dataset
    """Its records."""
    left_out: tuple[Problem, ...] = ()
    """The first problem of each record file that cannot be read; the dataset lacks these records."""

    def __str__(self) -> str:
        return self.dataset.version if self.name == self.dataset.version else f"{self.dataset.version} ({self.name})"


def load(name: str, *, data: Path, source: Path | None = None, partial: bool = False) -> Revision:
    """Read one state of the data.

    Rules of the codebook that an older record does not keep yet do not matter here; its form has to be right.

    Args:
        name: A git revision (``HEAD~1``, ``main``, ``git:main``), a version (``2026.11.23``: from ``source``, the
            package or the tag ``data-2026.11.23``), a dataset file, a data folder, a source folder with or without
            a version (``site@2026.11.23``), ``worktree`` or ``bundled``.
        data: The data folder of the clone.
        source: A folder that ``publish`` wrote, in which versions are looked for.
        partial: Whether records whose form is wrong are left out, instead of being an error.

    Returns:
        The records, and the name.

    Raises:
        InvalidQueryError: There is no such state, or the name may mean two.
        DataError: It cannot be read.
        InvalidDataError: The form of records is wrong; every problem is listed.

    Example:
        >>> load("bundled", data=Path("data")).dataset.record("US-LA").name
        'Louisiana'
    """
    if name == WORKTREE:
        return _of_folder(data, name, partial=partial)
    if name == BUNDLED:
        return Revision(name, bundled())
    if is_data_version(name):
        return _of_version(name, data, source, partial=partial)
    if name.startswith("git:"):
        return _of_git(name.removeprefix("git:"), data, partial=partial)._replace(name=name)
    folder, at, version = name.rpartition("@")
    if at and is_data_version(version) and (Path(folder) / "manifest.json").is_file():
        return Revision(name, open_file(Path(folder) / dataset_name(version)))
    path = Path(name)
    if not path.exists():
        return _of_git(name, data, partial=partial)
    # A bare word may be both a path and a branch; choosing would be a guess.
    if path.name == name and _commit(name, data):
        raise InvalidQueryError(
            f"{name!r} is a path and a git revision.",
            hint=f"Write ./{name} for the path, git:{name} for the revision.",
        )
    return _of_path(path, partial=partial)._replace(name=name)


def without_left_out(*revisions: Revision) -> tuple[Dataset, ...]:
    """The datasets of several states, without the records that one of them left out: they cannot be compared.

    Args:
        revisions: The states.

    Returns:
        Their datasets, in the same order.
    """
    hidden = set(left_out_files(*revisions))
    if not hidden:
        return tuple(revision.dataset for revision in revisions)
    shown: list[Dataset] = []
    for revision in revisions:
        known = revision.dataset
        records = {code: record for code in known.codes() if (record := known.record(code)) is not None}
        kept = {code: record for code, record in records.items() if path_of(code) not in hidden}
        shown.append(dataset_of(kept, known.version))
    return tuple(shown)


def left_out_files(*revisions: Revision) -> tuple[str, ...]:
    """The paths of the records that at least one of several states left out, relative to the data folder."""
    return tuple(sorted({problem.file for revision in revisions for problem in revision.left_out}))


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
    except ValueError:
        raise DataError(f"{version!r} is not a data version.", hint="Write YYYY.MM.DD or YYYY.MM.DD.N.") from None
    return _dataset_of(content, records, version)


def git(*arguments: str, folder: Path, given: bytes = b"") -> bytes:
    """Run one git command.

    Args:
        arguments: The command and its arguments.
        folder: The folder to run it in.
        given: What it reads on its standard input.

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
        done = subprocess.run([program, *arguments], cwd=folder, input=given, capture_output=True, check=True)  # noqa: S603
    except subprocess.CalledProcessError as cause:
        said = bytes(cause.stderr).decode(errors="replace").strip().splitlines()
        raise DataError(
            f"git {arguments[0]} failed: {said[-1] if said else cause.returncode}.",
            hint="Run it in a clone of the repository.",
        ) from None
    except OSError as cause:
        raise DataError(f"{folder} cannot be entered: {cause.strerror}.", hint="Name the data folder.") from None
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


def _of_version(version: str, data: Path, source: Path | None, *, partial: bool) -> Revision:
    if source is not None and (source / dataset_name(version)).is_file():
        return Revision(version, open_file(source / dataset_name(version)))
    packed = bundled()
    if packed.version == version:
        return Revision(version, packed)
    if _commit(TAG_PREFIX + version, data):
        return _of_git(TAG_PREFIX + version, data, partial=partial)._replace(name=version)
    places = f"the package, the tags{' and the source' if source else ''}"
    raise InvalidQueryError(
        f"Version {version} is in none of these: {places}.",
        hint="Name the folder of a source that holds it with --source.",
    )


def _of_path(path: Path, *, partial: bool) -> Revision:
    if path.is_file():
        return Revision(str(path), open_file(path))
    if (path / "manifest.json").is_file():
        try:
            version = str(from_json((path / "manifest.json").read_bytes())["version"])
        except (OSError, ValueError, KeyError, TypeError):
            raise DataError(f"{path} is not a source: its manifest cannot be read.", hint=_WAYS) from None
        if not is_data_version(version):
            raise DataError(f"{path} is not a source: its manifest names no version.", hint=_WAYS)
        return Revision(str(path), open_file(path / dataset_name(version)))
    return _of_folder(path, str(path), partial=partial)


def _of_folder(data: Path, name: str, *, partial: bool) -> Revision:
    version = data_version(data)
    texts = {file.relative_to(data).as_posix(): file.read_bytes() for file in record_files(data)}
    return _of_texts(texts, name, version, (), partial=partial)


def _of_git(revision: str, data: Path, *, partial: bool) -> Revision:
    """Read a state from git's own objects.

    Not ``git archive``: it obeys ``.gitattributes``, by which a proposal could leave a record out of its comparison.
    """
    commit = _commit(revision, data)
    if commit is None:
        require_data(data)
        raise InvalidQueryError(f"There is no {revision!r}.", hint=_WAYS)
    prefix = git("rev-parse", "--show-prefix", folder=data).decode().strip().rstrip("/")
    listed = git("ls-tree", "-r", "-z", "--full-tree", f"{commit}:{prefix}", folder=data).decode(errors="replace")
    objects: dict[str, str] = {}
    odd: list[Problem] = []
    for entry in filter(None, listed.split("\0")):
        head, _, path = entry.partition("\t")
        mode, _, name = head.split()
        if mode not in _FILE_MODES:
            message, fix = "It is a link, not a file.", "Put the file itself there."
            odd.append(Problem(file=path, key="", message=message, fix=fix, rule="no-links"))
        elif path == "dataset.toml" or _is_record(path):
            objects[path] = name
    texts = _blobs(objects, data)
    try:
        version = str(tomllib.loads(texts.pop("dataset.toml").decode())["version"])
        version_day(version)
    except (ValueError, KeyError):
        raise DataError(
            f"{revision}: the version in its dataset.toml cannot be read.", hint="Name a revision with the data."
        ) from None
    return _of_texts(texts, revision, version, tuple(odd), partial=partial)


def _is_record(path: str) -> bool:
    folder, inside, _ = path.partition("/")
    return bool(inside) and folder not in ("places", "schema") and path.endswith(".toml")


def _blobs(objects: Mapping[str, str], data: Path) -> dict[str, bytes]:
    """The contents of files by their paths, read in one go."""
    wanted = "".join(f"{name}\n" for name in objects.values()).encode()
    printed = git("cat-file", "--batch", folder=data, given=wanted)
    found: dict[str, bytes] = {}
    at = 0
    for path in objects:
        # Of each object: "<name> blob <size>", its bytes, and a line end.
        end = printed.index(b"\n", at)
        size = int(printed[at:end].split()[2])
        found[path] = printed[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def _of_texts(
    texts: Mapping[str, bytes], name: str, version: str, odd: tuple[Problem, ...], *, partial: bool
) -> Revision:
    records, problems = check_texts(texts)
    _, left_out = without_unreadable(records, (*odd, *problems))
    if left_out and not partial:
        raise InvalidDataError(
            f"{name}: {len(left_out)} of {len(texts)} records cannot be read; the first problem: {left_out[0]}",
            problems=problems,
            hint="See all of them: kratomlaw data validate",
        )
    return Revision(name, dataset_of(records, version), left_out)


def _dataset_of(content: bytes, records: Mapping[str, Record], version: str) -> Dataset:
    lines = {code: record_json(record) for code, record in records.items()}
    sha256 = hashlib.sha256(content).hexdigest()
    return Dataset(version=version, built_on=version_day(version), origin=Origin.FILE, sha256=sha256, lines=lines)


def _commit(revision: str, data: Path) -> str | None:
    """The hash of a revision; None when there is none, or no clone."""
    if not data.is_dir():
        return None
    try:
        found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", folder=data)
    except DataError:  # what the caller makes of it depends on what else the name may mean
        return None
    return found.decode().strip()
