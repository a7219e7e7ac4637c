"""How does a maintainer review records? ``kratomlaw data stale | links | coverage | compare | quality``."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from ...errors import InvalidQueryError
from ...law.dates import parse_on
from ..output import Form, note_left_out, reporting, say
from .options import DATA, DataOption, DayOption, JsonOption

if TYPE_CHECKING:
    from ...law.records import Record
    from ...maintain.review.links.model import CitedUrl, LinkResult

__all__ = ["compare", "coverage", "links", "quality", "stale"]


def stale(
    on: DayOption = None,
    limit: Annotated[int, typer.Option(min=1, help="How many records to list at most.")] = 20,
    asked: Annotated[
        Path | None,
        typer.Option(help="Counts of questions by code, as JSON; estimated by towns and ZIP codes by default."),
    ] = None,
    at_least: Annotated[int, typer.Option(min=0, help="Only records with at least so many points.")] = 0,
    folder: DataOption = DATA,
    issue: Annotated[bool, typer.Option("--issue", help="Print the Markdown checklist of an issue.")] = False,
    as_json: JsonOption = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when there is something to read.")] = False,
) -> None:
    """List the records to read again, the most urgent first.

    First comes what changes soon by the calendar, is asked about often and rests on old evidence, each with the
    reasons.
    """
    with reporting(as_json=as_json):
        from ...maintain.review import demand
        from ...maintain.review import queue as queues
        from ...maintain.watch.files import read_watch_files

        today = parse_on(on, today=date.today())
        records = _records(folder)
        codes = [record.code for record in records]
        sessions = read_watch_files(folder, places=codes).sessions
        counts = demand.read_counts(asked) if asked else demand.estimated(codes)
        queued = queues.queue(records, today=today, sessions=sessions, asked=counts)
        wanted = [item for item in queued if item.score >= at_least]
        listed = wanted[:limit]
        if as_json:
            say(queues.as_json(listed), form=Form.JSON)
        elif issue:
            say(queues.as_issue(listed, today=today, of=len(wanted)))
        else:
            say(queues.as_text(listed))
            if len(wanted) > len(listed):
                say(f"The first {len(listed)} of {len(wanted)}; --limit {len(wanted)} lists all.")
    raise typer.Exit(exit_code and bool(listed))


def coverage(
    on: DayOption = None,
    folder: DataOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """List records that are missing, weakly sourced or contradictory.

    Ends with exit code 1 if a record is missing.
    """
    with reporting(as_json=as_json):
        from ...maintain.review import coverage as report

        _records(folder)
        found = report.coverage(folder, on=parse_on(on, today=date.today()))
        text = report.as_json(found) if as_json else report.as_text(found)
        say(text, form=Form.JSON if as_json else Form.TEXT)
    raise typer.Exit(bool(found.missing))


def quality(
    folder: DataOption = DATA,
    write: Annotated[bool, typer.Option("--write", help="Write data/QUALITY.md instead of printing it.")] = False,
) -> None:
    """Count how good the data is, for data/QUALITY.md.

    Counts the evidence, its age, the second readings and what is in doubt.
    """
    with reporting():
        from ...maintain.review import quality as report

        _records(folder)
        text = report.quality(folder)
        if write:
            (folder / report.FILE).write_text(text, "utf-8", newline="\n")
        else:
            say(text)


def compare(
    files: Annotated[list[Path], typer.Argument(help="Second codings, each in the form of a record file.")],
    on: Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The day of the second coding.")],
    folder: DataOption = DATA,
) -> None:
    """Compare second codings with the records.

    Prints the entries for data/readings.toml, in which each difference still has to be settled.
    """
    with reporting():
        from ...maintain.records.compile import require_data
        from ...maintain.review.double_coding import compare_files

        require_data(folder)
        say(compare_files(files, data=folder, on=parse_on(on, today=date.today())), nl=False)


def links(
    codes: Annotated[list[str] | None, typer.Argument(help="Only the links of these records, as in US-LA.")] = None,
    folder: DataOption = DATA,
    journal: Annotated[
        Path | None,
        typer.Option("--state", help="The file that results are kept in; in the user's cache folder by default."),
    ] = None,
    fresh_hours: Annotated[float, typer.Option(min=0, help="How old a kept result may be.")] = 24,
    pause: Annotated[float, typer.Option(min=0, help="Seconds between two requests to one host.")] = 2.0,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for an answer.")] = 20.0,
    contact: Annotated[str, typer.Option(help="Where hosts can reach you; sent in the User-Agent.")] = "",
    archive: Annotated[
        str, typer.Option(help="The base address of the Wayback availability service; empty for no copies.")
    ] = "https://archive.org",
    private: Annotated[
        bool, typer.Option("--private", help="Also contact addresses of this machine and of private networks.")
    ] = False,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the Markdown of an issue.")] = False,
) -> None:
    """Check that the cited pages can still be read.

    Ends with exit code 1 if a page is gone. Interrupted, the same command continues where it stopped.
    """
    resume = "Interrupted. What was found is kept: the same command continues from there."
    with reporting(as_json=as_json, interrupted=resume):
        from ...maintain.review.links import checker, model, report, state

        everything = model.cited_urls(_records(folder))
        chosen = _chosen(everything, codes)
        suppressions = state.read_suppressions(folder / "links.toml")
        policy = checker.CrawlPolicy(
            pause=pause, timeout=timeout, contact=contact, archive=archive or None, private=private
        )
        with _link_bar(len(chosen)) as on_result:
            found = checker.check(
                chosen,
                journal=journal or _default_journal(),
                fresh=timedelta(hours=fresh_hours),
                suppressions=suppressions,
                known=(cited.url for cited in everything),
                policy=policy,
                on_result=on_result,
            )
        write = report.as_json if as_json else report.as_markdown if markdown else report.as_text
        say(write(found), form=Form.JSON if as_json else Form.TEXT)
    raise typer.Exit(found.needs_work)


def _records(folder: Path) -> "tuple[Record, ...]":
    """The records that can be read; those that cannot are named on standard error."""
    from ...maintain.records.compile import readable_records

    records, problems = readable_records(folder)
    note_left_out(problems)
    return tuple(records[code] for code in sorted(records))


def _chosen(everything: "tuple[CitedUrl, ...]", codes: list[str] | None) -> "tuple[CitedUrl, ...]":
    """The addresses that some records cite, or all of them."""
    if not codes:
        return everything
    unknown = set(codes) - {code for cited in everything for code in cited.cited_in}
    if unknown:
        raise InvalidQueryError(
            f"No record of {', '.join(sorted(unknown))} cites anything.", hint="Name codes, as in US-LA or TH."
        )
    return tuple(cited for cited in everything if set(cited.cited_in) & set(codes))


def _default_journal() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("kratomlaw") / "links.jsonl"


@contextmanager
def _link_bar(links: int) -> "Generator[Callable[[LinkResult, int, int], None], None, None]":
    """Show a bar on a terminal while links are checked; nothing elsewhere."""
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
