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
from bot.posting.places import Channel, ChannelMember, person_at
from bot.posting.poster import PostError, find_obstacle
from bot.quotes.lookup import explain_none
from bot.quotes.models import GOOD_SCORE
from bot.translations import gettext, gettext_noop, ngettext
from bot.weekly.anniversaries import find_month, month_of, name_month
from bot.weekly.extras import (
    NO_EXTRAS,
    describe_extras,
    find_lacking,
    resolve,
    split_extras,
)
from bot.weekly.messages import describe_supply, quote_card, tell_why
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
_FORMS = (
    gettext_noop(
        "/podcast weekly on mon 09:00 Europe/Berlin: a quote here every week; with “review” behind "
        "it, you choose; with “vote”, the channel does; with “monthly”, one a month; with "
        "“archive”, those of the same week of earlier years come first; with “thread”, “pin” or "
        "“ping @team”, each gets that"
    ),
    gettext_noop("/podcast weekly off: no more quotes here"),
    gettext_noop("/podcast weekly status: when they are posted, and what became of the last one"),
    gettext_noop("/podcast weekly preview: what would be posted next, for you alone"),
    gettext_noop("/podcast weekly post: today’s quote, at once"),
    gettext_noop(
        "/podcast weekly theme december feature stores: a month of quotes about that; “off” ends it"
    ),
)
# How many dates ahead a supply of quotes is followed: a year of weeks.
_LOOKED_AHEAD = 52
# What can be posted does not depend on the time.
_UNPLANNED = Schedule(0, time(), "UTC")

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
        "Switch it on with “{command}”, and “review” behind it to choose yourself.",
        command=_ON,
    )


def _none_good() -> str:
    return gettext("None of the remaining quotes is good enough to post without a review.")


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


async def set_theme(context: WeeklyContext, channel: Channel, typed: str) -> Reply:
    """Set or end the theme of a month, such as "december feature stores" or "2026-12 off"."""
    first, _, words = " ".join(typed.split()).partition(" ")
    month = find_month(first, context.posting.outbox.clock().date())
    if not month or not words:
        command = "/podcast weekly theme december feature stores"
        example = gettext("For example: {command}", command=command)
        return Reply(gettext("Name a month and a theme."), (example,))
    name = name_month(month)
    if words.casefold() == "off":
        await context.themes.set_theme(channel, month, "")
        return Reply(gettext("{month} has no theme here now.", month=name))
    pool = await context.pool()
    about = pool.find_about(words)
    literal = [each for each in pool.quotes if each.id in about and each.wording.is_literal]
    good = sum(each.score >= GOOD_SCORE for each in literal)
    if not about:
        return Reply(
            gettext("I have no quote about {theme}. Try other words.", theme=quoted(words))
        )
    await context.themes.set_theme(channel, month, words)
    found = ngettext(
        "I have {n} good quote about it, and {others} others for moderators to choose from. When "
        "they run out, I go on with the rest.",
        "I have {n} good quotes about it, and {others} others for moderators to choose from. When "
        "they run out, I go on with the rest.",
        good,
        others=len(about) - good,
    )
    text = gettext("{month} is about {theme} here.", month=name, theme=quoted(words))
    return Reply(text, (found,))


