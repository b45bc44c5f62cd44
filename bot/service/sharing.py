"""Sharing: post a hit for everybody to see, once, and tell the sharer the outcome."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.posting.places import Requester
from bot.service.claims import Claims
from bot.service.request_queue import RequestQueue
from bot.translations import gettext, gettext_noop

# How long nothing is shared again.
_ONCE = timedelta(days=1)
# Time to check whether the message arrived after all.
_UNSURE = timedelta(minutes=1)


class ShareOutcome(Enum):
    """The outcome of posting: unsure after a server error or a lost connection."""

    POSTED = "posted"
    REFUSED = "refused"
    UNSURE = "unsure"
    POSTED_BEFORE = "posted before"
    UNSURE_BEFORE = "unsure before"
    UNAVAILABLE = "unavailable"


_TOLD = {
    ShareOutcome.POSTED: gettext_noop("Shared."),
    ShareOutcome.REFUSED: gettext_noop(
        "I could not share that. Please search again and share it from there."
    ),
    ShareOutcome.UNSURE: gettext_noop(
        "I could not make sure that this was shared. Please check; if it is not there, you can "
        "share it again in a minute."
    ),
    ShareOutcome.POSTED_BEFORE: gettext_noop("You have shared this already."),
    ShareOutcome.UNSURE_BEFORE: gettext_noop(
        "I tried already and cannot tell whether it arrived. Please check; you can share it again "
        "in a minute."
    ),
    ShareOutcome.UNAVAILABLE: gettext_noop(
        "I cannot share anything right now. Please try again later."
    ),
}


@dataclass(frozen=True, slots=True)
class Share:
    """Who shares which moment of an episode, and where."""

    requester: Requester
    place: object
    episode: str
    start: float | None


class Shares:
    """Shares nothing twice within a day, in all processes together.

    Without the database nothing is shared: an apology is better than the same message twice. A
    share with an unsure outcome may be repeated after the time `unsure`. `on_posted` is called with
    the episode and the second of what was posted.
    """

    def __init__(
        self,
        claims: Claims,
        unsure: timedelta = _UNSURE,
        on_posted: Callable[[str, float | None], object] = lambda *_: None,
    ) -> None:
        self._claims = claims
        self._unsure = unsure
        self._on_posted = on_posted

    async def share(
        self, share: Share, publish: Callable[[], Awaitable[ShareOutcome]]
    ) -> ShareOutcome:
        """Publish a share once: not again while publishing, nor once it has been posted.

        A refused share may be repeated at once, an unsure one later.
        """
        names = share.place, share.episode, share.start
        claim = share.requester.claim("share", *names, lasts=_ONCE)
        claimed = await self._claims.take_surely(claim)
        if claimed is None:
            return ShareOutcome.UNAVAILABLE
        if not claimed.is_first:
            is_unsure = claimed.until <= datetime.now(UTC) + self._unsure
            return ShareOutcome.UNSURE_BEFORE if is_unsure else ShareOutcome.POSTED_BEFORE
        outcome = ShareOutcome.UNSURE
        try:
            outcome = await publish()
        finally:
            if outcome is not ShareOutcome.POSTED:
                lasts = self._unsure if outcome is ShareOutcome.UNSURE else timedelta(0)
                await self._claims.renew(replace(claim, lasts=lasts))
        if outcome is ShareOutcome.POSTED:
            self._on_posted(share.episode, share.start)
        return outcome


async def find_hit(queue: RequestQueue, request: Request, requester: Requester) -> Reply:
    """Find the hit that a button shares. Raises whatever the command raises."""
    return await queue.press(replace(request, verb=Verb.HIT), requester)


async def share_hit(
    shares: Shares, share: Share, hit: Reply, publish: Callable[[Reply], Awaitable[ShareOutcome]]
) -> tuple[Reply, bool]:
    """Publish a hit unless it was shared before; return the reply to the sharer.

    Also return whether the hit was posted. If it no longer exists, the reply is the hit itself.
    """
    if not hit.cards:
        return hit, False
    outcome = await shares.share(share, lambda: publish(hit))
    return tell_outcome(outcome), outcome is ShareOutcome.POSTED


def tell_outcome(outcome: ShareOutcome) -> Reply:
    """Return the reply that tells the sharer the outcome."""
    return Reply(gettext(_TOLD[outcome]))
