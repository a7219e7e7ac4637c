"""Publishing a source: what it holds is compared with its manifest, and publishers do not get in each other's way."""

import json
import os
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import GOOD_RECORD, write_record
from kratomlaw import DataError
from kratomlaw.cli.app import app
from kratomlaw.maintain.records.files import put
from kratomlaw.maintain.release.publish import make_key, public_key_of, publish, read_key
from kratomlaw.updates.trust import Trust

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
OLD, NEW = "2026.11.23", "2026.11.30"


def data_of(folder: Path, version: str) -> Path:
    write_record(folder, GOOD_RECORD)
    (folder / "dataset.toml").write_text(f'version = "{version}"\n')
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return data_of(tmp_path / "data", OLD)


@pytest.fixture
def out(tmp_path: Path, data: Path) -> Path:
    """A source that holds the older version; the data folder is at the newer one."""
    publish(data, tmp_path / "out", created=NOW)
    data_of(data, NEW)
    return tmp_path / "out"


def listed(out: Path) -> list[str]:
    return [file["version"] for file in json.loads((out / "manifest.json").read_text())["versions"]]


def refused(data: Path, out: Path, match: str, **more: object) -> None:
    before = {file.name: file.read_bytes() for file in out.iterdir() if file.is_file()}
    with pytest.raises(DataError, match=match) as caught:
        publish(data, out, **{"created": NOW, **more})  # type: ignore[arg-type]
    assert caught.value.hint
    assert {file.name: file.read_bytes() for file in out.iterdir() if file.is_file()} == before


def test_older_versions_stay_and_are_listed_newest_first(data: Path, out: Path) -> None:
    publish(data, out, created=NOW)
    assert listed(out) == [NEW, OLD]


def test_an_older_dataset_with_another_hash_is_refused(data: Path, out: Path) -> None:
    file = out / f"dataset-{OLD}.json"
    file.write_bytes(file.read_bytes().replace(b"allowed", b"unknown"))
    refused(data, out, "its hash differs")


def test_a_dataset_that_the_manifest_does_not_list_is_refused(data: Path, out: Path) -> None:
    (out / "dataset-2026.11.01.json").write_bytes((out / f"dataset-{OLD}.json").read_bytes())
    refused(data, out, r"dataset-2026\.11\.01\.json is not listed")


def test_a_dataset_that_is_a_link_is_refused(data: Path, out: Path, tmp_path: Path) -> None:
    file = out / f"dataset-{OLD}.json"
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    refused(data, out, "is not listed")


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]"])
def test_datasets_without_a_manifest_that_lists_them_are_refused(data: Path, out: Path, content: bytes | None) -> None:
    (out / "manifest.json").unlink()
    if content is not None:
        (out / "manifest.json").write_bytes(content)
    refused(data, out, "manifest")


def test_with_a_key_the_manifest_that_lists_older_datasets_has_to_be_signed_with_it(
    data: Path, out: Path, tmp_path: Path
) -> None:
    make_key(tmp_path / "one.pem")
    make_key(tmp_path / "two.pem")
    one, two = (read_key(tmp_path / name) for name in ("one.pem", "two.pem"))
    refused(data, out, "cannot be trusted", key=one)
    publish(data, out, created=NOW, key=one, adopt=True)
    publish(data, out, created=NOW, key=one)
    refused(data, out, "cannot be trusted", key=two)
    publish(data, out, created=NOW, key=two, adopt=True)
    manifest = (out / "manifest.json").read_bytes()
    trust = Trust(public_keys=(public_key_of(two),), library_version="0.1.0", now=NOW)
    assert [file.version for file in trust.read_manifest(manifest).manifest.versions] == [NEW, OLD]


def test_adopting_datasets_does_not_skip_their_hashes(data: Path, out: Path, tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem")
    (out / f"dataset-{OLD}.json").write_bytes(b"{}")
    refused(data, out, "its hash differs", key=read_key(tmp_path / "key.pem"), adopt=True)


@pytest.mark.parametrize("version", ["2026.12.03", "9999.12.31"])
def test_a_version_of_a_day_to_come_is_refused(data: Path, out: Path, version: str) -> None:
    data_of(data, version)
    refused(data, out, "a day to come")


def test_the_command_refuses_a_version_of_the_future_by_the_clock(data: Path, tmp_path: Path) -> None:
    data_of(data, f"{datetime.now(UTC) + timedelta(days=3):%Y.%m.%d}")
    done = CliRunner().invoke(app, ["data", "publish", str(tmp_path / "out"), "--no-site", "--data", str(data)])
    assert (done.exit_code, "a day to come" in done.stderr) == (1, True)


def test_many_publishers_at_once_all_succeed_and_lose_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    folders = [data_of(tmp_path / f"data-{day}", f"2026.11.{day:02}") for day in range(1, 9)]
    ready, failures = threading.Barrier(len(folders)), list[Exception]()

    def work(folder: Path) -> None:
        ready.wait()
        try:
            publish(folder, out, created=NOW)
        except DataError as error:
            # Whoever comes after a newer version is told so; nothing else may go wrong.
            if "which is newer" not in str(error):
                failures.append(error)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(folder,)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = sorted((file.name[8:-5] for file in out.glob("dataset-*.json")), reverse=True)
    assert (failures, listed(out), held[0]) == ([], held, "2026.11.08")
    assert [file.name for file in out.iterdir() if ".part" in file.name] == []


def test_a_link_in_the_way_is_replaced_and_not_followed(tmp_path: Path) -> None:
    precious, target = tmp_path / "precious", tmp_path / "manifest.json"
    precious.write_text("mine")
    target.symlink_to(precious)
    for name in (".manifest.json.part", ".manifest.json.tmp"):
        (tmp_path / name).symlink_to(precious)
    put(target, b"{}")
    assert (precious.read_text(), target.is_symlink(), target.read_bytes()) == ("mine", False, b"{}")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_published_file_can_be_read_by_a_web_server(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        put(tmp_path / "manifest.json", b"{}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "manifest.json").stat().st_mode) == 0o644
