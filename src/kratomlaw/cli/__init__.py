"""How does a person ask in a terminal? The command ``kratomlaw``; needs the extra ``cli``."""

import sys

__all__ = ["run"]


def run() -> None:
    """Run the command line of the process.

    Raises:
        SystemExit: Always: 0 when the question was answered, 1 when the data cannot be used, 2 when the question
            has no answer as it was put.
    """
    try:
        from .app import app
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        sys.exit("The command line needs two more packages: python -m pip install 'kratomlaw[cli]'")
    app()
