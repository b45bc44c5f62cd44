"""Feedback: verdicts on answers, and queries that found nothing. Who asked is never stored.

`airquote eval --from-feedback` measures the search against it.
"""

import logging
from dataclasses import replace
from typing import Protocol

from bot.answers.replies import ButtonKind, Reply
from bot.claims import Claim
from bot.errors import StoreError
from bot.models import Feedback, Verdict, ZeroHit
from bot.search.query import MAX_CHARACTERS, parse_query

# The verdict behind each button.
VERDICTS = {ButtonKind.JUDGE_USEFUL: Verdict.USEFUL, ButtonKind.JUDGE_NOT_THIS: Verdict.NOT_THIS}
_NOTED = Reply("Thank you, that is noted for the first passage.")
_NOTED_BEFORE = Reply("Thank you, I have already noted your verdict on that.")
_NOT_NOTED = Reply("I cannot note that right now. Please try again later.")

_log = logging.getLogger(__name__)


class FeedbackStore(Protocol):
    """Stores feedback; every method raises StoreError if that fails."""

    async def add_feedback(self, feedback: Feedback, claim: Claim) -> bool:
        """Store a verdict on a hit; return False if it was claimed before."""

    async def add_zero_hit(self, zero_hit: ZeroHit) -> None:
        """Store a query that found nothing."""


async def record_feedback(store: FeedbackStore, feedback: Feedback, claim: Claim) -> Reply:
    """Store a verdict on a hit and thank for it, unless it was claimed before."""
    try:
        is_new = await store.add_feedback(replace(feedback, query=_clean(feedback.query)), claim)
    except StoreError as error:
        _log.error("Feedback was lost: %s", error)
        return _NOT_NOTED
    return _NOTED if is_new else _NOTED_BEFORE


async def record_zero_hit(store: FeedbackStore, zero_hit: ZeroHit) -> None:
    """Store a query whose first page was empty, unless it has no words to search for.

    If the store fails, only log it: nobody waits for the result.
    """
    query = parse_query(zero_hit.query or "")
    if not (query.words or query.phrases) or len(query.text) > MAX_CHARACTERS:
        return
    try:
        await store.add_zero_hit(replace(zero_hit, query=query.text))
    except StoreError as error:
        _log.error("A query without hits was not stored: %s", error)


def _clean(query: str | None) -> str | None:
    return parse_query(query).text[:MAX_CHARACTERS] if query else None
