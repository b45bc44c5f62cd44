"""The tables of the ledger, and its rows as the core speaks of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import time
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Double,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    and_,
)

from bot.posting.places import Channel
from bot.store.feedback import METADATA, UtcTime
from bot.weekly.models import (
    Candidate,
    Delivery,
    Quote,
    State,
    Subscription,
    SubscriptionState,
    key_of,
)
from bot.weekly.slots import Schedule, Slot

Values = Mapping[str, Any]
# What a delivery is without anything that happened to it.
_BLANK = {"message": "", "reason": "", "reminded": False, "reported": False, "withdrawn": False}


def _place_columns() -> list[Column[Any]]:
    return [Column(name, Text, primary_key=True) for name in ("platform", "workspace", "channel")]


def _quote_columns(*, nullable: bool = False) -> list[Column[Any]]:
    return [
        Column("episode", Text, nullable=nullable),
        Column("start", Double),
        Column("speaker", Text, nullable=nullable),
        Column("text", Text, nullable=nullable),
        Column("chapter", Text, nullable=nullable),
    ]


SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    *_place_columns(),
    Column("weekday", Integer, nullable=False),
    Column("time", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("review", Boolean, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("admin", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("failures", Integer, nullable=False),
)
DELIVERIES = Table(
    "deliveries",
    METADATA,
    *_place_columns(),
    Column("day", Date, primary_key=True),
    Column("slot", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("lease", UtcTime),
    Column("quote_id", Text),
    *_quote_columns(nullable=True),
    Column("sending_at", UtcTime),
    Column("message", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reminded", Boolean, nullable=False),
    Column("reported", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("key", Text),
    Index("deliveries_key", "key"),
)
CANDIDATES = Table(
    "candidates",
    METADATA,
    *_place_columns(),
    Column("day", Date, primary_key=True),
    Column("quote_id", Text, primary_key=True),
    Column("rank", Integer, nullable=False),
    *_quote_columns(),
    Column("reasons", Text, nullable=False),
)
JUDGEMENTS = Table(
    "judgements",
    METADATA,
    *_place_columns(),
    Column("quote_id", Text, primary_key=True),
    Column("judgement", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    *_quote_columns(),
)
EXCLUDED_GUESTS = Table(
    "excluded_guests",
    METADATA,
    Column("guest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)


def channel_values(channel: Channel) -> dict[str, str]:
    """Lay a channel out."""
    return {
        "platform": channel.platform,
        "workspace": channel.workspace,
        "channel": channel.id,
    }


def is_at(table: Table, channel: Channel) -> ColumnElement[bool]:
    """Require a channel."""
    return and_(*(table.c[name] == value for name, value in channel_values(channel).items()))


def is_of(delivery: Delivery) -> ColumnElement[bool]:
    """Require a delivery's channel and date."""
    return is_at(DELIVERIES, delivery.channel) & (DELIVERIES.c.day == delivery.slot.day)


def subscription_values(subscription: Subscription) -> dict[str, Any]:
    """Lay a subscription out, but for its channel."""
    schedule = subscription.schedule
    return {
        "weekday": schedule.weekday,
        "time": f"{schedule.time:%H:%M}",
        "zone": schedule.zone,
        "review": schedule.review,
        "since": subscription.since,
        "admin": subscription.admin,
        "standing": subscription.state,
        "failures": subscription.failures,
    }


def delivery_values(channel: Channel, slot: Slot, state: State) -> dict[str, Any]:
    """Lay a delivery out to which nothing has happened and that is nobody's."""
    named = {**channel_values(channel), "day": slot.day, "key": key_of(channel, slot.day)}
    return {**named, "slot": slot.at, "state": state, "owner": "", **_BLANK}


def quote_values(quote: Quote) -> dict[str, Any]:
    """Lay a quote out."""
    values = asdict(quote)
    return {"quote_id": values.pop("id"), **values}


def candidate_rows(
    channel: Channel, slot: Slot, candidates: Sequence[Candidate]
) -> Iterator[dict[str, Any]]:
    """Lay candidates out, in their order."""
    for rank, each in enumerate(candidates):
        yield {
            **channel_values(channel),
            "day": slot.day,
            "rank": rank,
            **quote_values(each.quote),
            "reasons": "\n".join(each.reasons),
        }


def read_subscription(row: RowMapping) -> Subscription:
    """Read a subscription."""
    return Subscription(
        _place(row),
        Schedule(row["weekday"], time.fromisoformat(row["time"]), row["zone"], row["review"]),
        row["since"],
        row["admin"],
        SubscriptionState(row["standing"]),
        row["failures"],
    )


def read_delivery(row: RowMapping) -> Delivery:
    """Read a delivery."""
    return Delivery(
        _place(row),
        Slot(row["day"], row["slot"]),
        State(row["state"]),
        row["owner"],
        row["lease"],
        read_quote(row) if row["quote_id"] else None,
        row["sending_at"],
        row["message"],
        row["reason"],
        row["reminded"],
        row["reported"],
        row["withdrawn"],
    )


def read_quote(row: RowMapping) -> Quote:
    """Read a quote."""
    return Quote(
        row["quote_id"], row["episode"], row["start"], row["speaker"], row["text"], row["chapter"]
    )


def read_candidate(row: RowMapping) -> Candidate:
    """Read a candidate."""
    return Candidate(read_quote(row), tuple(filter(None, row["reasons"].split("\n"))))


def _place(row: RowMapping) -> Channel:
    return Channel(row["platform"], row["workspace"], row["channel"])
