"""A git server over HTTP on this machine: git's own `http-backend`, with faults to choose from."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.serving import PATIENCE_SECONDS, serving


@dataclass
class GitServer:
    """Repositories below a folder, served at `url`; what is asked of it is noted.

    With `silent` set it takes requests and never answers. Of a repository's content, `torn` sends
    the beginning alone, `dripping` byte after byte. With `status` it answers that, and where to go
    with `location`; with `authorization` it wants that header.
    """

    folder: Path
    port: int = 0
    silent: bool = False
    torn: bool = False
    dripping: bool = False
    status: int = 0
    location: str = ""
    authorization: str = ""
    requests: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    asked: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def git_server(folder: Path) -> Iterator[GitServer]:
    """Serve the bare repositories below a folder for as long as they are needed."""
    facts = GitServer(folder)

    class Handler(_Handler):
        server_facts = facts

    with serving(Handler, facts.over) as facts.port:
        yield facts


class _Handler(BaseHTTPRequestHandler):
    server_facts: GitServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        facts = self.server_facts
        facts.requests.append(f"{self.command} {self.path}")
        facts.asked.set()
        body = self._body()
        if facts.silent:
            facts.over.wait(PATIENCE_SECONDS)
        elif facts.authorization and self.headers.get("Authorization") != facts.authorization:
            self._end(401, {"WWW-Authenticate": 'Basic realm="git"'})
        elif facts.status:
            self._end(facts.status, {"Location": facts.location} if facts.location else {})
        else:
            self._serve(body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _serve(self, body: bytes) -> None:
        address = urlsplit(self.path)
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.server_facts.folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "safe.directory",
                "GIT_CONFIG_VALUE_0": "*",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REQUEST_METHOD": self.command,
                "PATH_INFO": address.path,
                "QUERY_STRING": address.query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            },
            capture_output=True,
            check=False,
        )
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().splitlines() if ": " in line]
        headers: dict[str, str] = dict(lines)
        status = int(headers.pop("Status", "200").split()[0])
        if self.server_facts.torn and self.command == "POST" and b"PACK" in answer:
            headers["Content-Length"] = str(len(answer))
            answer = answer[: answer.index(b"PACK") + 20]
        self._end(status, headers, answer)

    def _end(self, status: int, headers: dict[str, str], answer: bytes = b"") -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in {"Content-Length": str(len(answer)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.server_facts.dripping and b"PACK" in answer:
            self._drip(answer)
        else:
            self.wfile.write(answer)

    def _drip(self, answer: bytes) -> None:
        with suppress(OSError):  # nobody listens any more
            for place in range(len(answer)):
                self.wfile.write(answer[place : place + 1])
                self.wfile.flush()
                if self.server_facts.over.wait(0.05):
                    return
