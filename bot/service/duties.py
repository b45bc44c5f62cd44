"""Duties: what one process at a time does for all of those that share a database."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import uuid4

from bot.errors import StoreError

# A process that is killed leaves what it was doing to others after this long.
_LEASE = timedelta(seconds=30)
_RENEWALS = 3
_LOOKS, _LONGEST_LOOK_SECONDS = 3, 60.0

_log = logging.getLogger(__name__)

_Work = Callable[[], Awaitable[object]]


def _now() -> datetime:
    return datetime.now(UTC)


def look_seconds(seconds: float) -> float:
    """Return how many seconds lie between two looks for a turn at what is done every `seconds`.

    They are fewer, so that a duty whose process has ended is soon done by another.
    """
    return min(seconds / _LOOKS, _LONGEST_LOOK_SECONDS)


class DutyStore(Protocol):
    """Stores who has which duty, for all processes; all methods raise StoreError."""

    async def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take a duty that nobody has; return False if somebody does."""

    async def hold(self, name: str, owner: str, until: datetime) -> bool:
        """Keep a duty until then; return False if somebody else has taken it."""

    async def leave(self, owner: str, now: datetime) -> None:
        """Leave all that one has to others."""


class Duties:
    """Does what is to be done once for all processes; each has an `owner` of its own.

    A duty is held for a `lease`, which is renewed while the duty is being done: whoever is killed
    loses it soon, and whoever is slow keeps it. Whoever was paused for longer may do it beside
    another, and the work must bear that.
    """

    def __init__(
        self,
        store: DutyStore,
        lease: timedelta = _LEASE,
        clock: Callable[[], datetime] = _now,
        owner: str = "",
    ) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock
        self._owner = owner or uuid4().hex

    async def do(self, name: str, work: _Work, seconds: float = 0.0) -> bool:
        """Do a duty, unless a process does, or did so within the last `seconds`.

        Return whether it was done. Raises StoreError, and whatever the work raises, which leaves
        the duty to any process.
        """
        begun = self._clock()
        if not await self._store.take(name, self._owner, begun, begun + self._lease):
            return False
        until = begun
        holding = asyncio.create_task(self._hold(name))
        try:
            await work()
            until = begun + timedelta(seconds=seconds)
        finally:
            holding.cancel()
            with suppress(StoreError):  # then the lease ends it
                await self._store.hold(name, self._owner, until)
        return True

    def turn(self, name: str, work: _Work, seconds: float) -> Callable[[], Awaitable[None]]:
        """Return what does a duty every `seconds`, if it is called each `look_seconds` of them."""

        async def take() -> None:
            # Not quite as long: a look that comes a little early must not skip its turn.
            await self.do(name, work, seconds - look_seconds(seconds) / 2)

        return take

    @asynccontextmanager
    async def leaving(self) -> AsyncIterator[None]:
        """On exit, leave all duties to others, so that they need not wait."""
        try:
            yield
        finally:
            with suppress(StoreError):
                await self._store.leave(self._owner, self._clock())

    async def _hold(self, name: str) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / _RENEWALS)
            try:
                await self._store.hold(name, self._owner, self._clock() + self._lease)
            except StoreError as error:
                _log.warning("Another process may begin the same: %s", error, extra={"duty": name})
