"""One due quote on its way: claimed, chosen, sent, and recovered where somebody left it.

A row of the ledger that is unique for a channel and a date is claimed before anything else, says
"sending" before the request and "sent" after it. What is found as "claimed" was certainly not
posted and is done again. What is found as "sending" may have been posted: it is looked for, or
sent again where the platform knows its key again, or left as unknown and reported; it is never
sent again blindly.

Before every request it is asked whether the channel still wants a quote, and whether this one may
still be posted. What was certainly not posted is chosen anew if it may not.
"""

import asyncio
import logging
from datetime import timedelta
from uuid import uuid4

from bot.posting.places import Channel
from bot.posting.poster import FailureKind, LookupResult, NotFound, PostError
from bot.service.events import Delivered
from bot.weekly.models import Delivery, Quote, State, Subscription, SubscriptionState
from bot.weekly.ports import Notice, Poster, WeeklyContext
from bot.weekly.review import facts_of, tell
from bot.weekly.selection import choose_quote, is_barred, read_barred
from bot.weekly.slots import Slot

MOST_FAILURES = 3
"""So many lasting errors in a row pause a subscription."""

# A message may be a little older, by its platform's clock, than its request by ours.
_CLOCK_SKEW = timedelta(minutes=5)
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)

_log = logging.getLogger(__name__)


async def deliver(context: WeeklyContext, channel: Channel, slot: Slot) -> State | None:
    """Claim a slot and bring it as far as possible; None if another process has it."""
    now = context.clock()
    lease = now + context.timing.lease
    delivery = await context.ledger.claim(channel, slot, uuid4().hex, now, lease)
    if delivery is None:
        return None
    delivering = _Delivering(context, context.posters[channel.platform], delivery)
    if delivery.state is State.SENDING:
        return await delivering.resolve()
    return await delivering.begin()


