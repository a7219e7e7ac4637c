"""How do lists, timelines and facts about the data look on a screen? Colour and wrapping only on a terminal."""

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager

import kratomlaw

from .. import presentation
from .output import width
from .screen import BOLD, FAINT, STYLES, Paragraph, fact, show, show_rows

__all__ = ["progress_bar", "show_changes", "show_info", "show_list", "show_report", "show_timeline"]

_WIDE = 110
"""From so many columns on a list has room for sale and possession."""
_WHEN = 12
"""Columns of the date of a change."""


def _with_age(law: kratomlaw.LegalPosition) -> str:
    return f"{law.status} {law.min_age}+" if law.min_age else law.status.value


def show_list(answers: Sequence[kratomlaw.Answer]) -> None:
    """Print one line for each place; a file or pipe gets all columns, separated by tabs."""
    columns = width(sys.stdout)
    if columns is None:
        show_rows(
            ("code", "place", "level", "status", "sale", "possession", "since", "confidence"),
            (
                (
                    answer.jurisdiction.code,
                    answer.jurisdiction.name,
                    answer.matched_level,
                    _with_age(answer),
                    answer.sale,
                    answer.possession,
                    str(answer.since or ""),
                    answer.confidence or "",
                )
                for answer in answers
            ),
        )
    else:
        names = ("place", "status", "since", *(("sale", "possession") if columns >= _WIDE else ()))
        rows = (
            (str(answer.jurisdiction), _with_age(answer), str(answer.since or ""), answer.sale, answer.possession)
            for answer in answers
        )
        show_rows(names, [row[: len(names)] for row in rows])
    show([Paragraph(_counted(len(answers), "place"), FAINT)])


def show_timeline(
    place: kratomlaw.Jurisdiction,
    product: kratomlaw.Product,
    periods: Sequence[kratomlaw.EffectivePeriod],
) -> None:
    """Print the effective periods of a place, oldest first."""
    if width(sys.stdout) is None:
        rows = [
            (
                place.code,
                *_span(period),
                _with_age(period),
                period.sale,
                period.possession,
                presentation.period_summary(period),
            )
            for period in _shown(periods)
        ]
        show_rows(("code", "from", "until", "status", "sale", "possession", "what"), rows)
        show([Paragraph(kratomlaw.DISCLAIMER)])
    else:
        show(_of_a_timeline(place, product, periods))


def _of_a_timeline(
    place: kratomlaw.Jurisdiction, product: kratomlaw.Product, periods: Sequence[kratomlaw.EffectivePeriod]
) -> Iterator[Paragraph]:
    yield Paragraph(f"{place}, {presentation.in_a_sentence(product)}", BOLD)
    if not periods:
        yield Paragraph("No recorded law reaches this place. Unknown never means legal.", STYLES["unknown"])
    for period in _shown(periods):
        begin, end = _span(period)
        law = f"{_with_age(period)} (sale {period.sale}, possession {period.possession})"
        yield Paragraph()
        when = f"{begin} to {end}:" if end else f"{begin}:" if begin.startswith("during") else f"{begin} on:"
        when = when if begin.startswith(("during", "before")) else f"from {when}"
        yield Paragraph(f"{when} {law}", STYLES[period.status], indent=2, label=len(when))
        yield Paragraph(f"  {presentation.period_summary(period)}", indent=2)
    yield Paragraph()
    yield Paragraph(kratomlaw.DISCLAIMER, FAINT)


def _shown(periods: Sequence[kratomlaw.EffectivePeriod]) -> Iterator[kratomlaw.EffectivePeriod]:
    """The periods without those that the rows around them say already."""
    for before, period, after in zip((None, *periods), periods, (*periods[1:], None), strict=False):
        during = period.certainty is kratomlaw.Certainty.APPROXIMATE and period.since == period.until
        if not (during and any(near and near.law == period.law for near in (before, after))):
            yield period


def _span(period: kratomlaw.EffectivePeriod) -> tuple[str, str]:
    span = presentation.span_of(period)
    return span.begin, span.end


def show_changes(found: Sequence[kratomlaw.Change], *, full: bool = False) -> None:
    """Print changes of law, oldest first.

    Args:
        found: The changes.
        full: Whether a terminal shows all that is said of the new law, and not its first two lines.
    """
    if width(sys.stdout) is None:
        rows = [
            (
                str(change.on),
                change.jurisdiction.code,
                change.jurisdiction.name,
                _with_age(change.before) if change.before else "not recorded",
                _with_age(change.after),
                change.summary,
            )
            for change in found
        ]
        show_rows(("on", "code", "place", "before", "after", "what"), rows)
    for change in found if width(sys.stdout) else ():
        before = _with_age(change.before) if change.before else "not recorded"
        law = f"{before} → {_with_age(change.after)}"
        if change.before == change.after:
            law = f"{_with_age(change.after)}, other conditions"
        style = STYLES[change.after.status]
        show(
            [
                Paragraph(f"{change.on!s:<{_WHEN}}{change.jurisdiction}: {law}", style, _WHEN, label=_WHEN),
                Paragraph(f"{'':<{_WHEN}}{change.summary}", indent=_WHEN, most=None if full else 2),
            ]
        )
    show([Paragraph(_counted(len(found), "change"), FAINT)])


def _counted(number: int, name: str) -> str:
    counted = f"{number or 'No'} {name if number == 1 else f'{name}s'}"
    return f"{counted}. {kratomlaw.DISCLAIMER}"


def show_info(info: kratomlaw.DatasetInfo | kratomlaw.DataVersions) -> None:
    """Print which data is in use, or which versions are at hand."""
    rows = _versions(info) if isinstance(info, kratomlaw.DataVersions) else _dataset(info)
    show(fact(name, value) for name, value in rows.items())


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
    show([Paragraph(str(report), {"kept": "1;31", "updated": "32"}.get(report.outcome, ""))])
    if report.retry_after:
        minutes = f"{report.retry_after / 60:.0f}"
        show([Paragraph(f"The source may be asked again in {minutes} minutes; --force asks now.")])


@contextmanager
def progress_bar() -> Generator[Callable[[int, int | None], None], None, None]:
    """Show a bar on a terminal while bytes arrive; nothing elsewhere."""
    from rich.console import Console
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
