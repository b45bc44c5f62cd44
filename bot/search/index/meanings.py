"""What the words of a corpus, and windows of its transcripts, are about: vectors for an index."""

import numpy as np

from bot.arrays import Floats, SmallFloats
from bot.search.index.passages import Transcripts, cut_passages
from bot.search.index.vectors import (
    StemVectors,
    Windows,
    lengths_of,
    load_word_table,
    to_bytes,
    to_units,
)
from bot.search.index.vocabulary import Vocabulary

# Windows do not overlap, so that no word is read twice; a passage lies in one to three of them.
_WINDOW_WORDS = 120


def build_stem_vectors(vocabulary: Vocabulary) -> StemVectors:
    """Look up the vectors of a vocabulary's stems, as far as there are any."""
    table = load_word_table()
    rows = table.find(vocabulary.stems)
    content = np.zeros(len(vocabulary.stems), dtype=np.bool_)
    content[vocabulary.stem_of[vocabulary.is_content]] = True
    known = np.flatnonzero((rows >= 0) & content).astype(np.int32)
    vectors = to_bytes(table.units(rows[known]))
    return StemVectors(vectors, lengths_of(vectors), known)


def build_windows(
    transcripts: Transcripts, vocabulary: Vocabulary, stem_vectors: StemVectors, idf: Floats
) -> Windows:
    """Cut every chapter into windows; the vector of each is the mean of its words', by idf."""
    cut = cut_passages(transcripts, _WINDOW_WORDS, _WINDOW_WORDS)
    weighed = _weigh(stem_vectors, idf)
    stems = vocabulary.stem_of[transcripts.terms]
    begins, ends = (transcripts.firsts[bound].tolist() for bound in (cut.firsts, cut.lasts))
    means = np.zeros((len(begins), weighed.shape[1]), dtype=np.float32)
    for window, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        means[window] = weighed[np.unique(stems[begin:end])].sum(axis=0)
    rows = to_bytes(means)
    return Windows(rows, lengths_of(rows), cut.firsts, cut.lasts)


def _weigh(stem_vectors: StemVectors, idf: Floats) -> SmallFloats:
    """Give each stem of the vocabulary its vector, as long as its idf; zeros where it has none."""
    units = to_units(stem_vectors.rows.astype(np.float32))
    weighed = np.zeros((len(idf), units.shape[1]), dtype=np.float32)
    weighed[stem_vectors.stems] = units * idf[stem_vectors.stems, None].astype(np.float32)
    return weighed
