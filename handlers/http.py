"""What is reached over HTTP, and what reaches out: the only home of aiohttp."""

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

# What is raised where a server cannot be reached, or breaks off.
NETWORK_ERRORS = (ClientError, OSError, TimeoutError)
# Those of them by which nothing has been sent.
NO_CONNECTION = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError)
# How long what was asked may take to be answered once no more is taken in.
DRAIN_SECONDS = 10.0
_TOO_MANY_REQUESTS = 429
# What the chat libraries allow a call when they open sessions of their own.
_CALL_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Server:
    """Answers HTTP requests on a port, on all of the machine's addresses; on none if that is None.

    `/healthz` says "ok" as long as the event loop runs; `add` adds what others answer, and `show`
    what they have to show, be it in the place of that.
    """

    def __init__(self, port: int | None) -> None:
        self._port = port
        self._app = web.Application()
        self._shown: dict[str, RequestHandler] = {"/healthz": _say_ok}
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=DRAIN_SECONDS)

    def add(self, path: str, answer: RequestHandler) -> None:
        """Let POST requests to a path be answered; not once it has started."""
        self._app.router.add_post(path, answer)

    def show(self, path: str, answer: RequestHandler) -> None:
        """Let GET requests to a path be answered; not once it has started."""
        self._shown[path] = answer

    async def start(self) -> None:
        """Listen; raises BusyError if the port is taken, ConfigError if it can never be had."""
        if self._port is None:
            return
        for path, answer in self._shown.items():
            self._app.router.add_get(path, answer)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, port=self._port).start()
        except OSError as error:
            reason = f"nothing can listen on {self._port} ({error.strerror or error})."
            # Of a process that is being replaced, the port is free in a moment.
            kind = BusyError if error.errno == errno.EADDRINUSE else ConfigError
            raise kind("PORT", reason, "Stop what does, or set another port.") from error
        _log.info("listening", extra={"port": self._port})

    async def stop(self) -> None:
        """Take no more connections, and wait for the requests that are being answered."""
        await self._runner.cleanup()


def open_session(on_limited: Callable[[], object] = lambda: None) -> Session:
    """Open the connections that calls of a web API share; close them with the process.

    `on_limited` is called whenever an answer says that there were too many requests (429).
    """

    async def see(_: object, __: object, seen: TraceRequestEndParams) -> None:
        if seen.response.status == _TOO_MANY_REQUESTS:
            on_limited()

    trace = TraceConfig()
    trace.on_request_end.append(see)
    return Session(timeout=ClientTimeout(total=_CALL_SECONDS), trace_configs=[trace])


def explain_network(error: BaseException) -> str:
    """Say which host one of NETWORK_ERRORS is about, as far as it is known, and what is wrong."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return ": ".join(filter(None, [getattr(error, "host", None), _reason(cause)]))


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, SSLError):
        return str(getattr(error, "verify_message", "no safe connection"))
    number = getattr(error, "errno", 0)
    if number in errno.errorcode:
        # What the error says itself has the address in it, as Python writes it.
        return os.strerror(number)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


async def _say_ok(_: HttpRequest) -> HttpResponse:
    return web.Response(text="ok")
