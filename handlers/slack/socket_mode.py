"""Socket Mode: a connection to Slack that is watched, and replaced when it dies."""

import asyncio
import logging
from time import time
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.errors import UnreachableError
from bot.posting.poster import Poster
from bot.setting_types import Secret
from handlers.in_flight import InFlight
from handlers.platform import UNDIVIDED
from handlers.slack.client import check_bot_token, check_tokens
from handlers.token_watch import TokenWatch

# The library usually reconnects within 40 seconds; this is for when it does not.
GRACE_SECONDS = 60.0
# How long Slack waits for an acknowledgement.
ACK_SECONDS = 3.0
_PINGS_IN_GRACE = 6
_CONNECT_SECONDS = 30.0
_CLOSE_SECONDS = 5.0
# Slack announces the end of a connection: in about ten seconds, or now.
_ENDINGS = ("warning", "refresh_requested")
_RETIRE_SECONDS = 15.0

_log = logging.getLogger(__name__)


class SocketMode:
    """Slack as a platform through Socket Mode.

    `in_flight` counts what the app is answering, and `watch` knows how its token is doing. A
    connection that is silent for `grace` seconds is given up.
    """

    name = "slack"

    def __init__(
        self,
        app: AsyncApp,
        app_token: Secret,
        in_flight: InFlight,
        poster: Poster,
        watch: TokenWatch,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self.poster = poster
        self.watch = watch
        self.parts = UNDIVIDED
        self._app = app
        self._app_token = app_token
        self._in_flight = in_flight
        self._grace = grace
        self._connection: _Connection | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect; raises ConfigError if Slack rejects a token, else UnreachableError."""
        # The library would retry a rejected token for ever, with a traceback each time.
        link = await check_tokens(self._app.client, self._app_token)
        connection = _Connection(self._app, self._app_token, self._grace / _PINGS_IN_GRACE)
        try:
            await connection.open(link)
        except BaseException:
            await connection.close()
            raise
        self._connection = connection

    async def log_in(self) -> None:
        """Check the bot token; raises the same errors as `start`."""
        await check_bot_token(self._app.client)

    async def serve(self) -> None:
        """Watch the connection, and return once it has died and is closed."""
        while (connection := self._connection) is not None:
            if await connection.is_to_end(self._grace / _PINGS_IN_GRACE):
                await self._replace(connection)
            elif (silence := await connection.silence()) > self._grace:
                facts = {"platform": self.name, "seconds": round(silence, 1)}
                _log.warning("Slack has gone silent; reconnecting.", extra=facts)
                self._connection = None
                await connection.close()

    async def stop(self, seconds: float) -> None:
        """Accept nothing new, acknowledge the rest, and give answers some seconds to finish."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.drain()
            await connection.close()
        for each in self._retiring:
            each.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await self._in_flight.finish(seconds, self.name)

    async def _replace(self, old: "_Connection") -> None:
        """Open a new connection before the old one ends, so that nothing is lost between them."""
        try:
            await self.start()
        except UnreachableError as error:
            # The old connection is still open, and the library reconnects when it ends.
            _log.warning("%s", error, extra={"platform": self.name})
            return
        _log.info("reconnected", extra={"platform": self.name})
        retiring = asyncio.create_task(_retire(old))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)


class _Client(SocketModeClient):
    """The library's client; `ending` is set when Slack announces the end of the connection."""

    ending: asyncio.Event

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Handle a frame; at a disconnect, the library would close before it reconnects."""
        if message.get("type") == "disconnect" and message.get("reason") in _ENDINGS:
            self.ending.set()
        else:
            await super().run_message_listeners(message, raw_message)


class _Connection(AsyncSocketModeHandler):
    """Bolt's connection, which also tracks silence and unacknowledged envelopes."""

    client: _Client

    def __init__(self, app: AsyncApp, app_token: Secret, ping_seconds: float) -> None:
        self.app = app
        self.app_token = app_token.get_secret_value()
        self.client = _Client(
            self.app_token, app.logger, web_client=app.client, ping_interval=ping_seconds
        )
        self.client.ending = asyncio.Event()
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]
        self._alive = time()
        self._draining = False
        self._unacknowledged = InFlight()

    async def open(self, link: str) -> None:
        """Connect to an address from Slack; raises UnreachableError if that takes too long."""
        self.client.wss_uri = link
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self.connect_async()  # type: ignore[no-untyped-call]
        except TimeoutError as error:
            remedy = "Check that the network allows wss:// connections."
            raise UnreachableError("Slack", "the socket does not open.", remedy) from error
        self._alive = time()

    async def is_to_end(self, seconds: float) -> bool:
        """Wait some seconds, or until Slack announces the end; return whether it did."""
        try:
            async with asyncio.timeout(seconds):
                await self.client.ending.wait()
        except TimeoutError:
            return False
        self.client.ending.clear()
        return True

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Pass an envelope to the app and acknowledge it, unless the connection is draining."""
        if not self._draining:
            with self._unacknowledged:
                await super().handle(client, req)

    async def silence(self) -> float:
        """Return the seconds since the last pong, or since the connection was lost."""
        if await self.client.is_connected():
            self._alive = max(self._alive, self.client.last_ping_pong_time or 0.0)
        return time() - self._alive

    def leave(self) -> None:
        """Stop reconnecting, and handle what comes until Slack ends the connection."""
        self.client.default_auto_reconnect_enabled = False
        self.client.auto_reconnect_enabled = False

    async def drain(self) -> None:
        """Ignore new envelopes, so that Slack redelivers them, and acknowledge the rest."""
        self._draining = True
        await self._unacknowledged.settle(ACK_SECONDS)

    async def close(self) -> None:
        """Close properly, or abruptly if the network hangs."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.close_async()  # type: ignore[no-untyped-call]
        except TimeoutError:
            await self.client.aiohttp_client_session.close()


async def _retire(connection: _Connection) -> None:
    """Give Slack time to switch to the new connection before this one is closed."""
    connection.leave()
    try:
        await asyncio.sleep(_RETIRE_SECONDS)
    finally:
        await connection.close()
