"""Any records and chains of places, for tests of what holds whatever is written."""

from datetime import date

from hypothesis import strategies as st

from helpers import SALE, make_link, make_period
from kratomlaw import Level, PartialDate, Period, Permission, Product, Status
from kratomlaw.law.engine import ChainLink

__all__ = ["CODES", "DAYS", "LEVELS", "PRODUCTS", "chains", "records"]

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 12, 31))
PARTIAL = st.one_of(
    DAYS.map(PartialDate.of), DAYS.map(lambda d: PartialDate(f"{d:%Y-%m}")), DAYS.map(lambda d: PartialDate(f"{d:%Y}"))
)


@st.composite
def records(draw: st.DrawFn, *, exact: bool = False, may_not_cascade: bool = True) -> tuple[Period, ...]:
    dates = DAYS.map(PartialDate.of) if exact else PARTIAL
    starts = sorted(draw(st.lists(dates, min_size=1, max_size=4, unique_by=lambda d: d.earliest)))
    periods: list[Period] = []
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        status = draw(st.sampled_from(Status))
        end = following or PartialDate("2031-06-01")
        ends = draw(st.booleans()) and start.latest < end.earliest
        periods.append(
            make_period(
                str(start),
                status,
                sale=SALE[status],
                possession=draw(st.sampled_from(Permission)),
                min_age=draw(st.sampled_from([None, 18, 21])),
                temporary=ends,
                until=str(end) if ends else None,
                cascades=not may_not_cascade or draw(st.booleans()),
                preempts_local=draw(st.booleans()),
                products=draw(
                    st.sampled_from([None, {"7-oh": {"status": "banned"}}, {"extract": {"status": "legal"}}])
                ),
            )
        )
    return tuple(periods)


CODES = ("US", "US-CA", "US-CA/county", "US-CA/county-city")
LEVELS = (Level.COUNTRY, Level.STATE, Level.COUNTY, Level.CITY)


@st.composite
def chains(draw: st.DrawFn, *, exact: bool = False, may_not_cascade: bool = True) -> list[ChainLink]:
    length = draw(st.integers(1, 4))
    return [
        make_link(
            code, *draw(st.one_of(st.just(()), records(exact=exact, may_not_cascade=may_not_cascade))), level=level
        )
        for code, level in zip(CODES[:length], LEVELS[:length], strict=True)
    ]


PRODUCTS = st.sampled_from(Product)
