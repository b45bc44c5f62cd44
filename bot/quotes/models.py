"""Quotes as found and scored, before any is chosen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.models import LITERAL, Episode, Question
from bot.translations import gettext

BEST_SCORE = 3.5
GOOD_SCORE = 3.0
"""From this score up, quotes are posted without a moderator; those from BEST_SCORE come first."""

LEAST_SCORE = 1.75
"""Quotes below it are not offered to moderators either."""

MAX_SENTENCES = 3
"""The most sentences a quote may have."""


LITERAL_STYLE = 0.85
"""Sentences that were edited word for word have 91 % of their words in captions; others, 44 to 67.

The numbers are means of episodes of one podcast; none lies between.
"""


@dataclass(frozen=True, slots=True)
class Wording:
    """How literally a quote was said, as far as automatic captions tell, and in reply to what.

    `share` is the share of its words that they have, 0 to 1, in the sentence that has least; None
    if they do not tell. `spoken` are their words in its place if it was rewritten. `usual` is that
    of its episode, or else of episodes like it; None if nothing is known. `question` is what a host
    asks just before it, if that is short and clear and may stand in quotation marks itself.
    """

    share: float | None = None
    spoken: str = ""
    usual: float | None = None
    question: Question | None = None

    @property
    def is_literal(self) -> bool:
        """Whether it may stand in quotation marks: it was said, or its like usually were."""
        if self.share is not None:
            return self.share >= LITERAL
        return self.usual is None or self.usual >= LITERAL_STYLE

    @property
    def verdict(self) -> str:
        """The check in a few words, for moderators."""
        if self.share is None and self.usual is None:
            return gettext("not checked: there are no captions")
        if self.share is None and self.is_literal:
            return gettext("not checked: it has no captions; episodes like it are word for word")
        if self.share is None:
            return gettext("not checked: it has no captions; episodes like it are rewritten")
        percent = f"{100 * self.share:.0f}"
        if self.is_literal:
            return gettext("said: captions have {percent}% of its words", percent=percent)
        return gettext("rewritten: captions have {percent}% of its words", percent=percent)


@dataclass(frozen=True, slots=True)
class ScoredQuote:
    """One to three sentences by a guest that can be posted as they are.

    `id` hashes the words, so it survives a rebuilt index; `episode` is a slug, `start` is in
    seconds, `reasons` are for moderators, `evidence` is as `bot.quotes.evidence` measures it.
    """

    id: str
    episode: str
    start: float | None
    speaker: str
    text: str
    chapter: str
    score: float
    reasons: tuple[str, ...]
    wording: Wording = Wording()
    evidence: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotePool:
    """All quotes of an index, best first, and its episodes.

    `find_wording` tells how an episode, by its slug, has some words; None if it has not.
    `find_about` names the quotes about some words by their ids, and `find_at` those in the passages
    at some moments, which are episodes and seconds.
    """

    quotes: Sequence[ScoredQuote]
    episodes: Sequence[Episode]
    find_wording: Callable[[str, str], Wording | None]
    find_about: Callable[[str], frozenset[str]] = lambda _: frozenset()
    find_at: Callable[[Iterable[tuple[str, float]]], frozenset[str]] = lambda _: frozenset()
