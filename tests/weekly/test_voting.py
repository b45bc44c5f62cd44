"""A channel votes on its quote: what is asked, who wins, and what is said of it."""

import asyncio
from dataclasses import replace

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.weekly.models import Judgement, SubscriptionState, key_of, quote_from
from bot.weekly.moderation import moderate
from bot.weekly.ports import NoticeKind
from tests.weekly_world import (
    DAY,
    GONE,
    HERE,
    HOUR,
    LOST_REPLY,
    MINUTE,
    MONDAY,
    PLAN,
    SERVER_AWAY,
    WEEK,
    World,
    in_world,
    scored_quote,
    scored_quotes,
    subscription,
)

VOTING = subscription(schedule=replace(PLAN, vote=True), since=MONDAY - 3 * DAY)
KEY = key_of(HERE, MONDAY.date())


async def ask(world: World) -> Reply:
    """Go to the day before the slot, tick, and give what the channel is asked."""
    world.clock.now = MONDAY - 23 * HOUR
    await world.tick()
    ((where, _, asked),) = world.platform.letters
    assert where == HERE.id
    return asked


async def vote(world: World, quote: str, person: str) -> str:
    async def nothing(_: Channel) -> str:
        return "Not for you."

    request = Request(Verb.WEEKLY, f"{KEY} {quote}")
    reply = await moderate(world.context, ButtonKind.VOTE, request, person, nothing)
    return reply.text


async def heading_of_post(world: World) -> str:
    """Post what is due, and give the heading of the post."""
    world.clock.now = MONDAY + MINUTE
    await world.tick()
    (heading,) = world.platform.headings
    return heading


