"""Do the tests pass on a later day, after a release of data, in another zone, order and language, and for another user?

    python tools/later.py 2027-03-01 --release --zone Pacific/Kiritimati [-- arguments of pytest]

A copy of the tree is made, so that nothing here changes. Needs Linux and a C compiler, for ``clock.c``. As root
the tests run as a user without rights and without a network. What needs either is left out: the mark ``network``.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOBODY = "65534"
SETTINGS = {
    # A developer's own settings, which must not reach the tests.
    "KRATOMLAW_SOURCE_URL": "https://nowhere.invalid/kratom",
    "KRATOMLAW_CACHE_DIR": "/nonexistent/cache",
    "KRATOMLAW_MAX_AGE": "1",
    "KRATOMLAW_OFFLINE": "maybe",
    "KRATOMLAW_PUBLIC_KEY": "0" * 64,
    "KRATOMLAW_OVERLAY": "/nonexistent/records",
}

ONLY_LOOPBACK = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    fcntl.ioctl(one, 0x8914, struct.pack("16sh", b"lo", 1))  # SIOCSIFFLAGS: the interface lo is up
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""In a network of its own a process has not even loopback, until somebody switches it on."""


def copy_tree(folder: Path) -> None:
    """Copy what a clone would hold, and what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def compile_package(folder: Path) -> None:
    """Compile the package of a copy, in which nothing is compiled by the way: the tests start it hundreds of times."""
    compiling = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", folder / "src"]
    subprocess.run(compiling, check=True)


def release(folder: Path, day: date, environment: dict[str, str]) -> None:
    """Give the data the version of that day, as a release does; compile it, and write what else tells the version."""
    file = folder / "data/dataset.toml"
    file.write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{day:%Y.%m.%d}"', file.read_text("utf-8")), "utf-8")
    for words in (("build",), ("quality", "--write")):
        subprocess.run([sys.executable, "-m", "kratomlaw", "data", *words], cwd=folder, env=environment, check=True)


def usable_by_others() -> bool:
    """Whether a user without rights may run this Python: not where it lies in root's own folder."""
    real = Path(sys.executable).resolve()
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (real, *real.parents, *Path(sys.prefix).parents))


def main() -> int:
    """Run the tests as the arguments say; the exit code is that of pytest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("day", type=date.fromisoformat)
    parser.add_argument(
        "--release", action="store_true", help="with data of that day; without, today's data is old then"
    )
    parser.add_argument("--zone", default="UTC")
    parser.add_argument("--seed", default="1", help="of the order of the tests")
    wanted, for_pytest = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        scratch.chmod(0o755)  # tests that become another user import from here
        folder, home, temporary = scratch / "kratomlaw", scratch / "home", scratch / "tmp"
        for new in (folder, home, temporary):
            new.mkdir()
        copy_tree(folder)
        compile_package(folder)
        environment = {
            **os.environ, **SETTINGS, "PYTHONPATH": str(folder / "src"), "HOME": str(home), "TMPDIR": str(temporary),
            "TZ": wanted.zone, "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        clock = scratch / "clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", clock, ROOT / "tools/clock.c", "-ldl"], check=True)
        seconds = (wanted.day - date.today()).days * 86_400
        if wanted.release:
            release(folder, wanted.day, environment)
        commit = "git init -q && git add -A && git -c user.name=later -c user.email=later@example.org commit -qm later"
        subprocess.run(commit, shell=True, cwd=folder, check=True)  # noqa: S602  # our own words
        as_whom: list[str] = []
        if os.geteuid() == 0 and not usable_by_others():
            print("later: as root, because other users may not run", sys.executable, flush=True)
        elif os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", scratch], check=True)
            as_whom = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            if subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode == 0:
                as_whom = ["unshare", "-n", sys.executable, "-c", ONLY_LOOPBACK, *as_whom]
        tests = [
            sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "not network",
            "--random-order", f"--random-order-seed={wanted.seed}", *(word for word in for_pytest if word != "--"),
        ]  # fmt: skip
        print(
            "later:",
            wanted.day,
            "released" if wanted.release else "old data",
            wanted.zone,
            "seed",
            wanted.seed,
            flush=True,
        )
        environment |= {"LD_PRELOAD": str(clock), "LATER_SECONDS": str(seconds)}
        return subprocess.run([*as_whom, *tests], cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
