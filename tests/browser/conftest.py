"""The site on a real server, and the server of the API, for all tests in a browser."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from helpers import ROOT, with_local
from kratomlaw import KratomLaw
from kratomlaw.web.site.pages import write_site
from servers import serving


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base class
        pass


@pytest.fixture(scope="session")
def law(tmp_path_factory: pytest.TempPathFactory) -> KratomLaw:
    """The bundled data with a city on the map, whose ban began in 2020."""
    return with_local(tmp_path_factory.mktemp("records"), maycomb="Maycomb")


@pytest.fixture(scope="session")
def site(law: KratomLaw, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("web") / "some" / "folder"
    write_site(out, law, spellings=(ROOT / "data/places/spellings.txt").read_text("utf-8").splitlines())
    return out


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site below a folder of a real server on loopback."""
    handler = partial(Quiet, directory=str(site.parent.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/some/folder/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Where ``kratomlaw serve`` answers, without a slash at the end."""
    with serving() as (client, _):
        yield str(client.base_url).rstrip("/")
