"""The connection to Discord's gateway: its shards are started, watched, and drained at the end."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

import discord

from bot.errors import ConfigError, UnreachableError
from bot.setting_types import ShardRange
from handlers.discord.account import Account
from handlers.discord.client import explain
from handlers.discord.interaction import PLATFORM, Client
from handlers.discord.responses import answer_by_calls
from handlers.discord.sessions import IDENTIFY_WINDOW, SessionStarts, ask_limits
from handlers.discord.shards import WRONG_SHARDS, Pace, Shard, wait_for_first

_CONNECT_SECONDS = 30.0
_ELSEWHERE = (
    "Discord sends commands and buttons to an address instead of the gateway. Set "
    "DISCORD_PUBLIC_KEY to receive them there, or run “airquote discord endpoint --remove”."
)

_log = logging.getLogger(__name__)


def _make_paces() -> tuple[Pace, Pace]:
    """Make a shard's paces; it connects at once, unless it was lost as soon as it had connected."""
    return Pace(), Pace(shortest=0.5, longest=60.0, quiet=2.0)


class Gateway:
    """Discord as a platform, connected through its gateway.

    `shards` are those of this process, None for as many as Discord recommends. `make_paces` makes
    those of a shard's sessions and connections, and in each `window` one session may start.
    """

    name = PLATFORM

    def __init__(
        self,
        account: Account,
        shards: ShardRange | None = None,
        make_paces: Callable[[], tuple[Pace, Pace]] = _make_paces,
        window: timedelta = IDENTIFY_WINDOW,
    ) -> None:
        self._account = account
        self._wanted = shards
        # Those of a shard last longer than a connection.
        self._paces = defaultdict[int, tuple[Pace, Pace]](make_paces)
        self._window = window
        self._shards: Sequence[Shard] = ()
        self._tasks: Sequence[asyncio.Task[None]] = ()
        self.poster = account.poster
        self.watch = account.watch

    @property
    def parts(self) -> Mapping[str, str]:
        """The trouble of each shard."""
        return {f"shard {each.number}": each.trouble for each in self._shards}

    async def start(self) -> None:
        """Log in and connect; raises ConfigError if rejected, else UnreachableError."""
        client, app = await self._account.log_in()
        try:
            await self._account.warn_once(client)
            if app.interactions_endpoint_url:
                _log.warning(_ELSEWHERE, extra={"platform": self.name})
            await self._connect(client)
        except BaseException:
            await self._hang_up()
            raise

    async def log_in(self) -> None:
        """Log in without connecting; raises the same errors as `start`."""
        await self._account.log_in()

    async def serve(self) -> None:
        """Wait until a shard has been refused; each connects again by itself if it can.

        Raises ConfigError if Discord has ended it for good.
        """
        if not self._tasks:
            return
        ended, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        reason = self._explain_end(ended.pop())
        await self._hang_up()
        if isinstance(reason, ConfigError):
            raise reason
        _log.warning("%s", reason, extra={"platform": self.name})

    async def stop(self, seconds: float) -> None:
        """Accept nothing new, give running answers some seconds to finish, and log out."""
        await self._leave()
        finishing = self._account.backend.in_flight.finish(seconds, self.name)
        await asyncio.gather(finishing, *(each.hang_up() for each in self._shards))
        await self._hang_up()

    async def _connect(self, client: Client) -> None:
        """Let all shards connect, and wait for the first."""
        starts = SessionStarts(
            partial(ask_limits, client), self._account.backend.intake.claims, self._window
        )
        limits = await starts.look(len(self._wanted.ids) if self._wanted else None)
        wanted = self._wanted or ShardRange(0, limits.recommended - 1, limits.recommended)
        facts = {"shards": str(wanted), "recommended": limits.recommended}
        _log.info("connecting", extra={"platform": self.name, **facts, "starts": limits.remaining})
        client.divide(wanted)
        self._shards = [Shard(client, number, starts, self._paces[number]) for number in wanted.ids]
        by_number = {each.number: each for each in self._shards}
        client.on_up = lambda number: by_number[number].note_up()
        answer_by_calls()
        self._tasks = [asyncio.create_task(each.keep_up()) for each in self._shards]
        while not await wait_for_first(self._shards, self._tasks, _CONNECT_SECONDS):
            if not starts.waiting:
                known = next(filter(None, (each.trouble for each in self._shards)), "")
                raise UnreachableError("Discord", f"it starts no session: {known}")
        for task in self._tasks:
            if task.done():
                raise self._explain_end(task)

    def _explain_end(self, task: asyncio.Task[None]) -> ConfigError | UnreachableError:
        """Say why a shard has ended for good."""
        error = None if task.cancelled() else task.exception()
        if isinstance(error, ConfigError):
            return error
        if isinstance(error, discord.ConnectionClosed) and error.code in WRONG_SHARDS:
            if self._wanted:
                reason = f"Discord rejects it ({error.code})."
                remedy = "“airquote doctor” says how many shards Discord recommends."
                return ConfigError("DISCORD_SHARDS", reason, remedy)
            # The next start asks how many.
            return UnreachableError("Discord", f"it wants other shards ({error.code}).")
        return explain(error)

    async def _leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _hang_up(self) -> None:
        await self._leave()
        await asyncio.gather(*(each.hang_up() for each in self._shards))
        self._shards, self._tasks = (), ()
        await self._account.log_out()
