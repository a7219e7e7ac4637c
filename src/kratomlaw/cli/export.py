"""How does a person write the whole dataset to files? ``kratomlaw export``."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import DataError, KratomLawError
from ..export import Format
from ..export import export as write_tables
from . import tables

__all__ = ["export"]


def export(
    out: Annotated[Path, typer.Argument(help="The folder to write to; it is made if need be.")],
    form: Annotated[str, typer.Option("--format", "-f", metavar="|".join(Format), help="What to write.")] = "csv",
) -> None:
    """Write the whole dataset as flat tables, with a data dictionary."""
    try:
        for file in write_tables(out, form):
            typer.echo(file)
    except KratomLawError as error:
        tables.show_error(error)
        raise typer.Exit(1 if isinstance(error, DataError) else 2) from error
