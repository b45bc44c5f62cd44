"""What people said of quotes, read once for all channels that post at the same time."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

# Shorter than the time between two ticks, and longer than most take.
_REMEMBERED_SECONDS = 15.0


class VerdictStore(Protocol):
    """What was said of quotes in all channels; all methods raise StoreError."""

    async def liked(self) -> Mapping[str, float]:
        """Return how well quotes were received in all channels, from 0 to 1, by their ids."""

    async def praised(self) -> frozenset[tuple[str, float]]:
        """Return the moments that members shared or found useful: episodes and seconds."""


@dataclass(frozen=True, slots=True)
class Said:
    """What people said: of quotes, by their ids, and of moments, which are episodes and seconds."""

    liked: Mapping[str, float]
    praised: frozenset[tuple[str, float]]


class Verdicts:
    """Reads what people said of quotes, and remembers it for some seconds."""

    def __init__(self, store: VerdictStore, now: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._now = now
        self._reading = asyncio.Lock()
        self._known: tuple[float, Said] | None = None

    async def read(self) -> Said:
        """Return what was said, a few seconds ago at most; raises StoreError."""
        async with self._reading:
            if self._known and self._now() < self._known[0]:
                return self._known[1]
            said = Said(await self._store.liked(), await self._store.praised())
            self._known = self._now() + _REMEMBERED_SECONDS, said
            return said
