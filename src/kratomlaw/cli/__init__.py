"""How does a person ask in a terminal? The command ``kratomlaw``; needs the extra ``cli``."""

import sys

__all__ = ["run"]


def run() -> None:
    """Run the command line of this process.

    Raises:
        SystemExit: Always: 0 when the question was answered, 1 when something is wrong with the data, 2 when the
            question or the command is wrong; see ``output.exit_code``.
    """
    try:
        from .app import app
        from .output import make_printable
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        print("The command line needs two more packages: python -m pip install 'kratomlaw[cli]'", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    make_printable(sys.stdout, sys.stderr)
    app()
