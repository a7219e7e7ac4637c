"""How shops, lists and people write places, beyond what the tables of others hold: each was refused or silly once."""

import pytest

import kratomlaw

ON = "2026-11-23"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Toronto, ON M5V 2T6", "CA-ON"),
        ("Montréal, QC H2X1Y4, Canada", "CA-QC"),
        ("Vancouver BC V6B 1A1", "CA-BC"),
        ("Sydney NSW 2000", "AU-NSW"),
        ("Los Angeles County", "US-CA/los-angeles-county"),
        ("Rapides Parish", "US-LA/rapides-parish"),
        ("Monument, El Paso, CO", "US-CO/monument"),
        ("Albany County, NewYork", "US-NY/albany-county"),
    ],
)
def test_a_text_is_understood(text: str, code: str) -> None:
    assert kratomlaw.find(text).code == code


@pytest.mark.parametrize(
    ("letters", "code"),
    [
        ("JHR", "MY-01"), ("KDH", "MY-02"), ("KTN", "MY-03"), ("MLK", "MY-04"), ("NSN", "MY-05"), ("PHG", "MY-06"),
        ("PNG", "MY-07"), ("PRK", "MY-08"), ("PLS", "MY-09"), ("SGR", "MY-10"), ("TRG", "MY-11"), ("SBH", "MY-12"),
        ("SWK", "MY-13"), ("KUL", "MY-14"), ("LBN", "MY-15"), ("PJY", "MY-16"),
    ],
)  # fmt: skip
def test_the_letters_of_malaysia_s_states_are_read_in_malaysia_alone(letters: str, code: str) -> None:
    assert kratomlaw.lookup(country="MY", state=letters, on=ON).jurisdiction.code == code
    assert kratomlaw.lookup(code="PNG", on=ON).jurisdiction.code == "PG"


@pytest.mark.parametrize("text", ["Orange County", "Springfield", "Fredonia", "Garfield", "Houston, USA", "Georgia"])
def test_an_ambiguous_name_lists_its_places_and_what_holds_in_each(text: str) -> None:
    with pytest.raises(kratomlaw.AmbiguousPlaceError) as caught:
        kratomlaw.lookup(text, on=ON, product="7-oh")
    error = caught.value
    assert [law.jurisdiction for law in error.laws] == [*error.candidates]
    assert len(error.laws) > 1
    for law in error.laws:
        assert law.where, "the state or country in which it lies"
        own = kratomlaw.lookup(law.jurisdiction, on=ON, product="7-oh")
        assert law.approximate or (law.status, law.sale, law.possession) == (own.status, own.sale, own.possession)
    assert f"({error.laws[0].status})" in error.message or f", {error.laws[0].status})" in error.message
    more = len({law.where if "/" not in law.jurisdiction.code else law.jurisdiction.code for law in error.laws}) - 8
    assert more <= 0 or " more." in error.message
    assert len(error.message) < 400
    written = error.to_dict()
    assert [law["status"] for law in written["laws"]] == [str(law.status) for law in error.laws]  # type: ignore[attr-defined]
    assert written["error"] == "AmbiguousPlaceError"


def test_springfield_has_all_its_states() -> None:
    with pytest.raises(kratomlaw.AmbiguousPlaceError) as caught:
        kratomlaw.decide("Springfield", on=ON)
    assert len(caught.value.laws) > 20
    assert "and 20 more" in caught.value.message or " more." in caught.value.message
    assert {"Missouri", "Illinois", "Massachusetts"} <= {law.where for law in caught.value.laws}


@pytest.mark.parametrize("ask", [kratomlaw.find, kratomlaw.timeline])
def test_find_and_timeline_tell_today_s_law_of_each_candidate(ask: object) -> None:
    with pytest.raises(kratomlaw.AmbiguousPlaceError) as caught:
        ask("Georgia")  # type: ignore[operator]
    assert [law.jurisdiction.code for law in caught.value.laws] == ["GE", "US-GA"]


@pytest.mark.parametrize("text", ["Denver", "Nashville", "Munich", "Bangkok"])
def test_a_large_city_alone_is_that_city(text: str) -> None:
    assert kratomlaw.lookup(text, on=ON).unmatched in (text, None)


def test_a_quarter_of_another_city_is_not_surely_this_one_s() -> None:
    answer = kratomlaw.lookup("Surfside, CA 90743", on=ON)  # in Seal Beach, not in Huntington Beach
    assert answer.jurisdiction.code != "US-CA/huntington-beach"
