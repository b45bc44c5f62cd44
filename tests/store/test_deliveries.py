"""Deliveries and decisions on both databases: one owner for each row."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args
from uuid import uuid4

import pytest

from bot.posting.outbox import OPEN_STATES, State
from bot.posting.places import Channel
from bot.store.database import open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.weekly.models import (
    Barred,
    Candidate,
    Delivery,
    Flag,
    Judgement,
    Posted,
    SubscriptionState,
    key_of,
    new_delivery,
    quote_from,
)
from bot.weekly.slots import Slot
from tests.weekly_world import (
    DAY,
    HERE,
    MINUTE,
    MONDAY,
    REVIEWED,
    SUNDAY,
    WEEK,
    World,
    in_world,
    scored_quote,
    subscription,
)

SLOT = Slot(MONDAY.date(), MONDAY)
LEASE = MONDAY + 2 * MINUTE
TEA, RYE = quote_from(scored_quote("tea")), quote_from(scored_quote("rye"))
THERE = Channel("slack", "T1", "C2")
ELSEWHERE = Channel("slack", "T2", "C1")


async def claim(world: World, owner: str = "a", slot: Slot = SLOT) -> Delivery:
    claimed = await world.deliveries.claim(HERE, slot, owner, MONDAY, LEASE)
    assert claimed is not None
    return claimed


async def begin(world: World, delivery: Delivery, now: datetime = MONDAY) -> bool:
    """Choose TEA and begin to send it."""
    await world.deliveries.choose(delivery, TEA)
    return await world.outbox.begin(delivery.message, now, LEASE)


async def send(world: World, slot: Slot = SLOT) -> Delivery:
    """Claim a slot and post TEA."""
    delivery = await claim(world, uuid4().hex, slot)
    await begin(world, delivery, slot.at)
    await world.outbox.finish(delivery.message, State.SENT, slot.at, "m1")
    found = await world.deliveries.find_delivery(delivery.message.key)
    assert found is not None
    return found


def test_of_sixteen_who_claim_at_once_one_gets_it(database: str) -> None:
    async def race() -> list[Delivery | None]:
        async with open_database(database) as opened:
            stores = [SqlDeliveryStore(opened) for _ in range(16)]
            return await asyncio.gather(
                *(
                    store.claim(HERE, SLOT, str(owner), MONDAY, LEASE)
                    for owner, store in enumerate(stores)
                )
            )

    claimed = [each for each in asyncio.run(race()) if each]

    assert [each.message.state for each in claimed] == [State.CLAIMED]


def test_of_sixteen_who_take_an_expired_claim_over_one_gets_it(database: str) -> None:
    async def use(world: World) -> None:
        await claim(world)
        later = LEASE + MINUTE
        taken = await asyncio.gather(
            *(world.deliveries.claim(HERE, SLOT, str(n), later, later + MINUTE) for n in range(16))
        )

        assert sum(each is not None for each in taken) == 1

    in_world(database, use)


def test_a_claim_holds_until_its_lease_ends(database: str) -> None:
    async def use(world: World) -> None:
        delivery = await claim(world)
        assert await world.deliveries.claim(HERE, SLOT, "b", LEASE, LEASE + MINUTE) is None

        late = LEASE + timedelta(microseconds=1)
        taken = await world.deliveries.claim(HERE, SLOT, "b", late, late + MINUTE)
        message = replace(delivery.message, owner="b", lease=late + MINUTE)
        assert taken == replace(delivery, message=message)

    in_world(database, use)


def test_what_was_being_sent_is_still_so_when_it_is_taken_over(database: str) -> None:
    async def use(world: World) -> None:
        await begin(world, await claim(world))
        taken = await world.deliveries.claim(HERE, SLOT, "b", LEASE + MINUTE, LEASE + 2 * MINUTE)

        assert taken is not None
        assert (taken.message.state, taken.quote) == (State.SENDING, TEA)
        assert taken.message.sending_at == MONDAY

    in_world(database, use)


def test_who_lost_a_claim_changes_nothing(database: str) -> None:
    async def use(world: World) -> None:
        mine = await claim(world)
        await world.deliveries.claim(HERE, SLOT, "b", LEASE + MINUTE, LEASE + 2 * MINUTE)
        before = await world.rows()

        message = mine.message

        assert not await world.deliveries.choose(mine, TEA)
        assert not await world.outbox.begin(message, MONDAY, LEASE)
        assert not await world.outbox.put_off(message, State.CLAIMED, LEASE, "why")
        assert not await world.outbox.finish(message, State.SENT, MONDAY, "m1")
        assert await world.outbox.fail(message, State.FAILED, MONDAY, "why") is None
        assert await world.rows() == before
        kept = await world.deliveries.find_subscription(HERE)
        assert kept and kept.failures == 0

    in_world(database, use)


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.UNKNOWN, State.SKIPPED])
def test_what_is_done_is_never_claimed_or_changed_again(database: str, state: State) -> None:
    async def use(world: World) -> None:
        delivery = await claim(world)
        assert await world.outbox.finish(delivery.message, state, MONDAY)

        assert (
            await world.deliveries.claim(HERE, SLOT, "b", MONDAY + WEEK, MONDAY + 2 * WEEK) is None
        )
        assert not await world.outbox.finish(delivery.message, State.SENT, MONDAY)
        assert await world.states() == [state]

    in_world(database, use)


def test_a_second_try_keeps_when_the_first_one_was(database: str) -> None:
    async def use(world: World) -> None:
        delivery = await claim(world)
        await begin(world, delivery)
        await begin(world, delivery, MONDAY + MINUTE)
        (row,) = await world.rows()
        assert row.message.sending_at == MONDAY

        await world.outbox.put_off(delivery.message, State.CLAIMED, LEASE, "certainly not posted")
        (row,) = await world.rows()
        assert (row.message.sending_at, row.message.owner, row.quote) == (None, "", TEA)

    in_world(database, use)


def test_a_subscription_is_read_as_it_was_written(database: str) -> None:
    one = replace(
        subscription(schedule=REVIEWED),
        state=SubscriptionState.PAUSED,
        failures=3,
        admin="Ünal’s id",
    )

    async def use(world: World) -> None:
        await world.deliveries.subscribe(one)

        assert await world.deliveries.find_subscription(HERE) == one
        assert await world.deliveries.find_subscription(THERE) is None
        assert await world.deliveries.subscriptions() == (one,)

    in_world(database, use)


def test_a_new_plan_drops_what_waits_for_the_old_one(database: str) -> None:
    async def use(world: World) -> None:
        await world.deliveries.wait(HERE, SLOT, [Candidate(TEA, ())])
        await world.deliveries.subscribe(subscription())

        assert await world.rows() == ()
        assert await world.decisions.candidates(HERE, SLOT.day) == ()

    in_world(database, use)


def test_a_key_is_the_same_for_each_try_and_fits_a_nonce() -> None:
    key = key_of(HERE, SLOT.day)
    others = [
        key_of(THERE, SLOT.day),
        key_of(ELSEWHERE, SLOT.day),
        key_of(HERE, (MONDAY + WEEK).date()),
    ]

    assert len(key) == 25
    assert new_delivery(HERE, Slot(SLOT.day, MONDAY + DAY), owner="b").message.key == key
    assert len({key, *others}) == 4


def test_a_delivery_is_found_by_its_key_from_the_beginning(database: str) -> None:
    async def use(world: World) -> None:
        following = Slot((MONDAY + WEEK).date(), MONDAY + WEEK)
        claimed = await claim(world)
        waiting = await world.deliveries.wait(HERE, following, ())
        assert waiting is not None

        assert await world.deliveries.find_delivery(claimed.message.key) == claimed
        assert await world.deliveries.find_delivery(waiting.message.key) == waiting
        assert await world.deliveries.find_delivery("") is None

    in_world(database, use)


@pytest.mark.parametrize("state", State)
def test_only_what_was_certainly_not_posted_is_reopened(database: str, state: State) -> None:
    reopened = state in (State.FAILED, State.SKIPPED)

    async def use(world: World) -> None:
        if state is State.WAITING:
            await world.deliveries.wait(HERE, SLOT, ())
        else:
            delivery = await claim(world)
            await begin(world, delivery)
            if state in OPEN_STATES:
                await world.outbox.put_off(delivery.message, state, LEASE, "why")
            else:
                await world.outbox.finish(delivery.message, state, MONDAY, reason="why")

        assert not await world.deliveries.reopen(THERE, SLOT.day)
        assert not await world.deliveries.reopen(HERE, MONDAY.date() + DAY)
        assert await world.states() == [state]
        assert await world.deliveries.reopen(HERE, SLOT.day) is reopened
        (row,) = await world.rows()
        blank = (State.WAITING, None, None, "")
        found = (row.message.state, row.quote, row.message.sending_at, row.message.reason)
        assert (found == blank) is (reopened or state is State.WAITING)

    in_world(database, use)


def test_history_is_what_people_may_have_seen_in_a_channel(database: str) -> None:
    async def use(world: World) -> None:
        states = [State.SENT, State.UNKNOWN, State.FAILED, State.SKIPPED]
        for week, state in enumerate(states):
            slot = Slot((MONDAY + week * WEEK).date(), MONDAY + week * WEEK)
            delivery = await claim(world, slot=slot)
            await begin(world, delivery)
            await world.outbox.finish(delivery.message, state, MONDAY)

        days = [MONDAY.date(), (MONDAY + WEEK).date()]
        assert await world.deliveries.history(HERE) == tuple(
            Posted("tea", "Guest tea", "talk-tea", day) for day in days
        )
        assert await world.deliveries.history(THERE) == ()

    in_world(database, use)


def test_candidates_come_back_in_their_order(database: str) -> None:
    offered = (Candidate(TEA, ("short", "a claim")), Candidate(RYE, ()))

    async def use(world: World) -> None:
        assert await world.deliveries.wait(HERE, SLOT, offered)
        assert await world.deliveries.wait(HERE, SLOT, ()) is None

        assert await world.decisions.candidates(HERE, SLOT.day) == offered

    in_world(database, use)


def test_what_was_approved_waits_until_it_is_posted(database: str) -> None:
    async def use(world: World) -> None:
        await world.decisions.judge(HERE, RYE, Judgement.APPROVE, "U1", SUNDAY)
        await world.decisions.judge(HERE, TEA, Judgement.APPROVE, "U1", SUNDAY + MINUTE)
        assert await world.decisions.approved(HERE) == (RYE, TEA)
        assert await world.decisions.approved(THERE) == ()

        await send(world)
        assert await world.decisions.approved(HERE) == (RYE,)
        await world.decisions.judge(HERE, RYE, Judgement.SKIP, "U1", MONDAY)
        await world.decisions.judge(HERE, TEA, Judgement.APPROVE, "U1", MONDAY + DAY)
        assert await world.decisions.approved(HERE) == (TEA,)

    in_world(database, use)


def test_never_holds_for_a_workspace_and_skip_for_a_channel_and_a_while(database: str) -> None:
    async def use(world: World) -> None:
        await world.decisions.judge(HERE, TEA, Judgement.NEVER, "U1", SUNDAY)
        await world.decisions.judge(HERE, RYE, Judgement.SKIP, "U1", SUNDAY)

        nobody = frozenset[str]()
        assert await world.decisions.barred(HERE, SUNDAY) == Barred(
            frozenset({"tea", "rye"}), nobody
        )
        assert await world.decisions.barred(HERE, MONDAY) == Barred(frozenset({"tea"}), nobody)
        assert await world.decisions.barred(THERE, SUNDAY) == Barred(frozenset({"tea"}), nobody)
        assert await world.decisions.barred(ELSEWHERE, SUNDAY) == Barred(nobody, nobody)

    in_world(database, use)


def test_a_guest_is_excluded_however_the_name_is_typed(database: str) -> None:
    async def use(world: World) -> None:
        await world.decisions.exclude_guest("Ann  Lee", SUNDAY)
        await world.decisions.exclude_guest("ann lee", MONDAY)
        assert await world.decisions.excluded_guests() == ("ann lee",)
        assert (await world.decisions.barred(HERE, MONDAY)).guests == {"ann lee"}

        assert await world.decisions.include_guest("ANN LEE")
        assert not await world.decisions.include_guest("Ann Lee")
        assert await world.decisions.excluded_guests() == ()

    in_world(database, use)


def test_a_message_is_reported_and_withdrawn_once(database: str) -> None:
    async def use(world: World) -> None:
        sent = await send(world)
        for flag in get_args(Flag):
            twice = (world.deliveries.flag(sent, flag) for _ in range(2))
            assert sorted(await asyncio.gather(*twice)) == [False, True]
        found = await world.deliveries.find_delivery(sent.message.key)

        assert found and (found.reported, found.withdrawn) == (True, True)
        assert await world.deliveries.find_delivery(key_of(THERE, SLOT.day)) is None

    in_world(database, use)


def test_the_last_delivery_is_the_latest_that_came(database: str) -> None:
    async def use(world: World) -> None:
        sent = await send(world)
        following = Slot((MONDAY + WEEK).date(), MONDAY + WEEK)
        await world.deliveries.wait(HERE, following, ())

        assert await world.deliveries.last_delivery(HERE) == sent
        assert await world.deliveries.last_delivery(THERE) is None

    in_world(database, use)


def test_a_workspace_is_forgotten_and_no_other(database: str) -> None:
    async def use(world: World) -> None:
        await world.deliveries.subscribe(subscription(ELSEWHERE))
        for channel in (HERE, ELSEWHERE):
            await world.deliveries.wait(channel, SLOT, [Candidate(TEA, ())])
            await world.decisions.judge(channel, TEA, Judgement.NEVER, "U1", SUNDAY)
        await world.deliveries.forget("slack", "T1")

        assert [each.channel for each in await world.deliveries.subscriptions()] == [ELSEWHERE]
        assert [each.channel for each in await world.rows()] == [ELSEWHERE]
        assert await world.decisions.candidates(HERE, SLOT.day) == ()
        assert await world.decisions.candidates(ELSEWHERE, SLOT.day) == (Candidate(TEA, ()),)
        assert (await world.decisions.barred(HERE, SUNDAY)).quotes == frozenset()
        assert (await world.decisions.barred(ELSEWHERE, SUNDAY)).quotes == {"tea"}

    in_world(database, use)
