"""Take claims in the database, without keeping an answer waiting for it."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol

from cachetools import TTLCache

from bot.claims import Claim, Claimed, make_claim
from bot.errors import StoreError
from bot.service.batches import WRITING_SECONDS, Batches

# Discord waits three seconds for the first response, which comes after this.
_SECONDS = 0.5
# Sharing may take a little longer.
_SHARING_SECONDS = 1.5
# How long not to wait again for a database that did not answer.
_AWAY_SECONDS = 5.0
# Slack retries an event immediately, after one minute and after five; Discord replays what can
# still be answered.
_REDELIVERED = timedelta(minutes=15)
# More than arrive in that time.
_MAX_REMEMBERED = 20_000

_log = logging.getLogger(__name__)


class ClaimStore(Protocol):
    """Stores the claims of all processes; what has expired counts anew.

    Every method raises StoreError if it fails.
    """

    async def claim(self, claim: Claim, now: datetime) -> Claimed:
        """Count a claim, unless the caller gives up."""

    async def claim_all(self, claims: Sequence[Claim], now: datetime) -> Sequence[Claimed]:
        """Count claims, and return them in their order."""

    async def renew(self, claim: Claim, now: datetime) -> None:
        """Let a claim last from now on."""


class Claims:
    """Claims things in the database; no answer waits for it longer than `seconds`."""

    def __init__(self, store: ClaimStore, seconds: float = _SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._batches = Batches(self._count, WRITING_SECONDS)
        self._away_until = 0.0

    async def take(self, claim: Claim) -> Claimed | None:
        """Claim something, with others in a batch; return None if the database does not answer."""
        if monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(self._seconds):
                return await self._batches.add(claim)
        except (StoreError, TimeoutError) as error:
            if monotonic() >= self._away_until:
                _log.warning("Other processes may do the same as this one: %s", _reason(error))
            self._away_until = monotonic() + _AWAY_SECONDS
            return None

    async def take_surely(self, claim: Claim) -> Claimed | None:
        """Claim something; if the database does not answer, return None and claim nothing."""
        try:
            async with asyncio.timeout(_SHARING_SECONDS):
                return await self._store.claim(claim, datetime.now(UTC))
        except (StoreError, TimeoutError) as error:
            _log.warning("Nothing can be shared: %s", _reason(error))
            return None

    async def renew(self, claim: Claim) -> None:
        """Let a claim last from now on, if the database answers."""
        try:
            async with asyncio.timeout(_SHARING_SECONDS):
                await self._store.renew(claim, datetime.now(UTC))
        except (StoreError, TimeoutError) as error:
            _log.warning("A share cannot be repeated for a day: %s", _reason(error))

    async def _count(self, claims: Sequence[Claim]) -> Sequence[Claimed]:
        return await self._store.claim_all(claims, datetime.now(UTC))


class Events:
    """Recognizes what a platform delivers again, to this process or to another one."""

    def __init__(self, platform: str, claims: Claims) -> None:
        self._platform = platform
        self._claims = claims
        self._seen: TTLCache[str, bool] = TTLCache(_MAX_REMEMBERED, _REDELIVERED.total_seconds())

    def is_repeated(self, event: str) -> bool:
        """Return whether this process has seen an event before, and remember it."""
        if event in self._seen:
            return True
        self._seen[event] = True
        return False

    async def is_ours(self, event: str) -> bool:
        """Return whether this process is the one to answer an event; each is, if in doubt."""
        claim = make_claim("event", self._platform, event, lasts=_REDELIVERED)
        claimed = await self._claims.take(claim)
        return claimed is None or claimed.is_first


def _reason(error: Exception) -> object:
    return "the database takes too long." if isinstance(error, TimeoutError) else error
