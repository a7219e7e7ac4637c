import pytest
from hypothesis import given
from hypothesis import strategies as st

from kratomlaw.places.names import normalize_name, split_parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tennessee", "  TENNESSEE "),
        ("N.Y.", "NY"),
        ("N. Y.", "ny"),
        ("St. Louis", "Saint Louis"),
        ("Mt. Vernon", "mount vernon"),
        ("Ft. Worth", "Fort Worth"),
        ("Türkiye", "TURKIYE"),
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("Trinidad & Tobago", "Trinidad and Tobago"),
        ("The Gambia", "Gambia"),
        ("Tennes\u200fsee", "Tennessee"),
        ("Guinea-Bissau", "guinea bissau"),
        ("Oʻzbekiston", "Ozbekiston"),
    ],
)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert normalize_name(one) == normalize_name(other)


@pytest.mark.parametrize(("one", "other"), [("Niger", "Nigeria"), ("भारत", "भरत"), ("ไทย", "ไท"), ("日本", "日")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert normalize_name(one) != normalize_name(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert normalize_name(normalize_name(text)) == normalize_name(text)


def test_a_qualified_name_is_split_at_any_comma() -> None:
    assert split_parts("Nashville, Tennessee，USA,") == ("Nashville", "Tennessee", "USA")
