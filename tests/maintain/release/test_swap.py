"""A folder that readers look at becomes another one in one step: nobody meets a mixture, a failure changes nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kratomlaw import DataError
from kratomlaw.maintain.records.files import put
from kratomlaw.maintain.release.swap import replaced_in_one_step

FILES = [f"places/{number}.html" for number in range(40)]


def fill(folder: Path, content: str) -> None:
    (folder / "places").mkdir(exist_ok=True)
    for name in FILES:
        put(folder / name, content.encode())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    with replaced_in_one_step(tmp_path / "site") as part:
        fill(part, "1")
    return tmp_path / "site"


def said(site: Path) -> set[str]:
    return {(site / name).read_text() for name in FILES}


def test_a_folder_that_is_not_there_is_made(site: Path) -> None:
    assert said(site) == {"1"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_a_reader_never_sees_two_versions_mixed(site: Path) -> None:
    """Whoever opens the folder and reads on in it has one version; whoever opens it anew has the old or the new."""
    seen: list[set[str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            folder = os.open(site, os.O_RDONLY)  # the folder itself, as it was at this moment
            try:
                found: set[str] = set()
                for name in FILES:
                    file = os.open(name, os.O_RDONLY, dir_fd=folder)
                    found.add(os.read(file, 10).decode())
                    os.close(file)
                seen.append(found)
            except FileNotFoundError:  # the old folder is removed at the end; a reader begins again
                pass
            finally:
                os.close(folder)

    reader = threading.Thread(target=read)
    reader.start()
    for version in range(2, 12):
        with replaced_in_one_step(site) as part:
            fill(part, str(version))
            assert said(site) == {str(version - 1)}, "it is seen before it is complete"
    stop.set()
    reader.join()
    assert seen
    assert all(len(found) == 1 for found in seen)
    assert said(site) == {"11"}


def test_what_stays_is_not_copied_and_what_fails_changes_nothing(site: Path) -> None:
    (site / "mine.txt").write_text("kept")
    before = (site / "mine.txt").stat().st_ino

    def fails() -> None:
        with replaced_in_one_step(site) as part:
            put(part / FILES[0], b"2")
            raise KeyError("in between")

    with pytest.raises(KeyError):
        fails()
    assert said(site) == {"1"}
    with replaced_in_one_step(site) as part:
        fill(part, "2")
    assert said(site) == {"2"}
    assert (site / "mine.txt").stat().st_ino == before
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_an_error_of_the_system_reaches_those_who_fill_it(site: Path) -> None:
    with pytest.raises(NotADirectoryError), replaced_in_one_step(site) as part:
        put(part / FILES[0] / "below", b"2")
    assert said(site) == {"1"}


def test_a_link_stays_a_link(site: Path, tmp_path: Path) -> None:
    link = tmp_path / "www"
    link.symlink_to(site)
    with replaced_in_one_step(link) as part:
        fill(part, "2")
    assert link.is_symlink()
    assert said(site) == said(link) == {"2"}


def test_without_the_help_of_the_system_two_moves_do(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with replaced_in_one_step(site) as part:
        fill(part, "2")
    assert said(site) == {"2"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_a_killed_run_leaves_the_folder_as_it_was(site: Path) -> None:
    code = f"""
import time
from pathlib import Path
from kratomlaw.maintain.release.swap import replaced_in_one_step
with replaced_in_one_step(Path({str(site)!r})) as part:
    (part / "places/0.html").unlink()
    print("here", flush=True)
    time.sleep(60)
"""
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert run.stdout
    assert run.stdout.readline() == "here\n"
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert said(site) == {"1"}
    with replaced_in_one_step(site) as part:
        fill(part, "2")
    assert said(site) == {"2"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_two_publishers_come_one_after_the_other(site: Path) -> None:
    def add(number: int) -> None:
        with replaced_in_one_step(site) as part:
            time.sleep(0.02)
            put(part / f"{number}.txt", b"")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {path.name for path in site.glob("*.txt")} == {f"{number}.txt" for number in range(6)}


def test_a_volume_cannot_be_replaced(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    monkeypatch.setattr("kratomlaw.maintain.release.swap._exchanged_by_system", lambda part, place: errno.EBUSY)
    with pytest.raises(DataError, match="cannot be replaced") as error, replaced_in_one_step(site) as part:
        fill(part, "2")
    assert "inside a mounted volume" in str(error.value.hint)
    assert said(site) == {"1"}
