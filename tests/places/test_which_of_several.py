"""Where a name or a ZIP code may mean several places, is each of the ways to ask refused with exactly these places?"""

from collections.abc import Callable, Set
from pathlib import Path

import pytest

from helpers import make_period, validated
from kratomlaw import AmbiguousPlaceError, Certainty, KratomLaw, Period, Record, UnknownPlaceError
from kratomlaw.maintain.records.compile import compile_records

BAN = make_period("2020", "banned")
BUCKS, MONTGOMERY = "US-PA/bucks-county", "US-PA/montgomery-county"
NEWTOWNS = {"US-PA/newtown": BUCKS, "US-PA/newtown-township": MONTGOMERY}
"""Two towns of one name in one state."""


def record(code: str, name: str, *periods: Period, level: str | None = None, **more: object) -> Record:
    raw = {"code": code, "name": name, "level": level, "verified_on": "2026-11-01", "periods": periods or (BAN,)}
    return validated(Record, raw | more)


RECORDS = (
    record("US-PA", "Pennsylvania", make_period("2019")),
    *(record(code, "Newtown", level="city", counties=(county,)) for code, county in NEWTOWNS.items()),
    record(BUCKS, "Bucks County", level="county", aliases=("Penn's County",), localities=("Fountainville",)),
    record("US-PA/chester-county", "Chester County", level="county", localities=("Fountainville",)),
    record("AU-NSW", "New South Wales", make_period("2019")),
    record("AU-NSW/newtown", "Newtown", level="city"),
    record("AU-NSW/newtown-south", "Newtown", level="city"),
)


def law_of(folder: Path, *records: Record) -> KratomLaw:
    file = folder / "dataset.json"
    file.write_bytes(compile_records({each.code: each for each in records}, "2026.11.01")[0])
    return KratomLaw(dataset=file)


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> KratomLaw:
    return law_of(tmp_path_factory.mktemp("data"), *RECORDS)


WAYS = [
    pytest.param({"place": "Georgia"}, {"GE", "US-GA"}, id="a country and a state"),
    pytest.param({"place": "Limburg"}, {"BE", "NL"}, id="a subdivision of two countries"),
    pytest.param({"place": "Nowhere, Georgia"}, {"GE", "US-GA"}, id="what stands last"),
    pytest.param({"country": "Congo"}, {"CD", "CG"}, id="the country"),
    pytest.param({"state": "WA"}, {"AU-WA", "US-WA"}, id="the state"),
    pytest.param({"country": "CO", "postal_code": "80132"}, {"CO", "US-CO"}, id="a state as the country"),
    pytest.param({"place": "Newtown, New South Wales"}, {"AU-NSW/newtown", "AU-NSW/newtown-south"}, id="abroad"),
    pytest.param({"place": "Newtown, PA"}, {*NEWTOWNS}, id="two towns of one name"),
    pytest.param({"state": "PA", "city": "Newtown"}, {*NEWTOWNS}, id="the city"),
    pytest.param({"place": "Fountainville, PA"}, {BUCKS, "US-PA/chester-county"}, id="a community of two counties"),
    pytest.param({"state": "VA", "county": "Richmond"}, {"US-VA/richmond", "US-VA/richmond-county"}, id="the county"),
    pytest.param(
        {"state": "AK", "county": "Valdez-Cordova"},
        {"US-AK/chugach-census-area", "US-AK/copper-river-census-area"},
        id="a county that was divided",
    ),
    pytest.param({"postal_code": "02861", "city": "Anywhere"}, {"US-MA", "US-RI"}, id="a ZIP code of two states"),
]


@pytest.mark.parametrize(("asked", "expected"), WAYS)
def test_what_may_be_several_places_is_refused_and_lists_exactly_them(
    law: KratomLaw, asked: dict[str, str], expected: set[str]
) -> None:
    with pytest.raises(AmbiguousPlaceError) as caught:
        law.lookup(**asked)
    assert {place.code for place in caught.value.candidates} == expected
    assert caught.value.hint


@pytest.mark.parametrize(("code", "county"), NEWTOWNS.items())
def test_of_two_towns_of_one_name_the_county_tells_which(law: KratomLaw, code: str, county: str) -> None:
    name = county.removeprefix("US-PA/").removesuffix("-county").title()
    assert law.lookup(state="PA", county=name, city="Newtown").jurisdiction.code == code
    assert law.find(f"Newtown, {name} County, PA").code == code
    assert law.find(f"Newtown, {name}, PA").code == code


def test_a_town_that_only_other_counties_have_is_a_contradiction_that_names_them(law: KratomLaw) -> None:
    with pytest.raises(UnknownPlaceError, match="Bucks County and Montgomery County, not in Chester County") as caught:
        law.lookup(state="PA", county="Chester", city="Newtown")
    assert {place.code for place in caught.value.suggestions} == {*NEWTOWNS}


