"""Messages on their way: claimed, sent, and recovered after a crash.

A message is claimed before anything else, says "sending" before the request and "sent" after it.
A message found as "claimed" was certainly not posted and is sent again. One found as "sending" may
have been posted: it is looked for, or sent again where the platform recognizes its key, or left as
unknown; it is never resent blindly.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.answers.replies import Reply
from bot.languages import ENGLISH
from bot.posting.places import Recipient, RecipientKind
from bot.posting.poster import (
    LASTING,
    FailureKind,
    LookupResult,
    NotFound,
    Poster,
    PostError,
    within,
)
from bot.translations import gettext, gettext_noop, speaking

MOST_FAILURES = 3
"""How many lasting errors in a row end the messages to a recipient."""

# The length of a Discord nonce.
_KEY_CHARACTERS = 25
# For a message's language, which is no reason to wait for long.
_PATIENCE = timedelta(seconds=3)
# The platform's clock may be behind ours.
_CLOCK_SKEW = timedelta(minutes=5)

_log = logging.getLogger(__name__)


class Topic(StrEnum):
    """What a message is about."""

    QUOTE = "quote"  # of the week, in a channel
    LETTER = "letter"  # on new episodes, to a person
    ANNOUNCEMENT = "announcement"  # of new episodes, in a channel
    BALLOT = "ballot"  # to vote on the next quote, in a channel


class State(StrEnum):
    """The state of a message; a process owns a claimed or sending one until its lease ends."""

    WAITING = "waiting"  # for a decision
    CLAIMED = "claimed"  # certainly not posted
    SENDING = "sending"  # perhaps posted
    SENT = "sent"
    FAILED = "failed"  # refused for good
    UNKNOWN = "unknown"  # perhaps posted, impossible to tell
    SKIPPED = "skipped"


OPEN_STATES = (State.CLAIMED, State.SENDING)


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message to a recipient; its key stays the same for each try, and may be sent along.

    `sending_at` is when it was first tried, `posted_id` the platform's id of the post, `reason` why
    it was not posted: in English, or as the platform's errors were worded. `owner` may change it
    until `lease`. A postponed message has no owner, and any process may claim it after `lease`.
    """

    key: str
    topic: Topic
    recipient: Recipient
    state: State
    owner: str = ""
    lease: datetime | None = None
    sending_at: datetime | None = None
    posted_id: str = ""
    reason: str = ""


def make_key(*names: object) -> str:
    """Hash names to a key of 25 characters."""
    return hashlib.sha256("/".join(map(str, names)).encode()).hexdigest()[:_KEY_CHARACTERS]


class OutboxStore(Protocol):
    """Messages and their states, shared by all processes; all methods raise StoreError.

    Only its owner can change an open message; every method returns whether it did.
    """

    async def begin(self, message: OutboxMessage, now: datetime, lease: datetime) -> bool:
        """Mark a message as sending, before the request."""

    async def put_off(
        self, message: OutboxMessage, state: State, until: datetime, reason: str
    ) -> bool:
        """Release a claimed or sending message to any process from then on."""

    async def finish(
        self,
        message: OutboxMessage,
        state: State,
        now: datetime,
        posted_id: str = "",
        reason: str = "",
    ) -> bool:
        """Record the outcome of a message; success resets the recipient's failures."""

    async def fail(
        self,
        message: OutboxMessage,
        state: State,
        now: datetime,
        reason: str,
        *,
        until: datetime | None = None,
    ) -> int | None:
        """Record and count a lasting error; MOST_FAILURES in a row end messages to the recipient.

        `until` is when any process may claim a postponed message. Return the number of errors in a
        row, or None if another process owns the message.
        """


