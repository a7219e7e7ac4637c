"""How does a maintainer hear of changes? ``kratomlaw data watch | inbox | calendar``."""

import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import InvalidQueryError
from ...law.dates import parse_on
from ..output import Form, note_left_out, reporting, say
from .options import DATA, DataOption, DayOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...law.records import Record
    from ...maintain.watch.files import WatchFiles
    from ...maintain.watch.leads import Inbox
    from ...maintain.watch.model import Watch

__all__ = ["calendar", "inbox", "watch"]

StateOption = Annotated[
    Path | None,
    typer.Option("--state", help="The file that keeps what was seen; in the user's state folder by default."),
]
InboxOption = Annotated[
    Path | None, typer.Option("--inbox", help="The folder of the leads; inbox in the data folder by default.")
]
KeyArgument = Annotated[str, typer.Argument(help="The name of the lead.")]


def watch(
    keys: Annotated[list[str] | None, typer.Argument(help="Only these watches; all that are due by default.")] = None,
    folder: DataOption = DATA,
    state: StateOption = None,
    leads: InboxOption = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only list the watches, and what nobody watches.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also look where was looked a short while ago.")] = False,
    budget: Annotated[int, typer.Option(min=1, help="How many requests to send at most.")] = 2000,
    pause: Annotated[float, typer.Option(min=0, help="Seconds between two requests to one host.")] = 2.0,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for an answer.")] = 20.0,
    contact: Annotated[str, typer.Option(help="Where hosts can reach you; sent in the User-Agent.")] = "",
    private: Annotated[
        bool, typer.Option("--private", help="Also contact addresses of this machine and of private networks.")
    ] = False,
    as_json: JsonOption = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when there is a new lead.")] = False,
) -> None:
    """Look for changes of law: bills, registers, feeds and cited pages.

    Each thing found becomes a lead in the inbox. The keys of LegiScan and Open States come from LEGISCAN_API_KEY and
    OPENSTATES_API_KEY. Interrupted, the same command continues where it stopped.
    """
    resume = "Interrupted. What was seen is kept: the same command continues from there."
    with reporting(as_json=as_json, interrupted=resume):
        from ...maintain.watch import report
        from ...maintain.watch.fetching import CrawlPolicy
        from ...maintain.watch.plan import unwatched
        from ...maintain.watch.run import run
        from ...maintain.watch.services import PAUSES, services_from
        from ...maintain.watch.state import State, default_state

        records = _records(folder)
        files, watches = _watches(folder, records)
        if plan:
            missing = unwatched(records.values(), watches)
            if as_json:
                content = {"watches": watches, "not_watched": missing, "problems": files.problems}
                say(json.dumps(report.to_plain(content), ensure_ascii=False, indent=2), form=Form.JSON)
            else:
                say(report.plan_as_text(len(watches), len(files.watches), missing, files.problems))
            raise typer.Exit(bool(files.problems))
        chosen = _chosen(watches, keys)
        policy = CrawlPolicy(
            pause=pause, pauses=PAUSES, timeout=timeout, budget=budget, contact=contact, private=private
        )
        with State(state or default_state(), data=folder) as memory, _bar(len(chosen)) as on_looked:
            found = run(
                chosen,
                records=records,
                data=folder,
                inbox=_inbox(folder, leads),
                state=memory,
                services=services_from(os.environ),
                policy=policy,
                everything=everything or bool(keys),
                on_looked=on_looked,
            )
        if as_json:
            say(json.dumps(report.to_plain(found), ensure_ascii=False, indent=2), form=Form.JSON)
        else:
            for problem in files.problems:
                say(problem)
            say(report.report_as_text(found))
    raise typer.Exit(exit_code and bool(found.new))


inbox: typer.Typer = typer.Typer(add_completion=False, no_args_is_help=False)


