"""What is typed after "/podcast weekly", and what is said to it."""

import asyncio
from dataclasses import replace

import pytest

from bot.answers.replies import Reply
from bot.answers.requests import WEEKLY_WORDS
from bot.posting.outbox import State
from bot.posting.places import Channel, ChannelMember
from bot.posting.poster import PostError
from bot.quotes.models import QuotePool
from bot.weekly.commands import answer_weekly
from bot.weekly.models import Judgement, Subscription, SubscriptionState, quote_from
from bot.weekly.subscribing import tell_status
from tests.builders import episode
from tests.weekly_world import (
    DAY,
    GONE,
    HERE,
    HOUR,
    LOST_REPLY,
    MINUTE,
    MONDAY,
    REVIEWED,
    SERVER_AWAY,
    Fault,
    World,
    drop_deliveries,
    in_world,
    scored_quote,
    subscription,
)

TALK = episode("talk-q00", "It is q00.", title="On Tea", youtube="abc")
REVIEW = subscription(schedule=REVIEWED, since=MONDAY - 3 * DAY)
OFF = replace(subscription(), state=SubscriptionState.OFF)
PAUSED = replace(subscription(), state=SubscriptionState.PAUSED, failures=3)
ON_MONDAY = "Monday 23 November 2026, 09:00 (UTC)"
NONE_GOOD = "None of the remaining quotes is good enough to post without a review."
NOT_YOU = "That is for admins."
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def typed(world: World, text: str, obstacle: str = "") -> Reply:
    world.talks = (TALK,)
    return await answer_weekly(world.context, text, ChannelMember(HERE, "U7", obstacle))


@SQLITE
@pytest.mark.parametrize("text", ["", " ", "status", "STATUS "])
def test_everybody_may_ask_how_it_stands(database: str, text: str) -> None:
    async def use(world: World) -> None:
        reply = await typed(world, text, NOT_YOU)

        assert reply == await tell_status(world.context, HERE)
        assert reply.text == "I post a quote here on Mondays at 09:00 (UTC)."

    in_world(database, use)


@SQLITE
@pytest.mark.parametrize("text", ["on tue 10:00 UTC", "off", "preview", "post", "standup"])
def test_who_may_not_decide_is_told_why_and_changes_nothing(database: str, text: str) -> None:
    async def use(world: World) -> None:
        assert await typed(world, text, NOT_YOU) == Reply(NOT_YOU)
        assert await world.deliveries.find_subscription(HERE) == subscription()
        assert world.platform.messages == []

    in_world(database, use)


@SQLITE
def test_it_is_switched_on_and_off_as_typed(database: str) -> None:
    async def use(world: World) -> None:
        on = await typed(world, " On  tue 10:00 europe/berlin REVIEW")
        assert on.text == "I will post a quote here on Tuesdays at 10:00 (Europe/Berlin)."
        kept = await world.deliveries.find_subscription(HERE)
        assert kept and (kept.admin, kept.schedule.review) == ("U7", True)
        wrong = await typed(world, "on")
        assert wrong.notes == (
            "Say when: a weekday, a time and a time zone.",
            "For example: /podcast weekly on mon 09:00 Europe/Berlin",
        )

        off = await typed(world, "OFF")
        assert off.text == "I will no longer post quotes here."

    in_world(database, use, OFF)


@SQLITE
def test_who_will_be_asked_gets_a_message_at_once(database: str) -> None:
    async def use(world: World) -> None:
        on = await typed(world, "on tue 10:00 UTC review")
        ((person, _, hello),) = world.platform.letters

        assert (person, hello.channel) == ("U7", HERE.id)
        assert hello.text.startswith("I will ask you here, the day before it is due")
        assert on.notes[-1] == "I have sent you a message: that is where I will ask you."

    in_world(database, use, OFF)


