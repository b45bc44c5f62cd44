"""The buttons of the quote of the week: objections, and what moderators decide."""

import logging
from collections.abc import Awaitable, Callable

from bot.answers.help import store_away
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request
from bot.choosing import choose_quote
from bot.coming import coming_slot
from bot.deliveries import (
    OPEN_STATES,
    Delivery,
    Judgement,
    Place,
    Quote,
    Standing,
    State,
    Subscription,
)
from bot.errors import StoreError
from bot.library.library import Library
from bot.ports import Flaw, Ports, PostError
from bot.quote_posts import quote_card, tell_when, withdraw_button
from bot.reviewing import Objection, decide, facts_of, report, withdraw
from bot.slots import Slot
from bot.variety import GUEST_DAYS

# Says why who pressed may not decide in a channel, "" if they may.
Obstacle = Callable[[Place], Awaitable[str]]

_JUDGEMENTS = {
    ButtonKind.APPROVE: Judgement.APPROVE,
    ButtonKind.SKIP: Judgement.SKIP,
    ButtonKind.NEVER: Judgement.NEVER,
}
MODERATING = frozenset({ButtonKind.REPORT, ButtonKind.WITHDRAW, *_JUDGEMENTS})
"""What the buttons of the quote of the week do."""

_GONE = Reply("I no longer know that quote. Perhaps the plan was changed since I sent it.")
_CANNOT_ASK = "I could not find out whether you may decide there. Please try again in a minute."
_AGAIN = "Press Withdraw again in a minute."
_BY_HAND = "Please delete the message by hand."
_NEVER_AGAIN = "The quote is not posted again."
_OBJECTED = {
    Objection.PASSED_ON: "I pass it on to the moderators.",
    Objection.KNOWN: "The moderators know of it already.",
    Objection.UNHEARD: (
        "I could not reach the moderators just now. Please press it again later, or write to them."
    ),
}
_NOT_APPROVED = (
    "It is not posted all the same: somebody has said Never to it, or its guest is not to be "
    "quoted any more."
)

_log = logging.getLogger(__name__)


async def moderate(
    ports: Ports,
    library: Library,
    kind: ButtonKind,
    request: Request,
    person: str,
    obstacle: Obstacle,
) -> Reply:
    """Do what a button says, and say to who pressed it what became of that."""
    key, _, quote_id = request.text.partition(" ")
    try:
        delivery = await ports.ledger.find_delivery(key)
        if delivery is None:
            return _GONE
        if kind is ButtonKind.REPORT:
            return await _report(ports, library, delivery, obstacle)
        if refused := await _ask(obstacle, delivery.place):
            return Reply(refused)
        if kind is ButtonKind.WITHDRAW:
            return await _withdraw(ports, delivery, person)
        return await _judge(ports, delivery, quote_id, _JUDGEMENTS[kind], person)
    except StoreError as error:
        _log.error("A button of the quote of the week did nothing. %s", error)
        return store_away()


async def _report(ports: Ports, library: Library, delivery: Delivery, obstacle: Obstacle) -> Reply:
    subscription = await ports.ledger.find_subscription(delivery.place)
    if subscription is None or delivery.quote is None:
        return _GONE
    if delivery.withdrawn:
        return Reply("Thank you. That quote was withdrawn already.")
    told = _OBJECTED[await report(ports, subscription, delivery)]
    if await _ask(obstacle, delivery.place):
        return Reply(f"Thank you. {told}")
    note = "You can take it back yourself: Withdraw takes it out of the channel for good."
    card = quote_card(library, delivery.quote)
    return Reply(f"Thank you. {told}", (note,), (card,), buttons=(withdraw_button(delivery.key),))


async def _withdraw(ports: Ports, delivery: Delivery, person: str) -> Reply:
    if delivery.withdrawn:
        return Reply(f"It was withdrawn before. {_NEVER_AGAIN}")
    try:
        done = await withdraw(ports, delivery, person)
    except PostError as error:
        facts = facts_of(delivery.place, delivery.slot)
        _log.warning("A quote was not withdrawn. %s", error, extra=facts)
        return _not_withdrawn(delivery, error)
    if done:
        return Reply(f"It is withdrawn. {_NEVER_AGAIN}")
    if delivery.state in OPEN_STATES:
        still = f"I am still finding out which message it is. {_AGAIN}"
        return Reply(still, (_NEVER_AGAIN,), buttons=(withdraw_button(delivery.key),))
    return Reply(f"I do not know which message it is. {_BY_HAND}", (_NEVER_AGAIN,))


