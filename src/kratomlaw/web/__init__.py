"""How does kratomlaw show and serve the law? Maps, the static site and the HTTP API; needs the extra ``web``.

>>> from kratomlaw.web import map_svg
>>> svg = map_svg("us", on="2026-11-23", product="7-oh")
"""

from typing import TYPE_CHECKING

from .maps.map_data import MapData, MapEntry, map_data
from .maps.map_svg import map_html, map_svg
from .maps.picture import SvgText
from .maps.shapes import Region
from .maps.timeline_svg import timeline_svg
from .site.pages import SiteReport, write_site

if TYPE_CHECKING:
    from .api.app import create_app

__all__ = [
    "MapData",
    "MapEntry",
    "Region",
    "SiteReport",
    "SvgText",
    "create_app",
    "map_data",
    "map_html",
    "map_svg",
    "timeline_svg",
    "write_site",
]


def __getattr__(name: str) -> object:
    if name == "create_app":  # a web framework is loaded only to serve
        from .api.app import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
