"""Similarity of passages to a query beyond its very words, where these are not enough.

Related words tell most: a passage is similar if its stretch of transcript is about the same on the
whole, and if it says words that mean nearly the same as those of the query. Both need no model but
the vectors of words in the index. A sentence embedding model, if there is one, adds what sentences
mean. `bot.search.ranking` decides how much similarity counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.arrays import Floats, Ints, SmallFloats
from bot.search.index.analysis import stem_terms
from bot.search.index.bm25 import top_k
from bot.search.index.index import Index, once_for_each
from bot.search.index.vectors import blend, load_word_table, to_units
from bot.search.semantic import SemanticIndex

# The weight of words beside a model's cosine. This and the numbers below are round ones; on the
# development queries, others near them are about as good.
_WORDS_SHARE = 0.2
# What is less similar than this, by words and by a model, is no answer. Higher floors lose some.
_UNLIKE = 0.4
_UNLIKE_BY_MODEL = 0.3
# Words below this cosine have nothing to do with each other, and only the nearest are looked for.
_RELATED = 0.3
_MOST_RELATED = 30
# The words of a query that tell most; a limit on what a query costs.
_MOST_WORDS = 12
# A word that is never said is as rare as one in so many passages.
_PASSAGES_OF_UNSAID = 5


# Stems, the least related first, and how much each is related.
_Related = tuple[Ints, SmallFloats]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The telling stems of a query: their ids (-1 if never said), idf, and vectors or zeros."""

    ids: list[int]
    idf: list[float]
    vectors: SmallFloats


def measure_similarity(
    index: Index, words: Sequence[str], semantic: SemanticIndex | None = None
) -> Floats:
    """Return how similar each passage is to the words of a query, as typed.

    A passage of 0 or less has hardly anything to do with the query.
    """
    asked = _find_asked(index, words)
    by_words = _similar_windows(index, asked) + _related_words(index, asked)
    alike = _WORDS_SHARE * (by_words - _UNLIKE)
    if semantic:
        # As typed: a model knows words that the podcast never says, and tolerates typos.
        alike += semantic.similarity(" ".join(words)) - _UNLIKE_BY_MODEL
    return alike


def _find_asked(index: Index, words: Sequence[str]) -> _Asked:
    unsaid, known = index.idf_of(_PASSAGES_OF_UNSAID), index.vocabulary.stem_ids
    stems = dict.fromkeys(stem_terms(index.vocabulary.content_terms(words)))
    idf = {stem: float(index.idf[known[stem]]) if stem in known else unsaid for stem in stems}
    telling = sorted(idf, key=lambda stem: -idf[stem])[:_MOST_WORDS]
    table = load_word_table()
    rows = table.find(telling)
    vectors = table.units(rows)
    vectors[rows < 0] = 0
    return _Asked([known.get(stem, -1) for stem in telling], [idf[s] for s in telling], vectors)


def _similar_windows(index: Index, asked: _Asked) -> SmallFloats:
    """Compare the mean of the query's words with that of the windows each passage lies in."""
    weighed = np.array(asked.idf, dtype=np.float32) @ asked.vectors
    (cosines,) = index.windows.cosines(to_units(weighed[None]))
    return blend(cosines, *index.passage_windows)


def _related_words(index: Index, asked: _Asked) -> Floats:
    """Return the share of the query, by idf, that each passage says in the same or related words.

    The idf of a word counts the passages that say it or a related one, as far as it is related.
    """
    total, most = np.zeros(len(index.passages.firsts)), 0.0
    related = list(_find_related(index, asked))
    index.engine.need_holders({stem for stems, _ in related for stem in stems.tolist()})
    documents, starts = index.text.documents, index.text.starts
    for stems, nearness in related:
        firsts, lasts = starts[stems], starts[stems + 1]
        bounds = zip(firsts.tolist(), lasts.tolist(), strict=True)
        said = np.zeros(len(total))
        # Where several are said, the last and nearest counts.
        held = [documents[:0], *(documents[first:last] for first, last in bounds)]
        said[np.concatenate(held).astype(np.intp)] = nearness.repeat(lasts - firsts)
        idf = index.idf_of(float(said.sum()))
        said *= idf
        total += said
        most += idf
    return total / most if most else total


def _find_related(index: Index, asked: _Asked) -> Iterator[_Related]:
    """Yield the stems related to each stem of a query, and at last itself.

    Those of the podcast's own words are compared once: they are the same in every query.
    """
    known = _related_before(index)
    new = [row for row, stem in enumerate(asked.ids) if stem not in known]
    compared = index.stem_vectors.cosines(asked.vectors[new])
    found = dict(zip(new, (compared - _RELATED) / (1 - _RELATED), strict=True))
    for row, stem in enumerate(asked.ids):
        related = known.get(stem) or _choose_related(index, stem, found[row])
        if stem >= 0:
            known[stem] = related
        yield related


@once_for_each
def _related_before(index: Index) -> dict[int, _Related]:
    """Return the stems related to those that were asked for so far."""
    return {}


def _choose_related(index: Index, stem: int, weights: SmallFloats) -> _Related:
    nearest = top_k(weights, _MOST_RELATED)
    nearest = nearest[np.argsort(weights[nearest])]
    nearest = nearest[weights[nearest] > 0]
    stems, nearness = index.stem_vectors.stems[nearest], weights[nearest]
    if stem < 0:
        return stems, nearness
    return np.append(stems, np.int32(stem)), np.append(nearness, np.float32(1))
