"""The HTTP server and client sessions: the only module that imports aiohttp."""

import asyncio
import errno
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from ssl import SSLError
from time import monotonic

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
from aiohttp.http import HttpProcessingError

from bot.errors import BusyError, ConfigError
from bot.translations import gettext

HttpRequest = web.Request
HttpResponse = web.Response
Session = ClientSession
Network = IPv4Network | IPv6Network
RequestHandler = Callable[[HttpRequest], Awaitable[HttpResponse]]
_Handler = Callable[[HttpRequest], Awaitable[web.StreamResponse]]

# Raised when a server cannot be reached, or the connection is lost.
NETWORK_ERRORS = (ClientError, OSError, TimeoutError)
# Those of them after which certainly nothing was sent.
NO_CONNECTION = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError)
# How long running requests may take once no more are accepted.
DRAIN_SECONDS = 10.0
_TOO_MANY_REQUESTS = 429
# The chat libraries' own timeout.
_CALL_SECONDS = 30.0
# How long to read the rest of a request, so that the answer arrives before the connection ends.
_LINGER_SECONDS = 1.0
# With more requests, the last would wait for about as long as chat platforms do.
_MOST_WAITING = 100
# On a slow machine, that is so if more than a few are late; a few may wait for an index to open.
_MOST_LATE, _LATE_SECONDS = 20, 0.7
# A connection that has sent nothing for longer is not waiting to be read.
_SILENT_SECONDS = 3.0
# How many bits of an address, by version, tell its owner.
_PREFIXES = {4: 32, 6: 64}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How long the header of a request may take, and then its body.

    `waiting` is how many connections an address may have whose requests have not arrived yet, and
    `proxied` how many a private one may have, as it is that of a proxy that serves everyone.
    """

    header_seconds: float = 10.0
    body_seconds: float = 10.0
    waiting: int = 100
    proxied: int = 800

    def most_waiting(self, network: Network) -> int:
        """Return the limit of an address."""
        return self.waiting if network.is_global else self.proxied


class Server:
    """An HTTP server on all addresses of this machine; without a port, it does nothing.

    `/healthz` answers "ok" unless `show` replaces it. A request must arrive in time, and each
    connection serves one. `now` is a clock in seconds.
    """

    def __init__(
        self,
        port: int | None,
        limits: RequestLimits = RequestLimits(),
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._port = port
        self._limits = limits
        self._now = now
        self._app = web.Application(middlewares=[self._receive])
        self._app.on_response_prepare.append(_end_connection)
        self._shown: dict[str, RequestHandler] = {"/healthz": _say_ok}
        self._opened: dict[web.RequestHandler, float] = {}
        self._arrived: set[web.RequestHandler] = set()
        # Bodies are not decompressed, as signatures are those of the bytes that were sent.
        self._runner = web.AppRunner(
            self._app,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=limits.header_seconds,
            lingering_time=_LINGER_SECONDS,
            logger=_server_log(),
            shutdown_timeout=DRAIN_SECONDS,
        )
        self._listening: asyncio.Server | None = None

    def add(self, path: str, answer: RequestHandler) -> None:
        """Register a handler for POST requests to a path, before the server starts."""
        self._app.router.add_post(path, answer)

    def show(self, path: str, answer: RequestHandler) -> None:
        """Register a handler for GET requests to a path, before the server starts."""
        self._shown[path] = answer

    def is_behind(self) -> bool:
        """Return whether what is asked now would be answered too late for a chat platform.

        Then many requests are waiting, or some have been for long, whether read or not.
        """
        now, server = self._now(), self._runner.server
        ages = {each: now - self._opened[each] for each in server.connections} if server else {}
        waiting = [
            age for each, age in ages.items() if each in self._arrived or age < _SILENT_SECONDS
        ]
        late = sum(age > _LATE_SECONDS for age in waiting)
        return late > _MOST_LATE or len(waiting) > _MOST_WAITING

    async def start(self) -> None:
        """Listen; raises BusyError if the port is in use, ConfigError if it is not allowed."""
        if self._port is None:
            return
        for path, answer in self._shown.items():
            self._app.router.add_get(path, answer)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(
                lambda: _Entrance(self._admit), port=self._port
            )
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
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()

    def _admit(self, transport: asyncio.BaseTransport) -> None:
        """Serve a new connection; the oldest of too many that send no request gives way."""
        server, peer = self._runner.server, transport.get_extra_info("peername")
        if server is None or peer is None:
            transport.close()
            return
        there = server.connections
        self._arrived.intersection_update(there)
        self._opened = {each: self._opened[each] for each in there}
        self._make_room(network_of(peer[0]), there)
        connection = server()
        self._opened[connection] = self._now()
        transport.set_protocol(connection)
        connection.connection_made(transport)

    def _make_room(self, network: Network, connections: Sequence[web.RequestHandler]) -> None:
        """End the oldest connections of an address whose requests have not arrived, if too many."""
        most = self._limits.most_waiting(network)
        if len(connections) < most:
            return  # so no address has too many, and none needs to be compared
        silent = [each for each in connections if each not in self._arrived]
        neighbours = [each for each in silent if _is_from(network, each)]
        for each in neighbours[: 1 - most]:
            each.force_close()

    @web.middleware
    async def _receive(self, request: HttpRequest, handler: _Handler) -> web.StreamResponse:
        """Answer once the whole request is there; refuse it if it is too slow or is no HTTP."""
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                await request.read()
        except TimeoutError:
            return HttpResponse(status=408)
        except (web.RequestPayloadError, ConnectionError, RuntimeError) as error:
            # The library raises the last if the connection was lost before it began to read.
            _log.info("A request could not be read: %s", type(error.__cause__ or error).__name__)
            return HttpResponse(status=400)
        self._arrived.add(request.protocol)
        return await handler(request)


class _Entrance(asyncio.Protocol):
    """Passes a new connection on, as its address is known only then."""

    def __init__(self, admit: Callable[[asyncio.BaseTransport], None]) -> None:
        self._admit = admit

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Pass the connection on."""
        self._admit(transport)


