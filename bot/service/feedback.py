"""Feedback: verdicts, shares, and queries that found nothing. Who asked is never stored.

`airquote eval --from-feedback` measures the search against it.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.answers.buttons import RETRACTING
from bot.answers.replies import ButtonKind, Reply
from bot.claims import Claim
from bot.errors import StoreError
from bot.models import Feedback, Verdict, ZeroHit
from bot.search.query import MAX_CHARACTERS, parse_query
from bot.translations import gettext

# The verdict behind each button.
VERDICTS = {ButtonKind.JUDGE_USEFUL: Verdict.USEFUL, ButtonKind.JUDGE_NOT_THIS: Verdict.NOT_THIS}
# The verdict that each button takes back.
RETRACTED = {kind: verdict for verdict, kind in RETRACTING.items()}
_OTHER = {Verdict.USEFUL: Verdict.NOT_THIS, Verdict.NOT_THIS: Verdict.USEFUL}

_log = logging.getLogger(__name__)


class FeedbackStore(Protocol):
    """Stores feedback; every method raises StoreError if that fails."""

    async def add_feedback(self, feedback: Feedback, claim: Claim) -> bool:
        """Store a verdict on a hit; return False if it was claimed before."""

    async def remove_feedback(self, feedback: Feedback, claim: Claim) -> bool:
        """Delete a verdict and its claim; return False if it was not claimed, or no longer is."""

    async def add_zero_hit(self, zero_hit: ZeroHit) -> None:
        """Store a query that found nothing."""

    async def add_share(self, episode: str, start: float, now: datetime) -> None:
        """Store that somebody shared a moment of an episode."""


def not_noted() -> Reply:
    """Say that a verdict could not be stored."""
    return Reply(gettext("I cannot note that right now. Please try again later."))


async def record_feedback(
    store: FeedbackStore, feedback: Feedback, claim_of: Callable[[Verdict], Claim]
) -> Reply:
    """Store a verdict on a hit and thank for it, unless it was claimed before.

    It takes the place of the other verdict, if the same person has claimed that.
    """
    given = replace(feedback, query=_clean(feedback.query))
    other = _OTHER[given.verdict]
    try:
        changed = await store.remove_feedback(replace(given, verdict=other), claim_of(other))
        is_new = await store.add_feedback(given, claim_of(given.verdict))
    except StoreError as error:
        _log.error("Feedback was lost: %s", error)
        return not_noted()
    if changed:
        return Reply(gettext("Thank you, I have changed your rating of the first passage."))
    if is_new:
        return Reply(gettext("Thank you, that is noted for the first passage."))
    return Reply(gettext("Thank you, I had already noted your rating."))


async def retract_feedback(
    store: FeedbackStore, feedback: Feedback, claim_of: Callable[[Verdict], Claim]
) -> Reply:
    """Delete a person's verdict on a hit, if they have claimed it."""
    given = replace(feedback, query=_clean(feedback.query))
    try:
        found = await store.remove_feedback(given, claim_of(given.verdict))
    except StoreError as error:
        _log.error("Feedback could not be taken back: %s", error)
        return not_noted()
    if found:
        return Reply(gettext("I have taken your rating back."))
    return Reply(
        gettext("I can no longer take that back. A rating can be taken back within an hour.")
    )


async def record_zero_hit(store: FeedbackStore, zero_hit: ZeroHit) -> None:
    """Store a query whose first page was empty, unless it has no words to search for.

    If the store fails, only log it: nobody waits for the result.
    """
    query = parse_query(zero_hit.query or "")
    if not query.has_words or len(query.text) > MAX_CHARACTERS:
        return
    try:
        await store.add_zero_hit(replace(zero_hit, query=query.text))
    except StoreError as error:
        _log.error("A query without hits was not stored: %s", error)


async def record_share(store: FeedbackStore, episode: str, start: float, now: datetime) -> None:
    """Store that a moment was shared; if the store fails, only log it."""
    try:
        await store.add_share(episode, start, now)
    except StoreError as error:
        _log.error("A share was not stored: %s", error)


def _clean(query: str | None) -> str | None:
    return parse_query(query).text[:MAX_CHARACTERS] if query else None
