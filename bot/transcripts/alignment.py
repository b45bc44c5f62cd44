"""Align two transcripts of one conversation, word by word."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bot.arrays import Longs
from bot.transcripts.words import FILLERS, place_words

# (words in a phrase, most words in a gap searched for it): a single word is reliable only among few
# others.
_PASSES = ((4, 1 << 40), (3, 1000), (2, 200), (1, 40), (1, 20))
_MIX = np.int64(-7046029254386353131)  # odd, with well mixed bits: hashes keys in wrapping sums


@dataclass(frozen=True, slots=True)
class KeyedWords:
    """The words of a text: a key for each word, equal for equal words, and its offset."""

    keys: Longs
    offsets: Longs


def find_keyed_words(text: str) -> KeyedWords:
    """Return the words of a text without fillers; case and apostrophes do not count.

    Equal words have equal keys in all processes.
    """
    placed = place_words(text.lower().replace("’", "'"))
    keys = np.array([_key_of(word) for word in placed.distinct], np.int64)
    spoken = np.array([word not in FILLERS for word in placed.distinct], np.bool_)
    kept = spoken[placed.numbers]
    return KeyedWords(keys[placed.numbers[kept]], placed.offsets[kept])


@lru_cache(maxsize=1 << 15)
def _key_of(word: str) -> int:
    digest = hashlib.blake2b(word.replace("'", "").encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def align(left: Longs, right: Longs) -> tuple[Longs, Longs]:
    """Return the indices at which two sequences of keys match, both rising.

    Matches phrases that occur once on each side and in the same order: long ones first, then
    shorter ones in the gaps between them (a patience diff of phrases instead of lines).
    """
    at_left = at_right = np.empty(0, np.int64)
    for length, widest in _PASSES:
        keys_left, starts_left = _phrases(left, at_left, length, widest)
        keys_right, starts_right = _phrases(right, at_right, length, widest)
        _, first, second = np.intersect1d(
            keys_left, keys_right, assume_unique=True, return_indices=True
        )
        order = np.argsort(starts_left[first])
        starts_left, starts_right = starts_left[first][order], starts_right[second][order]
        kept = longest_rising(starts_right.tolist())
        at_left, at_right = _add_phrases(
            at_left, at_right, starts_left[kept], starts_right[kept], length
        )
    return at_left, at_right


def longest_rising(values: Sequence[float]) -> list[int]:
    """Return the indices of a longest subsequence that never falls (patience sorting)."""
    tails: list[float] = []
    last: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        place = bisect_right(tails, value)
        before.append(last[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            last.append(index)
        else:
            tails[place] = value
            last[place] = index
    kept: list[int] = []
    index = last[-1] if last else -1
    while index >= 0:
        kept.append(index)
        index = before[index]
    return kept[::-1]


def shingles(keys: Longs, length: int) -> Longs:
    """Return a key for each run of `length` words; empty if the text is shorter."""
    count = max(0, len(keys) - length + 1)
    mixed = np.zeros(count, np.int64)
    for step in range(length):
        mixed = mixed * _MIX + keys[step : step + count]
    return mixed


def _phrases(keys: Longs, matched: Longs, length: int, widest: int) -> tuple[Longs, Longs]:
    """Return keys and starts of the phrases that occur once in their gap between matches.

    The gap's number is part of the key, so that phrases of different gaps never match.
    """
    mixed = shingles(keys, length)
    gaps = np.searchsorted(matched, np.arange(len(keys)), side="right")
    sizes = np.diff(np.concatenate(([-1], matched, [len(keys)]))) - 1
    free = np.ones(len(keys), bool)
    free[matched] = False
    free &= sizes[gaps] <= widest
    count = len(mixed)
    last = length - 1
    whole = free[:count] & free[last:] & (gaps[:count] == gaps[last:])
    starts = np.flatnonzero(whole)
    unique, first, occurrences = np.unique(
        mixed[starts] ^ (gaps[starts] * _MIX), return_index=True, return_counts=True
    )
    once = occurrences == 1
    return unique[once], starts[first[once]]


def _add_phrases(
    at_left: Longs,
    at_right: Longs,
    starts_left: Longs,
    starts_right: Longs,
    length: int,
) -> tuple[Longs, Longs]:
    steps = np.arange(length)
    left = np.concatenate((at_left, (starts_left[:, None] + steps).ravel()))
    right = np.concatenate((at_right, (starts_right[:, None] + steps).ravel()))
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    # Phrases that overlap on only one side contradict each other: keep the first.
    while (crossing := (np.diff(left) <= 0) | (np.diff(right) <= 0)).any():
        kept = np.append(True, ~crossing)
        left, right = left[kept], right[kept]
    return left, right
