"""Post, find and edit messages in Discord, which itself prevents duplicates.

A post carries its key as a nonce, by which Discord recognizes a message for some minutes, and in
the custom id of its button, by which it is found after that.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.answers.replies import Image, Poll, Reply, is_passage
from bot.posting.places import Channel, Recipient, RecipientKind
from bot.posting.poster import FailureKind, LookupResult, NotFound, PostError
from bot.service.saved_requests import RequestStore
from bot.translations import gettext, join_names
from handlers.discord.channel_kinds import crosspost, find_forum, find_post, posts_in, start_post
from handlers.discord.interaction import PLATFORM, Client, save_requests
from handlers.discord.languages import Languages
from handlers.discord.permissions import (
    missing_permissions,
    name_missing,
    needed_permissions,
)
from handlers.discord.post_errors import (
    FORBIDDEN,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_MEMBER,
    UNKNOWN_MESSAGE,
    UNKNOWN_USER,
    discord_error_code,
    lacking,
    raising_discord_errors,
    status_of,
    the_channel,
)
from handlers.discord.post_extras import (
    find_role,
    find_what_lacks,
    open_discussion,
    pin_post,
)
from handlers.discord.render.custom_ids import EVERYBODY
from handlers.discord.render.messages import render_reply
from handlers.discord.render.posts import (
    carries,
    mentions_of,
    plain_text,
    poll_text,
    post_buttons,
    post_picture,
    post_poll,
    post_text,
)
from handlers.discord.servers import find_server, permissions_there

# Discord says "in the past few minutes" (resources/message, Create Message).
_NONCE_SECONDS = 180.0
# How many messages of a channel are searched, in ten requests; no channel has more in the minutes
# before a search.
_MAX_SEARCHED = 1000
# Discord counts exactly a moment after the end; until then, its numbers may be slightly off.
_MOST_COUNTED, _COUNTING_SECONDS = 4, 1.0
_NO_MENTIONS = discord.AllowedMentions.none()

_log = logging.getLogger(__name__)


class DiscordPoster:
    """A `bot.posting.poster.Poster`; `with_pictures`, it needs the permission to attach files."""

    platform = PLATFORM
    nonce_seconds = _NONCE_SECONDS

    def __init__(
        self,
        client: Callable[[], Client | None],
        keeper: RequestStore,
        languages: Languages,
        admins: Iterable[str] = (),
        *,
        with_pictures: bool = False,
    ) -> None:
        self._admins = tuple(sorted(admins))
        self._find_client = client
        self._keeper = keeper
        self._languages = languages
        self._with_pictures = with_pictures

    async def post(self, channel: Channel, reply: Reply, key: str) -> str:
        """Post a reply in a channel and return the id of the message; raises PostError.

        A single passage is posted as plain text, so that Discord embeds a player for its video. An
        announcement channel publishes the message; in a forum, each episode has a post.
        """
        client = self._logged_in(the_channel())
        try:
            if forum := await find_forum(client, channel):
                return await self._post_in_forum(client, forum, channel, reply)
            posted = await self._post(client, channel, reply, key)
        except PostError as error:
            raise await _explained(client, channel, reply, error) from error.__cause__
        await crosspost(client, channel, posted)
        return posted

    async def _post(self, client: Client, channel: Channel, reply: Reply, key: str) -> str:
        messageable = client.get_partial_messageable(int(channel.id))
        if reply.poll:
            content = _poll(reply, reply.poll)
        elif is_passage(reply):
            content = await _passage(client, channel, reply)
        else:
            with raising_discord_errors(the_channel()):
                return await self._send(messageable, reply, EVERYBODY, key)
        with raising_discord_errors(the_channel()):
            # The library asks Discord to enforce the nonce.
            sent = await messageable.send(nonce=key, **content)
        return str(sent.id)

    async def _post_in_forum(
        self, client: Client, forum: discord.ForumChannel, channel: Channel, reply: Reply
    ) -> str:
        """Start the posts of a reply and return the id of the last."""
        if reply.poll:
            reason, remedy = gettext("a forum has no polls."), gettext("Choose another channel.")
            raise PostError(FailureKind.PERMANENT, the_channel(), reason, remedy)
        last = ""
        for title, each in posts_in(reply):
            if is_passage(each):
                content = await _passage(client, channel, each)
            else:
                view = await self._rendered(each, EVERYBODY)
                content = {"view": view, "allowed_mentions": _NO_MENTIONS}
            with raising_discord_errors(the_channel()):
                last = await start_post(forum, client.user, title, content)
        return last

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        """Look for the message whose button carries a key; raises PostError."""
        client = self._logged_in(the_channel())
        messageable = client.get_partial_messageable(int(channel.id))
        try:
            if forum := await find_forum(client, channel):
                with raising_discord_errors(the_channel()):
                    return await find_post(forum, client.user, key, since) or NotFound.ABSENT
            searched = 0
            with raising_discord_errors(the_channel()):
                async for each in messageable.history(limit=_MAX_SEARCHED, after=since):
                    searched += 1
                    if client.user == each.author and carries(each, key):
                        return str(each.id)
            if searched == _MAX_SEARCHED:
                return NotFound.CANNOT_TELL
            return await _judge_absence(client, channel)
        except PostError as error:
            if status_of(error) == FORBIDDEN:
                return NotFound.CANNOT_TELL
            raise

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        """Replace the content of a message with the sentence of a reply; raises PostError."""
        client = self._logged_in(the_channel())
        # The message that a post in a forum starts with is in a thread with the same id.
        where = message if await find_forum(client, channel) else channel.id
        messageable = client.get_partial_messageable(int(where))
        try:
            with raising_discord_errors(the_channel()):
                await messageable.get_partial_message(int(message)).edit(
                    content=plain_text(reply), view=None, attachments=[], embeds=[]
                )
        except PostError as error:
            if discord_error_code(error) != UNKNOWN_MESSAGE:
                raise
            _log.info("A message to be edited was already deleted.")

    async def find_group(self, channel: Channel, named: str) -> str:
        """Find the id of a role; raises PostError that says what is wrong."""
        return await find_role(self._logged_in(the_channel()), channel, named)

    async def lacks(self, channel: Channel, *, thread: bool, pin: bool, ping: str) -> Sequence[str]:
        """Say what a thread, a pin or a notification lacks there; raises PostError."""
        client = self._logged_in(the_channel())
        return await find_what_lacks(client, channel, thread=thread, pin=pin, ping=ping)

    async def open_thread(self, channel: Channel, message: str, name: str, text: str) -> None:
        """Open a thread at a message by a name; raises PostError."""
        await open_discussion(self._logged_in(the_channel()), channel, message, name)

    async def pin(self, channel: Channel, message: str, earlier: str = "") -> None:
        """Pin a message in place of an earlier one; raises PostError."""
        await pin_post(self._logged_in(the_channel()), channel, message, earlier)

    async def close_poll(self, channel: Channel, message: str) -> Sequence[int] | None:
        """End the poll of a message and count the votes for each answer; raises PostError."""
        client = self._logged_in(the_channel())
        messageable = client.get_partial_messageable(int(channel.id))
        with raising_discord_errors(the_channel()):
            asked = await messageable.fetch_message(int(message))
            if asked.poll and not _is_over(asked.poll):
                asked = await asked.end_poll()
            for _ in range(_MOST_COUNTED):
                if asked.poll is None or asked.poll.is_finalised():
                    break
                await asyncio.sleep(_COUNTING_SECONDS)
                asked = await messageable.fetch_message(int(message))
        return [each.vote_count for each in asked.poll.answers] if asked.poll else None

    async def why_not(self, channel: Channel, admin: str, *, plain: bool = False) -> str | None:
        """Name the missing permissions in a channel; raises PostError if that cannot be told."""
        held, in_thread = await permissions_there(self._logged_in(the_channel()), channel)
        pictured = self._with_pictures and not plain
        needed = needed_permissions(
            in_thread=in_thread, with_video=not plain, with_picture=pictured
        )
        return missing_permissions(held, needed)

    async def stand_ins(self, channel: Channel) -> Sequence[str]:
        """Return the owner of a channel's server; Discord does not say who else may manage it."""
        guild = await find_server(self._logged_in(the_channel()), int(channel.workspace))
        return [str(guild.owner_id)] if guild.owner_id else []

    def admins_of(self, workspace: str) -> Sequence[str]:
        """Return the members in the settings; an id means the same person in all servers."""
        return self._admins

    async def send(self, person: Recipient, reply: Reply, key: str) -> None:
        """Send a reply to a person; raises PostError, PERMANENT if they cannot be reached."""
        # No log names who follows something.
        subject = gettext("A direct message")
        client = self._logged_in(subject)
        with raising_discord_errors(subject):
            chat = await client.create_dm(discord.Object(int(person.id)))
            await self._send(chat, reply, int(person.id), key)

    async def has_left(self, workspace: str, person: str) -> bool:
        """Return whether a person has left a server; raises PostError.

        Discord does not say so for servers that Airquote is not in.
        """
        if not workspace:
            return False
        subject = gettext("A member")
        client = self._logged_in(subject)
        try:
            with raising_discord_errors(subject):
                # Soon after the start, the library knows of no server yet.
                await client.http.get_member(int(workspace), int(person))
        except PostError as error:
            if error.kind is FailureKind.PERMANENT:
                return discord_error_code(error) in (UNKNOWN_MEMBER, UNKNOWN_USER)
            raise
        return False

    async def language_of(self, recipient: Recipient) -> str:
        """Return the language of a person's last command or button, or of a channel's server."""
        if recipient.kind is RecipientKind.PERSON:
            return self._languages.of_person(int(recipient.id))
        client = self._find_client()
        if self._languages.fixed or client is None or client.is_closed():
            return self._languages.fixed
        try:
            return self._languages.of_server(await find_server(client, int(recipient.workspace)))
        except PostError:
            return ""

    async def _send(self, to: discord.abc.Messageable, reply: Reply, owner: int, key: str) -> str:
        view = await self._rendered(reply, owner)
        sent = await to.send(view=view, nonce=key, allowed_mentions=_NO_MENTIONS)
        return str(sent.id)

    async def _rendered(self, reply: Reply, owner: int) -> ui.LayoutView:
        message = render_reply(reply, owner)
        await save_requests(self._keeper, message)
        return message.view

    def _logged_in(self, subject: str) -> Client:
        client = self._find_client()
        if client is None or client.is_closed() or client.user is None:
            reason = gettext("Airquote is not connected to Discord.")
            raise PostError(FailureKind.REFUSED, subject, reason)
        return client


