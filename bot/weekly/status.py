"""The status of the quote of the week: what was posted last, and what is due next."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.answers.replies import Instant, Reply, utc_instant
from bot.errors import StoreError
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.translations import gettext
from bot.weekly.models import Delivery, Subscription, SubscriptionState
from bot.weekly.ports import DeliveryStore, WeeklyContext
from bot.weekly.slots import Schedule, Slot, instant_of, next_slots

_LOOK_BACK = timedelta(weeks=60)
# Longer than a date lasts across all zones, in case a channel changed its zone.
_LONGEST_DATE = timedelta(days=3)

Begun = Mapping[Channel, set[date]]
"""The dates for which each channel has had its quote, or is getting it."""


async def read_begun(context: WeeklyContext, platform: str, workspace: str) -> Begun:
    """Read the latest dates for which channels of a workspace have had, or get, their quote."""
    since = context.posting.outbox.clock() - _LONGEST_DATE
    return _begun_in(await context.deliveries.deliveries_in(platform, workspace, since))


def _begun_in(known: Iterable[Delivery]) -> Begun:
    """Derive the same from known deliveries."""
    begun: defaultdict[Channel, set[date]] = defaultdict(set)
    for each in known:
        if each.message.state is not State.WAITING:
            begun[each.channel].add(each.slot.day)
    return begun


def coming_slots(
    schedule: Schedule, channel: Channel, begun: Begun, now: datetime, count: int = 3
) -> tuple[Slot, ...]:
    """Find the next slots of a channel at which a quote is posted."""
    days = begun.get(channel, set())
    slots = next_slots(schedule, now, count + len(days))
    return tuple(slot for slot in slots if slot.day not in days)[:count]


async def coming_slot(context: WeeklyContext, subscription: Subscription) -> Slot:
    """Return a channel's next slot that is not begun."""
    channel = subscription.channel
    begun = await read_begun(context, channel.platform, channel.workspace)
    now = context.posting.outbox.clock()
    return coming_slots(subscription.schedule, channel, begun, now, 1)[0]


def _all_coming(
    subscriptions: Iterable[Subscription], begun: Begun, now: datetime
) -> list[tuple[Subscription, Slot]]:
    """Return the next slot of every channel whose quotes are on."""
    return [
        (each, coming_slots(each.schedule, each.channel, begun, now, 1)[0])
        for each in subscriptions
        if each.state is SubscriptionState.ON
    ]


async def add_deliveries_of(
    reply: Reply, context: WeeklyContext, platform: str, workspace: str
) -> Reply:
    """Do the same as `add_deliveries` for the channels of a workspace."""
    store, now = context.deliveries, context.posting.outbox.clock()
    try:
        deliveries = await store.deliveries_in(platform, workspace, now - _LOOK_BACK)
        subscriptions = await store.subscriptions_in(platform, workspace)
    except StoreError:
        return reply
    return _with_deliveries(reply, subscriptions, deliveries, now)


async def add_deliveries(reply: Reply, store: DeliveryStore, now: datetime) -> Reply:
    """Add when the last quote was posted in any channel, and when the next one is due.

    Add nothing if the database is unavailable.
    """
    try:
        deliveries = await store.deliveries(now - _LOOK_BACK)
        subscriptions = await store.subscriptions()
    except StoreError:
        return reply
    return _with_deliveries(reply, subscriptions, deliveries, now)


def _with_deliveries(
    reply: Reply,
    subscriptions: Iterable[Subscription],
    deliveries: Sequence[Delivery],
    now: datetime,
) -> Reply:
    sent = [each.slot.at for each in deliveries if each.message.state is State.SENT]
    due = [slot.at for _, slot in _all_coming(subscriptions, _begun_in(deliveries), now)]
    last = [utc_instant(max(sent))] if sent else []
    following = [utc_instant(min(due))] if due else []
    notes = [
        *(gettext("The last quote of the week was posted on {when}.", when=it.text) for it in last),
        *(gettext("The next one is due on {when}.", when=each.text) for each in following),
    ]
    return replace(
        reply, notes=(*reply.notes, *notes), instants=(*reply.instants, *last, *following)
    )


async def find_next(context: WeeklyContext, platform: str, workspace: str) -> Instant | None:
    """Find when a workspace gets its next quote; None for never."""
    subscriptions = await context.deliveries.subscriptions_in(platform, workspace)
    begun = await read_begun(context, platform, workspace)
    now = context.posting.outbox.clock()
    coming = [(slot, each.schedule) for each, slot in _all_coming(subscriptions, begun, now)]
    if not coming:
        return None
    slot, schedule = min(coming, key=lambda each: each[0].at)
    return instant_of(schedule, slot)


async def upcoming(context: WeeklyContext) -> datetime | None:
    """Return when the next quote of any channel is due; None for never."""
    now = context.posting.outbox.clock()
    subscriptions = await context.deliveries.subscriptions()
    begun = _begun_in(await context.deliveries.deliveries(now - _LONGEST_DATE))
    return min(
        (
            slot.at
            for each, slot in _all_coming(subscriptions, begun, now)
            if each.channel.platform in context.posting.outbox.posters
        ),
        default=None,
    )
