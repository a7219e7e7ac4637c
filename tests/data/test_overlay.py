"""An organisation's own records over ours."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import kratomlaw
from kratomlaw import DataError, InvalidDataError, KratomLaw, Status

ON = "2026-11-23"
OWN = """
code = "{code}"
name = "{name}"
verified_on = "2026-11-23"
{more}
[[periods]]
from = "2020-01-01"
status = "banned"
sale = "prohibited"
possession = "unknown"
confidence = "medium"
summary = "We do not ship here."
note = "Counsel's reading."
[[periods.conditions]]
kind = "other"
text = "No parcels."
[[periods.citations]]
title = "Memo 7"
kind = "paper"
supports = "The block."
"""


def write(folder: Path, code: str, name: str, more: str = "") -> None:
    (folder / f"{name}.toml").write_text(OWN.format(code=code, name=name, more=more), "utf-8")


def test_an_own_record_takes_the_place_of_ours(tmp_path: Path) -> None:
    write(tmp_path, "US-AK", "Alaska")
    assert kratomlaw.lookup("Alaska", on=ON).status is Status.LEGAL
    assert KratomLaw(overlay=tmp_path).lookup("Alaska", on=ON).status is Status.BANNED


def test_an_answer_says_which_statements_come_from_it(tmp_path: Path) -> None:
    write(tmp_path, "US-AK", "Alaska")
    answer = KratomLaw(overlay=tmp_path).lookup("Anchorage, Alaska", on=ON)
    assert [place.code for place in answer.overlaid] == ["US-AK"]
    assert [(c.title, c.from_overlay) for c in answer.citations] == [("Memo 7", True)]
    assert [c.from_overlay for c in answer.conditions] == [True]
    assert {a.from_overlay for a in answer.advisories} == {False}
    assert "own records" in str(answer)


def test_other_places_are_answered_as_before(tmp_path: Path) -> None:
    write(tmp_path, "US-AK", "Alaska")
    assert KratomLaw(overlay=tmp_path).lookup("US-LA", on=ON) == kratomlaw.lookup("US-LA", on=ON)


def test_it_may_add_a_town(tmp_path: Path) -> None:
    write(tmp_path, "US-AK/anchorage", "Anchorage", 'level = "city"\ncounties = ["US-AK/anchorage-municipality"]')
    law = KratomLaw(overlay=tmp_path)
    answer = law.lookup("Anchorage, AK", on=ON)
    assert (answer.jurisdiction.code, answer.status, answer.unmatched) == ("US-AK/anchorage", Status.BANNED, None)
    assert law.lookup("Anchorige, AK", on=ON).did_you_mean[0].name == "Anchorage"


def test_the_environment_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "US-AK", "Alaska")
    monkeypatch.setenv("KRATOMLAW_OVERLAY", str(tmp_path))
    assert KratomLaw().lookup("Alaska", on=ON).is_banned


def test_bad_own_records_are_refused_with_every_problem(tmp_path: Path) -> None:
    write(tmp_path, "US-ZZ", "Nowhere")
    (tmp_path / "broken.toml").write_text("code = ", "utf-8")
    with pytest.raises(InvalidDataError) as caught:
        KratomLaw(overlay=tmp_path).lookup("US-AK")
    assert [problem.file for problem in caught.value.problems] == ["Nowhere.toml", "broken.toml"]


def test_two_own_records_of_one_place_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "US-AK", "Alaska")
    write(tmp_path, "US-AK", "Also Alaska")
    with pytest.raises(InvalidDataError, match="another record"):
        KratomLaw(overlay=tmp_path).lookup("US-AK")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a folder"):
        KratomLaw(overlay=tmp_path / "nowhere").lookup("US-AK")


def link_to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with pipes in folders")
@pytest.mark.parametrize("make", [make_pipe, link_to_device])
def test_what_is_not_a_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "us.toml")
    with pytest.raises(DataError, match=r"us\.toml"):
        KratomLaw(overlay=tmp_path).lookup("US-LA")


def test_what_nests_without_end_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "us.toml").write_text("x = " + "[" * 5_000 + "]" * 5_000, "utf-8")
    with pytest.raises(InvalidDataError, match=r"us\.toml: It is not valid TOML: Nested too deeply"):
        KratomLaw(overlay=tmp_path).lookup("US-LA")


def test_a_file_that_is_too_long_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "us.toml").write_text("#" * 1_000_001, "utf-8")
    with pytest.raises(DataError, match=r"us\.toml in the overlay cannot be read: longer than 1,000,000 bytes"):
        KratomLaw(overlay=tmp_path).lookup("US-LA")


def test_a_folder_that_cannot_be_searched_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vanished(folder: Path, pattern: str) -> list[Path]:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "rglob", vanished)
    with pytest.raises(DataError, match=r"The overlay .* cannot be read: No such file or directory"):
        KratomLaw(overlay=tmp_path).lookup("US-LA")


def test_an_empty_folder_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tried(*_: object) -> None:
        pytest.fail("the data was tried before")

    monkeypatch.setattr("kratomlaw.data.trial.try_out", tried)
    assert KratomLaw(overlay=tmp_path).lookup("US-LA", on=ON).is_banned
