"""Post, find and edit messages in Slack, each sent at most once."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.answers.replies import Image, Reply, is_passage
from bot.posting.places import Channel, Recipient, RecipientKind
from bot.posting.poster import LASTING, FailureKind, LookupResult, NotFound, PostError
from bot.translations import gettext
from handlers.slack.client import slack_error_code
from handlers.slack.clients import Clients
from handlers.slack.locales import Locales
from handlers.slack.moderators import is_admin, named_in
from handlers.slack.post_errors import BLIND, raising_slack_errors
from handlers.slack.post_extras import find_user_group, pin_message, reply_below
from handlers.slack.rehearsal import rehearse_post
from handlers.slack.render.messages import render_reply
from handlers.slack.render.posts import channel_post, find_key, find_picture
from handlers.slack.render.rich_text import Payload

# A post may take ten seconds in all; this much is for its picture.
_PICTURE_SECONDS = 5.0
_CHECK_SECONDS = 0.5
# The outcome of a post must not get lost because its picture takes too long to delete.
_DELETE_SECONDS = 2.0
_FILE_GONE = frozenset({"file_deleted", "file_not_found"})
_BAD_PICTURE = "invalid_blocks"
_PAGE, _MAX_PAGES = 200, 5
# How many admins get a notice that nobody else can get.
_MAX_STAND_INS = 3
_MESSAGE_GONE = "message_not_found"

_log = logging.getLogger(__name__)


class Pictures:
    """Uploads pictures; each reason for a post without one is logged once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    async def upload(self, client: AsyncWebClient, image: Image, until: float) -> str:
        """Upload a picture and return its file id; "" if that fails or takes past `until`."""
        try:
            async with asyncio.timeout_at(until):
                done = await client.files_upload_v2(
                    filename=image.name, file=image.png, title=image.text
                )
                return str(done["files"][0]["id"])
        except Exception as error:  # noqa: BLE001 - the message matters more than its picture
            self.explain(_reason(error))
            return ""

    async def delete(self, client: AsyncWebClient, picture: str) -> None:
        """Delete the file of a picture, or log why that failed."""
        try:
            async with asyncio.timeout(_DELETE_SECONDS):
                await client.files_delete(file=picture)
        except Exception as error:  # noqa: BLE001 - no message shows the file any more
            if not (isinstance(error, SlackApiError) and slack_error_code(error) in _FILE_GONE):
                _log.warning("A picture could not be deleted: %s.", _reason(error))

    def explain(self, reason: str) -> None:
        """Log why a post has no picture, once per reason."""
        if reason not in self._told:
            self._told.add(reason)
            _log.warning("A message is posted without its picture: %s.", reason)


def _reason(error: Exception) -> str:
    """Describe an error without its upload address, which would let anyone upload."""
    if isinstance(error, SlackApiError):
        return f"Slack answered “{slack_error_code(error)}”"
    return "it took too long" if isinstance(error, TimeoutError) else type(error).__name__


