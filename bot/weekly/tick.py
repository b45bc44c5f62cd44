"""Do what is due now for the quote of the week, in every channel."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.posting.outbox import OPEN_STATES, State
from bot.posting.places import Channel
from bot.posting.runner import Turn, take_turns
from bot.translations import gettext_noop
from bot.weekly.delivery import deliver
from bot.weekly.models import Delivery, Subscription, SubscriptionState
from bot.weekly.ports import WeeklyContext
from bot.weekly.review import facts_of, prepare_review
from bot.weekly.selection import choose_quote
from bot.weekly.slots import LONGEST_PERIOD, Slot, last_slot
from bot.weekly.voting import prepare_vote

# Concurrent deliveries, so that a slow channel does not hold up the others.
_AT_ONCE = 8


async def tick(context: WeeklyContext) -> None:
    """Do everything that is due; log the failure of one channel without stopping others.

    Raise StoreError if what is due cannot be read. Call it at least every half minute, to find what
    an ended process left while platforms still know its key.
    """
    now = context.posting.outbox.clock()
    subscriptions = {each.channel: each for each in await context.deliveries.subscriptions()}
    deliveries = await context.deliveries.deliveries(now - LONGEST_PERIOD)
    work: list[tuple[Channel, Callable[[], Awaitable[object]]]] = [
        *(
            (channel, partial(deliver, context, channel, slot))
            for channel, slot in _due_slots(subscriptions.values(), deliveries, now)
        ),
        *(
            (channel, partial(prepare_review, context, each, deliveries))
            for channel, each in subscriptions.items()
        ),
        *(
            (channel, partial(prepare_vote, context, each, deliveries))
            for channel, each in subscriptions.items()
        ),
        *(
            (each.channel, partial(_let_go, context, each))
            for each in _sent_in_future(context, deliveries)
        ),
    ]
    reachable = (each for each in work if each[0].platform in context.posting.outbox.posters)
    await take_turns((Turn(do, facts_of(channel)) for channel, do in reachable), _AT_ONCE)


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


def _due_slots(
    subscriptions: Iterable[Subscription], deliveries: Sequence[Delivery], now: datetime
) -> list[tuple[Channel, Slot]]:
    """List the slots that are due and not begun, or left open by another process."""
    known = {(each.channel, each.slot.day): each for each in deliveries}
    due = []
    for each in subscriptions:
        slot = last_slot(each.schedule, now)
        begun = known.get((each.channel, slot.day))
        if (
            each.state is SubscriptionState.ON
            and slot.at > each.since
            and (begun is None or begun.message.state is State.WAITING)
        ):
            due.append((each.channel, slot))
    left = (
        (each.channel, each.slot)
        for each in deliveries
        if each.message.state in OPEN_STATES
        and each.message.lease is not None
        and each.message.lease < now
    )
    return [*due, *left]


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
