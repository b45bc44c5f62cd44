"""Count the answers in progress, so that none is cut short when the process ends."""

import asyncio
import logging

_log = logging.getLogger(__name__)


class InFlight:
    """Counts what runs inside `with in_flight:`, so that the process can wait for it at the end."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> "InFlight":
        self._count += 1
        self._idle.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._idle.set()

    async def settle(self, seconds: float) -> bool:
        """Wait until nothing is running, at most `seconds`; return whether that happened."""
        # The libraries accept an event before its listener reaches its first line.
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def finish(self, seconds: float, platform: str) -> None:
        """Give running answers some seconds to finish; log the platform if some take longer."""
        if not await self.settle(seconds):
            _log.warning("Some answers were not finished in time.", extra={"platform": platform})
