"""The "/podcast weekly" commands."""

import logging
from dataclasses import replace
from datetime import time

from bot.answers.help import forgetful, store_away
from bot.answers.replies import Instant, Reply, quoted
from bot.answers.requests import WEEKLY_WORDS
from bot.errors import StoreError
from bot.posting.notices import addressees, message_person
from bot.posting.outbox import State, make_key
from bot.posting.places import Channel, ChannelMember
from bot.posting.poster import PostError, find_obstacle
from bot.quotes.lookup import explain_none
from bot.quotes.models import GOOD_SCORE
from bot.text import pluralize
from bot.weekly.anniversaries import find_month, month_of, name_month
from bot.weekly.extras import (
    NO_EXTRAS,
    describe_extras,
    find_lacking,
    resolve,
    split_extras,
)
from bot.weekly.messages import describe_supply, quote_card
from bot.weekly.models import Delivery, Subscription, SubscriptionState, key_of
from bot.weekly.ports import WeeklyContext
from bot.weekly.review import ASKED_BEFORE, facts_of
from bot.weekly.selection import choose_quote, count_offers, read_supply
from bot.weekly.slots import (
    EXAMPLE,
    Schedule,
    as_command,
    describe_schedule,
    instant_of,
    next_slots,
    parse_schedule,
)
from bot.weekly.status import coming_slot, coming_slots, read_begun
from bot.weekly.supply import look_ahead
from bot.weekly.tick import post_now, today

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
_FORMS = (
    f"/podcast weekly on {EXAMPLE}: a quote here every week; with “review” behind it, you choose; "
    "with “vote”, the channel does; with “monthly”, one a month; with “archive”, those of the same "
    "week of earlier years come first; with “thread”, “pin” or “ping @team”, each gets that",
    "/podcast weekly off: no more quotes here",
    "/podcast weekly status: when they are posted, and what became of the last one",
    "/podcast weekly preview: what would be posted next, for you alone",
    "/podcast weekly post: today’s quote, at once",
    "/podcast weekly theme december feature stores: a month of quotes about that; “off” ends it",
)
_GREETING = "I will ask you here, the day before it is due, which quote of the week to post in"
# How many dates ahead a supply of quotes is followed: a year of weeks.
_LOOKED_AHEAD = 52
_THEME_EXAMPLE = "For example: /podcast weekly theme december feature stores"
_NONE_AT_ALL = "There is no quote to choose from."
# What can be posted does not depend on the time.
_UNPLANNED = Schedule(0, time(), "UTC")
_NONE_GOOD = "None of the remaining quotes is good enough to post without a review."
_NONE_APPROVED = "Nobody has approved one; moderators are asked the day before it is due."

_log = logging.getLogger(__name__)


async def answer_weekly(context: WeeklyContext, typed: str, member: ChannelMember) -> Reply:
    """Answer a "weekly" command; without a word, tell the status."""
    first, *rest = typed.split(maxsplit=1) or ["status"]
    word, behind = first.casefold(), "".join(rest)
    try:
        if word == "status" and not behind:
            return await tell_status(context, member.channel)
        if member.obstacle:
            return Reply(member.obstacle)
        if word == "on":
            return await switch_on(context, member.channel, behind, member.person)
        if word == "theme":
            return await set_theme(context, member.channel, behind)
        if word not in WEEKLY_WORDS or behind:
            return _explain(typed)
        if word == "off":
            return await switch_off(context, member.channel)
        if word == "preview":
            return await _preview(context, member.channel)
        return await _post(context, member)
    except StoreError as error:
        _log.error(
            "/podcast weekly %s did nothing. %s", word, error, extra=facts_of(member.channel)
        )
        return store_away()


async def switch_on(context: WeeklyContext, channel: Channel, typed: str, admin: str) -> Reply:
    """Subscribe a channel to a weekly quote if the app can post there."""
    found = await context.deliveries.find_subscription(channel)
    typed, extras, unclear = split_extras(typed, found.extras if found else NO_EXTRAS)
    schedule, problems = parse_schedule(typed)
    if schedule is None or unclear:
        example = f"For example: /podcast weekly on {EXAMPLE}"
        return Reply("I could not read that.", (*problems, *unclear, example))
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
    text = f"I will post a quote here on {describe_schedule(schedule)}."
    return Reply(text, (*planned, *lonely, *greeted), instants=instants)


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
    still = ("The quotes are posted nevertheless.",) if lacking else ()
    return (*describe_extras(extras), *lacking, *still)


def _tell_lonely(
    context: WeeklyContext, channel: Channel, schedule: Schedule, admin: str
) -> tuple[str, ...]:
    """Warn if fewer people are asked than have to approve a quote."""
    asked = len(addressees(context.posting.outbox.posters[channel.platform], admin))
    if asked >= schedule.approvals:
        return ()
    return (
        f"{schedule.approvals} moderators have to approve a quote, but I ask only {asked}. "
        "Add the ids of others to AIRQUOTE_ADMINS.",
    )


