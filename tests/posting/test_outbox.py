"""Messages on new episodes on their way, wherever a process ends and whatever platforms say."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.answers.replies import Reply
from bot.posting import letters as posting_letters
from bot.posting import outbox as posting_outbox
from bot.posting.follows import Piece
from bot.posting.letters import WEEK, Written, send_letters
from bot.posting.outbox import State
from bot.posting.places import Recipient, channel_at
from bot.posting.poster import FailureKind, PostError
from bot.store import follows, outbox, rows
from tests.killing import run_until_killed
from tests.weekly_world import (
    DAY,
    HERE,
    MINUTE,
    MONDAY,
    NONCE_SECONDS,
    World,
    in_world,
    subscription,
)

NEWS = channel_at(HERE)
PIECES = (Piece("one"), Piece("two"))
LEASE = MONDAY + 2 * MINUTE
REVOKED = PostError(FailureKind.UNAUTHORIZED, "SLACK_BOT_TOKEN", "it was revoked.")


async def write(_: Recipient, pieces: Sequence[Piece]) -> Written:
    return Written(tuple(pieces), Reply(f"{len(pieces)} new episodes"))


async def announce(world: World, library: str = "new") -> None:
    """Let a channel hear of new episodes, and have two for it."""
    await world.follows.announce(HERE, "U1", MONDAY)
    await world.follows.note(library, {}, [(NEWS, each) for each in PIECES], MONDAY)


async def send_on(world: World, span: Any) -> None:
    """Send what waits every half minute for a while."""
    end = world.clock.now + span
    while world.clock.now < end:
        world.clock.now += MINUTE / 2
        await send_letters(world.posting, NEWS, write)


async def kill_everywhere(world: World) -> set[int]:
    """Kill a process at each line in turn, let others go on; how often each was posted."""
    outcomes, line, killed = set(), 0, True
    modules = (posting_outbox, posting_letters, outbox, follows, rows)
    while killed:
        line += 1
        await world.follows.stop_announcing(HERE)
        world.clock.now, world.platform.letters = MONDAY, []
        await announce(world, f"new-{line}")
        killed = await run_until_killed(
            lambda: send_letters(world.posting, NEWS, write), line, modules
        )
        await send_on(world, 3 * MINUTE)
        assert await world.follows.waiting(world.clock.now, world.clock.now - WEEK) == ()
        outcomes.add(len(world.platform.letters))
    assert line > 100
    return outcomes


@pytest.mark.parametrize(
    ("nonce_seconds", "expected"),
    [pytest.param(NONCE_SECONDS, {1}, id="nonce"), pytest.param(0.0, {0, 1}, id="neither")],
)
def test_a_process_that_ends_at_any_line_doubles_no_letter(
    database: str, nonce_seconds: float, expected: set[int]
) -> None:
    async def use(world: World) -> None:
        assert await kill_everywhere(world) == expected

    in_world(database, use, nonce_seconds=nonce_seconds)


def test_of_sixteen_who_claim_a_letter_one_gets_it(database: str) -> None:
    async def use(world: World) -> None:
        await announce(world)
        claims = (
            world.follows.claim_letter(NEWS, str(owner), MONDAY, LEASE, MONDAY - WEEK)
            for owner in range(16)
        )
        claimed = [each for each in await asyncio.gather(*claims) if each]

        assert [each.pieces for each in claimed] == [PIECES]
        assert await world.follows.waiting(MONDAY, MONDAY - WEEK) == ()
        later = LEASE + MINUTE
        assert await world.follows.waiting(later, later - WEEK) == (NEWS,)

    in_world(database, use)


def test_what_is_wrong_with_the_app_counts_against_no_recipient(database: str) -> None:
    async def use(world: World) -> None:
        await announce(world)
        world.platform.faults = [REVOKED] * 9
        for _ in range(9):
            world.clock.now += DAY
            await send_letters(world.posting, NEWS, write)
        assert await world.follows.announces(HERE)

        world.clock.now += DAY
        await send_letters(world.posting, NEWS, write)
        assert [reply.text for _, _, reply in world.platform.letters] == ["2 new episodes"]

    in_world(database, use)


def test_what_is_wrong_with_the_app_is_said_of_a_quote(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [REVOKED]
        await world.tick()
        (row,) = await world.rows()

        assert (row.message.state, row.message.reason) == (State.FAILED, str(REVOKED))

    in_world(database, use, subscription())
