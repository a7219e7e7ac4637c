"""Which commands does a maintainer of the data work with? ``kratomlaw data diff | stale | coverage | quality | …``.

They end with 0 when all is done and nothing is left to do, with 1 when it is done and a person has something to do,
and with 2 when it could not be done.
"""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from ..errors import InvalidDataError, InvalidQueryError, KratomLawError
from ..law.dates import parse_on
from ..maintain.release.publish import DEFAULT_LIFETIME
from . import site, tables

if TYPE_CHECKING:
    from ..law.records import Record
    from ..maintain.review.links import Link, LinkResult

__all__ = ["coverage", "diff", "links", "quality", "register", "release", "stale"]

DataOption = Annotated[Path, typer.Option("--data", help="The data folder of a clone.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

_INTERRUPTED = 130
"""The exit code of a command that was interrupted, as shells have it."""


def register(data: typer.Typer) -> None:
    """Add the commands to ``kratomlaw data``."""
    data.command()(diff)
    data.command()(stale)
    data.command()(coverage)
    data.command()(quality)
    data.command()(links)
    data.command()(release)


def diff(
    before: Annotated[
        str, typer.Argument(help="The older state: a git revision, version, file, folder, SITE@VERSION or «bundled».")
    ] = "HEAD",
    after: Annotated[str, typer.Argument(help="The newer state; «worktree» is the data folder as it is.")] = "worktree",
    folder: DataOption = Path("data"),
    source: Annotated[Path | None, typer.Option(help="A source's folder in which versions are looked for.")] = None,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the comment for a pull request.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when the law changed.")] = False,
) -> None:
    """Tell what changed in law, as answers, and apart from it in evidence."""
    from ..maintain.release import news, revisions
    from ..maintain.release.diff import compare

    with _errors():
        old = revisions.load(before, data=folder, source=source)
        new = revisions.load(after, data=folder, source=source)
        found = compare(old.dataset, new.dataset).model_copy(update={"before": str(old), "after": str(new)})
        tell = news.as_json if as_json else news.as_markdown if markdown else news.as_text
        typer.echo(tell(found))
    raise typer.Exit(exit_code and bool(found.law or found.removed))


def stale(
    on: Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day; today by default.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many records to list at the most.")] = 20,
    at_least: Annotated[int, typer.Option(min=0, help="Only records with as many points.")] = 0,
    folder: DataOption = Path("data"),
    issue: Annotated[bool, typer.Option("--issue", help="Print the Markdown checklist of an issue.")] = False,
    as_json: JsonOption = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when there is something to read.")] = False,
) -> None:
    """List the records to read again, the oldest and most volatile first."""
    from ..maintain.review import queue as queues

    with _errors():
        today = parse_on(on, today=date.today())
        queued = queues.queue(_records(folder), today=today)
        wanted = [item for item in queued if item.score >= at_least]
        listed = wanted[:limit]
        if as_json:
            typer.echo(queues.as_json(listed))
        elif issue:
            typer.echo(queues.as_issue(listed, today=today, of=len(wanted)))
        else:
            typer.echo(queues.as_text(listed))
            if len(wanted) > len(listed):
                typer.echo(f"The first {len(listed)} of {len(wanted)}; --limit {len(wanted)} lists all.")
    raise typer.Exit(exit_code and bool(listed))


def coverage(
    on: Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day; today by default.")] = None,
    folder: DataOption = Path("data"),
    as_json: JsonOption = False,
) -> None:
    """Tell what is expected and missing, rests on secondary sources or contradicts itself; 1 if a record is missing."""
    from ..maintain.review import coverage as report

    with _errors():
        found = report.coverage(folder, on=parse_on(on, today=date.today()))
        typer.echo(report.as_json(found) if as_json else report.as_text(found))
    raise typer.Exit(bool(found.missing))


def quality(
    folder: DataOption = Path("data"),
    write: Annotated[bool, typer.Option("--write", help="Write data/QUALITY.md instead of printing it.")] = False,
) -> None:
    """Count how good the data is: evidence, age, second readings, what is in doubt."""
    from ..maintain.review import quality as report

    with _errors():
        text = report.quality(folder)
        if write:
            (folder / report.FILE).write_text(text, "utf-8", newline="\n")
        else:
            typer.echo(text)


def links(
    codes: Annotated[list[str] | None, typer.Argument(help="Only the links of these records, as in US-LA.")] = None,
    folder: DataOption = Path("data"),
    state: Annotated[
        Path | None, typer.Option(help="The file that results are kept in; in the user's cache folder by default.")
    ] = None,
    fresh_hours: Annotated[float, typer.Option(min=0, help="How old a kept result may be.")] = 24,
    pause: Annotated[float, typer.Option(min=0, help="Seconds between two requests to one host.")] = 2.0,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for an answer.")] = 20.0,
    contact: Annotated[str, typer.Option(help="Where hosts can reach you, in the User-Agent.")] = "",
    archive: Annotated[
        str, typer.Option(help="The base address of the Wayback availability service; empty for no copies.")
    ] = "https://archive.org",
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the Markdown of an issue.")] = False,
) -> None:
    """Check that the citations can still be read; interrupted, it goes on where it stopped."""
    from ..maintain.review import links as checker

    with _errors():
        everything = checker.cited_links(_records(folder))
        chosen = _chosen(everything, codes)
        suppressions = checker.read_suppressions(folder / "links.toml")
        with _link_bar(len(chosen)) as on_result:
            report = checker.check(
                chosen,
                state=state or _default_state(),
                fresh=timedelta(hours=fresh_hours),
                suppressions=suppressions,
                known=(link.url for link in everything),
                manners=checker.Manners(pause=pause, timeout=timeout, contact=contact, archive=archive or None),
                on_result=on_result,
            )
        tell = checker.as_json if as_json else checker.as_markdown if markdown else checker.as_text
        typer.echo(tell(report))
    raise typer.Exit(report.needs_work)


def release(
    out: Annotated[Path, typer.Argument(help="The folder of the source that the release is added to.")],
    version: Annotated[
        str | None, typer.Option(help="The version; that of dataset.toml, or today, by default.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="The release before; the newest that is known by default.")] = None,
    key: Annotated[Path | None, typer.Option(help="The private key to sign with.")] = None,
    days: Annotated[int, typer.Option(min=1, help="How long the manifest is to be trusted.")] = DEFAULT_LIFETIME.days,
    with_site: site.SiteOption = True,
    address: site.AddressOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compute and show everything, write nothing.")] = False,
    folder: DataOption = Path("data"),
    package: Annotated[Path, typer.Option(help="The folder of the package's dataset.")] = Path(
        "src/kratomlaw/data/_bundled"
    ),
    changelog: Annotated[Path, typer.Option(help="The changelog.")] = Path("CHANGELOG.md"),
) -> None:
    """Make a release of the data: validate, build, version, news, changelog, publish; all of it or nothing."""
    from ..maintain.release import release as releases
    from ..maintain.release.publish import read_key

    with _errors():
        if with_site:
            site.check(out)
        planned = releases.plan(
            releases.Paths(folder, package, changelog, out),
            now=datetime.now(UTC),
            version=version,
            since=since,
            key=read_key(key) if key else None,
            lifetime=timedelta(days=days),
            write_site=partial(site.write, address=address) if with_site else None,
            on_step=lambda name, told: typer.echo(f"{name:<10} {told}"),
        )
        if dry_run:
            typer.echo("\nIt would write:")
            below = {path for path in planned.files if path.parent != out and path.is_relative_to(out)}
            for path, content in planned.files.items():
                if path not in below:
                    typer.echo(f"  {path} ({len(content):,} bytes)")
            if below:
                typer.echo(f"  {len(below)} files in the folders of the site")
            typer.echo(f"\n{planned.news}")
        else:
            releases.carry_out(planned)
            typer.echo(f"{'write':<10} {len(planned.files)} files")
            typer.echo(f"Commit them, and tag the commit {planned.tag}.")


def _records(folder: Path) -> "tuple[Record, ...]":
    from ..maintain.release.revisions import WORKTREE, load

    dataset = load(WORKTREE, data=folder).dataset
    return tuple(record for code in sorted(dataset.codes()) if (record := dataset.record(code)))


def _chosen(everything: "tuple[Link, ...]", codes: list[str] | None) -> "tuple[Link, ...]":
    """The links of some records, or all of them."""
    if not codes:
        return everything
    unknown = set(codes) - {code for link in everything for code in link.cited_in}
    if unknown:
        raise InvalidQueryError(
            f"No record of {', '.join(sorted(unknown))} cites anything.", hint="Name codes, as in US-LA or TH."
        )
    return tuple(link for link in everything if set(link.cited_in) & set(codes))


def _default_state() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("kratomlaw") / "links.jsonl"


@contextmanager
def _link_bar(links: int) -> "Generator[Callable[[LinkResult, int, int], None], None, None]":
    """A bar on a terminal for links that were checked; nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("checking"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[host]}"),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("checking", total=links, host="")

        def advance(result: "LinkResult", done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, host=urlsplit(result.url).hostname or "")

        yield advance


@contextmanager
def _errors() -> Generator[None, None, None]:
    """Turn our errors into a message on standard error and an exit code."""
    try:
        yield
    except KratomLawError as error:
        if isinstance(error, InvalidDataError):
            for problem in error.problems:
                typer.echo(str(problem), err=True)
        tables.show_error(error)
        raise typer.Exit(2) from error
    except KeyboardInterrupt as interrupted:
        typer.echo("Interrupted. What was found is kept: the same command goes on from there.", err=True)
        raise typer.Exit(_INTERRUPTED) from interrupted
