"""What the workflows do beside a token or a secret: pinned, locked, and deceived by nobody's comment or issue."""

import hashlib
import json
import re
import runpy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import kratomlaw
from helpers import ROOT
from kratomlaw.updates.manifest import DatasetFile, Manifest, dataset_name, write_manifest

WORKFLOWS = {file.name: file.read_text("utf-8") for file in sorted((ROOT / ".github/workflows").glob("*.yml"))}
PRIVILEGED = [name for name, text in WORKFLOWS.items() if re.search(r"secrets\.|github\.token|: write", text)]
LOCKED = "python -m pip install --require-hashes --only-binary :all: -r .github/locked.txt"
OWN = "python -m pip install --no-deps --no-build-isolation ."


def test_the_workflows_are_found() -> None:
    assert len(WORKFLOWS) > 4
    assert {"data-diff.yml", "publish-data.yml", "release.yml", "watch.yml", "weekly.yml"} <= {*PRIVILEGED}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_their_hash(name: str) -> None:
    used = re.findall(r"^\s*-?\s*uses:\s*(\S+)", WORKFLOWS[name], re.MULTILINE)
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_workflow_has_rights_that_no_job_asked_for(name: str) -> None:
    assert "\npermissions: {}\n" in WORKFLOWS[name]


@pytest.mark.parametrize("name", PRIVILEGED)
def test_beside_a_secret_only_what_is_locked_is_installed(name: str) -> None:
    installs = re.findall(r"(?:python -m )?pip install .*|pipx .*|npm .*|curl .*", WORKFLOWS[name])
    assert [install for install in installs if install not in (LOCKED, OWN)] == []
    assert "python -m build" not in WORKFLOWS[name].replace("python -m build --no-isolation", "")


def test_the_lock_names_every_file_by_its_hash_and_no_registry() -> None:
    text = (ROOT / ".github/locked.txt").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[\w.-]+==\S+ (; .* )?\\\n\s+--hash=sha256:[0-9a-f]{64}", entry), entry
    assert "://" not in text


def test_the_lock_has_all_that_the_extras_of_the_workflows_ask_for() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"], "build"]
    wanted += [name for extra in ("cli", "maintain", "signing", "watch", "web") for name in extras[extra]]
    names = {re.match(r"[\w.-]+", each)[0].lower().replace("_", "-") for each in wanted if "kratomlaw" not in each}  # type: ignore[index]
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / ".github/locked.txt").read_text("utf-8"), re.MULTILINE))
    assert names <= locked, f"{names - locked} are missing: nox -s lock"


def test_the_comment_and_the_issues_of_the_bot_are_found_by_their_author() -> None:
    assert 'select(.user.login == "github-actions[bot]")' in WORKFLOWS["data-diff.yml"]
    for name in ("weekly.yml", "watch.yml"):
        listed = re.findall(r"gh issue list.*", WORKFLOWS[name])
        assert listed
        assert all("--author app/github-actions" in line for line in listed), name


def test_a_pull_request_is_read_as_data_by_code_of_the_main_branch() -> None:
    text = WORKFLOWS["data-diff.yml"]
    assert "pull_request_target" in text
    assert "ref:" not in text
    assert "git checkout" not in text


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "site"
    folder.mkdir()
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", folder
        server.shutdown()


