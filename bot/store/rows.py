"""Rows to dataclasses and back, and statements that several stores need.

Every statement that claims or changes a message requires its current state, so that only one of
several processes succeeds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, and_, case, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.posting.outbox import OPEN_STATES, OutboxMessage, State, Topic
from bot.posting.places import Channel, Recipient, RecipientKind
from bot.store.tables import DELIVERIES, OUTBOX
from bot.weekly.extras import Extras
from bot.weekly.models import Candidate, Delivery, Quote, Subscription, SubscriptionState
from bot.weekly.slots import Schedule, Slot

Values = Mapping[str, Any]
# SQLAlchemy has no generic upsert.
REPLACING: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}
SEEN_STATES = (State.SENDING, State.SENT, State.UNKNOWN)
"""The states in which people may have seen the message."""


async def put(connection: AsyncConnection, table: Table, key: Values, values: Values) -> None:
    """Insert a row, or update the one with its key."""
    adding = REPLACING[connection.dialect.name](table).values({**key, **values})
    await connection.execute(
        adding.on_conflict_do_update(index_elements=list(key), set_=dict(values))
    )


async def add_if_missing(connection: AsyncConnection, table: Table, row: Values) -> bool:
    """Insert a row; return False if its key exists."""
    adding = REPLACING[connection.dialect.name](table).values(dict(row)).on_conflict_do_nothing()
    added = await connection.execute(adding.returning(*table.primary_key))
    return added.first() is not None


async def claim_message(
    connection: AsyncConnection, message: OutboxMessage, now: datetime
) -> OutboxMessage | None:
    """Claim a message that is new, waiting, or open with an expired lease.

    An open one keeps its state. Return None if it is done or another process owns it.
    """
    mine = {"owner": message.owner, "lease": message.lease}
    waiting = OUTBOX.c.state == State.WAITING
    expired = OUTBOX.c.state.in_(OPEN_STATES) & (OUTBOX.c.lease < now)
    claiming = (
        REPLACING[connection.dialect.name](OUTBOX)
        .values(message_values(message))
        .on_conflict_do_update(
            index_elements=[OUTBOX.c.key],
            set_={**mine, "state": case((waiting, State.CLAIMED), else_=OUTBOX.c.state)},
            where=or_(waiting, expired),
        )
        .returning(*OUTBOX.c)
    )
    row = (await connection.execute(claiming)).mappings().one_or_none()
    return read_outbox_message(row) if row else None


async def change_message(
    connection: AsyncConnection, message: OutboxMessage, values: Values
) -> bool:
    """Update a message if it is open and still its owner's."""
    mine = and_(
        OUTBOX.c.key == message.key,
        OUTBOX.c.owner == message.owner,
        OUTBOX.c.state.in_(OPEN_STATES),
    )
    done = await connection.execute(update(OUTBOX).where(mine).values(dict(values)))
    return done.rowcount == 1


async def keep_message(connection: AsyncConnection, message: OutboxMessage) -> bool:
    """Lock a message for this transaction; False if it is another's."""
    return await change_message(connection, message, {"owner": message.owner})


def message_values(message: OutboxMessage) -> dict[str, Any]:
    """Lay a message out."""
    values = asdict(message)
    return {**values.pop("recipient"), **values}


def read_outbox_message(row: RowMapping) -> OutboxMessage:
    """Read a message."""
    return OutboxMessage(
        row["key"],
        Topic(row["topic"]),
        read_recipient(row),
        State(row["state"]),
        row["owner"],
        row["lease"],
        row["sending_at"],
        row["posted_id"],
        row["reason"],
    )


def is_for(table: Table, recipient: Recipient) -> ColumnElement[bool]:
    """Require a recipient."""
    return and_(*(table.c[name] == value for name, value in asdict(recipient).items()))


def read_recipient(row: RowMapping) -> Recipient:
    """Read a recipient."""
    return Recipient(row["platform"], row["workspace"], RecipientKind(row["kind"]), row["id"])


def channel_values(channel: Channel) -> dict[str, str]:
    """Lay a channel out."""
    return {
        "platform": channel.platform,
        "workspace": channel.workspace,
        "channel": channel.id,
    }


