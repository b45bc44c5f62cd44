"""Where the requests are kept that are too long for the id of a button."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from bot.errors import StoreError

# As long as a database waits for another process to unlock it.
_SECONDS = 5.0

_log = logging.getLogger(__name__)


class RequestStore(Protocol):
    """Keeps the requests that are too long for an id."""

    async def keep(self, requests: Mapping[str, str]) -> None:
        """Keep packed requests by their keys; equal requests have equal keys."""

    async def find(self, key: str) -> str | None:
        """Find what was kept under a key; None if it is there no longer."""


class PackedStore(Protocol):
    """Where packed requests are written down; both raise StoreError."""

    async def keep_requests(self, requests: Mapping[str, str], now: datetime) -> None:
        """Keep packed requests by their keys; one that is there already is kept for longer."""

    async def find_request(self, key: str) -> str | None:
        """Find the packed request of a key; None if it is kept no longer."""


class BatchedRequestStore:
    """Keeps requests in the store; an answer goes out even where that fails or takes too long.

    While some are written, those of other answers gather, and are written together: the more
    people ask, the less a single answer costs. None waits for longer than `seconds`.
    """

    def __init__(self, store: PackedStore, seconds: float = _SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._gathered: dict[str, str] = {}
        self._next: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    async def keep(self, requests: Mapping[str, str]) -> None:
        """Keep packed requests by their keys, and return once they are, or cannot be."""
        self._gathered |= requests
        if self._next is None:
            self._next = asyncio.create_task(self._write())
        try:
            async with asyncio.timeout(self._seconds):
                # Who no longer waits does not end it for the others.
                await asyncio.shield(self._next)
        except TimeoutError:
            _log.error("Some buttons may not work: the database takes too long.")

    async def _write(self) -> None:
        """Write all that has gathered until it is this one's turn."""
        async with self._writing:
            gathered, self._gathered, self._next = self._gathered, {}, None
            try:
                async with asyncio.timeout(self._seconds):
                    await self._store.keep_requests(gathered, datetime.now(UTC))
            except StoreError as error:
                _log.error("Some buttons will not work: %s", error)
            except TimeoutError:
                pass  # which whoever waits for it says

    async def find(self, key: str) -> str | None:
        """Find what was kept under a key; None if it is there no longer. Raises StoreError."""
        return await self._store.find_request(key)
