"""Quotas: how often a person may ask or press in a minute, in all processes together."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil

from bot.answers.replies import Reply
from bot.posting.places import Requester
from bot.service.claims import Claims
from bot.service.rate_limiter import RateLimiter
from bot.translations import gettext, ngettext

_MINUTE = timedelta(minutes=1)
# More people than ask within a minute in any workspace.
_MAX_REQUESTERS = 100_000


class Act(StrEnum):
    """What a person or an assistant does, each with a quota of its own."""

    QUESTION = "question"
    BUTTON = "button"
    CALL = "call"


class Quota:
    """Limits how many `times` a minute each person does something.

    This process counts by itself, and with the others through `claims`, unless the database is
    away.
    """

    def __init__(self, act: Act, times: int, claims: Claims) -> None:
        self._act, self._times = act, times
        self._claims = claims
        self._limiter = RateLimiter(times, _MINUTE.total_seconds(), _MAX_REQUESTERS)

    async def take(self, requester: Requester) -> Reply | None:
        """Count one more; return a reply that says how long to wait if it is one too many."""
        if wait := self._limiter.take(requester):
            return self._too_often(wait)
        claimed = await self._claims.take(requester.claim(self._act, lasts=_MINUTE))
        if claimed is None or claimed.count <= self._times:
            return None
        return self._too_often((claimed.until - datetime.now(UTC)).total_seconds())

    def _too_often(self, wait: float) -> Reply:
        limit = _LIMITS[self._act](self._times)
        again = _say_when(self._act, max(1, ceil(wait)))
        said = gettext("That is a lot at once. {limit} {again}", limit=limit, again=again)
        return Reply(said)


# The limits, in whole sentences.
_LIMITS: dict[Act, Callable[[int], str]] = {
    Act.QUESTION: lambda times: ngettext(
        "I answer {n} question a minute per person.",
        "I answer {n} questions a minute per person.",
        times,
    ),
    Act.BUTTON: lambda times: ngettext(
        "I answer {n} button a minute per person.",
        "I answer {n} buttons a minute per person.",
        times,
    ),
    Act.CALL: lambda times: ngettext(
        "I answer {n} call a minute per person.",
        "I answer {n} calls a minute per person.",
        times,
    ),
}


def _say_when(act: Act, seconds: int) -> str:
    if act is Act.BUTTON:
        return ngettext(
            "Please press again in {n} second.", "Please press again in {n} seconds.", seconds
        )
    return ngettext("Please ask again in {n} second.", "Please ask again in {n} seconds.", seconds)
