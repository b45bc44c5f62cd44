"""Deliver one due quote: choose it, send it through the outbox, and notify people.

Before every request, check that the channel still wants a quote and that this one is not barred.
If it is, and was certainly not posted, choose another one.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from bot.answers.replies import Reply, quoted
from bot.posting.outbox import MOST_FAILURES, Later, OutboxMessage, Skip, State, send_message
from bot.posting.places import Channel
from bot.posting.poster import LASTING, PostError
from bot.quotes.models import QuotePool
from bot.translations import gettext, gettext_noop
from bot.weekly.anniversaries import month_of, tell_years, years_since
from bot.weekly.extras import NO_EXTRAS, add_extras
from bot.weekly.messages import posted
from bot.weekly.models import (
    Delivered,
    Delivery,
    Judgement,
    Quote,
    Subscription,
)
from bot.weekly.notices import NOBODY_APPROVED
from bot.weekly.pictures import illustrate, picture_words
from bot.weekly.ports import NoticeKind, WeeklyContext
from bot.weekly.review import facts_of, find_active, retract_outdated, tell
from bot.weekly.selection import choose_quote, find_current, is_barred, read_barred, read_supply
from bot.weekly.slots import LONGEST_PERIOD, Slot
from bot.weekly.voting import elect, tell_result

_log = logging.getLogger(__name__)

# How many quotes may be blocked by a filter before none is posted.
_MOST_BLOCKED = 3
_NO_QUOTE = gettext_noop("There is no quote to post.")
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


async def deliver(context: WeeklyContext, channel: Channel, slot: Slot) -> State | None:
    """Claim a slot and deliver its quote; None if another process has it, or it is too early.

    It is until the channel's podcasts are built: nothing is claimed, so that any process that has
    them may post.
    """
    if not await context.is_ready(channel):
        return None
    outbox = context.posting.outbox
    now = outbox.clock()
    lease = now + outbox.timing.lease
    delivery = await context.deliveries.claim(channel, slot, uuid4().hex, now, lease)
    if delivery is None:
        return None
    return await send_message(outbox, delivery.message, _QuoteErrand(context, delivery))


class _QuoteErrand:
    """A quote as the outbox sees it."""

    name = gettext_noop("Quote of the week")
    is_traceable = True
    language = ""
    lasting = LASTING
    retry = None

    def __init__(self, context: WeeklyContext, delivery: Delivery) -> None:
        self._context = context
        self._delivery = delivery
        self._why_skipped: NoticeKind | None = None
        self._said: Reply | None = None
        self._blocked = 0

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts about it for logs."""
        return facts_of(self._delivery.channel, self._delivery.slot)

    @property
    def pause(self) -> timedelta:
        """Grow with the lateness."""
        return min(max(self._lateness() / 4, _SHORTEST_PAUSE), _LONGEST_PAUSE)

    async def compose(self) -> Reply | Skip | Later:
        """Choose and store a quote, unless it is too late or unwanted."""
        if self._lateness() > self._context.posting.outbox.timing.late:
            return self._skip(gettext_noop("It was too late for it."), NoticeKind.LATE)
        subscription = await self._wanted()
        if subscription is None:
            return self._skip(gettext_noop("It is switched off."))
        if subscription.schedule.review:
            await retract_outdated(self._context, subscription, self._delivery)
        day = self._delivery.slot.day
        quote = await self._unbarred()
        if quote is None or not (subscription.schedule.review or quote.is_literal):
            try:
                quote = await elect(self._context, subscription, self._delivery)
            except PostError as error:
                return Later(self.pause, str(error))
            quote = quote or await choose_quote(self._context, subscription, day)
        if quote is None:
            if subscription.schedule.review:
                missed = f" {said}" if (said := self._delivery.message.reason) else ""
                return self._skip(f"{NOBODY_APPROVED}{missed}", NoticeKind.UNDECIDED)
            known = await self._was_without()
            return self._skip(_NO_QUOTE, None if known else NoticeKind.NOTHING_LEFT)
        await self._context.deliveries.choose(self._delivery, quote)
        return await self._write(quote)

    async def compose_again(self) -> Reply | None:
        """Write the stored quote if it is still wanted."""
        quote = await self._unbarred()
        return await self._write(quote) if quote and await self._wanted() else None

    async def drop_blocked(self) -> bool:
        """Skip a quote that a filter blocks, and return whether there is another one to try."""
        context, channel = self._context, self._delivery.channel
        written = await context.deliveries.find_delivery(self._delivery.message.key)
        subscription = await self._wanted()
        if not written or not written.quote or not subscription or self._blocked >= _MOST_BLOCKED:
            return False
        self._blocked += 1
        now = context.posting.outbox.clock()
        await context.decisions.judge(channel, written.quote, Judgement.SKIP, "", now)
        return await choose_quote(context, subscription, self._delivery.slot.day) is not None

    async def note(self, message: OutboxMessage, failures: int) -> None:
        """Count the state, and notify people where they should act."""
        late = self._lateness().total_seconds()
        self._context.on_delivered(Delivered(message.recipient.platform, message.state, late))
        if message.state is State.SKIPPED and self._why_skipped:
            await self._tell(self._why_skipped, message)
        if message.state is State.SENT:
            await self._add_extras(message)
        if message.state is State.SENT and await self._has_run_out():
            await self._tell(NoticeKind.RUN_OUT, message)
        if message.state is State.UNKNOWN:
            await self._tell(NoticeKind.UNSURE, message)
        if message.state is State.FAILED and failures == 1:
            await self._tell(NoticeKind.FAILED, message)
        if failures == MOST_FAILURES:
            await self._tell(NoticeKind.PAUSED, message)

    async def _write(self, quote: Quote) -> Reply:
        pool = await self._context.pool(self._delivery.channel)
        occasions = await self._occasions(pool, quote)
        reply = posted(pool.episodes, quote, self._delivery.message.key, occasions)
        if subscription := await self._wanted():
            reply = replace(reply, ping=subscription.extras.ping)
        self._said = reply
        draw = self._context.draw if quote.is_literal else None
        if draw is None:
            return reply
        return await illustrate(reply, draw, *picture_words(pool.episodes, quote))

    async def _add_extras(self, message: OutboxMessage) -> None:
        """Add what comes with the post, and tell the admin what could not be added."""
        subscription, said = await self._wanted(), self._said
        if subscription is None or subscription.extras == NO_EXTRAS:
            return
        if said is None and self._delivery.quote:
            # An earlier process posted it, and this one only found it.
            episodes = (await self._context.pool(self._delivery.channel)).episodes
            said = posted(episodes, self._delivery.quote, message.key)
        if said is None:
            return
        channel = self._delivery.channel
        poster = self._context.posting.outbox.posters[channel.platform]
        earlier = await self._posted_before() if subscription.extras.pin else ""
        problems = await add_extras(
            poster, channel, message.posted_id, earlier, said, subscription.extras
        )
        if problems:
            reason = " ".join(problems)
            _log.warning("A quote is posted without all that comes with it. %s", reason)
            await self._tell(NoticeKind.PLAIN, replace(message, reason=reason))

    async def _posted_before(self) -> str:
        """Return the message of the channel's last quote before this one, "" if there is none."""
        sent = [each.message.posted_id for each in await self._earlier()]
        return next(filter(None, reversed(sent)), "")

    async def _occasions(self, pool: QuotePool, quote: Quote) -> tuple[str, ...]:
        """Say why this quote was chosen: votes, the theme of the month, a week of earlier years."""
        channel, day = self._delivery.channel, self._delivery.slot.day
        votes = await tell_result(self._context, channel, day, quote)
        theme = (await self._context.themes.themes(channel)).get(month_of(day), "")
        fits = theme and quote.id in pool.find_about(theme)
        subscription = await self._wanted()
        dates = (each.published for each in pool.episodes if each.slug == quote.episode)
        years = years_since(next(dates, None), day)
        recalls = subscription is not None and subscription.schedule.archive and years
        return (
            *filter(None, [votes]),
            *([gettext("a month about {theme}", theme=quoted(theme))] if fits else []),
            *([tell_years(years)] if recalls else []),
        )

    def _skip(self, reason: str, notice: NoticeKind | None = None) -> Skip:
        self._why_skipped = notice
        return Skip(reason)

    async def _tell(self, notice: NoticeKind, message: OutboxMessage) -> None:
        deliveries = self._context.deliveries
        if subscription := await deliveries.find_subscription(self._delivery.channel):
            delivery = replace(self._delivery, message=message)
            await tell(self._context, subscription, notice, delivery)

    async def _wanted(self) -> Subscription | None:
        return await find_active(self._context, self._delivery.channel)

    async def _unbarred(self) -> Quote | None:
        """Return the stored quote; None if there is none, or it is barred or outdated."""
        quote = self._delivery.quote
        if quote is None:
            return None
        barred = await read_barred(self._context, self._delivery.channel)
        if is_barred(barred, quote):
            return None
        return find_current(await self._context.pool(self._delivery.channel), quote)

    async def _was_without(self) -> bool:
        """Return whether there was no quote for the last slot either, as the admin knows."""
        earlier = await self._earlier()
        return bool(earlier) and earlier[-1].message.reason == _NO_QUOTE

    async def _earlier(self) -> list[Delivery]:
        """Read the channel's deliveries of the period before this one, oldest first."""
        mine = self._delivery
        since = mine.slot.at - LONGEST_PERIOD
        known = await self._context.deliveries.deliveries_of([mine.channel], since)
        return [each for each in known if each.slot.at < mine.slot.at]

    async def _has_run_out(self) -> bool:
        """Return whether this quote is the last one before others are repeated."""
        subscription = await self._wanted()
        written = await self._context.deliveries.find_delivery(self._delivery.message.key)
        if subscription is None or subscription.schedule.review or not written or not written.quote:
            return False
        supply = await read_supply(self._context, self._delivery.channel)
        times = sum(each.id == written.quote.id for each in supply.posted)
        return not supply.unspent and times == 1

    def _lateness(self) -> timedelta:
        return self._context.posting.outbox.clock() - self._delivery.slot.at
