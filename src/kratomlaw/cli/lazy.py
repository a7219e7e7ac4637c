"""How does a command line with many commands start fast? A command's module is imported when the command is called."""

import json
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, cast

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

__all__ = ["HELP_OPTIONS", "Entry", "LazyGroup"]

HELP_OPTIONS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
"""The context settings of every command."""

# typer brings its own copy of click since 0.26; the class that all usage errors share is reached in both by this.
_UsageError = cast("type[Exception]", typer.BadParameter.__base__)
_JSON_WANTED = "kratomlaw.json"


class Entry(NamedTuple):
    """One command in a list of commands, before its module is imported."""

    target: str
    """Where it is, as in ``kratomlaw.cli.questions:lookup``: a function, or the ``typer.Typer`` of a group."""
    help: str
    """What it does, in one line; the first line of the function's own docstring."""
    panel: str
    """The heading under which ``--help`` lists it."""
    examples: tuple[str, ...]
    """What can be typed, for its own ``--help``: whole lines, the plainest first."""


class LazyGroup(TyperGroup):
    """A group whose ``--help`` lists commands that are not imported yet."""

    entries: ClassVar[Mapping[str, Entry]] = {}
    """The commands by name, in the order of ``--help``."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, entry in self.entries.items():
            # A stand-in with a name and a help line, enough for lists and for "Did you mean …?".
            self.add_command(TyperCommand(name, help=entry.help, callback=None, rich_help_panel=entry.panel), name)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that was called, and import it; shell completion comes this way too."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.load(name) if name and name in self.entries else command, rest

    def load(self, name: str) -> Any:
        """Import a command.

        Args:
            name: Its name, one of ``entries``.

        Returns:
            The command, as typer made it.
        """
        entry = self.entries[name]
        module, _, attribute = entry.target.partition(":")
        found: object = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, context_settings=HELP_OPTIONS)
            alone.command(name)(cast("Any", found))
            found = alone
        command = typer.main.get_command(found)
        # Some versions of typer keep the line ends inside a paragraph, others do not: here no paragraph has any.
        command.epilog = "\n\n".join(("Examples:", *entry.examples))
        command.help = "\n\n".join(" ".join(part.split()) for part in (command.help or entry.help).split("\n\n"))
        for parameter in command.params:
            if getattr(parameter, "is_flag", False) and parameter.metavar is None:
                parameter.metavar = ""  # not "<bool>", since nothing is written after it
        return command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note whether JSON was asked for, also when the rest of the line cannot be understood."""
        ctx.meta.setdefault(_JSON_WANTED, "--json" in args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was called; what is wrong with its arguments is JSON where JSON was asked for."""
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            if ctx.parent is not None or not ctx.meta[_JSON_WANTED]:
                raise
            content = {
                "error": "UsageError",
                "message": str(getattr(error, "message", error)),
                "hint": "See the command's --help.",
            }
            sys.stderr.write(json.dumps(content, indent=2) + "\n")
            raise typer.Exit(2) from None
