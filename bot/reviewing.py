"""What moderators decide: a shortlist before each slot, and objections to what was posted."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import date, timedelta

from bot.choosing import choose_candidates
from bot.deliveries import Candidate, Delivery, Judgement, Place, Standing, State, Subscription
from bot.errors import StoreError
from bot.ports import Flaw, Notice, Ports, PostError
from bot.slots import Slot, next_slots

ASKED_BEFORE, REMINDED_BEFORE = timedelta(hours=24), timedelta(hours=2)

_log = logging.getLogger(__name__)


async def prepare_review(
    ports: Ports, subscription: Subscription, deliveries: Sequence[Delivery]
) -> None:
    """Ask moderators to choose a day before the next slot, and again two hours before.

    They are not asked again if they have approved of something. `deliveries` are those that are
    known of, of any channel.
    """
    if not subscription.plan.review or subscription.standing is not Standing.ON:
        return
    now = ports.clock()
    (slot,) = next_slots(subscription.plan, now, 1)
    left = slot.at - now
    known = {(each.place, each.slot.day): each for each in deliveries}
    delivery = known.get((subscription.place, slot.day))
    if delivery is None and left <= ASKED_BEFORE:
        await _ask(ports, subscription, slot, soon=left <= REMINDED_BEFORE)
    elif (
        delivery is not None
        and delivery.state is State.WAITING
        and not delivery.reminded
        and left <= REMINDED_BEFORE
    ):
        await _remind(ports, subscription, delivery)


async def decide(
    ports: Ports, place: Place, day: date, quote_id: str, judgement: Judgement, by: str
) -> Candidate | None:
    """Keep what a moderator says of a candidate for a date; None if it is none."""
    for candidate in await ports.ledger.candidates(place, day):
        if candidate.quote.id == quote_id:
            await ports.ledger.judge(place, candidate.quote, judgement, by, ports.clock())
            return candidate
    return None


async def report(ports: Ports, subscription: Subscription, delivery: Delivery) -> bool:
    """Tell moderators that somebody objects to a posted quote; False if they know."""
    if not await ports.ledger.note_report(delivery):
        return False
    await tell(ports, subscription, Notice.REPORTED, delivery)
    return True


async def withdraw(ports: Ports, delivery: Delivery, by: str) -> bool:
    """Take a posted quote back and never post it again; False if it was, or nobody knows where.

    Raises PostError if the message cannot be changed; the quote is not posted again even so.
    """
    if delivery.quote is None or delivery.withdrawn:
        return False
    place = delivery.place
    await ports.ledger.judge(place, delivery.quote, Judgement.NEVER, by, ports.clock())
    if not delivery.message:
        return False
    try:
        async with asyncio.timeout(ports.timing.post.total_seconds()):
            await ports.posters[place.platform].withdraw(place, delivery.message)
    except TimeoutError as error:
        raise PostError(Flaw.AMBIGUOUS, place.channel, "there was no answer in time.") from error
    return await ports.ledger.note_withdrawal(delivery)


async def tell(
    ports: Ports,
    subscription: Subscription,
    notice: Notice,
    delivery: Delivery,
    candidates: Sequence[Candidate] = (),
) -> None:
    """Tell the admin or the moderators what is written of a delivery now.

    That it cannot be told is logged and changes nothing.
    """
    poster = ports.posters[subscription.place.platform]
    facts = {**facts_of(delivery.place, delivery.slot), "notice": notice}
    try:
        async with asyncio.timeout(ports.timing.post.total_seconds()):
            written = await ports.ledger.find_delivery(delivery.key)
            await poster.tell(subscription, notice, written or delivery, candidates)
    except (TimeoutError, PostError, StoreError) as error:
        _log.error("Nobody could be told. %s", error, extra=facts)
    else:
        _log.info("told", extra=facts)


def facts_of(place: Place, slot: Slot | None = None) -> dict[str, str]:
    """Name a channel, and a slot if there is one, for the log."""
    facts = {
        "platform": place.platform,
        "workspace": place.workspace,
        "channel": place.channel,
    }
    return facts | ({"slot": slot.day.isoformat()} if slot else {})


async def _ask(ports: Ports, subscription: Subscription, slot: Slot, *, soon: bool) -> None:
    place = subscription.place
    candidates = await choose_candidates(ports, place, slot.day)
    delivery = await ports.ledger.wait(place, slot, candidates, ports.clock())
    if delivery is None:
        return
    if soon:  # then this is the reminder
        await ports.ledger.remind(delivery)
    notice = Notice.SHORTLIST if candidates else Notice.NOTHING_LEFT
    await tell(ports, subscription, notice, delivery, candidates)


async def _remind(ports: Ports, subscription: Subscription, delivery: Delivery) -> None:
    candidates = await ports.ledger.candidates(delivery.place, delivery.slot.day)
    approved = {quote.id for quote in await ports.ledger.approved(delivery.place)}
    if not approved.isdisjoint(each.quote.id for each in candidates):
        return
    if await ports.ledger.remind(delivery):
        await tell(ports, subscription, Notice.REMINDER, delivery, candidates)
