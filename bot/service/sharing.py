"""Sharing a hit with everybody: once, and what is said of it to who shared."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, replace
from enum import Enum

from cachetools import TTLCache

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.service.request_queue import Requester, RequestQueue

_ONCE_SECONDS = 24 * 60 * 60
# Time enough to look whether it has arrived after all.
_UNSURE_SECONDS = 60
_MOST_SHARES = 10_000


class ShareOutcome(Enum):
    """What became of a message: a server error or a lost connection leaves it open."""

    POSTED = "posted"
    REFUSED = "refused"
    UNSURE = "unsure"
    POSTED_BEFORE = "posted before"
    UNSURE_BEFORE = "unsure before"


SHARED = Reply("Shared.")
_TOLD = {
    ShareOutcome.POSTED: SHARED,
    ShareOutcome.REFUSED: Reply(
        "I could not share that. Please search again and share it from there."
    ),
    ShareOutcome.UNSURE: Reply(
        "I could not make sure that this was shared. Please look; if it is not there, you can "
        "share it again in a minute."
    ),
    ShareOutcome.POSTED_BEFORE: Reply("You have shared this already."),
    ShareOutcome.UNSURE_BEFORE: Reply(
        "I tried already and cannot tell whether it arrived. Please look; you can share it again "
        "in a minute."
    ),
}


@dataclass(frozen=True, slots=True)
class Share:
    """Who shares which moment, and the place in which everybody sees it."""

    asker: Requester
    place: Hashable
    episode: str
    start: float | None


class Shares:
    """Remembers for a day what was shared, so that nothing is shared twice.

    What may have been shared it remembers for `unsure_seconds`.
    """

    def __init__(self, unsure_seconds: float = _UNSURE_SECONDS) -> None:
        self._shared: TTLCache[Hashable, bool] = TTLCache(_MOST_SHARES, _ONCE_SECONDS)
        self._unsure: TTLCache[Hashable, bool] = TTLCache(_MOST_SHARES, unsure_seconds)

    async def share(
        self, key: Hashable, publish: Callable[[], Awaitable[ShareOutcome]]
    ) -> ShareOutcome:
        """Publish what a key stands for, unless that was done or is being done.

        What was refused may be shared again at once, what may have been posted a while later.
        """
        if key in self._unsure:
            return ShareOutcome.UNSURE_BEFORE
        if key in self._shared:
            return ShareOutcome.POSTED_BEFORE
        self._shared[key] = True
        outcome = ShareOutcome.UNSURE
        try:
            outcome = await publish()
        finally:
            if outcome is not ShareOutcome.POSTED:
                self._shared.pop(key, None)
            if outcome is ShareOutcome.UNSURE:
                self._unsure[key] = True
        return outcome


async def find_hit(intake: RequestQueue, request: Request, asker: Requester) -> Reply:
    """Find what is shared with a button; raises what the command raises."""
    return await intake.follow(replace(request, verb=Verb.HIT), asker)


async def share_hit(
    shares: Shares, share: Share, hit: Reply, publish: Callable[[Reply], Awaitable[ShareOutcome]]
) -> Reply:
    """Publish a hit unless that was done before; what to say to who shared, SHARED if all is well.

    A hit that is no longer there says so itself.
    """
    if not hit.cards:
        return hit
    return tell_outcome(await shares.share(share, lambda: publish(hit)))


def tell_outcome(outcome: ShareOutcome) -> Reply:
    """Say to who shared what became of it."""
    return _TOLD[outcome]
