"""The clock of the chaos script: it goes on when everybody has, however long that takes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bench.load.clock import SharedClock

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
STEP = 6.0


class StuckError(Exception):
    """Ends waiting for who does nothing."""


def give_up() -> None:
    raise StuckError


def keep_up(clock: SharedClock, *members: int) -> None:
    """Let each of them do one piece of work."""

    async def work() -> None:
        for each in members:
            with pytest.raises(StuckError):
                await clock.keep_up(each, pieces([each]))

    asyncio.run(work())


def pieces(left: list[int]) -> Callable[[], Awaitable[None]]:
    """Make work that can be done as many times as there is something left."""

    async def work() -> None:
        if not left:
            raise StuckError
        left.pop()

    return work


def test_no_time_passes_until_everybody_has_done_something() -> None:
    clock = SharedClock(MONDAY, STEP, members=2)
    keep_up(clock, 0)
    with pytest.raises(StuckError):
        clock.advance(give_up)
    assert clock.now() == MONDAY
    keep_up(clock, 1)
    clock.advance(give_up)

    assert clock.now() == MONDAY + timedelta(seconds=STEP)
    with pytest.raises(StuckError):
        clock.advance(give_up)


def test_who_sleeps_wakes_when_so_much_time_has_passed() -> None:
    clock = SharedClock(MONDAY, STEP, members=1)

    async def sleep() -> list[float]:
        sleeping = asyncio.create_task(clock.sleep(2 * STEP))
        seen = []
        while not sleeping.done():
            seen.append(clock.seconds)
            await asyncio.to_thread(keep_up, clock, 0)
            clock.advance(give_up)
            await asyncio.wait([sleeping], timeout=0.01)
        return seen

    assert asyncio.run(sleep())[:2] == [0.0, STEP]
