"""Do what is due now for the quote of the week, in every channel."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from random import randint
from zoneinfo import ZoneInfo

from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.posting.runner import Turn, take_turns
from bot.translations import gettext_noop
from bot.weekly.delivery import deliver
from bot.weekly.models import LONGEST_REST, Delivery, Subscription, SubscriptionState
from bot.weekly.ports import WeeklyContext
from bot.weekly.review import ASKED_BEFORE, facts_of, prepare_review
from bot.weekly.selection import choose_quote
from bot.weekly.slots import LONGEST_PERIOD, Slot, last_slot, next_slots
from bot.weekly.voting import VOTED_BEFORE, prepare_vote

# Longer than it takes to post in all channels that are taken at once, as a rule.
_TAKEN_FOR = timedelta(minutes=1)
# By the next tick.
_SOON = timedelta(seconds=15)
# While moderators or members choose, and may be asked again.
_REST_BEFORE_SLOT = timedelta(minutes=1)
_REST_VARIES = 30 * 60
# Concurrent deliveries, so that a slow channel does not hold up the others.
_AT_ONCE = 8


async def tick(context: WeeklyContext) -> None:
    """Do everything that is due; log the failure of one channel without stopping others.

    A channel for which a quote is due is looked at in the next tick too, any other when there is
    something to do. Processes that tick at once share the channels. One whose podcast must be built
    first is not waited for: a later tick finds it again.

    Raise StoreError if what is due cannot be read. Call it at least every half minute, to find what
    an ended process left while platforms still know its key.
    """
    platforms = context.posting.outbox.posters.keys()
    left = [
        each
        for each in await context.deliveries.open_deliveries()
        if each.channel.platform in platforms
    ]
    while True:
        now = context.posting.outbox.clock()
        taken = await context.deliveries.take_due(platforms, now, now + _TAKEN_FOR)
        if not taken and not left:
            return
        await _look_at(context, taken, left, now)
        left = []


async def _look_at(
    context: WeeklyContext,
    subscriptions: Sequence[Subscription],
    left: Sequence[Delivery],
    now: datetime,
) -> None:
    """Do what is due for some channels, and what is `left` open in any."""
    channels = [each.channel for each in subscriptions]
    recent = await context.deliveries.deliveries_of(channels, now - LONGEST_PERIOD)
    known: dict[Channel, dict[date, Delivery]] = {each: {} for each in channels}
    for each in recent:
        known[each.channel][each.slot.day] = each
    due = [*_due_slots(subscriptions, known, now), *_slots_left(left, now)]
    work: list[tuple[Channel, Callable[[], Awaitable[object]]]] = [
        *((channel, partial(deliver, context, channel, slot)) for channel, slot in due),
        *(
            (each.channel, partial(prepare, context, each, known[each.channel]))
            for prepare in (prepare_review, prepare_vote)
            for each in subscriptions
        ),
        *(
            (each.channel, partial(_let_go, context, each))
            for each in _sent_in_future(context, left)
        ),
    ]
    await take_turns((Turn(do, facts_of(channel)) for channel, do in work), _AT_ONCE)
    at_work, soon = {channel for channel, _ in due}, context.posting.outbox.clock() + _SOON
    await context.deliveries.rest(
        [
            (each, soon if each.channel in at_work else _next_look(each, known[each.channel], now))
            for each in subscriptions
        ]
    )


async def post_now(context: WeeklyContext, subscription: Subscription) -> State | None:
    """Post today's quote at once, in place of one due later today, and return its state.

    Retry one that was certainly not posted. Return None if today's was, may have been or is being
    posted, and SKIPPED if there is none to post.
    """
    slot = Slot(today(context, subscription), context.posting.outbox.clock())
    if not await choose_quote(context, subscription, slot.day):
        return State.SKIPPED
    await context.deliveries.reopen(subscription.channel, slot.day)
    return await deliver(context, subscription.channel, slot)


def today(context: WeeklyContext, subscription: Subscription) -> date:
    """Return today's date in a channel's zone."""
    return context.posting.outbox.clock().astimezone(ZoneInfo(subscription.schedule.zone)).date()


def _next_look(
    subscription: Subscription, deliveries: Mapping[date, Delivery], now: datetime
) -> datetime:
    """Return when there may be something to do next for a channel for which no quote is due.

    `deliveries` are its own by date. Rests differ, so as not to end at once.
    """
    plan = subscription.schedule
    (slot,) = next_slots(plan, now, 1)
    delivery = deliveries.get(slot.day)
    opened = slot.at - max(ASKED_BEFORE, VOTED_BEFORE)
    if not plan.review and not plan.vote:
        moments, rest = [slot.at], _longest_rest()
    elif now < opened:
        moments, rest = [opened], _longest_rest()
    else:
        lease = delivery.message.lease if delivery else None
        moments, rest = [slot.at, *([lease] if lease else [])], _REST_BEFORE_SLOT
    return min(now + rest, *(moment for moment in moments if moment > now))


def _longest_rest() -> timedelta:
    return LONGEST_REST - timedelta(seconds=randint(0, _REST_VARIES))  # noqa: S311 - no secret


def _due_slots(
    subscriptions: Iterable[Subscription],
    known: Mapping[Channel, Mapping[date, Delivery]],
    now: datetime,
) -> list[tuple[Channel, Slot]]:
    """List the slots that are due and not begun."""
    due = []
    for each in subscriptions:
        slot = last_slot(each.schedule, now)
        begun = known[each.channel].get(slot.day)
        if (
            each.state is SubscriptionState.ON
            and slot.at > each.since
            and (begun is None or begun.message.state is State.WAITING)
        ):
            due.append((each.channel, slot))
    return due


def _slots_left(deliveries: Iterable[Delivery], now: datetime) -> list[tuple[Channel, Slot]]:
    """List the slots that another process has left open."""
    return [
        (each.channel, each.slot)
        for each in deliveries
        if each.message.lease is not None and each.message.lease < now
    ]


def _sent_in_future(context: WeeklyContext, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """List deliveries first sent in the future, which means that the clock was set back.

    Clocks of several machines may differ by less than a lease.
    """
    outbox = context.posting.outbox
    latest = outbox.clock() + outbox.timing.lease
    return [
        each
        for each in deliveries
        if each.message.state is State.SENDING
        and each.message.sending_at
        and each.message.sending_at > latest
    ]


async def _let_go(context: WeeklyContext, delivery: Delivery) -> None:
    """Release a delivery to be checked now, while its times are known to be wrong.

    Once the clock has caught up, it would seem to have been sent a moment ago.
    """
    reason = gettext_noop("The clock was set back while it was sent.")
    outbox = context.posting.outbox
    await outbox.store.put_off(delivery.message, State.SENDING, outbox.clock(), reason)
