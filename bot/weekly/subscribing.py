"""Switch the quote of the week on and off in a channel, and tell what is planned there."""

from dataclasses import replace

from bot.answers.help import forgetful
from bot.answers.replies import Instant, Reply
from bot.posting.notices import addressees, message_person
from bot.posting.outbox import State, make_key
from bot.posting.places import Channel, person_at
from bot.posting.poster import PostError, find_obstacle
from bot.quotes.lookup import explain_none
from bot.translations import gettext, gettext_noop, ngettext
from bot.weekly.extras import NO_EXTRAS, describe_extras, find_lacking, resolve, split_extras
from bot.weekly.models import Delivery, Subscription, SubscriptionState, key_of
from bot.weekly.notices import tell_why
from bot.weekly.ports import WeeklyContext
from bot.weekly.selection import count_offers, read_supply
from bot.weekly.slots import (
    EXAMPLE,
    Schedule,
    as_command,
    describe_schedule,
    instant_of,
    next_slots,
    parse_schedule,
)
from bot.weekly.status import coming_slots, read_begun
from bot.weekly.supply import describe_supply, look_ahead
from bot.weekly.themes import tell_themes

_ON = f"/podcast weekly on {EXAMPLE}"
_OUTCOMES = {
    State.CLAIMED: gettext_noop("Last: {when}, not posted yet."),
    State.SENDING: gettext_noop("Last: {when}, perhaps posted."),
    State.SENT: gettext_noop("Last: {when}, posted."),
    State.FAILED: gettext_noop("Last: {when}, could not be posted."),
    State.UNKNOWN: gettext_noop("Last: {when}, perhaps posted."),
    State.SKIPPED: gettext_noop("Last: {when}, left out."),
}
_WITHDRAWN = {
    **_OUTCOMES,
    State.SENDING: gettext_noop("Last: {when}, perhaps posted and withdrawn."),
    State.SENT: gettext_noop("Last: {when}, posted and withdrawn."),
    State.UNKNOWN: gettext_noop("Last: {when}, perhaps posted and withdrawn."),
}
# How many dates ahead a supply of quotes is followed: a year of weeks.
_LOOKED_AHEAD = 52


async def switch_on(context: WeeklyContext, channel: Channel, typed: str, admin: str) -> Reply:
    """Subscribe a channel to a weekly quote if the app can post there."""
    found = await context.deliveries.find_subscription(channel)
    typed, extras, unclear = split_extras(typed, found.extras if found else NO_EXTRAS)
    schedule, problems = parse_schedule(typed)
    if schedule is None or unclear:
        example = gettext("For example: {command}", command=_ON)
        return Reply(gettext("I could not read that."), (*problems, *unclear, example))
    if context.posting.ephemeral:
        return forgetful(context.posting.ephemeral)
    posters = context.posting.outbox.posters
    if obstacle := await find_obstacle(posters, channel, admin):
        return obstacle
    try:
        extras = await resolve(posters[channel.platform], channel, extras)
    except PostError as error:
        return Reply(error.reason, tuple(filter(None, [error.remedy])))
    now = context.posting.outbox.clock()
    subscription = Subscription(channel, schedule, now, admin, extras=extras)
    await context.deliveries.subscribe(subscription)
    planned, instants = await _tell_plan(context, subscription)
    lonely = _tell_lonely(context, channel, schedule, admin)
    greeted = (await _greet(context, channel, admin),) if schedule.review else ()
    text = gettext("I will post a quote here on {schedule}.", schedule=describe_schedule(schedule))
    return Reply(text, (*planned, *lonely, *greeted), instants=instants)


def _how_to_switch_on() -> str:
    return gettext(
        "Switch it on with “{command}”, and “review” after it to choose yourself.",
        command=_ON,
    )


async def _tell_plan(
    context: WeeklyContext, subscription: Subscription
) -> tuple[tuple[str, ...], tuple[Instant, ...]]:
    """Say what is due, what comes with it and how many quotes there are; return when it is due."""
    channel, schedule = subscription.channel, subscription.schedule
    coming, instants = await _coming(context, channel, schedule)
    with_it = await _tell_extras(context, subscription)
    supply = await _tell_supply(context, channel, schedule)
    return (*coming, *with_it, *supply), instants


async def _tell_extras(context: WeeklyContext, subscription: Subscription) -> tuple[str, ...]:
    """Say what comes with the posts of a channel, and what the app lacks for that."""
    channel, extras = subscription.channel, subscription.extras
    poster = context.posting.outbox.posters[channel.platform]
    lacking = await find_lacking(poster, channel, extras)
    still = (gettext("The quotes are posted nevertheless."),) if lacking else ()
    return (*describe_extras(extras), *lacking, *still)


def _tell_lonely(
    context: WeeklyContext, channel: Channel, schedule: Schedule, admin: str
) -> tuple[str, ...]:
    """Warn if fewer people are asked than have to approve a quote."""
    asked = len(addressees(context.posting.outbox.posters[channel.platform], channel, admin))
    if asked >= schedule.approvals:
        return ()
    return (
        gettext(
            "{approvals} moderators have to approve a quote, but I ask only {asked}. "
            "Add the ids of others to AIRQUOTE_ADMINS.",
            approvals=schedule.approvals,
            asked=asked,
        ),
    )


