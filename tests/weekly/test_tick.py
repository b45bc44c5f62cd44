"""The quote of the week, posted once whatever happens, on both databases."""

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.errors import StoreError
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.posting.poster import PostError
from bot.quotes.models import BEST_SCORE, GOOD_SCORE, QuotePool, Wording
from bot.store.outbox import SqlOutboxStore
from bot.weekly.messages import posted
from bot.weekly.models import Judgement, Quote, SubscriptionState
from bot.weekly.ports import NoticeKind, WeeklyContext
from bot.weekly.slots import Schedule, Slot
from bot.weekly.tick import post_now, tick
from tests.weekly_world import (
    DAY,
    GONE,
    HERE,
    HOUR,
    LOST_REPLY,
    LOST_REQUEST,
    MINUTE,
    MONDAY,
    NONCE_SECONDS,
    PLAN,
    REVIEWED,
    SERVER_AWAY,
    SLOW_DOWN,
    WEEK,
    World,
    in_world,
    scored_quote,
    scored_quotes,
    subscription,
)

THERE = Channel("slack", "T1", "C2")


def test_a_due_quote_is_posted_once(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick_on(6 * DAY, HOUR)
        (row,) = await world.rows()

        assert world.platform.texts == ["It is q00."]
        assert (row.message.state, row.message.posted_id) == (State.SENT, "m0")
        assert (row.quote and row.quote.id, row.slot.day.isoformat()) == ("q00", "2026-11-23")

    in_world(database, use)


def test_every_week_brings_another_quote_of_another_guest(database: str) -> None:
    async def use(world: World) -> None:
        for _ in range(12):
            await world.tick(WEEK)
        speakers = {row.quote.speaker for row in await world.rows() if row.quote}

        assert len(set(world.platform.texts)) == len(speakers) == 12

    in_world(database, use)


def test_only_what_was_said_is_posted_by_itself(database: str) -> None:
    async def use(world: World) -> None:
        said, rewritten = scored_quote("said"), scored_quote("rewritten", score=9.0)
        doubtful = scored_quote("doubtful", score=8.0)
        world.pool = [
            replace(rewritten, wording=Wording(0.6, "it is uh")),
            replace(doubtful, wording=Wording(usual=0.6)),
            replace(said, wording=Wording(0.95)),
        ]
        await world.tick()
        await world.tick(WEEK)

        assert set(world.platform.texts) == {"It is said."}

    in_world(database, use)


def test_what_turns_out_to_be_rewritten_is_not_posted_after_all(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SERVER_AWAY]
        await world.tick()
        first, *others = world.pool
        world.pool = [replace(first, wording=Wording(0.6, "it is uh")), *others]
        await world.tick_on(HOUR)

        assert world.platform.texts == ["It is q01."]

    in_world(database, use)


def test_nothing_is_posted_for_a_slot_before_somebody_subscribed(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        assert await world.rows() == ()

        await world.tick(WEEK)
        assert await world.states() == [State.SENT]

    in_world(database, use, subscription(since=MONDAY))


def test_a_channel_that_is_switched_off_gets_nothing_until_it_is_switched_on(
    database: str,
) -> None:
    async def use(world: World) -> None:
        off = replace(subscription(), state=SubscriptionState.OFF)
        await world.deliveries.subscribe(off)
        await world.tick()
        assert world.platform.texts == []

        await world.deliveries.subscribe(replace(off, state=SubscriptionState.ON))
        await world.tick()
        assert world.platform.texts == ["It is q00."]

    in_world(database, use)


def test_channels_have_histories_of_their_own(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        await world.tick(WEEK)

        assert sorted(world.platform.texts) == [
            "It is q00.",
            "It is q00.",
            "It is q01.",
            "It is q01.",
        ]
        assert {each.channel for each in world.platform.messages} == {HERE, THERE}

    in_world(database, use, subscription(), subscription(THERE))


def test_sixteen_ticks_at_once_post_once(database: str) -> None:
    async def use(world: World) -> None:
        await asyncio.gather(*(world.tick() for _ in range(16)))

        assert len(world.platform.messages) == len(world.platform.requests) == 1

    in_world(database, use)


def test_a_clock_that_is_set_posts_nothing_twice(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        await world.tick_on(2 * HOUR, 10 * MINUTE)
        await world.tick(-HOUR)
        await world.tick_on(2 * HOUR, 10 * MINUTE)
        assert len(world.platform.messages) == 1

        await world.tick(8 * DAY)
        assert await world.states() == [State.SENT, State.SENT]
        await world.tick(-8 * DAY)
        await world.tick_on(14 * DAY, 3 * HOUR)
        assert world.platform.most_in_one_place() == 1
        assert await world.states() == [State.SENT] * 3

    in_world(database, use)


@pytest.mark.parametrize("jump", [-HOUR, 8 * DAY], ids=["back", "on"])
def test_a_clock_that_is_set_while_a_quote_is_sent_posts_nothing_twice(
    database: str, jump: timedelta
) -> None:
    async def use(world: World) -> None:
        async def set_clock() -> None:
            world.platform.after = None
            world.clock.now += jump
            await world.tick()

        world.platform.after = set_clock
        world.platform.faults = [LOST_REPLY]
        await world.tick()
        await world.tick_on(3 * HOUR, MINUTE)

        assert world.platform.most_in_one_place() == 1

    in_world(database, use)


@pytest.mark.parametrize(
    ("zone", "at"),
    [("Europe/Berlin", time(2, 30)), ("America/Havana", time(0)), ("Africa/Cairo", time(0))],
)
def test_a_year_of_ticks_posts_once_a_week_whatever_the_clocks_do(
    database: str, zone: str, at: time
) -> None:
    start = datetime(2026, 1, 2, tzinfo=UTC)

    async def use(world: World) -> None:
        world.clock.now = start
        await world.tick_on(364 * DAY, 4 * HOUR)
        days = [row.slot.day for row in await world.rows()]

        assert len(world.platform.messages) == 52
        assert {(late - early).days for early, late in itertools.pairwise(days)} == {7}

    weekday = 4 if zone == "Africa/Cairo" else 6  # Egypt changes its clocks on Fridays
    in_world(database, use, subscription(schedule=Schedule(weekday, at, zone), since=start))


def test_a_new_time_zone_posts_nothing_twice_in_a_week(database: str) -> None:
    async def use(world: World) -> None:
        auckland = Schedule(0, time(9), "Pacific/Auckland")
        world.clock.now = datetime(2026, 11, 22, 21, tzinfo=UTC)
        await world.deliveries.subscribe(subscription(schedule=auckland))
        await world.tick()
        assert len(world.platform.messages) == 1

        moved = Schedule(0, time(9), "America/Los_Angeles")
        await world.deliveries.subscribe(subscription(schedule=moved, since=world.clock.now))
        await world.tick_on(4 * DAY, HOUR)
        assert len(world.platform.messages) == 1
        await world.tick_on(5 * DAY, HOUR)
        assert len(world.platform.messages) == 2

    in_world(database, use)


@pytest.mark.parametrize(
    ("late", "state", "notices"),
    [(47 * HOUR, State.SENT, []), (49 * HOUR, State.SKIPPED, [NoticeKind.LATE])],
)
def test_what_is_more_than_two_days_late_is_skipped_and_said(
    database: str, late: timedelta, state: State, notices: list[NoticeKind]
) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY + late
        await world.tick()
        await world.tick(MINUTE)

        assert await world.states() == [state]
        assert world.platform.notices == notices

    in_world(database, use)


def test_too_many_messages_keep_the_row_and_hold_up_no_other_channel(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SLOW_DOWN]
        await world.tick()
        assert sorted(await world.states()) == [State.CLAIMED, State.SENT]

        world.pool = scored_quotes(1)
        await world.tick(399 * MINUTE / 60)
        assert len(world.platform.messages) == 1
        await world.tick(2 * MINUTE / 60)
        assert await world.states() == [State.SENT] * 2
        assert world.platform.texts == ["It is q00."] * 2

    in_world(database, use, subscription(), subscription(THERE))


def test_a_retry_posts_what_was_chosen_at_first(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SLOW_DOWN]
        await world.tick()
        world.pool = [scored_quote("new", score=9.0), *world.pool]
        await world.tick(10 * MINUTE)

        assert world.platform.texts == ["It is q00."]

    in_world(database, use)


def test_a_server_that_is_away_is_asked_less_and_less_often(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SERVER_AWAY] * 1000
        await world.tick_on(1 * HOUR)
        first = len(world.platform.requests)
        await world.tick_on(23 * HOUR)
        assert 5 < first < 20
        assert len(world.platform.requests) - first < 40

        world.platform.faults = []
        await world.tick_on(1 * HOUR)
        assert await world.states() == [State.SENT]

    in_world(database, use)


def test_a_server_that_stays_away_ends_in_a_skip_that_is_said(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SERVER_AWAY] * 1000
        await world.tick_on(50 * HOUR, 10 * MINUTE)

        assert await world.states() == [State.SKIPPED]
        assert world.platform.notices == [NoticeKind.LATE]

    in_world(database, use)


def test_three_lasting_errors_pause_the_channel_and_are_told_once(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [GONE] * 9
        for weeks in range(5):
            world.clock.now = MONDAY + weeks * WEEK
            await world.tick(MINUTE)
            await world.tick(HOUR)
        row = await world.deliveries.find_subscription(HERE)

        assert await world.states() == [State.FAILED] * 3
        assert world.platform.notices == [NoticeKind.FAILED, NoticeKind.PAUSED]
        assert row and (row.state, row.failures) == (SubscriptionState.PAUSED, 3)

    in_world(database, use)


def test_a_quote_that_is_posted_ends_a_row_of_failures(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [GONE, GONE, None, GONE, GONE]
        for weeks in range(5):
            world.clock.now = MONDAY + weeks * WEEK
            await world.tick(MINUTE)
        row = await world.deliveries.find_subscription(HERE)

        assert row and (row.state, row.failures) == (SubscriptionState.ON, 2)

    in_world(database, use)


FOUND_AGAIN = [
    pytest.param({"nonce_seconds": NONCE_SECONDS, "readable": False}, id="nonce"),
    pytest.param({"readable": True}, id="read back"),
    pytest.param({"nonce_seconds": NONCE_SECONDS, "readable": True}, id="both"),
]


@pytest.mark.parametrize("facts", FOUND_AGAIN)
@pytest.mark.parametrize(
    "faults",
    [
        [LOST_REPLY],
        [LOST_REQUEST],
        [LOST_REQUEST, LOST_REPLY],
        [LOST_REPLY, LOST_REPLY],
        [SERVER_AWAY, LOST_REPLY, SERVER_AWAY],
    ],
    ids=["reply", "request", "request and reply", "two replies", "away between"],
)
def test_what_was_lost_is_posted_exactly_once(
    database: str, facts: dict[str, float], faults: list[PostError]
) -> None:
    async def use(world: World) -> None:
        world.platform.faults = faults[:]
        await world.tick()
        await world.tick_on(10 * MINUTE)

        assert world.platform.texts == ["It is q00."]
        assert await world.states() == [State.SENT]

    in_world(database, use, **facts)


@pytest.mark.parametrize("fault", [LOST_REPLY, LOST_REQUEST])
def test_what_nobody_can_tell_is_unknown_and_reported_and_not_tried_again(
    database: str, fault: PostError
) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [fault]
        await world.tick_on(10 * MINUTE)

        assert await world.states() == [State.UNKNOWN]
        assert world.platform.notices == [NoticeKind.UNSURE]
        assert len(world.platform.requests) == 1

    in_world(database, use, readable=False)


def test_a_key_is_not_relied_on_once_the_platform_may_have_forgotten_it(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REPLY]
        await world.tick()
        await world.tick(4 * MINUTE)

        assert await world.states() == [State.UNKNOWN]
        assert len(world.platform.messages) == 1

    in_world(database, use, nonce_seconds=NONCE_SECONDS, readable=False)


def test_too_many_messages_after_a_lost_reply_do_not_make_it_certain(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REPLY, SLOW_DOWN]
        await world.tick()
        await world.tick_on(15 * MINUTE)

        assert len(world.platform.messages) == 1
        assert await world.states() == [State.UNKNOWN]

    in_world(database, use, nonce_seconds=NONCE_SECONDS, readable=False)


def test_a_lasting_error_after_a_lost_reply_leaves_it_unknown(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REPLY, GONE]
        await world.tick_on(15 * MINUTE)

        assert await world.states() == [State.UNKNOWN]
        assert world.platform.notices == [NoticeKind.UNSURE]

    in_world(database, use, nonce_seconds=NONCE_SECONDS, readable=False)


def test_a_look_that_fails_is_repeated(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REPLY]
        world.platform.look_faults = [SLOW_DOWN, LOST_REPLY]
        await world.tick_on(HOUR)

        assert await world.states() == [State.SENT]
        assert len(world.platform.messages) == 1

    in_world(database, use)


def test_a_look_that_is_refused_for_good_leaves_it_unknown(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REQUEST]
        world.platform.look_faults = [GONE]
        await world.tick_on(HOUR)

        assert await world.states() == [State.UNKNOWN]

    in_world(database, use)


def test_a_lost_request_that_is_found_out_too_late_is_skipped(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REQUEST]
        await world.tick()
        await world.tick(3 * DAY)

        assert await world.states() == [State.SKIPPED]
        assert world.platform.notices == [NoticeKind.LATE]

    in_world(database, use)


def test_a_platform_that_never_answers_is_given_up_in_time(database: str) -> None:
    async def use(world: World) -> None:
        async def hang() -> None:
            world.platform.after = None
            await asyncio.Event().wait()

        world.platform.after = hang
        timing = replace(world.context.posting.outbox.timing, post=timedelta(seconds=0.05))
        await tick(world.context_with(timing=timing))
        assert await world.states() == [State.SENDING]
        await world.tick_on(MINUTE)
        assert await world.states() == [State.SENT]
        assert len(world.platform.messages) == 1

    in_world(database, use)


def test_a_mistake_in_one_channel_stops_no_other(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(world: World) -> None:
        async def fail() -> None:
            world.platform.before = None
            raise ZeroDivisionError

        world.platform.before = fail
        await world.tick()
        assert sorted(await world.states()) == [State.SENDING, State.SENT]
        assert "A message could not be sent" in caplog.text

        await world.tick_on(4 * MINUTE)
        assert await world.states() == [State.SENT] * 2
        assert len(world.platform.messages) == 2

    in_world(database, use, subscription(), subscription(THERE))


def test_an_open_delivery_of_a_channel_that_was_switched_off_is_closed(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [SERVER_AWAY]
        await world.tick()
        await world.deliveries.subscribe(replace(subscription(), state=SubscriptionState.OFF))
        await world.tick(5 * MINUTE)

        assert await world.states() == [State.SKIPPED]
        assert world.platform.messages == []

    in_world(database, use)


@pytest.mark.parametrize(
    ("fault", "facts", "state"),
    [
        pytest.param(LOST_REQUEST, {"readable": True}, State.SKIPPED, id="absent"),
        pytest.param(
            LOST_REQUEST, {"nonce_seconds": NONCE_SECONDS}, State.SKIPPED, id="absent, nonce"
        ),
        pytest.param(
            LOST_REQUEST,
            {"nonce_seconds": NONCE_SECONDS, "readable": False},
            State.UNKNOWN,
            id="nonce alone",
        ),
        pytest.param(LOST_REPLY, {"nonce_seconds": NONCE_SECONDS}, State.SENT, id="there"),
    ],
)
def test_nothing_is_sent_again_once_it_is_switched_off(
    database: str, fault: PostError, facts: dict[str, float], state: State
) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [fault]
        await world.tick()
        await world.deliveries.subscribe(replace(subscription(), state=SubscriptionState.OFF))
        await world.tick_on(2 * MINUTE)

        assert await world.states() == [state]
        assert len(world.platform.requests) == 1

    in_world(database, use, **facts)


def test_what_is_switched_off_while_it_is_looked_for_is_not_sent(database: str) -> None:
    async def use(world: World) -> None:
        async def switch_off(_: float) -> None:
            await world.deliveries.subscribe(replace(subscription(), state=SubscriptionState.OFF))

        world.platform.faults = [LOST_REQUEST]
        await world.tick()
        world.clock.now += MINUTE
        await tick(world.context_with(pause=switch_off))

        assert await world.states() == [State.SKIPPED]
        assert world.platform.messages == []

    in_world(database, use)


async def bar_first(world: World, how: str) -> None:
    """Bar q00, which is on its way, in one of the ways there are."""
    if how == "guest":
        await world.decisions.exclude_guest("Guest q00", world.clock())
        return
    quote = Quote("q00", "talk-q00", 61.5, "Guest q00", "It is q00.", "Tea")
    await world.decisions.judge(HERE, quote, Judgement(how), "U2", world.clock())


@pytest.mark.parametrize("how", ["never", "skip", "guest"])
@pytest.mark.parametrize(
    ("fault", "facts"),
    [
        pytest.param(SERVER_AWAY, {}, id="refused"),
        pytest.param(LOST_REQUEST, {}, id="absent"),
        pytest.param(LOST_REQUEST, {"nonce_seconds": NONCE_SECONDS}, id="absent, nonce"),
    ],
)
def test_what_is_barred_on_its_way_is_chosen_anew(
    database: str, fault: PostError, facts: dict[str, float], how: str
) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [fault]
        await world.tick()
        await bar_first(world, how)
        await world.tick_on(3 * MINUTE)
        (row,) = await world.rows()

        assert world.platform.texts == ["It is q01."]
        assert (row.message.state, row.quote and row.quote.id) == (State.SENT, "q01")

    in_world(database, use, **facts)


def test_what_is_barred_on_its_way_is_left_out_if_there_is_no_other(database: str) -> None:
    async def use(world: World) -> None:
        world.pool, world.platform.faults = scored_quotes(1), [LOST_REQUEST]
        await world.tick()
        await bar_first(world, "never")
        await world.tick_on(3 * MINUTE)

        assert await world.states() == [State.SKIPPED]
        assert world.platform.notices == [NoticeKind.NOTHING_LEFT]

    in_world(database, use)


@pytest.mark.parametrize("fault", [LOST_REPLY, LOST_REQUEST])
def test_what_is_barred_is_not_sent_again_where_only_its_key_is_known(
    database: str, fault: PostError
) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [fault]
        await world.tick()
        await bar_first(world, "never")
        await world.tick_on(3 * MINUTE)

        assert await world.states() == [State.UNKNOWN]
        assert len(world.platform.requests) == 1

    in_world(database, use, nonce_seconds=NONCE_SECONDS, readable=False)


def test_other_words_are_sent_only_once_those_before_cannot_arrive_any_more(
    database: str,
) -> None:
    async def use(world: World) -> None:
        there = asyncio.Event()

        async def arrive(_: float) -> None:
            quote = Quote("q00", "", 0, "", "It is q00.", "")
            await world.platform.post(HERE, posted((), quote, key), key)
            there.set()

        world.platform.faults = [LOST_REQUEST]
        await world.tick()
        key = (await world.rows())[0].message.key
        await bar_first(world, "never")
        world.clock.now += MINUTE
        await tick(world.context_with(pause=arrive))
        (row,) = await world.rows()

        assert there.is_set()
        assert world.platform.texts == ["It is q00."]
        assert (row.message.state, row.quote and row.quote.id) == (State.SENT, "q00")

    in_world(database, use, nonce_seconds=NONCE_SECONDS)


def test_a_key_is_not_relied_on_once_the_clock_was_set_back(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults = [LOST_REPLY]
        await world.tick()
        world.clock.now -= HOUR
        # For the platform, whose clock is right, an hour passes until ours has caught up.
        world.platform.messages[0].at -= HOUR
        await world.tick_on(2 * HOUR)

        assert await world.states() == [State.UNKNOWN]
        assert world.platform.notices == [NoticeKind.UNSURE]
        assert len(world.platform.messages) == 1

    in_world(database, use, nonce_seconds=NONCE_SECONDS, readable=False)


def test_a_channel_without_quotes_is_skipped_and_said_once(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [scored_quote("weak", score=GOOD_SCORE - 0.1)]
        await world.tick_on(HOUR, MINUTE)

        assert await world.states() == [State.SKIPPED]
        assert world.platform.notices == [NoticeKind.NOTHING_LEFT]

    in_world(database, use)


def test_the_best_come_before_newer_ones_that_are_only_good(database: str) -> None:
    async def use(world: World) -> None:
        # The last one is of the newest episode.
        world.pool = [
            scored_quote("best", score=BEST_SCORE),
            scored_quote("good", score=BEST_SCORE - 0.1),
        ]
        for _ in range(3):
            await world.tick()
            world.clock.now += WEEK

        assert world.platform.texts == ["It is best.", "It is good.", "It is best."]

    in_world(database, use)


def test_an_excluded_guest_is_not_quoted(database: str) -> None:
    async def use(world: World) -> None:
        await world.decisions.exclude_guest("guest  Q00", world.clock())
        await world.tick()

        assert world.platform.texts == ["It is q01."]

    in_world(database, use)


def test_a_platform_that_is_not_connected_waits_for_its_turn(database: str) -> None:
    async def use(world: World) -> None:
        await tick(world.context_with(posters={}))
        assert await world.rows() == ()

        await world.tick(MINUTE)
        assert await world.states() == [State.SENT]

    in_world(database, use)


def test_a_pause_longer_than_the_lease_changes_nothing_afterwards(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(world: World) -> None:
        paused, go_on = asyncio.Event(), asyncio.Event()

        async def pause() -> None:
            world.platform.before = None
            paused.set()
            await go_on.wait()

        world.platform.before = pause
        first = asyncio.create_task(world.tick())
        await paused.wait()
        await world.tick(world.context.posting.outbox.timing.lease + MINUTE / 6)
        (taken,) = await world.rows()
        assert (taken.message.state, len(world.platform.messages)) == (State.SENT, 1)

        go_on.set()
        await first
        assert await world.rows() == (taken,)
        assert "another process has taken over" in caplog.text
        assert len(world.platform.messages) == 1

    in_world(database, use, nonce_seconds=NONCE_SECONDS, readable=False)


def test_who_takes_over_looks_only_once_nobody_can_be_sending_any_more(database: str) -> None:
    async def use(world: World) -> None:
        begun, go_on, there = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def send_slowly() -> None:
            world.platform.before = None
            begun.set()
            await go_on.wait()

        async def arrive() -> None:
            there.set()
            go_on.set()

        async def pause(seconds: float) -> None:
            assert seconds > world.context.posting.outbox.timing.post.total_seconds()
            go_on.set()
            await there.wait()

        world.platform.before, world.platform.after = send_slowly, arrive
        context = world.context_with(pause=pause)
        first = asyncio.create_task(tick(context))
        await begun.wait()
        world.clock.now += world.context.posting.outbox.timing.lease + MINUTE
        await asyncio.gather(first, tick(context))

        assert len(world.platform.messages) == 1
        assert await world.states() == [State.SENT]

    in_world(database, use)


def test_a_process_that_lost_its_claim_sends_nothing(database: str) -> None:
    async def use(world: World) -> None:
        choosing, go_on = asyncio.Event(), asyncio.Event()
        context = world.context

        async def slow_pool(channel: Channel) -> object:
            choosing.set()
            await go_on.wait()
            return await context.pool(channel)

        first = asyncio.create_task(tick(replace(context, pool=slow_pool)))  # type: ignore[arg-type]
        await choosing.wait()
        await world.tick(world.context.posting.outbox.timing.lease + MINUTE / 6)
        go_on.set()
        await first

        assert len(world.platform.requests) == len(world.platform.messages) == 1

    in_world(database, use)


def waiting_for(world: World, unbuilt: set[str], waits: list[str]) -> WeeklyContext:
    """Let the podcasts of some channels be built for now; `waits` are those who wait for that."""
    context = world.context

    async def is_ready(channel: Channel) -> bool:
        return channel.id not in unbuilt

    async def pool(channel: Channel) -> QuotePool:
        waits.extend(unbuilt & {channel.id})
        return await context.pool(channel)

    return replace(context, is_ready=is_ready, pool=pool)


@pytest.mark.parametrize("left", [False, True])
def test_a_podcast_that_is_built_holds_up_only_its_own_channels(database: str, left: bool) -> None:
    async def use(world: World) -> None:
        await world.deliveries.subscribe(replace(subscription(), channel=THERE))
        if left:  # by a process that ended
            slot = Slot(MONDAY.date(), MONDAY)
            await world.deliveries.claim(THERE, slot, "it", world.clock.now, world.clock.now)
            world.clock.now += MINUTE
        unbuilt, waits = {THERE.id}, list[str]()
        for _ in range(20):
            world.clock.now += MINUTE / 2
            await tick(waiting_for(world, unbuilt, waits))
        assert [each.channel for each in world.platform.messages] == [HERE]

        unbuilt.clear()
        for _ in range(2):
            world.clock.now += MINUTE / 2
            await tick(waiting_for(world, unbuilt, waits))

        assert [each.channel for each in world.platform.messages] == [HERE, THERE]
        assert waits == []
        assert await world.states() == [State.SENT, State.SENT]

    in_world(database, use)


def test_a_quote_whose_podcast_is_built_too_late_is_skipped(database: str) -> None:
    async def use(world: World) -> None:
        await tick(waiting_for(world, {HERE.id}, []))
        await world.tick(world.context.posting.outbox.timing.late + MINUTE)

        assert world.platform.messages == []
        assert (await world.states(), world.platform.notices) == (
            [State.SKIPPED],
            [NoticeKind.LATE],
        )

    in_world(database, use)


@pytest.mark.parametrize("plan", [REVIEWED, replace(PLAN, vote=True)])
def test_nobody_is_asked_to_choose_before_the_podcast_is_built(
    database: str, plan: Schedule
) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 3 * HOUR
        waits: list[str] = []
        await tick(waiting_for(world, {HERE.id}, waits))
        assert waits == []
        assert (await world.rows(), world.platform.letters, world.platform.told) == ((), [], [])

        await world.tick(MINUTE)
        assert len([*world.platform.letters, *world.platform.told]) == 1

    in_world(database, use, subscription(schedule=plan, since=MONDAY - 3 * DAY))


def test_a_new_process_leaves_alone_what_the_old_one_is_sending(database: str) -> None:
    async def use(world: World) -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def send() -> None:
            begun.set()
            await go_on.wait()

        world.platform.before = send
        old = asyncio.create_task(world.tick())
        await begun.wait()
        await world.tick(MINUTE)
        go_on.set()
        await old
        await world.tick(MINUTE)

        assert len(world.platform.requests) == len(world.platform.messages) == 1
        assert await world.states() == [State.SENT]

    in_world(database, use)


def test_a_database_out_of_reach_posts_nothing(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use(world: World) -> None:
        async def broken(*_: object) -> None:
            raise StoreError("the database", "it is away.")

        monkeypatch.setattr(SqlOutboxStore, "begin", broken)
        await world.tick()

        assert world.platform.requests == []
        assert await world.states() == [State.CLAIMED]

    in_world(f"sqlite:///{tmp_path}/airquote.db", use)


def test_posting_now_takes_the_place_of_what_is_due_later_that_day(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 3 * HOUR
        assert await post_now(world.context, subscription()) is State.SENT
        assert await post_now(world.context, subscription()) is None
        await world.tick_on(2 * HOUR, 10 * MINUTE)

        assert world.platform.texts == ["It is q00."]

    in_world(database, use)


def test_posting_now_on_another_day_leaves_the_weekly_one(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - DAY
        await post_now(world.context, subscription())
        await world.tick(2 * DAY)

        assert world.platform.texts == ["It is q00.", "It is q01."]

    in_world(database, use)


def test_posting_now_without_anything_approved_leaves_the_slot_as_it_is(database: str) -> None:
    async def use(world: World) -> None:
        reviewed = subscription(schedule=REVIEWED)
        assert await post_now(world.context, reviewed) is State.SKIPPED

        assert await world.rows() == ()

    in_world(database, use)


def test_that_nothing_is_left_is_said_once_until_something_is_there_again(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = []
        for _ in range(3):
            await world.tick(WEEK)
        world.pool = [scored_quote("late")]
        await world.tick(WEEK)
        world.pool = []
        await world.tick(WEEK)

        assert await world.states() == [State.SKIPPED] * 3 + [State.SENT, State.SKIPPED]
        left = [each for each in world.platform.notices if each is NoticeKind.NOTHING_LEFT]
        assert len(left) == 2

    in_world(database, use)
