"""The tables of places are packed so that they are short in the wheel; nothing of them is lost, and the form is kept."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import ROOT
from kratomlaw.data.packing import pack_names, pack_prefix, pack_towns, unpack_names, unpack_prefix, unpack_towns
from kratomlaw.places.postal import DIGITS

TABLES = ROOT / "src/kratomlaw/places/_tables"
NAME = st.text("abcdefghijklmnopqrstuvwxyz0123456789é東", max_size=40)
DIGIT = st.sampled_from("0123456789")
COUNTY = st.sampled_from([f"{number:03}" for number in range(1, 60, 2)] + ["TN001", "VI"])
ENTRY = st.tuples(
    st.text(DIGIT, min_size=2, max_size=2),
    st.text([*DIGITS, " "], min_size=3, max_size=3),
    st.lists(COUNTY, max_size=5, unique=True).map(" ".join),
).map("".join)


@given(st.lists(NAME, min_size=1), st.sampled_from([",", "|"]))
def test_names_come_back_as_they_were(names: list[str], between: str) -> None:
    line = between.join(names)
    assert unpack_names(pack_names(line, between), between) == line


def test_names_that_share_more_letters_than_a_sign_can_tell_come_back() -> None:
    line = f"{'a' * 30},{'a' * 31},{'a' * 30}b"
    assert pack_names(line, ",") == f"{'a' * 30},Zaaaaa,Zaaaab"
    assert unpack_names(pack_names(line, ","), ",") == line


@given(st.lists(ENTRY, max_size=12).map("|".join))
def test_zip_codes_come_back_as_they_were(entries: str) -> None:
    prefix = ("KY TN", 380152, -835605, 79, 105, entries)
    assert unpack_prefix(pack_prefix(prefix)) == prefix


@given(st.lists(st.tuples(st.text(" 0123456789"), st.lists(NAME, min_size=1).map(",".join)), min_size=1))
def test_towns_come_back_as_they_were(groups: list[tuple[str, str]]) -> None:
    line = "|".join(f"{digits},{names}" for digits, names in groups)
    assert unpack_towns(pack_towns(line)) == line


def entries_of(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((TABLES / name).read_text("utf-8"))
    return found


@pytest.mark.parametrize(("name", "between"), [("cities.json", "|"), ("gazetteer.json", ",")])
def test_bundled_names_are_in_packed_form(name: str, between: str) -> None:
    """A table that is written anew without packing would be read as names that begin with capital letters."""
    for key, packed in entries_of(name).items():
        assert pack_names(unpack_names(packed, between), between) == packed, key


def test_bundled_towns_and_zip_codes_are_in_packed_form() -> None:
    for state, packed in entries_of("towns.json").items():
        assert pack_towns(unpack_towns(packed)) == packed, state
    for prefix, packed_prefix in json.loads(Path(TABLES / "postal.json").read_text("utf-8")).items():
        assert list(pack_prefix(unpack_prefix(tuple(packed_prefix)))) == packed_prefix, prefix
