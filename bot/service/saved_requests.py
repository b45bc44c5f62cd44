"""Saved requests: those too long for a button's id are stored, and the button carries a key."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from bot.errors import StoreError

# The database itself waits this long for a lock.
_SECONDS = 5.0

_log = logging.getLogger(__name__)


class RequestStore(Protocol):
    """Saves packed requests by key."""

    async def keep(self, requests: Mapping[str, str]) -> None:
        """Save packed requests by key; equal requests have equal keys."""

    async def find(self, key: str) -> str | None:
        """Return the request of a key; None if it has expired."""


class RequestRows(Protocol):
    """Rows of saved requests; both methods raise StoreError if the database fails."""

    async def keep_requests(self, requests: Mapping[str, str], now: datetime) -> None:
        """Save packed requests by key, and renew those already saved."""

    async def find_request(self, key: str) -> str | None:
        """Return the packed request of a key; None if it has expired."""


class BatchedRequestStore:
    """Saves requests in batches; an answer goes out even if saving fails or takes too long.

    While one batch is written, the next one gathers: the busier the chat, the cheaper each answer.
    No answer waits longer than `seconds`.
    """

    def __init__(self, store: RequestRows, seconds: float = _SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._gathered: dict[str, str] = {}
        self._next: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    async def keep(self, requests: Mapping[str, str]) -> None:
        """Save packed requests by key; return once they are saved, or cannot be."""
        self._gathered |= requests
        if self._next is None:
            self._next = asyncio.create_task(self._write())
        try:
            async with asyncio.timeout(self._seconds):
                # A caller that gives up must not cancel the write for the others.
                await asyncio.shield(self._next)
        except TimeoutError:
            _log.error("Some buttons may not work: the database takes too long.")

    async def _write(self) -> None:
        """Write everything gathered by the time the previous write has ended."""
        async with self._writing:
            gathered, self._gathered, self._next = self._gathered, {}, None
            try:
                async with asyncio.timeout(self._seconds):
                    await self._store.keep_requests(gathered, datetime.now(UTC))
            except StoreError as error:
                _log.error("Some buttons will not work: %s", error)
            except TimeoutError:
                pass  # `keep` logs it

    async def find(self, key: str) -> str | None:
        """Return the request of a key; None if it has expired. Raises StoreError."""
        return await self._store.find_request(key)
