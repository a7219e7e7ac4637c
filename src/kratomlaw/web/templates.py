"""How do pages get their text? Templates in which every text of others is harmless, for the site and for the server."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .. import presentation
from ..errors import KratomLawError
from ..install import install
from ..law.answers import DISCLAIMER
from ..law.texts import harmless
from ..law.words import Product, Status

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["SITE_ASSETS", "templates"]

SITE_ASSETS = Path(__file__).with_name("site") / "assets"
"""The style sheet, the scripts and the templates of the site."""
_LONGEST_TEXT = 20_000


def templates(*folders: Path, purpose: str, instead: str = "", shared: Mapping[str, object]) -> "Environment":
    """Make what fills the templates.

    Args:
        folders: Where templates are, beside those of the site; the first that has one counts.
        purpose: What they are needed for, as in "write the site".
        instead: What else can be done where the package that fills them is missing.
        shared: What pages and macros see besides the facts of presentation.

    Raises:
        KratomLawError: The package jinja2 is not installed.
    """
    try:
        import jinja2
    except ModuleNotFoundError:
        raise KratomLawError(f"To {purpose}, jinja2 must be installed.", hint=f"{install('web')}{instead}.") from None
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*folders, SITE_ASSETS / "templates"]),
        autoescape=True,
        finalize=_harmless,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values: dict[str, object] = {
        "disclaimer": DISCLAIMER,
        "presentation": presentation,
        "product_names": presentation.PRODUCT_NAMES,
        "statuses": tuple(Status),
        "Product": Product,
        **shared,
    }
    # Macros see what is global, but not the values of the page that imports them.
    made.globals.update(values)  # pyright: ignore[reportArgumentType, reportCallIssue]
    return made


def _harmless(value: object) -> object:
    """What a template shows; HTML that is made already stays as it is."""
    return harmless(value, limit=_LONGEST_TEXT) if type(value) is str else value
