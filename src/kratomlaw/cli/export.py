"""How does a person write the whole dataset to files? ``kratomlaw export``."""

from pathlib import Path
from typing import Annotated

import typer

from ..export import Format
from ..export import export as write_tables
from .output import reporting, say

__all__ = ["export"]


def export(
    out: Annotated[Path, typer.Argument(help="The folder to write to; it is created if it does not exist.")],
    form: Annotated[str, typer.Option("--format", "-f", metavar="|".join(Format), help="What to write.")] = "csv",
    exact: Annotated[
        bool, typer.Option("--exact", help="Leave texts in CSV as they are, also those that a spreadsheet would run.")
    ] = False,
) -> None:
    """Write the whole dataset as flat tables, with a data dictionary."""
    with reporting():
        for file in write_tables(out, form, exact=exact):
            say(file)
