"""Semantic search: compare a query with passages by their vectors, not their words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, SmallFloats
from bot.search.embeddings import EmbeddingModel
from bot.search.index.index import Index
from bot.search.index.passages import Passages, Transcripts, cut_passages

PIECE_WORDS = 70
"""Words in a piece of transcript that is embedded.

Pieces do not overlap, so that no word is embedded twice; a passage's vector is the mean of the
pieces it lies in.
"""

# The weight of a chapter's title. Chosen with PIECE_WORDS on the development queries; anything from
# 0.1 to 0.3 is about as good.
_TITLE_SHARE = 0.2
# With this many vectors, what they share comes from the language and not the subject.
_MANY_VECTORS = 1000
# This many vectors are enough to find it.
_SAMPLE = 4000
# Passages per step, to limit memory.
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class EmbeddingTexts:
    """The distinct texts to embed for an index, and which of them each passage is made of.

    Passage `p` has the share `shares[p]` of its words in each of the texts `pieces[p]`. Its
    chapter's title is the text `titles[p]`, -1 for none.
    """

    texts: tuple[str, ...]
    pieces: Ints
    shares: SmallFloats
    titles: Ints


@dataclass(frozen=True, slots=True)
class SemanticIndex:
    """The vectors of an index's passages, as weighted sums of the vectors of `EmbeddingTexts`.

    With `shares` as weights, each passage's vector has length 1, like those it is made of.
    """

    model: EmbeddingModel
    vectors: SmallFloats
    pieces: Ints
    shares: SmallFloats
    titles: Ints

    def similarity(self, text: str) -> NDArray[np.float64]:
        """Return each passage's cosine to a text, plus a share of its chapter title's cosine."""
        (vector,) = self.model.embed([text])
        # A passage without a title reads this 0, at index -1.
        cosines = np.append(self.vectors @ vector, np.float32(0))
        alike: NDArray[np.float64] = np.einsum("ps,ps->p", cosines[self.pieces], self.shares)
        return alike + np.float64(_TITLE_SHARE) * cosines[self.titles]


def texts_to_embed(index: Index) -> EmbeddingTexts:
    """List the texts to embed: the pieces of each chapter's transcript, and the chapter titles."""
    pieces = cut_passages(index.transcripts, PIECE_WORDS, PIECE_WORDS)
    places, shares = _overlaps(index.transcripts, index.passages, pieces)
    cues = zip(pieces.firsts.tolist(), pieces.lasts.tolist(), strict=True)
    spoken = [" ".join(map(index.transcripts.text_of, range(*bounds))) for bounds in cues]
    titles = [chapter.title for chapter in index.chapters]
    texts = tuple(dict.fromkeys((*spoken, *titles)))
    numbers = {text: number for number, text in enumerate(texts)}
    rows = np.array([numbers[text] for text in spoken], dtype=np.int32)
    title_rows = np.array([*(numbers[text] for text in titles), -1], dtype=np.int32)
    return EmbeddingTexts(texts, rows[places], shares, title_rows[index.passage_chapters])


def build_semantic_index(
    model: EmbeddingModel, texts: EmbeddingTexts, vectors: SmallFloats
) -> SemanticIndex:
    """Build the vectors of passages from the vectors of their texts."""
    vectors = _without_common(vectors) if len(vectors) >= _MANY_VECTORS else vectors
    shares = texts.shares.copy()
    for begin in range(0, len(shares), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        means = np.einsum("ps,psd->pd", shares[block], vectors[texts.pieces[block]])
        # The mean of different unit vectors is shorter than 1.
        shares[block] /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    return SemanticIndex(model, vectors, texts.pieces, shares, texts.titles)


def _without_common(vectors: SmallFloats) -> SmallFloats:
    """Remove the mean and the main direction from unit vectors, and normalize them again.

    What all vectors share is how people talk, not what they talk about (Mu and Viswanath 2018,
    "All-but-the-top", https://arxiv.org/abs/1702.01417; here the first direction is enough).
    """
    apart: SmallFloats = vectors - vectors.mean(axis=0)
    sample = apart[:: max(1, len(apart) // _SAMPLE)]
    common = np.linalg.eigh(sample.T @ sample).eigenvectors[:, -1]
    apart -= np.outer(apart @ common, common)
    apart /= np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-6)
    return apart


def _overlaps(
    transcripts: Transcripts, passages: Passages, pieces: Passages
) -> tuple[Ints, SmallFloats]:
    """List the pieces each passage shares cues with, and the share of its words in each."""
    firsts = np.searchsorted(pieces.lasts, passages.firsts, side="right")
    lasts = np.searchsorted(pieces.firsts, passages.lasts, side="left")
    most = int((lasts - firsts).max(initial=0))
    numbers = np.minimum(firsts[:, None] + np.arange(most), lasts[:, None] - 1).astype(np.int32)
    begins = np.maximum(pieces.firsts[numbers], passages.firsts[:, None])
    ends = np.minimum(pieces.lasts[numbers], passages.lasts[:, None])
    words = (transcripts.firsts[ends] - transcripts.firsts[begins]).astype(np.float32)
    # Rows have the same length: a passage with fewer pieces repeats its last, with share 0.
    words[firsts[:, None] + np.arange(most) >= lasts[:, None]] = 0
    return numbers, words / np.maximum(words.sum(axis=1, keepdims=True), 1)
