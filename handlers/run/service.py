"""The process behind `airquote run`: start, scheduled work, and shutdown."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from threading import Event

from bot.config import Settings
from bot.errors import StoreError
from bot.library.library import Library
from bot.logs import configure_logs
from bot.posting.departures import forget_leavers
from bot.posting.new_episodes import note_changes, read_unreachable, tell_waiting
from bot.schedule import TICK_SECONDS, enter_all, run_every
from bot.service.duties import Duties, look_seconds
from bot.store.duties import SqlDutyStore
from bot.translations import speaking
from bot.version import commit, version
from bot.weekly.status import upcoming
from bot.weekly.tick import tick
from handlers.run.health import Health
from handlers.run.roles import ALL_ROLES, Role, Roles
from handlers.run.shelf import LivePodcasts
from handlers.run.wiring import assemble
from handlers.services import Services

_FORGET_SECONDS = 10 * 60
_TIDY_SECONDS = 60
_DAY_SECONDS = 24 * 60 * 60
# How soon a process answers from an index that another one has made current.
_FOLLOW_SECONDS = 15.0
# For work that can wait until the next start: hosts allow half a minute for the whole shutdown.
_SHORT_GRACE_SECONDS = 1.0

_log = logging.getLogger(__name__)

_Scheduled = AbstractAsyncContextManager[None]


def run_service(settings: Settings, roles: Roles = ALL_ROLES) -> None:
    """Serve in these roles until SIGTERM or SIGINT, then exit the process.

    Raises ConfigError if no platform is left to answer on, and what opening the store raises.
    """
    configure_logs(settings.log_level, settings.secrets)
    with asyncio.Runner() as runner:
        runner.run(serve(settings, roles))
        # Everything is closed, but Python would wait for threads that are still searching.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


async def serve(settings: Settings, roles: Roles = ALL_ROLES) -> None:
    """Serve in these roles until SIGTERM or SIGINT, then shut down.

    Raises the same errors as `run_service`.
    """
    with speaking(settings.reply_language):
        serving = asyncio.create_task(_serve(settings, roles))

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


async def _serve(settings: Settings, roles: Roles) -> None:
    leaving = Event()
    podcasts = LivePodcasts(settings, leaving, builds=Role.REFRESH in roles)
    await podcasts.open()
    async with AsyncExitStack() as stack:
        services, connections, health = await assemble(stack, settings, podcasts, roles)

        async def started(names: Sequence[str]) -> None:
            _log.info("started", extra=await _facts(services, names, roles))
            await _start_schedule(stack, services, podcasts, health, roles)
            stack.callback(leaving.set)

        await connections.answer(started)


async def _start_schedule(
    stack: AsyncExitStack, services: Services, podcasts: LivePodcasts, health: Health, roles: Roles
) -> None:
    """Start the scheduled work of these roles."""
    duties = Duties(SqlDutyStore(services.database))
    await stack.enter_async_context(duties.leaving())
    podcasts.on_swap = partial(_swap, services, roles)
    ticks = [
        run_every(podcasts.tidy, _TIDY_SECONDS),
        *(_answering(services) if Role.WEB in roles else ()),
        *(_posting(services, health, duties, podcasts) if Role.WORKER in roles else ()),
        *_refreshing(services, health, duties, podcasts, roles),
    ]
    await stack.enter_async_context(enter_all(ticks))


def _answering(services: Services) -> Iterator[_Scheduled]:
    """Keep in mind what answers depend on."""
    yield run_every(
        partial(read_unreachable, services.weekly.posting), grace_seconds=_SHORT_GRACE_SECONDS
    )


def _posting(
    services: Services, health: Health, duties: Duties, podcasts: LivePodcasts
) -> Iterator[_Scheduled]:
    """Post what is due, and delete old data."""
    posting = services.weekly.posting

    async def announce() -> None:
        await podcasts.take_new(posting.follows.is_noted)
        await tell_waiting(posting, podcasts.shelf)

    async def delete() -> None:
        await services.store.forget_old(datetime.now(UTC))

    # Processes share the channels, so that many are posted in at once.
    yield run_every(health.noting(partial(tick, services.weekly)))
    tell = duties.turn("news", announce, TICK_SECONDS)
    yield run_every(tell, look_seconds(TICK_SECONDS))
    for name, work, seconds in (
        ("old data", delete, _FORGET_SECONDS),
        ("leavers", partial(forget_leavers, posting), _DAY_SECONDS),
    ):
        turn = duties.turn(name, work, seconds)
        yield run_every(turn, look_seconds(seconds), _SHORT_GRACE_SECONDS)


def _refreshing(
    services: Services, health: Health, duties: Duties, podcasts: LivePodcasts, roles: Roles
) -> Iterator[_Scheduled]:
    """Look for new episodes, or follow the process that does."""
    every = services.settings.refresh_minutes * 60.0
    if not every:
        return

    async def look() -> None:
        if not await duties.do("sources", podcasts.look, every - look_seconds(every) / 2):
            podcasts.trust_others()

    yield run_every(podcasts.follow, _FOLLOW_SECONDS, _SHORT_GRACE_SECONDS)
    if Role.REFRESH in roles:
        health.watch_episodes(podcasts.refreshers)
        yield run_every(look, look_seconds(every), _SHORT_GRACE_SECONDS)


async def _swap(services: Services, roles: Roles, old: Library, new: Library) -> None:
    """Answer from a new library, and tell of what is new in it."""
    posting = services.weekly.posting
    if Role.WORKER in roles:
        try:
            # Before the new library is in use, as strong matches in the old one are not new.
            await note_changes(posting, new, old)
        except StoreError as error:
            _log.warning("New episodes could not be recorded yet. %s", error)
    services.intake.shelf.put(new)
    if Role.WORKER in roles:
        await tell_waiting(posting, services.intake.shelf)


async def _facts(services: Services, names: Sequence[str], roles: Roles) -> dict[str, object]:
    """Describe what has started, for the log."""
    shelf, following = services.intake.shelf, await upcoming(services.weekly)
    loaded = shelf.loaded()
    podcasts = {"podcasts": [*shelf.podcasts]} if shelf.first.id else {}
    return {
        "version": version(),
        "commit": commit(),
        "index": " ".join(each.id for each in loaded),
        "episodes": sum(len(each.index.episodes) for each in loaded),
        **podcasts,
        "platforms": list(names),
        **({} if roles == ALL_ROLES else {"only": sorted(roles)}),
        "next_quote": following.isoformat() if following else None,
    }