async def set_theme(context: WeeklyContext, channel: Channel, typed: str) -> Reply:
    """Set or end the theme of a month, such as "december feature stores" or "2026-12 off"."""
    first, _, words = " ".join(typed.split()).partition(" ")
    month = find_month(first, context.posting.outbox.clock().date())
    if not month or not words:
        return Reply("Name a month and a theme.", (_THEME_EXAMPLE,))
    name = name_month(month)
    if words.casefold() == "off":
        await context.themes.set_theme(channel, month, "")
        return Reply(f"{name} has no theme here now.")
    pool = await context.pool()
    about = pool.find_about(words)
    literal = [each for each in pool.quotes if each.id in about and each.wording.is_literal]
    good = sum(each.score >= GOOD_SCORE for each in literal)
    if not about:
        return Reply(f"I have no quote about {quoted(words)}. Try other words.")
    await context.themes.set_theme(channel, month, words)
    found = f"I have {pluralize(good, 'good quote')} about it, and {len(about) - good} others"
    return Reply(
        f"{name} is about {quoted(words)} here.",
        (f"{found} for moderators to choose from. When they run out, I go on with the rest.",),
    )


async def _greet(context: WeeklyContext, channel: Channel, admin: str) -> str:
    """Message an admin that they will be asked, and say whether that worked."""
    outbox = context.posting.outbox
    poster, key = outbox.posters[channel.platform], make_key(channel, admin, outbox.clock())
    try:
        await message_person(
            poster, admin, Reply(_GREETING, channel=channel.id), key, outbox.timing.post
        )
    except PostError as error:
        return f"I could not send you a message, and that is how I would ask you. {error}"
    return "I have sent you a message: that is where I will ask you."


async def switch_off(context: WeeklyContext, channel: Channel) -> Reply:
    """Switch the weekly quote off."""
    subscription = await context.deliveries.find_subscription(channel)
    if subscription is None or subscription.state is SubscriptionState.OFF:
        return await tell_status(context, channel)
    await context.deliveries.subscribe(replace(subscription, state=SubscriptionState.OFF))
    return Reply("I will no longer post quotes here.", (_SWITCH_ON,))


async def tell_status(context: WeeklyContext, channel: Channel) -> Reply:
    """Tell when a channel gets quotes, and what happened to the last one."""
    subscription = await context.deliveries.find_subscription(channel)
    if subscription is None:
        return Reply("No quote of the week is posted here.", (_SWITCH_ON,))
    schedule = subscription.schedule
    last = await context.deliveries.last_delivery(channel)
    notes = (_tell_outcome(schedule, last),) if last else ()
    posted = (instant_of(schedule, last.slot),) if last else ()
    if subscription.state is SubscriptionState.OFF:
        text = "No quote of the week is posted here."
        return Reply(text, (*notes, _SWITCH_ON), instants=posted)
    if subscription.state is SubscriptionState.PAUSED:
        text = f"The quote of the week is paused here: it failed {subscription.failures} times."
        again = f"Fix that, then switch it on again: “{as_command(schedule)}”."
        return Reply(text, (*notes, again), instants=posted)
    planned, due = await _tell_plan(context, subscription)
    instants = (*due, *posted)
    text = f"I post a quote here on {describe_schedule(schedule)}"
    if not schedule.review:
        return Reply(f"{text}.", (*planned, *notes), instants=instants)
    poster = context.posting.outbox.posters[channel.platform]
    people = addressees(poster, subscription.admin)
    missed = await _tell_missed(context, channel, schedule)
    by = ", chosen by" if people else "."
    return Reply(f"{text}{by}", (*planned, *missed, *notes), people=people, instants=instants)


async def _tell_supply(
    context: WeeklyContext, channel: Channel, schedule: Schedule
) -> tuple[str, ...]:
    """Say how many quotes there are, of how many guests, and for how long they last."""
    if schedule.review:
        count, guests = await count_offers(context, channel)
        offered = f"{pluralize(count, 'quote')}, of {pluralize(guests, 'guest')}"
        if not count:
            return explain_none((await context.pool()).episodes, _NONE_AT_ALL)
        return (f"There are {offered}, to choose from.",)
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
    return (f"Not all of them could be asked: {waiting.message.reason}",)


async def _coming(
    context: WeeklyContext, channel: Channel, schedule: Schedule
) -> tuple[tuple[str, ...], tuple[Instant, ...]]:
    """Say what is due, and return when."""
    slots = coming_slots(
        schedule, channel, await read_begun(context), context.posting.outbox.clock()
    )
    due = tuple(instant_of(schedule, slot) for slot in slots)
    dates = " · ".join(each.text for each in due)
    asked = ("Moderators choose it: I will ask them the day before.",) if schedule.review else ()
    voted = ("The channel chooses it: I will ask it the day before.",) if schedule.vote else ()
    return (f"Next: {dates}", *asked, *voted, *await _tell_themes(context, channel)), due


async def _tell_themes(context: WeeklyContext, channel: Channel) -> tuple[str, ...]:
    """Say what this month and those to come are about."""
    now = month_of(context.posting.outbox.clock().date())
    themes = await context.themes.themes(channel)
    return tuple(
        f"{name_month(month)} is about {quoted(words)}."
        for month, words in themes.items()
        if month >= now
    )


