import copy
import pickle
from datetime import UTC, date, datetime
from itertools import product

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


IN_ORDER = ("2025", "2026-01-01", "2026-01", "2026", "2026-01-31", "2026-02-01", "2026-02", "2027-01")


@pytest.mark.parametrize(("one", "other"), [*product(IN_ORDER, IN_ORDER)])
def test_days_months_and_years_are_ordered_by_their_first_then_by_their_last_day(one: str, other: str) -> None:
    left, right = PartialDate(one), PartialDate(other)
    before, after = IN_ORDER.index(one) < IN_ORDER.index(other), IN_ORDER.index(one) > IN_ORDER.index(other)
    assert (left < right, left > right) == (before, after)
    assert (left <= right, left >= right) == (not after, not before)
    if right.precision is DatePrecision.DAY:
        assert (left < right.earliest, left > right.earliest) == (before, after)
        assert (left <= right.earliest, left >= right.earliest) == (not after, not before)


@pytest.mark.parametrize("text", IN_ORDER)
def test_a_partial_date_survives_every_kind_of_pickling_and_copying(text: str) -> None:
    date_of_law = PartialDate(text)
    pickled = [pickle.loads(pickle.dumps(date_of_law, each)) for each in range(pickle.HIGHEST_PROTOCOL + 1)]  # noqa: S301
    for again in (*pickled, copy.copy(date_of_law), copy.deepcopy(date_of_law)):
        assert again == date_of_law
        assert hash(again) == hash(date_of_law)
        assert (str(again), again.earliest, again.latest) == (text, date_of_law.earliest, date_of_law.latest)


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
