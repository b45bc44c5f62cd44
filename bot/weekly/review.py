"""Review by moderators: a shortlist before each slot, and objections to posted quotes.

The lease of a delivery that waits for them ends when they are asked next: minutes after a process
starts asking, and later once they have been told.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import Enum
from functools import partial

from bot.errors import StoreError
from bot.posting.notices import Notified, WriteNotice, notify
from bot.posting.outbox import State, language_for
from bot.posting.places import Channel, channel_at
from bot.posting.poster import within
from bot.translations import speaking
from bot.weekly.messages import withdrawn
from bot.weekly.models import (
    Candidate,
    Delivery,
    Judgement,
    Subscription,
    SubscriptionState,
    quote_from,
)
from bot.weekly.notices import word_notice
from bot.weekly.ports import NoticeKind, WeeklyContext
from bot.weekly.selection import (
    as_worded,
    choose_candidates,
    find_corrected,
    find_current,
    is_barred,
    read_barred,
)
from bot.weekly.slots import Slot, next_slots

ASKED_BEFORE, REMINDED_BEFORE = timedelta(hours=24), timedelta(hours=2)
# How soon to ask again if moderators could not be reached.
_ASKED_AGAIN = timedelta(minutes=15)

_log = logging.getLogger(__name__)


class Objection(Enum):
    """The outcome of an objection."""

    PASSED_ON = "passed on"
    KNOWN = "known"  # moderators knew of one before
    UNHEARD = "unheard"  # no one could be reached


async def prepare_review(
    context: WeeklyContext, subscription: Subscription, deliveries: Mapping[date, Delivery]
) -> None:
    """Ask moderators to choose a day before the next slot, and again two hours before.

    Ask again if they could not be reached, but not once they have approved something.
    `deliveries` are the known ones of the channel by date.
    """
    if not subscription.schedule.review or subscription.state is not SubscriptionState.ON:
        return
    now = context.posting.outbox.clock()
    (slot,) = next_slots(subscription.schedule, now, 1)
    left = slot.at - now
    if left > ASKED_BEFORE or not await context.is_ready(subscription.channel):
        return
    delivery = deliveries.get(slot.day)
    if delivery is None:
        offered = await choose_candidates(context, subscription, slot.day)
        delivery = await context.deliveries.wait(subscription.channel, slot, offered)
    elif delivery.message.state is State.WAITING and delivery.message.lease is None:
        # Somebody nominated one before there were any others.
        await offer_others(context, subscription, delivery)
    if delivery is None or delivery.message.state is not State.WAITING:
        return
    if delivery.message.lease is None or delivery.message.lease <= now:
        await _ask(context, subscription, delivery, soon=left <= REMINDED_BEFORE)


async def offer_others(
    context: WeeklyContext, subscription: Subscription, delivery: Delivery
) -> tuple[Candidate, ...]:
    """Offer moderators further candidates, and return them."""
    others = await choose_candidates(context, subscription, delivery.slot.day)
    await context.decisions.offer(delivery.channel, delivery.slot, others)
    return others


async def retract_outdated(
    context: WeeklyContext, subscription: Subscription, delivery: Delivery
) -> None:
    """Take back the approval of quotes that the index has lost or changed.

    Tell moderators, and offer them what was corrected. What nobody hears of is tried again.
    """
    channel = delivery.channel
    pool = await context.pool(channel)
    outdated = [
        each
        for each in await context.decisions.approved(channel)
        if find_current(pool, each) is None
    ]
    barred = await read_barred(context, channel)
    for quote in outdated:
        corrected = find_corrected(pool, quote)
        if corrected and not is_barred(barred, corrected):
            candidates = (Candidate(quote_from(corrected), corrected.reasons),)
            await context.decisions.offer(channel, delivery.slot, candidates)
            told = await tell(context, subscription, NoticeKind.CHANGED, delivery, candidates)
        else:
            lost = (Candidate(quote, ()),)
            told = await tell(context, subscription, NoticeKind.GONE, delivery, lost)
        if told.anyone:
            now = context.posting.outbox.clock()
            await context.decisions.judge(channel, quote, Judgement.SKIP, "", now)


async def find_candidate(
    context: WeeklyContext, channel: Channel, day: date, quote_id: str
) -> Candidate | None:
    """Find a candidate of a date."""
    for candidate in await context.decisions.candidates(channel, day):
        if candidate.quote.id == quote_id:
            return candidate
    return None


async def judge_candidate(
    context: WeeklyContext,
    channel: Channel,
    day: date,
    quote_id: str,
    judgement: Judgement,
    by: str,
) -> Candidate | None:
    """Store a moderator's decision on a candidate of a date; None if it is not one."""
    candidate = await find_candidate(context, channel, day, quote_id)
    if candidate:
        now = context.posting.outbox.clock()
        await context.decisions.judge(channel, candidate.quote, judgement, by, now)
    return candidate


async def approve(context: WeeklyContext, channel: Channel, candidate: Candidate, by: str) -> int:
    """Record that a moderator approves a candidate; return how many more have to.

    Once no more are missing, it is approved.
    """
    subscription = await context.deliveries.find_subscription(channel)
    needed = subscription.schedule.approvals if subscription else 1
    decisions, now = context.decisions, context.posting.outbox.clock()
    if needed > 1 and candidate.quote not in await decisions.approved(channel):
        given = await decisions.add_approval(channel, candidate.quote.id, by, now)
        if given < needed:
            return needed - given
    await decisions.judge(channel, candidate.quote, Judgement.APPROVE, by, now)
    return 0


