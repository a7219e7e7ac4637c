"""What does each row of a frame ask? Its place, its day and its product, in columns with names and types of ours."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from ..errors import InvalidQueryError
from ..law.dates import parse_on
from ..law.words import Product
from .engines import Frame, collected, has_dates, has_infinite_times, with_known_days
from .outcomes import NO_TEXT, NOT_TEXT, day_number

__all__ = ["DAY", "DAY_TEXT", "NO_DAY", "OURS", "PRODUCT", "Asked", "days_of_texts", "key_names", "with_questions"]

OURS = "_kratomlaw_"
"""What the names of our columns begin with while a frame is annotated."""
DAY, DAY_TEXT, PRODUCT = f"{OURS}day", f"{OURS}day_text", f"{OURS}product"
_KNOWN_DAYS = f"{OURS}known_days"
NO_DAY = 0
"""Stands for a text that is not a date among the numbers of days."""
_DATES = (nw.Date, nw.Datetime)
_TEXTS = (nw.String, nw.Categorical, nw.Enum)


class Asked(NamedTuple):
    """The columns of a frame that say what its rows ask."""

    places: Sequence[str]
    """The columns of the place."""
    on: str | None
    """The column of the day; None when all rows have the same."""
    product: str | None
    """The column of the product; None when all rows have the same."""

    @property
    def columns(self) -> list[str]:
        """All of them, each once."""
        named = (*self.places, self.on, self.product)
        return list(dict.fromkeys(name for name in named if name is not None))


def key_names(asked: Asked) -> list[str]:
    """The names of our columns for the place."""
    return [f"{OURS}key_{index}" for index, _ in enumerate(asked.places)]


def with_questions(frame: Frame, asked: Asked, kept: Sequence[str], zone: tzinfo | None = None) -> Frame:
    """Reduce a frame to what its rows ask, in columns of ours.

    Args:
        frame: The frame.
        asked: Its columns of place, day and product.
        kept: The columns that are kept beside ours.
        zone: The time zone of moments that say their own; None where these count as they are written.

    Returns:
        The frame, with the texts of the place, ``NO_TEXT`` for null; the day as a date, a number or a text; and the
        position of the product, -1 where there is no such product.

    Raises:
        InvalidQueryError: A column has an unsuitable type.
    """
    frame = _with_plain_texts(frame, asked, zone)
    schema = frame.collect_schema()
    on = asked.on
    if on and schema[on] == nw.Unknown:
        frame = with_known_days(frame, on, _KNOWN_DAYS, None if zone is None else _zone_name(zone))
        schema = frame.collect_schema()
        on = _KNOWN_DAYS if _KNOWN_DAYS in schema else on

    def text(column: str, wanted: str) -> nw.Expr:
        kind = schema[column]
        if isinstance(kind, _TEXTS):
            return nw.col(column).cast(nw.String)
        if collected(frame.select(nw.col(column).count())).item():
            raise InvalidQueryError(f"The column {column!r} has the type {kind}.", hint=f"It should contain {wanted}.")
        return nw.lit(None, dtype=nw.String)

    ours = {
        name: text(column, "names or codes of places as text; a number loses leading zeros").fill_null(NO_TEXT)
        for name, column in zip(key_names(asked), asked.places, strict=True)
    }
    moment = nw.col(on or "")
    kind = schema[on] if on else None
    if zone is not None and isinstance(kind, nw.Datetime) and kind.time_zone is not None:
        moment = moment.dt.convert_time_zone(_zone_name(zone))
    if on and has_dates(frame) and isinstance(schema[on], nw.Date):
        ours[DAY] = nw.col(on)
    elif on and has_infinite_times(frame) and isinstance(schema[on], nw.Datetime):
        ours[DAY] = moment.cast(nw.Date)
    elif on and isinstance(schema[on], _DATES):
        ours[DAY] = moment.dt.year() * 1000 + moment.dt.ordinal_day()
    elif on:
        ours[DAY_TEXT] = text(on, "dates, or texts such as 2026-11-23")
    if asked.product:
        ours[PRODUCT] = _position_of_product(text(asked.product, "products, as text"))
    return frame.with_columns(**ours).select(*kept, *ours)


def _zone_name(zone: tzinfo) -> str:
    """The name by which engines know a time zone."""
    name = getattr(zone, "key", None) or ("UTC" if zone is UTC else None)
    if name is None:
        raise InvalidQueryError(
            f"Engines know no time zone {zone}.", hint="Name one, as in KratomLaw(zone='America/Denver')."
        )
    return str(name)


def _position_of_product(text: nw.Expr) -> nw.Expr:
    position = nw.lit(-1)
    for index, product in enumerate(Product):
        position = nw.when(text == product.value).then(nw.lit(index)).otherwise(position)
    return nw.when(~text.is_null()).then(position)


def _with_plain_texts(frame: Frame, asked: Asked, zone: tzinfo | None) -> Frame:
    """Make texts of columns of Python objects, which pandas has for dates and for mixed values."""
    if not isinstance(frame, nw.DataFrame):
        return frame
    objects = [name for name in asked.columns if frame.schema[name] == nw.Object]
    series = [
        nw.new_series(
            name, [_plain_text(value, zone) for value in frame[name]], nw.String, backend=frame.implementation
        )
        for name in objects
    ]
    return frame.with_columns(*series)


def _plain_text(value: Any, zone: tzinfo | None) -> str | None:
    if isinstance(value, str):
        return value
    if _is_missing(value):
        return None
    if isinstance(value, datetime):
        return parse_on(value, today=date.min, zone=zone).isoformat()
    return value.isoformat() if isinstance(value, date) else NOT_TEXT


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ == "NAType":  # of pandas; it is neither equal nor unequal to itself
        return True
    unequal = value != value  # noqa: PLR0124  # NaN and NaT are not equal to themselves
    return not hasattr(unequal, "__len__") and bool(unequal)  # arrays are compared one by one


def days_of_texts(texts: Sequence[str], zone: tzinfo | None) -> list[int | None]:
    """The day numbers of texts; ``NO_DAY`` for those that are no date, None for ``NO_TEXT``."""
    return [None if text == NO_TEXT else _day_of(text, zone) for text in texts]


def _day_of(text: str, zone: tzinfo | None) -> int:
    try:
        return day_number(parse_on(text, today=date.min, zone=zone))
    except InvalidQueryError:
        return NO_DAY
