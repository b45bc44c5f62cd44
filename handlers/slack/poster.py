"""Posting in Slack: in channels and to people, and finding and changing what was posted."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.replies import Reply, is_passage
from bot.posting.places import Channel
from bot.posting.poster import LASTING, FailureKind, LookupResult, NotFound, PostError
from handlers.slack.client import slack_error_code
from handlers.slack.pictures import Pictures
from handlers.slack.post_errors import raising_slack_errors
from handlers.slack.posts import channel_post, find_key, find_picture
from handlers.slack.render.messages import render_reply
from handlers.slack.render.rich_text import Payload

# Of the ten that a post may take, how long its picture may keep it waiting.
_PICTURE_SECONDS = 5.0
_CHECKED_SECONDS = 0.5
_BAD_PICTURE = "invalid_blocks"
_PAGE, _MOST_PAGES = 200, 5
# History is a scope that not everybody grants.
_BLIND = frozenset(
    {
        *("missing_scope", "no_permission", "not_allowed_token_type", "access_denied"),
        *("not_in_channel", "method_not_supported_for_channel_type"),
    }
)
_CHANNELS_ONLY = "I can post in channels only, not in direct messages."
_GONE = "message_not_found"
_PROBE = "I can post in this channel."

_log = logging.getLogger(__name__)


class SlackPoster:
    """A `bot.posting.poster.Poster`; `client` must be one that tries nothing again.

    `admins` hear what the admin of any channel hears. The name of a message is its timestamp, with
    its picture's file behind a "/" if it has one.
    """

    platform = "slack"
    # Slack knows no message again: https://docs.slack.dev/reference/methods/chat.postMessage
    nonce_seconds = 0.0

    def __init__(self, client: AsyncWebClient, admins: Iterable[str] = ()) -> None:
        self.admins = tuple(sorted(admins))
        self._client = client
        self._pictures = Pictures(client)

    async def post(self, channel: Channel, reply: Reply, key: str) -> str:
        """Post a reply for everybody and name the message; raises PostError."""
        until = asyncio.get_running_loop().time() + _PICTURE_SECONDS
        image = reply.image if is_passage(reply) else None
        if image and (picture := await self._pictures.upload(image, until)):
            content = channel_post(reply, key, picture)
            if message := await self._post_with_picture(channel, content, picture, until):
                return f"{message}/{picture}"
        with raising_slack_errors():
            return await self._post(channel, channel_post(reply, key))

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        """Look for the message with a key, not older than `since`; raises PostError."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            with raising_slack_errors():
                page = await self._history(channel, since, cursor)
            if page is None:
                return NotFound.CANNOT_TELL
            for each in page.get("messages") or ():
                if find_key(each) == key:
                    picture = find_picture(each)
                    return f"{each['ts']}/{picture}" if picture else str(each["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return NotFound.ABSENT
        return NotFound.CANNOT_TELL

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        """Put a reply in the place of all that a message shows; raises PostError."""
        ts, _, picture = message.partition("/")
        shown = render_reply(reply, public=True)
        content = {"text": shown["text"], "blocks": shown["blocks"]}
        with raising_slack_errors():
            try:
                await self._client.chat_update(channel=channel.id, ts=ts, **content)
            except SlackApiError as error:
                if slack_error_code(error) != _GONE:
                    raise
                _log.info("A message that was to be changed was deleted before.")
        if picture:
            await self._pictures.delete(picture)

    async def why_not(self, channel: Channel, admin: str) -> str | None:
        """Say what an admin is to do before anything can be posted there; None if it can.

        What only the admin sees fails as a post would. Raises PostError if nobody can tell.
        """
        if channel.id.startswith("D"):
            return _CHANNELS_ONLY
        try:
            with raising_slack_errors():
                await self._client.chat_postEphemeral(channel=channel.id, user=admin, text=_PROBE)
        except PostError as error:
            if error.kind not in LASTING:
                raise
            return f"I cannot post here: {error.reason} {error.remedy}".rstrip()
        return None

    async def send(self, person: str, reply: Reply, key: str) -> None:
        """Write to a person alone; raises PostError, PERMANENT if they cannot be written to.

        Slack knows no key again.
        """
        # Who follows something is named in no log.
        with raising_slack_errors("A direct message"):
            await self._client.chat_postMessage(channel=person, **render_reply(reply))

    async def _post(self, channel: Channel, content: Payload) -> str:
        response = await self._client.chat_postMessage(channel=channel.id, **content)
        return str(response["ts"])

    async def _post_with_picture(
        self, channel: Channel, content: Payload, picture: str, until: float
    ) -> str | None:
        """Post a message with a picture; None if Slack has not taken that in by a time.

        A picture that nobody will see is deleted.
        """
        try:
            with raising_slack_errors():
                if message := await self._post_when_ready(channel, content, until):
                    return message
        except PostError as error:
            if error.kind is not FailureKind.AMBIGUOUS:
                await self._pictures.delete(picture)
            raise
        self._pictures.explain("Slack was not ready to show it")
        await self._pictures.delete(picture)
        return None

    async def _post_when_ready(
        self, channel: Channel, content: Payload, until: float
    ) -> str | None:
        """Post as soon as Slack shows the files in a message; None if it does not by a time.

        It looks through a file after it has come, and refuses messages with it until then: they
        are certainly not posted.
        """
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await self._post(channel, content)
            except SlackApiError as error:
                if slack_error_code(error) != _BAD_PICTURE:
                    raise
            if loop.time() + _CHECKED_SECONDS > until:
                return None
            await asyncio.sleep(_CHECKED_SECONDS)

    async def _history(self, channel: Channel, since: datetime, cursor: str) -> Payload | None:
        """Read a page of what was posted since; None if the app may not."""
        try:
            response = await self._client.conversations_history(
                channel=channel.id,
                oldest=f"{since.timestamp():.6f}",
                limit=_PAGE,
                cursor=cursor or None,
                include_all_metadata=True,
            )
        except SlackApiError as error:
            if slack_error_code(error) in _BLIND:
                return None
            raise
        return response.data if isinstance(response.data, dict) else {}
