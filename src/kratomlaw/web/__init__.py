"""How is the law seen and served? Maps, the static site, and the HTTP API; the extra ``web``.

>>> from kratomlaw.web import map_svg
>>> svg = map_svg("us", on="2026-11-23", product="7-oh")
"""

from typing import TYPE_CHECKING

from .maps import map_html, map_svg
from .shapes import Region
from .site import SiteReport, write_site
from .survey import Finding, Survey, survey
from .timelines import timeline_svg

if TYPE_CHECKING:
    from .api import create_app

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
        from .api import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
