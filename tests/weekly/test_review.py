"""What moderators decide, before a quote is posted and after."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answers.replies import Reply
from bot.posting.notices import Notified
from bot.posting.outbox import State, Timing
from bot.posting.places import Recipient
from bot.posting.poster import FailureKind, PostError
from bot.weekly.messages import withdrawn
from bot.weekly.models import Judgement, Subscription, SubscriptionState, key_of, quote_from
from bot.weekly.ports import NoticeKind
from bot.weekly.review import Objection, judge_candidate, report, tell, withdraw
from bot.weekly.selection import choose_candidates
from bot.weekly.slots import next_slots
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
    in_world,
    scored_quote,
    subscription,
)

REVIEW = subscription(schedule=REVIEWED, since=MONDAY - 3 * DAY)
DAY_OF = MONDAY.date()
KEY = key_of(HERE, DAY_OF)


async def judge(world: World, quote: str, judgement: Judgement) -> bool:
    return await judge_candidate(world.context, HERE, DAY_OF, quote, judgement, "U2") is not None


async def ask(world: World) -> list[str]:
    """Go to the day before the slot, tick, and name what moderators may choose from."""
    world.clock.now = MONDAY - 23 * HOUR
    await world.tick()
    return list(world.platform.offered[-1])


def test_moderators_get_five_with_reasons_a_day_before_and_a_reminder(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 2 * DAY
        told = []
        while world.clock.now < MONDAY - 10 * MINUTE:
            before = len(world.platform.told)
            await world.tick(10 * MINUTE)
            told += [
                (notice, MONDAY - world.clock.now) for notice, _ in world.platform.told[before:]
            ]
        shortlist, reminder = world.platform.offered

        assert told == [(NoticeKind.SHORTLIST, 24 * HOUR), (NoticeKind.REMINDER, 2 * HOUR)]
        assert shortlist == ("q00", "q01", "q02", "q03", "q04")
        assert world.platform.told[0][1].cards[0].details[1:] == ("short", "a claim")
        assert reminder == shortlist

    in_world(database, use, REVIEW)


def test_what_was_approved_is_posted_at_its_time(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        assert await judge(world, "q02", Judgement.APPROVE)
        await world.tick_on(22 * HOUR, 10 * MINUTE)
        assert world.platform.messages == []

        await world.tick(HOUR)
        assert world.platform.texts == ["It is q02."]
        assert world.platform.notices == [NoticeKind.SHORTLIST]

    in_world(database, use, REVIEW)


def test_if_nobody_acts_nothing_is_posted_and_moderators_are_told(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await world.tick(DAY)

        assert world.platform.messages == []
        assert await world.states() == [State.SKIPPED]
        assert world.platform.notices == [NoticeKind.SHORTLIST, NoticeKind.UNDECIDED]

    in_world(database, use, REVIEW)


def test_if_nobody_acts_an_earlier_approved_one_is_posted(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        for quote in ("q03", "q01"):
            world.clock.now += MINUTE
            await judge(world, quote, Judgement.APPROVE)
        await world.tick(DAY)
        await world.tick(WEEK - DAY)
        assert "q01" not in list(world.platform.offered[-1])

        await world.tick(DAY)
        assert world.platform.texts == ["It is q03.", "It is q01."]

    in_world(database, use, REVIEW)


def test_what_is_approved_of_this_weeks_comes_before_earlier_ones(database: str) -> None:
    async def use(world: World) -> None:
        early = quote_from(scored_quote("early"))
        await world.decisions.judge(HERE, early, Judgement.APPROVE, "U2", MONDAY - 2 * DAY)
        await ask(world)
        await judge(world, "q04", Judgement.APPROVE)
        await world.tick(DAY)

        assert world.platform.texts == ["It is q04."]

    in_world(database, use, REVIEW)


@pytest.mark.parametrize("judgement", [Judgement.SKIP, Judgement.NEVER])
def test_what_is_taken_back_is_not_posted(database: str, judgement: Judgement) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q02", Judgement.APPROVE)
        await judge(world, "q02", judgement)
        await world.tick(DAY)

        assert await world.states() == [State.SKIPPED]

    in_world(database, use, REVIEW)


def test_what_was_skipped_is_offered_again_after_eight_weeks_and_never_is_not(
    database: str,
) -> None:
    async def use(world: World) -> None:
        offered = await ask(world)
        await judge(world, offered[0], Judgement.SKIP)
        await judge(world, offered[1], Judgement.NEVER)
        seen = []
        for _ in range(9):
            told = len(world.platform.offered)
            await world.tick(WEEK)
            # A notice without quotes may come before or after the shortlist.
            seen.append([quote for each in world.platform.offered[told:] for quote in each])

        assert not any(offered[0] in each for each in seen[:7])
        assert offered[0] in seen[8]
        assert not any(offered[1] in each for each in seen)

    in_world(database, use, REVIEW)


def test_a_verdict_survives_an_index_in_which_everything_is_elsewhere(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q00", Judgement.NEVER)
        await judge(world, "q01", Judgement.APPROVE)
        world.pool = [
            replace(each, episode=f"new-{each.episode}", start=1.0) for each in world.pool[:2]
        ]
        await world.tick(DAY)
        world.pool = world.pool[:1]
        await world.deliveries.subscribe(subscription())
        await world.tick(WEEK)

        assert world.platform.texts == ["It is q01."]
        assert world.platform.notices[-1] is NoticeKind.NOTHING_LEFT

    in_world(database, use, REVIEW)


def test_a_guest_who_was_excluded_after_the_approval_is_not_posted(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q00", Judgement.APPROVE)
        await world.decisions.exclude_guest("Guest q00", world.clock())
        await world.tick(DAY)

        assert await world.states() == [State.SKIPPED]

    in_world(database, use, REVIEW)


def test_what_was_not_offered_cannot_be_decided_on(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)

        assert not await judge(world, "q09", Judgement.APPROVE)
        assert await world.decisions.approved(HERE) == ()

    in_world(database, use, REVIEW)


def test_who_subscribes_shortly_before_a_slot_is_asked_once(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - HOUR
        await world.tick_on(HOUR / 2, MINUTE)

        assert world.platform.notices == [NoticeKind.SHORTLIST]

    in_world(database, use, REVIEW)


def test_moderators_who_could_not_be_asked_are_asked_again_until_they_are(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 23 * HOUR
        world.platform.tell_faults = [SERVER_AWAY] * 3
        await world.tick()
        await world.tick(MINUTE)
        assert len(world.platform.tell_faults) == 2

        await world.tick_on(20 * HOUR, 5 * MINUTE)
        assert world.platform.tell_faults == []
        assert world.platform.notices == [NoticeKind.SHORTLIST]
        assert list(world.platform.offered[0]) == [
            "q00",
            "q01",
            "q02",
            "q03",
            "q04",
        ]

    in_world(database, use, REVIEW)


def test_moderators_whose_reminder_was_lost_are_reminded_again(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        world.platform.tell_faults = [SERVER_AWAY] * 2
        world.clock.now = MONDAY - 2 * HOUR
        await world.tick_on(HOUR, 5 * MINUTE)

        assert len(world.platform.notices) == 2
        assert world.platform.offered[1] == world.platform.offered[0]

    in_world(database, use, REVIEW)


def test_moderators_are_asked_by_another_process_where_one_ended_before_it_did(
    database: str,
) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 23 * HOUR
        (slot,) = next_slots(REVIEWED, world.clock(), 1)
        offered = await choose_candidates(world.context, REVIEW, slot.day)
        await world.deliveries.wait(HERE, slot, offered)
        await asyncio.gather(*(world.tick() for _ in range(4)))

        assert world.platform.notices == [NoticeKind.SHORTLIST]

    in_world(database, use, REVIEW)


def test_moderators_who_take_their_choice_back_are_reminded(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q02", Judgement.APPROVE)
        await world.tick(22 * HOUR)
        assert world.platform.notices == [NoticeKind.SHORTLIST]

        await judge(world, "q02", Judgement.SKIP)
        await world.tick_on(HOUR / 2, 5 * MINUTE)
        assert world.platform.notices == [NoticeKind.SHORTLIST, NoticeKind.REMINDER]

    in_world(database, use, REVIEW)


@pytest.mark.parametrize("judgement", [Judgement.SKIP, Judgement.NEVER])
def test_the_reminder_offers_what_nobody_has_judged(database: str, judgement: Judgement) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q00", judgement)
        await world.decisions.exclude_guest("Guest q03", world.clock())
        await world.tick(22 * HOUR)

        assert world.platform.notices[-1] is NoticeKind.REMINDER
        assert list(world.platform.offered[-1]) == ["q01", "q02", "q04"]

    in_world(database, use, REVIEW)


def test_without_candidates_moderators_are_told_so(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = []
        await ask(world)

        assert world.platform.notices == [NoticeKind.NOTHING_LEFT]
        await world.tick_on(22 * HOUR, HOUR)
        assert world.platform.notices == [NoticeKind.NOTHING_LEFT]

    in_world(database, use, REVIEW)


@pytest.mark.parametrize(
    "silent",
    [
        replace(REVIEW, state=SubscriptionState.OFF),
        replace(REVIEW, schedule=replace(REVIEWED, review=False)),
    ],
    ids=["off", "auto"],
)
def test_only_a_channel_that_wants_it_is_asked(database: str, silent: Subscription) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 3 * HOUR
        await world.tick()
        assert world.platform.told == []

        await world.deliveries.subscribe(REVIEW)
        await world.tick()
        assert world.platform.notices == [NoticeKind.SHORTLIST]

    in_world(database, use, silent)


def test_moderators_hear_of_an_objection_once(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        posted = await world.deliveries.find_delivery(KEY)
        assert posted is not None

        assert await report(world.context, subscription(), posted) is Objection.PASSED_ON
        known = await world.deliveries.find_delivery(KEY)
        assert known == replace(posted, reported=True)
        assert await report(world.context, subscription(), known) is Objection.KNOWN
        assert world.platform.notices == [NoticeKind.REPORTED]

    in_world(database, use)


def test_an_objection_that_nobody_heard_is_passed_on_by_the_next_press(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        posted = await world.deliveries.find_delivery(KEY)
        assert posted is not None
        world.platform.tell_faults = [SERVER_AWAY]

        assert await report(world.context, subscription(), posted) is Objection.UNHEARD
        assert await world.deliveries.find_delivery(KEY) == posted
        assert await report(world.context, subscription(), posted) is Objection.PASSED_ON
        assert world.platform.notices == [NoticeKind.REPORTED]

    in_world(database, use)


def test_what_is_withdrawn_is_edited_once_and_never_posted_again(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        posted = await world.deliveries.find_delivery(KEY)
        assert posted is not None
        assert await withdraw(world.context, posted, "U2")
        gone = await world.deliveries.find_delivery(KEY)
        assert gone is not None
        assert not await withdraw(world.context, gone, "U2")

        assert world.platform.edited == [("m0", withdrawn())]
        barred = await world.decisions.barred(HERE, MONDAY - timedelta(days=1))
        assert barred.quotes == {"q00"}

    in_world(database, use)


def test_what_cannot_be_withdrawn_is_not_posted_again_even_so(database: str) -> None:
    async def use(world: World) -> None:
        async def hang(*_: object) -> None:
            await asyncio.Event().wait()

        await world.tick()
        posted = await world.deliveries.find_delivery(KEY)
        assert posted is not None
        world.platform.edit_faults = [GONE]
        with pytest.raises(PostError, match="the channel is archived"):
            await withdraw(world.context, posted, "U2")
        world.platform.edit = hang  # type: ignore[method-assign, assignment]
        hasty = world.context_with(timing=Timing(post=timedelta()))
        with pytest.raises(PostError, match="C1: there was no answer in time"):
            await withdraw(hasty, posted, "U2")

        assert await world.deliveries.find_delivery(KEY) == posted
        assert (await world.decisions.barred(HERE, MONDAY)).quotes == {"q00"}

    in_world(database, use)


def test_a_quote_is_barred_where_nobody_knows_its_message(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults, world.platform.readable = [LOST_REPLY], False
        await world.tick()
        await world.tick(HOUR)
        lost = await world.deliveries.find_delivery(KEY)
        assert lost is not None

        assert not await withdraw(world.context, lost, "U2")
        assert (await world.decisions.barred(HERE, MONDAY)).quotes == {"q00"}
        assert world.platform.edited == []

    in_world(database, use)


def test_people_are_told_what_is_written_by_then(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [GONE] * 3
        for _ in range(3):
            await world.tick(WEEK)
        first, last = (reply for _, reply in world.platform.told)

        assert world.platform.notices == [NoticeKind.FAILED, NoticeKind.PAUSED]
        assert first.notes[0] == str(GONE)
        assert str(GONE) in last.notes[0]

    in_world(database, use)


def test_people_who_cannot_be_told_hold_up_nothing(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(world: World) -> None:
        async def refuse(*_: object) -> None:
            raise PostError(FailureKind.PERMANENT, "U1", "no such person.")

        world.platform.send = refuse  # type: ignore[method-assign, assignment]
        world.clock.now = MONDAY + 3 * DAY
        await world.tick()

        assert await world.states() == [State.SKIPPED]
        assert "Nobody could be told. U1: no such person." in caplog.text

    in_world(database, use)


def test_all_who_decide_hear_of_it_once_whoever_cannot_be_reached(database: str) -> None:
    async def use(world: World) -> None:
        told: list[tuple[str, str]] = []

        async def send(recipient: Recipient, reply: Reply, key: str) -> None:
            if recipient.id == "U2":
                raise PostError(FailureKind.PERMANENT, "A direct message", "no such person.")
            told.append((recipient.id, key))

        await world.tick()
        posted = await world.deliveries.find_delivery(KEY)
        assert posted is not None
        world.platform.admins = ("U1", "U2", "U3")
        world.platform.send = send  # type: ignore[method-assign]

        heard = await tell(world.context, subscription(), NoticeKind.REPORTED, posted)
        assert heard == Notified(anyone=True, missed="A direct message: no such person.")
        assert [person for person, _ in told] == ["U1", "U3"]
        assert len({key for _, key in told}) == 2

    in_world(database, use)


def test_other_admins_stand_in_for_those_who_cannot_be_reached(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.admins, world.platform.others = ("U2",), ("U1", "U8", "U9")
        world.platform.unreachable = ("U1", "U2", "U8")
        offered = await ask(world)
        await world.tick(HOUR)

        assert offered == ["q00", "q01", "q02", "q03", "q04"]
        assert world.platform.told_to == ["U9"]
        ((_, reply),) = world.platform.told
        assert "I cannot reach the people who look after that channel" in reply.notes[-1]

    in_world(database, use, REVIEW)


def test_other_admins_stand_in_for_one_who_is_no_longer_known(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.others = ("U9",)
        await world.deliveries.subscribe(replace(REVIEW, admin=""))
        await ask(world)
        assert world.platform.told_to == ["U9"]
        (waiting,) = await world.rows()
        assert waiting.message.reason == "Nobody looks after the channel."

    in_world(database, use, REVIEW)


def test_nobody_stands_in_for_an_admin_who_can_be_reached_later(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.others, world.platform.tell_faults = ("U9",), [SERVER_AWAY]
        world.clock.now = MONDAY - 23 * HOUR
        await world.tick()
        assert world.platform.told == []

        await world.tick(15 * MINUTE)
        assert world.platform.told_to == ["U1"]

    in_world(database, use, REVIEW)


def test_a_delivery_says_why_nobody_could_be_asked(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.unreachable = ("U1",)
        world.clock.now = MONDAY - 23 * HOUR
        await world.tick()
        (waiting,) = await world.rows()
        assert waiting.message.reason == "A direct message: messages are closed."

        await world.tick(DAY)
        (row,) = await world.rows()
        closed = "Nobody approved a quote. A direct message: messages are closed."
        assert (row.message.state, row.message.reason) == (State.SKIPPED, closed)

    in_world(database, use, REVIEW)


def test_moderators_who_are_asked_in_the_end_leave_no_reason(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.unreachable = ("U1",)
        world.clock.now = MONDAY - 23 * HOUR
        await world.tick()
        world.platform.unreachable = ()
        await world.tick(15 * MINUTE)

        (waiting,) = await world.rows()
        assert waiting.message.reason == ""
        assert world.platform.notices == [NoticeKind.SHORTLIST]

    in_world(database, use, REVIEW)


def test_an_approved_quote_whose_episode_is_gone_is_not_posted(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q01", Judgement.APPROVE)
        world.clock.now += MINUTE
        await judge(world, "q03", Judgement.APPROVE)
        world.pool = [each for each in world.pool if each.id != "q01"]
        await world.tick(DAY)

        assert world.platform.texts == ["It is q03."]
        assert world.platform.notices[-1] is NoticeKind.GONE
        assert world.platform.offered[-1] == ("q01",)
        assert world.platform.told[-1][1].cards[0].buttons == ()
        assert await world.decisions.approved(HERE) == ()

    in_world(database, use, REVIEW)


def test_each_approved_quote_that_is_gone_is_told_of_although_keys_are_known_again(
    database: str,
) -> None:
    async def use(world: World) -> None:
        await ask(world)
        for quote in ("q01", "q03"):
            await judge(world, quote, Judgement.APPROVE)
        world.pool = [each for each in world.pool if each.id not in ("q01", "q03")]
        await world.tick(DAY)

        told = zip(world.platform.notices, world.platform.offered, strict=True)
        gone = [offered for notice, offered in told if notice is NoticeKind.GONE]
        assert sorted(gone) == [("q01",), ("q03",)]

    in_world(database, use, REVIEW, nonce_seconds=180.0)


def test_an_approved_quote_that_was_corrected_is_asked_about_again(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q01", Judgement.APPROVE)
        corrected = replace(world.pool[1], id="better", text="It is truly q01.")
        world.pool = [corrected, *(each for each in world.pool if each.id != "q01")]
        await world.tick(22 * HOUR)
        notice, reply = world.platform.told[1]
        assert notice is NoticeKind.CHANGED
        assert reply.cards[0].snippet
        assert reply.cards[0].snippet.text == "It is truly q01."

        assert await judge(world, "better", Judgement.APPROVE)
        await world.tick(HOUR)
        assert world.platform.texts == ["It is truly q01."]

    in_world(database, use, REVIEW)


def test_a_corrected_quote_whose_guest_is_excluded_is_not_offered(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q01", Judgement.APPROVE)
        corrected = replace(world.pool[1], id="better", text="It is truly q01.")
        world.pool = [corrected, *(each for each in world.pool if each.id != "q01")]
        await world.decisions.exclude_guest("Guest q01", world.clock())
        await world.tick(22 * HOUR)

        assert NoticeKind.CHANGED not in world.platform.notices
        assert not await judge(world, "better", Judgement.APPROVE)

    in_world(database, use, REVIEW)


def test_an_approved_quote_that_is_only_rated_lower_now_is_posted(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q01", Judgement.APPROVE)
        world.pool = [each for each in world.pool if each.id != "q01"]
        world.said = [("talk-q01", "It is q01.")]
        await world.tick(DAY)

        assert world.platform.texts == ["It is q01."]
        assert world.platform.notices == [NoticeKind.SHORTLIST]

    in_world(database, use, REVIEW)


def test_an_approval_is_taken_back_once_moderators_know_of_it(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world)
        await judge(world, "q01", Judgement.APPROVE)
        world.pool = world.pool[2:]
        world.platform.unreachable = ("U1",)
        await world.tick(DAY)
        assert await world.states() == [State.SKIPPED]
        assert len(await world.decisions.approved(HERE)) == 1

        world.platform.unreachable = ()
        await world.tick(WEEK - 23 * HOUR)
        assert NoticeKind.GONE in world.platform.notices
        assert await world.decisions.approved(HERE) == ()

    in_world(database, use, REVIEW)
