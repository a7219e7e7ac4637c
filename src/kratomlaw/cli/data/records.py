"""Which commands are there for maintainers of the data and operators of a source? ``kratomlaw data …``."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from .. import maintain
from ..errors import DataError, InvalidDataError, InvalidQueryError, KratomLawError
from ..law.dates import parse_on
from ..maintain.records.compile import build as compile_data
from ..maintain.release.publish import DEFAULT_LIFETIME, make_key, read_key
from ..maintain.release.publish import publish as write_source
from . import site, tables, workbench

__all__ = ["data"]

data: typer.Typer = typer.Typer(help=maintain.__doc__, no_args_is_help=True)
workbench.register(data)

DataOption = Annotated[Path, typer.Option("--data", help="The data folder of a clone.")]
DayOption = Annotated[
    str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day of the check; today by default.")
]


@data.command()
def validate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Record files; all of them by default.", exists=True, dir_okay=False)
    ] = None,
    folder: DataOption = Path("data"),
    fix: Annotated[bool, typer.Option("--fix", help="First put order, spacing and quotes right.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    as_annotations: Annotated[bool, typer.Option("--github", help="Print annotations for GitHub Actions.")] = False,
    on: DayOption = None,
) -> None:
    """Check records, and list everything that is wrong with file, line and remedy; ends with 1 if there are errors."""
    with _errors():
        from ..maintain.review import findings, validation

        if as_json and as_annotations:
            raise InvalidQueryError("--json and --github exclude each other.", hint="Choose one.")
        today = parse_on(on, today=date.today())
        chosen = validation.chosen_files(folder, files or ())
        for file in validation.mend_layout(folder, chosen) if fix else ():
            typer.echo(f"{file.as_posix()} was put in order", err=True)
        found = validation.validate(folder, files or (), today=today)
        if as_json:
            typer.echo(findings.as_json(found, files=len(chosen)))
        else:
            text = findings.as_github(found) if as_annotations else findings.as_text(found)
            # GitHub reads its annotations from either stream; a person may want to keep the summary alone.
            if text:
                typer.echo(text, err=not as_annotations)
            typer.echo(findings.summary(found, files=len(chosen)))
        failing = {findings.Level.ERROR, findings.Level.WARNING} if strict else {findings.Level.ERROR}
    raise typer.Exit(findings.worst(found) in failing)


@data.command()
def new(
    code: Annotated[str, typer.Argument(help="The code of the place, as in US-CO or US-CA/san-diego.")],
    level: Annotated[str | None, typer.Option(help="Of a local place: county, city or reservation.")] = None,
    name: Annotated[str | None, typer.Option(help="Of a local place: its English name.")] = None,
    folder: DataOption = Path("data"),
) -> None:
    """Begin the record of a place: a file with comments in which the law is to be filled in."""
    with _errors():
        from ..maintain.records.template import write_skeleton

        typer.echo(write_skeleton(folder, code, today=date.today(), level=level, name=name).as_posix())


@data.command()
def verify(
    code: Annotated[str, typer.Argument(help="The code of the place.")],
    on: DayOption = None,
    folder: DataOption = Path("data"),
) -> None:
    """Record a check: somebody saw that the newest period is still the law."""
    with _errors():
        from ..maintain.records.verify import verify as record_check

        day = parse_on(on, today=date.today())
        file = record_check(folder, code, on=day, today=date.today())
        typer.echo(f"{file.as_posix()}: verified_on = {day}")


@data.command()
def build(
    folder: DataOption = Path("data"),
    out: Annotated[Path, typer.Option(help="Where to write.")] = Path("src/kratomlaw/data/_bundled"),
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
    with_site: site.SiteOption = True,
    address: site.AddressOption = None,
    folder: DataOption = Path("data"),
) -> None:
    """Write a source that any static web server can serve, or add a release to one; with a web site of its data."""
    try:
        signer = read_key(key) if key else None
        if with_site:
            site.check(out)
        manifest = write_source(folder, out, key=signer, lifetime=timedelta(days=days))
        told = site.write(out, manifest, address) if with_site else None
    except KratomLawError as error:
        tables.show_error(error)
        raise typer.Exit(1) from error
    signed = "signed" if key else "not signed"
    typer.echo(f"version {manifest.version} in {out}, {signed}, to be trusted until {manifest.expires:%Y-%m-%d}")
    if told:
        typer.echo(f"site in {out}: {told}")


@data.command()
def keygen(path: Annotated[Path, typer.Argument(help="The file for the private key.")]) -> None:
    """Make a key pair: write the private key, print the public one."""
    try:
        typer.echo(make_key(path))
    except FileExistsError as error:
        typer.echo(f"{path} is there already; choose another name.", err=True)
        raise typer.Exit(1) from error


@contextmanager
def _errors() -> Generator[None, None, None]:
    """Turn our errors, and a missing extra, into a message on standard error and an exit code."""
    try:
        yield
    except KratomLawError as error:
        for problem in error.problems if isinstance(error, InvalidDataError) else ():
            typer.echo(str(problem), err=True)
        tables.show_error(error)
        raise typer.Exit(1 if isinstance(error, DataError) else 2) from error
    except ModuleNotFoundError as missing:
        if missing.name != "tomlkit":
            raise
        typer.echo("This command needs one more package: python -m pip install 'kratomlaw[maintain]'", err=True)
        raise typer.Exit(2) from missing
