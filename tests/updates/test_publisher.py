"""Does what a publisher writes satisfy the users' side?"""

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from helpers import ROOT
from kratomlaw import (
    DataError,
    IntegrityError,
    InvalidDataError,
    RefreshOutcome,
)
from kratomlaw.data.versions import day_of
from kratomlaw.maintain.release.publish import make_key, public_key_of, publish, read_key
from kratomlaw.updates.manifest import dataset_name
from kratomlaw.updates.trust import Trust
from sources import BUNDLED_VERSION, V1, V2, assert_updated, make_law, versions_before

RELEASED = datetime.combine(day_of(V1), time(), UTC)
"""The begin of the day of the data's version."""


class TestPublisher:
    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        """A copy of the records as V1, which a test may change."""
        shutil.copytree(ROOT / "data", tmp_path / "data")
        self.release(tmp_path / "data", V1)
        return tmp_path / "data"

    @staticmethod
    def release(data: Path, version: str) -> None:
        (data / "dataset.toml").write_text(f'version = "{version}"\n', "utf-8")

    @staticmethod
    def edit(data: Path) -> None:
        file = data / "us/tn.toml"
        file.write_text(file.read_text("utf-8").replace('verified_on = "', 'verified_on = "2020-01-01" # "'), "utf-8")

    def test_twice_is_the_same_but_for_the_dates(self, data: Path, tmp_path: Path) -> None:
        for name, day in (("one", 1), ("two", 2)):
            publish(data, tmp_path / name, created=RELEASED + timedelta(days=day))
        one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
        first, second = (json.loads(files.pop("manifest.json")) for files in (one, two))
        assert one == two
        assert {key for key in first if first[key] != second[key]} == {"created", "expires"}

    def test_at_the_same_moment_it_is_the_same_byte_for_byte(
        self, data: Path, tmp_path: Path, key: Ed25519PrivateKey
    ) -> None:
        for name in ("one", "two"):
            publish(data, tmp_path / name, created=RELEASED, key=key)
        one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
        assert one == two
        assert sorted(one) == [dataset_name(V1), "manifest.json", "record.schema.json"]

    def test_older_datasets_stay(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        before = (tmp_path / "out" / dataset_name(V1)).read_bytes()
        self.release(data, V2)
        manifest = publish(data, tmp_path / "out")
        assert [file.version for file in manifest.versions] == [V2, V1]
        assert (tmp_path / "out" / dataset_name(V1)).read_bytes() == before
        pinned = make_law(tmp_path / "out", tmp_path, version=V1)
        assert pinned.refresh(strict=True).version == V1

    def test_a_renewal_does_not_touch_the_dataset_that_is_being_served(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        before = (tmp_path / "out" / dataset_name(V1)).stat()
        publish(data, tmp_path / "out", lifetime=timedelta(days=7))
        after = (tmp_path / "out" / dataset_name(V1)).stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_the_same_version_with_other_bytes_is_refused(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        self.edit(data)
        with pytest.raises(DataError, match="other bytes"):
            publish(data, tmp_path / "out")
        assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before

    def test_an_older_version_is_refused(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        self.release(data, versions_before(BUNDLED_VERSION, 1))
        with pytest.raises(DataError, match=V1):
            publish(data, tmp_path / "out")

    def test_records_that_break_the_rules_write_nothing(self, data: Path, tmp_path: Path) -> None:
        (data / "us/la.toml").write_text("nonsense", "utf-8")
        with pytest.raises(InvalidDataError):
            publish(data, tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_what_is_signed_verifies(self, data: Path, tmp_path: Path) -> None:
        public = make_key(tmp_path / "key.pem")
        publish(data, tmp_path / "out", key=read_key(tmp_path / "key.pem"))
        content = (tmp_path / "out/manifest.json").read_bytes()
        trust = Trust(public_keys=(public,), library_version="0.1.0", now=datetime.now(UTC), reached=day_of(V1))
        assert trust.read_manifest(content).manifest.version == V1
        with pytest.raises(IntegrityError):
            trust.read_manifest(content.replace(b'"requires"', b'"required"'))
        assert_updated(make_law(tmp_path / "out", tmp_path, public_key=public), V1)

    def test_a_key_is_for_its_owner_alone_and_is_never_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "key.pem"
        umask = os.umask(0)
        try:
            public = make_key(path)
        finally:
            os.umask(umask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        before = path.read_bytes()
        with pytest.raises(FileExistsError):
            make_key(path)
        assert path.read_bytes() == before
        assert public_key_of(read_key(path)) == public

    def test_what_is_no_key_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "key.pem").write_bytes(b"no key")
        for name in ("key.pem", "nowhere.pem"):
            with pytest.raises(DataError, match=name):
                read_key(tmp_path / name)

    def test_a_plain_static_server_serves_it(self, data: Path, tmp_path: Path) -> None:
        publish(data, tmp_path / "out")
        serve = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]
        with subprocess.Popen(
            [*serve, str(tmp_path / "out")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            try:
                assert process.stdout is not None
                port = process.stdout.readline().split(" port ")[1].split()[0]
                law = make_law(f"http://127.0.0.1:{port}", tmp_path)
                assert_updated(law, V1)
                assert law.refresh(strict=True).outcome is RefreshOutcome.UNCHANGED
                assert law.versions().source == (V1,)
            finally:
                process.terminate()
