"""What the tests of a cache share: small releases, a plain source, a process that forks a child for each task."""

import copy
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kratomlaw.updates.manifest import DatasetFile, Manifest, dataset_name, write_manifest
from sources import BUNDLED, CODES, V1, V2, clean_environment
from survival_worker import tag

__all__ = [
    "AS_ROOT",
    "NEW",
    "NOBODY",
    "NO_SUCH_USER",
    "OLD",
    "WORKER",
    "Release",
    "Source",
    "Worker",
    "contents",
    "only",
]


WORKER = Path(__file__).with_name("survival_worker.py")


NOBODY = 65534


NO_SUCH_USER = 54321


AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work as another user")


BUNDLED_RECORDS: dict[str, dict[str, Any]] = json.loads(BUNDLED)["records"]


def document_of(version: str) -> dict[str, Any]:
    """A small dataset, every summary of which names the version."""
    records = copy.deepcopy({code: BUNDLED_RECORDS[code] for code in CODES})
    for record in records.values():
        for period in record["periods"]:
            period["summary"] = f"{tag(version)} {period['summary']}"
    return {
        "schema": 1,
        "version": version,
        "built_on": version[:10].replace(".", "-"),
        "licence": "CC0-1.0",
        "records": records,
    }


class Release:
    """One version of the data, as a source publishes it and a cache keeps it."""

    def __init__(self, version: str, older: tuple["Release", ...] = (), **changes: Any) -> None:
        self.version = version
        self.dataset = json.dumps(document_of(version) | changes).encode()
        self.sha256 = hashlib.sha256(self.dataset).hexdigest()
        self.file = DatasetFile(version=version, size=len(self.dataset), sha256=self.sha256, file=dataset_name(version))
        manifest = Manifest(
            schema=1,
            **self.file.model_dump(),
            created=datetime.strptime(version[:10], "%Y.%m.%d").replace(tzinfo=UTC),
            expires=datetime.now(UTC) + timedelta(days=100),
            versions=(self.file, *(release.file for release in older)),
        )
        content = json.loads(write_manifest(manifest)) | {k: v for k, v in changes.items() if k != "records"}
        self.manifest = json.dumps(content, indent=1).encode()

    def manifest_in(self, cache: Path) -> Path:
        return cache / f"manifest-{self.version}.json"

    def body_in(self, cache: Path) -> Path:
        return cache / f"dataset-{self.sha256}.json"

    def put_in(self, cache: Path) -> None:
        cache.mkdir(exist_ok=True)
        self.body_in(cache).write_bytes(self.dataset)
        self.manifest_in(cache).write_bytes(self.manifest)


OLD = Release(V1)


NEW = Release(V2, (OLD,))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024
    source: "Source"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.source.answer(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Source:
    """A real web server on loopback that serves what was published last."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.on_manifest: Callable[[], None] = lambda: None
        """Called whenever the manifest is asked for, before it is served."""
        self._files: dict[str, bytes] = {}
        self._server: _Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/data"

    def publish(self, release: Release) -> None:
        self._files[f"/data/{dataset_name(release.version)}"] = release.dataset
        self._files["/data/manifest.json"] = release.manifest

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.source = self
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append(request.path.removeprefix("/data/"))
        if request.path.endswith("/manifest.json"):
            self.on_manifest()
        body = self._files.get(request.path)
        etag = f'"{hashlib.sha256(body or b"").hexdigest()}"'
        if body is None or request.headers.get("If-None-Match") == etag:
            request.send_response(404 if body is None else 304)
            request.end_headers()
            return
        request.send_response(200)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


class Worker:
    """A process that forks a child for each task."""

    def __init__(self, source: str, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, WORKER, "serve", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(**environment),
        )

    def order(self, task: str, *, kill_after: float | None = None, **arguments: Any) -> dict[str, Any]:
        """Have a task done, or cut short."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"task": task, "kill_after": kill_after, "arguments": arguments}
        self._process.stdin.write(json.dumps(order, default=str) + "\n")
        self._process.stdin.flush()
        ended: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in ended, ended["error"]
        return ended

    def result(self, task: str, **arguments: Any) -> dict[str, Any]:
        """Have a task done, and tell what came of it."""
        result: dict[str, Any] = self.order(task, **arguments)["result"]
        return result

    def close(self) -> None:
        self._process.communicate()


def only(versions: set[str]) -> str:
    """The one version that there is."""
    (version,) = versions
    return version


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
