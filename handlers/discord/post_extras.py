"""What comes with a post in Discord: a thread, a pin, and a role that it notifies."""

from collections.abc import Iterator
from contextlib import suppress

import discord

from bot.answers.replies import quoted
from bot.posting.places import Channel
from bot.posting.poster import FailureKind, PostError
from bot.translations import gettext, join_names
from handlers.discord.channel_kinds import find_forum
from handlers.discord.interaction import Client
from handlers.discord.permissions import name_missing
from handlers.discord.post_errors import discord_error_code, raising_discord_errors, the_channel
from handlers.discord.servers import find_server, permissions_there

_HAS_THREAD = 160004


async def find_role(client: Client, channel: Channel, named: str) -> str:
    """Find the id of a role by its id or name; raises PostError that says what is wrong."""
    guild = await find_server(client, int(channel.workspace), fresh=True)
    name = named.lstrip("@").casefold()
    for role in guild.roles:
        if name in (str(role.id), role.name.lstrip("@").casefold()):
            if role.is_default():
                reason = gettext("I do not notify everyone. Choose a role.")
                raise PostError(FailureKind.PERMANENT, "Discord", reason)
            return str(role.id)
    reason = gettext("There is no role {role} in this server.", role=quoted(named))
    raise PostError(FailureKind.PERMANENT, "Discord", reason)


async def find_what_lacks(
    client: Client, channel: Channel, *, thread: bool, pin: bool, ping: str
) -> list[str]:
    """Say what the extras of posts in a channel lack; raises PostError."""
    held, in_thread = await permissions_there(client, channel)
    # A post in a forum is a thread already.
    in_forum = await find_forum(client, channel) is not None
    opens = thread and not in_thread and not in_forum
    told = []
    if lacking := list(_lacking(held, thread=opens, pin=pin and not in_forum)):
        told.append(
            gettext(
                "I lack these permissions: {permissions}. To grant them, open the channel's "
                "settings, go to Permissions, and look for Airquote.",
                permissions=join_names(lacking),
            )
        )
    if thread and in_thread:
        told.append(gettext("This is a thread, so quotes in it have none of their own."))
    if pin and in_forum:
        told.append(gettext("I pin nothing in a forum."))
    guild = await find_server(client, int(channel.workspace))
    role = guild.get_role(int(ping)) if ping.isdecimal() else None
    return [*told, *_tell_role(role, ping, held)]


async def open_discussion(client: Client, channel: Channel, message: str, name: str) -> None:
    """Open a thread at a message, unless it is in one already; raises PostError."""
    _, in_thread = await permissions_there(client, channel)
    if in_thread or await find_forum(client, channel):
        return
    try:
        with raising_discord_errors(the_channel()):
            # A week: as long as the quote is the newest.
            await _partial(client, channel, message).create_thread(
                name=name, auto_archive_duration=10080
            )
    except PostError as error:
        if discord_error_code(error) != _HAS_THREAD:
            raise


async def pin_post(client: Client, channel: Channel, message: str, earlier: str) -> None:
    """Pin a message and unpin an earlier one, if it still is; raises PostError.

    Nothing is pinned in a forum.
    """
    if await find_forum(client, channel):
        return
    with raising_discord_errors(the_channel()):
        await _partial(client, channel, message).pin()
    if earlier:
        # Somebody may have unpinned or deleted it.
        with suppress(PostError), raising_discord_errors(the_channel()):
            await _partial(client, channel, earlier).unpin()


def _lacking(held: discord.Permissions, *, thread: bool, pin: bool) -> Iterator[str]:
    yield from name_missing(held, ["create_public_threads"] if thread else [])
    # Until the end of a transition, the older permission pins too.
    if pin and not held.manage_messages:
        yield from name_missing(held, ["pin_messages"])


def _tell_role(role: discord.Role | None, number: str, held: discord.Permissions) -> Iterator[str]:
    """Say why a role, if one is named, cannot be notified."""
    if number and role is None:
        yield gettext("The role that the quotes should notify is gone. Choose another one.")
    elif role and not role.mentionable and not held.mention_everyone:
        yield gettext(
            "I cannot notify {role}. In the server's settings, allow anyone to mention that role, "
            "or give Airquote the permission Mention All Roles.",
            role=quoted(role.name),
        )


def _partial(client: Client, channel: Channel, message: str) -> discord.PartialMessage:
    there = client.get_partial_messageable(int(channel.id), guild_id=int(channel.workspace))
    return there.get_partial_message(int(message))
