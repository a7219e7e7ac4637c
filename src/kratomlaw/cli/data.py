"""Which commands are there for maintainers of the data and operators of a source? ``kratomlaw data …``."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from .. import maintain
from ..errors import KratomLawError
from ..maintain.compile import build as compile_data
from ..maintain.compile import read_records, record_files
from ..maintain.publish import DEFAULT_LIFETIME, make_key, read_key
from ..maintain.publish import publish as write_source
from . import tables

__all__ = ["data"]

data: typer.Typer = typer.Typer(help=maintain.__doc__, no_args_is_help=True)

DataOption = Annotated[Path, typer.Option("--data", help="The data folder of a clone.")]


@data.command()
def validate(
    files: Annotated[list[Path] | None, typer.Argument(help="Record files; all of them by default.")] = None,
    folder: DataOption = Path("data"),
) -> None:
    """Check records, and list every problem."""
    chosen = tuple(files) if files else record_files(folder)
    _, problems = read_records(chosen, folder)
    for problem in problems:
        typer.echo(str(problem), err=True)
    typer.echo(f"{len(chosen)} files, {len(problems)} problems")
    raise typer.Exit(bool(problems))


@data.command()
def build(
    folder: DataOption = Path("data"),
    out: Annotated[Path, typer.Option(help="Where to write.")] = Path("src/kratomlaw/_data"),
) -> None:
    """Compile the records into the dataset of the package."""
    try:
        typer.echo(f"{compile_data(folder, out)} records compiled")
    except KratomLawError as error:
        tables.show_error(error)
        raise typer.Exit(1) from error


@data.command()
def publish(
    out: Annotated[Path, typer.Argument(help="The folder of the source.")],
    key: Annotated[Path | None, typer.Option(help="The private key to sign with.")] = None,
    days: Annotated[int, typer.Option(min=1, help="How long the manifest is to be trusted.")] = DEFAULT_LIFETIME.days,
    folder: DataOption = Path("data"),
) -> None:
    """Write a source that any static web server can serve, or add a release to one."""
    try:
        signer = read_key(key) if key else None
        manifest = write_source(folder, out, key=signer, lifetime=timedelta(days=days))
    except KratomLawError as error:
        tables.show_error(error)
        raise typer.Exit(1) from error
    signed = "signed" if key else "not signed"
    typer.echo(f"version {manifest.version} in {out}, {signed}, to be trusted until {manifest.expires:%Y-%m-%d}")


@data.command()
def keygen(path: Annotated[Path, typer.Argument(help="The file for the private key.")]) -> None:
    """Make a key pair: write the private key, print the public one."""
    try:
        typer.echo(make_key(path))
    except FileExistsError as error:
        typer.echo(f"{path} is there already; choose another name.", err=True)
        raise typer.Exit(1) from error
