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
from bot.translations import gettext, gettext_noop, ngettext
from bot.weekly.messages import quote_card
from bot.weekly.models import (
    Candidate,
    Delivery,
    Judgement,
    Quote,
    Subscription,
    SubscriptionState,
)
from bot.weekly.nomination import ChosenWords, WordsForm, check_edit, open_edit
from bot.weekly.notices import withdraw_button, write_others
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

_OBJECTED = {
    Objection.PASSED_ON: gettext_noop("Thank you. I have told the moderators."),
    Objection.KNOWN: gettext_noop("Thank you. The moderators already know."),
    Objection.UNHEARD: gettext_noop(
        "Thank you. I could not reach the moderators just now. Please try again later, or write to "
        "them."
    ),
}

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
            return _gone()
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
        return await open_edit(context, delivery, quote_id) or _gone()
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
    card = quote_card((await context.pool(delivery.channel)).episodes, chosen.quote)
    return replace(told, cards=(card,))


def _gone() -> Reply:
    return Reply(
        gettext("I no longer know that quote. Perhaps the schedule has changed since I sent it.")
    )


async def _find_editable(context: WeeklyContext, key: str, obstacle: Obstacle) -> Delivery | Reply:
    """Find the delivery of a candidate to edit, or say why this person may not."""
    delivery = await context.deliveries.find_delivery(key)
    if delivery is None:
        return _gone()
    refused = await _ask(obstacle, delivery.channel)
    return Reply(refused) if refused else delivery


async def _offer_others(context: WeeklyContext, delivery: Delivery) -> Reply:
    """Offer a moderator five others."""
    subscription = await context.deliveries.find_subscription(delivery.channel)
    if subscription is None or delivery.message.state is not State.WAITING:
        return Reply(gettext("It is too late for others: that quote has been decided."))
    others = await offer_others(context, subscription, delivery)
    if not others:
        return Reply(gettext("I have no others that may be posted there."))
    pool = await context.pool(delivery.channel)
    worded = [replace(each, quote=as_worded(pool, each.quote)) for each in others]
    when = instant_of(subscription.schedule, delivery.slot)
    text = gettext("Others for {when}", when=when.text)
    reply = write_others(pool.episodes, delivery, worded, text)
    return replace(reply, instants=(when,))


async def _report(context: WeeklyContext, delivery: Delivery, obstacle: Obstacle) -> Reply:
    subscription = await context.deliveries.find_subscription(delivery.channel)
    if subscription is None or delivery.quote is None:
        return _gone()
    if delivery.withdrawn:
        return Reply(gettext("Thank you. That quote has already been withdrawn."))
    told = gettext(_OBJECTED[await report(context, subscription, delivery)])
    if await _ask(obstacle, delivery.channel):
        return Reply(told)
    note = gettext("You can withdraw it yourself: that takes it out of the channel for good.")
    pool = await context.pool(delivery.channel)
    card = quote_card(pool.episodes, as_worded(pool, delivery.quote))
    return Reply(told, (note,), (card,), buttons=(withdraw_button(delivery.message.key),))


async def _withdraw(context: WeeklyContext, delivery: Delivery, person: str) -> Reply:
    if delivery.withdrawn:
        return Reply(gettext("It had already been withdrawn. The quote will not be posted again."))
    try:
        done = await withdraw(context, delivery, person)
    except PostError as error:
        facts = facts_of(delivery.channel, delivery.slot)
        _log.warning("A quote was not withdrawn. %s", error, extra=facts)
        return _not_withdrawn(delivery, error)
    if done:
        return Reply(gettext("It is withdrawn. The quote will not be posted again."))
    if delivery.message.state in OPEN_STATES:
        still = gettext(
            "I am still finding out which message it is. Press Withdraw again in a minute."
        )
        return Reply(still, (_never_again(),), buttons=(withdraw_button(delivery.message.key),))
    text = gettext("I do not know which message it is. Please delete the message by hand.")
    return Reply(text, (_never_again(),))


def _not_withdrawn(delivery: Delivery, error: PostError) -> Reply:
    """Say why a message was not changed, and what to do."""
    if error.kind in LASTING:
        text = gettext("I cannot withdraw it.")
        by_hand = gettext("Please delete the message by hand.")
        return Reply(text, (str(error), by_hand, _never_again()))
    if error.kind is FailureKind.AMBIGUOUS:
        text = gettext("I do not know whether it is withdrawn.")
    else:
        text = gettext("I could not withdraw it yet.")
    again = gettext("Press Withdraw again in a minute. The quote will not be posted again.")
    notes = (str(error), again)
    return Reply(text, notes, buttons=(withdraw_button(delivery.message.key),))


