"""Batches: what many want to write at the same time is written together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

WRITING_SECONDS = 5.0
"""How long a write may take: the database itself waits this long for a lock."""
# A batch also waits so long for more: with more in each transaction, each costs less.
_GATHERING_SECONDS = 0.02

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Batches(Generic[_Item, _Result]):
    """Writes items in batches, by a function that returns a result for each.

    While one batch is written, for `seconds` at most, the next one gathers: the busier the chat,
    the cheaper each item.
    """

    def __init__(
        self,
        write: Callable[[Sequence[_Item]], Awaitable[Sequence[_Result]]],
        seconds: float,
    ) -> None:
        self._write = write
        self._seconds = seconds
        self._gathered: list[_Item] = []
        self._next: asyncio.Task[Sequence[_Result]] | None = None
        self._writing = asyncio.Lock()

    async def add(self, item: _Item) -> _Result:
        """Write an item; raise what writing raises, and TimeoutError if it takes too long."""
        place = len(self._gathered)
        self._gathered.append(item)
        if self._next is None:
            self._next = asyncio.create_task(self._write_gathered())
            self._next.add_done_callback(_retrieve)
        # A caller that gives up must not cancel the write for the others.
        return (await asyncio.shield(self._next))[place]

    async def _write_gathered(self) -> Sequence[_Result]:
        """Write everything gathered by the time the previous write has ended."""
        async with self._writing:
            await asyncio.sleep(_GATHERING_SECONDS)
            gathered, self._gathered, self._next = self._gathered, [], None
            async with asyncio.timeout(self._seconds):
                return await self._write(gathered)


def _retrieve(task: asyncio.Task[Sequence[_Result]]) -> None:
    """Retrieve an error, or asyncio would log it if no caller waits any longer."""
    if not task.cancelled():
        task.exception()
