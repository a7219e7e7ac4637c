"""How does the data become a release? Everything is checked and computed first, and written only then.

``plan`` reads and computes everything and writes nothing; ``carry_out`` writes what was planned. Whatever is wrong is
found in between, so that no release is ever half done.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from ...data.versions import is_data_version, version_key
from ...errors import DataError
from ...law.records import Record
from ...updates.manifest import dataset_name
from ..records.compile import compile_records, records_in_order, require_data
from ..records.files import move_there, put, write_beside
from ..records.folder import require_past_version
from ..review.quality import FILE as QUALITY
from ..review.quality import quality
from .diff import Diff, compare
from .news import NEWS_FOLDER, changelog_lines, release_news
from .publish import DEFAULT_LIFETIME, publish
from .revisions import TAG_PREFIX, Revision, data_tags, dataset_of, git, load
from .swap import replaced_in_one_step

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ...updates.manifest import Manifest

__all__ = ["Paths", "Plan", "carry_out", "next_version", "plan", "with_section"]

_NOTHING_WRITTEN = "Nothing was written."
_BEFORE_ALL = "0001.01.01"
"""The version of the empty dataset that a first release is compared with."""


class Paths(NamedTuple):
    """Where a release is made from, and where it goes."""

    data: Path = Path("data")
    """The data folder of a clone."""
    package: Path = Path("src/kratomlaw/data/_bundled")
    """The folder of the dataset in the package."""
    changelog: Path = Path("CHANGELOG.md")
    """The changelog; it has a section ``## Data``."""
    source: Path = Path("site")
    """The folder of the source that the release is added to."""


class Plan(NamedTuple):
    """A release that is ready to be written."""

    version: str
    """Its version."""
    diff: Diff
    """What changed since the release before."""
    news: str
    """Its news."""
    files: Mapping[Path, bytes]
    """What will be written, in this order."""
    source: Path
    """The folder of the source, which is replaced in one step."""

    @property
    def tag(self) -> str:
        """The git tag that publishes it."""
        return f"{TAG_PREFIX}{self.version}"


def plan(
    paths: Paths,
    *,
    now: datetime,
    version: str | None = None,
    since: str | None = None,
    key: "Ed25519PrivateKey | None" = None,
    lifetime: timedelta = DEFAULT_LIFETIME,
    adopt: bool = False,
    write_site: "Callable[[Path, Manifest], str] | None" = None,
    on_step: Callable[[str, str], None] = lambda name, found: None,
) -> Plan:
    """Compute a release; nothing is written.

    Args:
        paths: Where it is made from, and where it goes.
        now: The moment of the release; its day is the version where none is given.
        version: The version, ``YYYY.MM.DD[.N]``; None for that in ``dataset.toml`` if it is newer than the release
            before, else for the day.
        since: The release before, as ``revisions.load`` understands it; None for the newest that is tagged in the
            clone or held by the source.
        key: The private key to sign with; None for no signature.
        lifetime: How long the source's manifest is to be trusted.
        adopt: Whether older datasets are listed although the source's manifest is not signed with ``key``.
        write_site: Writes the web site of a source into its folder, beside the manifest that it is given, and says in
            a few words what it wrote; None for no site.
        on_step: Called after each step with its name and what it found.

    Returns:
        The release, ready to be written.

    Raises:
        InvalidDataError: Records break the rules; every problem is listed.
        DataError: There are changes that are not committed, or none since the release before; a record was removed;
            the version does not follow; the source holds other bytes under it. The step that failed is the one after
            the last that was reported.
    """
    _check_state(paths)
    on_step("state", "everything is committed")
    records = records_in_order(paths.data)
    on_step("validate", f"{len(records)} records in order")
    before = load(since, data=paths.data, source=paths.source) if since else _newest_release(paths)
    written = load("worktree", data=paths.data).dataset.version
    chosen = next_version(written, before.dataset.version if before else None, today=now.date(), wanted=version)
    on_step("version", f"{chosen}, {'confirmed' if chosen == written else f'raised from {written}'}")
    diff = _checked_diff(before, records, chosen)
    on_step("compare", f"with {before or 'nothing, it is the first'}: {_counts(diff, first=before is None)}")
    news = release_news(diff, first=before is None)
    news_file = paths.data / NEWS_FOLDER / f"{chosen}.md"
    on_step("news", f"{news_file}, {len(news.splitlines())} lines")
    files = {news_file: news.encode(), **_changelog(paths.changelog, diff, first=before is None)}
    on_step("changelog", "section added" if paths.changelog in files else "its section is there already, left as it is")
    dataset, manifest = compile_records(records, chosen)
    files |= {paths.package / "dataset.json": dataset, paths.package / "manifest.json": manifest}
    on_step("build", f"{len(dataset):,} bytes")
    numbered = _numbered(paths.data / "dataset.toml", chosen)
    files[paths.data / "dataset.toml"] = numbered
    with TemporaryDirectory() as scratch:
        data, source = Path(scratch, "data"), Path(scratch, "source", paths.source.resolve().name)
        shutil.copytree(paths.data, data)
        (data / "dataset.toml").write_bytes(numbered)
        if (paths.data / QUALITY).exists():  # it says of which version it is
            files[paths.data / QUALITY] = quality(data).encode()
        _copy_source(paths.source, source)
        published = publish(data, source, key=key, created=now, lifetime=lifetime, adopt=adopt)
        on_step("publish", f"{paths.source}, {'signed' if key else 'not signed'}")
        if write_site is not None:
            on_step("site", write_site(source, published))
        files |= {paths.source / name: (source / name).read_bytes() for name in _in_order(source)}
    changed = {path: content for path, content in files.items() if not _holds(path, content)}
    return Plan(chosen, diff, news, changed, paths.source)


