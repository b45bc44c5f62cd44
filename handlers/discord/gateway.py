"""The connection to Discord's gateway: opened sparingly, watched, and drained at the end."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import discord

from bot.errors import ConfigError, UnreachableError
from bot.posting.places import platform_of
from bot.service.saved_requests import BatchedRequestStore
from bot.service.sharing import Shares
from bot.setting_types import Secret
from handlers.discord.client import build_client, explain, log_in, set_up_library
from handlers.discord.credentials import DISCORD_TOKEN_FROM
from handlers.discord.interaction import PLATFORM, Backend, Client
from handlers.discord.languages import Languages
from handlers.discord.poster import DiscordPoster
from handlers.discord.render.charts import ChartRenderer
from handlers.discord.sync import warn_if_sync_due
from handlers.http import NETWORK_ERRORS
from handlers.in_flight import InFlight
from handlers.platform import Platform
from handlers.services import Services
from handlers.token_watch import TokenWatch

_CONNECT_SECONDS = 30.0
# The library gives up on a session that takes a minute to start.
_LONGEST_PAUSE_WITHIN = 50.0
# This ends the session; after any other code, Discord would wait for it to be resumed.
_NORMAL = 1000
_UNAUTHORIZED, _ERRORS = 401, 400

_log = logging.getLogger(__name__)


def build_discord(services: Services) -> Platform | None:
    """Build the connection to Discord; None if no token is set."""
    settings = services.settings
    if not settings.discord_token:
        return None
    kept = BatchedRequestStore(services.store)
    backend = Backend(
        services.intake,
        kept,
        Shares(services.intake.claims, on_posted=services.intake.note_share),
        InFlight(),
        services.weekly,
        ChartRenderer(),
        frozenset(each for each in settings.admin_ids if platform_of(each) == PLATFORM),
        Languages(settings.reply_language),
    )
    addresses = settings.discord_api_url, settings.discord_gateway_url
    return Gateway(
        settings.discord_token, backend, *addresses, with_pictures=bool(settings.card_style)
    )


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
    """Discord as a platform, connected through its gateway.

    Without a `gateway_url`, it is Discord's own. `with_pictures`, posts may have some.
    """

    name = PLATFORM

    def __init__(
        self,
        token: Secret,
        backend: Backend,
        api_url: str,
        gateway_url: str | None = None,
        pace: Pace | None = None,
        *,
        with_pictures: bool = False,
    ) -> None:
        self._token = token
        self._backend = backend
        self._addresses = api_url, gateway_url
        self._pace = pace or Pace()
        self._client: Client | None = None
        self.watch = TokenWatch(PLATFORM)
        self.poster = DiscordPoster(
            lambda: self._client,
            backend.keeper,
            backend.languages,
            backend.admins,
            with_pictures=with_pictures,
        )
        self._connection: asyncio.Task[None] | None = None
        self._compared = False

    async def start(self) -> None:
        """Log in and connect; raises ConfigError if rejected, else UnreachableError."""
        set_up_library(*self._addresses)
        self._client = client = build_client(self._backend, self._slow_down, self._see_answer)
        try:
            await log_in(client, self._token)
            if not self._compared:
                await warn_if_sync_due(client.tree)
                self._compared = True
            await asyncio.sleep(self._pace.next_pause())
            await self._connect(client)
        except BaseException:
            await self._hang_up()
            raise

    async def log_in(self) -> None:
        """Log in without connecting; raises the same errors as `start`."""
        set_up_library(*self._addresses)
        self._client = build_client(self._backend, self._slow_down, self._see_answer)
        try:
            await log_in(self._client, self._token)
        except BaseException:
            await self._hang_up()
            raise

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
        finishing = self._backend.in_flight.finish(seconds, self.name)
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

    def _see_answer(self, status: int, has_token: bool) -> None:
        """Note what an answer says about the token; at the start, an error says it."""
        if not has_token or self._connection is None:
            return
        if status == _UNAUTHORIZED:
            reason = f"Discord rejects it ({status})."
            self.watch.reject(ConfigError("DISCORD_TOKEN", reason, DISCORD_TOKEN_FROM))
        elif status < _ERRORS:
            self.watch.accept()

    async def _leave(self) -> None:
        if self._connection is not None:
            self._connection.cancel()
            await asyncio.wait([self._connection])

    async def _end_session(self) -> None:
        """Close the WebSocket, which is no longer read; answers are sent over HTTP."""
        if self._client is not None and self._client.ws is not None:
            with suppress(*NETWORK_ERRORS):
                await self._client.ws.close(code=_NORMAL)

    async def _hang_up(self) -> None:
        await self._leave()
        client, self._client, self._connection = self._client, None, None
        if client is not None:
            await client.close()
