"""Work for several channels or people at once, where none holds up or stops the others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.errors import AirquoteError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do, and what logs may tell of it."""

    work: Callable[[], Awaitable[object]]
    facts: Mapping[str, object] = field(default_factory=dict)


async def run_jobs(jobs: Iterable[Job], at_once: int) -> None:
    """Do all jobs, so many at once; what fails is logged, as it is tried again."""
    turns = asyncio.Semaphore(at_once)
    await asyncio.gather(*(_take_turn(turns, job) for job in jobs))


async def _take_turn(turns: asyncio.Semaphore, job: Job) -> None:
    async with turns:
        try:
            await job.work()
        except AirquoteError as error:
            _log.warning("%s It is tried again.", error, extra=dict(job.facts))
        except Exception:  # noqa: BLE001 - whatever it is, the others get their messages
            _log.exception("A message went wrong; it is tried again.", extra=dict(job.facts))
