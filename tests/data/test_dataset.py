"""Dataset files: the bundled one damaged, and files that a caller names."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import kratomlaw
from helpers import ROOT
from kratomlaw import DataError, IntegrityError, InvalidDataError, KratomLaw, SchemaVersionError
from kratomlaw.install import REINSTALL

BUNDLED = ROOT / "src/kratomlaw/data/_bundled/dataset.json"


@pytest.fixture
def copied_package(tmp_path: Path) -> Path:
    """A copy of the package whose data a test may damage."""
    shutil.copytree(ROOT / "src/kratomlaw", tmp_path / "kratomlaw")
    return tmp_path


def ask(folder: Path, place: str = "US-LA") -> str:
    """Ask the package in a folder, in a process of its own."""
    code = f"""
import kratomlaw
try:
    print(kratomlaw.lookup({place!r}).status)
except Exception as error:
    print(type(error).__name__, error)
"""
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_the_copy_answers(copied_package: Path) -> None:
    assert ask(copied_package) == "banned\n"


@pytest.mark.parametrize(
    "name", ["data/_bundled/dataset.json", "data/_bundled/manifest.json", "places/_tables/places.json"]
)
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file: file.unlink(), id="missing"),
        pytest.param(lambda file: file.write_bytes(b""), id="empty"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:100]), id="cut off"),
        pytest.param(lambda file: file.write_bytes(b"\xff\xfe" + file.read_bytes()), id="not UTF-8"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), id="a folder"),
    ],
)
def test_a_damaged_file_is_an_integrity_error_that_names_the_remedy(
    copied_package: Path, name: str, damage: Callable[[Path], object]
) -> None:
    damage(copied_package / "kratomlaw" / name)
    said = ask(copied_package, "Louisiana")
    assert said.startswith("IntegrityError")
    assert REINSTALL in said


def test_one_flipped_bit_is_noticed(copied_package: Path) -> None:
    file = copied_package / "kratomlaw/data/_bundled/dataset.json"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert ask(copied_package).startswith("IntegrityError")


class TestNamedFile:
    def test_it_answers_as_the_bundled_one(self) -> None:
        law = KratomLaw(dataset=BUNDLED)
        assert law.dataset().origin is kratomlaw.Origin.FILE
        for place in kratomlaw.jurisdictions(level="state"):
            assert law.lookup(place, on="2026-11-23") == kratomlaw.lookup(place, on="2026-11-23")

    @pytest.mark.usefixtures("usual_age")
    def test_old_data_is_called_stale_in_every_answer(self, tmp_path: Path) -> None:
        law = self.changed(tmp_path, version="2020.01.01", built_on="2020-01-01")
        with pytest.warns(kratomlaw.KratomLawStaleWarning, match="2020-01-01"):
            assert law.lookup("US-LA").stale
        assert law.dataset().stale

    def test_its_age_is_measured_against_the_setting(self, tmp_path: Path) -> None:
        law = self.changed(tmp_path, max_age=timedelta(days=36500), version="2020.01.01", built_on="2020-01-01")
        assert not law.lookup("US-LA").stale

    @pytest.mark.parametrize(
        ("changes", "error"),
        [({"schema": 2}, SchemaVersionError), ({"built_on": "soon"}, IntegrityError), ({"records": []}, DataError)],
    )
    def test_a_file_of_another_form_is_refused(
        self, tmp_path: Path, changes: dict[str, object], error: type[DataError]
    ) -> None:
        with pytest.raises(error) as caught:
            self.changed(tmp_path, None, **changes).lookup("US-LA")
        assert caught.value.hint

    @pytest.mark.parametrize("version", ["9999.12.31", "2999.01.01"])
    def test_a_file_of_the_future_is_refused(self, tmp_path: Path, version: str) -> None:
        """Its answers would never be stale."""
        law = self.changed(tmp_path, version=version, built_on=version.replace(".", "-"))
        with pytest.raises(DataError):
            law.lookup("US-LA")

    @pytest.mark.parametrize("version", ["2020.01.01", "soon", "2020.02.30", "2020.01.01\x1b[2J", None, 5])
    def test_a_file_that_was_not_built_on_the_day_of_its_version_is_refused(
        self, tmp_path: Path, version: object
    ) -> None:
        with pytest.raises(IntegrityError):
            self.changed(tmp_path, version=version).lookup("US-LA")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with pipes in folders")
    def test_a_pipe_is_refused_and_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "dataset.json")
        with pytest.raises(DataError, match=r"not a regular file|cannot be read"):
            KratomLaw(dataset=tmp_path / "dataset.json").lookup("US-LA")

    def test_bad_records_are_refused_with_every_problem(self, tmp_path: Path) -> None:
        document = json.loads(BUNDLED.read_bytes())
        document["records"]["US-LA"]["periods"][0]["status"] = "fine"
        document["records"]["US-TN"]["colour"] = "red"
        file = tmp_path / "bad.json"
        file.write_text(json.dumps(document), "utf-8")
        with pytest.raises(InvalidDataError) as caught:
            KratomLaw(dataset=file).lookup("US-LA")
        assert [(p.file, p.key) for p in caught.value.problems] == [("US-LA", "periods[0].status"), ("US-TN", "colour")]

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\x00" * 100, b"<html></html>"])
    def test_what_is_no_dataset_is_refused(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "bad.json"
        file.write_bytes(content)
        with pytest.raises(IntegrityError):
            KratomLaw(dataset=file).dataset()

    def test_a_missing_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="nowhere"):
            KratomLaw(dataset=tmp_path / "nowhere.json").dataset()

    @staticmethod
    def changed(folder: Path, max_age: timedelta | None = None, **changes: object) -> KratomLaw:
        document = json.loads(BUNDLED.read_bytes()) | changes
        file = folder / "dataset.json"
        file.write_text(json.dumps(document), "utf-8")
        return KratomLaw(dataset=file, max_age=max_age)
