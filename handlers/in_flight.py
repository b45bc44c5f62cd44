"""What is being answered just now, so that nothing is cut short when the process ends."""

import asyncio
from types import TracebackType


class InFlight:
    """Counts what runs inside `with running:`, so that the end of a process can wait for it."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> "InFlight":
        self._count += 1
        self._idle.clear()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._count -= 1
        if not self._count:
            self._idle.set()

    async def settle(self, seconds: float) -> bool:
        """Wait until nothing runs, at most `seconds`; say whether that came true."""
        # The libraries take an event in before its listener gets to its first line.
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True
