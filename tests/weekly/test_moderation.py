"""The buttons of the quote of the week, pressed by anybody and by those who may decide."""

from dataclasses import replace

import pytest

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.posting.poster import FailureKind, PostError
from bot.quotes.models import ScoredQuote, Wording
from bot.weekly.messages import withdrawn
from bot.weekly.models import SubscriptionState, key_of
from bot.weekly.moderation import MODERATING, edit_form, moderate, save_edit
from bot.weekly.nomination import ChosenWords, WordsForm
from bot.weekly.ports import NoticeKind
from bot.weekly.tick import post_now
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
    WEEK,
    World,
    drop_deliveries,
    in_world,
    scored_quote,
    scored_quotes,
    subscription,
)

TALK = episode("talk-q00", "It is q00.", title="On Tea")
KEY = key_of(HERE, MONDAY.date())
REVIEW = subscription(schedule=REVIEWED, since=MONDAY - 3 * DAY)
NOT_YOU = "That is for admins."
ON_MONDAY = "Monday 23 November 2026, 09:00 (UTC)"
A_WEEK_LATER = "Monday 30 November 2026, 09:00 (UTC)"
DECISIONS = [ButtonKind.APPROVE, ButtonKind.SKIP, ButtonKind.NEVER]

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def press(world: World, kind: ButtonKind, quote: str = "", obstacle: str = "") -> Reply:
    """Press a button of the delivery of Monday; `obstacle` is why who presses may not decide."""

    async def ask(channel: Channel) -> str:
        assert channel == HERE
        return obstacle

    request = Request(Verb.WEEKLY, f"{KEY} {quote}" if quote else KEY)
    world.talks = (TALK,)
    return await moderate(world.context, kind, request, "U2", ask)


async def ask_moderators(world: World) -> None:
    """Go to the day before the slot, when moderators are asked about q00 to q04."""
    world.clock.now = MONDAY - 23 * HOUR
    await world.tick()


