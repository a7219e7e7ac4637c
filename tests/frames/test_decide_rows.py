"""Decisions for whole columns: on every engine the same as deciding row by row, and no column of the user's changed."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kratomlaw
from frame_engines import BACKENDS, by_number, records, rows_of, spark_session
from kratomlaw import AmbiguousPlaceError, InvalidQueryError, KratomLaw, Policy, Product, UnknownPlaceError
from kratomlaw.frames import RowReason, decide
from kratomlaw.frames.outcomes import FAILURES
from long_versions import sizes

POLICY = Policy(meets={"age", "labelling", "testing"}, old_evidence="allow", local_law="refuse")
ADDED = ("outcome", "reasons", "min_age", "because", "requirements", "matched_code")
PLACES = (
    "New Orleans, LA", "Denver, CO", "Nashville, TN", "Austin, TX", "62002, USA", "Springfield, IL", "Thailand",
    "Germany", "US-GA", "Georgia", "DE", "Lemuria", "", "  ", "US-CA/san-diego", "San Deigo, CA", None, "x" * 300, "🍃",
)  # fmt: skip


@pytest.fixture(scope="module", params=sizes(600, 5_000))
def rows(request: pytest.FixtureRequest) -> pa.Table:
    number: int = request.param
    rng = random.Random(11)  # noqa: S311
    first = [
        rng.choice((None, *(date(2024, 1, 1) + timedelta(days=rng.randrange(1_500)) for _ in range(9))))
        for _ in range(number)
    ]
    last = [
        rng.choice((None, *(day and day + timedelta(days=rng.randrange(-1, 200)) for _ in range(9)))) for day in first
    ]
    return pa.table(
        {
            "id": list(range(number)),
            "to": pa.array([rng.choice(PLACES) for _ in range(number)], pa.string()),
            "sent": pa.array(first, pa.date32()),
            "due": pa.array([day and day.isoformat() for day in last], pa.string()),
            "item": pa.array([rng.choice((*Product, *Product, None, "cheese")) for _ in range(number)], pa.string()),
            "years": pa.array([rng.choice((None, 17, 18, 20, 21, 40, -3, 200)) for _ in range(number)], pa.int64()),
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def expected(rows: pa.Table) -> list[dict[str, object]]:
    law = KratomLaw()
    return [one_by_one(law, row) for row in rows.to_pylist()]


def one_by_one(law: KratomLaw, row: dict[str, Any]) -> dict[str, object]:
    """What a loop over the rows finds out."""
    reason = None
    if row["to"] is None:
        reason = RowReason.NO_PLACE
    elif row["item"] is None:
        reason = RowReason.NO_PRODUCT
    elif row["item"] not in tuple(Product):
        reason = RowReason.INVALID_QUERY
    elif row["sent"] is None or row["due"] is None:
        reason = RowReason.NO_DATE
    else:
        try:
            decision = law.decide(
                row["to"],
                on=row["sent"],
                arrives=row["due"],
                product=row["item"],
                age=row["years"],
                policy=POLICY,
            )
        except UnknownPlaceError:
            reason = RowReason.UNKNOWN_PLACE
        except AmbiguousPlaceError:
            reason = RowReason.AMBIGUOUS_PLACE
        except InvalidQueryError:
            reason = RowReason.INVALID_QUERY
        else:
            kinds = dict.fromkeys(condition.kind.value for condition in decision.requirements)
            return {
                "outcome": decision.outcome.value,
                "reasons": ", ".join(reason.code for reason in decision.reasons),
                "min_age": decision.min_age,
                "because": decision.reasons[0].text,
                "requirements": ", ".join(kinds) or None,
                "matched_code": decision.jurisdiction.code,
            }
    nothing: dict[str, object] = dict.fromkeys(ADDED)
    return nothing | {"outcome": "refuse", "reasons": reason.value}


def spark(rows: pa.Table) -> Any:
    return spark_session().createDataFrame(
        rows.to_pylist(), "id long, to string, sent date, due string, item string, years long"
    )


ENGINES = [*BACKENDS, pytest.param(spark, id="spark", marks=pytest.mark.spark)]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_row_has_what_decide_says_and_keeps_its_own_columns(
    engine: Callable[[pa.Table], Any], rows: pa.Table, expected: list[dict[str, object]]
) -> None:
    frame = engine(rows)
    before = records(frame)
    decided = decide(
        frame,
        place="to",
        on="sent",
        arrives="due",
        product="item",
        age="years",
        policy=POLICY,
        columns=ADDED,
        prefix="kratom_",
    )
    found = rows_of(decided)
    if (
        not isinstance(frame, duckdb.DuckDBPyRelation)
        and not hasattr(frame, "compute")
        and "spark" not in str(type(frame))
    ):
        assert [row["id"] for row in found] == list(range(len(expected))), "the rows have another order"
    found = by_number(found)
    assert [{name: row[name] for name in before[0]} for row in found] == before
    assert list(found[0]) == [*before[0], *(f"kratom_{name}" for name in ADDED)]
    for row, want in zip(found, expected, strict=True):
        assert {name: row[f"kratom_{name}"] for name in ADDED} == want, row


def test_the_rows_are_of_every_kind(expected: list[dict[str, object]]) -> None:
    assert {row["outcome"] for row in expected} >= {"review", "refuse"}
    reasons = {str(row["reasons"]) for row in expected}
    assert {reason.value for reason in FAILURES} - {"not-resolved"} <= reasons
    assert any("under-age" in reason for reason in reasons)
    assert any("banned" in reason for reason in reasons)


def test_values_may_be_the_same_for_all_rows() -> None:
    frame = pl.DataFrame({"state": ["CO", "LA", None]})
    found = decide(frame, state="state", act="sell", on="2026-10-01", product="leaf", age=30)
    for state, outcome, reasons, age in found.rows():
        if state is None:
            assert (outcome, reasons, age) == ("refuse", "no-place", None)
            continue
        want = kratomlaw.decide(state=state, act="sell", on="2026-10-01", age=30)
        assert (outcome, age) == (want.outcome.value, want.min_age)
        assert reasons == ", ".join(reason.code for reason in want.reasons)


@pytest.mark.parametrize("ages", [[30.0, None, 20.5], [30, None, 17]])
def test_ages_may_be_numbers_with_a_point_or_missing(ages: list[float | None]) -> None:
    frame = pd.DataFrame({"to": ["US-CO"] * 3, "age": ages}, index=[7, 5, 3])
    found = decide(frame, place="to", age="age", on="2026-10-01")
    reasons = list(found["reasons"])
    assert list(found.index) == [7, 5, 3]
    assert "missing-age" in reasons[1]
    assert "missing-age" not in reasons[0]
    assert reasons[2] == "invalid-query" if ages[2] == 20.5 else "under-age" in reasons[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"place": "nowhere"}, "nowhere"),
        ({"place": "to", "age": "to"}, "ages in whole years"),
        ({"place": "to", "age": "21"}, "not a column"),
        ({"place": "to", "age": -3}, "years"),
        ({"place": "to", "act": "eat"}, "act"),
        ({"place": "to", "on": "soon"}, "not a column"),
        ({"place": "to", "policy": {"unknown": "allow"}}, "policy"),
        ({"place": "to", "columns": ("outcome", "price")}, "price"),
        ({"place": "to", "code": "to"}, "one way"),
        ({}, "one way"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_said(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidQueryError, match=words) as raised:
        decide(pl.DataFrame({"to": ["US-CO"]}), **arguments)
    assert raised.value.hint


def test_a_column_of_the_users_is_never_replaced() -> None:
    frame = pl.DataFrame({"to": ["US-CO"], "outcome": ["mine"]})
    with pytest.raises(InvalidQueryError, match="already has a column 'outcome'"):
        decide(frame, place="to")
    found = decide(frame, place="to", prefix="kratom_", on="2026-10-01")
    assert found["outcome"].to_list() == ["mine"]


def test_a_frame_without_rows_gets_the_columns() -> None:
    found = decide(pl.DataFrame({"to": []}, schema={"to": pl.String}), place="to")
    assert found.columns == ["to", "outcome", "reasons", "min_age"]
    assert found.schema["min_age"] == pl.Int64
