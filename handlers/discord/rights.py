"""What Airquote may do in a channel, and which rights it lacks there."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import discord

from bot.answers.replies import join_names
from bot.deliveries import Place
from bot.ports import Flaw, PostError
from handlers.discord.refusals import refusals

if TYPE_CHECKING:
    from handlers.discord.client import Client

# As Discord's settings call them.
_NAMES = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
}
_WHERE = (
    "Open this channel's settings, Permissions, add Airquote under Roles/Members and allow them; "
    "then try again."
)


async def rights_in(client: "Client", place: Place) -> tuple[discord.Permissions, bool]:
    """Find what Airquote may do in a channel, and whether that is a thread; raises PostError."""
    guild = client.get_guild(int(place.workspace))
    if guild is None or guild.unavailable:
        reason = "Discord has not told of this server yet."
        raise PostError(Flaw.REFUSED, place.channel, reason, "Try again in a minute.")
    with refusals(place.channel):
        # Threads that nobody has written in for long are not among those that are known.
        known = guild.get_channel_or_thread(int(place.channel))
        channel = known or await client.fetch_channel(int(place.channel))
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            raise discord.InvalidData("a channel of no server")
        return channel.permissions_for(guild.me), isinstance(channel, discord.Thread)


def missing_rights(held: discord.Permissions, *, in_thread: bool, with_picture: bool) -> str | None:
    """Say which rights are missing for a quote to be posted, and where to give them."""
    send = "send_messages_in_threads" if in_thread else "send_messages"
    needed = ("view_channel", send, "embed_links", *(["attach_files"] if with_picture else []))
    missing = list(_missing(held, needed))
    if not missing:
        return None
    return f"I may not post here yet: I lack {join_names(missing)}. {_WHERE}"


def _missing(held: discord.Permissions, needed: Iterable[str]) -> Iterable[str]:
    return (_NAMES[name] for name in needed if not getattr(held, name))
