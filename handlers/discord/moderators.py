"""Who may decide on a server's quotes: members who may manage it, wherever they are asked."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

import discord

from bot.deliveries import Place
from bot.ports import PostError
from bot.service.limits import ExpiringSet
from handlers.discord.refusals import UNKNOWN_MEMBER, code_of, refusals

if TYPE_CHECKING:
    from handlers.discord.calls import Asked

NOT_ALLOWED = "That is for those who may manage this server: it takes the right “Manage Server”."
_NOT_THERE = "That is for those who may manage that server: it takes the right “Manage Server”."
_CANNOT_TELL = "I could not find out whether you may decide there. Please try again in a minute."
# Who decides on five quotes is asked about once.
_KNOWN_SECONDS = 60.0
_MOST_KNOWN = 1000


def known_moderators() -> ExpiringSet:
    """Remember for a short while who may decide in which server, by their ids."""
    return ExpiringSet(_MOST_KNOWN, _KNOWN_SECONDS)


def obstacle_of(asked: "Asked") -> Callable[[Place], Awaitable[str]]:
    """Make what says why somebody who pressed a button may not decide in a place, "" if they may.

    The press says that of its own server alone; from direct messages, the server is asked.
    """
    return partial(_obstacle, asked)


async def _obstacle(asked: "Asked", place: Place) -> str:
    guild_id = int(place.workspace)
    if asked.guild_id == guild_id:
        return "" if asked.permissions.manage_guild else NOT_ALLOWED
    known, named = asked.client.moderators, (guild_id, asked.user.id)
    if named in known:
        return ""
    guild = asked.client.get_guild(guild_id)
    if guild is None or guild.unavailable:
        return _CANNOT_TELL
    try:
        if not await _may_manage(guild, asked.user.id):
            return _NOT_THERE
    except PostError as error:
        return _NOT_THERE if code_of(error) == UNKNOWN_MEMBER else _CANNOT_TELL
    known.take(named)
    return ""


async def _may_manage(guild: discord.Guild, person: int) -> bool:
    with refusals(str(guild.id)):
        member = await guild.fetch_member(person)
    return member.guild_permissions.manage_guild
