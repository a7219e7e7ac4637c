"""How does a drawing become a PNG? Rendered by resvg with bundled fonts: the same bytes on every machine."""

from pathlib import Path

from ...errors import KratomLawError
from ...install import install

__all__ = ["png"]

_FOLDER = Path(__file__).with_name("_data")


def png(svg: str, *, width: int = 1600) -> bytes:
    """Render a drawing.

    Args:
        svg: An SVG document.
        width: The width in pixels.

    Returns:
        The picture, PNG.

    Raises:
        KratomLawError: The package resvg-py is not installed.

    Example:
        >>> from kratomlaw.web import map_svg
        >>> png(map_svg("us", on="2026-11-23"), width=400)[:4]
        b'\\x89PNG'
    """
    try:
        from resvg_py import svg_to_bytes
    except ModuleNotFoundError:
        raise KratomLawError("To make PNG pictures, resvg-py must be installed.", hint=install("web")) from None
    return bytes(
        svg_to_bytes(
            svg_string=svg,
            width=width,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=[str(file) for file in sorted(_FOLDER.glob("*.ttf"))],
            sans_serif_family="DejaVu Sans",
        )
    )