def is_in(table: Table, platform: str, workspace: str) -> ColumnElement[bool]:
    """Require a workspace."""
    return and_(table.c.platform == platform, table.c.workspace == workspace)


def is_at(table: Table, channel: Channel) -> ColumnElement[bool]:
    """Require a channel."""
    return and_(*(table.c[name] == value for name, value in channel_values(channel).items()))


def is_on(table: Table, channel: Channel, day: date) -> ColumnElement[bool]:
    """Require a channel and a date."""
    return is_at(table, channel) & (table.c.day == day)


def is_of(delivery: Delivery) -> ColumnElement[bool]:
    """Require a delivery's channel and date."""
    return is_on(DELIVERIES, delivery.channel, delivery.slot.day)


def subscription_values(subscription: Subscription) -> dict[str, Any]:
    """Lay a subscription out, except its channel."""
    schedule = subscription.schedule
    return {
        "weekday": schedule.weekday,
        "time": f"{schedule.time:%H:%M}",
        "zone": schedule.zone,
        "review": schedule.review,
        "monthly": schedule.monthly,
        "approvals": schedule.approvals,
        "vote": schedule.vote,
        "archive": schedule.archive,
        "since": subscription.since,
        "admin": subscription.admin,
        "standing": subscription.state,
        "failures": subscription.failures,
        **asdict(subscription.extras),
        "look_at": None,
    }


def delivery_values(delivery: Delivery) -> dict[str, Any]:
    """Lay a new delivery out, but for its message."""
    return {
        **channel_values(delivery.channel),
        "day": delivery.slot.day,
        "slot": delivery.slot.at,
        "key": delivery.message.key,
        "reminded": False,
        "reported": False,
        "withdrawn": False,
    }


def quote_values(quote: Quote) -> dict[str, Any]:
    """Lay a quote out."""
    values = asdict(quote)
    del values["wording"]  # the live index has it
    return {"quote_id": values.pop("id"), **values}


def candidate_rows(
    channel: Channel, slot: Slot, candidates: Sequence[Candidate], first: int = 0
) -> Iterator[dict[str, Any]]:
    """Lay candidates out in their order, with ranks from `first` on."""
    for rank, each in enumerate(candidates, first):
        yield {
            **channel_values(channel),
            "day": slot.day,
            "rank": rank,
            **quote_values(each.quote),
            "reasons": "\n".join(each.reasons),
            "nominated_by": each.nominated_by,
            "votes": each.votes,
        }


def read_subscription(row: RowMapping) -> Subscription:
    """Read a subscription."""
    return Subscription(
        _read_channel(row),
        Schedule(
            row["weekday"],
            time.fromisoformat(row["time"]),
            row["zone"],
            row["review"],
            row["monthly"],
            row["approvals"],
            row["vote"],
            row["archive"],
        ),
        row["since"],
        row["admin"],
        SubscriptionState(row["standing"]),
        row["failures"],
        Extras(row["thread"], row["pin"], row["ping"]),
        row["look_at"],
    )


def read_delivery(row: RowMapping) -> Delivery:
    """Read a delivery with its message."""
    return Delivery(
        _read_channel(row),
        Slot(row["day"], row["slot"]),
        read_outbox_message(row),
        read_quote(row) if row["quote_id"] else None,
        row["reminded"],
        row["reported"],
        row["withdrawn"],
        row["counted"],
    )


def read_quote(row: RowMapping) -> Quote:
    """Read a quote."""
    return Quote(
        row["quote_id"],
        row["episode"],
        row["start"],
        row["speaker"],
        row["text"],
        row["chapter"],
        row["original"],
    )


def read_candidate(row: RowMapping) -> Candidate:
    """Read a candidate."""
    reasons = tuple(filter(None, row["reasons"].split("\n")))
    return Candidate(read_quote(row), reasons, row["nominated_by"], row["votes"])


def _read_channel(row: RowMapping) -> Channel:
    return Channel(row["platform"], row["workspace"], row["channel"])
