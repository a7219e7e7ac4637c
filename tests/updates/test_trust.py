"""What is believed? Manifests, records and signatures that are wrong leave everything as it was."""

import hashlib
import json
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kratomlaw import (
    DataError,
    ExpiredError,
    IntegrityError,
    InvalidDataError,
    KratomLaw,
    KratomLawError,
    RollbackError,
    SchemaVersionError,
    SourceResponseError,
)
from kratomlaw.data.dataset import Dataset
from kratomlaw.data.versions import version_key
from kratomlaw.install import UPGRADE
from kratomlaw.maintain.release.publish import public_key_of
from kratomlaw.updates.manifest import MAX_DATASET, MAX_MANIFEST, dataset_name, signed_bytes
from kratomlaw.updates.trust import Trust
from misbehaving import Server
from sources import (
    BUNDLED,
    BUNDLED_VERSION,
    V1,
    V2,
    V3,
    Change,
    assert_kept,
    assert_updated,
    described,
    drop,
    make_dataset,
    make_law,
    make_manifest,
    offer,
    release,
    set_clock,
    versions_before,
)


class TestWhatTheManifestSays:
    @pytest.mark.parametrize("more", [1, 1000])
    def test_a_size_that_is_too_large(self, server: Server, law: KratomLaw, more: int) -> None:
        offer(server, V2, says={"size": len(server.files[dataset_name(V2)]) + more})
        assert_kept(law, IntegrityError)

    def test_a_size_that_is_too_small(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, says={"size": len(server.files[dataset_name(V2)]) - 1})
        assert_kept(law, SourceResponseError)

    @pytest.mark.parametrize("size", [0, -1, 50_000_001, 1e300, "many", None])
    def test_a_size_that_no_dataset_has(self, server: Server, law: KratomLaw, size: object) -> None:
        offer(server, V2, says={"size": size})
        assert_kept(law, SourceResponseError)
        assert server.names() == ["manifest.json"]

    def test_a_wrong_hash(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, says={"sha256": "0" * 64})
        assert_kept(law, IntegrityError)

    def test_one_flipped_bit(self, server: Server, law: KratomLaw) -> None:
        content = bytearray(server.files[dataset_name(V2)])
        content[len(content) // 2] ^= 1
        server.files[dataset_name(V2)] = bytes(content)
        assert_kept(law, IntegrityError)

    def test_a_dataset_that_calls_itself_otherwise(self, server: Server, law: KratomLaw) -> None:
        content = make_dataset(V3)
        server.files[dataset_name(V2)] = content
        server.files["manifest.json"] = make_manifest(described(V2, content))
        assert_kept(law, IntegrityError)

    def test_an_expired_manifest(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, says={"expires": "2026-01-01T00:00:00Z"})
        assert_kept(law, ExpiredError)

    def test_an_expired_manifest_is_not_revived_by_not_modified(
        self, server: Server, law: KratomLaw, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        law.refresh(strict=True)
        set_clock(monkeypatch, timedelta(days=60))
        server.forget()
        assert_kept(law, ExpiredError)
        assert server.body_bytes == 0

    def test_an_older_version(self, server: Server, law: KratomLaw) -> None:
        law.refresh(strict=True)
        server.files["manifest.json"] = make_manifest(described(V1, server.files[dataset_name(V1)]))
        assert_kept(law, RollbackError)

    def test_a_version_older_than_the_bundled_one(self, server: Server, tmp_path: Path) -> None:
        offer(server, versions_before(BUNDLED_VERSION, 30))
        assert_kept(make_law(server.url, tmp_path), RollbackError)

    def test_the_same_version_with_other_bytes(self, server: Server, law: KratomLaw) -> None:
        law.refresh(strict=True)
        offer(server, V2, lambda document: document.update(licence="CC-BY-4.0"))
        assert_kept(law, IntegrityError)

    def test_the_bundled_version_with_other_bytes(self, server: Server, tmp_path: Path) -> None:
        offer(server, BUNDLED_VERSION)
        assert_kept(make_law(server.url, tmp_path), IntegrityError)

    def test_an_unknown_schema_asks_for_an_upgrade(self, server: Server, law: KratomLaw) -> None:
        # A later schema need not have any key that this one has.
        server.files["manifest.json"] = b'{"schema": 2, "data": {"from": "elsewhere"}}'
        assert UPGRADE in str(assert_kept(law, SchemaVersionError).problem)

    def test_an_unknown_schema_of_the_dataset_asks_for_an_upgrade(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, lambda document: document.update(schema=2))
        assert UPGRADE in str(assert_kept(law, SchemaVersionError).problem)

    @pytest.mark.parametrize("version", ["99.0", "0.1.99999", "1"])
    def test_a_need_for_a_newer_library_asks_for_an_upgrade(self, server: Server, law: KratomLaw, version: str) -> None:
        offer(server, V2, says={"requires": version})
        assert UPGRADE in str(assert_kept(law, SchemaVersionError).problem)

    @pytest.mark.parametrize("asked", ["Kent", "Kent County", "County of Kent"])
    def test_a_county_that_is_newer_than_this_library_is_found(
        self, server: Server, law: KratomLaw, asked: str
    ) -> None:
        def add(document: dict[str, Any]) -> None:
            county = {"code": "US-MS/kent-county", "name": "Kent County", "level": "county"}
            document["records"]["US-MS/kent-county"] = document["records"]["US-LA"] | county

        offer(server, V2, add)
        assert_updated(law, V2)
        assert law.lookup(state="MS", county=asked).jurisdiction.code == "US-MS/kent-county"

    def test_unknown_keys_are_accepted(self, server: Server, law: KratomLaw) -> None:
        def extend(document: dict[str, Any]) -> None:
            document["compiler"] = "later"
            for record in document["records"].values():
                record["colour"] = {"of": "the flag"}
                record["periods"][0]["moon"] = "full"
                record["periods"][0]["citations"][0]["shelf"] = 7

        offer(server, V2, extend, says={"mirrors": ["https://law.example.org"], "statistics": {"records": 101}})
        assert_updated(law, V2)

    @pytest.mark.parametrize(
        "version",
        [
            "../x",
            "2027.02.01/../../x",
            "2027.02.01\n",
            "2027.2.1",
            "latest",
            "",
            "２０２７.02.01",
            "2027.02.01.0",
            None,
            2027,
        ],
    )
    def test_a_version_that_is_none_is_never_a_path(
        self, server: Server, law: KratomLaw, version: object, tmp_path: Path
    ) -> None:
        files = sorted(tmp_path.rglob("*"))
        offer(server, V2, says={"version": version})
        assert_kept(law, SourceResponseError)
        assert server.names() == ["manifest.json"]
        assert sorted(tmp_path.rglob("*")) == files

    def test_a_bad_version_among_the_older_ones_is_refused(self, server: Server, law: KratomLaw) -> None:
        (file,) = [file for file in json.loads(server.files["manifest.json"])["versions"] if file["version"] == V1]
        offer(server, V2, says={"versions": [file | {"version": "../../x"}]})
        assert_kept(law, SourceResponseError)

    @pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "http://nowhere.invalid/x", "C:\\x"])
    def test_a_file_name_is_never_used(self, server: Server, law: KratomLaw, file: str, tmp_path: Path) -> None:
        offer(server, V2, says={"file": file})
        assert_updated(law, V2)
        assert [seen.target for seen in server.seen] == ["/manifest.json", f"/{dataset_name(V2)}"]
        assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / "cache"}


