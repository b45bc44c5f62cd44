"""Find out whether the app may post in a channel, without showing anything there."""

import asyncio
import logging
from time import time

from slack_sdk.web.async_client import AsyncWebClient

from bot.languages import ENGLISH
from bot.posting.poster import PostError
from bot.translations import gettext, speaking
from handlers.slack.post_errors import raising_slack_errors

# Slack schedules up to 120 days ahead; the message is taken back at once.
_AHEAD_SECONDS = 100 * 24 * 3600
_TRIES = 3
_PAUSE_SECONDS = 0.5

_log = logging.getLogger(__name__)


async def rehearse_post(client: AsyncWebClient, channel: str) -> None:
    """Schedule a post far ahead and take it back; raises PostError as a post would.

    Slack refuses both for the same reasons, and nobody sees what is only scheduled.
    """
    text = gettext("I can post in this channel.")
    with raising_slack_errors():
        scheduled = await client.chat_scheduleMessage(
            channel=channel, post_at=int(time()) + _AHEAD_SECONDS, text=text
        )
    with speaking(ENGLISH):  # only the log hears of this
        await _take_back(client, channel, str(scheduled["scheduled_message_id"]))


async def _take_back(client: AsyncWebClient, channel: str, message: str) -> None:
    for _ in range(_TRIES):
        try:
            with raising_slack_errors():
                await client.chat_deleteScheduledMessage(
                    channel=channel, scheduled_message_id=message
                )
        except PostError as error:
            _log.warning("A scheduled message could not be taken back. %s", error)
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            return