def test_a_channel_is_asked_a_day_before_and_the_winner_is_posted(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 25 * HOUR
        await world.tick()
        assert world.platform.letters == []
        asked = await ask(world)
        assert [card.speaker for card in asked.cards] == ["Guest q00", "Guest q01", "Guest q02"]
        assert [each.kind for card in asked.cards for each in card.buttons] == [ButtonKind.VOTE] * 3
        assert asked.poll
        assert asked.poll.hours == 23

        assert "Guest q01" in await vote(world, "q01", "U1")
        await vote(world, "q02", "U2")
        await vote(world, "q01", "U3")
        await world.tick(HOUR)
        assert len(world.platform.letters) == 1
        assert await heading_of_post(world) == "Quote of the week · 2 of 3 votes"
        assert world.platform.texts == ["It is q01."]
        assert world.platform.told == []

    in_world(database, use, VOTING)


def test_everybody_has_one_vote_and_may_change_it_until_they_are_counted(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await asyncio.gather(*(vote(world, "q00", f"U{n}") for n in range(3)))
        await vote(world, "q02", "U1")
        await vote(world, "q02", "U1")
        shown = world.platform.edited[-1][1]
        assert [card.details for card in shown.cards] == [("2 votes",), ("0 votes",), ("1 vote",)]
        assert await vote(world, "q09", "U1") == "The vote is over."

        await world.tick(DAY)
        assert await vote(world, "q02", "U5") == "The vote is over."
        over = world.platform.edited[-1][1]
        assert over.text == "The vote is over."
        assert not any(card.buttons for card in over.cards)
        assert world.platform.texts == ["It is q00."]
        assert await world.context.votes.count_votes(HERE, MONDAY.date()) == {}

    in_world(database, use, VOTING)


def test_of_a_tie_the_first_one_wins_and_that_is_said(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await vote(world, "q02", "U1")
        await vote(world, "q01", "U2")

        assert "1 of 2 votes, tied with another" in await heading_of_post(world)
        assert world.platform.texts == ["It is q01."]

    in_world(database, use, VOTING)


def test_without_votes_one_of_three_is_posted_and_that_is_said(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)

        assert "nobody voted" in await heading_of_post(world)
        assert world.platform.texts == ["It is q00."]

    in_world(database, use, VOTING)


def test_a_platform_with_polls_counts_the_votes_itself(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        world.platform.polled = (1, 0, 4)

        assert await heading_of_post(world) == "Quote of the week · 4 of 5 votes"
        assert world.platform.texts == ["It is q02."]
        assert world.platform.edited == []

    in_world(database, use, VOTING)


def test_a_poll_that_cannot_be_read_now_is_read_later(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        world.platform.polled, world.platform.poll_faults = (0, 1, 0), [SERVER_AWAY]
        world.clock.now = MONDAY + MINUTE
        await world.tick()
        assert world.platform.messages == []

        await world.tick(5 * MINUTE)
        assert world.platform.texts == ["It is q01."]

    in_world(database, use, VOTING)


def test_a_poll_that_is_gone_counts_as_no_vote(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        world.platform.poll_faults = [GONE]

        assert "nobody voted" in await heading_of_post(world)

    in_world(database, use, VOTING)


def test_a_question_whose_answer_was_lost_is_asked_once(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 23 * HOUR
        world.platform.faults = [LOST_REPLY]
        await world.tick()
        await world.tick_on(2 * MINUTE)
        assert len(world.platform.letters) == 1

        world.platform.polled = (0, 0, 1)
        world.clock.now = MONDAY + MINUTE
        await world.tick()
        assert world.platform.texts == ["It is q02."]

    in_world(database, use, VOTING, nonce_seconds=180.0)


def test_an_admin_hears_that_the_channel_could_not_be_asked(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 23 * HOUR
        world.platform.faults = [GONE]
        await world.tick()
        assert world.platform.notices == [NoticeKind.NO_VOTE]
        subscribed = await world.deliveries.find_subscription(HERE)
        assert subscribed
        assert subscribed.state is SubscriptionState.ON

        world.clock.now = MONDAY + MINUTE
        await world.tick()
        assert world.platform.texts == ["It is q00."]

    in_world(database, use, VOTING)


def test_what_moderators_approved_is_put_to_the_vote_first(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [*scored_quotes(), scored_quote("nominee", score=1.0)]
        nominee = quote_from(world.pool[-1])
        await world.decisions.judge(HERE, nominee, Judgement.APPROVE, "U2", MONDAY - 2 * DAY)
        asked = await ask(world)

        assert asked.cards[0].speaker == "Guest nominee"
        assert len(asked.cards) == 3

    in_world(database, use, VOTING)


def test_what_is_never_to_be_posted_does_not_win(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await vote(world, "q01", "U1")
        quote = quote_from(scored_quote("q01"))
        await world.decisions.judge(HERE, quote, Judgement.NEVER, "U2", world.clock())
        await world.tick(DAY)

        assert world.platform.texts == ["It is q00."]

    in_world(database, use, VOTING)


def test_with_a_single_quote_nobody_is_asked(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = scored_quotes(1)
        world.clock.now = MONDAY - 23 * HOUR
        await world.tick()
        assert world.platform.letters == []

        await world.tick(DAY)
        assert world.platform.texts == ["It is q00."]

    in_world(database, use, VOTING)


def test_a_vote_begun_anew_after_switching_off_and_on_counts_for_itself(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await vote(world, "q02", "U1")
        await world.deliveries.subscribe(replace(VOTING, state=SubscriptionState.OFF))
        assert "I no longer know that quote." in await vote(world, "q02", "U1")
        await world.deliveries.subscribe(VOTING)
        await world.tick(MINUTE)
        await world.tick(DAY)

        assert world.platform.texts == ["It is q00."]
        assert State.SENT in await world.states()

    in_world(database, use, VOTING)


def test_week_after_week_the_channel_is_asked_about_others(database: str) -> None:
    async def use(world: World) -> None:
        for week in range(3):
            world.clock.now = MONDAY - 23 * HOUR + week * WEEK
            await world.tick()
            await world.tick(DAY)

        first = [card.speaker for _, _, asked in world.platform.letters for card in asked.cards[:1]]
        assert first == ["Guest q00", "Guest q01", "Guest q02"]
        assert world.platform.texts == ["It is q00.", "It is q01.", "It is q02."]

    in_world(database, use, VOTING)
