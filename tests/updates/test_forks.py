"""Can a process fork while another thread refreshes for the first time, and the child refresh too?"""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kratomlaw.maintain.release.publish import public_key_of
from kratomlaw.updates.loading import forks_wait
from misbehaving import Server
from releases import Source
from sources import V1, assert_updated, clean_environment, make_law, offer

FORKS = """
import importlib.abc, os, signal, sys, threading
from kratomlaw import KratomLaw

source, cache, module = sys.argv[1:]
begun, forked = threading.Event(), threading.Event()

class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == module:
            begun.set()
            forked.wait(1)  # a fork that does not wait comes now

sys.meta_path.insert(0, Slow())
law = KratomLaw(source=source, cache_dir=cache)
refreshing = threading.Thread(target=law.refresh, kwargs={"allow_shrink": True})
refreshing.start()
if not begun.wait(30):
    sys.exit(f"{module} is not imported by a refresh")
child = os.fork()
if child == 0:
    signal.alarm(30)
    report = law.refresh(force=True, allow_shrink=True)
    print(law.lookup("US-LA").dataset_version == report.version, report.problem, flush=True)
    os._exit(0)
forked.set()
refreshing.join()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def forked(source: Source, folder: Path, module: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Fork while a module is imported by a refresh, and refresh in the child."""
    return subprocess.run(
        [sys.executable, "-c", FORKS, source.url, str(folder), module],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=clean_environment(**environment),
    )


ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's own libraries do not survive a fork"
)


@ON_LINUX
@pytest.mark.parametrize("module", ["pydantic", "kratomlaw.updates.trust", "httpx", "httpcore", "certifi"])
def test_a_child_that_is_forked_while_a_module_is_imported_can_refresh(
    source: Source, tmp_path: Path, module: str
) -> None:
    done = forked(source, tmp_path, module)
    assert (done.returncode, done.stdout) == (0, "True None\n"), f"the child waited for ever; {done.stderr}"


@ON_LINUX
def test_nor_does_a_child_wait_for_what_checks_signatures(source: Source, tmp_path: Path) -> None:
    done = forked(source, tmp_path, "cryptography.hazmat.primitives.asymmetric.ed25519", KRATOMLAW_PUBLIC_KEY="ab" * 32)
    assert done.returncode == 0, f"the child waited for ever; {done.stderr}"
    assert done.stdout.startswith("True IntegrityError"), "the source is not signed"


def test_a_question_about_signed_data_holds_up_no_fork(server: Server, tmp_path: Path, key: Ed25519PrivateKey) -> None:
    """A question takes no lock, also where it reads from the cache and checks a signature."""
    offer(server, V1, key=key)
    assert_updated(make_law(server.url, tmp_path, public_key=public_key_of(key)), V1)
    forks_wait.cache_clear()
    assert make_law(None, tmp_path, public_key=public_key_of(key)).lookup("US-LA").dataset_version == V1
    assert forks_wait.cache_info().currsize == 0