class _Delivering:
    """One claimed delivery on its way; every step returns the state it has written.

    None instead if the row was taken over, because its lease had ended.
    """

    def __init__(self, context: WeeklyContext, poster: Poster, delivery: Delivery) -> None:
        self._ledger = context.ledger
        self._ports = context
        self._poster = poster
        self._delivery = delivery

    async def begin(self, *, doubtful: bool = False) -> State | None:
        """Choose and send, unless that makes no sense any more; nothing was posted so far.

        `doubtful` says that a request was made before, by which something may turn up yet.
        """
        if self._is_late():
            return await self._skip("It was too late for it.", Notice.LATE)
        subscription = await self._wanted()
        if subscription is None:
            return await self._skip("It is switched off.")
        day = self._delivery.slot.day
        quote = await self._unbarred() or await choose_quote(self._ports, subscription, day)
        if quote is None:
            if subscription.schedule.review:
                return await self._skip("Nobody approved of a quote.", Notice.UNDECIDED)
            return await self._skip("There is no quote to post.", Notice.NOTHING_LEFT)
        return await self._send(quote, doubtful=doubtful)

    async def resolve(self) -> State | None:
        """Find out whether what somebody was sending was posted; if it was not, send it."""
        same = await self._sendable_again()
        if same is None:
            # Who had it may still be sending, if the clock was set or the lease too short.
            await self._ports.pause(self._ports.timing.settle.total_seconds())
        found = await self._look()
        if found is None:
            return await self._put_off(State.SENDING, self._pause(), "It cannot be looked for yet.")
        if isinstance(found, str):
            return await self._finish(State.SENT, message=found)
        if same and self._knows_key():
            return await self._send(same, doubtful=True)
        if found is NotFound.ABSENT:
            return await self.begin(doubtful=True)
        state = await self._finish(State.UNKNOWN, reason="Nobody can tell whether it was posted.")
        return await self._told(state, Notice.UNSURE)

    async def _send(self, quote: Quote, *, doubtful: bool = False) -> State | None:
        """Send a quote once; `doubtful` says that an earlier request may have posted it."""
        now, timing = self._ports.clock(), self._ports.timing
        if not await self._ledger.begin(self._delivery, quote, now, now + timing.lease):
            return self._lost()
        channel, key = self._delivery.channel, self._delivery.key
        try:
            async with asyncio.timeout(timing.post.total_seconds()):
                message = await self._poster.post(channel, quote, key)
        except TimeoutError:
            return await self._put_off(State.SENDING, timing.settle, "There was no answer in time.")
        except PostError as error:
            return await self._go_on_after(error, doubtful=doubtful)
        return await self._finish(State.SENT, message=message)

    async def _go_on_after(self, error: PostError, *, doubtful: bool) -> State | None:
        if error.kind is FailureKind.PERMANENT:
            return await self._fail(error, State.UNKNOWN if doubtful else State.FAILED)
        if error.kind is FailureKind.AMBIGUOUS:
            return await self._put_off(State.SENDING, self._ports.timing.settle, str(error))
        # That this request posted nothing says nothing of the one before.
        state = State.SENDING if doubtful else State.CLAIMED
        pause = timedelta(seconds=error.retry_after) if error.retry_after else self._pause()
        return await self._put_off(state, pause, str(error))

    async def _look(self) -> LookupResult | None:
        """Look for the message; None if that may work later."""
        delivery, now = self._delivery, self._ports.clock()
        since = min(delivery.sending_at or now, now) - _CLOCK_SKEW
        try:
            async with asyncio.timeout(self._ports.timing.post.total_seconds()):
                return await self._poster.find(delivery.channel, delivery.key, since)
        except (TimeoutError, PostError) as error:
            lasting = isinstance(error, PostError) and error.kind is FailureKind.PERMANENT
            given_up = lasting or self._knows_key() or self._is_late()
            return NotFound.CANNOT_TELL if given_up else None

    async def _fail(self, error: PostError, state: State) -> State | None:
        failures = await self._ledger.fail(self._delivery, state, str(error), MOST_FAILURES)
        if failures is None:
            return self._lost()
        self._note(state, str(error))
        if state is State.UNKNOWN:
            await self._told(state, Notice.UNSURE)
        return await self._told(state, Notice.PAUSED) if failures == MOST_FAILURES else state

    async def _skip(self, reason: str, notice: Notice | None = None) -> State | None:
        state = await self._finish(State.SKIPPED, reason=reason)
        return await self._told(state, notice) if notice else state

    async def _finish(self, state: State, message: str = "", reason: str = "") -> State | None:
        if not await self._ledger.finish(self._delivery, state, message, reason):
            return self._lost()
        return self._note(state, reason)

    async def _put_off(self, state: State, pause: timedelta, reason: str) -> State | None:
        until = self._ports.clock() + pause
        if not await self._ledger.put_off(self._delivery, state, until, reason):
            return self._lost()
        return self._note(state, reason)

    async def _told(self, state: State | None, notice: Notice) -> State | None:
        """Tell people what was written, if it was."""
        subscription = await self._ledger.find_subscription(self._delivery.channel)
        if state and subscription:
            await tell(self._ports, subscription, notice, self._delivery)
        return state

    async def _wanted(self) -> Subscription | None:
        """Read the subscription of the channel; None if it is not on, by now."""
        found = await self._ledger.find_subscription(self._delivery.channel)
        return found if found and found.state is SubscriptionState.ON else None

    async def _unbarred(self) -> Quote | None:
        """Take what was chosen before; None if it may not be posted any more."""
        quote = self._delivery.quote
        if quote is None or is_barred(
            await read_barred(self._ports, self._delivery.channel), quote
        ):
            return None
        return quote

    async def _sendable_again(self) -> Quote | None:
        """Take what may be sent again without a look: its key is known, and it is still wanted."""
        return await self._unbarred() if self._knows_key() and await self._wanted() else None

    def _note(self, state: State, reason: str) -> State:
        facts = facts_of(self._delivery.channel, self._delivery.slot)
        level = logging.INFO if state is State.SENT else logging.WARNING
        _log.log(level, "Quote of the week: %s. %s", state, reason, extra=facts)
        late = self._lateness().total_seconds()
        self._ports.on_delivered(Delivered(self._delivery.channel.platform, state, late))
        return state

    def _lost(self) -> State | None:
        facts = facts_of(self._delivery.channel, self._delivery.slot)
        _log.warning("Another process has taken over the quote of the week.", extra=facts)
        return None

    def _is_late(self) -> bool:
        return self._lateness() > self._ports.timing.late

    def _lateness(self) -> timedelta:
        return self._ports.clock() - self._delivery.slot.at

    def _knows_key(self) -> bool:
        """Whether the platform posts nothing twice that was first sent when this was.

        What was first sent in the future tells that the clock was set back, and is not relied on;
        `weekly.tick` sees to it that this is noticed at once. If no process ran from then until
        the clock had caught up, it cannot be noticed.
        """
        first = self._delivery.sending_at
        seconds = timedelta(seconds=self._poster.nonce_seconds)
        return first is not None and timedelta() <= self._ports.clock() - first < seconds

    def _pause(self) -> timedelta:
        """Wait for longer the longer it goes on."""
        return min(max(self._lateness() / 4, _SHORTEST_PAUSE), _LONGEST_PAUSE)
