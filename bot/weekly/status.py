"""The status of the quote of the week: what was posted last, and what is due next."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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


async def read_begun(context: WeeklyContext) -> Begun:
    """Read the latest dates for which channels have had, or are getting, their quote."""
    return _begun_in(
        await context.deliveries.deliveries(context.posting.outbox.clock() - _LONGEST_DATE)
    )


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
    begun = await read_begun(context)
    return coming_slots(
        subscription.schedule, subscription.channel, begun, context.posting.outbox.clock(), 1
    )[0]


async def _all_coming(context: WeeklyContext) -> list[tuple[Subscription, Slot]]:
    """Return the next slot of every channel whose quotes are on."""
    now, begun = context.posting.outbox.clock(), await read_begun(context)
    return [
        (each, coming_slots(each.schedule, each.channel, begun, now, 1)[0])
        for each in await context.deliveries.subscriptions()
        if each.state is SubscriptionState.ON
    ]


async def add_deliveries_of(
    reply: Reply, context: WeeklyContext, platform: str, workspace: str
) -> Reply:
    """Do the same as `add_deliveries` for the channels of a workspace."""

    def wanted(channel: Channel) -> bool:
        return (channel.platform, channel.workspace) == (platform, workspace)

    return await add_deliveries(reply, context.deliveries, context.posting.outbox.clock(), wanted)


async def add_deliveries(
    reply: Reply,
    store: DeliveryStore,
    now: datetime,
    wanted: Callable[[Channel], bool] = lambda _: True,
) -> Reply:
    """Add when the last quote was posted in some channels, and when the next one is due.

    Add nothing if the database is unavailable.
    """
    try:
        deliveries = await store.deliveries(now - _LOOK_BACK)
        subscriptions = await store.subscriptions()
    except StoreError:
        return reply
    sent = [
        each.slot.at
        for each in deliveries
        if wanted(each.channel) and each.message.state is State.SENT
    ]
    on = [
        each
        for each in subscriptions
        if wanted(each.channel) and each.state is SubscriptionState.ON
    ]
    begun = _begun_in(deliveries)
    due = [coming_slots(each.schedule, each.channel, begun, now, 1)[0].at for each in on]
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
    coming = [
        (slot, each.schedule)
        for each, slot in await _all_coming(context)
        if (each.channel.platform, each.channel.workspace) == (platform, workspace)
    ]
    if not coming:
        return None
    slot, schedule = min(coming, key=lambda each: each[0].at)
    return instant_of(schedule, slot)


async def upcoming(context: WeeklyContext) -> datetime | None:
    """Return when the next quote of any channel is due; None for never."""
    return min(
        (
            slot.at
            for each, slot in await _all_coming(context)
            if each.channel.platform in context.posting.outbox.posters
        ),
        default=None,
    )


def last_sent(deliveries: Iterable[Delivery]) -> dict[str, datetime]:
    """Return when each platform last got a quote, if ever."""
    times: dict[str, datetime] = {}
    for each in deliveries:
        if each.message.state is State.SENT:
            sent, platform = each.message.sending_at or each.slot.at, each.channel.platform
            times[platform] = max(sent, times.get(platform, sent))
    return times


def waiting_since(
    subscriptions: Iterable[Subscription], deliveries: Sequence[Delivery]
) -> dict[str, datetime]:
    """Return, per platform, since when its longest-waiting channel has had no quote.

    Channels that want one a month are left out, as they may well wait for weeks.
    """
    quoted: dict[object, datetime] = {}
    for each in deliveries:
        if each.message.state is State.SENT:
            quoted[each.channel] = max(each.slot.at, quoted.get(each.channel, each.slot.at))
    times: dict[str, datetime] = {}
    for wanted in subscriptions:
        if wanted.state is SubscriptionState.ON and not wanted.schedule.monthly:
            since = max(wanted.since, quoted.get(wanted.channel, wanted.since))
            platform = wanted.channel.platform
            times[platform] = min(since, times.get(platform, since))
    return times
