"""How does a maintainer write records? ``kratomlaw data new | validate | verify | build``."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ...errors import InvalidQueryError
from ...law.dates import parse_on
from ..output import Form, reporting, say
from .options import DATA, PACKAGE_DATA, DataOption, DayOption, JsonOption

__all__ = ["build", "new", "validate", "verify"]


def validate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Record files; all of them by default.", exists=True, dir_okay=False)
    ] = None,
    folder: DataOption = DATA,
    fix: Annotated[bool, typer.Option("--fix", help="First put order, spacing and quotes right.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    as_json: JsonOption = False,
    as_annotations: Annotated[bool, typer.Option("--github", help="Print annotations for GitHub Actions.")] = False,
    on: DayOption = None,
) -> None:
    """List everything that is wrong with records, with its line and its fix.

    Ends with exit code 1 if there are errors.
    """
    with reporting(as_json=as_json):
        from ...maintain.review import findings, lint

        if as_json and as_annotations:
            raise InvalidQueryError("--json and --github exclude each other.", hint="Choose one.")
        today = parse_on(on, today=date.today())
        chosen = lint.chosen_files(folder, files or ())
        for file in lint.fix_layout(folder, chosen) if fix else ():
            if not as_json:
                say(f"{file.as_posix()} was reformatted", err=True)
        found = lint.validate(folder, files or (), today=today)
        if as_json:
            say(findings.as_json(found, files=len(chosen)), form=Form.JSON)
        else:
            text = findings.as_github(found) if as_annotations else findings.as_text(found)
            # GitHub reads its annotations from either stream; a person may want to keep the summary alone.
            if text:
                say(text, err=not as_annotations)
            say(findings.summary(found, files=len(chosen)))
        failing = {findings.Severity.ERROR, findings.Severity.WARNING} if strict else {findings.Severity.ERROR}
    raise typer.Exit(findings.worst(found) in failing)


def new(
    code: Annotated[str, typer.Argument(help="The code of the place, as in US-CO or US-CA/san-diego.")],
    level: Annotated[str | None, typer.Option(help="What a local place is: county, city or reservation.")] = None,
    name: Annotated[str | None, typer.Option(help="The English name of a local place.")] = None,
    folder: DataOption = DATA,
) -> None:
    """Start the record of a place from a template with comments.

    The place is filled in; the law is left for you to fill in.
    """
    with reporting():
        from ...maintain.records.template import write_template

        say(write_template(folder, code, today=date.today(), level=level, name=name).as_posix())


def verify(
    code: Annotated[str, typer.Argument(help="The code of the place.")],
    on: DayOption = None,
    folder: DataOption = DATA,
) -> None:
    """Note that somebody checked: this is still the law.

    Changes the day in `verified_on`, and nothing else in the file.
    """
    with reporting():
        from ...maintain.records.verify import verify as note_check

        day = parse_on(on, today=date.today())
        file = note_check(folder, code, on=day, today=date.today())
        say(f"{file.as_posix()}: verified_on = {day}")


def build(
    folder: DataOption = DATA,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = PACKAGE_DATA,
) -> None:
    """Compile the records into the dataset of the package."""
    with reporting():
        from ...maintain.records.compile import build as compile_data

        say(f"{compile_data(folder, out)} records compiled")
