"""Who may moderate a server's quotes, and what Airquote may do in a channel."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial

import discord

from bot.posting.places import Channel
from bot.posting.poster import PostError
from bot.translations import gettext, gettext_noop, join_names
from handlers.discord.interaction import BotInteraction
from handlers.discord.post_errors import UNKNOWN_MEMBER, discord_error_code, raising_discord_errors
from handlers.discord.servers import find_server

# As Discord's settings name them.
_NAMES = {
    "view_channel": gettext_noop("View Channel"),
    "send_messages": gettext_noop("Send Messages"),
    "send_messages_in_threads": gettext_noop("Send Messages in Threads"),
    "embed_links": gettext_noop("Embed Links"),
    "attach_files": gettext_noop("Attach Files"),
    "create_public_threads": gettext_noop("Create Public Threads"),
    "pin_messages": gettext_noop("Pin Messages"),
}
_FIRST = ("view_channel", "send_messages", "send_messages_in_threads")


def not_allowed() -> str:
    """Say that this takes the permission to manage the server."""
    return gettext("You need the permission “Manage Server” for that.")


def may_manage(native: BotInteraction) -> bool:
    """Return whether a member may manage the server they are in."""
    return native.permissions.manage_guild or str(native.user.id) in native.client.backend.admins


def obstacle_of(native: BotInteraction) -> Callable[[Channel], Awaitable[str]]:
    """Return a function that says why a member may not moderate a channel, "" if they may.

    The interaction knows the permissions in its own server only; another server is asked.
    """
    return partial(_obstacle, native)


async def _obstacle(native: BotInteraction, there: Channel) -> str:
    guild_id = int(there.workspace)
    if native.guild_id == guild_id:
        return "" if may_manage(native) else not_allowed()
    if str(native.user.id) in native.client.backend.admins:
        return ""
    known, named = native.client.moderators, (guild_id, native.user.id)
    if named in known:
        return ""
    try:
        guild = await find_server(native.client, guild_id)
        if not await _may_manage(guild, native.user.id):
            return _not_there()
    except PostError as error:
        return _not_there() if discord_error_code(error) == UNKNOWN_MEMBER else _cannot_tell()
    known[named] = True
    return ""


def _not_there() -> str:
    return gettext("You need the permission “Manage Server” in that server for that.")


def _cannot_tell() -> str:
    return gettext("I could not check your permissions there. Please try again in a minute.")


async def _may_manage(guild: discord.Guild, person: int) -> bool:
    with raising_discord_errors(guild.name):
        member = await guild.fetch_member(person)
    return member.guild_permissions.manage_guild


def needed_permissions(*, in_thread: bool, with_video: bool, with_picture: bool) -> list[str]:
    """List the permissions that a post needs: for a quote with its video, or for plain text."""
    send = "send_messages_in_threads" if in_thread else "send_messages"
    video, picture = ["embed_links"] * with_video, ["attach_files"] * with_picture
    return ["view_channel", send, *video, *picture]


def missing_permissions(held: discord.Permissions, needed: Iterable[str]) -> str | None:
    """Say which permissions are missing to post, and where to grant them."""
    missing = list(name_missing(held, needed))
    if not missing:
        return None
    return gettext(
        "I cannot post here yet. I lack these permissions: {permissions}. Open this channel's "
        "settings, go to Permissions, add Airquote under Roles/Members and allow them; then try "
        "again.",
        permissions=join_names(missing),
    )


def name_missing(held: discord.Permissions, needed: Iterable[str]) -> Iterable[str]:
    """Name the permissions that are missing as Discord's settings do.

    Without the first two, to see and to post, Discord grants none of the others: whether these are
    missing too shows only afterwards.
    """
    missing = [name for name in needed if not getattr(held, name)]
    first = [name for name in missing if name in _FIRST]
    return [gettext(_NAMES[name]) for name in first[:1] or missing]
