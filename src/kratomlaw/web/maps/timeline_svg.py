"""How does the law of one place look over time? Bars on an axis of years, one row for each product."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ...client import KratomLaw
from ...data.snapshot import LawReader
from ...law.answers import Certainty, EffectivePeriod
from ...law.texts import markup
from ...law.words import Jurisdiction, Product, Standing, Status
from ...presentation import PRODUCT_NAMES, Span, span_of
from .colours import LOOKS, pattern_name, patterns
from .picture import SvgText

__all__ = ["LawRun", "draw_timeline", "law_runs", "timeline_svg"]

_INK, _PAPER, _QUIET = "#1a1a1a", "#ffffff", "#595959"
_FONT = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"
_WIDTH, _LEFT, _RIGHT = 760.0, 112.0, 748.0
_ROW, _BAR = 34.0, 24.0
_YEARS = 12
"""Most years before the data that are drawn; older law is only described, or the last years would be too narrow."""


class LawRun(NamedTuple):
    """Periods that follow each other and say the same. The days of an imprecise date are a period of their own."""

    periods: tuple[EffectivePeriod, ...]
    """The periods, oldest first."""

    @property
    def law(self) -> EffectivePeriod:
        """What it says; where it ends is in here too."""
        return self.periods[-1]

    @property
    def span(self) -> Span:
        """When it begins and ends, as precisely as the evidence says."""
        first, last = self.periods[0], self.periods[-1]
        if first is last:
            return span_of(first)
        return Span(str(first.since or f"before {first.first_day}"), str(last.until or ""))

    @property
    def inexact(self) -> bool:
        """Whether part of it is approximate."""
        return any(period.certainty is Certainty.APPROXIMATE for period in self.periods)


def law_runs(periods: Sequence[EffectivePeriod]) -> tuple[LawRun, ...]:
    """Join periods that say the same, for readers.

    Args:
        periods: A timeline, oldest first.

    Returns:
        The runs, oldest first.

    Example:
        >>> import kratomlaw
        >>> [run.span.begin for run in law_runs(kratomlaw.timeline("Rhode Island"))]
        ['2017', '2026-04-01']
    """
    joined: list[list[EffectivePeriod]] = []
    for period in periods:
        if joined and _content(joined[-1][-1]) == _content(period):
            joined[-1].append(period)
        else:
            joined.append([period])
    return tuple(LawRun(tuple(same)) for same in joined)


def _content(period: EffectivePeriod) -> tuple[object, ...]:
    return period.law, period.standing, period.decided_by, period.summary, period.conditions, period.reason


def timeline_svg(place: str | Jurisdiction, *, law: LawReader | None = None) -> SvgText:
    """Draw how the law that reaches a place changed, and will change.

    Args:
        place: A name, a code or a ``Jurisdiction``.
        law: The instance to ask; None for one with the usual settings.

    Returns:
        An SVG document with a row for each product; the same text for the same data. A notebook shows it as a
        picture.

    Raises:
        PlaceError: The place is unknown or ambiguous.
        DataError: The data cannot be used.

    Example:
        >>> "banned from 2025-08-01" in timeline_svg("US-LA")
        True
    """
    with (law or KratomLaw()).at_one_version() as view:
        found = place if isinstance(place, Jurisdiction) else view.find(place)
        timelines = {product: view.timeline(place, product=product) for product in Product}
        return SvgText(draw_timeline(found, timelines, view.dataset().built_on))


def draw_timeline(
    place: Jurisdiction, timelines: Mapping[Product, Sequence[EffectivePeriod]], built_on: date, *, prefix: str = ""
) -> str:
    """Draw timelines that are known already.

    Args:
        place: The place.
        timelines: Its effective periods for each product.
        built_on: The day on which the data was made; what lies after it is scheduled law.
        prefix: What every id begins with.

    Returns:
        An SVG element.
    """
    begins = [period.first_day for periods in timelines.values() for period in periods]
    first = date(max(min(begins, default=built_on).year, built_on.year - _YEARS), 1, 1)
    last = date(max(max(begins, default=built_on), built_on).year + 1, 7, 1)
    height = _ROW * len(timelines) + 40
    title = f"How the law of {place.name} changed"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing timeline" role="img" '
        f'aria-labelledby="{prefix}title {prefix}description" viewBox="0 0 {_WIDTH:g} {height:g}" '
        f'font-family="{_FONT}">',
        f'<title id="{prefix}title">{markup(title)}</title>',
        f'<desc id="{prefix}description">{markup(_in_words(timelines))}</desc>',
        patterns(prefix),
        f'<rect class="paper" width="{_WIDTH:g}" height="{height:g}" fill="{_PAPER}"/>',
    ]
    for row, (product, periods) in enumerate(timelines.items()):
        parts += _bars(product, periods, row * _ROW + 4, first, last, prefix)
    parts += _axis(first, last, built_on, _ROW * len(timelines) + 2)
    return "".join((*parts, "</svg>"))


def _in_words(timelines: Mapping[Product, Sequence[EffectivePeriod]]) -> str:
    rows = (
        f"{PRODUCT_NAMES[product]}: " + ("; ".join(map(_described, law_runs(periods))) or "nothing is recorded")
        for product, periods in timelines.items()
    )
    return ". ".join(rows) + "."


def _described(run: LawRun) -> str:
    age = f", {run.law.buyer_age}+" if run.law.buyer_age else ""
    inexact = " (date or law not exactly known)" if run.inexact else ""
    since = run.periods[0].since
    return f"{run.law.word}{age} {f'from {since}' if since else run.span.begin}{inexact}"


def _bars(
    product: Product, periods: Sequence[EffectivePeriod], y: float, first: date, last: date, prefix: str
) -> Iterator[str]:
    yield (
        f'<text class="ink" x="4" y="{y + 16:g}" font-size="12.5" fill="{_INK}">{markup(PRODUCT_NAMES[product])}</text>'
    )
    known = periods[0].first_day if periods else last
    if known > first:
        yield _bar(Status.UNKNOWN, "nothing is recorded", first, min(known, last), y, (first, last), prefix)
    for run in law_runs(periods):
        law = run.law
        begin, end = max(run.periods[0].first_day, first), min(law.end_day or last, last)
        if end > begin:
            reported = law.standing is Standing.REPORTED
            word = law.word.removesuffix(", not proven")
            label = f"{word} {law.buyer_age}+" if law.buyer_age else word
            yield _bar(
                law.status, _described(run), begin, end, y, (first, last), prefix, label=label, reported=reported
            )


def _bar(
    status: Status,
    text: str,
    begin: date,
    end: date,
    y: float,
    span: tuple[date, date],
    prefix: str,
    *,
    label: str = "",
    reported: bool = False,
) -> str:
    x, width = _x(begin, *span), _x(end, *span) - _x(begin, *span)
    look = LOOKS[status]
    fill = f'class="area" fill="url(#{pattern_name(status, prefix, reported=reported)})"'
    if not look.pattern:
        fill = f'class="area fill-{status}" fill="{look.fill}"'
    label_drawn = ""
    if label and width > 8.5 * len(label):
        label_drawn = (
            f'<text class="halo" aria-hidden="true" x="{x + width / 2:g}" y="{y + 16:g}" font-size="12" '
            f'font-weight="bold" text-anchor="middle" fill="{_INK}" stroke="{_PAPER}" stroke-width="2.8" '
            f'stroke-linejoin="round" paint-order="stroke">{markup(label)}</text>'
        )
    return (
        f'<g><title>{markup(text)}</title><rect x="{x:g}" y="{y:g}" width="{width:g}" height="{_BAR:g}" {fill} '
        f'stroke="{_PAPER}" stroke-width="1"/>{label_drawn}</g>'
    )


def _axis(first: date, last: date, built_on: date, y: float) -> Iterator[str]:
    yield f'<path class="axis" d="M{_LEFT:g} {y:g}H{_RIGHT:g}" stroke="{_QUIET}"/>'
    years = range(first.year, last.year + 1)
    step = 1 if len(years) <= 14 else 2
    for year in years[::step]:
        x = _x(date(year, 1, 1), first, last)
        yield f'<path class="axis" d="M{x:g} {y:g}v5" stroke="{_QUIET}"/>'
        if x < _RIGHT - 24:
            yield f'<text class="quiet" x="{x + 3:g}" y="{y + 16:g}" font-size="11" fill="{_QUIET}">{year}</text>'
    x = _x(built_on, first, last)
    yield (
        f'<path class="axis" d="M{x:g} 0V{y + 22:g}" stroke="{_QUIET}" stroke-width="1.5" stroke-dasharray="3 3"/>'
        f'<text class="ink" x="{min(x, _RIGHT - 62):g}" y="{y + 33:g}" font-size="11" text-anchor="middle" '
        f'fill="{_INK}">data of {built_on}</text>'
    )


def _x(day: date, first: date, last: date) -> float:
    share = (day - first).days / (last - first).days
    return round(_LEFT + share * (_RIGHT - _LEFT), 1)