class SlackPoster:
    """A `bot.posting.poster.Poster`; the `clients` must not retry requests.

    `admins` are told whatever the admin of a channel is told: members, or of one workspace only, as
    in T012AB3C4/U567DE8F9; and `locales` knows who reads which language. A message is named by its
    timestamp, followed by "/" and the file id of its picture if it has one.
    """

    platform = "slack"
    # Slack has no nonce: https://docs.slack.dev/reference/methods/chat.postMessage
    nonce_seconds = 0.0

    def __init__(
        self, clients: Clients, admins: Iterable[str] = (), locales: Locales | None = None
    ) -> None:
        self._admins = frozenset(admins)
        self._clients = clients
        self._locales = locales or Locales(clients)
        self._pictures = Pictures()

    def admins_of(self, workspace: str) -> Sequence[str]:
        """Return the members in the settings whose ids are of this workspace."""
        return sorted(named_in(workspace, self._admins))

    async def post(self, channel: Channel, reply: Reply, key: str) -> str:
        """Post a reply in a channel and return the name of the message; raises PostError."""
        until = asyncio.get_running_loop().time() + _PICTURE_SECONDS
        client = await self._clients.of(channel.workspace)
        image = reply.image if is_passage(reply) else None
        if image and (picture := await self._pictures.upload(client, image, until)):
            content = channel_post(reply, key, picture)
            if message := await self._post_with_picture(client, channel, content, picture, until):
                return f"{message}/{picture}"
        with raising_slack_errors():
            return await _post(client, channel, channel_post(reply, key))

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        """Look for the message with a key, not older than `since`; raises PostError."""
        client, cursor = await self._clients.of(channel.workspace), ""
        for _ in range(_MAX_PAGES):
            with raising_slack_errors():
                page = await _history(client, channel, since, cursor)
            if page is None:
                return NotFound.CANNOT_TELL
            for each in page.get("messages") or ():
                if find_key(each) == key:
                    picture = find_picture(each)
                    return f"{each['ts']}/{picture}" if picture else str(each["ts"])
            cursor = _next_cursor(page)
            if not cursor:
                return NotFound.ABSENT
        return NotFound.CANNOT_TELL

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        """Replace the content of a message with a reply; raises PostError."""
        ts, _, picture = message.partition("/")
        content = render_reply(reply, public=True)
        client = await self._clients.of(channel.workspace)
        with raising_slack_errors():
            try:
                await client.chat_update(channel=channel.id, ts=ts, **content)
            except SlackApiError as error:
                if slack_error_code(error) != _MESSAGE_GONE:
                    raise
                _log.info("A message to be edited was already deleted.")
        if picture:
            await self._pictures.delete(client, picture)

    async def find_group(self, channel: Channel, named: str) -> str:
        """Find the id of a user group; raises PostError that says what is wrong."""
        return await find_user_group(await self._clients.of(channel.workspace), named)

    async def lacks(self, channel: Channel, *, thread: bool, pin: bool, ping: str) -> Sequence[str]:
        """Return nothing: Slack says what a token may not do only when it is tried."""
        return ()

    async def open_thread(self, channel: Channel, message: str, name: str, text: str) -> None:
        """Begin a thread below a message with a text; raises PostError."""
        client = await self._clients.of(channel.workspace)
        await reply_below(client, channel.id, message.partition("/")[0], text)

    async def pin(self, channel: Channel, message: str, earlier: str = "") -> None:
        """Pin a message in place of an earlier one; raises PostError."""
        new, old = (each.partition("/")[0] for each in (message, earlier))
        await pin_message(await self._clients.of(channel.workspace), channel.id, new, old)

    async def close_poll(self, channel: Channel, message: str) -> Sequence[int] | None:
        """Return None: Slack has no polls that apps can read."""
        return None

    async def why_not(self, channel: Channel, admin: str, *, plain: bool = False) -> str | None:
        """Say what an admin must do before Airquote can post in a channel; None if it can.

        Raises PostError if that cannot be told.
        """
        if channel.id.startswith("D"):
            return gettext("I can post in channels only, not in direct messages.")
        try:
            await rehearse_post(await self._clients.of(channel.workspace), channel.id)
        except PostError as error:
            if error.kind not in LASTING:
                raise
            why = f"{error.reason} {error.remedy}".rstrip()
            return gettext("I cannot post here: {why}", why=why)
        return None

    async def stand_ins(self, channel: Channel) -> Sequence[str]:
        """Return the first admins of a channel's workspace, its owner first; raises PostError.

        Empty without the scope to see them.
        """
        admins: list[Payload] = []
        client, cursor = await self._clients.of(channel.workspace), ""
        for _ in range(_MAX_PAGES):
            try:
                with raising_slack_errors():
                    page = await client.users_list(limit=_PAGE, cursor=cursor or None)
            except PostError as error:
                if error.kind is FailureKind.UNAUTHORIZED:
                    return ()
                raise
            members: list[Payload] = page.get("members") or []
            admins += [each for each in members if _is_stand_in(each, channel.workspace)]
            cursor = _next_cursor(page)
            if not cursor:
                break
        admins.sort(key=lambda each: (not each.get("is_primary_owner"), not each.get("is_owner")))
        return [str(each["id"]) for each in admins[:_MAX_STAND_INS]]

    async def send(self, person: Recipient, reply: Reply, key: str) -> None:
        """Send a reply to a person; raises PostError, PERMANENT if they cannot be reached.

        Slack ignores the key.
        """
        client = await self._clients.of(person.workspace)
        # No log names who follows something.
        with raising_slack_errors(gettext("A direct message")):
            await client.chat_postMessage(channel=person.id, **render_reply(reply))

    async def has_left(self, workspace: str, person: str) -> bool:
        """Return whether a member was deactivated, whatever the workspace; raises PostError.

        That a member is not found does not count: the token may be another workspace's.
        """
        client = await self._clients.of(workspace)
        try:
            with raising_slack_errors(gettext("A member")):
                response = await client.users_info(user=person)
        except PostError as error:
            if error.kind is FailureKind.PERMANENT:
                return False
            raise
        return (response.get("user") or {}).get("deleted") is True

    async def language_of(self, recipient: Recipient) -> str:
        """Return the language that a person has chosen; "" for a channel, which has none."""
        if recipient.kind is RecipientKind.CHANNEL:
            return self._locales.fixed
        return await self._locales.language_of(recipient)

    async def _post_with_picture(
        self, client: AsyncWebClient, channel: Channel, content: Payload, picture: str, until: float
    ) -> str | None:
        """Post a message with a picture; None if Slack cannot show the picture by `until`.

        A picture that no message shows is deleted.
        """
        try:
            with raising_slack_errors():
                if message := await _post_when_ready(client, channel, content, until):
                    return message
        except PostError as error:
            if error.kind is not FailureKind.AMBIGUOUS:
                await self._pictures.delete(client, picture)
            raise
        self._pictures.explain("Slack was not ready to show it")
        await self._pictures.delete(client, picture)
        return None


