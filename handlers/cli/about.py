"""`airquote about`: what runs here, from which data, since when."""

import asyncio
from datetime import UTC, datetime

from rich.console import Console

from bot.answers.about import answer_about, with_manifest
from bot.answers.replies import Reply
from bot.config import Settings, load_settings
from bot.library.library import registry_of
from bot.store.database import is_there, open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.weekly.status import add_deliveries
from handlers.cli import render
from handlers.cli.podcast import open_podcast


def show() -> None:
    """Print what runs, from which data, and when quotes of the week are posted."""
    settings = load_settings()
    registry = registry_of(settings.sources, settings.cache_folder)
    reply = answer_about(with_manifest(open_podcast(), registry))
    render.show_reply(Console(), asyncio.run(_with_deliveries(reply, settings)))


async def _with_deliveries(reply: Reply, settings: Settings) -> Reply:
    address = settings.database.get_secret_value()
    if not is_there(address):
        return reply
    async with open_database(address) as database:
        return await add_deliveries(reply, SqlDeliveryStore(database), datetime.now(UTC))
