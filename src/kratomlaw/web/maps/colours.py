"""Which colours and patterns stand for a status? They can be distinguished by colour-blind readers and in print."""

from typing import NamedTuple

from ...law.words import Status

__all__ = ["LOOKS", "Look", "pattern_name", "patterns", "style_sheet"]


class Look(NamedTuple):
    """How one status looks."""

    fill: str
    """The colour of the area."""
    line: str
    """The colour of the pattern on it."""
    dark_fill: str
    """The colour of the area on a dark page."""
    dark_line: str
    """The colour of the pattern on a dark page."""
    pattern: str
    """The path of the pattern in a square of eight units; empty for none."""
    dot: str
    """The path of the mark of a local rule, around the origin."""


# From light to dark as the law grows stricter, so that the order survives in grey; blue, orange and crimson stay
# apart under every common colour blindness (a test computes it). Unknown has no colour at all, and dots.
LOOKS: dict[Status, Look] = {
    Status.LEGAL: Look("#8fc6ee", "#8fc6ee", "#24699a", "#24699a", "", "M0-5L5 0 0 5-5 0z"),
    Status.RESTRICTED: Look("#d98d20", "#9c5a00", "#dc9a35", "#7a4a00", "M-2 2L2-2M0 8L8 0M6 10L10 6", "M0-5L5 4H-5z"),
    Status.BANNED: Look(
        "#8c1c42", "#c4617f", "#dd4f7c", "#f2b3c6", "M0 8L8 0M0 0L8 8", "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z"
    ),
    Status.UNKNOWN: Look("#e6e6e6", "#808080", "#33373b", "#7d858c", "M2 2h1v1h-1zM6 6h1v1h-1z", "M-3.5-3.5h7v7h-7z"),
}
"""How each status looks. The mark of a local rule differs in shape, because no pattern fits into it."""

_FILLED = frozenset({Status.UNKNOWN})
_MAY_BE_REPORTED = (Status.RESTRICTED, Status.BANNED)
"""The statuses of laws that may be only reported."""


def patterns(prefix: str) -> str:
    """The SVG definitions that areas are filled with, as ``url(#<prefix><status>)``, hatched where only reported.

    Args:
        prefix: What the names begin with, so that two drawings fit on one page.

    Returns:
        A ``defs`` element.

    Example:
        >>> "us-banned" in patterns("us-")
        True
    """
    proven = "".join(_pattern(prefix, status, look) for status, look in LOOKS.items())
    return f"<defs>{proven}{''.join(_hatched(prefix, status, LOOKS[status]) for status in _MAY_BE_REPORTED)}</defs>"


def pattern_name(status: Status, prefix: str, *, reported: bool = False) -> str:
    """The name of the pattern of a status; that of a law that is only reported is hatched.

    Example:
        >>> pattern_name(Status.BANNED, "us-", reported=True)
        'us-banned-reported'
    """
    return f"{prefix}{status}{'-reported' if reported and status in _MAY_BE_REPORTED else ''}"


def style_sheet() -> str:
    """The CSS of a drawing that stands in a page: the same colours, and those for a dark screen.

    Example:
        >>> "prefers-color-scheme: dark" in style_sheet()
        True
    """
    light = "".join(_rules(status, look.fill, look.line) for status, look in LOOKS.items())
    dark = "".join(_rules(status, look.dark_fill, look.dark_line) for status, look in LOOKS.items())
    return f"{light}\n@media (prefers-color-scheme: dark){{{_DARK}{dark}}}\n"


_DARK = (
    ".drawing .paper{fill:#15181b}.drawing .ink{fill:#f2f2f2}.drawing .quiet{fill:#b8bec4}"
    ".drawing .halo{fill:#fff;stroke:#15181b}.drawing .area{stroke:#15181b}"
    ".drawing .edged{stroke:#b8bec4}.drawing .dot{stroke:#f2f2f2}"
    ".drawing .axis{stroke:#7d858c}.drawing .bare{fill:#15181b}"
)


def _rules(status: Status, fill: str, line: str) -> str:
    return f".fill-{status}{{fill:{fill}}}.line-{status}{{stroke:{line}}}.dots-{status}{{fill:{line}}}"


def _pattern(prefix: str, status: Status, look: Look) -> str:
    how = f'fill="{look.line}"' if status in _FILLED else f'fill="none" stroke="{look.line}" stroke-width="1.1"'
    kind = "dots" if status in _FILLED else "line"
    drawn = f'<path class="{kind}-{status}" d="{look.pattern}" {how}/>' if look.pattern else ""
    return (
        f'<pattern id="{prefix}{status}" patternUnits="userSpaceOnUse" width="8" height="8">'
        f'<rect class="fill-{status}" width="8" height="8" fill="{look.fill}"/>{drawn}</pattern>'
    )


def _hatched(prefix: str, status: Status, look: Look) -> str:
    """Stripes of the colour on bare ground, so narrow that they show in the mark of a local rule too."""
    return (
        f'<pattern id="{pattern_name(status, prefix, reported=True)}" patternUnits="userSpaceOnUse" width="3.6" '
        'height="3.6" patternTransform="rotate(45)"><rect class="bare" width="3.6" height="3.6" fill="#ffffff"/>'
        f'<rect class="fill-{status}" width="1.9" height="3.6" fill="{look.fill}"/></pattern>'
    )
