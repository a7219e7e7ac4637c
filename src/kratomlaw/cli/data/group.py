"""Which commands are there for maintainers of the data and operators of a source? ``kratomlaw data …``."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from ..lazy import HELP_OPTIONS, Entry, LazyGroup

__all__ = ["DATA_COMMANDS", "data"]

_HERE = "kratomlaw.cli.data"
_WATCH, _WRITE, _REVIEW = "Hear of changes", "Write records", "Review them"
_RELEASE, _SOURCE = "Compare and release", "Run a source"


DATA_COMMANDS: Mapping[str, Entry] = {
    "watch": Entry(
        f"{_HERE}.watch:watch",
        "Look for changes of law: bills, registers, feeds and cited pages.",
        _WATCH,
        (
            "kratomlaw data watch",
            "kratomlaw data watch --plan",
            "kratomlaw data watch --all --budget 200 --json",
        ),
    ),
    "inbox": Entry(
        f"{_HERE}.watch:inbox",
        "List what watches found and nobody has dealt with yet.",
        _WATCH,
        (
            "kratomlaw data inbox",
            'kratomlaw data inbox dismiss LEAD --because "Not about kratom."',
        ),
    ),
    "calendar": Entry(
        f"{_HERE}.watch:calendar",
        "List what is due, day by day.",
        _WATCH,
        (
            "kratomlaw data calendar --days 90",
            "kratomlaw data calendar --ics kratom.ics",
        ),
    ),
    "new": Entry(
        f"{_HERE}.records:new",
        "Start the record of a place from a template with comments.",
        _WRITE,
        (
            "kratomlaw data new US-PR",
            "kratomlaw data new US-CA/example --level city --name Example",
        ),
    ),
    "validate": Entry(
        f"{_HERE}.records:validate",
        "List everything that is wrong with records, with its line and its fix.",
        _WRITE,
        (
            "kratomlaw data validate",
            "kratomlaw data validate --fix",
            "kratomlaw data validate data/us/la.toml --strict --json",
        ),
    ),
    "verify": Entry(
        f"{_HERE}.records:verify",
        "Note that somebody checked: this is still the law.",
        _WRITE,
        ("kratomlaw data verify US-LA --on 2026-11-24",),
    ),
    "build": Entry(
        f"{_HERE}.records:build",
        "Compile the records into the dataset of the package.",
        _WRITE,
        ("kratomlaw data build",),
    ),
    "stale": Entry(
        f"{_HERE}.review:stale",
        "List the records to read again, the most urgent first.",
        _REVIEW,
        (
            "kratomlaw data stale --limit 10",
            "kratomlaw data stale --issue --at-least 50",
        ),
    ),
    "links": Entry(
        f"{_HERE}.review:links",
        "Check that the cited pages can still be read.",
        _REVIEW,
        (
            "kratomlaw data links US-LA US-TN",
            "kratomlaw data links --fresh-hours 168 --markdown",
        ),
    ),
    "coverage": Entry(
        f"{_HERE}.review:coverage",
        "List records that are missing, weakly sourced or contradictory.",
        _REVIEW,
        (
            "kratomlaw data coverage",
            "kratomlaw data coverage --json",
        ),
    ),
    "compare": Entry(
        f"{_HERE}.review:compare",
        "Compare second codings with the records.",
        _REVIEW,
        ("kratomlaw data compare second/us/la.toml --on 2026-11-23",),
    ),
    "quality": Entry(
        f"{_HERE}.review:quality",
        "Count how good the data is, for data/QUALITY.md.",
        _REVIEW,
        (
            "kratomlaw data quality",
            "kratomlaw data quality --write",
        ),
    ),
    "diff": Entry(
        f"{_HERE}.release:diff",
        "Show which answers change, and separately which changes affect only the evidence.",
        _RELEASE,
        (
            "kratomlaw data diff bundled",
            "kratomlaw data diff HEAD~1 HEAD --markdown",
        ),
    ),
    "release": Entry(
        f"{_HERE}.release:release",
        "Make a release of the data: all of its steps, or nothing.",
        _RELEASE,
        (
            "kratomlaw data release site --dry-run",
            "kratomlaw data release site --key private.pem",
        ),
    ),
    "publish": Entry(
        f"{_HERE}.release:publish",
        "Write a source that any static web server can serve.",
        _SOURCE,
        (
            "kratomlaw data publish site --key private.pem",
            "kratomlaw data publish site --address https://law.example.org/kratom",
        ),
    ),
    "keygen": Entry(
        f"{_HERE}.release:keygen",
        "Make a key pair: write the private key, print the public one.",
        _SOURCE,
        ("kratomlaw data keygen private.pem",),
    ),
}
"""The commands by name, in the order of ``--help``."""


class _Commands(LazyGroup):
    entries: ClassVar[Mapping[str, Entry]] = DATA_COMMANDS


data: typer.Typer = typer.Typer(
    cls=_Commands, add_completion=False, no_args_is_help=True, context_settings=HELP_OPTIONS
)


@data.callback()
def main() -> None:
    """Check, change, compare and publish the records."""
