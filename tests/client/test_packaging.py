"""Every way to install answers alike: a wheel from the clone, a wheel from the sdist, an editable install."""

import json
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import kratomlaw
from helpers import ROOT

ASK = """
import json, kratomlaw
places = ["US-LA", "Nashville, TN", "Berlin, DE", "Dover, DE", "ประเทศไทย"]
answers = [kratomlaw.lookup(place, on="2026-11-23").to_dict() for place in places]
print(json.dumps({"sha256": kratomlaw.dataset().sha256, "answers": answers}))
"""
LIMIT = 2_000_000

pytestmark = pytest.mark.network


def command(*words: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a clone holds, so that a build cannot change the tree under test."""
    folder = tmp_path_factory.mktemp("clone") / "kratomlaw"
    names = command("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist, the wheel built from the clone and the wheel built from the sdist."""
    out = tmp_path_factory.mktemp("built")
    command(sys.executable, "-m", "build", "--wheel", "--outdir", out / "clone", clone)
    command(sys.executable, "-m", "build", "--sdist", "--outdir", out / "sdist", clone)
    (sdist,) = (out / "sdist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "unpacked", filter="data")
    (unpacked,) = (out / "unpacked").iterdir()
    command(sys.executable, "-m", "build", "--wheel", "--outdir", out / "from-sdist", unpacked)
    return {
        "clone": next((out / "clone").glob("*.whl")),
        "sdist": next((out / "from-sdist").glob("*.whl")),
    }


def ask_in_clean_environment(folder: Path, *install: str | Path) -> dict[str, object]:
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin/python"
    command(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install)
    return dict(json.loads(command(python, "-c", ASK, cwd=folder)))


@pytest.fixture(scope="module")
def expected() -> dict[str, object]:
    places = ["US-LA", "Nashville, TN", "Berlin, DE", "Dover, DE", "ประเทศไทย"]
    return {
        "sha256": kratomlaw.dataset().sha256,
        "answers": [kratomlaw.lookup(place, on="2026-11-23").to_dict() for place in places],
    }


@pytest.mark.parametrize("source", ["clone", "sdist"])
def test_a_wheel_answers(source: str, built: dict[str, Path], expected: dict[str, object], tmp_path: Path) -> None:
    assert ask_in_clean_environment(tmp_path, built[source]) == expected


def test_an_editable_install_answers(clone: Path, expected: dict[str, object], tmp_path: Path) -> None:
    assert ask_in_clean_environment(tmp_path, "--editable", clone) == expected


@pytest.mark.parametrize("source", ["clone", "sdist"])
def test_a_wheel_carries_data_types_and_notices_and_is_small(source: str, built: dict[str, Path]) -> None:
    wheel = built[source]
    assert wheel.stat().st_size <= LIMIT
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "py.typed",
        "data/_bundled/dataset.json",
        "data/_bundled/manifest.json",
        "places/_tables/places.json",
        "places/_tables/gazetteer.json",
    ):
        assert f"kratomlaw/{name}" in names
    assert any(name.endswith("licenses/data/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "data/"))]