def carry_out(planned: Plan, *, tidy: Callable[[Path], None] = lambda folder: None) -> None:
    """Write a release that was planned: the clone first, then the source, in one step.

    Args:
        planned: The release.
        tidy: Removes from the new folder of the source what no reader needs any more.

    Raises:
        DataError: A file cannot be written; what was there before is there again.
    """
    of_source = {path: content for path, content in planned.files.items() if path.is_relative_to(planned.source)}
    others = {path: content for path, content in planned.files.items() if path not in of_source}
    parts: dict[Path, Path] = {}
    replaced: dict[Path, bytes | None] = {}
    try:
        with replaced_in_one_step(planned.source) as folder:
            for path, content in of_source.items():
                there = folder / path.relative_to(planned.source)
                there.parent.mkdir(parents=True, exist_ok=True)
                move_there(write_beside(there, content), there)
            tidy(folder)
            for path, content in others.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                parts[path] = write_beside(path, content)
            for path, part in parts.items():
                replaced[path] = path.read_bytes() if path.exists() else None
                move_there(part, path)
    except BaseException as cause:  # Ctrl-C too: half a release is worse than none
        for path, original in replaced.items():
            if original is None:
                path.unlink(missing_ok=True)
            elif path.is_file():
                put(path, original)
        if not isinstance(cause, OSError):
            raise
        raise DataError(
            f"{cause.filename2 or cause.filename or 'A file'} cannot be written: {cause.strerror}.",
            hint="What was there before is there again.",
        ) from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def next_version(written: str, before: str | None, *, today: date, wanted: str | None = None) -> str:
    """Choose the version that a release gets.

    Args:
        written: The version in ``dataset.toml``.
        before: The version of the release before; None when there was none.
        today: The day of the release.
        wanted: The version that was asked for; None when none was.

    Returns:
        The version: the one asked for; else the one written, if it is newer than the release before; else the day,
        with a number when the day has a release already.

    Raises:
        DataError: The version is none, not newer than the release before, or of a day to come.

    Example:
        >>> from datetime import date
        >>> next_version("2026.11.23", "2026.11.23", today=date(2026, 12, 1))
        '2026.12.01'
        >>> next_version("2026.12.01", "2026.12.01", today=date(2026, 12, 1))
        '2026.12.01.1'
    """
    chosen = wanted or written
    if wanted is None and before is not None and version_key(written) <= version_key(before):
        chosen = f"{today:%Y.%m.%d}"
        if before.startswith(chosen):
            number = (*version_key(before), 0)[3]
            chosen = f"{chosen}.{number + 1}"
    if not is_data_version(chosen):
        raise DataError(
            f"{chosen!r} is not a data version.", hint=f"Write YYYY.MM.DD or YYYY.MM.DD.N. {_NOTHING_WRITTEN}"
        )
    if before is not None and version_key(chosen) <= version_key(before):
        raise DataError(
            f"Version {chosen} is not newer than the release before, {before}.",
            hint=f"Check the clock, or name a newer one with --version. {_NOTHING_WRITTEN}",
        )
    require_past_version(chosen, today=today)
    return chosen


