"""Quotas: how often a person may ask or press in a minute, in all processes together."""

from datetime import UTC, datetime, timedelta
from math import ceil

from bot.answers.replies import Reply
from bot.posting.places import Requester
from bot.service.claims import Claims
from bot.service.rate_limiter import RateLimiter
from bot.text import pluralize

_MINUTE = timedelta(minutes=1)
# More people than ask within a minute in any workspace.
_MAX_REQUESTERS = 100_000


class Quota:
    """Limits how many `times` a minute each person does something.

    This process counts by itself, and with the others through `claims`, unless the database is
    away. `noun` and `verb` say what is done: questions, and to ask.
    """

    def __init__(self, noun: str, verb: str, times: int, claims: Claims) -> None:
        self._noun, self._verb, self._times = noun, verb, times
        self._claims = claims
        self._limiter = RateLimiter(times, _MINUTE.total_seconds(), _MAX_REQUESTERS)

    async def take(self, requester: Requester) -> Reply | None:
        """Count one more; return a reply that says how long to wait if it is one too many."""
        if wait := self._limiter.take(requester):
            return self._too_often(wait)
        claimed = await self._claims.take(requester.claim(self._noun, lasts=_MINUTE))
        if claimed is None or claimed.count <= self._times:
            return None
        return self._too_often((claimed.until - datetime.now(UTC)).total_seconds())

    def _too_often(self, wait: float) -> Reply:
        return Reply(
            f"That is a lot at once. I answer {pluralize(self._times, self._noun)} a minute per "
            f"person. Please {self._verb} again in {pluralize(max(1, ceil(wait)), 'second')}."
        )
