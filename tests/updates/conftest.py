"""Under which conditions do the tests of a refresh run? Without the machine's settings, with small data, on loopback."""

import os
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kratomlaw import KratomLaw
from misbehaving import Server, make_authority
from releases import OLD, Source, Worker
from sources import BUNDLED, V1, V2, bundle_manifest, clean_environment, make_law, offer


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A certificate for loopback, and the file by which it is trusted."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def small_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the one in the package, with fewer records."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "dataset.json").write_bytes(BUNDLED)
    (folder / "manifest.json").write_bytes(bundle_manifest())
    return folder


@pytest.fixture(autouse=True)
def same_conditions(
    monkeypatch: pytest.MonkeyPatch, authority: tuple[ssl.SSLContext, Path], small_bundle: Path
) -> None:
    """No proxy or setting of the machine, one certificate authority (reading all of them takes long), small data."""
    clean = clean_environment(SSL_CERT_FILE=str(authority[1]))
    for name in set(os.environ) - set(clean):
        monkeypatch.delenv(name)
    for name in ("KRATOMLAW_MAX_AGE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, clean[name])
    monkeypatch.setattr("kratomlaw.data.bundled._BUNDLED", str(small_bundle))


@pytest.fixture
def server() -> Iterator[Server]:
    """A source that holds V1."""
    with Server() as made:
        offer(made, V1)
        yield made


@pytest.fixture
def law(server: Server, tmp_path: Path) -> KratomLaw:
    """A client that has fetched V1, with a source that offers V2: what goes wrong must leave V1 in use."""
    made = make_law(server.url, tmp_path)
    made.refresh(strict=True)
    offer(server, V2)
    server.forget()
    return made


@pytest.fixture
def key() -> Ed25519PrivateKey:
    """A publisher's key."""
    return Ed25519PrivateKey.generate()


@pytest.fixture
def source() -> Iterator[Source]:
    """A running source that holds the older version."""
    made = Source()
    made.publish(OLD)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process that has loaded everything and can be told to fork."""
    warm = Source()
    warm.publish(OLD)
    warm.start()
    made = Worker(warm.url)
    with tempfile.TemporaryDirectory() as folder:  # it has begun when it has answered
        made.order("refresh", source=warm.url, cache=folder)
    warm.stop()
    yield made
    made.close()


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="kratomlaw-test-"))
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.iterdir()):  # what a test has made unreadable for others has to go too
        path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def cache(shared_folder: Path) -> Path:
    """A cache that holds the older version and can be read by everybody."""
    folder = shared_folder / "cache"
    OLD.put_in(folder)
    folder.chmod(0o755)
    return folder