class TestWhatTheRecordsSay:
    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda records: records["US-LA"]["periods"][0].update(status="frowned upon"), id="word"),
            pytest.param(lambda records: records["US-LA"].update(verified_on="soon"), id="date"),
            pytest.param(lambda records: records["US-LA"].pop("name"), id="missing key"),
            pytest.param(lambda records: records["US-LA"].update(code="US-QQ"), id="no such place"),
            pytest.param(lambda records: records.update({"US-LA": None}), id="nothing"),
        ],
    )
    def test_a_record_that_breaks_the_rules(self, server: Server, law: KratomLaw, change: Change) -> None:
        offer(server, V2, lambda document: change(document["records"]))
        assert_kept(law, InvalidDataError)

    def test_a_record_under_the_code_of_another(self, server: Server, law: KratomLaw) -> None:
        def swap(document: dict[str, Any]) -> None:
            records = document["records"]
            records["US-LA"], records["US-TX"] = records["US-TX"], records["US-LA"] | {"code": "US-TX"}

        offer(server, V2, swap)
        assert_kept(law, InvalidDataError)

    def test_a_tenth_fewer_records_is_accepted(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, partial(drop, len(json.loads(BUNDLED)["records"]) // 10))
        assert_updated(law, V2)

    def test_more_than_a_tenth_fewer_is_refused_unless_it_is_meant(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, partial(drop, len(json.loads(BUNDLED)["records"]) // 10 + 1))
        assert "allow_shrink" in str(assert_kept(law, SourceResponseError).problem)
        assert_updated(law, V2, allow_shrink=True)

    def test_no_records_at_all(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, lambda document: document.update(records={}))
        assert_kept(law, SourceResponseError)


class TestSignatures:
    @pytest.fixture
    def law(self, server: Server, tmp_path: Path, key: Ed25519PrivateKey) -> KratomLaw:
        """As above, with signatures."""
        offer(server, V1, key=key)
        made = make_law(server.url, tmp_path, public_key=public_key_of(key))
        made.refresh(strict=True)
        server.forget()
        return made

    def test_the_right_one(self, server: Server, law: KratomLaw, key: Ed25519PrivateKey) -> None:
        offer(server, V2, key=key)
        assert_updated(law, V2)

    def test_the_right_one_over_keys_that_this_library_does_not_know(
        self, server: Server, law: KratomLaw, key: Ed25519PrivateKey
    ) -> None:
        offer(server, V2)
        content = json.loads(server.files["manifest.json"]) | {"mirrors": ["https://law.example.org/ü"], "a": 1.5}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        content["signature"] = key.sign(text.encode()).hex()
        server.files["manifest.json"] = json.dumps(content, indent=8, ensure_ascii=False).encode()
        assert_updated(law, V2)

    def test_one_of_another_key(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, key=Ed25519PrivateKey.generate())
        assert_kept(law, IntegrityError)

    def test_none(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2)
        assert_kept(law, IntegrityError)

    @pytest.mark.parametrize("signature", [None, "", "00", "0" * 128, "not hexadecimal", 7, [], {}, True])
    def test_what_is_no_signature(
        self, server: Server, law: KratomLaw, key: Ed25519PrivateKey, signature: object
    ) -> None:
        offer(server, V2, key=key, says={"signature": signature})
        assert_kept(law, IntegrityError)

    @pytest.mark.parametrize(
        "changes",
        [{"expires": "2099-01-01T00:00:00Z"}, {"expires": None}, {"requires": "0"}, {"versions": []}, {"schema": 2}],
        ids=str,
    )
    def test_a_manifest_that_was_changed_after_signing(
        self, server: Server, law: KratomLaw, key: Ed25519PrivateKey, changes: dict[str, Any]
    ) -> None:
        offer(server, V2, key=key, says=changes)
        assert_kept(law, IntegrityError)

    def test_another_dataset_under_a_signed_manifest(
        self, server: Server, law: KratomLaw, key: Ed25519PrivateKey
    ) -> None:
        offer(server, V2, key=key)
        server.files[dataset_name(V2)] = make_dataset(V2, lambda document: drop(1, document))
        assert_kept(law, IntegrityError)

    def test_without_a_key_a_signature_is_not_looked_at(
        self, server: Server, tmp_path: Path, key: Ed25519PrivateKey
    ) -> None:
        offer(server, V2, key=key)
        assert_updated(make_law(server.url, tmp_path / "other"), V2)


class TestTheOrderOfTheRules:
    """The docstring of ``Trust`` lists them; an offer that breaks several is refused by the first of these."""

    NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
    OLDER, IN_USE, NEW, FUTURE = "2026.11.19", "2026.11.20", "2026.11.30", "9999.12.31"

    @pytest.fixture
    def trust(self, key: Ed25519PrivateKey) -> Trust:
        return Trust(library_version="0.1.0", now=self.NOW, public_keys=(public_key_of(key),))

    def read(self, trust: Trust, content: bytes, version: str) -> Dataset:
        return trust.read_dataset(content, described(version, content), fetched_at=None)

    def test_of_a_manifest(self, trust: Trust, key: Ed25519PrivateKey) -> None:
        in_use = self.read(trust, make_dataset(self.IN_USE), self.IN_USE)
        good = json.loads(make_manifest(described(self.NEW, make_dataset(self.NEW))))
        good |= {"created": "2026-11-30T00:00:00Z", "expires": "2026-12-30T00:00:00Z"}
        faults: list[tuple[str, dict[str, object], type[KratomLawError]]] = [
            ("3 signature", {"signature": "00"}, IntegrityError),
            ("4 schema", {"schema": 2}, SchemaVersionError),
            ("5 form", {"size": "many"}, SourceResponseError),
            ("6 library", {"requires": "99"}, SchemaVersionError),
            ("7 future version", {"version": self.FUTURE}, IntegrityError),
            ("7 future date", {"created": "2026-12-03T00:00:00Z"}, IntegrityError),
            ("8 expiry", {"expires": "2026-12-01T11:59:59Z"}, ExpiredError),
            ("9 rollback", {"version": self.OLDER}, RollbackError),
            ("11 same version", {"version": self.IN_USE}, IntegrityError),
        ]

        def judge(remaining: list[dict[str, object]]) -> object:
            content = dict(good)
            for fault in reversed(remaining):
                content |= fault
            if "signature" not in content:
                content["signature"] = key.sign(signed_bytes(content)).hex()
            offer = trust.read_manifest(json.dumps(content).encode())
            trust.check_offer(offer.manifest, newest_known=self.IN_USE)
            return trust.choose(offer.manifest, in_use=in_use, pinned=None)

        for number, (rule, _, error) in enumerate(faults):
            with pytest.raises(KratomLawError) as caught:
                judge([fault for _, fault, _ in faults[number:]])
            assert type(caught.value) is error, (rule, caught.value)
        assert judge([]) is not None

    def test_of_a_dataset(self, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
        def spoil(document: dict[str, Any], **more: object) -> None:
            document["records"]["US-LA"]["name"] = 7
            document |= more

        bad = make_dataset(self.OLDER, partial(spoil, schema=2))
        with pytest.raises(IntegrityError, match="is not the one"):
            trust.read_dataset(bad, described(self.NEW, b"other"), fetched_at=None)
        with monkeypatch.context() as patch:
            patch.setattr("kratomlaw.updates.trust._MAX_VALUES", 10)
            with pytest.raises(IntegrityError, match="more values"):
                self.read(trust, bad, self.NEW)
        with pytest.raises(SchemaVersionError):
            self.read(trust, bad, self.NEW)
        with pytest.raises(InvalidDataError):
            self.read(trust, make_dataset(self.OLDER, spoil), self.NEW)
        with pytest.raises(IntegrityError, match="calls itself"):
            self.read(trust, make_dataset(self.OLDER), self.NEW)
        with pytest.raises(IntegrityError, match="future"):
            self.read(trust, make_dataset(self.FUTURE), self.FUTURE)
        small = self.read(trust, make_dataset(self.NEW, partial(drop, 20)), self.NEW)
        with pytest.raises(SourceResponseError, match="drops 20"):
            trust.check_shrinkage(small, in_use=self.read(trust, make_dataset(self.OLDER), self.OLDER))


class TestTheEdgeOfEachRule:
    """What is just right, and what is just wrong."""

    NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
    VERSION = "2026.11.30"
    TRUST = Trust(library_version="0.1.0", now=NOW)

    def manifest(self, **says: object) -> bytes:
        written = json.loads(make_manifest(described(self.VERSION, make_dataset(self.VERSION))))
        return json.dumps(written | {"created": "2026-11-30T00:00:00Z"} | says).encode()

    @pytest.mark.parametrize(
        ("right", "wrong", "error"),
        [
            pytest.param({"schema": 1}, {"schema": "1"}, SourceResponseError, id="a schema"),
            pytest.param({"size": 1}, {"size": 0}, SourceResponseError, id="a byte"),
            pytest.param({"size": MAX_DATASET}, {"size": MAX_DATASET + 1}, SourceResponseError, id="size"),
            pytest.param({"m": [0] * 190_000}, {"m": [0] * 201_000}, SourceResponseError, id="values"),
            pytest.param({"requires": "0.1.0"}, {"requires": "0.1.1"}, SchemaVersionError, id="library"),
            pytest.param({"requires": "0.1.0rc1"}, {"requires": "0.2"}, SchemaVersionError, id="part of a version"),
            pytest.param({"requires": "0.1é"}, {"requires": "0.1\u202e"}, SourceResponseError, id="letters"),
            pytest.param({"file": "a b"}, {"file": "a\nb"}, SourceResponseError, id="lines"),
            pytest.param({"version": "2026.12.02"}, {"version": "2026.12.03"}, IntegrityError, id="a day ahead"),
            pytest.param(
                {"created": "2026-12-02T23:59:59Z"}, {"created": "2026-12-03T00:00:00Z"}, IntegrityError, id="created"
            ),
            pytest.param(
                {"created": "0001-01-01T00:00:00+14:00"},
                {"created": "9999-12-31T23:59:59-12:00"},
                IntegrityError,
                id="the ends of the calendar",
            ),
        ],
    )
    def test_of_what_a_manifest_says(
        self, right: dict[str, object], wrong: dict[str, object], error: type[KratomLawError]
    ) -> None:
        assert self.TRUST.read_manifest(self.manifest(**right)).key is None
        with pytest.raises(error) as caught:
            self.TRUST.read_manifest(self.manifest(**wrong))
        assert type(caught.value) is error

    def test_of_the_version_that_is_pinned(self) -> None:
        content = make_dataset(self.VERSION)
        in_use = self.TRUST.read_dataset(content, described(self.VERSION, content), fetched_at=None)
        older = described("2026.11.20", b"older")
        offered = self.TRUST.read_manifest(self.manifest(versions=[older.model_dump()])).manifest
        assert self.TRUST.choose(offered, in_use=in_use, pinned=older.version) == older
        assert self.TRUST.choose(offered, in_use=in_use, pinned=self.VERSION) is None
        with pytest.raises(SourceResponseError, match=r"does not hold version 2026\.11\.21"):
            self.TRUST.choose(offered, in_use=in_use, pinned="2026.11.21")

    def test_of_the_length_of_a_manifest(self) -> None:
        content = self.manifest().ljust(MAX_MANIFEST)
        assert self.TRUST.read_manifest(content).content == content
        with pytest.raises(SourceResponseError):
            self.TRUST.read_manifest(content + b" ")

    def test_of_the_moment_at_which_a_manifest_expires(self) -> None:
        offered = self.TRUST.read_manifest(self.manifest(expires="2026-12-01T12:00:00Z")).manifest
        with pytest.raises(ExpiredError):
            self.TRUST.check_offer(offered, newest_known=None)
        replace(self.TRUST, now=self.NOW - timedelta(seconds=1)).check_offer(offered, newest_known=None)

    def test_of_a_clock_that_is_behind_the_data_in_use(self) -> None:
        behind = replace(self.TRUST, reached=date(2027, 1, 5))
        behind.check_not_ahead("it", date(2027, 1, 5))
        with pytest.raises(IntegrityError, match=r"The date of it lies in the future\."):
            behind.check_not_ahead("it", date(2027, 1, 6))

    def test_of_how_much_may_be_dropped(self) -> None:
        def read(fewer: int) -> Dataset:
            content = make_dataset(self.VERSION, partial(drop, fewer))
            return self.TRUST.read_dataset(content, described(self.VERSION, content), fetched_at=None)

        tenth, more = divmod(len(json.loads(BUNDLED)["records"]), 10)
        before = read(more)  # a number of records that can be divided by ten
        self.TRUST.check_shrinkage(read(more + tenth), in_use=before)
        with pytest.raises(SourceResponseError, match=f"drops {tenth + 1} of {10 * tenth}"):
            self.TRUST.check_shrinkage(read(more + tenth + 1), in_use=before)

    def test_a_key_without_the_package_that_checks_signatures_says_so(
        self, monkeypatch: pytest.MonkeyPatch, key: Ed25519PrivateKey
    ) -> None:
        monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
        with pytest.raises(DataError, match="signatures cannot be checked"):
            replace(self.TRUST, public_keys=(public_key_of(key),)).read_manifest(self.manifest())


class TestRotation:
    """A publisher replaces its key; users hold the old one, both, or the new one."""

    OLD_KEY, NEW_KEY = Ed25519PrivateKey.from_private_bytes(b"1" * 32), Ed25519PrivateKey.from_private_bytes(b"2" * 32)
    OLD, NEW = public_key_of(OLD_KEY), public_key_of(NEW_KEY)

    @pytest.mark.parametrize(
        ("keys", "before", "after"),
        [
            pytest.param(OLD, True, False, id="the old one"),
            pytest.param([OLD, NEW], True, True, id="both"),
            pytest.param([NEW, OLD], True, True, id="both, in the other order"),
            pytest.param([NEW], False, True, id="the new one"),
        ],
    )
    def test_whoever_holds_the_key_that_signs_gets_the_data(
        self, server: Server, tmp_path: Path, keys: Any, before: bool, after: bool
    ) -> None:
        law = make_law(server.url, tmp_path, public_key=keys)
        for version, key, accepted in ((V1, self.OLD_KEY, before), (V2, self.NEW_KEY, after)):
            offer(server, version, key=key)
            if accepted:
                assert_updated(law, version)
                assert make_law(server.url, tmp_path, public_key=keys).dataset().version == version
            else:
                assert_kept(law, IntegrityError)

    def test_data_signed_by_a_revoked_key_is_not_used_any_more(self, server: Server, tmp_path: Path) -> None:
        offer(server, V1, key=self.OLD_KEY)
        assert_updated(make_law(server.url, tmp_path, public_key=[self.OLD, self.NEW]), V1)
        law = make_law(server.url, tmp_path, public_key=self.NEW)
        assert law.dataset().version == BUNDLED_VERSION
        assert_kept(law, IntegrityError)
        offer(server, V1, key=self.NEW_KEY)
        assert_updated(law, V1)

    def test_the_environment_may_name_both(
        self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KRATOMLAW_PUBLIC_KEY", f"{self.OLD} {self.NEW.upper()}")
        offer(server, V1, key=self.NEW_KEY)
        assert_updated(make_law(server.url, tmp_path), V1)

    @pytest.mark.filterwarnings("ignore::kratomlaw.KratomLawCacheWarning")
    def test_a_key_that_is_no_point_of_the_curve_does_not_hide_the_others(self, server: Server, tmp_path: Path) -> None:
        offer(server, V1, key=self.NEW_KEY)
        assert_updated(make_law(server.url, tmp_path, public_key=["f" * 64, self.NEW]), V1)


def day_after(days: int) -> str:
    """The version of the data of today or a later day, or of the bundled data's day where the clock is behind it."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y.%m.%d}"


class TestNoVersionOfTheFuture:
    @pytest.mark.parametrize("version", ["9999.12.31", "9999.12.31.999999"])
    def test_it_is_refused_and_locks_nobody_out(self, server: Server, law: KratomLaw, version: str) -> None:
        offer(server, version)
        assert "clock" in str(assert_kept(law, IntegrityError).problem)
        assert server.names() == ["manifest.json"]
        offer(server, V2)
        assert_updated(law, V2)

    def test_a_manifest_of_the_future_is_refused(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, says={"created": "9999-12-31T23:59:59-12:00"})
        assert_kept(law, IntegrityError)

    def test_a_day_ahead_is_not_the_future(self, server: Server, law: KratomLaw) -> None:
        version = max(day_after(1), release(8), key=version_key)
        offer(server, version)
        assert_updated(law, version)

    @pytest.mark.parametrize("version", ["2026.02.30", "2026.13.01", "0000.01.01"])
    def test_a_version_of_no_day_is_not_a_version(self, server: Server, law: KratomLaw, version: str) -> None:
        offer(server, V2, says={"version": version})
        assert_kept(law, SourceResponseError)

    def test_data_is_built_on_the_day_of_its_version(self, server: Server, law: KratomLaw) -> None:
        offer(server, V2, lambda document: document.update(built_on="2026-01-01"))
        assert_kept(law, IntegrityError)

    @pytest.mark.filterwarnings("ignore::kratomlaw.KratomLawCacheWarning")
    def test_a_cache_that_holds_one_already_is_passed_over(self, server: Server, law: KratomLaw) -> None:
        future = make_dataset("9999.12.31")
        manifest = make_manifest(described("9999.12.31", future))
        folder = law._state.settings.cache_dir
        assert folder is not None
        (folder / "manifest-9999.12.31.json").write_bytes(manifest)
        (folder / f"dataset-{hashlib.sha256(future).hexdigest()}.json").write_bytes(future)
        again = make_law(server.url, folder.parent)
        assert again.dataset().version == V1
        assert_updated(again, V2)

    def test_a_manifest_whose_dataset_was_not_read_is_not_what_is_known(
        self, server: Server, law: KratomLaw, tmp_path: Path
    ) -> None:
        offer(server, V3)
        assert make_law(server.url, tmp_path, version=V1).refresh(strict=True).version == V1
        offer(server, V2)
        assert_updated(law, V2)
