"""Letters on new episodes: their content, and what happens if they cannot be delivered."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from bot.answers.replies import Reply
from bot.posting.follows import Letter, Piece, PostingContext
from bot.posting.notices import notify
from bot.posting.outbox import MOST_FAILURES, Later, OutboxMessage, Skip, State, send_message
from bot.posting.places import Recipient, RecipientKind
from bot.posting.poster import FailureKind
from bot.translations import gettext, gettext_noop

_NAMES = {
    RecipientKind.PERSON: gettext_noop("New episodes, to a person"),
    RecipientKind.CHANNEL: gettext_noop("New episodes, to a channel"),
}
# The least time between two letters to a person, and before an undelivered one is tried again.
WEEK, DAY = timedelta(days=7), timedelta(days=1)
_PAUSE, _SHORT_PAUSE = timedelta(minutes=5), timedelta(minutes=1)

_FAILED = gettext_noop("I could not announce a new episode.")
_GIVEN_UP = gettext_noop(
    "I have stopped announcing new episodes: it failed several times in a row."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A letter on some pieces, which then count as told; no `reply` if nothing is left to say.

    Without `pieces`, a newer library is needed to write on them.
    """

    pieces: tuple[Piece, ...]
    reply: Reply | None


# Writes a letter on the first few pieces, or on all.
Write = Callable[[Recipient, Sequence[Piece]], Awaitable[Written]]


async def send_letters(context: PostingContext, recipient: Recipient, write: Write) -> None:
    """Send a recipient all waiting letters, one by one, until one fails."""
    state: State | None = State.SENT
    while state in (State.SENT, State.UNKNOWN, State.SKIPPED):
        state = await _send_one(context, recipient, write)


async def _send_one(context: PostingContext, recipient: Recipient, write: Write) -> State | None:
    now, owner = context.outbox.clock(), uuid4().hex
    lease = now + context.outbox.timing.lease
    letter = await context.follows.claim_letter(recipient, owner, now, lease, now - WEEK)
    if letter is None:
        return None
    return await send_message(context.outbox, letter.message, _LetterErrand(context, letter, write))


class _LetterErrand:
    """A letter as the outbox sees it."""

    # Few of a platform's messages carry their key, so one perhaps sent counts as sent.
    is_traceable = False
    pause = _PAUSE
    # Problems of the app may pass, and are not the recipient's fault.
    lasting = frozenset({FailureKind.PERMANENT, FailureKind.BLOCKED})

    def __init__(self, context: PostingContext, letter: Letter, write: Write) -> None:
        self._context = context
        self._letter = letter
        self._write = write
        self.language = letter.language
        self.name = _NAMES[letter.message.recipient.kind]
        self.retry = WEEK if letter.message.recipient.kind is RecipientKind.PERSON else DAY

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts for logs, without the person: what people follow is private."""
        recipient = self._letter.message.recipient
        facts = {"platform": recipient.platform, "pieces": len(self._letter.pieces)}
        if recipient.kind is RecipientKind.CHANNEL:
            facts |= {"workspace": recipient.workspace, "channel": recipient.id}
        return facts

    async def compose(self) -> Reply | Skip | Later:
        """Write on the first pieces, or on all, and record which."""
        written = await self._write(self._letter.message.recipient, self._letter.pieces)
        follows = self._context.follows
        if not written.pieces:
            return Later(_SHORT_PAUSE, "Another library knows more of them.")
        if written.reply is None:
            await follows.drop_pieces(self._letter, written.pieces)
            return Skip("There is nothing left to tell.")
        await follows.enclose(self._letter, written.pieces)
        return written.reply

    async def compose_again(self) -> Reply | Skip | Later:
        """Write the same letter again, from its recorded pieces."""
        return await self.compose()

    async def drop_blocked(self) -> bool:
        """Return False, as news has no other words."""
        return False

    async def note(self, message: OutboxMessage, failures: int) -> None:
        """Tell the admin of a channel of its first lasting failure, and of the last."""
        if failures == MOST_FAILURES:
            _log.warning("%s: given up", self.name, extra=dict(self.facts))
            await self._tell_admin(_GIVEN_UP, message.reason)
        elif failures == 1 and message.state is not State.UNKNOWN:
            await self._tell_admin(_FAILED, message.reason)

    async def _tell_admin(self, text: str, reason: str) -> None:
        """Tell the admin of a channel about its announcements; try only once."""
        recipient = self._letter.message.recipient
        if recipient.kind is RecipientKind.PERSON:
            return
        channel = recipient.channel

        def write() -> Reply:
            return Reply(gettext(text), _explain(text, reason), channel=channel.id)

        name = f"{self._letter.message.key}/{text}"
        outcome = await notify(self._context.outbox, channel, self._letter.admin, write, name)
        if not outcome.anyone:
            failure = outcome.missed
            _log.warning("The admin does not know of it. %s", failure, extra=dict(self.facts))


def _explain(text: str, reason: str) -> tuple[str, str]:
    """Say why announcements fail, and what to do."""
    if text == _FAILED:
        return (
            reason,
            gettext("Fix that: I will try once a day, and stop after three failures in a row."),
        )
    return (
        gettext("Last: {reason}", reason=reason),
        gettext("“/podcast announce on” starts again, there or elsewhere."),
    )
