"""Vectors as bytes, and the vectors of words that ship with Airquote.

Only the direction of a vector counts, which a byte for each number gives to well under a degree.
The table in `data/words` has a vector for the stem of each common English word, half a byte for
each number. `bench/search/words.py` makes it from a sentence embedding model; see there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, SmallFloats, SmallInts
from bot.files import DATA

TABLE = DATA / "words" / "english.npz"
# Rows per step at most: what is read again is still in the processor's cache.
_BLOCK = 512
# Up to so many products at once, numpy's library for matrices starts no threads, which would cost
# more than they save and disturb what else is answered.
_PRODUCTS = 1 << 18
# Half bytes hold -7 to 7.
_MIDDLE = 8


@dataclass(frozen=True, slots=True)
class ByteVectors:
    """Vectors as rows of bytes, and the lengths of these rows."""

    rows: SmallInts
    lengths: SmallFloats

    def cosines(self, units: SmallFloats) -> SmallFloats:
        """Return the cosine of each row to each of some vectors of length 1, a row for each."""
        found = np.empty((len(units), len(self.rows)), dtype=np.float32)
        for block in _blocks(len(self.rows), max(1, _PRODUCTS // max(1, units.size))):
            np.matmul(units, self.rows[block].astype(np.float32).T, out=found[:, block])
        found /= self.lengths
        return found


@dataclass(frozen=True, slots=True)
class StemVectors(ByteVectors):
    """The vectors of some stems of a vocabulary, by their ids."""

    stems: Ints


@dataclass(frozen=True, slots=True)
class Windows(ByteVectors):
    """Windows of transcript: the cues `firsts[w]` up to and without `lasts[w]`, with a vector."""

    firsts: Ints
    lasts: Ints


@dataclass(frozen=True, slots=True)
class WordTable:
    """Stems, ascending, and the vector of each, two numbers to a byte."""

    stems: NDArray[np.bytes_]
    packed: NDArray[np.uint8]

    def find(self, stems: Sequence[str]) -> Ints:
        """Find the row of each stem; -1 for one that is not in the table."""
        wanted = np.array([stem.encode() for stem in stems], dtype=np.bytes_)
        places = np.minimum(self.stems.searchsorted(wanted), len(self.stems) - 1)
        return np.where(self.stems[places] == wanted, places, -1).astype(np.int32)

    def units(self, rows: Ints) -> SmallFloats:
        """Return some rows as vectors of length 1."""
        return to_units(unpack_halves(self.packed[rows]))


@cache
def load_word_table(path: Path = TABLE) -> WordTable:
    """Load the table that ships with Airquote."""
    with np.load(path) as table:
        return WordTable(table["stems"], table["packed"])


def to_bytes(vectors: SmallFloats) -> SmallInts:
    """Scale each row so that its largest number is 127, and round."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0), np.float32(1e-9))
    scaled: SmallInts = np.rint(vectors * (127 / largest)).astype(np.int8)
    return scaled


def lengths_of(rows: SmallInts) -> SmallFloats:
    """Measure rows of bytes, as `to_bytes` makes them; at least 1, so that one can divide."""
    lengths = np.ones(len(rows), dtype=np.float32)
    for block in _blocks(len(rows)):
        lengths[block] = np.linalg.norm(rows[block].astype(np.float32), axis=1)
    return np.maximum(lengths, np.float32(1))


def to_units(vectors: SmallFloats) -> SmallFloats:
    """Scale each row to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: SmallFloats = vectors / np.maximum(lengths, np.float32(1e-9))
    return units


def blend(cosines: SmallFloats, places: Ints, shares: SmallFloats) -> SmallFloats:
    """Add up, for each row of `places`, the cosines there by their `shares`."""
    # Column by column: numpy takes several times as long for sums of two numbers.
    weighed = cosines.take(places)
    weighed *= shares
    mixed: SmallFloats = np.zeros(len(places), dtype=np.float32)
    for column in weighed.T:
        mixed += column
    return mixed


def pack_halves(vectors: SmallFloats) -> NDArray[np.uint8]:
    """Round numbers to half a byte each, and put two into a byte."""
    # The few numbers beyond count as if they were this.
    largest = np.quantile(np.abs(vectors), 0.997)
    halves = (np.rint(vectors / largest * 7).clip(-7, 7) + _MIDDLE).astype(np.uint8)
    packed: NDArray[np.uint8] = halves[:, ::2] << 4 | halves[:, 1::2]
    return packed


def unpack_halves(packed: NDArray[np.uint8]) -> SmallFloats:
    """Reverse `pack_halves`, but for the scale."""
    halves = np.stack((packed >> 4, packed & 15), axis=2).reshape(len(packed), 2 * packed.shape[1])
    return halves.astype(np.float32) - _MIDDLE


def _blocks(count: int, most: int = _BLOCK) -> Iterator[slice]:
    rows = min(most, _BLOCK)
    return (slice(at, min(at + rows, count)) for at in range(0, count, rows))
