"""Which day is it? Today in the machine's time zone, in the place's, and the calendar dates of moments."""

import pickle
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kratomlaw
from kratomlaw import Certainty, InvalidQueryError, KratomLaw
from kratomlaw.data import snapshot
from kratomlaw.data.bundled import bundled
from kratomlaw.data.derived import Derived

FIRST, LAST = "Pacific/Niue", "Pacific/Kiritimati"
"""Where a day ends last, and where it begins first: 25 hours apart."""


@pytest.mark.parametrize(
    ("on", "day"),
    [
        ("2026-07-01T12:54:42-08:00", "2026-07-01"),
        ("2026-07-01T23:59:59.999999-12:00", "2026-07-01"),
        ("2026-07-01T00:00:00+14:00", "2026-07-01"),
        ("2026-07-01t12:54:42z", "2026-07-01"),
        ("2026-07-01 12:54", "2026-07-01"),
        ("2026-07-01T12:54:42,5+0530", "2026-07-01"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2026-07-01"),
        (datetime(2026, 7, 1, 23, 30), "2026-07-01"),
    ],
)
def test_of_a_moment_the_calendar_date_in_its_own_zone_counts(on: str | datetime, day: str) -> None:
    assert str(kratomlaw.lookup("US-TN", on=on).on) == day


@pytest.mark.parametrize(
    ("on", "zone", "day"),
    [
        ("2026-07-01T23:30:00-06:00", "America/Denver", "2026-07-01"),
        ("2026-07-01T23:30:00+00:00", "Asia/Bangkok", "2026-07-02"),
        (datetime(2026, 7, 1, 2, 0, tzinfo=UTC), "America/Denver", "2026-06-30"),
        ("2026-07-01T23:30:00", "Asia/Bangkok", "2026-07-01"),
        ("2026-07-01", "Asia/Bangkok", "2026-07-01"),
        (date(2026, 7, 1), ZoneInfo("Asia/Bangkok"), "2026-07-01"),
        ("9999-12-31T23:30:00-06:00", "Asia/Bangkok", "9999-12-31"),
    ],
)
def test_a_moment_that_says_its_zone_is_read_in_the_zone_of_the_place(
    on: date | str, zone: tzinfo | str, day: str
) -> None:
    assert str(kratomlaw.lookup("US-TN", on=on, zone=zone).on) == day
    assert str(KratomLaw(zone=zone).lookup("US-TN", on=on).on) == day
    assert str(kratomlaw.decide("US-TN", on=on, zone=zone).answers[0].on) == day


def test_one_moment_is_not_remembered_for_another_zone() -> None:
    law = KratomLaw()
    moment = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
    there = moment.astimezone(timezone(timedelta(hours=-8)))
    assert moment == there
    assert [str(law.lookup("US-TN", on=each).on) for each in (moment, there)] == ["2026-07-01", "2026-06-30"]


def test_today_is_the_day_in_the_zone_and_no_later_day_is_projected(monkeypatch: pytest.MonkeyPatch) -> None:
    built = bundled().built_on
    day = datetime(built.year, built.month, built.day, 10, 30, tzinfo=UTC) + timedelta(days=1)
    derived = Derived(bundled(), day.date(), 0, 0, timedelta(days=90), {})
    view = snapshot.Snapshot(derived)
    monkeypatch.setattr(view, "_made_at", day.timestamp())
    asked = {zone: view.lookup("US-TN", zone=zone) for zone in (None, FIRST, LAST)}
    assert [answer.on - day.date() for answer in asked.values()] == [
        timedelta(0), timedelta(days=-1), timedelta(days=1),
    ]  # fmt: skip
    assert {answer.certainty for answer in asked.values()} == {Certainty.EXACT}
    assert view.lookup("US-TN", on=day.date() + timedelta(days=1)).certainty is Certainty.PROJECTED
    assert view.decide("US-NV", zone=LAST, age=30).answers[0].on == day.date() + timedelta(days=1)


def test_a_setting_moves_today(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [KratomLaw(zone=zone).lookup("US-TN").on for zone in (FIRST, LAST)]
    assert timedelta(days=1) <= days[1] - days[0] <= timedelta(days=2)
    monkeypatch.setenv("KRATOMLAW_ZONE", LAST)
    assert days[1] <= KratomLaw().lookup("US-TN").on
    assert KratomLaw(zone=FIRST).lookup("US-TN").on >= days[0]


def test_the_day_of_a_zone_ends_at_its_midnight() -> None:
    derived = Derived.of_today(bundled(), timedelta(days=99_999), {}, ZoneInfo(LAST))
    begins, ends = (datetime.fromtimestamp(each, ZoneInfo(LAST)) for each in (derived.day_begins, derived.day_ends))
    assert (begins.date(), begins.hour, ends - begins) == (derived.today, 0, timedelta(days=1))


@pytest.mark.parametrize("zone", ["Mars/Phobos", "", "America", "../etc/passwd", "a\0b", "x" * 100_000, "\ud800", 5])
def test_an_unknown_zone_is_refused_with_a_hint(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for ask in (kratomlaw.lookup, kratomlaw.decide):
        with pytest.raises(InvalidQueryError, match="time zone") as caught:
            ask("US-TN", zone=zone)
        assert "America/Denver" in caught.value.hint
    with pytest.raises(InvalidQueryError, match="time zone"):
        KratomLaw(zone=zone)


@pytest.mark.parametrize(
    "on", ["2026-07-01T25:00", "2026-02-30T12:00Z", "2026-07-01T", "2026-07-01T12:00+99:00", "20260701"]
)
def test_what_is_no_moment_is_refused(on: str) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        kratomlaw.lookup("US-TN", on=on)
    assert "YYYY-MM-DD" in caught.value.hint


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_as_text_and_as_an_object_is_the_same_day(moment: datetime) -> None:
    assert kratomlaw.lookup("US-TN", on=moment).on == moment.date()
    if moment.utcoffset() and moment.utcoffset().seconds % 60 == 0:  # type: ignore[union-attr]
        assert kratomlaw.lookup("US-TN", on=moment.isoformat()).on == moment.date()


@pytest.mark.parametrize(
    ("written", "product"),
    [
        ("7-OH", "7-oh"), ("7OH", "7-oh"), ("7 oh", "7-oh"), ("Leaf", "leaf"), ("powder", "leaf"), (" Tea ", "leaf"),
        ("capsules", "leaf"), ("Kratom powder", "leaf"), ("KRATOM EXTRACT", "extract"),
    ],
)  # fmt: skip
def test_products_as_shops_write_them(written: str, product: str) -> None:
    assert kratomlaw.lookup("US-TN", product=written).product == product


def test_an_error_survives_the_way_to_another_process() -> None:
    with pytest.raises(kratomlaw.AmbiguousPlaceError) as caught:
        kratomlaw.lookup("Georgia", on="2026-01-01")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own
    assert again.to_dict() == caught.value.to_dict()
