"""From text to place, through the public functions, with the bundled names."""

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kratomlaw
from kratomlaw import AmbiguousPlaceError, InvalidQueryError, KratomLawError, Level, UnknownPlaceError
from kratomlaw.places.gazetteer import Gazetteer, PlaceNames
from kratomlaw.places.localities import LocalPlace
from kratomlaw.places.resolver import PlaceResolver

US_STATES = tuple(
    """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
    NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY
    """.split()  # noqa: SIM905  # as a list it would be as long as the file
)
TERRITORIES = ("AS", "GU", "MP", "PR", "UM", "VI")


class TestCoverage:
    @pytest.mark.parametrize("code", [*sorted(c.alpha_2 for c in pycountry.countries), "XK"])
    def test_every_country_is_found_by_code_and_by_name(self, code: str) -> None:
        place = kratomlaw.lookup(code=code, on="2026-11-23").jurisdiction
        assert place.code == (f"US-{code}" if code in TERRITORIES else code)
        assert kratomlaw.lookup(country=place.name, on="2026-11-23").jurisdiction == place

    @pytest.mark.parametrize("state", US_STATES)
    def test_every_us_state_is_found_by_code_and_by_name(self, state: str) -> None:
        place = kratomlaw.find(f"US-{state}")
        assert place.level is Level.STATE
        assert kratomlaw.lookup(country="US", state=place.name, on="2026-11-23").jurisdiction == place

    @pytest.mark.parametrize("country", ["AU", "CA", "ID", "IN", "MY", "US"])
    def test_every_subdivision_of_a_subdivided_country_is_known(self, country: str) -> None:
        islands = {"ID-JW", "ID-KA", "ID-ML", "ID-NU", "ID-PP", "ID-SL", "ID-SM"}
        top = kratomlaw.lookup(code=country).jurisdiction
        expected = {s.code for s in pycountry.subdivisions if s.country_code == country} - islands
        assert {place.code for place in kratomlaw.jurisdictions(within=top, level="state")} == expected

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("Deutschland", "DE"),
            ("Allemagne", "DE"),
            ("Alemania", "DE"),
            ("Германия", "DE"),
            ("ألمانيا", "DE"),
            ("जर्मनी", "DE"),
            ("জার্মানি", "DE"),
            ("德国", "DE"),
            ("Alemanha", "DE"),
            ("جرمنی", "DE"),
            ("Jerman", "DE"),
            ("ドイツ", "DE"),
            ("ประเทศไทย", "TH"),
            ("ไทย", "TH"),
            ("日本", "JP"),
            ("대한민국", "KR"),
            ("Siam", "TH"),
            ("Burma", "MM"),
            ("Czech Republic", "CZ"),
            ("Turkey", "TR"),
            ("Holland", "NL"),
            ("England", "GB"),
            ("U.K.", "GB"),
            ("USA", "US"),
            ("U.S.A.", "US"),
            ("Viet Nam", "VN"),
            ("Kosovo", "XK"),
            ("Puerto Rico", "US-PR"),
            ("PR", "US-PR"),
            ("Québec", "CA-QC"),
            ("Orissa", "IN-OD"),
            ("Melaka", "MY-04"),
            ("Washington, D.C.", "US-DC"),
            ("tenn.", "US-TN"),
            ("Calif.", "US-CA"),
            ("State of Georgia", "US-GA"),
            ("Korea, Republic of", "KR"),
        ],
    )
    def test_names_in_other_languages_and_of_former_times(self, name: str, code: str) -> None:
        assert kratomlaw.find(name).code == code


class TestOneLaw:
    @pytest.mark.parametrize(
        "text",
        [
            "US-TN",
            "us-tn",
            "tenn.",
            "Tennessee",
            "TENNESSEE",
            "Nashville, TN",
            "Nashville, Tennessee, USA",
            "Tennessee, US",
        ],
    )
    def test_all_ways_to_say_tennessee_find_the_same_law(self, text: str) -> None:
        found = kratomlaw.lookup(text, on="2026-11-23")
        parts = kratomlaw.lookup(country="US", state="Tennessee", on="2026-11-23")
        assert (found.jurisdiction, found.status, found.citations) == (
            parts.jurisdiction,
            parts.status,
            parts.citations,
        )

    def test_a_jurisdiction_is_a_place_too(self) -> None:
        place = kratomlaw.find("US-TN")
        assert kratomlaw.lookup(place, on="2026-11-23").jurisdiction == place


