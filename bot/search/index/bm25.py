"""Score documents by BM25 from postings, and find the best without scoring them all.

`rank_bm25.BM25Okapi` defines the scores, but it scores every document for every term of a query.
Here each term's share of each document's score is computed once, so that a query adds up a few
short arrays. The only home of rank_bm25.

`top_documents` is MaxScore (Turtle and Flood 1995, https://doi.org/10.1016/0306-4573(95)00020-H):
the rarest terms decide almost everything. Once no document without them can be among the best, the
long lists of common terms are looked up only for the documents still in question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.arrays import (
    Floats,
    Ints,
    Longs,
    SmallFloats,
    batches,
    count_each,
    pair_up,
    ranges,
    run_starts,
    smallest,
    stretches,
    take_slots,
)

K1 = 1.5
"""How soon BM25 has heard a term often enough: BM25Okapi's own choice."""

# Common terms are looked up, instead of added up, once together they can add less than this part of
# the score to beat; above it, looking up takes longer than adding. Measured.
_NEGLIGIBLE = 0.3
# So few entries are added up faster than a higher score to beat is found. Measured.
_FEW = 30_000
# Adding in another order changes a sum by less than this part of it.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Postings:
    """The documents that hold each term, and the term's share of their scores.

    The entries of term `t` are `documents[starts[t]:starts[t + 1]]` (ascending) and `codes[…]`. Its
    share of a document's score is its `idf`, BM25Okapi's with its floor, times `levels[code]`: few
    levels occur, and a code is a quarter of a number's size. `peaks` are the highest share of each
    term, 0 if no document holds it; `lengths` counts the terms of each document, and `norms` are
    what BM25Okapi makes of them; see `level_of`.
    """

    starts: Ints
    documents: Ints
    codes: NDArray[np.unsignedinteger]
    levels: Floats
    idf: Floats
    peaks: Floats
    lengths: Ints
    norms: Floats

    def documents_of(self, term: int) -> Ints:
        """List the documents that hold a term, ascending."""
        return self.documents[self.starts[term] : self.starts[term + 1]]

    def shares_of(self, term: int) -> Floats:
        """List a term's share of the score of each document that holds it."""
        codes = self.codes[self.starts[term] : self.starts[term + 1]]
        shares: Floats = self.levels.take(codes)
        shares *= self.idf[term]
        return shares

    def score(self, terms: Iterable[int]) -> Floats:
        """Score all documents; equals `BM25Okapi.get_scores` up to rounding."""
        asked = np.fromiter(terms, dtype=np.intp)
        firsts = self.starts[asked]
        sizes = self.starts[asked + 1] - firsts
        at = ranges(firsts, sizes)
        shares = np.repeat(self.idf[asked], sizes) * self.levels.take(self.codes[at])
        scores = np.bincount(self.documents[at], shares, len(self.lengths))
        return scores.astype(np.float64, copy=False)

    def score_counts(
        self, terms: Sequence[int], counts: NDArray[np.integer], documents: Ints
    ) -> Floats:
        """Score some documents that say each term so often, a row of `counts` for each."""
        levels = level_of(counts, self.norms[documents])
        scores: Floats = np.add.reduce(self.idf[list(terms), None] * levels, axis=0)
        return scores

    def score_some(self, terms: Iterable[int], documents: Ints) -> Floats:
        """Score some of the documents."""
        scores = np.zeros(len(documents))
        for term in terms:
            listed = self.documents_of(term)
            if not len(listed):
                continue
            places = listed.searchsorted(documents)
            found = listed.take(places, mode="clip") == documents
            codes = self.codes[self.starts[term] + places[found]]
            scores[found] += self.idf[term] * self.levels[codes]
        return scores


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents that are parts of one sequence of terms, and may overlap.

    Document `d` has the terms from `firsts[d]` on, `lengths[d]` of them.
    """

    terms: Ints
    firsts: Ints
    lengths: Ints


@dataclass(frozen=True, slots=True)
class TermScores:
    """What one term adds to the scores of the documents that hold it (ascending).

    Every share is between 0 and `peak`.
    """

    documents: Ints
    shares: Floats
    peak: float

    def scores_of(self, documents: Ints) -> Floats:
        """Return what the term adds to some documents; at least one document must hold it."""
        places = self.documents.searchsorted(documents)
        held = self.documents.take(places, mode="clip") == documents
        return np.where(held, self.shares.take(places, mode="clip"), 0.0)


def as_documents(documents: Sequence[Sequence[int]]) -> Documents:
    """Join documents that are there one by one."""
    lengths = np.array([len(each) for each in documents], dtype=np.int32)
    terms = np.fromiter(chain.from_iterable(documents), dtype=np.int32)
    return Documents(terms, (np.cumsum(lengths) - lengths).astype(np.int32), lengths)


def build_postings(documents: Documents, vocabulary_size: int) -> Postings:
    """Turn documents of term ids below `vocabulary_size` into postings with BM25Okapi's scores."""
    lengths = documents.lengths
    if not lengths.any():  # BM25Okapi divides by the number of documents and their mean length
        empty = np.zeros(0, dtype=np.int32)
        starts = np.zeros(vocabulary_size + 1, dtype=np.int32)
        none, zeros = np.zeros(0), np.zeros(vocabulary_size)
        norms = np.ones(len(lengths))
        return Postings(starts, empty, empty.astype(np.uint8), none, zeros, zeros, lengths, norms)
    found = _count_terms(documents, vocabulary_size)
    starts = np.concatenate(([0], np.cumsum(found.held)))
    idf, norms = _weigh(documents, found)
    codes, levels = _code_levels(found, lengths, norms)
    peaks = np.zeros(vocabulary_size)
    for first, past in batches(starts):
        held, begin = found.held[first:past], starts[first]
        shares = np.repeat(idf[first:past], held) * levels[codes[begin : starts[past]]]
        known = first + np.flatnonzero(held)
        peaks[known] = np.maximum.reduceat(shares, starts[known] - begin)
    starts = starts.astype(np.int32)
    return Postings(starts, found.owners, codes, levels, idf, peaks, lengths, norms)


