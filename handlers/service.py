"""The process behind `airquote run`: the library, the store and the chat platforms, together."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

from bot.about import with_manifest
from bot.config import Settings
from bot.database import open_database
from bot.hosting import find_fleeting
from bot.intake import Intake
from bot.ledger import DatabaseLedger
from bot.library import Library, open_live, registry_of, with_meaning
from bot.metrics import Metrics
from bot.ports import Pool, Ports, Poster
from bot.quotable import pool_of, with_sayings
from bot.refreshing import Find, Refresher, inspect
from bot.registry import Registry
from bot.schedule import ticking
from bot.store import Store
from bot.subscribing import upcoming
from bot.telemetry import configure_logs, hide_secrets
from bot.version import commit, version
from bot.weekly import tick
from handlers.adapters import Parts
from handlers.connecting import Connections
from handlers.health import Watched, counting, watching
from handlers.platforms import PLATFORMS
from handlers.web import DRAIN_SECONDS, Server, open_session

_FORGET_SECONDS = 24 * 60 * 60
# Discord's library, where it says that it was answered with 429.
_LIMITED_LOGGERS = ("discord.http", "discord.webhook.async_")

_log = logging.getLogger(__name__)


def main(settings: Settings) -> None:
    """Answer until SIGTERM or SIGINT, then end this process.

    Raises ConfigError if no platform is left to answer on, and what opening the store raises.
    """
    configure_logs(settings.log_level, settings.secrets)
    with asyncio.Runner() as runner:
        runner.run(run(settings))
        # All is closed; but Python would wait for threads in which somebody still searches.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


async def run(settings: Settings) -> None:
    """Answer until SIGTERM or SIGINT, and finish what was begun; raises as `main` does."""
    serving = asyncio.create_task(_serve(settings))

    def stop() -> None:
        # Some hosts send the signal twice, and the second must not cut the end short.
        if not serving.cancelling():
            _log.info("stopping")
            serving.cancel()

    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop)
    with suppress(asyncio.CancelledError):
        await serving
    _log.info("stopped")


async def _serve(settings: Settings) -> None:
    registry = registry_of(settings.sources, settings.cache_folder)
    leaving = Event()
    cache = settings.cache_folder
    find = partial(inspect, settings.sources, cache, _log.warning, stop=leaving)
    library = await asyncio.to_thread(_open_library, settings, registry, find)
    async with AsyncExitStack() as stack:
        address = settings.database.get_secret_value()
        database = await stack.enter_async_context(open_database(address))
        stack.callback(leaving.set)
        store = Store(database, settings.keep_queries_days)
        metrics = Metrics()
        limited = partial(metrics.limited, "slack")
        session = await stack.enter_async_context(open_session(limited))
        intake = Intake(library, store, on_answered=metrics.answered)
        stack.push_async_callback(intake.drain)
        stack.callback(intake.close)
        server = Server(settings.http_port)
        posters: dict[str, Poster] = {}
        pool = partial(_pool, intake)
        weekly = Ports(
            DatabaseLedger(database),
            posters,
            pool,
            fleeting=_fleeting(settings),
            on_delivered=metrics.delivered,
        )
        parts = Parts(settings, intake, store, session, server, weekly)
        platforms = [built for each in PLATFORMS if (built := each.build(parts))]
        posters |= {each.poster.platform: each.poster for each in platforms}
        connections = Connections(platforms)
        stack.push_async_callback(_stop, connections, server)
        redact = hide_secrets(settings.secrets)
        # Another index is found at the next look; without looks, it never is.
        grace = timedelta(minutes=2 * settings.refresh_minutes) or timedelta.max
        watched = Watched(connections, weekly, lambda: intake.library, registry, redact, grace)
        health = await stack.enter_async_context(watching(server, watched, metrics))
        limited = partial(metrics.limited, "discord")
        stack.enter_context(counting(_LIMITED_LOGGERS, "rate limited", limited))
        await server.start()

        async def swapped(_: Library, new: Library) -> None:
            intake.library = await asyncio.to_thread(with_manifest, new, registry)

        refresher = Refresher(
            library, registry, find, swapped, settings.model_name, settings.evaluation_path
        )

        async def started(names: Sequence[str]) -> None:
            _log.info("started", extra=await _facts(intake.library, names, weekly))
            await stack.enter_async_context(ticking(health.noting(partial(tick, weekly))))
            await stack.enter_async_context(ticking(partial(_forget, store), _FORGET_SECONDS))
            if settings.refresh_minutes:
                every = settings.refresh_minutes * 60.0
                await stack.enter_async_context(ticking(partial(_look, refresher), every))

        await connections.answer(started)


def _fleeting(settings: Settings) -> str:
    """Warn of a database that its host throws away; say so unless that is wanted."""
    found = find_fleeting(settings.database.get_secret_value(), os.environ)
    if found is None or settings.fleeting:
        return ""
    _log.warning("%s", found)
    return str(found)


async def _facts(library: Library, names: Sequence[str], weekly: Ports) -> dict[str, object]:
    """Say what has started, for the log."""
    following = await upcoming(weekly)
    return {
        "version": version(),
        "commit": commit(),
        "index": library.id,
        "episodes": len(library.index.episodes),
        "platforms": list(names),
        "next_quote": following.isoformat() if following else None,
    }


async def _pool(intake: Intake) -> Pool:
    return pool_of(intake.library)


async def _look(refresher: Refresher) -> None:
    await refresher.look()


async def _forget(store: Store) -> None:
    await store.forget_old(datetime.now(UTC))


async def _stop(connections: Connections, server: Server) -> None:
    await asyncio.gather(server.stop(), connections.stop(DRAIN_SECONDS))


def _open_library(settings: Settings, registry: Registry, find: Find) -> Library:
    """Open the podcast and warm its model up, so that the first search is as fast as the others."""
    for path in settings.episode_paths:
        if not path.exists():
            _log.warning("AIRQUOTE_EPISODES: there is no %s; the rest is searched.", path)
    cache, tell = settings.cache_folder, _tell_stages()
    library = open_live(find, registry, tell, _log.warning)
    library = with_meaning(library, settings.model_name, cache, tell, _log.warning)
    library = with_sayings(library, cache, _log.warning)
    library = with_manifest(library, registry)
    if library.meaning:
        library.meaning.likeness("a first question")
    # What has been loaded stays; without this, each full collection halts every answer for it.
    gc.collect()
    gc.freeze()
    return library


def _tell_stages() -> Callable[[str, int, int], None]:
    """Make what logs each stage of a long work as it begins."""
    told: set[str] = set()

    def tell(stage: str, _: int, of: int) -> None:
        if stage not in told:
            told.add(stage)
            _log.info(stage, extra={"of": of})

    return tell
