"""Show which quote of the week would be posted next in a channel, or post one at once."""

from dataclasses import replace
from datetime import time

from bot.answers.replies import Reply
from bot.posting.outbox import State
from bot.posting.places import Channel, ChannelMember
from bot.posting.poster import find_obstacle
from bot.quotes.lookup import explain_none
from bot.translations import gettext
from bot.weekly.messages import quote_card
from bot.weekly.models import Delivery, Subscription, SubscriptionState, key_of
from bot.weekly.notices import tell_why
from bot.weekly.ports import WeeklyContext
from bot.weekly.review import ASKED_BEFORE
from bot.weekly.selection import choose_quote
from bot.weekly.slots import Schedule, instant_of
from bot.weekly.status import coming_slot
from bot.weekly.subscribing import tell_status
from bot.weekly.tick import post_now, today

# What can be posted does not depend on the time.
_UNPLANNED = Schedule(0, time(), "UTC")


async def preview(context: WeeklyContext, channel: Channel) -> Reply:
    """Show which quote would be posted next."""
    now = context.posting.outbox.clock()
    found = await context.deliveries.find_subscription(channel)
    subscription = found or Subscription(channel, _UNPLANNED, now, "")
    slot = await coming_slot(context, subscription)
    quote = await choose_quote(context, subscription, slot.day)
    is_on = found is not None and found.state is SubscriptionState.ON
    off = gettext("Nothing is posted here until the quote of the week is switched on.")
    cards = (quote_card((await context.pool(channel)).episodes, quote),) if quote else ()
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
        notes = [*explain_none((await context.pool(channel)).episodes, _none_good())]
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
            "Moderators choose the quote for {when}: I will ask them the day before; none is "
            "approved yet.",
            when=when,
        )
    return (text,)


async def post(context: WeeklyContext, member: ChannelMember) -> Reply:
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
        episodes = (await context.pool(channel)).episodes
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
        return Reply(gettext("Posted: a quote by {speaker}.", speaker=speaker))
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


def _none_good() -> str:
    return gettext("None of the remaining quotes is good enough to post without a review.")
