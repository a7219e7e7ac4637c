"""How does a person draw a map? ``kratomlaw map``."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import InvalidQueryError, KratomLawError
from ..law.words import Product
from ..web.maps.map_svg import map_html, map_svg
from ..web.maps.shapes import Region
from .output import reporting, say

__all__ = ["map_"]


def map_(
    out: Annotated[Path, typer.Option(help="The file to write; its ending says what: .svg, .png or .html.")],
    region: Annotated[str, typer.Option(metavar="|".join(Region), help="What to show.")] = "us",
    on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day; today by default.")] = None,
    product: Annotated[str, typer.Option("--product", "-p", metavar="|".join(Product), help="The product.")] = "leaf",
    width: Annotated[int, typer.Option(min=200, max=8000, help="The width of a PNG picture in pixels.")] = 1600,
) -> None:
    """Draw the law on a map of the United States or of the world.

    The United States are drawn with their states and local rules, the world with its countries.
    """
    with reporting():
        content = _drawn(out, region, on=on, product=product, width=width)
        try:
            out.write_bytes(content)
        except OSError as cause:
            raise KratomLawError(
                f"{out} cannot be written: {cause.strerror}.", hint="Choose another place with --out."
            ) from None
        say(f"{out} ({len(content):,} bytes)")


def _drawn(out: Path, region: str, *, on: str | None, product: str, width: int) -> bytes:
    kind = out.suffix.lower()
    if kind == ".svg":
        return map_svg(region, on=on, product=product).encode()
    if kind == ".png":
        from ..web.maps.png import png

        return png(map_svg(region, on=on, product=product), width=width)
    if kind == ".html":
        return map_html(region, on=on, product=product).encode()
    raise InvalidQueryError(f"{out.name} has no ending that says what to write.", hint="End it in .svg, .png or .html.")
