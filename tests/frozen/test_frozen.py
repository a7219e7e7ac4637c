"""Do writer and reader still agree with what was released? Kept files, compared with what the code makes today.

A change that is meant is written into the files, and so into the diff, by ``python -m pytest tests/frozen --update-frozen``.
The dataset itself is only replaced together with ``--update-frozen-dataset``: old datasets have to stay readable.
"""

import difflib
import json
from itertools import islice

import pytest

from frozen.produce import DATASET, KEPT, PRODUCED, law, new_dataset

UPDATE = "If that is meant: python -m pytest tests/frozen --update-frozen"


@pytest.fixture(scope="module", autouse=True)
def dataset(request: pytest.FixtureRequest) -> None:
    """The kept dataset, made where there is none."""
    if request.config.getoption("--update-frozen-dataset"):
        DATASET.write_bytes(new_dataset())


@pytest.mark.parametrize("name", PRODUCED)
def test_it_is_as_it_was_released(name: str, request: pytest.FixtureRequest) -> None:
    file, made = KEPT / name, PRODUCED[name]()
    if request.config.getoption("--update-frozen"):
        file.write_text(made, "utf-8", newline="\n")
    kept = file.read_text("utf-8")
    if made != kept:
        different = difflib.unified_diff(kept.splitlines(), made.splitlines(), "kept", "made", lineterm="", n=2)
        pytest.fail(f"{name} is no longer what was kept.\n" + "\n".join(islice(different, 60)) + f"\n{UPDATE}")


def test_the_kept_dataset_is_read_as_its_writer_named_it() -> None:
    written = json.loads(DATASET.read_bytes())
    assert law().dataset().version == written["version"]
    assert {place.code for place in law().jurisdictions() if place.code in written["records"]} == set(
        written["records"]
    )


def test_no_file_is_kept_that_nothing_makes() -> None:
    assert {file.name for file in KEPT.iterdir()} == {*PRODUCED, DATASET.name}
