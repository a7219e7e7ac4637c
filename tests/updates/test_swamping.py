"""What does a source cost that wants to swamp its visitors? At most 200 MB of memory, and a few times the work of an honest one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import swamping
from sources import WHOLE_BUNDLE, clean_environment, make_dataset
from swamping import SWAMPS, VERSION, write_swamp

OFTEN = (
    "empty lists",
    "just few enough bad citations",
    "bad records of full size",
    "long texts of wide letters",
    "counties",
)
"""The worst of their kind, which everybody's tests include."""

MOST_TIMES = 8
"""How many times the work of a refresh from an honest source; the worst seen took four."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs a system that counts memory")


def cost_of(folder: Path, dataset: bytes, **manifest: object) -> dict[str, Any]:
    """What a refresh from a source of these bytes brings and costs."""
    write_swamp(folder / "swamp", dataset, **manifest)
    write_swamp(folder / "harmless", b"{}")
    write_swamp(folder / "honest", make_dataset(VERSION, base=WHOLE_BUNDLE))
    folders = ("swamp", "harmless", "honest", "cache")
    arguments = [sys.executable, swamping.__file__, *(str(folder / name) for name in folders)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, env=clean_environment())
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def assert_cheap(found: dict[str, Any]) -> None:
    assert len(found["said"]) < 1000, found
    assert found["megabytes"] < 200, found
    assert found["times"] < MOST_TIMES, found


@pytest.mark.parametrize(
    "name", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.soak) for name in SWAMPS]
)
def test_a_dataset(tmp_path: Path, name: str) -> None:
    assert_cheap(cost_of(tmp_path, SWAMPS[name]()))


def test_a_manifest(tmp_path: Path) -> None:
    found = cost_of(tmp_path, b"{}", versions=[0] * 199_000)
    assert found["outcome"] == "kept"
    assert_cheap(found)
