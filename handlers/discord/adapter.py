"""Discord as a plugin; its library is loaded only when it is needed."""

import asyncio
from collections.abc import AsyncIterator, Iterable

from bot.config import Settings
from handlers.discord.credentials import discord_problems
from handlers.platform import Finding, PlatformPlugin


def _check(settings: Settings) -> AsyncIterator[Finding]:
    # Imported here and below, because loading Discord's library takes longer than a search.
    from handlers.discord.setup_checks import check_discord

    return check_discord(settings)


def sync(settings: Settings, server: int | None, *, remove: bool) -> Iterable[str]:
    """Register the commands with Discord, and say in lines what that changes.

    With a `server`, they are registered in that server only, or removed from it.
    """
    from handlers.discord.sync import sync_commands, sync_server

    if server is not None:
        return asyncio.run(sync_server(settings, server, remove=remove))
    return asyncio.run(sync_commands(settings)).lines()


def endpoint(settings: Settings, address: str | None) -> str:
    """Say where Discord sends interactions, after setting it if an address is given.

    With "", they come through the gateway.
    """
    from handlers.discord.endpoint import set_endpoint, show_endpoint

    asked = show_endpoint(settings) if address is None else set_endpoint(settings, address)
    return asyncio.run(asked)


DISCORD = PlatformPlugin(
    name="Discord",
    variables=("DISCORD_TOKEN",),
    is_set=lambda settings: bool(settings.discord_token or settings.discord_public_key),
    problems=discord_problems,
    check=_check,
)