def _not_withdrawn(delivery: Delivery, error: PostError) -> Reply:
    """Say why a message was not changed, and what to do about it."""
    if error.flaw is Flaw.PERMANENT:
        return Reply("I cannot withdraw it.", (str(error), _BY_HAND, _NEVER_AGAIN))
    doubt = error.flaw is Flaw.AMBIGUOUS
    text = "I do not know whether it is withdrawn." if doubt else "I could not withdraw it yet."
    notes = (str(error), f"{_AGAIN} {_NEVER_AGAIN}")
    return Reply(text, notes, buttons=(withdraw_button(delivery.key),))


async def _judge(
    ports: Ports, delivery: Delivery, quote_id: str, judgement: Judgement, person: str
) -> Reply:
    place, day = delivery.place, delivery.slot.day
    # One that is approved of is posted, so a second press would post it twice.
    there = {each.id for each in await ports.ledger.history(place) if each.day >= day}
    if judgement is Judgement.APPROVE and quote_id in there:
        return Reply("That quote was posted here, so it is not posted again.")
    candidate = await decide(ports, place, day, quote_id, judgement, person)
    if candidate is None:
        return _GONE
    quote = candidate.quote
    subscription = await ports.ledger.find_subscription(place)
    following = await _tell_following(ports, subscription, delivery, quote, judgement)
    is_posted = delivery.message and delivery.quote and delivery.quote.id == quote.id
    is_bad = is_posted and judgement is Judgement.NEVER and not delivery.withdrawn
    buttons = (withdraw_button(delivery.key),) if is_bad else ()
    return Reply(_tell_judgement(quote, judgement), following, buttons=buttons)


def _tell_judgement(quote: Quote, judgement: Judgement) -> str:
    what = f"the quote of {quote.speaker}" if quote.speaker else "the quote"
    if judgement is Judgement.APPROVE:
        return f"Approved: {what}."
    if judgement is Judgement.SKIP:
        return f"Skipped: {what}. I may offer it again in {GUEST_DAYS // 7} weeks."
    return f"Never: {what} is neither offered nor posted here again."


async def _tell_following(
    ports: Ports,
    subscription: Subscription | None,
    delivery: Delivery,
    judged: Quote,
    judgement: Judgement,
) -> tuple[str, ...]:
    """Say what is posted next, now that a quote was judged."""
    if subscription is None or subscription.standing is not Standing.ON:
        return ("Nothing is posted there until the quote of the week is switched on again.",)
    if not subscription.plan.review:
        return ("I choose by myself there now: what is approved is kept for when you do again.",)
    slot = await _coming(ports, subscription, delivery)
    when = tell_when(subscription.plan, slot)
    chosen = await choose_quote(ports, subscription, slot.day)
    is_approved = judgement is Judgement.APPROVE
    if chosen is None:
        none = f"Nothing is approved for {when} yet; if it stays so, nothing is posted."
        return (_NOT_APPROVED,) if is_approved else (none,)
    if chosen.id == judged.id:
        unless = "" if slot == delivery.slot else ", unless one that I offer for it is approved"
        return (f"It is posted on {when}{unless}.",)
    kept = " This one is kept for later." if is_approved else ""
    return (f"The one of {chosen.speaker} is posted on {when}.{kept}",)


async def _coming(ports: Ports, subscription: Subscription, delivery: Delivery) -> Slot:
    """Find the slot that a decision is for: that of the delivery if it waits, else the next."""
    late = ports.clock() - delivery.slot.at >= ports.timing.late
    if delivery.state is State.WAITING and not late:
        return delivery.slot
    return await coming_slot(ports, subscription)


async def _ask(obstacle: Obstacle, place: Place) -> str:
    try:
        return await obstacle(place)
    except PostError as error:
        _log.warning("Nobody knows who may decide. %s", error, extra=facts_of(place))
        return _CANNOT_ASK
