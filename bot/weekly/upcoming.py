"""Which quotes of the week are to come: one a date, so none for a date that has had its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.weekly.models import Delivery, Subscription, SubscriptionState
from bot.weekly.ports import WeeklyContext
from bot.weekly.slots import Schedule, Slot, next_slots

# More than a date lasts anywhere, wherever a channel was when it had its quote.
_LOOK_BACK = timedelta(days=3)

Begun = Mapping[Channel, set[date]]
"""Dates of channels for which nothing is posted any more when their slots come."""


async def read_begun(context: WeeklyContext) -> Begun:
    """Read which channels have had, or are getting, the quote of which of the latest dates."""
    return begun_in(await context.deliveries.deliveries(context.clock() - _LOOK_BACK))


def begun_in(known: Iterable[Delivery]) -> Begun:
    """Tell the same from deliveries that were read."""
    begun: defaultdict[Channel, set[date]] = defaultdict(set)
    for each in known:
        if each.state is not State.WAITING:
            begun[each.channel].add(each.slot.day)
    return begun


def coming_slots(
    schedule: Schedule, channel: Channel, begun: Begun, now: datetime, count: int = 3
) -> tuple[Slot, ...]:
    """Find the first slots of a channel at which something is posted."""
    days = begun.get(channel, set())
    slots = next_slots(schedule, now, count + len(days))
    return tuple(slot for slot in slots if slot.day not in days)[:count]


async def coming_slot(context: WeeklyContext, subscription: Subscription) -> Slot:
    """Find the first slot of a channel at which something is posted."""
    begun = await read_begun(context)
    return coming_slots(subscription.schedule, subscription.channel, begun, context.clock(), 1)[0]


async def all_coming(context: WeeklyContext) -> list[tuple[Subscription, Slot]]:
    """Find the first slot of every channel whose quotes are on."""
    now, begun = context.clock(), await read_begun(context)
    return [
        (each, coming_slots(each.schedule, each.channel, begun, now, 1)[0])
        for each in await context.deliveries.subscriptions()
        if each.state is SubscriptionState.ON
    ]