@dataclass(frozen=True, slots=True)
class Timing:
    """Time limits.

    `post` is for one request to a platform. `settle` must be longer: after it, the former owner of
    a message has stopped sending. `lease` is for one message and must be longer than both together.
    After `late`, a message is not worth sending.
    """

    lease: timedelta = timedelta(seconds=120)
    post: timedelta = timedelta(seconds=10)
    settle: timedelta = timedelta(seconds=15)
    late: timedelta = timedelta(hours=48)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outbox:
    """What sending depends on; `posters` has platform names as keys.

    `language` is for those whose language is unknown.
    """

    store: OutboxStore
    posters: Mapping[str, Poster]
    clock: Callable[[], datetime] = _now
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    timing: Timing = field(default_factory=Timing)
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class Skip:
    """There is nothing to send, now or later; the reason is in English."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """The message cannot be written yet."""

    pause: timedelta
    reason: str


class Errand(Protocol):
    """The content of a message, and what else depends on its topic."""

    @property
    def name(self) -> str:
        """Return the message's name in logs, a text of the catalogue."""

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts about it for logs."""

    @property
    def is_traceable(self) -> bool:
        """Return whether posters can find the message by its key."""

    @property
    def pause(self) -> timedelta:
        """Return how long to wait before retrying if the platform does not say."""

    @property
    def lasting(self) -> Collection[FailureKind]:
        """Return the failures that count against the recipient."""

    @property
    def retry(self) -> timedelta | None:
        """Return how long after a lasting error to retry; None for never."""

    @property
    def language(self) -> str:
        """Return the language to write in if the platform does not say; "" if unknown."""

    async def compose(self) -> Reply | Skip | Later:
        """Write the reply to send, and store what is in it."""

    async def compose_again(self) -> Reply | Skip | Later | None:
        """Write the reply that was sent before; None if it must not be sent again."""

    async def drop_blocked(self) -> bool:
        """Give up words that a filter has blocked; return whether there are others to send."""

    async def note(self, message: OutboxMessage, failures: int) -> None:
        """React to a written state; `failures` counts lasting errors in a row."""


async def language_for(outbox: Outbox, *recipients: Recipient, otherwise: str = "") -> str:
    """Find the language for a message: that of the first recipient of whom it is known.

    If the platform knows none, return `otherwise`, or else the language of the settings.
    """
    for recipient in recipients:
        poster = outbox.posters[recipient.platform]
        try:
            async with within(_PATIENCE, recipient.platform):
                if found := await poster.language_of(recipient):
                    return found
        except PostError as error:
            _log.info("A language is unknown. %s", error)
    return otherwise or outbox.language


async def send_message(outbox: Outbox, message: OutboxMessage, errand: Errand) -> State | None:
    """Advance a claimed message as far as possible; return None if another process took over.

    It is written in the language of its recipient.
    """
    with speaking(await language_for(outbox, message.recipient, otherwise=errand.language)):
        sending = _Sending(outbox, message, errand)
        if message.state is State.SENDING:
            return await sending.resolve()
        return await sending.begin()


class _Sending:
    """One claimed message on its way; every step returns the state it recorded.

    A step returns None if another process took over because the lease had ended.
    """

    def __init__(self, outbox: Outbox, message: OutboxMessage, errand: Errand) -> None:
        self._outbox = outbox
        self._poster = outbox.posters[message.recipient.platform]
        self._message = message
        self._errand = errand

    async def begin(self, *, doubtful: bool = False) -> State | None:
        """Write and send a message that was not posted so far.

        If `doubtful`, an earlier request may still post it.
        """
        return await self._use(await self._errand.compose(), doubtful=doubtful)

    async def resolve(self) -> State | None:
        """Find out whether an interrupted message was posted; if not, send it."""
        again = await self._errand.compose_again() if self._is_known_again() else None
        if isinstance(again, Skip | Later):
            return await self._use(again, doubtful=True)
        if again is None and self._errand.is_traceable:
            # The former owner may still be sending, if a clock was set or the lease too short.
            await self._outbox.pause(self._outbox.timing.settle.total_seconds())
        found = await self._look()
        if found is None:
            reason = gettext_noop("It cannot be looked for yet.")
            return await self._put_off(State.SENDING, self._errand.pause, reason)
        if isinstance(found, str):
            return await self._finish(State.SENT, posted_id=found)
        if again and self._is_known_again():
            return await self._send(again, doubtful=True)
        if found is NotFound.ABSENT:
            return await self.begin(doubtful=True)
        reason = gettext_noop("Nobody can tell whether it was posted.")
        return await self._finish(State.UNKNOWN, reason=reason)

    async def _use(self, draft: Reply | Skip | Later, *, doubtful: bool) -> State | None:
        if isinstance(draft, Skip):
            return await self._finish(State.SKIPPED, reason=draft.reason)
        if isinstance(draft, Later):
            state = State.SENDING if doubtful else State.CLAIMED
            return await self._put_off(state, draft.pause, draft.reason)
        return await self._send(draft, doubtful=doubtful)

    async def _send(self, reply: Reply, *, doubtful: bool) -> State | None:
        """Send a reply once; if `doubtful`, an earlier request may have posted it."""
        now, timing = self._outbox.clock(), self._outbox.timing
        if not await self._outbox.store.begin(self._message, now, now + timing.lease):
            return self._lost()
        try:
            async with within(timing.post, gettext(self._errand.name)):
                posted_id = await self._request(reply)
        except PostError as error:
            return await self._go_on_after(error, doubtful=doubtful)
        return await self._finish(State.SENT, posted_id=posted_id)

    async def _request(self, reply: Reply) -> str:
        recipient, key = self._message.recipient, self._message.key
        if recipient.kind is RecipientKind.CHANNEL:
            return await self._poster.post(recipient.channel, reply, key)
        await self._poster.send(recipient, reply, key)
        return ""

    async def _go_on_after(self, error: PostError, *, doubtful: bool) -> State | None:
        if error.kind is FailureKind.BLOCKED and await self._errand.drop_blocked():
            _log.warning("%s: %s", self._errand.name, error, extra=dict(self._errand.facts))
            return await self.begin(doubtful=doubtful)
        if error.kind in self._errand.lasting:
            return await self._fail(str(error), doubtful=doubtful)
        if error.kind is FailureKind.AMBIGUOUS:
            return await self._put_off(State.SENDING, self._outbox.timing.settle, str(error))
        # This request posted nothing, but an earlier one may have.
        state = State.SENDING if doubtful else State.CLAIMED
        pause = timedelta(seconds=error.retry_after) if error.retry_after else self._errand.pause
        return await self._put_off(state, pause, str(error))

    async def _look(self) -> LookupResult | None:
        """Look for the message; return None if a later try may work."""
        if not self._errand.is_traceable:
            return NotFound.CANNOT_TELL
        message, now = self._message, self._outbox.clock()
        first = min(message.sending_at or now, now)
        try:
            async with within(self._outbox.timing.post, gettext(self._errand.name)):
                channel = message.recipient.channel
                return await self._poster.find(channel, message.key, first - _CLOCK_SKEW)
        except PostError as error:
            is_late = now - first > self._outbox.timing.late
            given_up = error.kind in LASTING or self._is_known_again() or is_late
            return NotFound.CANNOT_TELL if given_up else None

    async def _fail(self, reason: str, *, doubtful: bool) -> State | None:
        now, retry = self._outbox.clock(), self._errand.retry
        state, until = State.UNKNOWN if doubtful else State.FAILED, None
        if retry and not doubtful:
            state, until = State.CLAIMED, now + retry
        failures = await self._outbox.store.fail(self._message, state, now, reason, until=until)
        if failures is None:
            return self._lost()
        return await self._note(state, reason, failures=failures)

    async def _finish(self, state: State, posted_id: str = "", reason: str = "") -> State | None:
        now = self._outbox.clock()
        if not await self._outbox.store.finish(self._message, state, now, posted_id, reason):
            return self._lost()
        return await self._note(state, reason, posted_id)

    async def _put_off(self, state: State, pause: timedelta, reason: str) -> State | None:
        until = self._outbox.clock() + pause
        if not await self._outbox.store.put_off(self._message, state, until, reason):
            return self._lost()
        return await self._note(state, reason)

    async def _note(
        self, state: State, reason: str, posted_id: str = "", failures: int = 0
    ) -> State:
        level = logging.INFO if state is State.SENT else logging.WARNING
        said = f"{state}. {reason}".rstrip()
        _log.log(level, "%s: %s", self._errand.name, said, extra=dict(self._errand.facts))
        written = replace(self._message, state=state, reason=reason, posted_id=posted_id)
        await self._errand.note(written, failures)
        return state

    def _lost(self) -> State | None:
        facts = dict(self._errand.facts)
        _log.warning("%s: another process has taken over.", self._errand.name, extra=facts)
        return None

    def _is_known_again(self) -> bool:
        """Return whether the platform would still recognize the message as sent before.

        A first try in the future means that the clock was set back, so do not rely on it.
        `weekly.tick` makes sure that this is noticed at once, unless no process runs until the
        clock has caught up.
        """
        first = self._message.sending_at
        seconds = timedelta(seconds=self._poster.nonce_seconds)
        return first is not None and timedelta() <= self._outbox.clock() - first < seconds
