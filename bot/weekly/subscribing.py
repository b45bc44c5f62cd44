"""What admins do with the quote of the week in a channel: on, off, status."""

from dataclasses import replace
from datetime import datetime

from bot.answers.help import forgetful
from bot.answers.replies import Reply
from bot.posting.places import Channel
from bot.posting.poster import PostError
from bot.weekly.models import Delivery, State, Subscription, SubscriptionState
from bot.weekly.ports import WeeklyContext
from bot.weekly.slots import (
    EXAMPLE,
    WEEKDAYS,
    Schedule,
    describe_schedule,
    describe_slot,
    parse_schedule,
)
from bot.weekly.upcoming import all_coming, coming_slots, read_begun

_SWITCH_ON = (
    f"Switch it on with “/podcast weekly on {EXAMPLE}”, and “review” behind it to choose yourself."
)
_OUTCOMES = {
    State.CLAIMED: "not posted yet",
    State.SENDING: "perhaps posted",
    State.SENT: "posted",
    State.FAILED: "could not be posted",
    State.UNKNOWN: "perhaps posted",
    State.SKIPPED: "left out",
}


async def switch_on(context: WeeklyContext, channel: Channel, typed: str, admin: str) -> Reply:
    """Post a quote in a channel every week, as typed, if it may be posted there at all."""
    schedule, problems = parse_schedule(typed)
    if schedule is None:
        return Reply(
            "I could not read that.", (*problems, f"For example: /podcast weekly on {EXAMPLE}")
        )
    if context.fleeting:
        return forgetful(context.fleeting)
    try:
        obstacle = await context.posters[channel.platform].why_not(channel, admin)
    except PostError as error:
        return Reply("I could not find out whether I may post here.", (str(error),))
    if obstacle:
        return Reply(obstacle)
    now = context.clock()
    await context.ledger.subscribe(Subscription(channel, schedule, now, admin))
    coming = await _coming(context, channel, schedule)
    return Reply(f"I will post a quote here on {describe_schedule(schedule)}.", coming)


async def switch_off(context: WeeklyContext, channel: Channel) -> Reply:
    """Post no more quotes in a channel."""
    subscription = await context.ledger.find_subscription(channel)
    if subscription is None or subscription.state is SubscriptionState.OFF:
        return await tell_status(context, channel)
    await context.ledger.subscribe(replace(subscription, state=SubscriptionState.OFF))
    return Reply("I will post no more quotes here.", (_SWITCH_ON,))


async def tell_status(context: WeeklyContext, channel: Channel) -> Reply:
    """Say when a channel gets quotes, and what became of the last one."""
    subscription = await context.ledger.find_subscription(channel)
    if subscription is None:
        return Reply("No quote of the week is posted here.", (_SWITCH_ON,))
    schedule = subscription.schedule
    last = await context.ledger.last_delivery(channel)
    notes = (_tell_outcome(schedule, last),) if last else ()
    if subscription.state is SubscriptionState.OFF:
        return Reply("No quote of the week is posted here.", (*notes, _SWITCH_ON))
    if subscription.state is SubscriptionState.PAUSED:
        text = f"The quote of the week is paused here: it failed {subscription.failures} times."
        return Reply(text, (*notes, f"Mend that, then switch it on again: “{retype(schedule)}”."))
    coming = await _coming(context, channel, schedule)
    return Reply(f"I post a quote here on {describe_schedule(schedule)}.", (*coming, *notes))


def retype(schedule: Schedule) -> str:
    """Write a plan as the command that switches it on."""
    weekday = WEEKDAYS[schedule.weekday][:3].casefold()
    review = " review" if schedule.review else ""
    return f"/podcast weekly on {weekday} {schedule.time:%H:%M} {schedule.zone}{review}"


async def tell_next(context: WeeklyContext, platform: str, workspace: str) -> str:
    """Say when the next quote of a workspace is posted; "" if none is to be."""
    coming = [
        (slot, each.schedule)
        for each, slot in await all_coming(context)
        if (each.channel.platform, each.channel.workspace) == (platform, workspace)
    ]
    if not coming:
        return ""
    slot, schedule = min(coming, key=lambda each: each[0].at)
    when = describe_slot(schedule, slot)
    return f"The next quote of the week is posted on {when} ({schedule.zone})."


async def upcoming(context: WeeklyContext) -> datetime | None:
    """Find when the next quote of any channel is posted; None if none is to be."""
    return min(
        (
            slot.at
            for each, slot in await all_coming(context)
            if each.channel.platform in context.posters
        ),
        default=None,
    )


async def _coming(context: WeeklyContext, channel: Channel, schedule: Schedule) -> tuple[str, ...]:
    slots = coming_slots(schedule, channel, await read_begun(context), context.clock())
    dates = " · ".join(describe_slot(schedule, slot) for slot in slots)
    review = ("Moderators choose it: I ask them the day before.",) if schedule.review else ()
    return (f"Next: {dates}", *review)


def _tell_outcome(schedule: Schedule, last: Delivery) -> str:
    withdrawn = " and withdrawn" if last.withdrawn else ""
    reported = " Somebody objects to it." if last.reported and not last.withdrawn else ""
    reason = f" {last.reason}" if last.reason and last.state is not State.SENT else ""
    outcome = f"{_OUTCOMES[last.state]}{withdrawn}.{reported}{reason}"
    return f"Last: {describe_slot(schedule, last.slot)}, {outcome}"
