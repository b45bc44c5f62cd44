"""The boundary for errors of listeners: the member gets a sentence, the log gets the details."""

import logging
from collections.abc import Awaitable, Callable

from slack_sdk.errors import SlackApiError

from bot.answers.help import apology, cannot_open
from bot.answers.replies import Reply
from bot.errors import CacheError
from bot.languages import ENGLISH
from bot.logs import reference_of
from bot.posting.poster import FailureKind, PostError
from bot.translations import gettext, speaking
from handlers.slack.client import slack_error_code
from handlers.slack.interaction import Interaction, read_place, reply_privately
from handlers.slack.post_errors import explain_refusal
from handlers.slack.render.messages import render_reply

_log = logging.getLogger(__name__)


async def run_listener(
    listener: Callable[[Interaction], Awaitable[None]], interaction: Interaction
) -> None:
    """Run a listener; if it fails, say why, or apologise with a reference to the log.

    Bolt's own error handler would discard an acknowledgement that has not been sent yet.
    """
    try:
        read_place(interaction)
        await listener(interaction)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person must hear of it
        refusal = _refusal(error)
        if refusal is not None:
            with speaking(ENGLISH):
                logged = _refusal(error)
            _log.warning("An answer was refused. %s", logged)
            await _tell(interaction, _sentence(refusal), str(logged))
        elif isinstance(error, CacheError):  # the shelf has logged it
            await _tell(interaction, cannot_open(), str(error))
        else:
            reference = reference_of(error)
            _log.exception("A listener failed: %s", reference)
            await _tell(interaction, apology(reference), reference)


def _refusal(error: Exception) -> PostError | None:
    return explain_refusal(error) if isinstance(error, SlackApiError) else None


def _sentence(refusal: PostError) -> Reply:
    if refusal.kind is FailureKind.UNAUTHORIZED:
        return Reply(
            gettext("I cannot answer at the moment: Slack rejects my configuration."),
            (gettext("Please tell whoever runs this bot."),),
        )
    why = f"{refusal.reason} {refusal.remedy}".rstrip()
    return Reply(gettext("I am not allowed to answer there: {why}", why=why))


async def _tell(interaction: Interaction, reply: Reply, about: str) -> None:
    """Tell the member where they are, or else in a direct message."""
    try:
        if interaction.ack.response is None:
            await interaction.ack()
        if interaction.in_modal:
            interaction.dialog = interaction.dialog or interaction.view["id"]
        try:
            await reply_privately(interaction, reply)
        except SlackApiError as error:
            if explain_refusal(error) is None:
                raise
            await _write_to(interaction, reply)
    except SlackApiError as error:
        _log.info("Nobody could be told of this (%s): %s", slack_error_code(error), about)
    except Exception:  # noqa: BLE001 - there is nobody left to tell
        _log.exception("Nobody could be told of this: %s", about)


async def _write_to(interaction: Interaction, reply: Reply) -> None:
    await interaction.client.chat_postMessage(
        channel=interaction.asker.person, **render_reply(reply)
    )
