"""What use teaches: which answers were useful, and which queries found none. Never who asked.

`airquote eval --from-feedback` measures the search on it.
"""

import logging
from dataclasses import replace
from typing import Protocol

from bot.errors import StoreError
from bot.models import Feedback, Verdict, ZeroHit
from bot.replies import Act, Reply
from bot.search.query import MAX_CHARACTERS, parse_query

# What is said with the buttons that judge.
VERDICTS = {Act.JUDGE_USEFUL: Verdict.USEFUL, Act.JUDGE_NOT_THIS: Verdict.NOT_THIS}
NOT_NOTED = Reply("I cannot note that right now. Try again later.")

_log = logging.getLogger(__name__)


class FeedbackStore(Protocol):
    """Where what use teaches is written down; both raise StoreError."""

    async def add_feedback(self, feedback: Feedback) -> None:
        """Keep what somebody said of a hit."""

    async def add_zero_hit(self, zero_hit: ZeroHit) -> None:
        """Keep that a query found nothing."""


async def record_feedback(store: FeedbackStore, feedback: Feedback) -> Reply:
    """Note what somebody said of a hit and thank them; NOT_NOTED if the store fails."""
    try:
        await store.add_feedback(replace(feedback, query=_clean(feedback.query)))
    except StoreError as error:
        _log.error("Feedback is lost: %s", error)
        return NOT_NOTED
    return Reply("Thank you, that is noted for the first passage.")


async def record_nothing_found(store: FeedbackStore, zero_hit: ZeroHit) -> None:
    """Note a query whose first page was empty; one that asks for no words is no such query.

    Nobody waits for it, so a failing store is only logged.
    """
    query = parse_query(zero_hit.query or "")
    if not (query.words or query.phrases) or len(query.text) > MAX_CHARACTERS:
        return
    try:
        await store.add_zero_hit(replace(zero_hit, query=query.text))
    except StoreError as error:
        _log.error("A query without hits is not noted: %s", error)


def _clean(query: str | None) -> str | None:
    return parse_query(query).text[:MAX_CHARACTERS] if query else None
