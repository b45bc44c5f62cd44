"""A clock for several processes, which goes on only when each of them does."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from ctypes import c_double
from datetime import datetime, timedelta
from multiprocessing.sharedctypes import RawArray, RawValue

_POLL_SECONDS = 0.0005


class SharedClock:
    """A clock in memory that forked processes share; `step` seconds pass at a time.

    No seconds of the wall are in it. On a busy machine everything takes longer, the steps as well,
    so that whatever takes a few steps here takes a few steps anywhere.
    """

    def __init__(self, begin: datetime, step: float, members: int) -> None:
        self._begin = begin
        self._step = step
        self._seconds: c_double = RawValue(c_double, 0.0)
        self._beats = RawArray("L", members)
        self._seen = [0] * members

    @property
    def seconds(self) -> float:
        """How many seconds have passed."""
        return float(self._seconds.value)

    def now(self) -> datetime:
        """Tell the time."""
        return self._begin + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait until so many seconds have passed."""
        until = self.seconds + seconds
        while self.seconds < until:  # noqa: ASYNC110 - it is set by another process
            await asyncio.sleep(_POLL_SECONDS)

    async def keep_up(self, member: int, work: Callable[[], Awaitable[object]]) -> None:
        """Take part for good: each time that a piece of work is done, the next step may come."""
        while True:
            await work()
            self._beats[member] += 1
            await asyncio.sleep(_POLL_SECONDS)

    def advance(self, wait: Callable[[], object]) -> None:
        """Let a step pass once all have done their work since the last one; call `wait` meanwhile.

        Only one process may do so.
        """
        while any(beat == seen for beat, seen in zip(self._beats, self._seen, strict=True)):
            wait()
            time.sleep(_POLL_SECONDS)
        self._seen = list(self._beats)
        self._seconds.value += self._step
