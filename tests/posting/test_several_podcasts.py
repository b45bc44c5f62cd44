"""News of several podcasts: each goes to those who are served it; the first sight is no news."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.library.shelf import Shelf
from bot.podcasts import Podcast
from bot.posting.announcements import answer_announce
from bot.posting.bindings import Bindings
from bot.posting.follow_commands import answer_following
from bot.posting.follows import PostingContext
from bot.posting.new_episodes import note_changes, tell_waiting
from bot.posting.places import Channel, ChannelMember, Requester
from bot.store.bindings import SqlBindingStore
from tests.new_episodes import NEW, OLD
from tests.weekly_world import HERE, HOUR, World, in_world

TEA, WINE = Podcast("tea", "The Tea Hour"), Podcast("wine", "Wine and Wisdom")
THERE = Channel("slack", "T1", "C2")
IDA = Requester("slack", "T1", "U7")
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def of(podcast: Podcast, library: Library) -> Library:
    return replace(library, podcast=podcast)


class Newsroom:
    """Two podcasts with the same episodes, of which both know the old ones."""

    def __init__(self, world: World, posting: PostingContext) -> None:
        self.world = world
        self.posting = posting
        self.shelf = Shelf([TEA, WINE], self._never)

    async def _never(self, podcast: Podcast) -> Library:
        raise KeyError(podcast.id)

    async def publish(self, podcast: Podcast) -> None:
        """Let a podcast have one more episode."""
        await note_changes(self.posting, of(podcast, NEW), of(podcast, OLD))
        self.shelf.put(of(podcast, NEW))
        await tell_waiting(self.posting, self.shelf)

    def told(self, person: str) -> list[list[str]]:
        letters = self.world.platform.letters
        return [[card.episode for card in reply.cards] for to, _, reply in letters if to == person]


def in_newsroom(database: str, use: Callable[[Newsroom], Awaitable[Any]]) -> None:
    async def begin(world: World) -> None:
        bindings = Bindings(["tea", "wine"], SqlBindingStore(world.database))
        room = Newsroom(world, replace(world.posting, bindings=bindings))
        for podcast in (TEA, WINE):
            room.shelf.put(of(podcast, OLD))
        await tell_waiting(room.posting, room.shelf)
        await use(room)

    in_world(database, begin)


async def switch_on(room: Newsroom, channel: Channel) -> None:
    await answer_announce(room.posting, "on", ChannelMember(channel, "U1"))


def test_what_a_further_podcast_has_already_is_no_news(database: str) -> None:
    async def use(room: Newsroom) -> None:
        await switch_on(room, HERE)
        milk = replace(TEA, id="milk")
        await note_changes(room.posting, of(milk, NEW))
        await tell_waiting(room.posting, room.shelf)

        assert room.told(HERE.id) == []

    in_newsroom(database, use)


def test_a_channel_hears_of_the_podcasts_that_it_is_served(database: str) -> None:
    async def use(room: Newsroom) -> None:
        await room.posting.bindings.bind(THERE.place, ["wine"])
        for each in (HERE, THERE):
            await switch_on(room, each)
        await room.publish(WINE)

        assert (room.told(HERE.id), room.told(THERE.id)) == ([], [["wine::new"]])

        await room.publish(TEA)
        assert room.told(HERE.id) == [["tea::new"]]

    in_newsroom(database, use)


def test_news_of_a_podcast_that_must_be_built_waits_for_it(database: str) -> None:
    async def use(room: Newsroom) -> None:
        await switch_on(room, HERE)
        built = asyncio.Event()

        async def build(podcast: Podcast) -> Library:
            await built.wait()
            return of(podcast, NEW)

        async def load(_: Podcast) -> None:
            return None

        room.shelf = Shelf([TEA, WINE], load, build=build)
        await note_changes(room.posting, of(TEA, NEW), of(TEA, OLD))
        await tell_waiting(room.posting, room.shelf)
        assert room.told(HERE.id) == []

        built.set()
        await room.shelf.take("tea")
        room.world.clock.now += HOUR
        await tell_waiting(room.posting, room.shelf)
        assert room.told(HERE.id) == [["tea::new"]]

    in_newsroom(database, use)


def test_words_are_followed_in_the_podcasts_of_the_place(database: str) -> None:
    async def use(room: Newsroom) -> None:
        asked = Request(Verb.FOLLOW, "feature store")
        await answer_following(room.posting, [of(WINE, OLD)], asked, IDA)
        await room.publish(TEA)
        assert room.told(IDA.person) == []

        await room.publish(WINE)
        assert room.told(IDA.person) == [["wine::new"]]

    in_newsroom(database, use)


def test_words_are_followed_in_those_too_that_are_not_loaded(database: str) -> None:
    async def use(room: Newsroom) -> None:
        asked = Request(Verb.FOLLOW, "feature store")
        await answer_following(room.posting, [of(TEA, OLD)], asked, IDA, ("tea", "wine"))
        await room.publish(WINE)

        assert room.told(IDA.person) == [["wine::new"]]

    in_newsroom(database, use)


def test_the_same_words_may_be_followed_in_both(database: str) -> None:
    async def use(room: Newsroom) -> None:
        asked = Request(Verb.FOLLOW, "feature store")
        for podcast in (TEA, WINE):
            await answer_following(room.posting, [of(podcast, OLD)], asked, IDA)
        (follow,) = await room.posting.follows.follows_of(IDA.recipient)
        assert follow.podcasts == ("tea", "wine")

        for podcast in (TEA, WINE):
            await note_changes(room.posting, of(podcast, NEW), of(podcast, OLD))
            room.shelf.put(of(podcast, NEW))
        await tell_waiting(room.posting, room.shelf)

        assert room.told(IDA.person) == [["tea::new", "wine::new"]]

    in_newsroom(database, use)


@SQLITE
def test_what_was_followed_before_goes_by_the_workspace(database: str) -> None:
    async def use(room: Newsroom) -> None:
        # Of the only podcast there was, nothing is written beside the words.
        await answer_following(room.posting, [OLD], Request(Verb.FOLLOW, "feature store"), IDA)
        await room.publish(WINE)
        assert room.told(IDA.person) == []

        await room.publish(TEA)
        assert room.told(IDA.person) == [["tea::new"]]

    in_newsroom(database, use)
