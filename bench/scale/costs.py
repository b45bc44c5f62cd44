"""Measure what a quote of the week costs the process that posts it."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from bench.search.material import choose_paths
from bot.library.library import Library, open_library, with_quotes
from bot.posting.places import Channel
from bot.quotes.models import QuotePool
from bot.store.database import open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.weekly.pools import pool_of
from bot.weekly.tick import tick
from tests.weekly_world import Clock, Platform, context_on, subscription

# More channels make it no cheaper.
_CHANNELS = 200


def measure_post() -> float:
    """Return the CPU seconds of a process for one quote, on SQLite, without the platform's call."""
    with TemporaryDirectory(prefix="airquote-bench-") as name:
        folder = Path(name)
        library = with_quotes(open_library(choose_paths(), folder), folder)
        return asyncio.run(_measure(f"sqlite:///{folder / 'airquote.db'}", library))


async def _measure(address: str, library: Library) -> float:
    pool = pool_of(library)

    async def read_pool(_: Channel) -> QuotePool:
        return pool

    async with open_database(address) as database:
        clock = Clock()
        platform, store = Platform(clock), SqlDeliveryStore(database)
        for number in range(_CHANNELS):
            await store.subscribe(subscription(Channel("slack", f"T{number}", "C1")))
        context = context_on(database, {"slack": platform}, read_pool, clock=clock)
        begun = process_time()
        await tick(context)
        seconds = process_time() - begun
    if len(platform.messages) < _CHANNELS:
        raise RuntimeError(f"only {len(platform.messages)} of {_CHANNELS} quotes were posted")
    return seconds / _CHANNELS
