"""Semantic search: compare a query with passages by their vectors, not their words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.arrays import Floats, Ints, SmallFloats, SmallInts
from bot.search.embeddings import EmbeddingModel
from bot.search.index.index import Index
from bot.search.index.passages import Passages, Transcripts, cut_passages

WINDOW_WORDS = 120
"""Words in a window of transcript that is embedded.

Windows do not overlap, so that no word is embedded twice; a passage is as similar to a query as the
windows it lies in, each by its share of the passage.
"""

# The weight of a chapter's title; anything from 0.1 to 0.3 is about as good. Titles in front of the
# windows themselves make those of an episode too much alike.
_TITLE_SHARE = 0.2
# Vectors per step, to limit memory.
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class EmbeddingTexts:
    """The distinct texts to embed for an index, and which of them each passage is made of.

    Passage `p` has the share `shares[p]` of its words in each of the texts `windows[p]`. Its
    chapter's title is the text `titles[p]`, -1 for none.
    """

    texts: tuple[str, ...]
    windows: Ints
    shares: SmallFloats
    titles: Ints


@dataclass(frozen=True, slots=True)
class SemanticIndex:
    """The vectors of the texts an index is made of, as bytes, and the lengths of these vectors."""

    model: EmbeddingModel
    vectors: SmallInts
    lengths: SmallFloats
    layout: EmbeddingTexts

    def similarity(self, text: str) -> Floats:
        """Return each passage's cosine to a text, plus a share of its chapter title's cosine."""
        (vector,) = self.model.embed([text])
        # A passage without a title reads the 0 behind the last, at index -1.
        cosines = np.zeros(len(self.vectors) + 1)
        for block in _blocks(len(self.vectors)):
            products = self.vectors[block].astype(np.float32) @ vector
            cosines[block] = products / self.lengths[block]
        alike: Floats = np.einsum("pw,pw->p", cosines[self.layout.windows], self.layout.shares)
        return alike + _TITLE_SHARE * cosines[self.layout.titles]


def texts_to_embed(index: Index) -> EmbeddingTexts:
    """List the texts to embed: windows of each chapter's transcript, and the chapter titles."""
    windows = cut_passages(index.transcripts, WINDOW_WORDS, WINDOW_WORDS)
    places, shares = _overlaps(index.transcripts, index.passages, windows)
    cues = zip(windows.firsts.tolist(), windows.lasts.tolist(), strict=True)
    spoken = [" ".join(map(index.transcripts.text_of, range(*bounds))) for bounds in cues]
    titles = [chapter.title for chapter in index.chapters]
    texts = tuple(dict.fromkeys((*spoken, *titles)))
    numbers = {text: number for number, text in enumerate(texts)}
    rows = np.array([numbers[text] for text in spoken], dtype=np.int32)
    title_rows = np.array([*(numbers[text] for text in titles), -1], dtype=np.int32)
    return EmbeddingTexts(texts, rows[places], shares, title_rows[index.passage_chapters])


def build_semantic_index(
    model: EmbeddingModel, layout: EmbeddingTexts, vectors: SmallInts
) -> SemanticIndex:
    """Build the index from the vectors of its texts, as `to_bytes` makes them."""
    lengths = np.ones(len(vectors), dtype=np.float32)
    for block in _blocks(len(vectors)):
        lengths[block] = np.linalg.norm(vectors[block].astype(np.float32), axis=1)
    return SemanticIndex(model, vectors, np.maximum(lengths, 1), layout)


def _blocks(count: int) -> Iterator[slice]:
    return (slice(at, min(at + _BLOCK, count)) for at in range(0, count, _BLOCK))


def _overlaps(
    transcripts: Transcripts, passages: Passages, windows: Passages
) -> tuple[Ints, SmallFloats]:
    """List the windows each passage shares cues with, and the share of its words in each."""
    firsts = np.searchsorted(windows.lasts, passages.firsts, side="right")
    lasts = np.searchsorted(windows.firsts, passages.lasts, side="left")
    most = int((lasts - firsts).max(initial=0))
    numbers = np.minimum(firsts[:, None] + np.arange(most), lasts[:, None] - 1).astype(np.int32)
    begins = np.maximum(windows.firsts[numbers], passages.firsts[:, None])
    ends = np.minimum(windows.lasts[numbers], passages.lasts[:, None])
    words = (transcripts.firsts[ends] - transcripts.firsts[begins]).astype(np.float32)
    # Rows have the same length: a passage with fewer windows repeats its last, with share 0.
    words[firsts[:, None] + np.arange(most) >= lasts[:, None]] = 0
    return numbers, words / np.maximum(words.sum(axis=1, keepdims=True), 1)
