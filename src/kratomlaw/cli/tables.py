"""How does an answer look on a screen? Tables and panels; colour only on a terminal."""

import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

import kratomlaw

__all__ = ["progress_bar", "show_answer", "show_changes", "show_info", "show_list", "show_report", "show_timeline"]

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


def _console(*, error: bool = False) -> Console:
    stream = sys.stderr if error else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else _WIDTH_OF_FILES, highlight=False)


def _word(word: str) -> Text:
    return Text(word, style=_STYLES.get(word, ""))


def _with_age(law: kratomlaw.Law) -> Text:
    return _word(law.status).append(f" {law.min_age}+" if law.min_age else "")


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def show_answer(answer: kratomlaw.Answer) -> None:
    """Print one answer with its evidence."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in _facts(answer):
        facts.add_row(name, value)
    parts: list[RenderableType] = [facts]
    if answer.summary:
        parts += [Text(), Text(answer.summary)]
    parts += _section("Conditions", (f"{c.kind}: {c.text}" for c in answer.conditions))
    parts += _section("Advisories", (f"{a.issuer} ({a.since}): {a.text}" for a in answer.advisories))
    parts += _section("Pending", (f"{p.title}: {p.step} ({p.on}) {p.effect}" for p in answer.pending))
    parts += _section("Sources", map(_cited, answer.citations))
    parts += [Text(), Text(answer.disclaimer, style="dim italic")]
    where = f"{answer.unmatched}, {answer.jurisdiction}" if answer.unmatched else str(answer.jurisdiction)
    _console().print(
        Panel(
            Group(*parts),
            title=Text.assemble(f"{where}: ", (answer.status.upper(), _STYLES[answer.status])),
            border_style=_STYLES[answer.status],
            title_align="left",
        )
    )


def _facts(answer: kratomlaw.Answer) -> Iterable[tuple[str, Text]]:
    yield "status", _word(answer.status)
    yield "sale", _word(answer.sale)
    yield "possession", _word(answer.possession)
    if answer.min_age:
        yield "minimum age", Text(str(answer.min_age))
    yield "product", Text(answer.product)
    yield "on", Text(str(answer.on))
    if answer.since:
        yield "since", Text(str(answer.since))
    if answer.decided_by:
        yield "decided by", Text(str(answer.decided_by))
    if answer.reason:
        yield "why unknown", Text(answer.reason)
    if answer.unmatched and not answer.candidates:
        yield "not recorded", Text(f"{answer.unmatched}: answered for {answer.jurisdiction.name} as a whole")
    if answer.did_you_mean:
        yield "did you mean", Text(", ".join(map(str, answer.did_you_mean)))
    if answer.candidates:
        yield "may lie in", Text(", ".join(map(str, answer.candidates)))
    if answer.local_rules:
        yield "rules below", Text(f"{answer.local_rules} places below have records of their own")
    if answer.next_change:
        yield "next change", Text(f"{answer.next_change.on}: {answer.next_change.after}")
    if answer.penalty:
        yield "penalty", Text(answer.penalty)
    yield "confidence", Text(f"{answer.confidence or 'none'}, {answer.certainty}")
    verified = f"verified {answer.verified_on}, " if answer.verified_on else ""
    yield "data", Text(f"{verified}version {answer.dataset_version}{', STALE' if answer.stale else ''}")


def _section(title: str, lines: Iterable[str]) -> list[RenderableType]:
    texts: list[RenderableType] = [Padding(Text(f"• {line}"), (0, 0, 0, 1)) for line in lines]
    return [Text(), Text(title, style="bold"), *texts] if texts else []


def _cited(citation: kratomlaw.AnswerCitation) -> str:
    published = f", {citation.published}" if citation.published else ""
    return f"{citation.title} ({citation.kind}{published}): {citation.supports} {citation.url or ''}".rstrip()


def show_list(answers: Sequence[kratomlaw.Answer]) -> None:
    """Print one line for each place."""
    table = _table("code", "place", "level", "status", "sale", "possession", "since", "confidence")
    for answer in answers:
        table.add_row(
            answer.jurisdiction.code,
            answer.jurisdiction.name,
            answer.matched_level,
            _with_age(answer),
            _word(answer.sale),
            _word(answer.possession),
            str(answer.since or ""),
            answer.confidence or "",
        )
    console = _console()
    console.print(table)
    console.print(Text(f"{len(answers)} places. {kratomlaw.DISCLAIMER}", style="dim italic"))


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
            _with_age(period),
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
            _with_age(change.after),
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
