"""Forget the servers that removed the bot, also those that did so unnoticed."""

import logging
from collections.abc import Collection

import discord

from bot.errors import StoreError
from handlers.discord.interaction import PLATFORM, Client
from handlers.http import NETWORK_ERRORS

_log = logging.getLogger(__name__)


async def forget_server(client: Client, workspace: str) -> None:
    """Delete what is posted in a server; an error is only logged."""
    facts = {"platform": PLATFORM, "workspace": workspace}
    try:
        await client.backend.weekly.deliveries.forget(PLATFORM, workspace)
    except StoreError as error:
        _log.error("A server that removed the bot could not be forgotten. %s", error, extra=facts)
    else:
        _log.info("A server removed the bot; its subscriptions were deleted.", extra=facts)


async def forget_absent(client: Client) -> None:
    """Forget the servers that the gateway no longer names, of the shards that are ready."""
    known = {each for each in await _known(client) if client.shard_of(int(each)) in client.ready}
    await _forget(client, known, {str(guild.id) for guild in client.guilds})


async def forget_unlisted(client: Client) -> None:
    """Forget the servers that Discord no longer lists, without a connection to the gateway."""
    # Before the list, so that who adds the bot meanwhile is not taken for gone.
    known = await _known(client)
    if not known:
        return
    try:
        here = {str(guild.id) async for guild in client.fetch_guilds(limit=None, with_counts=False)}
    except (discord.DiscordException, *NETWORK_ERRORS) as error:
        _log.warning("Discord does not list the bot's servers: %s", type(error).__name__)
        return
    await _forget(client, known, here)


async def _known(client: Client) -> Collection[str]:
    """List the servers in which something is posted; none after an error."""
    try:
        return await client.backend.weekly.deliveries.workspaces(PLATFORM)
    except StoreError as error:
        _log.error("Servers that removed the bot cannot be found. %s", error)
        return ()


async def _forget(client: Client, known: Collection[str], here: Collection[str]) -> None:
    gone = {*known} - {*here}
    if gone and len(gone) == len(known):
        # More likely, the token is another bot's, and this one is only being tried.
        _log.warning(
            "The bot is in none of the servers it posts in; nothing is forgotten. "
            "Is DISCORD_TOKEN another bot's?",
            extra={"platform": PLATFORM, "workspaces": sorted(gone)},
        )
        return
    for workspace in gone:
        await forget_server(client, workspace)
