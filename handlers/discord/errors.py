"""The one boundary for whatever goes wrong: a person hears a sentence, the log has the rest."""

import logging
from collections.abc import Awaitable, Callable

import discord
from discord import app_commands

from bot.answers.help import apology
from bot.answers.replies import Reply
from bot.logs import reference_of
from handlers.discord.calls import ANSWERED_BEFORE, Asked, Call, tell
from handlers.web import NETWORK_ERRORS

# Unknown interaction, webhook and message, a token that is too old, and an answer that is there: it
# took more than three seconds (or fifteen minutes), somebody typed on or has put the message away.
_TOO_LATE = frozenset({10062, 10015, 10008, 50027, ANSWERED_BEFORE})
_NOT_KNOWN = Reply(
    "This command is of another version. Please try again in a while; an admin can mend it with "
    "“airquote discord sync”."
)

_log = logging.getLogger(__name__)

Listener = Callable[[Call], Awaitable[None]]


async def attend(asked: Asked, listener: Listener) -> None:
    """Run a listener; when it fails, the person gets a sentence with a number, the log the rest."""
    call = Call(asked)
    with call.desk.running:
        try:
            await listener(call)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person must hear of it
            await _answer_failure(call, error)


async def explain_failure(asked: Asked, error: app_commands.AppCommandError) -> None:
    """Answer a command that could not even be begun."""
    unknown = app_commands.CommandNotFound | app_commands.CommandSignatureMismatch
    if not isinstance(error, unknown):
        return await attend(asked, _raising(error))
    _log.warning("A command is not known as it is registered: “airquote discord sync” is due.")
    return await attend(asked, lambda call: tell(call, _NOT_KNOWN))


def is_too_late(error: BaseException | None) -> bool:
    """Say whether an error only means that nobody waits for this answer any more."""
    return isinstance(error, discord.HTTPException) and error.code in _TOO_LATE


class Quiet(logging.Filter):
    """Makes one plain line of what the library logs of suggestions that come too late."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        error = record.exc_info[1] if record.exc_info else None
        if is_too_late(error):
            record.levelno, record.levelname = logging.INFO, "INFO"
        elif isinstance(error, (discord.HTTPException, *NETWORK_ERRORS)):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        else:
            return True
        record.msg, record.args = "Suggestions are not shown: %s", (type(error).__name__,)
        record.exc_info = record.exc_text = None
        return True


async def _answer_failure(call: Call, error: Exception) -> None:
    if is_too_late(error):
        _log.info("Nobody waits for this answer any more: %s", error)
        return
    reference = reference_of(error)
    _log.error("A call failed: %s", reference, exc_info=error)
    try:
        await tell(call, apology(reference))
    except Exception as another:  # noqa: BLE001 - there is nobody left to tell
        trace = None if is_too_late(another) else another
        _log.info("Nobody hears of %s.", reference, exc_info=trace)


def _raising(error: Exception) -> Listener:
    async def listener(_: Call) -> None:
        raise error

    return listener
