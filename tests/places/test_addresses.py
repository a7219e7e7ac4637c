"""Addresses in the United States: counties, cities, reservations and ZIP codes, and whose law reaches whom."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import make_period, validated
from kratomlaw import (
    AmbiguousPlaceError,
    Answer,
    Certainty,
    ConditionKind,
    InvalidQueryError,
    KratomLaw,
    KratomLawError,
    Level,
    Period,
    Permission,
    PlaceError,
    Record,
    Status,
    UnknownPlaceError,
    lookup,
)
from kratomlaw.data import derived
from kratomlaw.data.bundled import bundled_counties, bundled_names, bundled_tables
from kratomlaw.data.derived import Derived
from kratomlaw.data.validation import open_file
from kratomlaw.law.words import Jurisdiction
from kratomlaw.maintain.records.compile import compile_records
from kratomlaw.places.question import Question

ON = "2026-11-01"
BAN = make_period("2020", "banned")
OUTSIDE_CITIES = make_period("2021", "banned", cascades=False)


def record(code: str, name: str, *periods: Period, level: str | None = None, **more: object) -> Record:
    raw = {"code": code, "name": name, "level": level, "verified_on": "2026-11-01", "periods": periods or (BAN,)}
    return validated(Record, raw | more)


def city(code: str, name: str, *counties: str, periods: tuple[Period, ...] = (BAN,)) -> Record:
    return record(code, name, *periods, level="city", counties=counties)


def county(code: str, name: str, *periods: Period, **more: object) -> Record:
    return record(code, name, *periods, level="county", **more)


RECORDS = (
    record("US-IL", "Illinois", make_period("2015", "restricted", min_age=18)),
    city("US-IL/alton", "Alton", "US-IL/madison-county"),
    city("US-IL/naperville", "Naperville", "US-IL/dupage-county", "US-IL/will-county", periods=(make_period("2020"),)),
    county("US-IL/dupage-county", "DuPage County", make_period("2022", "restricted", min_age=21)),
    city("US-IL/st-charles", "St. Charles", "US-IL/kane-county"),
    record("US-MS", "Mississippi", make_period("2019", "legal")),
    county("US-MS/lee-county", "Lee County", OUTSIDE_CITIES, localities=("Mooreville",)),
    county("US-MS/monroe-county", "Monroe County", make_period("2018", "banned"), localities=("Prairie", "Bigbee")),
    city("US-MS/amory", "Amory", "US-MS/monroe-county", periods=(make_period("2020"),)),
    city("US-MS/tupelo", "Tupelo", "US-MS/lee-county", periods=(make_period("2020"),)),
    city("US-MS/columbus", "Columbus", "US-MS/lowndes-county"),
    county("US-MS/union-county", "Union County", make_period("2020", "restricted")),
    city("US-MS/union", "Union", "US-MS/neshoba-county", "US-MS/newton-county"),
    record("US-MS/choctaw-reservation", "Choctaw Reservation", level="reservation", counties=("US-MS/lee-county",)),
    record("US-TN", "Tennessee", make_period("2018"), make_period("2024", "restricted", preempts_local=True)),
    county("US-TN/knox-county", "Knox County", make_period("2019", "banned")),
    city("US-TN/knoxville", "Knoxville", "US-TN/knox-county", periods=(make_period("2020", "banned"),)),
    record("US-TN/some-reservation", "Some Reservation", level="reservation"),
    record("US-VA", "Virginia", make_period("2019")),
    record("US-VA/richmond", "Richmond", level="city"),
    record("US-NC", "North Carolina", make_period("2019")),
    record("US-AL", "Alabama", BAN),
    county("US-AL/mobile-county", "Mobile County"),
    record("US-WI", "Wisconsin", make_period("2020", "banned", possession="unknown")),
    county("US-WI/ashland-county", "Ashland County"),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data") / "dataset.json"
    made.write_bytes(compile_records({record.code: record for record in RECORDS}, "2026.11.01")[0])
    return made


@pytest.fixture(scope="module")
def law(file: Path) -> KratomLaw:
    return KratomLaw(dataset=file)


def ask(law: KratomLaw, *place: str, **parts: str) -> Answer:
    return law.lookup(*place, on=ON, **parts)


class TestCounties:
    def test_every_county_is_found_by_its_name_and_by_its_code(self, law: KratomLaw) -> None:
        counties = [place for place in law.jurisdictions(within="US", all_counties=True) if place.fips]
        assert len(counties) > 3200
        for place in counties:
            state = place.code.partition("/")[0]
            assert law.find(place.code) == place
            assert law.find(f"{place.name}, {state[3:]}, USA").code == place.code
            if place.level is Level.COUNTY:
                assert ask(law, state=state, county=place.name).jurisdiction == place

    def test_fips_numbers_are_five_digits_and_no_two_are_alike(self) -> None:
        codes = [code for code in bundled_names().places if code.startswith("US-")]
        numbers = [county.fips for code in codes for county in bundled_counties(code).values()]
        assert all(len(number) == 5 and number.isdigit() for number in numbers)
        assert len(numbers) == len({*numbers})

    def test_a_county_without_a_record_has_its_state_s_law(self, law: KratomLaw) -> None:
        answer = ask(law, "Madison County, IL")
        assert (answer.jurisdiction.code, answer.jurisdiction.fips) == ("US-IL/madison-county", "17119")
        assert (answer.matched_level, answer.status, answer.certainty) == (
            Level.COUNTY,
            Status.RESTRICTED,
            Certainty.EXACT,
        )

    def test_counties_without_a_record_are_listed_only_when_wanted(self, law: KratomLaw) -> None:
        listed = {place.code for place in law.jurisdictions(within="US-IL")}
        assert listed == {record.code for record in RECORDS if record.code.startswith("US-IL/")}
        assert len(law.jurisdictions(within="US-IL", level="county", all_counties=True)) == 102

    def test_places_with_a_status_are_listed_below_a_state(self, law: KratomLaw) -> None:
        banned = law.jurisdictions(within="US-IL", status="banned", on=ON)
        assert [place.code for place in banned] == ["US-IL/alton", "US-IL/st-charles"]

    def test_a_state_s_and_a_county_s_answer_count_the_records_below(self, law: KratomLaw) -> None:
        assert ask(law, "US-IL").local_rules == 4
        assert ask(law, "US-MS/monroe-county").local_rules == 1
        assert ask(law, "US-MS/hinds-county").local_rules == 0

    def test_the_cities_of_a_county_are_below_it(self, law: KratomLaw) -> None:
        assert [place.code for place in law.jurisdictions(within="US-MS/monroe-county")] == ["US-MS/amory"]

    @pytest.mark.parametrize(
        ("state", "text", "code"),
        [
            ("IL", "Madison", "US-IL/madison-county"),
            ("IL", "MADISON CO.", "US-IL/madison-county"),
            ("IL", "County of Madison", "US-IL/madison-county"),
            ("IL", "St. Clair", "US-IL/st-clair-county"),
            ("IL", "Saint Clair County", "US-IL/st-clair-county"),
            ("IL", "De Kalb", "US-IL/dekalb-county"),
            ("IL", "Du Page county", "US-IL/dupage-county"),
            ("LA", "Rapides", "US-LA/rapides-parish"),
            ("LA", "Rapides County", "US-LA/rapides-parish"),
            ("AK", "Juneau", "US-AK/juneau-city-and-borough"),
            ("AK", "Municipality of Anchorage", "US-AK/anchorage-municipality"),
            ("PR", "Añasco", "US-PR/anasco-municipio"),
            ("NM", "Dona Ana", "US-NM/dona-ana-county"),
            ("FL", "Miami-Dade", "US-FL/miami-dade-county"),
            ("CT", "Hartford County", "US-CT/hartford-county"),
            ("CT", "Capitol Planning Region", "US-CT/capitol-planning-region"),
            ("VA", "Richmond County", "US-VA/richmond-county"),
            ("VA", "Richmond city", "US-VA/richmond"),
            ("MD", "Baltimore City", "US-MD/baltimore"),
            ("NV", "Carson City", "US-NV/carson-city"),
        ],
    )
    def test_the_field_of_the_county_understands_how_people_write(
        self, law: KratomLaw, state: str, text: str, code: str
    ) -> None:
        assert ask(law, state=state, county=text).jurisdiction.code == code

    @pytest.mark.parametrize("text", ["Kent Island, MD", "Bedford Borough, PA", "Madison, WI", "Union, NC"])
    def test_a_town_is_not_taken_for_the_county_of_its_name(self, law: KratomLaw, text: str) -> None:
        assert ask(law, text).matched_level is not Level.COUNTY

    def test_a_city_in_no_county_stands_right_below_its_state(self, law: KratomLaw) -> None:
        found = ask(law, "St. Louis, MO")
        assert (found.jurisdiction.level, found.jurisdiction.parent) == (Level.CITY, "US-MO")

    def test_a_name_of_a_county_and_of_a_city_in_no_county_is_ambiguous_until_the_city_is_told(
        self, law: KratomLaw
    ) -> None:
        with pytest.raises(AmbiguousPlaceError):
            ask(law, state="VA", county="Richmond")
        assert ask(law, state="VA", county="Richmond", city="Richmond").jurisdiction.code == "US-VA/richmond"


class TestChain:
    def test_a_city_has_the_law_of_its_county(self, law: KratomLaw) -> None:
        answer = ask(law, "Amory, MS")
        assert [place.code for place in answer.chain] == ["US", "US-MS", "US-MS/monroe-county", "US-MS/amory"]
        assert (answer.status, answer.decided_by and answer.decided_by.code) == (Status.BANNED, "US-MS/monroe-county")

    def test_a_county_without_a_record_stands_in_the_chain_too(self, law: KratomLaw) -> None:
        assert [place.code for place in ask(law, "Alton, IL").chain][2] == "US-IL/madison-county"

    def test_an_ordinance_for_outside_the_cities_does_not_reach_them_and_is_shown(self, law: KratomLaw) -> None:
        answer = ask(law, "Tupelo, MS")
        assert (answer.status, answer.certainty) == (Status.LEGAL, Certainty.EXACT)
        assert [advisory.set_by for advisory in answer.advisories] == ["US-MS/lee-county"]
        assert ask(law, "Lee County, MS").is_banned

    def test_a_city_in_two_counties_has_the_stricter_law_and_says_that_it_is_not_sure(self, law: KratomLaw) -> None:
        answer = ask(law, "Naperville, IL")
        assert (answer.status, answer.min_age, answer.certainty) == (Status.RESTRICTED, 21, Certainty.APPROXIMATE)
        assert len(answer.chain) == 5

    @pytest.mark.parametrize(("named", "age"), [("DuPage", 21), ("Will County", 18)])
    def test_the_county_that_is_named_decides(self, law: KratomLaw, named: str, age: int) -> None:
        answer = ask(law, state="IL", county=named, city="Naperville")
        assert (answer.min_age, answer.certainty, len(answer.chain)) == (age, Certainty.EXACT, 4)
        assert ask(law, f"Naperville, {named}, IL").min_age == age

    def test_a_city_in_two_counties_whose_own_law_decides_is_sure(self, law: KratomLaw) -> None:
        assert ask(law, "Union, MS").certainty is Certainty.EXACT

    def test_a_reservation_has_its_state_s_law_and_no_county_s(self, law: KratomLaw) -> None:
        answer = ask(law, "Choctaw Reservation, MS")
        assert [place.code for place in answer.chain] == ["US", "US-MS", "US-MS/choctaw-reservation"]

    @pytest.mark.parametrize(("place", "status"), [("Knoxville", "restricted"), ("Knox County", "restricted")])
    def test_a_state_that_voids_local_rules_puts_county_and_city_aside(
        self, law: KratomLaw, place: str, status: str
    ) -> None:
        assert law.lookup(f"{place}, TN", on=ON).status == status
        assert law.lookup(f"{place}, TN", on="2023-01-01").is_banned

    def test_a_voided_rule_is_no_advisory(self, law: KratomLaw) -> None:
        assert ask(law, "Knoxville, TN").advisories == ()

    def test_a_nation_s_rule_is_not_voided_by_a_state(self, law: KratomLaw) -> None:
        assert ask(law, "Some Reservation, TN").is_banned

    def test_a_timeline_has_the_county_in_it(self, law: KratomLaw) -> None:
        assert [str(period.status) for period in law.timeline("Amory, MS")][-1] == "banned"


class TestTowns:
    def test_same_names_are_kept_apart(self, law: KratomLaw) -> None:
        assert ask(law, "Columbus, MS").is_banned
        assert ask(law, "Columbus, OH").unmatched == "Columbus"
        assert ask(law, "Union, MS").jurisdiction.code == "US-MS/union"
        assert ask(law, "Union County, MS").jurisdiction.code == "US-MS/union-county"
        assert ask(law, "US-MS/union-county").status is Status.RESTRICTED

    @pytest.mark.parametrize(
        "text",
        ["Saint Charles, IL", "ST CHARLES, il", "City of St. Charles, IL", "Village of Saint Charles, Kane County, IL"],
    )
    def test_spellings_of_a_town_fold_together(self, law: KratomLaw, text: str) -> None:
        assert law.find(text).code == "US-IL/st-charles"

    def test_an_unknown_town_in_a_county_has_the_county_s_law(self, law: KratomLaw) -> None:
        answer = ask(law, state="MS", county="Monroe", city="Nowhere")
        assert (answer.jurisdiction.code, answer.unmatched) == ("US-MS/monroe-county", "Nowhere")
        assert (answer.status, answer.certainty) == (Status.BANNED, Certainty.EXACT)
        assert ask(law, "Nowhere, Monroe County, MS") == answer

    @pytest.mark.parametrize("zip_code", ["38821", "38899"], ids=["Amory's", "nobody's"])
    def test_a_county_with_a_zip_code_may_be_each_of_its_cities_that_the_zip_code_does_not_rule_out(
        self, law: KratomLaw, zip_code: str
    ) -> None:
        answer = ask(law, state="MS", county="Monroe", postal_code=zip_code)
        assert [place.code for place in answer.candidates] == ["US-MS/monroe-county", "US-MS/amory"]
        assert (answer.status, answer.certainty) == (Status.BANNED, Certainty.APPROXIMATE)

    def test_an_unknown_town_gets_the_strictest_reading_of_an_ordinance_for_outside_the_cities(
        self, law: KratomLaw
    ) -> None:
        answer = ask(law, state="MS", county="Lee", city="Saltillo")
        assert (answer.status, answer.certainty) == (Status.BANNED, Certainty.APPROXIMATE)

    def test_a_community_without_a_government_is_answered_for_its_county(self, law: KratomLaw) -> None:
        answer = ask(law, "Prairie, MS")
        assert (answer.jurisdiction.code, answer.unmatched, answer.matched_level) == (
            "US-MS/monroe-county",
            "Prairie",
            Level.COUNTY,
        )

    def test_a_town_whose_county_is_not_told_is_not_sure_where_counties_have_rules(self, law: KratomLaw) -> None:
        assert ask(law, "Jackson, MS").certainty is Certainty.APPROXIMATE
        assert ask(law, "Asheville, NC").certainty is Certainty.EXACT

    @pytest.mark.parametrize(
        ("written", "meant"),
        [("Altno", ["Alton"]), ("Blton", ["Alton"]), ("Altonxx", ["Alton"]), ("Bltan", []), ("Aurora", [])],
    )
    def test_a_town_is_asked_about_whose_name_differs_in_one_place(
        self, law: KratomLaw, written: str, meant: list[str]
    ) -> None:
        assert [place.name for place in ask(law, f"{written}, IL").did_you_mean] == meant

    def test_it_is_sure_where_no_county_s_law_could_be_stricter(self, law: KratomLaw) -> None:
        assert ask(law, "Selma, AL").certainty is Certainty.EXACT
        assert ask(law, "Appleton, WI").certainty is Certainty.APPROXIMATE

    def test_a_misspelt_town_is_suggested_and_not_used(self, law: KratomLaw) -> None:
        answer = ask(law, "Tupleo, MS")
        assert (answer.jurisdiction.code, [place.name for place in answer.did_you_mean]) == ("US-MS", ["Tupelo"])

    @pytest.mark.parametrize(
        "parts",
        [
            {"state": "IL", "county": "Cook", "city": "Alton"},
            {"state": "MS", "county": "Lee County", "city": "Monroe County"},
            {"state": "IL", "county": "Madson"},
            {"state": "IL", "county": "Naperville", "city": "Alton"},
            {"state": "TN", "county": "Nashville"},
            {"state": "MO", "city": "Alton", "postal_code": "62002"},
            {"state": "IL", "city": "Alton", "postal_code": "60601"},
            {"state": "IL", "county": "Cook", "postal_code": "62002"},
            {"state": "IL", "county": "Cook", "city": "Nowhere", "postal_code": "62002"},
            {"county": "Cook", "postal_code": "62002"},
            {"state": "VA", "county": "Henrico County", "city": "Richmond"},
        ],
    )
    def test_parts_that_contradict_each_other_are_refused(self, law: KratomLaw, parts: dict[str, str]) -> None:
        with pytest.raises(PlaceError) as caught:
            ask(law, **parts)
        assert caught.value.hint

    @pytest.mark.parametrize(
        "parts",
        [
            {"state": "IL", "county": "Madison", "postal_code": "62002"},
            {"state": "VA", "city": "Winchester", "postal_code": "22602"},
            {"state": "CT", "county": "Capitol Planning Region", "postal_code": "06103"},
            {"state": "IL", "city": "Alton", "postal_code": "62099"},
        ],
        ids=["the county", "a post office of that name", "a county of today", "no such ZIP code"],
    )
    def test_parts_that_may_fit_are_no_contradiction(self, law: KratomLaw, parts: dict[str, str]) -> None:
        assert ask(law, **parts).jurisdiction.level in (Level.COUNTY, Level.CITY)

    def test_a_contradiction_suggests_what_is_known(self, law: KratomLaw) -> None:
        with pytest.raises(UnknownPlaceError, match="Madison County") as caught:
            ask(law, state="IL", county="Cook", city="Alton")
        assert [place.code for place in caught.value.suggestions] == ["US-IL/alton"]

    def test_a_misspelt_county_is_suggested(self, law: KratomLaw) -> None:
        with pytest.raises(UnknownPlaceError, match="Did you mean Madison County"):
            ask(law, state="IL", county="Madson")
        with pytest.raises(UnknownPlaceError, match="Did you mean US-IL/madison-county"):
            ask(law, "US-IL/madson-county")

    def test_a_city_in_the_field_of_the_county_is_found_and_the_reverse(self, law: KratomLaw) -> None:
        assert ask(law, state="IL", county="Alton").jurisdiction.code == "US-IL/alton"
        assert ask(law, state="IL", city="Madison County").jurisdiction.code == "US-IL/madison-county"


class TestAddresses:
    @pytest.mark.parametrize(
        "text",
        [
            "Alton, IL 62002",
            "Alton IL 62002-1234, USA",
            "ALTON IL 62002",
            "123 Main St, Alton, IL 62002",
            "123 Main St, Apt 4, Alton, Madison County, Illinois 62002, United States",
            "Alton, IL, 62002",
            "Alton, Madison, IL",
            "Alton 62002, USA",
            "Tupelo Street 5, Alton, IL",
        ],
    )
    def test_the_city_right_before_the_state_counts(self, law: KratomLaw, text: str) -> None:
        answer = ask(law, text)
        assert (answer.jurisdiction.code, answer.certainty, answer.candidates) == ("US-IL/alton", Certainty.EXACT, ())

    def test_the_parts_of_an_address_are_understood(self, law: KratomLaw) -> None:
        whole = ask(law, country="US", state="IL", county="Madison", city="Alton", postal_code="62002")
        assert whole.jurisdiction.code == "US-IL/alton"
        assert ask(law, city="Alton", postal_code="62002-1234") == whole

    def test_a_street_named_like_a_town_is_not_that_town(self, law: KratomLaw) -> None:
        assert ask(law, "Alton, Springfield, IL").unmatched == "Springfield"

    def test_a_street_without_a_comma_hides_the_town_and_it_is_suggested(self, law: KratomLaw) -> None:
        answer = ask(law, "12 Main St Alton, IL")
        assert (answer.unmatched, [place.code for place in answer.did_you_mean]) == (
            "12 Main St Alton",
            ["US-IL/alton"],
        )
        assert (answer.status, answer.certainty) == (Status.BANNED, Certainty.APPROXIMATE)

    def test_a_zip_code_says_that_two_letters_are_a_state(self, law: KratomLaw) -> None:
        assert ask(law, "Nowhere, DE 19901").jurisdiction.code == "US-DE"
        assert ask(law, "Berlin 10115, DE").jurisdiction.code == "DE"

    @pytest.mark.parametrize("text", ["Perth, WA 6000", "Berlin 10115", "Route 66", "Lyon 69001, Frankreich-Comté"])
    def test_the_end_of_a_foreign_address_is_no_zip_code(self, law: KratomLaw, text: str) -> None:
        with pytest.raises(UnknownPlaceError) as caught:
            ask(law, text)
        assert "ZIP" not in str(caught.value)

    def test_a_number_before_the_country_is_no_zip_code(self, law: KratomLaw) -> None:
        assert ask(law, "Highway 101, USA").unmatched == "Highway 101"

    def test_the_post_of_another_country_does_not_change_its_answer(self, law: KratomLaw) -> None:
        answer = law.lookup(country="DE", postal_code="10115", on=ON)
        assert (answer.jurisdiction.code, answer.unmatched) == ("DE", "10115")
        assert law.lookup(country="GB", city="London", postal_code="SW1A 1AA", on=ON).unmatched == "London"


class TestZipCodes:
    def test_a_zip_code_alone_is_answered_for_the_strictest_of_its_places(self, law: KratomLaw) -> None:
        answer = ask(law, postal_code="62002")
        assert {place.code for place in answer.candidates} >= {"US-IL/madison-county", "US-IL/alton"}
        assert (answer.status, answer.certainty) == (Status.BANNED, Certainty.APPROXIMATE)
        assert answer == Answer.from_json(answer.to_json())

    def test_a_zip_code_across_a_state_line_has_candidates_in_both(self, law: KratomLaw) -> None:
        states = {place.code.partition("/")[0] for place in ask(law, postal_code="42223").candidates}
        assert states == {"US-KY", "US-TN"}
        with pytest.raises(AmbiguousPlaceError):
            ask(law, city="Fort Campbell", postal_code="42223")
        assert ask(law, state="TN", city="Fort Campbell", postal_code="42223").chain[1].code == "US-TN"

    def test_a_zip_code_finds_the_county_of_an_unknown_town(self, law: KratomLaw) -> None:
        answer = ask(law, "Nowhere, MS 38804")
        assert {place.code for place in answer.candidates} >= {"US-MS/lee-county", "US-MS/itawamba-county"}
        assert (answer.status, answer.unmatched, answer.certainty) == (
            Status.BANNED,
            "Nowhere",
            Certainty.APPROXIMATE,
        )

    def test_a_place_known_by_its_zip_code_alone_is_never_guessed(self, law: KratomLaw) -> None:
        with pytest.raises(AmbiguousPlaceError) as caught:
            law.find("IL 62002")
        assert len(caught.value.candidates) > 1
        with pytest.raises(AmbiguousPlaceError):
            law.timeline("IL 62002")

    @pytest.mark.parametrize(
        ("zip_code", "code"),
        [
            ("00901", "US-PR/san-juan-municipio"),
            ("96910", "US-GU"),
            ("96799", "US-AS"),
            ("00802", "US-VI"),
            ("96940", "PW"),
        ],
    )
    def test_zip_codes_of_territories_are_understood(self, law: KratomLaw, zip_code: str, code: str) -> None:
        assert ask(law, postal_code=zip_code).jurisdiction.code.startswith(code)

    @pytest.mark.parametrize(
        ("zip_code", "message"),
        [
            ("00000", "no ZIP code"),
            ("12399", "no ZIP code"),
            ("2139", '"02139"'),
            ("501", '"00501"'),
            ("2139.0", '"02139"'),
            ("09001", "armed forces"),
            ("34034", "armed forces"),
            ("96201", "armed forces"),
            ("6200A", "five digits"),
            ("620022", "five digits"),
            ("62002-12", "five digits"),
            ("K1A 0B1", "country too"),
            ("٦٢٠٠٢", "five digits"),
            ("6" * 1000, "five digits"),
        ],
    )
    def test_a_bad_zip_code_is_refused_with_a_hint(self, law: KratomLaw, zip_code: str, message: str) -> None:
        with pytest.raises(UnknownPlaceError) as caught:
            ask(law, postal_code=zip_code)
        assert message in str(caught.value)
        assert caught.value.hint
        assert len(str(caught.value)) < 300

    @pytest.mark.parametrize("value", [62002, 2139, 2139.0, b"62002", object()])
    def test_a_zip_code_that_is_not_text_is_refused_with_a_hint(self, law: KratomLaw, value: object) -> None:
        with pytest.raises(InvalidQueryError, match='postal_code="'):
            law.lookup(postal_code=value)  # type: ignore[arg-type]

    @pytest.mark.parametrize("text", ["APO, AE 09001", "FPO AP 96201"])
    def test_addresses_of_the_armed_forces_are_refused_with_a_hint(self, law: KratomLaw, text: str) -> None:
        with pytest.raises(UnknownPlaceError, match="armed forces"):
            ask(law, text)

    def test_five_digits_as_a_text_may_be_any_country_s(self, law: KratomLaw) -> None:
        with pytest.raises(UnknownPlaceError, match='"62002, USA"'):
            ask(law, "62002")

    def test_five_digits_and_the_country_are_a_zip_code(self, law: KratomLaw) -> None:
        assert ask(law, "62002, USA") == ask(law, country="US", postal_code="62002")
        with pytest.raises(UnknownPlaceError, match='Did you mean "02139"'):
            ask(law, "2139, USA")

    def test_lost_zeros_in_an_address_are_suggested(self, law: KratomLaw) -> None:
        with pytest.raises(UnknownPlaceError, match='"02139"'):
            ask(law, "Cambridge, MA 2139")

    def test_zip_codes_of_most_states_are_known(self) -> None:
        zips = bundled_tables().zip_codes
        states = {state for prefix in range(1000) for state in _states(zips.states, f"{prefix:03d}01")}
        assert {f"US-{state}" for state in ("IL", "NY", "PR", "GU", "AK", "DC")} <= states
        assert len(states) >= 56


def _states(states: Callable[[str], tuple[str, ...]], zip_code: str) -> tuple[str, ...]:
    try:
        return states(zip_code)
    except UnknownPlaceError:
        return ()


class TestCost:
    def test_what_is_remembered_has_a_limit(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(derived, "_REMEMBERED", 10)
        monkeypatch.setattr(derived, "_REMEMBERED_TIMELINES", 10)
        made = Derived.of_today(open_file(file), timedelta(days=10_000), {})
        for index in range(100):
            made.answer(Question(f"Town {index}, IL", on=ON))
        for county in bundled_counties("US-TX"):
            made.answer(Question(county, on=ON))
        assert len(made.answers) <= 10

    def test_a_question_on_a_state_reads_neither_counties_nor_zip_codes(self) -> None:
        code = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import kratomlaw
kratomlaw.lookup("US-TN"); kratomlaw.lookup("Louisiana"); kratomlaw.lookup(state="IL", country="US")
files = [name for name in opened if name.endswith(("counties.json.xz", "postal.json"))]
print(files, "zipcodes" in sys.modules)
kratomlaw.lookup("Alton, IL 62002")
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "[] False\n"

    def test_after_preload_a_zip_code_needs_nothing_more(self) -> None:
        code = """
