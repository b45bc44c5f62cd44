"""The HTTP server and client sessions: the only module that imports aiohttp."""

import errno
import logging
import os
from collections.abc import Awaitable, Callable
from ssl import SSLError

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TraceConfig,
    TraceRequestEndParams,
    web,
)

from bot.errors import BusyError, ConfigError

HttpRequest = web.Request
HttpResponse = web.Response
Session = ClientSession
RequestHandler = Callable[[HttpRequest], Awaitable[HttpResponse]]

# Raised when a server cannot be reached, or the connection is lost.
NETWORK_ERRORS = (ClientError, OSError, TimeoutError)
# Those of them after which certainly nothing was sent.
NO_CONNECTION = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError)
# How long running requests may take once no more are accepted.
DRAIN_SECONDS = 10.0
_TOO_MANY_REQUESTS = 429
# The chat libraries' own timeout.
_CALL_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Server:
    """An HTTP server on all addresses of this machine; without a port, it does nothing.

    `/healthz` answers "ok" unless `show` replaces it.
    """

    def __init__(self, port: int | None) -> None:
        self._port = port
        self._app = web.Application()
        self._shown: dict[str, RequestHandler] = {"/healthz": _say_ok}
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=DRAIN_SECONDS)

    def add(self, path: str, answer: RequestHandler) -> None:
        """Register a handler for POST requests to a path, before the server starts."""
        self._app.router.add_post(path, answer)

    def show(self, path: str, answer: RequestHandler) -> None:
        """Register a handler for GET requests to a path, before the server starts."""
        self._shown[path] = answer

    async def start(self) -> None:
        """Listen; raises BusyError if the port is in use, ConfigError if it is not allowed."""
        if self._port is None:
            return
        for path, answer in self._shown.items():
            self._app.router.add_get(path, answer)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, port=self._port).start()
        except OSError as error:
            reason = f"cannot listen on {self._port} ({error.strerror or error})."
            # A process that is being replaced frees the port in a moment.
            kind = BusyError if error.errno == errno.EADDRINUSE else ConfigError
            raise kind(
                "PORT", reason, "Stop the process that uses it, or set another port."
            ) from error
        _log.info("listening", extra={"port": self._port})

    async def stop(self) -> None:
        """Accept no more connections, and wait for running requests."""
        await self._runner.cleanup()


def open_session(on_limited: Callable[[], object] = lambda: None) -> Session:
    """Open a client session to be shared by all calls; `on_limited` is called at every 429."""

    async def see(_: object, __: object, seen: TraceRequestEndParams) -> None:
        if seen.response.status == _TOO_MANY_REQUESTS:
            on_limited()

    trace = TraceConfig()
    trace.on_request_end.append(see)
    return Session(timeout=ClientTimeout(total=_CALL_SECONDS), trace_configs=[trace])


def explain_network(error: BaseException) -> str:
    """Describe one of NETWORK_ERRORS: the host, if it is known, and what went wrong."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return ": ".join(filter(None, [getattr(error, "host", None), _reason(cause)]))


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, SSLError):
        return str(getattr(error, "verify_message", "no secure connection"))
    number = getattr(error, "errno", 0)
    if number in errno.errorcode:
        # The error's own text contains the address as a Python tuple.
        return os.strerror(number)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


async def _say_ok(_: HttpRequest) -> HttpResponse:
    return web.Response(text="ok")
