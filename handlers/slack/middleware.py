"""What surrounds every listener: each payload once, and none cut short when the process ends.

The only home of cachetools.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from types import TracebackType
from typing import Any

from cachetools import TTLCache
from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse

# Slack delivers an event again at once, after a minute and after five.
_REDELIVERED_SECONDS = 15 * 60
_MOST_REMEMBERED = 20_000

Middleware = Callable[..., Awaitable[BoltResponse | None]]


class Running:
    """Counts what runs inside `with running:`, so that the end of a process can wait for it."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> "Running":
        self._count += 1
        self._idle.clear()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._count -= 1
        if not self._count:
            self._idle.set()

    async def settle(self, seconds: float) -> bool:
        """Wait until nothing runs, at most `seconds`; say whether that came true."""
        # Bolt acknowledges an event before its listener gets to its first line.
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True


class Claims:
    """Keys of which each can be taken once, until it is released, `seconds` pass or `most` came."""

    def __init__(self, most: int, seconds: float) -> None:
        self._taken: TTLCache[Hashable, bool] = TTLCache(most, seconds)

    def take(self, key: Hashable) -> bool:
        """Take a key; False if somebody has it."""
        if key in self._taken:
            return False
        self._taken[key] = True
        return True

    def release(self, key: Hashable) -> None:
        """Let a key be taken again."""
        self._taken.pop(key, None)


def handle_once() -> Middleware:
    """Make the middleware that acknowledges what Slack delivers again, and goes no further."""
    seen = Claims(_MOST_REMEMBERED, _REDELIVERED_SECONDS)

    async def once(
        body: dict[str, Any], ack: AsyncAck, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        key = body.get("event_id") or body.get("trigger_id")
        if key and not seen.take(key):
            return await ack()
        await next_()
        return None

    return once
