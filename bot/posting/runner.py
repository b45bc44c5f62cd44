"""Concurrent work for several channels or people, where no failure stops the others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.errors import AirquoteError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """Work to do, and facts about it for logs."""

    work: Callable[[], Awaitable[object]]
    facts: Mapping[str, object] = field(default_factory=dict)


async def take_turns(turns: Iterable[Turn], at_once: int) -> None:
    """Run all turns, `at_once` at a time; log failures, as they are retried later."""
    free = asyncio.Semaphore(at_once)
    await asyncio.gather(*(_take_turn(free, turn) for turn in turns))


async def _take_turn(free: asyncio.Semaphore, turn: Turn) -> None:
    async with free:
        try:
            await turn.work()
        except AirquoteError as error:
            _log.warning("%s It is tried again.", error, extra=dict(turn.facts))
        except Exception:  # noqa: BLE001 - the others still get their messages
            _log.exception(
                "A message could not be sent; it is tried again.", extra=dict(turn.facts)
            )
