"""The ledger, on both databases: one owner for each row, and what people decide."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert

from bot.posting.places import Channel
from bot.store.database import Database, open_database, parse_address
from bot.store.deliveries import DatabaseLedger
from bot.store.migrating import migrate
from bot.store.tables import DELIVERIES, delivery_values
from bot.weekly.models import (
    OPEN_STATES,
    Barred,
    Candidate,
    Delivery,
    Judgement,
    Posted,
    State,
    SubscriptionState,
    key_of,
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
    saying,
    subscription,
)

SLOT = Slot(MONDAY.date(), MONDAY)
LEASE = MONDAY + 2 * MINUTE
TEA, RYE = quote_from(saying("tea")), quote_from(saying("rye"))
THERE = Channel("slack", "T1", "C2")
ELSEWHERE = Channel("slack", "T2", "C1")


async def claim(ledger: DatabaseLedger, owner: str = "a", slot: Slot = SLOT) -> Delivery:
    claimed = await ledger.claim(HERE, slot, owner, MONDAY, LEASE)
    assert claimed is not None
    return claimed


async def send(ledger: DatabaseLedger, slot: Slot = SLOT) -> Delivery:
    """Claim a slot and post TEA."""
    delivery = await claim(ledger, uuid4().hex, slot)
    await ledger.begin(delivery, TEA, slot.at, LEASE)
    await ledger.finish(delivery, State.SENT, "m1")
    found = await ledger.find_delivery(delivery.key)
    assert found is not None
    return found


def test_of_sixteen_who_claim_at_once_one_gets_it(database: str) -> None:
    async def race() -> list[Delivery | None]:
        async with open_database(database) as opened:
            ledgers = [DatabaseLedger(opened) for _ in range(16)]
            return await asyncio.gather(
                *(
                    ledger.claim(HERE, SLOT, str(owner), MONDAY, LEASE)
                    for owner, ledger in enumerate(ledgers)
                )
            )

    claimed = [each for each in asyncio.run(race()) if each]

    assert [each.state for each in claimed] == [State.CLAIMED]


def test_of_sixteen_who_take_an_expired_claim_over_one_gets_it(database: str) -> None:
    async def use(world: World) -> None:
        await claim(world.ledger)
        later = LEASE + MINUTE
        taken = await asyncio.gather(
            *(world.ledger.claim(HERE, SLOT, str(n), later, later + MINUTE) for n in range(16))
        )

        assert sum(each is not None for each in taken) == 1

    in_world(database, use)


def test_a_claim_holds_until_its_lease_ends(database: str) -> None:
    async def use(world: World) -> None:
        delivery = await claim(world.ledger)
        assert await world.ledger.claim(HERE, SLOT, "b", LEASE, LEASE + MINUTE) is None

        late = LEASE + timedelta(microseconds=1)
        taken = await world.ledger.claim(HERE, SLOT, "b", late, late + MINUTE)
        assert taken == replace(delivery, owner="b", lease=late + MINUTE)

    in_world(database, use)


def test_what_was_being_sent_is_still_so_when_it_is_taken_over(database: str) -> None:
    async def use(world: World) -> None:
        await world.ledger.begin(await claim(world.ledger), TEA, MONDAY, LEASE)
        taken = await world.ledger.claim(HERE, SLOT, "b", LEASE + MINUTE, LEASE + 2 * MINUTE)

        assert taken is not None
        assert (taken.state, taken.quote, taken.sending_at) == (State.SENDING, TEA, MONDAY)

    in_world(database, use)


def test_who_lost_a_claim_changes_nothing(database: str) -> None:
    async def use(world: World) -> None:
        ledger = world.ledger
        mine = await claim(ledger)
        await ledger.claim(HERE, SLOT, "b", LEASE + MINUTE, LEASE + 2 * MINUTE)
        before = await world.rows()

        assert not await ledger.begin(mine, TEA, MONDAY, LEASE)
        assert not await ledger.put_off(mine, State.CLAIMED, LEASE, "why")
        assert not await ledger.finish(mine, State.SENT, "m1")
        assert await ledger.fail(mine, State.FAILED, "why", 3) is None
        assert await world.rows() == before
        kept = await ledger.find_subscription(HERE)
        assert kept and kept.failures == 0

    in_world(database, use)


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.UNKNOWN, State.SKIPPED])
def test_what_is_done_is_never_claimed_or_changed_again(database: str, state: State) -> None:
    async def use(world: World) -> None:
        delivery = await claim(world.ledger)
        assert await world.ledger.finish(delivery, state)

        assert await world.ledger.claim(HERE, SLOT, "b", MONDAY + WEEK, MONDAY + 2 * WEEK) is None
        assert not await world.ledger.finish(delivery, State.SENT)
        assert await world.states() == [state]

    in_world(database, use)


def test_a_second_try_keeps_when_the_first_one_was(database: str) -> None:
    async def use(world: World) -> None:
        delivery = await claim(world.ledger)
        await world.ledger.begin(delivery, TEA, MONDAY, LEASE)
        await world.ledger.begin(delivery, TEA, MONDAY + MINUTE, LEASE)
        (row,) = await world.rows()
        assert row.sending_at == MONDAY

        await world.ledger.put_off(delivery, State.CLAIMED, LEASE, "certainly not posted")
        (row,) = await world.rows()
        assert (row.sending_at, row.owner, row.quote) == (None, "", TEA)

    in_world(database, use)


def test_a_subscription_is_read_as_it_was_written(database: str) -> None:
    one = replace(
        subscription(schedule=REVIEWED),
        state=SubscriptionState.PAUSED,
        failures=3,
        admin="Ünal’s id",
    )

    async def use(world: World) -> None:
        await world.ledger.subscribe(one)

        assert await world.ledger.find_subscription(HERE) == one
        assert await world.ledger.find_subscription(THERE) is None
        assert await world.ledger.subscriptions() == (one,)

    in_world(database, use)


def test_a_new_plan_drops_what_waits_for_the_old_one(database: str) -> None:
    async def use(world: World) -> None:
        await world.ledger.wait(HERE, SLOT, [Candidate(TEA, ())], SUNDAY)
        await world.ledger.subscribe(subscription())

        assert await world.rows() == ()
        assert await world.ledger.candidates(HERE, SLOT.day) == ()

    in_world(database, use)


def test_a_key_is_the_same_for_each_try_and_fits_a_nonce() -> None:
    delivery = Delivery(HERE, SLOT, State.CLAIMED)
    others = [
        replace(delivery, channel=THERE),
        replace(delivery, channel=ELSEWHERE),
        replace(delivery, slot=Slot((MONDAY + WEEK).date(), MONDAY)),
    ]

    assert len(delivery.key) == 25
    assert replace(delivery, slot=Slot(SLOT.day, MONDAY + DAY), owner="b").key == delivery.key
    assert len({delivery.key, *(each.key for each in others)}) == 4


def test_a_delivery_is_found_by_its_key_from_the_beginning(database: str) -> None:
    async def use(world: World) -> None:
        following = Slot((MONDAY + WEEK).date(), MONDAY + WEEK)
        claimed = await claim(world.ledger)
        waiting = await world.ledger.wait(HERE, following, (), MONDAY)
        assert waiting is not None

        assert await world.ledger.find_delivery(claimed.key) == claimed
        assert await world.ledger.find_delivery(waiting.key) == waiting
        assert await world.ledger.find_delivery("") is None

    in_world(database, use)


def test_deliveries_of_before_they_had_keys_are_found_too(new_database: str) -> None:
    def go_back(connection: Connection) -> None:
        migrate(connection, "0003")
        for channel in (HERE, THERE):
            for each in (SLOT, Slot((MONDAY + WEEK).date(), MONDAY + WEEK)):
                values = delivery_values(channel, each, State.SENT)
                del values["key"]
                connection.execute(insert(DELIVERIES).values(values))

    async def use_before() -> None:
        before = Database(parse_address(new_database))
        async with before.write() as connection:
            await connection.run_sync(go_back)
        await before.close()

    async def use(world: World) -> None:
        rows = await world.rows()
        assert len(rows) == 4
        for row in rows:
            assert await world.ledger.find_delivery(row.key) == row

    asyncio.run(use_before())
    in_world(new_database, use)


def test_a_row_that_an_older_process_wrote_gets_its_key_when_it_is_claimed(database: str) -> None:
    async def use(world: World) -> None:
        async with open_database(database) as older, older.write() as connection:
            values = delivery_values(HERE, SLOT, State.WAITING)
            del values["key"]
            await connection.execute(insert(DELIVERIES).values(values))
        claimed = await claim(world.ledger)

        assert await world.ledger.find_delivery(claimed.key) == claimed

    in_world(database, use)


@pytest.mark.parametrize("state", State)
def test_only_what_was_certainly_not_posted_is_reopened(database: str, state: State) -> None:
    reopened = state in (State.FAILED, State.SKIPPED)

    async def use(world: World) -> None:
        ledger = world.ledger
        if state is State.WAITING:
            await ledger.wait(HERE, SLOT, (), SUNDAY)
        else:
            delivery = await claim(ledger)
            await ledger.begin(delivery, TEA, MONDAY, LEASE)
            if state in OPEN_STATES:
                await ledger.put_off(delivery, state, LEASE, "why")
            else:
                await ledger.finish(delivery, state, reason="why")

        assert not await ledger.reopen(THERE, SLOT.day)
        assert not await ledger.reopen(HERE, MONDAY.date() + DAY)
        assert await world.states() == [state]
        assert await ledger.reopen(HERE, SLOT.day) is reopened
        (row,) = await world.rows()
        blank = (State.WAITING, None, None, "")
        assert ((row.state, row.quote, row.sending_at, row.reason) == blank) is (
            reopened or state is State.WAITING
        )

    in_world(database, use)


def test_history_is_what_people_may_have_seen_in_a_channel(database: str) -> None:
    async def use(world: World) -> None:
        ledger = world.ledger
        states = [State.SENT, State.UNKNOWN, State.FAILED, State.SKIPPED]
        for week, state in enumerate(states):
            slot = Slot((MONDAY + week * WEEK).date(), MONDAY + week * WEEK)
            delivery = await claim(ledger, slot=slot)
            await ledger.begin(delivery, TEA, MONDAY, LEASE)
            await ledger.finish(delivery, state)

        days = [MONDAY.date(), (MONDAY + WEEK).date()]
        assert await ledger.history(HERE) == tuple(
            Posted("tea", "Guest tea", "talk-tea", day) for day in days
        )
        assert await ledger.history(THERE) == ()

    in_world(database, use)


def test_candidates_come_back_in_their_order(database: str) -> None:
    offered = (Candidate(TEA, ("short", "a claim")), Candidate(RYE, ()))

    async def use(world: World) -> None:
        assert await world.ledger.wait(HERE, SLOT, offered, SUNDAY)
        assert await world.ledger.wait(HERE, SLOT, (), SUNDAY) is None

        assert await world.ledger.candidates(HERE, SLOT.day) == offered

    in_world(database, use)


def test_what_was_approved_waits_until_it_is_posted(database: str) -> None:
    async def use(world: World) -> None:
        ledger = world.ledger
        await ledger.judge(HERE, RYE, Judgement.APPROVE, "U1", SUNDAY)
        await ledger.judge(HERE, TEA, Judgement.APPROVE, "U1", SUNDAY + MINUTE)
        assert await ledger.approved(HERE) == (RYE, TEA)
        assert await ledger.approved(THERE) == ()

        await send(ledger)
        assert await ledger.approved(HERE) == (RYE,)
        await ledger.judge(HERE, RYE, Judgement.SKIP, "U1", MONDAY)
        await ledger.judge(HERE, TEA, Judgement.APPROVE, "U1", MONDAY + DAY)
        assert await ledger.approved(HERE) == (TEA,)

    in_world(database, use)


def test_never_holds_for_a_workspace_and_skip_for_a_channel_and_a_while(database: str) -> None:
    async def use(world: World) -> None:
        ledger = world.ledger
        await ledger.judge(HERE, TEA, Judgement.NEVER, "U1", SUNDAY)
        await ledger.judge(HERE, RYE, Judgement.SKIP, "U1", SUNDAY)

        nobody = frozenset[str]()
        assert await ledger.barred(HERE, SUNDAY) == Barred(frozenset({"tea", "rye"}), nobody)
        assert await ledger.barred(HERE, MONDAY) == Barred(frozenset({"tea"}), nobody)
        assert await ledger.barred(THERE, SUNDAY) == Barred(frozenset({"tea"}), nobody)
        assert await ledger.barred(ELSEWHERE, SUNDAY) == Barred(nobody, nobody)

    in_world(database, use)


def test_a_guest_is_excluded_however_the_name_is_typed(database: str) -> None:
    async def use(world: World) -> None:
        ledger = world.ledger
        await ledger.exclude_guest("Ann  Lee", SUNDAY)
        await ledger.exclude_guest("ann lee", MONDAY)
        assert await ledger.excluded_guests() == ("ann lee",)
        assert (await ledger.barred(HERE, MONDAY)).guests == {"ann lee"}

        assert await ledger.include_guest("ANN LEE")
        assert not await ledger.include_guest("Ann Lee")
        assert await ledger.excluded_guests() == ()

    in_world(database, use)


def test_a_message_is_reported_and_withdrawn_once(database: str) -> None:
    async def use(world: World) -> None:
        sent = await send(world.ledger)
        for note in (world.ledger.note_report, world.ledger.note_withdrawal, world.ledger.remind):
            assert await asyncio.gather(note(sent), note(sent)) in ([True, False], [False, True])
        found = await world.ledger.find_delivery(sent.key)

        assert found and (found.reported, found.withdrawn) == (True, True)
        assert await world.ledger.find_delivery(key_of(THERE, SLOT.day)) is None

    in_world(database, use)


def test_the_last_delivery_is_the_latest_that_came(database: str) -> None:
    async def use(world: World) -> None:
        sent = await send(world.ledger)
        following = Slot((MONDAY + WEEK).date(), MONDAY + WEEK)
        await world.ledger.wait(HERE, following, (), MONDAY)

        assert await world.ledger.last_delivery(HERE) == sent
        assert await world.ledger.last_delivery(THERE) is None

    in_world(database, use)


def test_a_workspace_is_forgotten_and_no_other(database: str) -> None:
    async def use(world: World) -> None:
        ledger = world.ledger
        await ledger.subscribe(subscription(ELSEWHERE))
        for channel in (HERE, ELSEWHERE):
            await ledger.wait(channel, SLOT, [Candidate(TEA, ())], SUNDAY)
            await ledger.judge(channel, TEA, Judgement.NEVER, "U1", SUNDAY)
        await ledger.forget("slack", "T1")

        assert [each.channel for each in await ledger.subscriptions()] == [ELSEWHERE]
        assert [each.channel for each in await world.rows()] == [ELSEWHERE]
        assert await ledger.candidates(HERE, SLOT.day) == ()
        assert await ledger.candidates(ELSEWHERE, SLOT.day) == (Candidate(TEA, ()),)
        assert (await ledger.barred(HERE, SUNDAY)).quotes == frozenset()
        assert (await ledger.barred(ELSEWHERE, SUNDAY)).quotes == {"tea"}

    in_world(database, use)