class TestTwoLettersLie:
    @pytest.mark.parametrize(
        "text", ["TN", "DE", "CA", "IN", "ID", "IL", "LA", "GA", "CO", "MA", "Georgia", "Congo", "Korea"]
    )
    def test_a_text_with_two_readings_is_refused_with_both(self, text: str) -> None:
        with pytest.raises(AmbiguousPlaceError) as caught:
            kratomlaw.lookup(text)
        assert len(caught.value.candidates) == 2

    def test_the_hint_names_texts_that_are_clear(self) -> None:
        with pytest.raises(AmbiguousPlaceError) as caught:
            kratomlaw.lookup("Georgia")
        assert caught.value.hint == 'Say which: "GEO" or "US-GA".'
        assert [kratomlaw.find(text).code for text in ("GEO", "US-GA")] == ["GE", "US-GA"]

    @pytest.mark.parametrize(("text", "code"), [("TX", "US-TX"), ("TH", "TH"), ("WA", "US-WA"), ("GB", "GB")])
    def test_a_text_with_one_reading_works(self, text: str, code: str) -> None:
        assert kratomlaw.find(text).code == code

    def test_the_argument_says_which(self) -> None:
        assert kratomlaw.lookup(country="DE").jurisdiction.code == "DE"
        assert kratomlaw.lookup(code="DE").jurisdiction.code == "DE"
        assert kratomlaw.lookup(state="DE", country="US").jurisdiction.code == "US-DE"
        assert kratomlaw.lookup(state="DE").jurisdiction.code == "US-DE"
        assert kratomlaw.lookup("US-DE").jurisdiction.code == "US-DE"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("Berlin, DE", "DE"),
            ("München, DE", "DE"),
            ("Dover, DE", "US-DE"),
            ("Rehoboth Beach, DE", "US-DE"),
            ("Toronto, CA", "CA"),
            ("Fresno, CA", "US-CA/fresno"),
            ("Springfield, IL", "US-IL"),
            ("Haifa, IL", "IL"),
            ("Atlanta, Georgia", "US-GA"),
            ("Tbilisi, Georgia", "GE"),
            ("Perth, WA", "AU-WA"),
            ("Seattle, WA", "US-WA"),
            ("Regina, SK", "CA-SK"),
            ("Sydney, NSW", "AU-NSW"),
            ("Georgia, US", "US-GA"),
            ("San Mateo County, California", "US-CA/san-mateo-county"),
            ("Bavaria, Germany", "DE"),
            ("New York, NY", "US-NY/new-york-city"),
            ("Sabah, Malaysia", "MY-12"),
        ],
    )
    def test_the_city_decides(self, text: str, code: str) -> None:
        assert kratomlaw.find(text).code == code

    def test_a_city_known_in_both_is_ambiguous(self) -> None:
        with pytest.raises(AmbiguousPlaceError):
            kratomlaw.find("Ontario, CA")

    def test_a_city_known_in_neither_is_read_as_american_and_says_so(self) -> None:
        found = kratomlaw.lookup("Xyzzyville, DE", on="2026-11-23")
        assert (found.jurisdiction.code, found.certainty) == ("US-DE", kratomlaw.Certainty.APPROXIMATE)

    def test_a_city_known_in_neither_full_name_is_ambiguous(self) -> None:
        with pytest.raises(AmbiguousPlaceError):
            kratomlaw.lookup("Xyzzyville, Georgia")


class TestUnmatched:
    def test_a_locality_without_record_is_answered_for_its_state(self) -> None:
        found = kratomlaw.lookup("Nashville, TN", on="2026-11-23")
        assert (found.matched_level, found.unmatched) == (Level.STATE, "Nashville")

    def test_a_locality_under_a_country_with_states_is_approximate(self) -> None:
        found = kratomlaw.lookup("Highway 101, USA", on="2026-11-23")
        assert (found.unmatched, found.certainty) == ("Highway 101", kratomlaw.Certainty.APPROXIMATE)
        assert found.is_banned  # as in the strictest of the states

    def test_the_code_of_a_subdivision_without_law_of_its_own_means_its_country(self) -> None:
        found = kratomlaw.lookup("DE-BY", on="2026-11-23")
        assert (found.jurisdiction.code, found.unmatched) == ("DE", "DE-BY")


NAMES = PlaceNames(
    places={"US": "United States", "US-CA": "California"},
    names={"us": "US", "california": "US-CA", "ca": "US-CA", "united states": "US"},
    qualifiers={"ca": "US-CA"},
    territories=(),
)
GAZETTEER = Gazetteer(
    NAMES,
    local=lambda: [
        LocalPlace("US-CA/san-diego", "San Diego", Level.CITY, ("City of San Diego",)),
        LocalPlace("US-CA/union-county", "Union County", Level.COUNTY, ()),
    ],
)
LOCAL = PlaceResolver(GAZETTEER)


