"""What the store has of queries and of what was said of answers, for commands that wait for it."""

import asyncio

from bot.config import Settings, load_settings
from bot.models import Feedback, ZeroHit
from bot.service.feedback import record_nothing_found
from bot.store.feedback import open_store


def note(zero_hit: ZeroHit, settings: Settings) -> None:
    """Keep a query that found nothing."""
    asyncio.run(_note(zero_hit, settings))


def read() -> tuple[tuple[Feedback, ...], tuple[ZeroHit, ...]]:
    """Read what people said of answers, and the queries that found nothing."""
    return asyncio.run(_read(load_settings()))


async def _note(zero_hit: ZeroHit, settings: Settings) -> None:
    address = settings.database.get_secret_value()
    async with open_store(address, settings.keep_queries_days) as store:
        await record_nothing_found(store, zero_hit)


async def _read(settings: Settings) -> tuple[tuple[Feedback, ...], tuple[ZeroHit, ...]]:
    address = settings.database.get_secret_value()
    async with open_store(address, settings.keep_queries_days) as store:
        return await store.feedback(), await store.zero_hits()
