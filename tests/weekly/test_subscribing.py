"""What admins do in a channel, and what they are told."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.answers.replies import Instant, Reply
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.posting.poster import PostError
from bot.weekly.models import SubscriptionState
from bot.weekly.slots import Schedule, as_command, parse_schedule
from bot.weekly.status import find_next, upcoming
from bot.weekly.subscribing import switch_off, switch_on, tell_status
from bot.weekly.tick import post_now
from tests.weekly_world import (
    GONE,
    HERE,
    HOUR,
    LOST_REPLY,
    MINUTE,
    MONDAY,
    REVIEWED,
    SERVER_AWAY,
    WEEK,
    World,
    in_world,
    subscription,
)

DATABASES = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OFF = replace(subscription(), state=SubscriptionState.OFF)
HOW = "Switch it on with “/podcast weekly on mon 09:00 Europe/Berlin”, and “review” after it"


async def switch(world: World, typed: str) -> Reply:
    return await switch_on(world.context, HERE, typed, "U7")


@DATABASES
def test_the_next_three_dates_are_told_in_local_time(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = datetime(2026, 3, 25, 12, tzinfo=UTC)
        reply = await switch(world, "sunday 02:30 europe/berlin review")

        assert reply.text == "I will post a quote here on Sundays at 02:30 (Europe/Berlin)."
        assert reply.notes == (
            "Next: Sunday 29 March 2026, 03:30 (Europe/Berlin) · "
            "Sunday 5 April 2026, 02:30 (Europe/Berlin) · "
            "Sunday 12 April 2026, 02:30 (Europe/Berlin)",
            "Moderators choose it: I will ask them the day before.",
            "There are 12 quotes, by 12 guests, to choose from.",
            "I have sent you a message: that is where I will ask you.",
        )
        kept = await world.deliveries.find_subscription(HERE)
        schedule = Schedule(6, time(2, 30), "Europe/Berlin", review=True)
        assert kept == replace(OFF, schedule=schedule, since=world.clock(), admin="U7", state="on")

    in_world(database, use, OFF)


@DATABASES
def test_what_cannot_be_read_changes_nothing(database: str) -> None:
    async def use(world: World) -> None:
        reply = await switch(world, "mon noon Berln")

        assert reply.text == "I could not read that."
        assert reply.notes == (
            "I do not know the time “noon”. Use 00:00 to 23:59.",
            "I do not know the time zone “Berln”. Did you mean Europe/Berlin?",
            "For example: /podcast weekly on mon 09:00 Europe/Berlin",
        )
        assert await world.deliveries.find_subscription(HERE) == subscription()

    in_world(database, use)


@DATABASES
def test_where_nothing_may_be_posted_nothing_is_switched_on(database: str) -> None:
    async def use(world: World) -> None:
        async def refuse(*_: object, plain: bool) -> str:
            return "I am not in this channel. Invite me with “/invite @Airquote”."

        async def fail(*_: object, plain: bool) -> str:
            raise PostError(LOST_REPLY.kind, "C1", "the answer was lost.")

        said = []
        for why_not in (refuse, fail):
            world.platform.why_not = why_not  # type: ignore[method-assign, assignment]
            said.append((await switch(world, "mon 09:00 UTC")).text)

        assert said == [
            "I am not in this channel. Invite me with “/invite @Airquote”.",
            "I could not find out whether I may post here.",
        ]
        assert await world.deliveries.find_subscription(HERE) == OFF

    in_world(database, use, OFF)


@DATABASES
def test_what_would_be_forgotten_is_not_switched_on(database: str) -> None:
    async def use(world: World) -> None:
        context = world.context_with(ephemeral="The host throws the file away.")
        reply = await switch_on(context, HERE, "mon 09:00 UTC", "U1")

        assert reply.text == "I would forget that at the next restart."
        assert reply.notes == ("The host throws the file away.",)
        assert await world.deliveries.find_subscription(HERE) == OFF

    in_world(database, use, OFF)


@DATABASES
def test_a_channel_is_switched_off_and_said_to_be(database: str) -> None:
    async def use(world: World) -> None:
        first = await switch_off(world.context, HERE)
        second = await switch_off(world.context, HERE)
        await world.tick()

        assert first.text == "I will no longer post quotes here."
        assert second == await tell_status(world.context, HERE)
        assert second.text == "No quote of the week is posted here."
        assert second.notes[0].startswith(HOW)
        assert world.platform.messages == []

    in_world(database, use)


@DATABASES
def test_the_status_names_the_dates_and_the_last_quote(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        reply = await tell_status(world.context, HERE)

        assert reply.text == "I post a quote here on Mondays at 09:00 (UTC)."
        assert reply.notes == (
            "Next: Monday 30 November 2026, 09:00 (UTC) · Monday 7 December 2026, 09:00 (UTC) · "
            "Monday 14 December 2026, 09:00 (UTC)",
            "I have 11 good quotes, by 11 guests: enough for about 11 weeks. "
            "Before one comes again, I will tell an admin.",
            "Last: Monday 23 November 2026, 09:00 (UTC), posted.",
        )
        last = await world.deliveries.last_delivery(HERE)
        assert last is not None
        await world.deliveries.flag(last, "reported")
        reply = await tell_status(world.context, HERE)
        assert reply.notes[2].endswith("09:00 (UTC), posted. Someone reported it.")
        await world.deliveries.flag(last, "withdrawn")
        reply = await tell_status(world.context, HERE)
        assert reply.notes[2].endswith("09:00 (UTC), posted and withdrawn.")

    in_world(database, use)


NOT_ON_MONDAY = (
    "Next: Monday 30 November 2026, 09:00 (UTC) · Monday 7 December 2026, 09:00 (UTC) · "
    "Monday 14 December 2026, 09:00 (UTC)"
)


@pytest.mark.parametrize("fault", [None, LOST_REPLY, SERVER_AWAY, GONE])
def test_a_date_that_has_had_its_quote_is_not_said_to_come(
    database: str, fault: PostError | None
) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - HOUR
        world.platform.faults = [fault]
        await post_now(world.context, subscription())
        status = await tell_status(world.context, HERE)
        told, next_one = (
            await find_next(world.context, "slack", "T1"),
            await upcoming(world.context),
        )
        again = await switch(world, "mon 09:00 UTC")

        assert status.notes[0] == again.notes[0] == NOT_ON_MONDAY
        assert told is not None
        assert told.text == "Monday 30 November 2026, 09:00 (UTC)"
        assert next_one == MONDAY + WEEK

    in_world(database, use)


def test_a_date_for_which_moderators_are_asked_is_to_come(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - HOUR
        await world.tick()
        assert await world.states() == [State.WAITING]

        assert await upcoming(world.context) == MONDAY
        due = await find_next(world.context, "slack", "T1")
        assert due is not None
        assert due.at == MONDAY

    in_world(database, use, subscription(schedule=REVIEWED))


@DATABASES
def test_the_status_where_it_is_off_says_what_became_of_the_last_one(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        await switch_off(world.context, HERE)
        status = await tell_status(world.context, HERE)

        assert status.text == "No quote of the week is posted here."
        assert status.notes[0] == "Last: Monday 23 November 2026, 09:00 (UTC), posted."
        assert status.notes[1].startswith(HOW)
        assert await switch_off(world.context, HERE) == status

    in_world(database, use)


@DATABASES
def test_the_status_of_a_paused_channel_says_why_and_what_to_do(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [GONE] * 3
        for weeks in range(3):
            world.clock.now = MONDAY + weeks * WEEK
            await world.tick(MINUTE)
        reply = await tell_status(world.context, HERE)
        assert reply.text == "The quote of the week is paused here: it failed 3 times."
        assert reply.notes[0] == (
            "Last: Monday 7 December 2026, 09:00 (UTC), could not be posted. "
            "C1: the channel is archived. Choose another one."
        )
        again = "Fix that, then switch it on again: “/podcast weekly on mon 09:00 UTC”."
        assert reply.notes[1] == again

        await switch(world, "mon 09:00 UTC")
        await world.tick(WEEK)
        assert len(world.platform.messages) == 1

    in_world(database, use)


@pytest.mark.parametrize(
    "schedule",
    [Schedule(0, time(9), "UTC"), Schedule(6, time(23, 5), "America/New_York", review=True)],
)
def test_a_plan_is_written_as_it_is_typed(schedule: Schedule) -> None:
    typed = as_command(schedule).removeprefix("/podcast weekly on ")

    assert parse_schedule(typed) == (schedule, ())


@DATABASES
def test_the_next_quote_is_that_of_the_workspaces_first_channel(database: str) -> None:
    late, early = Schedule(2, time(9), "UTC"), Schedule(1, time(8), "Europe/Berlin")
    elsewhere = Channel("slack", "T2", "C1")
    absent = Channel("discord", "T1", "C1")

    async def use(world: World) -> None:
        due = await find_next(world.context, "slack", "T1")
        at = datetime(2026, 11, 25, 9, tzinfo=UTC)
        assert due == Instant("Wednesday 25 November 2026, 09:00 (UTC)", at)
        assert await upcoming(world.context) == datetime(2026, 11, 25, 9, tzinfo=UTC)

        await world.deliveries.subscribe(subscription(replace(HERE, id="C2"), early))
        due = await find_next(world.context, "slack", "T1")
        assert due is not None
        assert due.text == "Tuesday 24 November 2026, 08:00 (Europe/Berlin)"
        assert await upcoming(world.context) == datetime(2026, 11, 24, 7, tzinfo=UTC)

    in_world(
        database,
        use,
        subscription(schedule=late),
        replace(subscription(replace(HERE, id="C3")), state=SubscriptionState.OFF),
        subscription(elsewhere, late),
        subscription(absent, early),
    )


@DATABASES
def test_where_nothing_is_to_come_nothing_is_told(database: str) -> None:
    async def use(world: World) -> None:
        assert await find_next(world.context, "slack", "T1") is None
        assert await upcoming(world.context) is None

        await world.deliveries.subscribe(subscription())
        assert await upcoming(world.context) == MONDAY + WEEK

    in_world(database, use, OFF)
