"""How is the law seen and served? Maps, the static site, and the HTTP API; the extra ``web``.

>>> from kratomlaw.web import map_svg
>>> svg = map_svg("us", on="2026-11-23", product="7-oh")
"""

from typing import TYPE_CHECKING

from .maps.map_svg import map_html, map_svg
from .maps.shapes import Region
from .maps.survey import Finding, Survey, survey
from .maps.timeline_svg import timeline_svg
from .site.pages import SiteReport, write_site

if TYPE_CHECKING:
    from .api.app import create_app

__all__ = [
    "Finding",
    "Region",
    "SiteReport",
    "Survey",
    "create_app",
    "map_html",
    "map_svg",
    "survey",
    "timeline_svg",
    "write_site",
]


def __getattr__(name: str) -> object:
    if name == "create_app":  # only who serves loads a web framework
        from .api.app import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