def open_session(on_limited: Callable[[], object] = lambda: None) -> Session:
    """Open a client session to be shared by all calls; `on_limited` is called at every 429."""

    async def see(_: object, __: object, seen: TraceRequestEndParams) -> None:
        if seen.response.status == _TOO_MANY_REQUESTS:
            on_limited()

    trace = TraceConfig()
    trace.on_request_end.append(see)
    return Session(timeout=ClientTimeout(total=_CALL_SECONDS), trace_configs=[trace])


@lru_cache(maxsize=1024)  # all connections are looked through for each new one
def network_of(host: str) -> Network:
    """Return the network of an address's owner: itself in IPv4, a customer's network in IPv6."""
    address = ip_address(host.partition("%")[0])
    return ip_network((str(address), _PREFIXES[address.version]), strict=False)


def explain_network(error: BaseException) -> str:
    """Describe one of NETWORK_ERRORS: the host, if it is known, and what went wrong."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return ": ".join(filter(None, [getattr(error, "host", None), _reason(cause)]))


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return gettext("no answer in time")
    if isinstance(error, SSLError):
        return str(getattr(error, "verify_message", gettext("no secure connection")))
    number = getattr(error, "errno", 0)
    if number in errno.errorcode:
        # The error's own text contains the address as a Python tuple.
        return os.strerror(number)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


async def _say_ok(_: HttpRequest) -> HttpResponse:
    return web.Response(text="ok")


async def _end_connection(_: HttpRequest, response: web.StreamResponse) -> None:
    """Let each connection serve one request, so that idle ones are those that never sent any."""
    response.force_close()
    response.headers["Connection"] = "close"


def _is_from(network: Network, connection: web.RequestHandler) -> bool:
    peer = connection.peername
    return isinstance(peer, tuple) and network_of(peer[0]) == network


def _server_log() -> logging.Logger:
    """Return the log of aiohttp's server, in which a request that is no HTTP is one line."""
    log = logging.getLogger("aiohttp.server")
    log.addFilter(_shorten)
    return log


def _shorten(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args = "A request could not be read: %s", (type(error).__name__,)
        record.exc_info = record.exc_text = None
    return True
