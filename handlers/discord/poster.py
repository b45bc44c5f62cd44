"""Discord as the quote of the week sees it: posts that Discord itself keeps from doubling.

See `bot.ports.Poster`. A post carries its key as a nonce, by which Discord knows a message again
for some minutes, and in the id of its button, by which it is found after that.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import discord

from bot.answers.replies import Reply
from bot.deliveries import Candidate, Delivery, Place, Quote, Subscription
from bot.ports import Flaw, Found, Notice, PostError, Sight
from bot.quote_posts import posted, withdrawn, word_notice
from handlers.discord.calls import PLATFORM, Desk
from handlers.discord.components import message
from handlers.discord.ids import EVERYBODY
from handlers.discord.posts import carries, plain_text, post_buttons, post_picture, post_text
from handlers.discord.refusals import (
    FORBIDDEN,
    UNKNOWN_MESSAGE,
    code_of,
    of_recipient,
    refusals,
    status_of,
)
from handlers.discord.rights import missing_rights, rights_in

if TYPE_CHECKING:
    from handlers.discord.client import Client

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
        self, client: "Callable[[], Client | None]", desk: Desk, draw: Draw | None
    ) -> None:
        self._find_client = client
        self._desk = desk
        self._draw = draw

    async def post(self, place: Place, quote: Quote, key: str) -> str:
        """Post a quote and name the message; raises PostError."""
        client = self._logged_in(place.channel)
        reply = posted(self._desk.intake.library, quote, key)
        picture = await self._picture(client, place, reply)
        channel = client.get_partial_messageable(int(place.channel))
        with refusals(place.channel):
            # The library tells Discord to enforce a nonce that it is given.
            sent = await channel.send(
                post_text(reply),
                view=post_buttons(reply),
                files=[picture] if picture else [],
                nonce=key,
                allowed_mentions=_NO_MENTIONS,
            )
        return str(sent.id)

    async def find(self, place: Place, key: str, since: datetime) -> Found:
        """Look for the message whose button carries a key; raises PostError."""
        client = self._logged_in(place.channel)
        channel = client.get_partial_messageable(int(place.channel))
        try:
            looked_through = 0
            with refusals(place.channel):
                async for each in channel.history(limit=_MOST_LOOKED_THROUGH, after=since):
                    looked_through += 1
                    if client.user == each.author and carries(each, key):
                        return str(each.id)
            if looked_through == _MOST_LOOKED_THROUGH:
                return Sight.CANNOT_TELL
            return await self._see(client, place)
        except PostError as error:
            if status_of(error) == FORBIDDEN:
                return Sight.CANNOT_TELL
            raise

    async def withdraw(self, place: Place, message: str) -> None:
        """Put a sentence in the place of all that a message shows; raises PostError."""
        client = self._logged_in(place.channel)
        channel = client.get_partial_messageable(int(place.channel))
        try:
            with refusals(place.channel):
                await channel.get_partial_message(int(message)).edit(
                    content=plain_text(withdrawn()), view=None, attachments=[], embeds=[]
                )
        except PostError as error:
            if code_of(error) != UNKNOWN_MESSAGE:
                raise
            # Somebody was quicker, and has deleted it.
            _log.info("The quote that is withdrawn is not there any more.")

    async def why_not(self, place: Place, admin: str) -> str | None:
        """Say which rights are missing in a channel; raises PostError if nobody can tell."""
        held, in_thread = await rights_in(self._logged_in(place.channel), place)
        return missing_rights(held, in_thread=in_thread, with_picture=self._draw is not None)

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
        made = message(reply, int(subscription.admin))
        if made.kept:
            await self._desk.keeper.keep(made.kept)
        made.view.stop()
        with refusals(f"the admin {subscription.admin}"):
            chat = await client.create_dm(discord.Object(int(subscription.admin)))
            await chat.send(view=made.view, allowed_mentions=_NO_MENTIONS)

    async def write(self, person: str, reply: Reply, key: str) -> None:
        """Write to a person alone; raises PostError, PERMANENT if they cannot be written to."""
        # Who follows something is named in no log.
        client = self._logged_in("a letter")
        with of_recipient(), refusals("a letter"):
            chat = await client.create_dm(discord.Object(int(person)))
            await self._send(chat, reply, int(person), key)

    async def announce(self, place: Place, reply: Reply, key: str) -> None:
        """Post something new in a channel; raises PostError, PERMANENT if that cannot be done."""
        client = self._logged_in(place.channel)
        channel = client.get_partial_messageable(int(place.channel))
        with of_recipient(), refusals(place.channel):
            await self._send(channel, reply, EVERYBODY, key)

    async def _send(self, to: discord.abc.Messageable, reply: Reply, owner: int, key: str) -> None:
        made = message(reply, owner)
        if made.kept:
            await self._desk.keeper.keep(made.kept)
        made.view.stop()
        await to.send(view=made.view, nonce=key, allowed_mentions=_NO_MENTIONS)

    def _logged_in(self, subject: str) -> "Client":
        client = self._find_client()
        if client is None or client.is_closed() or client.user is None:
            raise PostError(Flaw.REFUSED, subject, "Airquote is not connected to Discord.")
        return client

    async def _see(self, client: "Client", place: Place) -> Found:
        """Say what it means that a message is not found.

        To who may not read a channel's history, Discord shows an empty one.
        """
        held, _ = await rights_in(client, place)
        return Sight.ABSENT if held.read_message_history else Sight.CANNOT_TELL

    async def _picture(self, client: "Client", place: Place, reply: Reply) -> discord.File | None:
        """Draw a quote, if pictures are wanted and can be attached."""
        if self._draw is None or not reply.cards:
            return None
        if not await _can_attach(client, place):
            facts = {"platform": PLATFORM, "channel": place.channel}
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


async def _can_attach(client: "Client", place: Place) -> bool:
    try:
        held, _ = await rights_in(client, place)
    except PostError:
        return True  # what is in the way of the post too, that will say
    return held.attach_files


def draw(text: str, speaker: str, title: str) -> bytes | None:
    """Draw a quote as `bot.quotes.image` does."""
    # Only who wants pictures waits for what draws them.
    from bot.quotes.image import draw_quote

    return draw_quote(text, speaker, title)
