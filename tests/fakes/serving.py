"""A server on this machine that runs for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Event, Thread

PATIENCE_SECONDS = 30.0


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler], over: Event, tls: SSLContext | None = None
) -> Iterator[int]:
    """Serve at a free port, and set `over` before the end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            over.set()
            server.shutdown()
            thread.join(PATIENCE_SECONDS)
