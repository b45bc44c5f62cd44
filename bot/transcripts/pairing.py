"""Lay each sentence of a transcript on what captions have around its time, word by word.

The best way to lay one text on another is found by dynamic programming (Smith and Waterman, with
costs for what only one side has), for many sentences of like length at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Longs, ranges

# What a word is worth that both have, and what words cost that only the sentence has or only the
# captions have; one that replaces another costs both.
_SHARED, _MISSING, _EXTRA = 10, 3, 1
# If every word costs that much, all that is left to compare is what shared ones gain.
_GAIN = _SHARED + _MISSING + _EXTRA
# So many sentences are laid on captions at once, unless that takes more numbers.
_AT_ONCE = 512
_MOST_NUMBERS = 1 << 20
# Stand for no word, one on each side.
_NO_WORD, _NO_OTHER = -1, -2


@dataclass(frozen=True, slots=True)
class Spans:
    """Parts of a sequence of words, which are numbers: where each begins, and its length."""

    words: Longs
    firsts: Longs
    lengths: Longs


@dataclass(frozen=True, slots=True)
class Pairs:
    """The places of the words that a sentence and its captions both have, each from 0 on."""

    written: list[int]
    heard: list[int]


def pair_words(sentences: Spans, windows: Spans) -> Iterator[tuple[int, Pairs]]:
    """Find for each sentence the stretch of its window most like it, and the words both have.

    Yields the number of each sentence, those of like length together. None is empty.
    """
    order = np.argsort(sentences.lengths, kind="stable")
    first = 0
    while first < len(order):
        batch = order[first : first + _AT_ONCE]
        rows, columns = sentences.lengths[batch], np.maximum.accumulate(windows.lengths[batch])
        numbers = np.arange(1, len(batch) + 1) * (rows + columns) * rows
        batch = batch[: max(1, int(np.searchsorted(numbers, _MOST_NUMBERS)))]
        left = _padded(sentences, batch, _NO_WORD)
        right = _padded(windows, batch, _NO_OTHER)
        matched = _trace(left, right, sentences.lengths[batch])
        texts, places = np.nonzero(matched >= 0)
        bounds = np.searchsorted(texts, np.arange(len(batch) + 1)).tolist()
        at_written, at_heard = places.tolist(), matched[texts, places].tolist()
        for sentence, (begin, end) in zip(batch.tolist(), pairwise(bounds), strict=True):
            yield sentence, Pairs(at_written[begin:end], at_heard[begin:end])
        first += len(batch)


def _padded(spans: Spans, batch: Longs, filling: int) -> Ints:
    """Return the words of some spans, one span in each column, filled up to the longest."""
    firsts, lengths = spans.firsts[batch], spans.lengths[batch]
    padded = np.full((len(batch), int(lengths.max())), filling, np.int32)
    padded[np.arange(padded.shape[1]) < lengths[:, None]] = spans.words[ranges(firsts, lengths)]
    return np.ascontiguousarray(padded.T)


def _gains(written: Ints, heard: Ints) -> NDArray[np.signedinteger]:
    """Say what the best way gains by which so many words are laid on so many of the captions.

    The gain for `row` words and `column` of the captions is at [row + column, row]: what has the
    same sum depends only on smaller sums, so it is computed at once.
    """
    rows, columns, size = len(written), len(heard), written.shape[1]
    small = _GAIN * rows + columns < np.iinfo(np.int16).max
    gains = np.zeros((rows + columns + 1, rows + 1, size), np.int16 if small else np.int32)
    gains[:, 0] = np.arange(rows + columns + 1)[:, None]
    # Words that no text has stand before and after the captions, which run backwards.
    nothing = np.full((rows, size), _NO_OTHER, np.int32)
    backwards = np.concatenate((nothing, heard[::-1], nothing))
    for total in range(2, rows + columns + 1):
        here, first = gains[total, 1:], len(backwards) - rows - total + 1
        shared = written == backwards[first : first + rows]
        np.multiply(shared, _GAIN, out=here)
        here += gains[total - 2, :-1]
        np.maximum(here, gains[total - 1, :-1], out=here)
        np.maximum(here, gains[total - 1, 1:], out=here)
    return gains


def _trace(written: Ints, heard: Ints, lengths: Longs) -> Ints:
    """Walk back through the best way to lay each text on its captions, for all texts at once.

    Returns for each text and word the place at which captions have it, -1 if they have not.
    """
    gains = _gains(written, heard)
    matched = np.full(written.shape, -1, np.int32)
    text, row, ends = np.arange(len(lengths)), lengths, np.arange(len(heard) + 1)
    # Words of captions after the last that is used are not passed.
    last = gains[row + ends[:, None], row, text] - _EXTRA * ends[:, None]
    column = last.argmax(axis=0)
    while True:
        going = (row > 0) & (column > 0)
        text, row, column = text[going], row[going], column[going]
        if not len(text):
            return matched.T
        total, here = row + column, gains[row + column, row, text]
        shared = written[row - 1, text] == heard[column - 1, text]
        both = here == gains[total - 2, row - 1, text] + np.where(shared, _GAIN, 0)
        kept = both & shared
        matched[row[kept] - 1, text[kept]] = column[kept] - 1
        up = both | (here == gains[total - 1, row - 1, text])
        column = column - (both | ~up)
        row = row - up
