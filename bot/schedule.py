"""A function called every so often, for as long as the process runs.

The only home of APScheduler. It keeps nothing: what is due is in the ledger.
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
# How long a call that runs when all ends may go on.
_GRACE_SECONDS = 10.0

_log = logging.getLogger(__name__)


@asynccontextmanager
async def run_every(
    tick: Callable[[], Awaitable[None]],
    seconds: float = TICK_SECONDS,
    grace_seconds: float = _GRACE_SECONDS,
) -> AsyncIterator[None]:
    """Call a function at once and then every so many seconds, never twice at a time.

    What it raises is logged, and it is called again. At the end, a call that runs is waited for,
    and cancelled if it takes more than `grace_seconds`.
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
            # It is never released: nothing begins any more.
            await asyncio.wait_for(running.acquire(), grace_seconds)
        except TimeoutError:
            _log.warning("What was being done did not end in %g s.", grace_seconds)
        scheduler.shutdown()
        # It shuts down, and cancels what still runs, in the loop's next turn.
        await asyncio.sleep(0)


@asynccontextmanager
async def enter_all(contexts: Sequence[AbstractAsyncContextManager[None]]) -> AsyncIterator[None]:
    """Enter several contexts, and leave them at the same time: what each waits does not add up."""
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
        # By default, a call that is a second late is left out.
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
        # To the scheduler, this would be an error to log with its traceback.
        if not ending.is_set():
            raise
    except AirquoteError as error:
        _log.warning("%s It is tried again in %g s.", error, seconds)


async def _watch_clock(job: Job, seconds: float) -> None:
    """Bring a call forward that a clock which was set back has moved far away."""
    while True:
        await asyncio.sleep(seconds)
        now = datetime.now(UTC)
        if job.next_run_time and job.next_run_time > now + timedelta(seconds=2 * seconds):
            job.modify(next_run_time=now)
