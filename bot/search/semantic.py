"""Semantic search: compare a query with passages by a model's vectors, not their words."""

from dataclasses import dataclass

import numpy as np

from bot.arrays import Floats, Ints, SmallFloats, SmallInts
from bot.search.embeddings import EmbeddingModel
from bot.search.index.index import Index
from bot.search.index.vectors import ByteVectors, blend, lengths_of

# The weight of a chapter's title; anything from 0.1 to 0.3 is about as good. Titles in front of the
# windows themselves make those of an episode too much alike.
_TITLE_SHARE = 0.2


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
    """A model, and the vectors of the texts that an index is made of."""

    model: EmbeddingModel
    vectors: ByteVectors
    layout: EmbeddingTexts

    def similarity(self, text: str) -> Floats:
        """Return each passage's cosine to a text, plus a share of its chapter title's cosine."""
        (cosines,) = self.vectors.cosines(self.model.embed([text]))
        # A passage without a title reads this 0, at index -1.
        cosines = np.append(cosines, np.float32(0))
        alike = blend(cosines, self.layout.windows, self.layout.shares)
        return alike + np.float64(_TITLE_SHARE) * cosines[self.layout.titles]


def texts_to_embed(index: Index) -> EmbeddingTexts:
    """List the texts to embed: the windows of the transcripts, and the chapter titles."""
    places, shares = index.passage_windows
    cues = zip(index.windows.firsts.tolist(), index.windows.lasts.tolist(), strict=True)
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
    return SemanticIndex(model, ByteVectors(vectors, lengths_of(vectors)), layout)
