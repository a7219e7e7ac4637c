"""How are citations checked by a sample? ``kratomlaw data sample`` draws them, and counts what was found."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ...errors import DataError
from ...law.dates import parse_on
from ..output import reporting, say
from .options import DATA, DataOption, JsonOption

__all__ = ["sample"]


def sample(
    seed: Annotated[int, typer.Option(help="Any whole number: the same one draws the same citations.")] = 1,
    size: Annotated[int, typer.Option(min=1, help="How many citations to draw.")] = 70,
    count: Annotated[
        Path | None,
        typer.Option(help="A sheet in JSON that was filled in: print its entry for samples.toml instead."),
    ] = None,
    folder: DataOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Draw citations by a seed, to check what they say.

    The sheet is Markdown, or with --json one that can be counted. Each citation has its record, its claim, the
    address, and room for a verdict: says-it, in-part, false, wrong-kind or not-found.
    """
    with reporting(as_json=as_json):
        from ...maintain.records.compile import data_version, readable_records
        from ...maintain.review import sample as samples

        if count is not None:
            try:
                filled = count.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as cause:
                raise DataError(f"{count} cannot be read: {cause}.", hint="Name a sheet written with --json.") from None
            say(samples.result_toml(samples.result_of(filled, on=parse_on(None, today=date.today()))), nl=False)
            return
        records, _ = readable_records(folder)
        drawn = samples.draw(records.values(), seed=seed, size=size)
        write = samples.sheet_json if as_json else samples.sheet
        say(write(drawn, seed=seed, version=data_version(folder)), nl=False)
