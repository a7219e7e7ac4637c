"""No less of what other lists hold is found than ``tools/peers.py`` says; it prints the shares."""

import importlib.util
import os
from pathlib import Path

import pytest

from helpers import ROOT

GEO = os.environ.get("KRATOMLAW_TEST_GEO")


@pytest.mark.soak
def test_no_share_of_a_list_is_below_its_floor() -> None:
    spec = importlib.util.spec_from_file_location("peers", ROOT / "tools/peers.py")
    assert spec is not None
    assert spec.loader is not None
    peers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peers)
    found = list(peers.shares(Path(GEO) if GEO else None))
    assert {share.name for share in found} <= {*peers.FLOORS}
    assert len(found) == (len(peers.FLOORS) if GEO else 5)
    assert all(share.asked > 500 for share in found), "a list was not read"
    low = [f"{share.found:.2%} of {share.name}: {share.lost[:10]}" for share in found if not share.is_kept]
    assert not low, "\n".join(low)
