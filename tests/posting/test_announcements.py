"""New episodes in channels: switched on and off, posted once, listed where they are many."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.answers.replies import Reply
from bot.library.library import Library
from bot.library.shelf import only
from bot.models import Chapter, Episode
from bot.posting.announcements import answer_announce
from bot.posting.new_episodes import tell_waiting
from bot.posting.places import Channel, ChannelMember
from bot.search.index.build import build_index
from tests.builders import bakery, episode
from tests.new_episodes import tell_of_changes
from tests.weekly_world import (
    DAY,
    GONE,
    HERE,
    HOUR,
    LOST_REPLY,
    MINUTE,
    NONCE_SECONDS,
    SERVER_AWAY,
    World,
    in_world,
)

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
THERE = Channel("slack", "T1", "C2")
NOT_YOU = "That is for admins."


def talk(number: int, **facts: Any) -> Episode:
    return episode(f"talk-{number}", f"It is number {number}.", number=number, season=9, **facts)


def library_of(name: str, *episodes: Episode) -> Library:
    return Library(name, build_index([*episodes, *bakery()]), ())


FIRST = talk(1, title="On Tea", youtube="abc", guests=("Ida B",), chapters=(Chapter("Leaves", 5),))
OLD, NEW = library_of("old"), library_of("new", FIRST)


async def say(world: World, typed: str, channel: Channel = HERE, obstacle: str = "") -> Reply:
    return await answer_announce(world.posting, typed, ChannelMember(channel, "U1", obstacle))


def posts(world: World, channel: Channel = HERE) -> list[Reply]:
    return [reply for to, _, reply in world.platform.letters if to == channel.id]


def shown(world: World, channel: Channel = HERE) -> list[list[str]]:
    return [[card.episode for card in reply.cards] for reply in posts(world, channel)]


def play(database: str, use: Callable[[World], Awaitable[Any]], **facts: Any) -> None:
    """Let a story happen in a channel that is told of new episodes from the old ones on."""

    async def begin(world: World) -> None:
        await tell_waiting(world.posting, only(OLD))
        await say(world, "on")
        await use(world)

    in_world(database, begin, **facts)


def test_it_is_switched_on_and_off_and_looked_at(database: str) -> None:
    async def use(world: World) -> None:
        assert (await say(world, "", THERE)).text == "New episodes are not announced here."
        assert (await say(world, "on", THERE)).text.startswith("From now on")
        assert (await say(world, "on", THERE)).text == "I announce every new episode here."
        assert (await say(world, "OFF")).text == "I will no longer announce new episodes here."
        assert (await say(world, "off")).text == "New episodes are not announced here."
        await tell_of_changes(world.posting, OLD, NEW)
        assert (shown(world), shown(world, THERE)) == ([], [["talk-1"]])

    play(database, use)


@SQLITE
def test_who_may_not_decide_may_ask_how_it_stands(database: str) -> None:
    async def use(world: World) -> None:
        assert await say(world, "off", obstacle=NOT_YOU) == Reply(NOT_YOU)
        assert (await say(world, "", obstacle=NOT_YOU)).text == "I announce every new episode here."

    play(database, use)


def test_each_new_episode_is_posted_once_to_each_channel(database: str) -> None:
    async def use(world: World) -> None:
        await say(world, "on", THERE)
        await asyncio.gather(*(tell_of_changes(world.posting, OLD, NEW) for _ in range(3)))
        for _ in range(3):
            world.clock.now += DAY
            await tell_waiting(world.posting, only(NEW))
        for channel in (HERE, THERE):
            assert shown(world, channel) == [["talk-1"]]
        (post,) = posts(world)
        (card,) = post.cards
        assert (post.text, card.title, card.guests) == ("New episode", "On Tea", ("Ida B",))
        assert card.url == "https://youtu.be/abc"
        assert [each.title for each in card.chapters] == ["Leaves"]
        assert (card.buttons, post.buttons) == ((), ())

    play(database, use)


def test_what_was_there_when_it_was_switched_on_is_not_announced(database: str) -> None:
    async def use(world: World) -> None:
        await tell_of_changes(world.posting, OLD, NEW)
        await say(world, "on", THERE)
        await tell_waiting(world.posting, only(NEW))
        newer = library_of("newer", FIRST, talk(2))
        await tell_of_changes(world.posting, NEW, newer)
        assert shown(world, THERE) == [["talk-2"]]
        # An episode that comes back is not new.
        await tell_of_changes(world.posting, newer, NEW)
        await tell_of_changes(world.posting, NEW, library_of("again", FIRST, talk(2), talk(3)))
        assert shown(world, THERE) == [["talk-2"], ["talk-3"]]

    play(database, use)


@SQLITE
def test_the_first_library_of_all_announces_nothing(database: str) -> None:
    async def use(world: World) -> None:
        await say(world, "on")
        await tell_waiting(world.posting, only(OLD))
        assert shown(world) == []
        await tell_waiting(world.posting, only(NEW))
        assert shown(world) == [["talk-1"]]

    in_world(database, use)


@SQLITE
@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (3, [["talk-1"], ["talk-2"], ["talk-3"]]),
        (4, [["talk-4", "talk-3", "talk-2", "talk-1"]]),
    ],
)
def test_more_than_three_at_once_are_listed_in_one_message(
    database: str, count: int, expected: list[list[str]]
) -> None:
    async def use(world: World) -> None:
        talks = [talk(number) for number in range(1, count + 1)]
        await tell_of_changes(world.posting, OLD, library_of("many", *talks))
        assert shown(world) == expected

    play(database, use)


@SQLITE
def test_very_many_are_listed_in_part(database: str) -> None:
    async def use(world: World) -> None:
        talks = [talk(number) for number in range(1, 14)]
        await tell_of_changes(world.posting, OLD, library_of("many", *talks))
        (post,) = posts(world)
        assert post.text == "13 new episodes"
        assert len(post.cards) == 10
        assert post.notes == ("And 3 more: “/podcast episodes” lists them all.",)

    play(database, use)


@pytest.mark.parametrize("nonce_seconds", [0.0, NONCE_SECONDS])
def test_an_answer_that_was_lost_doubles_no_post(database: str, nonce_seconds: float) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REPLY]
        newer = library_of("two", FIRST, talk(2))
        await tell_of_changes(world.posting, OLD, newer)
        for _ in range(4):
            world.clock.now += MINUTE / 2
            await tell_waiting(world.posting, only(newer))
        assert shown(world) == [["talk-1"], ["talk-2"]]

    play(database, use, nonce_seconds=nonce_seconds)


def test_a_process_with_older_episodes_leaves_the_new_ones_to_others(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SERVER_AWAY]
        await tell_of_changes(world.posting, OLD, NEW)
        world.clock.now += HOUR
        await tell_waiting(world.posting, only(OLD))
        assert shown(world) == []
        world.clock.now += 2 * MINUTE
        await tell_waiting(world.posting, only(NEW))
        assert shown(world) == [["talk-1"]]

    play(database, use)


def test_a_channel_that_is_away_gets_its_posts_later_and_at_last_none(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SERVER_AWAY]
        await tell_of_changes(world.posting, OLD, NEW)
        assert shown(world) == []
        world.clock.now += HOUR
        await tell_waiting(world.posting, only(NEW))
        assert shown(world) == [["talk-1"]]

        before = len(posts(world))
        world.platform.faults = [GONE, None, GONE, GONE]
        newer = library_of("newer", FIRST, talk(2))
        await tell_of_changes(world.posting, NEW, newer)
        for _ in range(2):
            assert await world.follows.announces(HERE)
            world.clock.now += DAY + MINUTE
            await tell_waiting(world.posting, only(newer))
        assert not await world.follows.announces(HERE)
        first, last = world.platform.letters[before:]
        assert [(admin, told.channel) for admin, _, told in (first, last)] == [("U1", HERE.id)] * 2
        assert first[2].text == "I could not announce a new episode."
        assert first[2].notes[0] == str(GONE)
        assert last[2].text.startswith("I have stopped announcing new episodes")
        assert last[2].notes[0] == f"Last: {GONE}"

    play(database, use)


@SQLITE
def test_what_would_be_forgotten_is_not_switched_on(database: str) -> None:
    async def use(world: World) -> None:
        context = replace(world.posting, ephemeral="The host throws the file away.")
        reply = await answer_announce(context, "on", ChannelMember(THERE, "U1", ""))

        assert reply.text == "I would forget that at the next restart."
        assert reply.notes == ("The host throws the file away.",)
        assert not await world.follows.announces(THERE)

    play(database, use)


@SQLITE
def test_an_admin_who_cannot_be_told_is_named_nowhere_and_holds_up_nobody(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [GONE] * 5
        await tell_of_changes(world.posting, OLD, NEW)
        for _ in range(2):
            world.clock.now += DAY + MINUTE
            await tell_waiting(world.posting, only(NEW))
        assert not await world.follows.announces(HERE)
        assert "New episodes, to a channel: given up" in caplog.text
        assert "The admin does not know of it." in caplog.text
        assert not any("U1" in map(str, record.__dict__.values()) for record in caplog.records)

    play(database, use)


def test_a_workspace_that_is_forgotten_is_told_nothing(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SERVER_AWAY]
        await tell_of_changes(world.posting, OLD, NEW)
        await world.deliveries.forget("slack", "T1")
        world.clock.now += HOUR
        await tell_waiting(world.posting, only(NEW))
        assert (await world.follows.channels(), shown(world)) == ((), [])

    play(database, use)


@SQLITE
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (talk(1), replace(talk(1), slug="renamed")),
        (talk(1, youtube="abc"), episode("page", "It was edited.", youtube="abc")),
        (talk(1, guid="g-1"), episode("page", "It was edited.", guid="g-1")),
        (
            talk(1, audio="https://tea.example/1.mp3?from=a"),
            episode("page", "It was edited.", audio="https://tea.example/1.mp3"),
        ),
    ],
)
def test_an_episode_by_another_name_is_not_new(
    database: str, before: Episode, after: Episode
) -> None:
    async def use(world: World) -> None:
        one, two = library_of("one", before), library_of("two", after, talk(2))
        await tell_of_changes(world.posting, OLD, one)
        await tell_of_changes(world.posting, one, two)

        assert shown(world) == [["talk-1"], ["talk-2"]]

    play(database, use)


@SQLITE
def test_an_old_episode_that_is_added_is_not_announced(database: str) -> None:
    async def use(world: World) -> None:
        today = world.clock().date()
        old, fresh = talk(1, published=today - 61 * DAY), talk(2, published=today - 59 * DAY)
        await tell_of_changes(world.posting, OLD, library_of("two", old, fresh))

        assert shown(world) == [["talk-2"]]

    play(database, use)
