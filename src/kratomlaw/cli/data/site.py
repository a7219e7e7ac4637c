"""How does a source get its web site? What ``kratomlaw data publish`` and ``release`` do after the data is written."""

import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from ...client import KratomLaw
from ...updates.manifest import Manifest

__all__ = ["AddressOption", "SiteOption", "check", "tidy", "write"]

SiteOption = Annotated[bool, typer.Option("--site/--no-site", help="Write a web site for people too.")]
AddressOption = Annotated[
    str | None, typer.Option(metavar="URL", help="Where the site will be, for its sitemap and feed.")
]

_NEVER_STALE = timedelta(days=366_000)
"""A site says how old its data is; whether that is too old depends on the day on which it is read."""


def check(out: Path) -> None:
    """Check, before anything is written, that a site can be written; see ``web.site.check_ready``."""
    from ...web.site.pages import check_ready

    check_ready(out)


def tidy(out: Path) -> None:
    """Remove what pages of older releases loaded, except of the last one; see ``web.site.assets.drop_old_assets``."""
    from ...web.site.leftovers import drop_old_assets

    drop_old_assets(out)


def write(out: Path, manifest: Manifest, address: str | None, data: Path) -> str:
    """Write the site of the newest data of a source, with a progress bar on a terminal.

    Args:
        out: The folder of the source.
        manifest: Its manifest.
        address: Where the site will be; None when that is not known.
        data: The data folder that the source was made from, for the calendar.

    Returns:
        What was written, in a few words.

    Raises:
        KratomLawError: The site cannot be written.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from ...maintain.records.compile import records_in_order
    from ...maintain.review.calendar import calendar_files
    from ...maintain.watch.files import read_watch_files
    from ...web.site.pages import write_site

    records = records_in_order(data)
    names = data / "places/spellings.txt"
    spellings = names.read_text("utf-8").splitlines() if names.exists() else ()
    sessions = read_watch_files(data, places=records.keys()).sessions
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("site"), BarColumn(), MofNCompleteColumn(), console=console, disable=not sys.stderr.isatty()
    )
    # An empty folder in the place of an organisation's own records, which must not get onto a public site.
    with bar, TemporaryDirectory() as nothing:
        law = KratomLaw(dataset=out / manifest.file, max_age=_NEVER_STALE, offline=True, overlay=nothing)
        calendars = calendar_files(records.values(), today=law.dataset().built_on, sessions=sessions)
        task = bar.add_task("site")
        report = write_site(
            out,
            law,
            address=address,
            calendars=calendars,
            spellings=spellings,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    return f"{report.pages} pages, {report.files} files, {report.size / 1e6:.1f} MB"
