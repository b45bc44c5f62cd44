"""Where the requests are kept that are too long for the id of a button."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from bot.errors import StoreError

if TYPE_CHECKING:
    from bot.store import Store

_log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Keeps the requests that are too long for an id."""

    async def keep(self, requests: Mapping[str, str]) -> None:
        """Keep packed requests by their keys; equal requests have equal keys."""

    async def find(self, key: str) -> str | None:
        """Find what was kept under a key; None if it is there no longer."""


class Kept:
    """Keeps requests in the store; an answer goes out even where that fails."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    async def keep(self, requests: Mapping[str, str]) -> None:
        """Keep packed requests by their keys."""
        try:
            await self._store.keep_requests(requests, datetime.now(UTC))
        except StoreError as error:
            _log.error("Some buttons will not work: %s", error)

    async def find(self, key: str) -> str | None:
        """Find what was kept under a key; None if it is there no longer. Raises StoreError."""
        return await self._store.find_request(key)
