"""Servers and channels: as the gateway has described them, or else as Discord does when asked.

The gateway tells a process only of the servers of its own shards, and nothing over HTTP. Posts go
to any server, so what they need to know is asked for then.
"""

from typing import TypeAlias

import discord

from bot.posting.places import Channel
from handlers.discord.interaction import Client
from handlers.discord.post_errors import raising_discord_errors, the_channel

ServerChannel: TypeAlias = discord.abc.GuildChannel | discord.Thread


async def find_server(client: Client, number: int, *, fresh: bool = False) -> discord.Guild:
    """Return a server with its roles, asked for again if `fresh`; raises PostError."""
    if known := _described(client, number):
        return known
    kept = None if fresh else client.servers.get(number)
    if kept is None:
        with raising_discord_errors(the_channel()):
            kept = await client.fetch_guild(number, with_counts=False)
        client.servers[number] = kept
    return kept


async def find_channel(client: Client, there: Channel) -> ServerChannel:
    """Return a channel, which may be without its server's roles; raises PostError."""
    number, guild = int(there.id), _described(client, int(there.workspace))
    # Inactive threads are not described.
    known = (guild and guild.get_channel_or_thread(number)) or client.channels.get(number)
    if known is None:
        with raising_discord_errors(the_channel()):
            found = await client.fetch_channel(number)
            if not isinstance(found, ServerChannel):
                raise discord.InvalidData("a channel of no server")
        known = client.channels[number] = found
    return known


async def permissions_there(client: Client, there: Channel) -> tuple[discord.Permissions, bool]:
    """Find Airquote's permissions in a channel, and whether it is a thread; raises PostError."""
    guild = await find_server(client, int(there.workspace), fresh=True)
    with raising_discord_errors(the_channel()):
        me = guild.me or await guild.fetch_member(client.user.id if client.user else 0)
        # Inactive threads are not described.
        channel = guild.get_channel_or_thread(int(there.id))
        channel = channel or await guild.fetch_channel(int(there.id))
        if isinstance(channel, discord.Thread) and channel.parent is None:
            # A thread has the permissions of the channel that it is in.
            parent = await guild.fetch_channel(channel.parent_id)
            guild._add_channel(parent)  # type: ignore[arg-type] # a thread's is no thread
        return channel.permissions_for(me), isinstance(channel, discord.Thread)


def _described(client: Client, number: int) -> discord.Guild | None:
    """Return a server that the gateway has described."""
    guild = client.get_guild(number)
    return None if guild is None or guild.unavailable else guild
