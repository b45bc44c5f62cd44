"""The connection to Discord's gateway: opened sparingly, watched, and drained at the end."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import discord

from bot.errors import ConfigError, UnreachableError
from handlers.discord.account import Account
from handlers.discord.client import explain
from handlers.discord.interaction import PLATFORM, Client
from handlers.http import NETWORK_ERRORS

_CONNECT_SECONDS = 30.0
# The library gives up on a session that takes a minute to start.
_LONGEST_PAUSE_WITHIN = 50.0
# This ends the session; after any other code, Discord would wait for it to be resumed.
_NORMAL = 1000

_ELSEWHERE = (
    "Discord sends commands and buttons to an address instead of the gateway. Set "
    "DISCORD_PUBLIC_KEY to receive them there, or run “airquote discord endpoint --remove”."
)

_log = logging.getLogger(__name__)


class Pace:
    """Limits how often sessions start while the connection is unstable.

    Discord resets a token that starts 1,000 sessions in a day; this allows fewer than 700.
    """

    def __init__(
        self,
        shortest: float = 2.0,
        longest: float = 128.0,
        quiet: float = 900.0,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._shortest, self._longest, self._quiet = shortest, longest, quiet
        self._now = now
        self._pause = 0.0
        self._last = -quiet

    def next_pause(self) -> float:
        """Return how many seconds to wait before the next session, and count that session."""
        now = self._now()
        if now - self._last >= self._quiet:
            self._pause = 0.0
        pause = self._pause
        self._pause = min(max(self._shortest, 2 * pause), self._longest)
        self._last = now + pause
        return pause


class Gateway:
    """Discord as a platform, connected through its gateway."""

    name = PLATFORM

    def __init__(self, account: Account, pace: Pace | None = None) -> None:
        self._account = account
        self._pace = pace or Pace()
        self._connection: asyncio.Task[None] | None = None
        self.poster = account.poster
        self.watch = account.watch

    async def start(self) -> None:
        """Log in and connect; raises ConfigError if rejected, else UnreachableError."""
        client, app = await self._account.log_in()
        try:
            await self._account.warn_once(client)
            if app.interactions_endpoint_url:
                _log.warning(_ELSEWHERE, extra={"platform": self.name})
            client.before_identify = self._slow_down
            await asyncio.sleep(self._pace.next_pause())
            await self._connect(client)
        except BaseException:
            await self._hang_up()
            raise

    async def log_in(self) -> None:
        """Log in without connecting; raises the same errors as `start`."""
        await self._account.log_in()

    async def serve(self) -> None:
        """Wait until the connection, which resumes by itself if it can, has ended.

        Raises ConfigError if Discord has ended it for good.
        """
        if self._connection is None:
            return
        await asyncio.wait([self._connection])
        error = None if self._connection.cancelled() else self._connection.exception()
        await self._hang_up()
        reason = explain(error)
        if isinstance(reason, ConfigError):
            raise reason
        expected = error is None or isinstance(error, (discord.DiscordException, *NETWORK_ERRORS))
        facts = {"platform": self.name}
        _log.warning("%s", reason, extra=facts, exc_info=None if expected else error)

    async def stop(self, seconds: float) -> None:
        """Accept nothing new, give running answers some seconds to finish, and log out."""
        await self._leave()
        finishing = self._account.backend.in_flight.finish(seconds, self.name)
        await asyncio.gather(finishing, self._end_session())
        await self._hang_up()

    async def _connect(self, client: Client) -> None:
        """Start a session, and the task that keeps it running."""
        # Left alone, the library would retry for ever, with a traceback each time.
        connecting = asyncio.create_task(client.connect(reconnect=False))
        self._connection = connecting
        begun = asyncio.create_task(client.wait_for("connect"))
        try:
            await asyncio.wait(
                {connecting, begun},
                timeout=_CONNECT_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not begun.done():
                reason = UnreachableError("Discord", "it starts no session.")
                raise explain(connecting.exception()) if connecting.done() else reason
        finally:
            begun.cancel()

    async def _slow_down(self) -> None:
        pause = self._pace.next_pause()
        if pause > _LONGEST_PAUSE_WITHIN:
            raise UnreachableError("Discord", "it keeps ending sessions.")
        await asyncio.sleep(pause)

    async def _leave(self) -> None:
        if self._connection is not None:
            self._connection.cancel()
            await asyncio.wait([self._connection])

    async def _end_session(self) -> None:
        """Close the WebSocket, which is no longer read; answers are sent over HTTP."""
        client = self._account.client
        if client is not None and client.ws is not None:
            with suppress(*NETWORK_ERRORS):
                await client.ws.close(code=_NORMAL)

    async def _hang_up(self) -> None:
        await self._leave()
        self._connection = None
        await self._account.log_out()