async def _greet(context: WeeklyContext, channel: Channel, admin: str) -> str:
    """Message an admin that they will be asked, and say whether that worked."""
    outbox = context.posting.outbox
    poster, key = outbox.posters[channel.platform], make_key(channel, admin, outbox.clock())
    # The channel is named behind it.
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
            return explain_none((await context.pool()).episodes, none)
        return (
            ngettext(
                "There are {n} quote, of {guests}, to choose from.",
                "There are {n} quotes, of {guests}, to choose from.",
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
    slots = coming_slots(
        schedule, channel, await read_begun(context), context.posting.outbox.clock()
    )
    due = tuple(instant_of(schedule, slot) for slot in slots)
    dates = " · ".join(each.text for each in due)
    asked = gettext("Moderators choose it: I will ask them the day before.")
    voted = gettext("The channel chooses it: I will ask it the day before.")
    notes = (
        gettext("Next: {dates}", dates=dates),
        *([asked] if schedule.review else []),
        *([voted] if schedule.vote else []),
        *await _tell_themes(context, channel),
    )
    return notes, due


async def _tell_themes(context: WeeklyContext, channel: Channel) -> tuple[str, ...]:
    """Say what this month and those to come are about."""
    now = month_of(context.posting.outbox.clock().date())
    themes = await context.themes.themes(channel)
    return tuple(
        gettext("{month} is about {theme}.", month=name_month(month), theme=quoted(words))
        for month, words in themes.items()
        if month >= now
    )


def _tell_outcome(schedule: Schedule, last: Delivery) -> str:
    state = last.message.state
    outcome = (_WITHDRAWN if last.withdrawn else _OUTCOMES)[state]
    parts = [
        gettext(outcome, when=instant_of(schedule, last.slot).text),
        gettext("Someone reported it.") if last.reported and not last.withdrawn else "",
        tell_why(last.message.reason) if state is not State.SENT else "",
    ]
    return " ".join(filter(None, parts))


def _explain(typed: str) -> Reply:
    words = " ".join(typed.split())
    search = gettext("To search for it, type “/podcast search weekly {words}”.", words=words)
    text = gettext("I could not read that. These are the forms:")
    return Reply(text, (*map(gettext, _FORMS), search))


async def _preview(context: WeeklyContext, channel: Channel) -> Reply:
    """Show which quote would be posted next."""
    now = context.posting.outbox.clock()
    found = await context.deliveries.find_subscription(channel)
    subscription = found or Subscription(channel, _UNPLANNED, now, "")
    slot = await coming_slot(context, subscription)
    quote = await choose_quote(context, subscription, slot.day)
    is_on = found is not None and found.state is SubscriptionState.ON
    off = gettext("Nothing is posted here until the quote of the week is switched on.")
    cards = (quote_card((await context.pool()).episodes, quote),) if quote else ()
    when = instant_of(subscription.schedule, slot)
    if subscription.schedule.review:
        asked = slot.at - now <= ASKED_BEFORE
        text, *notes = _tell_choice(when.text, asked=asked, approved=quote is not None)
    elif quote:
        text = (
            gettext("Next, on {when}", when=when.text) if is_on else gettext("This would be next")
        )
        notes = []
    else:
        text = gettext("There is no quote to post.")
        notes = [*explain_none((await context.pool()).episodes, _none_good())]
    return Reply(text, (*notes, *([] if is_on else [off])), cards, instants=(when,))


def _tell_choice(when: str, *, asked: bool, approved: bool) -> tuple[str, ...]:
    """Say how far the review is: a sentence, then notes."""
    if approved:
        note = gettext("Approved, and next unless one that I offer for that day is.")
        return gettext("For {when}", when=when), note
    if asked:
        text = gettext(
            "Moderators choose the quote for {when}: they were asked, and none is approved yet.",
            when=when,
        )
    else:
        text = gettext(
            "Moderators choose the quote for {when}: I ask them the day before, and none is "
            "approved yet.",
            when=when,
        )
    return (text,)


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
        reason = _none_good()
        if subscription.schedule.review:
            reason = gettext(
                "Nobody has approved one; moderators are asked the day before it is due."
            )
        episodes = (await context.pool()).episodes
        return Reply(gettext("There is no quote to post."), explain_none(episodes, reason))
    if state is None:
        return _tell_before(delivery)
    told = _tell_posted(delivery)
    if following.day != day or state is State.FAILED:
        return told
    due = instant_of(subscription.schedule, following)
    note = gettext("It replaces the one due on {when}.", when=due.text)
    return replace(told, notes=(*told.notes, note), instants=(due,))


def _tell_posted(delivery: Delivery) -> Reply:
    """Tell the outcome of a quote posted at once."""
    why = tell_why(delivery.message.reason)
    reason = (why,) if why else ()
    if delivery.message.state is State.SENT:
        speaker = delivery.quote.speaker if delivery.quote else ""
        if not speaker:
            return Reply(gettext("Posted."))
        return Reply(gettext("Posted: a quote of {speaker}.", speaker=speaker))
    if delivery.message.state is State.CLAIMED:
        return Reply(gettext("It has not been posted yet. I will try again by myself."), reason)
    if delivery.message.state is State.SENDING:
        text = gettext(
            "It may have been posted: I do not know yet. I will look for it, and post it only if "
            "it is not there."
        )
        return Reply(text, reason)
    if delivery.message.state is State.FAILED:
        text = gettext("It could not be posted.")
        return Reply(text, (*reason, gettext("Fix that, then try again.")))
    text = gettext("It may or may not have been posted: nobody can tell. Please look.")
    return Reply(text, reason)


def _tell_before(delivery: Delivery) -> Reply:
    """Say why nothing was posted: today's quote exists, or is on its way."""
    if delivery.message.state is State.SENT:
        return Reply(gettext("Today’s quote has already been posted; there is one a day."))
    if delivery.message.state is State.UNKNOWN:
        return Reply(
            gettext(
                "Today’s quote may already be there. Please look. I will not post it again, so "
                "that it is not there twice."
            )
        )
    why = tell_why(delivery.message.reason)
    text = gettext("Today’s quote is on its way: I will try again by myself.")
    return Reply(text, (why,) if why else ())