async def _post(client: AsyncWebClient, channel: Channel, content: Payload) -> str:
    response = await client.chat_postMessage(channel=channel.id, **content)
    return str(response["ts"])


async def _post_when_ready(
    client: AsyncWebClient, channel: Channel, content: Payload, until: float
) -> str | None:
    """Post once Slack can show the file in a message; None if it cannot by `until`.

    Slack scans a file after the upload and rejects messages with it until then, so these are
    certainly not posted.
    """
    loop = asyncio.get_running_loop()
    while True:
        try:
            return await _post(client, channel, content)
        except SlackApiError as error:
            if slack_error_code(error) != _BAD_PICTURE:
                raise
        if loop.time() + _CHECK_SECONDS > until:
            return None
        await asyncio.sleep(_CHECK_SECONDS)


async def _history(
    client: AsyncWebClient, channel: Channel, since: datetime, cursor: str
) -> Payload | None:
    """Read a page of messages since a time; None if the app lacks permission."""
    try:
        response = await client.conversations_history(
            channel=channel.id,
            oldest=f"{since.timestamp():.6f}",
            limit=_PAGE,
            cursor=cursor or None,
            include_all_metadata=True,
        )
    except SlackApiError as error:
        if slack_error_code(error) in BLIND:
            return None
        raise
    return response.data if isinstance(response.data, dict) else {}


def _next_cursor(page: Payload | AsyncSlackResponse) -> str:
    """Return where the next page begins, "" after the last."""
    return (page.get("response_metadata") or {}).get("next_cursor") or ""


def _is_stand_in(member: Payload, workspace: str) -> bool:
    """Return whether a member is an admin whom the app can message."""
    gone = member.get("deleted") or member.get("is_bot")
    return not gone and is_admin(member, workspace)
