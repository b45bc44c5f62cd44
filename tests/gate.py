"""A gate in front of a server of the tests: TLS, and a user with a password."""

import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import trustme

from tests.fakes.serving import serving

# What concerns one connection alone.
_OWN = frozenset({"authorization", "connection", "host", "transfer-encoding"})


class _Gate(BaseHTTPRequestHandler):
    """Passes on to the port `behind` what comes with the right `authorization`."""

    behind: int
    authorization: str
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline()
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization") == self.authorization:
            self._pass_on(body)
        else:
            self._answer(HTTPStatus.UNAUTHORIZED, {}, b"")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def _pass_on(self, body: bytes) -> None:
        connection = HTTPConnection("127.0.0.1", self.behind)
        headers = {name: each for name, each in self.headers.items() if name.lower() not in _OWN}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        self._answer(answer.status, dict(answer.getheaders()), answer.read())
        connection.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in (*_OWN, "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def guarded(port: int, user: str, password: str, authority: Path) -> Iterator[int]:
    """Guard a port of this machine; yield that of the gate, and write who vouches for it."""
    vouching, tls = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    vouching.cert_pem.write_to_path(authority)
    vouching.issue_cert("127.0.0.1").configure_cert(tls)
    known = b64encode(f"{user}:{password}".encode()).decode()

    class Gate(_Gate):
        behind = port
        authorization = f"Basic {known}"

    with serving(Gate, Event(), tls) as guarded_port:
        yield guarded_port
