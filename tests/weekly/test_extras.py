"""What comes with posts: typed, kept, added once they are there, and said where it cannot be."""

from dataclasses import replace

import pytest

from bot.posting.outbox import State
from bot.posting.places import ChannelMember
from bot.posting.poster import FailureKind, PostError
from bot.weekly.commands import answer_weekly
from bot.weekly.extras import NO_EXTRAS, Extras, split_extras
from bot.weekly.ports import NoticeKind
from tests.weekly_world import HERE, LOST_REPLY, MINUTE, WEEK, World, in_world, subscription

ALL = Extras(thread=True, pin=True, ping="S1")
REFUSED = PostError(FailureKind.UNAUTHORIZED, "Slack", "a scope is missing.", "Reinstall the app.")
PLANNED = replace(subscription(), extras=ALL)
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("typed", "before", "rest", "extras"),
    [
        ("mon 09:00 UTC", NO_EXTRAS, "mon 09:00 UTC", NO_EXTRAS),
        ("mon 09:00 UTC review", ALL, "mon 09:00 UTC review", ALL),
        ("mon 09:00 UTC thread Pin", NO_EXTRAS, "mon 09:00 UTC", Extras(True, True)),
        ("mon 9 UTC ping @team review", NO_EXTRAS, "mon 9 UTC review", Extras(ping="@team")),
        ("mon 9 UTC ping <@&12>", NO_EXTRAS, "mon 9 UTC", Extras(ping="12")),
        ("mon 9 UTC ping <!subteam^S12|@x>", NO_EXTRAS, "mon 9 UTC", Extras(ping="S12")),
        ("mon 9 UTC plain", ALL, "mon 9 UTC", NO_EXTRAS),
        ("mon 9 UTC plain pin", ALL, "mon 9 UTC", Extras(pin=True)),
    ],
)
def test_extras_are_typed_behind_the_time(
    typed: str, before: Extras, rest: str, extras: Extras
) -> None:
    assert split_extras(typed, before) == (rest, extras, ())


def test_a_ping_of_nobody_is_asked_about() -> None:
    _, _, problems = split_extras("mon 9 UTC ping", NO_EXTRAS)

    assert problems == ("Say whom to notify: “ping” and a role, or a user group.",)


async def say(world: World, typed: str) -> tuple[str, ...]:
    reply = await answer_weekly(world.context, typed, ChannelMember(HERE, "U7"))
    return (reply.text, *reply.notes)


async def kept(world: World) -> Extras:
    found = await world.deliveries.find_subscription(HERE)
    assert found
    return found.extras


def test_extras_are_kept_until_they_are_taken_away(database: str) -> None:
    async def use(world: World) -> None:
        said = await say(world, "on mon 09:00 UTC thread ping team")
        assert await kept(world) == Extras(thread=True, ping="STEAM")
        told = "Each comes with a thread and a notification of a role or user group."
        assert f"{told} For posts without, add “plain”." in said

        await say(world, "on tue 09:00 UTC pin")
        assert await kept(world) == Extras(True, True, "STEAM")
        assert any("a thread, a pin in place" in each for each in await say(world, "status"))
        await say(world, "on tue 09:00 UTC plain")
        assert await kept(world) == NO_EXTRAS

    in_world(database, use)


@SQLITE
def test_a_group_that_is_not_there_changes_nothing(database: str) -> None:
    async def use(world: World) -> None:
        said = await say(world, "on tue 09:00 UTC ping nobody")

        assert said == ("There is no group “nobody”.",)
        assert await kept(world) == NO_EXTRAS

    in_world(database, use)


@SQLITE
def test_what_is_lacking_is_said_and_quotes_are_posted_all_the_same(database: str) -> None:
    async def use(world: World) -> None:
        said = await say(world, "on mon 09:00 UTC pin")

        assert {"I lack Pin Messages.", "The quotes are posted nevertheless."} <= {*said}

    in_world(database, use, lacking=["I lack Pin Messages."])


@SQLITE
def test_a_post_gets_its_thread_and_its_pin_in_place_of_the_last_one(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        await world.tick(WEEK)

        assert world.platform.threads == [
            ("m0", "Guest q00: It is q00."),
            ("m1", "Guest q01: It is q01."),
        ]
        assert world.platform.pins == [("m0", ""), ("m1", "m0")]
        assert world.platform.pings == ["S1", "S1"]
        assert world.platform.told == []

    in_world(database, use, PLANNED)


@SQLITE
def test_a_plain_post_has_nothing_with_it(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()

        assert len(world.platform.texts) == 1
        assert (world.platform.threads, world.platform.pins, world.platform.pings) == ([], [], [])

    in_world(database, use)


@SQLITE
def test_what_cannot_be_added_is_told_and_the_rest_is_added(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.extra_faults = [REFUSED]
        await world.tick()

        assert await world.states() == [State.SENT]
        assert [message for message, _ in world.platform.pins] == ["m0"]
        ((notice, reply),) = world.platform.told
        assert notice is NoticeKind.PLAIN
        assert reply.notes == (
            "I may not notify them. It has no thread. "
            "Slack: a scope is missing. Reinstall the app.",
            "To go without from now on, switch the quotes on again, with “plain” at the end.",
        )

    in_world(database, use, PLANNED, lacking=["I may not notify them."])


@SQLITE
def test_a_post_whose_answer_was_lost_gets_what_comes_with_it_once(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REPLY]
        await world.tick()
        assert world.platform.threads == []
        await world.tick_on(5 * MINUTE)

        assert len(world.platform.texts) == 1
        assert [message for message, _ in world.platform.threads] == ["m0"]

    in_world(database, use, PLANNED)
