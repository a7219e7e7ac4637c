"""How does a person see and renew the data in use? ``kratomlaw info`` and ``kratomlaw refresh``."""

from typing import Annotated

import typer

import kratomlaw

from .options import JsonOption
from .output import print_json, reporting

__all__ = ["info", "refresh"]


def info(
    versions: Annotated[bool, typer.Option("--versions", help="List the available versions instead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show which data is in use, and how old it is."""
    with reporting(as_json=as_json):
        found = kratomlaw.versions() if versions else kratomlaw.dataset()
        if as_json:
            print_json(found)
        else:
            from .tables import show_info

            show_info(found)


def refresh(
    source: Annotated[
        str | None, typer.Option(help="The address or folder to fetch from; KRATOMLAW_SOURCE_URL by default.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Contact the source even if it was contacted recently.")
    ] = False,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Accept data with far fewer records than before.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for any one step.")] = 10.0,
    as_json: JsonOption = False,
) -> None:
    """Fetch newer data from the source.

    Ends with exit code 1 when that failed and the data in use was kept.
    """
    with reporting(as_json=as_json):
        if source:
            kratomlaw.configure(source=source)
        if as_json:
            report = kratomlaw.refresh(force=force, allow_shrink=allow_shrink, timeout=timeout)
            print_json(report)
        else:
            from .tables import progress_bar, show_report

            with progress_bar() as on_progress:
                report = kratomlaw.refresh(
                    force=force, allow_shrink=allow_shrink, timeout=timeout, on_progress=on_progress
                )
            show_report(report)
    raise typer.Exit(report.outcome is kratomlaw.RefreshOutcome.KEPT)
