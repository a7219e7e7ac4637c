"""A source on loopback that misbehaves when it is told to: real sockets, real HTTP, every request counted."""

import datetime
import hashlib
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["Behaviour", "Exchange", "Server", "make_authority", "refusing_address"]

_PATIENCE = 20.0
"""Seconds after which a test that waits for something has failed."""


class Seen(NamedTuple):
    """One request that arrived."""

    method: str
    target: str
    """What stands in the request line: a path, or a whole address where the server is used as a proxy."""
    headers: Mapping[str, str]

    @property
    def name(self) -> str:
        """The last part of the target: the name of a file."""
        return self.target.rsplit("/", 1)[-1]


class Exchange:
    """One request as the server sees it, and the ways to answer it."""

    def __init__(self, handler: "_Handler", server: "Server", seen: Seen) -> None:
        self._handler = handler
        self._server = server
        self.seen = seen
        self.released = server.released

    def start(self, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Send the status line and the headers, and nothing that was not given."""
        self._handler.send_response_only(status)
        for name, value in {"Connection": "close", **(headers or {})}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def send(self, content: bytes) -> None:
        """Send a part of the body, and count it once it is on its way."""
        self._handler.wfile.write(content)
        self._server.count(len(content))

    def raw(self, content: bytes) -> None:
        """Send bytes that are not the body, in whatever form."""
        self._handler.wfile.write(content)

    def answer(self, status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Send a whole answer; headers that are given replace those that would be right."""
        length = {} if status in (204, 304) else {"Content-Length": str(len(body))}
        self.start(status, {**length, **(headers or {})})
        if body:
            self.send(body)

    def reset(self) -> None:
        """Close the connection so that the other side is told of a reset, not of an end."""
        connection = self._handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.rfile.close()  # it holds the socket open
        connection.close()

    def stall(self) -> None:
        """Say nothing more until the test is over or releases the server."""
        self.released.wait(_PATIENCE)


Behaviour = Callable[[Exchange], None]


class Server:
    """Serves what is in ``files``; ``behaviours`` replace the answer for a name, or for ``"*"`` all answers.

    Args:
        tls: For https.
        validators: Which of ``etag`` and ``last-modified`` a file is served with.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, validators: tuple[str, ...] = ("etag",)) -> None:
        self.files: dict[str, bytes] = {}
        self.behaviours: dict[str, Behaviour] = {}
        self.seen: list[Seen] = []
        self.body_bytes = 0
        self.released = threading.Event()
        self._validators = validators
        self._arrived = threading.Condition()
        self._http = _Http(self)
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._http.server_address[1]}"
        # The default of half a second would be waited for at the end of each test.
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def names(self) -> list[str]:
        """The names of the files that were asked for, in order."""
        with self._arrived:
            return [seen.name for seen in self.seen]

    def forget(self) -> None:
        """Count from nothing again."""
        with self._arrived:
            self.seen.clear()
            self.body_bytes = 0

    def wait_until(self, condition: Callable[[list[str]], bool]) -> None:
        """Wait until the names that were asked for fulfil a condition."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: condition([seen.name for seen in self.seen]), _PATIENCE)

    def count(self, sent: int) -> None:
        with self._arrived:
            self.body_bytes += sent

    def serve(self, handler: "_Handler") -> None:
        seen = Seen(handler.command, handler.path, {name.lower(): value for name, value in handler.headers.items()})
        with self._arrived:
            self.seen.append(seen)
            self._arrived.notify_all()
        behave = self.behaviours.get(seen.name) or self.behaviours.get("*") or self._behave_well
        with suppress(ConnectionError):  # the other side has heard enough
            behave(Exchange(handler, self, seen))

    def _behave_well(self, exchange: Exchange) -> None:
        content = self.files.get(exchange.seen.name)
        if content is None:
            exchange.answer(404, b"not found")
            return
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        moment = "Mon, 23 Nov 2026 12:00:00 GMT"
        told = {"etag": etag, "last-modified": moment}
        headers = {name: told[name] for name in self._validators}
        known = exchange.seen.headers
        same = known.get("if-none-match") == etag if "etag" in headers else known.get("if-modified-since") == moment
        if headers and same:
            exchange.answer(304, headers=headers)
        else:
            exchange.answer(200, content, headers)


class _Http(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them and leaves no socket behind

    def __init__(self, owner: Server) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.owner.serve(self)

    def do_CONNECT(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: a test's output is for failures."""


def refusing_address() -> str:
    """An address on loopback at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def make_authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for loopback: what a server presents, and the file by which a client trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "authority.pem", folder / "private.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted
