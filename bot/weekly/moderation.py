"""The buttons of the quote of the week: objections and decisions."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.answers.help import store_away
from bot.answers.replies import ButtonKind, Instant, Reply
from bot.answers.requests import Request
from bot.errors import StoreError
from bot.posting.outbox import OPEN_STATES, State
from bot.posting.places import Channel
from bot.posting.poster import LASTING, FailureKind, PostError
from bot.weekly.messages import quote_card, withdraw_button, write_others
from bot.weekly.models import (
    Candidate,
    Delivery,
    Judgement,
    Quote,
    Subscription,
    SubscriptionState,
)
from bot.weekly.nomination import ChosenWords, WordsForm, check_edit, open_edit
from bot.weekly.ports import NoticeKind, WeeklyContext
from bot.weekly.ranking import GUEST_WEEKS
from bot.weekly.review import (
    Objection,
    approve,
    facts_of,
    find_candidate,
    judge_candidate,
    offer_others,
    report,
    tell,
    withdraw,
)
from bot.weekly.selection import as_worded, choose_quote
from bot.weekly.slots import Slot, instant_of
from bot.weekly.status import coming_slot
from bot.weekly.voting import cast_vote

# Says why someone may not decide in a channel, "" if they may.
Obstacle = Callable[[Channel], Awaitable[str]]

_JUDGEMENTS = {
    ButtonKind.APPROVE: Judgement.APPROVE,
    ButtonKind.SKIP: Judgement.SKIP,
    ButtonKind.NEVER: Judgement.NEVER,
}
MODERATING = frozenset(
    {
        *(ButtonKind.REPORT, ButtonKind.WITHDRAW, ButtonKind.OTHERS, ButtonKind.VOTE),
        *_JUDGEMENTS,
    }
)
"""The kinds of buttons of the quote of the week that are answered at once."""

_GONE = Reply("I no longer know that quote. Perhaps the schedule has changed since I sent it.")
_CANNOT_ASK = "I could not find out whether you may decide there. Please try again in a minute."
_AGAIN = "Press Withdraw again in a minute."
_BY_HAND = "Please delete the message by hand."
_NEVER_AGAIN = "The quote will not be posted again."
_OBJECTED = {
    Objection.PASSED_ON: "I have told the moderators.",
    Objection.KNOWN: "The moderators already know.",
    Objection.UNHEARD: (
        "I could not reach the moderators just now. Please try again later, or write to them."
    ),
}
_NOT_APPROVED = "It will still not be posted: a moderator pressed Never, or its guest is excluded."

_log = logging.getLogger(__name__)


async def moderate(
    context: WeeklyContext,
    kind: ButtonKind,
    request: Request,
    person: str,
    obstacle: Obstacle,
) -> Reply:
    """Run a button, and report the outcome to whoever pressed it."""
    key, _, quote_id = request.text.partition(" ")
    try:
        delivery = await context.deliveries.find_delivery(key)
        if delivery is None:
            return _GONE
        if kind is ButtonKind.REPORT:
            return await _report(context, delivery, obstacle)
        if kind is ButtonKind.VOTE:
            return await cast_vote(context, delivery, quote_id, person)
        if refused := await _ask(obstacle, delivery.channel):
            return Reply(refused)
        if kind is ButtonKind.WITHDRAW:
            return await _withdraw(context, delivery, person)
        if kind is ButtonKind.OTHERS:
            return await _offer_others(context, delivery)
        return await _judge(context, delivery, quote_id, _JUDGEMENTS[kind], person)
    except StoreError as error:
        _log.error("A button of the quote of the week did nothing. %s", error)
        return store_away()


async def edit_form(
    context: WeeklyContext, request: Request, obstacle: Obstacle
) -> WordsForm | Reply:
    """Open the form to edit a candidate, or say why not."""
    key, _, quote_id = request.text.partition(" ")
    try:
        delivery = await _find_editable(context, key, obstacle)
        if isinstance(delivery, Reply):
            return delivery
        return await open_edit(context, delivery, quote_id) or _GONE
    except StoreError as error:
        _log.error("A quote could not be edited. %s", error)
        return store_away()


async def find_problem(context: WeeklyContext, request: Request, typed: str) -> str:
    """Say what is wrong with the words of an edit; "" if nothing is, or if that is unknown."""
    key, _, quote_id = request.text.partition(" ")
    try:
        delivery = await context.deliveries.find_delivery(key)
        return (await check_edit(context, delivery, quote_id, typed)).problem if delivery else ""
    except StoreError:
        return ""


async def save_edit(
    context: WeeklyContext, request: Request, typed: str, person: str, obstacle: Obstacle
) -> ChosenWords | Reply:
    """Save and approve the words of a candidate, or return what is wrong with them."""
    key, _, quote_id = request.text.partition(" ")
    try:
        delivery = await _find_editable(context, key, obstacle)
        if isinstance(delivery, Reply):
            return delivery
        chosen = await check_edit(context, delivery, quote_id, typed)
        if chosen.quote is None:
            return chosen
        await context.decisions.edit(delivery.channel, delivery.slot.day, chosen.quote)
        told = await _judge(context, delivery, quote_id, Judgement.APPROVE, person)
    except StoreError as error:
        _log.error("A quote could not be edited. %s", error)
        return store_away()
    card = quote_card((await context.pool()).episodes, chosen.quote)
    return replace(told, cards=(card,))


async def _find_editable(context: WeeklyContext, key: str, obstacle: Obstacle) -> Delivery | Reply:
    """Find the delivery of a candidate to edit, or say why this person may not."""
    delivery = await context.deliveries.find_delivery(key)
    if delivery is None:
        return _GONE
    refused = await _ask(obstacle, delivery.channel)
    return Reply(refused) if refused else delivery


async def _offer_others(context: WeeklyContext, delivery: Delivery) -> Reply:
    """Offer a moderator five others."""
    subscription = await context.deliveries.find_subscription(delivery.channel)
    if subscription is None or delivery.message.state is not State.WAITING:
        return Reply("It is too late for others: that quote has been decided.")
    others = await offer_others(context, subscription, delivery)
    if not others:
        return Reply("I have no others that may be posted there.")
    pool = await context.pool()
    worded = [replace(each, quote=as_worded(pool, each.quote)) for each in others]
    when = instant_of(subscription.schedule, delivery.slot)
    reply = write_others(pool.episodes, delivery, worded, f"Others for {when.text}")
    return replace(reply, instants=(when,))


async def _report(context: WeeklyContext, delivery: Delivery, obstacle: Obstacle) -> Reply:
    subscription = await context.deliveries.find_subscription(delivery.channel)
    if subscription is None or delivery.quote is None:
        return _GONE
    if delivery.withdrawn:
        return Reply("Thank you. That quote has already been withdrawn.")
    told = _OBJECTED[await report(context, subscription, delivery)]
    if await _ask(obstacle, delivery.channel):
        return Reply(f"Thank you. {told}")
    note = "You can withdraw it yourself: that takes it out of the channel for good."
    pool = await context.pool()
    card = quote_card(pool.episodes, as_worded(pool, delivery.quote))
    return Reply(
        f"Thank you. {told}", (note,), (card,), buttons=(withdraw_button(delivery.message.key),)
    )


async def _withdraw(context: WeeklyContext, delivery: Delivery, person: str) -> Reply:
    if delivery.withdrawn:
        return Reply(f"It had already been withdrawn. {_NEVER_AGAIN}")
    try:
        done = await withdraw(context, delivery, person)
    except PostError as error:
        facts = facts_of(delivery.channel, delivery.slot)
        _log.warning("A quote was not withdrawn. %s", error, extra=facts)
        return _not_withdrawn(delivery, error)
    if done:
        return Reply(f"It is withdrawn. {_NEVER_AGAIN}")
    if delivery.message.state in OPEN_STATES:
        still = f"I am still finding out which message it is. {_AGAIN}"
        return Reply(still, (_NEVER_AGAIN,), buttons=(withdraw_button(delivery.message.key),))
    return Reply(f"I do not know which message it is. {_BY_HAND}", (_NEVER_AGAIN,))


def _not_withdrawn(delivery: Delivery, error: PostError) -> Reply:
    """Say why a message was not changed, and what to do."""
    if error.kind in LASTING:
        return Reply("I cannot withdraw it.", (str(error), _BY_HAND, _NEVER_AGAIN))
    doubt = error.kind is FailureKind.AMBIGUOUS
    text = "I do not know whether it is withdrawn." if doubt else "I could not withdraw it yet."
    notes = (str(error), f"{_AGAIN} {_NEVER_AGAIN}")
    return Reply(text, notes, buttons=(withdraw_button(delivery.message.key),))


async def _judge(
    context: WeeklyContext, delivery: Delivery, quote_id: str, judgement: Judgement, person: str
) -> Reply:
    channel, day = delivery.channel, delivery.slot.day
    # An approved quote is posted, so a second press would post it twice.
    there = {each.id for each in await context.deliveries.history(channel) if each.day >= day}
    if judgement is Judgement.APPROVE and quote_id in there:
        return Reply("That quote has been posted here, so it will not be posted again.")
    subscription = await context.deliveries.find_subscription(channel)
    if judgement is Judgement.APPROVE:
        candidate = await find_candidate(context, channel, day, quote_id)
        missing = await approve(context, channel, candidate, person) if candidate else 0
        if candidate and subscription and missing:
            return await _tell_missing(context, subscription, delivery, candidate, missing, person)
    else:
        candidate = await judge_candidate(context, channel, day, quote_id, judgement, person)
    if candidate is None:
        return _GONE
    quote = candidate.quote
    following, when = await _tell_following(context, subscription, delivery, quote, judgement)
    is_posted = delivery.message.posted_id and delivery.quote and delivery.quote.id == quote.id
    is_bad = is_posted and judgement is Judgement.NEVER and not delivery.withdrawn
    buttons = (withdraw_button(delivery.message.key),) if is_bad else ()
    text = _tell_judgement(quote, judgement)
    return Reply(text, (following,), buttons=buttons, instants=(when,) if when else ())


async def _tell_missing(
    context: WeeklyContext,
    subscription: Subscription,
    delivery: Delivery,
    candidate: Candidate,
    missing: int,
    person: str,
) -> Reply:
    """Tell a moderator that others have to approve a quote too, and tell the others."""
    await tell(context, subscription, NoticeKind.SECOND, delivery, (candidate,), (person,))
    more = "one more moderator has" if missing == 1 else f"{missing} more moderators have"
    return Reply(f"Approved by you: {more} to approve it before it is posted. I have told them.")


def _tell_judgement(quote: Quote, judgement: Judgement) -> str:
    what = f"the quote of {quote.speaker}" if quote.speaker else "the quote"
    if judgement is Judgement.APPROVE:
        return f"Approved: {what}."
    if judgement is Judgement.SKIP:
        return f"Skipped: {what}. I may offer it again in {GUEST_WEEKS} weeks."
    return f"Never: {what} will not be offered or posted here again."


async def _tell_following(
    context: WeeklyContext,
    subscription: Subscription | None,
    delivery: Delivery,
    judged: Quote,
    judgement: Judgement,
) -> tuple[str, Instant | None]:
    """Say what is posted next, after a decision, and when if that is named."""
    if subscription is None or subscription.state is not SubscriptionState.ON:
        return "Nothing is posted there until the quote of the week is switched on again.", None
    if subscription.schedule.vote:
        return "The channel votes there: what you approve is put to the vote first.", None
    if not subscription.schedule.review:
        kept = "what you approve is kept for when you choose again."
        return f"I choose by myself there now: {kept}", None
    slot = await _coming(context, subscription, delivery)
    when = instant_of(subscription.schedule, slot)
    chosen = await choose_quote(context, subscription, slot.day)
    is_approved = judgement is Judgement.APPROVE
    if chosen is None:
        none = "unless that changes, nothing is posted."
        told = _NOT_APPROVED if is_approved else f"Nothing is approved for {when.text} yet; {none}"
        return told, when
    if chosen.id == judged.id:
        unless = "" if slot == delivery.slot else ", unless one that I offer for it is approved"
        return f"It is posted on {when.text}{unless}.", when
    kept = " This one is kept for later." if is_approved else ""
    return f"The quote of {chosen.speaker} is posted on {when.text}.{kept}", when


async def _coming(context: WeeklyContext, subscription: Subscription, delivery: Delivery) -> Slot:
    """Find the slot of a decision: the delivery's if it waits, else the next."""
    late = context.posting.outbox.clock() - delivery.slot.at >= context.posting.outbox.timing.late
    if delivery.message.state is State.WAITING and not late:
        return delivery.slot
    return await coming_slot(context, subscription)


async def _ask(obstacle: Obstacle, channel: Channel) -> str:
    try:
        return await obstacle(channel)
    except PostError as error:
        _log.warning("Nobody knows who may decide. %s", error, extra=facts_of(channel))
        return _CANNOT_ASK
