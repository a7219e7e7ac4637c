"""What importing and asking do to a process: nothing but answer."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kratomlaw
from kratomlaw import KratomLaw

AUDIT = """
import sys
seen = []
def hook(event, args):
    if event.startswith("socket.") or event in ("os.mkdir", "os.rename", "os.remove", "subprocess.Popen"):
        seen.append(event)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        seen.append(f"{event} {args[0]} {args[1]}")
sys.dont_write_bytecode = True
sys.addaudithook(hook)
import threading
import kratomlaw
answer = kratomlaw.lookup("New Orleans, Louisiana")
kratomlaw.lookup("Dover, DE"); kratomlaw.timeline("TH"); kratomlaw.changes("2025-01-01"); kratomlaw.dataset()
import json
print(json.dumps({"seen": seen, "modules": sorted(sys.modules), "threads": threading.active_count(),
                  "status": answer.status}))
"""


def run(code: str, **environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return dict(json.loads(done.stdout))


def test_a_question_touches_no_network_writes_nothing_and_starts_no_thread(tmp_path: Path) -> None:
    found = run(AUDIT, HOME=str(tmp_path))
    assert found["seen"] == []
    assert found["threads"] == 1
    assert found["status"] == "banned"
    assert list(tmp_path.iterdir()) == []


def test_a_question_loads_none_of_the_heavy_libraries() -> None:
    modules = run(AUDIT)["modules"]
    assert isinstance(modules, list)
    assert not {"httpx", "typer", "rich", "narwhals", "platformdirs", "asyncio"} & set(modules)


def test_importing_reads_no_data() -> None:
    code = """
import sys, json
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import kratomlaw
print(json.dumps({"data": [name for name in opened if "_bundled" in name or "_tables/" in name]}))
"""
    assert run(code) == {"data": []}


def test_no_home_folder_is_needed() -> None:
    code = "import kratomlaw, json; print(json.dumps({'status': kratomlaw.lookup('US-LA').status}))"
    assert run(code, HOME="/nonexistent")["status"] == "banned"


def test_threads_that_meet_on_first_use_all_get_the_whole_answer() -> None:
    expected = kratomlaw.lookup("US-LA", on="2026-11-23")
    places = ["US-LA", "Louisiana", "New Orleans, LA", "New Orleans, Louisiana, USA"] * 8
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(10):
            law = KratomLaw()
            with ThreadPoolExecutor(16) as pool:
                answers = list(pool.map(lambda place, law=law: law.lookup(place, on="2026-11-23"), places))
            assert {(a.status, a.citations, a.chain) for a in answers} == {
                (expected.status, expected.citations, expected.chain)
            }
    finally:
        sys.setswitchinterval(interval)


def test_answers_stay_right_when_the_memory_of_answers_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kratomlaw.data.derived._REMEMBERED", 3)
    law = KratomLaw()
    for number in (*range(10), *range(10)):
        assert law.lookup(f"Town {number}, LA", on="2026-11-23").unmatched == f"Town {number}"


FIRST_TOGETHER = """
import json, threading
from datetime import timedelta
from kratomlaw import client, configure, dataset, lookup
both_there = threading.Barrier(2)
read_settings = client.read_settings
def read_together(**settings):
    if len(settings) > 1 and not both_there.broken:  # while an instance is made
        try:
            both_there.wait(10)
        except threading.BrokenBarrierError:
            pass
    return read_settings(**settings)
client.read_settings = read_together
made = []
def ask():
    made.append(client.default_instance())
asking = [threading.Thread(target=ask) for _ in range(2)]
for thread in asking:
    thread.start()
for thread in asking:
    thread.join()
print(json.dumps({"instances": len({id(each) for each in [*made, client.default_instance()]})}))
"""


def test_threads_whose_first_question_comes_at_once_share_the_default_instance() -> None:
    assert run(FIRST_TOGETHER) == {"instances": 1}
