"""How does a person draw a map? ``kratomlaw map``."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import DataError, InvalidQueryError, KratomLawError
from ..law.words import Product
from ..web import Region, map_html, map_svg
from ..web.maps.png import png
from . import tables

__all__ = ["map_"]


def map_(
    out: Annotated[Path, typer.Option(help="The file to write: its ending, .svg, .png or .html, says what.")],
    region: Annotated[str, typer.Option(metavar="|".join(Region), help="What to show.")] = "us",
    on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day; today by default.")] = None,
    product: Annotated[str, typer.Option("--product", "-p", metavar="|".join(Product), help="The product.")] = "leaf",
    width: Annotated[int, typer.Option(min=200, max=8000, help="Of a PNG picture, in pixels.")] = 1600,
) -> None:
    """Draw the law on a map: the states and local rules of the United States, or the countries of the world."""
    try:
        kind = out.suffix.lower()
        if kind == ".svg":
            content = map_svg(region, on=on, product=product).encode()
        elif kind == ".png":
            content = png(map_svg(region, on=on, product=product), width=width)
        elif kind == ".html":
            content = map_html(region, on=on, product=product).encode()
        else:
            raise InvalidQueryError(
                f"{out.name} has no ending that says what to write.", hint="End it in .svg, .png or .html."
            )
        try:
            out.write_bytes(content)
        except OSError as cause:
            raise KratomLawError(
                f"{out} cannot be written: {cause.strerror}.", hint="Choose another place with --out."
            ) from cause
    except KratomLawError as error:
        tables.show_error(error)
        raise typer.Exit(1 if isinstance(error, DataError) else 2) from error
    typer.echo(f"{out} ({len(content):,} bytes)")
