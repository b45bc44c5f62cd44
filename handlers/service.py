"""The process behind `airquote run`: the library, the store and the chat platforms, together."""

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
from bot.posting.new_episodes import note_changes, tell_waiting
from bot.schedule import enter_all, run_every
from bot.store.feedback import Store
from bot.version import commit, version
from bot.weekly.status import upcoming
from bot.weekly.tick import tick
from handlers.adapters import Parts
from handlers.assembling import assemble
from handlers.health import Health
from handlers.opening import Podcast, open_podcast, refresher_of

_FORGET_SECONDS = 24 * 60 * 60
# For what may as well be done at the next start: hosts wait for half a minute in all.
_SHORT_GRACE_SECONDS = 1.0

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
    leaving = Event()
    podcast = await asyncio.to_thread(open_podcast, settings, leaving)
    async with AsyncExitStack() as stack:
        parts, connections, health = await assemble(stack, settings, podcast)

        async def started(names: Sequence[str]) -> None:
            _log.info("started", extra=await _facts(parts, names))
            await _keep_time(stack, parts, podcast, health)
            stack.callback(leaving.set)

        await connections.answer(started)


async def _keep_time(stack: AsyncExitStack, parts: Parts, podcast: Podcast, health: Health) -> None:
    """Do from now on what has its time: post what is due, forget, and look for new episodes."""

    async def swapped(old: Library, new: Library) -> None:
        try:
            # Before anybody answers from it, as what was strong in the old one is not new.
            await note_changes(parts.weekly.posting, new, old)
        except StoreError as error:
            _log.warning("What is new is not noted yet. %s", error)
        parts.intake.library = new
        await tell_waiting(parts.weekly.posting, new)

    refresher = refresher_of(podcast, parts.settings, swapped)
    every = parts.settings.refresh_minutes * 60.0
    if every:
        health.watch_episodes(refresher)
    ticks = [
        run_every(health.noting(partial(tick, parts.weekly))),
        run_every(partial(_tell, parts)),
        run_every(partial(_forget, parts.store), _FORGET_SECONDS, _SHORT_GRACE_SECONDS),
        *([run_every(partial(_look, refresher), every, _SHORT_GRACE_SECONDS)] if every else []),
    ]
    await stack.enter_async_context(enter_all(ticks))


async def _facts(parts: Parts, names: Sequence[str]) -> dict[str, object]:
    """Say what has started, for the log."""
    library, following = parts.intake.library, await upcoming(parts.weekly)
    return {
        "version": version(),
        "commit": commit(),
        "index": library.id,
        "episodes": len(library.index.episodes),
        "platforms": list(names),
        "next_quote": following.isoformat() if following else None,
    }


async def _tell(parts: Parts) -> None:
    await tell_waiting(parts.weekly.posting, parts.intake.library)


async def _look(refresher: Refresher) -> None:
    await refresher.look()


async def _forget(store: Store) -> None:
    await store.forget_old(datetime.now(UTC))