class TestWhatIsPublishedAlready:
    """``tools/published.py``, by which the workflow fetches the older versions."""

    @pytest.fixture
    def fetch(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        monkeypatch.delenv("KRATOMLAW_PUBLIC_KEY", raising=False)
        main: Callable[..., None] = runpy.run_path(str(ROOT / "tools/published.py"))["main"]
        return main

    def publish(self, folder: Path, key: Ed25519PrivateKey | None = None, **says: Any) -> None:
        files = []
        for number in (2, 1):
            content = f'{{"number": {number}}}'.encode()
            version = f"{kratomlaw.dataset().version[:10]}.{number}"
            (folder / dataset_name(version)).write_bytes(content)
            sha256 = hashlib.sha256(content).hexdigest()
            files.append(DatasetFile(version=version, size=len(content), sha256=sha256, file=dataset_name(version)))
        now = datetime.now(UTC)
        manifest = Manifest(
            schema=1, **files[0].model_dump(), created=now, expires=now + timedelta(days=1), versions=tuple(files)
        )
        content = json.loads(write_manifest(manifest, key)) | says
        (folder / "manifest.json").write_text(json.dumps(content), "utf-8")

    def test_it_is_fetched_as_it_is(
        self, site: tuple[str, Path], fetch: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        address, folder = site
        self.publish(folder)
        fetch([address, str(tmp_path / "out")])
        assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
            path.name: path.read_bytes() for path in folder.iterdir()
        }
        assert len(capsys.readouterr().out.split()) == 2

    def test_nothing_published_is_no_error(
        self, site: tuple[str, Path], fetch: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fetch([site[0], str(tmp_path / "out")])
        assert capsys.readouterr().out == "Nothing is published yet.\n"
        assert not (tmp_path / "out").exists()

    def test_another_dataset_than_the_manifest_names_is_refused(
        self, site: tuple[str, Path], fetch: Callable[..., None], tmp_path: Path
    ) -> None:
        address, folder = site
        self.publish(folder)
        old = min(folder.glob("dataset-*"))
        old.write_bytes(old.read_bytes()[::-1])
        with pytest.raises(SystemExit, match="not the file that the manifest names"):
            fetch([address, str(tmp_path / "out")])
        assert not (tmp_path / "out").exists()

    def test_a_missing_dataset_must_not_lose_it(
        self, site: tuple[str, Path], fetch: Callable[..., None], tmp_path: Path
    ) -> None:
        address, folder = site
        self.publish(folder)
        min(folder.glob("dataset-*")).unlink()
        with pytest.raises(SystemExit, match="not the file"):
            fetch([address, str(tmp_path / "out")])

    def test_a_version_that_leads_elsewhere_is_refused(
        self, site: tuple[str, Path], fetch: Callable[..., None], tmp_path: Path
    ) -> None:
        address, folder = site
        self.publish(folder, versions=[{"version": "../../evil", "size": 1, "sha256": "0" * 64}])
        with pytest.raises(SystemExit, match="not a kratomlaw manifest"):
            fetch([address, str(tmp_path / "out")])

    @pytest.mark.parametrize("signed", [True, False])
    def test_with_a_key_the_manifest_has_to_be_signed(
        self,
        site: tuple[str, Path],
        fetch: Callable[..., None],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        signed: bool,
    ) -> None:
        address, folder = site
        key = Ed25519PrivateKey.generate()
        self.publish(folder, key if signed else None)
        monkeypatch.setenv("KRATOMLAW_PUBLIC_KEY", key.public_key().public_bytes_raw().hex())
        if signed:
            fetch([address, str(tmp_path / "out")])
            assert (tmp_path / "out/manifest.json").is_file()
        else:
            with pytest.raises(SystemExit, match="not signed"):
                fetch([address, str(tmp_path / "out")])


class TestListsForShops:
    """``tools/shipping.py``, by which the workflow writes where shops may send to."""

    DATASET = ROOT / "tests/frozen/kept/dataset.json"

    def write(self, address: str, folder: Path) -> None:
        version = json.loads(self.DATASET.read_bytes())["version"]
        (folder / "manifest.json").write_text(json.dumps({"version": version}), "utf-8")
        (folder / dataset_name(version)).write_bytes(self.DATASET.read_bytes())
        runpy.run_path(str(ROOT / "tools/shipping.py"))["main"]([address, str(folder), "--product", "7-oh"])

    def test_they_are_made_of_the_data_that_is_published_and_compared_with_the_last(
        self, site: tuple[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        address, published = site
        last = published / "shipping/7-oh/shipping.json"
        last.parent.mkdir(parents=True)
        last.write_text("{}", "utf-8")
        out = tmp_path / "out"
        out.mkdir()
        self.write(address, out)
        said = capsys.readouterr()
        assert said.out.splitlines()[0] == "shipping/7-oh/shipping-countries.csv"
        assert "cannot be read" in said.err  # and it does not stop the data
        lists = out / "shipping/7-oh"
        assert not (lists / "shipping-changes.csv").exists()
        made = json.loads((lists / "shipping.json").read_bytes())
        assert made["basis"]["dataset_version"] == json.loads(self.DATASET.read_bytes())["version"]
        assert (made["basis"]["product"], made["basis"]["age"]) == ("7-oh", None)

        made["countries"].pop("TH")
        last.write_text(json.dumps(made), "utf-8")
        self.write(address, out)
        changes = (lists / "shipping-changes.csv").read_text("utf-8").splitlines()
        assert [line.split(",")[:3] for line in changes[1:]] == [["country", "TH", "added"]]

    def test_the_workflow_runs_it_after_the_data_and_before_the_upload(self) -> None:
        text = WORKFLOWS["publish-data.yml"]
        steps = [text.index(step) for step in ("data publish source", "tools/shipping.py", "upload-pages-artifact@")]
        assert steps == sorted(steps)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""
