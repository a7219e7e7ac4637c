from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from kratomlaw import DatePrecision, InvalidQueryError, PartialDate
from kratomlaw.law.dates import parse_on

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29), DatePrecision.DAY),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), DatePrecision.MONTH),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31), DatePrecision.MONTH),
        ("1943", date(1943, 1, 1), date(1943, 12, 31), DatePrecision.YEAR),
    ],
)
def test_a_partial_date_spans_the_days_it_may_mean(
    text: str, earliest: date, latest: date, precision: DatePrecision
) -> None:
    value = PartialDate(text)
    assert (value.earliest, value.latest, value.precision, str(value)) == (earliest, latest, precision, text)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-1", "2026-13", "2025-02-29", "2026-01-01T00:00", "2026-01-01\n", "٢٠٢٦", "0000", "2026/01/01"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the message is for people; the type is the promise
        PartialDate(text)


@given(st.dates())
def test_a_day_equals_its_partial_date_and_hashes_alike(day: date) -> None:
    partial = PartialDate.of(day)
    assert partial == day
    assert hash(partial) == hash(day)


@given(st.dates(min_value=date(1, 1, 1)), st.dates(min_value=date(1, 1, 1)))
def test_partial_dates_are_ordered_as_days_are(one: date, other: date) -> None:
    assert (PartialDate.of(one) < PartialDate.of(other)) == (one < other)
    assert (PartialDate.of(one) <= other) == (one <= other)


def test_a_year_equals_no_day() -> None:
    assert PartialDate("2019") != date(2019, 1, 1)


def test_a_partial_date_survives_json() -> None:
    adapter = TypeAdapter(PartialDate)
    assert adapter.validate_json(adapter.dump_json(PartialDate("2019-07"))) == PartialDate("2019-07")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (None, TODAY),
        ("2025-08-01", date(2025, 8, 1)),
        (" 2025-08-01 ", date(2025, 8, 1)),
        (date(2025, 8, 1), date(2025, 8, 1)),
        (datetime(2025, 8, 1, 23, 59, tzinfo=UTC), date(2025, 8, 1)),
    ],
)
def test_the_day_of_a_question(on: date | str | None, expected: date) -> None:
    assert parse_on(on, today=TODAY) == expected


@pytest.mark.parametrize(
    "on", ["2026-13-40", "2026", "2026-08", "yesterday", "", "20260801", "2025-02-29", 20260801, 1.5, b"2026-01-01"]
)
def test_a_day_that_is_none_is_refused_with_a_hint(on: object) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        parse_on(on, today=TODAY)  # type: ignore[arg-type]
    assert "YYYY-MM-DD" in caught.value.hint
