"""What the words of a corpus, and windows of its transcripts, are about: vectors for an index."""

from itertools import pairwise

import numpy as np

from bot.arrays import (
    Floats,
    Ints,
    Longs,
    SmallFloats,
    batches,
    counts_before,
    distinct_by_run,
    ranges,
)
from bot.search.index.passages import Passages, Transcripts, cut_passages
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


def cut_windows(transcripts: Transcripts) -> Passages:
    """Cut every chapter into windows."""
    return cut_passages(transcripts, _WINDOW_WORDS, _WINDOW_WORDS)


def build_windows(
    transcripts: Transcripts,
    windows: Passages,
    vocabulary: Vocabulary,
    stem_vectors: StemVectors,
    idf: Floats,
) -> Windows:
    """Give each window the mean of its words' vectors, by idf."""
    weighed = _weigh(stem_vectors, idf)
    known = np.zeros(len(weighed), dtype=np.bool_)
    known[stem_vectors.stems] = True
    begins, ends = transcripts.firsts[windows.firsts], transcripts.firsts[windows.lasts]
    rows = np.empty((len(begins), weighed.shape[1]), dtype=np.int8)
    for first, past in batches(np.append(0, np.cumsum(ends - begins))):
        stems, bounds = _distinct_stems(
            transcripts, begins[first:past], ends[first:past], vocabulary
        )
        # Many, such as stop words, have no vector.
        telling = known[stems]
        stems, bounds = stems[telling], counts_before(telling)[bounds].tolist()
        # Of the ways to add up a few rows, these calls do least besides.
        means = [
            np.add.reduce(weighed.take(stems[begin:end], axis=0), axis=0)
            for begin, end in pairwise(bounds)
        ]
        rows[first:past] = to_bytes(np.array(means, dtype=np.float32))
    return Windows(rows, lengths_of(rows), windows.firsts, windows.lasts)


def _distinct_stems(
    transcripts: Transcripts, begins: Ints, ends: Ints, vocabulary: Vocabulary
) -> tuple[Longs, list[int]]:
    """List the stems between two places once, ascending, and where those of each begin and end."""
    stems = vocabulary.stem_of[transcripts.terms[ranges(begins, ends - begins)]]
    return distinct_by_run(stems, ends - begins, len(vocabulary.stems))


def _weigh(stem_vectors: StemVectors, idf: Floats) -> SmallFloats:
    """Give each stem of the vocabulary its vector, as long as its idf; zeros where it has none."""
    units = to_units(stem_vectors.rows.astype(np.float32))
    weighed = np.zeros((len(idf), units.shape[1]), dtype=np.float32)
    weighed[stem_vectors.stems] = units * idf[stem_vectors.stems, None].astype(np.float32)
    return weighed
