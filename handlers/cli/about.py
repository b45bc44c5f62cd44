"""`airquote about`: what runs here, from which data, since when."""

import asyncio
from datetime import UTC, datetime

from rich.console import Console

from bot.about import describe, with_manifest
from bot.config import Settings, load_settings
from bot.library.library import registry_of
from bot.replies import Reply
from bot.weekly.status import add_deliveries
from handlers.cli import render
from handlers.cli.maintenance import open_podcast


def about() -> None:
    """Say what runs, from which data.

    And when the last quote of the week was posted, and the next one is due.
    """
    settings = load_settings()
    registry = registry_of(settings.sources, settings.cache_folder)
    reply = describe(with_manifest(open_podcast(), registry))
    render.show_reply(Console(), asyncio.run(_with_deliveries(reply, settings)))


async def _with_deliveries(reply: Reply, settings: Settings) -> Reply:
    # Loaded here, as it takes longer than a search and no other command needs it.
    from bot.store.database import is_there, open_database
    from bot.store.deliveries import SqlDeliveryStore

    address = settings.database.get_secret_value()
    if not is_there(address):
        return reply
    async with open_database(address) as database:
        return await add_deliveries(reply, SqlDeliveryStore(database), datetime.now(UTC))
