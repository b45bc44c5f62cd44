"""How often sessions may start: as Discord's gateway allows, together with other processes.

Whoever starts too many in a day loses the token, so it is better to wait. And of the shards whose
numbers leave the same remainder when divided by `max_concurrency`, one may start in five seconds.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import discord

from bot.claims import make_claim
from bot.errors import UnreachableError
from bot.service.claims import Claims
from bot.text import pluralize
from handlers.discord.client import explain
from handlers.discord.interaction import PLATFORM
from handlers.http import NETWORK_ERRORS

# With fewer left than this share of all, it is said.
_LOW_SHARE = 0.1
# These are left for whoever has to restart the process by hand.
_RESERVE = 5
IDENTIFY_WINDOW = timedelta(seconds=5)
# How long to rely on what Discord said, and how long to wait before asking again.
_FRESH_SECONDS, _LONGEST_WAIT_SECONDS = 60.0, 600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StartLimits:
    """How many shards Discord recommends, and how many sessions may still start."""

    recommended: int
    remaining: int
    total: int
    until: datetime
    concurrency: int = 1

    @property
    def is_low(self) -> bool:
        """Whether so few are left that something must restart too often."""
        return self.remaining < self.total * _LOW_SHARE

    def __str__(self) -> str:
        return (
            f"{self.remaining:,} of {pluralize(self.total, 'session start')} are left until "
            f"{self.until:%Y-%m-%d %H:%M} UTC"
        )


async def ask_limits(client: discord.Client) -> StartLimits:
    """Ask Discord for the limits; raises ConfigError or UnreachableError."""
    try:
        shards, _, limit = await client.http.get_bot_gateway()
        return read_limits(shards, dict(limit), datetime.now(UTC))
    except (discord.DiscordException, *NETWORK_ERRORS) as error:
        raise explain(error) from error
    except (LookupError, TypeError, ValueError) as error:
        raise UnreachableError("Discord", "its answer is not Discord's.") from error


def read_limits(shards: int, limit: dict[str, Any], now: datetime) -> StartLimits:
    """Read Discord's answer."""
    until = now + timedelta(milliseconds=limit["reset_after"])
    concurrency = max(int(limit.get("max_concurrency", 1)), 1)
    return StartLimits(max(shards, 1), limit["remaining"], limit["total"], until, concurrency)


class SessionStarts:
    """Lets shards start sessions when they may; `waiting` says what some of them wait for.

    `ask` asks Discord for the limits.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[StartLimits]],
        claims: Claims,
        window: timedelta = IDENTIFY_WINDOW,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.waiting: dict[int, str] = {}
        self._ask, self._claims, self._window, self._sleep = ask, claims, window, sleep
        self._limits: StartLimits | None = None
        self._asked = 0.0
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def look(self, shards: int | None) -> StartLimits:
        """Ask for the limits; raises UnreachableError if so many shards may not start now.

        None stands for as many as Discord recommends.
        """
        limits = await self._look_again()
        shards = limits.recommended if shards is None else shards
        if limits.remaining < shards + _RESERVE:
            reason = f"it allows no more sessions now: {limits}, and {shards} would start."
            remedy = "Find out what restarts so often; until then, Airquote waits."
            raise UnreachableError("Discord", reason, remedy)
        return limits

    async def take(self, shard: int) -> None:
        """Wait until a shard may start a session, and count that."""
        try:
            await self._take(shard)
        finally:
            self.waiting.pop(shard, None)

    async def _take(self, shard: int) -> None:
        while (limits := await self._known()).remaining <= _RESERVE:
            self.waiting[shard] = f"no session can start: {limits}."
            _log.warning("Waiting, as %s", self.waiting[shard], extra={"platform": PLATFORM})
            left = (limits.until - datetime.now(UTC)).total_seconds()
            await self._sleep(min(max(left, 1.0), _LONGEST_WAIT_SECONDS))
            self._limits = None
        self.waiting[shard] = "it waits for its turn to start a session."
        key = shard % limits.concurrency
        async with self._turns[key]:
            await self._take_turn(key)
        if self._limits:
            self._limits = replace(self._limits, remaining=self._limits.remaining - 1)

    async def _take_turn(self, key: int) -> None:
        """Wait for the turn among all processes; without the database, among this one's shards."""
        claim = make_claim("identify", PLATFORM, key, lasts=self._window)
        while claimed := await self._claims.take(claim):
            if claimed.is_first:
                return
            left = (claimed.until - datetime.now(UTC)).total_seconds()
            await self._sleep(max(left, 0.01))
        await self._sleep(self._window.total_seconds())

    async def _known(self) -> StartLimits:
        if self._limits is None or monotonic() - self._asked > _FRESH_SECONDS:
            return await self._look_again()
        return self._limits

    async def _look_again(self) -> StartLimits:
        self._limits, self._asked = await self._ask(), monotonic()
        if self._limits.is_low:
            _log.warning(
                "Only %s. What restarts so often?", self._limits, extra={"platform": PLATFORM}
            )
        return self._limits