def test_what_is_approved_is_said_to_be_posted_and_is(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        reply = await press(world, ButtonKind.APPROVE, "q02")
        await world.tick(DAY)

        assert reply == Reply(
            "Approved: the quote by Guest q02.", (f"It is posted on {ON_MONDAY}.",)
        )
        assert world.platform.texts == ["It is q02."]

    in_world(database, use, REVIEW)


def test_a_second_approval_is_kept_and_says_what_comes_first(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await press(world, ButtonKind.APPROVE, "q02")
        world.clock.now += MINUTE
        reply = await press(world, ButtonKind.APPROVE, "q01")
        await world.tick(DAY)
        await world.tick(WEEK)

        assert reply.notes == (
            f"The quote by Guest q02 will be posted on {ON_MONDAY}. This one is kept for later.",
        )
        assert world.platform.texts == ["It is q02.", "It is q01."]

    in_world(database, use, REVIEW)


def test_what_is_skipped_or_barred_says_what_is_posted_instead(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        skipped = await press(world, ButtonKind.SKIP, "q00")
        await press(world, ButtonKind.APPROVE, "q01")
        never = await press(world, ButtonKind.NEVER, "q02")

        assert skipped == Reply(
            "Skipped: the quote by Guest q00. I may offer it again in 8 weeks.",
            (f"Nothing is approved for {ON_MONDAY} yet; unless that changes, nothing is posted.",),
        )
        assert never == Reply(
            "Never: the quote by Guest q02 will not be offered or posted here again.",
            (f"The quote by Guest q01 will be posted on {ON_MONDAY}.",),
        )
        barred = await world.decisions.barred(HERE, world.clock())
        assert barred.quotes == {"q00", "q02"}

    in_world(database, use, REVIEW)


@SQLITE
def test_what_is_approved_after_its_slot_is_posted_the_next_time(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await world.tick(DAY)
        assert world.platform.notices[-1] is NoticeKind.UNDECIDED
        reply = await press(world, ButtonKind.APPROVE, "q03")
        await world.tick(WEEK)

        assert reply.notes == (
            f"It is posted on {A_WEEK_LATER}, unless one that I offer for it is approved.",
        )
        assert world.platform.texts == ["It is q03."]

    in_world(database, use, REVIEW)


@SQLITE
def test_what_was_posted_is_not_approved_again_by_a_second_press(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await press(world, ButtonKind.APPROVE, "q03")
        await world.tick(DAY)
        reply = await press(world, ButtonKind.APPROVE, "q03")
        await world.tick(WEEK)

        assert reply.text == "That quote has been posted here, so it will not be posted again."
        assert world.platform.texts == ["It is q03."]

    in_world(database, use, REVIEW)


@SQLITE
def test_never_said_of_what_is_posted_offers_to_withdraw_it(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await press(world, ButtonKind.APPROVE, "q03")
        await world.tick(DAY)
        posted = await press(world, ButtonKind.NEVER, "q03")
        other = await press(world, ButtonKind.NEVER, "q04")

        assert [each.kind for each in posted.buttons] == [ButtonKind.WITHDRAW]
        assert other.buttons == ()
        await press(world, ButtonKind.WITHDRAW)
        assert (await press(world, ButtonKind.NEVER, "q03")).buttons == ()

    in_world(database, use, REVIEW)


@SQLITE
def test_what_is_barred_elsewhere_is_approved_in_vain_and_says_so(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await world.decisions.exclude_guest("Guest q02", world.clock())
        reply = await press(world, ButtonKind.APPROVE, "q02")

        assert reply.notes[0].startswith("It will still not be posted")

    in_world(database, use, REVIEW)


@SQLITE
def test_a_decision_says_that_nothing_is_posted_where_it_is_off(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await world.tick(DAY)
        said = []
        for changed in (replace(REVIEW, state=SubscriptionState.OFF), subscription()):
            await world.deliveries.subscribe(changed)
            said += (await press(world, ButtonKind.APPROVE, "q03")).notes

        assert said == [
            "Nothing is posted there until the quote of the week is switched on again.",
            "I choose by myself there now: what you approve is kept for when you choose again.",
        ]

    in_world(database, use, REVIEW)


@SQLITE
@pytest.mark.parametrize("kind", [*DECISIONS, ButtonKind.WITHDRAW])
def test_who_may_not_decide_is_told_why_and_changes_nothing(
    database: str, kind: ButtonKind
) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await press(world, ButtonKind.APPROVE, "q00")
        await world.tick(DAY)
        before = await world.rows()
        reply = await press(world, kind, "q01", NOT_YOU)

        assert reply == Reply(NOT_YOU)
        assert await world.rows() == before
        assert world.platform.edited == []
        assert (await world.decisions.barred(HERE, MONDAY)).quotes == frozenset()
        assert await world.decisions.approved(HERE) == ()

    in_world(database, use, REVIEW)


@SQLITE
@pytest.mark.parametrize("kind", sorted(MODERATING))
def test_a_key_or_quote_that_nobody_knows_is_said_to_be_so(database: str, kind: ButtonKind) -> None:
    async def use(world: World) -> None:
        unknown = await press(world, kind, "q00")
        await ask_moderators(world)
        other = await press(world, kind, "q09") if kind in DECISIONS else unknown

        assert unknown.text.startswith("I no longer know that quote.")
        assert other == unknown

    in_world(database, use, REVIEW)


def test_anybody_may_object_and_moderators_hear_of_it_once(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        first = await press(world, ButtonKind.REPORT, obstacle=NOT_YOU)
        second = await press(world, ButtonKind.REPORT, obstacle=NOT_YOU)

        assert first == Reply("Thank you. I have told the moderators.")
        assert second == Reply("Thank you. The moderators already know.")
        assert world.platform.notices == [NoticeKind.REPORTED]

    in_world(database, use)


def test_who_objects_hears_that_nobody_could_be_told(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        world.platform.tell_faults = [SERVER_AWAY]
        first = await press(world, ButtonKind.REPORT, obstacle=NOT_YOU)
        second = await press(world, ButtonKind.REPORT, obstacle=NOT_YOU)

        assert first == Reply(
            "Thank you. I could not reach the moderators just now. "
            "Please try again later, or write to them."
        )
        assert second == Reply("Thank you. I have told the moderators.")

    in_world(database, use)


@SQLITE
def test_a_decision_names_the_next_date_that_has_no_quote_yet(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await press(world, ButtonKind.APPROVE, "q03")
        world.clock.now = MONDAY - HOUR
        await post_now(world.context, REVIEW)
        reply = await press(world, ButtonKind.APPROVE, "q04")

        assert reply.notes == (
            f"It is posted on {A_WEEK_LATER}, unless one that I offer for it is approved.",
        )

    in_world(database, use, REVIEW)


@SQLITE
def test_an_admin_who_objects_can_withdraw_it_at_once(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        reply = await press(world, ButtonKind.REPORT)
        (card,), (withdraw,) = reply.cards, reply.buttons
        assert (withdraw.kind, withdraw.request.text) == (ButtonKind.WITHDRAW, KEY)
        assert card.title == "On Tea"

        done = await press(world, withdraw.kind)
        assert done == Reply("It is withdrawn. The quote will not be posted again.")
        assert world.platform.edited == [("m0", withdrawn())]
        again = await press(world, ButtonKind.WITHDRAW)
        assert again.text.startswith("It had already been withdrawn.")
        late = await press(world, ButtonKind.REPORT)
        assert late == Reply("Thank you. That quote has already been withdrawn.")

    in_world(database, use)


@SQLITE
@pytest.mark.parametrize(
    ("fault", "text", "notes", "again"),
    [
        (
            GONE,
            "I cannot withdraw it.",
            (
                str(GONE),
                "Please delete the message by hand.",
                "The quote will not be posted again.",
            ),
            False,
        ),
        (
            LOST_REPLY,
            "I do not know whether it is withdrawn.",
            (
                str(LOST_REPLY),
                "Press Withdraw again in a minute. The quote will not be posted again.",
            ),
            True,
        ),
        (
            SERVER_AWAY,
            "I could not withdraw it yet.",
            (
                str(SERVER_AWAY),
                "Press Withdraw again in a minute. The quote will not be posted again.",
            ),
            True,
        ),
    ],
)
def test_what_cannot_be_withdrawn_says_why_and_what_to_do(
    database: str, fault: PostError, text: str, notes: tuple[str, ...], again: bool
) -> None:
    async def use(world: World) -> None:
        await world.tick()
        world.platform.edit_faults = [fault]
        reply = await press(world, ButtonKind.WITHDRAW)

        assert (reply.text, reply.notes) == (text, notes)
        assert [each.kind for each in reply.buttons] == [ButtonKind.WITHDRAW] * again
        assert (await world.decisions.barred(HERE, MONDAY)).quotes == {"q00"}
        done = await press(world, ButtonKind.WITHDRAW)
        assert done.text.startswith("It is withdrawn.")

    in_world(database, use)


@SQLITE
def test_a_message_that_nobody_knows_is_withdrawn_by_hand(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults, world.platform.readable = [LOST_REPLY], False
        await world.tick()
        sending = await press(world, ButtonKind.WITHDRAW)
        await world.tick(HOUR)
        assert await world.states() == [State.UNKNOWN]
        unknown = await press(world, ButtonKind.WITHDRAW)

        assert sending.text.startswith("I am still finding out which message it is.")
        assert [each.kind for each in sending.buttons] == [ButtonKind.WITHDRAW]
        assert unknown.text == (
            "I do not know which message it is. Please delete the message by hand."
        )

    in_world(database, use)


@SQLITE
def test_a_database_that_is_away_is_said_to_be(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(world: World) -> None:
        await drop_deliveries(database)
        reply = await press(world, ButtonKind.REPORT)

        assert reply.text.startswith("I cannot reach my database right now")
        assert "A button of the quote of the week did nothing." in caplog.text

    in_world(database, use)


@SQLITE
def test_where_nobody_can_tell_who_may_decide_nothing_is_decided(
    database: str,
) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)

        async def fail(_: Channel) -> str:
            raise PostError(FailureKind.REFUSED, "Discord", "nobody answers.")

        request = Request(Verb.WEEKLY, f"{KEY} q00")
        reply = await moderate(world.context, ButtonKind.NEVER, request, "U2", fail)

        assert reply.text.startswith("I could not find out whether you may decide there.")
        assert (await world.decisions.barred(HERE, MONDAY)).quotes == frozenset()
        await press(world, ButtonKind.NEVER, "q00")
        assert (await world.decisions.barred(HERE, MONDAY)).quotes == {"q00"}

    in_world(database, use, REVIEW)


# Edits, others, and a second moderator.

BY_TWO = subscription(schedule=replace(REVIEWED, approvals=2), since=MONDAY - 3 * DAY)


async def edit(world: World, quote: str, typed: str, person: str = "U2") -> str:
    """Change the words of a candidate; say what is wrong with them, or what comes of them."""

    async def nothing(_: Channel) -> str:
        return ""

    request = Request(Verb.WEEKLY, f"{KEY} {quote}")
    assert isinstance(await edit_form(world.context, request, nothing), WordsForm)
    told = await save_edit(world.context, request, typed, person, nothing)
    return told.problem if isinstance(told, ChosenWords) else told.text


async def press_as(world: World, person: str, kind: ButtonKind, quote: str) -> str:
    async def nothing(_: Channel) -> str:
        return ""

    request = Request(Verb.WEEKLY, f"{KEY} {quote}")
    return (await moderate(world.context, kind, request, person, nothing)).text


def long_quote(wording: Wording = Wording()) -> ScoredQuote:  # noqa: B008
    text = "A registry that nobody opens is only a folder with a logo."
    return replace(scored_quote("q00", score=9.0), text=text, wording=wording)


def test_what_is_edited_is_posted_and_never_again(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [long_quote(), *scored_quotes()[1:]]
        await ask_moderators(world)
        assert "Approved" in await edit(world, "q00", "A registry that nobody opens is a folder.")
        await world.tick(DAY)

        assert world.platform.texts == ["A registry that nobody opens is … a folder."]
        (delivery,) = await world.rows()
        assert delivery.quote
        assert delivery.quote.original == world.pool[0].text
        await press(world, ButtonKind.NEVER, "q00")
        assert "q00" in (await world.decisions.barred(HERE, MONDAY - WEEK)).quotes

    in_world(database, use, REVIEW)


def test_words_that_were_not_said_are_posted_without_marks_or_not_at_all(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [long_quote(), *scored_quotes()[1:]]
        await ask_moderators(world)
        assert "Not said: “unread”." in await edit(world, "q00", "A registry unread is a folder.")
        assert await world.decisions.approved(HERE) == ()
        assert "Approved" in await edit(world, "q00", "In short: unread registries are folders.")
        await world.tick(DAY)

        assert world.platform.texts == ["In short: unread registries are folders."]

    in_world(database, use, REVIEW)


def test_what_was_rewritten_becomes_a_quotation_in_the_words_that_were_heard(
    database: str,
) -> None:
    async def use(world: World) -> None:
        heard = Wording(0.5, "so a registry you know that nobody ever opens it's just a folder")
        world.pool = [long_quote(heard), *scored_quotes()[1:]]
        await ask_moderators(world)
        assert "Approved" in await edit(
            world, "q00", "A registry that nobody ever opens is a folder"
        )
        await world.tick(DAY)

        assert world.platform.texts[0].startswith("A registry … that nobody ever opens")

    in_world(database, use, REVIEW)


def test_an_edit_of_words_that_were_corrected_since_is_asked_about_again(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [long_quote(), *scored_quotes()[1:]]
        await ask_moderators(world)
        await edit(world, "q00", "A registry that nobody opens is a folder.")
        corrected = "A registry that nobody opens is only a folder with one logo."
        world.pool = [replace(world.pool[0], id="new", text=corrected), *world.pool[1:]]
        await world.tick(DAY)

        assert world.platform.messages == []
        assert NoticeKind.CHANGED in world.platform.notices

    in_world(database, use, REVIEW)


def test_two_moderators_approve_and_an_edit_begins_anew(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [long_quote(), *scored_quotes()[1:]]
        await ask_moderators(world)
        for _ in range(2):
            told = await press_as(world, "U2", ButtonKind.APPROVE, "q00")
            assert "one more moderator has to approve it" in told
        assert NoticeKind.SECOND in world.platform.notices
        told = await edit(world, "q00", "A registry that nobody opens is a folder.", "U3")
        assert "one more moderator has to approve it" in told
        assert await world.decisions.approved(HERE) == ()

        assert "Approved: " in await press_as(world, "U2", ButtonKind.APPROVE, "q00")
        await world.tick(DAY)
        assert world.platform.texts == ["A registry that nobody opens is … a folder."]

    in_world(database, use, BY_TWO)


def test_one_approval_of_two_is_not_enough_and_a_skip_takes_it_back(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        await press_as(world, "U2", ButtonKind.APPROVE, "q00")
        await press_as(world, "U3", ButtonKind.SKIP, "q00")
        told = await press_as(world, "U3", ButtonKind.APPROVE, "q00")
        assert "one more moderator has to approve it" in told
        await world.tick(DAY)

        assert world.platform.messages == []

    in_world(database, use, BY_TWO)


def test_others_are_offered_until_there_are_none(database: str) -> None:
    async def use(world: World) -> None:
        await ask_moderators(world)
        assert (await press(world, ButtonKind.OTHERS)).cards[0].speaker == "Guest q05"
        assert len((await press(world, ButtonKind.OTHERS)).cards) == 2
        assert "no others" in (await press(world, ButtonKind.OTHERS)).text
        assert (await press(world, ButtonKind.OTHERS, obstacle=NOT_YOU)).text == NOT_YOU
        await press(world, ButtonKind.APPROVE, "q11")
        await world.tick(DAY)

        assert world.platform.texts == ["It is q11."]

    in_world(database, use, REVIEW)
