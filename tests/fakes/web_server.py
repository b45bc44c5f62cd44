"""A web server on this machine that serves a feed and its files, with faults to choose from."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.serving import PATIENCE_SECONDS, serving


@dataclass
class Served:
    """What is served at a path: a body that a client may have already, or a fault.

    With `silent` nothing is answered, with `endless` the body never ends, and a body that is
    `torn` is shorter than promised.
    """

    body: bytes = b""
    status: int = 200
    location: str = ""
    authorization: str = ""
    silent: bool = False
    endless: bool = False
    torn: bool = False
    zipped: bool = False


@dataclass
class WebServer:
    """Files by path, served at `url`; each request is noted with the status of its answer."""

    port: int = 0
    files: dict[str, Served] = field(default_factory=dict)
    requests: list[tuple[str, int]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, path: str, body: str | bytes, **facts: Any) -> None:
        """Serve a body at a path."""
        content = body.encode() if isinstance(body, str) else body
        self.files[path] = Served(content, **facts)

    def asked(self) -> list[tuple[str, int]]:
        """Return the requests since the last call, in the order of their paths."""
        asked, self.requests = sorted(self.requests), []
        return asked


@contextmanager
def web_server() -> Iterator[WebServer]:
    """Serve files for as long as they are needed."""
    facts = WebServer()

    class Handler(_Handler):
        server_facts = facts

    with serving(Handler, facts.over) as facts.port:
        yield facts


class _Handler(BaseHTTPRequestHandler):
    server_facts: WebServer

    def do_GET(self) -> None:
        facts = self.server_facts
        served = facts.files.get(self.path, Served(status=404))
        tag = f'"{hashlib.sha256(served.body).hexdigest()[:12]}"'
        status = served.status
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status = 304
        if served.authorization and self.headers.get("Authorization") != served.authorization:
            status = 401
        facts.requests.append((self.path, status))
        facts.headers.append(dict(self.headers))
        with suppress(OSError):
            self._send(served, status, tag)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""

    def _send(self, served: Served, status: int, tag: str) -> None:
        if served.silent:
            self.server_facts.over.wait(PATIENCE_SECONDS)
            return
        body = served.body if status == 200 else b""
        self.send_response(status)
        self.send_header("ETag", tag)
        if served.location:
            self.send_header("Location", served.location)
        if served.zipped:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        if not served.endless and status != 304:
            self.send_header("Content-Length", str(len(body) + 10 * served.torn))
        self.end_headers()
        self.wfile.write(body)
        while served.endless and not self.server_facts.over.is_set():
            self.wfile.write(b"x" * 65_536)
