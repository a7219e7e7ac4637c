"""What do other programs make of a page? Pictures for links that are shared, structured data, an icon, robots.txt."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from ...data.facts import DatasetInfo
from ...law.answers import Answer
from ...law.words import Jurisdiction, Status
from ..maps.colours import LOOKS, patterns

__all__ = ["FAVICON", "ROBOTS_MARK", "breadcrumbs", "card", "dataset_data", "robots"]

_INK, _PAPER, _QUIET = "#1a1a1a", "#ffffff", "#595959"
_WIDTH, _HEIGHT = 600, 315
"""In the ratio of 1.91 to 1 in which links are shown, and as small as they may be: a site has hundreds."""
ROBOTS_MARK = b"# Written by kratomlaw"

FAVICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1f5f3f"/>'
    b'<path d="M16 4C9 9 7 16 9 24c8 0 14-6 15-17-3 0-6-1-8-3z" fill="#dff3e4"/>'
    b'<path d="M9 28C11 20 14 14 20 10" fill="none" stroke="#1f5f3f" stroke-width="1.8"/></svg>\n'
)
"""A leaf, seen in 16 pixels too."""


def card(place: Jurisdiction, leaf: Answer, lines: Sequence[str], built_on: date) -> str:
    """Draw the picture that stands beside a shared link.

    Args:
        place: The place.
        leaf: Its answer for the leaf.
        lines: What else it says, from the first screen of its page.
        built_on: The day of the data.

    Returns:
        An SVG document, 600 by 315.
    """
    status = f"{leaf.status} {leaf.min_age}+" if leaf.min_age else str(leaf.status)
    look = LOOKS[leaf.status]
    fill = f"url(#card-{leaf.status})" if look.pattern else look.fill
    names = textwrap.wrap(place.name, 26)[:2]
    below = [line for text in lines for line in textwrap.wrap(text, 58)][:3]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="DejaVu Sans, sans-serif">{patterns("card-")}',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{_PAPER}"/>',
        f'<rect width="24" height="{_HEIGHT}" fill="{fill}"/>',
        f'<text x="48" y="48" font-size="19" fill="{_QUIET}">Kratom law</text>',
    ]
    y = 92
    for name in names:
        parts.append(f'<text x="48" y="{y}" font-size="34" font-weight="bold" fill="{_INK}">{escape(name)}</text>')
        y += 42
    width = 30 + 17 * len(status)
    solid = leaf.status is Status.BANNED
    parts.append(
        f'<rect x="48" y="{y - 26}" width="{width}" height="46" rx="8" fill="{look.fill if solid else _PAPER}" '
        f'stroke="{look.fill if solid else _INK}" stroke-width="3"/><text x="{48 + width / 2:g}" y="{y + 6}" '
        f'font-size="26" font-weight="bold" text-anchor="middle" fill="{_PAPER if solid else _INK}">{status}</text>'
    )
    parts += (
        f'<text x="48" y="{y + 52 + 25 * index}" font-size="17" fill="{_INK}">{escape(line)}</text>'
        for index, line in enumerate(below)
    )
    parts.append(
        f'<text x="48" y="{_HEIGHT - 16}" font-size="14" fill="{_QUIET}">As recorded on {built_on}; '
        "information, not legal advice.</text></svg>"
    )
    return "".join(parts)


def dataset_data(info: DatasetInfo, address: str, downloads: Mapping[str, str]) -> str:
    """Describe the dataset for search engines, as schema.org has it (``Dataset``), as JSON that may stand in a page.

    Args:
        info: The dataset.
        address: Where the site is, with a slash at its end; empty where that is not known.
        downloads: The media type of each file that can be downloaded, by its name.
    """
    return _data(
        {
            "@type": "Dataset",
            "name": "kratomlaw: the law of kratom by place and day",
            "description": "Is kratom legal, restricted or banned in a country, state, county or city, since when, and "
            f"which law says so? {info.counts.countries} countries, {info.counts.states} states and "
            f"{info.counts.local} counties and cities, with every change of law that is recorded and its sources.",
            "url": f"{address}index.html",
            "version": info.version,
            "dateModified": str(info.built_on),
            "license": "https://creativecommons.org/publicdomain/zero/1.0/",
            "isAccessibleForFree": True,
            "keywords": ["kratom", "Mitragyna speciosa", "7-hydroxymitragynine", "law", "regulation"],
            "spatialCoverage": "World",
            "distribution": [
                {"@type": "DataDownload", "contentUrl": f"{address}{name}", "encodingFormat": kind}
                for name, kind in downloads.items()
            ],
        }
    )


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> str:
    """Describe where a page stands, as schema.org has it (``BreadcrumbList``), as JSON that may stand in a page.

    Args:
        steps: Names and addresses, the start page first; an empty address where a step has no page.
    """
    items = [
        {"@type": "ListItem", "position": position, "name": name} | ({"item": address} if address else {})
        for position, (name, address) in enumerate(steps, 1)
    ]
    return _data({"@type": "BreadcrumbList", "itemListElement": items})


def robots(address: str | None) -> bytes:
    """Write robots.txt: everything may be read; with an address it names the sitemap."""
    sitemap = f"\nSitemap: {address.rstrip('/')}/sitemap.xml\n" if address else ""
    return ROBOTS_MARK + f".\nUser-agent: *\nAllow: /\n{sitemap}".encode()


def _data(content: Mapping[str, object]) -> str:
    text = json.dumps({"@context": "https://schema.org", **content}, ensure_ascii=False, separators=(",", ":"))
    # "</script>" in a name would end the element that the data stands in.
    return text.replace("<", "\\u003c")