def with_section(changelog: str, version: str, lines: tuple[str, ...]) -> str | None:
    """Put the section of a release into the changelog, before those of the releases before.

    Args:
        changelog: The changelog.
        version: The version of the data.
        lines: The lines of the section.

    Returns:
        The changelog with the section; None when it has one for that version already.

    Raises:
        DataError: It has no section for the data.

    Example:
        >>> print(with_section("## Data\\n\\n### 2026.11.23\\n- First.\\n", "2026.12.01", ("- Second.",)))
        ## Data
        <BLANKLINE>
        ### 2026.12.01
        - Second.
        <BLANKLINE>
        ### 2026.11.23
        - First.
        <BLANKLINE>
    """
    heading = re.search(r"^## Data[ \t]*\n+", changelog, re.MULTILINE)
    if heading is None:
        raise DataError("The changelog has no section `## Data`.", hint=f"Add that heading. {_NOTHING_WRITTEN}")
    if re.search(rf"^### \[?{re.escape(version)}\]?(?![.\d])", changelog[heading.end() :], re.MULTILINE):
        return None
    section = "\n".join((f"### {version}", *lines, "", ""))
    return changelog[: heading.end()] + section + changelog[heading.end() :]


def _check_state(paths: Paths) -> None:
    """Refuse what is not committed: a release has to be the state that everybody can see."""
    require_data(paths.data)
    data = paths.data.resolve()
    own = [str(path.resolve()) for path in (data, paths.package, paths.changelog)]
    changed = git("status", "--porcelain", "--", *own, folder=data).decode().splitlines()
    if changed:
        listed = ", ".join(line[3:] for line in changed[:5]) + (" …" if len(changed) > 5 else "")
        raise DataError(
            f"Not everything is committed: {listed}.",
            hint=f"Commit them or put them aside (git stash). {_NOTHING_WRITTEN}",
        )


def _newest_release(paths: Paths) -> Revision | None:
    """The newest release that is tagged in the clone or held by the source; None before the first."""
    tagged = dict.fromkeys(data_tags(paths.data), True)
    held = {path.name.removeprefix("dataset-").removesuffix(".json") for path in paths.source.glob("dataset-*.json")}
    versions = {version for version in {*tagged, *held} if is_data_version(version)}
    if not versions and git("rev-parse", "--is-shallow-repository", folder=paths.data).strip() == b"true":
        raise DataError(
            "The clone is shallow, so that the release before cannot be known.",
            hint=f"Fetch the rest: git fetch --unshallow --tags. {_NOTHING_WRITTEN}",
        )
    if not versions:
        return None
    newest = max(versions, key=version_key)
    where = f"git:{TAG_PREFIX}{newest}" if newest in tagged else str(paths.source / dataset_name(newest))
    return Revision(newest, load(where, data=paths.data).dataset)


def _checked_diff(before: Revision | None, records: Mapping[str, Record], version: str) -> Diff:
    diff = compare(before.dataset if before else dataset_of({}, _BEFORE_ALL), dataset_of(records, version))
    if diff.removed:
        codes = ", ".join(place.code for place in diff.removed)
        raise DataError(
            f"Records were removed: {codes}.",
            hint=f"Codes are never removed: keep the file and write retired = true. {_NOTHING_WRITTEN}",
        )
    if diff.is_empty:
        raise DataError(
            f"Nothing changed since {before or 'the beginning'}.",
            hint=f"To renew the source's manifest, publish the same version again: kratomlaw data publish. "
            f"{_NOTHING_WRITTEN}",
        )
    return diff


def _counts(diff: Diff, *, first: bool) -> str:
    if first:
        return f"records: {len(diff.added)}"
    return f"changes of law: {len(diff.law)}, of evidence: {len(diff.evidence)}, records added: {len(diff.added)}"


def _changelog(path: Path, diff: Diff, *, first: bool) -> dict[Path, bytes]:
    try:
        changelog = path.read_text("utf-8")
    except OSError as cause:
        raise DataError(f"{path} cannot be read: {cause.strerror}.", hint=_NOTHING_WRITTEN) from None
    changed = with_section(changelog, diff.after, changelog_lines(diff, first=first))
    return {} if changed is None else {path: changed.encode()}


def _numbered(path: Path, version: str) -> bytes:
    """``dataset.toml`` with another version; its comments stay."""
    import tomlkit

    document = tomlkit.parse(path.read_text("utf-8"))
    document["version"] = version
    return tomlkit.dumps(document).encode()  # pyright: ignore[reportUnknownMemberType]


def _copy_source(held: Path, copy: Path) -> None:
    """Copy what a source holds, with the manifest that lists it: ``publish`` compares the two."""
    copy.mkdir(parents=True)
    for file in (*held.glob("dataset-*.json"), *held.glob("manifest.json")):
        if file.is_file():
            shutil.copyfile(file, copy / file.name)


def _in_order(source: Path) -> list[str]:
    """The files of a source: first what others link to, then the start page, the manifest last."""
    names = [path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()]
    return sorted(names, key=lambda name: (name == "manifest.json", name == "index.html", name))


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
