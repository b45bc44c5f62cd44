"""Discord as the quote of the week sees it: posts that Discord itself keeps from doubling.

A post carries its key as a nonce, by which Discord knows a message again for some minutes, and in
the id of its button, by which it is found after that.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import discord

from bot.answers.replies import Reply
from bot.posting.places import Channel
from bot.posting.poster import FailureKind, LookupResult, NotFound, PostError
from bot.weekly.messages import posted, withdrawn, word_notice
from bot.weekly.models import Candidate, Delivery, Quote, Subscription
from bot.weekly.ports import Notice
from handlers.discord.interaction import PLATFORM, Backend, Client
from handlers.discord.permissions import missing_permissions, permissions_in
from handlers.discord.post_errors import (
    FORBIDDEN,
    UNKNOWN_MESSAGE,
    code_of,
    of_recipient,
    raising_post_errors,
    status_of,
)
from handlers.discord.posts import carries, plain_text, post_buttons, post_picture, post_text
from handlers.discord.render.custom_ids import EVERYBODY
from handlers.discord.render.messages import render_reply

# Discord says "in the past few minutes" (resources/message, Create Message).
_NONCE_SECONDS = 180.0
# As many messages of a channel are looked through, in ten requests; no channel has more in the
# minutes after which somebody looks.
_MOST_LOOKED_THROUGH = 1000
# A post must be there in ten seconds, and is without a picture that takes longer.
_DRAWING_SECONDS = 4.0
_NO_MENTIONS = discord.AllowedMentions.none()

# Draws the words of a speaker in an episode with a title, as a PNG; None if it cannot.
Draw = Callable[[str, str, str], bytes | None]

_log = logging.getLogger(__name__)


class DiscordPoster:
    """Posts as the bot that is logged in, with pictures where something draws them."""

    platform = PLATFORM
    nonce_seconds = _NONCE_SECONDS

    def __init__(
        self, client: Callable[[], Client | None], desk: Backend, draw: Draw | None
    ) -> None:
        self._find_client = client
        self._desk = desk
        self._draw = draw

    async def post(self, channel: Channel, quote: Quote, key: str) -> str:
        """Post a quote and name the message; raises PostError."""
        client = self._logged_in(channel.id)
        reply = posted(self._desk.intake.library, quote, key)
        picture = await self._picture(client, channel, reply)
        messageable = client.get_partial_messageable(int(channel.id))
        with raising_post_errors(channel.id):
            # The library tells Discord to enforce a nonce that it is given.
            sent = await messageable.send(
                post_text(reply),
                view=post_buttons(reply),
                files=[picture] if picture else [],
                nonce=key,
                allowed_mentions=_NO_MENTIONS,
            )
        return str(sent.id)

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        """Look for the message whose button carries a key; raises PostError."""
        client = self._logged_in(channel.id)
        messageable = client.get_partial_messageable(int(channel.id))
        try:
            looked_through = 0
            with raising_post_errors(channel.id):
                async for each in messageable.history(limit=_MOST_LOOKED_THROUGH, after=since):
                    looked_through += 1
                    if client.user == each.author and carries(each, key):
                        return str(each.id)
            if looked_through == _MOST_LOOKED_THROUGH:
                return NotFound.CANNOT_TELL
            return await self._see(client, channel)
        except PostError as error:
            if status_of(error) == FORBIDDEN:
                return NotFound.CANNOT_TELL
            raise

    async def withdraw(self, channel: Channel, message: str) -> None:
        """Put a sentence in the place of all that a message shows; raises PostError."""
        client = self._logged_in(channel.id)
        messageable = client.get_partial_messageable(int(channel.id))
        try:
            with raising_post_errors(channel.id):
                await messageable.get_partial_message(int(message)).edit(
                    content=plain_text(withdrawn()), view=None, attachments=[], embeds=[]
                )
        except PostError as error:
            if code_of(error) != UNKNOWN_MESSAGE:
                raise
            # Somebody was quicker, and has deleted it.
            _log.info("The quote that is withdrawn is not there any more.")

    async def why_not(self, channel: Channel, admin: str) -> str | None:
        """Say which rights are missing in a channel; raises PostError if nobody can tell."""
        held, in_thread = await permissions_in(self._logged_in(channel.id), channel)
        return missing_permissions(held, in_thread=in_thread, with_picture=self._draw is not None)

    async def tell(
        self,
        subscription: Subscription,
        notice: Notice,
        delivery: Delivery,
        candidates: Sequence[Candidate] = (),
    ) -> None:
        """Write to the admin of a channel; raises PostError."""
        client = self._logged_in(subscription.admin)
        library = self._desk.intake.library
        reply = word_notice(library, subscription, notice, delivery, candidates)
        made = render_reply(reply, int(subscription.admin))
        if made.kept:
            await self._desk.keeper.keep(made.kept)
        made.view.stop()
        with raising_post_errors(f"the admin {subscription.admin}"):
            chat = await client.create_dm(discord.Object(int(subscription.admin)))
            await chat.send(view=made.view, allowed_mentions=_NO_MENTIONS)

    async def write(self, person: str, reply: Reply, key: str) -> None:
        """Write to a person alone; raises PostError, PERMANENT if they cannot be written to."""
        # Who follows something is named in no log.
        client = self._logged_in("a letter")
        with of_recipient(), raising_post_errors("a letter"):
            chat = await client.create_dm(discord.Object(int(person)))
            await self._send(chat, reply, int(person), key)

    async def announce(self, channel: Channel, reply: Reply, key: str) -> None:
        """Post something new in a channel; raises PostError, PERMANENT if that cannot be done."""
        client = self._logged_in(channel.id)
        messageable = client.get_partial_messageable(int(channel.id))
        with of_recipient(), raising_post_errors(channel.id):
            await self._send(messageable, reply, EVERYBODY, key)

    async def _send(self, to: discord.abc.Messageable, reply: Reply, owner: int, key: str) -> None:
        made = render_reply(reply, owner)
        if made.kept:
            await self._desk.keeper.keep(made.kept)
        made.view.stop()
        await to.send(view=made.view, nonce=key, allowed_mentions=_NO_MENTIONS)

    def _logged_in(self, subject: str) -> Client:
        client = self._find_client()
        if client is None or client.is_closed() or client.user is None:
            raise PostError(FailureKind.REFUSED, subject, "Airquote is not connected to Discord.")
        return client

    async def _see(self, client: Client, channel: Channel) -> LookupResult:
        """Say what it means that a message is not found.

        To who may not read a channel's history, Discord shows an empty one.
        """
        held, _ = await permissions_in(client, channel)
        return NotFound.ABSENT if held.read_message_history else NotFound.CANNOT_TELL

    async def _picture(self, client: Client, channel: Channel, reply: Reply) -> discord.File | None:
        """Draw a quote, if pictures are wanted and can be attached."""
        if self._draw is None or not reply.cards:
            return None
        if not await _can_attach(client, channel):
            facts = {"platform": PLATFORM, "channel": channel.id}
            _log.warning("The quote has no picture: Attach Files is not allowed.", extra=facts)
            return None
        (card, *_) = reply.cards
        said = card.snippet.text if card.snippet else ""
        try:
            async with asyncio.timeout(_DRAWING_SECONDS):
                png = await asyncio.to_thread(self._draw, said, card.speaker, card.title)
        except Exception:  # noqa: BLE001 - whatever it is, the quote is worth more than its picture
            _log.warning("The quote has no picture.", exc_info=True)
            return None
        return post_picture(png, said) if png else None


async def _can_attach(client: Client, channel: Channel) -> bool:
    try:
        held, _ = await permissions_in(client, channel)
    except PostError:
        return True  # what is in the way of the post too, that will say
    return held.attach_files


def draw(text: str, speaker: str, title: str) -> bytes | None:
    """Draw a quote as `bot.quotes.image` does."""
    # Only who wants pictures waits for what draws them.
    from bot.quotes.image import draw_quote

    return draw_quote(text, speaker, title)
