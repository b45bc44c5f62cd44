"""What comes with a post in Discord: a thread, a pin, and a role that it notifies."""

from collections.abc import Iterator
from contextlib import suppress

import discord

from bot.answers.replies import join_names, quoted
from bot.posting.places import Channel
from bot.posting.poster import FailureKind, PostError
from handlers.discord.interaction import Client
from handlers.discord.permissions import name_missing, permissions_in
from handlers.discord.post_errors import discord_error_code, raising_discord_errors

_HAS_THREAD = 160004
_WHERE = "To allow it, open the channel's settings, go to Permissions, and look for Airquote."
_NO_EVERYONE = "I do not notify everyone. Choose a role."


async def find_role(client: Client, channel: Channel, named: str) -> str:
    """Find the id of a role by its id or name; raises PostError that says what is wrong."""
    guild = client.get_guild(int(channel.workspace))
    roles = guild.roles if guild else []
    name = named.lstrip("@").casefold()
    for role in roles:
        if name in (str(role.id), role.name.lstrip("@").casefold()):
            if role.is_default():
                raise PostError(FailureKind.PERMANENT, "Discord", _NO_EVERYONE)
            return str(role.id)
    reason = f"There is no role {quoted(named)} in this server."
    raise PostError(FailureKind.PERMANENT, "Discord", reason)


async def find_what_lacks(
    client: Client, channel: Channel, *, thread: bool, pin: bool, ping: str
) -> list[str]:
    """Say which permissions the extras of posts in a channel lack; raises PostError."""
    held, in_thread = await permissions_in(client, channel)
    lacking = list(_lacking(held, thread=thread and not in_thread, pin=pin))
    role = _find_role(client, channel, ping)
    told = []
    if lacking:
        told.append(f"I lack these permissions: {join_names(lacking)}. {_WHERE}")
    if thread and in_thread:
        told.append("This is a thread, so quotes in it have none of their own.")
    if ping and role is None:
        told.append("The role that the quotes should notify is gone. Choose another one.")
    elif role and not role.mentionable and not held.mention_everyone:
        told.append(
            f"I may not notify {quoted(role.name)}. In the server's settings, allow anyone to "
            "mention that role, or give Airquote the permission Mention All Roles."
        )
    return told


async def open_discussion(client: Client, channel: Channel, message: str, name: str) -> None:
    """Open a thread at a message, unless that is in one; raises PostError."""
    if (await permissions_in(client, channel))[1]:
        return
    try:
        with raising_discord_errors(channel.id):
            # A week: as long as the quote is the newest.
            await _partial(client, channel, message).create_thread(
                name=name, auto_archive_duration=10080
            )
    except PostError as error:
        if discord_error_code(error) != _HAS_THREAD:
            raise


async def pin_post(client: Client, channel: Channel, message: str, earlier: str) -> None:
    """Pin a message and unpin an earlier one, if it still is; raises PostError."""
    with raising_discord_errors(channel.id):
        await _partial(client, channel, message).pin()
    if earlier:
        # Somebody may have unpinned or deleted it.
        with suppress(PostError), raising_discord_errors(channel.id):
            await _partial(client, channel, earlier).unpin()


def _lacking(held: discord.Permissions, *, thread: bool, pin: bool) -> Iterator[str]:
    yield from name_missing(held, ["create_public_threads"] if thread else [])
    # Until the end of a transition, the older permission pins too.
    if pin and not held.manage_messages:
        yield from name_missing(held, ["pin_messages"])


def _find_role(client: Client, channel: Channel, number: str) -> discord.Role | None:
    guild = client.get_guild(int(channel.workspace))
    return guild.get_role(int(number)) if guild and number.isdecimal() else None


def _partial(client: Client, channel: Channel, message: str) -> discord.PartialMessage:
    there = client.get_partial_messageable(int(channel.id), guild_id=int(channel.workspace))
    return there.get_partial_message(int(message))
