"""Quotes as data: found and rated, before any is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.models import Episode

BEST_SCORE = 3.5
"""From here on, readers would post four of five quotes just as they are."""

GOOD_SCORE = 3.0
"""From here on a lenient reader would post three of five, a strict one a third.

Those below are for moderators to choose from, not for a channel that posts by itself.
"""

MAX_SENTENCES = 3
"""How many sentences a quote may have."""


@dataclass(frozen=True, slots=True)
class ScoredQuote:
    """One to three sentences of a guest that can be posted as they are.

    `id` is a hash of its words, so it survives a rebuilt index; `episode` is a slug, `start` a
    second, `reasons` are for moderators.
    """

    id: str
    episode: str
    start: float | None
    speaker: str
    text: str
    chapter: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuotePool:
    """What can be quoted: all quotes of an index, best first, and its episodes."""

    quotes: Sequence[ScoredQuote]
    episodes: Sequence[Episode]
