"""The process behind `airquote run`: the library, the store and the chat platforms, together."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version

from bot.config import Settings
from bot.errors import ConfigError, StoreError, UnreachableError
from bot.intake import Intake
from bot.library import Library, open_library, with_meaning
from bot.store import Store, open_store
from bot.telemetry import configure_logs
from handlers.adapters import Parts, Platform
from handlers.platforms import PLATFORMS
from handlers.web import DRAIN_SECONDS, Server, open_session

_LONGEST_PAUSE_SECONDS = 60.0
_FORGET_SECONDS = 24 * 60 * 60

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
    library = await asyncio.to_thread(_open_library, settings)
    address = settings.database.get_secret_value()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(address, settings.keep_queries_days))
        await stack.enter_async_context(forgetting(store))
        session = await stack.enter_async_context(open_session())
        intake = Intake(library, store)
        stack.push_async_callback(intake.drain)
        stack.callback(intake.close)
        server = Server(settings.http_port)
        parts = Parts(settings, intake, store, session, server)
        platforms = [built for each in PLATFORMS if (built := each.build(parts))]
        stack.push_async_callback(_stop, platforms, server)
        await server.start()
        await answer_on(platforms, library)


@asynccontextmanager
async def forgetting(store: Store, seconds: float = _FORGET_SECONDS) -> AsyncIterator[None]:
    """Forget every day what is too old; a store that fails is asked again the next time."""
    task = asyncio.create_task(_forget_every(store, seconds))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _forget_every(store: Store, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await store.forget_old(datetime.now(UTC))
        except StoreError as error:
            _log.warning("What is too old is still kept: %s", error)


def _open_library(settings: Settings) -> Library:
    """Open the podcast and warm its model up, so that the first search is as fast as the others."""
    for path in settings.episode_paths:
        if not path.exists():
            _log.warning("AIRQUOTE_EPISODES: there is no %s; the rest is searched.", path)
    cache, tell = settings.cache_folder, _tell_stages()
    library = open_library(settings.episode_paths, cache, tell, _log.warning)
    library = with_meaning(library, settings.model_name, cache, tell, _log.warning)
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


async def answer_on(platforms: Sequence[Platform], library: Library) -> None:
    """Answer on platforms until all have refused; raises ConfigError then.

    Once each was tried, one line in the log says what has started.
    """
    refused: dict[str, ConfigError] = {}
    async with asyncio.TaskGroup() as group:
        tried = [asyncio.Event() for _ in platforms]
        for platform, event in zip(platforms, tried, strict=True):
            group.create_task(_answer_until_refused(platform, event, refused))
        for event in tried:
            await event.wait()
        if left := [platform.name for platform in platforms if platform.name not in refused]:
            facts = {
                "version": version("airquote"),
                "index": library.id,
                "episodes": len(library.index.episodes),
                "platforms": left,
            }
            _log.info("started", extra=facts)
    subjects = ", ".join(error.subject for error in refused.values())
    raise ConfigError(subjects, "no chat is left to answer in.", "The log above says why.")


async def _answer_until_refused(
    platform: Platform, tried: asyncio.Event, refused: dict[str, ConfigError]
) -> None:
    """Answer on a platform; `tried` is set after the first try, and a refusal is noted."""
    try:
        await keep_up(platform, tried.set)
    except ConfigError as error:
        _log.error("%s", error, extra={"platform": platform.name})
        refused[platform.name] = error
        tried.set()


async def keep_up(
    platform: Platform, on_tried: Callable[[], None] = lambda: None, pause: float = 1.0
) -> None:
    """Start a platform, and again whenever its connection is lost; raises its ConfigError.

    Where it is away, it is tried after `pause` seconds, and after pauses that double up to a
    minute.
    """
    facts, wait = {"platform": platform.name}, pause
    while True:
        try:
            await platform.start()
        except UnreachableError as error:
            _log.warning("%s Next try in %g s.", error, wait, extra=facts)
            on_tried()
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_PAUSE_SECONDS)
        else:
            _log.info("connected", extra=facts)
            on_tried()
            wait = pause
            await platform.serve()


async def _stop(platforms: Sequence[Platform], server: Server) -> None:
    stopping = [server.stop(), *(platform.stop(DRAIN_SECONDS) for platform in platforms)]
    for outcome in await asyncio.gather(*stopping, return_exceptions=True):
        if isinstance(outcome, Exception):
            _log.error("This did not end as it should.", exc_info=outcome)
