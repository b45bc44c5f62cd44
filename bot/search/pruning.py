"""The best documents without scoring all of them.

MaxScore (Turtle and Flood 1995, https://doi.org/10.1016/0306-4573(95)00020-H): the rarest terms
decide almost everything. Once no document without them can be among the best, the lists of the
common terms, which are the long ones, are only looked up for the few documents still in question.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.search.bm25 import Floats, Ints

# Common terms are looked up, instead of added up, when together they are worth less than this
# part of the score to beat: with more of it, looking up takes longer than adding. Measured.
_NEGLIGIBLE = 0.3
# Sums in another order differ by less than this part of them.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Part:
    """What one term adds to the scores of the documents that hold it (ascending).

    No share is below 0 or above `peak`.
    """

    documents: Ints
    shares: Floats
    peak: float

    def look_up(self, documents: Ints) -> Floats:
        """Tell what it adds to some documents; it must have some itself."""
        places = self.documents.searchsorted(documents)
        held = self.documents.take(places, mode="clip") == documents
        return np.where(held, self.shares.take(places, mode="clip"), 0.0)


def best_documents(parts: Sequence[Part], size: int, count: int) -> Ints:
    """Find the `count` of `size` documents with the highest sums that are not 0, ascending."""
    parts = sorted((part for part in parts if len(part.documents)), key=lambda part: -part.peak)
    rest = [sum(part.peak for part in parts[number:]) for number in range(len(parts) + 1)]
    scores = np.zeros(size)
    added, floor = 0, 0.0
    while added < len(parts) and rest[added] >= _NEGLIGIBLE * floor:
        documents = parts[added].documents
        now = scores[documents] + parts[added].shares
        scores[documents] = now
        added += 1
        if not floor and len(documents) >= count:
            floor = _surely_reached(documents, now, parts[added:], count)
    found = np.flatnonzero(scores >= floor - rest[added] if floor else scores).astype(np.int32)
    totals = scores[found]
    for number in range(added, len(parts)):
        totals = totals + parts[number].look_up(found)
        keep = totals >= floor - rest[number + 1]
        found, totals = found[keep], totals[keep]
    return np.sort(found[highest(totals, count)])


def _surely_reached(documents: Ints, scores: Floats, later: Sequence[Part], count: int) -> float:
    """Tell a score that at least `count` documents reach, by completing those of the highest."""
    best = np.sort(highest(scores, count))
    totals = scores[best]
    for part in later:
        totals = totals + part.look_up(documents[best])
    return float(totals.min()) * (1 - _ROUNDING)


def highest(scores: Floats, count: int) -> NDArray[np.intp]:
    """Pick the numbers of the `count` highest scores, in no particular order."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - count)[-count:]
