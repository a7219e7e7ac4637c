"""What does each command say of itself? ``python tools/help_texts.py FOLDER`` writes it to files, one for each command.

The words are those of ``--help``, in a form of our own: how typer draws boxes around them differs by its version.
"""

import argparse
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from kratomlaw.cli.app import app

__all__ = ["described", "help_texts", "main", "parameters"]

_WIDTH = 100


def help_texts() -> dict[str, str]:
    """Collect the help texts of all commands.

    Returns:
        The texts by file name, as in ``data-validate.txt``; the same for every version of typer and every terminal.

    Example:
        >>> print(help_texts()["kratomlaw-info.txt"].splitlines()[0])
        kratomlaw info
    """
    return {f"{'-'.join(words)}.txt": _text(words, command) for words, command in _commands(("kratomlaw",), app)}


def _commands(words: tuple[str, ...], found: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    command: Any = get_command(found) if words == ("kratomlaw",) else found
    yield words, command
    for name in getattr(command, "entries", ()):
        yield from _commands((*words, name), command.load(name))


def _text(words: tuple[str, ...], command: Any) -> str:
    lines = [" ".join(words), "", *_wrapped(command.help or "", "  ")]
    if getattr(command, "entries", None):
        panel = None
        for name, entry in command.entries.items():
            lines += ["", f"{entry.panel}:"] if entry.panel != panel else []
            panel = entry.panel
            lines += _wrapped(f"{name}: {entry.help}", "  ")
    for title, listed in parameters(command):
        lines += ["", f"{title}:"]
        for parameter in listed:
            lines += _wrapped(": ".join(described(parameter)), "  ")
    if command.epilog:
        lines += ["", *_wrapped(command.epilog, "")]
    return "\n".join(lines) + "\n"


def parameters(command: Any) -> Iterator[tuple[str, list[Any]]]:
    """List the arguments and the options of a command, each under its title."""
    for title, kind in (("Arguments", "argument"), ("Options", "option")):
        listed = [each for each in command.params if each.param_type_name == kind and _is_ours(each)]
        if listed:
            yield title, listed


def described(parameter: Any) -> tuple[str, str]:
    """Describe an argument or option: how it is written, and what it does."""
    is_option = parameter.param_type_name == "option"
    names = [*parameter.opts, *parameter.secondary_opts] if is_option else [str(parameter.name).upper()]
    what = f" {parameter.metavar}" if parameter.metavar and is_option else ""
    default = parameter.default
    shown = default if isinstance(default, (str, int, float, Path)) and not isinstance(default, bool) else None
    after = f" [default: {shown}]" if shown not in (None, "") else " [required]" if parameter.required else ""
    return f"{', '.join(names)}{what}", f"{parameter.help or ''}{after}"


def _is_ours(parameter: Any) -> bool:
    return parameter.name not in ("install_completion", "show_completion", "help")


def _wrapped(text: str, indent: str) -> list[str]:
    lines: list[str] = []
    for number, paragraph in enumerate(text.split("\n\n")):
        words = " ".join(paragraph.split())
        lines += [""] if number else []
        lines += textwrap.wrap(words, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
    return lines


def main() -> None:
    """Write the help texts of all commands into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the folder to write to")
    out: Path = parser.parse_args(sys.argv[1:]).out
    out.mkdir(parents=True, exist_ok=True)
    for name, text in help_texts().items():
        (out / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
