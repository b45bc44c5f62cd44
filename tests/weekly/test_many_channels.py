"""Many channels: each is looked at when there is something to do, and by one process at a time."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.store import deliveries
from bot.weekly.models import LONGEST_REST
from bot.weekly.tick import tick
from tests.weekly_world import (
    DAY,
    HERE,
    HOUR,
    MINUTE,
    MONDAY,
    PLAN,
    REVIEWED,
    SUNDAY,
    World,
    in_world,
    subscription,
)

MANY = [Channel("slack", f"T{number}", "C1") for number in range(12)]
LATER = replace(PLAN, weekday=3)


async def next_look(world: World, channel: Channel = HERE) -> datetime | None:
    """Read when a channel is looked at next."""
    known = await world.deliveries.find_subscription(channel)
    return known.look_at if known else None


def test_a_channel_rests_until_its_slot_but_for_an_hour_at_most(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 20 * MINUTE
        await world.tick()
        assert await next_look(world) == MONDAY

        await world.tick(20 * MINUTE)
        assert world.platform.texts == ["It is q00."]

        await world.tick(MINUTE)
        rest = (await next_look(world) or MONDAY) - world.clock.now
        assert LONGEST_REST / 2 <= rest <= LONGEST_REST

    in_world(database, use)


def test_a_changed_plan_is_looked_at_at_once(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 20 * MINUTE
        await world.tick()
        sooner = replace(PLAN, time=(MONDAY - 10 * MINUTE).time())
        await world.deliveries.subscribe(subscription(HERE, sooner, world.clock.now))

        assert await next_look(world) is None
        await world.tick(10 * MINUTE)
        assert world.platform.texts == ["It is q00."]

    in_world(database, use)


def test_a_plan_changed_while_it_is_looked_at_does_not_rest(database: str) -> None:
    async def use(world: World) -> None:
        store, now = world.deliveries, world.clock.now
        (taken,) = await store.take_due(["slack"], now, now + MINUTE)
        await store.subscribe(subscription(HERE, LATER, now))
        await store.rest([(taken, now + HOUR)])

        assert await next_look(world) is None

    in_world(database, use)


def test_a_look_that_a_wrong_clock_put_off_does_not_wait_for_it(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY + 300 * DAY
        await world.tick()
        world.clock.now = MONDAY - MINUTE
        await world.tick()

        assert (await next_look(world) or SUNDAY) - world.clock.now <= LONGEST_REST

    in_world(database, use, subscription(HERE, LATER))


def test_moderators_are_asked_when_their_day_begins(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - DAY - 20 * MINUTE
        await world.tick()
        assert await next_look(world) == MONDAY - DAY
        await world.tick(20 * MINUTE)

        assert len(world.platform.told) == 1
        assert (await next_look(world) or MONDAY) - world.clock.now <= MINUTE

    in_world(database, use, subscription(HERE, REVIEWED, SUNDAY - DAY))


def test_processes_that_tick_at_once_share_the_channels(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "_MOST_TAKEN", 3)

    async def use(world: World) -> None:
        await asyncio.gather(*(tick(world.context) for _ in range(3)))

        posted = Counter(each.channel for each in world.platform.messages)
        assert posted == dict.fromkeys(MANY, 1)
        assert await world.states() == [State.SENT] * len(MANY)

    in_world(database, use, *(subscription(each) for each in MANY))


def test_what_an_ended_process_took_is_taken_by_another(database: str) -> None:
    async def use(world: World) -> None:
        now = world.clock.now
        await world.deliveries.take_due(["slack"], now, now + MINUTE)
        await world.tick()
        assert not world.platform.messages

        await world.tick(MINUTE + timedelta(seconds=1))
        assert len(world.platform.messages) == 1

    in_world(database, use)


def test_a_platform_that_is_not_answered_here_is_left_to_others(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()

        assert await next_look(world, Channel("discord", "G1", "C1")) is None
        assert len(world.platform.messages) == 1

    elsewhere = subscription(Channel("discord", "G1", "C1"))
    in_world(database, use, subscription(HERE), elsewhere)
