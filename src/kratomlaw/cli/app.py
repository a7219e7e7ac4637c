"""Which commands are there? Their names, one line on each, and where each is; none is imported before it is called."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import typer

from ..law.answers import DISCLAIMER
from .lazy import HELP_OPTIONS, Entry, LazyGroup

__all__ = ["COMMANDS", "app"]

_HERE = "kratomlaw.cli"
_QUESTIONS, _DATA, _MORE, _MAINTAIN = "Questions", "Data in use", "Maps, files and servers", "Maintainers"


COMMANDS: Mapping[str, Entry] = {
    "lookup": Entry(
        f"{_HERE}.questions:lookup",
        "Answer for one place on one day, or for several places.",
        _QUESTIONS,
        (
            'kratomlaw lookup "New Orleans, Louisiana"',
            'kratomlaw lookup "Nashville, TN" "Alton, IL" Thailand --on 2027-01-01',
            "kratomlaw lookup --country US --state CO --city Denver --product 7-oh --full",
            "kratomlaw lookup --zip 62002 --json",
        ),
    ),
    "decide": Entry(
        f"{_HERE}.decide:decide",
        "Decide whether it may be shipped to, sold in or held in a place.",
        _QUESTIONS,
        (
            'kratomlaw decide "Denver, CO" --age 30 --on 2026-12-01 --arrives 2026-12-05',
            'kratomlaw decide "Denver, CO" --age 30 --meets age,labelling --set approximate=refuse',
            'kratomlaw decide "Salt Lake City, UT" --act possess --age 30 --product extract',
            "kratomlaw decide --print-policy > policy.json",
            "kratomlaw decide Nevada --act sell --age 30 --policy policy.json --json",
        ),
    ),
    "trip": Entry(
        f"{_HERE}.decide:trip",
        "Decide whether it may be carried through several places.",
        _QUESTIONS,
        (
            'kratomlaw trip "Texas=2026-12-01" "Denver, CO=2026-12-03" "Utah=2026-12-06" --age 30',
            'kratomlaw trip "Thailand=2026-12-20" "Malaysia=2026-12-27" --age 30 --full',
        ),
    ),
    "list": Entry(
        f"{_HERE}.questions:list_",
        "List places with the law in each of them.",
        _QUESTIONS,
        (
            "kratomlaw list --within USA --level state",
            "kratomlaw list --within Illinois --status banned",
            "kratomlaw list --level country --status unknown --product 7-oh",
        ),
    ),
    "timeline": Entry(
        f"{_HERE}.questions:timeline",
        "Show how the law that applies in a place changed, and will change.",
        _QUESTIONS,
        ('kratomlaw timeline "Rhode Island"', "kratomlaw timeline Louisiana Tennessee --product 7-oh"),
    ),
    "changes": Entry(
        f"{_HERE}.questions:changes",
        "List changes of law, future ones included.",
        _QUESTIONS,
        ("kratomlaw changes --within USA", "kratomlaw changes --since 2025-08-01 --until 2025-09-01 --full"),
    ),
    "info": Entry(
        f"{_HERE}.dataset:info",
        "Show which data is in use, and how old it is.",
        _DATA,
        ("kratomlaw info", "kratomlaw info --versions"),
    ),
    "refresh": Entry(
        f"{_HERE}.dataset:refresh",
        "Fetch newer data from the source.",
        _DATA,
        ("kratomlaw refresh", "kratomlaw refresh --source https://law.example.org/kratom --force"),
    ),
    "map": Entry(
        f"{_HERE}.map:map_",
        "Draw the law on a map of the United States or of the world.",
        _MORE,
        ("kratomlaw map --out map.svg", "kratomlaw map --region world --product 7-oh --out map.html"),
    ),
    "export": Entry(
        f"{_HERE}.export:export",
        "Write the whole dataset as flat tables, or where a shop may send to.",
        _MORE,
        (
            "kratomlaw export tables",
            "kratomlaw export tables --format sqlite",
            "kratomlaw export shop --format shipping --age 21 --meets age,labelling",
            "kratomlaw export shop --format shipping --product 7-oh --since last-week",
        ),
    ),
    "serve": Entry(
        f"{_HERE}.serve:serve",
        "Answer over HTTP.",
        _MORE,
        ("kratomlaw serve", "kratomlaw serve --port 9000 --cors-origin https://shop.example"),
    ),
    "mcp": Entry(
        f"{_HERE}.serve:mcp",
        "Answer an assistant's questions (Model Context Protocol).",
        _MORE,
        ("kratomlaw mcp",),
    ),
    "data": Entry(
        f"{_HERE}.data.group:data",
        "Check, change, compare and publish the records.",
        _MAINTAIN,
        ("kratomlaw data validate",),
    ),
}
"""The commands by name, in the order of ``--help``."""


class _Commands(LazyGroup):
    entries: ClassVar[Mapping[str, Entry]] = COMMANDS


app: typer.Typer = typer.Typer(
    name="kratomlaw",
    cls=_Commands,
    help="Is kratom legal, restricted or banned in a place on a date, and which law says so?",
    epilog="\n\n".join(
        (
            'Start with: kratomlaw lookup "New Orleans, Louisiana"',
            "Exit codes: 0 answered, 1 something is wrong with the data or a file, 2 with the question; of decide and "
            "trip: 0 allow, 3 review, 4 refuse.",
            DISCLAIMER,
        )
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=HELP_OPTIONS,
)


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the versions of the package and the data.")] = False,
) -> None:
    """Is kratom legal, restricted or banned in a place on a date, and which law says so?"""
    if version:
        import kratomlaw

        from .output import reporting, say

        with reporting():
            say(f"kratomlaw {kratomlaw.__version__}, data {kratomlaw.dataset().version}")
        raise typer.Exit
