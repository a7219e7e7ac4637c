"""Several questions that are asked together get their answers from one dataset, also when a refresh comes in between."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from helpers import ROOT
from kratomlaw import KratomLaw, KratomLawError
from kratomlaw.consistency import settled


def make_dataset(folder: Path, version: str) -> Path:
    document: dict[str, Any] = json.loads((ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_text("utf-8"))
    document |= {"version": version, "built_on": version.replace(".", "-")}
    file = folder / f"{version}.json"
    file.write_text(json.dumps(document), "utf-8")
    return file


def test_answers_from_two_datasets_are_asked_again(tmp_path: Path) -> None:
    old, new = make_dataset(tmp_path, "2027.01.01"), make_dataset(tmp_path, "2027.02.01")
    law = KratomLaw(dataset=old, max_age=timedelta(days=36500))

    def ask() -> set[str]:
        first = law.lookup("US-LA").dataset_version
        law.configure(dataset=new, max_age=timedelta(days=36500))  # as a refresh would
        return {first, law.lookup("US-TX").dataset_version}

    versions, data = settled(law, ask)
    assert (versions, data.version) == ({"2027.02.01"}, "2027.02.01")


def test_what_is_wrong_with_a_question_is_raised() -> None:
    law = KratomLaw()
    with pytest.raises(KratomLawError):
        settled(law, lambda: law.find("Xyzzyville"))
