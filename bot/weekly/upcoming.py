"""Which quotes of the week are to come: one a date, so none for a date that has had its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from bot.weekly.models import Delivery, Place, Standing, State, Subscription
from bot.weekly.ports import Ports
from bot.weekly.slots import Plan, Slot, next_slots

# More than a date lasts anywhere, wherever a channel was when it had its quote.
_LOOK_BACK = timedelta(days=3)

Begun = Mapping[Place, set[date]]
"""Dates of channels for which nothing is posted any more when their slots come."""


async def read_begun(ports: Ports) -> Begun:
    """Read which channels have had, or are getting, the quote of which of the latest dates."""
    return begun_in(await ports.ledger.deliveries(ports.clock() - _LOOK_BACK))


def begun_in(known: Iterable[Delivery]) -> Begun:
    """Tell the same from deliveries that were read."""
    begun: defaultdict[Place, set[date]] = defaultdict(set)
    for each in known:
        if each.state is not State.WAITING:
            begun[each.place].add(each.slot.day)
    return begun


def coming_slots(
    plan: Plan, place: Place, begun: Begun, now: datetime, count: int = 3
) -> tuple[Slot, ...]:
    """Find the first slots of a channel at which something is posted."""
    days = begun.get(place, set())
    slots = next_slots(plan, now, count + len(days))
    return tuple(slot for slot in slots if slot.day not in days)[:count]


async def coming_slot(ports: Ports, subscription: Subscription) -> Slot:
    """Find the first slot of a channel at which something is posted."""
    begun = await read_begun(ports)
    return coming_slots(subscription.plan, subscription.place, begun, ports.clock(), 1)[0]


async def all_coming(ports: Ports) -> list[tuple[Subscription, Slot]]:
    """Find the first slot of every channel whose quotes are on."""
    now, begun = ports.clock(), await read_begun(ports)
    return [
        (each, coming_slots(each.plan, each.place, begun, now, 1)[0])
        for each in await ports.ledger.subscriptions()
        if each.standing is Standing.ON
    ]
