"""Run calls for several channels or people at once, so that none delays or stops another."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.errors import AirquoteError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IsolatedCall:
    """A function to call, and the facts to log if it fails."""

    function: Callable[[], Awaitable[object]]
    facts: Mapping[str, object] = field(default_factory=dict)


async def run_isolated(calls: Iterable[IsolatedCall], at_once: int) -> None:
    """Run all calls, at most `at_once` of them at a time; failures are logged, not raised."""
    turns = asyncio.Semaphore(at_once)
    await asyncio.gather(*(_take_turn(turns, call) for call in calls))


async def _take_turn(turns: asyncio.Semaphore, call: IsolatedCall) -> None:
    async with turns:
        try:
            await call.function()
        except AirquoteError as error:
            _log.warning("%s It is tried again.", error, extra=dict(call.facts))
        except Exception:  # noqa: BLE001 - whatever it is, the others get their messages
            _log.exception(
                "A message could not be sent; it is tried again.", extra=dict(call.facts)
            )