def level_of(counts: NDArray[np.integer], norms: Floats | None = None) -> Floats:
    """Return what BM25Okapi makes of how often documents say a term, up to a limit.

    `norms` stand for their lengths; without them, all are of mean length.
    """
    levels: Floats = counts * (K1 + 1) / (counts + (K1 if norms is None else norms))
    return levels


def top_documents(lists: Sequence[TermScores], size: int, count: int) -> Ints:
    """Find the `count` of `size` documents with the highest scores above 0, ascending."""
    lists = sorted((each for each in lists if len(each.documents)), key=lambda each: -each.peak)
    rest = [sum(each.peak for each in lists[number:]) for number in range(len(lists) + 1)]
    scores = np.zeros(size)
    added, floor = 0, 0.0
    while added < len(lists) and rest[added] >= _NEGLIGIBLE * floor:
        documents = lists[added].documents
        # By any other type of integer, numpy looks up several times as slowly.
        at = documents.astype(np.intp)
        now = scores.take(at) + lists[added].shares
        scores[at] = now
        added += 1
        if not floor and len(documents) >= count:
            later = lists[added:]
            long = sum(len(each.documents) for each in later) > _FEW
            floor = _score_to_beat(documents, now, later if long else (), count)
    found = np.flatnonzero(scores >= floor - rest[added] if floor else scores).astype(np.int32)
    totals = scores[found]
    for number in range(added, len(lists)):
        totals = totals + lists[number].scores_of(found)
        keep = totals >= floor - rest[number + 1]
        found, totals = found[keep], totals[keep]
    return np.sort(found[top_k(totals, count)])


