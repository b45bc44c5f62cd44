"""What is typed in a channel behind "/podcast weekly", and what is said to it."""

import logging
from dataclasses import replace
from datetime import time

from bot.answers.help import store_away
from bot.answers.replies import Reply
from bot.answers.requests import WEEKLY_WORDS
from bot.errors import StoreError
from bot.library.library import Library
from bot.posting.places import Channel, ChannelMember
from bot.posting.poster import PostError
from bot.weekly.messages import quote_card, tell_when
from bot.weekly.models import (
    Delivery,
    State,
    Subscription,
    SubscriptionState,
    key_of,
)
from bot.weekly.ports import WeeklyContext
from bot.weekly.review import ASKED_BEFORE, facts_of
from bot.weekly.selection import choose_quote
from bot.weekly.slots import EXAMPLE, Schedule, describe_slot
from bot.weekly.subscribing import switch_off, switch_on, tell_status
from bot.weekly.tick import post_now, today
from bot.weekly.upcoming import coming_slot

_FORMS = (
    f"/podcast weekly on {EXAMPLE}: a quote here every week; with “review” behind it, you choose",
    "/podcast weekly off: no more quotes here",
    "/podcast weekly status: when they are posted, and what became of the last one",
    "/podcast weekly preview: what would be posted next, for you alone",
    "/podcast weekly post: today’s quote, at once",
)
# Whatever may be posted, it is the same at any time.
_UNPLANNED = Schedule(0, time(), "UTC")
_NONE_GOOD = "None that is left is good enough to be posted unseen."
_NONE_APPROVED = "Nobody has approved of one; moderators are asked the day before it is due."

_log = logging.getLogger(__name__)


async def answer_weekly(
    context: WeeklyContext, library: Library, typed: str, member: ChannelMember
) -> Reply:
    """Do what is typed behind "weekly"; nothing at all asks for the status."""
    first, *rest = typed.split(maxsplit=1) or ["status"]
    word, behind = first.casefold(), "".join(rest)
    try:
        if word == "status" and not behind:
            return await tell_status(context, member.channel)
        if member.obstacle:
            return Reply(member.obstacle)
        if word == "on":
            return await switch_on(context, member.channel, behind, member.person)
        if word not in WEEKLY_WORDS or behind:
            return _explain(typed)
        if word == "off":
            return await switch_off(context, member.channel)
        if word == "preview":
            return await _preview(context, library, member.channel)
        return await _post(context, member)
    except StoreError as error:
        _log.error(
            "/podcast weekly %s did nothing. %s", word, error, extra=facts_of(member.channel)
        )
        return store_away()


def _explain(typed: str) -> Reply:
    words = " ".join(typed.split())
    search = f"To search for it, type “/podcast search weekly {words}”."
    return Reply("I could not read that. These are the forms:", (*_FORMS, search))


async def _preview(context: WeeklyContext, library: Library, channel: Channel) -> Reply:
    """Show what would be posted next, if that is known."""
    now = context.clock()
    found = await context.ledger.find_subscription(channel)
    subscription = found or Subscription(channel, _UNPLANNED, now, "")
    slot = await coming_slot(context, subscription)
    quote = await choose_quote(context, subscription, slot.day)
    is_on = found is not None and found.state is SubscriptionState.ON
    off = () if is_on else ("Nothing is posted here until the quote of the week is switched on.",)
    cards = (quote_card(library, quote),) if quote else ()
    when = tell_when(subscription.schedule, slot)
    if subscription.schedule.review:
        asked = slot.at - now <= ASKED_BEFORE
        text, *notes = _tell_choice(when, asked=asked, approved=quote is not None)
    elif quote:
        text, *notes = (f"Next, on {when}" if is_on else "This would be next",)
    else:
        text, *notes = "There is no quote to post.", _NONE_GOOD
    return Reply(text, (*notes, *off), cards)


def _tell_choice(when: str, *, asked: bool, approved: bool) -> tuple[str, ...]:
    """Say how far moderators are, with what is to be noted about it."""
    if approved:
        return f"For {when}", "Approved, and next unless one that I offer for that day is."
    state = "they were asked" if asked else "I ask them the day before"
    return (f"Moderators choose the quote for {when}: {state}, and none is approved yet.",)


async def _post(context: WeeklyContext, member: ChannelMember) -> Reply:
    """Post at once where that is possible, and say what became of it."""
    channel = member.channel
    subscription = await context.ledger.find_subscription(channel)
    if subscription is None or subscription.state is not SubscriptionState.ON:
        return await tell_status(context, channel)
    try:
        obstacle = await context.posters[channel.platform].why_not(channel, member.person)
    except PostError as error:
        return Reply("I could not find out whether I may post here.", (str(error),))
    if obstacle:
        return Reply(obstacle)
    day = today(context, subscription)
    following = await coming_slot(context, subscription)
    state = await post_now(context, subscription)
    delivery = await context.ledger.find_delivery(key_of(channel, day))
    if delivery is None or state is State.SKIPPED:
        reason = _NONE_APPROVED if subscription.schedule.review else _NONE_GOOD
        return Reply("There is no quote to post.", (reason,))
    if state is None:
        return _tell_before(delivery)
    told = _tell_posted(delivery)
    if following.day != day or state is State.FAILED:
        return told
    due = describe_slot(subscription.schedule, following)
    return replace(told, notes=(*told.notes, f"It takes the place of the one due on {due}."))


def _tell_posted(delivery: Delivery) -> Reply:
    """Say what became of a quote that was to be posted at once."""
    reason = (delivery.reason,) if delivery.reason else ()
    if delivery.state is State.SENT:
        speaker = delivery.quote.speaker if delivery.quote else ""
        return Reply(f"Posted: a quote of {speaker}." if speaker else "Posted.")
    if delivery.state is State.CLAIMED:
        return Reply("It is not posted yet. I try again by myself.", reason)
    if delivery.state is State.SENDING:
        later = "I look for it, and post it only if it is not there."
        return Reply(f"It may be posted: I do not know yet. {later}", reason)
    if delivery.state is State.FAILED:
        return Reply("It could not be posted.", (*reason, "Mend that, then try again."))
    return Reply("It may be posted or not: nobody can tell. Please look.", reason)


def _tell_before(delivery: Delivery) -> Reply:
    """Say why nothing was posted: today's quote was there before, or is on its way."""
    if delivery.state is State.SENT:
        return Reply("Today’s quote was posted already; there is one a day.")
    if delivery.state is State.UNKNOWN:
        wait = "I do not post it again, so that it is not there twice."
        return Reply(f"Today’s quote may be there already. Please look. {wait}")
    reason = (delivery.reason,) if delivery.reason else ()
    return Reply("Today’s quote is on its way: I try again by myself.", reason)
