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
    "lookup": Entry(f"{_HERE}.questions:lookup", "Answer for one place on one day, or for several places.", _QUESTIONS),
    "decide": Entry(
        f"{_HERE}.decide:decide", "Decide whether it may be shipped to, sold in or held in a place.", _QUESTIONS
    ),
    "trip": Entry(f"{_HERE}.decide:trip", "Decide whether it may be carried through several places.", _QUESTIONS),
    "list": Entry(f"{_HERE}.questions:list_", "List places with the law in each of them.", _QUESTIONS),
    "timeline": Entry(
        f"{_HERE}.questions:timeline",
        "Show how the law that applies in a place changed, and will change.",
        _QUESTIONS,
    ),
    "changes": Entry(f"{_HERE}.questions:changes", "List changes of law, future ones included.", _QUESTIONS),
    "info": Entry(f"{_HERE}.dataset:info", "Show which data is in use, and how old it is.", _DATA),
    "refresh": Entry(f"{_HERE}.dataset:refresh", "Fetch newer data from the source.", _DATA),
    "map": Entry(f"{_HERE}.map:map_", "Draw the law on a map of the United States or of the world.", _MORE),
    "export": Entry(f"{_HERE}.export:export", "Write the whole dataset as flat tables, with a data dictionary.", _MORE),
    "serve": Entry(f"{_HERE}.serve:serve", "Answer over HTTP.", _MORE),
    "mcp": Entry(f"{_HERE}.serve:mcp", "Answer an assistant's questions (Model Context Protocol).", _MORE),
    "data": Entry(f"{_HERE}.data.group:data", "Check, change, compare and publish the records.", _MAINTAIN),
}
"""The commands by name, in the order of ``--help``."""


class _Commands(LazyGroup):
    entries: ClassVar[Mapping[str, Entry]] = COMMANDS


app: typer.Typer = typer.Typer(
    name="kratomlaw",
    cls=_Commands,
    help="Is kratom legal, restricted or banned in a place on a date, and which law says so?",
    epilog=DISCLAIMER,
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
