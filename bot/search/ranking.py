"""Which passages answer best: a first choice by BM25, then a closer look at the chosen few.

Every passage is scored by its words, its chapter's title and the names of who speaks. The best are
then looked at more closely: how near to them each word of the query is said, which of the query's
word pairs they hold, and how much their whole episode is about it. The numbers in `Weights` and
the constants below are all there is to tune; `bench/fit.py` fits the weights.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from bot.search.index import Index

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]

# How many passages get the closer look.
CANDIDATES = 150
# A word this many words outside a passage counts half of one inside.
HALF_DISTANCE = 100


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence counts for, relative to `near`, which counts 1."""

    near: float = 1.0  # idf of each query word, less the farther from the passage it is said
    exact: float = 0.16  # idf of each query word that the passage holds in the very same form
    pair: float = 0.19  # idf of each pair of neighbouring query words that it holds
    text: float = 0.06  # BM25 of the passage
    title: float = 0.31  # BM25 of its chapter's title
    name: float = 2.0  # BM25 of the names asked for, over who speaks and the episode's guests
    episode: float = 1.4  # BM25 of its whole episode


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query asks for, in stems: its content, the names in it, and its pairs of neighbours.

    `forms` are the content words as terms, of those the corpus knows. A pair holds at least one
    content word.
    """

    content: tuple[int, ...]
    forms: tuple[int, ...] = ()
    names: tuple[int, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """Passages, best first, with their scores."""

    passages: Ints
    scores: Floats


def rank(index: Index, wanted: Wanted, allowed: Mask | None, weights: Weights) -> Ranked:
    """Rank the best of the allowed passages (None: all) that hold a word or name of the query."""
    candidates = choose_candidates(index, wanted, allowed, weights)
    scores = measure(index, wanted, candidates) @ np.array(astuple(weights))
    order = np.lexsort((candidates, -scores))
    return Ranked(candidates[order], scores[order])


def choose_candidates(index: Index, wanted: Wanted, allowed: Mask | None, weights: Weights) -> Ints:
    """Pick the passages with the most promising words and names, in no particular order."""
    scores = index.text.score(wanted.content)
    if wanted.names:
        scores += weights.name * index.names.score(wanted.names)
    if allowed is not None:
        # A phrase of nothing but grammar has no scores; what holds it is as good as any other.
        scores = np.where(allowed, scores if wanted.content else 1.0, 0.0)
    return _highest(scores, CANDIDATES)


def _highest(scores: Floats, count: int) -> Ints:
    """Pick the numbers of the `count` highest scores that are not zero, in no particular order.

    The highest are among the blocks with the highest peaks, so only those are partitioned.
    """
    padded = np.concatenate((scores, np.zeros(-len(scores) % 8)))
    # A block is every n-th score: numpy is much faster along the longer axis.
    blocks = padded.reshape(8, -1)
    peaks = _top(blocks.max(axis=0), count)
    numbers = (np.arange(8)[:, None] * blocks.shape[1] + peaks).ravel()
    numbers = numbers[_top(padded[numbers], count)]
    found: Ints = numbers[padded[numbers] != 0].astype(np.int32)
    return found


def _top(scores: Floats, count: int) -> NDArray[np.intp]:
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - count)[-count:]


def measure(index: Index, wanted: Wanted, candidates: Ints) -> Floats:
    """Measure all evidence for each candidate: a row each, columns as in `Weights`."""
    begins, ends = (bound[candidates] for bound in index.passage_terms)
    episodes = index.passage_episodes[candidates]
    columns = (
        _nearness(index, wanted, begins, ends, episodes),
        _forms(index, wanted, begins, ends),
        _pairs(index, wanted, begins, ends),
        index.text.score_some(wanted.content, candidates),
        index.titles.score_some(wanted.content, index.passage_chapters[candidates]),
        index.names.score_some(wanted.names, candidates),
        index.whole.score_some(wanted.content, episodes),
    )
    return np.column_stack(columns)


def _nearness(index: Index, wanted: Wanted, begins: Ints, ends: Ints, episodes: Ints) -> Floats:
    """Sum the idf of the query's words, each by how near to the passage it is said.

    The kernel 1 / (1 + d / HALF_DISTANCE), d in words, is that of a positional language model
    (Lv and Zhai 2009, https://doi.org/10.1145/1571941.1571994) with the nearest occurrence alone.
    """
    total = np.zeros(len(begins))
    bounds = [bound[episodes] for bound in index.episode_terms]
    for stem in wanted.content:
        places = index.places_of(stem)
        following = np.searchsorted(places, begins)
        after = _read(places, following, *bounds) - ends + 1
        before = begins - _read(places, following - 1, *bounds)
        distance = np.minimum(np.abs(before), np.maximum(after, 0))
        total += max(index.text.idf[stem], 0) / (1 + distance / HALF_DISTANCE)
    return total


def _read(places: Ints, numbers: NDArray[np.intp], first: Ints, last: Ints) -> Floats:
    """Read places by number; infinity where there is none in [first, last)."""
    if not len(places):
        return np.full(len(numbers), np.inf)
    found = places[np.clip(numbers, 0, len(places) - 1)]
    there = (numbers >= 0) & (numbers < len(places)) & (found >= first) & (found < last)
    return np.where(there, found, np.inf)


def _forms(index: Index, wanted: Wanted, begins: Ints, ends: Ints) -> Floats:
    """Sum the idf of the query's words that each passage holds in the form they were typed in."""
    total = np.zeros(len(begins))
    for term in wanted.forms:
        idf = max(index.text.idf[index.vocabulary.stem_of[term]], 0)
        total += idf * _hold(index.places_of_term(term), begins, ends)
    return total


def _hold(places: Ints, begins: Ints, ends: Ints) -> Mask:
    """Say which of the spans [begin, end) hold any of some places."""
    mask: Mask = np.searchsorted(places, ends) > np.searchsorted(places, begins)
    return mask


def _pairs(index: Index, wanted: Wanted, begins: Ints, ends: Ints) -> Floats:
    """Sum the idf of the query's word pairs that stand together in each passage."""
    total = np.zeros(len(begins))
    for places in _pair_places(index, wanted):
        total += np.log(len(index.stems) / len(places)) * _hold(places, begins, ends - 1)
    return total


def _pair_places(index: Index, wanted: Wanted) -> Iterator[Ints]:
    """Find where each pair of the query begins, leaving out those that are never said."""
    for pair in wanted.pairs:
        places = index.places_of_run(pair)
        if len(places):
            yield places
