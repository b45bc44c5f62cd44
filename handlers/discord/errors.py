"""The boundary for unexpected errors: the member gets a sentence, the log gets the details."""

import logging
from collections.abc import Awaitable, Callable

import discord
from discord import app_commands

from bot.answers.help import apology, cannot_open
from bot.answers.replies import Reply
from bot.errors import CacheError
from bot.logs import reference_of
from bot.translations import gettext
from handlers.discord.interaction import (
    ANSWERED_BEFORE,
    BotInteraction,
    Interaction,
    reply_privately,
)
from handlers.discord.responses import held_response
from handlers.http import NETWORK_ERRORS

# Unknown interaction, webhook or message, an expired token, or already answered: the answer took
# longer than 3 seconds (or 15 minutes), the member typed on, or dismissed the message.
_TOO_LATE = frozenset({10062, 10015, 10008, 50027, ANSWERED_BEFORE})

_log = logging.getLogger(__name__)

InteractionListener = Callable[[Interaction], Awaitable[None]]


async def run_listener(native: BotInteraction, listener: InteractionListener) -> None:
    """Run a listener in the language of the member.

    If it fails, apologise with a reference to the traceback in the log. An interaction that another
    process answers is ignored. One that comes again over HTTP was not answered: a process was
    killed, and a balancer asks another one.
    """
    interaction, held = Interaction(native), held_response()
    with interaction.backend.in_flight:
        if held is None and not await native.client.events.is_ours(str(native.id)):
            return
        with interaction.speaking(private=True):
            try:
                await listener(interaction)
            except Exception as error:  # noqa: BLE001 - whatever it is, the person must hear of it
                await _answer_failure(interaction, error)
        if held:
            held.end()


async def handle_command_error(native: BotInteraction, error: app_commands.AppCommandError) -> None:
    """Answer a command that could not be run at all."""
    unknown = app_commands.CommandNotFound | app_commands.CommandSignatureMismatch
    if not isinstance(error, unknown):
        return await run_listener(native, _raising(error))
    _log.warning("A registered command is unknown or has changed: run “airquote discord sync”.")
    return await run_listener(native, _tell_unknown)


async def _tell_unknown(interaction: Interaction) -> None:
    sentence = gettext(
        "This command is from another version. Please try again later; an admin can fix it with "
        "“airquote discord sync”."
    )
    await reply_privately(interaction, Reply(sentence))


def _is_too_late(error: BaseException | None) -> bool:
    """Return whether an error only means that nobody is waiting for this answer any more."""
    return isinstance(error, discord.HTTPException) and error.code in _TOO_LATE


class AutocompleteErrorFilter(logging.Filter):
    """Shortens what the library logs about suggestions that come too late to a single line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, perhaps shortened."""
        error = record.exc_info[1] if record.exc_info else None
        if _is_too_late(error):
            record.levelno, record.levelname = logging.INFO, "INFO"
        elif isinstance(error, (discord.HTTPException, *NETWORK_ERRORS)):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        else:
            return True
        record.msg, record.args = "Suggestions were not shown: %s", (type(error).__name__,)
        record.exc_info = record.exc_text = None
        return True


async def _answer_failure(interaction: Interaction, error: Exception) -> None:
    if _is_too_late(error):
        _log.info("Nobody is waiting for this answer any more: %s", error)
        return
    reference = reference_of(error)
    told = cannot_open() if isinstance(error, CacheError) else apology(reference)
    if not isinstance(error, CacheError):  # which the shelf has logged
        _log.error("An interaction failed: %s", reference, exc_info=error)
    try:
        await reply_privately(interaction, told)
    except Exception as another:  # noqa: BLE001 - there is nobody left to tell
        trace = None if _is_too_late(another) else another
        _log.info("The apology for %s could not be sent.", reference, exc_info=trace)


def _raising(error: Exception) -> InteractionListener:
    async def listener(_: Interaction) -> None:
        raise error

    return listener