import sys
import kratomlaw
kratomlaw.preload()
needed = []
sys.addaudithook(lambda event, args: needed.append(args[0]) if event in ("open", "import") else None)
kratomlaw.lookup(postal_code="62002")
print(needed)
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"

    def test_a_frame_is_answered_row_by_row_as_lookup_answers(self, law: KratomLaw) -> None:
        polars = pytest.importorskip("polars")
        frames = pytest.importorskip("kratomlaw.frames")
        rows = {
            "state": ["IL", "MS", "MS", None, "IL", "IL", "TN", "IL"],
            "county": ["Madison", "Lee", None, None, "DuPage", None, "Knox", None],
            "city": ["Alton", "Saltillo", "Jackson", None, "Naperville", "Naperville", None, None],
            "zip": ["62002", None, "39201", "62002", None, None, None, "62002"],
        }
        columns = ("status", "min_age", "certainty", "matched_code", "unmatched")
        for day in ("2018-06-01", "2020-06-01", "2023-01-01", ON):
            frame = polars.DataFrame({**rows, "on": [day] * 8})
            found = frames.annotate(
                frame, state="state", county="county", city="city", postal_code="zip", on="on", columns=columns, law=law
            )
            for row in found.to_dicts():
                asked = {"state": row["state"], "county": row["county"], "city": row["city"], "postal_code": row["zip"]}
                answer = law.lookup(**asked, on=day)
                assert (row["status"], row["min_age"], row["certainty"], row["matched_code"], row["unmatched"]) == (
                    answer.status,
                    answer.min_age,
                    answer.certainty,
                    answer.jurisdiction.code,
                    answer.unmatched,
                )


