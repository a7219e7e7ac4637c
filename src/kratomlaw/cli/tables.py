"""How do lists, timelines and facts about the data look on a screen? Tables; colour only on a terminal."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

import kratomlaw

__all__ = ["progress_bar", "show_changes", "show_info", "show_list", "show_report", "show_timeline"]

_STYLES = {
    "legal": "green",
    "allowed": "green",
    "restricted": "yellow",
    "banned": "bold red",
    "prohibited": "red",
    "unknown": "magenta",
}
_WIDTH_OF_FILES = 160
"""Columns when the output is not a terminal, so that a table in a file or pipe is not cut."""


def _console() -> Console:
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDTH_OF_FILES, highlight=False)


def _word(word: str) -> Text:
    return Text(word, style=_STYLES.get(word, ""))


def _with_age(law: kratomlaw.LegalPosition, standing: kratomlaw.Standing | None = None) -> Text:
    reported = " (reported)" if standing is kratomlaw.Standing.REPORTED else ""
    return _word(law.status).append(reported).append(f" {law.buyer_age}+" if law.buyer_age else "")


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def show_list(answers: Sequence[kratomlaw.Answer]) -> None:
    """Print one line for each place."""
    table = _table("code", "place", "level", "status", "sale", "possession", "since", "confidence")
    for answer in answers:
        table.add_row(
            answer.jurisdiction.code,
            answer.jurisdiction.name,
            answer.matched_level,
            _with_age(answer, answer.standing),
            _word(answer.sale),
            _word(answer.possession),
            str(answer.since or ""),
            answer.confidence or "",
        )
    console = _console()
    console.print(table)
    reported = sum(answer.is_reported for answer in answers)
    apart = f", of {reported} of which the law is reported, not proven" if reported else ""
    console.print(Text(f"{len(answers)} places{apart}. {kratomlaw.DISCLAIMER}", style="dim italic"))


def show_timeline(
    place: kratomlaw.Jurisdiction,
    product: kratomlaw.Product,
    periods: Sequence[kratomlaw.EffectivePeriod],
) -> None:
    """Print the effective periods of a place."""
    table = _table("from", "until", "status", "sale", "possession", "what")
    neighbours = zip((None, *periods), periods, (*periods[1:], None), strict=False)
    for before, period, after in neighbours:
        during = period.certainty is kratomlaw.Certainty.APPROXIMATE and period.since == period.until
        if during and any(near and near.law == period.law for near in (before, after)):
            continue  # "1979" in the rows around it says the same
        table.add_row(
            f"during {period.since}" if during else str(period.since or f"before {period.first_day}"),
            "" if during else str(period.until or ""),
            _with_age(period, period.standing),
            _word(period.sale),
            _word(period.possession),
            f"{period.decided_by.code if period.decided_by else period.reason}: {period.summary}",
        )
    console = _console()
    console.print(Text(f"{place}, {product}", style="bold"))
    console.print(table if periods else Text("No recorded law reaches this place.", style="magenta"))
    console.print(Text(kratomlaw.DISCLAIMER, style="dim italic"))


def show_changes(found: Sequence[kratomlaw.Change]) -> None:
    """Print changes of law, oldest first."""
    table = _table("on", "place", "before", "after", "what")
    for change in found:
        table.add_row(
            str(change.on),
            str(change.jurisdiction),
            _with_age(change.before) if change.before else Text("not recorded", style="dim"),
            _with_age(change.after, change.standing),
            change.summary,
        )
    console = _console()
    console.print(table)
    console.print(Text(f"{len(found)} changes. {kratomlaw.DISCLAIMER}", style="dim italic"))


def show_info(info: kratomlaw.DatasetInfo | kratomlaw.DataVersions) -> None:
    """Print which data is in use, or which versions are at hand."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    rows = _versions(info) if isinstance(info, kratomlaw.DataVersions) else _dataset(info)
    for name, value in rows.items():
        table.add_row(name, value)
    _console().print(table)


def _versions(info: kratomlaw.DataVersions) -> dict[str, str]:
    return {
        "in use": info.in_use,
        "bundled": info.bundled,
        "in the cache": ", ".join(info.cached) or "none",
        "at the source": str(info.problem) if info.problem else ", ".join(info.source) or "no source is configured",
    }


def _dataset(info: kratomlaw.DatasetInfo) -> dict[str, str]:
    counts = info.counts
    return {
        "data version": info.version,
        "built on": f"{info.built_on} ({info.age_days} days ago{', STALE' if info.stale else ''})",
        "origin": info.origin,
        "fetched at": str(info.fetched_at or "never"),
        "schema": str(info.schema_version),
        "sha256": info.sha256,
        "records": f"{counts.records}: {counts.countries} countries, {counts.states} states, {counts.local} local",
        "package": kratomlaw.__version__,
    }


def show_report(report: kratomlaw.RefreshReport) -> None:
    """Print what a refresh did."""
    style = {"kept": "bold red", "updated": "green"}.get(report.outcome, "")
    console = _console()
    console.print(Text(str(report), style=style))
    if report.retry_after:
        console.print(
            Text(f"The source may be asked again in {report.retry_after / 60:.0f} minutes; --force asks now.")
        )


@contextmanager
def progress_bar() -> Generator[Callable[[int, int | None], None], None, None]:
    """Show a bar on a terminal while bytes arrive; nothing elsewhere."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    with Progress(
        TextColumn("fetching"),
        BarColumn(),
        DownloadColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("fetching", total=None)
        yield lambda done, expected: progress.update(task, completed=done, total=expected)