def top_k(scores: Floats | SmallFloats, count: int) -> NDArray[np.intp]:
    """Return the positions of the `count` highest scores, in no particular order."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - count)[-count:]


_Small: TypeAlias = NDArray[np.unsignedinteger]


@dataclass(frozen=True, slots=True)
class _TermCounts:
    """How often documents say terms: by terms and then by documents, as in postings.

    `held` says how many documents hold each term; `appearing` lists the terms in the order in which
    they appear for the first time.
    """

    owners: Ints
    counts: _Small
    held: Longs
    appearing: Longs


def _count_terms(documents: Documents, size: int) -> _TermCounts:
    """Count how often each document says each term below `size`, some documents at a time."""
    held, appearing = np.zeros(size, dtype=np.int64), [np.empty(0, dtype=np.int64)]
    found: list[tuple[int, _Small, _Small, _Small]] = []
    for first, past in batches(np.append(0, np.cumsum(documents.lengths))):
        lengths = documents.lengths[first:past]
        terms = documents.terms[ranges(documents.firsts[first:past], lengths)]
        new = _by_appearance(terms, size)
        appearing.append(new[~np.isin(new, np.concatenate(appearing))])
        said, owners, counts = _occurrences(terms, lengths, size)
        held += np.bincount(said, minlength=size)
        found.append((first, smallest(said), smallest(owners), smallest(counts)))
    free, total = np.cumsum(held) - held, int(held.sum())
    widest = np.result_type(np.uint8, *(times.dtype for *_, times in found))
    owned, counted = np.empty(total, dtype=np.int32), np.empty(total, dtype=widest)
    for begin, keys, holders, times in found:
        slots = take_slots(keys, free)
        owned[slots], counted[slots] = holders.astype(np.int32) + np.int32(begin), times
    return _TermCounts(owned, counted, held, np.concatenate(appearing))


def _occurrences(said: Ints, lengths: Ints, size: int) -> tuple[_Small, _Small, Longs]:
    """List (term below `size`, document, count), by terms and then by documents, ascending."""
    count = len(lengths)
    pairs = pair_up(said, np.repeat(np.arange(count), lengths), size, count)
    pairs.sort()
    first = run_starts(pairs)
    terms, held = np.divmod(pairs[first], pairs.dtype.type(count))
    return terms, held, np.diff(first, append=len(pairs))


def _code_levels(
    found: _TermCounts, lengths: Ints, norms: Floats
) -> tuple[NDArray[np.unsignedinteger], Floats]:
    """Number the different levels by counts and then by lengths; return those of all entries."""
    counts = np.flatnonzero(count_each(found.counts, int(found.counts.max()) + 1))
    sizes, where, size_of = np.unique(lengths, return_index=True, return_inverse=True)
    known = np.zeros((len(counts), len(sizes)), dtype=np.bool_)
    for some in stretches(len(found.counts)):
        known[counts.searchsorted(found.counts[some]), size_of[found.owners[some]]] = True
    numbers = (np.cumsum(known) - 1).reshape(known.shape)
    codes = np.empty(len(found.counts), np.min_scalar_type(int(numbers[-1, -1])))
    for some in stretches(len(found.counts)):
        codes[some] = numbers[counts.searchsorted(found.counts[some]), size_of[found.owners[some]]]
    times, kinds = np.nonzero(known)
    return codes, level_of(counts[times], norms[where[kinds]])


def _weigh(documents: Documents, found: _TermCounts) -> tuple[Floats, Floats]:
    """Let BM25Okapi weigh terms and lengths.

    Returns the idf of each term, and what it adds to a term's count in each document and to 1.
    """
    # Only building needs it, and importing it takes a while.
    from rank_bm25 import BM25Okapi

    class Counted(BM25Okapi):  # type: ignore[misc]
        """BM25Okapi without its counting, which takes most of its time."""

        def _initialize(self, corpus: Documents) -> dict[int, int]:
            self.corpus_size = len(corpus.lengths)
            self.avgdl = int(corpus.lengths.sum()) / self.corpus_size
            terms = found.appearing
            return dict(zip(terms.tolist(), found.held[terms].tolist(), strict=True))

    okapi = Counted(documents, k1=K1)
    idf = np.zeros(len(found.held))
    idf[list(okapi.idf)] = list(okapi.idf.values())
    norms = okapi.k1 * (1 - okapi.b + okapi.b * documents.lengths / okapi.avgdl)
    return idf, norms


def _by_appearance(terms: Ints, size: int) -> Longs:
    """List each term once, in the order of their first appearances."""
    first = np.full(size, len(terms))
    first[terms[::-1]] = np.arange(len(terms))[::-1]
    return np.argsort(first, kind="stable")[: np.count_nonzero(first < len(terms))]


def _score_to_beat(
    documents: Ints, scores: Floats, later: Sequence[TermScores], count: int
) -> float:
    """Return a score that at least `count` documents reach, by completing the highest scores."""
    best = top_k(scores, count)
    best = np.sort(best) if later else best
    totals = scores[best]
    for each in later:
        totals = totals + each.scores_of(documents[best])
    return float(totals.min()) * (1 - _ROUNDING)
