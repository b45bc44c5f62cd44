"""A vote in the channel: three quotes are put to it the day before, and the winner is posted.

A platform with polls of its own counts the votes itself. Elsewhere, members vote with buttons, and
the database holds who voted for what until the votes are counted.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil
from uuid import uuid4

from bot.answers.replies import Reply
from bot.posting.outbox import (
    OutboxMessage,
    Skip,
    State,
    Topic,
    language_for,
    make_key,
    send_message,
)
from bot.posting.places import Channel, channel_at
from bot.posting.poster import LASTING, PostError, within
from bot.translations import gettext, gettext_noop, ngettext, speaking
from bot.weekly.messages import ballot
from bot.weekly.models import Candidate, Delivery, Quote, Subscription, SubscriptionState
from bot.weekly.ports import NoticeKind, WeeklyContext
from bot.weekly.review import facts_of, find_active, tell
from bot.weekly.selection import choose_ballot, find_current, is_barred, read_barred
from bot.weekly.slots import Slot, instant_of, next_slots

# How long a channel may vote.
VOTED_BEFORE = timedelta(hours=24)
# With less time left, nobody would vote.
_SHORTEST = timedelta(hours=1)
_HOUR = timedelta(hours=1)
_FEWEST = 2
# How often a message is changed in a row because votes keep coming in.
_MOST_REDRAWN = 3

_log = logging.getLogger(__name__)


async def prepare_vote(
    context: WeeklyContext, subscription: Subscription, deliveries: Mapping[date, Delivery]
) -> None:
    """Ask a channel to vote a day before the next slot; `deliveries` are its own by date."""
    if not subscription.schedule.vote or subscription.state is not SubscriptionState.ON:
        return
    outbox, channel = context.posting.outbox, subscription.channel
    now = outbox.clock()
    (slot,) = next_slots(subscription.schedule, now, 1)
    if slot.at - now > VOTED_BEFORE or not await context.is_ready(channel):
        return
    delivery = deliveries.get(slot.day) or await context.deliveries.wait(channel, slot, ())
    if delivery is None or delivery.message.state is not State.WAITING:
        return
    candidates = await _put_to_vote(context, subscription, slot)
    if len(candidates) < _FEWEST:
        return
    message = OutboxMessage(
        _ballot_key(delivery.message.key, candidates),
        Topic.BALLOT,
        channel_at(channel),
        State.CLAIMED,
        uuid4().hex,
        now + outbox.timing.lease,
    )
    claimed = await context.votes.claim_ballot(message, now)
    if claimed:
        await send_message(outbox, claimed, _BallotErrand(context, delivery, candidates))


async def elect(
    context: WeeklyContext, subscription: Subscription, delivery: Delivery
) -> Quote | None:
    """Count the votes for the quote of a delivery, and return the winner; None without a vote.

    Of quotes with as many votes, the one that was offered first wins. Raise PostError if the votes
    cannot be counted now.
    """
    channel, day = delivery.channel, delivery.slot.day
    candidates = await candidates_of(context, channel, day)
    if not candidates or not subscription.schedule.vote:
        return None
    if not delivery.counted:
        counts, by_us = await _count(context, delivery, candidates)
        if await context.votes.close_vote(delivery, counts) and by_us:
            await _show_result(context, delivery, candidates, counts)
        candidates = await candidates_of(context, channel, day)
    barred, pool = await read_barred(context, channel), await context.pool(channel)
    for each in sorted(candidates, key=lambda each: -(each.votes or 0)):
        current = find_current(pool, each.quote)
        if current and not is_barred(barred, each.quote):
            return current
    return None


async def candidates_of(
    context: WeeklyContext, channel: Channel, day: date
) -> tuple[Candidate, ...]:
    """Return what is put to the vote for a date, in the order in which it was offered."""
    known = await context.decisions.candidates(channel, day)
    return tuple(each for each in known if each.votes is not None)


async def tell_result(context: WeeklyContext, channel: Channel, day: date, quote: Quote) -> str:
    """Say with how many votes a quote was chosen; "" if it was not put to the vote."""
    candidates = await candidates_of(context, channel, day)
    counts = {each.quote.id: each.votes or 0 for each in candidates}
    if quote.id not in counts:
        return ""
    cast, mine = sum(counts.values()), counts[quote.id]
    if not cast:
        return gettext("nobody voted, so I chose one of three")
    if [*counts.values()].count(mine) > 1:
        return ngettext(
            "{votes} of {n} vote, tied with another: the one listed first wins",
            "{votes} of {n} votes, tied with another: the one listed first wins",
            cast,
            votes=mine,
        )
    return ngettext("{votes} of {n} vote", "{votes} of {n} votes", cast, votes=mine)


async def cast_vote(
    context: WeeklyContext, delivery: Delivery, quote_id: str, person: str
) -> Reply:
    """Record a member's vote, and show it in the channel."""
    over = Reply(gettext("The vote is over."))
    subscription = await context.deliveries.find_subscription(delivery.channel)
    candidates = await candidates_of(context, delivery.channel, delivery.slot.day)
    chosen = next((each.quote for each in candidates if each.quote.id == quote_id), None)
    if subscription is None or chosen is None or delivery.message.state is not State.WAITING:
        return over
    if not await context.votes.vote(delivery, quote_id, person):
        return over
    until = instant_of(subscription.schedule, delivery.slot)
    await _show_votes(context, subscription, delivery, candidates)
    if chosen.speaker:
        text = gettext(
            "You voted for the quote by {speaker}. You can change your vote until {when}.",
            speaker=chosen.speaker,
            when=until.text,
        )
    else:
        text = gettext(
            "You voted for the quote. You can change your vote until {when}.", when=until.text
        )
    return Reply(text, instants=(until,))


