"""Refreshing from sources that misbehave, over real HTTP on loopback: whatever they do, answers stay as they were."""

import asyncio
import gzip
import hashlib
import json
import logging
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import ROOT
from kratomlaw import (
    Answer,
    CacheWriteError,
    DataError,
    ExpiredError,
    FetchRequest,
    FetchResponse,
    IntegrityError,
    InvalidDataError,
    InvalidQueryError,
    KratomLaw,
    KratomLawError,
    NoSourceError,
    Origin,
    RefreshError,
    RefreshOutcome,
    RefreshReport,
    RollbackError,
    SchemaVersionError,
    SourceResponseError,
    SourceUnreachableError,
)
from kratomlaw.maintain.publish import make_key, public_key_of, publish, read_key
from kratomlaw.manifest import MAX_MANIFEST, DatasetFile, Manifest, dataset_name, read_manifest, write_manifest
from misbehaving import Behaviour, Exchange, Server, make_authority, refusing_address

BUNDLED = (ROOT / "src/kratomlaw/_data/dataset.json").read_bytes()
BUNDLED_VERSION = "2026.11.23"
V1, V2, V3 = "2027.01.01", "2027.02.01", "2027.03.01"
DAY = "2026-11-23"
HTML = b"<!doctype html><title>Welcome to our portal</title>" + b"<p>Please log in.</p>" * 50
HUGE = 100_000_000

Change = Callable[[dict[str, Any]], object]


def make_dataset(version: str, change: Change | None = None) -> bytes:
    """The bundled records as another version, so that every answer from it tells that it is."""
    document = json.loads(BUNDLED)
    document |= {"version": version, "built_on": version[:10].replace(".", "-")}
    if change:
        change(document)
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def described(version: str, content: bytes) -> DatasetFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return DatasetFile(version=version, size=len(content), sha256=sha256, file=dataset_name(version))


def make_manifest(*files: DatasetFile, key: Ed25519PrivateKey | None = None) -> bytes:
    now = datetime.now(UTC)
    manifest = Manifest(
        schema=1, **files[0].model_dump(), created=now, expires=now + timedelta(days=30), requires="0.1", versions=files
    )
    return write_manifest(manifest, key)


def offer(
    server: Server, version: str, change: Change | None = None, *, key: Ed25519PrivateKey | None = None, **manifest: Any
) -> None:
    """Publish a version at the server; keywords replace what the manifest says, after it was signed."""
    content = make_dataset(version, change)
    server.files[dataset_name(version)] = content
    held = [
        described(json.loads(known)["version"], known)
        for name, known in server.files.items()
        if name.startswith("dataset-") and name != dataset_name(version)
    ]
    said = json.loads(make_manifest(described(version, content), *held, key=key))
    server.files["manifest.json"] = json.dumps(said | manifest).encode()


def make_law(source: Any, folder: Path, **settings: Any) -> KratomLaw:
    wanted = {"min_interval": timedelta(0), "max_age": timedelta(days=36500), "cache_dir": folder / "cache"} | settings
    return KratomLaw(source=source, **wanted)


def answers_of(law: KratomLaw) -> tuple[Answer, ...]:
    return tuple(law.lookup(place, on=DAY) for place in law.jurisdictions(level="state"))


def assert_kept(law: KratomLaw, error: type[KratomLawError], **how: Any) -> RefreshReport:
    """Refresh, and assert that it fails with this error and that no answer is another one than before."""
    before, info = answers_of(law), law.dataset()
    report = law.refresh(**how)
    assert report.problem is not None, report
    assert (report.outcome, report.problem.error) == (RefreshOutcome.KEPT, error.__name__), report
    assert report.version == report.previous == info.version
    assert report.problem.hint
    assert answers_of(law) == before
    # Nothing was left in the cache either: one who comes later answers alike.
    law.configure(**vars(law)["_settings"]._asdict() | {"source": report.source})
    return report