def _tell_outcome(schedule: Schedule, last: Delivery) -> str:
    withdrawn = " and withdrawn" if last.withdrawn else ""
    reported = " Someone reported it." if last.reported and not last.withdrawn else ""
    wrong = last.message.reason if last.message.state is not State.SENT else ""
    reason = f" {wrong}" if wrong else ""
    outcome = f"{_OUTCOMES[last.message.state]}{withdrawn}.{reported}{reason}"
    return f"Last: {instant_of(schedule, last.slot).text}, {outcome}"


def _explain(typed: str) -> Reply:
    words = " ".join(typed.split())
    search = f"To search for it, type “/podcast search weekly {words}”."
    return Reply("I could not read that. These are the forms:", (*_FORMS, search))


async def _preview(context: WeeklyContext, channel: Channel) -> Reply:
    """Show which quote would be posted next."""
    now = context.posting.outbox.clock()
    found = await context.deliveries.find_subscription(channel)
    subscription = found or Subscription(channel, _UNPLANNED, now, "")
    slot = await coming_slot(context, subscription)
    quote = await choose_quote(context, subscription, slot.day)
    is_on = found is not None and found.state is SubscriptionState.ON
    off = () if is_on else ("Nothing is posted here until the quote of the week is switched on.",)
    cards = (quote_card((await context.pool()).episodes, quote),) if quote else ()
    when = instant_of(subscription.schedule, slot)
    if subscription.schedule.review:
        asked = slot.at - now <= ASKED_BEFORE
        text, *notes = _tell_choice(when.text, asked=asked, approved=quote is not None)
    elif quote:
        text, *notes = (f"Next, on {when.text}" if is_on else "This would be next",)
    else:
        why = explain_none((await context.pool()).episodes, _NONE_GOOD)
        text, *notes = "There is no quote to post.", *why
    return Reply(text, (*notes, *off), cards, instants=(when,))


def _tell_choice(when: str, *, asked: bool, approved: bool) -> tuple[str, ...]:
    """Say how far the review is: a sentence, then notes."""
    if approved:
        return f"For {when}", "Approved, and next unless one that I offer for that day is."
    state = "they were asked" if asked else "I ask them the day before"
    return (f"Moderators choose the quote for {when}: {state}, and none is approved yet.",)


async def _post(context: WeeklyContext, member: ChannelMember) -> Reply:
    """Post at once if possible, and tell the outcome."""
    channel = member.channel
    subscription = await context.deliveries.find_subscription(channel)
    if subscription is None or subscription.state is not SubscriptionState.ON:
        return await tell_status(context, channel)
    posters = context.posting.outbox.posters
    if obstacle := await find_obstacle(posters, channel, member.person):
        return obstacle
    day = today(context, subscription)
    following = await coming_slot(context, subscription)
    state = await post_now(context, subscription)
    delivery = await context.deliveries.find_delivery(key_of(channel, day))
    if delivery is None or state is State.SKIPPED:
        reason = _NONE_APPROVED if subscription.schedule.review else _NONE_GOOD
        episodes = (await context.pool()).episodes
        return Reply("There is no quote to post.", explain_none(episodes, reason))
    if state is None:
        return _tell_before(delivery)
    told = _tell_posted(delivery)
    if following.day != day or state is State.FAILED:
        return told
    due = instant_of(subscription.schedule, following)
    notes = (*told.notes, f"It replaces the one due on {due.text}.")
    return replace(told, notes=notes, instants=(due,))


def _tell_posted(delivery: Delivery) -> Reply:
    """Tell the outcome of a quote posted at once."""
    reason = (delivery.message.reason,) if delivery.message.reason else ()
    if delivery.message.state is State.SENT:
        speaker = delivery.quote.speaker if delivery.quote else ""
        return Reply(f"Posted: a quote of {speaker}." if speaker else "Posted.")
    if delivery.message.state is State.CLAIMED:
        return Reply("It has not been posted yet. I will try again by myself.", reason)
    if delivery.message.state is State.SENDING:
        later = "I will look for it, and post it only if it is not there."
        return Reply(f"It may have been posted: I do not know yet. {later}", reason)
    if delivery.message.state is State.FAILED:
        return Reply("It could not be posted.", (*reason, "Fix that, then try again."))
    return Reply("It may or may not have been posted: nobody can tell. Please look.", reason)


def _tell_before(delivery: Delivery) -> Reply:
    """Say why nothing was posted: today's quote exists, or is on its way."""
    if delivery.message.state is State.SENT:
        return Reply("Today’s quote has already been posted; there is one a day.")
    if delivery.message.state is State.UNKNOWN:
        wait = "I will not post it again, so that it is not there twice."
        return Reply(f"Today’s quote may already be there. Please look. {wait}")
    reason = (delivery.message.reason,) if delivery.message.reason else ()
    return Reply("Today’s quote is on its way: I will try again by myself.", reason)
