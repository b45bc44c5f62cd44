"""Checks of the Discord setup for `airquote doctor`."""

import asyncio
from collections.abc import AsyncIterator

import discord

from bot.config import Settings
from bot.errors import AirquoteError, ConfigError, UnreachableError
from bot.setting_types import ShardRange
from bot.text import pluralize
from handlers.discord.client import log_in_only
from handlers.discord.endpoint import check_public_key
from handlers.discord.interaction import CommandTree
from handlers.discord.sessions import StartLimits, ask_limits
from handlers.discord.sync import find_changes, find_leftovers, install_links

_PATIENCE_SECONDS = 10
_WITHOUT_GATEWAY = (
    "Discord: without the gateway, nobody can ask by mentioning Airquote or in a direct message, "
    "and servers that remove it are noticed within a day."
)
_PRIVILEGED = {
    "presences": ("gateway_presence", "gateway_presence_limited"),
    "server members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "message content": ("gateway_message_content", "gateway_message_content_limited"),
}


async def check_discord(settings: Settings) -> AsyncIterator[str | AirquoteError]:
    """Check the token, the app and its commands."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), log_in_only(settings) as (app, tree):
            state = await _compare(tree)
            leftovers = await find_leftovers(tree)
            limits = await ask_limits(tree.client)
    except TimeoutError:
        yield UnreachableError("Discord", "it does not answer.", "Check the network.")
    except AirquoteError as error:
        yield error
    else:
        yield f"Discord: the token belongs to “{app.name}”, application {app.id}."
        yield check_endpoint(app.interactions_endpoint_url, over_http=settings.discord_over_http)
        if settings.discord_over_http:
            yield _compare_keys(app, settings.discord_public_key)
            yield _WITHOUT_GATEWAY
        else:
            yield check_shards(limits, settings.discord_shards)
            yield check_starts(limits)
        yield describe_intents(app.flags)
        yield state
        for each in leftovers:
            yield each.problem
        for link in install_links(app.id):
            yield f"Discord: {link[0].lower()}{link[1:]}"


def check_endpoint(url: str | None, *, over_http: bool) -> str | ConfigError:
    """Check that Discord sends interactions in the way in which Airquote receives them."""
    if over_http:
        if url:
            return "Discord: interactions come over HTTP."
        reason = "interactions come through the gateway, though DISCORD_PUBLIC_KEY is set."
        remedy = (
            "While Airquote runs, run “airquote discord endpoint ADDRESS”, or unset "
            "DISCORD_PUBLIC_KEY."
        )
        return ConfigError("Discord", reason, remedy)
    if not url:
        return "Discord: interactions come through the gateway."
    reason = "Discord sends interactions to an address instead of the gateway."
    remedy = (
        "Set DISCORD_PUBLIC_KEY to receive them there, or run “airquote discord endpoint --remove”."
    )
    return ConfigError("Discord", reason, remedy)


def _compare_keys(app: discord.AppInfo, public_key: str) -> str | ConfigError:
    try:
        check_public_key(app, public_key)
    except ConfigError as error:
        return error
    return "Discord: the public key is that of the app."


def check_shards(limits: StartLimits, shards: ShardRange | None) -> str | ConfigError:
    """Compare the number of shards with that which Discord recommends."""
    recommended = pluralize(limits.recommended, "shard")
    if shards is None:
        return f"Discord: it recommends {recommended}, and this process connects all."
    if shards.of < limits.recommended:
        reason = f"they are fewer than Discord recommends: {recommended}."
        return ConfigError("DISCORD_SHARDS", reason, "Raise it in all processes at once.")
    return f"Discord: it recommends {recommended}; this process connects {shards}."


def check_starts(limits: StartLimits) -> str | ConfigError:
    """Check that enough sessions may still start."""
    if not limits.is_low:
        return f"Discord: {limits}."
    remedy = "Find out what restarts so often: whoever starts too many sessions loses the token."
    return ConfigError("Discord", f"only {limits}.", remedy)


def describe_intents(flags: discord.ApplicationFlags) -> str:
    """Name the privileged intents that are enabled; none is needed."""
    on = [name for name, fields in _PRIVILEGED.items() if any(getattr(flags, f) for f in fields)]
    if not on:
        return "Discord: no privileged intent is enabled, and none is needed."
    return f"Discord: privileged intents are enabled ({', '.join(on)}), but none is needed."


async def _compare(tree: CommandTree) -> str | ConfigError:
    if changes := await find_changes(tree):
        reason = f"the registered commands are out of date ({changes})."
        return ConfigError("Discord", reason, "Run “airquote discord sync”.")
    return "Discord: the registered commands are up to date."
