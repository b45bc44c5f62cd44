"""Deliveries in the database: one row for a channel and a date decides who posts.

Every statement that claims or changes a row names what it must be like, so that of several
processes one succeeds.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.posting.places import Channel
from bot.store.decisions import SEEN_STATES, put
from bot.store.feedback import REPLACING
from bot.store.follows import forget_workspace
from bot.store.outbox import Letters
from bot.store.tables import (
    CANDIDATES,
    DELIVERIES,
    JUDGEMENTS,
    SUBSCRIPTIONS,
    channel_values,
    delivery_values,
    is_at,
    is_of,
    quote_values,
    read_delivery,
    read_subscription,
    subscription_values,
)
from bot.weekly.models import (
    OPEN_STATES,
    Delivery,
    Posted,
    Quote,
    State,
    Subscription,
    SubscriptionState,
)
from bot.weekly.slots import Slot


class DatabaseLedger(Letters):
    """Rows in an open database; see `bot.weekly.ports.Ledger`. Every method raises StoreError."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Keep a subscription in place of the channel's former one and of what waited for that."""
        channel, values = subscription.channel, subscription_values(subscription)
        waiting = is_at(DELIVERIES, channel) & (DELIVERIES.c.state == State.WAITING)
        days = select(DELIVERIES.c.day).where(waiting)
        async with self._database.write() as connection:
            await put(connection, SUBSCRIPTIONS, channel_values(channel), values)
            dropped = is_at(CANDIDATES, channel) & CANDIDATES.c.day.in_(days)
            await connection.execute(delete(CANDIDATES).where(dropped))
            await connection.execute(delete(DELIVERIES).where(waiting))

    async def find_subscription(self, channel: Channel) -> Subscription | None:
        """Find the subscription of a channel."""
        rows = await self._rows(select(SUBSCRIPTIONS).where(is_at(SUBSCRIPTIONS, channel)))
        return next(map(read_subscription, rows), None)

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Read all subscriptions."""
        return tuple(map(read_subscription, await self._rows(select(SUBSCRIPTIONS))))

    async def deliveries(self, since: datetime) -> tuple[Delivery, ...]:
        """Read the deliveries whose slot is not older, and all that are open."""
        current = (DELIVERIES.c.slot >= since) | DELIVERIES.c.state.in_(OPEN_STATES)
        rows = await self._rows(select(DELIVERIES).where(current).order_by(DELIVERIES.c.slot))
        return tuple(map(read_delivery, rows))

    async def last_delivery(self, channel: Channel) -> Delivery | None:
        """Find the latest delivery of a channel whose slot has come."""
        wanted = is_at(DELIVERIES, channel) & (DELIVERIES.c.state != State.WAITING)
        latest = select(DELIVERIES).where(wanted).order_by(DELIVERIES.c.day.desc()).limit(1)
        return next(map(read_delivery, await self._rows(latest)), None)

    async def find_delivery(self, key: str) -> Delivery | None:
        """Find a delivery by its key."""
        rows = await self._rows(select(DELIVERIES).where(DELIVERIES.c.key == key))
        return next(map(read_delivery, rows), None)

    async def claim(
        self, channel: Channel, slot: Slot, owner: str, now: datetime, lease: datetime
    ) -> Delivery | None:
        """Take a delivery that is new, waiting, or open with a lease that ended before now."""
        table, mine = DELIVERIES, {"owner": owner, "lease": lease}
        row = delivery_values(channel, slot, State.CLAIMED) | mine
        waiting = table.c.state == State.WAITING
        expired = table.c.state.in_(OPEN_STATES) & (table.c.lease < now)
        async with self._database.write() as connection:
            claimed = (
                REPLACING[connection.dialect.name](table)
                .values(row)
                .on_conflict_do_update(
                    index_elements=list(table.primary_key),
                    set_={
                        **mine,
                        "key": row["key"],
                        "state": case((waiting, State.CLAIMED), else_=table.c.state),
                    },
                    where=waiting | expired,
                )
                .returning(*table.c)
            )
            mine_now = (await connection.execute(claimed)).mappings().one_or_none()
        return read_delivery(mine_now) if mine_now else None

    async def reopen(self, channel: Channel, day: date) -> bool:
        """Let a delivery that failed or was skipped be claimed once more; False if it was not."""
        table = DELIVERIES
        unposted = table.c.state.in_((State.FAILED, State.SKIPPED)) & (table.c.day == day)
        # What it is to be is chosen anew: the quote may have been barred since.
        anew = {"state": State.WAITING, "quote_id": None, "sending_at": None, "reason": ""}
        async with self._database.write() as connection:
            reopening = update(table).where(is_at(table, channel), unposted).values(anew)
            return (await connection.execute(reopening)).rowcount == 1

    async def begin(self, delivery: Delivery, quote: Quote, now: datetime, lease: datetime) -> bool:
        """Note, before it is sent, what is sent and since when."""
        since = func.coalesce(DELIVERIES.c.sending_at, now)
        return await self._change(
            delivery,
            {"state": State.SENDING, "sending_at": since, "lease": lease, **quote_values(quote)},
        )

    async def put_off(self, delivery: Delivery, state: State, until: datetime, reason: str) -> bool:
        """Leave a delivery, as claimed or as sending, for anybody from then on."""
        values: dict[str, Any] = {"state": state, "lease": until, "reason": reason, "owner": ""}
        if state is State.CLAIMED:
            values["sending_at"] = None
        return await self._change(delivery, values)

    async def finish(
        self, delivery: Delivery, state: State, message: str = "", reason: str = ""
    ) -> bool:
        """Note what became of a delivery; one that was sent ends a row of failures."""
        async with self._database.write() as connection:
            values = {"state": state, "message": message, "reason": reason}
            changed = await _change(connection, delivery, values)
            if changed and state is State.SENT:
                there = is_at(SUBSCRIPTIONS, delivery.channel)
                await connection.execute(update(SUBSCRIPTIONS).where(there).values(failures=0))
        return changed

    async def fail(self, delivery: Delivery, state: State, reason: str, most: int) -> int | None:
        """Note a lasting error and count it; at the `most`th in a row, pause the subscription."""
        failures = SUBSCRIPTIONS.c.failures + 1
        paused = and_(failures >= most, SUBSCRIPTIONS.c.standing == SubscriptionState.ON)
        counting = (
            update(SUBSCRIPTIONS)
            .where(is_at(SUBSCRIPTIONS, delivery.channel))
            .values(
                failures=failures,
                standing=case((paused, SubscriptionState.PAUSED), else_=SUBSCRIPTIONS.c.standing),
            )
            .returning(SUBSCRIPTIONS.c.failures)
        )
        async with self._database.write() as connection:
            if not await _change(connection, delivery, {"state": state, "reason": reason}):
                return None
            return (await connection.execute(counting)).scalar_one_or_none() or 0

    async def history(self, channel: Channel) -> tuple[Posted, ...]:
        """Read what was, or may have been, posted in a channel."""
        seen = is_at(DELIVERIES, channel) & DELIVERIES.c.state.in_(SEEN_STATES)
        rows = await self._rows(select(DELIVERIES).where(seen).order_by(DELIVERIES.c.day))
        return tuple(
            Posted(row["quote_id"], row["speaker"], row["episode"], row["day"]) for row in rows
        )

    async def forget(self, platform: str, workspace: str) -> None:
        """Delete all that is known of a workspace, as when Airquote is removed from it."""
        async with self._database.write() as connection:
            for table in (SUBSCRIPTIONS, DELIVERIES, CANDIDATES, JUDGEMENTS):
                there = (table.c.platform == platform) & (table.c.workspace == workspace)
                await connection.execute(delete(table).where(there))
            await forget_workspace(connection, platform, workspace)

    async def _change(self, delivery: Delivery, values: Mapping[str, Any]) -> bool:
        async with self._database.write() as connection:
            return await _change(connection, delivery, values)


async def _change(
    connection: AsyncConnection, delivery: Delivery, values: Mapping[str, Any]
) -> bool:
    """Change a delivery if it is still open and its owner's."""
    table = DELIVERIES
    mine = and_(is_of(delivery), table.c.owner == delivery.owner, table.c.state.in_(OPEN_STATES))
    done = await connection.execute(update(table).where(mine).values(dict(values)))
    return done.rowcount == 1