@pytest.mark.parametrize(
    "asked", [{"place": "Penn's County, PA"}, {"state": "PA", "county": "Penns County"}, {"place": "PENNS COUNTY, pa"}]
)
def test_a_county_is_found_by_its_other_name(law: KratomLaw, asked: dict[str, str]) -> None:
    assert law.lookup(**asked).jurisdiction.code == BUCKS


ASK: dict[str, Callable[[KratomLaw, str], object]] = {
    "find": lambda law, place: law.find(place),
    "timeline": lambda law, place: law.timeline(place),
    "changes": lambda law, place: law.changes("2000-01-01", within=place),
}


@pytest.mark.parametrize("ask", ASK.values(), ids=ASK.keys())
def test_a_zip_code_with_exactly_two_places_is_not_guessed(law: KratomLaw, ask: Callable[..., object]) -> None:
    assert len(law.lookup("PA 18914", on="2026-11-01").candidates) == 2
    with pytest.raises(AmbiguousPlaceError) as caught:
        ask(law, "PA 18914")
    assert len(caught.value.candidates) == 2


@pytest.mark.parametrize(
    ("zip_code", "towns"),
    [
        ("18940", NEWTOWNS.keys()),  # their own by name, though one of them is recorded for another county
        ("18954", {"US-PA/newtown"}),  # next to 18940 and in Bucks County
        ("18951", set()),  # in Bucks County, at its other end
    ],
)
def test_the_towns_next_to_a_zip_code_remain_possible_in_their_county(
    law: KratomLaw, zip_code: str, towns: Set[str]
) -> None:
    found = {place.code for place in law.lookup(f"PA {zip_code}", on="2026-11-01").candidates}
    assert BUCKS in found
    assert found & NEWTOWNS.keys() == towns


def test_a_city_that_is_called_like_a_county_is_not_sure_after_a_town_of_that_county(tmp_path: Path) -> None:
    chester = record("US-PA/chester", "Chester", level="city", counties=("US-PA/delaware-county",))
    answer = law_of(tmp_path, *RECORDS, chester).lookup("12 Main St Fountainvile, Chester, PA", on="2026-11-01")
    assert {place.code for place in answer.candidates} == {"US-PA/chester", "US-PA/chester-county"}
    assert answer.certainty is Certainty.APPROXIMATE, "the laws are the same, but which place is meant is not known"


def test_places_are_suggested_for_a_name_with_two_mistakes(law: KratomLaw) -> None:
    answer = law.lookup("Fontainvile, PA", on="2026-11-01")
    assert {place.code for place in answer.did_you_mean} == {BUCKS, "US-PA/chester-county"}


def test_a_city_in_no_county_may_be_the_county_around_it_that_its_post_office_serves_too(tmp_path: Path) -> None:
    county = record("US-MO/st-louis-county", "St. Louis County", level="county")
    law = law_of(tmp_path, record("US-MO", "Missouri", make_period("2019")), county)
    parts = {"city": "St. Louis", "county": "St. Louis", "state": "MO", "postal_code": "63123"}
    for asked in ({"place": "St. Louis, MO 63123"}, {"place": "St. Louis, St. Louis, MO 63123"}, parts):
        answer = law.lookup(**asked, on="2026-11-01")
        assert (answer.is_banned, [found.code for found in answer.candidates]) == (
            True,
            ["US-MO/st-louis", "US-MO/st-louis-county"],
        )
    assert not law.lookup("St. Louis, MO 63101", on="2026-11-01").is_banned
    assert law.lookup("St. Louis, St. Louis County, MO 63123", on="2026-11-01").jurisdiction.code == county.code


def test_a_name_that_is_not_known_is_not_sure_beside_a_zip_code(law: KratomLaw) -> None:
    answer = law.lookup("Xyzzyville, PA 18954", on="2026-11-01")
    assert [place.code for place in answer.candidates] == [BUCKS, "US-PA/newtown"]
    assert answer.certainty is Certainty.APPROXIMATE


def test_the_county_beside_a_zip_code_that_touches_two_is_the_one_that_is_meant(law: KratomLaw) -> None:
    for county, code in (("Bucks", BUCKS), ("Montgomery", MONTGOMERY)):
        answer = law.lookup(state="PA", county=county, city="Chalfont", postal_code="18914", on="2026-11-01")
        assert (answer.jurisdiction.code, answer.candidates) == (code, ())
    assert len(law.lookup(state="PA", city="Chalfont", postal_code="18914", on="2026-11-01").candidates) == 2


def test_a_name_in_the_middle_of_a_text_remains_possible(law: KratomLaw) -> None:
    answer = law.lookup("Newtown Fountainville, PA", on="2026-11-01")
    assert {place.code for place in answer.candidates} == {"US-PA", BUCKS, "US-PA/chester-county", *NEWTOWNS}
