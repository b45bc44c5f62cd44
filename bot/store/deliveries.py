"""Subscriptions and deliveries in the database, one row per channel and date."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.posting.outbox import MOST_FAILURES, OPEN_STATES, OutboxMessage, State
from bot.posting.places import Channel, RecipientKind
from bot.store.database import Database
from bot.store.follows import forget_workspace
from bot.store.installations import forget_installation, is_installed_since
from bot.store.rows import (
    SEEN_STATES,
    add_if_missing,
    candidate_rows,
    channel_values,
    claim_message,
    delivery_values,
    is_at,
    is_in,
    is_of,
    is_on,
    keep_message,
    message_values,
    put,
    quote_values,
    read_delivery,
    read_subscription,
    subscription_values,
)
from bot.store.tables import (
    APPROVALS,
    BINDINGS,
    CANDIDATES,
    DELIVERIES,
    JUDGEMENTS,
    OUTBOX,
    RECIPIENTS,
    SUBSCRIPTIONS,
    THEMES,
    VOTES,
)
from bot.weekly.models import (
    LONGEST_REST,
    Candidate,
    Delivery,
    Flag,
    LastSent,
    Posted,
    Quote,
    Subscription,
    SubscriptionState,
    key_of,
    new_delivery,
)
from bot.weekly.slots import Slot

# What is deleted with a workspace, besides what people follow.
_OF_CHANNELS = (
    *(SUBSCRIPTIONS, DELIVERIES, CANDIDATES, JUDGEMENTS, OUTBOX),
    *(APPROVALS, VOTES, THEMES, BINDINGS),
)
# How many subscriptions to look at in one go: each costs about a third of a millisecond to read.
_MOST_TAKEN = 500
_CHANNEL = ("platform", "workspace", "channel")
_WITH_MESSAGE = select(
    *DELIVERIES.c, *(column for column in OUTBOX.c if column.name not in DELIVERIES.c)
).join(OUTBOX, OUTBOX.c.key == DELIVERIES.c.key)
# Changes nothing if somebody else has looked at it, or it is another subscription by now.
_RESTING = (
    update(SUBSCRIPTIONS)
    .where(
        *(
            SUBSCRIPTIONS.c[name].is_not_distinct_from(
                bindparam(f"{name}_is", type_=SUBSCRIPTIONS.c[name].type)
            )
            for name in (*_CHANNEL, "since", "look_at")
        )
    )
    .values(look_at=bindparam("look_at"))
)


class SqlDeliveryStore:
    """A `bot.weekly.ports.DeliveryStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(self, subscription: Subscription) -> None:
        channel, values = subscription.channel, subscription_values(subscription)
        waiting = select(DELIVERIES.c.day).join(OUTBOX, OUTBOX.c.key == DELIVERIES.c.key)
        waiting = waiting.where(is_at(DELIVERIES, channel), OUTBOX.c.state == State.WAITING)
        async with self._database.write() as connection:
            await put(connection, SUBSCRIPTIONS, channel_values(channel), values)
            days = (await connection.execute(waiting)).scalars().all()
            for table in (CANDIDATES, DELIVERIES, VOTES):
                dropped = is_at(table, channel) & table.c.day.in_(days)
                await connection.execute(delete(table).where(dropped))
            keys = [key_of(channel, day) for day in days]
            await connection.execute(delete(OUTBOX).where(OUTBOX.c.key.in_(keys)))

    async def find_subscription(self, channel: Channel) -> Subscription | None:
        wanted = select(SUBSCRIPTIONS).where(is_at(SUBSCRIPTIONS, channel))
        return next(map(read_subscription, await self._database.rows(wanted)), None)

    async def subscriptions(self) -> tuple[Subscription, ...]:
        return tuple(map(read_subscription, await self._database.rows(select(SUBSCRIPTIONS))))

    async def subscriptions_in(self, platform: str, workspace: str) -> tuple[Subscription, ...]:
        wanted = select(SUBSCRIPTIONS).where(is_in(SUBSCRIPTIONS, platform, workspace))
        return tuple(map(read_subscription, await self._database.rows(wanted)))

    async def take_due(
        self, platforms: Collection[str], now: datetime, until: datetime
    ) -> tuple[Subscription, ...]:
        look_at, key = SUBSCRIPTIONS.c.look_at, _key_of(SUBSCRIPTIONS)
        due = (
            select(*key)
            .where(
                SUBSCRIPTIONS.c.platform.in_(platforms),
                or_(look_at.is_(None), look_at <= now, look_at > now + LONGEST_REST),
            )
            .order_by(look_at.nulls_first())
            .limit(_MOST_TAKEN)
            .with_for_update(skip_locked=True)
        )
        taking = update(SUBSCRIPTIONS).where(tuple_(*key).in_(due)).values(look_at=until)
        async with self._database.write() as connection:
            taken = await connection.execute(taking.returning(*SUBSCRIPTIONS.c))
            return tuple(map(read_subscription, taken.mappings()))

    async def deliveries_of(
        self, channels: Sequence[Channel], since: datetime
    ) -> tuple[Delivery, ...]:
        keys = [tuple(channel_values(each).values()) for each in channels]
        theirs = tuple_(*_key_of(DELIVERIES)).in_(keys)
        return await self._deliveries(theirs, DELIVERIES.c.slot >= since)

    async def open_deliveries(self) -> tuple[Delivery, ...]:
        return await self._deliveries(OUTBOX.c.state.in_(OPEN_STATES))

    async def rest(self, looks: Sequence[tuple[Subscription, datetime]]) -> None:
        if not looks:
            return
        rows = [
            {
                **{f"{name}_is": value for name, value in channel_values(each.channel).items()},
                "since_is": each.since,
                "look_at_is": each.look_at,
                "look_at": following,
            }
            for each, following in looks
        ]
        async with self._database.write() as connection:
            await connection.execute(_RESTING, rows)

    async def last_sent(self) -> tuple[LastSent, ...]:
        columns = SUBSCRIPTIONS.c
        quoted = case((columns.sent_at > columns.since, columns.sent_at), else_=columns.since)
        waits = (columns.standing == SubscriptionState.ON) & columns.monthly.is_(False)
        wanted = select(
            columns.platform,
            func.max(columns.sent_at).label("sent"),
            func.min(case((waits, quoted))).label("waiting"),
        ).group_by(columns.platform)
        rows = await self._database.rows(wanted)
        return tuple(LastSent(row["platform"], row["sent"], row["waiting"]) for row in rows)

    async def deliveries(self, since: datetime) -> tuple[Delivery, ...]:
        return await self._deliveries(_is_current(since))

    async def deliveries_in(
        self, platform: str, workspace: str, since: datetime
    ) -> tuple[Delivery, ...]:
        return await self._deliveries(is_in(DELIVERIES, platform, workspace), _is_current(since))

    async def _deliveries(self, *wanted: ColumnElement[bool]) -> tuple[Delivery, ...]:
        found = _WITH_MESSAGE.where(*wanted).order_by(DELIVERIES.c.slot)
        return tuple(map(read_delivery, await self._database.rows(found)))

    async def last_delivery(self, channel: Channel) -> Delivery | None:
        wanted = _WITH_MESSAGE.where(is_at(DELIVERIES, channel), OUTBOX.c.state != State.WAITING)
        latest = wanted.order_by(DELIVERIES.c.day.desc()).limit(1)
        return next(map(read_delivery, await self._database.rows(latest)), None)

    async def find_delivery(self, key: str) -> Delivery | None:
        rows = await self._database.rows(_WITH_MESSAGE.where(DELIVERIES.c.key == key))
        return next(map(read_delivery, rows), None)

    async def claim(
        self, channel: Channel, slot: Slot, owner: str, now: datetime, lease: datetime
    ) -> Delivery | None:
        delivery = new_delivery(channel, slot, State.CLAIMED, owner, lease)
        async with self._database.write() as connection:
            if not await claim_message(connection, delivery.message, now):
                return None
            await add_if_missing(connection, DELIVERIES, delivery_values(delivery))
            claimed = _WITH_MESSAGE.where(is_of(delivery))
            return read_delivery((await connection.execute(claimed)).mappings().one())

    async def reopen(self, channel: Channel, day: date) -> bool:
        unposted = and_(
            OUTBOX.c.key == key_of(channel, day),
            OUTBOX.c.state.in_((State.FAILED, State.SKIPPED)),
        )
        anew = {"state": State.WAITING, "sending_at": None, "reason": ""}
        there = is_on(DELIVERIES, channel, day)
        async with self._database.write() as connection:
            done = await connection.execute(update(OUTBOX).where(unposted).values(anew))
            if done.rowcount:
                # Choose anew: the quote may have been barred since.
                await connection.execute(update(DELIVERIES).where(there).values(quote_id=None))
        return done.rowcount == 1

    async def choose(self, delivery: Delivery, quote: Quote) -> bool:
        choosing = update(DELIVERIES).where(is_of(delivery)).values(quote_values(quote))
        async with self._database.write() as connection:
            if not await keep_message(connection, delivery.message):
                return False
            await connection.execute(choosing)
        return True

    async def history(self, channel: Channel) -> tuple[Posted, ...]:
        seen = _WITH_MESSAGE.where(is_at(DELIVERIES, channel), OUTBOX.c.state.in_(SEEN_STATES))
        rows = await self._database.rows(seen.order_by(DELIVERIES.c.day))
        return tuple(
            Posted(row["quote_id"], row["speaker"], row["episode"], row["day"]) for row in rows
        )

    async def wait(
        self, channel: Channel, slot: Slot, candidates: Sequence[Candidate]
    ) -> Delivery | None:
        delivery = new_delivery(channel, slot)
        async with self._database.write() as connection:
            if not await add_if_missing(connection, OUTBOX, message_values(delivery.message)):
                return None
            await connection.execute(insert(DELIVERIES).values(delivery_values(delivery)))
            if rows := list(candidate_rows(channel, slot, candidates)):
                await connection.execute(insert(CANDIDATES), rows)
        return delivery

    async def hold(self, delivery: Delivery, until: datetime, missed: str = "") -> bool:
        unchanged = and_(
            OUTBOX.c.key == delivery.message.key,
            OUTBOX.c.state == State.WAITING,
            OUTBOX.c.lease.is_not_distinct_from(delivery.message.lease),
        )
        async with self._database.write() as connection:
            holding = update(OUTBOX).where(unchanged).values(lease=until, reason=missed)
            done = await connection.execute(holding)
        return done.rowcount == 1

    async def flag(self, delivery: Delivery, flag: Flag) -> bool:
        unset = is_of(delivery) & DELIVERIES.c[flag].is_(False)
        async with self._database.write() as connection:
            done = await connection.execute(update(DELIVERIES).where(unset).values({flag: True}))
        return done.rowcount == 1

    async def archive(self, since: datetime, until: datetime) -> tuple[Delivery, ...]:
        wanted = _WITH_MESSAGE.where(
            OUTBOX.c.state == State.SENT,
            OUTBOX.c.sending_at >= since,
            OUTBOX.c.sending_at < until,
            DELIVERIES.c.withdrawn.is_(False),
            DELIVERIES.c.quote_id.is_not(None),
        )
        rows = await self._database.rows(wanted.order_by(OUTBOX.c.sending_at))
        return tuple(map(read_delivery, rows))

    async def workspaces(self, platform: str) -> frozenset[str]:
        quoted = select(SUBSCRIPTIONS.c.workspace).where(SUBSCRIPTIONS.c.platform == platform)
        announced = select(RECIPIENTS.c.workspace).where(
            RECIPIENTS.c.platform == platform, RECIPIENTS.c.kind == RecipientKind.CHANNEL
        )
        bound = select(BINDINGS.c.workspace).where(BINDINGS.c.platform == platform)
        wanted = quoted.union(announced, bound)
        async with self._database.read() as connection:
            return frozenset((await connection.execute(wanted)).scalars())

    async def forget(self, platform: str, workspace: str, left: datetime | None = None) -> bool:
        async with self._database.write() as connection:
            lost = [workspace]
            if platform == "slack":
                if left and await is_installed_since(connection, workspace, left):
                    return False
                lost = [*await forget_installation(connection, workspace)]
            for each in lost:
                for table in _OF_CHANNELS:
                    await connection.execute(delete(table).where(is_in(table, platform, each)))
                await forget_workspace(connection, platform, each)
        await self._database.overwrite_deleted()
        return True


def _key_of(table: Table) -> tuple[ColumnElement[str], ...]:
    return tuple(table.c[name] for name in _CHANNEL)


def _is_current(since: datetime) -> ColumnElement[bool]:
    return (DELIVERIES.c.slot >= since) | OUTBOX.c.state.in_(OPEN_STATES)


async def end_failures(connection: AsyncConnection, message: OutboxMessage) -> None:
    """Reset the failures of a channel, as a quote was sent, and note when that was."""
    there = is_at(SUBSCRIPTIONS, message.recipient.channel)
    sent_at = select(OUTBOX.c.sending_at).where(OUTBOX.c.key == message.key).scalar_subquery()
    ended = update(SUBSCRIPTIONS).where(there).values(failures=0, sent_at=sent_at)
    await connection.execute(ended)


async def count_quote_failure(connection: AsyncConnection, message: OutboxMessage) -> int:
    """Count a lasting error with a quote; MOST_FAILURES in a row pause the subscription."""
    failures = SUBSCRIPTIONS.c.failures + 1
    is_last = and_(failures >= MOST_FAILURES, SUBSCRIPTIONS.c.standing == SubscriptionState.ON)
    counting = (
        update(SUBSCRIPTIONS)
        .where(is_at(SUBSCRIPTIONS, message.recipient.channel))
        .values(
            failures=failures,
            standing=case((is_last, SubscriptionState.PAUSED), else_=SUBSCRIPTIONS.c.standing),
        )
        .returning(SUBSCRIPTIONS.c.failures)
    )
    return (await connection.execute(counting)).scalar_one_or_none() or 0