async def report(
    context: WeeklyContext, subscription: Subscription, delivery: Delivery
) -> Objection:
    """Tell moderators that a posted quote was reported, unless they know."""
    if delivery.reported:
        return Objection.KNOWN
    told = await tell(context, subscription, NoticeKind.REPORTED, delivery)
    if not told.anyone:
        return Objection.UNHEARD
    await context.deliveries.flag(delivery, "reported")
    return Objection.PASSED_ON


async def withdraw(context: WeeklyContext, delivery: Delivery, by: str) -> bool:
    """Withdraw a posted quote for good; return False if done before, or if its post is unknown.

    Raise PostError if the message cannot be changed; even so, the quote is never posted again.
    """
    if delivery.quote is None or delivery.withdrawn:
        return False
    channel, outbox = delivery.channel, context.posting.outbox
    await context.decisions.judge(channel, delivery.quote, Judgement.NEVER, by, outbox.clock())
    if not delivery.message.posted_id:
        return False
    language = await language_for(outbox, channel_at(channel))
    async with within(outbox.timing.post, channel.id):
        poster = outbox.posters[channel.platform]
        with speaking(language):
            await poster.edit(channel, delivery.message.posted_id, withdrawn())
    return await context.deliveries.flag(delivery, "withdrawn")


async def tell(
    context: WeeklyContext,
    subscription: Subscription,
    notice: NoticeKind,
    delivery: Delivery,
    candidates: Sequence[Candidate] = (),
    people: tuple[str, ...] = (),
) -> Notified:
    """Tell a channel's admin, and all others who decide, about the state of a delivery.

    It may concern some `people`.
    """
    facts = {**facts_of(delivery.channel, delivery.slot), "notice": notice}
    try:
        write = await _word_now(context, subscription, notice, delivery, candidates, people)
        name = "/".join((delivery.message.key, notice, *(each.quote.id for each in candidates)))
        outbox, admin = context.posting.outbox, subscription.admin
        told = await notify(outbox, delivery.channel, admin, write, name)
    except StoreError as error:
        told = Notified(anyone=False, missed=str(error))
    if told.missed or not told.anyone:
        unheard = "Not everybody could be told. %s" if told.anyone else "Nobody could be told. %s"
        _log.error(unheard, told.missed, extra=facts)
    else:
        _log.info("told", extra=facts)
    return told


async def _word_now(
    context: WeeklyContext,
    subscription: Subscription,
    notice: NoticeKind,
    delivery: Delivery,
    candidates: Sequence[Candidate],
    people: tuple[str, ...],
) -> WriteNotice:
    """Write a notice on a delivery as it is stored by now, with quotes as they are worded now."""
    stored = await context.deliveries.find_delivery(delivery.message.key) or delivery
    pool = await context.pool(delivery.channel)
    quote = stored.quote and as_worded(pool, stored.quote)
    # What a post came without is only in the message that the caller has.
    message = delivery.message if notice is NoticeKind.PLAIN else stored.message
    worded = [replace(each, quote=as_worded(pool, each.quote)) for each in candidates]
    current = replace(stored, quote=quote, message=message)
    return partial(word_notice, pool.episodes, subscription, notice, current, worded, people)


async def find_active(context: WeeklyContext, channel: Channel) -> Subscription | None:
    """Read the subscription of a channel; None if it is not on."""
    found = await context.deliveries.find_subscription(channel)
    return found if found and found.state is SubscriptionState.ON else None


def facts_of(channel: Channel, slot: Slot | None = None) -> dict[str, str]:
    """Name a channel, and its slot if any, for the log."""
    facts = {
        "platform": channel.platform,
        "workspace": channel.workspace,
        "channel": channel.id,
    }
    return facts | ({"slot": slot.day.isoformat()} if slot else {})


async def _ask(
    context: WeeklyContext, subscription: Subscription, delivery: Delivery, *, soon: bool
) -> None:
    """Ask moderators; `soon` makes it the last time, and a reminder if they were asked before."""
    deliveries, decisions = context.deliveries, context.decisions
    until = context.posting.outbox.clock() + _ASKED_AGAIN
    if not await deliveries.hold(delivery, until):
        return
    await retract_outdated(context, subscription, delivery)
    again = soon and delivery.message.lease is not None
    offered = await decisions.candidates(delivery.channel, delivery.slot.day)
    barred = await read_barred(context, delivery.channel)
    left = tuple(each for each in offered if not is_barred(barred, each.quote))
    approved = {quote.id for quote in await decisions.approved(delivery.channel)}
    if (again and not offered) or any(each.quote.id in approved for each in left):
        return
    first = NoticeKind.SHORTLIST if left else NoticeKind.NOTHING_LEFT
    notice = NoticeKind.REMINDER if again else first
    told = await tell(context, subscription, notice, delivery, left)
    following = delivery.slot.at - (timedelta() if soon else REMINDED_BEFORE)
    if told.anyone and soon:
        await deliveries.flag(delivery, "reminded")
    held = replace(delivery, message=replace(delivery.message, lease=until))
    await deliveries.hold(held, following if told.anyone else until, told.missed)
