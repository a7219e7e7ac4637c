"""Several questions that are asked together get their answers from one dataset, also when a refresh comes in between."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import kratomlaw
from helpers import NEWER, NEWEST, ROOT
from kratomlaw import KratomLaw, UnknownPlaceError


def make_dataset(folder: Path, version: str) -> Path:
    document: dict[str, Any] = json.loads((ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_text("utf-8"))
    document["version"] = version
    file = folder / f"{version}.json"
    file.write_text(json.dumps(document), "utf-8")
    return file


def test_a_view_answers_from_one_version_whatever_comes_into_use(tmp_path: Path) -> None:
    old, new = make_dataset(tmp_path, NEWER), make_dataset(tmp_path, NEWEST)
    law = KratomLaw(dataset=old, max_age=timedelta(days=36500))
    with law.at_one_version() as view:
        before = view.lookup("US-LA")
        law.configure(dataset=new, max_age=timedelta(days=36500))  # as a refresh would
        after = view.lookup("US-TX")
        assert {before.dataset_version, after.dataset_version, view.dataset().version} == {NEWER}
    assert law.lookup("US-TX").dataset_version == NEWEST


def test_a_view_of_a_view_is_of_the_same_version() -> None:
    with kratomlaw.at_one_version() as view, view.at_one_version() as again:
        assert again.lookup("US-LA") is view.lookup("US-LA")


def test_what_is_wrong_with_a_question_is_raised() -> None:
    with KratomLaw().at_one_version() as view, pytest.raises(UnknownPlaceError):
        view.find("Xyzzyville")
