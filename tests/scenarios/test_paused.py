"""A process that stands still for longer than its lease, as one on a suspended machine does."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.posting.outbox import State, Timing
from bot.store.database import open_database
from bot.weekly.models import Delivery
from bot.weekly.tick import tick
from tests.process import environment
from tests.weekly_world import MONDAY, NONCE_SECONDS, Platform, World, subscription

# A lease and its parts, so short that a test can wait until it has ended.
TIMING = Timing(
    lease=timedelta(seconds=2), post=timedelta(seconds=0.6), settle=timedelta(seconds=0.7)
)
PATIENCE_SECONDS = 30.0

# Claims what is due and is about to send it when it is stopped.
POSTING = """
import asyncio, sys

from tests.scenarios.test_paused import tick_in, world_on

async def about_to_send():
    print("sending", flush=True)
    await asyncio.sleep(0.3)

async def main():
    async with world_on(sys.argv[1], float(sys.argv[2])) as world:
        world.platform.before = about_to_send
        await tick_in(world)
        print(f"posted {len(world.platform.messages)}")

asyncio.run(main())
"""


class Clock:
    """A clock that goes as fast as others, from a Monday on which a quote is due."""

    def __init__(self, begun: float) -> None:
        self._begun = begun

    def __call__(self) -> datetime:
        return MONDAY + timedelta(seconds=time.time() - self._begun)


@asynccontextmanager
async def world_on(address: str, begun: float) -> AsyncIterator[World]:
    """Open the world of one process, on a platform that knows keys again."""
    clock = Clock(begun)
    async with open_database(address) as database:
        platform = Platform(clock, nonce_seconds=NONCE_SECONDS, readable=False)  # type: ignore[arg-type]
        yield World(database, platform, clock)  # type: ignore[arg-type]


async def tick_in(world: World) -> None:
    """Tick once, with the short lease."""
    await tick(world.context_with(timing=TIMING))


async def take_over(address: str, begun: float) -> tuple[World, list[State]]:
    """Tick until another process' lease has ended and its quote is posted here."""
    async with world_on(address, begun) as world:
        while State.SENT not in await world.states():
            await asyncio.sleep(0.1)
            await tick_in(world)
        return world, await world.states()


def test_a_process_that_was_stopped_while_it_sent_posts_nothing_when_it_goes_on(
    database: str, home: Path
) -> None:
    async def prepare() -> None:
        async with world_on(database, time.time()) as world:
            await world.deliveries.subscribe(subscription())

    asyncio.run(prepare())
    begun = time.time()
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", POSTING, database, str(begun)],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == "sending\n"
        process.send_signal(signal.SIGSTOP)
        try:
            other, states = asyncio.run(asyncio.wait_for(take_over(database, begun), 30))
        finally:
            process.send_signal(signal.SIGCONT)
        said, errors = process.communicate(timeout=PATIENCE_SECONDS)
    (sent,) = rows = asyncio.run(read(database, begun))

    assert process.returncode == 0, errors
    assert said == "posted 0\n"
    assert (states, other.platform.texts) == ([State.SENT], ["It is q00."])
    assert [row.message.state for row in rows] == [State.SENT]
    assert sent.message.posted_id == "m0"


async def read(address: str, begun: float) -> tuple[Delivery, ...]:
    """Read what became of all deliveries."""
    async with world_on(address, begun) as world:
        return await world.rows()