async def _greet(context: WeeklyContext, channel: Channel, admin: str) -> str:
    """Message an admin that they will be asked, and say whether that worked."""
    outbox = context.posting.outbox
    poster, key = outbox.posters[channel.platform], make_key(channel, admin, outbox.clock())
    # The channel is named after it.
    text = gettext(
        "I will ask you here, the day before it is due, which quote of the week to post in"
    )
    try:
        person = person_at(channel.platform, admin, channel.workspace)
        await message_person(
            poster, person, Reply(text, channel=channel.id), key, outbox.timing.post
        )
    except PostError as error:
        return gettext(
            "I could not send you a message, and that is how I would ask you. {problem}",
            problem=error,
        )
    return gettext("I have sent you a message: that is where I will ask you.")


async def switch_off(context: WeeklyContext, channel: Channel) -> Reply:
    """Switch the weekly quote off."""
    subscription = await context.deliveries.find_subscription(channel)
    if subscription is None or subscription.state is SubscriptionState.OFF:
        return await tell_status(context, channel)
    await context.deliveries.subscribe(replace(subscription, state=SubscriptionState.OFF))
    return Reply(gettext("I will no longer post quotes here."), (_how_to_switch_on(),))


async def tell_status(context: WeeklyContext, channel: Channel) -> Reply:
    """Tell when a channel gets quotes, and what happened to the last one."""
    subscription = await context.deliveries.find_subscription(channel)
    if subscription is None:
        return Reply(gettext("No quote of the week is posted here."), (_how_to_switch_on(),))
    schedule = subscription.schedule
    last = await context.deliveries.last_delivery(channel)
    notes = (_tell_outcome(schedule, last),) if last else ()
    posted = (instant_of(schedule, last.slot),) if last else ()
    if subscription.state is SubscriptionState.OFF:
        text = gettext("No quote of the week is posted here.")
        return Reply(text, (*notes, _how_to_switch_on()), instants=posted)
    if subscription.state is SubscriptionState.PAUSED:
        text = ngettext(
            "The quote of the week is paused here: it failed {n} time.",
            "The quote of the week is paused here: it failed {n} times.",
            subscription.failures,
        )
        command = as_command(schedule)
        again = gettext("Fix that, then switch it on again: “{command}”.", command=command)
        return Reply(text, (*notes, again), instants=posted)
    planned, due = await _tell_plan(context, subscription)
    instants = (*due, *posted)
    plan = describe_schedule(schedule)
    text = gettext("I post a quote here on {schedule}.", schedule=plan)
    if not schedule.review:
        return Reply(text, (*planned, *notes), instants=instants)
    poster = context.posting.outbox.posters[channel.platform]
    people = addressees(poster, channel, subscription.admin)
    missed = await _tell_missed(context, channel, schedule)
    if people:
        # Their names follow.
        text = gettext("I post a quote here on {schedule}, chosen by", schedule=plan)
    return Reply(text, (*planned, *missed, *notes), people=people, instants=instants)


async def _tell_supply(
    context: WeeklyContext, channel: Channel, schedule: Schedule
) -> tuple[str, ...]:
    """Say how many quotes there are, of how many guests, and for how long they last."""
    if schedule.review:
        count, guests = await count_offers(context, channel)
        if not count:
            none = gettext("There is no quote to choose from.")
            return explain_none((await context.pool(channel)).episodes, none)
        return (
            ngettext(
                "There is {n} quote, by {guests}, to choose from.",
                "There are {n} quotes, by {guests}, to choose from.",
                count,
                guests=ngettext("{n} guest", "{n} guests", guests),
            ),
        )
    supply = await read_supply(context, channel)
    now = context.posting.outbox.clock()
    days = [slot.day for slot in next_slots(schedule, now, _LOOKED_AHEAD)]
    return describe_supply(supply, schedule, look_ahead(supply, days))


async def _tell_missed(
    context: WeeklyContext, channel: Channel, schedule: Schedule
) -> tuple[str, ...]:
    """Say why not all moderators could be asked about the next slot; nothing if they were."""
    (slot,) = next_slots(schedule, context.posting.outbox.clock(), 1)
    waiting = await context.deliveries.find_delivery(key_of(channel, slot.day))
    if waiting is None or waiting.message.state is not State.WAITING or not waiting.message.reason:
        return ()
    reason = tell_why(waiting.message.reason)
    return (gettext("Not all of them could be asked: {reason}", reason=reason),)


async def _coming(
    context: WeeklyContext, channel: Channel, schedule: Schedule
) -> tuple[tuple[str, ...], tuple[Instant, ...]]:
    """Say what is due, and return when."""
    begun = await read_begun(context, channel.platform, channel.workspace)
    slots = coming_slots(schedule, channel, begun, context.posting.outbox.clock())
    due = tuple(instant_of(schedule, slot) for slot in slots)
    dates = " · ".join(each.text for each in due)
    asked = gettext("Moderators choose it: I will ask them the day before.")
    voted = gettext("The channel chooses it: I will ask it the day before.")
    notes = (
        gettext("Next: {dates}", dates=dates),
        *([asked] if schedule.review else []),
        *([voted] if schedule.vote else []),
        *await tell_themes(context, channel),
    )
    return notes, due


def _tell_outcome(schedule: Schedule, last: Delivery) -> str:
    state = last.message.state
    outcome = (_WITHDRAWN if last.withdrawn else _OUTCOMES)[state]
    parts = [
        gettext(outcome, when=instant_of(schedule, last.slot).text),
        gettext("Someone reported it.") if last.reported and not last.withdrawn else "",
        tell_why(last.message.reason) if state is not State.SENT else "",
    ]
    return " ".join(filter(None, parts))
