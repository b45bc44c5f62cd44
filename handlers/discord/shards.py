"""The shards of this process: each has a connection of its own to Discord's gateway.

The library's client for several shards would reconnect them one after the other, give up all for
one, and start a new session where the old one could be resumed; so each has a task here.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import Any

import discord
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket

from bot.errors import ConfigError, UnreachableError
from handlers.discord.client import GATEWAY_REFUSALS, explain
from handlers.discord.interaction import PLATFORM, Client
from handlers.discord.sessions import SessionStarts
from handlers.http import NETWORK_ERRORS

# Discord refuses a shard, or has too many servers for so many of them.
WRONG_SHARDS = (4010, 4011)
# The library gives up on a session that takes a minute to start.
_CONNECT_SECONDS = 60.0
# This ends the session; after any other code, Discord would wait for it to be resumed.
_NORMAL = 1000
_NOT_YET = "it is not connected yet."
_LOST = "its connection is lost."

_log = logging.getLogger(__name__)


class Pace:
    """Limits how often something starts while it is unstable, such as sessions or connections.

    Discord resets a token that starts 1,000 sessions in a day; one shard starts fewer than 700, and
    `SessionStarts` keeps several from starting too many.
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
        """Return how many seconds to wait before the next start, and count that."""
        now = self._now()
        if now - self._last >= self._quiet:
            self._pause = 0.0
        pause = self._pause
        self._pause = min(max(self._shortest, 2 * pause), self._longest)
        self._last = now + pause
        return pause


class Shard:
    """One shard; `trouble` says why it is not connected, "" if it is.

    `paces` are those of its sessions and of its connections.
    """

    def __init__(
        self, client: Client, number: int, starts: SessionStarts, paces: tuple[Pace, Pace]
    ) -> None:
        self.number = number
        self.up = asyncio.Event()
        self._client = client
        self._starts = starts
        self._session_pace, self._connection_pace = paces
        self._socket: DiscordWebSocket | None = None
        self._trouble = _NOT_YET

    @property
    def trouble(self) -> str:
        """Why it is not connected, "" if it is."""
        return self._trouble and self._starts.waiting.get(self.number, self._trouble)

    def note_up(self) -> None:
        """Note that its session has begun or was resumed."""
        self._trouble = ""
        self.up.set()

    async def keep_up(self) -> None:
        """Stay connected, and resume the session where that is possible.

        Raises what ends the connection for good.
        """
        resuming: dict[str, Any] = {}
        while True:
            try:
                await self._connect(resuming)
            except ReconnectWebSocket as again:
                resuming = self._session() if again.resume else {}
            except ConfigError:
                raise
            except discord.ConnectionClosed as error:
                if error.code in (*WRONG_SHARDS, *GATEWAY_REFUSALS):
                    raise
                resuming = self._tell(error)
            except (discord.DiscordException, *NETWORK_ERRORS, UnreachableError) as error:
                resuming = self._tell(error)
            except Exception as error:  # noqa: BLE001 - the library fails in its own ways
                # What cannot be read would be replayed if the session were resumed.
                self._tell(error, trace=error)
                await self.hang_up()
                resuming = {}
            self._trouble = self._trouble or _LOST
            self.up.clear()

    async def hang_up(self) -> None:
        """Close the WebSocket, once it is no longer read."""
        if self._socket is not None:
            with suppress(*NETWORK_ERRORS):
                await self._socket.close(code=_NORMAL)

    async def _connect(self, resuming: dict[str, Any]) -> None:
        """Connect, and read until something is raised."""
        await asyncio.sleep(self._connection_pace.next_pause())
        if not resuming:
            await asyncio.sleep(self._session_pace.next_pause())
            await self._starts.take(self.number)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                self._socket = await DiscordWebSocket.from_client(
                    self._client, initial=True, shard_id=self.number, **resuming
                )
            while True:
                await self._socket.poll_event()
        finally:
            self._stop_heartbeats()

    def _stop_heartbeats(self) -> None:
        """End the library's threads for a connection that nobody reads any more."""
        for thread in threading.enumerate():
            if (
                isinstance(thread, KeepAliveHandler)
                and thread.shard_id == self.number
                and thread.ws._connection is self._client._connection
            ):
                thread.stop()

    def _session(self) -> dict[str, Any]:
        """Return what resumes the session, nothing if there is none."""
        socket = self._socket
        if socket is None or socket.session_id is None:
            return {}
        return {
            "resume": True,
            "session": socket.session_id,
            "sequence": socket.sequence,
            "gateway": socket.gateway,
        }

    def _tell(self, error: Exception, trace: Exception | None = None) -> dict[str, Any]:
        """Log why the connection was lost, and return what resumes the session."""
        reason = explain(error)
        self._trouble = str(reason)
        facts = {"platform": PLATFORM, "shard": self.number}
        _log.warning("%s Connecting again.", reason, extra=facts, exc_info=trace)
        return self._session()


async def wait_for_first(
    shards: Iterable[Shard], tasks: Iterable[asyncio.Task[None]], seconds: float
) -> bool:
    """Wait until a shard is connected or one is refused; return whether that happened in time."""
    ups = [asyncio.create_task(shard.up.wait()) for shard in shards]
    try:
        done, _ = await asyncio.wait(
            [*ups, *tasks], timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        return bool(done)
    finally:
        for each in ups:
            each.cancel()
