"""Discord as the rest sees it."""

import asyncio
from collections.abc import AsyncIterator, Iterable

from bot.config import Settings
from handlers.adapters import Adapter, Finding, Parts, Platform
from handlers.discord.credentials import discord_problems


def _check(settings: Settings) -> AsyncIterator[Finding]:
    # Loaded here and below, as Discord's library takes longer than a search.
    from handlers.discord.checks import check_discord

    return check_discord(settings)


def _build(parts: Parts) -> Platform | None:
    from bot.service.saved_requests import BatchedRequestStore
    from bot.service.sharing import Shares
    from handlers.discord.calls import Desk
    from handlers.discord.charts import Charts
    from handlers.discord.gateway import Gateway
    from handlers.running import Running

    settings = parts.settings
    if not settings.discord_token:
        return None
    kept = BatchedRequestStore(parts.store)
    desk = Desk(parts.intake, kept, Shares(), Running(), parts.weekly, Charts())
    addresses = settings.discord_api_url, settings.discord_gateway_url
    return Gateway(settings.discord_token, desk, *addresses, with_pictures=settings.quote_card)


def _sync(settings: Settings) -> Iterable[str]:
    """Register the commands with Discord, and print what that changes."""
    from handlers.discord.sync import sync_commands

    return asyncio.run(sync_commands(settings)).lines()


DISCORD = Adapter(
    name="Discord",
    variables=("DISCORD_TOKEN",),
    is_set=lambda settings: bool(settings.discord_token),
    problems=discord_problems,
    check=_check,
    build=_build,
    commands={"sync": _sync},
    commands_help="What Discord is told beforehand.",
)
