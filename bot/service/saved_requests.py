"""Saved requests: those too long for a button's id are stored, and the button carries a key."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from bot.errors import StoreError
from bot.service.batches import WRITING_SECONDS, Batches

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

    No answer waits longer than `seconds`.
    """

    def __init__(self, store: RequestRows, seconds: float = WRITING_SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._batches = Batches(self._write, seconds)

    async def keep(self, requests: Mapping[str, str]) -> None:
        """Save packed requests by key; return once they are saved, or cannot be."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._batches.add(requests)
        except StoreError as error:
            _log.error("Some buttons will not work: %s", error)
        except TimeoutError:
            _log.error("Some buttons may not work: the database takes too long.")

    async def find(self, key: str) -> str | None:
        """Return the request of a key; None if it has expired. Raises StoreError."""
        return await self._store.find_request(key)

    async def _write(self, batch: Sequence[Mapping[str, str]]) -> Sequence[None]:
        requests = {key: packed for each in batch for key, packed in each.items()}
        await self._store.keep_requests(requests, datetime.now(UTC))
        return [None] * len(batch)
