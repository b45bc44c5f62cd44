"""The quote of the week: what is due now, for every channel."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.errors import AirquoteError
from bot.weekly.delivery import deliver
from bot.weekly.models import OPEN_STATES, Delivery, Place, Standing, State, Subscription
from bot.weekly.ports import Ports
from bot.weekly.review import facts_of, prepare_review
from bot.weekly.selection import choose_quote
from bot.weekly.slots import Slot, last_slot

# More than a week, so that the latest slot of every channel is among what is read.
_LOOK_BACK = timedelta(days=9)
# Deliveries at once: one slow channel does not hold up the others.
_AT_ONCE = 8

_log = logging.getLogger(__name__)


async def tick(ports: Ports) -> None:
    """Do all that is due now; what fails for one channel is logged and stops no other.

    Raises StoreError if the ledger cannot be read. It is to be called at least every half minute,
    so that what an ended process left is found while platforms still know its key.
    """
    now = ports.clock()
    subscriptions = {each.place: each for each in await ports.ledger.subscriptions()}
    deliveries = await ports.ledger.deliveries(now - _LOOK_BACK)
    work: list[tuple[Place, Callable[[], Awaitable[object]]]] = [
        *(
            (place, partial(deliver, ports, place, slot))
            for place, slot in due_slots(subscriptions.values(), deliveries, now)
        ),
        *(
            (place, partial(prepare_review, ports, each, deliveries))
            for place, each in subscriptions.items()
        ),
        *(
            (each.place, partial(_let_go, ports, each))
            for each in sent_in_future(ports, deliveries)
        ),
    ]
    turns = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(
        *(_take_turn(turns, *each) for each in work if each[0].platform in ports.posters)
    )


async def post_now(ports: Ports, subscription: Subscription) -> State | None:
    """Post today's quote at once, in place of one that is due later today; say what became of it.

    One that was certainly not posted today is tried again. None if today's was posted before, or
    may have been, or is being posted; SKIPPED if there is none to post.
    """
    slot = Slot(today(ports, subscription), ports.clock())
    if not await choose_quote(ports, subscription, slot.day):
        return State.SKIPPED
    await ports.ledger.reopen(subscription.place, slot.day)
    return await deliver(ports, subscription.place, slot)


def today(ports: Ports, subscription: Subscription) -> date:
    """Tell the date where a channel is."""
    return ports.clock().astimezone(ZoneInfo(subscription.plan.zone)).date()


def due_slots(
    subscriptions: Iterable[Subscription], deliveries: Sequence[Delivery], now: datetime
) -> list[tuple[Place, Slot]]:
    """List the slots that are due and not begun, and those that were left open by who had them."""
    known = {(each.place, each.slot.day): each for each in deliveries}
    due = []
    for each in subscriptions:
        slot = last_slot(each.plan, now)
        begun = known.get((each.place, slot.day))
        if (
            each.standing is Standing.ON
            and slot.at > each.since
            and (begun is None or begun.state is State.WAITING)
        ):
            due.append((each.place, slot))
    left = (
        (each.place, each.slot)
        for each in deliveries
        if each.state in OPEN_STATES and each.lease is not None and each.lease < now
    )
    return [*due, *left]


def sent_in_future(ports: Ports, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """List what is being sent since a moment to come: the clock was set back after that.

    Clocks of several machines may differ by less than a lease.
    """
    latest = ports.clock() + ports.timing.lease
    return [
        each
        for each in deliveries
        if each.state is State.SENDING and each.sending_at and each.sending_at > latest
    ]


async def _let_go(ports: Ports, delivery: Delivery) -> None:
    """Let a delivery be found out about now, while it is known that its times are wrong.

    Once the clock had caught up, it would seem to have been sent a moment ago.
    """
    reason = "The clock was set back while it was sent."
    await ports.ledger.put_off(delivery, State.SENDING, ports.clock(), reason)


async def _take_turn(
    turns: asyncio.Semaphore, place: Place, work: Callable[[], Awaitable[object]]
) -> None:
    async with turns:
        try:
            await work()
        except AirquoteError as error:
            _log.warning("%s It is tried again.", error, extra=facts_of(place))
        except Exception:  # noqa: BLE001 - whatever it is, the other channels get their quotes
            _log.exception("A delivery went wrong; it is tried again.", extra=facts_of(place))
