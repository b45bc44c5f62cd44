"""Who asks to be forgotten, and who has left without asking."""

import logging

import pytest

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb, pack, read_request, unpack
from bot.library.library import Library
from bot.library.shelf import only
from bot.posting.departures import forget_leavers
from bot.posting.follow_commands import answer_following
from bot.posting.follows import Follow
from bot.posting.new_episodes import tell_waiting
from bot.posting.places import Requester
from bot.posting.poster import FailureKind, PostError
from bot.search.index.build import build_index
from bot.weekly.models import Judgement, quote_from
from bot.weekly.ports import NoticeKind
from tests.builders import bakery
from tests.new_episodes import NEW, OLD, tell_of_changes
from tests.weekly_world import (
    HERE,
    HOUR,
    MONDAY,
    REVIEWED,
    SUNDAY,
    World,
    in_world,
    scored_quote,
    subscription,
)

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
IDA, BO = Requester("slack", "T1", "U1"), Requester("slack", "T1", "U2")
LIBRARY = Library("bakery", build_index(bakery()), ())
AWAY = PostError(FailureKind.REFUSED, "Slack", "it cannot be reached.")


async def ask(world: World, request: Request, asker: Requester = IDA) -> Reply:
    return await answer_following(world.posting, [LIBRARY], request, asker)


async def confirm(world: World, asker: Requester = IDA) -> Reply:
    """Ask to be forgotten, and press the button as a message carries it."""
    (button,) = (await ask(world, read_request("forget-me"), asker)).buttons
    request = unpack(pack(button.request))
    assert button.kind is ButtonKind.ASK
    assert request is not None
    return await ask(world, request, asker)


async def begin(world: World) -> None:
    """Let Ida follow two things, look after a channel and decide on a quote."""
    for words in ("feature store", "tea"):
        await ask(world, Request(Verb.FOLLOW, words))
    await ask(world, Request(Verb.FOLLOW, "rye"), BO)
    await world.follows.announce(HERE, IDA.person, MONDAY)
    quote = quote_from(scored_quote("tea"))
    await world.decisions.judge(HERE, quote, Judgement.APPROVE, IDA.person, SUNDAY)


def test_nothing_is_deleted_before_it_is_confirmed(database: str) -> None:
    async def use(world: World) -> None:
        await begin(world)
        reply = await ask(world, read_request("Forget-me"))

        assert reply.text == "Shall I forget you?"
        assert reply.notes == (
            "I would delete 1 entry in my list of recipients and 2 things you follow.",
            "I would take your name off 1 quote of the week that you switched on, "
            "1 announcement that you switched on and 1 decision on a quote.",
            "This cannot be undone.",
        )
        assert [each.label for each in reply.buttons] == ["Forget Me"]
        assert len(await world.follows.follows_of(IDA.recipient)) == 2

    in_world(database, use)


def test_who_confirms_is_told_what_was_deleted_and_what_goes_on(database: str) -> None:
    async def use(world: World) -> None:
        await begin(world)
        reply = await confirm(world)

        assert reply.text == "I have forgotten you."
        assert reply.notes[:2] == (
            "I have deleted 1 entry in my list of recipients and 2 things you follow.",
            "I have taken your name off 1 quote of the week that you switched on, "
            "1 announcement that you switched on and 1 decision on a quote.",
        )
        assert reply.notes[2].startswith("Posts that you switched on go on, ")
        assert [each.query for each in await world.follows.follows()] == ["rye"]
        assert await world.follows.announces(HERE)
        assert (await ask(world, read_request("forget-me"))).text == (
            "I have stored nothing about you."
        )

    in_world(database, use)


def test_a_letter_on_its_way_brings_nobody_back(database: str) -> None:
    async def use(world: World) -> None:
        await tell_waiting(world.posting, only(OLD))
        await ask(world, Request(Verb.FOLLOW, "feature store"))

        async def forget() -> None:
            assert (await world.posting.people.count("slack", IDA.person))["outbox"] == 1
            await confirm(world)

        world.platform.before = forget
        await tell_of_changes(world.posting, OLD, NEW)
        await tell_waiting(world.posting, only(NEW))

        assert await world.posting.people.count("slack", IDA.person) == {}
        assert len(world.platform.letters) == 1

    in_world(database, use)


@SQLITE
def test_quotes_go_on_without_anybody_to_tell(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(world: World) -> None:
        await confirm(world)
        await world.tick(-HOUR)

        assert world.platform.told == []
        assert "Nobody could be told." in caplog.text

    in_world(database, use, subscription(schedule=REVIEWED))


@SQLITE
def test_those_in_the_settings_are_still_told(database: str) -> None:
    async def use(world: World) -> None:
        await confirm(world)
        await world.tick(-HOUR)

        assert world.platform.notices == [NoticeKind.SHORTLIST]

    in_world(database, use, subscription(schedule=REVIEWED), admins=["U9"])


@pytest.mark.parametrize("typed", ["forget-me please", "forget me", "forget-me yes"])
def test_other_words_are_searched_for(typed: str) -> None:
    assert read_request(typed) == Request(Verb.SEARCH, typed)


def test_members_who_have_left_are_forgotten_and_nobody_is_named(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def use(world: World) -> None:
        await begin(world)
        follow = Follow("discord", "1", "7", "salt", SUNDAY)
        await world.follows.follow(follow)
        world.platform.left = {("T1", IDA.person), ("1", "7")}
        await forget_leavers(world.posting)

        assert {each.person for each in await world.follows.follows()} == {BO.person, "7"}
        assert await world.posting.people.count("slack", IDA.person) == {}
        (line,) = [each for each in caplog.records if "has left" in each.getMessage()]
        assert IDA.person not in map(str, vars(line).values())

    in_world(database, use)


@SQLITE
def test_nobody_is_forgotten_while_a_platform_cannot_be_asked(database: str) -> None:
    async def use(world: World) -> None:
        await begin(world)
        world.platform.left = {("T1", IDA.person)}
        world.platform.leave_faults = [AWAY]
        await forget_leavers(world.posting)
        assert len(await world.follows.follows_of(IDA.recipient)) == 2
        await forget_leavers(world.posting)
        assert await world.follows.follows_of(IDA.recipient) == ()

    in_world(database, use)
