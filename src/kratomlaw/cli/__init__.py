"""How does a person ask in a terminal? The command ``kratomlaw``; needs the extra ``cli``."""

import os
import sys

__all__ = ["run"]


def run() -> None:
    """Run the command line of this process.

    Raises:
        SystemExit: Always: 0 when the question was answered, 1 when something is wrong with the data, 2 when the
            question or the command is wrong; see ``output.exit_code``.
    """
    from .output import abandon_output, make_printable

    if (
        sys.stderr is None
    ):  # "kratomlaw lookup nowhere 2>&-": nobody can be told, and the exit code is right all the same
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    if sys.stdout is None:  # "kratomlaw lookup US-LA >&-"
        sys.exit("The output cannot be written: standard output is closed.")
    make_printable(sys.stdout, sys.stderr)
    try:
        _run(sys.argv[1:])
    except OSError as error:  # a full disk, or a reader who has seen enough: "kratomlaw lookup US-LA | head -1"
        sys.exit(abandon_output(error))


def _run(words: list[str]) -> None:
    if words[:1] == ["lookup"] and "_KRATOMLAW_COMPLETE" not in os.environ:
        from .lookup import lookup, read_arguments

        asked = read_arguments(words[1:])
        if asked is not None:
            lookup(asked)
            sys.exit(0)
    try:
        from .app import app
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        from ..install import install

        sys.stderr.write(f"The command line needs two more packages: {install('cli')}\n")
        sys.exit(2)
    app()
