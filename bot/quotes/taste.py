"""Learn what a podcast's own people like, and move its quotes a little towards that.

What they said of quotes bends the weights of what was measured, as in `bot.quotes.ranker`. Few
verdicts hardly bend them, and no quote moves by more than `MOST_SHIFT`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bot.arrays import Floats
from bot.logistic import fit_logistic
from bot.quotes.models import ScoredQuote
from bot.quotes.ranker import EVEN_SCORE

MOST_SHIFT = 0.5
"""The most by which a score changes."""

# How many verdicts it takes to bend a weight. How strict people are is hardly held back.
_PRIOR, _FREE = 10.0, 0.1
_SURE = 1e-6


def with_taste(
    quotes: Sequence[ScoredQuote], liked: Mapping[str, float]
) -> tuple[ScoredQuote, ...]:
    """Change the scores of quotes, in their order, by how others were liked.

    `liked` has numbers from 0 to 1 by the ids of quotes; those that are not among `quotes` do not
    count.
    """
    known = [number for number, each in enumerate(quotes) if each.id in liked and each.evidence]
    if not known:
        return tuple(quotes)
    scaled = _scaled(quotes)
    labels = np.array([liked[quotes[number].id] for number in known])
    scores = np.array([quotes[number].score for number in known])
    evidence = np.column_stack([np.ones(len(known)), scaled[known]])
    prior = np.array([_FREE, *[_PRIOR] * scaled.shape[1]])
    bent = fit_logistic(evidence, labels, np.ones(len(known)), prior, scores - EVEN_SCORE)
    shifts = np.clip(scaled @ bent[1:], -MOST_SHIFT, MOST_SHIFT)
    return tuple(
        replace(each, score=round(each.score + shift, 2))
        for each, shift in zip(quotes, shifts.tolist(), strict=True)
    )


def _scaled(quotes: Sequence[ScoredQuote]) -> Floats:
    """Return what was measured of quotes as z-scores, 0 where nothing was."""
    size = max(len(each.evidence) for each in quotes)
    rows = np.array([each.evidence or (np.nan,) * size for each in quotes], dtype=np.float64)
    spreads = np.maximum(np.nanstd(rows, axis=0), _SURE)
    scaled: Floats = np.nan_to_num((rows - np.nanmean(rows, axis=0)) / spreads)
    return scaled
