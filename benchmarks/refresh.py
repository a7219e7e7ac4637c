"""What does a refresh cost, and does it slow answers? ``python benchmarks/refresh.py``, against a server on loopback.

Counts the requests and the bytes of bodies of an unchanged and of an updating refresh, and compares look-ups during
refreshes with look-ups without, in turns in the same run.
"""

import json
import tempfile
import threading
import timeit
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from kratomlaw import KratomLaw, RefreshReport
from kratomlaw.data.bundled import bundled
from kratomlaw.maintain.records.compile import compile_records, read_records, record_files
from kratomlaw.updates.manifest import Manifest, dataset_name, write_manifest

ROOT = Path(__file__).parent.parent
ROUNDS = 30
CALLS = 20_000


class CountingHandler(SimpleHTTPRequestHandler):
    """Serves a folder with entity tags, as static hosts do, and counts."""

    requests: list[tuple[str, int]] = []  # noqa: RUF012  # shared by all requests on purpose

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        body = path.read_bytes()
        tag = f'"{hash(body)}"'
        unchanged = self.headers.get("If-None-Match") == tag
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", "0" if unchanged else str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)
        self.requests.append((path.name, 0 if unchanged else len(body)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        pass


def publish(folder: Path, version: str) -> None:
    """Write the records of the clone as one version of a source."""
    records, _ = read_records(record_files(ROOT / "data"), ROOT / "data")
    dataset, bundled_manifest = compile_records(records, version)
    described = json.loads(bundled_manifest)
    now = datetime.now(UTC)
    manifest = Manifest(
        schema=1,
        version=version,
        size=described["size"],
        sha256=described["sha256"],
        created=now,
        expires=now + timedelta(days=1),
    )
    (folder / dataset_name(version)).write_bytes(dataset)
    (folder / "manifest.json").write_bytes(write_manifest(manifest))


def main() -> None:
    """Measure and print."""
    table = Table("what", "requests", "bytes of bodies", "ratio", "budget", "kept")
    with tempfile.TemporaryDirectory() as source, tempfile.TemporaryDirectory() as cache:
        folder = Path(source)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(CountingHandler, directory=source))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        law = KratomLaw(source=f"http://127.0.0.1:{server.server_port}", cache_dir=cache, min_interval=timedelta(0))
        seen = CountingHandler.requests

        def counted() -> tuple[RefreshReport, int, int]:
            seen.clear()
            report = law.refresh(strict=True)
            return report, len(seen), sum(size for _, size in seen)

        before = bundled().version
        publish(folder, f"{before[:10]}.{int(before[11:] or 0) + 1}")
        report, requests, size = counted()
        kept = requests == 2
        table.add_row(
            f"update ({report.outcome})", str(requests), f"{size:,}", "", "two requests", "yes" if kept else "NO"
        )
        report, requests, size = counted()
        kept = requests == 1 and size < 1024
        table.add_row(
            f"nothing new ({report.outcome})",
            str(requests),
            f"{size:,}",
            "",
            "one request, under 1 KB",
            "yes" if kept else "NO",
        )

        def ask() -> object:
            return law.lookup("Nashville, TN", on="2026-01-01")

        stop = threading.Event()

        def keep_refreshing() -> None:
            while not stop.is_set():
                law.refresh(force=True)

        quiet: list[float] = []
        busy: list[float] = []
        for _ in range(ROUNDS):
            quiet.append(timeit.timeit(ask, number=CALLS))
            stop.clear()
            refreshing = threading.Thread(target=keep_refreshing)
            refreshing.start()
            busy.append(timeit.timeit(ask, number=CALLS))
            stop.set()
            refreshing.join()
        best, usual = min(busy) / min(quiet), median(busy) / median(quiet)
        # The best shows that no lock is waited for; the median adds that both share the interpreter's one lock while
        # refreshes follow each other without a pause, which no service does.
        table.add_row("look-up during refreshes, best of rounds", "", "", f"{best:.2f}", "", "")
        table.add_row("look-up during refreshes without pause, median", "", "", f"{usual:.2f}", "", "")
        server.shutdown()
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
