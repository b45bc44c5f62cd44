"""The process behind `airquote run`: start, scheduled work, and shutdown."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from threading import Event

from bot.config import Settings
from bot.errors import StoreError
from bot.library.library import Library
from bot.library.refresh import Refresher
from bot.logs import configure_logs
from bot.posting.departures import forget_leavers
from bot.posting.new_episodes import note_changes, tell_waiting
from bot.schedule import enter_all, run_every
from bot.store.feedback import Store
from bot.translations import speaking
from bot.version import commit, version
from bot.weekly.status import upcoming
from bot.weekly.tick import tick
from handlers.run.health import Health
from handlers.run.podcast import LivePodcast, create_refresher, open_live_podcast
from handlers.run.wiring import assemble
from handlers.services import Services

_FORGET_SECONDS = 10 * 60
_DAY_SECONDS = 24 * 60 * 60
# For work that can wait until the next start: hosts allow half a minute for the whole shutdown.
_SHORT_GRACE_SECONDS = 1.0

_log = logging.getLogger(__name__)


def run_service(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then exit the process.

    Raises ConfigError if no platform is left to answer on, and what opening the store raises.
    """
    configure_logs(settings.log_level, settings.secrets)
    with asyncio.Runner() as runner:
        runner.run(serve(settings))
        # Everything is closed, but Python would wait for threads that are still searching.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then shut down; raises the same errors as `run_service`."""
    with speaking(settings.reply_language):
        serving = asyncio.create_task(_serve(settings))

    def stop() -> None:
        # Some hosts send the signal twice; the second must not interrupt the shutdown.
        if not serving.cancelling():
            _log.info("stopping")
            serving.cancel()

    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop)
    with suppress(asyncio.CancelledError):
        await serving
    _log.info("stopped")


async def _serve(settings: Settings) -> None:
    leaving = Event()
    podcast = await open_live_podcast(settings, leaving)
    async with AsyncExitStack() as stack:
        services, connections, health = await assemble(stack, settings, podcast)

        async def started(names: Sequence[str]) -> None:
            _log.info("started", extra=await _facts(services, names))
            await _start_schedule(stack, services, podcast, health)
            stack.callback(leaving.set)

        await connections.answer(started)


async def _start_schedule(
    stack: AsyncExitStack, services: Services, podcast: LivePodcast, health: Health
) -> None:
    """Start the scheduled work: post what is due, delete old data, and refresh the library."""

    async def swapped(old: Library, new: Library) -> None:
        try:
            # Before the new library is in use, as strong matches in the old one are not new.
            await note_changes(services.weekly.posting, new, old)
        except StoreError as error:
            _log.warning("New episodes could not be recorded yet. %s", error)
        services.intake.library = new
        await tell_waiting(services.weekly.posting, new)

    refresher = create_refresher(podcast, services.settings, swapped)
    every = services.settings.refresh_minutes * 60.0
    if every:
        health.watch_episodes(refresher)
    ticks = [
        run_every(health.noting(partial(tick, services.weekly))),
        run_every(partial(_announce_new_episodes, services)),
        run_every(partial(_delete_old_data, services.store), _FORGET_SECONDS, _SHORT_GRACE_SECONDS),
        run_every(
            partial(forget_leavers, services.weekly.posting), _DAY_SECONDS, _SHORT_GRACE_SECONDS
        ),
        *([run_every(partial(_refresh, refresher), every, _SHORT_GRACE_SECONDS)] if every else []),
    ]
    await stack.enter_async_context(enter_all(ticks))


async def _facts(services: Services, names: Sequence[str]) -> dict[str, object]:
    """Describe what has started, for the log."""
    library, following = services.intake.library, await upcoming(services.weekly)
    return {
        "version": version(),
        "commit": commit(),
        "index": library.id,
        "episodes": len(library.index.episodes),
        "platforms": list(names),
        "next_quote": following.isoformat() if following else None,
    }


async def _announce_new_episodes(services: Services) -> None:
    await tell_waiting(services.weekly.posting, services.intake.library)


async def _refresh(refresher: Refresher) -> None:
    await refresher.look()


async def _delete_old_data(store: Store) -> None:
    await store.forget_old(datetime.now(UTC))