NAMES = st.sampled_from(
    ["Alton", "Madison", "Madison County", "Lee", "Union", "Richmond", "Tupelo", "St. Charles", "Naperville", "Knox"]
)
STATES = st.sampled_from(["IL", "MS", "TN", "VA", "Illinois", "DE", "PR", "DC", "US-IL"])
ZIPS = st.one_of(
    st.from_regex(r"\d{5}(-\d{4})?", fullmatch=True), st.sampled_from(["62002", "42223", "38804", "23219", "2139"])
)


class TestWhateverIsAsked:
    @given(
        st.fixed_dictionaries(
            {},
            optional={
                "country": st.sampled_from(["US", "DE", "PR", "CA"]),
                "state": STATES,
                "county": NAMES,
                "city": st.one_of(NAMES, st.text(max_size=10)),
                "postal_code": st.one_of(ZIPS, st.text(max_size=12)),
            },
        )
    )
    def test_parts_are_answered_or_refused_with_a_hint(self, law: KratomLaw, parts: dict[str, str]) -> None:
        try:
            answer = law.lookup(on=ON, **parts)
        except KratomLawError as error:
            assert error.message
            assert not isinstance(error, PlaceError) or error.hint
        else:
            assert answer.chain[-1] == answer.jurisdiction
            assert answer.certainty is Certainty.APPROXIMATE or not answer.candidates

    @given(st.lists(st.one_of(NAMES, STATES, ZIPS, st.just("123 Main St")), min_size=1, max_size=5), st.booleans())
    def test_addresses_are_answered_or_refused(self, law: KratomLaw, parts: list[str], commas: bool) -> None:
        text = (", " if commas else " ").join(parts)
        try:
            answer = law.lookup(text, on=ON)
        except KratomLawError as error:
            assert error.message
        else:
            assert answer.chain[-1] == answer.jurisdiction

    @given(ZIPS)
    def test_a_zip_code_is_answered_for_the_strictest_of_its_candidates(self, law: KratomLaw, zip_code: str) -> None:
        try:
            answer = ask(law, postal_code=zip_code)
        except PlaceError:
            return
        candidates = [law.lookup(place, on=ON) for place in answer.candidates]
        assert answer.jurisdiction in answer.candidates
        order = [Status.LEGAL, Status.UNKNOWN, Status.RESTRICTED, Status.BANNED]
        assert order.index(answer.status) == max(order.index(found.status) for found in candidates)

    @given(st.sampled_from([record.code for record in RECORDS if "/" in record.code]), st.dates())
    def test_a_city_is_never_milder_than_what_its_chain_hands_down(
        self, law: KratomLaw, code: str, day: object
    ) -> None:
        place: Jurisdiction = law.find(code)
        answer = law.lookup(code, on=day)  # type: ignore[arg-type]
        state = law.lookup(code.partition("/")[0], on=day)  # type: ignore[arg-type]
        order = [Status.LEGAL, Status.UNKNOWN, Status.RESTRICTED, Status.BANNED]
        assert order.index(answer.status) >= order.index(state.status) or state.is_unknown
        assert answer.chain[-1] == place


def test_a_town_in_a_state_that_forbids_everything_is_as_certain_as_the_state() -> None:
    # Parishes of Louisiana have rules of their own, but none can be stricter than the state's.
    assert lookup("New Orleans, Louisiana", on="2026-01-15").certainty is Certainty.EXACT


def test_nobody_has_the_age_to_buy_where_sale_is_forbidden() -> None:
    answer = lookup("Alton, Illinois", on="2026-01-15")
    assert (answer.sale, answer.min_age) == (Permission.PROHIBITED, None)
    assert any(condition.kind is ConditionKind.AGE for condition in answer.conditions)


@pytest.mark.parametrize("empty", ["", " ", "\t"])
def test_an_empty_part_counts_as_none(empty: str) -> None:
    asked = lookup(country="US", state="LA", county=empty, city=empty, postal_code=empty, on="2026-01-15")
    assert asked == lookup("US-LA", on="2026-01-15")


def test_empty_parts_alone_are_no_place() -> None:
    with pytest.raises(InvalidQueryError, match="No place was given"):
        lookup(country="", state="", city="")