async def _passage(client: Client, channel: Channel, reply: Reply) -> dict[str, Any]:
    picture = await _picture(client, channel, reply.image)
    return {
        "content": post_text(reply),
        "view": post_buttons(reply),
        "files": [picture] if picture else [],
        "allowed_mentions": mentions_of(reply),
    }


async def _picture(client: Client, channel: Channel, image: Image | None) -> discord.File | None:
    """Attach a picture, if there is one and the permission allows it."""
    if image is None:
        return None
    if not await _can_attach(client, channel):
        facts = {"platform": PLATFORM, "channel": channel.id}
        _log.warning("A post has no picture: the permission Attach Files is missing.", extra=facts)
        return None
    return post_picture(image)


async def _can_attach(client: Client, channel: Channel) -> bool:
    try:
        held, _ = await permissions_there(client, channel)
    except PostError:
        return True  # the post itself will fail and say why
    return held.attach_files


def _poll(reply: Reply, poll: Poll) -> dict[str, Any]:
    return {
        "content": poll_text(reply),
        "poll": post_poll(poll),
        "allowed_mentions": _NO_MENTIONS,
    }


async def _explained(client: Client, channel: Channel, reply: Reply, error: PostError) -> PostError:
    """Name only the permissions that are missing as the remedy for a refusal."""
    if discord_error_code(error) not in (MISSING_ACCESS, MISSING_PERMISSIONS):
        return error
    try:
        held, in_thread = await permissions_there(client, channel)
    except PostError:
        return error
    with_video = is_passage(reply)
    needed = needed_permissions(
        in_thread=in_thread, with_video=with_video, with_picture=bool(reply.image)
    )
    missing = join_names([*name_missing(held, needed)])
    return lacking(error, missing) if missing else error


def _is_over(poll: discord.Poll) -> bool:
    """Return whether a poll has ended, perhaps a moment ago: its votes may not be counted yet."""
    now = discord.utils.utcnow()
    return poll.is_finalised() or (poll.expires_at or now) < now


async def _judge_absence(client: Client, channel: Channel) -> LookupResult:
    """Say what a search without a result means.

    Without the permission to read the history, Discord shows an empty one.
    """
    held, _ = await permissions_there(client, channel)
    return NotFound.ABSENT if held.read_message_history else NotFound.CANNOT_TELL