@inbox.callback(invoke_without_command=True)
def list_leads(
    context: typer.Context,
    folder: DataOption = DATA,
    leads: InboxOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Also list leads that are dismissed or settled.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what watches found and nobody has dealt with yet."""
    context.obj = (folder, leads)
    if context.invoked_subcommand:
        return
    with reporting(as_json=as_json):
        from ...maintain.watch import report

        box = _inbox(folder, leads)
        note_left_out(box.problems)
        listed = [lead for lead in box.leads if everything or lead.is_active]
        if as_json:
            say(json.dumps(report.to_plain(listed), ensure_ascii=False, indent=2), form=Form.JSON)
        else:
            say(report.leads_as_text(listed))


@inbox.command()
def show(context: typer.Context, key: KeyArgument, state: StateOption = None) -> None:
    """Show all of one lead, with the change in words."""
    with reporting():
        from ...maintain.watch import report
        from ...maintain.watch.state import State, default_state

        box = _inbox(*context.obj)
        lead = box.get(key)
        path = state or default_state()
        diff = ""
        if path.exists():
            with State(path) as memory:
                diff = memory.diff(key)
        say(report.lead_as_text(lead, diff=diff))
        patch = box.file(key, "patch")
        if patch.exists() and lead.is_active:
            say(f"\n{patch.read_text('utf-8')}", nl=False)


@inbox.command()
def take(context: typer.Context, key: KeyArgument) -> None:
    """Note that you work on a lead, and say how to start."""
    with reporting():
        from ...maintain.watch import report

        say(report.lead_as_text(_inbox(*context.obj).take(key)))


@inbox.command()
def dismiss(
    context: typer.Context,
    key: KeyArgument,
    because: Annotated[str, typer.Option("--because", help="Why nothing has to be changed.")],
) -> None:
    """Note that a lead needs no change; it does not come back."""
    with reporting():
        lead = _inbox(*context.obj).dismiss(key, because)
        say(f"{lead.key}: dismissed because: {lead.reason}")


@inbox.command()
def settle(
    context: typer.Context,
    keys: Annotated[
        list[str] | None, typer.Argument(help="The leads; those of records checked since by default.")
    ] = None,
) -> None:
    """Note that nothing is left to do about leads."""
    with reporting():
        folder, leads = context.obj
        box = _inbox(folder, leads)
        settled = [box.settle(key) for key in keys] if keys else box.settle_checked(_records(folder).values())
        for lead in settled:
            say(f"{lead.key}: settled")


@inbox.command()
def issues(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What gh issue list --state all --json number,state,body wrote.")],
) -> None:
    """Say as JSON lines which issues of a repository to open and to close.

    Leads whose issue somebody closed are dismissed.
    """
    with reporting():
        from ...maintain.watch.issues import actions, as_json_lines, dismissed_by_people, read_issues

        box = _inbox(*context.obj)
        existing = read_issues(file.read_text("utf-8"))
        for lead, number in dismissed_by_people(box.leads, existing):
            box.dismiss(lead.key, f"its issue #{number} was closed")
        text = as_json_lines(actions(box.leads, existing))
        if text:
            say(text, form=Form.JSON)


def calendar(
    on: DayOption = None,
    days: Annotated[int, typer.Option(min=1, help="For how many days.")] = 365,
    folder: DataOption = DATA,
    ics: Annotated[Path | None, typer.Option(help="Write an iCalendar file too.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List what is due, day by day.

    Laws that begin or end, temporary orders and pending steps that lapse, sessions that end, records that grow old.
    """
    with reporting(as_json=as_json):
        from ...maintain.review import calendar as dues

        today = parse_on(on, today=date.today())
        records = _records(folder)
        files, _ = _watches(folder, records)
        found = dues.due(records.values(), today=today, sessions=files.sessions, days=days)
        if ics:
            ics.write_bytes(dues.as_icalendar(found, made_at=datetime.combine(today, time(), UTC)))
        say(dues.as_json(found) if as_json else dues.as_text(found), form=Form.JSON if as_json else Form.TEXT)


def _records(folder: Path) -> "Mapping[str, Record]":
    """The records that can be read, by code."""
    from ...maintain.records.compile import readable_records

    records, problems = readable_records(folder)
    note_left_out(problems)
    return records


def _watches(folder: Path, records: "Mapping[str, Record]") -> "tuple[WatchFiles, tuple[Watch, ...]]":
    """What is written in data/watch, and all watches with those that follow from the records."""
    from ...maintain.watch.files import read_watch_files
    from ...maintain.watch.plan import by_key, page_watches

    pending = [(code, step.title) for code, record in records.items() for step in record.pending]
    files = read_watch_files(folder, places=records.keys(), pending=pending)
    return files, tuple(by_key([*files.watches, *page_watches(records.values())]).values())


def _chosen(watches: "tuple[Watch, ...]", keys: list[str] | None) -> "tuple[Watch, ...]":
    if not keys:
        return watches
    unknown = set(keys) - {watch.key for watch in watches}
    if unknown:
        raise InvalidQueryError(
            f"There is no watch {', '.join(sorted(unknown))}.", hint="kratomlaw data watch --plan --json lists them."
        )
    return tuple(watch for watch in watches if watch.key in keys)


def _inbox(folder: Path, leads: Path | None) -> "Inbox":
    from ...maintain.records.compile import require_data
    from ...maintain.watch.leads import FOLDER, Inbox

    if leads is None:
        require_data(folder)
    return Inbox(leads or folder / FOLDER)


@contextmanager
def _bar(watches: int) -> "Generator[Callable[[Watch, int, int], None], None, None]":
    """Show a bar on a terminal while watches look; nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("watching"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[key]}"),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("watching", total=watches, key="")

        def advance(looked: "Watch", done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, key=looked.key)

        yield advance
