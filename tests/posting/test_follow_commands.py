"""What people follow: begun, listed, ended, and what they are told of new episodes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.library.shelf import only
from bot.models import Episode
from bot.posting.follow_commands import answer_following, with_refusal
from bot.posting.follows import MOST_FOLLOWS
from bot.posting.new_episodes import read_unreachable, tell_waiting
from bot.posting.places import Requester, person_at
from bot.search.index.build import build_index
from tests.builders import bakery, episode
from tests.new_episodes import tell_of_changes
from tests.weekly_world import (
    DAY,
    GONE,
    HOUR,
    LOST_REPLY,
    LOST_REQUEST,
    MINUTE,
    NONCE_SECONDS,
    SERVER_AWAY,
    SLOW_DOWN,
    WEEK,
    World,
    in_world,
)

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
IDA, BO = Requester("slack", "T1", "U1"), Requester("slack", "T1", "U2")
STORE = "A feature store keeps the features of a model."
TEA = "Green tea is picked by hand."
REGISTRY = "A registry needs another registry, and that a registry."
OLD_TALK = episode("old", "We had a feature store once.", TEA, REGISTRY)
NEW_TALK = episode("new", STORE, "It is nice.", youtube="abc", title="On Stores")
EXACT_TALK = episode("other", "The cold feature stores of today are big.", TEA)


def library_of(name: str, *episodes: Episode) -> Library:
    return Library(name, build_index([*episodes, *bakery()]), ())


OLD = library_of("old", OLD_TALK)
NEW = library_of("new", OLD_TALK, NEW_TALK)
NEWER = library_of("newer", OLD_TALK, NEW_TALK, EXACT_TALK)


async def say(
    world: World, typed: str, follower: Requester = IDA, verb: Verb = Verb.FOLLOW
) -> Reply:
    return await answer_following(world.posting, [OLD], Request(verb, typed), follower)


async def followed(world: World, follower: Requester = IDA) -> list[str]:
    return [each.query for each in await world.follows.follows_of(follower.recipient)]


def told(world: World) -> list[str]:
    """Name who was written to."""
    return [person for person, _, _ in world.platform.letters]


def shown(reply: Reply) -> list[str]:
    return [card.episode for card in reply.cards]


async def pass_time(world: World, passed: Any, library: Library = NEW) -> None:
    world.clock.now += passed
    await tell_waiting(world.posting, only(library))


def play(database: str, use: Callable[[World], Awaitable[Any]], **facts: Any) -> None:
    """Let a story happen where the old library is known and Ida follows something."""

    async def begin(world: World) -> None:
        await tell_waiting(world.posting, only(OLD))
        await say(world, "feature store")
        await use(world)

    in_world(database, begin, **facts)


# Begun, listed, ended.


def test_the_answer_says_what_will_happen_and_what_there_is_today(database: str) -> None:
    async def use(world: World) -> None:
        reply = await say(world, " Feature  STORE ")
        assert reply.text == (
            "I will message you when a new episode talks about “Feature STORE”, "
            "not just mentions it."
        )
        assert reply.notes[1].startswith("Today, that is 1 passage in 1 episode: ")
        (button,) = reply.buttons
        assert button.request == Request(Verb.UNFOLLOW, "Feature STORE")
        assert await followed(world) == ["feature store"]

    play(database, use)


@SQLITE
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("quantum tea", "No episode talks about it so far."),
        ("regstry", "No episode talks about it so far. Did you mean “registry”?"),
    ],
)
def test_what_nobody_has_spoken_of_can_be_followed(database: str, typed: str, said: str) -> None:
    async def use(world: World) -> None:
        assert (await say(world, typed)).notes[1] == said
        assert await followed(world) == ["feature store", typed]

    play(database, use)


@SQLITE
@pytest.mark.parametrize("typed", ["the", "what and the", "tea"])
def test_what_nearly_every_episode_says_is_refused(database: str, typed: str) -> None:
    talks = [episode(f"t{n}", f"{TEA} Number {n}.", title=f"Tea {n}") for n in range(40)]
    teas = Library("teas", build_index(talks), ())

    async def use(world: World) -> None:
        reply = await answer_following(world.posting, [teas], Request(Verb.FOLLOW, typed), IDA)
        assert reply.text.startswith(f"Nearly every episode says “{typed}”")
        assert "Add a word" in reply.notes[0]
        for exact in ('"the tea"', "tea picked by hand"):
            await answer_following(world.posting, [teas], Request(Verb.FOLLOW, exact), IDA)
        assert {*await followed(world)} == {"feature store", '"the tea"', "tea picked by hand"}

    play(database, use)


@SQLITE
@pytest.mark.parametrize(
    "typed",
    [
        *("-tea", "season:x tea", "?!", "guest:ida", "x" * 101),
        *("<!channel>", "<@123> @here", "<#C1|general>", "@everyone"),
    ],
)
def test_what_cannot_be_followed_is_said(database: str, typed: str) -> None:
    async def use(world: World) -> None:
        assert not (await say(world, typed)).text.startswith("I will")
        assert await followed(world) == ["feature store"]

    play(database, use)


def test_nobody_follows_more_than_so_much_even_at_once(database: str) -> None:
    async def use(world: World) -> None:
        await asyncio.gather(*(say(world, f"tea number {n}") for n in range(MOST_FOLLOWS + 5)))
        assert len(await followed(world)) == MOST_FOLLOWS
        assert "which is the limit" in (await say(world, "one more tea")).text
        assert (await say(world, "feature store")).text.startswith("I will")
        assert (await say(world, "tea", BO)).text.startswith("I will")

    play(database, use)


@SQLITE
def test_a_long_list_has_pages_with_a_button_for_each(database: str) -> None:
    async def use(world: World) -> None:
        for number in range(11):
            world.clock.now += MINUTE
            await say(world, f"tea {number}")
        first = await say(world, "", verb=Verb.FOLLOWS)
        (turn,) = first.buttons
        assert (first.text, turn.kind) == ("You follow 12 things.", ButtonKind.TURN)
        rest = await answer_following(world.posting, [OLD], turn.request, IDA)
        titles = [card.title for card in (*first.cards, *rest.cards)]
        assert titles == ["feature store", *(f"tea {n}" for n in range(11))]
        pressed = rest.cards[0].buttons[0].request
        assert pressed == Request(Verb.UNFOLLOW, "tea 9")

    play(database, use)


@SQLITE
def test_who_follows_nothing_is_told_so_when_ending_everything(database: str) -> None:
    async def use(world: World) -> None:
        reply = await say(world, "all", BO, Verb.UNFOLLOW)
        assert (reply.text, reply.notes) == ("You do not follow anything.", ())

    play(database, use)


@SQLITE
def test_mentions_of_members_are_not_followed(database: str) -> None:
    async def use(world: World) -> None:
        await say(world, "<@123> green @tea @here", BO)
        assert await followed(world, BO) == ["green @tea"]

    play(database, use)


def test_unfollowing_deletes_what_was_kept(database: str) -> None:
    async def use(world: World) -> None:
        await say(world, "green tea")
        world.platform.faults = [SERVER_AWAY]
        await tell_of_changes(world.posting, OLD, NEW)
        one = await say(world, "FEATURE  store", verb=Verb.UNFOLLOW)
        assert one.text == "You no longer follow “FEATURE store”."
        assert one.notes == ("You follow “green tea”.",)
        assert await world.follows.waiting(world.clock.now + HOUR, world.clock.now) == ()
        assert (await say(world, "coffee", verb=Verb.UNFOLLOW)).text.startswith("You do not")
        assert "forgotten" in (await say(world, "all", verb=Verb.UNFOLLOW)).text
        await pass_time(world, HOUR)
        assert (await followed(world), told(world)) == ([], [])
        assert (await say(world, "", verb=Verb.FOLLOWS)).text == "You do not follow anything yet."

    play(database, use)


def test_a_workspace_that_is_forgotten_takes_what_was_followed_there(database: str) -> None:
    async def use(world: World) -> None:
        elsewhere = replace(IDA, workspace="T2")
        await say(world, "green tea", elsewhere)
        await say(world, "stores", BO)
        await world.deliveries.forget("slack", "T1")
        assert await followed(world, elsewhere) == ["green tea"]
        assert await followed(world, BO) == []
        await tell_of_changes(world.posting, OLD, NEW)
        assert told(world) == []

    play(database, use)


@SQLITE
def test_a_broken_store_is_said(database: str, caplog: pytest.LogCaptureFixture) -> None:
    async def use(world: World) -> None:
        await world.database.close()
        with caplog.at_level(logging.ERROR):
            async with world.database.write() as connection:
                await connection.exec_driver_sql("DROP TABLE follows")
            reply = await say(world, "tea")
        assert reply.text.startswith("I cannot reach my database")
        assert "/podcast follow did nothing." in caplog.text

    play(database, use)


# Told.


def test_who_follows_is_told_once_of_a_new_episode(database: str) -> None:
    async def use(world: World) -> None:
        await say(world, "feature store", BO)
        await tell_of_changes(world.posting, OLD, NEW)
        assert sorted(told(world)) == ["U1", "U2"]
        reply = world.platform.letters[0][2]
        assert reply.text == "New in the podcast for you: “feature store”"
        assert shown(reply) == ["new"]
        assert reply.cards[0].url == "https://youtu.be/abc?t=0"
        assert ButtonKind.SHARE not in {each.kind for each in reply.cards[0].buttons}
        assert [each.label for each in reply.buttons] == ["Unfollow “feature store”"]
        await tell_of_changes(world.posting, OLD, NEW)
        for _ in range(3):
            await pass_time(world, WEEK)
        assert len(told(world)) == 2

    play(database, use)


def test_what_was_known_when_it_began_is_not_told(database: str) -> None:
    async def use(world: World) -> None:
        await tell_of_changes(world.posting, OLD, library_of("cooked", OLD_TALK))
        assert told(world) == []
        await tell_of_changes(world.posting, library_of("cooked", OLD_TALK), NEW)
        assert shown(world.platform.letters[0][2]) == ["new"]

    play(database, use)


def test_a_changed_episode_is_told_only_if_it_had_no_strong_hits(database: str) -> None:
    async def use(world: World) -> None:
        mended = replace(OLD_TALK, cues=(*OLD_TALK.cues, *episode("x", "Also Kafka.").cues))
        bread = replace(bakery()[0], cues=episode("x", STORE).cues)
        changed = Library("changed", build_index([mended, bread, *bakery()[1:]]), ())
        await tell_of_changes(world.posting, OLD, changed)
        assert [shown(reply) for _, _, reply in world.platform.letters] == [["bread-0"]]

    play(database, use)


@SQLITE
def test_where_most_episodes_have_changed_it_is_the_reading_that_has(database: str) -> None:
    async def use(world: World) -> None:
        spoken = [replace(each, cues=episode("x", STORE).cues) for each in bakery()]
        await tell_of_changes(world.posting, OLD, Library("read", build_index([*spoken]), ()))
        assert told(world) == []
        await tell_of_changes(world.posting, OLD, NEW)
        assert shown(world.platform.letters[0][2]) == ["new"]

    play(database, use)


def test_there_is_one_letter_a_week_and_what_comes_in_between_is_kept(database: str) -> None:
    async def use(world: World) -> None:
        await tell_of_changes(world.posting, OLD, NEW)
        world.clock.now += DAY
        await tell_of_changes(world.posting, NEW, NEWER)
        await pass_time(world, 6 * DAY - MINUTE, NEWER)
        assert [shown(reply) for _, _, reply in world.platform.letters] == [["new"]]
        await pass_time(world, 2 * MINUTE, NEWER)
        assert [shown(reply) for _, _, reply in world.platform.letters] == [["new"], ["other"]]

    play(database, use)


@SQLITE
def test_a_letter_has_the_best_three_of_all_that_is_followed(database: str) -> None:
    async def use(world: World) -> None:
        await say(world, "green tea")
        talks = [episode(f"talk-{n}", STORE, TEA) for n in range(3)]
        await tell_of_changes(world.posting, OLD, library_of("many", OLD_TALK, *talks))
        (letter,) = world.platform.letters
        reply = letter[2]
        assert reply.text == "New in the podcast for you: “feature store” and “green tea”"
        assert len(reply.cards) == 3
        assert len({card.episode for card in reply.cards}) == 3
        assert "3 new episodes" in reply.notes[0]
        assert len(reply.buttons) == 2

    play(database, use)


# Faults.


def test_what_a_process_left_undone_is_done_by_another(database: str) -> None:
    async def use(world: World) -> None:
        await pass_time(world, MINUTE, NEW)
        assert shown(world.platform.letters[0][2]) == ["new"]

    play(database, use)


@SQLITE
def test_a_library_is_looked_through_once(database: str, caplog: pytest.LogCaptureFixture) -> None:
    async def use(world: World) -> None:
        with caplog.at_level(logging.INFO):
            for library in (NEW, OLD, NEW):
                await pass_time(world, MINUTE, library)
        compared = [vars(each)["index"] for each in caplog.records if each.message == "compared"]
        assert compared == ["new"]

    play(database, use)


def test_several_processes_write_one_letter(database: str) -> None:
    async def use(world: World) -> None:
        telling = (tell_of_changes(world.posting, OLD, NEW) for _ in range(4))
        await asyncio.gather(*telling, *(tell_waiting(world.posting, only(NEW)) for _ in range(4)))
        assert told(world) == ["U1"]

    play(database, use)


@pytest.mark.parametrize("nonce_seconds", [0.0, NONCE_SECONDS])
@pytest.mark.parametrize("fault", [LOST_REQUEST, LOST_REPLY])
def test_an_answer_that_was_lost_doubles_nothing(
    database: str, fault: Any, nonce_seconds: float
) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [fault]
        await tell_of_changes(world.posting, OLD, NEW)
        for _ in range(4):
            await pass_time(world, MINUTE / 2)
        # Where keys are not known again, what may have been sent is not sent again.
        assert told(world) == ([] if fault is LOST_REQUEST and not nonce_seconds else ["U1"])
        assert await world.follows.waiting(world.clock.now + 9 * DAY, world.clock.now + DAY) == ()

    play(database, use, nonce_seconds=nonce_seconds)


@pytest.mark.parametrize("nonce_seconds", [0.0, NONCE_SECONDS])
def test_a_process_that_ends_while_it_sends_doubles_nothing(
    database: str, nonce_seconds: float
) -> None:
    async def use(world: World) -> None:
        async def end() -> None:
            raise asyncio.CancelledError

        world.platform.after = end
        with pytest.raises(asyncio.CancelledError):
            await tell_of_changes(world.posting, OLD, NEW)
        world.platform.after = None
        for _ in range(6):
            await pass_time(world, MINUTE / 2 + MINUTE)
        assert told(world) == ["U1"]

    play(database, use, nonce_seconds=nonce_seconds)


def test_a_process_that_ends_before_it_sends_loses_nothing(database: str) -> None:
    async def use(world: World) -> None:
        letter = await claim_and_end(world)
        assert [each.episode for each in letter.pieces] == ["new"]
        await pass_time(world, MINUTE)
        assert told(world) == []  # it is still the other's
        await pass_time(world, 2 * MINUTE)
        assert told(world) == ["U1"]

    async def claim_and_end(world: World) -> Any:
        world.platform.faults = [SERVER_AWAY]
        await tell_of_changes(world.posting, OLD, NEW)
        world.clock.now += HOUR
        now = world.clock.now
        lease = now + world.context.posting.outbox.timing.lease
        return await world.follows.claim_letter(
            person_at("slack", "U1", "T1"), "me", now, lease, now
        )

    play(database, use)


@SQLITE
@pytest.mark.parametrize(("fault", "pause"), [(SLOW_DOWN, 400), (SERVER_AWAY, 300)])
def test_what_was_certainly_not_sent_is_sent_later(database: str, fault: Any, pause: int) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [fault]
        await tell_of_changes(world.posting, OLD, NEW)
        await pass_time(world, (pause - 1) * MINUTE / 60)
        assert told(world) == []
        await pass_time(world, 2 * MINUTE / 60)
        assert told(world) == ["U1"]

    play(database, use)


@SQLITE
def test_what_would_be_forgotten_is_not_promised(database: str) -> None:
    async def use(world: World) -> None:
        context = replace(world.posting, ephemeral="The host throws the file away.")
        reply = await answer_following(context, [OLD], Request(Verb.FOLLOW, "green tea"), BO)

        assert reply.text == "I would forget that at the next restart."
        assert reply.notes == ("Please tell whoever runs this bot.",)
        assert await followed(world, BO) == []

    play(database, use)


def test_who_cannot_be_reached_three_times_is_unfollowed(database: str) -> None:
    async def use(world: World) -> None:
        await say(world, "feature store", BO)
        world.platform.faults = [GONE, None]
        await tell_of_changes(world.posting, OLD, NEW)
        assert len(told(world)) == 1
        (gone,) = {"U1", "U2"} - set(told(world))
        there = IDA if gone == "U1" else BO
        for _ in range(2):
            await pass_time(world, WEEK - MINUTE)
            assert await followed(world, there) == ["feature store"]
            world.platform.faults = [GONE]
            await pass_time(world, 2 * MINUTE)
        assert await followed(world, there) == []
        world.platform.faults = []
        await pass_time(world, 2 * WEEK)
        assert len(told(world)) == 1

    play(database, use)


def test_who_cannot_be_reached_is_told_once_by_the_next_reply(database: str) -> None:
    async def use(world: World) -> None:
        posting, reply = world.posting, Reply("Found.", ("A note.",))
        other = world.posting
        world.platform.faults = [GONE]
        await tell_of_changes(posting, OLD, NEW)
        await read_unreachable(posting)
        assert await with_refusal(posting, BO, reply) == reply

        first = await with_refusal(posting, IDA, reply)
        assert first.notes == (
            f"I could not message you about what you follow. {GONE} I will try again in a week.",
            "A note.",
        )
        assert await with_refusal(posting, IDA, reply) == reply
        # Another process has read it before, and asks the database.
        other.unreachable.add(IDA.recipient)
        assert await with_refusal(other, IDA, reply) == reply

        world.platform.faults = [GONE]
        await pass_time(world, WEEK + MINUTE)
        assert await world.follows.unreachable() == (IDA.recipient,)

    play(database, use)


@SQLITE
def test_a_letter_that_arrives_ends_a_row_of_failures(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [GONE, GONE]
        await tell_of_changes(world.posting, OLD, NEW)
        for _ in range(2):
            await pass_time(world, WEEK + MINUTE)
        assert told(world) == ["U1"]
        world.platform.faults = [GONE, GONE]
        await tell_of_changes(world.posting, NEW, NEWER)
        for _ in range(3):
            await pass_time(world, WEEK + MINUTE, NEWER)
        assert told(world) == ["U1", "U1"]
        assert await followed(world) == ["feature store"]

    play(database, use)


@SQLITE
def test_an_episode_that_no_longer_speaks_of_it_is_not_told(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SERVER_AWAY]
        await tell_of_changes(world.posting, OLD, NEW)
        tamed = library_of("tamed", OLD_TALK, replace(NEW_TALK, cues=OLD_TALK.cues[1:2]))
        await pass_time(world, HOUR, tamed)
        assert told(world) == []
        assert await world.follows.waiting(world.clock.now, world.clock.now) == ()

    play(database, use)


@SQLITE
def test_the_log_says_nothing_of_who_follows_what(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(world: World) -> None:
        with caplog.at_level(logging.INFO):
            await tell_of_changes(world.posting, OLD, NEW)
        facts = " ".join(str(vars(record)) for record in caplog.records)
        assert "New episodes, to a person: sent" in facts
        assert "U1" not in facts
        assert "feature store" not in facts

    play(database, use)
