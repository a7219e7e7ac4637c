"""Which ZIP codes are next to one another, by the table that is bundled?"""

import pytest

from kratomlaw.data.bundled import bundled_tables

ZIP_CODES = bundled_tables().zip_codes


@pytest.mark.parametrize(
    ("others", "near"),
    [
        (["62035"], True),  # Godfrey, beside Alton
        (["62025"], False),  # Edwardsville, two towns on
        (["60601", "62024"], True),  # one of them is enough
        (["62099"], False),  # no such ZIP code
        (["62099", "62035"], True),  # where one is not known, the others count
        ([], False),
    ],
)
def test_a_zip_code_is_next_to_those_around_it(others: list[str], near: bool) -> None:
    assert ZIP_CODES.are_near("62002", others) is near


def test_a_zip_code_whose_place_is_not_known_is_next_to_none() -> None:
    assert not ZIP_CODES.are_near("62099", ["62099", "62002"])
