"""Rank passages: choose candidates by BM25, then score these few on all evidence.

Candidates are the best passages by BM25 over their words and over the names of the speakers. The
evidence is how near to them each word of the query is said, which words and word pairs they hold
exactly as typed, which words only a host says in them, and what their chapter's title and whole
episode are about.
`bench/search/fit.py` fits the numbers in `Weights`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from math import log, prod

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Floats, Ints, Mask, ranges
from bot.search.index.bm25 import TermScores, level_of, top_documents, top_k
from bot.search.index.index import Index
from bot.search.index.port import EMBEDDED, Wanted
from bot.search.variants import Variant

# Computes the similarity of each passage to the query; called only where it matters.
SimilarityScores = Callable[[], Floats]

# How many passages are ranked by all evidence.
CANDIDATE_LIMIT = 200
# A word as far outside a passage as a passage is long counts half of one inside.
HALF_DISTANCE = 70
# The places before, at and after some places.
_NEIGHBOURS = np.arange(-1, 2, dtype=np.int32)[:, None]


@dataclass(frozen=True, slots=True)
class Gate:
    """When similarity counts: if the best passage says less than a share of the query, by idf.

    The less any passage says, the more it counts.
    """

    sufficient: float
    weight: float


# All four numbers come from the development queries.
WORDS_GATE = Gate(0.55, 40.0)
MODEL_GATE = Gate(0.65, 60.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each kind of evidence, relative to `near`."""

    near: float = 1.0  # idf of each query word, less the farther from the passage it is said
    exact: float = 0.26  # idf of each query word that the passage holds in the very same form
    pair: float = 0.21  # idf of each pair of neighbouring query words that it holds
    text: float = 1.0  # BM25 of the passage, where the query has few words to go by
    title: float = 0.35  # BM25 of its chapter's title
    name: float = 1.75  # BM25 of the names asked for, over who speaks and the episode's guests
    episode: float = 1.6  # BM25 of its whole episode
    asked: float = -0.66  # idf of the words only its host says, by the host's share of it

    @property
    def vector(self) -> Floats:
        """All weights in the order of `features`'s columns."""
        return np.array([getattr(self, field.name) for field in fields(self)])


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """The stems a query asks for: its content, its names, and its pairs of neighbouring words.

    `idf` rates each stem of the content over all ways of saying it. `forms` are the content words
    as terms, as far as the corpus knows them. A pair has at least one content word. `variants` are
    other ways of saying some of the content. Any allowed passage answers a `phrased` query.
    `unknown` is the idf of the words that are never said.
    """

    content: tuple[int, ...]
    idf: Mapping[int, float]
    forms: tuple[int, ...] = ()
    names: tuple[int, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()
    variants: tuple[Variant, ...] = ()
    phrased: bool = False
    unknown: float = 0.0

    def weigh(self, variant: Variant) -> float:
        """Sum the idf of the content that a variant says."""
        return sum(self.idf.get(stem, 0.0) for stem in variant.stems)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Passages, best first, with their scores."""

    passages: Ints
    scores: Floats


def rank(
    index: Index,
    terms: QueryTerms,
    allowed: Mask | None,
    weights: Weights,
    similarity: SimilarityScores | None = None,
    gate: Gate = WORDS_GATE,
) -> Ranked:
    """Rank the best of the allowed passages (None: all) that have a word or name of the query.

    `similarity` is ignored if a passage says enough of the query for the `gate`.
    """
    candidates = retrieve_candidates(index, terms, allowed, weights)
    evidence = features(index, terms, candidates)
    scores = evidence @ weights.vector
    uncovered = _uncovered_idf(terms, evidence, gate.sufficient)
    if similarity is not None and uncovered > 0:
        alike = similarity() if allowed is None else np.where(allowed, similarity(), 0)
        nearest = top_k(alike, CANDIDATE_LIMIT)
        more = np.setdiff1d(nearest[alike[nearest] > 0], candidates).astype(np.int32)
        candidates = np.concatenate((candidates, more))
        scores = np.concatenate((scores, features(index, terms, more) @ weights.vector))
        scores += gate.weight * uncovered * alike[candidates]
    order = np.lexsort((candidates, -scores))
    return Ranked(candidates[order], scores[order])


def _uncovered_idf(terms: QueryTerms, evidence: Floats, sufficient: float) -> float:
    """Return the idf that the best candidate lacks of a sufficient share; at most 0 if it has it.

    A query of unknown words alone is about nothing in the podcast, and lacks nothing.
    """
    asked = sum(terms.idf[stem] for stem in terms.content)
    said = float(evidence[:, 0].max(initial=0))
    return sufficient * (asked + terms.unknown) - said if asked else 0.0


def retrieve_candidates(
    index: Index, terms: QueryTerms, allowed: Mask | None, weights: Weights
) -> Ints:
    """Return the passages with the best scores by words and names, ascending."""
    if index.engine is not EMBEDDED:
        wanted = _wanted(index, terms, allowed, weights)
        asked = index.engine.find_candidates(wanted, CANDIDATE_LIMIT)
        if asked is not None:
            return asked
    parts = list(_term_scores(index, terms, weights))
    if allowed is None:
        return top_documents(parts, len(index.passages.firsts), CANDIDATE_LIMIT)
    # A phrase may begin in a passage that has none of its content words.
    scores = np.full(len(index.passages.firsts), float(terms.phrased))
    for part in parts:
        scores[part.documents] += part.shares
    scores[~allowed] = 0
    # Among many that are equal, as most are here, the best take long to find.
    held = np.flatnonzero(scores)
    found: Ints = np.sort(held[top_k(scores[held], CANDIDATE_LIMIT)]).astype(np.int32)
    return found


def _term_scores(index: Index, terms: QueryTerms, weights: Weights) -> Iterator[TermScores]:
    """Split the first score of all passages into what each word, variant and name adds to it."""
    for stem in terms.content:
        documents, shares = index.text.documents_of(stem), index.text.shares_of(stem)
        if index.text.idf[stem] > 0:
            yield TermScores(documents, shares, float(index.text.peaks[stem]))
        else:
            # What half of the passages say scores nothing or less, but is a match all the same.
            yield _even_scores(documents, float(index.idf[stem]))
    for variant in terms.variants:
        yield _even_scores(variant.passages, variant.weight * terms.weigh(variant))
    for stem in terms.names:
        shares = np.maximum(weights.name * index.names.shares_of(stem), 0.0)
        yield TermScores(index.names.documents_of(stem), shares, float(shares.max(initial=0.0)))


def _wanted(index: Index, terms: QueryTerms, allowed: Mask | None, weights: Weights) -> Wanted:
    """Say to an engine what `_term_scores` adds up."""
    rated = {stem: float(index.text.idf[stem]) for stem in terms.content}
    return Wanted(
        words={stem: idf for stem, idf in rated.items() if idf > 0},
        present={stem: float(index.idf[stem]) for stem, idf in rated.items() if idf <= 0},
        names={stem: weights.name * float(index.names.idf[stem]) for stem in terms.names},
        variants=[(each.passages, each.weight * terms.weigh(each)) for each in terms.variants],
        allowed=allowed,
        phrased=terms.phrased,
    )


def _even_scores(documents: Ints, share: float) -> TermScores:
    return TermScores(documents, np.full(len(documents), share), share)


def features(index: Index, terms: QueryTerms, candidates: Ints) -> Floats:
    """Measure all evidence for each candidate: a row each, columns as in `Weights`."""
    said = _find_said(index, terms, candidates)
    stems = said.stems
    idf = np.array([terms.idf[stem] for stem in terms.content])[:, None]
    near = _nearness(terms, said)
    spoken = _list_spoken(index, terms, said)
    counts, by_host, exact = _read_spoken(index, terms, spoken, near.shape)
    lengths = said.ends - said.begins
    columns = (
        _sum(idf * near),
        exact,
        _pairs(index, terms, said, spoken),
        _density(index, terms, said, counts, candidates),
        # No chapter is number -1, which reads the 0 behind the last.
        np.append(index.titles.score(terms.content), 0.0)[index.passage_chapters[candidates]],
        index.names.score_some(terms.names, candidates),
        index.whole.score(terms.content)[said.episodes],
        # A passage that is half a question counts for less than the reply to it.
        _sum(idf * ((by_host > 0) & (by_host == said.counts[:stems])))
        * (index.turns.host_words[candidates] / np.maximum(lengths, 1)),
    )
    return np.column_stack(columns)


@dataclass(frozen=True, slots=True)
class _Said:
    """Where the words of a query are said in and around each candidate, a column for each.

    The rows are the stems of the content, then the variants. Of the places of a row, `firsts`
    precede the candidate and `counts` are in it; `distances` are the words from it to the nearest,
    none of them in another episode.
    """

    begins: Ints
    ends: Ints
    episodes: Ints
    stems: int
    firsts: NDArray[np.intp]
    counts: NDArray[np.intp]
    distances: Floats


def _find_said(index: Index, terms: QueryTerms, candidates: Ints) -> _Said:
    begins, ends = (bound[candidates] for bound in index.passage_terms)
    episodes = index.passage_episodes[candidates]
    index.engine.need_places(_stems_of(terms), episodes)
    # What is said in other episodes does not matter, so that it may be missing.
    rows = [*map(index.stem_places.of, terms.content), *(each.places for each in terms.variants)]
    bounds = np.concatenate((begins, ends))
    size = len(candidates)
    at = np.zeros((len(rows), 2 * size), dtype=np.intp)
    before, after = np.full((2, len(rows), size), -1, dtype=np.int32)
    for row, places in enumerate(rows):
        if len(places):
            at[row] = places.searchsorted(bounds)
            places.take(at[row, :size], out=after[row], mode="clip")
            places.take(at[row, :size] - 1, out=before[row], mode="clip")
    firsts, pasts = at[:, :size], at[:, size:]
    first, last = (bound[episodes] for bound in index.episode_terms)
    ahead = np.where((after >= begins) & (after < last), np.maximum(after - ends + 1, 0), np.inf)
    behind = np.where((before < begins) & (before >= first), begins - before, np.inf)
    distances = np.minimum(ahead, behind)
    stems = len(terms.content)
    return _Said(begins, ends, episodes, stems, firsts, pasts - firsts, distances)


def _stems_of(terms: QueryTerms) -> set[int]:
    """Return all stems that a passage is rated by."""
    return {*terms.content, *terms.names, *chain.from_iterable(terms.pairs)}


def _nearness(terms: QueryTerms, said: _Said) -> Floats:
    """Rate by how near to each passage each of the query's words is said, a row for each.

    The kernel 1 / (1 + d / HALF_DISTANCE), d in words, is that of a positional language model
    (Lv and Zhai 2009, https://doi.org/10.1145/1571941.1571994) with the nearest occurrence alone.
    """
    kernel = 1 / (1 + said.distances / HALF_DISTANCE)
    near = kernel[: said.stems]
    for stem, row in zip(terms.content, near, strict=True):
        doubt: Floats | None = None
        for number, variant in enumerate(terms.variants, said.stems):
            if stem in variant.stems:
                # Each place is meant with the variant's weight as its chance; one is enough.
                chance = 1 - variant.weight * kernel[number]
                missed = chance ** np.maximum(said.counts[number], 1)
                doubt = missed if doubt is None else doubt * missed
        if doubt is not None:
            np.maximum(row, 1 - doubt, out=row)
    return near


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Every place in a candidate where a stem of the content is said.

    `cells` numbers them by stem and candidate, candidates first, and `terms` are the forms. Those
    of stem `n` are from `bounds[n]` up to and without `bounds[n + 1]`. `before` and `after` are the
    stems of their neighbours within the candidate, -1 for none.
    """

    places: NDArray[np.intp]
    cells: NDArray[np.intp]
    columns: NDArray[np.intp]
    bounds: list[int]
    terms: NDArray[np.intp]
    before: Ints
    after: Ints

    def beside(self, neighbours: Ints, row: int, stem: int) -> NDArray[np.intp]:
        """List the candidates that say a stem of the content with another as its neighbour."""
        run = slice(self.bounds[row], self.bounds[row + 1])
        found: NDArray[np.intp] = self.columns[run][neighbours[run] == stem]
        return found


def _list_spoken(index: Index, terms: QueryTerms, said: _Said) -> _Spoken:
    counts = said.counts[: said.stems]
    starts = index.stem_places.starts[list(terms.content)]
    times = counts.ravel()
    # By any other type of integer, numpy looks up several times as slowly.
    places = index.stem_places.places[
        ranges((said.firsts[: said.stems] + starts[:, None]).ravel(), times)
    ].astype(np.intp)
    cells = np.arange(times.size).repeat(times)
    columns = cells % len(said.begins)
    spoken = index.transcripts.terms.take(places + _NEIGHBOURS).astype(np.intp)
    before, _, after = index.vocabulary.stem_of[spoken]
    before[places == said.begins[columns]] = -1
    after[places + 1 == said.ends[columns]] = -1
    bounds = [0, *counts.sum(axis=1).cumsum().tolist()]
    return _Spoken(places, cells, columns, bounds, spoken[1], before, after)


def _read_spoken(
    index: Index, terms: QueryTerms, spoken: _Spoken, shape: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Read what each passage says of the query's words.

    Returns how often it says each as a word worth ranking, how often a host does, and the idf of
    those that it says in the very form they were typed in.
    """
    cells, words = spoken.cells, spoken.terms
    by_host = np.bincount(cells[index.turns.are_by_host(spoken.places)], minlength=prod(shape))
    content = np.bincount(cells[index.vocabulary.is_content[words]], minlength=prod(shape))
    exact = np.zeros(shape[1])
    for term in terms.forms:
        held = np.zeros(len(exact))
        held[spoken.columns[words == term]] = index.idf[index.vocabulary.stem_of[term]]
        exact += held
    return content.reshape(shape), by_host.reshape(shape), exact


def _density(
    index: Index, terms: QueryTerms, said: _Said, counts: NDArray[np.intp], candidates: Ints
) -> Floats:
    """Score by BM25 how often each passage says the words, over their number squared.

    For a single word, its frequency is all that tells passages apart; for many words, it matters
    more which of them are said at all.
    """
    total = index.text.score_counts(terms.content, counts, candidates)
    for variant, times in zip(terms.variants, said.counts[said.stems :], strict=True):
        total += variant.weight * terms.weigh(variant) * level_of(times)
    return total / max(len(terms.content), 1) ** 2


def _pairs(index: Index, terms: QueryTerms, said: _Said, spoken: _Spoken) -> Floats:
    """Sum the idf of the query's word pairs that stand together in each passage."""
    total = np.zeros(len(said.begins))
    rows = {stem: row for row, stem in enumerate(terms.content)}
    for one, two in terms.pairs:
        if one in rows:
            found = spoken.beside(spoken.after, rows[one], two)
        elif two in rows:
            found = spoken.beside(spoken.before, rows[two], one)
        else:  # both are names, and other words are asked for
            found = _with_run(index, said, (one, two))
        if len(found):
            times = index.lookups.count_pair(one, two)
            held = np.zeros(len(total))
            held[found] = log(len(index.transcripts.terms) / times)
            total += held
    return total


def _with_run(index: Index, said: _Said, stems: Sequence[int]) -> NDArray[np.intp]:
    """List the candidates in which a pair of stems stands together."""
    places = index.places_of_run(stems)
    return np.flatnonzero(places.searchsorted(said.ends - 1) > places.searchsorted(said.begins))


def _sum(rows: Floats) -> Floats:
    """Add rows up, each column for itself, so that the same evidence has the same sum."""
    total: Floats = np.add.reduce(rows, axis=0)
    return total