@SQLITE
def test_who_cannot_be_messaged_hears_so_when_switching_review_on(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.unreachable = ("U7",)
        on = await typed(world, "on tue 10:00 UTC review")

        assert on.notes[-1] == (
            "I could not send you a message, and that is how I would ask you. "
            "A direct message: messages are closed."
        )
        kept = await world.deliveries.find_subscription(HERE)
        assert kept and kept.schedule.review

    in_world(database, use, OFF)


@SQLITE
def test_the_status_names_who_chooses_and_why_they_could_not_be_asked(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.admins = ("U2", "U1")
        world.clock.now = MONDAY - 23 * HOUR
        world.platform.unreachable = ("U1",)
        await world.tick()
        status = await typed(world, "status")
        missed = "Not all of them could be asked: A direct message: messages are closed."

        assert status.text == "I post a quote here on Mondays at 09:00 (UTC), chosen by"
        assert status.people == ("U1", "U2")
        assert missed in status.notes
        assert world.platform.told_to == ["U2"]

        await world.deliveries.subscribe(REVIEW)
        assert missed not in (await typed(world, "status")).notes

    in_world(database, use, REVIEW)


@SQLITE
@pytest.mark.parametrize("text", ["standup notes", "off topic", "post mortem", "status quo"])
def test_anything_else_is_answered_with_the_forms(database: str, text: str) -> None:
    async def use(world: World) -> None:
        reply = await typed(world, text)
        forms = [each.removeprefix("/podcast weekly ").split()[0] for each in reply.notes[:-1]]

        assert [each.strip(":") for each in forms] == [*WEEKLY_WORDS]
        assert reply.notes[0].startswith("/podcast weekly on mon 09:00 Europe/Berlin: ")
        assert reply.notes[-1] == f"To search for it, type “/podcast search weekly {text}”."
        assert await world.deliveries.find_subscription(HERE) == subscription()

    in_world(database, use)


@SQLITE
def test_a_preview_is_what_is_posted_next(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - DAY
        reply = await typed(world, "preview")
        (card,) = reply.cards
        await world.tick(DAY)

        assert (reply.text, reply.notes, reply.buttons) == (f"Next, on {ON_MONDAY}", (), ())
        assert (card.title, card.url) == ("On Tea", "https://youtu.be/abc?t=59")
        assert card.snippet and world.platform.texts == [card.snippet.text] == ["It is q00."]
        (card,) = (await typed(world, "preview")).cards
        assert card.snippet and card.snippet.text == "It is q01."

    in_world(database, use)


@SQLITE
def test_a_preview_is_of_the_next_date_that_has_no_quote_yet(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - HOUR
        await typed(world, "post")
        reply = await typed(world, "preview")

        assert reply.text == "Next, on Monday 30 November 2026, 09:00 (UTC)"

    in_world(database, use)


@SQLITE
def test_a_post_on_another_day_takes_no_place(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - DAY

        assert await typed(world, "post") == Reply("Posted: a quote by Guest q00.")
        assert (await typed(world, "preview")).text == f"Next, on {ON_MONDAY}"

    in_world(database, use)


@SQLITE
def test_a_preview_without_anything_to_post_says_so(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [scored_quote("poor", score=1.0)]

        assert await typed(world, "preview") == Reply("There is no quote to post.", (NONE_GOOD,))

    in_world(database, use)


@SQLITE
def test_a_preview_where_it_is_off_shows_what_would_be(database: str) -> None:
    off = "Nothing is posted here until the quote of the week is switched on."

    async def use(world: World) -> None:
        for forget in (False, True):
            if forget:
                await world.deliveries.forget("slack", "T1")
            reply = await typed(world, "preview")

            assert (reply.text, reply.notes) == ("This would be next", (off,))
            assert reply.cards[0].title == "On Tea"

    in_world(database, use, OFF)


@SQLITE
def test_a_preview_of_what_moderators_choose_says_how_far_they_are(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 2 * DAY
        before = await typed(world, "preview")
        await world.tick(DAY + HOUR)
        asked = await typed(world, "preview")
        offered = world.platform.offered[-1][0]
        await world.decisions.judge(
            HERE, quote_from(scored_quote(offered)), Judgement.APPROVE, "U2", world.clock()
        )
        chosen = await typed(world, "preview")

        choose = f"Moderators choose the quote for {ON_MONDAY}: "
        assert before == Reply(f"{choose}I will ask them the day before; none is approved yet.")
        assert asked == Reply(f"{choose}they were asked, and none is approved yet.")
        assert (chosen.text, chosen.notes) == (
            f"For {ON_MONDAY}",
            ("Approved, and next unless one that I offer for that day is.",),
        )
        assert [card.title for card in chosen.cards] == ["On Tea"]

    in_world(database, use, REVIEW)


def test_what_is_posted_at_once_is_posted_once_a_day(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - HOUR
        first = await typed(world, "post")
        second = await typed(world, "post")
        await world.tick(2 * HOUR)

        instead = "It replaces the one due on Monday 23 November 2026, 09:00 (UTC)."
        assert first == Reply("Posted: a quote by Guest q00.", (instead,))
        assert second == Reply("Today’s quote has already been posted; there is one a day.")
        assert world.platform.texts == ["It is q00."]

    in_world(database, use)


@SQLITE
@pytest.mark.parametrize(
    ("fault", "state", "text", "again"),
    [
        (
            GONE,
            State.FAILED,
            "It could not be posted.",
            "Posted: a quote by Guest q00.",
        ),
        (
            SERVER_AWAY,
            State.CLAIMED,
            "It has not been posted yet. I will try again by myself.",
            "Today’s quote is on its way: I will try again by myself.",
        ),
        (
            LOST_REPLY,
            State.SENDING,
            "It may have been posted: I do not know yet. "
            "I will look for it, and post it only if it is not there.",
            "Today’s quote is on its way: I will try again by myself.",
        ),
    ],
)
def test_what_went_wrong_with_a_post_is_said_and_why(
    database: str, fault: Fault, state: State, text: str, again: str
) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [fault]
        reply = await typed(world, "post")
        assert await world.states() == [state]
        assert (reply.text, reply.notes[0]) == (text, str(fault))

        assert (await typed(world, "post")).text == again

    in_world(database, use)


@SQLITE
def test_what_may_be_there_is_not_posted_again(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults, world.platform.readable = [LOST_REPLY], False
        await typed(world, "post")
        await world.tick(MINUTE)
        reply = await typed(world, "post")

        assert await world.states() == [State.UNKNOWN]
        assert reply.text.startswith("Today’s quote may already be there. Please look.")
        assert world.platform.texts == ["It is q00."]

    in_world(database, use)


@SQLITE
def test_without_a_quote_nothing_is_posted(database: str) -> None:
    nobody = "Nobody has approved one; moderators are asked the day before it is due."

    async def use(world: World) -> None:
        world.pool = []
        assert await typed(world, "post") == Reply("There is no quote to post.", (NONE_GOOD,))

        await world.deliveries.subscribe(REVIEW)
        assert await typed(world, "post") == Reply("There is no quote to post.", (nobody,))

    in_world(database, use)


def test_what_is_approved_too_late_can_be_posted_at_once(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        assert await world.states() == [State.SKIPPED]
        await world.decisions.judge(
            HERE, quote_from(scored_quote("q05")), Judgement.APPROVE, "U2", MONDAY
        )
        reply = await typed(world, "post")

        assert reply == Reply("Posted: a quote by Guest q05.")
        assert world.platform.texts == ["It is q05."]
        assert await world.states() == [State.SENT]

    in_world(database, use, REVIEW)


@SQLITE
@pytest.mark.parametrize("state", [OFF, PAUSED], ids=["off", "paused"])
def test_where_it_is_not_on_nothing_is_posted_at_once(database: str, state: Subscription) -> None:
    async def use(world: World) -> None:
        assert await typed(world, "post") == await tell_status(world.context, HERE)
        assert await world.rows() == ()

        await world.deliveries.subscribe(subscription())
        assert (await typed(world, "post")).text.startswith("Posted")

    in_world(database, use, state)


@SQLITE
def test_where_nothing_may_be_posted_the_day_is_not_spent(database: str) -> None:
    async def use(world: World) -> None:
        may_post = world.platform.why_not

        async def refuse(*_: object, plain: bool) -> str:
            return "Invite me with “/invite @Airquote”."

        async def fail(*_: object, plain: bool) -> str:
            raise PostError(LOST_REPLY.kind, "C1", "the answer was lost.")

        said = []
        for why_not in (refuse, fail, may_post):
            world.platform.why_not = why_not  # type: ignore[method-assign, assignment]
            said.append((await typed(world, "post")).text)

        assert said == [
            "Invite me with “/invite @Airquote”.",
            "I could not find out whether I may post here.",
            "Posted: a quote by Guest q00.",
        ]

    in_world(database, use)


@SQLITE
def test_a_database_that_is_away_is_said_to_be(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(world: World) -> None:
        await drop_deliveries(database)
        reply = await typed(world, "status")

        assert reply.text.startswith("I cannot reach my database right now")
        assert "/podcast weekly status did nothing." in caplog.text

    in_world(database, use)


@SQLITE
def test_a_podcast_that_is_built_for_long_is_not_waited_for(database: str) -> None:
    async def use(world: World) -> None:
        async def is_ready(_: Channel) -> bool:
            return False

        async def pool(_: Channel) -> QuotePool:
            await asyncio.Event().wait()
            raise AssertionError

        context = replace(world.context, is_ready=is_ready, pool=pool)
        member = ChannelMember(HERE, "U7")

        for text in ("", "on mon 9:00 UTC", "preview", "post"):
            reply = await answer_weekly(context, text, member, patience=0.01)
            assert reply.text.startswith("I am opening this podcast")
        assert "no longer" in (await answer_weekly(context, "off", member)).text

    in_world(database, use)
