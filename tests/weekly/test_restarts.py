"""The quote of the week where processes end at the worst moment, and where there are several."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.posting import outbox as posting_outbox
from bot.posting import runner
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.store import decisions, deliveries, outbox, rows
from bot.store.database import open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.weekly import delivery, selection, tick
from tests.killing import run_until_killed
from tests.process import environment
from tests.weekly_world import (
    HERE,
    MINUTE,
    MONDAY,
    NONCE_SECONDS,
    SERVER_AWAY,
    World,
    in_world,
    subscription,
)

TRACED = (selection, delivery, deliveries, decisions, tick, outbox, rows, posting_outbox, runner)

# Nothing is tidied up in a process that was killed.
killing = pytest.mark.filterwarnings("ignore:coroutine '_take_turn' was never awaited")

POSTING = """
import asyncio, os, sys

from bot.posting.outbox import State
from bot.store.database import open_database
from tests.weekly_world import Clock, Platform, World

address, posted = sys.argv[1:]

async def write_down():
    await asyncio.sleep(0.002)

async def main():
    clock = Clock()
    async with open_database(address) as database:
        platform = Platform(clock, after=write_down)
        world = World(database, platform, clock)
        states = []
        while not states or set(states) != {State.SENT}:
            await world.tick()
            states = await world.states()
    out = os.open(posted, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(out, "".join(f"{each.channel.id}\\n" for each in platform.messages).encode())

asyncio.run(main())
"""


async def kill_everywhere(world: World) -> AsyncIterator[list[State]]:
    """Kill a tick at each of its lines in turn, let others go on, and yield what came of it.

    Most lines leave behind what the line before has left, of which the same comes: others go on
    from it once.
    """
    line, killed = 0, True
    seen: list[tuple[object, ...]] = []
    while killed:
        line += 1
        await world.deliveries.forget("slack", "T1")
        await world.deliveries.subscribe(subscription())
        world.clock.now, world.platform.messages = MONDAY, []
        killed = await run_until_killed(world.tick, line, TRACED)
        left = await left_behind(world)
        if left not in seen:
            seen.append(left)
            await world.tick_on(3 * MINUTE)
            yield await world.states()
    assert line > 100
    assert len(seen) > 3


async def left_behind(world: World) -> tuple[object, ...]:
    """Read all that a killed process leaves to others; who owned a row, they do not ask."""
    rows = [replace(row, message=replace(row.message, owner="")) for row in await world.rows()]
    return rows, await world.deliveries.find_subscription(HERE), list(world.platform.messages)


@killing
@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"nonce_seconds": NONCE_SECONDS, "readable": False}, id="nonce"),
        pytest.param({"readable": True}, id="read back"),
    ],
)
def test_a_process_that_ends_at_any_line_leaves_one_post(
    database: str, facts: dict[str, Any]
) -> None:
    async def use(world: World) -> None:
        async for states in kill_everywhere(world):
            assert states == [State.SENT]
            assert len(world.platform.messages) == 1

    in_world(database, use, **facts)


@killing
def test_a_process_that_ends_at_any_line_posts_nothing_twice_where_nobody_can_look(
    database: str,
) -> None:
    async def use(world: World) -> None:
        outcomes = set()
        async for states in kill_everywhere(world):
            outcomes.add((*states, len(world.platform.messages)))

        # All that may be missing is reported.
        assert outcomes == {(State.SENT, 1), (State.UNKNOWN, 0), (State.UNKNOWN, 1)}

    in_world(database, use, readable=False)


def test_processes_on_one_database_share_the_work(database: str, tmp_path: Path) -> None:
    places = [Channel("slack", "T1", f"C{number}") for number in range(60)]

    async def prepare() -> None:
        async with open_database(database) as opened:
            for channel in places:
                await SqlDeliveryStore(opened).subscribe(subscription(channel))

    asyncio.run(prepare())
    posted = tmp_path / "posted"
    command = [sys.executable, "-W", "error", "-c", POSTING, database, str(posted)]
    started = [
        subprocess.Popen(command, env=environment(tmp_path), stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    ended = [process.communicate(timeout=60)[1] for process in started]

    assert [process.returncode for process in started] == [0, 0], ended
    assert sorted(posted.read_text().split()) == sorted(channel.id for channel in places)


def test_a_restart_begins_where_the_other_process_ended(database: str) -> None:
    async def leave(world: World) -> None:
        world.platform.faults = [SERVER_AWAY]
        await world.tick()
        assert await world.states() == [State.CLAIMED]

    async def go_on(world: World) -> None:
        await world.tick(5 * MINUTE)

        assert world.platform.texts == ["It is q00."]
        assert await world.states() == [State.SENT]

    in_world(database, leave)
    in_world(database, go_on)
