"""How is a ZIP code read, and which are next to one another by the table that is bundled?"""

import pytest

from kratomlaw import InvalidQueryError, UnknownPlaceError
from kratomlaw.data.bundled import bundled_tables
from kratomlaw.places.postal import parse_zip, split_zip

ZIP_CODES = bundled_tables().zip_codes


@pytest.mark.parametrize(
    ("others", "near"),
    [
        (["62035"], True),  # Godfrey, beside Alton
        (["62025"], False),  # Edwardsville, two towns on
        (["60601", "62024"], True),  # one of them is enough
        (["62099"], False),  # no such ZIP code
        (["62099", "62035"], True),  # where one is not known, the others count
        (["35270"], False),  # in the table, but not where it lies
        ([], False),
    ],
)
def test_a_zip_code_is_next_to_those_around_it(others: list[str], near: bool) -> None:
    assert ZIP_CODES.are_near("62002", others) is near


@pytest.mark.parametrize("unknown", ["62099", "35270"])
def test_a_zip_code_whose_place_is_not_known_is_next_to_none(unknown: str) -> None:
    assert not ZIP_CODES.are_near(unknown, [unknown, "62002", "35203"])


@pytest.mark.parametrize(
    ("part", "head", "zip_code"),
    [
        ("IL 62002", "IL", "62002"),
        ("IL  62002", "IL", "62002"),
        ("IL 6200", "IL", "6200"),  # a spreadsheet dropped a zero
        ("IL 620021234", "IL", "620021234"),
        ("Highway 40 62249", "Highway 40", "62249"),
        ("62002", "", "62002"),
        ("Suite 12", "Suite 12", None),
        ("Box 123456", "Box 123456", None),
        ("London SW1A1", "London SW1A1", None),
        ("IL \uff16\uff12\uff10\uff10\uff12", "IL \uff16\uff12\uff10\uff10\uff12", None),  # digits of full width
        ("62002x", "62002x", None),
    ],
)
def test_a_zip_code_is_taken_off_the_end(part: str, head: str, zip_code: str | None) -> None:
    assert split_zip(part) == (head, zip_code)


@pytest.mark.parametrize(
    ("number", "meant"), [(2139, "02139"), (62002, "62002"), (0, "00000"), (100_000, "02139"), (-1, "02139")]
)
def test_a_number_is_refused_and_shown_as_text(number: int, meant: str) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        parse_zip(number)
    assert f'postal_code="{meant}"' in str(caught.value.hint)


def test_what_is_no_zip_code_is_not_said_at_length() -> None:
    with pytest.raises(UnknownPlaceError, match="is not a ZIP code") as caught:
        parse_zip("6" * 1_000)
    assert len(str(caught.value)) < 250
    assert len(caught.value.query or "") < 100
