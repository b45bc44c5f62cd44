"""Quotes as found and scored, before any is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.models import Episode

BEST_SCORE = 3.5
"""Readers would post four in five quotes with at least this score as they are."""

GOOD_SCORE = 3.0
"""From this score up, a lenient reader would post three in five, a strict one a third.

Quotes below it are for moderators to pick from, not for automatic posts.
"""

MAX_SENTENCES = 3
"""The most sentences a quote may have."""


@dataclass(frozen=True, slots=True)
class ScoredQuote:
    """One to three sentences by a guest that can be posted as they are.

    `id` hashes the words, so it survives a rebuilt index; `episode` is a slug, `start` is in
    seconds, `reasons` are for moderators.
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
    """All quotes of an index, best first, and its episodes.

    `says` tells whether an episode, by its slug, contains some words.
    """

    quotes: Sequence[ScoredQuote]
    episodes: Sequence[Episode]
    says: Callable[[str, str], bool]
