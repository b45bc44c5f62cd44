"""One letter on new episodes on its way: claimed, written, sent, and recovered where it was left.

The row of a recipient is claimed before anything else, and says "sending" before the request. What
is found as "sending" may have been sent: it is sent again under its key where the platform knows
that again, and else taken as sent, so that nothing is told twice.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from bot.answers.replies import Reply
from bot.posting.follows import Letter, Piece, letter_key
from bot.posting.places import Recipient, RecipientKind, person_at
from bot.posting.poster import FailureKind, PostError
from bot.weekly.ports import WeeklyContext

MOST_FAILURES = 3
"""After so many letters in a row that could not be delivered, there are no more."""

# A person gets no two letters in this time; what cannot be delivered is tried again after it.
WEEK, DAY = timedelta(days=7), timedelta(days=1)
_PAUSE, _SHORT_PAUSE = timedelta(minutes=5), timedelta(minutes=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """What a letter says of some pieces, which are then told; no `reply` if nothing is left.

    No `pieces` either say that another library knows more of them.
    """

    pieces: tuple[Piece, ...]
    reply: Reply | None


# Writes a letter on the first of some pieces, or on all of them.
Write = Callable[[Recipient, Sequence[Piece]], Written]


async def send_letters(context: WeeklyContext, recipient: Recipient, write: Write) -> None:
    """Send a recipient what waits for them, letter by letter, until nothing does or it fails."""
    while await _send_one(context, recipient, write):
        pass


async def _send_one(context: WeeklyContext, recipient: Recipient, write: Write) -> bool:
    """Send one letter; say whether there may be another one for now."""
    now, owner = context.clock(), uuid4().hex
    lease = now + context.timing.lease
    letter = await context.ledger.claim_letter(recipient, owner, now, lease, now - WEEK)
    if letter is None:
        return False
    if letter.sending_at and not _is_known_again(context, letter):
        # It was sent, or nobody can tell: what may be there is not sent again.
        _note(letter, "perhaps sent")
        return await context.ledger.finish_letter(letter, letter.sending_at)
    written = await asyncio.to_thread(write, recipient, letter.pieces)
    if not written.pieces:
        begun = letter.sending_at is not None
        await context.ledger.put_off_letter(letter, now + _SHORT_PAUSE, sending=begun)
        return False
    if written.reply is None:
        return await context.ledger.drop_pieces(letter, written.pieces)
    return await _send(context, letter, written.pieces, written.reply)


async def _send(
    context: WeeklyContext, letter: Letter, pieces: Sequence[Piece], reply: Reply
) -> bool:
    now, timing, ledger = context.clock(), context.timing, context.ledger
    doubtful = letter.sending_at is not None
    key = letter.key if doubtful else letter_key(letter.recipient, now)
    if not await ledger.begin_letter(letter, key, pieces, now, now + timing.lease):
        return False
    letter = replace(letter, key=key, sending_at=letter.sending_at or now)
    try:
        async with asyncio.timeout(timing.post.total_seconds()):
            await _post(context, letter, reply)
    except TimeoutError:
        await ledger.put_off_letter(letter, context.clock() + timing.settle, sending=True)
        return False
    except PostError as error:
        await _go_on_after(context, letter, error, doubtful=doubtful)
        return False
    _note(letter, "sent")
    return await ledger.finish_letter(letter, context.clock())


async def _post(context: WeeklyContext, letter: Letter, reply: Reply) -> None:
    recipient = letter.recipient
    poster = context.posters[recipient.platform]
    if recipient.kind is RecipientKind.PERSON:
        await poster.write(recipient.id, reply, letter.key)
    else:
        await poster.announce(recipient.channel, reply, letter.key)


async def _go_on_after(
    context: WeeklyContext, letter: Letter, error: PostError, *, doubtful: bool
) -> None:
    now, ledger = context.clock(), context.ledger
    if error.kind is FailureKind.AMBIGUOUS:
        await ledger.put_off_letter(letter, now + context.timing.settle, sending=True)
    elif error.kind is not FailureKind.PERMANENT:
        pause = timedelta(seconds=error.retry_after) if error.retry_after else _PAUSE
        # That this request sent nothing says nothing of the one before.
        await ledger.put_off_letter(letter, now + pause, sending=doubtful)
    elif doubtful:
        await ledger.finish_letter(letter, now)
    else:
        pause = WEEK if letter.recipient.kind is RecipientKind.PERSON else DAY
        admin = await ledger.fail_letter(letter, now + pause, MOST_FAILURES)
        if admin is not None:
            _note(letter, "given up", logging.WARNING)
        if admin:
            await _tell_admin(context, letter.recipient, admin, error)
    _note(letter, f"not sent. {error}", logging.WARNING)


async def _tell_admin(
    context: WeeklyContext, channel: Recipient, admin: str, error: PostError
) -> None:
    """Tell who switched announcements on in a channel that there are no more; tried once."""
    told = Reply(
        "I have stopped posting new episodes: it did not work several times in a row.",
        (f"Last: {error.reason}", "“/podcast announce on” starts again, there or elsewhere."),
        channel=channel.id,
    )
    key = letter_key(person_at(channel.platform, admin), context.clock())
    try:
        async with asyncio.timeout(context.timing.post.total_seconds()):
            await context.posters[channel.platform].write(admin, told, key)
    except (PostError, TimeoutError) as failure:
        facts = {"platform": channel.platform, "channel": channel.id}
        _log.warning("Its admin does not know of it. %s", failure, extra=facts)


def _is_known_again(context: WeeklyContext, letter: Letter) -> bool:
    """Whether the platform sends nothing twice that was first sent when this was."""
    seconds = timedelta(seconds=context.posters[letter.recipient.platform].nonce_seconds)
    return letter.sending_at is not None and context.clock() - letter.sending_at < seconds


def _note(letter: Letter, outcome: str, level: int = logging.INFO) -> None:
    # Who follows something is nobody's business; a channel's id tells admins what to mend.
    recipient = letter.recipient
    facts = {"platform": recipient.platform, "pieces": len(letter.pieces)}
    if recipient.kind is RecipientKind.CHANNEL:
        facts |= {"workspace": recipient.workspace, "channel": recipient.id}
    _log.log(level, "New episodes, to a %s: %s", recipient.kind, outcome, extra=facts)
