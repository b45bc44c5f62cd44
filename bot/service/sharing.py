"""Sharing: post a hit for everybody to see, once, and tell the sharer the outcome."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, replace
from enum import Enum

from cachetools import TTLCache

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.posting.places import Requester
from bot.service.request_queue import RequestQueue

_ONCE_SECONDS = 24 * 60 * 60
# Time to check whether the message arrived after all.
_UNSURE_SECONDS = 60
_MAX_SHARES = 10_000


class ShareOutcome(Enum):
    """The outcome of posting: unsure after a server error or a lost connection."""

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
        "I could not make sure that this was shared. Please check; if it is not there, you can "
        "share it again in a minute."
    ),
    ShareOutcome.POSTED_BEFORE: Reply("You have shared this already."),
    ShareOutcome.UNSURE_BEFORE: Reply(
        "I tried already and cannot tell whether it arrived. Please check; you can share it again "
        "in a minute."
    ),
}


@dataclass(frozen=True, slots=True)
class Share:
    """Who shares which moment of an episode, and where."""

    requester: Requester
    place: Hashable
    episode: str
    start: float | None


class Shares:
    """Remembers shares for a day, so that nothing is shared twice.

    A share with an unsure outcome may be repeated after `unsure_seconds`.
    """

    def __init__(self, unsure_seconds: float = _UNSURE_SECONDS) -> None:
        self._shared: TTLCache[Hashable, bool] = TTLCache(_MAX_SHARES, _ONCE_SECONDS)
        self._unsure: TTLCache[Hashable, bool] = TTLCache(_MAX_SHARES, unsure_seconds)

    async def share(
        self, key: Hashable, publish: Callable[[], Awaitable[ShareOutcome]]
    ) -> ShareOutcome:
        """Publish once for a key: not again while publishing, nor once it has been posted.

        A refused share may be repeated at once, an unsure one later.
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


async def find_hit(queue: RequestQueue, request: Request, requester: Requester) -> Reply:
    """Find the hit that a button shares. Raises whatever the command raises."""
    return await queue.follow(replace(request, verb=Verb.HIT), requester)


async def share_hit(
    shares: Shares, share: Share, hit: Reply, publish: Callable[[Reply], Awaitable[ShareOutcome]]
) -> Reply:
    """Publish a hit unless it was shared before; return the reply to the sharer.

    That is SHARED if the hit was posted, and the reply itself if the hit no longer exists.
    """
    if not hit.cards:
        return hit
    return tell_outcome(await shares.share(share, lambda: publish(hit)))


def tell_outcome(outcome: ShareOutcome) -> Reply:
    """Return the reply that tells the sharer the outcome."""
    return _TOLD[outcome]
