"""What is typed in a channel behind "/podcast weekly", and what is said to it."""

import logging
from dataclasses import dataclass, replace
from datetime import time

from bot.answers.help import store_away
from bot.answers.replies import Reply
from bot.answers.requests import WEEKLY_WORDS
from bot.choosing import choose_quote
from bot.coming import coming_slot
from bot.deliveries import Delivery, Place, Standing, State, Subscription, key_of
from bot.errors import StoreError
from bot.library.library import Library
from bot.ports import Ports, PostError
from bot.quote_posts import quote_card, tell_when
from bot.reviewing import ASKED_BEFORE, facts_of
from bot.slots import EXAMPLE, Plan, tell_slot
from bot.subscribing import switch_off, switch_on, tell_status
from bot.weekly import post_now, today

_FORMS = (
    f"/podcast weekly on {EXAMPLE}: a quote here every week; with “review” behind it, you choose",
    "/podcast weekly off: no more quotes here",
    "/podcast weekly status: when they are posted, and what became of the last one",
    "/podcast weekly preview: what would be posted next, for you alone",
    "/podcast weekly post: today’s quote, at once",
)
# Whatever may be posted, it is the same at any time.
_UNPLANNED = Plan(0, time(), "UTC")
_NONE_GOOD = "None that is left is good enough to be posted unseen."
_NONE_APPROVED = "Nobody has approved of one; moderators are asked the day before it is due."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Member:
    """Who asks, in which channel; `obstacle` says why they may not decide there, "" if they may."""

    place: Place
    person: str
    obstacle: str = ""


async def answer_weekly(ports: Ports, library: Library, typed: str, member: Member) -> Reply:
    """Do what is typed behind "weekly"; nothing at all asks for the status."""
    first, *rest = typed.split(maxsplit=1) or ["status"]
    word, behind = first.casefold(), "".join(rest)
    try:
        if word == "status" and not behind:
            return await tell_status(ports, member.place)
        if member.obstacle:
            return Reply(member.obstacle)
        if word == "on":
            return await switch_on(ports, member.place, behind, member.person)
        if word not in WEEKLY_WORDS or behind:
            return _explain(typed)
        if word == "off":
            return await switch_off(ports, member.place)
        if word == "preview":
            return await _preview(ports, library, member.place)
        return await _post(ports, member)
    except StoreError as error:
        _log.error("/podcast weekly %s did nothing. %s", word, error, extra=facts_of(member.place))
        return store_away()


def _explain(typed: str) -> Reply:
    words = " ".join(typed.split())
    search = f"To search for it, type “/podcast search weekly {words}”."
    return Reply("I could not read that. These are the forms:", (*_FORMS, search))


async def _preview(ports: Ports, library: Library, place: Place) -> Reply:
    """Show what would be posted next, if that is known."""
    now = ports.clock()
    found = await ports.ledger.find_subscription(place)
    subscription = found or Subscription(place, _UNPLANNED, now, "")
    slot = await coming_slot(ports, subscription)
    quote = await choose_quote(ports, subscription, slot.day)
    is_on = found is not None and found.standing is Standing.ON
    off = () if is_on else ("Nothing is posted here until the quote of the week is switched on.",)
    cards = (quote_card(library, quote),) if quote else ()
    when = tell_when(subscription.plan, slot)
    if subscription.plan.review:
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


async def _post(ports: Ports, member: Member) -> Reply:
    """Post at once where that is possible, and say what became of it."""
    place = member.place
    subscription = await ports.ledger.find_subscription(place)
    if subscription is None or subscription.standing is not Standing.ON:
        return await tell_status(ports, place)
    try:
        obstacle = await ports.posters[place.platform].why_not(place, member.person)
    except PostError as error:
        return Reply("I could not find out whether I may post here.", (str(error),))
    if obstacle:
        return Reply(obstacle)
    day = today(ports, subscription)
    following = await coming_slot(ports, subscription)
    state = await post_now(ports, subscription)
    delivery = await ports.ledger.find_delivery(key_of(place, day))
    if delivery is None or state is State.SKIPPED:
        reason = _NONE_APPROVED if subscription.plan.review else _NONE_GOOD
        return Reply("There is no quote to post.", (reason,))
    if state is None:
        return _tell_before(delivery)
    told = _tell_posted(delivery)
    if following.day != day or state is State.FAILED:
        return told
    due = tell_slot(subscription.plan, following)
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