class TestLocalPlaces:
    @pytest.mark.parametrize(
        "text", ["US-CA/san-diego", "us-ca/San-Diego", "San Diego, CA", "City of San Diego, California, US"]
    )
    def test_a_place_with_a_record_is_matched(self, text: str) -> None:
        assert LOCAL.resolve_text(text).code == "US-CA/san-diego"

    def test_a_misspelt_place_is_suggested_and_not_used(self) -> None:
        match = LOCAL.resolve_text("San Deigo, CA")
        assert (match.code, match.unmatched) == ("US-CA", "San Deigo")
        assert [place.name for place in GAZETTEER.similar_local("San Deigo", "US-CA")] == ["San Diego"]

    def test_its_chain_goes_up_to_the_country(self) -> None:
        assert [place.code for place in GAZETTEER.chain("US-CA/san-diego")] == ["US", "US-CA", "US-CA/san-diego"]

    def test_parts_find_it(self) -> None:
        assert LOCAL.resolve_parts(state="CA", city="San Diego").code == "US-CA/san-diego"

    def test_a_local_code_without_record_is_refused(self) -> None:
        with pytest.raises(UnknownPlaceError, match="no place with the code"):
            LOCAL.resolve_text("US-CA/san-deigo")


class TestBadInput:
    def test_a_misspelt_state_is_suggested_first(self) -> None:
        with pytest.raises(UnknownPlaceError) as caught:
            kratomlaw.lookup("Tennesee")
        assert caught.value.suggestions[0].code == "US-TN"
        assert "Tennessee" in caught.value.hint

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "   ",
            "\u200f",
            "???",
            "Xyzzyville",
            "US-ZZ",
            "ZZ",
            "x" * 100_000,
            "a\x00b",
            "\ud800",
            ",",
            ", ,",
            "Paris, Atlantis",
            "🌿",
        ],
    )
    def test_what_is_no_place_is_refused_with_a_hint(self, text: str) -> None:
        with pytest.raises(UnknownPlaceError) as caught:
            kratomlaw.lookup(text)
        assert caught.value.hint
        assert len(str(caught.value)) < 500

    def test_a_right_to_left_mark_does_not_hide_a_place(self) -> None:
        assert kratomlaw.find("\u200fTennessee\u200f").code == "US-TN"

    @pytest.mark.parametrize("place", [1, 1.5, b"US", ["US"], {"US"}, object()])
    def test_a_wrong_type_is_refused(self, place: object) -> None:
        with pytest.raises(InvalidQueryError):
            kratomlaw.lookup(place)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "parts",
        [
            {"country": "DE", "state": "Texas"},
            {"country": "US", "state": "Bavaria"},
            {"country": "Texas"},
            {"state": "Germany"},
            {"city": "Xyzzyville"},
            {"county": "Madison"},
            {"country": "US", "state": "Tennesee"},
        ],
    )
    def test_parts_that_contradict_or_do_not_exist_are_refused(self, parts: dict[str, str]) -> None:
        with pytest.raises(UnknownPlaceError) as caught:
            kratomlaw.lookup(**parts)
        assert caught.value.hint

    @pytest.mark.parametrize(
        "arguments",
        [
            {},
            {"place": "US", "code": "US"},
            {"place": "US", "state": "TX"},
            {"code": "US", "country": "US"},
            {"place": "US-TX", "postal_code": "75001"},
            {"place": "US-TX", "product": "oil"},
            {"place": "US-TX", "product": None},
            {"place": "US-TX", "on": "2026-13-40"},
            {"place": "US-TX", "on": 20260101},
            {"country": 1},
        ],
    )
    def test_arguments_without_meaning_are_refused(self, arguments: dict[str, object]) -> None:
        with pytest.raises(InvalidQueryError) as caught:
            kratomlaw.lookup(**arguments)  # type: ignore[arg-type]
        assert caught.value.hint

    @given(st.text(max_size=300))
    def test_no_text_raises_anything_but_our_errors(self, text: str) -> None:
        try:
            kratomlaw.lookup(text, on="2026-11-23")
        except KratomLawError as error:
            assert error.message

    @given(
        st.fixed_dictionaries(
            {},
            optional={
                part: st.one_of(st.text(max_size=20), st.sampled_from(["US", "DE", "Texas", "TN", "Georgia", "Berlin"]))
                for part in ("country", "state", "county", "city")
            },
        )
    )
    def test_no_parts_raise_anything_but_our_errors(self, parts: dict[str, str]) -> None:
        try:
            kratomlaw.lookup(on="2026-11-23", **parts)
        except KratomLawError as error:
            assert error.message

    def test_fuzzy_matching_never_answers(self) -> None:
        for text in ("Tennesse", "Louisianna", "Thailnd", "Germny"):
            with pytest.raises(UnknownPlaceError):
                kratomlaw.find(text)