def _never_again() -> str:
    return gettext("The quote will not be posted again.")


async def _judge(
    context: WeeklyContext, delivery: Delivery, quote_id: str, judgement: Judgement, person: str
) -> Reply:
    channel, day = delivery.channel, delivery.slot.day
    # An approved quote is posted, so a second press would post it twice.
    there = {each.id for each in await context.deliveries.history(channel) if each.day >= day}
    if judgement is Judgement.APPROVE and quote_id in there:
        return Reply(gettext("That quote has been posted here, so it will not be posted again."))
    subscription = await context.deliveries.find_subscription(channel)
    if judgement is Judgement.APPROVE:
        candidate = await find_candidate(context, channel, day, quote_id)
        missing = await approve(context, channel, candidate, person) if candidate else 0
        if candidate and subscription and missing:
            return await _tell_missing(context, subscription, delivery, candidate, missing, person)
    else:
        candidate = await judge_candidate(context, channel, day, quote_id, judgement, person)
    if candidate is None:
        return _gone()
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
    return Reply(
        ngettext(
            "Approved by you: one more moderator has to approve it before it is posted. I have "
            "told them.",
            "Approved by you: {n} more moderators have to approve it before it is posted. I have "
            "told them.",
            missing,
        )
    )


def _tell_judgement(quote: Quote, judgement: Judgement) -> str:
    name = quote.speaker
    if judgement is Judgement.APPROVE:
        if name:
            return gettext("Approved: the quote by {speaker}.", speaker=name)
        return gettext("Approved: the quote.")
    if judgement is Judgement.SKIP:
        if name:
            return gettext(
                "Skipped: the quote by {speaker}. I may offer it again in {weeks} weeks.",
                speaker=name,
                weeks=GUEST_WEEKS,
            )
        return gettext(
            "Skipped: the quote. I may offer it again in {weeks} weeks.", weeks=GUEST_WEEKS
        )
    if name:
        return gettext(
            "Never: the quote by {speaker} will not be offered or posted here again.", speaker=name
        )
    return gettext("Never: the quote will not be offered or posted here again.")


async def _tell_following(
    context: WeeklyContext,
    subscription: Subscription | None,
    delivery: Delivery,
    judged: Quote,
    judgement: Judgement,
) -> tuple[str, Instant | None]:
    """Say what is posted next, after a decision, and when if that is named."""
    if subscription is None or subscription.state is not SubscriptionState.ON:
        off = gettext("Nothing is posted there until the quote of the week is switched on again.")
        return off, None
    if subscription.schedule.vote:
        voted = gettext("The channel votes there: what you approve is put to the vote first.")
        return voted, None
    if not subscription.schedule.review:
        kept = gettext(
            "I choose by myself there now: what you approve is kept for when you choose again."
        )
        return kept, None
    slot = await _coming(context, subscription, delivery)
    when = instant_of(subscription.schedule, slot)
    chosen = await choose_quote(context, subscription, slot.day)
    is_approved = judgement is Judgement.APPROVE
    if chosen is None:
        return _tell_none(when.text, is_approved=is_approved), when
    if chosen.id == judged.id:
        if slot == delivery.slot:
            return gettext("It is posted on {when}.", when=when.text), when
        unless = gettext(
            "It is posted on {when}, unless one that I offer for it is approved.", when=when.text
        )
        return unless, when
    if is_approved:
        text = gettext(
            "The quote by {speaker} will be posted on {when}. This one is kept for later.",
            speaker=chosen.speaker,
            when=when.text,
        )
        return text, when
    speaker = chosen.speaker
    return gettext(
        "The quote by {speaker} will be posted on {when}.", speaker=speaker, when=when.text
    ), when


def _tell_none(when: str, *, is_approved: bool) -> str:
    """Say why nothing is posted next."""
    if is_approved:
        return gettext(
            "It will still not be posted: a moderator pressed Never, or its guest is excluded."
        )
    return gettext(
        "Nothing is approved for {when} yet; unless that changes, nothing is posted.", when=when
    )


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
        return gettext(
            "I could not find out whether you may decide there. Please try again in a minute."
        )
