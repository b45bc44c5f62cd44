"""Call a function at intervals for as long as the process runs.

The only home of APScheduler. It stores no jobs: the database knows what is due.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import AirquoteError

TICK_SECONDS = 30.0
# How long a running call may take to finish at shutdown.
_GRACE_SECONDS = 10.0

_log = logging.getLogger(__name__)


@asynccontextmanager
async def run_every(
    tick: Callable[[], Awaitable[None]],
    seconds: float = TICK_SECONDS,
    grace_seconds: float = _GRACE_SECONDS,
) -> AsyncIterator[None]:
    """Call a function now and then every `seconds`, never twice at a time.

    Its errors are logged and do not stop the calls. On exit, a running call has `grace_seconds` to
    finish before it is cancelled.
    """
    running, ending = asyncio.Lock(), asyncio.Event()

    async def call() -> None:
        async with running:
            await _run_tick(tick, seconds, ending)

    scheduler = AsyncIOScheduler(timezone=UTC)
    job = _add_job(scheduler, call, seconds)
    scheduler.start()
    watching = asyncio.create_task(_watch_clock(job, seconds))
    try:
        yield
    finally:
        watching.cancel()
        ending.set()
        try:
            # Never released, so that no further call starts.
            await asyncio.wait_for(running.acquire(), grace_seconds)
        except TimeoutError:
            _log.warning("A call did not end within %g s and is cancelled.", grace_seconds)
        scheduler.shutdown()
        # The scheduler cancels what still runs in the loop's next iteration.
        await asyncio.sleep(0)


@asynccontextmanager
async def enter_all(contexts: Sequence[AbstractAsyncContextManager[None]]) -> AsyncIterator[None]:
    """Enter several contexts and leave them concurrently, so that their delays do not add up."""
    for each in contexts:
        await each.__aenter__()
    try:
        yield
    finally:
        await asyncio.gather(*(each.__aexit__(None, None, None) for each in contexts))


def _add_job(
    scheduler: AsyncIOScheduler, call: Callable[[], Awaitable[None]], seconds: float
) -> Job:
    return scheduler.add_job(
        call,
        IntervalTrigger(seconds=seconds, timezone=UTC),
        next_run_time=datetime.now(UTC),
        # By default, a call that is a second late is skipped.
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )


async def _run_tick(
    tick: Callable[[], Awaitable[None]], seconds: float, ending: asyncio.Event
) -> None:
    try:
        await tick()
    except asyncio.CancelledError:
        # At shutdown, the scheduler would log this as an error with a traceback.
        if not ending.is_set():
            raise
    except AirquoteError as error:
        _log.warning("%s Trying again in %g s.", error, seconds)


async def _watch_clock(job: Job, seconds: float) -> None:
    """Run the job now if setting the clock back has moved its next run far away."""
    while True:
        await asyncio.sleep(seconds)
        now = datetime.now(UTC)
        if job.next_run_time and job.next_run_time > now + timedelta(seconds=2 * seconds):
            job.modify(next_run_time=now)
