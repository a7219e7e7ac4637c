"""Which versions of the data are published already? Fetches them, each checked, so that a release adds to them.

::

    python tools/published.py https://OWNER.github.io/REPOSITORY FOLDER

Writes ``manifest.json`` and the datasets that it lists into the folder, for ``kratomlaw data publish``. Each has to be
the file that the manifest names, by its hash; with ``KRATOMLAW_PUBLIC_KEY`` the manifest has to be signed. Where
nothing is published yet, nothing is written.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kratomlaw import IntegrityError, KratomLawError, SourceResponseError, __version__
from kratomlaw.settings import read_settings
from kratomlaw.updates.manifest import MAX_DATASET, MAX_MANIFEST, dataset_name
from kratomlaw.updates.transports import FetchRequest, fetcher_for
from kratomlaw.updates.trust import Trust

__all__ = ["fetch_file", "fetch_published", "main"]


def fetch_published(address: str, folder: Path) -> tuple[str, ...]:
    """Fetch what is published at an address.

    Args:
        address: The address of the source.
        folder: The folder to write to.

    Returns:
        The versions; empty where nothing is published yet.

    Raises:
        RefreshError: The source does not answer, or with something else than a manifest and its datasets.
        DataError: A file is not what the manifest says, or the manifest is not signed with a trusted key.
    """
    trust = Trust(library_version=__version__, now=datetime.now(UTC), public_keys=read_settings().public_keys)
    content = fetch_file(address, "manifest.json", MAX_MANIFEST)
    if content is None:
        return ()
    manifest = trust.read_manifest(content).manifest
    datasets: dict[str, bytes] = {}
    for file in manifest.versions:
        name = dataset_name(file.version)
        dataset = fetch_file(address, name, MAX_DATASET)
        if dataset is None or hashlib.sha256(dataset).hexdigest() != file.sha256:
            raise IntegrityError(f"{name} is not the file that the manifest names.", hint="Publish the original again.")
        datasets[name] = dataset
    folder.mkdir(parents=True, exist_ok=True)
    for name, dataset in {**datasets, "manifest.json": content}.items():
        (folder / name).write_bytes(dataset)
    return tuple(file.version for file in manifest.versions)


def fetch_file(address: str, name: str, max_bytes: int) -> bytes | None:
    """Fetch one file; None where it is not there. Anything else than that must not lose the older versions."""
    url = f"{address.rstrip('/')}/{name}"
    response = fetcher_for(address).fetch(FetchRequest(url, max_bytes=max_bytes, timeout=60.0))
    if response.status == 404:
        return None
    if response.status != 200:
        raise SourceResponseError(f"{name}: HTTP status {response.status}.", hint="Try again later.")
    return response.body


def main(arguments: Sequence[str] | None = None) -> None:
    """Fetch what is published, as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    try:
        versions = fetch_published(given.address, given.folder)
    except KratomLawError as error:
        raise SystemExit(str(error)) from None
    sys.stdout.write("\n".join(versions or ("Nothing is published yet.",)) + "\n")


if __name__ == "__main__":
    main()