class _BallotErrand:
    """The question to a channel as the outbox sees it."""

    name = gettext_noop("Vote on the quote of the week")
    language = ""
    pause = timedelta(minutes=1)
    lasting = LASTING
    retry = None

    def __init__(
        self, context: WeeklyContext, delivery: Delivery, candidates: Sequence[Candidate]
    ) -> None:
        self._context = context
        self._delivery = delivery
        self._candidates = candidates
        poster = context.posting.outbox.posters[delivery.channel.platform]
        # Where keys are recognized, a poll carries no button by which it could be found.
        self.is_traceable = not poster.nonce_seconds

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts about it for logs."""
        return facts_of(self._delivery.channel, self._delivery.slot)

    async def compose(self) -> Reply | Skip:
        """Write the question, unless it is switched off or too late for an answer."""
        subscription = await find_active(self._context, self._delivery.channel)
        if subscription is None or self._left() <= timedelta():
            return Skip("The vote is no longer wanted.")
        hours = ceil(self._left() / _HOUR)
        return await _ballot(
            self._context, subscription, self._delivery, self._candidates, {}, hours
        )

    async def compose_again(self) -> Reply | None:
        """Write the same question."""
        written = await self.compose()
        return None if isinstance(written, Skip) else written

    async def drop_blocked(self) -> bool:
        """Return that there is no other question to ask."""
        return False

    async def note(self, message: OutboxMessage, failures: int) -> None:
        """Tell the admin if the channel was not asked."""
        subscription = await find_active(self._context, self._delivery.channel)
        if subscription and message.state in (State.FAILED, State.UNKNOWN):
            await tell(self._context, subscription, NoticeKind.NO_VOTE, self._delivery)

    def _left(self) -> timedelta:
        return self._delivery.slot.at - self._context.posting.outbox.clock()


async def _put_to_vote(
    context: WeeklyContext, subscription: Subscription, slot: Slot
) -> tuple[Candidate, ...]:
    """Return what is put to the vote for a slot; nothing with too few quotes or too little time."""
    channel = subscription.channel
    known = await candidates_of(context, channel, slot.day)
    left = slot.at - context.posting.outbox.clock()
    if known or left < _SHORTEST:
        return known
    chosen = await choose_ballot(context, subscription, slot.day)
    if len(chosen) < _FEWEST:
        return ()
    return await context.votes.open_vote(channel, slot, chosen)


async def _count(
    context: WeeklyContext, delivery: Delivery, candidates: Sequence[Candidate]
) -> tuple[Mapping[str, int], bool]:
    """Count the votes, and return whether we did, rather than the platform. Raise PostError."""
    channel, outbox = delivery.channel, context.posting.outbox
    message = await context.votes.find_ballot(_ballot_key(delivery.message.key, candidates))
    polled: Sequence[int] | None = None
    if message and message.posted_id:
        try:
            async with within(outbox.timing.post, gettext("The poll")):
                poster = outbox.posters[channel.platform]
                polled = await poster.close_poll(channel, message.posted_id)
        except PostError as error:
            if error.kind not in LASTING:
                raise
            _log.warning("A poll is lost. %s", error, extra=facts_of(channel, delivery.slot))
    if polled is None:
        return await context.votes.count_votes(channel, delivery.slot.day), True
    named = zip((each.quote.id for each in candidates), polled, strict=False)
    return dict(named), False


async def _show_votes(
    context: WeeklyContext,
    subscription: Subscription,
    delivery: Delivery,
    candidates: Sequence[Candidate],
) -> None:
    """Show the votes so far, and those that come while the message is being changed."""
    shown: Mapping[str, int] | None = None
    with speaking(await _language_of(context, delivery)):
        for _ in range(_MOST_REDRAWN):
            counts = await context.votes.count_votes(delivery.channel, delivery.slot.day)
            if counts == shown:
                return
            shown = counts
            asked = await _ballot(context, subscription, delivery, candidates, counts, 1)
            await _edit(context, delivery, candidates, asked)


async def _show_result(
    context: WeeklyContext,
    delivery: Delivery,
    candidates: Sequence[Candidate],
    counts: Mapping[str, int],
) -> None:
    """Show the result of a vote, without buttons."""
    pool = await context.pool(delivery.channel)
    with speaking(await _language_of(context, delivery)):
        text = gettext("The vote is over.")
        reply = ballot(pool.episodes, delivery.message.key, candidates, counts, text)
        await _edit(context, delivery, candidates, reply)


async def _language_of(context: WeeklyContext, delivery: Delivery) -> str:
    return await language_for(context.posting.outbox, channel_at(delivery.channel))


async def _edit(
    context: WeeklyContext, delivery: Delivery, candidates: Sequence[Candidate], reply: Reply
) -> None:
    """Change the question in the channel; if that fails, the votes count even so."""
    channel, outbox = delivery.channel, context.posting.outbox
    message = await context.votes.find_ballot(_ballot_key(delivery.message.key, candidates))
    if message is None or not message.posted_id:
        return
    try:
        async with within(outbox.timing.post, channel.id):
            await outbox.posters[channel.platform].edit(channel, message.posted_id, reply)
    except PostError as error:
        _log.warning("Votes are not shown. %s", error, extra=facts_of(channel, delivery.slot))


async def _ballot(
    context: WeeklyContext,
    subscription: Subscription,
    delivery: Delivery,
    candidates: Sequence[Candidate],
    counts: Mapping[str, int],
    hours: int,
) -> Reply:
    until = instant_of(subscription.schedule, delivery.slot)
    text = gettext(
        "Which one should be the quote of the week? You can vote until {when}.", when=until.text
    )
    pool = await context.pool(delivery.channel)
    asked = ballot(pool.episodes, delivery.message.key, candidates, counts, text, hours)
    return replace(asked, instants=(until,))


def _ballot_key(key: str, candidates: Sequence[Candidate]) -> str:
    """Name the message by what is put to the vote.

    That may change when the quotes are switched on again, and a poll counts votes by number.
    """
    return make_key("ballot", key, *(each.quote.id for each in candidates))
